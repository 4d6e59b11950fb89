use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::time::Budget;
use crate::vocab::{AreaId, CalendarId, PersonId, PriorityId};

/// The script of a game day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// What the ticket is called.
    pub title: String,
    /// What else it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub details: String,
    /// How urgent it pretends to be.
    pub priority: PriorityId,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    /// Who takes part: nobody else is told.
    pub participants: BTreeSet<PersonId>,
    /// What is said in its thread, and how many seconds after the beginning.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub script: Vec<(u32, String)>,
}

/// What a critical ticket that ended asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostMortem {
    /// How much time there is.
    pub within: Budget,
    /// The calendar that measures it.
    pub clock: CalendarId,
    /// What it should say.
    pub template: String,
}
