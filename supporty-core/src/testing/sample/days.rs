//! How many tickets are opened on which day, and when on it.

use chrono::{Datelike, Days as Dates, NaiveDate, TimeDelta};

use super::cast::{HOURS, MONTHS, WEEK};
use super::dice::Dice;
use crate::time::{Calendar, Zone};
use crate::vocab::{Period, Time};

/// A day of the history.
#[derive(Debug, Clone)]
pub(super) struct Day {
    pub(super) number: u64,
    pub(super) date: NaiveDate,
    /// Its first instant.
    pub(super) midnight: Time,
    /// The part of it that lies in the history.
    pub(super) within: Period,
    /// Whether the offices are open.
    pub(super) working: bool,
    /// The number of the first ticket that is opened on it.
    pub(super) first: u64,
    /// How many are.
    pub(super) tickets: u64,
}

/// The days of a period, with so many tickets in all.
pub(super) fn days(period: Period, tickets: u64, seed: u64, zone: &Zone, office: &Calendar) -> Vec<Day> {
    let mut days = Vec::new();
    let mut date = zone.local(period.from).date();
    let mut total = 0_u128;
    let mut ends = Vec::new();
    while zone.midnight(date) < period.until {
        let Some(next) = date.checked_add_days(Dates::new(1)) else { break };
        let (midnight, until) = (zone.midnight(date), zone.midnight(next));
        let noon = midnight + TimeDelta::hours(12);
        let number = days.len() as u64;
        let within = Period::new(midnight.max(period.from), until.min(period.until));
        let day = Day { number, date, midnight, within, working: office.is_open(noon), first: 0, tickets: 0 };
        total += u128::from(day.weight(seed));
        ends.push(total);
        days.push(day);
        date = next;
    }
    let mut before = 0;
    for (day, end) in days.iter_mut().zip(ends) {
        let after = u64::try_from(end * u128::from(tickets) / total.max(1)).unwrap_or(tickets);
        (day.first, day.tickets) = (before + 1, after - before);
        before = after;
    }
    days
}

impl Day {
    fn hours(&self) -> Vec<(u64, i64)> {
        let [working, quiet] = &HOURS;
        let hours = if self.working { working } else { quiet };
        let begins = |hour: i64| self.midnight + TimeDelta::hours(hour);
        let lies = |hour: i64| self.within.contains(begins(hour));
        (0_i64..).zip(hours).filter(|(hour, _)| lies(*hour)).map(|(hour, weight)| (*weight, hour)).collect()
    }

    fn weight(&self, seed: u64) -> u64 {
        let mut dice = Dice::new(seed, [1, self.number]);
        let hours: u64 = self.hours().iter().map(|(weight, _)| weight).sum();
        let nth = |index: u32| usize::try_from(index).unwrap_or(0);
        let week = WEEK.get(nth(self.date.weekday().num_days_from_monday())).copied().unwrap_or(100);
        let month = MONTHS.get(nth(self.date.month0())).copied().unwrap_or(100);
        hours * week * month * (85 + dice.below(31))
    }

    /// An instant at which somebody asks.
    pub(super) fn instant(&self, dice: &mut Dice) -> Time {
        let hour = dice.weighed(&self.hours()).unwrap_or(0);
        self.clipped(self.midnight + TimeDelta::hours(hour) + TimeDelta::seconds(dice.between(0, 3_599)))
    }

    /// The instant, or the nearest of the day that lies in the history.
    pub(super) fn clipped(&self, at: Time) -> Time {
        at.min(self.within.until - TimeDelta::seconds(1)).max(self.within.from)
    }
}
