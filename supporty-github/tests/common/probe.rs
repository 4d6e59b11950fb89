//! GitHub as a code host against a stand-in, with a desk's patience, held to the contract by whatever it is known by.

use std::sync::Arc;

use async_trait::async_trait;
use supporty_core::adapter::{
    Check, Error, ErrorKind, NewIssue, Piece, Retry, Vcs, VcsCapability, VcsRef, Within,
};
use supporty_core::desk::{Clock, ManualClock};
use supporty_core::stream::EffectId;
use supporty_core::testing::vcs_suite::VcsProbe;
use supporty_core::vocab::Change;
use supporty_github::{Api, Config, Credentials, GitHub};

use super::github::{StandIn, TOKEN, mentions, sha};

/// Waits as a desk does for what GitHub puts off.
pub struct Patient {
    pub github: GitHub,
    pub clock: Arc<ManualClock>,
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

pub struct Probe {
    pub vcs: Patient,
    pub stand_in: StandIn,
}

impl Probe {
    pub async fn new() -> Self {
        Self::known_by(Credentials::Token(TOKEN.into())).await
    }

    pub async fn known_by(credentials: Credentials) -> Self {
        let stand_in = StandIn::start().await;
        Self { vcs: patient_by(&stand_in, credentials), stand_in }
    }
}

/// A process of its own: it knows nothing of what others wrote.
pub fn patient(stand_in: &StandIn) -> Patient {
    patient_by(stand_in, Credentials::Token(TOKEN.into()))
}

fn patient_by(stand_in: &StandIn, credentials: Credentials) -> Patient {
    let clock = Arc::new(ManualClock::new("2026-03-02T10:00:00Z".parse().unwrap()));
    let api = Api::at(&stand_in.base, credentials).unwrap();
    let api = api.with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    Patient { github: GitHub::new(api, Arc::new(Config::default())), clock }
}

pub fn number(at: &VcsRef) -> u64 {
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
        let statuses = here.map(|((_, name), said)| (name.clone(), said.clone()));
        let here = world.check_runs.iter().filter(|(commit, ..)| *commit == sha(number(at)));
        statuses.chain(here.map(|(_, name, said)| (name.clone(), said.clone()))).collect()
    }

    async fn mentioned(&self) -> Vec<String> {
        let world = self.stand_in.world();
        let issues = world.issues.values().map(|issue| &issue.body);
        let comments = world.comments.iter().map(|comment| &comment.body);
        issues.chain(comments).flat_map(|body| mentions(body)).collect()
    }
}
