use serde::{Deserialize, Serialize};

use super::{Deployment, Merged};
use crate::stream::{Entry, events};

events! {
    /// What happened to a service. Times are those of what is told; when the desk heard of it is in the entry.
    Event

    /// A change went in.
    ChangeMerged "change-merged" {
        /// Which.
        change: Merged,
    }
    /// It was deployed to production.
    Deployed "deployed" {
        /// How.
        deployment: Deployment,
    }
    /// It was to be deployed to production, and was not.
    DeployFailed "deploy-failed" {
        /// How.
        deployment: Deployment,
    }
    /// What was there before was brought back.
    RolledBack "rolled-back" {
        /// How.
        deployment: Deployment,
    }
}

/// An entry of a service's stream.
pub type ServiceEntry = Entry<Event>;
