use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{AreaId, Kind, PriorityId, SquadId};

/// What of a ticket its promises depend on. A policy's rules look at nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Terms {
    /// How urgent.
    pub priority: PriorityId,
    /// Which part of the product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    /// What kind of work.
    #[serde(default = "request", skip_serializing_if = "is_request")]
    pub kind: Kind,
    /// The squads that the requester belonged to when they asked.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requester_squads: BTreeSet<SquadId>,
}

impl Terms {
    /// Those of a request in no area by somebody of no squad.
    pub fn of(priority: PriorityId) -> Self {
        Self { priority, area: None, kind: Kind::Request, requester_squads: BTreeSet::new() }
    }
}

fn request() -> Kind {
    Kind::Request
}

fn is_request(kind: &Kind) -> bool {
    *kind == Kind::Request
}
