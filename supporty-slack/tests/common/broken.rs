//! A store that keeps nothing while it is told to fail, and decides nothing while it is told to wait.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use supporty_core::adapter::{
    Arrival, Attempt, Commit, DeadLetter, Error, ErrorKind, Fed, InboxLease, OutboxLease, Page, Query,
    Recalled, Receipt, Retry, Settled, Store, StoreCapability, TimerLease,
};
use supporty_core::stream::{EffectId, RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, Text, TextRef, TicketKey, Time};
use supporty_store::Memory;
use tokio::sync::watch;

/// A store in memory whose deliveries can be refused, and whose decisions can be held up.
#[derive(Default)]
pub struct Broken {
    inner: Memory,
    breaks: AtomicBool,
    refused: AtomicUsize,
    holds: watch::Sender<bool>,
    held: AtomicUsize,
}

impl Broken {
    pub fn breaks(&self, breaks: bool) {
        self.breaks.store(breaks, Ordering::SeqCst);
    }

    pub fn holds(&self, holds: bool) {
        self.holds.send_replace(holds);
    }

    /// How many decisions had to wait.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::SeqCst)
    }

    /// How many deliveries were refused.
    pub fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Store for Broken {
    fn capability(&self) -> StoreCapability {
        self.inner.capability()
    }

    async fn load(&self, stream: StreamId, after: u64) -> Result<Vec<RawEntry>, Error> {
        self.inner.load(stream, after).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        let mut holds = self.holds.subscribe();
        if *holds.borrow() {
            self.held.fetch_add(1, Ordering::SeqCst);
        }
        holds.wait_for(|holds| !holds).await.unwrap();
        self.inner.commit(commit).await
    }

    async fn recall(&self, stream: StreamId, format: String) -> Result<Recalled, Error> {
        self.inner.recall(stream, format).await
    }

    async fn reserve(&self, prefix: String) -> Result<TicketKey, Error> {
        self.inner.reserve(prefix).await
    }

    async fn accept(&self, arrival: Arrival) -> Result<Receipt, Error> {
        if self.breaks.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return Err(Error::new(ErrorKind::Unavailable, Retry::Backoff, "accepting"));
        }
        self.inner.accept(arrival).await
    }

    async fn lease_inbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<InboxLease>, Error> {
        self.inner.lease_inbox(now, until, most).await
    }

    async fn lease_timers(&self, now: Time, until: Time, most: u32) -> Result<Vec<TimerLease>, Error> {
        self.inner.lease_timers(now, until, most).await
    }

    async fn stale_timers(&self, stamp: String, most: u32) -> Result<Vec<StreamId>, Error> {
        self.inner.stale_timers(stamp, most).await
    }

    async fn lease_outbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<OutboxLease>, Error> {
        self.inner.lease_outbox(now, until, most).await
    }

    async fn begin(&self, attempt: Attempt) -> Result<(), Error> {
        self.inner.begin(attempt).await
    }

    async fn settle(&self, attempt: Attempt, settled: Settled) -> Result<(), Error> {
        self.inner.settle(attempt, settled).await
    }

    async fn find(&self, place: Place) -> Result<Option<StreamId>, Error> {
        self.inner.find(place).await
    }

    async fn list(&self, query: Query) -> Result<Page, Error> {
        self.inner.list(query).await
    }

    async fn feed(&self, after: u64, most: u32) -> Result<Vec<Fed>, Error> {
        self.inner.feed(after, most).await
    }

    async fn texts(&self, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, Error> {
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
