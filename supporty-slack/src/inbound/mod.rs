//! From what Slack delivers to what it means. Pure: nothing here knows a network, a clock or a desk.
//!
//! [`verify`] says whether Slack sent it, [`read`] and [`read_envelope`] what it means. Nothing that Slack adds one day, a
//! field, a block or a kind of event, makes a delivery unreadable; what is unreadable is told without people's words.
//!
//! [`Serialize`] is for people who look at recordings: it leaves out whatever lets its holder act.

mod blocks;
mod commands;
mod events;
mod form;
mod interaction;
mod keys;
mod messages;
mod origin;
mod press;
mod reactions;
mod read;
mod slash;
mod submission;
mod text;
mod verify;

use serde::Serialize;
use supporty_core::adapter::{Fields, Inbound};
use supporty_core::policy::Policy;
use supporty_core::ticket::CommandKind;
use supporty_core::vocab::{Place, TicketKey};

use crate::config::Config;
use crate::ids::{ChannelRef, TeamId, UserRef};

pub use keys::unread_key;
pub use read::{read, read_envelope};
pub use supporty_core::adapter::Unreadable;
pub use verify::{SigningSecrets, Unverified, verify};

/// What is known when a delivery is read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// How the workspace is set up.
    pub config: &'a Config,
    /// The policy in force: who is who, and what the form asks.
    pub policy: &'a Policy,
    /// Who we are there, so that our own messages are told from others'.
    pub app: &'a App,
}

/// Our app as Slack names it; what is not known yet is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct App {
    /// `A012ABCD0A0`.
    pub app_id: String,
    /// The bot user, by workspace.
    pub bot_users: std::collections::BTreeMap<TeamId, String>,
}

/// A delivery, understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Slack asks whether this address is ours: answered with the same word.
    Challenge(String),
    /// Something for the desk to decide: it is stored, then Slack is answered, then it is decided.
    Asked(Box<Asked>),
    /// A form that was sent with something wrong in it: Slack shows what, beside the field.
    Wrong(Vec<FieldError>),
    /// Somebody wants to do something that needs a form: it must be opened within three seconds.
    Opens(Opens),
    /// The form that opens a ticket changed while it is filled in.
    Changed(Changed),
    /// An emoji that needs more than itself.
    EmojiAsks {
        /// Who.
        asker: Asker,
        /// On which message.
        place: Place,
        /// What they want to do.
        kind: CommandKind,
    },
    /// Somebody looks at the home view.
    Home(Asker),
    /// Somebody mentioned us, or an engineer, where no ticket is.
    Mentioned {
        /// Who.
        asker: Asker,
        /// Where.
        place: Place,
        /// What they wrote.
        text: String,
        /// The engineers that they hoped for.
        favourites: Vec<UserRef>,
    },
    /// Somebody wants to know how it works.
    Help(Asker),
    /// Something happened to a channel of ours.
    Channel {
        /// Which.
        channel: ChannelRef,
        /// What.
        news: ChannelNews,
    },
    /// Somebody left a channel of ours.
    Left {
        /// Who.
        user: UserRef,
        /// Which.
        channel: ChannelRef,
    },
    /// A workspace took our tokens back, or removed the app.
    Revoked(TeamId),
    /// Slack holds back deliveries, because there were too many.
    Throttled(TeamId),
    /// Knowingly nothing to us.
    NotForUs(NotForUs),
}

/// Something for the desk, with where its answer goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// What.
    pub inbound: Inbound,
    /// Who.
    pub asker: Asker,
    /// How it came.
    pub by: By,
}

/// How something was asked, and so where a refusal is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A form: in the form.
    Form,
    /// A button: only to whoever pressed it.
    Button,
    /// An emoji: only to whoever reacted.
    Emoji,
    /// A message, an edit or a deletion: only to whoever wrote it.
    Message,
}

/// Who did something, and how they are answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asker {
    /// Who.
    pub user: UserRef,
    /// The workspace in which we answer.
    pub team: Option<TeamId>,
    /// Where they did it: a channel of that workspace, by its id there.
    pub channel: Option<String>,
    /// The thread there.
    pub thread: Option<String>,
    /// What opens a view, within three seconds.
    #[serde(skip)]
    pub trigger: Option<String>,
    /// Where an answer may be posted for half an hour.
    #[serde(skip)]
    pub response_url: Option<ResponseUrl>,
}

/// An address that lets whoever has it post: shown by nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseUrl(String);

/// A form to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opens {
    /// Who wants it.
    pub asker: Asker,
    /// Which.
    pub what: Form,
}

/// Which form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The one that opens a ticket, with what is known already.
    New(Fields),
    /// What a command on a ticket needs to know.
    Ask {
        /// The ticket.
        ticket: TicketKey,
        /// The command.
        kind: CommandKind,
    },
}

/// A form as it is while somebody fills it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Who.
    pub asker: Asker,
    /// The view's id.
    pub view: String,
    /// Its state, so that an older answer does not overwrite a newer one.
    pub hash: String,
    /// What is in it so far.
    pub fields: Fields,
}

/// What is wrong with a field of a form, in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The block of the field.
    pub block: String,
    /// What to do.
    pub why: String,
}

/// What may happen to a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelNews {
    /// Nobody can post there any more.
    Archived,
    /// Everybody can again.
    Unarchived,
    /// It is called otherwise now.
    Renamed(String),
    /// It is gone.
    Deleted,
    /// We were removed from it.
    Removed,
    /// We were added to it.
    Added,
    /// It has another id now, since it became public or shared: the configuration should name that one.
    Moved(ChannelRef),
}

/// Why a delivery is nothing to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "because", content = "what")]
pub enum NotForUs {
    /// We did it ourselves.
    Ours,
    /// A program did it, where only people are answered.
    Bot,
    /// It is about a channel in which there are no tickets.
    OtherChannel,
    /// A message that is in no thread and mentions nobody.
    NoThread,
    /// An emoji that means nothing here.
    Emoji(String),
    /// A kind of message that nobody wrote: somebody joined, a topic changed.
    Subtype(String),
    /// A kind of delivery that we have no use for.
    Kind(String),
    /// A button or a form of another app, or one that only leads somewhere.
    Foreign(String),
}

impl ResponseUrl {
    /// What Slack gave.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ResponseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResponseUrl(…)")
    }
}
