use serde::{Deserialize, Serialize};

use crate::vocab::{Target, Time};

/// How one round of a promise ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which promise.
    pub target: Target,
    /// Which round of its clock.
    pub epoch: u32,
    /// How it ended.
    pub verdict: Verdict,
}

/// The end of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Kept, and exactly at the deadline counts as kept.
    Met {
        /// When.
        at: Time,
        /// The deadline, unless the clock stood still without one.
        due: Option<Time>,
    },
    /// Kept after the deadline.
    MetLate {
        /// When.
        at: Time,
        /// The deadline.
        due: Time,
    },
    /// Broken, and not kept since.
    Breached {
        /// The deadline.
        due: Time,
        /// A change had put the deadline into the past.
        on_change: bool,
    },
    /// It no longer applied.
    Cancelled,
}

impl Verdict {
    /// Kept, in time or late.
    pub(crate) fn kept(at: Time, due: Option<Time>) -> Self {
        match due {
            Some(due) if at > due => Self::MetLate { at, due },
            _ => Self::Met { at, due },
        }
    }
}
