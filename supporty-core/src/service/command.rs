use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::vocab::{ChangeId, DeploymentId, TicketKey, Time};

/// What is told of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Command {
    /// A change went into the branch that is deployed.
    Merge(Merged),
    /// It was deployed to production.
    Deploy(Deployment),
    /// It was to be deployed to production, and was not.
    FailDeploy(Deployment),
}

/// A change that is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// Which.
    pub change: ChangeId,
    /// What people call it: `acme/shop#42`.
    pub label: String,
    /// The commit by which it went in.
    pub commit: String,
    /// When somebody began to work on it: its first commit, or where that is not known when it was opened.
    pub began: Time,
    /// When it went in.
    pub at: Time,
    /// The tickets that it is meant to solve.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fixes: BTreeSet<TicketKey>,
    /// The change that it takes out again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverts: Option<ChangeId>,
    /// When its host says that this was so, if it says: what is told of an earlier instant changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Time>,
}

/// An attempt to bring a service to production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Which.
    pub id: DeploymentId,
    /// What was deployed.
    pub commit: String,
    /// When it was there, or had failed.
    pub at: Time,
    /// What it brought.
    pub contents: Contents,
    /// Whether it only brought back what was there before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rollback: bool,
    /// Where it is looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What a deployment brought, as far as whoever tells of it knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contents {
    /// These changes.
    Changes(BTreeSet<ChangeId>),
    /// The changes that went in by these commits: those since the deployment before, as the host compares them.
    Commits(BTreeSet<String>),
    /// Whatever was in when it was built.
    BuiltAt(Time),
}
