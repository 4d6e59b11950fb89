//! Whether what a store keeps beside the log is what the log says, and writing it anew where it is not.

mod finding;
mod replay;

pub use finding::{Finding, Wrong};

use replay::Replay;

use super::commit::snapshot;
use super::{DeskError, builder};
use crate::adapter::{Append, Commit, Derived, Maintenance, Snapshot, Store};
use crate::policy::{Policies, Policy};
use crate::stream::StreamId;
use crate::ticket::Ticket;
use crate::vocab::PolicyVersion;

/// How often a stream is looked at again that somebody writes to meanwhile.
/// A worker that is busy with one stream may be first many times in a row.
const TRIES: u32 = 256;
const PAGE: u32 = 256;

/// What an audit looked at, and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// How many streams were replayed.
    pub streams: u64,
    /// How many entries they have.
    pub entries: u64,
    /// What is wrong; nothing, in a sound store.
    pub findings: Vec<Finding>,
}

/// What a rebuild wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// How many streams have their rows, timers and places from their logs now.
    pub streams: u64,
    /// How many snapshots were dropped.
    pub snapshots: u64,
    /// What stands in the way of the other streams.
    pub findings: Vec<Finding>,
}

/// Replays every stream, and compares what comes of it with what the store keeps beside the entries: rows, timers,
/// snapshots and where threads stand. What the store itself finds wrong is among the findings.
///
/// It writes nothing, and may run while desks do: a stream that is written to meanwhile is looked at again. It fails if
/// the store does, or if a policy can not be read. It takes one pass over the whole log.
///
/// ```
/// use supporty_core::desk::{DeskError, audit, rebuild};
/// # use supporty_core::adapter::{Maintenance, Store};
/// # async fn example<S: Store + Maintenance>(store: S) -> Result<(), DeskError> {
/// for finding in audit(&store, &store).await?.findings {
///     println!("{finding}");
/// }
/// rebuild(&store, &store).await?;
/// # Ok(())
/// # }
/// ```
pub async fn audit(store: &dyn Store, upkeep: &dyn Maintenance) -> Result<Audit, DeskError> {
    let mut audit = Audit::default();
    audit.findings.extend(upkeep.check().await?.into_iter().map(Finding::of_the_store));
    let mut auditor = Auditor::new(store, upkeep).await?;
    let mut after = None;
    loop {
        let streams = upkeep.streams(after.clone(), PAGE).await?;
        let Some(last) = streams.last().cloned() else { return Ok(audit) };
        for stream in streams {
            let (entries, wrong) = auditor.examine(&stream).await?;
            audit.streams += 1;
            audit.entries += entries;
            audit.findings.extend(wrong.into_iter().map(|wrong| Finding::of(&stream, wrong)));
        }
        after = Some(last);
    }
}

/// Writes rows, timers and places of threads anew from the log, and drops all snapshots; long tickets get new ones.
///
/// It may run while desks do. What can not be rebuilt is answered, and everything else is rebuilt all the same.
pub async fn rebuild(store: &dyn Store, upkeep: &dyn Maintenance) -> Result<Rebuilt, DeskError> {
    let mut rebuilt = Rebuilt { snapshots: upkeep.drop_snapshots().await?, ..Rebuilt::default() };
    let mut auditor = Auditor::new(store, upkeep).await?;
    let mut after = None;
    loop {
        let streams = upkeep.streams(after.clone(), PAGE).await?;
        let Some(last) = streams.last().cloned() else { return Ok(rebuilt) };
        for stream in streams {
            match auditor.mend(&stream).await? {
                Ok(true) => rebuilt.streams += 1,
                Ok(false) => {}
                Err(wrong) => rebuilt.findings.push(Finding::of(&stream, wrong)),
            }
        }
        after = Some(last);
    }
}

struct Auditor<'a> {
    store: &'a dyn Store,
    upkeep: &'a dyn Maintenance,
    policies: Policies,
}

impl<'a> Auditor<'a> {
    async fn new(store: &'a dyn Store, upkeep: &'a dyn Maintenance) -> Result<Self, DeskError> {
        let policies = in_force(store).await?;
        Ok(Self { store, upkeep, policies })
    }

    /// How many entries a stream has, and what is wrong with it.
    ///
    /// What differs may only do so because somebody writes, or put another policy in force: it is looked at again.
    async fn examine(&mut self, stream: &StreamId) -> Result<(u64, Vec<Wrong>), DeskError> {
        let (mut examined, mut tries) = (self.look(stream).await?, 0);
        while !examined.wrong.is_empty() && tries < TRIES {
            let before = examined;
            self.policies = in_force(self.store).await?;
            examined = self.look(stream).await?;
            tries += 1;
            if examined == before {
                break;
            }
        }
        Ok((examined.entries, examined.wrong))
    }

    async fn look(&mut self, stream: &StreamId) -> Result<Examined, DeskError> {
        let snapshot = self.snapshot(stream).await?;
        let at = snapshot.as_ref().map(|snapshot| snapshot.seq);
        let (replay, derived) = match self.replay(stream, at).await? {
            Ok(replay) => (replay, self.upkeep.derived(stream.clone()).await?),
            Err(wrong) => return Ok(Examined { entries: 0, wrong: vec![wrong] }),
        };
        let mut wrong = Vec::new();
        let Derived { last, row, wake } = derived;
        if last != replay.seq {
            wrong.push(Wrong::Last { kept: last, found: replay.seq });
        }
        if row != replay.row {
            wrong.push(Wrong::Row { kept: row.map(Box::new), expected: replay.row.clone().map(Box::new) });
        }
        if let Some(expected) = replay.wake.clone().filter(|expected| *expected != wake) {
            wrong.push(Wrong::Timer { kept: wake, expected });
        }
        wrong.extend(snapshot.and_then(|snapshot| replay.compare(&snapshot)));
        for place in replay.places {
            let found = self.store.find(place.clone()).await?;
            if found.as_ref() != Some(stream) {
                wrong.push(Wrong::Place { place, kept: found });
            }
        }
        Ok(Examined { entries: replay.seq, wrong })
    }

    /// Answers whether there was anything to write, or what stands in the way.
    async fn mend(&mut self, stream: &StreamId) -> Result<Result<bool, Wrong>, DeskError> {
        for _ in 0..TRIES {
            let replay = match self.replay(stream, None).await? {
                Ok(replay) => replay,
                Err(wrong) => return Ok(Err(wrong)),
            };
            // What no policy says any more when to look at is disarmed when its time comes.
            let Some(wake) = replay.wake else { return Ok(Ok(false)) };
            let append = Append {
                wake,
                row: replay.row,
                snapshot: replay
                    .ticket
                    .as_ref()
                    .and_then(|ticket| snapshot(ticket, (Ticket::FORMAT, ticket.seq), 0)),
                ..Append::new(stream.clone(), replay.seq, Vec::new())
            };
            let places = replay.places.into_iter().map(|place| (place, stream.clone())).collect();
            let commit = Commit { appends: vec![append], places, ..Commit::default() };
            match self.store.commit(commit).await.map_err(DeskError::from) {
                Err(error) if error.is_conflict() => self.policies = in_force(self.store).await?,
                committed => return committed.map(|()| Ok(true)),
            }
        }
        Err(DeskError::Contended(TRIES))
    }

    async fn snapshot(&self, stream: &StreamId) -> Result<Option<Snapshot>, DeskError> {
        match stream.ticket() {
            Some(_) => Ok(self.store.recall(stream.clone(), Ticket::FORMAT.to_owned()).await?.snapshot),
            None => Ok(None),
        }
    }

    async fn replay(
        &mut self,
        stream: &StreamId,
        snapshot: Option<u64>,
    ) -> Result<Result<Replay, Wrong>, DeskError> {
        let entries = self.store.load(stream.clone(), 0).await?;
        let mut replay = match Replay::of(stream, &entries, snapshot) {
            Ok(replay) => replay,
            Err(error) => return Ok(Err(Wrong::Unreadable(error))),
        };
        if let Some(version) = self.missing(&replay).await? {
            return Ok(Err(Wrong::PolicyLost(version)));
        }
        replay.derive(stream, &self.policies);
        Ok(Ok(replay))
    }

    /// Reads the policies that a ticket is measured by, and answers with one that is not in the store.
    async fn missing(&mut self, replay: &Replay) -> Result<Option<PolicyVersion>, DeskError> {
        for pin in replay.ticket.iter().flat_map(|ticket| &ticket.pins) {
            if self.policies.get(&pin.version).is_some() {
                continue;
            }
            match builder::stored_policy(self.store, &pin.version).await {
                Ok(policy) => self.policies.remember(pin.version.clone(), policy),
                Err(DeskError::PolicyLost(version)) => return Ok(Some(version)),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

#[derive(PartialEq, Eq)]
struct Examined {
    entries: u64,
    wrong: Vec<Wrong>,
}

/// The policy that the desk's log says is in force; before there is one, the default.
pub(super) async fn in_force(store: &dyn Store) -> Result<Policies, DeskError> {
    let state = builder::desk_state(store).await?;
    let Some((_, version)) = state.policies.last() else { return Ok(Policies::new(Policy::default())) };
    let policy = builder::stored_policy(store, version).await?;
    let mut policies = Policies::new(policy.clone());
    policies.remember(version.clone(), policy);
    Ok(policies)
}
