//! Working days: the local days on which a calendar opens.

use super::index::{Fine, Index};
use super::spans::{DAY, Week};
use super::{CalendarSpec, Zone};

/// The days of a range that open.
#[derive(Debug)]
pub(super) struct Days {
    first: i64,
    /// One more than there are days: how many had opened before each.
    before: Box<[u32]>,
    opening: Box<[Opening]>,
}

/// A day that opens, and the seconds between which everything lies that it opens for.
#[derive(Debug, Clone, Copy)]
struct Opening {
    day: i64,
    open: i64,
    close: i64,
}

impl Days {
    /// Looks at the days that lie in an index's range.
    pub(super) fn new(spec: &CalendarSpec, zone: &Zone, index: &Index, (from, to): (i64, i64)) -> Self {
        let (first, last) = (from.div_euclid(DAY) + 1, to.div_euclid(DAY) - 1);
        let extent: Box<dyn Fn(i64) -> Option<(i64, i64)>> = match spec {
            CalendarSpec::Hours(hours) => {
                let week = Week::new(hours);
                Box::new(move |day| by_hours(&week, zone, day))
            }
            _ => Box::new(|day| by_index(index, zone, day)),
        };
        let mut opening = Vec::new();
        let mut before = vec![0];
        for day in first..last {
            opening.extend(extent(day).map(|(open, close)| Opening { day, open, close }));
            before.push(u32::try_from(opening.len()).unwrap_or(u32::MAX));
        }
        Self { first, before: before.into_boxed_slice(), opening: opening.into_boxed_slice() }
    }

    fn before(&self, day: i64) -> Option<usize> {
        self.before.get(usize::try_from(day - self.first).ok()?).map(|before| *before as usize)
    }

    /// How many of the days from one to another, both counted, open and lie wholly between two instants on them.
    pub(super) fn whole(&self, (first, last): (i64, i64), (from, to): (Fine, Fine)) -> Option<usize> {
        // A window may reach over the day after its own: only the days between are certain.
        let sure = self.before(first + 1)?;
        let unsure = self.before((last - 2).max(first + 1))?;
        let edge = |begin: usize, end: usize| {
            let opening = self.opening.get(begin..end).unwrap_or_default().iter();
            opening.filter(|one| (one.open, 0) >= from && (one.close, 0) <= to).count()
        };
        Some(edge(self.before(first)?, sure) + (unsure - sure) + edge(unsure, self.before(last + 1)?))
    }

    /// The n-th day after that one that opens, for an `n` above nothing.
    pub(super) fn after(&self, day: i64, n: u16) -> Option<i64> {
        let index = self.before(day + 1)? + usize::from(n) - 1;
        self.opening.get(index).map(|opening| opening.day)
    }
}

/// From where a day's windows begin to where they end.
fn by_hours(week: &Week<'_>, zone: &Zone, day: i64) -> Option<(i64, i64)> {
    let instants = week.on(day).iter().map(|window| {
        let at = |second: u32| zone.second_of(day, i64::from(second)).timestamp();
        (at(window.from), at(window.to))
    });
    instants.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
}

/// The part of a day that is open.
fn by_index(index: &Index, zone: &Zone, day: i64) -> Option<(i64, i64)> {
    let midnight = |day: i64| zone.midnight_of(day).timestamp();
    let (from, to) = (midnight(day), midnight(day + 1));
    let ((open, _), (close, _)) = (index.next_open((from, 0))?, index.previous_close((to, 0))?);
    (open < to && close > open).then_some((open, close))
}
