//! A store that fails before and after it has done what it was asked, and says that somebody else was first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use supporty_core::adapter::{
    Arrival, Attempt, Commit, DeadLetter, Error, ErrorKind, Fed, InboxLease, OutboxLease, Page, Query,
    Recalled, Receipt, Retry, Settled, Store, StoreCapability, TimerLease,
};
use supporty_core::stream::{EffectId, RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, Text, TextRef, TicketKey, Time};
use supporty_store::Memory;

use super::dice::Dice;

pub(crate) struct Faulty {
    pub(crate) inner: Memory,
    pub(crate) calm: AtomicBool,
    dice: Arc<Dice>,
    seen: Mutex<Seen>,
}

/// What was queued to be said, and what nobody wanted any more.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) queued: BTreeSet<EffectId>,
    pub(crate) dropped: BTreeSet<EffectId>,
}

impl Faulty {
    pub(crate) fn new(dice: Arc<Dice>) -> Self {
        Self { inner: Memory::new(), calm: AtomicBool::new(true), dice, seen: Mutex::default() }
    }

    pub(crate) fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    /// Somebody else's turn, and perhaps the connection is gone.
    async fn fails(&self, doing: &str) -> Result<(), Error> {
        tokio::task::yield_now().await;
        if !self.calm.load(Ordering::SeqCst) && self.dice.one_in(60) {
            return Err(Error::new(ErrorKind::Unavailable, Retry::Backoff, doing));
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Faulty {
    fn capability(&self) -> StoreCapability {
        self.inner.capability()
    }

    async fn load(&self, stream: StreamId, after: u64) -> Result<Vec<RawEntry>, Error> {
        self.fails("loading").await?;
        self.inner.load(stream, after).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.fails("committing").await?;
        if !self.calm.load(Ordering::SeqCst) && self.dice.one_in(40) {
            return Err(Error::conflict("committing"));
        }
        let queued: Vec<_> = commit
            .effects
            .iter()
            .filter(|effect| effect.body.contains(r#""intent":{"tell":"#))
            .map(|effect| effect.id.clone())
            .collect();
        self.inner.commit(commit).await?;
        self.seen().queued.extend(queued);
        self.fails("hearing that it was committed").await
    }

    async fn recall(&self, stream: StreamId, format: String) -> Result<Recalled, Error> {
        self.fails("recalling").await?;
        self.inner.recall(stream, format).await
    }

    async fn reserve(&self, prefix: String) -> Result<TicketKey, Error> {
        self.fails("reserving").await?;
        self.inner.reserve(prefix).await
    }

    async fn accept(&self, arrival: Arrival) -> Result<Receipt, Error> {
        self.fails("accepting").await?;
        let receipt = self.inner.accept(arrival).await?;
        self.fails("hearing that it was accepted").await?;
        Ok(receipt)
    }

    async fn lease_inbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<InboxLease>, Error> {
        self.fails("leasing deliveries").await?;
        let leased = self.inner.lease_inbox(now, until, most).await?;
        self.fails("hearing of leased deliveries").await?;
        Ok(leased)
    }

    async fn lease_timers(&self, now: Time, until: Time, most: u32) -> Result<Vec<TimerLease>, Error> {
        self.fails("leasing timers").await?;
        let leased = self.inner.lease_timers(now, until, most).await?;
        self.fails("hearing of leased timers").await?;
        Ok(leased)
    }

    async fn stale_timers(&self, stamp: String, most: u32) -> Result<Vec<StreamId>, Error> {
        self.inner.stale_timers(stamp, most).await
    }

    async fn lease_outbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<OutboxLease>, Error> {
        self.fails("leasing effects").await?;
        let leased = self.inner.lease_outbox(now, until, most).await?;
        self.fails("hearing of leased effects").await?;
        Ok(leased)
    }

    async fn begin(&self, attempt: Attempt) -> Result<(), Error> {
        self.fails("beginning").await?;
        self.inner.begin(attempt).await?;
        self.fails("hearing that it was begun").await
    }

    async fn settle(&self, attempt: Attempt, settled: Settled) -> Result<(), Error> {
        self.fails("settling").await?;
        let (id, dropped) = (attempt.id.clone(), settled == Settled::Dropped);
        self.inner.settle(attempt, settled).await?;
        if dropped {
            self.seen().dropped.insert(id);
        }
        self.fails("hearing that it was settled").await
    }

    async fn find(&self, place: Place) -> Result<Option<StreamId>, Error> {
        self.inner.find(place).await
    }

    async fn list(&self, query: Query) -> Result<Page, Error> {
        self.fails("listing").await?;
        self.inner.list(query).await
    }

    async fn feed(&self, after: u64, most: u32) -> Result<Vec<Fed>, Error> {
        self.inner.feed(after, most).await
    }

    async fn texts(&self, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, Error> {
        self.fails("reading texts").await?;
        self.inner.texts(refs).await
    }

    async fn policy(&self, version: PolicyVersion) -> Result<Option<String>, Error> {
        self.inner.policy(version).await
    }

    async fn next_wake(&self) -> Result<Option<Time>, Error> {
        self.inner.next_wake().await
    }

    async fn news(&self, seen: u64) -> Result<u64, Error> {
        self.inner.news(seen).await
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, Error> {
        self.inner.dead_letters().await
    }

    async fn revive(&self, effect: EffectId, now: Time) -> Result<(), Error> {
        self.inner.revive(effect, now).await
    }
}
