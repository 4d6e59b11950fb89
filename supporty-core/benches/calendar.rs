//! Working time on Mon-Fri 09:00-17:30 in London with eight holidays a year: ours, the floor (the least that gives the
//! same answers), and two crates that walk days.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement ends where something is missing"
)]

use std::collections::BTreeMap;
use std::hint::black_box;

use chrono::{Datelike, NaiveDate, TimeDelta};
use divan::{Bencher, counter::ItemsCount};
use jiff::{SignedDuration, Timestamp};

use supporty_core::time::{Calendar, CalendarSpec, Hours, Weekday, Window, Zone};
use supporty_core::vocab::Time;

/// How many different questions one round asks.
const QUESTIONS: usize = 4_096;
const SPANS: [(&str, i64); 4] =
    [("1 day", 86_400), ("1 month", 30 * 86_400), ("1 year", 365 * 86_400), ("5 years", 5 * 365 * 86_400)];
/// Working seconds: three hours, a day, and about a month, a year and five years of them.
const BUDGETS: [(&str, i64); 5] = [
    ("3 h", 3 * 3_600),
    ("24 h", 24 * 3_600),
    ("1 month", 22 * 30_600),
    ("1 year", 253 * 30_600),
    ("5 years", 5 * 253 * 30_600),
];

fn main() {
    divan::main();
}

fn holidays() -> Vec<NaiveDate> {
    let days = [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)];
    let years = 2019..2032;
    years
        .flat_map(|year| days.map(|(month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap()))
        .collect()
}

fn spec() -> CalendarSpec {
    let window = Window { from: 9 * 3_600, to: 17 * 3_600 + 1_800 };
    CalendarSpec::Hours(Hours {
        zone: Zone::new("Europe/London").unwrap(),
        weekly: Weekday::WORKING.into_iter().map(|day| (day, vec![window])).collect(),
        closed: holidays().into_iter().map(|day| (day, String::new())).collect(),
        dated: BTreeMap::new(),
    })
}

fn at(second: i64) -> Time {
    Time::from_timestamp(second, 0).unwrap()
}

fn years() -> (Time, Time) {
    ("2020-01-01T00:00:00Z".parse().unwrap(), "2031-12-31T00:00:00Z".parse().unwrap())
}

fn ours() -> Calendar {
    let calendar = Calendar::new(spec()).unwrap();
    let (from, to) = years();
    calendar.compile(from, to);
    calendar
}

fn jiff_dates() -> Vec<jiff::civil::Date> {
    let dates = holidays();
    let date = |day: &NaiveDate| jiff::civil::date(day.year() as i16, day.month() as i8, day.day() as i8);
    dates.iter().map(date).collect()
}

fn ule() -> ule_hours::Schedule {
    let builder = ule_hours::Schedule::builder("Europe/London").unwrap().mon_fri("09:00-17:30").unwrap();
    jiff_dates().into_iter().fold(builder, |builder, date| builder.closed_on(date)).build()
}

fn workclock() -> workclock::Schedule {
    let day = workclock::WorkDay::new(
        jiff::civil::time(9, 0, 0, 0),
        jiff::civil::time(17, 30, 0, 0),
        workclock::Weekdays::MON_TO_FRI,
    );
    let holidays = workclock::Holidays::new(jiff_dates());
    workclock::Schedule::builder().time_zone("Europe/London").rule(day).rule(holidays).build().unwrap()
}

/// Starts all over 2021 to 2024, from a small generator, so that no run of them is alike.
fn starts() -> Vec<i64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let begin = at(0).with_year(2021).unwrap().timestamp();
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        begin + i64::try_from(state % (4 * 365 * 86_400)).unwrap()
    };
    (0..QUESTIONS).map(next).collect()
}

/// A day index and a prefix sum of open seconds, in bare seconds.
struct Floor {
    first: i64,
    opens: Vec<(i64, i64)>,
    by_day: Vec<u32>,
    by_work: Vec<u32>,
}

impl Floor {
    fn new() -> Self {
        let (from, to) = years();
        let calendar = ours();
        let (mut opens, mut by_day, mut by_work, mut sum, mut cursor) = (vec![], vec![], vec![], 0, from);
        while let Ok(open) = calendar.next_open(cursor) {
            if open >= to {
                break;
            }
            let close = calendar.next_close(open).unwrap();
            opens.push((open.timestamp(), sum));
            sum += (close - open).num_seconds();
            cursor = close;
        }
        opens.push((to.timestamp(), sum));
        let first = from.timestamp() / 86_400;
        let mut index = 0;
        for day in first..to.timestamp() / 86_400 + 1 {
            while opens[index].0 + opens.get(index + 1).map_or(1 << 40, |next| next.1 - opens[index].1)
                <= day * 86_400
            {
                index += 1;
            }
            by_day.push(index as u32);
        }
        for day in 0..=sum / 30_600 {
            by_work.push(day as u32);
        }
        Self { first, opens, by_day, by_work }
    }

    fn work(&self, at: i64) -> i64 {
        let mut index = self.by_day[(at / 86_400 - self.first) as usize] as usize;
        let (mut open, mut next) = (self.opens[index], self.opens[index + 1]);
        while open.0 + next.1 - open.1 <= at {
            index += 1;
            (open, next) = (next, self.opens[index + 1]);
        }
        open.1 + (at - open.0).max(0)
    }

    fn add(&self, at: i64, budget: i64) -> i64 {
        let work = self.work(at) + budget;
        let open = self.opens[self.by_work[((work - 1) / 30_600) as usize] as usize];
        open.0 + work - open.1
    }
}

fn span(name: &str) -> i64 {
    SPANS.iter().find(|(known, _)| *known == name).unwrap().1
}

const ADDS: [&str; 5] = ["3 h", "24 h", "1 month", "1 year", "5 years"];
const BETWEENS: [&str; 4] = ["1 day", "1 month", "1 year", "5 years"];

fn budget(name: &str) -> i64 {
    BUDGETS.iter().find(|(known, _)| *known == name).unwrap().1
}

/// Asks every question once; a time is that of all of them.
fn each<T: Sync>(bencher: Bencher<'_, '_>, questions: &[T], ask: impl Fn(&T) -> i64 + Sync) {
    bencher
        .counter(ItemsCount::new(questions.len()))
        .bench(|| questions.iter().fold(0i64, |sum, question| sum.wrapping_add(ask(black_box(question)))));
}

mod add {
    use super::*;

    #[divan::bench(args = ADDS)]
    fn ours(bencher: Bencher<'_, '_>, name: &str) {
        let (calendar, budget) = (super::ours(), TimeDelta::seconds(budget(name)));
        let starts: Vec<_> = starts().into_iter().map(at).collect();
        each(bencher, &starts, |start| calendar.add(*start, budget).unwrap().timestamp_subsec_nanos().into());
    }

    #[divan::bench(args = ADDS)]
    fn floor(bencher: Bencher<'_, '_>, name: &str) {
        let (floor, budget) = (Floor::new(), budget(name));
        each(bencher, &starts(), |start| floor.add(*start, budget));
    }

    /// The floor asked with chrono's instants, as we are: what its types cost.
    #[divan::bench(args = ADDS)]
    fn floor_of_instants(bencher: Bencher<'_, '_>, name: &str) {
        let (floor, budget) = (Floor::new(), budget(name));
        let starts: Vec<_> = starts().into_iter().map(at).collect();
        each(bencher, &starts, |start| {
            at(floor.add(start.timestamp(), budget)).timestamp_subsec_nanos().into()
        });
    }

    #[divan::bench(args = ["3 h", "24 h", "1 year"], sample_count = 20)]
    fn ule_hours(bencher: Bencher<'_, '_>, name: &str) {
        let (schedule, budget) = (ule(), SignedDuration::from_secs(budget(name)));
        let starts: Vec<_> =
            starts().iter().take(256).map(|at| Timestamp::from_second(*at).unwrap()).collect();
        each(bencher, &starts, |start| schedule.add(*start, budget).unwrap().as_second());
    }

    #[divan::bench(args = ["3 h", "24 h", "1 year"], sample_count = 20)]
    fn workclock(bencher: Bencher<'_, '_>, name: &str) {
        let (schedule, budget) = (super::workclock(), SignedDuration::from_secs(budget(name)));
        let starts: Vec<_> =
            starts().iter().take(256).map(|at| Timestamp::from_second(*at).unwrap()).collect();
        each(bencher, &starts, |start| schedule.add(*start, budget).unwrap().as_second());
    }
}

mod between {
    use super::*;

    #[divan::bench(args = BETWEENS)]
    fn ours(bencher: Bencher<'_, '_>, name: &str) {
        let (calendar, span) = (super::ours(), TimeDelta::seconds(span(name)));
        let pairs: Vec<_> = starts().into_iter().map(|start| (at(start), at(start) + span)).collect();
        each(bencher, &pairs, |(from, to)| calendar.between(*from, *to).unwrap().num_seconds());
    }

    #[divan::bench(args = BETWEENS)]
    fn floor(bencher: Bencher<'_, '_>, name: &str) {
        let (floor, span) = (Floor::new(), span(name));
        let pairs: Vec<_> = starts().into_iter().map(|start| (start, start + span)).collect();
        each(bencher, &pairs, |(from, to)| floor.work(*to) - floor.work(*from));
    }

    #[divan::bench(args = BETWEENS)]
    fn floor_of_instants(bencher: Bencher<'_, '_>, name: &str) {
        let (floor, span) = (Floor::new(), span(name));
        let pairs: Vec<_> = starts().into_iter().map(|start| (at(start), at(start + span))).collect();
        each(bencher, &pairs, |(from, to)| {
            TimeDelta::seconds(floor.work(to.timestamp()) - floor.work(from.timestamp())).num_seconds()
        });
    }

    #[divan::bench(args = ["1 day", "1 year"], sample_count = 20)]
    fn ule_hours(bencher: Bencher<'_, '_>, name: &str) {
        let (schedule, span) = (ule(), span(name));
        let stamp = |at: i64| Timestamp::from_second(at).unwrap();
        let pairs: Vec<_> = starts().iter().take(64).map(|at| (stamp(*at), stamp(*at + span))).collect();
        each(bencher, &pairs, |(from, to)| schedule.between(*from, *to).as_secs());
    }

    #[divan::bench(args = ["1 day", "1 year"], sample_count = 20)]
    fn workclock(bencher: Bencher<'_, '_>, name: &str) {
        let (schedule, span) = (super::workclock(), span(name));
        let stamp = |at: i64| Timestamp::from_second(at).unwrap();
        let pairs: Vec<_> = starts().iter().take(64).map(|at| (stamp(*at), stamp(*at + span))).collect();
        each(bencher, &pairs, |(from, to)| schedule.between(*from, *to).as_secs());
    }
}

mod compile {
    use super::*;

    #[divan::bench(args = [1, 2])]
    fn years(bencher: Bencher<'_, '_>, years: i32) {
        let (spec, from) = (spec(), at(0).with_year(2025).unwrap());
        let to = from.with_year(2025 + years).unwrap();
        bencher.bench(|| {
            let calendar = Calendar::new(black_box(&spec).clone()).unwrap();
            calendar.compile(from, to);
            calendar
        });
    }
}
