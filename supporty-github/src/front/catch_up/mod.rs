//! What was missed is fetched: GitHub never delivers a second time by itself.
//!
//! Two ways lead to it, and both end where a delivery ends, under the keys of the facts themselves, so that what is heard of
//! twice changes nothing. What a webhook could not deliver is read from GitHub's list of its deliveries, which holds
//! [three days](https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks). And the pull
//! requests and deployments of every repository are read that changed since, however long that is and whatever became of the
//! webhook.
//!
//! Payloads are read, and GitHub is not asked to deliver them once more: that would need a way in that works, may fail again
//! unseen, and takes one request more for each.

mod deliveries;
mod hooks;
mod progress;
mod reading;
mod repositories;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use chrono::TimeDelta;
use serde::Serialize;
use serde_json::Value;
use supporty_core::vocab::Time;

use self::progress::{Progress, Source};
use self::repositories::Place;
use super::Front;
use super::ask::Stop;
use super::told::{Told, told};
use crate::api::Api;
use crate::error::{Failure, Then};
use crate::ids::RepositoryId;
use crate::inbound::{Delivery, Fact, read_value};

/// How far back is looked when a process begins. Nobody has to remember when the last one ended.
const LOOK_BACK: TimeDelta = TimeDelta::days(14);
/// How long until it is looked again.
const PAUSE: Duration = Duration::from_secs(60 * 60);
/// How long, where GitHub was not reached or the desk could not keep what it said. Only what is left is read then.
const AGAIN: Duration = Duration::from_secs(15 * 60);
/// More of what is wrong is read by nobody.
const PROBLEMS: usize = 20;

/// What came of asking GitHub for what was missed. As a text it is one line for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CaughtUp {
    /// When it was begun.
    pub at: Time,
    /// How many deliveries were fetched that GitHub could not deliver.
    pub deliveries: u64,
    /// How many of them can not be understood.
    pub unreadable: u64,
    /// How much was told to tickets and services that they had not known.
    pub new: u64,
    /// What could not be read, and why; without people's words.
    pub problems: Vec<String>,
    /// Not all was read: after how long it is worth to go on.
    pub again: Option<Duration>,
}

impl Front {
    /// Asks GitHub, until `shutdown` comes, for what was missed: at once as far as fourteen days back, then every hour, or when
    /// GitHub's limits allow to go on. Without a way to [ask](Self::asking) it does nothing.
    ///
    /// In an hour that takes two requests for each repository (with a token up to two more, for it and its webhooks), one for each hundred deliveries of a webhook and one for each
    /// that failed, and one for each deployment to production that is not known to have succeeded. May be broken off at any
    /// point. Of several workers one is enough; that all do it costs requests, and nothing else.
    pub async fn keep_up(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        if self.inner.api.get().is_none() {
            return shutdown.await;
        }
        let keeping_up = async {
            let mut progress =
                Progress::since(self.known_until().await.min(self.inner.desk.now() - LOOK_BACK));
            loop {
                let caught_up = self.pass(&mut progress).await;
                tokio::time::sleep(caught_up.again.unwrap_or(PAUSE).clamp(Duration::from_secs(1), PAUSE))
                    .await;
            }
        };
        tokio::select! {
            biased;
            () = &mut shutdown => {}
            () = keeping_up => {}
        }
    }

    /// Asks GitHub once for what was missed since an instant. To ask twice, or from too early on, changes nothing.
    pub async fn catch_up(&self, since: Time) -> CaughtUp {
        self.pass(&mut Progress::since(since)).await
    }

    /// The last instant of which GitHub told anything of the policy's services.
    async fn known_until(&self) -> Time {
        let mut last = None;
        for service in self.inner.desk.policy().spec().services.keys() {
            // A store that does not answer has to do so for every fact that is read after this.
            let Ok(known) = self.inner.desk.service(service).await else { continue };
            let merged = known.merged.values().map(|merged| merged.at);
            last = last.max(merged.chain(known.deployed.values().map(|one| one.at)).max());
        }
        last.unwrap_or_else(|| self.inner.desk.now())
    }

    async fn pass(&self, progress: &mut Progress) -> CaughtUp {
        let report = CaughtUp { at: self.inner.desk.now(), ..CaughtUp::default() };
        let Some(api) = self.inner.api.get() else {
            let problems = vec!["no token and no app was given to ask GitHub with".to_owned()];
            return CaughtUp { problems, ..report };
        };
        let mut pass = Pass { front: self, api, report, repositories: BTreeMap::new() };
        pass.look_around().await;
        let mut sources = pass.hooks().await;
        sources
            .extend(pass.repositories.keys().flat_map(|id| [Source::Changes(*id), Source::Deployments(*id)]));
        for source in progress.in_order(sources) {
            if progress.is_fresh(&source, pass.report.at) {
                continue;
            }
            let mut reached = progress.of(&source);
            let read = match &source {
                Source::Hook(hook) => pass.deliveries(hook, &mut reached).await,
                Source::Changes(id) => pass.changes(*id, reached).await,
                Source::Deployments(id) => pass.deployments(*id, reached).await,
            };
            match read {
                Ok(()) => progress.read(source, pass.report.at),
                Err(stop) => {
                    pass.note(&source, &stop);
                    progress.stopped(source, reached);
                }
            }
        }
        let report = pass.report;
        if !report.problems.is_empty() || report.new > 0 {
            tracing::info!(new = report.new, problems = ?report.problems, "GitHub was asked for what was missed");
        }
        self.note(|health| health.caught_up = Some(report.clone()));
        report
    }
}

/// One time that it is looked.
struct Pass<'a> {
    front: &'a Front,
    api: &'a Api,
    report: CaughtUp,
    repositories: BTreeMap<RepositoryId, Place>,
}

impl Pass<'_> {
    /// Reads what GitHub shows as if it had delivered it, and tells the desk what it does not know yet.
    async fn shown(&mut self, event: &str, body: &Value) -> Result<(), Stop> {
        match read_value(&self.front.context(), event, "", body) {
            Ok(Delivery::Fact(fact)) => {
                let told = told(&self.front.inner.config, &fact);
                let mut unknown = self.front.unknown(told).await?;
                self.complete(&fact, &mut unknown).await?;
                self.report.new += self.front.learn(unknown).await? as u64;
            }
            Ok(_) => {}
            Err(why) => self.unreadable(event, &why),
        }
        Ok(())
    }

    /// Tells the desk what a delivery says that was missed, just as if it came now.
    async fn missed(&mut self, fact: &Fact) -> Result<(), Stop> {
        let mut told = told(&self.front.inner.config, fact);
        let unknown = self.front.unknown(told.clone()).await?;
        self.complete(fact, &mut told).await?;
        self.front.learn(told).await?;
        self.report.new += (unknown.tickets.len() + unknown.services.len()) as u64;
        Ok(())
    }

    /// What GitHub can not say beside it keeps nobody from learning the rest; only a limit is waited for.
    async fn complete(&self, fact: &Fact, told: &mut Told) -> Result<(), Stop> {
        match self.front.complete(fact, told).await {
            Err(Stop::GitHub(failure)) if !matches!(failure, Failure::Later { .. }) => {
                tracing::debug!(key = %fact.key, %failure, "GitHub does not say more");
                Ok(())
            }
            completed => completed,
        }
    }

    fn unreadable(&mut self, event: &str, why: &dyn std::fmt::Display) {
        tracing::warn!(%event, %why, "what GitHub has can not be understood");
        self.report.unreadable += 1;
    }

    /// It can not be read now.
    fn note(&mut self, what: &dyn std::fmt::Display, stop: &Stop) {
        let again = match stop {
            Stop::GitHub(Failure::Later { wait, .. }) => Some(*wait),
            Stop::GitHub(failure) if failure.then() != Then::Again => None,
            Stop::GitHub(_) | Stop::Desk(_) => Some(AGAIN),
        };
        if let Some(again) = again {
            self.report.again = Some(self.report.again.map_or(again, |known| known.min(again)));
        }
        if !matches!(stop, Stop::GitHub(Failure::Later { .. })) {
            self.problem(format!("{what}: {stop}"));
        }
    }

    fn problem(&mut self, problem: String) {
        tracing::warn!(%problem, "not everything that was missed can be read");
        if self.report.problems.len() < PROBLEMS && !self.report.problems.contains(&problem) {
            self.report.problems.push(problem);
        }
    }
}
