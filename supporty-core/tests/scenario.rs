//! A policy under test: what a story finds, and how it fails.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test of how tests fail, on a file of its own"
)]

use std::panic::catch_unwind;

use supporty_core::policy::{Policy, PolicySpec};
use supporty_core::testing::{Scenario, Table};
use supporty_core::ticket::{Command, StatusKind};
use supporty_core::vocab::{ReopenMode, Target, WaitingOn};

const TEAM: &str = r#"
[people.gwen]
[people.lea]
[people.oli]
[squads.web]
members = ["gwen", "oli"]
channel = "squad-web"
lead = "lea"
gardener = "gwen"
on_call = ["oli"]
[areas.shop]
squad = "web"
"#;

fn story() -> Scenario {
    Scenario::of_file(TEAM).zone("Europe/London")
}

#[test]
fn friday_evening_wakes_on_monday_and_tells_the_lead() {
    let _ = story()
        .at("Fri 2026-01-09 17:30")
        .opens_in("rita", "P2", "shop")
        .is(StatusKind::New)
        .due(Target::Resolve, "Mon 2026-01-12 11:30")
        .wakes_at("Fri 2026-01-09 18:00")
        .told_nobody()
        .after("30m")
        .told("gwen")
        .until("Mon 2026-01-12 10:53")
        .not_told("lea")
        .until("Mon 2026-01-12 10:54")
        .told("lea")
        .happened_exactly(&["warned", "escalated"])
        .claims("gwen")
        .until("Mon 2026-01-12 11:31")
        .happened("breached")
        .resolves("gwen")
        .is(StatusKind::Resolved)
        .not_due(Target::Resolve)
        .state("it was resolved by gwen", |ticket| {
            ticket.owner().is_some_and(|owner| owner.as_str() == "gwen")
        });
}

#[test]
fn refusals_waits_and_reopenings_are_part_of_a_story() {
    let mut spec = PolicySpec::default();
    spec.modes.reopen = ReopenMode::Restart;
    let _ = Scenario::new(Policy::new(spec).unwrap())
        .at("2026-01-12T10:00:00Z")
        .opens("rita", "P2")
        .when("rita", Command::Resume)
        .rejected("possible now")
        .waits("oli", WaitingOn::Requester, "Tue 2026-01-13 12:00")
        .not_due(Target::Resolve)
        .after("1h")
        .says("rita")
        .happened("resumed")
        .due(Target::Resolve, "2026-01-12 14:00")
        .resolves("oli")
        .after("1 day")
        .reopens("rita")
        .due(Target::Resolve, "2026-01-13 14:00")
        .becomes("oli", "P1")
        .not_happened("breached")
        .down_for("3h")
        .happened("breached");
}

#[test]
fn a_history_is_where_a_story_begins() {
    let lived = story().at("Mon 2026-01-12 10:00").opens_in("rita", "P2", "shop").claims("gwen");
    let log: Vec<_> = lived.world().entries().iter().map(|(_, entry)| entry.clone()).collect();
    let _ = story()
        .given(log)
        .due(Target::Resolve, "Mon 2026-01-12 13:00")
        .after("2h")
        .happened("warned")
        .resolves("gwen");
}

/// What a failing story says.
fn failure(story: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let failed = catch_unwind(story).unwrap_err();
    std::panic::set_hook(hook);
    failed.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn a_failure_points_at_the_line_of_the_story_and_shows_what_happened() {
    let text = failure(|| {
        let _ = story()
            .at("Fri 2026-01-09 17:30")
            .opens_in("rita", "P2", "shop")
            .due(Target::Resolve, "Fri 2026-01-09 20:30");
    });
    let place = text.strip_prefix("supporty-core/tests/scenario.rs:").unwrap_or_else(|| panic!("{text}"));
    let (line, rest) = place.split_once(':').unwrap();
    let named = include_str!("scenario.rs").lines().nth(line.parse::<usize>().unwrap() - 1).unwrap();
    assert!(named.contains(".due(Target::Resolve, \"Fri 2026-01-09 20:30\")"), "{named}");
    assert!(rest.starts_with(" expected resolve to be due"), "{rest}");
    assert!(text.contains("it is due Mon 2026-01-12 11:30"), "{text}");
    assert!(text.contains("Fri 2026-01-09 17:30  SUP-1  rita opens a P2 in shop"), "the timeline: {text}");
    assert!(text.contains("weekend"), "and why: {text}");

    let told = failure(|| drop(story().opens_in("rita", "P1", "shop").told("lea")));
    assert!(told.contains("told were: oli, squad-web"), "{told}");
    let refused = failure(|| drop(story().opens_in("rita", "P1", "shop").claims("rita")));
    assert!(refused.contains("rita asked to claim, and was refused"), "{refused}");
    let weekday = failure(|| drop(story().at("Mon 2026-01-09 17:30")));
    assert!(weekday.contains("is a Fri, and not a Mon"), "{weekday}");
    let file = failure(|| drop(Scenario::of_file("nmae = 3\n[limits]\nnudge = \"2\"")));
    assert!(file.contains("did you mean `name`") && file.contains("has no unit"), "{file}");
}

#[test]
fn a_table_shows_every_row_that_is_wrong() {
    let table = Table::new(Policy::from_toml(TEAM).unwrap()).zone("Europe/London");
    table.check(
        "
        | opened               | priority | area | respond              | resolve              | told           | told at              |
        | -------------------- | -------- | ---- | -------------------- | -------------------- | -------------- | -------------------- |
        | Fri 2026-01-09 17:30 | P2       | shop | Mon 2026-01-12 09:30 | Mon 2026-01-12 11:30 | gwen           | Fri 2026-01-09 18:00 |
        | Sat 2026-01-10 02:00 | P1       | shop | Sat 2026-01-10 02:15 | Sat 2026-01-10 03:00 | oli, squad-web | Sat 2026-01-10 02:00 |
        | Wed 2026-01-14 15:00 | P3       | shop | Thu 2026-01-15 14:00 | Thu 2026-01-15 15:00 | gwen           | Thu 2026-01-15 10:12 |
        ",
    );
    let text = failure(move || {
        table.check(
            "| opened | priority | resolve |
             | Fri 2026-01-09 17:30 | P2 | Mon 2026-01-12 11:30 |
             | Fri 2026-01-09 17:30 | P1 | Fri 2026-01-09 18:00 |
             | Fri 2026-01-09 17:30 | P9 | - |",
        );
    });
    assert!(text.contains("2 of 3 rows are wrong"), "{text}");
    assert!(
        text.contains("row 2 (line 3 of the table)") && text.contains("is Fri 2026-01-09 18:30"),
        "{text}"
    );
    assert!(text.contains("row 3") && text.contains("P9"), "{text}");
}

#[test]
fn a_snapshot_shows_what_a_change_of_the_policy_changes() {
    let path = std::env::temp_dir().join(format!("supporty-scenario-{}.txt", std::process::id()));
    let told = || story().at("Mon 2026-01-12 10:00").opens_in("rita", "P2", "shop").after("1h");
    std::fs::write(&path, told().timeline()).unwrap();
    let _ = told().snapshot(&path);
    let (other, known) = (path.clone(), path.clone());
    let text = failure(move || {
        let quick = TEAM.to_owned()
            + "[[rules]]\nname = \"quick\"\nwhen = { priority = \"P2\" }\npromises = { respond = \"20m\" }\n";
        let story = Scenario::of_file(&quick).zone("Europe/London");
        let _ = story.at("Mon 2026-01-12 10:00").opens_in("rita", "P2", "shop").after("1h").snapshot(other);
    });
    std::fs::remove_file(known).unwrap();
    assert!(
        text.contains("+Mon 2026-01-12 10:20  SUP-1  respond is broken, due Mon 2026-01-12 10:20"),
        "{text}"
    );
    assert!(!text.contains("-Mon 2026-01-12 10:00"), "what stays is not shown as changed: {text}");
}

const ROTAS: &str = r#"
zone = "Europe/London"
[people.gwen]
[people.lea]
[people.oli]
[squads.web]
members = ["gwen", "lea", "oli"]
lead = "lea"
gardener_rota = "web"
on_call_rota = "nights"
assign = { to = "gardener", limit = 1 }
[areas.shop]
squad = "web"
[rotas.web]
name = "Web gardener"
[[rotas.web.rotations]]
every = "week"
start = "2026-01-05 09:00"
members = ["gwen", "oli"]
[rotas.nights]
name = "Web on call"
[[rotas.nights.rotations]]
every = "day"
start = "2026-01-05 18:00"
members = ["gwen", "lea", "oli"]
"#;

fn rotas() -> Scenario {
    Scenario::of_file(ROTAS).zone("Europe/London")
}

#[test]
fn a_story_is_staffed_by_the_rotas_and_by_what_people_arrange_in_it() {
    let told = rotas()
        .at("Thu 2026-01-08 12:00")
        .gardener("web", "gwen")
        .opens_in("rita", "P2", "shop")
        .happened("assigned")
        .state("gwen has it", |ticket| ticket.owner() == Some(&"gwen".into()))
        .opens_in("rita", "P2", "shop")
        .not_happened("assigned")
        .swaps("gwen", "lea", "web", "Thu 2026-01-08 14:00", "Thu 2026-01-08 16:00")
        .at("Thu 2026-01-08 14:00")
        .on_call("web", "lea")
        .state("lea has it", |ticket| ticket.owner() == Some(&"lea".into()))
        .away("oli", "web", "Fri 2026-01-09 00:00", "Mon 2026-01-19 00:00")
        .at("Mon 2026-01-12 10:00")
        .gardener("web", "nobody");
    let timeline = told.timeline();
    let line = |text: &str| timeline.lines().position(|line| line == text);
    let swap = line("Thu 2026-01-08 12:00  web  lea takes it over");
    let given = line("Thu 2026-01-08 14:00  SUP-2  time gives it to lea");
    assert!(swap.is_some() && swap < given, "{timeline}");
    assert!(
        line("Thu 2026-01-08 14:00  web  oli is away from Fri 2026-01-09 00:00 to Mon 2026-01-19 00:00")
            .is_some(),
        "{timeline}"
    );
    // Far from where it began as well.
    let _ = told.at("Mon 2028-01-10 12:00").gardener("web", "oli");
}

#[test]
fn a_failure_about_a_rota_points_at_its_line_and_says_who_is_on() {
    let text = failure(|| {
        let _ = rotas().at("Thu 2026-01-08 23:00").on_call("web", "oli");
    });
    assert!(text.contains("tests/scenario.rs:"), "{text}");
    assert!(text.contains("expected on call for web at Thu 2026-01-08 23:00: oli; it is gwen"), "{text}");
    let text = failure(|| {
        let _ = rotas().swaps("lea", "oli", "web", "Thu 2026-01-08 14:00", "Thu 2026-01-08 16:00");
    });
    assert!(text.contains("lea arranged something on web, and was refused: lea is not on"), "{text}");
    let text = failure(|| {
        let _ = rotas().gardener("wbe", "gwen");
    });
    assert!(text.contains("there is no squad wbe"), "{text}");
}
