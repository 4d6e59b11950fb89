use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use crate::desk_log;
use crate::insight::Facts;
use crate::policy::{Policies, Policy};
use crate::rota::{self, RotaState};
use crate::service::{self, Service};
use crate::stream::{DecodeError, Entry, RawEntry, Recorded, StreamId};
use crate::ticket::TicketEntry;
use crate::vocab::{PolicyVersion, RotaId, ServiceId, Time};

/// What a log says, as far as figures need it: what happened to tickets, what was deployed, what was arranged on rotas, and
/// the policies that measure it.
///
/// It is a fold: [`add`](Self::add) takes entries of any streams in any order, those of one stream in theirs. What it knows
/// already changes nothing. [`Following`](super::Following) keeps one up to date beside a store.
///
/// ```
/// use supporty_core::desk::History;
/// use supporty_core::policy::Policy;
/// use supporty_core::ticket::{Command, Open};
/// use supporty_core::vocab::{Actor, TextRef};
/// use supporty_core::stream::StreamId;
/// use supporty_core::world::World;
///
/// let mut desk = World::new(Policy::default());
/// let (ten, rita) = ("2026-01-12T10:00:00Z".parse()?, Actor::Person("rita".into()));
/// desk.submit(ten, &rita, None, Command::Open(Open::new(TextRef::new("title"), "P2")))?;
///
/// let mut history = History::new();
/// for (key, entry) in desk.entries() {
///     history.add(&StreamId::Ticket(key.clone()), &[entry.encode()?]);
/// }
/// assert_eq!((history.facts().len(), history.last()), (1, Some(ten)));
/// assert!(history.missing().is_empty(), "the default policy is known");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct History {
    facts: Facts,
    policies: Policies,
    services: BTreeMap<ServiceId, Service>,
    rotas: BTreeMap<RotaId, RotaState>,
    /// The number of the desk's own last entry, and the policy that it put in force last.
    adopted: (u64, Option<PolicyVersion>),
    last: Option<Time>,
    unreadable: BTreeMap<StreamId, DecodeError>,
    pub(super) cursor: u64,
}

impl Default for History {
    fn default() -> Self {
        Self {
            facts: Facts::new(),
            policies: Policies::new(Policy::default()),
            services: BTreeMap::new(),
            rotas: BTreeMap::new(),
            adopted: (0, None),
            last: None,
            unreadable: BTreeMap::new(),
            cursor: 0,
        }
    }
}

impl History {
    /// Nothing has happened. Until a policy is [remembered](Self::remember) that the log puts in force, it is the default one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes more entries of one stream. Those that it knows already change nothing.
    ///
    /// One that this version can not read stops its stream and nothing else: [`unreadable`](Self::unreadable) names it.
    pub fn add(&mut self, stream: &StreamId, entries: &[RawEntry]) {
        if entries.is_empty() || self.unreadable.contains_key(stream) {
            return;
        }
        self.last = self.last.max(entries.iter().map(|entry| entry.at).max());
        let read = match stream {
            StreamId::Ticket(key) => {
                let (known, stopped) = decoded(stream, self.facts.seq(key), entries);
                self.facts.add_all(key, &known as &[TicketEntry]);
                stopped
            }
            StreamId::Service(id) => {
                let service = self.services.entry(id.clone()).or_default();
                let (known, stopped) = decoded(stream, service.seq, entries);
                known.iter().for_each(|entry| service::evolve(service, entry));
                stopped
            }
            StreamId::Rota(id) => {
                let state = self.rotas.entry(id.clone()).or_default();
                let (known, stopped) = decoded(stream, state.seq, entries);
                known.iter().for_each(|entry| rota::evolve(state, entry));
                stopped
            }
            StreamId::Desk => {
                let (known, stopped) = decoded(stream, self.adopted.0, entries);
                known.iter().for_each(|entry| self.heard(entry));
                stopped
            }
            StreamId::Alerts(_) => None,
        };
        if let Some(error) = read {
            tracing::error!(%error, "a stream is missing in figures from here on");
            self.unreadable.insert(stream.clone(), error);
        }
    }

    fn heard(&mut self, entry: &desk_log::DeskEntry) {
        self.adopted.0 = entry.seq;
        if let desk_log::Event::PolicyAdopted { version } = &entry.event {
            self.adopted.1 = Some(version.clone());
            self.put_in_force();
        }
    }

    fn put_in_force(&mut self) {
        let Some(version) = &self.adopted.1 else { return };
        if self.policies.current().version() != version
            && let Some(policy) = self.policies.get(version).cloned()
        {
            self.policies.adopt(policy);
        }
    }

    /// Takes a policy that the log names, under the version that it was stored as.
    pub fn remember(&mut self, version: PolicyVersion, policy: Policy) {
        self.policies.remember(version, policy);
        self.put_in_force();
    }

    /// The policies that the log names and that it was not given yet. Without one, what it measures has no clocks.
    pub fn missing(&self) -> Vec<PolicyVersion> {
        let named = self.facts.policies().into_iter().chain(&self.adopted.1);
        named.filter(|version| self.policies.get(version).is_none()).cloned().collect()
    }

    /// The tickets.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The policies that it was given, and the one in force.
    pub fn policies(&self) -> &Policies {
        &self.policies
    }

    /// What was told of services, of those too that the policy does not name.
    pub fn services(&self) -> &BTreeMap<ServiceId, Service> {
        &self.services
    }

    /// What was arranged on rotas.
    pub fn rotas(&self) -> &BTreeMap<RotaId, RotaState> {
        &self.rotas
    }

    /// When its latest entry was.
    pub fn last(&self) -> Option<Time> {
        self.last
    }

    /// How far it is in the feed of the store that it follows; 0 of one that follows none.
    pub fn cursor(&self) -> u64 {
        self.cursor
    }

    /// The streams that stopped at an entry that this version can not read.
    pub fn unreadable(&self) -> impl Iterator<Item = (&StreamId, &DecodeError)> {
        self.unreadable.iter()
    }
}

/// The entries after `known`, up to one that can not be read.
fn decoded<E: Recorded + DeserializeOwned>(
    stream: &StreamId,
    known: u64,
    entries: &[RawEntry],
) -> (Vec<Entry<E>>, Option<DecodeError>) {
    let mut read = Vec::with_capacity(entries.len());
    for raw in entries.iter().filter(|raw| raw.seq > known) {
        match Entry::decode(stream, raw) {
            Ok(entry) => read.push(entry),
            Err(error) => return (read, Some(error)),
        }
    }
    (read, None)
}
