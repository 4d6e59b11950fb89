use std::path::Path;

use supporty_core::adapter::{Error, NewEffect};
use supporty_core::stream::{RawEntry, StreamId};

use super::state::{Answered, Dead, Queued, State, StoredText, Timer, Waiting};
use crate::lines::{Line, Writer, gap, not_empty, read};

impl State {
    pub(super) fn export(&self, to: &Path) -> Result<u64, Error> {
        let mut writer = Writer::create(to)?;
        for line in self.lines() {
            writer.write(&line)?;
        }
        writer.finish()
    }

    pub(super) fn import(&mut self, from: &Path) -> Result<u64, Error> {
        if self.lines().next().is_some() {
            return Err(not_empty());
        }
        let mut state = Self::default();
        let lines = read(from, |line| state.take(line))?;
        *self = state;
        Ok(lines)
    }

    fn lines(&self) -> impl Iterator<Item = Line> {
        let policies = self
            .policies
            .iter()
            .map(|(version, body)| Line::Policy { version: version.clone(), body: body.clone() });
        let entries = self.feed(0, u32::MAX).into_iter().map(|fed| Line::entry(fed.stream, fed.entry));
        let texts = self
            .texts
            .values()
            .map(|text| Line::Text { stream: text.stream.clone(), text: text.row.clone() });
        let places = self
            .places
            .iter()
            .map(|(place, stream)| Line::Place { place: place.clone(), stream: stream.clone() });
        let rows = self
            .rows
            .iter()
            .map(|((_, stream), row)| Line::Row { stream: stream.clone(), row: Box::new(row.clone()) });
        let snapshots = self
            .snapshots
            .iter()
            .map(|(stream, snapshot)| Line::Snapshot { stream: stream.clone(), snapshot: snapshot.clone() });
        let timers = self
            .timers
            .iter()
            .map(|(stream, timer)| Line::Timer { stream: stream.clone(), wake: timer.wake() });
        let counters =
            self.numbers.iter().map(|(prefix, last)| Line::Counter { prefix: prefix.clone(), last: *last });
        let mut waiting: Vec<_> = self.waiting.iter().collect();
        waiting.sort_by_key(|(_, delivery)| delivery.number);
        let waiting = waiting.into_iter().map(|(key, delivery)| Line::Waiting {
            key: key.clone(),
            at: delivery.at,
            body: delivery.body.clone(),
        });
        let handled = self.handled.iter().map(|(key, answered)| Line::Handled {
            key: key.clone(),
            at: answered.at,
            answer: answered.answer.clone(),
        });
        let effects = self.outbox.values().map(|queued| Line::Effect {
            effect: queued.effect().into(),
            attempts: queued.attempts,
            tried: queued.tried,
        });
        let dead = self.dead.iter().map(|dead| Line::Dead {
            effect: dead.effect.clone().into(),
            attempts: dead.attempts,
            why: dead.why.clone(),
            at: dead.at,
        });
        let streams = policies.chain(entries).chain(texts).chain(places).chain(rows).chain(timers);
        streams.chain(snapshots).chain(counters).chain(waiting).chain(handled).chain(effects).chain(dead)
    }

    fn take(&mut self, line: Line) -> Result<(), Error> {
        match line {
            Line::Supporty { .. } | Line::End { .. } => {}
            Line::Policy { version, body } => drop(self.policies.insert(version, body)),
            Line::Entry { stream, seq, at, kind, body } => {
                self.take_entry(stream, RawEntry { seq, at, kind, body })?
            }
            Line::Text { stream, text } => {
                self.texts.insert(text.at.clone(), StoredText { row: text, stream });
            }
            Line::Place { place, stream } => drop(self.places.insert(place, stream)),
            Line::Row { stream, row } => drop(self.rows.insert((row.key.number(), stream), *row)),
            Line::Timer { stream, wake } => {
                self.timers.insert(stream, Timer { wake: wake.due, due: wake.due, stamp: wake.stamp });
            }
            Line::Snapshot { stream, snapshot } => drop(self.snapshots.insert(stream, snapshot)),
            Line::Counter { prefix, last } => drop(self.numbers.insert(prefix, last)),
            Line::Waiting { key, at, body } => {
                self.last_arrival += 1;
                self.waiting.insert(key, Waiting { number: self.last_arrival, at, body, wake: at });
            }
            Line::Handled { key, at, answer } => drop(self.handled.insert(key, Answered { answer, at })),
            Line::Effect { effect, attempts, tried } => {
                let NewEffect { id, lane, level, body, at } = effect.into();
                self.put_last(Queued {
                    id,
                    lane,
                    level,
                    body,
                    at,
                    wake: at,
                    revision: 0,
                    attempts,
                    tried,
                    fence: None,
                });
            }
            Line::Dead { effect, attempts, why, at } => {
                self.dead.push(Dead { effect: effect.into(), attempts, why, at });
            }
        }
        Ok(())
    }

    fn take_entry(&mut self, stream: StreamId, entry: RawEntry) -> Result<(), Error> {
        let number = self.streams.len();
        self.numbers_of_streams.entry(stream.clone()).or_insert(number);
        let entries = self.streams.entry(stream.clone()).or_default();
        let last = entries.len() as u64;
        if entry.seq != last + 1 {
            return Err(gap(&stream, entry.seq, last));
        }
        self.log.push((stream, entry.seq));
        entries.push(entry);
        Ok(())
    }
}
