use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Promise;
use crate::vocab::{AreaId, Kind, PriorityId, SquadId, Target, Terms};

/// Promises of their own for some tickets. Of a policy's rules the first that matches a ticket applies, and only that
/// one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is called: "checkout incidents".
    pub name: String,
    /// Which tickets it is for.
    #[serde(default)]
    pub when: Condition,
    /// What they are promised instead of what their priority promises, target by target.
    pub promises: BTreeMap<Target, Promise>,
}

/// Which tickets a rule is for: those that fulfil every part. A part that names nothing is fulfilled by all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// One of these priorities.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub priority: BTreeSet<PriorityId>,
    /// In one of these areas.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub area: BTreeSet<AreaId>,
    /// One of these kinds of work.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kind: BTreeSet<Kind>,
    /// Asked for by somebody of one of these squads.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requester_squad: BTreeSet<SquadId>,
}

impl Condition {
    /// Whether every ticket fulfils it.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a ticket of those terms fulfils it.
    pub fn matches(&self, terms: &Terms) -> bool {
        let any = |none: bool, found: bool| none || found;
        any(self.priority.is_empty(), self.priority.contains(&terms.priority))
            && any(self.area.is_empty(), terms.area.as_ref().is_some_and(|area| self.area.contains(area)))
            && any(self.kind.is_empty(), self.kind.contains(&terms.kind))
            && any(
                self.requester_squad.is_empty(),
                !self.requester_squad.is_disjoint(&terms.requester_squads),
            )
    }
}
