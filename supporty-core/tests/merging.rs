//! Merging, unmerging and following up.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;

use supporty_core::policy::Policy;
use supporty_core::rules::Rejection;
use supporty_core::ticket::{Command, StatusKind, Verdict};
use supporty_core::vocab::{Actor, Resolution, Target, TicketKey, Time, WaitingOn};
use supporty_core::world::World;

use common::{due, person};

fn at(clock: &str) -> Time {
    format!("2026-01-12T{clock}:00Z").parse().unwrap()
}

fn open(world: &mut World, clock: &str, by: &str, priority: &str) -> TicketKey {
    world.submit(at(clock), &person(by), None, common::open(priority, None)).unwrap().ticket
}

fn ask(
    world: &mut World,
    clock: &str,
    by: &str,
    key: &TicketKey,
    command: Command,
) -> Result<TicketKey, Rejection> {
    world.submit(at(clock), &person(by), Some(key), command).map(|accepted| accepted.ticket)
}

fn reply(clock: &str) -> Command {
    common::reply(clock, at(clock))
}

fn merge(into: &TicketKey) -> Command {
    Command::Merge { into: into.clone() }
}

#[test]
fn edge_16_the_survivor_takes_over_the_clock_that_is_due_first_and_gives_it_back() {
    let mut world = World::new(Policy::default());
    let early = open(&mut world, "09:00", "rita", "P2");
    let late = open(&mut world, "10:00", "sam", "P2");
    ask(&mut world, "10:10", "ana", &early, merge(&late)).unwrap();
    assert_eq!(due(&world, &late, Target::Resolve), Some(at("12:00")), "the older promise counts");
    assert_eq!(world.ticket(&early).unwrap().status.kind(), StatusKind::Merged);

    // A pause and a change of priority while merged count for both clocks.
    let wait = Command::Wait { on: WaitingOn::Requester, until: at("17:00"), why: None };
    ask(&mut world, "10:15", "ana", &late, wait).unwrap();
    ask(&mut world, "10:45", "ana", &late, Command::Resume).unwrap();
    assert_eq!(due(&world, &late, Target::Resolve), Some(at("12:30")));

    ask(&mut world, "10:50", "ana", &early, Command::Unmerge).unwrap();
    assert_eq!(due(&world, &late, Target::Resolve), Some(at("13:30")), "its own, with the pause");
    assert_eq!(due(&world, &early, Target::Resolve), Some(at("12:00")), "its own, which did not wait");
    assert_eq!(world.ticket(&early).unwrap().status.kind(), StatusKind::New);
}

#[test]
fn edge_16_a_change_of_priority_of_the_survivor_reaches_the_clock_that_it_gives_back() {
    let mut world = World::new(Policy::default());
    let early = open(&mut world, "09:00", "rita", "P2");
    let late = open(&mut world, "10:00", "sam", "P2");
    ask(&mut world, "10:05", "ana", &early, merge(&late)).unwrap();
    ask(&mut world, "10:10", "ana", &late, Command::Reprioritise { to: "P1".into(), why: None }).unwrap();
    assert_eq!(due(&world, &late, Target::Resolve), Some(at("11:10")), "raising runs from the change");
    ask(&mut world, "10:20", "ana", &early, Command::Unmerge).unwrap();
    assert_eq!(due(&world, &late, Target::Resolve), Some(at("11:10")));
    assert_eq!(due(&world, &early, Target::Resolve), Some(at("12:00")));
}

#[test]
fn edge_16_the_ladder_of_the_survivor_is_not_spent_by_the_one_of_the_merged_ticket() {
    let mut world = World::new(Policy::default());
    let late = open(&mut world, "10:00", "sam", "P2");
    let early = open(&mut world, "10:00", "rita", "P1");
    // The third step of a P1 was taken at half past ten; that of a P2 is the breach.
    ask(&mut world, "10:31", "ana", &early, merge(&late)).unwrap();
    world.run_until(at("11:00") + chrono::TimeDelta::seconds(1));
    let rungs: Vec<_> = world
        .log(&late)
        .filter_map(|entry| match &entry.event {
            supporty_core::ticket::Event::Escalated(fired) => Some((fired.rung, fired.due)),
            _ => None,
        })
        .collect();
    assert_eq!(rungs, [(0, at("10:30")), (1, at("10:48")), (2, at("11:00"))]);
}

#[test]
fn edge_16_replies_and_merges_go_on_over_any_number_of_hops_and_cycles_are_refused() {
    let mut world = World::new(Policy::default());
    let keys: Vec<_> = ["09:00", "09:01", "09:02", "09:03"]
        .into_iter()
        .map(|clock| open(&mut world, clock, "rita", "P3"))
        .collect();
    let [a, b, c, d] = keys.as_slice() else { unreachable!() };
    ask(&mut world, "09:10", "ana", a, merge(b)).unwrap();
    ask(&mut world, "09:11", "ana", b, merge(c)).unwrap();
    assert_eq!(ask(&mut world, "09:12", "sam", a, reply("09:12")), Ok(c.clone()));
    assert_eq!(ask(&mut world, "09:13", "ana", c, merge(a)), Err(Rejection::MergeCycle));
    assert_eq!(ask(&mut world, "09:13", "ana", c, merge(c)), Err(Rejection::MergeCycle));
    ask(&mut world, "09:14", "ana", d, merge(a)).unwrap();
    assert_eq!(world.ticket(c).unwrap().clocks.absorbed.len(), 3, "the last survivor has everybody's clocks");
    ask(&mut world, "09:15", "ana", a, Command::Unmerge).unwrap();
    let left: Vec<_> = world.ticket(c).unwrap().clocks.absorbed.keys().cloned().collect();
    assert_eq!(left, [b.clone(), d.clone()]);
    assert!(world.ticket(b).unwrap().clocks.absorbed.is_empty(), "every hop gave it back");
}

#[test]
fn a_requester_of_a_merged_ticket_does_not_answer_the_survivor() {
    let mut world = World::new(Policy::default());
    let one = open(&mut world, "09:00", "rita", "P2");
    let other = open(&mut world, "09:01", "sam", "P2");
    ask(&mut world, "09:05", "ana", &one, merge(&other)).unwrap();
    ask(&mut world, "09:10", "rita", &one, reply("09:10")).unwrap();
    assert!(due(&world, &other, Target::Respond).is_some(), "nobody of ours has answered");
    ask(&mut world, "09:20", "ana", &other, reply("09:20")).unwrap();
    assert_eq!(due(&world, &other, Target::Respond), None);
}

#[test]
fn edge_16_nothing_is_merged_into_a_closed_ticket_and_a_merge_is_undone_within_a_day() {
    let mut world = World::new(Policy::default());
    let one = open(&mut world, "09:00", "rita", "P3");
    let other = open(&mut world, "09:01", "rita", "P3");
    let resolve = Command::Resolve { resolution: Resolution::Explanation, note: None };
    ask(&mut world, "09:05", "ana", &other, resolve).unwrap();
    ask(&mut world, "09:06", "rita", &other, Command::Confirm).unwrap();
    let refused = ask(&mut world, "09:07", "ana", &one, merge(&other));
    assert_eq!(refused, Err(Rejection::MergeIntoClosed { into: other.clone() }));

    let third = open(&mut world, "09:10", "rita", "P3");
    ask(&mut world, "09:11", "ana", &one, merge(&third)).unwrap();
    let too_late = "2026-01-13T09:11:01Z".parse().unwrap();
    let refused = world.submit(too_late, &person("ana"), Some(&one), Command::Unmerge);
    assert_eq!(refused, Err(Rejection::UnmergeTooLate { until: "2026-01-13T09:11:00Z".parse().unwrap() }));
}

#[test]
fn replies_to_a_closed_ticket_open_one_follow_up() {
    let mut world = World::new(Policy::default());
    let closed = open(&mut world, "09:00", "rita", "P3");
    let resolve = Command::Resolve { resolution: Resolution::Explanation, note: None };
    ask(&mut world, "09:05", "ana", &closed, resolve).unwrap();
    ask(&mut world, "09:06", "rita", &closed, Command::Confirm).unwrap();
    let follow_up = ask(&mut world, "10:00", "rita", &closed, reply("10:00")).unwrap();
    assert_ne!(follow_up, closed);
    assert_eq!(ask(&mut world, "10:05", "rita", &closed, reply("10:05")), Ok(follow_up.clone()));
    let bot = world.submit(at("10:06"), &Actor::Bot("robot".into()), Some(&closed), reply("10:06"));
    assert!(
        matches!(bot, Err(Rejection::WrongStatus { status: StatusKind::Closed, .. })),
        "a program follows nothing up"
    );
    assert_eq!(world.ticket(&closed).unwrap().followed_by, std::slice::from_ref(&follow_up));
    assert_eq!(world.ticket(&follow_up).unwrap().messages, 2);
}

#[test]
fn an_engineer_who_goes_on_from_a_closed_ticket_has_answered_the_follow_up() {
    let mut world = World::new(Policy::default());
    let closed = open(&mut world, "09:00", "rita", "P2");
    let resolve = Command::Resolve { resolution: Resolution::Explanation, note: None };
    ask(&mut world, "09:05", "ana", &closed, resolve).unwrap();
    ask(&mut world, "09:06", "rita", &closed, Command::Confirm).unwrap();
    let follow_up = ask(&mut world, "10:00", "ana", &closed, reply("10:00")).unwrap();
    let ticket = world.ticket(&follow_up).unwrap();
    let respond = ticket.outcomes.iter().find(|outcome| outcome.target == Target::Respond).unwrap();
    assert_eq!(respond.verdict, Verdict::Met { at: at("10:00"), due: Some(at("11:00")) });
    assert_eq!(ticket.requester, person("rita"));
}
