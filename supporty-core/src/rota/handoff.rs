use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Plan, RotaState, Schedule, Segment};
use crate::vocab::{Period, PersonId, Time};

/// How many days ahead a handoff is looked for: first a few, then as far as is ever looked.
const AHEAD: [i64; 2] = [8, MOST_DAYS];
/// A rota on which nobody comes on for that long is looked at again then.
const MOST_DAYS: i64 = 90;

/// Who is on as far as the desk has handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// Since when: handoffs before it are done.
    pub since: Time,
    /// Who.
    pub on: BTreeSet<PersonId>,
}

/// An instant at which somebody comes on who was not on immediately before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    /// When.
    pub at: Time,
    /// Who was on and is no more.
    pub from: BTreeSet<PersonId>,
    /// Who comes on.
    pub to: BTreeSet<PersonId>,
    /// Everybody who is on from then.
    pub on: BTreeSet<PersonId>,
}

impl Schedule {
    /// Its handoffs, in order. `before` are those who were on when it begins.
    pub fn handoffs<'a>(&'a self, before: &BTreeSet<PersonId>) -> impl Iterator<Item = Handoff> + use<'a> {
        let mut before = before.clone();
        self.segments.iter().filter_map(move |segment| {
            let on = people(segment);
            let was = std::mem::replace(&mut before, on.clone());
            let (from, to) = (&was - &on, &on - &was);
            (!to.is_empty()).then_some(Handoff { at: segment.period.from, from, to, on })
        })
    }
}

impl Duty {
    /// Who is on at an instant.
    pub(super) fn at(plan: &Plan, state: &RotaState, at: Time) -> BTreeSet<PersonId> {
        let instant = Period::new(at, just_after(at));
        plan.schedule(state, instant).segment(at).map(people).unwrap_or_default()
    }

    /// The handoffs that are not done by an instant, as one: the last, with everybody who came on and still is, and how
    /// many there were before it.
    pub(super) fn missed(&self, plan: &Plan, state: &RotaState, by: Time) -> Option<(Handoff, u32)> {
        let schedule = plan.schedule(state, Period::new(self.since, just_after(by)));
        let mut came = BTreeSet::new();
        let (mut last, mut count) = (None, 0_u32);
        for handoff in schedule.handoffs(&self.on) {
            came.extend(handoff.to.iter().cloned());
            count = count.saturating_add(1);
            last = Some(handoff);
        }
        let last = last?;
        let to = came.intersection(&last.on).cloned().collect();
        Some((Handoff { to, ..last }, count - 1))
    }

    /// Whether it is time to look again, though nobody came on.
    pub(super) fn is_old(&self, now: Time) -> bool {
        self.since + chrono::TimeDelta::days(MOST_DAYS) <= now
    }

    /// When the next handoff is, or when to look for one again.
    pub(super) fn next(&self, plan: &Plan, state: &RotaState) -> Time {
        let until = |days| self.since + chrono::TimeDelta::days(days);
        let first = |days| {
            let schedule = plan.schedule(state, Period::new(self.since, until(days)));
            schedule.handoffs(&self.on).next().map(|handoff| handoff.at)
        };
        AHEAD.into_iter().find_map(first).unwrap_or_else(|| until(MOST_DAYS))
    }
}

fn people(segment: &Segment) -> BTreeSet<PersonId> {
    segment.on.iter().map(|on| on.person.clone()).collect()
}

fn just_after(at: Time) -> Time {
    at + chrono::TimeDelta::microseconds(1)
}
