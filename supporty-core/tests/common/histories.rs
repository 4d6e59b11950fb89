//! Histories of a small team, and what was arranged to replay them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::field_reassign_with_default,
    reason = "a test ends where something is missing"
)]

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::backtest::{Stream, linked};
use supporty_core::policy::{Area, Contact, Person, Policy, PolicySpec, Squad};
use supporty_core::ticket::{Command, Message, Open};
use supporty_core::time::Budget;
use supporty_core::vocab::{Actor, Identity, Kind, Resolution, Target, TextRef, TicketKey, Time, WaitingOn};
use supporty_core::world::World;

use super::moves::modes;
use super::person;

/// Monday, a working day, by the clocks of London in winter.
pub(crate) fn at(clock: &str) -> Time {
    format!("2026-01-{clock}:00Z").parse().unwrap()
}

pub(crate) fn key(number: u64) -> TicketKey {
    TicketKey::new("SUP", number)
}

pub(crate) fn team() -> PolicySpec {
    let people = ["ana", "ben", "cleo"].map(|name| {
        let identities = vec![Identity::new("slack", name)];
        let contacts = vec![Contact { adapter: "slack".into(), wait: 300 }];
        (name.into(), Person { name: name.to_owned(), identities, contacts, ..Default::default() })
    });
    let mut spec = PolicySpec { people: people.into(), ..PolicySpec::default() };
    let squad = Squad {
        name: "Web".to_owned(),
        members: vec!["ana".into(), "ben".into()],
        lead: Some("ben".into()),
        on_call: vec!["ana".into()],
        hours: "office".into(),
        ..Default::default()
    };
    spec.squads.insert("web".into(), squad);
    let area = Area { name: "shop".to_owned(), squad: "web".into(), ..Default::default() };
    spec.areas.insert("shop".into(), area);
    spec
}

pub(crate) fn within(mut spec: PolicySpec, priority: &str, target: Target, seconds: u32) -> Policy {
    let known = spec.priorities.iter_mut().find(|known| known.id == priority.into()).unwrap();
    known.promises.get_mut(&target).unwrap().within = Budget::Seconds(seconds);
    Policy::new(spec).unwrap()
}

pub(crate) fn streams(world: &World) -> Vec<Stream> {
    world
        .tickets()
        .map(|ticket| Stream { key: ticket.key.clone(), entries: world.log(&ticket.key).cloned().collect() })
        .collect()
}

/// What happened to tickets that have to do with each other, each group apart.
pub(crate) fn groups(world: &World) -> Vec<Vec<Stream>> {
    let all: BTreeMap<_, _> = streams(world).into_iter().map(|one| (one.key.clone(), one)).collect();
    let mut left = all.clone();
    let mut groups = Vec::new();
    while let Some((first, _)) = left.first_key_value() {
        let (mut open, mut group) = (vec![first.clone()], Vec::new());
        while let Some(key) = open.pop() {
            let Some(stream) = left.remove(&key) else { continue };
            open.extend(linked(&stream.entries));
            group.push(stream);
        }
        groups.push(group);
    }
    groups
}

pub(crate) fn resolve() -> Command {
    Command::Resolve { resolution: Resolution::CodeChange, note: None }
}

#[derive(Debug, Clone)]
pub(crate) struct Move {
    after: i64,
    by: &'static str,
    ticket: u64,
    command: Command,
}

pub(crate) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let name = || prop::sample::select(&["ana", "ben", "cleo"][..]);
    let priority = || prop::sample::select(&["P1", "P2", "P3"][..]);
    let area = || prop::option::of(Just("shop"));
    let command = prop_oneof![
        5 => (priority(), area(), 0usize..3).prop_map(|(priority, area, kind)| {
            let open = Open::new(TextRef::new("title"), priority);
            Command::Open(Open { area: area.map(Into::into), kind: Kind::ALL[kind], ..open })
        }),
        3 => Just(Command::Claim),
        1 => name().prop_map(|to| Command::Assign { to: to.into() }),
        1 => Just(Command::Release),
        1 => Just(Command::TakeOver),
        1 => Just(Command::Acknowledge),
        1 => Just(Command::Escalate { why: None }),
        // Said up to an hour before it is heard: filled in when it is played.
        5 => (0i64..3_600).prop_map(|ago| {
            let said_at = Time::from_timestamp(ago, 0).unwrap();
            Command::Reply { message: Message { id: "m".into(), text: TextRef::new("m"), said_at } }
        }),
        2 => priority().prop_map(|to| Command::Reprioritise { to: to.into(), why: None }),
        1 => Just(Command::Move { to: "shop".into() }),
        2 => (0usize..3, 3_600i64..200_000).prop_map(|(on, until)| {
            let until = Time::from_timestamp(until, 0).unwrap();
            Command::Wait { on: WaitingOn::ALL[on], until, why: None }
        }),
        2 => Just(Command::Resume),
        4 => (0usize..11).prop_map(|how| Command::Resolve { resolution: Resolution::ALL[how], note: None }),
        1 => Just(Command::Confirm),
        2 => Just(Command::Reopen { why: None }),
        2 => (1u64..6).prop_map(|into| Command::Merge { into: key(into) }),
        1 => Just(Command::Unmerge),
        1 => (1u64..6).prop_map(|to| Command::Attach { to: key(to) }),
        1 => Just(Command::Detach),
        1 => name().prop_map(|person| Command::Undelivered { person: person.into(), adapter: "slack".into() }),
    ];
    let who = prop::sample::select(&["ana", "ben", "cleo", "rita"][..]);
    let after = prop_oneof![6 => 1i64..5_000, 3 => 1i64..200_000];
    let one = (after, who, 1u64..6, command).prop_map(|(after, by, ticket, command)| Move {
        after,
        by,
        ticket,
        command,
    });
    prop::collection::vec(one, 1..50)
}

pub(crate) fn policies() -> impl Strategy<Value = PolicySpec> {
    modes(team())
}

/// A desk that was never down plays the moves, and time goes on for ten days.
pub(crate) fn play(spec: &PolicySpec, moves: &[Move]) -> (World, Time) {
    let mut world = World::new(Policy::new(spec.clone()).unwrap());
    let mut now = at("12T08:00");
    for one in moves {
        now += TimeDelta::seconds(one.after);
        world.run_until(now);
        let mut command = one.command.clone();
        match &mut command {
            Command::Reply { message } => {
                message.said_at = now - TimeDelta::seconds(message.said_at.timestamp())
            }
            Command::Wait { until, .. } => *until = now + TimeDelta::seconds(until.timestamp()),
            _ => {}
        }
        let about = Some(key(one.ticket)).filter(|_| !matches!(command, Command::Open(_)));
        let by = match command {
            Command::Undelivered { .. } => Actor::Desk,
            _ => person(one.by),
        };
        let _ = world.submit(now, &by, about.as_ref(), command);
    }
    now += TimeDelta::days(10);
    world.run_until(now);
    (world, now)
}
