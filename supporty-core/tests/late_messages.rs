//! Messages that arrive late or shuffled come to the same as those that arrive in order.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;

use supporty_core::policy::{Policy, PolicySpec, ReplyMode};
use supporty_core::ticket::{Command, Event, StatusKind, Ticket, Verdict};
use supporty_core::vocab::{Resolution, Target, TicketKey, Time, WaitingOn};
use supporty_core::world::World;

use common::{due, open, person, reply};

fn at(text: &str) -> Time {
    format!("2026-01-12T{text}Z").parse().unwrap()
}

fn opened(policy: Policy, priority: &str) -> (World, TicketKey) {
    let mut world = World::new(policy);
    let key = world.submit(at("10:00:00"), &person("rita"), None, open(priority, None)).unwrap().ticket;
    (world, key)
}

fn say(world: &mut World, key: &TicketKey, now: &str, who: &str, said_at: &str) {
    world.submit(at(now), &person(who), Some(key), reply(said_at, at(said_at))).unwrap();
}

fn last(ticket: &Ticket, target: Target) -> Option<Verdict> {
    ticket.outcomes.iter().rev().find(|outcome| outcome.target == target).map(|outcome| outcome.verdict)
}

#[test]
fn edge_18_what_was_said_before_a_question_does_not_answer_it() {
    let (mut world, key) = opened(Policy::default(), "P2");
    say(&mut world, &key, "10:31:00", "rita", "10:30:00");
    say(&mut world, &key, "10:32:00", "oli", "10:05:00");
    assert_eq!(due(&world, &key, Target::NextResponse), Some(at("11:30:00")), "rita still waits");
}

#[test]
fn edge_18_a_question_that_arrives_after_its_answer_is_answered() {
    let (mut world, key) = opened(Policy::default(), "P2");
    say(&mut world, &key, "10:21:00", "oli", "10:20:00");
    say(&mut world, &key, "10:22:00", "rita", "10:10:00");
    assert_eq!(due(&world, &key, Target::NextResponse), None);
}

#[test]
fn the_first_unanswered_message_counts_even_if_it_arrives_second() {
    let (mut world, key) = opened(Policy::default(), "P2");
    say(&mut world, &key, "10:31:00", "rita", "10:30:00");
    say(&mut world, &key, "10:32:00", "rita", "10:10:00");
    assert_eq!(due(&world, &key, Target::NextResponse), Some(at("11:10:00")));
}

#[test]
fn an_older_answer_that_arrives_second_does_not_bring_the_next_update_forward() {
    let (mut world, key) = opened(Policy::default(), "P1");
    say(&mut world, &key, "10:20:00", "oli", "10:20:00");
    say(&mut world, &key, "10:21:00", "oli", "10:05:00");
    assert_eq!(due(&world, &key, Target::Update), Some(at("10:50:00")));
    world.run_until(at("10:40:00"));
    let breached = |entry: &&supporty_core::ticket::TicketEntry| {
        matches!(entry.event, Event::Breached { target: Target::Update, .. })
    };
    assert_eq!(world.log(&key).filter(breached).count(), 0);
}

#[test]
fn edge_18_a_first_answer_that_arrives_after_a_later_one_amends_the_breach() {
    let (mut world, key) = opened(Policy::default(), "P1");
    world.run_until(at("10:20:00"));
    say(&mut world, &key, "10:20:00", "oli", "10:20:00");
    let late = Verdict::MetLate { at: at("10:20:00"), due: at("10:15:00") };
    assert_eq!(last(world.ticket(&key).unwrap(), Target::Respond), Some(late));
    say(&mut world, &key, "10:21:00", "oli", "10:05:00");
    let met = Verdict::Met { at: at("10:05:00"), due: Some(at("10:15:00")) };
    assert_eq!(last(world.ticket(&key).unwrap(), Target::Respond), Some(met));
}

#[test]
fn a_first_answer_that_arrives_after_the_resolution_amends_the_breach() {
    let (mut world, key) = opened(Policy::default(), "P1");
    world.run_until(at("10:20:00"));
    let resolve = Command::Resolve { resolution: Resolution::Explanation, note: None };
    world.submit(at("10:20:00"), &person("oli"), Some(&key), resolve).unwrap();
    say(&mut world, &key, "10:21:00", "oli", "10:05:00");
    let met = Verdict::Met { at: at("10:05:00"), due: Some(at("10:15:00")) };
    assert_eq!(last(world.ticket(&key).unwrap(), Target::Respond), Some(met));
}

#[test]
fn what_was_said_before_a_wait_does_not_end_it() {
    let (mut world, key) = opened(Policy::default(), "P2");
    let wait = Command::Wait { on: WaitingOn::Requester, until: at("18:00:00"), why: None };
    world.submit(at("10:30:00"), &person("oli"), Some(&key), wait).unwrap();
    say(&mut world, &key, "10:31:00", "rita", "10:20:00");
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::Waiting);
    say(&mut world, &key, "10:32:00", "rita", "10:32:00");
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::New);
}

fn always() -> Policy {
    let mut spec = PolicySpec::default();
    spec.modes.reply_after_resolution = ReplyMode::Always;
    Policy::new(spec).unwrap()
}

#[test]
fn what_was_said_before_a_resolution_does_not_reopen() {
    let (mut world, key) = opened(always(), "P2");
    let resolve = Command::Resolve { resolution: Resolution::Explanation, note: None };
    world.submit(at("10:30:00"), &person("oli"), Some(&key), resolve).unwrap();
    say(&mut world, &key, "10:31:00", "rita", "10:20:00");
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::Resolved);
}

#[test]
fn a_reply_that_reopens_waits_for_an_answer() {
    let (mut world, key) = opened(always(), "P2");
    let resolve = Command::Resolve { resolution: Resolution::Explanation, note: None };
    world.submit(at("10:30:00"), &person("oli"), Some(&key), resolve).unwrap();
    say(&mut world, &key, "10:31:00", "rita", "10:31:00");
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::New);
    assert_eq!(due(&world, &key, Target::NextResponse), Some(at("11:31:00")));
}

#[test]
fn an_owner_who_asked_keeps_everybody_up_to_date_and_does_not_wait_for_an_answer() {
    let (mut world, key) = opened(Policy::default(), "P1");
    world.submit(at("10:01:00"), &person("rita"), Some(&key), Command::Claim).unwrap();
    say(&mut world, &key, "10:20:00", "rita", "10:20:00");
    assert_eq!(due(&world, &key, Target::NextResponse), None);
    assert_eq!(due(&world, &key, Target::Update), Some(at("10:50:00")));
}
