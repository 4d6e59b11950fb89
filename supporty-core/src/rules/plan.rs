//! Every deadline of a ticket, derived from its marks.

use chrono::TimeDelta;

use super::measure::{Point, Reading};
use crate::policy::{Policies, Policy, Rung, Trigger};
use crate::ticket::{Status, Ticket};
use crate::time::{Budget, Calendar};
use crate::vocab::{PersonId, Target, Time, WaitingOn, Warning, Watch};

/// An instant at which a ticket must be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The instant that figures use.
    pub due: Time,
    /// When to look: a microsecond after `due` where met exactly at the deadline is met.
    pub wake: Time,
    /// What happens then if nothing happens before.
    pub what: Due,
}

/// What happens at a deadline. Those of one instant happen in this order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Due {
    /// A warning is given.
    Warning {
        /// Of which promise.
        target: Target,
        /// Which one.
        warning: Warning,
        /// The deadline that it warns of.
        deadline: Time,
    },
    /// A promise is broken.
    Breach {
        /// Which.
        target: Target,
        /// A change had put the deadline into the past.
        on_change: bool,
    },
    /// A rung of the ladder fires.
    Rung {
        /// Which, from 0.
        rung: u8,
        /// The how-manieth of its instants, from 0.
        n: u32,
        /// What it watches.
        watch: Watch,
    },
    /// The requester is reminded.
    Nudge,
    /// The requester did not answer: the ticket is resolved.
    NoAnswer,
    /// A wait's time is up.
    WaitEnds,
    /// An acknowledgement counts no longer.
    AcknowledgementLapses,
    /// The ticket can be reopened no longer.
    WindowEnds,
    /// Somebody who is being woken has not answered.
    PageUnanswered {
        /// Who.
        person: PersonId,
    },
    /// Nobody has written the post-mortem.
    PostMortemOverdue,
    /// A line of a game day's script is said.
    Prompt {
        /// Which, from 0.
        line: u16,
    },
}

impl Due {
    /// Whether what follows depends on it, so that nothing later may be settled in its stead.
    pub(super) fn turns(&self) -> bool {
        matches!(self, Self::NoAnswer | Self::WaitEnds | Self::AcknowledgementLapses | Self::WindowEnds)
    }
}

/// When to look at the ticket again, if nothing happens before: a query, so there is nothing to cancel.
pub fn next_deadline(ticket: &Ticket, policies: &Policies) -> Option<Deadline> {
    soonest(ticket, policies).into_iter().next()
}

/// Every deadline of the ticket as it stands, in order.
///
/// Empty for a ticket that is merged, or closed with nothing left to write, and for one whose policy is not among `policies`.
pub fn plan(ticket: &Ticket, policies: &Policies) -> Vec<Deadline> {
    deadlines(ticket, policies, false)
}

/// As the plan, but for what certainly comes after its first one. Whatever [turns](Due::turns) is there.
pub(super) fn soonest(ticket: &Ticket, policies: &Policies) -> Vec<Deadline> {
    deadlines(ticket, policies, true)
}

fn deadlines(ticket: &Ticket, policies: &Policies, soonest: bool) -> Vec<Deadline> {
    let Some(policy) = ticket.policy().and_then(|version| policies.get(version)) else { return Vec::new() };
    let mut deadlines = Vec::new();
    match &ticket.status {
        Status::Resolved { at, .. } => {
            deadlines
                .extend(later(*at, policy.spec().limits.reopening_window).map(|at| on(at, Due::WindowEnds)));
        }
        Status::Closed { .. } | Status::Merged { .. } => {}
        Status::New { .. } | Status::Active { .. } => {
            deadlines.extend(lapse(ticket, policy));
        }
        Status::Waiting { on: WaitingOn::Requester, since, until, nudged, .. } => {
            deadlines.extend(nudge(policy, *since, *until, *nudged));
        }
        Status::Waiting { until, .. } => deadlines.push(on(*until, Due::WaitEnds)),
    }
    deadlines.extend(post_mortem(ticket));
    if ticket.status.is_open() {
        deadlines.extend(prompt(ticket));
        let pages = ticket.pages.iter();
        deadlines.extend(
            pages.map(|(person, page)| on(page.until, Due::PageUnanswered { person: person.clone() })),
        );
        let ladder = policy.priority(&ticket.priority).map_or(&[][..], |priority| &priority.ladder);
        let mut ahead = Ahead { ticket, soonest, deadlines };
        for watch in Watch::ALL {
            if let Some(reading) = Reading::under(policy, ticket, policies, *watch) {
                ahead.promise(&reading);
                ahead.ladder(&reading, ladder);
            }
        }
        deadlines = ahead.deadlines;
    }
    deadlines.sort_by(|a, b| (a.wake, &a.what).cmp(&(b.wake, &b.what)));
    deadlines
}

/// The deadline of a promise whose clock runs and does not stand still.
pub fn deadline_of(ticket: &Ticket, policies: &Policies, target: Target) -> Option<Time> {
    Reading::of(ticket, policies, Watch::from(target))?.reaches(Point::DEADLINE)
}

fn on(due: Time, what: Due) -> Deadline {
    Deadline { due, wake: due, what }
}

fn just_after(due: Time, what: Due) -> Deadline {
    let wake = due.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(due);
    Deadline { due, wake, what }
}

pub(super) fn later(at: Time, seconds: u32) -> Option<Time> {
    at.checked_add_signed(TimeDelta::seconds(seconds.into()))
}

/// Nobody is reminded of what was merged away: the survivor asks for its own.
fn post_mortem(ticket: &Ticket) -> Option<Deadline> {
    let ended = matches!(ticket.status, Status::Resolved { .. } | Status::Closed { .. });
    let asked =
        ticket.post_mortem.as_ref().filter(|asked| ended && !asked.overdue && asked.written.is_none())?;
    Some(on(asked.due, Due::PostMortemOverdue))
}

fn prompt(ticket: &Ticket) -> Option<Deadline> {
    let (script, said) = ticket.drill.as_ref()?;
    let (after, _) = script.lines.get(usize::from(*said))?;
    Some(on(later(ticket.opened_at, *after)?, Due::Prompt { line: *said }))
}

pub(super) fn budget(calendar: &Calendar, start: Time, budget: Budget) -> Option<Time> {
    match budget {
        Budget::Seconds(seconds) => calendar.add(start, TimeDelta::seconds(seconds.into())).ok(),
        Budget::Days(days) => calendar.add_days(start, days).ok(),
    }
}

fn lapse(ticket: &Ticket, policy: &Policy) -> Option<Deadline> {
    let acknowledged = ticket.acknowledged.as_ref()?;
    let priority = policy.priority(&ticket.priority)?;
    let since = acknowledged.at.max(ticket.last_activity);
    let span = TimeDelta::seconds(priority.acknowledgement_lapses.into());
    let due = policy.calendar(&priority.clock)?.add(since, span).ok()?;
    Some(on(due, Due::AcknowledgementLapses))
}

/// While we wait on the requester they are reminded once, at the latest when the wait ends. The ticket is resolved
/// when they had time to answer the reminder, and never before the wait ends.
fn nudge(policy: &Policy, since: Time, until: Time, nudged: Option<Time>) -> Option<Deadline> {
    let limits = &policy.spec().limits;
    let calendar = policy.calendar(&limits.wait_clock)?;
    match nudged {
        None => {
            Some(on(budget(calendar, since, limits.nudge).map_or(until, |due| due.min(until)), Due::Nudge))
        }
        Some(at) => Some(on(budget(calendar, at, limits.no_answer)?.max(until), Due::NoAnswer)),
    }
}

/// The deadlines of an open ticket, as they are found.
struct Ahead<'a> {
    ticket: &'a Ticket,
    /// Whether only the first one is asked for.
    soonest: bool,
    deadlines: Vec<Deadline>,
}

impl Ahead<'_> {
    /// Whether a point of a clock comes after a known deadline, as far as that is seen without a calendar.
    fn is_late(&self, reading: &Reading<'_>, point: Point) -> bool {
        let first = || self.deadlines.iter().map(|deadline| deadline.wake).min();
        self.soonest && reading.not_before(point) > first().or(Some(Time::MAX_UTC))
    }

    fn promise(&mut self, reading: &Reading<'_>) {
        let Some((target, promise)) = reading.watch().target().zip(reading.promise()) else { return };
        let run = reading.run();
        if run.breached.is_some() {
            return;
        }
        let warnings = promise.warnings.iter().filter(|warning| !run.warned.contains(warning));
        let points = warnings.map(|warning| match warning {
            Warning::Share(percent) => (warning, Point::share(*percent)),
            Warning::Before(seconds) => (warning, Point::before(*seconds)),
        });
        if points.clone().all(|(_, point)| self.is_late(reading, point))
            && self.is_late(reading, Point::DEADLINE)
        {
            return;
        }
        let Some(deadline) = reading.reaches(Point::DEADLINE) else { return };
        for (warning, point) in points {
            if let Some(due) = reading.reaches(point).filter(|due| *due >= run.since) {
                self.deadlines.push(on(due, Due::Warning { target, warning: *warning, deadline }));
            }
        }
        let broken = Due::Breach { target, on_change: deadline < run.since };
        self.deadlines.push(just_after(deadline, broken));
    }

    /// The rungs that look at the same as the reading.
    fn ladder(&mut self, reading: &Reading<'_>, ladder: &[Rung]) {
        let watch = reading.watch();
        if self.ticket.acknowledged.is_some() && answered_by_acknowledging(watch) {
            return;
        }
        for (index, rung) in (0..=u8::MAX).zip(ladder).filter(|(_, rung)| rung.trigger.watch() == watch) {
            self.deadlines.extend(self.next_firing(reading, index, rung));
        }
    }

    fn next_firing(&self, reading: &Reading<'_>, index: u8, rung: &Rung) -> Option<Deadline> {
        let watch = reading.watch();
        let fired = self.ticket.clocks.leading(watch).rungs.get(&index);
        let fired = fired.filter(|fired| fired.epoch == reading.epoch());
        let spent = fired.map_or(0, |fired| fired.count);
        if self.is_late(reading, instant(rung, spent)) {
            return None;
        }
        let mut firings = (spent..rung.times()).map(|n| (n, firing(reading, rung, n)));
        let (n, due) = firings.find(|(_, due)| due.is_none_or(|due| due >= reading.run().since))?;
        let (due, what) = (due?, Due::Rung { rung: index, n, watch });
        let mut deadline = match rung.trigger {
            Trigger::After { .. } => just_after(due, what),
            _ => on(due, what),
        };
        if let Some(until) = fired.and_then(|fired| fired.postponed) {
            deadline.wake = deadline.wake.max(until);
        }
        Some(deadline)
    }
}

/// The instant of a rung's n-th firing. Repeats run on the clock that the rung watches.
pub(super) fn firing(reading: &Reading<'_>, rung: &Rung, n: u32) -> Option<Time> {
    reading.reaches(instant(rung, n))
}

fn instant(rung: &Rung, n: u32) -> Point {
    let first = match rung.trigger {
        Trigger::Share { percent, .. } => Point::share(percent),
        Trigger::Before { seconds, .. } => Point::before(seconds),
        Trigger::After { seconds, .. } | Trigger::Unowned { seconds } | Trigger::Silent { seconds } => {
            Point::after(seconds)
        }
    };
    rung.repeat.map_or(first, |repeat| first.later(repeat.every, n))
}

/// An acknowledgement ends the rungs about being unowned, unacknowledged or unanswered; never those about resolving
/// or updating.
fn answered_by_acknowledging(watch: Watch) -> bool {
    matches!(watch, Watch::Unowned | Watch::Acknowledge | Watch::Respond | Watch::NextResponse)
}
