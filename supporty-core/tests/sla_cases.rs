//! Timelines of other people's software: what Zammad and Chatwoot promise, and what we do.
//!
//! Their first response is our `respond`, their update (from the customer's message to the agent's answer) and next
//! response our `next-response`, their resolution our `resolve`; pending is waiting on a third party.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test ends where something is missing, and reads its cases from files"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::TimeDelta;
use serde_json::Value;

use supporty_core::policy::{Policy, PolicySpec, Promise};
use supporty_core::rules::{account, deadline_of};
use supporty_core::ticket::{Command, Event};
use supporty_core::time::{Budget, Calendar, CalendarSpec, Hours, Weekday, Window, Zone};
use supporty_core::vocab::{PauseReason, Resolution, Target, TicketKey, Time, WaitingOn};
use supporty_core::world::World;

use common::{open, person, reply};

/// Where their rule is not ours: the case, what of it, and why. The rest of the case is checked.
const THEIRS: [(&str, &str, &str); 6] = [
    (
        "sla-014",
        "first_response_business_minutes",
        "a resolution by an engineer answers the requester; there it does not",
    ),
    (
        "sla-008",
        "first_response_business_minutes",
        "there each field is recorded by itself; here the first answer is the first",
    ),
    ("sla-008", "first_response_minutes_left", "the same"),
    (
        "sla-008",
        "update_business_minutes",
        "there the worst round is kept; here the last, and every one in the log",
    ),
    ("sla-008", "update_minutes_left", "the same"),
    (
        "sla-080",
        "next_response",
        "there every message is a question; here only the first that nobody has answered",
    ),
];

/// Chatwoot sees a breach only while it looks: a conversation that was resolved before is a hit.
const SEEN_TOO_LATE: &str = "sla-073";

fn cases() -> Vec<Value> {
    let Ok(directory) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the cases of sla were not looked at");
        return Vec::new();
    };
    let text = std::fs::read_to_string(Path::new(&directory).join("sla/scenarios.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn at(value: &Value) -> Time {
    value.as_str().unwrap().parse().unwrap()
}

fn calendar(case: &Value) -> CalendarSpec {
    let calendar = &case["calendar"];
    if calendar.is_null() || calendar["always_open"] == true {
        return CalendarSpec::Always;
    }
    let clock = |text: &Value| {
        let (hours, minutes) = text.as_str().unwrap().split_once(':').unwrap();
        hours.parse::<u32>().unwrap() * 3_600 + minutes.parse::<u32>().unwrap() * 60
    };
    let windows = |value: &Value| -> Vec<Window> {
        value
            .as_array()
            .unwrap()
            .iter()
            .map(|pair| Window { from: clock(&pair[0]), to: clock(&pair[1]) })
            .collect()
    };
    let day = |name: &str| serde_json::from_value::<Weekday>(Value::from(name)).unwrap();
    let holidays = calendar["holidays"].as_array().unwrap().iter();
    CalendarSpec::Hours(Hours {
        zone: Zone::new(calendar["zone"].as_str().unwrap()).unwrap(),
        weekly: calendar["hours"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, hours)| (day(name), windows(hours)))
            .collect(),
        closed: holidays.map(|day| (day.as_str().unwrap().parse().unwrap(), String::new())).collect(),
        dated: BTreeMap::new(),
    })
}

/// One priority with the targets of a case.
fn policy(case: &Value) -> Policy {
    let mut spec = PolicySpec::default();
    spec.calendars.insert("theirs".into(), calendar(case));
    let seconds = |name: &str| {
        let minutes = case["given"][format!("{name}_due_in_min")].as_u64().map(|minutes| minutes * 60);
        case["targets"][name].as_u64().or(minutes).map(|seconds| u32::try_from(seconds).unwrap())
    };
    let pauses = BTreeSet::from([PauseReason::ThirdParty]);
    let promise = |seconds: u32, pauses: &BTreeSet<PauseReason>| Promise {
        within: Budget::Seconds(seconds),
        clock: "theirs".into(),
        pauses: pauses.clone(),
        warnings: Vec::new(),
    };
    let priority = &mut spec.priorities[1];
    priority.clock = "theirs".into();
    priority.ladder.clear();
    let update = seconds("update").or(seconds("next_response"));
    // Where nothing is promised the clock is still asked how it ran.
    let resolve = seconds("resolution").unwrap_or(1_000_000);
    priority.promises = [
        (Target::Respond, seconds("first_response").map(|seconds| promise(seconds, &BTreeSet::new()))),
        (Target::NextResponse, update.map(|seconds| promise(seconds, &pauses))),
        (Target::Resolve, Some(promise(resolve, &pauses))),
    ]
    .into_iter()
    .filter_map(|(target, promise)| Some((target, promise?)))
    .collect();
    Policy::new(spec).unwrap()
}

fn resolve() -> Command {
    Command::Resolve { resolution: Resolution::CodeChange, note: None }
}

/// Plays a timeline in the order of time; what their fields say and no event of ours does is left out.
fn play(case: &Value) -> (World, TicketKey) {
    let mut events: Vec<_> = case["timeline"].as_array().unwrap().iter().collect();
    events.sort_by_key(|event| at(&event["at"]));
    let mut world = World::new(policy(case));
    let key = world.policies().current().key(1);
    for (number, event) in events.iter().enumerate() {
        let now = at(&event["at"]);
        let message = || reply(&format!("m{number}"), now);
        let wait =
            || Command::Wait { on: WaitingOn::ThirdParty, until: now + TimeDelta::days(14), why: None };
        let mut ask =
            |who: &str, command: Command| drop(world.submit(now, &person(who), Some(&key), command));
        match event["event"].as_str().unwrap() {
            "opened" => drop(world.submit(now, &person("rita"), None, open("P2", None)).unwrap()),
            "opened_pending" => {
                world.submit(now, &person("rita"), None, open("P2", None)).unwrap();
                world.submit(now, &person("oli"), Some(&key), wait()).unwrap();
            }
            "replied_by_requester" => ask("rita", message()),
            "replied_by_agent" | "agent_contact_recorded" | "first_response_recorded" => {
                ask("oli", message())
            }
            "pending" => ask("oli", wait()),
            // Theirs also counts from new to open, which is no wait of ours.
            "unpending" | "reopened" => ask("oli", Command::Resume),
            "closed" => ask("oli", resolve()),
            other => panic!("nobody has said what `{other}` is"),
        }
    }
    (world, key)
}

fn theirs(id: &str, what: &str) -> bool {
    THEIRS.iter().any(|(known, field, _)| *known == id && *field == what)
}

/// What differs in one case.
fn differences(case: &Value) -> Vec<String> {
    let id = case["id"].as_str().unwrap();
    let mut wrong = Vec::new();
    let mut check = |what: &str, ours: Value, expected: &Value| {
        if !expected.is_null() && ours != *expected && !theirs(id, what) {
            wrong.push(format!("{id} {what}: {ours} and not {expected}"));
        }
    };
    let expected = &case["expected"];
    if let Some(deadline) = expected["deadline"].as_str() {
        let compiled = Calendar::new(calendar(case)).unwrap();
        let budget = TimeDelta::seconds(case["question"]["business_seconds"].as_i64().unwrap());
        let due = compiled.add(at(&case["question"]["start"]), budget).unwrap();
        check("deadline", due.to_rfc3339_opts(chrono::SecondsFormat::Secs, true).into(), &deadline.into());
    }
    if !case["given"].is_null() {
        let mut world = World::new(policy(case));
        let now: Time = "2026-01-05T00:00:00Z".parse().unwrap();
        let key = world.submit(now, &person("rita"), None, open("P2", None)).unwrap().ticket;
        world.submit(now, &person("rita"), Some(&key), reply("m", now)).unwrap();
        let dues = Target::ALL.iter().filter_map(|target| common::due(&world, &key, *target));
        check(
            "next_due_in_min",
            dues.min().map(|due| (due - now).num_minutes()).into(),
            &expected["next_due_in_min"],
        );
    }
    if case["timeline"].is_null() {
        return wrong;
    }
    let (world, key) = play(case);
    let ticket = world.ticket(&key).unwrap();
    let due = |target| deadline_of(ticket, world.policies(), target);
    let tolerance = TimeDelta::seconds(case["tolerance_seconds"].as_i64().unwrap_or(0));
    let dues = [
        ("first_response_due", due(Target::Respond)),
        ("update_due", due(Target::NextResponse)),
        ("resolution_due", due(Target::Resolve).filter(|_| !case["targets"]["resolution"].is_null())),
    ];
    let next = dues.iter().filter_map(|(_, due)| *due).min();
    for (name, ours) in dues.into_iter().chain([("next_due", next)]) {
        let Some(expected) = expected.get(name) else { continue };
        let same = match (ours, expected.as_str()) {
            (None, None) => true,
            (Some(ours), Some(text)) => (ours - text.parse::<Time>().unwrap()).abs() <= tolerance,
            _ => false,
        };
        if !same && !theirs(id, name) {
            wrong.push(format!("{id} {name}: {ours:?} and not {expected}"));
        }
    }
    let minutes = [
        ("first_response", Target::Respond),
        ("update", Target::NextResponse),
        ("resolution", Target::Resolve),
    ];
    for (name, target) in minutes {
        let (used, left) = (format!("{name}_business_minutes"), format!("{name}_minutes_left"));
        if expected[&used].is_null() || theirs(id, &used) {
            continue;
        }
        let account =
            account(ticket, world.policies(), target).unwrap_or_else(|| panic!("{id}: no account of {name}"));
        let ended = ticket.outcomes.iter().find(|outcome| outcome.target == target).unwrap();
        let at = match ended.verdict {
            supporty_core::ticket::Verdict::Met { at, .. }
            | supporty_core::ticket::Verdict::MetLate { at, .. } => at,
            other => panic!("{id}: {other:?}"),
        };
        let counted = account.counted(at);
        if Some(counted.num_minutes()) != expected[&used].as_i64() {
            wrong.push(format!("{id} {used}: {counted} and not {}", expected[&used]));
        }
        // Their minutes are whole ones, so that three seconds leave all sixty.
        let budget = case["targets"][name].as_i64().unwrap() / 60;
        if Some(budget - counted.num_minutes()) != expected[&left].as_i64() {
            wrong.push(format!(
                "{id} {left}: {} and not {}",
                budget - counted.num_minutes(),
                expected[&left]
            ));
        }
    }
    if let Some(running) = expected["running_minutes"].as_i64() {
        let question = &case["question"];
        let zero = at(&question["minute_zero"]);
        let minute = |field: &str| zero + TimeDelta::minutes(question[field].as_i64().unwrap());
        let account = account(ticket, world.policies(), Target::Resolve).unwrap();
        let ours =
            (account.counted(minute("to_minute")) - account.counted(minute("from_minute"))).num_minutes();
        if ours != running {
            wrong.push(format!("{id} running_minutes: {ours} and not {running}"));
        }
    }
    wrong
}

#[test]
fn timelines_of_zammad_give_the_deadlines_that_zammad_gives() {
    let all = cases();
    let ours = all.iter().filter(|case| case["conversation"].is_null());
    let wrong: Vec<_> = ours.clone().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(all.is_empty() || ours.count() == 32, "every case was looked at");
}

#[test]
fn conversations_of_chatwoot_keep_and_break_what_chatwoot_says() {
    let all = cases();
    let conversations: Vec<_> = all.iter().filter(|case| !case["conversation"].is_null()).collect();
    assert!(all.is_empty() || conversations.len() == 8);
    for case in conversations {
        let id = case["id"].as_str().unwrap();
        let now: Time = "2026-01-05T12:00:00Z".parse().unwrap();
        let ago = |hours: f64| now - TimeDelta::seconds((hours * 3_600.0) as i64);
        let talk = &case["conversation"];
        let mut said: Vec<(Time, bool)> = Vec::new();
        if let Some(messages) = talk["messages_hours_ago"].as_array() {
            said.extend(messages.iter().map(|one| (ago(one[0].as_f64().unwrap()), one[1] == "requester")));
        } else {
            let opened = ago(talk["opened_hours_ago"].as_f64().unwrap());
            said.push((opened, true));
            said.extend(talk["first_reply_hours_ago"].as_f64().map(|hours| (ago(hours), false)));
        }
        let mut world = World::new(policy(case));
        let opened = said[0].0;
        let key = world.submit(opened, &person("rita"), None, open("P2", None)).unwrap().ticket;
        for (number, (when, asks)) in said.iter().enumerate() {
            let who = person(if *asks { "rita" } else { "oli" });
            world.submit(*when, &who, Some(&key), reply(&format!("m{number}"), *when)).unwrap();
        }
        world.run_until(now);
        if talk["resolved"] == true {
            world.submit(now, &person("oli"), Some(&key), resolve()).unwrap();
        }
        let broken = |target: Target| {
            let breached = |entry: &&supporty_core::ticket::TicketEntry| matches!(entry.event, Event::Breached { target: known, .. } if known == target);
            world.log(&key).filter(breached).count() as u64
        };
        let targets = [
            ("first_response", Target::Respond),
            ("next_response", Target::NextResponse),
            ("resolution", Target::Resolve),
        ];
        for (name, target) in targets {
            let expected = case["expected"]["breaches"][name].as_u64().unwrap_or(0);
            let ours = if case["targets"][name].is_null() { 0 } else { broken(target) };
            match id {
                SEEN_TOO_LATE => {
                    assert_eq!((expected, ours), (0, u64::from(name == "resolution")), "{id} {name}")
                }
                _ if theirs(id, name) => assert_eq!((expected, ours), (2, 1), "{id} {name}"),
                _ => assert_eq!(ours, expected, "{id} {name}"),
            }
        }
    }
}
