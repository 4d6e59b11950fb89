use std::collections::{BTreeMap, BTreeSet};

use super::{Contents, Deployment, Merged, Service};
use crate::vocab::{ChangeId, DeploymentId, Time};

/// A deployment in its place among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past<'a> {
    /// Which.
    pub deployment: &'a Deployment,
    /// Whether it only brought back what was there before: it says so, or what it deployed was deployed before the one
    /// that it replaced. To deploy the same again at once is neither a rollback nor anything new to users, and counts as
    /// a deployment like any other.
    pub rollback: bool,
}

impl Service {
    /// What was deployed, oldest first.
    pub fn history(&self) -> Vec<Past<'_>> {
        past(self.deployed.values())
    }

    /// The deployment that first brought each change. A rollback brings none.
    pub fn first_with(&self) -> BTreeMap<&ChangeId, &Deployment> {
        let by_commit: BTreeMap<&str, &Merged> =
            self.merged.values().map(|merged| (merged.commit.as_str(), merged)).collect();
        let mut waiting: BTreeSet<(Time, &ChangeId)> =
            self.merged.values().map(|merged| (merged.at, &merged.change)).collect();
        let mut first = BTreeMap::new();
        for Past { deployment, .. } in self.history().into_iter().filter(|past| !past.rollback) {
            let brought: Vec<&Merged> = match &deployment.contents {
                Contents::Changes(changes) => {
                    changes.iter().filter_map(|change| self.merged.get(change)).collect()
                }
                Contents::Commits(commits) => {
                    commits.iter().filter_map(|commit| by_commit.get(commit.as_str()).copied()).collect()
                }
                Contents::BuiltAt(at) => {
                    let before = waiting.iter().take_while(|(merged, _)| merged <= at);
                    before.filter_map(|(_, change)| self.merged.get(*change)).collect()
                }
            };
            for merged in brought {
                waiting.remove(&(merged.at, &merged.change));
                first.entry(&merged.change).or_insert(deployment);
            }
        }
        first
    }

    /// The deployments that were rolled back: those between a rollback and the deployment whose commit it brought back;
    /// where that is not known, the one before it.
    pub fn rolled_back(&self) -> BTreeSet<&DeploymentId> {
        let history = self.history();
        let mut undone = BTreeSet::new();
        for (index, rollback) in history.iter().enumerate().filter(|(_, past)| past.rollback) {
            let before = history.get(..index).unwrap_or_default();
            let same = |past: &Past<'_>| past.deployment.commit == rollback.deployment.commit;
            let from = match before.iter().rposition(same) {
                Some(restored) => restored + 1,
                None => index.saturating_sub(1),
            };
            let between = before.get(from..).unwrap_or_default().iter().filter(|past| !past.rollback);
            undone.extend(between.map(|past| &past.deployment.id));
        }
        undone
    }

    /// Whether a deployment that is told of now only brings back what was there before.
    pub(super) fn brings_back(&self, deployment: &Deployment) -> bool {
        let with = past(self.deployed.values().chain([deployment]));
        with.iter().any(|past| past.deployment.id == deployment.id && past.rollback)
    }
}

fn past<'a>(deployed: impl Iterator<Item = &'a Deployment>) -> Vec<Past<'a>> {
    let mut deployed: Vec<_> = deployed.collect();
    deployed.sort_by_key(|deployment| (deployment.at, &deployment.id));
    let mut seen = BTreeSet::new();
    let mut last = None;
    let past = deployed.into_iter().map(|deployment| {
        let commit = deployment.commit.as_str();
        let rollback = deployment.rollback || (last != Some(commit) && seen.contains(commit));
        seen.insert(commit);
        last = Some(commit);
        Past { deployment, rollback }
    });
    past.collect()
}
