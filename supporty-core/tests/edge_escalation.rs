//! Who is told, and when not: edge cases 20 to 24 of the rules, as far as they need no store. The nineteenth is in
//! `story.rs`.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;

use chrono::TimeDelta;

use supporty_core::policy::{Area, Person, Policy, PolicySpec, Rung, Squad, Trigger};
use supporty_core::rules::Rejection;
use supporty_core::ticket::{Command, Event};
use supporty_core::vocab::{Audience, Recipient, Target, TicketKey, Time, Told, Watch};
use supporty_core::world::World;

use common::{due, open, person, reply};

fn at(text: &str) -> Time {
    format!("2026-01-{text}:00Z").parse().unwrap()
}

/// Gwen gardens for the web squad, oli is on call, lea leads it; nobody leads ops.
fn team() -> PolicySpec {
    let mut spec = PolicySpec::default();
    for name in ["gwen", "oli", "lea", "ana"] {
        spec.people.insert(name.into(), Person { name: name.to_owned(), ..Default::default() });
    }
    let web = Squad {
        name: "Web".to_owned(),
        channel: Some("squad-web".into()),
        members: vec!["gwen".into(), "oli".into()],
        lead: Some("lea".into()),
        gardener: Some("gwen".into()),
        on_call: vec!["oli".into()],
        hours: "office".into(),
        ..Default::default()
    };
    let ops = Squad { channel: None, lead: None, gardener: None, on_call: Vec::new(), ..web.clone() };
    spec.squads = [("web".into(), web), ("ops".into(), ops)].into();
    let area = |squad: &str| Area { name: "Area".to_owned(), squad: squad.into(), ..Area::default() };
    spec.areas = [("shop".into(), area("web")), ("admin".into(), area("ops"))].into();
    spec
}

/// The ladder of every priority.
fn with_ladder(mut spec: PolicySpec, ladder: &[Rung]) -> Policy {
    for priority in &mut spec.priorities {
        priority.ladder = ladder.to_vec();
    }
    Policy::new(spec).unwrap()
}

fn unowned(minutes: u32, audience: &[Audience]) -> Rung {
    let trigger = Trigger::Unowned { seconds: minutes * 60 };
    Rung { trigger, audience: audience.to_vec(), repeat: None, hours: None }
}

fn opened(policy: Policy, when: &str, priority: &str, area: &str) -> (World, TicketKey) {
    let mut world = World::new(policy);
    let key = world
        .submit(at(when), &person("rita"), None, open(priority, Some(area).filter(|area| !area.is_empty())))
        .unwrap()
        .ticket;
    (world, key)
}

/// When each rung fired, whom it told, and which rung stood in for it.
fn fired(world: &World, key: &TicketKey) -> Vec<(Time, u8, Vec<Recipient>, Option<u8>)> {
    let rungs = world.log(key).filter_map(|entry| match &entry.event {
        Event::Escalated(fired) => {
            let told = fired.told.iter().map(|told| told.to.clone()).collect();
            Some((entry.at, fired.rung, told, fired.stood_in))
        }
        _ => None,
    });
    rungs.collect()
}

fn one(name: &str) -> Vec<Recipient> {
    vec![Recipient::Person(name.into())]
}

fn catch_all() -> Vec<Recipient> {
    vec![Recipient::Channel("support".into())]
}

#[test]
fn edge_21_a_clock_that_steps_back_stands_still() {
    let (mut world, key) = opened(Policy::default(), "12T10:00", "P2", "");
    world.submit(at("12T10:30"), &person("oli"), Some(&key), Command::Claim).unwrap();
    let before = due(&world, &key, Target::Resolve);
    world.submit(at("12T10:10"), &person("oli"), Some(&key), reply("m1", at("12T10:20"))).unwrap();
    world.tick(at("12T09:00"));
    let log: Vec<_> = world.log(&key).map(|entry| entry.at).collect();
    assert!(log.is_sorted(), "no entry is before the last one: {log:?}");
    assert_eq!(log.last(), Some(&at("12T10:30")));
    assert_eq!(due(&world, &key, Target::Resolve), before);
    let wait =
        Command::Wait { on: supporty_core::vocab::WaitingOn::ThirdParty, until: at("12T10:20"), why: None };
    let past = world.submit(at("12T10:00"), &person("oli"), Some(&key), wait);
    assert_eq!(past, Err(Rejection::WaitInThePast), "in the time of the ticket, and not of the clock");
}

#[test]
fn edge_22_a_nudge_in_quiet_hours_is_moved_and_never_spent() {
    let quiet = |minutes| Rung { hours: Some("office".into()), ..unowned(minutes, &[Audience::Gardener]) };
    let ladder = [quiet(10), unowned(30, &[Audience::OnCall])];
    let (mut world, key) = opened(with_ladder(team(), &ladder), "12T20:00", "P1", "shop");
    world.run_until(at("13T12:00"));
    assert_eq!(
        fired(&world, &key),
        [(at("12T20:30"), 1, one("oli"), None), (at("13T09:00"), 0, one("gwen"), None)],
        "the loud rung is not held back by the quiet one"
    );
    let moved = world.log(&key).filter_map(|entry| match entry.event {
        Event::Postponed { due, until, .. } => Some((due, until)),
        _ => None,
    });
    assert_eq!(moved.collect::<Vec<_>>(), [(at("12T20:10"), at("13T09:00"))]);

    let late = world.log(&key).filter_map(|entry| match &entry.event {
        Event::Escalated(fired) => Some(fired.late_by),
        _ => None,
    });
    assert_eq!(late.collect::<Vec<_>>(), [0, 0], "what was moved is not late");

    // Nobody is told in the morning of what was taken in the night.
    let (mut world, key) = opened(with_ladder(team(), &ladder), "12T20:00", "P1", "shop");
    world.submit(at("12T20:20"), &person("oli"), Some(&key), Command::Claim).unwrap();
    world.run_until(at("13T12:00"));
    assert_eq!(fired(&world, &key), []);
}

#[test]
fn edge_23_a_step_for_nobody_moves_on_to_the_next_and_at_last_to_the_catch_all() {
    let ladder = [unowned(10, &[Audience::Lead]), unowned(20, &[Audience::Person("ana".into())])];
    let (mut world, key) = opened(with_ladder(team(), &ladder), "12T10:00", "P1", "admin");
    world.run_until(at("12T10:20"));
    let expected = [(at("12T10:10"), 0, one("ana"), Some(1)), (at("12T10:20"), 1, one("ana"), None)];
    assert_eq!(fired(&world, &key), expected, "ops has no lead");

    let nobody = [unowned(10, &[Audience::Lead]), unowned(20, &[Audience::Gardener])];
    let (mut world, key) = opened(with_ladder(team(), &nobody), "12T10:00", "P1", "admin");
    world.run_until(at("12T10:20"));
    let told: Vec<_> = fired(&world, &key).into_iter().map(|(_, rung, told, _)| (rung, told)).collect();
    assert_eq!(told, [(0, catch_all()), (1, catch_all())]);
}

#[test]
fn edge_23_somebody_who_left_is_told_nothing() {
    let ladder = [unowned(10, &[Audience::Person("ana".into())]), unowned(20, &[Audience::Lead])];
    let (mut world, key) = opened(with_ladder(team(), &ladder), "12T10:00", "P1", "shop");
    let mut without = team();
    without.people.remove(&"ana".into());
    world.adopt(Policy::new(without).unwrap());
    world.run_until(at("12T10:15"));
    assert_eq!(fired(&world, &key), [(at("12T10:10"), 0, one("lea"), Some(1))]);

    // An owner who left is not the owner of anything that is told.
    let share = Rung {
        trigger: Trigger::Share { target: Target::Resolve, percent: 50 },
        audience: vec![Audience::Owner],
        repeat: None,
        hours: None,
    };
    let (mut world, key) = opened(with_ladder(team(), &[share]), "12T10:00", "P1", "shop");
    world.submit(at("12T10:05"), &person("ana"), Some(&key), Command::Claim).unwrap();
    let mut without = team();
    without.people.remove(&"ana".into());
    world.adopt(Policy::new(without).unwrap());
    world.run_until(at("12T10:45"));
    assert_eq!(fired(&world, &key), [(at("12T10:30"), 0, catch_all(), None)]);
}

#[test]
fn edge_23_whoever_stands_in_a_step_twice_is_told_once() {
    let mut spec = team();
    for squad in spec.squads.values_mut() {
        squad.lead = Some("gwen".into());
    }
    let step = [Audience::Lead, Audience::Gardener, Audience::Person("gwen".into()), Audience::Squad];
    let (mut world, key) = opened(with_ladder(spec, &[unowned(10, &step)]), "12T10:00", "P1", "shop");
    world.run_until(at("12T10:10"));
    let told = world.log(&key).find_map(|entry| match &entry.event {
        Event::Escalated(fired) => Some(fired.told.clone()),
        _ => None,
    });
    let lead = Told { to: Recipient::Person("gwen".into()), as_: Audience::Lead };
    let squad = Told { to: Recipient::Channel("squad-web".into()), as_: Audience::Squad };
    assert_eq!(told, Some(vec![lead, squad]), "as the first that named them");
}

#[test]
fn edge_24_only_an_engineer_who_was_told_acknowledges() {
    let ladder = [unowned(10, &[Audience::Lead])];
    let (mut world, key) = opened(with_ladder(team(), &ladder), "12T10:00", "P1", "shop");
    world.run_until(at("12T10:10"));
    let outsider = world.submit(at("12T10:11"), &person("rita"), Some(&key), Command::Acknowledge);
    assert!(matches!(outsider, Err(Rejection::NotAnEngineer { .. })), "{outsider:?}");
    let other = world.submit(at("12T10:11"), &person("ana"), Some(&key), Command::Acknowledge);
    assert_eq!(other, Err(Rejection::NotTold));
    world.submit(at("12T10:11"), &person("lea"), Some(&key), Command::Acknowledge).unwrap();
}

#[test]
fn edge_24_an_acknowledgement_silences_until_it_lapses() {
    let ladder = [unowned(10, &[Audience::Lead]), unowned(20, &[Audience::OnCall])];
    let (mut world, key) = opened(with_ladder(team(), &ladder), "12T10:00", "P1", "shop");
    world.run_until(at("12T10:10"));
    world.submit(at("12T10:11"), &person("lea"), Some(&key), Command::Acknowledge).unwrap();
    world.submit(at("12T10:20"), &person("lea"), Some(&key), reply("m1", at("12T10:20"))).unwrap();
    // It lapses a quarter of an hour after the last activity, and the ladder begins anew.
    world.run_until(at("12T10:55"));
    let times: Vec<_> = fired(&world, &key).into_iter().map(|(at, rung, ..)| (at, rung)).collect();
    assert_eq!(times, [(at("12T10:10"), 0), (at("12T10:45"), 0), (at("12T10:55"), 1)]);
}

#[test]
fn edge_24_whoever_hands_a_ticket_off_no_longer_looks_at_it() {
    let silent = Rung {
        trigger: Trigger::After { target: Target::NextResponse, seconds: 0 },
        audience: vec![Audience::Owner],
        repeat: None,
        hours: None,
    };
    let story = |hands_off: bool| {
        let mut spec = team();
        for priority in &mut spec.priorities {
            priority.acknowledgement_lapses = 24 * 3600;
        }
        let (mut world, key) =
            opened(with_ladder(spec, std::slice::from_ref(&silent)), "12T10:00", "P1", "shop");
        world.submit(at("12T10:01"), &person("oli"), Some(&key), Command::Claim).unwrap();
        world.submit(at("12T10:02"), &person("oli"), Some(&key), Command::Acknowledge).unwrap();
        if hands_off {
            let command = Command::HandOff { to: "ana".into(), note: None };
            world.submit(at("12T10:03"), &person("oli"), Some(&key), command).unwrap();
        }
        world.submit(at("12T10:04"), &person("rita"), Some(&key), reply("m1", at("12T10:04"))).unwrap();
        world.run_until(at("12T10:34") + TimeDelta::seconds(1));
        fired(&world, &key).into_iter().map(|(_, _, told, _)| told).collect::<Vec<_>>()
    };
    assert_eq!(story(false), Vec::<Vec<Recipient>>::new(), "oli said that they are looking at it");
    assert_eq!(story(true), [one("ana")], "ana did not");
}

#[test]
fn edge_24_an_acknowledgement_never_ends_what_is_about_resolving() {
    let share = Rung {
        trigger: Trigger::Share { target: Target::Resolve, percent: 50 },
        audience: vec![Audience::Lead],
        repeat: None,
        hours: None,
    };
    let ladder = [unowned(10, &[Audience::Lead]), share];
    let (mut world, key) = opened(with_ladder(team(), &ladder), "12T10:00", "P1", "shop");
    world.run_until(at("12T10:10"));
    world.submit(at("12T10:25"), &person("lea"), Some(&key), Command::Acknowledge).unwrap();
    world.run_until(at("12T10:30"));
    assert!(
        world
            .log(&key)
            .any(|entry| matches!(&entry.event, Event::Escalated(fired) if fired.watch == Watch::Resolve))
    );
}

#[test]
fn every_trigger_fires_when_it_says_and_repeats_as_often_as_it_may() {
    use supporty_core::policy::Repeat;
    let hour = 3_600;
    let resolve = Target::Resolve;
    let triggers = [
        (Trigger::Unowned { seconds: hour / 2 }, "12T10:30"),
        (Trigger::Share { target: resolve, percent: 50 }, "12T11:30"),
        (Trigger::Before { target: resolve, seconds: hour / 2 }, "12T12:30"),
        (Trigger::After { target: resolve, seconds: 0 }, "12T13:00"),
        (Trigger::After { target: resolve, seconds: hour }, "12T14:00"),
    ];
    for (trigger, first) in triggers {
        let repeat = Some(Repeat { every: hour / 2, at_most: 2 });
        let rung = Rung { trigger, audience: vec![Audience::Lead], repeat, hours: None };
        let (mut world, key) = opened(with_ladder(team(), &[rung]), "12T10:00", "P2", "shop");
        world.run_until(at("12T17:30"));
        let times = world.log(&key).filter_map(|entry| match &entry.event {
            Event::Escalated(fired) if fired.count == 1 => Some(fired.due),
            _ => None,
        });
        let expected = [0, 30, 60].map(|minutes| at(first) + TimeDelta::minutes(minutes));
        assert_eq!(times.collect::<Vec<_>>(), expected, "{trigger:?}");
    }
    // Silence is the owner's, runs on the priority's clock, and begins anew with whatever they do.
    let silent = Rung {
        trigger: Trigger::Silent { seconds: hour },
        audience: vec![Audience::Owner],
        repeat: None,
        hours: None,
    };
    let (mut world, key) = opened(with_ladder(team(), &[silent]), "12T17:00", "P2", "shop");
    world.submit(at("12T17:10"), &person("oli"), Some(&key), Command::Claim).unwrap();
    world.submit(at("12T17:20"), &person("oli"), Some(&key), reply("m1", at("12T17:20"))).unwrap();
    world.run_until(at("13T12:00"));
    assert_eq!(fired(&world, &key), [(at("13T09:20"), 0, one("oli"), None)]);
}
