//! The desk's own stream: which policy was adopted when.

use serde::{Deserialize, Serialize};

use crate::stream::{Entry, Recorded};
use crate::vocab::{PolicyVersion, Time};

/// What is asked of the desk itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Command {
    /// Put a policy in force.
    Adopt {
        /// Which.
        version: PolicyVersion,
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
}

/// What the desk is by now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskState {
    /// The number of its last entry.
    pub seq: u64,
    /// Which policy was in force from when, in order of time.
    pub policies: Vec<(Time, PolicyVersion)>,
}

/// An entry of the desk's stream.
pub type DeskEntry = Entry<Event>;

impl Recorded for Event {
    fn kind(&self) -> &'static str {
        match self {
            Self::PolicyAdopted { .. } => "policy-adopted",
        }
    }
}

/// What a command does to the desk; nothing for a policy that is in force already.
pub fn decide(state: &DeskState, command: &Command) -> Vec<Event> {
    match command {
        Command::Adopt { version } if state.policies.last().is_some_and(|(_, known)| known == version) => {
            Vec::new()
        }
        Command::Adopt { version } => vec![Event::PolicyAdopted { version: version.clone() }],
    }
}

/// Applies one entry.
pub fn evolve(state: &mut DeskState, entry: &DeskEntry) {
    state.seq = entry.seq;
    match &entry.event {
        Event::PolicyAdopted { version } => state.policies.push((entry.at, version.clone())),
    }
}
