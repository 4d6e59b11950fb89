use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Error;
use crate::stream::EffectId;
use crate::ticket::{CommandKind, Progress, StatusKind};
use crate::vocab::{
    Bond, ChannelId, Kind, PersonId, Place, PriorityId, Resolution, Stars, Target, TicketKey, Time,
};

/// A chat platform: where people ask, are answered and are told.
///
/// What only reaches people, a pager or e-mail, is one too: it claims `direct` and not `cards`.
///
/// # Contract
///
/// 1. If `cards` is claimed, `show` without a place posts the card as a new root and answers with its place.
/// 2. If `cards` is claimed, `show` with a place changes that card and answers with the same place; the last one shown
///    is what stands.
/// 3. If `cards` is claimed, `tell` into a thread posts below its root, after everything told there before.
/// 4. `tell` to a channel, if `cards` is claimed, or to a person, if `direct` is, answers with the place of the message.
/// 5. If `dedupes` is claimed, the same effect delivered again is shown once, and answers with the first place.
/// 6. If `dedupes` is claimed, `find` answers with the place of an effect that was delivered, and with nothing for one
///    that was not.
/// 7. Text from people is shown as they wrote it: markup in it does nothing.
/// 8. If `cards` is claimed, telling a thread that does not exist is an error of kind `Gone` or `NotFound` that is not
///    retried.
/// 9. What is not claimed answers `Unsupported` and posts nothing: `show`, and `tell` to anything but a person, without
///    `cards`; `tell` to a person without `direct`; `find` without `dedupes`.
/// 10. Text over the platform's limit is cut, never refused.
/// 11. If `cards` is claimed, changing a card that does not exist is an error of kind `Gone` or `NotFound` that is not
///     retried.
/// 12. If `cards` is claimed, a card is shown whatever it has and lacks; one without words shows none.
/// 13. Every piece of a message is shown, in its order.
/// 14. If `dedupes` is claimed, 5 and 6 hold for every name that an effect may have.
///
/// Each sentence is a test of [`testing::chat_suite`](crate::testing::chat_suite).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Chat: Send + Sync {
    /// What it can do.
    fn capability(&self) -> ChatCapability;

    /// Brings a card up to date, or posts it.
    async fn show(&self, show: Show) -> Result<Delivered, Error>;

    /// Posts a message.
    async fn tell(&self, post: Post) -> Result<Delivered, Error>;

    /// Looks for what an effect has posted.
    async fn find(&self, effect: EffectId, to: Destination) -> Result<Option<Delivered>, Error>;
}

/// What a chat can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ChatCapability {
    /// It can show cards, channels and threads. Without this it only reaches people, and can not be the chat on which
    /// tickets are shown.
    pub cards: bool,
    /// It can look for an effect's id, so that nothing is shown twice.
    pub dedupes: bool,
    /// It can tell one person.
    pub direct: bool,
    /// It can show an internal note to engineers only.
    pub internal: bool,
}

/// A card to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// What to de-duplicate a new root by.
    pub effect: EffectId,
    /// Where the card stands, once it does.
    pub at: Option<Place>,
    /// Where to post it until then.
    pub channel: ChannelId,
    /// What it shows.
    pub card: Card,
}

/// A message to post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// What to de-duplicate by.
    pub effect: EffectId,
    /// Where to.
    pub to: Destination,
    /// What it says.
    pub message: Message,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Destination {
    /// Below a root.
    Thread(Place),
    /// Into a channel.
    Channel(ChannelId),
    /// To one person: the user's id on this platform.
    Person(String),
}

/// What a platform answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivered {
    /// Where it stands now.
    pub place: Place,
}

/// A message, before a platform's markup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The ticket that it is about, if it is about one.
    pub ticket: Option<TicketKey>,
    /// What it says, in order.
    pub pieces: Vec<Piece>,
    /// Whether somebody should be woken: a platform that can makes it loud.
    pub urgent: bool,
    /// What the reader may do about it.
    pub actions: Vec<CommandKind>,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Piece {
    /// Our own words.
    Text(String),
    /// Somebody, to be mentioned where that is possible.
    Person(Named),
    /// An instant, to be shown in the reader's zone.
    Time(Time),
    /// A ticket, to be linked.
    Ticket(TicketKey),
    /// What a person wrote, to be set apart and escaped.
    Quote(String),
    /// Something elsewhere, to be linked.
    Link {
        /// What it is called.
        label: String,
        /// Where it is.
        url: String,
    },
}

/// Somebody with their name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Who.
    pub id: PersonId,
    /// What they are called.
    pub name: String,
}

/// What a card shows: everything about a ticket that a reader of the channel wants to see at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The ticket.
    pub key: TicketKey,
    /// The number of the entry that it shows: of two cards the higher one is newer.
    pub seq: u64,
    /// One line, unless it was erased.
    pub title: Option<String>,
    /// Everything else.
    pub details: Option<String>,
    /// Where it stands.
    pub status: StatusKind,
    /// What kind of work.
    pub kind: Kind,
    /// How urgent.
    pub priority: PriorityId,
    /// What that priority is called.
    pub priority_name: String,
    /// Which part of the product, by name.
    pub area: Option<String>,
    /// Which squad, by name.
    pub squad: Option<String>,
    /// Who asked.
    pub requester: Named,
    /// Who owns it, or owned it last.
    pub owner: Option<Named>,
    /// When it was opened.
    pub opened_at: Time,
    /// Until when it waits, and for whom.
    pub waiting: Option<(crate::vocab::WaitingOn, Time)>,
    /// The survivor, if it is merged.
    pub merged_into: Option<TicketKey>,
    /// The promises that run or have run.
    pub promises: Vec<CardPromise>,
    /// How it ended.
    pub resolution: Option<Resolution>,
    /// The first and the last rating.
    pub stars: Option<(Stars, Stars)>,
    /// How many messages its thread has.
    pub messages: u32,
    /// Whether it is restricted to its readers. Where others see it, it has neither title nor details nor answers.
    #[serde(default)]
    pub restricted: bool,
    /// What else the form asked, and what was answered.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    /// The incident that it is a report of.
    #[serde(default)]
    pub reports_to: Option<TicketKey>,
    /// How many reports it gathers.
    #[serde(default)]
    pub reports: u32,
    /// Until when a post-mortem is to be written, and whether it is.
    #[serde(default)]
    pub post_mortem: Option<(Time, bool)>,
    /// The changes of code that have to do with it.
    #[serde(default)]
    pub changes: Vec<CardChange>,
    /// Who is being woken.
    #[serde(default)]
    pub waking: Vec<Named>,
    /// What may be done with it by somebody.
    pub actions: Vec<CommandKind>,
}

/// A change of code on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardChange {
    /// What it is to the ticket.
    pub bond: Bond,
    /// What people call it.
    pub label: String,
    /// Where it is looked at.
    pub url: String,
    /// How far it is.
    pub progress: Progress,
}

/// A promise on a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardPromise {
    /// Which.
    pub target: Target,
    /// How it stands.
    pub state: PromiseState,
    /// From when its clock counts, while it runs.
    pub since: Option<Time>,
    /// Its deadline, unless its clock stands still.
    pub due: Option<Time>,
}

/// How a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PromiseState {
    /// Its clock runs.
    Pending,
    /// Its clock runs, and a warning was given.
    AtRisk,
    /// It was kept.
    Met,
    /// It was kept after its deadline.
    MetLate,
    /// It is broken.
    Breached,
    /// Its clock stands still.
    Paused,
    /// It no longer applies.
    Cancelled,
}
