use std::iter::Peekable;

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta};

use super::{CalendarSpec, Hours, Window};
use crate::vocab::Time;

/// How far a question may look before the answer is an error: eleven years of days.
const HORIZON: u32 = 4_018;
const LONGEST_WINDOW: u32 = 2 * 86_400;

/// A calendar that can be asked.
///
/// It walks days, and every walk is bounded by a horizon of eleven years.
///
/// ```
/// use chrono::TimeDelta;
/// use supporty_core::time::{Calendar, CalendarSpec, Hours, Weekday, Window, Zone};
///
/// let weekly = Weekday::WORKING.into_iter().map(|day| (day, vec![Window::hours(9, 17)])).collect();
/// let zone = Zone::new("Europe/London")?;
/// let hours = Hours { zone, weekly, closed: Default::default(), dated: Default::default() };
/// let calendar = Calendar::new(CalendarSpec::Hours(hours))?;
/// let friday = "2026-01-09T16:30:00Z".parse()?;
/// assert_eq!(calendar.add(friday, TimeDelta::hours(1))?.to_string(), "2026-01-12 09:30:00 UTC");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    spec: CalendarSpec,
}

/// Why a calendar has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// It never opens.
    #[error("the calendar never opens: give it hours on at least one day")]
    NeverOpens,
    /// A window is empty, backwards or longer than two days.
    #[error(
        "the window from second {from} to second {to} is not a span of a day: `from` must come before `to`, and `from` within the day"
    )]
    Window {
        /// Where it opens.
        from: u32,
        /// Where it closes.
        to: u32,
    },
    /// The answer lies beyond the horizon.
    #[error("the calendar has no answer within eleven years of {from}: check its hours and closed days")]
    BeyondHorizon {
        /// Where the search began.
        from: Time,
    },
}

impl Calendar {
    /// Checks a calendar and makes it ready to be asked.
    pub fn new(spec: CalendarSpec) -> Result<Self, CalendarError> {
        if let CalendarSpec::Hours(hours) = &spec {
            let windows = hours.weekly.values().chain(hours.dated.values()).flatten();
            for Window { from, to } in windows.copied() {
                if from >= to || from >= 86_400 || to > LONGEST_WINDOW {
                    return Err(CalendarError::Window { from, to });
                }
            }
            if hours.weekly.values().chain(hours.dated.values()).all(Vec::is_empty) {
                return Err(CalendarError::NeverOpens);
            }
        }
        Ok(Self { spec })
    }

    /// What it was made from.
    pub fn spec(&self) -> &CalendarSpec {
        &self.spec
    }

    /// The first instant at which that much working time has passed since `start`.
    ///
    /// Time that ends exactly when the calendar closes ends then, not at the next opening. None at all, asked outside
    /// the hours, ends at the next opening.
    pub fn add(&self, start: Time, budget: TimeDelta) -> Result<Time, CalendarError> {
        let beyond = CalendarError::BeyondHorizon { from: start };
        let CalendarSpec::Hours(hours) = &self.spec else {
            return start.checked_add_signed(budget).ok_or(beyond);
        };
        let mut left = budget.max(TimeDelta::zero());
        for (open, close) in hours.spans_from(start) {
            let open = open.max(start);
            let span = close - open;
            if left <= span {
                return Ok(open + left);
            }
            left -= span;
        }
        Err(beyond)
    }

    /// The last instant from which that much working time passes until `end`.
    pub fn sub(&self, end: Time, budget: TimeDelta) -> Result<Time, CalendarError> {
        let beyond = CalendarError::BeyondHorizon { from: end };
        let CalendarSpec::Hours(hours) = &self.spec else {
            return end.checked_sub_signed(budget).ok_or(beyond);
        };
        let mut left = budget.max(TimeDelta::zero());
        for (open, close) in hours.spans_back_from(end) {
            let close = close.min(end);
            let span = close - open;
            if left <= span {
                return Ok(close - left);
            }
            left -= span;
        }
        Err(beyond)
    }

    /// How much working time lies between two instants; none if the second comes first.
    pub fn between(&self, from: Time, to: Time) -> TimeDelta {
        if to <= from {
            return TimeDelta::zero();
        }
        let CalendarSpec::Hours(hours) = &self.spec else { return to - from };
        hours
            .spans_from(from)
            .take_while(|(open, _)| *open < to)
            .fold(TimeDelta::zero(), |sum, (open, close)| sum + (close.min(to) - open.max(from)))
    }

    /// Whether it is open at that instant.
    pub fn is_open(&self, at: Time) -> bool {
        let CalendarSpec::Hours(hours) = &self.spec else { return true };
        hours.spans_from(at).next().is_some_and(|(open, _)| open <= at)
    }

    /// The instant itself if it is open then, or the next at which it opens.
    pub fn next_open(&self, at: Time) -> Result<Time, CalendarError> {
        self.add(at, TimeDelta::zero())
    }

    /// The same local time on the `days`-th following day on which it opens, or the next opening if it is closed then.
    ///
    /// Without hours every day is a day, of 24 hours.
    pub fn add_days(&self, start: Time, days: u16) -> Result<Time, CalendarError> {
        let beyond = CalendarError::BeyondHorizon { from: start };
        let CalendarSpec::Hours(hours) = &self.spec else {
            return start.checked_add_signed(TimeDelta::days(days.into())).ok_or(beyond);
        };
        let local = hours.zone.local(start);
        if days == 0 {
            return self.next_open(start);
        }
        let mut left = days;
        for date in local.date().iter_days().skip(1).take(HORIZON as usize) {
            if hours.opens_on(date) {
                left -= 1;
            }
            if left == 0 {
                return self.next_open(hours.zone.instant(date.and_time(local.time())));
            }
        }
        Err(beyond)
    }

    /// How many days on which it opens lie wholly between two instants.
    pub fn whole_days(&self, from: Time, to: Time) -> u16 {
        let CalendarSpec::Hours(hours) = &self.spec else {
            return u16::try_from((to - from).num_days().max(0)).unwrap_or(u16::MAX);
        };
        let first = hours.zone.local(from).date();
        let days = first.iter_days().take(HORIZON as usize);
        let inside = days
            .take_while(|date| hours.zone.midnight(*date) < to)
            .filter(|date| hours.opens_on(*date))
            .filter(|date| hours.day(*date).iter().all(|(open, close)| *open >= from && *close <= to));
        u16::try_from(inside.count()).unwrap_or(u16::MAX)
    }
}

impl Hours {
    fn windows(&self, date: NaiveDate) -> &[Window] {
        if let Some(windows) = self.dated.get(&date) {
            return windows;
        }
        if self.closed.contains(&date) {
            return &[];
        }
        self.weekly.get(&date.weekday().into()).map_or(&[], Vec::as_slice)
    }

    fn opens_on(&self, date: NaiveDate) -> bool {
        !self.windows(date).is_empty()
    }

    fn at(&self, date: NaiveDate, second: u32) -> Time {
        let local: NaiveDateTime = date.and_time(chrono::NaiveTime::MIN);
        let local = local.checked_add_signed(TimeDelta::seconds(second.into())).unwrap_or(local);
        self.zone.instant(local)
    }

    /// The open spans that start on a date, in order, windows that overlap made one.
    fn day(&self, date: NaiveDate) -> Vec<(Time, Time)> {
        let mut spans: Vec<_> = self
            .windows(date)
            .iter()
            .map(|window| (self.at(date, window.from), self.at(date, window.to)))
            .collect();
        spans.retain(|(open, close)| open < close);
        spans.sort_unstable();
        join(spans)
    }

    /// The open spans that end after an instant, in order and apart, as far as the horizon.
    fn spans_from(&self, at: Time) -> impl Iterator<Item = (Time, Time)> {
        let today = self.zone.local(at).date();
        let first = today.checked_sub_signed(TimeDelta::days(2)).unwrap_or(today);
        let spans = first.iter_days().take(HORIZON as usize).flat_map(|date| self.day(date));
        Apart { spans: spans.peekable() }.filter(move |(_, close)| *close > at)
    }

    /// The open spans that begin before an instant, latest first, as far as the horizon.
    fn spans_back_from(&self, at: Time) -> impl Iterator<Item = (Time, Time)> {
        let last = self.zone.local(at).date();
        let dates =
            (0..i64::from(HORIZON)).map_while(move |back| last.checked_sub_signed(TimeDelta::days(back)));
        let mut until = at;
        dates.flat_map(|date| self.day(date).into_iter().rev()).filter_map(move |(open, close)| {
            let span = (open, close.min(until));
            until = until.min(open);
            (span.0 < span.1).then_some(span)
        })
    }
}

/// Makes one span of those of consecutive days that overlap. Those that only touch stay apart, so that a calendar
/// which never closes is still walked day by day.
struct Apart<I: Iterator<Item = (Time, Time)>> {
    spans: Peekable<I>,
}

impl<I: Iterator<Item = (Time, Time)>> Iterator for Apart<I> {
    type Item = (Time, Time);

    fn next(&mut self) -> Option<Self::Item> {
        let (open, mut close) = self.spans.next()?;
        while let Some((_, later)) = self.spans.next_if(|(next, _)| *next < close) {
            close = close.max(later);
        }
        Some((open, close))
    }
}

/// Makes one span of those that overlap.
fn join(spans: Vec<(Time, Time)>) -> Vec<(Time, Time)> {
    let mut joined: Vec<(Time, Time)> = Vec::with_capacity(spans.len());
    for (open, close) in spans {
        match joined.last_mut() {
            Some(last) if open <= last.1 => last.1 = last.1.max(close),
            _ => joined.push((open, close)),
        }
    }
    joined
}
