//! A store on a PostgreSQL server, for any number of workers.

mod database;
mod fault;
mod find;
mod lines;
mod list;
mod listen;
mod log;
mod open;
mod queues;
mod restore;
mod schema;
mod step;
mod tls;
mod upkeep;
mod writer;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use supporty_core::adapter::{
    Arrival, Attempt, Commit, DeadLetter, Derived, Erase, Error, Fed, InboxLease, Maintenance, OutboxLease,
    Page, Query, Recalled, Receipt, Settled, Store, StoreCapability, StoreStatistics, TimerLease,
};
use supporty_core::stream::{EffectId, RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, Text, TextRef, TicketKey, Time};

use crate::news::News;
use database::Database;
use listen::Listener;
pub use open::PostgresOptions;
use writer::Writer;

/// A store on a PostgreSQL server (13 or newer), for any number of workers and desks.
///
/// Everything lies in the schema `supporty`, which it makes and brings up to date itself. Workers need nothing of each
/// other: each opens the same desk, and they share what there is to do by leases. What one writes wakes the others at
/// once; should that fail, they look twice a minute. A lost connection is made anew.
///
/// Every statement is a transaction of its own and needs no session, so that a proxy which gives a connection to
/// whoever begins a transaction may lie between; see [`PostgresOptions::listen_at`] for what does not go through it.
///
/// ```no_run
/// use supporty_core::adapter::Store;
/// use supporty_store::Postgres;
/// # async fn example() -> Result<(), supporty_core::adapter::Error> {
/// let store = Postgres::open("postgres://postgres@127.0.0.1/support").await?;
/// println!("{}", store.reserve("SUP".to_owned()).await?);
/// # Ok(())
/// # }
/// ```
pub struct Postgres {
    name: String,
    database: Database,
    writer: Writer,
    news: Arc<News>,
    _listener: Option<Listener>,
}

impl Postgres {
    /// Opens the desk `desk` of a database with the defaults of [`PostgresOptions`].
    pub async fn open(database: &str) -> Result<Self, Error> {
        PostgresOptions::new(database)?.open().await
    }
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").field("desk", &self.name).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for Postgres {
    fn capability(&self) -> StoreCapability {
        let mut capability = StoreCapability::default();
        capability.durable = true;
        capability.shared = true;
        capability.tells = true;
        capability
    }

    async fn load(&self, stream: StreamId, after: u64) -> Result<Vec<RawEntry>, Error> {
        find::load(&self.database, &stream, after).await
    }

    async fn recall(&self, stream: StreamId, format: String) -> Result<Recalled, Error> {
        find::recall(&self.database, &stream, &format).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        self.writer.commit(commit).await
    }

    async fn reserve(&self, prefix: String) -> Result<TicketKey, Error> {
        queues::reserve(&self.database, &prefix).await
    }

    async fn accept(&self, arrival: Arrival) -> Result<Receipt, Error> {
        let receipt = queues::accept(&self.database, &arrival).await?;
        self.news.tell();
        Ok(receipt)
    }

    async fn lease_inbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<InboxLease>, Error> {
        queues::lease_inbox(&self.database, (now, until, most)).await
    }

    async fn lease_timers(&self, now: Time, until: Time, most: u32) -> Result<Vec<TimerLease>, Error> {
        queues::lease_timers(&self.database, (now, until, most)).await
    }

    async fn stale_timers(&self, stamp: String, most: u32) -> Result<Vec<StreamId>, Error> {
        find::stale_timers(&self.database, &stamp, most).await
    }

    async fn lease_outbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<OutboxLease>, Error> {
        queues::lease_outbox(&self.database, (now, until, most)).await
    }

    async fn begin(&self, attempt: Attempt) -> Result<(), Error> {
        queues::begin(&self.database, &attempt).await
    }

    async fn settle(&self, attempt: Attempt, settled: Settled) -> Result<(), Error> {
        queues::settle(&self.database, &attempt, &settled).await
    }

    async fn find(&self, place: Place) -> Result<Option<StreamId>, Error> {
        find::find(&self.database, &place).await
    }

    async fn list(&self, query: Query) -> Result<Page, Error> {
        list::list(&self.database, &query).await
    }

    async fn feed(&self, after: u64, most: u32) -> Result<Vec<Fed>, Error> {
        find::feed(&self.database, after, most).await
    }

    async fn texts(&self, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, Error> {
        find::texts(&self.database, refs).await
    }

    async fn policy(&self, version: PolicyVersion) -> Result<Option<String>, Error> {
        find::policy(&self.database, &version).await
    }

    async fn next_wake(&self) -> Result<Option<Time>, Error> {
        find::next_wake(&self.database).await
    }

    async fn news(&self, seen: u64) -> Result<u64, Error> {
        Ok(self.news.after(seen).await)
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, Error> {
        queues::dead_letters(&self.database).await
    }

    async fn revive(&self, effect: EffectId, now: Time) -> Result<(), Error> {
        queues::revive(&self.database, &effect, now).await
    }
}

#[async_trait]
impl Maintenance for Postgres {
    async fn erase(&self, what: Erase) -> Result<u64, Error> {
        upkeep::erase(&self.database, &what).await
    }

    async fn export(&self, to: String) -> Result<u64, Error> {
        lines::export(&self.database, Path::new(&to)).await
    }

    async fn import(&self, from: String) -> Result<u64, Error> {
        let lines = lines::import(&self.database, Path::new(&from)).await?;
        self.news.tell();
        Ok(lines)
    }

    async fn streams(&self, after: Option<StreamId>, most: u32) -> Result<Vec<StreamId>, Error> {
        upkeep::streams(&self.database, after.as_ref(), most).await
    }

    async fn derived(&self, stream: StreamId) -> Result<Derived, Error> {
        upkeep::derived(&self.database, &stream).await
    }

    async fn drop_snapshots(&self) -> Result<u64, Error> {
        upkeep::drop_snapshots(&self.database).await
    }

    async fn check(&self) -> Result<Vec<String>, Error> {
        upkeep::check(&self.database).await
    }

    async fn prune(&self, handled_before: Time) -> Result<u64, Error> {
        upkeep::prune(&self.database, handled_before).await
    }

    async fn back_up(&self, _to: String) -> Result<(), Error> {
        Err(Error::unsupported(
            "backing up a desk on PostgreSQL: use `pg_dump --schema supporty`, or export it",
        ))
    }

    async fn statistics(&self) -> Result<StoreStatistics, Error> {
        upkeep::statistics(&self.database).await
    }
}
