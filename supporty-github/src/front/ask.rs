//! What deliveries do not say, and GitHub does when it is asked: what a deployment brought, and when a change was begun.

use std::collections::BTreeSet;
use std::time::Duration;

use supporty_core::desk::DeskError;
use supporty_core::service::{Command, Contents, Deployment, Service};
use supporty_core::vocab::{Time, micros};

use super::{Front, Told};
use crate::api::Api;
use crate::error::{Failure, Then};
use crate::inbound::{Fact, What};
use crate::methods::{Method, RepositoryRef, Request};

/// How long a delivery waits for that: GitHub waits for us meanwhile.
const PATIENCE: Duration = Duration::from_secs(3);
/// More commits than that, in pages of a hundred, are no list that anybody compares.
const PAGES: usize = 10;

/// Why nothing more is known for now.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    #[error(transparent)]
    GitHub(#[from] Failure),
    #[error("the desk's store: {0}")]
    Desk(#[from] DeskError),
}

impl Front {
    /// Fills in what GitHub says within a few seconds. What it does not say stays as it was told.
    pub(super) async fn complete_soon(&self, fact: &Fact, told: Told) -> Told {
        let mut completed = told.clone();
        match tokio::time::timeout(PATIENCE, self.complete(fact, &mut completed)).await {
            Ok(Ok(())) => completed,
            Ok(Err(error)) => {
                tracing::debug!(key = %fact.key, %error, "GitHub was not asked");
                told
            }
            Err(_) => told,
        }
    }

    /// Fills in what GitHub says. What it will not say, such as the difference to a commit that is gone, stays as it was told.
    pub(super) async fn complete(&self, fact: &Fact, told: &mut Told) -> Result<(), Stop> {
        let Some(api) = self.inner.api.get() else { return Ok(()) };
        let at = RepositoryRef::Number(fact.repository.id);
        api.learn(fact.repository.id, &fact.repository.name);
        let mut began = None;
        for told in &mut told.services {
            let service = self.inner.desk.service(&told.service).await?;
            match (&mut told.command, &fact.what) {
                (Command::Merge(merged), What::PullRequest(pull)) => {
                    merged.began = match (service.merged.get(&merged.change), began) {
                        (Some(known), _) => known.began,
                        (None, Some(began)) => began,
                        (None, None) => {
                            let first = told_by(first_commit(api, &at, pull.number).await)?.flatten();
                            first.map_or(merged.began, |first| first.min(merged.began))
                        }
                    };
                    began = Some(merged.began);
                }
                (Command::Deploy(deployment), _) if !deployment.rollback => {
                    let Some(before) = before(&service, deployment) else { continue };
                    let since = told_by(since(api, &at, &before.commit, &deployment.commit).await)?.flatten();
                    if let Some(commits) = since {
                        deployment.contents = Contents::Commits(commits);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What GitHub will not say now or later is nothing.
fn told_by<T>(answer: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(failure) if matches!(failure.then(), Then::Again | Then::Waits) => Err(failure),
        Err(failure) => {
            tracing::debug!(%failure, "GitHub does not say more");
            Ok(None)
        }
    }
}

/// The deployment that this one took the place of; none for one that is known.
fn before<'a>(service: &'a Service, deployment: &Deployment) -> Option<&'a Deployment> {
    if service.deployed.contains_key(&deployment.id) {
        return None;
    }
    let earlier = service.deployed.values().filter(|one| one.at <= deployment.at);
    earlier.max_by_key(|one| (one.at, &one.id))
}

/// When the first commit of a pull request was made, by the clock of whoever made it. GitHub lists
/// [the oldest first](https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request).
async fn first_commit(api: &Api, at: &RepositoryRef, number: u64) -> Result<Option<Time>, Failure> {
    let request = Request::on(at, Method::PullRequestCommits, &[&number]).with("per_page", 100);
    let commits = api.call(&request).await?.body;
    let made = commits
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|commit| commit.pointer("/commit/author/date")?.as_str()?.parse().ok().map(micros));
    Ok(made.min())
}

/// The commits that one has and an earlier one had not; nothing, where they are too many.
async fn since(
    api: &Api,
    at: &RepositoryRef,
    base: &str,
    head: &str,
) -> Result<Option<BTreeSet<String>>, Failure> {
    let mut commits = BTreeSet::new();
    if base == head {
        return Ok(Some(commits));
    }
    let span = format!("{base}...{head}");
    for page in 1..=PAGES {
        let request = Request::on(at, Method::Compare, &[&span]).with("per_page", 100).with("page", page);
        let answer = api.call(&request).await?;
        let listed = answer.body.get("commits").and_then(|commits| commits.as_array());
        let listed = listed.ok_or(Failure::Garbled(Method::Compare))?;
        commits.extend(listed.iter().filter_map(|one| Some(one.get("sha")?.as_str()?.to_owned())));
        if answer.page("next", "page").is_none() {
            return Ok(Some(commits));
        }
    }
    Ok(None)
}
