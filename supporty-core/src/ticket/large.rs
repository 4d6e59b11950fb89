//! The events that are large: few of a log's entries are one of these.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::event::on_time;
use super::{Event, Message, Raised, Script};
use crate::vocab::{
    Actor, AdapterName, AreaId, Audience, FieldId, FieldValue, Kind, PersonId, PolicyVersion, PriorityId,
    RotaId, SquadId, TextRef, TicketKey, Time, Told, Watch,
};

/// What is known of a ticket when it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Its key.
    pub key: TicketKey,
    /// One line.
    pub title: TextRef,
    /// Everything else.
    pub details: Option<TextRef>,
    /// Who asked.
    pub requester: Actor,
    /// What kind of work.
    pub work: Kind,
    /// How urgent.
    pub priority: PriorityId,
    /// Which part of the product.
    pub area: Option<AreaId>,
    /// The squad that owns the area.
    pub squad: Option<SquadId>,
    /// The squads that the requester belongs to.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requester_squads: BTreeSet<SquadId>,
    /// The policy that its promises are measured by.
    pub policy: PolicyVersion,
    /// The closed ticket that it goes on from.
    pub follows: Option<TicketKey>,
    /// The message that made that necessary.
    pub message: Option<Message>,
    /// What else the form asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldId, FieldValue>,
    /// Who may read it beside those who have a part in it, where it is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<BTreeSet<PersonId>>,
    /// What happens by itself, where it is a game day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Script>,
    /// The alerts that it was opened for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised: Option<Raised>,
}

/// A rung of the ladder that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// Which one, from 0.
    pub rung: u8,
    /// What it watches.
    pub watch: Watch,
    /// The round of what it watches.
    pub epoch: u32,
    /// When the first one that this entry stands for was due.
    pub due: Time,
    /// When the last one was due.
    pub last_due: Time,
    /// How many instants this entry stands for: 1 unless the desk was down.
    pub count: u32,
    /// How many of the rung's instants are spent in this round.
    pub spent: u32,
    /// Whom it was meant for when it was due.
    pub meant: Vec<Told>,
    /// Who was told, and as what: whoever was on when it was noticed.
    pub told: Vec<Told>,
    /// The rung whose audience was told, where this one's resolved to nobody.
    pub stood_in: Option<u8>,
    /// How many seconds after its instant, or after the quiet hours, it was noticed: the desk was down.
    #[serde(default, skip_serializing_if = "on_time")]
    pub late_by: u32,
    /// The last entries of the squad's rotas, which said who was on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rotas: BTreeMap<RotaId, u64>,
}

/// Somebody who is being woken, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paged {
    /// Who.
    pub person: PersonId,
    /// As whom.
    #[serde(rename = "as")]
    pub as_: Audience,
    /// The rung that asked for them; by hand, perhaps none.
    pub rung: Option<u8>,
    /// When that was due.
    pub due: Time,
    /// By which way.
    pub adapter: AdapterName,
    /// The how-manieth of their ways, from 0.
    pub method: u8,
    /// Until when they have time before the next one is tried.
    pub until: Time,
    /// Who could not be reached, where they are woken instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<PersonId>,
}

/// What is large stands in a box.
macro_rules! boxed {
    ($($name:ident)*) => {$(
        impl From<$name> for Event {
            fn from(event: $name) -> Self {
                Self::$name(Box::new(event))
            }
        }
    )*};
}

boxed!(Opened Escalated Paged);
