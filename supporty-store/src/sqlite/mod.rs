//! A store in one file, with SQLite.

mod commit;
mod copy;
mod fault;
mod find;
mod inbox;
mod lines;
mod list;
mod log;
mod open;
mod outbox;
mod schema;
mod timers;
mod upkeep;
mod value;
mod worker;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use supporty_core::adapter::{
    Arrival, Attempt, Commit, DeadLetter, Derived, Erase, Error, Fed, InboxLease, Maintenance, OutboxLease,
    Page, Query, Recalled, Receipt, Settled, Store, StoreCapability, StoreStatistics, TimerLease,
};
use supporty_core::stream::{EffectId, RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, Text, TextRef, TicketKey, Time};

use crate::news::News;
pub use open::{Durability, Options};
use timers::Leases;
use worker::{Readers, Writer};

/// A store in one file, for one process.
///
/// What was answered is on the disk: it survives a killed process and a power cut; only leases, which end with the
/// process anyway, do not wait for the disk, or are not written at all. Callers that write at the same
/// time share one sync of the disk. A second process that opens the file is refused while the first one runs; beside
/// the file lie `-wal` and `-shm`, which belong to it, and `.lock`.
///
/// Opening and dropping it block the thread for a moment.
///
/// ```
/// use supporty_core::adapter::Store;
/// use supporty_store::Sqlite;
/// # async fn example() -> Result<(), supporty_core::adapter::Error> {
/// let store = Sqlite::open("support.db")?;
/// assert_eq!(store.reserve("SUP".to_owned()).await?.to_string(), "SUP-1");
/// # Ok(())
/// # }
/// ```
pub struct Sqlite {
    path: PathBuf,
    readers: Readers,
    writer: Writer,
    leases: Arc<Leases>,
    news: News,
}

impl Sqlite {
    /// Opens the file, or makes it, and brings its tables up to date.
    ///
    /// Refuses a file that another process uses, that is no database of supporty, or that a newer version wrote.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Options::new(path).open()
    }
}

impl std::fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sqlite").field("path", &self.path).finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for Sqlite {
    fn capability(&self) -> StoreCapability {
        let mut capability = StoreCapability::default();
        capability.durable = true;
        capability.backs_up = true;
        capability.tells = true;
        capability
    }

    async fn load(&self, stream: StreamId, after: u64) -> Result<Vec<RawEntry>, Error> {
        self.readers.read("loading a stream", move |db| find::load(db, &stream, after)).await
    }

    async fn recall(&self, stream: StreamId, format: String) -> Result<Recalled, Error> {
        self.readers.read("recalling a stream", move |db| find::recall(db, &stream, &format)).await
    }

    async fn commit(&self, commit: Commit) -> Result<(), Error> {
        let leases = Arc::clone(&self.leases);
        let end_leases = move |armed: &Vec<_>| leases.armed(armed);
        self.writer
            .write_then("committing a step", move |db| commit::commit(db, &commit), end_leases)
            .await?;
        self.news.tell();
        Ok(())
    }

    async fn reserve(&self, prefix: String) -> Result<TicketKey, Error> {
        self.writer.write("reserving a ticket number", move |db| commit::reserve(db, &prefix)).await
    }

    async fn accept(&self, arrival: Arrival) -> Result<Receipt, Error> {
        let receipt =
            self.writer.write("accepting a delivery", move |db| inbox::accept(db, &arrival)).await?;
        self.news.tell();
        Ok(receipt)
    }

    async fn lease_inbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<InboxLease>, Error> {
        self.writer.lease("leasing deliveries", move |db| inbox::lease(db, now, until, most)).await
    }

    async fn lease_timers(&self, now: Time, until: Time, most: u32) -> Result<Vec<TimerLease>, Error> {
        let leases = Arc::clone(&self.leases);
        self.writer.alone("leasing timers", move |db| leases.lease(db, now, until, most)).await
    }

    async fn stale_timers(&self, stamp: String, most: u32) -> Result<Vec<StreamId>, Error> {
        self.readers.read("looking for stale timers", move |db| find::stale_timers(db, &stamp, most)).await
    }

    async fn lease_outbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<OutboxLease>, Error> {
        self.writer.lease("leasing effects", move |db| outbox::lease(db, now, until, most)).await
    }

    async fn begin(&self, attempt: Attempt) -> Result<(), Error> {
        self.writer.write("beginning a delivery", move |db| outbox::begin(db, &attempt)).await
    }

    async fn settle(&self, attempt: Attempt, settled: Settled) -> Result<(), Error> {
        self.writer.write("settling a delivery", move |db| outbox::settle(db, &attempt, &settled)).await
    }

    async fn find(&self, place: Place) -> Result<Option<StreamId>, Error> {
        self.readers.read("finding a thread", move |db| find::find(db, &place)).await
    }

    async fn list(&self, query: Query) -> Result<Page, Error> {
        self.readers.read("listing tickets", move |db| list::list(db, &query)).await
    }

    async fn feed(&self, after: u64, most: u32) -> Result<Vec<Fed>, Error> {
        self.readers.read("reading the feed", move |db| find::feed(db, after, most)).await
    }

    async fn texts(&self, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, Error> {
        self.readers.read("reading texts", move |db| find::texts(db, refs)).await
    }

    async fn policy(&self, version: PolicyVersion) -> Result<Option<String>, Error> {
        self.readers.read("reading a policy", move |db| find::policy(db, &version)).await
    }

    async fn next_wake(&self) -> Result<Option<Time>, Error> {
        let (last, again) = self.leases.next();
        let wake =
            self.readers.read("looking for the next wake", move |db| find::next_wake(db, last)).await?;
        Ok(wake.into_iter().chain(again).min())
    }

    async fn news(&self, seen: u64) -> Result<u64, Error> {
        Ok(self.news.after(seen).await)
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, Error> {
        self.readers.read("listing dead letters", outbox::dead_letters).await
    }

    async fn revive(&self, effect: EffectId, now: Time) -> Result<(), Error> {
        self.writer.write("reviving a dead letter", move |db| outbox::revive(db, &effect, now)).await
    }
}

#[async_trait]
impl Maintenance for Sqlite {
    async fn erase(&self, what: Erase) -> Result<u64, Error> {
        let erased = self.writer.write("erasing texts", move |db| upkeep::erase(db, &what)).await?;
        self.writer.alone("clearing the log of erased texts", upkeep::truncate_log).await?;
        Ok(erased)
    }

    async fn export(&self, to: String) -> Result<u64, Error> {
        self.readers.read("exporting the database", move |db| lines::export(db, Path::new(&to))).await
    }

    async fn import(&self, from: String) -> Result<u64, Error> {
        let lines = self
            .writer
            .write("importing into the database", move |db| lines::import(db, Path::new(&from)))
            .await?;
        self.news.tell();
        Ok(lines)
    }

    async fn streams(&self, after: Option<StreamId>, most: u32) -> Result<Vec<StreamId>, Error> {
        self.readers.read("listing streams", move |db| upkeep::streams(db, after.as_ref(), most)).await
    }

    async fn derived(&self, stream: StreamId) -> Result<Derived, Error> {
        self.readers
            .read("reading what is derived from a stream", move |db| upkeep::derived(db, &stream))
            .await
    }

    async fn drop_snapshots(&self) -> Result<u64, Error> {
        self.writer
            .write("dropping snapshots", |db| Ok(db.execute("delete from snapshots", [])? as u64))
            .await
    }

    async fn check(&self) -> Result<Vec<String>, Error> {
        let mut wrong = self.readers.read("checking the database", upkeep::check).await?;
        wrong.extend(self.writer.write("checking the search index", upkeep::check_index).await?);
        Ok(wrong)
    }

    async fn prune(&self, handled_before: Time) -> Result<u64, Error> {
        self.writer.write("pruning the inbox", move |db| upkeep::prune(db, handled_before)).await
    }

    async fn back_up(&self, to: String) -> Result<(), Error> {
        self.readers.read("backing up the database", move |db| upkeep::back_up(db, Path::new(&to))).await
    }

    async fn statistics(&self) -> Result<StoreStatistics, Error> {
        self.readers.read("counting", upkeep::statistics).await
    }
}
