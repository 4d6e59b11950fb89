//! From the marks of a clock to an instant: how much counted time has passed, and when a given amount will have.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::policy::{Policies, Policy, Promise};
use crate::ticket::{ClockSet, Measure, Pause, Run, Ticket};
use crate::time::{Budget, Calendar};
use crate::vocab::{PauseReason, PolicyVersion, Terms, Time, Watch};

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

    /// How long it takes where the promise is that many seconds.
    fn of(self, seconds: u32) -> TimeDelta {
        let share = i64::from(seconds) * 1_000_000 * i64::from(self.percent) / 100;
        (TimeDelta::microseconds(share) + TimeDelta::seconds(self.offset)).max(TimeDelta::zero())
    }

    pub(super) fn later(self, seconds: u32, times: u32) -> Self {
        let more = i64::from(seconds).saturating_mul(i64::from(times));
        Self { offset: self.offset.saturating_add(more), ..self }
    }
}

/// What one policy says about one clock.
#[derive(Clone, Copy)]
struct Rule<'a> {
    calendar: &'a Calendar,
    pauses: Pauses<'a>,
    promise: Option<&'a Promise>,
}

#[derive(Clone, Copy)]
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

fn rule<'a>(policy: &'a Policy, terms: &Terms, watch: Watch) -> Option<Rule<'a>> {
    match watch.target() {
        Some(target) => {
            let promise: &Promise = policy.promise(terms, target)?;
            let calendar = policy.calendar(&promise.clock)?;
            Some(Rule { calendar, pauses: Pauses::Only(&promise.pauses), promise: Some(promise) })
        }
        None => {
            let calendar = policy.calendar(&policy.priority(&terms.priority)?.clock)?;
            Some(Rule { calendar, pauses: Pauses::All, promise: None })
        }
    }
}

/// A stretch of a clock's round: it runs or stands still, under one policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// From when.
    pub from: Time,
    /// Until when; the last one has no end.
    pub to: Option<Time>,
    /// What the clock stands still for, if it does.
    pub paused: Option<PauseReason>,
    /// The policy that measures it.
    pub policy: &'a PolicyVersion,
    /// That policy's calendar for it.
    pub calendar: &'a Calendar,
}

/// One round of one clock, ready to be asked.
#[derive(Clone)]
pub(super) struct Reading<'a> {
    policies: &'a Policies,
    policy: &'a Policy,
    ticket: &'a Ticket,
    set: &'a ClockSet,
    run: &'a Run,
    watch: Watch,
    /// What holds for the measure in force.
    rule: Option<Rule<'a>>,
    /// When that falls due, where it is promised in days, once somebody asked.
    due: OnceCell<Option<Time>>,
}

impl<'a> Reading<'a> {
    /// The running round in force for a watch.
    pub(super) fn of(ticket: &'a Ticket, policies: &'a Policies, watch: Watch) -> Option<Self> {
        Self::under(policies.get(ticket.policy()?)?, ticket, policies, watch)
    }

    /// The same where the policy in force for the ticket is known.
    pub(super) fn under(
        policy: &'a Policy,
        ticket: &'a Ticket,
        policies: &'a Policies,
        watch: Watch,
    ) -> Option<Self> {
        let set = ticket.clocks.leading(watch);
        let run = set.clock(watch)?.running()?;
        Some(Self::new(policy, ticket, policies, watch, (set, run)))
    }

    /// The last round in force for a watch that runs no more.
    pub(super) fn of_ended(ticket: &'a Ticket, policies: &'a Policies, watch: Watch) -> Option<Self> {
        let set = ticket.clocks.leading(watch);
        let run = set.clock(watch)?.ended.as_ref()?;
        Some(Self::new(policies.get(ticket.policy()?)?, ticket, policies, watch, (set, run)))
    }

    /// The running round of one set of clocks.
    pub(super) fn in_set(
        ticket: &'a Ticket,
        policies: &'a Policies,
        watch: Watch,
        set: &'a ClockSet,
    ) -> Option<Self> {
        let run = set.clock(watch)?.running()?;
        Some(Self::new(policies.get(ticket.policy()?)?, ticket, policies, watch, (set, run)))
    }

    fn new(
        policy: &'a Policy,
        ticket: &'a Ticket,
        policies: &'a Policies,
        watch: Watch,
        (set, run): (&'a ClockSet, &'a Run),
    ) -> Self {
        let rule = run.measures.last().and_then(|measure| rule(policy, &measure.terms, watch));
        Self { policies, policy, ticket, set, run, watch, rule, due: OnceCell::new() }
    }

    pub(super) fn watch(&self) -> Watch {
        self.watch
    }

    pub(super) fn run(&self) -> &'a Run {
        self.run
    }

    pub(super) fn epoch(&self) -> u32 {
        self.set.clock(self.watch).map_or(0, |clock| clock.epoch)
    }

    /// The promise that it is held against now, if one is made.
    pub(super) fn promise(&self) -> Option<&'a Promise> {
        self.rule?.promise
    }

    fn is_in_force(&self, measure: &Measure) -> bool {
        self.run.measures.last().is_some_and(|last| std::ptr::eq(last, measure))
    }

    fn rule(&self, measure: &Measure) -> Option<Rule<'a>> {
        match self.is_in_force(measure) {
            true => self.rule,
            false => rule(self.policy, &measure.terms, self.watch),
        }
    }

    /// When a point will be reached if nothing changes; the earliest of the measures'. `None` while the clock stands
    /// still before it, and for a promise that is not made.
    pub(super) fn reaches(&self, point: Point) -> Option<Time> {
        self.run.measures.iter().filter_map(|measure| self.measured(measure, point)).min()
    }

    /// The measure whose deadline comes first, or the one in force while the clock stands still.
    pub(super) fn decisive(&self) -> Option<&'a Measure> {
        let due = |measure: &&Measure| self.measured(measure, Point::DEADLINE);
        let timed = self.run.measures.iter().filter(|measure| due(measure).is_some());
        timed.min_by_key(due).or(self.run.measures.last())
    }

    /// Whether the clock stands still.
    pub(super) fn paused(&self) -> bool {
        let last = self.set.pauses.last().filter(|pause| pause.to.is_none());
        last.is_some_and(|pause| self.rule.is_some_and(|rule| rule.pauses.stop(pause.why)))
    }

    fn measured(&self, measure: &Measure, point: Point) -> Option<Time> {
        let rule = self.rule(measure)?;
        match rule.promise.map(|promise| promise.within) {
            Some(Budget::Days(days)) => self.in_days(measure, rule, days, point),
            Some(Budget::Seconds(seconds)) => self.in_time(measure, rule, point.of(seconds)),
            None => self.in_time(measure, rule, point.of(0)),
        }
    }

    /// An instant before which a point is not reached, found without a calendar.
    pub(super) fn not_before(&self, point: Point) -> Option<Time> {
        let earliest = |measure: &Measure| {
            let passes = match self.rule(measure)?.promise.map(|promise| promise.within) {
                // Days may be shorter than 24 hours, and what lies before a deadline lies before closed days as well.
                Some(Budget::Days(_)) if point.offset < 0 => return Some(Time::MIN_UTC),
                Some(Budget::Days(days)) => TimeDelta::days(i64::from(days) - 2),
                Some(Budget::Seconds(seconds)) => point.of(seconds),
                None => point.of(0),
            };
            Some(measure.from.checked_add_signed(passes).unwrap_or(measure.from))
        };
        self.run.measures.iter().filter_map(earliest).min()
    }

    fn in_time(&self, measure: &Measure, rule: Rule<'a>, amount: TimeDelta) -> Option<Time> {
        // Most clocks never stood still, under one policy.
        if let ([_], []) = (&*self.ticket.pins, &*self.set.pauses) {
            return rule.calendar.add(measure.from, amount).ok();
        }
        let mut left = amount;
        for Stretch { from, to, calendar, .. } in
            self.stretches_by(measure, rule).filter(|stretch| stretch.paused.is_none())
        {
            let reached = calendar.add(from, left).ok();
            match to {
                None => return reached,
                Some(to) if reached.is_some_and(|at| at <= to) => return reached,
                Some(to) => left -= calendar.between(from, to).ok()?,
            }
        }
        None
    }

    fn in_days(&self, measure: &Measure, rule: Rule<'a>, days: u16, point: Point) -> Option<Time> {
        let due = match self.is_in_force(measure) {
            true => *self.due.get_or_init(|| self.due_in_days(measure, rule, days)),
            false => self.due_in_days(measure, rule, days),
        };
        match point.offset {
            0.. => rule.calendar.add(due?, TimeDelta::seconds(point.offset)).ok(),
            _ => rule.calendar.sub(due?, TimeDelta::seconds(-point.offset)).ok(),
        }
    }

    /// A promise in working days is moved by one for each opening day that is wholly paused. The policy in force
    /// counts all of them.
    fn due_in_days(&self, measure: &Measure, rule: Rule<'a>, days: u16) -> Option<Time> {
        let mut moved = 0;
        loop {
            let due = rule.calendar.add_days(measure.from, days.checked_add(moved)?).ok()?;
            let pauses = || self.pauses(rule.pauses).filter(|(from, ..)| *from < due);
            let lost = pauses().try_fold(0u16, |sum, (from, to, _)| {
                sum.checked_add(rule.calendar.whole_days(from.max(measure.from), to?.min(due)))
            })?;
            if lost == moved {
                return Some(due);
            }
            moved = lost;
        }
    }

    /// The pauses that stop this clock, those that touch made one.
    fn pauses(
        &self,
        pauses: Pauses<'a>,
    ) -> impl Iterator<Item = (Time, Option<Time>, PauseReason)> + use<'a> {
        let mut rest = self.set.pauses.iter().filter(move |pause| pauses.stop(pause.why)).peekable();
        std::iter::from_fn(move || {
            let Pause { from, mut to, why } = *rest.next()?;
            while let Some(next) = to.and_then(|end| rest.next_if(|next| next.from <= end)) {
                to = next.to.map(|end| to.map_or(end, |to| to.max(end)));
            }
            Some((from, to, why))
        })
    }

    /// How a measure's round went and will go on if nothing changes: from its mark, without a gap, to no end.
    pub(super) fn stretches(&self, measure: &'a Measure) -> impl Iterator<Item = Stretch<'a>> + use<'a> {
        self.rule(measure).into_iter().flat_map({
            let reading = self.clone();
            move |rule| reading.stretches_by(measure, rule)
        })
    }

    fn stretches_by(
        &self,
        measure: &'a Measure,
        current: Rule<'a>,
    ) -> impl Iterator<Item = Stretch<'a>> + use<'a> {
        let reading = self.clone();
        let pins = &self.ticket.pins;
        let ends = pins.iter().skip(1).map(|pin| Some(pin.from)).chain([None]);
        // Whatever was before the first pin is measured by it as well.
        let pieces = pins.iter().zip(ends).enumerate().filter_map(move |(index, (pin, end))| {
            let from = if index == 0 { measure.from } else { measure.from.max(pin.from) };
            end.is_none_or(|end| from <= end).then_some((from, end, &pin.version))
        });
        pieces.flat_map(move |(from, end, version)| {
            let then = match version == reading.policy.version() {
                true => None,
                false => reading.policies.get(version),
            };
            let rule = then.and_then(|policy| rule(policy, &measure.terms, reading.watch)).unwrap_or(current);
            reading.cut(from, end, version, rule)
        })
    }

    /// A span under one policy, cut at the pauses.
    fn cut(
        &self,
        from: Time,
        end: Option<Time>,
        policy: &'a PolicyVersion,
        rule: Rule<'a>,
    ) -> impl Iterator<Item = Stretch<'a>> + use<'a> {
        let within = move |at: Time| end.map_or(at, |end| at.min(end));
        let stretch = move |from, to, paused| Stretch { from, to, paused, policy, calendar: rule.calendar };
        let ahead = move |(stop, go, _): &(Time, Option<Time>, PauseReason)| {
            go.is_none_or(|go| go > from) && end.is_none_or(|end| *stop < end)
        };
        let mut pauses = self.pauses(rule.pauses).filter(ahead);
        let mut cursor = Some(from);
        let mut still: Option<(Time, Option<Time>, PauseReason)> = None;
        std::iter::from_fn(move || {
            if let Some((stop, go, why)) = still.take() {
                cursor = go.map(within);
                return Some(stretch(stop, cursor.or(end), Some(why)));
            }
            let at = cursor?;
            still = pauses.next().map(|(stop, go, why)| (stop.max(at), go, why));
            match still {
                Some((stop, ..)) => Some(stretch(at, Some(stop), None)),
                None => {
                    cursor = None;
                    (Some(at) != end || at == from).then(|| stretch(at, end, None))
                }
            }
        })
    }
}
