use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::figures::Counters;
use super::rotas::read_all;
use super::tries::DELIVERY_TIMEOUT;
use super::{Clock, Desk, DeskError, Inner, Phrases, SystemClock, audit};
use crate::adapter::{Append, Chat, Commit, Reader, Store, Vcs};
use crate::desk_log::{self, Command, DeskEntry, DeskState};
use crate::policy::{Policies, Policy};
use crate::stream::{Cause, Entry, StreamId};
use crate::time::Zone;
use crate::vocab::{Actor, AdapterName, Place, PolicyVersion};

const TRIES: u32 = 8;

/// Puts a desk together.
pub struct DeskBuilder {
    store: Arc<dyn Store>,
    /// The one to put in force; without one the store's stays.
    policy: Option<Policy>,
    chats: BTreeMap<AdapterName, Arc<dyn Chat>>,
    home: Option<AdapterName>,
    readers: BTreeMap<AdapterName, Arc<dyn Reader>>,
    vcses: BTreeMap<AdapterName, Arc<dyn Vcs>>,
    clock: Arc<dyn Clock>,
    delivery_timeout: Duration,
    phrases: Phrases,
}

impl Desk {
    /// Begins with a store; everything else has a default.
    pub fn builder(store: Arc<dyn Store>) -> DeskBuilder {
        DeskBuilder {
            store,
            policy: Some(Policy::default()),
            chats: BTreeMap::new(),
            home: None,
            readers: BTreeMap::new(),
            vcses: BTreeMap::new(),
            clock: Arc::new(SystemClock),
            delivery_timeout: DELIVERY_TIMEOUT,
            phrases: Phrases::default(),
        }
    }
}

impl DeskBuilder {
    /// The policy to put in force; the default one unless this is called.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Leaves the policy in force that the store has; for whoever looks after a store and has no policy at hand. On an
    /// empty store it is the default one.
    #[must_use]
    pub fn policy_in_force(mut self) -> Self {
        self.policy = None;
        self
    }

    /// A chat, by the name that identities and places give it. Tickets are shown on the first that has cards;
    /// the others wake people by the contacts that the policy gives them.
    #[must_use]
    pub fn chat(mut self, name: AdapterName, chat: Arc<dyn Chat>) -> Self {
        if chat.capability().cards {
            self.home.get_or_insert_with(|| name.clone());
        }
        self.chats.insert(name, chat);
        self
    }

    /// Who understands what an adapter has [kept](Desk::keep) as it came.
    #[must_use]
    pub fn reader(mut self, name: AdapterName, reader: Arc<dyn Reader>) -> Self {
        self.readers.insert(name, reader);
        self
    }

    /// A code host, by the name that its changes and the policy's repositories begin with. What the policy does not ask to be
    /// written there is not.
    #[must_use]
    pub fn vcs(mut self, name: AdapterName, vcs: Arc<dyn Vcs>) -> Self {
        self.vcses.insert(name, vcs);
        self
    }

    /// Where the time comes from; the host's clock unless this is called.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How long a chat may take over one call, by the host's time, after which its outcome is unknown; 20 seconds
    /// unless this is called.
    ///
    /// A worker has what it leased for itself for a minute of the desk's clock. What waits for a chat for longer is
    /// delivered by another worker as well, so keep this well under it, also for a clock that runs faster.
    #[must_use]
    pub fn delivery_timeout(mut self, longest: Duration) -> Self {
        self.delivery_timeout = longest;
        self
    }

    /// What the desk says, in which language; English unless this is called.
    #[must_use]
    pub fn phrases(mut self, phrases: Phrases) -> Self {
        self.phrases = phrases;
        self
    }

    /// Reads which policies the store knows, puts the given one in force if it is not, arms anew the timers that an
    /// older version computed, and begins to look after rotas that are new.
    ///
    /// No adapter may be called [`Place::ALERTS`].
    pub async fn build(self) -> Result<Desk, DeskError> {
        let reserved = |name: &&AdapterName| name.as_str() == Place::ALERTS;
        if let Some(name) = self.chats.keys().chain(self.readers.keys()).find(reserved) {
            return Err(DeskError::Reserved(name.clone()));
        }
        let policy = match self.policy {
            Some(policy) => policy,
            None => audit::in_force(self.store.as_ref()).await?.current().clone(),
        };
        let policies = adopt(self.store.as_ref(), policy, self.clock.as_ref()).await?;
        let rotas = read_all(self.store.as_ref(), policies.current(), self.clock.now()).await?;
        let inner = Inner {
            store: self.store,
            rotas: RwLock::new(Arc::new(rotas)),
            chats: self.chats,
            home: self.home,
            readers: self.readers,
            vcses: self.vcses,
            clock: self.clock,
            delivery_timeout: self.delivery_timeout,
            phrases: self.phrases,
            policies: RwLock::new(Arc::new(policies)),
            known: Mutex::new(HashMap::new()),
            services: Mutex::new(HashMap::new()),
            changes: watch::Sender::new(0),
            work: Notify::new(),
            counters: Counters::default(),
        };
        let desk = Desk { inner: Arc::new(inner) };
        desk.arm_anew().await?;
        desk.look_after_rotas().await?;
        desk.route_every_squad().await?;
        Ok(desk)
    }
}

async fn adopt(store: &dyn Store, policy: Policy, clock: &dyn Clock) -> Result<Policies, DeskError> {
    for _ in 0..TRIES {
        let state = desk_state(store).await?;
        let mut policies = Policies::new(policy.clone());
        for (_, version) in &state.policies {
            policies.remember(version.clone(), stored_policy(store, version).await?);
        }
        let version = policy.version().clone();
        let zones = Zone::database_version().to_owned();
        let events = desk_log::decide(&state, &Command::Adopt { version: version.clone(), zones });
        if events.is_empty() {
            return Ok(policies);
        }
        let after = state.seq;
        let entries = events.into_iter().zip(after + 1..).map(|(event, seq)| {
            let last = state.at.unwrap_or_else(|| clock.now());
            Entry { seq, at: clock.now().max(last), by: Actor::Desk, cause: Cause::Timer, event }.encode()
        });
        let entries = entries.collect::<Result<_, _>>()?;
        let body = serde_json::to_string(&policy).map_err(DeskError::stored("policy"))?;
        let append = Append::new(StreamId::Desk, after, entries);
        let commit = Commit { appends: vec![append], policies: vec![(version, body)], ..Commit::default() };
        match store.commit(commit).await.map_err(DeskError::from) {
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
            Ok(()) => return Ok(policies),
        }
    }
    Err(DeskError::Contended(TRIES))
}

pub(super) async fn desk_state(store: &dyn Store) -> Result<DeskState, DeskError> {
    let mut state = DeskState::default();
    for raw in store.load(StreamId::Desk, 0).await? {
        desk_log::evolve(&mut state, &DeskEntry::decode(&StreamId::Desk, &raw)?);
    }
    Ok(state)
}

pub(super) async fn stored_policy(store: &dyn Store, version: &PolicyVersion) -> Result<Policy, DeskError> {
    let body = store.policy(version.clone()).await?;
    let body = body.ok_or_else(|| DeskError::PolicyLost(version.clone()))?;
    serde_json::from_str(&body).map_err(DeskError::stored(format!("policy {version}")))
}
