//! GitHub keeps the contract of a code host, sentence by sentence, against a stand-in over HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;

use async_trait::async_trait;
use common::github::{Mishap, StandIn, TOKEN, mentions, sha};
use supporty_core::adapter::{
    Check, Error, ErrorKind, NewIssue, Piece, Retry, Vcs, VcsCapability, VcsRef, Within,
};
use supporty_core::desk::{Clock, ManualClock};
use supporty_core::stream::EffectId;
use supporty_core::testing::vcs_suite::VcsProbe;
use supporty_core::vocab::Change;
use supporty_github::{Api, Config, Credentials, GitHub};

/// Waits as a desk does for what GitHub puts off.
struct Patient {
    github: GitHub,
    clock: Arc<ManualClock>,
}

macro_rules! patiently {
    ($self:ident, $call:expr) => {
        loop {
            match $call {
                Err(Error { kind: ErrorKind::RateLimited, retry: Retry::After(wait), .. }) => {
                    let wait = chrono::TimeDelta::from_std(wait).unwrap();
                    $self.clock.set($self.clock.now() + wait);
                }
                answer => break answer,
            }
        }
    };
}

#[async_trait]
impl Vcs for Patient {
    fn capability(&self) -> VcsCapability {
        self.github.capability()
    }

    async fn open_issue(&self, effect: EffectId, issue: NewIssue) -> Result<VcsRef, Error> {
        patiently!(self, self.github.open_issue(effect.clone(), issue.clone()).await)
    }

    async fn comment(&self, effect: EffectId, on: VcsRef, body: Vec<Piece>) -> Result<VcsRef, Error> {
        patiently!(self, self.github.comment(effect.clone(), on.clone(), body.clone()).await)
    }

    async fn close(&self, issue: VcsRef) -> Result<(), Error> {
        patiently!(self, self.github.close(issue.clone()).await)
    }

    async fn reopen(&self, issue: VcsRef) -> Result<(), Error> {
        patiently!(self, self.github.reopen(issue.clone()).await)
    }

    async fn label(&self, on: VcsRef, labels: Vec<String>) -> Result<(), Error> {
        patiently!(self, self.github.label(on.clone(), labels.clone()).await)
    }

    async fn check(&self, on: VcsRef, check: Check) -> Result<(), Error> {
        patiently!(self, self.github.check(on.clone(), check.clone()).await)
    }

    async fn find(&self, effect: EffectId, within: Within) -> Result<Option<VcsRef>, Error> {
        patiently!(self, self.github.find(effect.clone(), within.clone()).await)
    }

    async fn look(&self, at: VcsRef) -> Result<Change, Error> {
        patiently!(self, self.github.look(at.clone()).await)
    }
}

struct Probe {
    vcs: Patient,
    stand_in: StandIn,
}

impl Probe {
    async fn new() -> Self {
        let stand_in = StandIn::start().await;
        Self { vcs: patient(&stand_in), stand_in }
    }
}

/// A process of its own: it knows nothing of what others wrote.
fn patient(stand_in: &StandIn) -> Patient {
    let clock = Arc::new(ManualClock::new("2026-03-02T10:00:00Z".parse().unwrap()));
    let api = Api::at(&stand_in.base, Credentials::Token(TOKEN.into())).unwrap();
    let api = api.with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    Patient { github: GitHub::new(api, Arc::new(Config::default())), clock }
}

fn number(at: &VcsRef) -> u64 {
    at.id.parse().unwrap()
}

#[async_trait]
impl VcsProbe for Probe {
    fn vcs(&self) -> &dyn Vcs {
        &self.vcs
    }

    fn repository(&self) -> String {
        "acme/shop".to_owned()
    }

    async fn change(&self) -> VcsRef {
        let number = self.stand_in.opens("Mend it");
        VcsRef { repository: "7".to_owned(), id: number.to_string() }
    }

    fn no_issue(&self) -> VcsRef {
        VcsRef { repository: "7".to_owned(), id: "4711".to_owned() }
    }

    async fn seen(&self, at: &VcsRef) -> Vec<String> {
        self.stand_in.world().seen(number(at))
    }

    async fn labels(&self, at: &VcsRef) -> Vec<String> {
        self.stand_in.world().issues[&number(at)].labels.clone()
    }

    async fn checks(&self, at: &VcsRef) -> Vec<(String, String)> {
        let world = self.stand_in.world();
        let here = world.statuses.iter().filter(|((commit, _), _)| *commit == sha(number(at)));
        here.map(|((_, name), said)| (name.clone(), said.clone())).collect()
    }

    async fn mentioned(&self) -> Vec<String> {
        let world = self.stand_in.world();
        let issues = world.issues.values().map(|issue| &issue.body);
        let comments = world.comments.iter().map(|comment| &comment.body);
        issues.chain(comments).flat_map(|body| mentions(body)).collect()
    }
}

async fn fresh() -> Probe {
    Probe::new().await
}

supporty_core::vcs_suite!(fresh);

fn effect(n: u16) -> EffectId {
    format!("entry/ticket/SUP-1/7.{n}").parse().unwrap()
}

fn issue(labels: &[&str]) -> NewIssue {
    NewIssue {
        repository: "acme/shop".to_owned(),
        title: "The till is slow".to_owned(),
        body: vec![Piece::Text("It is.".to_owned())],
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_after_the_work_is_looked_for_also_by_another_process() {
    let probe = Probe::new().await;
    probe.stand_in.world().mishaps.push_back(Mishap::LostAfter);
    let lost = probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap_err();
    assert_eq!(lost.kind, ErrorKind::Unknown);
    let at = probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap();
    assert_eq!(probe.stand_in.world().issues.len(), 1);

    probe.stand_in.world().mishaps.push_back(Mishap::LostAfter);
    let words = vec![Piece::Text("We look.".to_owned())];
    probe.vcs.comment(effect(2), at.clone(), words.clone()).await.unwrap_err();
    let other = patient(&probe.stand_in);
    let found = other.find(effect(2), Within::Below(at.clone())).await.unwrap();
    assert!(found.is_some());
    assert_eq!(probe.vcs.comment(effect(2), at, words).await.unwrap(), found.unwrap());
    assert_eq!(probe.stand_in.world().comments.len(), 1);
}

#[tokio::test]
async fn a_server_that_broke_before_the_work_has_done_nothing_and_it_is_done_once() {
    let probe = Probe::new().await;
    probe.stand_in.world().mishaps.push_back(Mishap::Broken);
    probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap_err();
    probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap();
    assert_eq!(probe.stand_in.world().issues.len(), 1);
}

#[tokio::test]
async fn a_limit_is_told_with_its_time_and_kept() {
    let probe = Probe::new().await;
    probe.stand_in.world().mishaps.push_back(Mishap::Limited(30));
    let github = &probe.vcs.github;
    let wait = |error: Error| match error.retry {
        Retry::After(wait) => wait.as_secs(),
        other => panic!("{other:?}"),
    };
    assert_eq!(wait(github.open_issue(effect(1), issue(&[])).await.unwrap_err()), 30);
    let asked = probe.stand_in.world().requests.len();
    assert_eq!(wait(github.open_issue(effect(1), issue(&[])).await.unwrap_err()), 30);
    assert_eq!(probe.stand_in.world().requests.len(), asked, "nobody asks before the time");
    probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap();
    assert_eq!(probe.stand_in.world().issues.len(), 1);
}

#[tokio::test]
async fn labels_that_github_drops_are_no_silence() {
    let probe = Probe::new().await;
    let at = probe.vcs.open_issue(effect(1), issue(&["support"])).await.unwrap();
    probe.stand_in.world().mishaps.push_back(Mishap::NoLabels);
    let error = probe.vcs.label(at, vec!["P1".to_owned()]).await.unwrap_err();
    assert_eq!((error.kind, error.retry), (ErrorKind::Forbidden, Retry::Never));
    assert!(error.to_string().contains("label"), "{error}");
}

#[tokio::test]
async fn a_repository_that_was_renamed_is_followed_and_a_person_who_copies_our_mark_is_not_us() {
    let probe = Probe::new().await;
    let old = NewIssue { repository: "acme/old".to_owned(), ..issue(&[]) };
    let at = probe.vcs.open_issue(effect(1), old).await.unwrap();
    assert_eq!(at.repository, "7");
    let body = probe.stand_in.world().issues[&number(&at)].body.clone();
    probe.stand_in.world().issues.get_mut(&number(&at)).unwrap().by = 1;
    assert!(body.contains("<!--"));
    let other = patient(&probe.stand_in);
    let found = other.find(effect(1), Within::Repository("acme/shop".to_owned())).await.unwrap();
    assert_eq!(found, None, "whoever wrote it, it was not us");
}

#[tokio::test]
async fn what_stands_many_pages_down_is_found() {
    let probe = Probe::new().await;
    let at = probe.vcs.open_issue(effect(1), issue(&[])).await.unwrap();
    for n in 2..130 {
        let words = vec![Piece::Text(format!("word {n}"))];
        probe.vcs.comment(effect(n), at.clone(), words).await.unwrap();
    }
    let other = patient(&probe.stand_in);
    for n in [2, 101, 129] {
        assert!(other.find(effect(n), Within::Below(at.clone())).await.unwrap().is_some(), "{n}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_told_and_never_shown() {
    let stand_in = StandIn::start().await;
    let api = Api::at(&stand_in.base, Credentials::Token("ghp_another-secret".into())).unwrap();
    let github = GitHub::new(api, Arc::new(Config::default()));
    let error = github.open_issue(effect(1), issue(&[])).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden);
    assert!(!format!("{error:?} {github:?}").contains("secret"));
}
