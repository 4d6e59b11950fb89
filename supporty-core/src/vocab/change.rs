use serde::{Deserialize, Serialize};

use super::{ChangeId, Time};

/// A change of code as its host knows it, a pull request say, or an issue. Without the words of people.
///
/// ```
/// use supporty_core::vocab::{Change, ChangeState};
///
/// let opened_at = "2026-01-09T17:30:00Z".parse().unwrap();
/// let change = Change {
///     id: "github/1296269/42".into(),
///     label: "acme/shop#42".to_owned(),
///     url: "https://github.com/acme/shop/pull/42".to_owned(),
///     state: ChangeState::Open,
///     opened_at,
///     as_of: opened_at,
/// };
/// assert!(!change.state.is_merged());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What stays the same when its repository is renamed.
    pub id: ChangeId,
    /// What people call it.
    pub label: String,
    /// Where it is looked at.
    pub url: String,
    /// How far it is.
    pub state: ChangeState,
    /// When it was opened.
    pub opened_at: Time,
    /// When its host says that this was so. Of two facts the later one counts, whichever came first.
    pub as_of: Time,
}

/// How far a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeState {
    /// Somebody works on it.
    Open,
    /// It is in.
    Merged {
        /// Since when.
        at: Time,
    },
    /// It was given up.
    Dropped {
        /// When.
        at: Time,
    },
    /// It is an issue, and closed.
    Closed {
        /// When.
        at: Time,
    },
}

impl Change {
    /// Whether this is told of a later instant than that. Of what its host says of the same instant, which some hosts know
    /// to the second only, the end of a change is later than what came before it.
    pub fn is_newer_than(&self, known: &Self) -> bool {
        let rank = |change: &Self| (change.as_of, change.state.at().is_some(), change.state.at());
        rank(self) > rank(known)
    }
}

impl ChangeState {
    /// Whether it is in.
    pub fn is_merged(self) -> bool {
        matches!(self, Self::Merged { .. })
    }

    /// When it ended.
    pub fn at(self) -> Option<Time> {
        match self {
            Self::Open => None,
            Self::Merged { at } | Self::Dropped { at } | Self::Closed { at } => Some(at),
        }
    }
}
