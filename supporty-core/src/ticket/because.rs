use serde::{Deserialize, Serialize};

/// Why a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Resumption {
    /// Somebody said so.
    Asked,
    /// The requester answered.
    Reply,
    /// Its time was up.
    Elapsed,
    /// It waited for a deployment, and what is meant to solve it was deployed.
    Deployed,
}

/// Why a ticket was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CloseReason {
    /// The requester confirmed.
    Confirmed,
    /// The reopening window ended.
    WindowEnded,
}

/// Why a ticket was reopened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reopening {
    /// Somebody said so.
    Asked,
    /// The requester wrote, and the policy takes that for it.
    Reply,
    /// An alert fires.
    Alert,
}

/// Why words were deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Erasure {
    /// Somebody asked for it.
    Asked,
    /// They were kept for as long as the policy says.
    Elapsed,
}
