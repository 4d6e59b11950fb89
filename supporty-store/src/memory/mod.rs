//! A store in memory: everything is gone with the process.

mod commit;
mod find;
mod inbox;
mod lines;
mod outbox;
mod state;
mod upkeep;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use supporty_core::adapter::{
    Arrival, Attempt, Commit, DeadLetter, Derived, Erase, Error, Fed, InboxLease, Maintenance, OutboxLease,
    Page, Query, Recalled, Receipt, Settled, Store, StoreCapability, StoreStatistics, TimerLease,
};
use supporty_core::stream::{EffectId, RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, Text, TextRef, TicketKey, Time};

use crate::news::News;
use state::State;

/// A store in memory, for tests, simulations and a desk that may forget.
///
/// It conflicts, leases and fences like one on disk, so a test on it sees the races that production would.
///
/// ```
/// use supporty_core::adapter::Store;
/// # async fn example() -> Result<(), supporty_core::adapter::Error> {
/// let store = supporty_store::Memory::new();
/// assert_eq!(store.reserve("SUP".to_owned()).await?.to_string(), "SUP-1");
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Memory {
    state: Mutex<State>,
    news: News,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// A poisoned lock is taken all the same: every change is checked first and made after.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for Memory {
    fn capability(&self) -> StoreCapability {
        let mut capability = StoreCapability::default();
        capability.tells = true;
        capability
    }

    async fn load(&self, stream: StreamId, after: u64) -> Result<Vec<RawEntry>, Error> {
        Ok(self.state().load(&stream, after))
    }

    async fn recall(&self, stream: StreamId, format: String) -> Result<Recalled, Error> {
        Ok(self.state().recall(&stream, &format))
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.state().commit(commit).inspect(|()| self.news.tell())
    }

    async fn reserve(&self, prefix: String) -> Result<TicketKey, Error> {
        self.state().reserve(prefix)
    }

    async fn accept(&self, arrival: Arrival) -> Result<Receipt, Error> {
        let receipt = self.state().accept(arrival);
        self.news.tell();
        Ok(receipt)
    }

    async fn lease_inbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<InboxLease>, Error> {
        Ok(self.state().lease_inbox(now, until, most))
    }

    async fn lease_timers(&self, now: Time, until: Time, most: u32) -> Result<Vec<TimerLease>, Error> {
        Ok(self.state().lease_timers(now, until, most))
    }

    async fn stale_timers(&self, stamp: String, most: u32) -> Result<Vec<StreamId>, Error> {
        Ok(self.state().stale_timers(&stamp, most))
    }

    async fn lease_outbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<OutboxLease>, Error> {
        Ok(self.state().lease_outbox(now, until, most))
    }

    async fn begin(&self, attempt: Attempt) -> Result<(), Error> {
        self.state().begin(&attempt)
    }

    async fn settle(&self, attempt: Attempt, settled: Settled) -> Result<(), Error> {
        self.state().settle(attempt, settled)
    }

    async fn find(&self, place: Place) -> Result<Option<StreamId>, Error> {
        Ok(self.state().places.get(&place).cloned())
    }

    async fn list(&self, query: Query) -> Result<Page, Error> {
        Ok(self.state().list(&query))
    }

    async fn feed(&self, after: u64, most: u32) -> Result<Vec<Fed>, Error> {
        Ok(self.state().feed(after, most))
    }

    async fn texts(&self, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, Error> {
        Ok(self.state().texts(refs))
    }

    async fn policy(&self, version: PolicyVersion) -> Result<Option<String>, Error> {
        Ok(self.state().policies.get(&version).cloned())
    }

    async fn next_wake(&self) -> Result<Option<Time>, Error> {
        Ok(self.state().next_wake())
    }

    async fn news(&self, seen: u64) -> Result<u64, Error> {
        Ok(self.news.after(seen).await)
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, Error> {
        Ok(self.state().dead_letters())
    }

    async fn revive(&self, effect: EffectId, now: Time) -> Result<(), Error> {
        self.state().revive(&effect, now)
    }
}

#[async_trait]
impl Maintenance for Memory {
    async fn erase(&self, what: Erase) -> Result<u64, Error> {
        Ok(self.state().erase(&what))
    }

    async fn export(&self, to: String) -> Result<u64, Error> {
        self.state().export(Path::new(&to))
    }

    async fn import(&self, from: String) -> Result<u64, Error> {
        self.state().import(Path::new(&from)).inspect(|_| self.news.tell())
    }

    async fn streams(&self, after: Option<StreamId>, most: u32) -> Result<Vec<StreamId>, Error> {
        Ok(self.state().streams(after.as_ref(), most))
    }

    async fn derived(&self, stream: StreamId) -> Result<Derived, Error> {
        Ok(self.state().derived(&stream))
    }

    async fn drop_snapshots(&self) -> Result<u64, Error> {
        Ok(self.state().drop_snapshots())
    }

    async fn check(&self) -> Result<Vec<String>, Error> {
        Ok(self.state().check())
    }

    async fn prune(&self, handled_before: Time) -> Result<u64, Error> {
        Ok(self.state().prune(handled_before))
    }

    async fn back_up(&self, _to: String) -> Result<(), Error> {
        Err(Error::unsupported("backing up a store in memory"))
    }

    async fn statistics(&self) -> Result<StoreStatistics, Error> {
        Ok(self.state().statistics())
    }
}
