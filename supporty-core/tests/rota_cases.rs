//! Handoffs and schedules of other people's software: what GoAlert, python-dateutil and Grafana OnCall say, and what
//! we do.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test ends where something is missing, and reads its cases from files"
)]

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use supporty_core::policy::{Member, PolicySpec};
use supporty_core::rota::{Change, Command, Refusal};
use supporty_core::time::{CalendarSpec, Hours, Turns, Unit, Weekday, Window, Zone};
use supporty_core::vocab::{Period, Time};

use common::rota::{Desk, arrange, at, period, replace, rota, rotation, spec};

/// Where their rule is not ours.
const FIRST_INSTANT_AFTER_A_GAP: &str = "first occurrence, or first instant after a gap";

fn cases(file: &str) -> Vec<Value> {
    let Ok(folder) = std::env::var("SUPPORTY_CASES") else { return Vec::new() };
    let text = std::fs::read_to_string(Path::new(&folder).join("rotas").join(file)).unwrap();
    let cases: Vec<_> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!cases.is_empty(), "{file} is empty");
    cases
}

fn time(value: &Value) -> Time {
    at(value.as_str().unwrap())
}

fn unit(value: &Value) -> Unit {
    match value.as_str().unwrap() {
        "hourly" => Unit::Hour,
        "daily" => Unit::Day,
        "weekly" => Unit::Week,
        "monthly" => Unit::Month,
        other => panic!("{other}"),
    }
}

fn turns(case: &Value) -> Turns {
    let zone = Zone::new(case["zone"].as_str().unwrap()).unwrap();
    let start = zone.local(time(&case["start"]));
    let length = u16::try_from(case["shift_length"].as_u64().unwrap()).unwrap();
    Turns { every: unit(&case["type"]), length, start, zone }
}

fn stamp(at: Time) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

#[test]
fn handoffs_are_where_goalert_and_dateutil_have_them() {
    let files =
        ["handoff_daily_weekly_monthly.jsonl", "handoff_hourly_goalert.jsonl", "goalert_test_facts.jsonl"];
    let all: Vec<_> = files.into_iter().flat_map(cases).collect();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for case in all.iter().filter(|case| case.get("at").is_some()) {
        checked += 1;
        let (_, turn) = turns(case).at(time(&case["at"])).unwrap();
        for (field, ours) in [("expected_start", turn.from), ("expected_end", turn.until)] {
            if case.get(field).is_some_and(|theirs| time(theirs) != ours) {
                wrong.push(format!("{} {field}: ours {} in {case}", case["id"], stamp(ours)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(all.is_empty() || checked == 618, "{checked}");
}

#[test]
fn every_instant_lies_between_the_handoffs_that_goalert_tests() {
    // 02:15 on Lord Howe Island on 4 October 2020, which the clocks skip: GoAlert hands off at the first instant after
    // the gap, we move by its half hour.
    let skipped = (at("2020-10-03T15:30:00Z"), at("2020-10-03T15:45:00Z"));
    for case in cases("goalert_test_facts.jsonl").iter().filter(|case| case.get("handoffs").is_some()) {
        let handoffs = case["handoffs"].as_array().unwrap().iter().map(time);
        let ours = |at| if case["id"] == "g-0015" && at == skipped.0 { skipped.1 } else { at };
        let handoffs: Vec<_> = handoffs.map(ours).collect();
        let (mut now, end) = (time(&case["window"][0]), time(&case["window"][1]));
        let turns = turns(case);
        while now < end {
            let (_, turn) = turns.at(now).unwrap();
            let n = handoffs.iter().rposition(|handoff| *handoff <= now).unwrap();
            assert_eq!((turn.from, turn.until), (handoffs[n], handoffs[n + 1]), "{case} at {now}");
            now += chrono::TimeDelta::minutes(5);
        }
    }
}

/// GoAlert takes the first instant after a gap; we move by the gap's length (RFC 5545, section 3.3.5). Its last
/// occurrence of a repeated time is no rule of ours.
#[test]
fn a_clock_on_the_wall_reads_as_goalert_reads_it_but_in_a_gap() {
    let all = cases("goalert_test_facts.jsonl");
    let mut in_gaps = 0;
    for case in all.iter().filter(|case| {
        case["question"].as_str().is_some_and(|asked| asked.contains(FIRST_INSTANT_AFTER_A_GAP))
    }) {
        let zone = Zone::new(case["zone"].as_str().unwrap()).unwrap();
        let local = format!("{}T{}:00", case["date"].as_str().unwrap(), case["wall"].as_str().unwrap());
        let (local, theirs) = (local.parse().unwrap(), time(&case["expected"]));
        let ours = zone.instant(local);
        if zone.local(ours) == local {
            assert_eq!(ours, theirs, "{case}");
        } else {
            in_gaps += 1;
            let moved = zone.local(ours) - local;
            assert_eq!(moved, chrono::TimeDelta::hours(1), "{case}");
            assert!(zone.local(theirs) <= zone.local(ours), "{case}");
        }
    }
    assert!(all.is_empty() || in_gaps > 0);
}

/// 02:00 in Dublin on 25 October 2026 happens once, at 02:00 UTC; dateutil has the turn begin at 00:00 UTC.
const DATEUTIL_IS_WRONG: &str = "x-0062";

/// Where GoAlert and dateutil disagree we are with dateutil. Turns of hours have no answer of its own: GoAlert's does
/// not contain the instant that was asked about, ours does.
#[test]
fn where_they_disagree_the_clock_on_the_wall_decides() {
    let all = cases("handoff_disagreements.jsonl");
    let mut differs = Vec::new();
    for case in &all {
        let (_, turn) = turns(case).at(time(&case["at"])).unwrap();
        assert!(turn.contains(time(&case["at"])), "{case}");
        let dateutil = &case["dateutil_rrule"];
        let theirs = if case["id"] == DATEUTIL_IS_WRONG { &case["goalert"] } else { dateutil };
        let hourly = case["type"] == "hourly" && dateutil.is_null();
        if !hourly && (turn.from, turn.until) != (time(&theirs[0]), time(&theirs[1])) {
            differs.push(format!("{} ours {} {} {case}", case["id"], stamp(turn.from), stamp(turn.until)));
        }
    }
    assert!(differs.is_empty(), "{}:\n{}", differs.len(), differs.join("\n"));
}

/// A calendar that is open on those days of the week, all day.
fn days(names: &Value) -> Option<CalendarSpec> {
    let names: Vec<_> = names.as_array()?.iter().map(|name| name.as_str().unwrap().to_lowercase()).collect();
    let day = |name: &String| {
        Weekday::ALL.into_iter().find(|day| day.to_string().to_lowercase().starts_with(name.as_str()))
    };
    let weekly = names.iter().map(|name| (day(name).unwrap(), vec![Window::hours(0, 24)])).collect();
    let hours = Hours { zone: Zone::utc(), weekly, closed: Default::default(), dated: Default::default() };
    (!names.is_empty()).then_some(CalendarSpec::Hours(hours))
}

fn letters(names: &str) -> Vec<String> {
    names.chars().map(String::from).collect()
}

#[test]
fn rolling_shifts_fall_to_whom_grafana_gives_them() {
    for case in cases("grafana_rolling_shifts.jsonl") {
        let every = unit(&case["frequency"]);
        let mut start = case["start_date"].as_str().unwrap().to_owned();
        if every == Unit::Month {
            // A month there is the calendar's; ours begin on the day on which the first began.
            start.replace_range(8.., "01");
        }
        let length = u16::try_from(case["interval"].as_u64().unwrap()).unwrap();
        let mut one = rotation(every, length, &format!("{start}T00:00:00"), &[]);
        one.members = case["groups"].as_array().unwrap().iter().map(group).collect();
        let hours = days(&case["by_day"]);
        one.hours = hours.as_ref().map(|_| "days".into());
        let mut policy = spec(rota("UTC", vec![one]));
        policy.calendars.extend(hours.map(|hours| ("days".into(), hours)));
        let desk = Desk::new(policy);
        for (date, who) in case["expected_on_call_by_date"].as_object().unwrap() {
            for hour in ["00:00:00", "23:59:59"] {
                assert_eq!(
                    desk.on(&format!("{date}T{hour}Z")),
                    letters(who.as_str().unwrap()),
                    "{} {date} {case}",
                    case["id"]
                );
            }
        }
    }
}

fn group(names: &Value) -> Member {
    let people = letters(names.as_str().unwrap()).iter().map(|name| name.as_str().into()).collect();
    Member { people, from: None, until: None }
}

fn people(value: &Value) -> Vec<String> {
    let many = value.get("users").and_then(Value::as_array);
    let many = many.map(|names| names.iter().map(|name| name.as_str().unwrap().to_owned()).collect());
    many.or_else(|| value["user"].as_str().map(|name| vec![name.to_owned()])).unwrap_or_default()
}

/// A rota of what repeats every day.
fn daily(case: &Value) -> PolicySpec {
    let shifts = case.get("shifts").or(case.get("rules")).and_then(Value::as_array).unwrap();
    let rotations = shifts.iter().map(|shift| {
        let (from, until) = match shift.get("from") {
            Some(from) => {
                let day = &case["window"][0].as_str().unwrap()[..10];
                let clock = |value: &Value| at(&format!("{day}T{}:00Z", value.as_str().unwrap()));
                (clock(from), clock(&shift["to"]))
            }
            None => (time(&shift["start"]), time(&shift["end"])),
        };
        let mut one = rotation(Unit::Day, 1, &from.naive_utc().format("%Y-%m-%dT%H:%M:%S").to_string(), &[]);
        one.layer = u8::try_from(shift["priority"].as_u64().unwrap_or(0)).unwrap();
        one.lasts = u32::try_from((until - from).num_seconds()).ok();
        one.members = vec![Member {
            people: people(shift).iter().map(|name| name.as_str().into()).collect(),
            from: None,
            until: None,
        }];
        one
    });
    let mut policy = spec(rota("UTC", rotations.collect()));
    for name in ["A", "B", "Z", "foobar", "baz", "binbaz", "foo", "bar", "bin", "rab"] {
        policy.people.entry(name.into()).or_default();
    }
    policy
}

fn within(value: &Value) -> Period {
    Period::new(time(&value["start"]), time(&value["end"]))
}

/// Unbroken time per person, over a period.
fn merged(mut all: Vec<(String, Period)>) -> BTreeSet<(String, Time, Time)> {
    all.sort();
    let mut merged: Vec<(String, Period)> = Vec::new();
    for (who, period) in all {
        match merged.last_mut().filter(|(known, last)| *known == who && last.until == period.from) {
            Some((_, last)) => last.until = period.until,
            None => merged.push((who, period)),
        }
    }
    merged.into_iter().map(|(who, period)| (who, period.from, period.until)).collect()
}

const BEFORE: &str = "2017-12-31T00:00:00Z";

#[test]
fn schedules_are_what_grafana_and_goalert_make_of_overrides_swaps_and_gaps() {
    for case in cases("schedule_scenarios.jsonl") {
        let Some(expected) = case.get("expected").or(case.get("expected_shifts")).and_then(Value::as_array)
        else {
            continue;
        };
        let mut desk = Desk::new(daily(&case));
        let before = if case.get("day_zero").is_some() { "2026-01-01T00:00:00Z" } else { BEFORE };
        let mut change = |when: Period, change: Change| {
            let command = Command::Arrange { period: when, change, why: None };
            desk.ask(before, "zoe", command).unwrap()
        };
        for one in case["overrides"].as_array().into_iter().flatten() {
            let name = |field: &str| one.get(field).and_then(Value::as_str);
            match (name("user"), name("add"), name("remove")) {
                (Some(user), ..) => change(within(one), Change::Only(vec![user.into()])),
                (_, Some(add), Some(remove)) => change(within(one), replace(remove, add)),
                (_, Some(add), None) => change(within(one), Change::Add(add.into())),
                (_, None, Some(remove)) => change(within(one), Change::Remove(remove.into())),
                _ => panic!("{one}"),
            };
        }
        if let Some(temporary) = case.get("temporary_schedule") {
            change(within(temporary), Change::Only(Vec::new()));
            for shift in temporary["shifts"].as_array().unwrap() {
                change(within(shift), Change::Only(vec![shift["user"].as_str().unwrap().into()]));
            }
        }
        if let Some(swap) = case.get("swap") {
            let person = swap["from"].as_str().unwrap();
            let asked =
                Command::AskSwap { person: person.into(), period: within(swap), with: None, why: None };
            let asked = desk.ask(before, person, asked).unwrap();
            if let Some(to) = swap["to"].as_str() {
                desk.ask(before, to, Command::TakeSwap { swap: asked, in_return: None }).unwrap();
            }
        }
        let theirs: Vec<_> = expected
            .iter()
            .flat_map(|shift| people(shift).into_iter().map(move |who| (who, within(shift))))
            .collect();
        let span = Period::new(
            expected.iter().map(|shift| within(shift).from).min().unwrap(),
            expected.iter().map(|shift| within(shift).until).max().unwrap(),
        );
        let schedule = desk.plan.schedule(&desk.state, span);
        let ours =
            schedule.shifts().into_iter().map(|shift| (shift.on.person.to_string(), shift.period)).collect();
        assert_eq!(merged(ours), merged(theirs), "{case}");
        let gaps = expected.iter().filter(|shift| shift["gap"] == true).map(within).collect::<Vec<_>>();
        if case.get("window").is_some() && !gaps.is_empty() {
            assert_eq!(schedule.gaps().iter().map(|gap| gap.period).collect::<Vec<_>>(), gaps, "{case}");
        }
    }
}

/// Grafana's turns may be shorter than what they count in, and its rotation may begin after its order does; ours begins
/// with whoever is first, so it is told who that is.
#[test]
fn turns_that_last_less_than_to_the_next_fall_to_whom_grafana_gives_them() {
    for case in cases("schedule_scenarios.jsonl").iter().filter(|case| case.get("groups").is_some()) {
        let length = u16::try_from(case["interval"].as_u64().unwrap()).unwrap();
        let every = unit(&case["frequency"]);
        let mut names: Vec<_> =
            case["groups"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let begins = time(&case["start"]);
        let turns = Turns { every, length, start: begins.naive_utc(), zone: Zone::utc() };
        let mut first = begins;
        if case.get("rotation_start_offset_seconds").is_some() {
            names.rotate_left(1);
            first = turns.start_of(1).unwrap();
        }
        let mut one =
            rotation(every, length, &first.naive_utc().format("%Y-%m-%dT%H:%M:%S").to_string(), &names);
        one.lasts = Some(u32::try_from(case["duration_seconds"].as_u64().unwrap()).unwrap());
        let desk = Desk::new(spec(rota("UTC", vec![one])));
        for pair in case["expected_on_call_at_offset_seconds_from_start"].as_array().unwrap() {
            let when = begins + chrono::TimeDelta::seconds(pair[0].as_i64().unwrap());
            let expected: Vec<_> = pair[1].as_str().map(str::to_owned).into_iter().collect();
            assert_eq!(desk.on(&stamp(when)), expected, "{pair} of {case}");
        }
    }
}

#[test]
fn overrides_apply_in_order_to_whoever_is_on() {
    for case in cases("schedule_scenarios.jsonl").iter().filter(|case| case.get("on_call").is_some()) {
        let mut one = rotation(Unit::Day, 1, "2026-01-05T00:00:00", &[]);
        let names = |value: &Value| -> Vec<String> {
            value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        one.members = vec![Member {
            people: names(&case["on_call"]).iter().map(|name| name.as_str().into()).collect(),
            from: None,
            until: None,
        }];
        let mut policy = spec(rota("UTC", vec![one]));
        for name in ["foo", "bar"] {
            policy.people.entry(name.into()).or_default();
        }
        let mut desk = Desk::new(policy);
        for change in case["overrides"].as_array().unwrap() {
            let name = |field: &str| change.get(field).and_then(Value::as_str);
            let change = match (name("add"), name("remove")) {
                (Some(add), Some(remove)) => replace(remove, add),
                (Some(add), None) => Change::Add(add.into()),
                (None, Some(remove)) => Change::Remove(remove.into()),
                (None, None) => panic!("{change}"),
            };
            desk.ask(
                "2026-01-04T00:00:00Z",
                "zoe",
                arrange("2026-01-05T00:00:00Z", "2026-01-06T00:00:00Z", change),
            )
            .unwrap();
        }
        let on: BTreeSet<_> = desk.on("2026-01-05T12:00:00Z").into_iter().collect();
        assert_eq!(on, names(&case["expected_on_call"]).into_iter().collect(), "{case}");
    }
}

/// The two of Grafana's rules that its tests have in words: when a swap changes nothing, and that an override ends when
/// it is said to.
#[test]
fn what_grafana_says_in_words_of_swaps_and_overrides_holds() {
    let mut one = rotation(Unit::Day, 1, "2026-01-05T12:00:00", &["A"]);
    one.lasts = Some(3 * 3600);
    let mut desk = Desk::new(spec(rota("UTC", vec![one])));
    let swap = |person: &str, from: &str, until: &str| Command::AskSwap {
        person: person.into(),
        period: period(from, until),
        with: None,
        why: None,
    };
    let before = "2026-01-06T00:00:00Z";
    let not_in_it = desk.ask(before, "zoe", swap("zoe", "2026-01-06T12:00:00Z", "2026-01-06T15:00:00Z"));
    assert_eq!(not_in_it, Err(Refusal::NotOn("zoe".into())));
    let past = desk.ask(before, "A", swap("A", "2026-01-05T12:00:00Z", "2026-01-05T15:00:00Z"));
    assert_eq!(past, Err(Refusal::Over));
    let deleted = desk.ask(before, "A", swap("A", "2026-01-06T12:00:00Z", "2026-01-06T15:00:00Z")).unwrap();
    desk.ask(before, "A", Command::CancelSwap { swap: deleted }).unwrap();
    let never_taken =
        desk.ask(before, "A", swap("A", "2026-01-07T12:00:00Z", "2026-01-07T15:00:00Z")).unwrap();
    desk.tick("2026-01-07T12:00:00Z");
    for swap in [deleted, never_taken] {
        let taken = desk.ask("2026-01-07T12:30:00Z", "zoe", Command::TakeSwap { swap, in_return: None });
        assert_eq!(taken, Err(Refusal::Gone));
    }
    assert_eq!(desk.on("2026-01-06T13:00:00Z"), ["A"]);
    assert_eq!(desk.on("2026-01-07T13:00:00Z"), ["A"]);
    let hour = arrange("2026-01-08T16:00:00Z", "2026-01-08T17:00:00Z", Change::Add("zoe".into()));
    desk.ask("2026-01-08T00:00:00Z", "zoe", hour).unwrap();
    assert_eq!(desk.on("2026-01-08T16:05:00Z"), ["zoe"]);
    assert!(desk.on("2026-01-08T18:05:00Z").is_empty());
}
