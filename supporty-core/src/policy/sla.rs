use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Rung;
use crate::time::Budget;
use crate::vocab::Warning;
use crate::vocab::{CalendarId, PauseReason, PriorityId, Target};

/// One priority: what it means, what it promises, and who hears of it when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priority {
    /// `P1`.
    pub id: PriorityId,
    /// What it is called: "business critical".
    pub name: String,
    /// Its runbooks are posted when it is opened, everybody whom its ladder names is woken by their contacts, and a
    /// post-mortem follows it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub critical: bool,
    /// What belongs here.
    pub examples: Vec<String>,
    /// The calendar on which spans without a promise of their own are measured: unowned, silent, repeats.
    pub clock: CalendarId,
    /// The promises.
    pub promises: BTreeMap<Target, Promise>,
    /// Seconds of an owner's silence after which anybody may take over.
    pub take_over_after: u32,
    /// Seconds without activity after which an acknowledgement counts no longer.
    pub acknowledgement_lapses: u32,
    /// The rungs, lowest first.
    pub ladder: Vec<Rung>,
}

/// One promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// How much time it gives.
    pub within: Budget,
    /// The calendar that measures it.
    pub clock: CalendarId,
    /// What stops its clock, beside being resolved.
    #[serde(default)]
    pub pauses: BTreeSet<PauseReason>,
    /// When to warn.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// What a change of priority does to the clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriorityChange {
    /// Raising runs the new promise from the change, lowering carries.
    Fair,
    /// The spans so far are measured against the new promise.
    Carry,
    /// The new promise runs from the change.
    Restart,
    /// The earlier of the old and the carried deadline.
    KeepEarlier,
}

/// What the requester's reply to a resolved ticket does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplyMode {
    /// They are asked whether to reopen it.
    Ask,
    /// It is reopened.
    Always,
    /// Nothing.
    Never,
}
