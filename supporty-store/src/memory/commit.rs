use std::collections::BTreeMap;

use supporty_core::adapter::{Append, Commit, Error, Recalled, TimerLease};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::vocab::{TextRow, TicketKey, Time};

use super::state::{State, StoredText, Timer};
use crate::shared::{follows, home, overtaken, reserved};

impl State {
    pub(super) fn load(&self, stream: &StreamId, after: u64) -> Vec<RawEntry> {
        let entries = self.streams.get(stream).map_or(&[][..], Vec::as_slice);
        entries.iter().filter(|entry| entry.seq > after).cloned().collect()
    }

    pub(super) fn recall(&self, stream: &StreamId, format: &str) -> Recalled {
        let snapshot = self.snapshots.get(stream).filter(|snapshot| snapshot.format == format).cloned();
        let entries = self.load(stream, snapshot.as_ref().map_or(0, |snapshot| snapshot.seq));
        Recalled { snapshot, entries }
    }

    /// Checks everything before it changes anything.
    pub(super) fn commit(&mut self, commit: Commit) -> Result<(), Error> {
        self.check_appends(&commit.appends)?;
        if let Some(handled) = &commit.handled {
            self.check_unhandled(&handled.key)?;
        }
        for text in commit.texts {
            self.keep_text(text, &commit.appends);
        }
        for append in commit.appends {
            self.append(append);
        }
        for effect in commit.effects {
            self.enqueue(effect);
        }
        self.places.extend(commit.places);
        for (version, policy) in commit.policies {
            self.policies.entry(version).or_insert(policy);
        }
        if let Some(handled) = commit.handled {
            self.handle(handled);
        }
        Ok(())
    }

    pub(super) fn reserve(&mut self, prefix: String) -> Result<TicketKey, Error> {
        let next = self.numbers.get(&prefix).map_or(1, |last| last + 1);
        let key = reserved(&prefix, next)?;
        self.numbers.insert(prefix, next);
        Ok(key)
    }

    pub(super) fn stale_timers(&self, stamp: &str, most: u32) -> Vec<StreamId> {
        let stale = self.timers.iter().filter(|(_, timer)| timer.stamp != stamp);
        stale.take(most as usize).map(|(stream, _)| stream.clone()).collect()
    }

    pub(super) fn lease_timers(&mut self, now: Time, until: Time, most: u32) -> Vec<TimerLease> {
        let mut due: Vec<_> = self.timers.iter_mut().filter(|(_, timer)| timer.wake <= now).collect();
        due.sort_by_key(|(stream, timer)| (timer.wake, self.numbers_of_streams.get(stream)));
        due.truncate(most as usize);
        due.into_iter()
            .map(|(stream, timer)| {
                timer.wake = until;
                TimerLease { stream: stream.clone(), due: timer.due, stamp: timer.stamp.clone() }
            })
            .collect()
    }

    fn check_appends(&self, appends: &[Append]) -> Result<(), Error> {
        let mut last: BTreeMap<&StreamId, u64> = BTreeMap::new();
        for append in appends {
            let stored = self.streams.get(&append.stream).map_or(0, |entries| entries.len() as u64);
            let last = last.entry(&append.stream).or_insert(stored);
            if *last != append.after {
                return Err(overtaken(&append.stream, append.after));
            }
            follows(append)?;
            *last += append.entries.len() as u64;
        }
        Ok(())
    }

    fn keep_text(&mut self, row: TextRow, appends: &[Append]) {
        let stream = home(&row.at, appends).cloned();
        self.texts.insert(row.at.clone(), StoredText { row, stream });
    }

    fn append(&mut self, append: Append) {
        let Append { stream, entries, wake, row, snapshot, .. } = append;
        self.log.extend(entries.iter().map(|entry| (stream.clone(), entry.seq)));
        let number = self.streams.len();
        self.numbers_of_streams.entry(stream.clone()).or_insert(number);
        self.streams.entry(stream.clone()).or_default().extend(entries);
        if let Some(row) = row {
            self.rows.insert((row.key.number(), stream.clone()), row);
        }
        if let Some(snapshot) = snapshot {
            self.snapshots.insert(stream.clone(), snapshot);
        }
        match wake {
            Some(wake) => {
                self.timers.insert(stream, Timer { wake: wake.due, due: wake.due, stamp: wake.stamp });
            }
            None => {
                self.timers.remove(&stream);
            }
        }
    }
}
