//! What holds for every calendar: against a slow walk over its days, and against another author's crate.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate, TimeDelta};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use supporty_core::time::{Calendar, CalendarSpec, Hours, Weekday, Window, Zone};
use supporty_core::vocab::Time;

const ZONES: [&str; 10] = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Havana",
    "Africa/Casablanca",
    "Asia/Tehran",
    "America/Santiago",
    "UTC",
];
const DAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// Windows of a day in quarters of an hour, apart; the last may reach over midnight.
fn windows(over_midnight: bool) -> impl Strategy<Value = Vec<Window>> {
    let last = if over_midnight { 120u32 } else { 96 };
    let bounds = prop::collection::btree_set(0..=last, 0..7);
    bounds.prop_map(|bounds| {
        let bounds: Vec<_> = bounds.into_iter().map(|quarter| quarter * 900).collect();
        let pairs = bounds.chunks_exact(2).map(|pair| Window { from: pair[0], to: pair[1] });
        pairs.filter(|window| window.from < 86_400).collect()
    })
}

fn hours(over_midnight: bool) -> impl Strategy<Value = Hours> {
    let week = prop::collection::vec(windows(over_midnight), 7);
    let closed = prop::collection::btree_set(0i64..60, 0..12);
    let dated = prop::collection::btree_map(0i64..60, windows(over_midnight), 0..4);
    (prop::sample::select(&ZONES[..]), 0usize..ANCHORS.len(), week, closed, dated)
        .prop_map(|(zone, anchor, week, closed, dated)| Hours {
            zone: Zone::new(zone).unwrap(),
            weekly: DAYS.into_iter().zip(week).collect(),
            closed: closed.into_iter().map(|day| (date(anchor, day), String::new())).collect(),
            dated: dated.into_iter().map(|(day, windows)| (date(anchor, day), windows)).collect(),
        })
        .prop_filter("it opens", |hours| hours.weekly.values().any(|windows| !windows.is_empty()))
}

/// Around clock changes of the zones, and days that were never lived.
const ANCHORS: [&str; 5] = ["2026-03-01", "2026-10-01", "2011-12-01", "2027-01-01", "2025-08-25"];

fn date(anchor: usize, day: i64) -> NaiveDate {
    ANCHORS[anchor].parse::<NaiveDate>().unwrap() + TimeDelta::days(day)
}

fn instants() -> impl Strategy<Value = (Time, TimeDelta)> {
    let second = prop_oneof![2 => 0i64..50 * 86_400, 1 => (0i64..50 * 96).prop_map(|quarter| quarter * 900)];
    let length = prop_oneof![3 => 0i64..20 * 86_400, 2 => (0i64..400).prop_map(|quarter| quarter * 900)];
    (0usize..ANCHORS.len(), second, length).prop_map(|(anchor, second, length)| {
        let midnight = date(anchor, 0).and_time(chrono::NaiveTime::MIN).and_utc();
        (midnight + TimeDelta::seconds(second), TimeDelta::seconds(length))
    })
}

/// Every open span from a month before to four months after, by walking days.
fn walk(hours: &Hours, around: Time) -> Vec<(Time, Time)> {
    let first = hours.zone.local(around).date() - TimeDelta::days(30);
    let mut spans: Vec<(Time, Time)> = Vec::new();
    for date in first.iter_days().take(200) {
        let closed = hours.closed.contains_key(&date);
        let plain = hours.weekly.get(&date.weekday().into()).filter(|_| !closed);
        for window in hours.dated.get(&date).or(plain).into_iter().flatten() {
            let at = |second: u32| {
                let local = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(second.into());
                hours.zone.instant(local)
            };
            spans.push((at(window.from), at(window.to)));
        }
    }
    spans.retain(|(open, close)| open < close);
    spans.sort();
    let mut apart: Vec<(Time, Time)> = Vec::new();
    for (open, close) in spans {
        match apart.last_mut() {
            Some(last) if open <= last.1 => last.1 = last.1.max(close),
            _ => apart.push((open, close)),
        }
    }
    apart
}

fn walked(spans: &[(Time, Time)], from: Time, to: Time) -> TimeDelta {
    let lengths = spans.iter().map(|(open, close)| (to.min(*close) - from.max(*open)).max(TimeDelta::zero()));
    lengths.fold(TimeDelta::zero(), |sum, length| sum + length)
}

fn walk_to(spans: &[(Time, Time)], from: Time, budget: TimeDelta) -> Option<Time> {
    let mut left = budget;
    for (open, close) in spans.iter().filter(|(_, close)| *close > from) {
        let open = (*open).max(from);
        if left <= *close - open {
            return Some(open + left);
        }
        left -= *close - open;
    }
    None
}

fn calendar(hours: &Hours) -> Calendar {
    Calendar::new(CalendarSpec::Hours(hours.clone())).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_says_what_a_walk_over_the_days_says(hours in hours(true), (from, length) in instants()) {
        let (calendar, spans) = (calendar(&hours), walk(&hours, from));
        prop_assert_eq!(calendar.between(from, from + length), Ok(walked(&spans, from, from + length)));
        if let Some(reached) = walk_to(&spans, from, length) {
            prop_assert_eq!(calendar.add(from, length), Ok(reached));
        }
        let open = spans.iter().find(|(_, close)| *close > from);
        prop_assert_eq!(calendar.is_open(from), open.is_some_and(|(open, _)| *open <= from));
        if let Some((open, close)) = open {
            prop_assert_eq!(calendar.next_open(from), Ok((*open).max(from)));
            prop_assert_eq!(calendar.next_close(from), Ok(*close));
        }
        let before = spans.iter().rev().find(|(open, _)| *open < from);
        if let Some((_, close)) = before {
            prop_assert_eq!(calendar.previous_close(from), Ok((*close).min(from)));
        }
        if let Some((open, _)) = spans.iter().rev().find(|(open, _)| *open <= from) {
            prop_assert_eq!(calendar.previous_open(from), Ok(*open));
        }
    }

    #[test]
    fn adding_what_lies_between_comes_no_later_and_back_again(hours in hours(true), (from, length) in instants()) {
        let (calendar, to) = (calendar(&hours), from + length);
        let between = calendar.between(from, to).unwrap();
        if between > TimeDelta::zero() {
            prop_assert!(calendar.add(from, between).unwrap() <= to);
            prop_assert!(calendar.sub(to, between).unwrap() >= from);
        }
        let due = calendar.add(from, length).unwrap();
        prop_assert_eq!(calendar.between(from, due), Ok(length));
        if length > TimeDelta::zero() {
            prop_assert_eq!(calendar.add(calendar.sub(due, length).unwrap(), length), Ok(due));
        }
    }

    #[test]
    fn more_time_and_a_later_start_are_never_due_earlier(
        hours in hours(true), (from, length) in instants(), later in 0i64..2_000_000, more in 0i64..200_000,
    ) {
        let calendar = calendar(&hours);
        let due = calendar.add(from, length).unwrap();
        prop_assert!(calendar.add(from + TimeDelta::seconds(later), length).unwrap() >= due);
        prop_assert!(calendar.add(from, length + TimeDelta::seconds(more)).unwrap() >= due);
    }

    #[test]
    fn parts_of_a_span_add_up(hours in hours(true), (from, length) in instants(), share in 0i64..=100) {
        let (calendar, to) = (calendar(&hours), from + length);
        let middle = from + length * i32::try_from(share).unwrap() / 100;
        let (first, second) = (calendar.between(from, middle).unwrap(), calendar.between(middle, to).unwrap());
        prop_assert_eq!(calendar.between(from, to), Ok(first + second));
        let part = length * i32::try_from(share).unwrap() / 100;
        if part > TimeDelta::zero() && part < length {
            prop_assert_eq!(calendar.add(calendar.add(from, part).unwrap(), length - part), calendar.add(from, length));
        }
    }

    #[test]
    fn who_asked_what_before_changes_no_answer(hours in hours(true), (from, length) in instants(), years in -40i64..90) {
        let (fresh, asked) = (calendar(&hours), calendar(&hours));
        let elsewhere = from + TimeDelta::days(365 * years);
        let _ = (asked.next_open(elsewhere), asked.between(elsewhere, from), asked.add_days(elsewhere, 9));
        for budget in [length, length + TimeDelta::days(300), length + TimeDelta::days(3_000)] {
            prop_assert_eq!(fresh.add(from, budget), asked.add(from, budget));
            prop_assert_eq!(fresh.sub(from, budget), asked.sub(from, budget));
            prop_assert_eq!(fresh.between(from, from + budget), asked.between(from, from + budget));
        }
        prop_assert_eq!(fresh.add_days(from, 40), asked.add_days(from, 40));
        prop_assert_eq!(fresh.next_close(from), asked.next_close(from));
        prop_assert_eq!(fresh.previous_open(from), asked.previous_open(from));
    }

    #[test]
    fn segments_touch_and_sum_up_to_what_lies_between(
        one in hours(true), other in hours(true), (from, length) in instants(), way in 0u8..3,
    ) {
        let members = || vec![CalendarSpec::Hours(one.clone()), CalendarSpec::Hours(other.clone())];
        let spec = match way {
            0 => CalendarSpec::Hours(one.clone()),
            1 => CalendarSpec::AnyOf(members()),
            _ => CalendarSpec::AllOf(members()),
        };
        let Ok(calendar) = Calendar::new(spec) else { return Ok(()) };
        let to = from + length;
        let segments = calendar.segments(from, to);
        let ends = (segments.first().map_or(from, |first| first.from), segments.last().map_or(to, |last| last.to));
        prop_assert_eq!(ends, (from, to));
        prop_assert!(segments.windows(2).all(|pair| pair[0].to == pair[1].from));
        prop_assert!(segments.iter().all(|segment| segment.from < segment.to));
        let open = segments.iter().filter(|segment| segment.why.is_open());
        let sum = open.fold(TimeDelta::zero(), |sum, segment| sum + (segment.to - segment.from));
        prop_assert_eq!(calendar.between(from, to), Ok(sum));
    }

    #[test]
    fn a_union_is_open_when_one_is_and_an_intersection_when_both_are(
        one in hours(true), other in hours(true), (from, _) in instants(),
    ) {
        let (a, b) = (calendar(&one), calendar(&other));
        let members = vec![CalendarSpec::Hours(one), CalendarSpec::Hours(other)];
        let any = Calendar::new(CalendarSpec::AnyOf(members.clone())).unwrap();
        let all = Calendar::new(CalendarSpec::AllOf(members));
        for step in 0..200 {
            let at = from + TimeDelta::minutes(step * 37);
            prop_assert_eq!(any.is_open(at), a.is_open(at) || b.is_open(at));
            if let Ok(all) = &all {
                prop_assert_eq!(all.is_open(at), a.is_open(at) && b.is_open(at));
            }
        }
        let to = from + TimeDelta::days(20);
        let (a, b, any) = (a.between(from, to), b.between(from, to), any.between(from, to));
        let all = all.map_or(Ok(TimeDelta::zero()), |all| all.between(from, to));
        prop_assert_eq!(a.unwrap() + b.unwrap(), any.unwrap() + all.unwrap());
    }

    #[test]
    fn working_days_are_those_of_a_walk(hours in hours(true), (from, length) in instants(), days in 1u16..30) {
        let calendar = calendar(&hours);
        let opens = |date: NaiveDate| {
            let closed = hours.closed.contains_key(&date);
            let plain = hours.weekly.get(&date.weekday().into()).filter(|_| !closed);
            hours.dated.get(&date).or(plain).is_some_and(|windows| !windows.is_empty())
        };
        let local = hours.zone.local(from);
        let nth = local.date().iter_days().skip(1).filter(|date| opens(*date)).nth(usize::from(days) - 1).unwrap();
        let same_time = hours.zone.instant(nth.and_time(local.time()));
        prop_assert_eq!(calendar.add_days(from, days), calendar.next_open(same_time));

        let to = from + length;
        let midnight = |date: NaiveDate, second: u32| {
            hours.zone.instant(date.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(second.into()))
        };
        let whole = |date: &NaiveDate| {
            let closed = hours.closed.contains_key(date);
            let plain = hours.weekly.get(&date.weekday().into()).filter(|_| !closed);
            let windows = hours.dated.get(date).or(plain).into_iter().flatten();
            opens(*date)
                && windows.into_iter().all(|one| midnight(*date, one.from) >= from && midnight(*date, one.to) <= to)
        };
        let dates = local.date().iter_days().take(40);
        prop_assert_eq!(usize::from(calendar.whole_days(from, to)), dates.filter(whole).count());
    }

    #[test]
    fn workclock_says_the_same(hours in hours(false), (from, length) in instants()) {
        // It has no hours of a date's own. Its zones are its own jiff's, which may be the operating system's: the ones
        // whose rules changed lately are left to the walk. Windows that touch are left out: it does not take them.
        let hours = Hours { dated: BTreeMap::new(), ..hours };
        prop_assume!(!["Africa/Casablanca", "America/Havana", "Pacific/Apia"].contains(&hours.zone.name()));
        let Some(schedule) = workclock(&hours) else { return Ok(()) };
        let (calendar, to) = (calendar(&hours), from + length);
        let stamp = |at: Time| Timestamp::from_second(at.timestamp()).unwrap();
        let between = schedule.between(stamp(from), stamp(to));
        prop_assert_eq!(calendar.between(from, to).unwrap().num_seconds(), between.as_secs());
        if length > TimeDelta::zero() {
            let reached = schedule.add(stamp(from), SignedDuration::from_secs(length.num_seconds())).unwrap();
            prop_assert_eq!(calendar.add(from, length).unwrap().timestamp(), reached.as_second());
        }
    }
}

fn workclock(hours: &Hours) -> Option<workclock::Schedule> {
    use jiff::civil::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    use workclock::{Holidays, Schedule, Weekdays, WorkDay};
    let names = [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
    let clock = |second: u32| {
        let (hour, minute) = ((second / 3_600 % 24) as i8, (second / 60 % 60) as i8);
        jiff::civil::time(hour, minute, 0, 0)
    };
    let mut builder = Schedule::builder().time_zone(hours.zone.name());
    for (day, windows) in &hours.weekly {
        for window in windows {
            builder = builder.rule(WorkDay::new(
                clock(window.from),
                clock(window.to),
                Weekdays::from_iter([names[*day as usize]]),
            ));
        }
    }
    let dates: BTreeSet<_> = hours.closed.keys().collect();
    let date = |day: &&NaiveDate| jiff::civil::date(day.year() as i16, day.month() as i8, day.day() as i8);
    builder.rule(Holidays::new(dates.iter().map(date))).build().ok()
}
