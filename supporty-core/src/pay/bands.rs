//! Which band an instant belongs to, by somebody's own clocks and holidays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::{Datelike, Days, NaiveDate};

use crate::policy::Policy;
use crate::time::{CalendarSpec, Weekday, Window, Zone};
use crate::vocab::{Band, Period, PersonId, Time};

type Week = (BTreeMap<Weekday, Vec<Window>>, BTreeSet<Weekday>);

/// The week of a policy that pays nothing, and so says nothing about it: nine to five, Saturday and Sunday off.
static USUAL: LazyLock<Week> = LazyLock::new(|| {
    let working = Weekday::WORKING.into_iter().map(|day| (day, vec![Window::hours(9, 17)])).collect();
    (working, BTreeSet::from([Weekday::Sat, Weekday::Sun]))
});

/// Somebody's clocks and holidays.
pub(super) struct Clocks<'a> {
    pub(super) zone: Zone,
    working: &'a BTreeMap<Weekday, Vec<Window>>,
    weekend: &'a BTreeSet<Weekday>,
    holidays: Option<&'a CalendarSpec>,
}

/// A stretch of one band on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) period: Period,
    pub(super) band: Band,
    pub(super) date: NaiveDate,
}

impl<'a> Clocks<'a> {
    /// The person's own zone, or else the rota's.
    pub(super) fn of(policy: &'a Policy, person: &PersonId, otherwise: &Zone) -> Self {
        let (working, weekend) = match &policy.spec().pay {
            Some(pay) => (&pay.working, &pay.weekend),
            None => (&USUAL.0, &USUAL.1),
        };
        let known = policy.spec().people.get(person);
        let holidays = known.and_then(|person| person.holidays.as_ref());
        Self {
            zone: known.and_then(|person| person.zone.clone()).unwrap_or_else(|| otherwise.clone()),
            working,
            weekend,
            holidays: holidays.and_then(|calendar| policy.spec().calendars.get(calendar)),
        }
    }

    /// The bands of a period, in order. Working hours belong to none.
    pub(super) fn stretches(&self, period: Period) -> Vec<Stretch> {
        let mut stretches = Vec::new();
        let mut date = self.zone.local(period.from).date();
        let mut midnight = self.zone.midnight(date);
        while midnight < period.until {
            let Some(next) = date.checked_add_days(Days::new(1)) else { break };
            let after = self.zone.midnight(next);
            self.day(date, Period::new(midnight, after), period, &mut stretches);
            (date, midnight) = (next, after);
        }
        stretches
    }

    fn day(&self, date: NaiveDate, day: Period, within: Period, stretches: &mut Vec<Stretch>) {
        let weekday = Weekday::from(date.weekday());
        let mut add = |from: Time, until: Time, band: Band| {
            if let Some(period) = Period::new(from, until).overlap(&within) {
                stretches.push(Stretch { period, band, date });
            }
        };
        if self.holidays.is_some_and(|calendar| closed_on(calendar, date)) {
            return add(day.from, day.until, Band::Holiday);
        }
        if self.weekend.contains(&weekday) {
            return add(day.from, day.until, Band::Weekend);
        }
        let mut windows = self.working.get(&weekday).cloned().unwrap_or_default();
        windows.sort_unstable();
        let mut from = day.from;
        for window in windows {
            let at = |second: u32| {
                let clock = chrono::NaiveTime::from_num_seconds_from_midnight_opt(second, 0);
                clock.map_or(day.until, |clock| {
                    self.zone.instant(date.and_time(clock)).clamp(day.from, day.until)
                })
            };
            add(from, at(window.from), Band::Weeknight);
            from = from.max(at(window.to));
        }
        add(from, day.until, Band::Weeknight);
    }

    /// The band of an instant; none in working hours.
    pub(super) fn band_at(&self, at: Time) -> Option<Stretch> {
        let instant = Period::new(at, at + chrono::TimeDelta::microseconds(1));
        self.stretches(instant).into_iter().next()
    }
}

fn closed_on(calendar: &CalendarSpec, date: NaiveDate) -> bool {
    match calendar {
        CalendarSpec::Always => false,
        CalendarSpec::Hours(hours) => hours.closed.contains_key(&date),
        CalendarSpec::AnyOf(all) | CalendarSpec::AllOf(all) => all.iter().any(|one| closed_on(one, date)),
    }
}
