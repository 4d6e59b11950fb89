use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Alerts, ClockSet};
use crate::vocab::{
    Actor, AdapterName, Audience, Change, MessageId, PersonId, Resolution, TextRef, TicketKey, Time,
};

/// Somebody who is being woken: by one way at a time, each with a time to say that they are looking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// As whom they are woken.
    #[serde(rename = "as")]
    pub as_: Audience,
    /// The rung that asked for them; by hand, perhaps none.
    pub rung: Option<u8>,
    /// When that was due.
    pub due: Time,
    /// The way.
    pub adapter: AdapterName,
    /// The how-manieth of their ways, from 0.
    pub method: u8,
    /// Since when it is tried.
    pub since: Time,
    /// Until when they have time before the next one is.
    pub until: Time,
    /// Who could not be reached, where they are woken instead.
    pub instead_of: Option<PersonId>,
}

/// What somebody was asked to write after a critical ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostMortem {
    /// Until when.
    pub due: Time,
    /// Whether that has passed and somebody was told.
    pub overdue: bool,
    /// What was written, and when.
    pub written: Option<(Time, TextRef)>,
}

/// What happens on a game day by itself, and for whom it is played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Script {
    /// Who takes part: nobody else is told.
    pub participants: BTreeSet<PersonId>,
    /// What is said in its thread, and how many seconds after the beginning, in that order.
    pub lines: Vec<(u32, TextRef)>,
}

/// What a report hears of the incident that it is gathered under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// Somebody said something in its thread.
    Said(Box<Message>),
    /// The cause is known.
    Identified,
    /// Service is back.
    Mitigated,
    /// It is done.
    Resolved(Resolution),
    /// It was not done.
    Reopened,
}

/// A message on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id on its platform.
    pub id: MessageId,
    /// What it says.
    pub text: TextRef,
    /// When it was said there, which may be before the desk heard of it.
    #[serde(deserialize_with = "crate::vocab::instant")]
    pub said_at: Time,
}

/// What a survivor takes over from one merged ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The merged ticket.
    pub ticket: TicketKey,
    /// Who had asked for it, and is a requester of the survivor from now on.
    pub requester: Actor,
    /// Its clocks as they were.
    pub clocks: ClockSet,
    /// The reports that it had gathered.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reports: BTreeSet<TicketKey>,
    /// How its alerts stood.
    #[serde(default, skip_serializing_if = "Alerts::is_empty")]
    pub alerts: Alerts,
    /// The issues that were opened for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Change>,
}
