//! The desk's own stream: which policy was adopted when, and which zone database measured deadlines from when on.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::pay::{Month, Statement};
use crate::stream::{Entry, Recorded};
use crate::vocab::{PolicyVersion, Time};

/// What is asked of the desk itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Command {
    /// Put a policy in force, measured by a zone database.
    Adopt {
        /// Which policy.
        version: PolicyVersion,
        /// The version of the zone database: `2026f`, say.
        zones: String,
    },
    /// Let a month's statements stay as they are.
    CloseMonth {
        /// Which.
        month: Month,
        /// As they are.
        statements: Vec<Statement>,
    },
}

/// What happened to the desk itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A policy is in force from now on.
    PolicyAdopted {
        /// Which.
        version: PolicyVersion,
    },
    /// Every deadline from now on is measured by another zone database.
    ZonesAdopted {
        /// Its version: `2026f`, say.
        zones: String,
    },
    /// A month's statements stay as they are.
    MonthClosed {
        /// Which.
        month: Month,
        /// As they were.
        statements: Vec<Statement>,
    },
}

/// What the desk is by now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskState {
    /// The number of its last entry.
    pub seq: u64,
    /// Which policy was in force from when, in order of time.
    pub policies: Vec<(Time, PolicyVersion)>,
    /// Which zone database measured deadlines from when on, in order of time.
    pub zones: Vec<(Time, String)>,
    /// When its last entry was.
    pub at: Option<Time>,
    /// The statements of every month that was closed.
    pub closed: BTreeMap<Month, Vec<Statement>>,
}

/// An entry of the desk's stream.
pub type DeskEntry = Entry<Event>;

impl Recorded for Event {
    fn kind(&self) -> &'static str {
        match self {
            Self::PolicyAdopted { .. } => "policy-adopted",
            Self::ZonesAdopted { .. } => "zones-adopted",
            Self::MonthClosed { .. } => "month-closed",
        }
    }
}

/// What a command does to the desk; nothing for what is in force or closed already.
pub fn decide(state: &DeskState, command: &Command) -> Vec<Event> {
    match command {
        Command::Adopt { version, zones } => {
            let measured = state.zones.last().is_some_and(|(_, known)| known == zones);
            let in_force = state.policies.last().is_some_and(|(_, known)| known == version);
            let zones = (!measured).then(|| Event::ZonesAdopted { zones: zones.clone() });
            let policy = (!in_force).then(|| Event::PolicyAdopted { version: version.clone() });
            zones.into_iter().chain(policy).collect()
        }
        Command::CloseMonth { month, .. } if state.closed.contains_key(month) => Vec::new(),
        Command::CloseMonth { month, statements } => {
            vec![Event::MonthClosed { month: *month, statements: statements.clone() }]
        }
    }
}

/// Applies one entry.
pub fn evolve(state: &mut DeskState, entry: &DeskEntry) {
    state.seq = entry.seq;
    state.at = Some(entry.at);
    match &entry.event {
        Event::PolicyAdopted { version } => state.policies.push((entry.at, version.clone())),
        Event::ZonesAdopted { zones } => state.zones.push((entry.at, zones.clone())),
        Event::MonthClosed { month, statements } => drop(state.closed.insert(*month, statements.clone())),
    }
}
