use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Error, Page, Query, Row};
use crate::stream::{EffectId, RawEntry, StreamId};
use crate::time::Zone;
use crate::vocab::{InboundKey, PersonId, Place, PolicyVersion, Text, TextRef, TextRow, TicketKey, Time};

/// Where a desk keeps everything.
///
/// Entries are opaque: a store knows their number, their time and their kind. Time is always an argument.
///
/// # Contract
///
/// Each sentence is a test of [`testing::store_suite`](crate::testing::store_suite).
///
/// Streams and commits:
/// 1. A stream that was never written loads as empty.
/// 2. What was committed loads in order, from any entry on.
/// 3. A commit whose `after` is not the stream's last number is a `Conflict`, and nothing of it is kept.
/// 4. A commit over several streams is kept wholly or not at all.
/// 5. Of two commits on one stream at once exactly one is kept.
/// 6. A commit without entries may still arm or disarm a timer.
///
/// Keys and texts:
/// 7. Reserved numbers are never given twice, and go on from 1 per prefix.
/// 8. Texts come back as they were; those that do not exist are left out.
///
/// The inbox:
/// 9. A key accepted for the first time is `New`; again, before it was handled, `Waiting`; after, `Handled` with what
///    it was answered then.
/// 10. A leased delivery is not leased again before its lease ends, and comes back after.
/// 11. A commit that names a delivery marks it handled, in the same instant as its entries; a second one that names it
///    is a `Conflict`, and nothing of it is kept.
///
/// Timers:
/// 12. A timer is leased once it is due, earliest first, and not before.
/// 13. A leased timer is not leased again before its lease ends, and comes back after.
/// 14. A commit that arms the stream anew ends the lease; one that disarms it removes the timer. A timer of another
///     stamp is stale until then.
///
/// The outbox:
/// 15. Only the oldest effect of a lane is leased; lanes do not wait for each other.
/// 16. A level that is queued already keeps its place and its id, and is not queued twice.
/// 17. A level that changes while it is being delivered is queued again after it was settled.
/// 18. `begin` and `settle` with a fence that is not the newest are `Fenced`.
/// 19. A delivery that was begun and never settled comes back as `tried` after its lease ended.
/// 20. Settled as delivered or dropped, an effect is gone and the lane goes on.
/// 21. Settled as to be retried, it keeps its place and is not leased before its time; put off, it was never tried.
/// 22. Settled as dead, it frees its lane and is listed, and `revive` queues it again.
///
/// Finding:
/// 23. `find` answers with the stream whose commit named the place.
/// 24. A list has the newest first, is narrowed by every part of the query, and a page is not shifted by what is opened
///    while it is turned.
/// 25. A search finds the beginnings of words, in any case, in titles and messages; in notes only if asked.
/// 26. The feed has every entry once, in one order that never changes.
///
/// Snapshots:
/// 27. `recall` answers with the last snapshot of a stream and the entries after it; with all entries if there is none
///     or it is of another format.
/// 28. A snapshot that was dropped changes nothing else.
///
/// Policies and the rest:
/// 29. A policy comes back as it was committed.
/// 30. `next_wake` is the earliest instant at which there is something to lease.
/// 31. `news` waits until there is more than a caller has seen: something was committed or accepted.
/// 32. What is not claimed answers `Unsupported`.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync {
    /// What it can do.
    fn capability(&self) -> StoreCapability;

    /// The entries of a stream with numbers above `after`.
    async fn load(&self, stream: StreamId, after: u64) -> Result<Vec<RawEntry>, Error>;

    /// The last snapshot of a stream, if it is of that format, and the entries after it.
    async fn recall(&self, stream: StreamId, format: String) -> Result<Recalled, Error>;

    /// Writes all of it, or nothing.
    async fn commit(&self, commit: Commit) -> Result<(), Error>;

    /// Takes the next number of a prefix.
    async fn reserve(&self, prefix: String) -> Result<TicketKey, Error>;

    /// Keeps a delivery from outside before anybody looks at it.
    async fn accept(&self, arrival: Arrival) -> Result<Receipt, Error>;

    /// Deliveries that wait since before `now`, oldest first, for nobody else until `until`.
    async fn lease_inbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<InboxLease>, Error>;

    /// Timers that are due at `now`, earliest first, for nobody else until `until`.
    async fn lease_timers(&self, now: Time, until: Time, most: u32) -> Result<Vec<TimerLease>, Error>;

    /// Streams whose timers carry another stamp than this one.
    async fn stale_timers(&self, stamp: String, most: u32) -> Result<Vec<StreamId>, Error>;

    /// Heads of lanes that may be delivered at `now`, for nobody else until `until`.
    async fn lease_outbox(&self, now: Time, until: Time, most: u32) -> Result<Vec<OutboxLease>, Error>;

    /// Records that a delivery is about to be tried.
    async fn begin(&self, attempt: Attempt) -> Result<(), Error>;

    /// Records how it ended.
    async fn settle(&self, attempt: Attempt, settled: Settled) -> Result<(), Error>;

    /// The stream whose thread stands there.
    async fn find(&self, place: Place) -> Result<Option<StreamId>, Error>;

    /// Tickets, newest first.
    async fn list(&self, query: Query) -> Result<Page, Error>;

    /// Entries of all streams after a cursor, in the order in which they became visible.
    async fn feed(&self, after: u64, most: u32) -> Result<Vec<Fed>, Error>;

    /// The texts of those names.
    async fn texts(&self, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, Error>;

    /// A committed policy, as JSON.
    async fn policy(&self, version: PolicyVersion) -> Result<Option<String>, Error>;

    /// The earliest instant at which there is something to lease.
    async fn next_wake(&self) -> Result<Option<Time>, Error>;

    /// Waits while the count of what was committed or accepted, by whomever, is the one that a caller has seen, and
    /// answers with the count. It may leave numbers out, and may end the wait for nothing; it is never 0, so that
    /// whoever has seen nothing is answered at once.
    async fn news(&self, seen: u64) -> Result<u64, Error>;

    /// Effects that were given up, oldest first.
    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, Error>;

    /// Queues an effect that was given up once more, at the end of its lane.
    async fn revive(&self, effect: EffectId, now: Time) -> Result<(), Error>;
}

/// What an operator does with a store.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// Deletes people's words; the figures stay. Answers how many texts went.
    async fn erase(&self, what: Erase) -> Result<u64, Error>;

    /// Writes everything to a new file, as lines of JSON, as it is at one instant. Answers how many lines.
    async fn export(&self, to: String) -> Result<u64, Error>;

    /// Reads what any store exported into this one, which must be empty, wholly or not at all. Answers how many lines.
    async fn import(&self, from: String) -> Result<u64, Error>;

    /// Streams whose names come after that one's, in the order of their names as text.
    async fn streams(&self, after: Option<StreamId>, most: u32) -> Result<Vec<StreamId>, Error>;

    /// What is kept of a stream beside its entries, and could be computed from them.
    async fn derived(&self, stream: StreamId) -> Result<Derived, Error>;

    /// Drops all snapshots; answers how many.
    async fn drop_snapshots(&self) -> Result<u64, Error>;

    /// Looks for entries that are missing and for rows without a stream; answers with what is wrong, in words.
    async fn check(&self) -> Result<Vec<String>, Error>;

    /// Forgets deliveries handled before that instant; answers how many.
    async fn prune(&self, handled_before: Time) -> Result<u64, Error>;

    /// Copies everything to a file while the store is in use.
    async fn back_up(&self, to: String) -> Result<(), Error>;

    /// How much there is of everything.
    async fn statistics(&self) -> Result<StoreStatistics, Error>;
}

/// What a store can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StoreCapability {
    /// What was committed survives the end of the process.
    pub durable: bool,
    /// Several processes may use it at once.
    pub shared: bool,
    /// It can copy itself while it is in use.
    pub backs_up: bool,
    /// It says when something was written.
    pub tells: bool,
}

/// Everything that one step writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// What is added to which stream.
    pub appends: Vec<Append>,
    /// The words that the entries refer to.
    pub texts: Vec<TextRow>,
    /// What is to be done, in order.
    pub effects: Vec<NewEffect>,
    /// Where threads stand.
    pub places: Vec<(Place, StreamId)>,
    /// The delivery that this handles.
    pub handled: Option<Handled>,
    /// Policies, as JSON.
    pub policies: Vec<(PolicyVersion, String)>,
}

/// What is added to one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Which.
    pub stream: StreamId,
    /// The number of its last entry, as the writer knows it.
    pub after: u64,
    /// The new entries, with the numbers that follow.
    pub entries: Vec<RawEntry>,
    /// When to look at it again; `None` disarms it.
    pub wake: Option<Wake>,
    /// How it stands in lists.
    pub row: Option<Row>,
    /// What it is after these entries, to begin with when it is loaded.
    pub snapshot: Option<Snapshot>,
}

impl Append {
    /// These entries and nothing else: no timer, no row, no snapshot.
    pub fn new(stream: StreamId, after: u64, entries: Vec<RawEntry>) -> Self {
        Self { stream, after, entries, wake: None, row: None, snapshot: None }
    }
}

/// What a stream had become by an entry. Only a cache: whoever does not know its format reads the entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The number of the last entry in it.
    pub seq: u64,
    /// How to read it.
    pub format: String,
    /// The state.
    pub body: String,
}

/// A stream to begin with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recalled {
    /// What it had become.
    pub snapshot: Option<Snapshot>,
    /// The entries since.
    pub entries: Vec<RawEntry>,
}

/// Whose words are deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erase {
    /// Everything that somebody wrote, also in deliveries that nobody has handled yet.
    Author(PersonId),
    /// Everything that anybody wrote on a stream.
    Stream(StreamId),
}

/// What is kept of a stream beside its entries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Derived {
    /// The number of its last entry.
    pub last: u64,
    /// How it stands in lists.
    pub row: Option<Row>,
    /// When to look at it again.
    pub wake: Option<Wake>,
}

/// When to look at a stream again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// The instant.
    pub due: Time,
    /// The version of the planning and of the zone database that computed it.
    pub stamp: String,
}

impl Wake {
    /// An instant that this version of the planning and of the zone database computed.
    pub fn planned(due: Time) -> Self {
        Self { due, stamp: Self::stamp() }
    }

    /// The version of both that computes instants now.
    pub fn stamp() -> String {
        format!("plan-1 tzdb-{}", Zone::database_version())
    }
}

/// An effect on its way into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEffect {
    /// Its name.
    pub id: EffectId,
    /// What must stay in order.
    pub lane: String,
    /// The surface, where only the newest counts.
    pub level: Option<String>,
    /// The effect as JSON.
    pub body: String,
    /// When it may be delivered.
    pub at: Time,
}

/// A delivery that a commit handles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handled {
    /// Which.
    pub key: InboundKey,
    /// What it is answered, now and when it comes again.
    pub answer: String,
    /// When.
    pub at: Time,
}

/// A delivery from outside, kept as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// What makes it unique.
    pub key: InboundKey,
    /// What came.
    pub body: String,
    /// When.
    pub at: Time,
    /// Until when the one who accepts it handles it alone.
    pub until: Time,
}

/// What the inbox knows of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// It was never seen, and is now the caller's to handle.
    New,
    /// It was seen, and somebody is to handle it.
    Waiting,
    /// It was handled, and this was the answer.
    Handled {
        /// As given to the commit.
        answer: String,
    },
}

/// A delivery to handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxLease {
    /// Which.
    pub key: InboundKey,
    /// What came.
    pub body: String,
    /// When.
    pub at: Time,
}

/// A stream to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerLease {
    /// Which.
    pub stream: StreamId,
    /// Since when it is due.
    pub due: Time,
    /// The stamp of the wake.
    pub stamp: String,
}

/// An effect to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxLease {
    /// Its name.
    pub id: EffectId,
    /// The effect as JSON.
    pub body: String,
    /// How often it was tried before.
    pub attempts: u32,
    /// An attempt was begun and its outcome is not known: look before trying again.
    pub tried: bool,
    /// What proves that the lease is ours.
    pub fence: u64,
    /// How often a level had changed when it was leased.
    pub revision: u64,
}

/// One try at a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The effect.
    pub id: EffectId,
    /// The lease's fence.
    pub fence: u64,
    /// The lease's revision.
    pub revision: u64,
    /// When.
    pub at: Time,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It arrived.
    Delivered,
    /// Nobody wants it any more.
    Dropped,
    /// It did not arrive, and is tried again at that time.
    Retry {
        /// When.
        at: Time,
        /// Why it did not.
        why: String,
    },
    /// It certainly did not arrive, because the platform asked to come later, and is tried again at that time. The try
    /// does not count, and nobody looks for what it may have left.
    Postponed {
        /// When.
        at: Time,
    },
    /// It will never arrive.
    Dead {
        /// Why.
        why: String,
    },
}

/// An effect that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its name.
    pub id: EffectId,
    /// The effect as JSON.
    pub body: String,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was given up.
    pub why: String,
    /// When.
    pub at: Time,
}

/// An entry in the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fed {
    /// Its place in the feed, for the next call.
    pub cursor: u64,
    /// Its stream.
    pub stream: StreamId,
    /// The entry.
    pub entry: RawEntry,
}

/// How much there is of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StoreStatistics {
    /// Entries of all streams.
    pub entries: u64,
    /// Tickets.
    pub tickets: u64,
    /// Deliveries not yet handled.
    pub inbox: u64,
    /// Timers armed.
    pub timers: u64,
    /// Effects not yet delivered.
    pub outbox: u64,
    /// Effects given up.
    pub dead: u64,
    /// Since when the longest has waited of what there is to do, or from when it will: what lies behind now is late.
    pub oldest: Option<Time>,
    /// Processes that work on it now, as far as it knows of them.
    pub workers: u64,
}
