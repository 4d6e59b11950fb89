use std::fmt;

use serde::{Deserialize, Serialize};

use crate::policy::{Drill, Policy};
use crate::ticket::{Command, Message, Open, Script};
use crate::vocab::{
    AdapterName, AreaId, ChangeId, FieldId, FieldValue, Identity, InboundKey, Kind, MessageId, Place,
    PriorityId, RotaId, ServiceId, Text, TextError, TextRef, TextRow, TicketKey, Time,
};

/// One delivery from outside, understood: who asks what of which ticket.
///
/// An adapter makes it from a payload with a pure function; the desk queues it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// What makes it unique: a key seen before is answered with what it did then.
    pub key: InboundKey,
    /// Who asks.
    pub from: Identity,
    /// Which ticket.
    pub about: About,
    /// What.
    pub command: Command,
    /// The words that the command refers to.
    pub texts: Vec<TextRow>,
    /// When the adapter received it.
    pub at: Time,
}

/// One delivery from outside about a rota: who arranges what on which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotaInbound {
    /// What makes it unique: a key seen before is answered with what it did then.
    pub key: InboundKey,
    /// Who asks.
    pub from: Identity,
    /// Which rota.
    pub rota: RotaId,
    /// What.
    pub command: crate::rota::Command,
    /// The words that the command refers to.
    pub texts: Vec<TextRow>,
    /// When the adapter received it.
    pub at: Time,
}

/// One delivery from outside about a service: what a code host or a build tells of its changes and deployments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceInbound {
    /// What makes it unique: a key seen before is answered with what it did then.
    pub key: InboundKey,
    /// Who tells.
    pub from: Identity,
    /// Of which service.
    pub service: ServiceId,
    /// What.
    pub command: crate::service::Command,
    /// When the adapter received it.
    pub at: Time,
}

/// One delivery from outside as it came: kept before anybody understands it, so that whoever brought it can be told at
/// once that it is here, and nothing is lost should it be misunderstood.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    /// What makes it unique: that of the [`Inbound`] that it turns out to be, as far as that is known.
    pub key: InboundKey,
    /// Whose [`Reader`] understands it.
    pub adapter: AdapterName,
    /// What came.
    pub raw: String,
    /// When.
    pub at: Time,
}

/// Understands what an adapter kept: a pure function of the delivery and the policy in force.
///
/// The desk asks it about whatever was kept and not handled since, after a crash for instance.
pub trait Reader: Send + Sync {
    /// What it asks of a ticket, if it asks anything.
    fn read(&self, raw: &Raw, policy: &Policy) -> Result<Option<Inbound>, Unreadable>;
}

/// Why a delivery can not be understood. Without the words of people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it can not be understood: {0}")]
pub struct Unreadable(pub String);

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, adapter, raw, at } = self;
        let bytes = raw.len();
        f.debug_struct("Raw")
            .field("key", key)
            .field("adapter", adapter)
            .field("bytes", &bytes)
            .field("at", at)
            .finish()
    }
}

/// What somebody fills in to open a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form<'a> {
    /// One line, of at most [`Text::TITLE`] characters.
    pub title: &'a str,
    /// Everything else; empty if there is nothing else.
    pub details: &'a str,
    /// What kind of work.
    pub kind: Kind,
    /// How urgent.
    pub priority: PriorityId,
    /// Which part of the product.
    pub area: Option<AreaId>,
    /// What else the policy asks, as far as it was answered.
    pub fields: Vec<(FieldId, FieldInput<'a>)>,
    /// Let only its readers know what it is about.
    pub restricted: bool,
}

/// An answer to a question of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldInput<'a> {
    /// One of its options.
    Choice(&'a str),
    /// Words.
    Text(&'a str),
}

impl<'a> Form<'a> {
    /// A request in no area, with a title alone.
    pub fn new(title: &'a str, priority: impl Into<PriorityId>) -> Self {
        Self {
            title,
            details: "",
            kind: Kind::Request,
            priority: priority.into(),
            area: None,
            fields: Vec::new(),
            restricted: false,
        }
    }
}

impl Inbound {
    /// A command without words of its own.
    ///
    /// ```
    /// use supporty_core::adapter::{About, Inbound};
    /// use supporty_core::ticket::Command;
    /// use supporty_core::vocab::Identity;
    ///
    /// let ana = Identity { adapter: "cli".into(), user: "ana".to_owned(), bot: false };
    /// let about = About::Ticket("SUP-1".parse().unwrap());
    /// let claim = Inbound::ask("cli/press/1".into(), ana, about, Command::Claim, "2026-01-09T17:30:00Z".parse().unwrap());
    /// assert!(claim.texts.is_empty());
    /// ```
    pub fn ask(key: InboundKey, from: Identity, about: About, command: Command, at: Time) -> Self {
        Self { key, from, about, command, texts: Vec::new(), at }
    }

    /// A form that opens a ticket. Its words are named after the key.
    pub fn open(key: InboundKey, from: Identity, form: Form<'_>, at: Time) -> Result<Self, TextError> {
        let mut texts = Vec::new();
        let title = words(&mut texts, &key, "title", Text::line(form.title, Text::TITLE)?);
        let details = match Text::new(form.details, Text::MESSAGE) {
            Err(TextError::Empty) => None,
            details => Some(words(&mut texts, &key, "details", details?)),
        };
        let answers = form.fields.into_iter().map(|(field, answer)| {
            let value = match answer {
                FieldInput::Choice(option) => FieldValue::Choice(option.to_owned()),
                FieldInput::Text(said) => {
                    let name = format!("field/{field}");
                    FieldValue::Text(words(&mut texts, &key, &name, Text::new(said, Text::MESSAGE)?))
                }
            };
            Ok((field, value))
        });
        let fields = answers.collect::<Result<_, TextError>>()?;
        let Form { kind, priority, area, restricted, .. } = form;
        let command =
            Command::Open(Open { details, kind, area, fields, restricted, ..Open::new(title, priority) });
        Ok(Self { key, from, about: About::New, command, texts, at })
    }

    /// A game day that the policy describes begins. Its words are named after the key.
    pub fn drill(key: InboundKey, from: Identity, drill: &Drill, at: Time) -> Result<Self, TextError> {
        let form = Form {
            details: &drill.details,
            kind: Kind::Drill,
            area: drill.area.clone(),
            ..Form::new(&drill.title, drill.priority.clone())
        };
        let mut inbound = Self::open(key, from, form, at)?;
        let lines = drill.script.iter().enumerate().map(|(index, (after, said))| {
            let name = format!("line/{index}");
            let said = Text::new(said, Text::MESSAGE)?;
            Ok((*after, words(&mut inbound.texts, &inbound.key, &name, said)))
        });
        let mut lines: Vec<_> = lines.collect::<Result<_, TextError>>()?;
        lines.sort_by_key(|(after, _)| *after);
        if let Command::Open(open) = &mut inbound.command {
            open.drill = Some(Script { participants: drill.participants.clone(), lines });
        }
        Ok(inbound)
    }

    /// A message in a thread. Its words are named after the key.
    pub fn reply(
        key: InboundKey,
        from: Identity,
        about: About,
        id: MessageId,
        says: &str,
        said_at: Time,
    ) -> Result<Self, TextError> {
        let command = |text| Command::Reply { message: Message { id, text, said_at } };
        Self::said(key, from, about, says, command, said_at)
    }

    /// What somebody wrote below the issue that was opened for a ticket.
    pub fn comment(
        key: InboundKey,
        from: Identity,
        (about, on): (About, ChangeId),
        id: MessageId,
        says: &str,
        said_at: Time,
    ) -> Result<Self, TextError> {
        let command = |text| Command::Comment { on, message: Message { id, text, said_at } };
        Self::said(key, from, about, says, command, said_at)
    }

    fn said(
        key: InboundKey,
        from: Identity,
        about: About,
        says: &str,
        command: impl FnOnce(TextRef) -> Command,
        at: Time,
    ) -> Result<Self, TextError> {
        let mut texts = Vec::new();
        let text = words(&mut texts, &key, "text", Text::new(says, Text::MESSAGE)?);
        Ok(Self { key, from, about, command: command(text), texts, at })
    }
}

fn words(texts: &mut Vec<TextRow>, key: &InboundKey, name: &str, text: Text) -> TextRef {
    let at = TextRef::new(format!("{key}/{name}"));
    texts.push(TextRow { at: at.clone(), author: None, internal: false, text });
    at
}

/// Which ticket something is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// One that does not exist yet.
    New,
    /// That one.
    Ticket(TicketKey),
    /// The one whose thread stands there.
    Thread(Place),
}

/// What the desk did with a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The ticket that it came to: the survivor of a merged one, the follow-up of a closed one.
    pub ticket: Option<TicketKey>,
    /// Whether it was done.
    pub outcome: Result<crate::rules::Accepted, crate::rules::Rejection>,
}
