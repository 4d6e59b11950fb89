use super::{Command, Event, Service};
use crate::vocab::DeploymentId;

/// Why something is not taken for a fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Refusal {
    /// It is known already.
    #[error("this is known already")]
    Known,
    /// It was there once: that is no failure, though it may fail later.
    #[error("`{0}` was deployed: tell of a rollback, or that it caused an incident")]
    WasDeployed(DeploymentId),
}

/// What is told becomes a fact, once.
///
/// A deployment that failed may be tried again under the same id, as GitHub's deployments can: it is deployed then.
pub fn decide(service: &Service, command: &Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::Merge(change) => match service.merged.get(&change.change) {
            Some(known) if known == change || known.as_of > change.as_of => Err(Refusal::Known),
            _ => Ok(vec![Event::ChangeMerged { change: change.clone() }]),
        },
        Command::Deploy(deployment) if service.deployed.contains_key(&deployment.id) => Err(Refusal::Known),
        Command::Deploy(deployment) => {
            let deployment = deployment.clone();
            Ok(vec![match service.brings_back(&deployment) {
                true => Event::RolledBack { deployment },
                false => Event::Deployed { deployment },
            }])
        }
        Command::FailDeploy(deployment) if service.deployed.contains_key(&deployment.id) => {
            Err(Refusal::WasDeployed(deployment.id.clone()))
        }
        Command::FailDeploy(deployment) if service.failed.contains_key(&deployment.id) => Err(Refusal::Known),
        Command::FailDeploy(deployment) => Ok(vec![Event::DeployFailed { deployment: deployment.clone() }]),
    }
}
