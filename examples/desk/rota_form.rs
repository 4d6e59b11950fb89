//! From the fields of a rota's forms to what is asked of the rota.

use supporty_core::rota::{Change, Command, Reason};
use supporty_core::time::Zone;
use supporty_core::vocab::{Period, PersonId, TextRef, TextRow};

use crate::form::{self, Fields, Wrong};

/// What a form of a rota asks, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What.
    pub command: Command,
    /// The words.
    pub texts: Vec<TextRow>,
}

/// What a rota's page can ask: the last part of a form's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Ask somebody to take over.
    Swap,
    /// Take over.
    Take,
    /// Keep it after all.
    Keep,
    /// Be away.
    Away,
    /// Be back.
    Back,
    /// Change who is on.
    Change,
    /// Undo that.
    Undo,
    /// Say that one was called out.
    Confirm,
    /// Agree that it is paid.
    Approve,
    /// Say that it was none.
    Refuse,
}

impl Action {
    const ALL: [(&'static str, Self); 10] = [
        ("swap", Self::Swap),
        ("take", Self::Take),
        ("keep", Self::Keep),
        ("away", Self::Away),
        ("back", Self::Back),
        ("change", Self::Change),
        ("undo", Self::Undo),
        ("confirm", Self::Confirm),
        ("approve", Self::Approve),
        ("refuse", Self::Refuse),
    ];

    /// The action of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(known, _)| *known == name).map(|(_, action)| action)
    }

    /// Its name in an address.
    pub fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(_, action)| *action == self).map_or("", |(name, _)| name)
    }
}

/// What a form of a rota asks.
pub fn read(fields: &Fields, action: Action, zone: &Zone) -> Result<Asked, Wrong> {
    let name = format!("local/rota/{}", form::once(fields, action.name())?);
    Form(fields).read(&name, action, zone)
}

struct Form<'a>(&'a Fields);

impl Form<'_> {
    fn read(&self, name: &str, action: Action, zone: &Zone) -> Result<Asked, Wrong> {
        let mut texts = Vec::new();
        let mut why = || self.note(name, "why", &mut texts);
        let command = match action {
            Action::Swap => Command::AskSwap {
                person: self.somebody("person")?,
                period: self.period(zone)?,
                with: self.somebody("with").ok(),
                why: why()?,
            },
            Action::Take => Command::TakeSwap { swap: self.entry()?, in_return: None },
            Action::Keep => Command::CancelSwap { swap: self.entry()? },
            Action::Away => Command::BeAway {
                person: self.somebody("person")?,
                period: self.period(zone)?,
                reason: self.reason()?,
                why: why()?,
            },
            Action::Back => Command::ComeBack { away: self.entry()? },
            Action::Change => {
                Command::Arrange { period: self.period(zone)?, change: self.change()?, why: why()? }
            }
            Action::Confirm => Command::ConfirmCallOut { call_out: self.entry()?, period: None },
            Action::Approve => Command::ApproveCallOut { call_out: self.entry()? },
            Action::Refuse => Command::RefuseCallOut { call_out: self.entry()? },
            Action::Undo => Command::Withdraw { arranged: self.entry()? },
        };
        Ok(Asked { command, texts })
    }

    fn note(
        &self,
        name: &str,
        field: &'static str,
        texts: &mut Vec<TextRow>,
    ) -> Result<Option<TextRef>, Wrong> {
        let Some(row) = self.0.words(name, field)? else { return Ok(None) };
        let at = row.at.clone();
        texts.push(row);
        Ok(Some(at))
    }

    fn somebody(&self, field: &'static str) -> Result<PersonId, Wrong> {
        match self.0.typed(field).trim() {
            "" => Err(Wrong { field: field.into(), why: "choose somebody".to_owned() }),
            name => Ok(name.into()),
        }
    }

    fn entry(&self) -> Result<u64, Wrong> {
        let why = "the form has lost what it was about: load the page again".to_owned();
        self.0.typed("entry").parse().map_err(|_| Wrong { field: "entry".into(), why })
    }

    fn period(&self, zone: &Zone) -> Result<Period, Wrong> {
        Ok(Period::new(self.0.instant("from", zone)?, self.0.instant("until", zone)?))
    }

    fn reason(&self) -> Result<Reason, Wrong> {
        match self.0.typed("reason") {
            "time-off" => Ok(Reason::TimeOff),
            "sick" => Ok(Reason::Sick),
            "feature-work" => Ok(Reason::FeatureWork),
            _ => Err(Wrong { field: "reason".into(), why: "choose one of these".to_owned() }),
        }
    }

    fn change(&self) -> Result<Change, Wrong> {
        let person = self.somebody("person")?;
        match self.0.typed("change") {
            "add" => Ok(Change::Add(person)),
            "remove" => Ok(Change::Remove(person)),
            "replace" => Ok(Change::Replace { person: self.somebody("instead_of")?, with: person }),
            "only" => Ok(Change::Only(vec![person])),
            _ => Err(Wrong { field: "change".into(), why: "choose one of these".to_owned() }),
        }
    }
}
