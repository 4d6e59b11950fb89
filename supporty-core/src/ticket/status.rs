use std::fmt;

use serde::{Deserialize, Serialize};

use crate::vocab::{Actor, PersonId, Resolution, TextRef, TicketKey, Time, WaitingOn};

/// Where a ticket stands. Each status owns what only it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Nobody owns it.
    New {
        /// Since when it has been so.
        since: Time,
    },
    /// Somebody works on it.
    Active {
        /// Who.
        owner: PersonId,
    },
    /// It waits for somebody else.
    Waiting {
        /// For whom.
        on: WaitingOn,
        /// Since when.
        since: Time,
        /// Until when.
        until: Time,
        /// Why.
        why: Option<TextRef>,
        /// Who owns it meanwhile.
        owner: Option<PersonId>,
        /// When the requester was reminded.
        nudged: Option<Time>,
    },
    /// It is done, and can be reopened.
    Resolved {
        /// When.
        at: Time,
        /// By whom.
        by: Actor,
        /// How.
        resolution: Resolution,
        /// Who owned it.
        owner: Option<PersonId>,
    },
    /// It is over for good.
    Closed {
        /// When.
        at: Time,
        /// How it was resolved.
        resolution: Resolution,
        /// Who owned it.
        owner: Option<PersonId>,
    },
    /// Another ticket goes on for it.
    Merged {
        /// The survivor.
        into: TicketKey,
        /// When.
        at: Time,
        /// What it was before.
        before: Box<Status>,
    },
}

/// A status without what it owns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusKind {
    /// [`Status::New`]
    New,
    /// [`Status::Active`]
    Active,
    /// [`Status::Waiting`]
    Waiting,
    /// [`Status::Resolved`]
    Resolved,
    /// [`Status::Closed`]
    Closed,
    /// [`Status::Merged`]
    Merged,
}

impl StatusKind {
    /// Every status, in the order of the life of a ticket.
    pub const ALL: &[Self] =
        &[Self::New, Self::Active, Self::Waiting, Self::Resolved, Self::Closed, Self::Merged];

    /// The stored spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Active => "active",
            Self::Waiting => "waiting",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }

    /// The status of a stored spelling.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// Whether somebody still has to do something: new, active or waiting.
    pub fn is_open(self) -> bool {
        matches!(self, Self::New | Self::Active | Self::Waiting)
    }
}

impl fmt::Display for StatusKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Status {
    /// The status without what it owns.
    pub fn kind(&self) -> StatusKind {
        match self {
            Self::New { .. } => StatusKind::New,
            Self::Active { .. } => StatusKind::Active,
            Self::Waiting { .. } => StatusKind::Waiting,
            Self::Resolved { .. } => StatusKind::Resolved,
            Self::Closed { .. } => StatusKind::Closed,
            Self::Merged { .. } => StatusKind::Merged,
        }
    }

    /// Whether somebody still has to do something: new, active or waiting.
    pub fn is_open(&self) -> bool {
        self.kind().is_open()
    }

    /// Who owns it, or owned it last. A merged ticket is its survivor's.
    pub fn owner(&self) -> Option<&PersonId> {
        match self {
            Self::Active { owner } => Some(owner),
            Self::Waiting { owner, .. } | Self::Resolved { owner, .. } | Self::Closed { owner, .. } => {
                owner.as_ref()
            }
            Self::New { .. } | Self::Merged { .. } => None,
        }
    }

    /// How it was resolved, if it is.
    pub fn resolution(&self) -> Option<Resolution> {
        match self {
            Self::Resolved { resolution, .. } | Self::Closed { resolution, .. } => Some(*resolution),
            Self::New { .. } | Self::Active { .. } | Self::Waiting { .. } | Self::Merged { .. } => None,
        }
    }

    /// The open status with that owner, or without one: a wait goes on, anything else becomes active or new.
    pub(crate) fn owned_by(self, owner: Option<PersonId>, at: Time) -> Self {
        match (self, owner) {
            (Self::Waiting { on, since, until, why, nudged, .. }, owner) => {
                Self::Waiting { on, since, until, why, owner, nudged }
            }
            (_, Some(owner)) => Self::Active { owner },
            (_, None) => Self::New { since: at },
        }
    }
}
