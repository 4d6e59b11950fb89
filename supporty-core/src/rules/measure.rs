//! From the marks of a clock to an instant: how much counted time has passed, and when a given amount will have.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::policy::{Policies, Policy, Priority, Promise};
use crate::ticket::{ClockSet, Measure, Pause, Run, Ticket};
use crate::time::{Budget, Calendar};
use crate::vocab::{PauseReason, PolicyVersion, PriorityId, Time, Watch};

/// A point on a clock: a part of its promise, and seconds of working time after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    /// How many percent of the promise; of a span without a promise, nothing.
    pub(super) percent: u8,
    /// Seconds of working time after that, or before.
    pub(super) offset: i64,
}

impl Point {
    pub(super) const DEADLINE: Self = Self { percent: 100, offset: 0 };

    pub(super) fn after(seconds: u32) -> Self {
        Self { percent: 100, offset: i64::from(seconds) }
    }

    pub(super) fn before(seconds: u32) -> Self {
        Self { percent: 100, offset: -i64::from(seconds) }
    }

    pub(super) fn share(percent: u8) -> Self {
        Self { percent, offset: 0 }
    }

    pub(super) fn later(self, seconds: u32, times: u32) -> Self {
        let more = i64::from(seconds).saturating_mul(i64::from(times));
        Self { offset: self.offset.saturating_add(more), ..self }
    }
}

/// What one policy says about one clock.
struct Rule<'a> {
    calendar: &'a Calendar,
    pauses: Pauses<'a>,
    within: Option<Budget>,
}

enum Pauses<'a> {
    All,
    Only(&'a BTreeSet<PauseReason>),
}

impl Pauses<'_> {
    fn stop(&self, why: PauseReason) -> bool {
        match self {
            Self::All => true,
            Self::Only(reasons) => why == PauseReason::Resolved || reasons.contains(&why),
        }
    }
}

fn rule<'a>(policy: &'a Policy, priority: &PriorityId, watch: Watch) -> Option<Rule<'a>> {
    let priority: &Priority = policy.priority(priority)?;
    match watch.target() {
        Some(target) => {
            let promise: &Promise = priority.promises.get(&target)?;
            let calendar = policy.calendar(&promise.clock)?;
            Some(Rule { calendar, pauses: Pauses::Only(&promise.pauses), within: Some(promise.within) })
        }
        None => Some(Rule { calendar: policy.calendar(&priority.clock)?, pauses: Pauses::All, within: None }),
    }
}

/// One round of one clock, ready to be asked.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    policies: &'a Policies,
    ticket: &'a Ticket,
    set: &'a ClockSet,
    run: &'a Run,
    watch: Watch,
}

impl<'a> Reading<'a> {
    /// The running round in force for a watch.
    pub(super) fn of(ticket: &'a Ticket, policies: &'a Policies, watch: Watch) -> Option<Self> {
        Self::in_set(ticket, policies, watch, ticket.clocks.leading(watch))
    }

    /// The running round of one set of clocks.
    pub(super) fn in_set(
        ticket: &'a Ticket,
        policies: &'a Policies,
        watch: Watch,
        set: &'a ClockSet,
    ) -> Option<Self> {
        let run = set.clock(watch)?.running()?;
        Some(Self { policies, ticket, set, run, watch })
    }

    pub(super) fn run(&self) -> &'a Run {
        self.run
    }

    pub(super) fn epoch(&self) -> u32 {
        self.set.clock(self.watch).map_or(0, |clock| clock.epoch)
    }

    /// The promise that it is held against now, if its priority makes one.
    pub(super) fn promise(&self) -> Option<&'a Promise> {
        let priority = &self.run.measures.last()?.priority;
        self.policies.get(self.ticket.policy()?)?.priority(priority)?.promises.get(&self.watch.target()?)
    }

    /// When a point will be reached if nothing changes; the earliest of the measures'. `None` while the clock stands
    /// still before it, and for a promise that is not made.
    pub(super) fn reaches(&self, point: Point) -> Option<Time> {
        self.run.measures.iter().filter_map(|measure| self.measured(measure, point)).min()
    }

    /// Whether the clock stands still.
    pub(super) fn paused(&self) -> bool {
        let last = self.set.pauses.last().filter(|pause| pause.to.is_none());
        let priority = self.run.measures.last().map(|measure| &measure.priority);
        let policy = self.ticket.policy().and_then(|version| self.policies.get(version));
        match (last, priority, policy) {
            (Some(pause), Some(priority), Some(policy)) => {
                rule(policy, priority, self.watch).is_some_and(|rule| rule.pauses.stop(pause.why))
            }
            _ => false,
        }
    }

    fn measured(&self, measure: &Measure, point: Point) -> Option<Time> {
        let current = self.policies.get(self.ticket.policy()?)?;
        let rule = rule(current, &measure.priority, self.watch)?;
        match rule.within {
            Some(Budget::Days(days)) => self.in_days(measure, &rule, days, point),
            Some(Budget::Seconds(seconds)) => {
                let share = i64::from(seconds) * 1_000_000 * i64::from(point.percent) / 100;
                self.in_time(
                    measure,
                    &rule,
                    TimeDelta::microseconds(share) + TimeDelta::seconds(point.offset),
                )
            }
            None => self.in_time(measure, &rule, TimeDelta::seconds(point.offset)),
        }
    }

    fn in_time(&self, measure: &Measure, rule: &Rule<'_>, amount: TimeDelta) -> Option<Time> {
        let mut left = amount.max(TimeDelta::zero());
        for (from, to) in self.counted(measure.from, &rule.pauses) {
            for (from, to, version) in self.cut_at_pins(from, to) {
                let calendar = match self.policies.get(version) {
                    Some(policy) if Some(version) != self.ticket.policy() => {
                        self::rule(policy, &measure.priority, self.watch)?.calendar
                    }
                    _ => rule.calendar,
                };
                let Some(to) = to else { return calendar.add(from, left).ok() };
                let reached = calendar.add(from, left).ok().filter(|at| *at <= to);
                if reached.is_some() {
                    return reached;
                }
                left -= calendar.between(from, to);
            }
        }
        None
    }

    /// A promise in working days is moved by one for each opening day that is wholly paused.
    fn in_days(&self, measure: &Measure, rule: &Rule<'_>, days: u16, point: Point) -> Option<Time> {
        let mut moved = 0;
        loop {
            let due = rule.calendar.add_days(measure.from, days.checked_add(moved)?).ok()?;
            let lost = self.stops(&rule.pauses).filter(|(from, _)| *from < due).try_fold(
                0u16,
                |sum, (from, to)| {
                    let whole = rule.calendar.whole_days(from.max(measure.from), to?.min(due));
                    sum.checked_add(whole)
                },
            )?;
            if lost == moved {
                return match point.offset {
                    0.. => rule.calendar.add(due, TimeDelta::seconds(point.offset)).ok(),
                    _ => rule.calendar.sub(due, TimeDelta::seconds(-point.offset)).ok(),
                };
            }
            moved = lost;
        }
    }

    /// The pauses that stop this clock, those that touch made one.
    fn stops(&self, pauses: &Pauses<'a>) -> impl Iterator<Item = (Time, Option<Time>)> {
        let mut merged: Vec<(Time, Option<Time>)> = Vec::new();
        for Pause { from, to, why } in &self.set.pauses {
            if !pauses.stop(*why) {
                continue;
            }
            match merged.last_mut() {
                Some((_, end)) if end.is_none_or(|end| *from <= end) => {
                    *end = end.and(to.map(|to| end.map_or(to, |end| end.max(to))))
                }
                _ => merged.push((*from, *to)),
            }
        }
        merged.into_iter()
    }

    /// The spans that count, from a mark on; the last one is open unless the clock stands still.
    fn counted(&self, from: Time, pauses: &Pauses<'a>) -> Vec<(Time, Option<Time>)> {
        let mut spans = Vec::new();
        let mut cursor = from;
        for (stop, go) in self.stops(pauses) {
            if go.is_some_and(|go| go <= cursor) {
                continue;
            }
            if stop > cursor {
                spans.push((cursor, Some(stop)));
            }
            match go {
                Some(go) => cursor = go,
                None => {
                    if stop <= cursor {
                        spans.push((cursor, Some(cursor)));
                    }
                    return spans;
                }
            }
        }
        spans.push((cursor, None));
        spans
    }

    /// The pieces of a span, each with the version of the policy that measures it.
    fn cut_at_pins(&self, from: Time, to: Option<Time>) -> Vec<(Time, Option<Time>, &'a PolicyVersion)> {
        let pins = &self.ticket.pins;
        let ends = pins.iter().skip(1).map(|pin| Some(pin.from)).chain([None]);
        let mut pieces = Vec::with_capacity(1);
        for (index, (pin, end)) in pins.iter().zip(ends).enumerate() {
            let begin = if index == 0 { from } else { from.max(pin.from) };
            let end = match (to, end) {
                (Some(to), Some(end)) => Some(to.min(end)),
                (to, end) => to.or(end),
            };
            if end.is_none_or(|end| begin <= end) {
                pieces.push((begin, end, &pin.version));
            }
        }
        pieces
    }
}
