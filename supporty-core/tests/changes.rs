//! What a change of priority, area or kind leaves as it was, and where refused messages go.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeSet;

use supporty_core::policy::{Policy, PolicySpec, PriorityChange, Rung, Trigger};
use supporty_core::rules::deadline_of;
use supporty_core::ticket::{Command, Event, FollowUp, Message, Open, Verdict};
use supporty_core::vocab::{Audience, Identity, Kind, Resolution, Target, TextRef, TicketKey, Time};
use supporty_core::world::World;

use common::{open, person};

fn at(text: &str) -> Time {
    format!("{text}:00Z").parse().unwrap()
}

fn opened(spec: PolicySpec, priority: &str) -> (World, TicketKey) {
    let mut world = World::new(Policy::new(spec).unwrap());
    let key =
        world.submit(at("2026-01-12T10:00"), &person("rita"), None, open(priority, None)).unwrap().ticket;
    (world, key)
}

#[test]
fn keeping_the_earlier_deadline_gives_the_promises_of_the_priority_that_is_in_force() {
    let mut spec = PolicySpec::default();
    spec.modes.priority_change = PriorityChange::KeepEarlier;
    let (mut world, key) = opened(spec, "P2");
    for (now, to) in [("2026-01-12T10:10", "P3"), ("2026-01-12T10:20", "P2")] {
        let change = Command::Reprioritise { to: to.into(), why: None };
        world.submit(at(now), &person("oli"), Some(&key), change).unwrap();
    }
    world.run_until(at("2026-01-12T12:00"));
    let breached = |entry: &supporty_core::ticket::TicketEntry| {
        matches!(entry.event, Event::Breached { target: Target::Update, .. })
    };
    assert!(world.log(&key).any(breached), "a P2 is told something every hour and a half");
}

#[test]
fn a_nudge_moved_out_of_quiet_hours_survives_a_change_of_kind() {
    let mut spec = PolicySpec::default();
    for priority in spec.priorities.iter_mut().filter(|priority| priority.id.as_str() == "P1") {
        priority.ladder = vec![Rung {
            trigger: Trigger::Unowned { seconds: 10 * 3600 },
            audience: vec![Audience::CatchAll],
            repeat: None,
            hours: Some("office".into()),
        }];
    }
    let (mut world, key) = opened(spec, "P1");
    world.run_until(at("2026-01-12T22:00"));
    let change = Command::ChangeKind { to: Kind::Incident };
    world.submit(at("2026-01-12T22:00"), &person("oli"), Some(&key), change).unwrap();
    world.run_until(at("2026-01-13T12:00"));
    let fired: Vec<_> =
        world.log(&key).filter(|entry| matches!(entry.event, Event::Escalated { .. })).collect();
    assert_eq!(fired.iter().map(|entry| entry.at).collect::<Vec<_>>(), [at("2026-01-13T09:00")]);
}

#[test]
fn a_promise_broken_before_a_change_of_kind_and_kept_late_after_it_is_one_record() {
    let (mut world, key) = opened(PolicySpec::default(), "P1");
    world.run_until(at("2026-01-12T11:30"));
    let change = Command::ChangeKind { to: Kind::Incident };
    world.submit(at("2026-01-12T11:30"), &person("oli"), Some(&key), change).unwrap();
    let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
    world.submit(at("2026-01-12T12:00"), &person("oli"), Some(&key), resolve).unwrap();
    let outcomes = &world.ticket(&key).unwrap().outcomes;
    let resolved: Vec<_> = outcomes.iter().filter(|outcome| outcome.target == Target::Resolve).collect();
    let late = Verdict::MetLate { at: at("2026-01-12T12:00"), due: at("2026-01-12T11:00") };
    assert_eq!(resolved.iter().map(|outcome| outcome.verdict).collect::<Vec<_>>(), [late]);
}

fn closed() -> (World, TicketKey) {
    let (mut world, key) = opened(PolicySpec::default(), "P2");
    let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
    world.submit(at("2026-01-12T10:10"), &person("oli"), Some(&key), resolve).unwrap();
    world.submit(at("2026-01-12T10:20"), &person("rita"), Some(&key), Command::Confirm).unwrap();
    (world, key)
}

fn message(id: &str) -> Message {
    Message { id: id.into(), text: TextRef::new(id), said_at: at("2026-01-12T11:00") }
}

#[test]
fn a_follow_up_that_somebody_else_opened_first_gets_the_message() {
    let (mut world, key) = closed();
    let now = at("2026-01-12T11:00");
    let follow_up = |id| Command::FollowUp(FollowUp { of: key.clone(), message: message(id) });
    let first = world.submit(now, &person("rita"), None, follow_up("m1")).unwrap().ticket;
    let second = world.submit(now, &person("rita"), None, follow_up("m2")).unwrap().ticket;
    assert_eq!(first, second);
    assert_eq!(world.ticket(&first).unwrap().messages, 2);
}

#[test]
fn whoever_asked_for_a_merged_ticket_asks_for_its_follow_up() {
    let mut world = World::new(Policy::default());
    let now = at("2026-01-12T10:00");
    let survivor = world.submit(now, &person("rita"), None, open("P2", None)).unwrap().ticket;
    let loser = world.submit(now, &person("sam"), None, open("P2", None)).unwrap().ticket;
    world.submit(now, &person("oli"), Some(&loser), Command::Merge { into: survivor.clone() }).unwrap();
    let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
    world.submit(now, &person("oli"), Some(&survivor), resolve).unwrap();
    world.submit(now, &person("rita"), Some(&survivor), Command::Confirm).unwrap();
    let reply = Command::Reply { message: message("m1") };
    let key = world.submit(at("2026-01-12T11:00"), &person("sam"), Some(&loser), reply).unwrap().ticket;
    let follow_up = world.ticket(&key).unwrap();
    assert!(follow_up.is_requester(&person("sam")));
    assert!(deadline_of(follow_up, world.policies(), Target::Respond).is_some(), "nobody has answered yet");
}

#[test]
fn a_person_with_an_account_on_a_platform_is_not_taken_for_another_account_of_their_name() {
    let mut spec = PolicySpec::default();
    let identity = Identity { adapter: "github".into(), user: "ana-web".to_owned(), bot: false };
    let ana = supporty_core::policy::Person {
        name: "Ana".to_owned(),
        identities: vec![identity],
        ..Default::default()
    };
    spec.people.insert("ana".into(), ana);
    let policy = Policy::new(spec).unwrap();
    let stranger = Identity { adapter: "github".into(), user: "ana".to_owned(), bot: false };
    assert_eq!(policy.actor(&stranger), person("github:ana"));
    let elsewhere = Identity { adapter: "local".into(), ..stranger };
    assert_eq!(policy.actor(&elsewhere), person("ana"), "a small policy needs no identities");
}

#[test]
fn after_downtime_the_log_names_who_was_on_then_and_who_was_told() {
    let policy = Policy::new(team()).unwrap();
    let mut world = World::new(policy);
    let Command::Open(open) = open("P1", None) else { return };
    let open = Command::Open(Open { area: Some("checkout".into()), ..open });
    let key = world.submit(at("2026-01-12T17:45"), &person("rita"), None, open).unwrap().ticket;
    world.tick(at("2026-01-12T18:30"));
    let people = |told: &[supporty_core::vocab::Told]| -> BTreeSet<String> {
        told.iter().map(|told| format!("{:?}", told.to)).collect()
    };
    let fired = world.log(&key).filter_map(|entry| match &entry.event {
        Event::Escalated(fired) if fired.due == at("2026-01-12T17:55") => {
            Some((people(&fired.meant), people(&fired.told)))
        }
        _ => None,
    });
    let (meant, told) = fired.last().unwrap();
    assert!(meant.contains("Person(\"gwen\")"), "{meant:?}");
    assert!(told.contains("Person(\"oli\")"), "{told:?}");
}

fn team() -> PolicySpec {
    let mut spec = PolicySpec::default();
    for name in ["gwen", "oli"] {
        let person = supporty_core::policy::Person { name: name.to_owned(), ..Default::default() };
        spec.people.insert(name.into(), person);
    }
    let squad = supporty_core::policy::Squad {
        name: "Web".to_owned(),
        channel: None,
        members: Vec::new(),
        lead: None,
        gardener: Some("gwen".into()),
        on_call: vec!["oli".into()],
        hours: "office".into(),
        ..Default::default()
    };
    spec.squads.insert("web".into(), squad);
    let area = supporty_core::policy::Area {
        name: "Checkout".to_owned(),
        squad: "web".into(),
        ..Default::default()
    };
    spec.areas.insert("checkout".into(), area);
    spec
}
