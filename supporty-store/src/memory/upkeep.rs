use supporty_core::adapter::StoreStatistics;
use supporty_core::vocab::{PersonId, Time};

use super::state::State;
use crate::shared::without;

impl State {
    pub(super) fn erase(&mut self, author: &PersonId) -> u64 {
        let before = self.texts.len();
        self.texts.retain(|_, text| text.row.author.as_ref() != Some(author));
        let mut erased = (before - self.texts.len()) as u64;
        for delivery in self.waiting.values_mut() {
            if let Some((rest, gone)) = without(author, &delivery.body) {
                delivery.body = rest;
                erased += gone;
            }
        }
        erased
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
                wrong.push(format!("`{stream}` is listed but has no entries: rebuild the rows from the log"));
            }
        }
        wrong
    }

    pub(super) fn prune(&mut self, handled_before: Time) -> u64 {
        let before = self.handled.len();
        self.handled.retain(|_, answered| answered.at >= handled_before);
        (before - self.handled.len()) as u64
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
        statistics
    }
}
