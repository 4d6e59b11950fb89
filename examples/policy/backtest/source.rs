//! Where a history comes from: a desk's store, which may be in use, or what was exported from one.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use supporty_core::adapter::Error;
use supporty_core::desk_log::{self, DeskEntry, DeskState};
use supporty_core::policy::{Policies, Policy};
use supporty_core::rota::{RotaEntry, RotaState, evolve};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::vocab::{PolicyVersion, RotaId, TicketKey, Time};
use supporty_desk::log::Log;
use supporty_desk::start::reasons;
use supporty_store::Logged;

use crate::Failed;

/// How many tickets are handed over together, and how many such parts wait.
const PART: usize = 64;
const AHEAD: usize = 8;

/// Tickets as they were read.
pub(super) type Part = Vec<(TicketKey, Vec<RawEntry>)>;

/// What tickets share.
pub(super) struct Known {
    /// Every policy that was stored, and the one that is in force.
    pub(super) policies: Policies,
    /// What was arranged on rotas.
    pub(super) arranged: BTreeMap<RotaId, RotaState>,
    /// How many tickets there are.
    pub(super) tickets: u64,
    /// The earliest and the latest instant of any entry.
    pub(super) period: (Time, Time),
}

/// A history that is being read on a thread of its own.
pub(super) struct Reading<'scope> {
    pub(super) known: Known,
    pub(super) parts: Receiver<Part>,
    pub(super) thread: ReadingThread<'scope>,
}

/// The thread, to learn whether everything was read.
pub(super) struct ReadingThread<'scope>(ScopedJoinHandle<'scope, Result<(), Stopped>>);

/// Why reading ended early.
enum Stopped {
    Store(Error),
    /// Nobody wants more.
    Unwanted,
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

/// Begins to read, and answers once everything is known that tickets share.
pub(super) fn read<'scope>(
    source: &'scope Log,
    scope: &'scope Scope<'scope, '_>,
) -> Result<Reading<'scope>, Failed> {
    let (shared, first) = sync_channel(AHEAD);
    let (sender, parts) = sync_channel(AHEAD);
    let thread = scope.spawn(move || send_all(source, &shared, &sender));
    let mut gathered = Gathered::default();
    let known = loop {
        match first.recv() {
            Ok(Logged::Extent { tickets, period }) => break gathered.known(tickets, period),
            Ok(logged) => gathered.take(logged)?,
            Err(_) => {
                let ended = thread.join().unwrap_or(Err(Stopped::Unwanted));
                return Err(failed(ended)
                    .err()
                    .unwrap_or_else(|| Failed("nothing could be read".to_owned())));
            }
        }
    }?;
    Ok(Reading { known, parts, thread: ReadingThread(thread) })
}

impl ReadingThread<'_> {
    /// Whether everything was read.
    pub(super) fn end(self) -> Result<(), Failed> {
        failed(self.0.join().unwrap_or(Err(Stopped::Unwanted)))
    }
}

fn failed(ended: Result<(), Stopped>) -> Result<(), Failed> {
    match ended {
        Ok(()) => Ok(()),
        Err(Stopped::Store(error)) => Err(Failed(reasons(&error))),
        Err(Stopped::Unwanted) => Err(Failed("the history was not read to its end".to_owned())),
    }
}

fn send_all(source: &Log, shared: &SyncSender<Logged>, tickets: &SyncSender<Part>) -> Result<(), Stopped> {
    let mut part = Vec::with_capacity(PART);
    let take = |logged| match logged {
        Logged::Stream { stream: StreamId::Ticket(key), entries } => {
            part.push((key, entries));
            if part.len() < PART {
                return Ok(());
            }
            tickets
                .send(std::mem::replace(&mut part, Vec::with_capacity(PART)))
                .map_err(|_| Stopped::Unwanted)
        }
        logged => shared.send(logged).map_err(|_| Stopped::Unwanted),
    };
    source.read(take)?;
    tickets.send(part).map_err(|_| Stopped::Unwanted)
}

/// What tickets share, as far as it was read.
#[derive(Default)]
struct Gathered {
    policies: BTreeMap<PolicyVersion, Policy>,
    desk: DeskState,
    arranged: BTreeMap<RotaId, RotaState>,
}

impl Gathered {
    fn take(&mut self, logged: Logged) -> Result<(), Failed> {
        let unreadable = |error: &dyn std::fmt::Display| Failed(error.to_string());
        match logged {
            Logged::Policy { version, body } => {
                let policy = serde_json::from_str(&body).map_err(|error| {
                    Failed(format!("the stored policy {version} can not be read: {error}"))
                })?;
                self.policies.insert(version, policy);
            }
            Logged::Stream { stream: StreamId::Desk, entries } => {
                for raw in &entries {
                    let entry =
                        DeskEntry::decode(&StreamId::Desk, raw).map_err(|error| unreadable(&error))?;
                    desk_log::evolve(&mut self.desk, &entry);
                }
            }
            Logged::Stream { stream: StreamId::Rota(id), entries } => {
                let stream = StreamId::Rota(id.clone());
                let state = self.arranged.entry(id).or_default();
                for raw in &entries {
                    evolve(state, &RotaEntry::decode(&stream, raw).map_err(|error| unreadable(&error))?);
                }
            }
            Logged::Stream { .. } | Logged::Extent { .. } => {}
        }
        Ok(())
    }

    fn known(self, tickets: u64, period: Option<(Time, Time)>) -> Result<Known, Failed> {
        let in_force = self.desk.policies.last().and_then(|(_, version)| self.policies.get(version));
        let (Some(in_force), Some(period)) = (in_force, period) else {
            let why = "it has no history: no policy was ever in force. Name what a desk keeps everything in";
            return Err(Failed(why.to_owned()));
        };
        let mut policies = Policies::new(in_force.clone());
        for (version, policy) in &self.policies {
            policies.remember(version.clone(), policy.clone());
        }
        Ok(Known { policies, arranged: self.arranged, tickets, period })
    }
}
