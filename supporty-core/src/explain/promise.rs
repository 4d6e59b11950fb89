//! One promise: what was promised by what, from when, and every span until it is due.

use chrono::{Days, NaiveDate, TimeDelta};
use serde::Serialize;

use super::words;
use crate::policy::Policies;
use crate::rules::{Account, Stretch, account};
use crate::ticket::{Event, Ticket, TicketEntry, Verdict};
use crate::time::{Budget, Calendar, Why, Zone};
use crate::vocab::{Actor, CalendarId, PauseReason, PolicyVersion, PriorityId, Target, Time};

/// Why a promise is due when it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// What is promised.
    pub target: Target,
    /// How it stands.
    pub state: State,
    /// How much time it gives.
    pub within: Budget,
    /// Whose hours count.
    pub clock: CalendarId,
    /// Those hours in words.
    pub hours: String,
    /// What gives the promise.
    pub given_by: GivenBy,
    /// The first instant that counts.
    pub from: Time,
    /// What happened then.
    pub mark: Mark,
    /// What was counted and what not, without a gap: until it is due, was kept, or until now while it stands still. Of
    /// a promise in working days these are the days after the first instant.
    pub spans: Vec<Span>,
    /// How many seconds were counted in all; of a promise in working days, how many days.
    pub counted: i64,
    /// When it is due; `None` while it stands still before that.
    pub deadline: Option<Time>,
}

/// How a promise stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// There is time.
    Pending,
    /// A warning was given.
    AtRisk,
    /// Its clock stands still.
    Paused,
    /// It was broken.
    Broken {
        /// A change had put the deadline into the past.
        on_change: bool,
    },
    /// It was kept.
    Met {
        /// When.
        at: Time,
    },
    /// It was kept late.
    MetLate {
        /// When.
        at: Time,
    },
    /// It no longer applies.
    Cancelled,
}

/// What gives a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GivenBy {
    /// The ticket's priority.
    Priority {
        /// Which.
        id: PriorityId,
        /// What it is called.
        name: String,
    },
    /// A rule of the policy, for tickets like this.
    Rule {
        /// What it is called.
        name: String,
        /// The ticket's priority.
        priority: PriorityId,
    },
}

/// What a clock counts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// The ticket was opened.
    Opened,
    /// Its priority changed.
    Reprioritised(PriorityId),
    /// It came to another area, or became another kind of work.
    Rearranged,
    /// It was reopened.
    Reopened,
    /// The requester wrote.
    Asked,
    /// We wrote.
    Answered,
    /// It was so on a ticket that was merged into this one.
    Merged,
}

/// A span of time, and whether it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// Whether it counts, and why.
    pub what: What,
    /// The policy that measured it.
    pub policy: PolicyVersion,
}

/// Whether a span counts, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It counts.
    Counted(Why),
    /// The calendar is closed.
    Closed(Why),
    /// The clock stands still.
    Paused {
        /// What for.
        why: PauseReason,
        /// Who began that.
        by: Option<Actor>,
        /// The number of the entry that began it.
        entry: Option<u64>,
    },
}

pub(super) fn explained(
    ticket: &Ticket,
    log: &[TicketEntry],
    policies: &Policies,
    now: Time,
) -> Vec<Explained> {
    let one = |target: &Target| {
        let account = account(ticket, policies, *target)?;
        let policy = policies.get(ticket.policy()?)?;
        let calendar = policy.calendar(&account.promise.clock)?;
        let state = state(ticket, &account)?;
        let deadline = due(ticket, &account);
        let until = match state {
            State::Met { at } => deadline.map_or(at, |due| due.min(at)),
            State::Cancelled => now,
            _ => deadline.unwrap_or(now),
        };
        let spans = match account.promise.within {
            Budget::Seconds(_) => in_time(&account, log, until),
            Budget::Days(_) => in_days(&account, log, calendar, until),
        };
        let counts = spans.iter().filter(|span| matches!(span.what, What::Counted(_)));
        let counted = match account.promise.within {
            Budget::Seconds(_) => {
                let sum = counts.fold(TimeDelta::zero(), |sum, span| sum + (span.to - span.from));
                sum.num_seconds()
            }
            Budget::Days(_) => i64::try_from(counts.count()).unwrap_or(i64::MAX),
        };
        let priority = account.terms.priority.clone();
        let given_by = match account.rule {
            Some(name) => GivenBy::Rule { name: name.to_owned(), priority },
            None => {
                let name = policy.priority(&priority).map(|priority| priority.name.clone());
                GivenBy::Priority { id: priority, name: name.unwrap_or_default() }
            }
        };
        Some(Explained {
            target: *target,
            state,
            within: account.promise.within,
            clock: account.promise.clock.clone(),
            hours: words::hours(calendar.spec()),
            given_by,
            from: account.from,
            mark: mark(ticket, log, account.from),
            spans,
            counted,
            deadline,
        })
    };
    Target::ALL.iter().filter_map(one).collect()
}

fn state(ticket: &Ticket, account: &Account<'_>) -> Option<State> {
    if !account.ended {
        return Some(match (account.run.breached, account.deadline) {
            (Some((_, on_change)), _) => State::Broken { on_change },
            (None, None) => State::Paused,
            (None, Some(_)) if account.run.warned.is_empty() => State::Pending,
            (None, Some(_)) => State::AtRisk,
        });
    }
    let outcome = ticket.outcomes.iter().find(|outcome| outcome.target == account.target)?;
    Some(match outcome.verdict {
        Verdict::Met { at, .. } => State::Met { at },
        Verdict::MetLate { at, .. } => State::MetLate { at },
        Verdict::Breached { on_change, .. } => State::Broken { on_change },
        Verdict::Cancelled => State::Cancelled,
    })
}

/// What was recorded, where it was; what is planned otherwise.
fn due(ticket: &Ticket, account: &Account<'_>) -> Option<Time> {
    if !account.ended {
        return account.run.breached.map(|(due, _)| due).or(account.deadline);
    }
    let outcome = ticket.outcomes.iter().find(|outcome| outcome.target == account.target)?;
    match outcome.verdict {
        Verdict::Met { due, .. } => due,
        Verdict::MetLate { due, .. } | Verdict::Breached { due, .. } => Some(due),
        Verdict::Cancelled => None,
    }
}

fn in_time(account: &Account<'_>, log: &[TicketEntry], until: Time) -> Vec<Span> {
    let mut spans = Vec::new();
    for Stretch { from, to, paused, policy, calendar } in account.stretches.iter().copied() {
        let to = to.map_or(until, |to| to.min(until));
        if from >= to {
            continue;
        }
        let policy = || policy.clone();
        match paused {
            Some(why) => spans.push(Span { from, to, what: pause(log, from, why), policy: policy() }),
            None => spans.extend(calendar.segments(from, to).into_iter().map(|segment| {
                let what = if segment.why.is_open() { What::Counted } else { What::Closed };
                Span { from: segment.from, to: segment.to, what: what(segment.why), policy: policy() }
            })),
        }
    }
    spans
}

fn in_days(account: &Account<'_>, log: &[TicketEntry], calendar: &Calendar, until: Time) -> Vec<Span> {
    let utc = Zone::utc();
    let zone = calendar.spec().zone().unwrap_or(&utc);
    let (first, last) = (zone.local(account.from).date(), zone.local(until).date());
    let dates = std::iter::successors(first.checked_add_days(Days::new(1)), NaiveDate::succ_opt);
    let day = |date: NaiveDate| {
        let (from, to) = (zone.midnight(date), date.succ_opt().map(|next| zone.midnight(next))?);
        let paused = account.stretches.iter().find(|stretch| {
            stretch.paused.is_some()
                && calendar.whole_days(stretch.from.max(from), stretch.to.unwrap_or(until).min(to)) == 1
        });
        let segments = calendar.segments(from, to);
        let open = segments.iter().find(|segment| segment.why.is_open());
        let what = match (open, paused.and_then(|stretch| Some((stretch.from, stretch.paused?)))) {
            (None, _) => What::Closed(segments.first()?.why.clone()),
            (Some(_), Some((from, why))) => pause(log, from, why),
            (Some(open), None) => What::Counted(open.why.clone()),
        };
        let policy = account.stretches.iter().rev().find(|stretch| stretch.from <= from)?.policy.clone();
        Some(Span { from, to, what, policy })
    };
    dates.take_while(|date| *date <= last).filter_map(day).collect()
}

fn pause(log: &[TicketEntry], from: Time, why: PauseReason) -> What {
    let begins = |entry: &&TicketEntry| match &entry.event {
        Event::Waited { on, .. } => entry.at == from && PauseReason::from(*on) == why,
        Event::Resolved { due, .. } => due.unwrap_or(entry.at) == from && why == PauseReason::Resolved,
        _ => false,
    };
    let entry = log.iter().find(begins);
    What::Paused { why, by: entry.map(|entry| entry.by.clone()), entry: entry.map(|entry| entry.seq) }
}

fn mark(ticket: &Ticket, log: &[TicketEntry], from: Time) -> Mark {
    let marks = log.iter().rev().filter_map(|entry| match &entry.event {
        Event::Opened { .. } if entry.at == from => Some(Mark::Opened),
        Event::Reprioritised { to, .. } if entry.at == from => Some(Mark::Reprioritised(to.clone())),
        Event::Moved { .. } | Event::KindChanged { .. } if entry.at == from => Some(Mark::Rearranged),
        Event::Reopened { .. } if entry.at == from => Some(Mark::Reopened),
        Event::Replied { message } if message.said_at == from => {
            Some(if ticket.is_requester(&entry.by) { Mark::Asked } else { Mark::Answered })
        }
        _ => None,
    });
    marks.into_iter().next().unwrap_or(Mark::Merged)
}
