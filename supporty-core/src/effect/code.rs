use serde::{Deserialize, Serialize};

use crate::vocab::{AdapterName, ChangeId, PriorityId, Repository, Resolution, TicketKey};

/// Something to write on a code host, for a ticket. An edge, in order within a ticket's lane of that host, but for
/// [checks](Writing::Check), which are a level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    /// On which.
    pub host: AdapterName,
    /// For which ticket.
    pub ticket: TicketKey,
    /// What.
    pub what: Writing,
}

/// What is written on a code host. The words of people go into an issue that somebody asked for, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Writing {
    /// An issue.
    Issue {
        /// Where.
        repository: Repository,
    },
    /// A comment.
    Remark {
        /// Below what.
        on: ChangeId,
        /// What it says.
        remark: Remark,
    },
    /// The policy's labels.
    Labels {
        /// On what.
        on: ChangeId,
    },
    /// Beside a change's newest commit, which ticket it is meant to solve. A level.
    Check {
        /// On what.
        on: ChangeId,
    },
    /// The issue is done with.
    Close {
        /// Which.
        issue: ChangeId,
    },
    /// The issue is not done with.
    Reopen {
        /// Which.
        issue: ChangeId,
    },
}

/// What is said below an issue or a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Remark {
    /// It is meant to solve the ticket.
    Solves,
    /// It caused the ticket.
    Caused,
    /// The ticket is as urgent as that now.
    Reprioritised {
        /// How urgent.
        to: PriorityId,
    },
    /// The ticket was resolved.
    Resolved {
        /// How.
        resolution: Resolution,
    },
    /// The ticket was reopened.
    Reopened,
}

impl Writing {
    /// On which issue or change.
    pub fn on(&self) -> Option<&ChangeId> {
        match self {
            Self::Issue { .. } => None,
            Self::Remark { on, .. }
            | Self::Labels { on }
            | Self::Check { on }
            | Self::Close { issue: on }
            | Self::Reopen { issue: on } => Some(on),
        }
    }
}

impl Write {
    pub(super) fn lane(&self) -> String {
        format!("code/{}/{}", self.host, self.ticket)
    }

    pub(super) fn level(&self) -> Option<String> {
        match &self.what {
            Writing::Check { on } => Some(format!("check/{}/{on}", self.ticket)),
            _ => None,
        }
    }
}
