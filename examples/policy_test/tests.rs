//! A team's policy under test: what it promises on a Friday evening, whom it wakes at night, what a holiday does.
//!
//! A change of `policy.toml` shows in the review as a change of `friday_evening.txt`; `SUPPORTY_REWRITE=1 cargo test
//! --test policy_test` writes it as it is now.

use std::path::Path;

use supporty_core::policy::Policy;
use supporty_core::testing::{Scenario, Table};
use supporty_core::ticket::{Command, Open};
use supporty_core::vocab::{Kind, Target, TextRef, WaitingOn};

const POLICY: &str = include_str!("policy.toml");

fn story() -> Scenario {
    Scenario::of_file(POLICY).zone("Europe/London")
}

#[test]
fn a_p2_of_friday_evening_wakes_on_saturday_morning() {
    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy_test/friday_evening.txt");
    let _ = story()
        .at("Fri 2026-01-09 17:30")
        .opens_in("rita", "P2", "checkout")
        .due(Target::Resolve, "Sat 2026-01-10 11:30")
        .told_nobody()
        .until("Fri 2026-01-09 18:00")
        .told("gwen")
        .until("Sat 2026-01-10 10:54")
        .told("lea")
        .until("Mon 2026-01-12 12:00")
        .happened("breached")
        .snapshot(snapshot);
}

#[test]
fn a_p1_at_night_wakes_whoever_is_on_call_and_nobody_else() {
    let _ = story()
        .at("Tue 2026-01-13 02:00")
        .opens_in("rita", "P1", "checkout")
        .told("oli")
        .not_told("gwen")
        .acknowledges("oli")
        .after("14m")
        .told_nobody()
        .claims("oli")
        .until("Tue 2026-01-13 02:30")
        .told("lea");
}

#[test]
fn whoever_sleeps_through_the_chat_is_paged_and_then_the_lead_is() {
    let _ = story()
        .at("Tue 2026-01-13 02:00")
        .opens_in("rita", "P1", "checkout")
        .woken("oli", "slack")
        .after("3m")
        .woken("oli", "pager")
        .until("Tue 2026-01-13 02:23")
        .woken("lea", "pager")
        .happened("unreached");
}

#[test]
fn whoever_took_the_night_is_woken_in_it() {
    let _ = story()
        .at("Fri 2026-01-09 12:00")
        .swaps("oli", "lea", "shop-nights", "Tue 2026-01-13 18:00", "Wed 2026-01-14 09:00")
        .away("oli", "shop-nights", "Thu 2026-01-15 18:00", "Fri 2026-01-16 09:00")
        .at("Tue 2026-01-13 12:00")
        .on_call("shop", "gwen")
        .at("Tue 2026-01-13 23:00")
        .on_call("shop", "lea")
        .opens_in("rita", "P1", "checkout")
        .told("lea")
        .not_told("oli")
        .resolves("lea")
        .at("Wed 2026-01-14 23:00")
        .on_call("shop", "oli")
        .at("Thu 2026-01-15 23:00")
        .on_call("shop", "lea");
}

#[test]
fn an_incident_in_checkout_has_a_promise_of_its_own() {
    let open = Command::Open(Open {
        title: TextRef::new("title"),
        details: None,
        kind: Kind::Incident,
        priority: "P2".into(),
        area: Some("checkout".into()),
        on_behalf: None,
        fields: Default::default(),
        restricted: false,
        drill: None,
    });
    let _ =
        story().at("Mon 2026-01-12 10:00").when("rita", open).due(Target::Resolve, "Mon 2026-01-12 11:30");
}

#[test]
fn waiting_on_the_requester_stops_the_clock() {
    let _ = story()
        .at("Mon 2026-01-12 10:00")
        .opens_in("rita", "P2", "checkout")
        .claims("gwen")
        .after("1h")
        .waits("gwen", WaitingOn::Requester, "Wed 2026-01-14 12:00")
        .not_due(Target::Resolve)
        .until("Tue 2026-01-13 09:30")
        .says("rita")
        .due(Target::Resolve, "Tue 2026-01-13 11:30");
}

#[test]
fn christmas_and_what_is_promised_before_it() -> Result<(), Box<dyn std::error::Error>> {
    Table::new(Policy::from_toml(POLICY)?).zone("Europe/London").check(
        "
        | opened               | priority | area     | resolve              | told             | told at              |
        | -------------------- | -------- | -------- | -------------------- | ---------------- | -------------------- |
        | Thu 2026-12-24 12:00 | P2       | checkout | Sat 2026-12-26 11:00 | gwen             | Thu 2026-12-24 12:30 |
        | Thu 2026-12-24 14:00 | P2       | checkout | Sat 2026-12-26 12:00 | gwen             | Sat 2026-12-26 09:30 |
        | Thu 2026-12-24 14:00 | P1       | checkout | Thu 2026-12-24 15:00 | gwen, squad-shop | Thu 2026-12-24 14:00 |
        | Wed 2026-12-23 15:00 | P3       | checkout | Thu 2026-12-24 15:00 | gwen             | Thu 2026-12-24 10:12 |
        ",
    );
    Ok(())
}
