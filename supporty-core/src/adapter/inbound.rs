use serde::{Deserialize, Serialize};

use crate::ticket::Command;
use crate::vocab::{Identity, InboundKey, Place, TextRow, TicketKey, Time};

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
