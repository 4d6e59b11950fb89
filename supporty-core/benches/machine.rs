//! The state machine: applying an entry, deciding a command, settling what is due.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement ends where something is missing"
)]

use std::collections::BTreeMap;

use chrono::TimeDelta;
use divan::{Bencher, black_box};

use supporty_core::policy::{Policies, Policy};
use supporty_core::rules::{Context, decide, next_deadline, plan, react, step};
use supporty_core::stream::{Cause, Entry};
use supporty_core::ticket::{Command, Event, Message, Open, Ticket, TicketEntry, evolve};
use supporty_core::vocab::{Actor, Kind, TextRef, TicketKey, Time};
use supporty_core::world::World;

fn main() {
    divan::main();
}

fn start() -> Time {
    "2026-01-12T10:00:00Z".parse().unwrap()
}

fn person(name: &str) -> Actor {
    Actor::Person(name.into())
}

fn message(name: &str) -> Message {
    Message { id: name.into(), text: TextRef::new(name), said_at: start() + TimeDelta::minutes(5) }
}

/// A P2 that rita opened and ana owns, after a few messages.
fn world() -> (World, TicketKey) {
    let mut world = World::new(Policy::default());
    let open = Command::Open(Open {
        title: TextRef::new("title"),
        details: None,
        kind: Kind::Request,
        priority: "P2".into(),
        area: None,
        on_behalf: None,
        fields: Default::default(),
        restricted: false,
        drill: None,
    });
    let key = world.submit(start(), &person("rita"), None, open).unwrap().ticket;
    let now = start() + TimeDelta::minutes(1);
    world.submit(now, &person("ana"), Some(&key), Command::Claim).unwrap();
    for name in ["m1", "m2"] {
        let reply = Command::Reply { message: message(name) };
        world.submit(now + TimeDelta::minutes(5), &person("ana"), Some(&key), reply).unwrap();
    }
    (world, key)
}

fn ticket() -> (Ticket, Policies) {
    let (world, key) = world();
    (world.ticket(&key).unwrap().clone(), world.policies().clone())
}

struct Scene {
    ticket: Ticket,
    policies: Policies,
    by: Actor,
    key: TicketKey,
    others: BTreeMap<TicketKey, Ticket>,
}

impl Scene {
    fn new(by: &str) -> Self {
        let (ticket, policies) = ticket();
        Self { key: ticket.key.clone(), ticket, policies, by: person(by), others: BTreeMap::new() }
    }

    fn context(&self, minutes: i64) -> Context<'_> {
        Context {
            now: start() + TimeDelta::minutes(minutes),
            by: &self.by,
            cause: &Cause::Timer,
            policies: &self.policies,
            key: &self.key,
            others: &self.others,
            roster: self.policies.current(),
        }
    }
}

fn command(name: &str) -> (&'static str, Command) {
    match name {
        "note" => ("ana", Command::Note { message: message("n1") }),
        "identify" => ("ana", Command::Identify),
        "reply" => ("ana", Command::Reply { message: message("m3") }),
        "ask" => ("rita", Command::Reply { message: message("m4") }),
        "reprioritise" => ("ana", Command::Reprioritise { to: "P1".into(), why: None }),
        "resolve" => {
            let resolution = supporty_core::vocab::Resolution::CodeChange;
            ("ana", Command::Resolve { resolution, note: None })
        }
        _ => ("ana", Command::Release),
    }
}

/// Those that leave the clocks alone first.
const COMMANDS: [&str; 7] = ["note", "identify", "ask", "reply", "reprioritise", "release", "resolve"];

fn entry(event: Event, seq: u64, by: &str) -> TicketEntry {
    Entry { seq, at: start() + TimeDelta::minutes(10), by: person(by), cause: Cause::Timer, event }
}

/// One entry on a ticket that stands there, without copying either.
#[divan::bench(args = ["identified", "noted", "acknowledged", "replied"])]
fn evolve_one(bencher: Bencher<'_, '_>, name: &str) {
    let (ticket, _) = ticket();
    let event = match name {
        "noted" => Event::Noted { message: message("n1") },
        "identified" => Event::Identified {},
        "acknowledged" => Event::Acknowledged {},
        _ => Event::Replied { message: message("m3") },
    };
    // By a watcher, who moves no mark of the owner's; a reply by the owner does.
    let by = if name == "replied" { "ana" } else { "oli" };
    let entry = entry(event, 9, by);
    let mut state = Some(ticket);
    evolve(&mut state, &entry);
    bencher.bench_local(|| evolve(black_box(&mut state), black_box(&entry)));
}

#[divan::bench(args = COMMANDS)]
fn decide_one(bencher: Bencher<'_, '_>, name: &str) {
    let (by, command) = command(name);
    let scene = Scene::new(by);
    let context = scene.context(10);
    bencher.bench(|| decide(Some(black_box(&scene.ticket)), black_box(&command), &context));
}

/// Deciding and applying, on a copy that was made outside.
#[divan::bench(args = COMMANDS)]
fn decide_and_evolve(bencher: Bencher<'_, '_>, name: &str) {
    let (by, command) = command(name);
    let scene = Scene::new(by);
    let context = scene.context(10);
    bencher.with_inputs(|| Some(scene.ticket.clone())).bench_refs(|state| {
        let events = decide(state.as_ref(), black_box(&command), &context).unwrap();
        for (event, seq) in events.into_iter().zip(7..) {
            let by = scene.by.clone();
            evolve(state, &Entry { seq, at: context.now, by, cause: Cause::Timer, event });
        }
    });
}

#[divan::bench]
fn next_wake(bencher: Bencher<'_, '_>) {
    let (ticket, policies) = ticket();
    bencher.bench(|| next_deadline(black_box(&ticket), &policies));
}

#[divan::bench]
fn plan_all(bencher: Bencher<'_, '_>) {
    let (ticket, policies) = ticket();
    bencher.bench(|| plan(black_box(&ticket), &policies));
}

/// A tick at which one warning is due: settle, react, and when to look again.
#[divan::bench]
fn settle_one_due_deadline(bencher: Bencher<'_, '_>) {
    let scene = Scene::new("ana");
    let context = scene.context(90);
    let done = step(Some(&scene.ticket), &Command::Tick, &context);
    assert_eq!(done.changes[0].entries.len(), 1, "one warning is due");
    bencher.bench(|| step(Some(black_box(&scene.ticket)), &Command::Tick, &context));
}

#[divan::bench]
fn step_of_a_note(bencher: Bencher<'_, '_>) {
    let scene = Scene::new("ana");
    let context = scene.context(10);
    let note = Command::Note { message: message("n1") };
    bencher.bench(|| step(Some(black_box(&scene.ticket)), &note, &context));
}

#[divan::bench]
fn react_to_a_reply(bencher: Bencher<'_, '_>) {
    let (ticket, policies) = ticket();
    let entries = [entry(Event::Replied { message: message("m3") }, 7, "ana")];
    bencher.bench(|| react(black_box(&ticket), &entries, &policies));
}

#[divan::bench]
fn copy_of_a_ticket(bencher: Bencher<'_, '_>) {
    let (ticket, _) = ticket();
    bencher.bench(|| black_box(&ticket).clone());
}
