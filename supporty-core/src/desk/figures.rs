use std::sync::atomic::{AtomicU64, Ordering};

use super::{Desk, Worked};

/// What one process did since its desk was built: counts that only grow. All clones of a desk count together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Figures {
    /// Deliveries from outside that were decided.
    pub handled: u64,
    /// Of those, what was refused.
    pub refused: u64,
    /// Deliveries that came again and were answered as before.
    pub repeated: u64,
    /// Timers that had come.
    pub timers: u64,
    /// Effects that were delivered.
    pub delivered: u64,
    /// Effects that nobody wanted any more.
    pub dropped: u64,
    /// Effects that a platform put off.
    pub postponed: u64,
    /// Deliveries of effects that failed, to be tried again or given up.
    pub failed: u64,
    /// Decisions that were made again because another writer was first.
    pub conflicts: u64,
    /// What could not be done because of an error, which is logged.
    pub errors: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    handled: AtomicU64,
    refused: AtomicU64,
    repeated: AtomicU64,
    timers: AtomicU64,
    delivered: AtomicU64,
    dropped: AtomicU64,
    postponed: AtomicU64,
    failed: AtomicU64,
    conflicts: AtomicU64,
    errors: AtomicU64,
}

impl Counters {
    pub(super) fn handled(&self, refused: bool) {
        add(&self.handled, 1);
        add(&self.refused, refused.into());
    }

    pub(super) fn repeated(&self) {
        add(&self.repeated, 1);
    }

    pub(super) fn conflict(&self) {
        add(&self.conflicts, 1);
    }

    pub(super) fn error(&self) {
        add(&self.errors, 1);
    }

    pub(super) fn worked(&self, worked: &Worked) {
        add(&self.timers, worked.timers.into());
        add(&self.delivered, worked.delivered.into());
        add(&self.dropped, worked.dropped.into());
        add(&self.postponed, worked.postponed.into());
        add(&self.failed, worked.failed.into());
        add(&self.errors, worked.errors.into());
    }
}

impl Desk {
    /// What this process did since the desk was built. What waits is in the store's
    /// [`statistics`](crate::adapter::Maintenance::statistics).
    pub fn figures(&self) -> Figures {
        let Counters {
            handled,
            refused,
            repeated,
            timers,
            delivered,
            dropped,
            postponed,
            failed,
            conflicts,
            errors,
        } = &self.inner.counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Figures {
            handled: read(handled),
            refused: read(refused),
            repeated: read(repeated),
            timers: read(timers),
            delivered: read(delivered),
            dropped: read(dropped),
            postponed: read(postponed),
            failed: read(failed),
            conflicts: read(conflicts),
            errors: read(errors),
        }
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}
