use serde::{Deserialize, Serialize};

use super::{AdapterName, ChannelId, MessageId, PersonId, TicketKey};

/// Whom a rung of a ladder is meant for, before anybody looked up who that is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// The ticket's owner.
    Owner,
    /// The person who asked.
    Requester,
    /// The channel of the squad that owns the area.
    Squad,
    /// The squad's gardener.
    Gardener,
    /// The owner, or the gardener of a ticket that nobody owns.
    OwnerOrGardener,
    /// Who answers for the squad at that instant: its gardener in its hours, its on-call outside them.
    OnCall,
    /// The squad's lead.
    Lead,
    /// One person.
    Person(PersonId),
    /// One channel.
    Channel(ChannelId),
    /// The desk's own channel, which always exists.
    CatchAll,
}

/// Somebody, or a place, that can be told something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipient {
    /// One person, directly.
    Person(PersonId),
    /// A channel.
    Channel(ChannelId),
    /// A ticket's thread.
    Thread(TicketKey),
}

/// Who was told, and as what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Told {
    /// The recipient.
    pub to: Recipient,
    /// Why it was them.
    #[serde(rename = "as")]
    pub as_: Audience,
}

/// Where something stands on a platform: a thread is the place of its root message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The platform's adapter.
    pub adapter: AdapterName,
    /// The channel, by the platform's own id.
    pub channel: String,
    /// The message.
    pub message: MessageId,
}

impl Place {
    /// The adapter of the places by which alerts find their tickets. No other adapter has that name.
    pub const ALERTS: &str = "alerts";
}
