use serde::Serialize;
use supporty_core::adapter::{Part, Unreadable};
use supporty_core::vocab::{InboundKey, Time};

use super::origin::Origin;
use super::pull_request::repository;
use super::{Account, Delivery, Repository, keys};
use crate::ids::DeliveryId;

/// What our app may see of an organization or a person has changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Installation {
    /// What makes it unique.
    pub key: InboundKey,
    /// The delivery that told it.
    pub delivery: DeliveryId,
    /// The time of its last change, if GitHub tells it.
    pub at: Option<Time>,
    /// Its number.
    pub id: u64,
    /// Whose repositories they are.
    pub account: Option<Account>,
    /// Who changed it.
    pub by: Option<Account>,
    /// What happened.
    pub news: InstallationNews,
}

/// What happened to an installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InstallationNews {
    /// It began.
    Created {
        /// What we may see.
        repositories: Vec<Repository>,
    },
    /// It ended: our tokens there are worth nothing.
    Deleted,
    /// We may do nothing for now.
    Suspended,
    /// We may again.
    Unsuspended,
    /// Somebody agreed to what we have asked for since.
    PermissionsAccepted,
    /// We may see more.
    Added {
        /// These too.
        repositories: Vec<Repository>,
    },
    /// We may see less.
    Removed {
        /// These no longer.
        repositories: Vec<Repository>,
    },
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let news = match origin.action() {
        "created" => InstallationNews::Created { repositories: repositories(origin.body, "repositories") },
        "deleted" => InstallationNews::Deleted,
        "suspend" => InstallationNews::Suspended,
        "unsuspend" => InstallationNews::Unsuspended,
        "new_permissions_accepted" => InstallationNews::PermissionsAccepted,
        _ => return origin.passes(),
    };
    installation(origin, news)
}

pub(super) fn read_repositories(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let news = match origin.action() {
        "added" => InstallationNews::Added { repositories: repositories(origin.body, "repositories_added") },
        "removed" => {
            InstallationNews::Removed { repositories: repositories(origin.body, "repositories_removed") }
        }
        _ => return origin.passes(),
    };
    installation(origin, news)
}

fn installation(origin: &Origin<'_>, news: InstallationNews) -> Result<Delivery, Unreadable> {
    let part = origin.body.part("installation");
    let (id, at) = (part.need_number("id")?, part.time("updated_at"));
    let happens_once = matches!(news, InstallationNews::Created { .. } | InstallationNews::Deleted);
    let parts: &[&dyn std::fmt::Display] =
        if happens_once { &[&id, &origin.action()] } else { &[&id, &origin.action(), &origin.delivery] };
    Ok(Delivery::Installation(Installation {
        key: keys::key(&origin.config().name, "installation", parts),
        delivery: origin.delivery.clone(),
        at,
        id,
        account: origin.account(part, "account"),
        by: origin.sender(),
        news,
    }))
}

fn repositories(body: Part<'_>, name: &'static str) -> Vec<Repository> {
    body.list(name).filter_map(repository).collect()
}
