//! Working days: the local days on which a calendar opens.

use super::index::Index;
use super::spans::{DAY, Week};
use super::{CalendarSpec, Hours, Zone};

/// How many of the days of a range open, by day.
#[derive(Debug)]
pub(super) struct Days {
    first: i64,
    /// One more than there are days: how many had opened before each.
    before: Box<[u32]>,
}

impl Days {
    /// Counts the days that lie in an index's range.
    pub(super) fn new(spec: &CalendarSpec, zone: &Zone, index: &Index, (from, to): (i64, i64)) -> Self {
        let (first, last) = (from.div_euclid(DAY) + 1, to.div_euclid(DAY) - 1);
        let opens: Box<dyn Fn(i64) -> bool> = match spec {
            CalendarSpec::Hours(hours) => Box::new(by_hours(hours)),
            _ => {
                let midnight = |day: i64| (zone.midnight_of(day).timestamp(), 0);
                Box::new(move |day| index.work(midnight(day + 1)) > index.work(midnight(day)))
            }
        };
        let mut count = 0;
        let mut before = vec![0];
        for day in first..last {
            count += u32::from(opens(day));
            before.push(count);
        }
        Self { first, before: before.into_boxed_slice() }
    }

    fn before(&self, day: i64) -> Option<u32> {
        self.before.get(usize::try_from(day - self.first).ok()?).copied()
    }

    /// How many of the days `[from, to)` open.
    pub(super) fn count(&self, from: i64, to: i64) -> Option<u32> {
        if to <= from { Some(0) } else { Some(self.before(to)? - self.before(from)?) }
    }

    /// The n-th day after that one that opens, for an `n` above nothing.
    pub(super) fn after(&self, day: i64, n: u16) -> Option<i64> {
        let wanted = self.before(day + 1)? + u32::from(n);
        let index = self.before.partition_point(|before| *before < wanted);
        (index < self.before.len()).then(|| self.first + i64::try_from(index).unwrap_or(i64::MAX) - 1)
    }
}

fn by_hours(hours: &Hours) -> impl Fn(i64) -> bool {
    let week = Week::new(hours);
    move |day| !week.on(day).is_empty()
}

/// The seconds between which everything lies that a day opens for: its windows, or the part of it that is open.
pub(super) fn extent(spec: &CalendarSpec, zone: &Zone, index: &Index, day: i64) -> Option<(i64, i64)> {
    let CalendarSpec::Hours(hours) = spec else {
        let midnight = |day: i64| zone.midnight_of(day).timestamp();
        let (from, to) = (midnight(day), midnight(day + 1));
        let ((open, _), (close, _)) = (index.next_open((from, 0))?, index.previous_close((to, 0))?);
        return (open < to && close > open).then_some((open, close));
    };
    let week = Week::new(hours);
    let windows = week.on(day).iter();
    let instants = windows.map(|window| {
        let at = |second: u32| zone.second_of(day, i64::from(second)).timestamp();
        (at(window.from), at(window.to))
    });
    instants.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
}
