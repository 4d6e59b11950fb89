use serde::{Deserialize, Serialize};

/// When a warning is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Warning {
    /// When that many percent of the promise are used.
    Share(u8),
    /// That many seconds of working time before the deadline.
    Before(u32),
}
