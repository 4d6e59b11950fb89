use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::policy::{Field, Policy};
use crate::ticket::{Command, CommandKind, Open};
use crate::time::Zone;
use crate::vocab::{
    Actor, FieldId, FieldValue, Investment, Kind, PersonId, Resolution, Stars, Text, TextError, TextRef,
    TextRow, TicketKey, Time, Upkeep, WaitingOn,
};

/// What somebody typed into a form, by field: from there to a command with its words, or to what is wrong with which
/// field.
///
/// The fields of the form that opens a ticket are `title`, `details`, `kind`, `priority`, `area`, `restricted` (`yes`) and
/// `field-ID` for whatever the policy asks; those of a command are called as its arguments are: `to`, `note`, `why`,
/// `until`, `on`, `resolution`, `stars`.
///
/// ```
/// use supporty_core::adapter::Fields;
/// use supporty_core::ticket::{Command, CommandKind};
/// use supporty_core::time::Zone;
///
/// let typed = Fields::from(vec![("stars".to_owned(), "5".to_owned())]);
/// let asked = typed.command("form/1", CommandKind::Rate, &Zone::utc())?;
/// assert!(matches!(asked.command, Command::Rate { .. }));
/// assert_eq!(typed.command("form/1", CommandKind::Merge, &Zone::utc()).unwrap_err().field, "into");
/// # Ok::<(), supporty_core::adapter::Wrong>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, String>);

/// What a form did not accept: which field, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Wrong {
    /// The field.
    pub field: Cow<'static, str>,
    /// In plain words.
    pub why: String,
}

/// A command with the words that it refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What.
    pub command: Command,
    /// The words.
    pub texts: Vec<TextRow>,
}

impl From<Vec<(String, String)>> for Fields {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Fields {
    /// A field as it was typed; empty if it is missing.
    pub fn typed(&self, field: &str) -> &str {
        self.0.get(field).map_or("", String::as_str)
    }

    /// The same with something in a field that is empty.
    #[must_use]
    pub fn or(&self, field: &str, otherwise: &str) -> Self {
        let mut fields = self.clone();
        if self.typed(field).trim().is_empty() {
            fields.0.insert(field.to_owned(), otherwise.to_owned());
        }
        fields
    }

    /// The ticket that the form opens, for somebody else if `on_behalf` says so. Its words are named after `name`.
    pub fn open(&self, name: &str, policy: &Policy, on_behalf: Option<Actor>) -> Result<Asked, Wrong> {
        let mut words = Words::new(name);
        let title = words.needed("title", Text::line(self.typed("title"), Text::TITLE))?;
        let details = words.optional("details", self.typed("details"))?;
        let priority = chosen(policy.spec().priorities.iter(), self.typed("priority"), |known| &known.id);
        let fields = self.answers(&mut words, policy)?;
        let command = Command::Open(Open {
            title,
            details,
            kind: word("kind", self.typed("kind"), Kind::parse)?,
            priority: priority.ok_or_else(|| choose("priority"))?.id.clone(),
            area: match self.typed("area") {
                "" => None,
                area => Some(area.into()),
            },
            on_behalf,
            fields,
            restricted: self.typed("restricted") == "yes",
            drill: None,
        });
        Ok(Asked { command, texts: words.rows })
    }

    /// What was answered of what the policy asks, and the impact where somebody is woken.
    fn answers(&self, words: &mut Words, policy: &Policy) -> Result<BTreeMap<FieldId, FieldValue>, Wrong> {
        let impact = FieldId::new(Field::IMPACT);
        let asked = &policy.spec().fields;
        let known = asked.iter().map(|field| (&field.id, !field.options.is_empty()));
        let extra = (!asked.iter().any(|field| field.id == impact)).then_some((&impact, false));
        let mut answers = BTreeMap::new();
        for (id, chosen) in known.chain(extra) {
            let typed = self.typed(&format!("field-{id}")).trim();
            let value = match typed {
                "" => continue,
                typed if chosen => FieldValue::Choice(typed.to_owned()),
                typed => FieldValue::Text(words.answer(id, typed)?),
            };
            answers.insert(id.clone(), value);
        }
        Ok(answers)
    }

    /// The command of a button, beside replies and notes, which are messages first. Its words are named after `name`; a
    /// time without an offset is in `zone`.
    pub fn command(&self, name: &str, kind: CommandKind, zone: &Zone) -> Result<Asked, Wrong> {
        let mut words = Words::new(name);
        let mut note = |field| words.optional(field, self.typed(field));
        let command = match kind {
            CommandKind::Claim => Command::Claim,
            CommandKind::Assign => Command::Assign { to: self.person()? },
            CommandKind::HandOff => Command::HandOff { to: self.person()?, note: note("note")? },
            CommandKind::Release => Command::Release,
            CommandKind::TakeOver => Command::TakeOver,
            CommandKind::Acknowledge => Command::Acknowledge,
            CommandKind::Reprioritise => {
                Command::Reprioritise { to: self.id("priority")?.as_str().into(), why: note("why")? }
            }
            CommandKind::Move => Command::Move { to: self.id("area")?.as_str().into() },
            CommandKind::ChangeKind => {
                Command::ChangeKind { to: word("kind", self.typed("kind"), Kind::parse)? }
            }
            CommandKind::Classify => Command::Classify {
                upkeep: word("upkeep", self.typed("upkeep"), Upkeep::parse)?,
                investment: word("investment", self.typed("investment"), Investment::parse)?,
            },
            CommandKind::Replan => Command::Replan { to: self.id("to")?.as_str().into() },
            CommandKind::Identify => Command::Identify,
            CommandKind::Mitigate => Command::Mitigate,
            CommandKind::Wait => Command::Wait {
                on: word("on", self.typed("on"), WaitingOn::parse)?,
                until: self.instant("until", zone)?,
                why: note("why")?,
            },
            CommandKind::Resume => Command::Resume,
            CommandKind::Escalate => Command::Escalate { why: note("why")? },
            CommandKind::Resolve => Command::Resolve {
                resolution: word("resolution", self.typed("resolution"), Resolution::parse)?,
                note: note("note")?,
            },
            CommandKind::Confirm => Command::Confirm,
            CommandKind::Reopen => Command::Reopen { why: note("why")? },
            CommandKind::Rate => Command::Rate { stars: self.stars()? },
            CommandKind::Merge => Command::Merge { into: self.ticket("into")? },
            CommandKind::Unmerge => Command::Unmerge,
            CommandKind::Attach => Command::Attach { to: self.ticket("into")? },
            CommandKind::Detach => Command::Detach,
            CommandKind::OpenIssue => Command::OpenIssue,
            CommandKind::Restrict => Command::Restrict { readers: self.people("readers") },
            CommandKind::Unrestrict => Command::Unrestrict,
            CommandKind::WritePostMortem => {
                let text = Text::new(self.typed("text"), Text::MESSAGE);
                Command::WritePostMortem { text: words.needed("text", text)? }
            }
            _ => return wrong("command", "there is no button for that"),
        };
        Ok(Asked { command, texts: words.rows })
    }

    fn person(&self) -> Result<PersonId, Wrong> {
        Ok(self.id("to")?.as_str().into())
    }

    /// Several short names, with commas or spaces between them.
    fn people(&self, field: &str) -> BTreeSet<PersonId> {
        let names = self.typed(field).split([',', ' ']).filter(|name| !name.is_empty());
        names.map(PersonId::new).collect()
    }

    fn id(&self, field: &'static str) -> Result<String, Wrong> {
        match self.typed(field).trim() {
            "" => Err(choose(field)),
            id => Ok(id.to_owned()),
        }
    }

    fn ticket(&self, field: &'static str) -> Result<TicketKey, Wrong> {
        let typed = self.typed(field).trim().to_uppercase();
        typed.parse().map_err(|error: crate::vocab::ParseKeyError| Wrong {
            field: field.into(),
            why: error.to_string(),
        })
    }

    fn stars(&self) -> Result<Stars, Wrong> {
        let count = self.typed("stars").parse().map_err(|_| choose("stars"))?;
        Stars::new(count).map_err(|error| Wrong { field: "stars".into(), why: error.to_string() })
    }

    /// The words of one field, named after what is sent; nothing where nothing was typed.
    pub fn words(&self, name: &str, field: &'static str) -> Result<Option<TextRow>, Wrong> {
        let mut words = Words::new(name);
        words.optional(field, self.typed(field))?;
        Ok(words.rows.pop())
    }

    /// An instant: in full, with its offset, or by the clock on the wall of `zone`.
    pub fn instant(&self, field: &'static str, zone: &Zone) -> Result<Time, Wrong> {
        let typed = self.typed(field);
        if let Ok(instant) = typed.parse::<Time>() {
            return Ok(instant);
        }
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
        let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(typed, format).ok());
        match local {
            Some(local) => Ok(zone.instant(local)),
            None => wrong(field, "this is not a time: write it like 2026-03-31 14:30"),
        }
    }
}

/// The texts of one form.
struct Words {
    name: String,
    rows: Vec<TextRow>,
}

impl Words {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), rows: Vec::new() }
    }

    fn needed(&mut self, field: &'static str, text: Result<Text, TextError>) -> Result<TextRef, Wrong> {
        let text = text.map_err(|error| Wrong { field: field.into(), why: error.to_string() })?;
        let at = TextRef::new(format!("{}/{field}", self.name));
        self.rows.push(TextRow { at: at.clone(), author: None, internal: false, text });
        Ok(at)
    }

    fn answer(&mut self, field: &FieldId, typed: &str) -> Result<TextRef, Wrong> {
        let text = Text::new(typed, Text::MESSAGE);
        let text =
            text.map_err(|error| Wrong { field: format!("field-{field}").into(), why: error.to_string() })?;
        let at = TextRef::new(format!("{}/field/{field}", self.name));
        self.rows.push(TextRow { at: at.clone(), author: None, internal: false, text });
        Ok(at)
    }

    fn optional(&mut self, field: &'static str, typed: &str) -> Result<Option<TextRef>, Wrong> {
        if typed.trim().is_empty() {
            Ok(None)
        } else {
            self.needed(field, Text::new(typed, Text::MESSAGE)).map(Some)
        }
    }
}

fn chosen<T, I: ToString>(mut all: impl Iterator<Item = T>, typed: &str, id: impl Fn(&T) -> &I) -> Option<T> {
    all.find(|known| id(known).to_string() == typed)
}

fn word<T>(field: &'static str, typed: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Wrong> {
    parse(typed).ok_or_else(|| choose(field))
}

fn choose(field: &'static str) -> Wrong {
    Wrong { field: field.into(), why: "choose one of these".to_owned() }
}

fn wrong<T>(field: &'static str, why: &str) -> Result<T, Wrong> {
    Err(Wrong { field: field.into(), why: why.to_owned() })
}
