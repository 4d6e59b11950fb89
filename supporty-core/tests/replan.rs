//! Another policy for tickets that are under way, and promises of their own for some of them.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;

use chrono::TimeDelta;

use supporty_core::policy::{Condition, Policy, PolicySpec, PriorityChange, Promise, Rule, Squad};
use supporty_core::rules::{Rejection, Replanned, account, replan};
use supporty_core::ticket::{Command, Event, Open};
use supporty_core::time::{Budget, CalendarSpec, Window};
use supporty_core::vocab::{Kind, PauseReason, Target, TicketKey, Time, WaitingOn};
use supporty_core::world::World;

use common::{due, open, person};

fn at(text: &str) -> Time {
    format!("2026-01-{text}:00Z").parse().unwrap()
}

/// A P2, which is to be resolved within three office hours, opened on Monday at ten.
fn opened() -> (World, TicketKey) {
    let mut world = World::new(Policy::default());
    let key = world.submit(at("12T10:00"), &person("rita"), None, open("P2", None)).unwrap().ticket;
    (world, key)
}

/// The default policy whose office opens at eleven.
fn late_office() -> PolicySpec {
    let mut spec = PolicySpec::default();
    let Some(CalendarSpec::Hours(office)) = spec.calendars.get_mut(&"office".into()) else { return spec };
    office.weekly.values_mut().for_each(|windows| *windows = vec![Window::hours(11, 18)]);
    spec
}

fn promise_of(spec: &PolicySpec, priority: &str, target: Target) -> Promise {
    let priority = spec.priorities.iter().find(|known| known.id.as_str() == priority).unwrap();
    priority.promises.get(&target).unwrap().clone()
}

fn replanned(world: &mut World, now: Time, key: &TicketKey) {
    let to = world.policies().current().version().clone();
    world.submit(now, &person("oli"), Some(key), Command::Replan { to }).unwrap();
}

#[test]
fn edge_08_editing_a_calendar_while_a_ticket_runs_keeps_the_time_it_has_used() {
    let (mut world, key) = opened();
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T13:00")));
    world.adopt(Policy::new(late_office()).unwrap());
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T13:00")), "it keeps the policy that it has");
    replanned(&mut world, at("12T10:30"), &key);
    // Half an hour was used by the old hours; measured anew from ten it would be 14:00.
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T13:30")));

    // However often somebody looks, and however late, it is due then.
    let mut rarely = world.clone();
    for minute in 1..150 {
        world.tick(at("12T10:30") + TimeDelta::minutes(minute));
        assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T13:30")));
    }
    rarely.tick(at("12T13:00"));
    assert_eq!(due(&rarely, &key, Target::Resolve), Some(at("12T13:30")));

    // The hours back again: half an hour by the first policy, the closed half hour by the second, the rest.
    let mut back = rarely.clone();
    back.adopt(Policy::default());
    replanned(&mut back, at("12T13:00"), &key);
    assert_eq!(due(&back, &key, Target::Resolve), Some(at("12T13:30")));
}

#[test]
fn what_planning_anew_changes_can_be_seen_before_it_is_asked_for() {
    let (mut world, key) = opened();
    let unchanged = replan(world.ticket(&key).unwrap(), world.policies(), at("12T10:30"));
    assert_eq!(unchanged, Err(Rejection::Unchanged));

    let mut spec = PolicySpec::default();
    let p2 = spec.priorities.iter_mut().find(|priority| priority.id.as_str() == "P2").unwrap();
    p2.promises.get_mut(&Target::Resolve).unwrap().within = Budget::Seconds(20 * 60);
    p2.promises.get_mut(&Target::Update).unwrap().within = Budget::Days(1);
    world.adopt(Policy::new(spec).unwrap());
    let seen = replan(world.ticket(&key).unwrap(), world.policies(), at("12T10:30")).unwrap();
    assert_eq!(
        seen.targets,
        [
            Replanned {
                target: Target::Update,
                before: Some(at("12T11:30")),
                after: Some(at("13T10:00")),
                breaks: false
            },
            Replanned {
                target: Target::Resolve,
                before: Some(at("12T13:00")),
                after: Some(at("12T10:20")),
                breaks: true
            },
        ]
    );
    assert!(!seen.ladder);

    let stale = Command::Replan { to: seen.from.clone() };
    let refused = world.submit(at("12T10:30"), &person("oli"), Some(&key), stale);
    assert!(matches!(refused, Err(Rejection::NotInForce { .. })), "{refused:?}");
    replanned(&mut world, at("12T10:30"), &key);
    for target in &seen.targets {
        assert_eq!(due(&world, &key, target.target), target.after);
    }
    let broken = world.log(&key).filter_map(|entry| match entry.event {
        Event::Breached { target, due, on_change, .. } => Some((target, due, on_change)),
        _ => None,
    });
    assert_eq!(broken.collect::<Vec<_>>(), [(Target::Resolve, at("12T10:20"), true)], "broken on change");
    // What the new policy promises alike goes on in its round.
    let epochs = |target: Target| world.ticket(&key).unwrap().clocks.epoch(target.into());
    assert_eq!((epochs(Target::Respond), epochs(Target::Resolve)), (1, 2));
}

#[test]
fn a_pause_before_planning_anew_is_a_pause_by_the_policy_of_then() {
    let (mut world, key) = opened();
    let until = at("12T12:00");
    let wait = Command::Wait { on: WaitingOn::ThirdParty, until, why: None };
    world.submit(at("12T11:00"), &person("oli"), Some(&key), wait).unwrap();
    world.run_until(at("12T12:00"));
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T14:00")));
    let mut spec = PolicySpec::default();
    let p2 = spec.priorities.iter_mut().find(|priority| priority.id.as_str() == "P2").unwrap();
    p2.promises.get_mut(&Target::Resolve).unwrap().pauses.remove(&PauseReason::ThirdParty);
    world.adopt(Policy::new(spec).unwrap());
    replanned(&mut world, at("12T12:30"), &key);
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T14:00")), "the past is not measured again");
    let wait = Command::Wait { on: WaitingOn::ThirdParty, until: at("12T13:30"), why: None };
    world.submit(at("12T13:00"), &person("oli"), Some(&key), wait).unwrap();
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T14:00")), "it pauses no longer");
}

/// P2s of the shop are promised half the time, those that the ops squad asks for one working day.
fn with_rules(change: PriorityChange) -> Policy {
    let mut spec = PolicySpec::default();
    spec.modes.priority_change = change;
    let squad = |members: &[&str]| Squad {
        name: "Squad".to_owned(),
        channel: None,
        members: members.iter().map(|name| (*name).into()).collect(),
        lead: None,
        gardener: None,
        on_call: Vec::new(),
        hours: "office".into(),
        ..Default::default()
    };
    for name in ["oli", "sam"] {
        let person = supporty_core::policy::Person { name: name.to_owned(), ..Default::default() };
        spec.people.insert(name.into(), person);
    }
    spec.squads = [("ops".into(), squad(&["sam"])), ("web".into(), squad(&["oli"]))].into();
    for (area, name) in [("shop", "Shop"), ("admin", "Admin")] {
        let area = (
            area.into(),
            supporty_core::policy::Area { name: name.to_owned(), squad: "web".into(), ..Default::default() },
        );
        spec.areas.extend([area]);
    }
    let rule = |name: &str, when: Condition, within: Budget, promise: Promise| Rule {
        name: name.to_owned(),
        when,
        promises: [(Target::Resolve, Promise { within, warnings: Vec::new(), ..promise })].into(),
    };
    let promise = promise_of(&spec, "P2", Target::Resolve);
    let p2 = || Condition { priority: ["P2".into()].into(), ..Condition::default() };
    let ops = Condition { requester_squad: ["ops".into()].into(), ..p2() };
    let shop = Condition { area: ["shop".into()].into(), kind: [Kind::Request].into(), ..p2() };
    spec.rules = vec![
        rule("asked by ops", ops, Budget::Seconds(9 * 3600), promise.clone()),
        rule("shop", shop, Budget::Seconds(5400), promise),
    ];
    Policy::new(spec).unwrap()
}

#[test]
fn the_first_rule_that_matches_a_ticket_gives_its_promises() {
    let mut world = World::new(with_rules(PriorityChange::Fair));
    let cases = [
        ("rita", "P2", "shop", Kind::Request, "12T11:30", Some("shop")),
        ("rita", "P2", "shop", Kind::Incident, "12T13:00", None),
        ("rita", "P2", "admin", Kind::Request, "12T13:00", None),
        ("rita", "P1", "shop", Kind::Request, "12T11:00", None),
        ("sam", "P2", "shop", Kind::Request, "13T10:00", Some("asked by ops")),
    ];
    for (who, priority, area, kind, expected, rule) in cases {
        let Command::Open(plain) = open(priority, Some(area)) else { return };
        let command = Command::Open(Open { kind, ..plain });
        let key = world.submit(at("12T10:00"), &person(who), None, command).unwrap().ticket;
        assert_eq!(due(&world, &key, Target::Resolve), Some(at(expected)), "{who} {priority} {area} {kind}");
        let ticket = world.ticket(&key).unwrap();
        assert_eq!(account(ticket, world.policies(), Target::Resolve).unwrap().rule, rule);
        assert_eq!(account(ticket, world.policies(), Target::Respond).unwrap().rule, None);
    }
}

#[test]
fn a_move_to_where_something_else_is_promised_changes_the_clocks_as_the_policy_says() {
    let moved = |change| {
        let mut world = World::new(with_rules(change));
        let open = open("P2", Some("admin"));
        let key = world.submit(at("12T10:00"), &person("rita"), None, open).unwrap().ticket;
        let to_shop = Command::Move { to: "shop".into() };
        world.submit(at("12T11:00"), &person("oli"), Some(&key), to_shop).unwrap();
        due(&world, &key, Target::Resolve).unwrap()
    };
    assert_eq!(moved(PriorityChange::Fair), at("12T11:30"), "neither raised nor lowered: carried");
    assert_eq!(moved(PriorityChange::Carry), at("12T11:30"));
    assert_eq!(moved(PriorityChange::Restart), at("12T12:30"));
    assert_eq!(moved(PriorityChange::KeepEarlier), at("12T11:30"));
}
