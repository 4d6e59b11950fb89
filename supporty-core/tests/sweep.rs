//! One promise with other lengths: each point is what the whole machine says.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::backtest::{Backtest, NotSwept, Point, Stream, Sweep};
use supporty_core::policy::{Area, Condition, Policy, PolicySpec, PriorityChange, Rule, Rung, Trigger};
use supporty_core::ticket::Command;
use supporty_core::time::Budget;
use supporty_core::vocab::{Audience, Target, Time};
use supporty_core::world::World;

use common::histories::{at, groups, moves, play, policies, resolve, team, within};
use common::{moves as anything, open, person};

/// In the shop a rule promises what P2 does.
fn ruled() -> PolicySpec {
    let mut spec = team();
    let promises = spec.priorities[1].promises.clone();
    let when = Condition { area: ["shop".into()].into(), ..Default::default() };
    spec.rules = vec![Rule { name: "shop".to_owned(), when, promises }];
    spec
}

/// What the machine says of a policy with that promise.
fn machine(spec: &PolicySpec, groups: &[Vec<Stream>], until: Time, promise: (Target, &str, u32)) -> Point {
    let (target, priority, seconds) = promise;
    let machine = Backtest::new(within(spec.clone(), priority, target, seconds), None, until);
    let mut point = Point { within: seconds, due: 0, kept: 0, on_change: 0, share: None };
    for compared in groups.iter().flat_map(|group| machine.replay(group).compared) {
        if compared.after.drill || compared.after.nothing {
            continue;
        }
        for round in &compared.after.rounds {
            if round.target == target && round.priority == priority.into() {
                point.due += u64::from(round.kept().is_some());
                point.kept += u64::from(round.kept() == Some(true));
                point.on_change += u64::from(round.is_broken() && round.on_change);
            }
        }
    }
    point.share = (point.due > 0).then(|| point.kept as f64 / point.due as f64);
    point
}

#[test]
fn a_sweep_says_what_could_be_promised() {
    let mut world = World::new(Policy::new(team()).unwrap());
    for (number, minutes) in (0i64..).zip((1i64..=20).map(|n| n * 15)) {
        let from = at("12T09:00") + TimeDelta::days(number % 5);
        world.run_until(from);
        let opened = world.submit(from, &person("rita"), None, open("P2", None)).unwrap().ticket;
        let until = from + TimeDelta::minutes(minutes);
        world.run_until(until);
        world.submit(until, &person("ana"), Some(&opened), resolve()).unwrap();
    }
    world.run_until(at("30T12:00"));
    let backtest = Backtest::new(Policy::new(team()).unwrap(), None, at("30T12:00"));
    let mut sweep = backtest.sweep(Target::Resolve, "P2".into()).unwrap();
    for group in groups(&world) {
        sweep.take(&group, &backtest.replay(&group).logs);
    }
    assert_eq!(sweep.size(), (20, 0));
    let points: Vec<_> = (1..=5).map(|hour| sweep.point(hour * 3600).unwrap()).collect();
    let kept: Vec<_> = points.iter().map(|point| (point.kept, point.due)).collect();
    assert_eq!(kept, [(4, 20), (8, 20), (12, 20), (16, 20), (20, 20)]);
    assert_eq!(Sweep::smallest(&points, 0.8).map(|point| point.within), Some(4 * 3600));
    assert_eq!(Sweep::smallest(&points, 0.95).map(|point| point.within), Some(5 * 3600));
    assert_eq!(Sweep::smallest(&points[..2], 0.95), None);
    assert_eq!(sweep.point(0), Err(NotSwept::Zero));
}

#[test]
fn what_can_not_be_swept_says_so() {
    let backtest = Backtest::new(Policy::new(team()).unwrap(), None, at("30T12:00"));
    let none = backtest.sweep(Target::Update, "P3".into()).unwrap_err();
    assert!(none.to_string().contains("promises no update for P3"), "{none}");
}

#[test]
fn what_a_rule_promises_stays_as_it_is() {
    let policy = Policy::new(ruled()).unwrap();
    let mut world = World::new(policy.clone());
    for (area, hours) in [(None, 1), (Some("shop"), 1), (Some("shop"), 4)] {
        let opened = world.submit(at("12T10:00"), &person("rita"), None, open("P2", area)).unwrap().ticket;
        let until = at("12T10:00") + TimeDelta::hours(hours);
        world.submit(until, &person("ana"), Some(&opened), resolve()).unwrap();
    }
    let backtest = Backtest::new(policy, None, at("12T20:00"));
    let mut sweep = backtest.sweep(Target::Resolve, "P2".into()).unwrap();
    for group in groups(&world) {
        sweep.take(&group, &backtest.replay(&group).logs);
    }
    assert_eq!(sweep.size(), (1, 0));
    let kept = |hours: u32| sweep.point(hours * 1_800).map(|point| (point.kept, point.due));
    assert_eq!((kept(1), kept(2)), (Ok((1, 3)), Ok((2, 3))));
}

fn compare(
    spec: &PolicySpec,
    (groups, until): (&[Vec<Stream>], Time),
    (target, priority): (Target, &str),
    lengths: Vec<u32>,
) -> Result<(), TestCaseError> {
    let backtest = Backtest::new(Policy::new(spec.clone()).unwrap(), None, until);
    let Ok(mut sweep) = backtest.sweep(target, priority.into()) else { return Ok(()) };
    for group in groups {
        sweep.take(group, &backtest.replay(group).logs);
    }
    let promised = backtest.policy().priority(&priority.into()).unwrap().promises[&target].within;
    let promised = match promised {
        Budget::Seconds(seconds) => seconds,
        Budget::Days(_) => 3_600,
    };
    for seconds in lengths.into_iter().chain([promised]) {
        let expected = machine(spec, groups, until, (target, priority, seconds));
        prop_assert_eq!(sweep.point(seconds).unwrap(), expected, "{} s", seconds);
    }
    Ok(())
}

/// What happened to one ticket, swept over by the half hour, beside the machine.
fn one(spec: &PolicySpec, open: Command, story: &[(&str, &str, Command)], target: Target) {
    let mut world = World::new(Policy::new(spec.clone()).unwrap());
    let opened = world.submit(at("12T09:00"), &person("rita"), None, open).unwrap().ticket;
    for (clock, by, command) in story {
        world.run_until(at(clock));
        // What is refused at this length may be allowed at others.
        let _ = world.submit(at(clock), &person(by), Some(&opened), command.clone());
    }
    world.run_until(at("30T12:00"));
    let lengths = (1..=24).map(|half_hours| half_hours * 1_800).collect();
    compare(spec, (&groups(&world), at("30T12:00")), (target, "P2"), lengths).unwrap();
}

fn reprioritise(to: &str) -> Command {
    Command::Reprioritise { to: to.into(), why: None }
}

fn reopen() -> Command {
    Command::Reopen { why: None }
}

#[test]
fn a_deadline_that_two_priorities_share_is_broken_once() {
    for modes in [PriorityChange::Fair, PriorityChange::Carry, PriorityChange::KeepEarlier] {
        let mut spec = team();
        spec.modes.priority_change = modes;
        let mut two_hours = spec.priorities[1].promises[&Target::Resolve].clone();
        two_hours.within = Budget::Seconds(2 * 3_600);
        spec.priorities[0].promises.insert(Target::Resolve, two_hours.clone());
        spec.priorities[2].promises.insert(Target::Resolve, two_hours);
        let story = |to| [("12T13:00", "ana", reprioritise(to)), ("12T15:00", "ana", resolve())];
        one(&spec, open("P1", None), &story("P2"), Target::Resolve);
        one(&spec, open("P2", None), &story("P3"), Target::Resolve);
    }
}

#[test]
fn a_ticket_that_comes_back_has_the_same_deadline() {
    let again =
        [("12T11:00", "ana", resolve()), ("12T14:00", "rita", reopen()), ("12T16:00", "ana", resolve())];
    one(&team(), open("P2", None), &again, Target::Resolve);
    let lower = [("12T10:00", "ana", reprioritise("P3")), ("12T12:00", "ana", reprioritise("P2"))];
    one(&team(), open("P2", None), &[&lower[..], &again].concat(), Target::Resolve);
}

#[test]
fn a_priority_that_is_asked_for_while_a_ticket_is_resolved_changes_nothing() {
    let story = [
        ("12T11:00", "ana", resolve()),
        ("12T12:00", "ana", reprioritise("P3")),
        ("12T14:00", "rita", reopen()),
        ("12T16:00", "ana", resolve()),
    ];
    one(&team(), open("P2", None), &story, Target::Resolve);
}

#[test]
fn whoever_was_told_of_the_promise_alone_looks_only_where_it_is_short() {
    let mut spec = team();
    let rung = |trigger, audience| Rung { trigger, audience: vec![audience], repeat: None, hours: None };
    let broken = Trigger::After { target: Target::Acknowledge, seconds: 0 };
    spec.priorities[1].ladder = vec![
        rung(broken, Audience::Lead),
        rung(Trigger::Unowned { seconds: 5 * 3_600 }, Audience::Person("cleo".into())),
    ];
    let looks = |clock, by| [(clock, by, Command::Acknowledge), ("13T16:00", "ana", resolve())];
    for story in [looks("12T11:00", "ben"), looks("12T15:00", "ben"), looks("12T15:00", "cleo")] {
        one(&spec, open("P2", Some("shop")), &story, Target::Acknowledge);
    }
}

#[test]
fn a_move_to_where_a_rule_promises_the_same_changes_more_at_other_lengths() {
    let mut spec = ruled();
    spec.areas.insert("mail".into(), Area { name: "mail".to_owned(), ..spec.areas[&"shop".into()].clone() });
    for (from, to) in [("mail", "shop"), ("shop", "mail")] {
        let moved = Command::Move { to: to.into() };
        let story = [("12T11:00", "ana", moved), ("12T16:00", "ana", resolve())];
        one(&spec, open("P2", Some(from)), &story, Target::Resolve);
    }
}

/// Short ones as often as long ones: what lies between two entries of one conversation is mostly minutes.
fn lengths() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(prop_oneof![1u32..600, 60u32..40_000, 1u32..400_000], 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_point_is_what_the_machine_says(
        spec in policies(),
        moves in moves(),
        target in prop::sample::select(Target::ALL),
        priority in prop::sample::select(&["P1", "P2", "P3"][..]),
        lengths in lengths(),
    ) {
        let (world, until) = play(&spec, &moves);
        compare(&spec, (&groups(&world), until), (target, priority), lengths)?;
    }

    /// Also of histories in which clocks step back, messages are said at any time and anything is asked of anything.
    #[test]
    fn each_point_is_what_the_machine_says_of_anything(
        moves in anything::moves(),
        target in prop::sample::select(Target::ALL),
        priority in prop::sample::select(&["P1", "P2", "P3"][..]),
        lengths in lengths(),
        fewer in any::<bool>(),
        ruled in any::<bool>(),
    ) {
        let mut spec = anything::team();
        if !ruled {
            spec.rules.clear();
        }
        let policy = Policy::new(spec.clone()).unwrap();
        let mut until = anything::start();
        let mut world = anything::play(policy, &moves, |_, now, _| until = until.max(now));
        until += TimeDelta::days(10);
        world.run_until(until);
        if fewer {
            spec.people.remove(&"cleo".into());
        }
        compare(&spec, (&groups(&world), until), (target, priority), lengths)?;
    }
}
