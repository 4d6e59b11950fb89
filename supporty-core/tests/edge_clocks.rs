//! Pauses, changes of priority, reopenings and late messages: edge cases 9 to 18 of the rules. Those about merging are
//! in `merging.rs`, the eighth in `replan.rs`, those of the calendar in `edge_calendar.rs`.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::policy::{Policy, PolicySpec, PriorityChange};
use supporty_core::rules::{Rejection, account};
use supporty_core::ticket::{Command, Event, Verdict};
use supporty_core::time::{Budget, CalendarSpec, Window};
use supporty_core::vocab::{
    Actor, PauseReason, ReopenMode, Resolution, Target, TicketKey, Time, WaitingOn, Watch,
};
use supporty_core::world::World;

use common::{due, open, person, reply};

fn at(text: &str) -> Time {
    match text.matches(':').count() {
        1 => format!("2026-01-{text}:00Z"),
        _ => format!("2026-01-{text}Z"),
    }
    .parse()
    .unwrap()
}

/// A ticket that rita opened on Monday 12 January.
fn opened(spec: PolicySpec, when: &str, priority: &str) -> (World, TicketKey) {
    let mut world = World::new(Policy::new(spec).unwrap());
    let key = world.submit(at(when), &person("rita"), None, open(priority, None)).unwrap().ticket;
    (world, key)
}

fn ask(world: &mut World, key: &TicketKey, when: &str, command: Command) {
    world.submit(at(when), &person("oli"), Some(key), command).unwrap();
}

fn wait(on: WaitingOn, until: &str) -> Command {
    Command::Wait { on, until: at(until), why: None }
}

fn resolve() -> Command {
    Command::Resolve { resolution: Resolution::CodeChange, note: None }
}

fn to(priority: &str) -> Command {
    Command::Reprioritise { to: priority.into(), why: None }
}

fn last(world: &World, key: &TicketKey, target: Target) -> Option<Verdict> {
    let outcomes = &world.ticket(key).unwrap().outcomes;
    outcomes.iter().find(|outcome| outcome.target == target).map(|outcome| outcome.verdict)
}

fn closing_at_five() -> PolicySpec {
    let mut spec = PolicySpec::default();
    if let Some(CalendarSpec::Hours(office)) = spec.calendars.get_mut(&"office".into()) {
        office.weekly.values_mut().for_each(|windows| *windows = vec![Window::hours(9, 17)]);
    }
    spec
}

#[test]
fn edge_09_a_pause_from_closing_to_opening_changes_nothing() {
    let (mut world, key) = opened(closing_at_five(), "12T16:00", "P2");
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("13T11:00")));
    ask(&mut world, &key, "12T17:00", wait(WaitingOn::ThirdParty, "14T09:00"));
    ask(&mut world, &key, "13T09:00", Command::Resume);
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("13T11:00")));
}

#[test]
fn edge_10_waiting_on_one_and_then_on_another_is_one_pause() {
    let (mut world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
    ask(&mut world, &key, "12T11:00", wait(WaitingOn::Requester, "12T15:00"));
    ask(&mut world, &key, "12T12:00", Command::Resume);
    ask(&mut world, &key, "12T12:00", wait(WaitingOn::ThirdParty, "12T15:00"));
    ask(&mut world, &key, "12T13:00", Command::Resume);
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T15:00")));
    let ticket = world.ticket(&key).unwrap();
    let resolve = account(ticket, world.policies(), Target::Resolve).unwrap();
    let paused: Vec<_> = resolve
        .stretches
        .iter()
        .filter(|stretch| stretch.paused.is_some())
        .map(|one| (one.from, one.to))
        .collect();
    assert_eq!(paused, [(at("12T11:00"), Some(at("12T13:00")))]);
}

#[test]
fn edge_11_pauses_keep_their_seconds() {
    let (mut world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
    ask(&mut world, &key, "12T10:10:07", wait(WaitingOn::ThirdParty, "12T15:00"));
    ask(&mut world, &key, "12T10:40:48", Command::Resume);
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T13:30:41")));
}

#[test]
fn edge_12_a_pause_after_a_breach_freezes_the_lateness() {
    let (mut world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
    world.run_until(at("12T13:30"));
    assert!(matches!(last(&world, &key, Target::Resolve), Some(Verdict::Breached { .. })));
    ask(&mut world, &key, "12T13:30", wait(WaitingOn::ThirdParty, "12T14:30"));
    let late = |world: &World, when: &str| {
        let account = account(world.ticket(&key).unwrap(), world.policies(), Target::Resolve).unwrap();
        account.counted(at(when)) - TimeDelta::hours(3)
    };
    assert_eq!(late(&world, "12T13:30"), TimeDelta::minutes(30));
    assert_eq!(late(&world, "12T14:30"), TimeDelta::minutes(30));
    world.run_until(at("12T17:30"));
    let repeats = world.log(&key).filter_map(|entry| match &entry.event {
        Event::Escalated(fired) if fired.rung == 2 => Some(fired.due),
        _ => None,
    });
    // Every hour after the breach, on the clock that stood still for one of them.
    let times = ["12T13:00", "12T15:00", "12T16:00", "12T17:00"].map(at);
    assert_eq!(repeats.collect::<Vec<_>>(), times);
}

/// Three hours lowered or raised to two, on one clock.
fn two_hours(change: PriorityChange) -> PolicySpec {
    let mut spec = PolicySpec::default();
    spec.modes.priority_change = change;
    let p1 = spec.priorities.iter_mut().find(|priority| priority.id.as_str() == "P1").unwrap();
    p1.promises.get_mut(&Target::Resolve).unwrap().within = Budget::Seconds(2 * 3600);
    spec
}

#[test]
fn edge_13_a_change_of_priority_in_each_mode() {
    let modes = [
        (PriorityChange::Fair, "12T13:00"),
        (PriorityChange::Carry, "12T12:00"),
        (PriorityChange::Restart, "12T13:00"),
        (PriorityChange::KeepEarlier, "12T12:00"),
    ];
    for (mode, expected) in modes {
        let (mut world, key) = opened(two_hours(mode), "12T10:00", "P2");
        assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T13:00")));
        ask(&mut world, &key, "12T11:00", to("P1"));
        assert_eq!(due(&world, &key, Target::Resolve), Some(at(expected)), "{mode:?}");
    }
}

#[test]
fn edge_13_a_change_that_puts_a_deadline_into_the_past_breaks_it_on_change() {
    let (mut world, key) = opened(two_hours(PriorityChange::Carry), "12T10:00", "P2");
    world.run_until(at("12T12:30"));
    let before = world.log(&key).count();
    ask(&mut world, &key, "12T12:30", to("P1"));
    let broken: Vec<_> = world
        .log(&key)
        .filter_map(|entry| match entry.event {
            Event::Breached { target: Target::Resolve, due, on_change, .. } => {
                Some((entry.at, due, on_change))
            }
            _ => None,
        })
        .collect();
    assert_eq!(broken, [(at("12T12:30"), at("12T12:00"), true)]);
    // Only what falls due from the change on is told: not the half of the promise, nor the breach.
    world.run_until(at("12T12:45"));
    let fired = world.log(&key).skip(before).filter_map(|entry| match &entry.event {
        Event::Escalated(fired) if fired.watch == Watch::Resolve => Some(fired.due),
        _ => None,
    });
    assert_eq!(fired.collect::<Vec<_>>(), [at("12T12:30")], "half an hour after the breach");
}

#[test]
fn edge_14_carried_lowering_and_raising_gives_the_first_deadline_back() {
    let mut spec = PolicySpec::default();
    spec.modes.priority_change = PriorityChange::Carry;
    let (mut world, key) = opened(spec, "12T10:00", "P2");
    let targets = [Target::Acknowledge, Target::Respond, Target::Update, Target::Resolve];
    let before = targets.map(|target| due(&world, &key, target));
    ask(&mut world, &key, "12T10:05", to("P3"));
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("13T10:00")));
    ask(&mut world, &key, "12T10:15", to("P2"));
    assert_eq!(targets.map(|target| due(&world, &key, target)), before);
}

fn reopening(mode: ReopenMode) -> PolicySpec {
    let mut spec = PolicySpec::default();
    spec.modes.reopen = mode;
    spec
}

#[test]
fn edge_15_reopening_in_each_mode_and_twice() {
    let modes = [
        (ReopenMode::Continue, Some("12T14:00"), Some("12T16:00")),
        (ReopenMode::Restart, Some("12T15:00"), Some("12T18:00")),
        (ReopenMode::Freeze, None, None),
    ];
    for (mode, first, second) in modes {
        let (mut world, key) = opened(reopening(mode), "12T10:00", "P2");
        ask(&mut world, &key, "12T10:30", reply("m1", at("12T10:30")));
        for (resolved, reopened, expected) in
            [("12T11:00", "12T12:00", first), ("12T13:00", "12T15:00", second)]
        {
            ask(&mut world, &key, resolved, resolve());
            assert_eq!(due(&world, &key, Target::Resolve), None);
            ask(&mut world, &key, reopened, Command::Reopen { why: None });
            assert_eq!(due(&world, &key, Target::Resolve), expected.map(at), "{mode:?}");
            assert_eq!(due(&world, &key, Target::Respond), None, "it never restarts by itself");
        }
        assert_eq!(world.ticket(&key).unwrap().reopened, 2);
    }
}

#[test]
fn edge_15_nothing_is_reopened_after_the_window() {
    let (mut world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
    ask(&mut world, &key, "12T11:00", resolve());
    let late = world.submit(at("19T11:00"), &person("oli"), Some(&key), Command::Reopen { why: None });
    assert!(matches!(late, Err(Rejection::WrongStatus { .. })), "{late:?}");
}

#[test]
fn edge_17_who_answers_first_and_how() {
    let said = |when: &str| reply(when, at(when));
    let (mut world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
    let mut says = |who: &Actor, when: &str, command: Command| {
        let _ = world.submit(at(when), who, Some(&key), command);
        last(&world, &key, Target::Respond)
    };
    assert_eq!(says(&Actor::Bot("robot".into()), "12T10:01", said("12T10:01")), None, "bots do not count");
    assert_eq!(says(&person("rita"), "12T10:02", said("12T10:02")), None, "the requester does not either");
    let Command::Reply { message } = said("12T10:03") else { return };
    assert_eq!(
        says(&person("oli"), "12T10:03", Command::Note { message }),
        None,
        "a note is not shown to them"
    );
    assert_eq!(says(&person("oli"), "12T10:04", Command::Claim), None, "an emoji claims and does not answer");
    let met = Some(Verdict::Met { at: at("12T10:05"), due: Some(at("12T11:00")) });
    assert_eq!(
        says(&person("wanda"), "12T10:05", said("12T10:05")),
        met,
        "anybody else who says something does"
    );
    let Command::Reply { message } = said("12T10:05") else { return };
    let edited = Command::Edit { message };
    assert_eq!(
        says(&person("wanda"), "12T10:05", edited),
        met,
        "a message that is changed is the same message"
    );
    let withdrawn = Command::Withdraw { message: "12T10:05".into() };
    assert_eq!(says(&person("wanda"), "12T10:06", withdrawn), met, "it was said, though it was deleted then");
    let ticket = world.ticket(&key).unwrap();
    assert_eq!((ticket.messages, ticket.notes), (2, 1), "what was deleted is counted no longer");
}

#[test]
fn edge_17_the_requester_who_takes_their_own_ticket_cancels_what_was_promised_to_them() {
    let (mut world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
    world.submit(at("12T10:01"), &person("rita"), Some(&key), Command::Claim).unwrap();
    for target in [Target::Acknowledge, Target::Respond] {
        assert_eq!(last(&world, &key, target), Some(Verdict::Cancelled));
    }
}

/// What the messages of a ticket left, but for how they came.
fn left(world: &World, key: &TicketKey) -> impl PartialEq + std::fmt::Debug + use<> {
    let ticket = world.ticket(key).unwrap();
    let dues: Vec<_> = Target::ALL.iter().map(|target| due(world, key, *target)).collect();
    let respond = last(world, key, Target::Respond);
    let people: BTreeMap<_, _> = ticket.people.iter().map(|(id, one)| (id.clone(), one.messages)).collect();
    (dues, respond, ticket.messages, ticket.answered, people)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edge_18_shuffled_messages_leave_what_ordered_ones_leave(
        said in prop::collection::btree_map(1i64..280, prop::bool::ANY, 1..12),
        order in prop::collection::vec(any::<u32>(), 12),
    ) {
        let (world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
        // All of them arrive after they were said, when the promise to respond is long broken.
        let arrive = at("12T15:00");
        let play = |messages: &[(i64, bool)]| {
            let mut world = world.clone();
            for (minute, asks) in messages {
                let who = if *asks { person("rita") } else { person("oli") };
                let message = reply(&minute.to_string(), at("12T10:00") + TimeDelta::minutes(*minute));
                world.submit(arrive, &who, Some(&key), message).unwrap();
            }
            world
        };
        let ordered: Vec<_> = said.into_iter().collect();
        let mut shuffled: Vec<_> = ordered.iter().copied().zip(order).collect();
        shuffled.sort_by_key(|(_, place)| *place);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(message, _)| message).collect();
        prop_assert_eq!(left(&play(&ordered), &key), left(&play(&shuffled), &key));
    }
}

#[test]
fn edge_18_a_late_answer_amends_the_breach_that_it_undoes() {
    let (mut world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
    world.run_until(at("12T11:30"));
    assert!(matches!(last(&world, &key, Target::Respond), Some(Verdict::Breached { .. })));
    ask(&mut world, &key, "12T11:30", reply("m1", at("12T10:50")));
    assert!(
        world.log(&key).any(|entry| matches!(entry.event, Event::Amended { target: Target::Respond, .. }))
    );
    let met = Verdict::Met { at: at("12T10:50"), due: Some(at("12T11:00")) };
    assert_eq!(last(&world, &key, Target::Respond), Some(met));
}

#[test]
fn a_wait_for_a_deploy_pauses_nothing() {
    let (mut world, key) = opened(PolicySpec::default(), "12T10:00", "P2");
    ask(&mut world, &key, "12T11:00", wait(WaitingOn::Deploy, "12T12:00"));
    assert_eq!(due(&world, &key, Target::Resolve), Some(at("12T13:00")));
    let stretches =
        account(world.ticket(&key).unwrap(), world.policies(), Target::Resolve).unwrap().stretches;
    assert!(stretches.iter().all(|stretch| stretch.paused != Some(PauseReason::Deploy)));
}
