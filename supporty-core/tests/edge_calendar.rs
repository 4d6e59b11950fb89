//! Working time: the cases that calendars get wrong, numbered as in the rules.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is missing"
)]

use chrono::TimeDelta;
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
fn edge_01_friday_afternoon_goes_on_on_monday_morning() {
    let office = calendar(hours("Europe/London", &[Window::hours(9, 17)]));
    assert_eq!(office.add(at("2026-01-09T16:30:00Z"), TimeDelta::hours(1)), Ok(at("2026-01-12T09:30:00Z")));
}

#[test]
fn edge_02_lunch_and_the_holidays_of_christmas_2026_are_left_out() {
    let mut week = hours("Europe/London", &[Window::hours(9, 12), Window::hours(13, 17)]);
    week.closed = ["2026-12-25", "2026-12-28"].map(|day| (day.parse().unwrap(), String::new())).into();
    let office = calendar(week);
    assert_eq!(office.add(at("2026-12-24T16:30:00Z"), TimeDelta::hours(8)), Ok(at("2026-12-30T09:30:00Z")));
    assert_eq!(office.sub(at("2026-12-30T09:30:00Z"), TimeDelta::hours(8)), Ok(at("2026-12-24T16:30:00Z")));
}

#[test]
fn edge_03_no_time_at_all_out_of_hours_is_due_at_the_next_opening_and_the_last_second_at_closing() {
    let office = calendar(hours("Europe/London", &[Window::hours(9, 17)]));
    assert_eq!(office.add(at("2026-01-10T12:00:00Z"), TimeDelta::zero()), Ok(at("2026-01-12T09:00:00Z")));
    assert_eq!(office.add(at("2026-01-09T16:00:00Z"), TimeDelta::hours(1)), Ok(at("2026-01-09T17:00:00Z")));
}

#[test]
fn edge_04_whole_days_lose_no_second_over_a_year_of_midnights() {
    let weekly = [Weekday::WORKING.as_slice(), &[Weekday::Sat, Weekday::Sun]].concat();
    let weekly = weekly.into_iter().map(|day| (day, vec![Window::hours(0, 24)])).collect();
    let always = calendar(Hours { weekly, ..hours("Europe/London", &[]) });
    let (from, to) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    assert_eq!(always.between(from, to), Ok(TimeDelta::days(365)));
    assert_eq!(always.add(from, TimeDelta::days(365)), Ok(to));
}

#[test]
fn edge_05_a_window_over_midnight_belongs_to_the_day_on_which_it_starts() {
    let mut night = hours("Europe/London", &[Window::hours(22, 30)]);
    let monday_night = at("2026-01-13T03:00:00Z");
    assert!(calendar(night.clone()).is_open(monday_night));
    night.closed = [("2026-01-12".parse().unwrap(), String::new())].into();
    assert!(!calendar(night).is_open(monday_night), "a holiday on the start day removes the whole window");
}

#[test]
fn edge_06_time_counts_as_it_is_lived_when_clocks_change() {
    let night = |from, to| {
        let weekly = [Weekday::Sat, Weekday::Sun].map(|day| (day, vec![Window { from, to }])).into();
        calendar(Hours { weekly, ..hours("Europe/Berlin", &[]) })
    };
    let (spring, autumn) = ("2026-03-29", "2026-10-25");
    let lived = |calendar: &Calendar, day: &str| {
        let from = at(&format!("{day}T00:00:00+01:00"));
        calendar.between(from, from + TimeDelta::hours(12)).unwrap().num_minutes()
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
fn edge_07_a_calendar_that_never_opens_is_an_error_and_so_is_one_without_an_answer() {
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

#[test]
fn edge_06_days_of_23_and_25_hours_and_stranger_ones() {
    let every = |zone: &str, windows: &[Window]| {
        let weekly = [Weekday::WORKING.as_slice(), &[Weekday::Sat, Weekday::Sun]].concat();
        let weekly = weekly.into_iter().map(|day| (day, windows.to_vec())).collect();
        calendar(Hours { weekly, ..hours(zone, &[]) })
    };
    let zone = |name: &str| Zone::new(name).unwrap();
    let day = |zone: &Zone, date: &str| {
        let date: chrono::NaiveDate = date.parse().unwrap();
        (zone.midnight(date), zone.midnight(date.succ_opt().unwrap()))
    };
    // A day as long as it is, and the two hours of a night in which the clocks change.
    let lengths = [
        ("Europe/Berlin", "2026-03-29", 23 * 60, 60),
        ("Europe/Berlin", "2026-10-25", 25 * 60, 180),
        ("Australia/Lord_Howe", "2026-10-04", 23 * 60 + 30, 90),
        ("Australia/Lord_Howe", "2026-04-05", 24 * 60 + 30, 150),
    ];
    for (name, date, whole, night) in lengths {
        let (from, to) = day(&zone(name), date);
        let all = every(name, &[Window::hours(0, 24)]);
        assert_eq!(all.between(from, to), Ok(TimeDelta::minutes(whole)), "{name} {date}");
        assert_eq!(all.add(from, TimeDelta::minutes(whole)), Ok(to), "{name} {date}");
        let some = every(name, &[Window::hours(1, 3)]);
        assert_eq!(some.between(from, to), Ok(TimeDelta::minutes(night)), "{name} {date}");
    }
    // Apia went from the 29th to the 31st of December 2011: Friday the 30th was never lived.
    let apia = every("Pacific/Apia", &[Window::hours(9, 17)]);
    let (from, to) = ("2011-12-29T00:00:00-10:00", "2012-01-01T00:00:00+14:00");
    assert_eq!(apia.between(at(from), at(to)), Ok(TimeDelta::hours(16)));
    // Windows that a clock change makes overlap count once.
    let gap =
        every("Europe/Berlin", &[Window { from: 7_200, to: 9_000 }, Window { from: 10_800, to: 12_600 }]);
    let (from, to) = day(&zone("Europe/Berlin"), "2026-03-29");
    assert_eq!(gap.between(from, to), Ok(TimeDelta::minutes(30)));
    // An opening that happens twice is the first, one that never happens comes an hour later.
    let twice = every("Europe/Berlin", &[Window { from: 9_000, to: 14_400 }]);
    assert_eq!(twice.next_open(at("2026-10-24T22:00:00Z")), Ok(at("2026-10-25T00:30:00Z")));
    assert_eq!(twice.next_open(at("2026-03-28T23:00:00Z")), Ok(at("2026-03-29T01:30:00Z")));
}

#[test]
fn edge_07_holidays_for_years_are_no_loop() {
    let mut week = hours("Europe/London", &[Window::hours(9, 17)]);
    let first: chrono::NaiveDate = "2026-01-10".parse().unwrap();
    week.closed = first.iter_days().take(9_000).map(|day| (day, "shut".to_owned())).collect();
    let shut = calendar(week);
    let (friday, reopened) = (at("2026-01-09T16:30:00Z"), at("2050-09-01T08:30:00Z"));
    assert_eq!(shut.add(friday, TimeDelta::hours(1)), Ok(reopened), "beyond every holiday");
    assert_eq!(shut.next_open(at("2026-01-10T00:00:00Z")), Ok(at("2050-09-01T08:00:00Z")));
    assert_eq!(shut.previous_close(at("2050-01-01T00:00:00Z")), Ok(at("2026-01-09T17:00:00Z")));
    let far = shut.add(friday, TimeDelta::days(1_000_000));
    assert_eq!(far, Err(CalendarError::BeyondHorizon { from: friday }));
    let apart = vec![
        CalendarSpec::Hours(hours("Europe/London", &[Window::hours(9, 12)])),
        CalendarSpec::Hours(hours("Europe/London", &[Window::hours(13, 17)])),
    ];
    assert_eq!(Calendar::new(CalendarSpec::AllOf(apart.clone())), Err(CalendarError::NeverOpens));
    assert!(Calendar::new(CalendarSpec::AnyOf(apart)).is_ok());
}

#[test]
fn openings_and_closings_are_found_forward_and_backward() {
    let office = calendar(hours("Europe/London", &[Window::hours(9, 12), Window::hours(13, 17)]));
    let monday = |clock: &str| at(&format!("2026-01-12T{clock}:00Z"));
    let friday = at("2026-01-09T17:00:00Z");
    assert_eq!(office.next_close(monday("10:00")), Ok(monday("12:00")));
    assert_eq!(office.next_close(monday("12:00")), Ok(monday("17:00")));
    assert_eq!(office.next_open(monday("12:00")), Ok(monday("13:00")));
    assert_eq!(office.previous_open(monday("12:30")), Ok(monday("09:00")));
    assert_eq!(office.previous_open(monday("13:00")), Ok(monday("13:00")));
    assert_eq!(office.previous_close(monday("08:00")), Ok(friday));
    assert_eq!(office.previous_close(monday("10:00")), Ok(monday("10:00")), "it is open until then");
    let always = Calendar::new(CalendarSpec::Always).unwrap();
    assert!(always.next_close(monday("10:00")).is_err());
}

#[test]
fn a_calendar_says_how_much_memory_it_takes() {
    let office = calendar(hours("Europe/London", &[Window::hours(9, 17)]));
    assert_eq!(office.memory(), 0, "nobody has asked it anything");
    office.compile(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
    assert!((6_000..9_000).contains(&office.memory()), "{} bytes", office.memory());
    let shared = office.clone();
    std::thread::spawn(move || shared.is_open(at("2026-01-12T10:00:00Z"))).join().unwrap();
}
