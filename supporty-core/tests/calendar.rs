//! Working time: the answers of other people's implementations.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test ends where something is missing, and reads its cases from files"
)]

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

use supporty_core::time::{Calendar, CalendarSpec, Hours, Weekday, Why, Window, Zone};
use supporty_core::vocab::Time;

fn at(text: &str) -> Time {
    text.parse().unwrap()
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
    let mut hours = Hours {
        zone: Zone::new(case["zone"].as_str().unwrap()).unwrap(),
        weekly: weekly.map(|(day, value)| (days[day.as_str()], windows(value))).collect(),
        closed: case["holidays"]
            .as_array()
            .unwrap()
            .iter()
            .map(|day| (day.as_str().unwrap().parse().unwrap(), String::new()))
            .collect(),
        dated: dated.map(|(day, value)| (day.parse().unwrap(), windows(value))).collect(),
    };
    shifted(&mut hours, case);
    Calendar::new(CalendarSpec::Hours(hours)).unwrap()
}

/// biz's shifts are the hours of a date, unless it is a holiday; its breaks are cut out of a date's hours.
fn shifted(hours: &mut Hours, case: &Value) {
    let dates = |name: &str| {
        let dates = case[name].as_object().into_iter().flatten();
        dates
            .map(|(day, value)| (day.parse::<NaiveDate>().unwrap(), windows(value)))
            .collect::<BTreeMap<_, _>>()
    };
    let open = |date: &NaiveDate| !hours.closed.contains_key(date);
    let shifts: Vec<_> = dates("shifts").into_iter().filter(|(date, _)| open(date)).collect();
    hours.dated.extend(shifts);
    for (date, breaks) in dates("breaks") {
        let weekday: Weekday = chrono::Datelike::weekday(&date).into();
        let plain = hours.weekly.get(&weekday).cloned().unwrap_or_default();
        let closed = hours.closed.contains_key(&date);
        let mut left = hours.dated.get(&date).cloned().unwrap_or(if closed { Vec::new() } else { plain });
        for gap in breaks {
            left = left
                .into_iter()
                .flat_map(|one| {
                    [
                        Window { from: one.from, to: one.to.min(gap.from) },
                        Window { from: one.from.max(gap.to), to: one.to },
                    ]
                })
                .filter(|one| one.from < one.to)
                .collect();
        }
        hours.dated.insert(date, left);
    }
}

fn check(files: &[&str], wrong: impl Fn(&Calendar, &Value) -> Option<String>) {
    let all: Vec<_> = files.iter().flat_map(|file| cases(file)).collect();
    let differ: Vec<_> = all
        .iter()
        .filter_map(|case| Some(format!("{}: {}", case["id"], wrong(&of_case(case), case)?)))
        .collect();
    assert!(differ.is_empty(), "{} of {} differ:\n{}", differ.len(), all.len(), differ.join("\n"));
}

/// One clock change inside a boundary: ours is the boundary moved forward by a gap's length, or the first of two.
#[test]
fn boundaries_inside_a_clock_change_are_those_of_the_referee_who_resolves_them_as_we_do() {
    check(&["boundary_in_transition.jsonl"], |calendar, case| {
        let expected = &case["answers"]["resolved_boundary_referee"];
        let ours = match case["question"].as_str().unwrap() {
            "deadline" => {
                calendar.add(instant(case, "start"), budget(case)).map(|at| Value::String(stamp(at)))
            }
            _ => calendar
                .between(instant(case, "start"), instant(case, "end"))
                .map(|length| Value::from(length.num_seconds())),
        };
        // The referee gave up on two of them, and biz as well: one of the others says what we say.
        let agreed = |ours: &Value| match expected {
            Value::Null => case["answers"].as_object().unwrap().values().any(|answer| answer == ours),
            expected => ours == expected,
        };
        (!ours.as_ref().is_ok_and(agreed)).then(|| format!("{ours:?} and not {expected}"))
    });
}

#[test]
fn what_depends_on_the_zone_database_follows_the_newest() {
    assert_eq!(Zone::database_version(), "2026f", "the cases hold for this one");
    check(&["tzdata_sensitive.jsonl"], |calendar, case| match case["question"].as_str().unwrap() {
        "deadline" => {
            let ours = calendar.add(instant(case, "start"), budget(case));
            let expected = instant(case, "deadline_tzdata_2026f");
            // What ends exactly at closing is due at closing, and not at the next opening as these have it.
            let at_closing = ours.clone().is_ok_and(|due| {
                calendar.previous_close(due) == Ok(due) && calendar.next_open(due) == Ok(expected)
            });
            (ours != Ok(expected) && !at_closing).then(|| format!("{ours:?} and not {expected}"))
        }
        _ => {
            let ours = calendar.between(instant(case, "start"), instant(case, "end")).unwrap().num_seconds();
            let expected = case["business_seconds_tzdata_2026f"].as_i64();
            (Some(ours) != expected).then(|| format!("{ours} and not {expected:?}"))
        }
    });
}

/// Where their rule is not ours.
const THEIRS: [(&str, &str); 4] = [
    ("s-0193", "working_hours: backwards is negative; ours is none, as with biz"),
    ("s-0013", "biz: two hours that end exactly at closing are due at the next opening; ours at closing"),
    ("s-0141", "working_hours: a day that closes at midnight closes a microsecond before; ours at midnight"),
    ("s-0143", "working_hours: the same, so that a microsecond before midnight it is closed; ours is open"),
];

/// What the tests of biz and working_hours say, each asked in our words; `Err` where there are none for it.
fn asked(calendar: &Calendar, case: &Value) -> Result<Value, &'static str> {
    let text = |at| Value::String(stamp(at));
    let at = || instant(case, "at");
    let number =
        |field: &str| case[field].as_f64().map(|n| TimeDelta::milliseconds((n * 1000.0).round() as i64));
    Ok(match case["question"].as_str().unwrap() {
        "is_open" => Value::Bool(calendar.is_open(at())),
        "elapsed" => {
            let (from, to) = (instant(case, "from"), instant(case, "to"));
            // Theirs is in whole seconds, rounded up or down.
            let ours = calendar.between(from, to).unwrap();
            let expected = TimeDelta::seconds(case["expected_seconds"].as_i64().unwrap());
            match (ours - expected).abs() < TimeDelta::seconds(1) {
                true => case["expected_seconds"].clone(),
                false => Value::from(ours.num_seconds()),
            }
        }
        "advance_to_open" => text(calendar.next_open(at()).unwrap()),
        "advance_to_close" => text(calendar.next_close(at()).unwrap()),
        "next_working_time" => {
            let from = if calendar.is_open(at()) { calendar.next_close(at()).unwrap() } else { at() };
            text(calendar.next_open(from).unwrap())
        }
        "add_seconds" => {
            let budget = number("business_seconds").unwrap();
            let from = instant(case, "from");
            match budget < TimeDelta::zero() {
                true => text(calendar.sub(from, -budget).unwrap()),
                false => text(calendar.add(from, budget).unwrap()),
            }
        }
        "on_holiday" => {
            let now = calendar.segments(at(), at() + TimeDelta::seconds(1));
            Value::Bool(matches!(now[0].why, Why::Holiday { .. }))
        }
        "on_break" => {
            return Err("a break is part of a date's hours, and is not told apart from what is outside them");
        }
        way @ ("after" | "before") => {
            let from = instant(case, "from");
            let n = case["n"].as_u64().unwrap();
            let unit = match case["unit"].as_str().unwrap().trim_end_matches('s') {
                "second" => 1,
                "minute" => 60,
                "hour" => 3_600,
                _ if way == "before" => return Err("working days are counted forward only"),
                _ => return Ok(text(calendar.add_days(from, u16::try_from(n).unwrap()).unwrap())),
            };
            let budget = TimeDelta::seconds(i64::try_from(n * unit).unwrap());
            match way {
                "after" => text(calendar.add(from, budget).unwrap()),
                _ => text(calendar.sub(from, budget).unwrap()),
            }
        }
        other => panic!("nobody has said what `{other}` is"),
    })
}

#[test]
fn what_the_tests_of_biz_and_working_hours_say_holds_here() {
    let (mut held, mut left_out) = (0, BTreeMap::<&str, usize>::new());
    let all = cases("peer_spec_facts.jsonl");
    let differ: Vec<_> = all
        .iter()
        .filter_map(|case| {
            if let Some((_, reason)) = THEIRS.iter().find(|(id, _)| case["id"] == *id) {
                *left_out.entry(reason).or_default() += 1;
                return None;
            }
            let expected =
                case.get("expected").or(case.get("expected_seconds")).cloned().unwrap_or(Value::Null);
            match asked(&of_case(case), case) {
                Err(reason) => *left_out.entry(reason).or_default() += 1,
                Ok(ours) if ours == expected => held += 1,
                Ok(ours) => {
                    return Some(format!("{} {}: {ours} and not {expected}", case["id"], case["example"]));
                }
            }
            None
        })
        .collect();
    assert!(differ.is_empty(), "{} of {} differ:\n{}", differ.len(), all.len(), differ.join("\n"));
    if !all.is_empty() {
        assert_eq!((held, left_out.values().sum::<usize>()), (104, 16), "{left_out:?}");
    }
}

fn stamp(at: Time) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
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
        (ours != Ok(budget(case))).then(|| format!("{ours:?} and not {}", case["business_seconds"]))
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
