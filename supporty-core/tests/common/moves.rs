//! Anything that may be asked of a few tickets, and a desk that was asked.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::policy::{
    Area, Condition, Contact, Person, Policy, PolicySpec, PriorityChange, ReplyMode, Rule, Squad,
};
use supporty_core::ticket::{Command, Erasure, Message, Open, Raised, Script, Signal};
use supporty_core::vocab::{
    Actor, AlertId, Bond, Change, ChangeState, Identity, Investment, Kind, Place, ReopenMode, Resolution,
    Stars, Target, TextRef, TicketKey, Time, Upkeep, WaitingOn,
};
use supporty_core::world::World;

pub(crate) const PEOPLE: [&str; 4] = ["ana", "ben", "cleo", "rita"];

#[derive(Debug, Clone)]
pub(crate) struct Move {
    /// Seconds since the move before; the clock may step back.
    pub(crate) after: i64,
    pub(crate) by: Actor,
    pub(crate) ticket: Option<u64>,
    pub(crate) command: Command,
}

pub(crate) fn key(number: u64) -> TicketKey {
    TicketKey::new("SUP", number)
}

pub(crate) fn person() -> impl Strategy<Value = Actor> {
    prop::sample::select(&PEOPLE[..]).prop_map(|name| Actor::Person(name.into()))
}

pub(crate) fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![8 => person(), 1 => Just(Actor::Bot("robot".into()))]
}

/// A command; messages are said up to an hour before the desk hears of them, or after.
pub(crate) fn command() -> impl Strategy<Value = Command> {
    let text = || TextRef::new("text");
    let name = || prop::sample::select(&PEOPLE[..]);
    let priority = || prop::sample::select(&["P1", "P2", "P3", "P9"][..]);
    let message = || {
        (0i64..20_000_000).prop_map(|at| Message {
            id: "m".into(),
            text: TextRef::new("m"),
            said_at: start() + TimeDelta::seconds(at),
        })
    };
    let area = || prop::option::of(prop::sample::select(&["shop", "admin"][..]));
    prop_oneof![
        4 => (priority(), 0usize..4, area(), any::<bool>()).prop_map(move |(priority, kind, area, restricted)| Command::Open(Open {
            title: text(),
            details: None,
            kind: Kind::ALL[kind],
            priority: priority.into(),
            area: area.map(Into::into),
            on_behalf: None,
            fields: Default::default(),
            restricted,
            drill: Some(Script { participants: ["ben".into()].into(), lines: vec![(60, text()), (90_000, text())] })
                .filter(|_| Kind::ALL[kind] == Kind::Drill),
        })),
        3 => Just(Command::Claim),
        1 => name().prop_map(|to| Command::Assign { to: to.into() }),
        1 => name().prop_map(|to| Command::HandOff { to: to.into(), note: None }),
        1 => Just(Command::Release),
        1 => Just(Command::TakeOver),
        4 => message().prop_map(|message| Command::Reply { message }),
        1 => message().prop_map(|message| Command::Note { message }),
        2 => priority().prop_map(|to| Command::Reprioritise { to: to.into(), why: None }),
        1 => prop::sample::select(&["shop", "admin", "nowhere"][..]).prop_map(|to| Command::Move { to: to.into() }),
        1 => Just(Command::Replan { to: other().version().clone() }),
        1 => message().prop_map(|message| Command::Edit { message }),
        1 => Just(Command::Withdraw { message: "m".into() }),
        1 => (0usize..4).prop_map(|kind| Command::ChangeKind { to: Kind::ALL[kind] }),
        1 => (0usize..7, 0usize..3).prop_map(|(upkeep, investment)| Command::Classify {
            upkeep: Upkeep::ALL[upkeep],
            investment: Investment::ALL[investment],
        }),
        1 => Just(Command::Identify),
        1 => Just(Command::Mitigate),
        3 => (0usize..3, 0i64..20_000_000).prop_map(|(on, until)| Command::Wait {
            on: WaitingOn::ALL[on],
            until: start() + TimeDelta::seconds(until),
            why: None,
        }),
        2 => Just(Command::Resume),
        3 => (0usize..11).prop_map(|how| Command::Resolve { resolution: Resolution::ALL[how], note: None }),
        1 => Just(Command::Confirm),
        2 => Just(Command::Reopen { why: None }),
        1 => (1u8..=5).prop_map(|stars| Command::Rate { stars: Stars::new(stars).unwrap() }),
        2 => (1u64..5).prop_map(|into| Command::Merge { into: key(into) }),
        2 => Just(Command::Unmerge),
        2 => (1u64..5).prop_map(|to| Command::Attach { to: key(to) }),
        1 => Just(Command::Detach),
        1 => name().prop_map(|reader| Command::Restrict { readers: [reader.into()].into() }),
        1 => Just(Command::Unrestrict),
        3 => (link(), 0u64..3).prop_map(|((bond, state, as_of), number)| Command::Link { bond, change: change(number, state, as_of) }),
        1 => Just(Command::OpenIssue),
        1 => (message(), 0u64..3).prop_map(|(message, number)| Command::Comment { on: (&*format!("shop/{number}")).into(), message }),
        1 => (0u64..3, 0u64..2).prop_map(|(number, deployment)| Command::Deployed {
            service: "shop".into(),
            deployment: (&*format!("ci/{deployment}")).into(),
            changes: [(&*format!("shop/{number}")).into()].into(),
            at: start(),
        }),
        1 => (0u64..3).prop_map(|number| Command::Revert { change: (&*format!("shop/{number}")).into(), at: start() }),
        1 => (0u64..2, any::<bool>()).prop_map(|(number, caused)| {
            let (service, deployment) = ("shop".into(), (&*format!("ci/{number}")).into());
            if caused { Command::Blame { service, deployment } } else { Command::Absolve { service, deployment } }
        }),
        1 => alerts().prop_map(move |alerts| Command::Raise {
            open: Open::new(text(), "P2"),
            by: Raised { place: Place { adapter: "alerts".into(), channel: "c".to_owned(), message: "1".into() }, alerts, unfollowed: 0 },
        }),
        3 => (alerts(), prop::option::of(1u64..5), 0u32..3).prop_map(move |(alerts, of, unfollowed)| Command::Signal {
            alerts,
            names: Some(text()),
            of: of.map(key),
            unfollowed: unfollowed / 2,
        }),
        1 => Just(Command::WritePostMortem { text: text() }),
        1 => prop::option::of(name()).prop_map(|whose| Command::Erase {
            whose: whose.map(Into::into),
            texts: 1,
            because: Erasure::Asked,
        }),
        2 => (name(), prop::sample::select(&["pager", "slack"][..]))
            .prop_map(|(person, adapter)| Command::Undelivered { person: person.into(), adapter: adapter.into() }),
        1 => Just(Command::Escalate { why: None }),
        1 => Just(Command::Acknowledge),
        1 => any::<bool>().prop_map(|private| Command::Place {
            place: Place { adapter: "local".into(), channel: "c".to_owned(), message: "1".into() },
            private,
        }),
        2 => Just(Command::Tick),
    ]
}

pub(crate) fn alerts() -> impl Strategy<Value = BTreeMap<AlertId, Signal>> {
    let hour = |hours| start() + TimeDelta::hours(hours);
    let signal = (0i64..6, prop::option::of(0i64..3)).prop_map(move |(since, lasts)| Signal {
        since: hour(since),
        until: lasts.map(|lasts| hour(since + lasts)),
    });
    prop::collection::btree_map((0u8..4).prop_map(|n| AlertId::new(format!("am/{n}"))), signal, 1..4)
}

pub(crate) fn link() -> impl Strategy<Value = (Bond, ChangeState, Time)> {
    let at = || (0i64..6).prop_map(|hours| start() + TimeDelta::hours(hours));
    let state = prop_oneof![
        Just(ChangeState::Open),
        at().prop_map(|at| ChangeState::Merged { at }),
        at().prop_map(|at| ChangeState::Dropped { at }),
    ];
    (prop::sample::select(Bond::ALL), state, at())
}

pub(crate) fn change(number: u64, state: ChangeState, as_of: Time) -> Change {
    let (label, url) = (format!("acme/shop#{number}"), format!("https://code.example/shop/{number}"));
    Change { id: (&*format!("shop/{number}")).into(), label, url, state, opened_at: start(), as_of }
}

pub(crate) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let after = prop_oneof![6 => 0i64..7_200, 3 => 0i64..200_000, 1 => -600i64..0, 1 => Just(0)];
    let one = (after, actor(), 1u64..5, command()).prop_map(|(after, by, ticket, command)| {
        let ticket = Some(ticket).filter(|_| !matches!(command, Command::Open(_) | Command::Raise { .. }));
        let by = match command {
            Command::Undelivered { .. }
            | Command::Erase { .. }
            | Command::Deployed { .. }
            | Command::Revert { .. } => Actor::Desk,
            _ => by,
        };
        Move { after, by, ticket, command }
    });
    prop::collection::vec(one, 1..60)
}

pub(crate) fn policy() -> impl Strategy<Value = Policy> {
    modes(team()).prop_map(|spec| Policy::new(spec).unwrap())
}

/// A policy with anything that a team may choose.
pub(crate) fn modes(spec: PolicySpec) -> impl Strategy<Value = PolicySpec> {
    use PriorityChange as P;
    let change = prop::sample::select(vec![P::Fair, P::Carry, P::Restart, P::KeepEarlier]);
    let reopen = prop::sample::select(ReopenMode::ALL);
    let reply = prop::sample::select(vec![ReplyMode::Ask, ReplyMode::Always, ReplyMode::Never]);
    (change, reopen, reply).prop_map(move |(change, reopen, reply)| {
        let mut spec = spec.clone();
        spec.modes.priority_change = change;
        spec.modes.reopen = reopen;
        spec.modes.reply_after_resolution = reply;
        spec
    })
}

/// Two areas, of which one has promises of its own.
pub(crate) fn team() -> PolicySpec {
    let mut spec = PolicySpec::default();
    let squad = Squad {
        name: "Web".to_owned(),
        channel: None,
        members: vec!["ana".into()],
        lead: Some("ben".into()),
        gardener: None,
        on_call: vec!["ana".into()],
        hours: "office".into(),
        ..Default::default()
    };
    spec.private_channel = Some("private".into());
    spec.people =
        PEOPLE.map(|name| (name.into(), Person { name: name.to_owned(), ..Default::default() })).into();
    for name in ["ana", "ben"] {
        let person = spec.people.get_mut(&name.into()).unwrap();
        person.identities = ["slack", "pager"].map(|adapter| Identity::new(adapter, name)).into();
        person.contacts = [("slack", 300), ("pager", 600)]
            .map(|(adapter, wait)| Contact { adapter: adapter.into(), wait })
            .into();
    }
    spec.squads.insert("web".into(), squad);
    spec.areas = ["shop", "admin"]
        .map(|area| {
            let restricted = area == "admin";
            (area.into(), Area { name: area.to_owned(), squad: "web".into(), restricted, ..Area::default() })
        })
        .into();
    let promises = spec.priorities[0].promises.clone();
    let when = Condition { area: ["shop".into()].into(), ..Condition::default() };
    spec.rules = vec![Rule { name: "shop".to_owned(), when, promises }];
    spec
}

/// What tickets may be put under: other hours, other promises, another ladder.
pub(crate) fn other() -> Policy {
    let mut spec = team();
    spec.rules.clear();
    spec.priorities[1].clock = "always".into();
    spec.priorities[1].promises.get_mut(&Target::Resolve).unwrap().clock = "weekdays".into();
    spec.priorities[2].ladder.remove(0);
    Policy::new(spec).unwrap()
}

pub(crate) fn start() -> Time {
    "2026-03-26T07:00:00Z".parse().unwrap()
}

/// Plays the moves and looks at the touched ticket after each.
pub(crate) fn play(policy: Policy, moves: &[Move], mut look: impl FnMut(&mut World, Time, &Move)) -> World {
    let mut world = World::new(policy.clone());
    let mut now = start();
    for one in moves {
        now += TimeDelta::seconds(one.after);
        let about = one.ticket.map(key);
        let replans = matches!(one.command, Command::Replan { .. });
        if replans {
            world.adopt(other());
        }
        let _ = world.submit(now, &one.by, about.as_ref(), one.command.clone());
        if replans {
            world.adopt(policy.clone());
        }
        look(&mut world, now, one);
    }
    world
}
