//! From what a calendar says to the spans in which it is open.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate};

use super::{CalendarSpec, Hours, Window};

pub(super) const DAY: i64 = 86_400;
/// The longest window reaches over the day after its own.
pub(super) const LONGEST_WINDOW: u32 = 2 * 86_400;
const REACH: i64 = 3;

/// An open span in seconds since 1970: `[from, to)`.
pub(super) type Span = (i64, i64);

/// The spans within `[from, to)` in which a calendar is open: in order and apart.
pub(super) fn spans(spec: &CalendarSpec, from: i64, to: i64) -> Vec<Span> {
    match spec {
        CalendarSpec::Always => vec![(from, to)],
        CalendarSpec::Hours(hours) => of_hours(hours, from, to),
        CalendarSpec::AnyOf(members) => {
            let all = members.iter().flat_map(|member| spans(member, from, to));
            joined(all.collect())
        }
        CalendarSpec::AllOf(members) => {
            let mut members = members.iter().map(|member| spans(member, from, to));
            let first = members.next().unwrap_or_default();
            members.fold(first, |all, member| common(&all, &member))
        }
    }
}

fn of_hours(hours: &Hours, from: i64, to: i64) -> Vec<Span> {
    let wall = hours.zone.wall(from - (REACH + 1) * DAY, to + (REACH + 1) * DAY);
    let week = Week::new(hours);
    let mut exceptions = week.exceptions.range(from.div_euclid(DAY) - REACH..).peekable();
    let mut spans: Vec<Span> = Vec::new();
    let mut passed = 0;
    let mut sorted = true;
    for day in from.div_euclid(DAY) - REACH..=to.div_euclid(DAY) + REACH {
        let exception = exceptions.next_if(|(known, _)| **known == day);
        let windows = exception.map_or_else(|| week.windows(day), |(_, windows)| windows);
        let mut opening = passed;
        for window in windows {
            let open = wall.instant(day * DAY + i64::from(window.from), &mut opening);
            let mut closing = opening;
            let close = wall.instant(day * DAY + i64::from(window.to), &mut closing);
            let (open, close) = (open.max(from), close.min(to));
            if open < close {
                sorted &= spans.last().is_none_or(|last| last.1 < open);
                spans.push((open, close));
            }
        }
        passed = opening;
    }
    if sorted { spans } else { joined(spans) }
}

/// Makes one span of those that overlap or touch.
fn joined(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for (open, close) in spans {
        match joined.last_mut() {
            Some(last) if open <= last.1 => last.1 = last.1.max(close),
            _ => joined.push((open, close)),
        }
    }
    joined
}

/// What two lists have in common.
fn common(one: &[Span], other: &[Span]) -> Vec<Span> {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut common = Vec::new();
    while let (Some(a), Some(b)) = (one.peek(), other.peek()) {
        let (open, close) = (a.0.max(b.0), a.1.min(b.1));
        if open < close {
            common.push((open, close));
        }
        let _ = if a.1 <= b.1 { one.next() } else { other.next() };
    }
    common
}

/// Weekly hours by the number of a day since 1970.
pub(super) struct Week<'a> {
    weekly: [&'a [Window]; 7],
    exceptions: BTreeMap<i64, &'a [Window]>,
}

impl<'a> Week<'a> {
    pub(super) fn new(hours: &'a Hours) -> Self {
        let mut weekly: [&[Window]; 7] = [&[]; 7];
        for (day, windows) in &hours.weekly {
            if let Some(slot) = weekly.get_mut(*day as usize) {
                *slot = windows;
            }
        }
        let closed = hours.closed.keys().map(|date| (number(*date), &[][..]));
        let dated = hours.dated.iter().map(|(date, windows)| (number(*date), windows.as_slice()));
        // Hours of a date's own win over its being closed.
        Self { weekly, exceptions: closed.chain(dated).collect() }
    }

    fn windows(&self, day: i64) -> &'a [Window] {
        // Day 0 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        self.weekly.get(weekday).copied().unwrap_or_default()
    }

    /// The windows that start on a day.
    pub(super) fn on(&self, day: i64) -> &'a [Window] {
        self.exceptions.get(&day).copied().unwrap_or_else(|| self.windows(day))
    }
}

/// The number of a date since 1970.
pub(super) fn number(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - i64::from(DateTime::UNIX_EPOCH.num_days_from_ce())
}
