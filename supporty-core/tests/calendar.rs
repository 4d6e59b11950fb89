//! Working time: the cases that calendars get wrong, and the answers of other people's implementations.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test ends where something is missing, and reads its cases from files"
)]

use std::collections::BTreeMap;
use std::path::Path;

use chrono::TimeDelta;
use serde_json::Value;

use supporty_core::policy::{Policy, PolicySpec};
use supporty_core::time::{Calendar, CalendarError, CalendarSpec, Hours, Weekday, Window, Zone};
use supporty_core::vocab::Time;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn hours(zone: &str, windows: &[Window]) -> Hours {
    let weekly = Weekday::WORKING.into_iter().map(|day| (day, windows.to_vec())).collect();
    Hours { zone: Zone::new(zone).unwrap(), weekly, closed: Default::default(), dated: Default::default() }
}

fn calendar(hours: Hours) -> Calendar {
    Calendar::new(CalendarSpec::Hours(hours)).unwrap()
}

#[test]
fn friday_afternoon_goes_on_on_monday_morning() {
    let office = calendar(hours("Europe/London", &[Window::hours(9, 17)]));
    assert_eq!(office.add(at("2026-01-09T16:30:00Z"), TimeDelta::hours(1)), Ok(at("2026-01-12T09:30:00Z")));
}

#[test]
fn lunch_and_the_holidays_of_christmas_2026_are_left_out() {
    let mut week = hours("Europe/London", &[Window::hours(9, 12), Window::hours(13, 17)]);
    week.closed = ["2026-12-25", "2026-12-28"].map(|day| day.parse().unwrap()).into();
    let office = calendar(week);
    assert_eq!(office.add(at("2026-12-24T16:30:00Z"), TimeDelta::hours(8)), Ok(at("2026-12-30T09:30:00Z")));
    assert_eq!(office.sub(at("2026-12-30T09:30:00Z"), TimeDelta::hours(8)), Ok(at("2026-12-24T16:30:00Z")));
}

#[test]
fn no_time_at_all_out_of_hours_is_due_at_the_next_opening_and_the_last_second_at_closing() {
    let office = calendar(hours("Europe/London", &[Window::hours(9, 17)]));
    assert_eq!(office.add(at("2026-01-10T12:00:00Z"), TimeDelta::zero()), Ok(at("2026-01-12T09:00:00Z")));
    assert_eq!(office.add(at("2026-01-09T16:00:00Z"), TimeDelta::hours(1)), Ok(at("2026-01-09T17:00:00Z")));
}

#[test]
fn whole_days_lose_no_second_over_a_year_of_midnights() {
    let weekly = [Weekday::WORKING.as_slice(), &[Weekday::Sat, Weekday::Sun]].concat();
    let weekly = weekly.into_iter().map(|day| (day, vec![Window::hours(0, 24)])).collect();
    let always = calendar(Hours { weekly, ..hours("Europe/London", &[]) });
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    assert_eq!(always.between(from, to), TimeDelta::days(365));
    assert_eq!(always.add(from, TimeDelta::days(365)), Ok(to));
}

#[test]
fn a_window_over_midnight_belongs_to_the_day_on_which_it_starts() {
    let mut night = hours("Europe/London", &[Window::hours(22, 30)]);
    let monday_night = at("2026-01-13T03:00:00Z");
    assert!(calendar(night.clone()).is_open(monday_night));
    night.closed = ["2026-01-12".parse().unwrap()].into();
    assert!(!calendar(night).is_open(monday_night), "a holiday on the start day removes the whole window");
}

#[test]
fn time_counts_as_it_is_lived_when_clocks_change() {
    let night = |from, to| {
        let weekly = [Weekday::Sat, Weekday::Sun].map(|day| (day, vec![Window { from, to }])).into();
        calendar(Hours { weekly, ..hours("Europe/Berlin", &[]) })
    };
    let (spring, autumn) = ("2026-03-29", "2026-10-25");
    let lived = |calendar: &Calendar, day: &str| {
        let from = at(&format!("{day}T00:00:00+01:00"));
        calendar.between(from, from + TimeDelta::hours(12)).num_minutes()
    };
    let shift = night(3_600, 5 * 3_600);
    assert_eq!((lived(&shift, spring), lived(&shift, autumn)), (180, 300));
    let in_the_gap = night(2 * 3_600 + 900, 2 * 3_600 + 2_700);
    assert_eq!((lived(&in_the_gap, spring), lived(&in_the_gap, autumn)), (30, 30));
}

#[test]
fn a_working_day_is_the_same_time_on_the_next_day_that_opens() {
    let office = calendar(hours("Europe/London", &[Window::hours(9, 18)]));
    assert_eq!(office.add_days(at("2026-01-09T10:00:00Z"), 1), Ok(at("2026-01-12T10:00:00Z")));
    assert_eq!(
        office.add_days(at("2026-01-09T20:00:00Z"), 1),
        Ok(at("2026-01-13T09:00:00Z")),
        "closed at that time"
    );
    assert_eq!(
        office.add_days(at("2026-03-27T10:00:00Z"), 1),
        Ok(at("2026-03-30T09:00:00Z")),
        "summer time began"
    );
}

#[test]
fn a_calendar_that_never_opens_is_an_error_and_so_is_one_without_an_answer() {
    let never = Calendar::new(CalendarSpec::Hours(hours("Europe/London", &[])));
    assert_eq!(never, Err(CalendarError::NeverOpens));
    let backwards = Calendar::new(CalendarSpec::Hours(hours("Europe/London", &[Window::hours(17, 9)])));
    assert!(matches!(backwards, Err(CalendarError::Window { .. })));
    let mut once = hours("Europe/London", &[]);
    once.dated = [("2026-01-09".parse().unwrap(), vec![Window::hours(9, 10)])].into();
    let once = calendar(once);
    let later = at("2026-01-10T00:00:00Z");
    assert_eq!(once.add(later, TimeDelta::hours(1)), Err(CalendarError::BeyondHorizon { from: later }));
    for far in [Time::MAX_UTC, Time::MIN_UTC] {
        let _ = once.add(far, TimeDelta::hours(1));
        let _ = once.sub(far, TimeDelta::hours(1));
        let _ = once.add_days(far, 3);
    }
}

#[test]
fn the_default_policy_is_the_table_of_its_docs() {
    let policy = Policy::default();
    let spec = policy.spec();
    let names: Vec<_> =
        spec.priorities.iter().map(|priority| (priority.id.as_str(), priority.name.as_str())).collect();
    assert_eq!(names, [("P1", "business critical"), ("P2", "business affected"), ("P3", "business updates")]);
    assert_eq!(Policy::new(PolicySpec::default()).unwrap().version(), policy.version());
    // Twenty-four hours, for a ticket of the week: the same time on the next working day.
    let weekdays = policy.calendar(&"weekdays".into()).unwrap();
    assert_eq!(
        weekdays.add(at("2026-01-09T15:00:00Z"), TimeDelta::hours(24)),
        Ok(at("2026-01-12T15:00:00Z"))
    );
}

/// The cases of `business_time` in the directory that `SUPPORTY_CASES` names: questions that biz, working_hours,
/// businesstimedelta and opening-hours answered. Left out where it is not set.
fn cases(file: &str) -> Vec<Value> {
    let Ok(directory) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the cases of {file} were not looked at");
        return Vec::new();
    };
    let path = Path::new(&directory).join("business_time").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!cases.is_empty(), "{} has cases", path.display());
    cases
}

fn seconds(clock: &str) -> u32 {
    let (hours, minutes) = clock.split_once(':').unwrap();
    hours.parse::<u32>().unwrap() * 3_600 + minutes.parse::<u32>().unwrap() * 60
}

fn windows(value: &Value) -> Vec<Window> {
    let pairs = value.as_array().unwrap().iter();
    pairs
        .map(|pair| Window {
            from: seconds(pair[0].as_str().unwrap()),
            to: seconds(pair[1].as_str().unwrap()),
        })
        .collect()
}

fn of_case(case: &Value) -> Calendar {
    let days: BTreeMap<&str, Weekday> = [
        ("mon", Weekday::Mon),
        ("tue", Weekday::Tue),
        ("wed", Weekday::Wed),
        ("thu", Weekday::Thu),
        ("fri", Weekday::Fri),
        ("sat", Weekday::Sat),
        ("sun", Weekday::Sun),
    ]
    .into();
    let weekly = case["hours"].as_object().unwrap().iter();
    let dated = case["date_overrides"].as_object().into_iter().flatten();
    calendar(Hours {
        zone: Zone::new(case["zone"].as_str().unwrap()).unwrap(),
        weekly: weekly.map(|(day, value)| (days[day.as_str()], windows(value))).collect(),
        closed: case["holidays"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| day.as_str().unwrap().parse().unwrap())
            .collect(),
        dated: dated.map(|(day, value)| (day.parse().unwrap(), windows(value))).collect(),
    })
}

fn check(files: &[&str], wrong: impl Fn(&Calendar, &Value) -> Option<String>) {
    let all: Vec<_> = files.iter().flat_map(|file| cases(file)).collect();
    let differ: Vec<_> = all
        .iter()
        .filter_map(|case| Some(format!("{}: {}", case["id"], wrong(&of_case(case), case)?)))
        .collect();
    assert!(differ.is_empty(), "{} of {} differ:\n{}", differ.len(), all.len(), differ.join("\n"));
}

fn instant(case: &Value, field: &str) -> Time {
    at(case[field].as_str().unwrap())
}

fn budget(case: &Value) -> TimeDelta {
    TimeDelta::seconds(case["business_seconds"].as_i64().unwrap())
}

#[test]
fn deadlines_are_those_of_other_implementations() {
    let files = ["deadline.jsonl", "override_deadline.jsonl", "deadline_transition_inside.jsonl"];
    check(&files, |calendar, case| {
        let ours = calendar.add(instant(case, "start"), budget(case));
        (ours != Ok(instant(case, "deadline"))).then(|| format!("{ours:?} and not {}", case["deadline"]))
    });
    check(&["deadline_at_close.jsonl"], |calendar, case| {
        let ours = calendar.add(instant(case, "start"), budget(case));
        (ours != Ok(instant(case, "deadline_earliest")))
            .then(|| format!("{ours:?}, not {}", case["deadline_earliest"]))
    });
}

#[test]
fn working_time_between_is_that_of_other_implementations() {
    let files = ["elapsed.jsonl", "override_elapsed.jsonl", "elapsed_transition_inside.jsonl"];
    check(&files, |calendar, case| {
        let ours = calendar.between(instant(case, "start"), instant(case, "end"));
        (ours != budget(case)).then(|| format!("{ours} and not {}", case["business_seconds"]))
    });
}

#[test]
fn latest_starts_and_openings_are_those_of_other_implementations() {
    check(&["before.jsonl"], |calendar, case| {
        let ours = calendar.sub(instant(case, "end"), budget(case));
        (ours != Ok(instant(case, "start_latest")))
            .then(|| format!("{ours:?} and not {}", case["start_latest"]))
    });
    check(&["is_open.jsonl"], |calendar, case| {
        let at = instant(case, "at");
        let open = calendar.is_open(at);
        let right = Some(open) == case["is_open"].as_bool();
        let next = calendar.next_open(at);
        let opens = open || case["next_open"].is_null() || next == Ok(instant(case, "next_open"));
        (!right || !opens).then(|| format!("open: {open}, next: {next:?}"))
    });
}
