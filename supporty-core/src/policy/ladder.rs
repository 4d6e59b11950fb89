use serde::{Deserialize, Serialize};

use crate::vocab::{Audience, CalendarId, Target, Watch};

/// One step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// When it fires.
    pub trigger: Trigger,
    /// Whom it tells.
    pub audience: Vec<Audience>,
    /// Whether it fires again.
    #[serde(default)]
    pub repeat: Option<Repeat>,
    /// The calendar outside which it waits for the next opening.
    #[serde(default)]
    pub hours: Option<CalendarId>,
}

/// When a rung fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// When that many percent of a promise are used.
    Share {
        /// Which promise.
        target: Target,
        /// How many percent.
        percent: u8,
    },
    /// That many seconds of its clock before a promise's deadline.
    Before {
        /// Which promise.
        target: Target,
        /// How many seconds.
        seconds: u32,
    },
    /// That many seconds of its clock after a promise was broken; 0 is the breach itself.
    After {
        /// Which promise.
        target: Target,
        /// How many seconds.
        seconds: u32,
    },
    /// After that many seconds without an owner.
    Unowned {
        /// How many seconds.
        seconds: u32,
    },
    /// After that many seconds of its owner's silence.
    Silent {
        /// How many seconds.
        seconds: u32,
    },
}

/// How a rung fires again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// Seconds of the clock between two firings; at least one.
    pub every: u32,
    /// How many more times it fires after the first.
    pub at_most: u32,
}

impl Trigger {
    /// What it watches.
    pub fn watch(&self) -> Watch {
        match self {
            Self::Share { target, .. } | Self::Before { target, .. } | Self::After { target, .. } => {
                Watch::from(*target)
            }
            Self::Unowned { .. } => Watch::Unowned,
            Self::Silent { .. } => Watch::Silent,
        }
    }
}

impl Rung {
    /// How many times it fires in one round of what it watches.
    pub fn times(&self) -> u32 {
        self.repeat.map_or(1, |repeat| repeat.at_most.saturating_add(1))
    }
}
