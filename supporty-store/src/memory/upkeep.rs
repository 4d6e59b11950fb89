use supporty_core::adapter::{Derived, Erase, StoreStatistics};
use supporty_core::stream::StreamId;
use supporty_core::vocab::{TicketKey, Time};

use super::state::{State, Timer};
use crate::shared::without;

impl State {
    pub(super) fn erase(&mut self, what: &Erase) -> u64 {
        let before = self.texts.len();
        self.texts.retain(|_, text| match what {
            Erase::Author(author) => text.row.author.as_ref() != Some(author),
            Erase::Stream(stream) => text.stream.as_ref() != Some(stream),
        });
        let mut erased = (before - self.texts.len()) as u64;
        let Erase::Author(author) = what else { return erased };
        for delivery in self.waiting.values_mut() {
            if let Some((rest, gone)) = without(author, &delivery.body) {
                delivery.body = rest;
                erased += gone;
            }
        }
        erased
    }

    pub(super) fn streams(&self, after: Option<&StreamId>, most: u32) -> Vec<StreamId> {
        let mut streams: Vec<_> = self.streams.keys().map(|stream| (stream.to_string(), stream)).collect();
        streams.sort_unstable();
        let after = after.map(ToString::to_string);
        let later = streams.into_iter().filter(|(name, _)| after.as_ref().is_none_or(|after| name > after));
        later.take(most as usize).map(|(_, stream)| stream.clone()).collect()
    }

    pub(super) fn derived(&self, stream: &StreamId) -> Derived {
        let number = stream.ticket().map_or(0, TicketKey::number);
        Derived {
            last: self.streams.get(stream).map_or(0, |entries| entries.len() as u64),
            row: self.rows.get(&(number, stream.clone())).cloned(),
            wake: self.timers.get(stream).map(Timer::wake),
        }
    }

    pub(super) fn drop_snapshots(&mut self) -> u64 {
        std::mem::take(&mut self.snapshots).len() as u64
    }

    pub(super) fn check(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (stream, entries) in &self.streams {
            if !entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq) {
                wrong.push(format!("`{stream}` has a gap: restore it from a backup"));
            }
        }
        for (_, stream) in self.rows.keys() {
            if self.streams.get(stream).is_none_or(Vec::is_empty) {
                wrong.push(format!("`{stream}` is listed but has no entries: restore a backup"));
            }
        }
        wrong
    }

    pub(super) fn prune(&mut self, handled_before: Time) -> u64 {
        let before = self.handled.len();
        self.handled.retain(|_, answered| answered.at >= handled_before);
        (before - self.handled.len()) as u64
    }

    /// What is leased waits on: it is the time itself that counts, and not the end of a lease.
    fn oldest(&self) -> Option<Time> {
        let timers = self.timers.values().map(|timer| timer.due);
        let inbox = self.waiting.values().map(|delivery| delivery.at);
        timers.chain(inbox).chain(self.heads().map(|(_, head)| head.at)).min()
    }

    pub(super) fn statistics(&self) -> StoreStatistics {
        let written = self.streams.iter().filter(|(_, entries)| !entries.is_empty());
        let mut statistics = StoreStatistics::default();
        statistics.entries = self.log.len() as u64;
        statistics.tickets = written.filter(|(stream, _)| stream.ticket().is_some()).count() as u64;
        statistics.inbox = self.waiting.len() as u64;
        statistics.timers = self.timers.len() as u64;
        statistics.outbox = self.outbox.len() as u64;
        statistics.dead = self.dead.len() as u64;
        statistics.oldest = self.oldest();
        statistics.workers = 1;
        statistics
    }
}
