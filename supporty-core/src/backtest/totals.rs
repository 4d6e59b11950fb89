use std::collections::BTreeMap;

use serde::Serialize;

use super::compare::Compared;
use super::record::{Paging, Record};
use crate::time::Zone;
use crate::vocab::{Period, PersonId, PriorityId, Target, TicketKey};
use chrono::Timelike;

/// All tickets together. Those of two parts of a history are [merged](Self::merge).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// How many tickets.
    pub tickets: u64,
    /// How many of them would have been another way.
    pub changed: u64,
    /// How many of them could not be replayed whole: their promises are not counted, neither before nor after.
    pub partial: u64,
    /// The promises of the others, by what is promised and by priority.
    pub promises: BTreeMap<Target, BTreeMap<PriorityId, Tally>>,
    /// How many instants of rungs fired by themselves.
    pub escalations: Change<u64>,
    /// How often somebody was woken, by the hour of the day at which they were.
    pub by_hour: [Change<u64>; 24],
    /// How often each was woken.
    pub by_person: BTreeMap<PersonId, Change<u64>>,
    /// Who was called out when and for what.
    #[serde(skip)]
    pub call_outs: Change<Vec<(TicketKey, PersonId, Period)>>,
}

/// As it was, and as it would have been.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Change<T> {
    /// As it was.
    pub before: T,
    /// As it would have been.
    pub after: T,
}

/// A promise of a priority.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How often it was kept.
    pub kept: Change<Kept>,
    /// How often only the tested policy breaks it.
    pub gained: u64,
    /// How often the tested policy does not break it that was broken.
    pub lost: u64,
}

/// How often a promise was kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// In time.
    pub met: u64,
    /// Late, or not at all.
    pub broken: u64,
    /// Broken by a change that had put the deadline into the past: in no share.
    pub on_change: u64,
}

impl Kept {
    /// How many of those that fell due were kept, from 0 to 1; `None` where none did.
    pub fn share(&self) -> Option<f64> {
        let all = self.met + self.broken;
        (all > 0).then(|| self.met as f64 / all as f64)
    }

    fn merge(&mut self, other: &Self) {
        self.met += other.met;
        self.broken += other.broken;
        self.on_change += other.on_change;
    }
}

impl Change<u64> {
    fn merge(&mut self, other: &Self) {
        self.before += other.before;
        self.after += other.after;
    }
}

impl Totals {
    /// Adds a ticket. Pages are counted by the hour of a zone; drills, and what turned out to be no ticket, are not counted.
    pub fn take(&mut self, one: &Compared, zone: &Zone) {
        if !one.counts() {
            return;
        }
        self.tickets += 1;
        self.changed += u64::from(one.is_changed());
        self.partial += u64::from(!one.is_whole());
        if one.is_whole() {
            self.promises(one);
        }
        self.escalations.before += u64::from(one.before.escalations);
        self.escalations.after += u64::from(one.after.escalations);
        self.woken(&one.before, zone, |change| &mut change.before);
        self.woken(&one.after, zone, |change| &mut change.after);
        let named = |(person, period): &(PersonId, Period)| (one.ticket.clone(), person.clone(), *period);
        self.call_outs.before.extend(one.before.call_outs.iter().map(named));
        self.call_outs.after.extend(one.after.call_outs.iter().map(named));
    }

    fn promises(&mut self, one: &Compared) {
        for pair in one.rounds() {
            for (round, before) in [(pair.before, true), (pair.after, false)] {
                let Some(round) = round else { continue };
                let tally = self.promises.entry(round.target).or_default().entry(round.priority.clone());
                let tally = tally.or_default();
                let kept = if before { &mut tally.kept.before } else { &mut tally.kept.after };
                kept.met += u64::from(round.kept() == Some(true));
                kept.broken += u64::from(round.kept() == Some(false));
                kept.on_change += u64::from(round.is_broken() && round.on_change);
                tally.gained += u64::from(!before && pair.is_gained());
                tally.lost += u64::from(before && pair.is_lost());
            }
        }
    }

    fn woken(&mut self, record: &Record, zone: &Zone, side: impl Fn(&mut Change<u64>) -> &mut u64) {
        for Paging { person, at, .. } in &record.pages {
            let hour = usize::try_from(zone.local(*at).hour()).unwrap_or(0);
            self.by_hour.iter_mut().skip(hour).take(1).for_each(|change| *side(change) += 1);
            *side(self.by_person.entry(person.clone()).or_default()) += 1;
        }
    }

    /// Adds the tickets of another part of the history.
    pub fn merge(&mut self, other: Self) {
        self.tickets += other.tickets;
        self.changed += other.changed;
        self.partial += other.partial;
        for (target, priorities) in other.promises {
            for (priority, theirs) in priorities {
                let ours = self.promises.entry(target).or_default().entry(priority).or_default();
                ours.kept.before.merge(&theirs.kept.before);
                ours.kept.after.merge(&theirs.kept.after);
                ours.gained += theirs.gained;
                ours.lost += theirs.lost;
            }
        }
        self.escalations.merge(&other.escalations);
        self.by_hour.iter_mut().zip(&other.by_hour).for_each(|(ours, theirs)| ours.merge(theirs));
        for (person, theirs) in other.by_person {
            self.by_person.entry(person).or_default().merge(&theirs);
        }
        self.call_outs.before.extend(other.call_outs.before);
        self.call_outs.after.extend(other.call_outs.after);
    }

    /// How many breaches only the tested policy has, and how many it has not.
    pub fn breaches(&self) -> (u64, u64) {
        let all = || self.promises.values().flat_map(BTreeMap::values);
        (all().map(|tally| tally.gained).sum(), all().map(|tally| tally.lost).sum())
    }
}
