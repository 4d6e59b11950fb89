use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Deployment, Event, Merged, ServiceEntry};
use crate::vocab::{ChangeId, DeploymentId, Time};

/// What a service is by now: the fold of its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The number of its last entry.
    pub seq: u64,
    /// When its last entry was.
    pub at: Option<Time>,
    /// The changes that went in.
    pub merged: BTreeMap<ChangeId, Merged>,
    /// What was deployed, rollbacks among it.
    pub deployed: BTreeMap<DeploymentId, Deployment>,
    /// What failed to be deployed, and was not deployed since under the same id.
    pub failed: BTreeMap<DeploymentId, Deployment>,
}

/// Applies one entry: no rules, and it never fails.
pub fn evolve(service: &mut Service, entry: &ServiceEntry) {
    service.seq = entry.seq;
    service.at = Some(entry.at);
    match &entry.event {
        Event::ChangeMerged { change } => drop(service.merged.insert(change.change.clone(), change.clone())),
        Event::Deployed { deployment } | Event::RolledBack { deployment } => {
            service.failed.remove(&deployment.id);
            service.deployed.insert(deployment.id.clone(), deployment.clone());
        }
        Event::DeployFailed { deployment } => {
            service.failed.insert(deployment.id.clone(), deployment.clone());
        }
    }
}
