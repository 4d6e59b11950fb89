use serde::{Deserialize, Serialize};

use super::{AdapterName, PersonId};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// A human being.
    Person(PersonId),
    /// A program that speaks in the chat or sends alerts. Its messages answer nobody, and its time costs nothing.
    Bot(PersonId),
    /// supporty itself: timers, and what deliveries taught it.
    Desk,
}

impl Actor {
    /// The person, if it is one.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Bot(_) | Self::Desk => None,
        }
    }
}

/// Somebody as an adapter knows them. The policy resolves it to one [`PersonId`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The adapter that vouches for it.
    pub adapter: AdapterName,
    /// The user's id there.
    pub user: String,
    /// Whether it is a program.
    #[serde(default)]
    pub bot: bool,
}

impl Identity {
    /// A human being, as an adapter knows them.
    pub fn new(adapter: impl Into<AdapterName>, user: impl Into<String>) -> Self {
        Self { adapter: adapter.into(), user: user.into(), bot: false }
    }
}
