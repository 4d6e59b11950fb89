use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Time;

/// A stretch of time: `[from, until)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// Its first instant.
    pub from: Time,
    /// The first instant after it.
    pub until: Time,
}

impl Period {
    /// The stretch between two instants.
    pub fn new(from: Time, until: Time) -> Self {
        Self { from, until }
    }

    /// Whether it holds no instant at all.
    pub fn is_empty(&self) -> bool {
        self.until <= self.from
    }

    /// Whether an instant lies in it.
    pub fn contains(&self, at: Time) -> bool {
        self.from <= at && at < self.until
    }

    /// What two have in common.
    pub fn overlap(&self, other: &Self) -> Option<Self> {
        let common = Self::new(self.from.max(other.from), self.until.min(other.until));
        (!common.is_empty()).then_some(common)
    }

    /// How long it is, as time is lived.
    pub fn length(&self) -> TimeDelta {
        self.until - self.from
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.from.format("%Y-%m-%d %H:%M"), self.until.format("%Y-%m-%d %H:%M UTC"))
    }
}
