//! History under another policy: what changes, why, and what can not be known.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeMap;

use proptest::prelude::*;

use supporty_core::backtest::{Backtest, Compared, Totals, linked};
use supporty_core::explain::{State, What};
use supporty_core::policy::Policy;
use supporty_core::ticket::Command;
use supporty_core::time::{Budget, Zone};
use supporty_core::vocab::{Bond, Change, ChangeState, PersonId, Target};
use supporty_core::world::World;

use common::histories::{at, groups, key, moves, play, policies, resolve, streams, team, within};
use common::{open, person, reply};

/// One P2 that is opened at ten and resolved at half past twelve.
fn told(policy: Policy) -> World {
    let mut world = World::new(policy);
    let ticket =
        world.submit(at("12T10:00"), &person("rita"), None, open("P2", Some("shop"))).unwrap().ticket;
    world.submit(at("12T10:05"), &person("ana"), Some(&ticket), Command::Claim).unwrap();
    world.submit(at("12T10:20"), &person("ana"), Some(&ticket), reply("m1", at("12T10:20"))).unwrap();
    world.submit(at("12T11:20"), &person("ana"), Some(&ticket), reply("m2", at("12T11:20"))).unwrap();
    world.run_until(at("12T12:30"));
    world.submit(at("12T12:30"), &person("ana"), Some(&ticket), resolve()).unwrap();
    world.run_until(at("30T12:00"));
    world
}

fn one(policy: Policy, world: &World) -> Compared {
    let replayed = Backtest::new(policy, None, at("30T12:00")).replay(&streams(world));
    assert_eq!(replayed.compared.len(), 1);
    replayed.compared.into_iter().next().unwrap()
}

#[test]
fn a_shorter_promise_gains_a_breach_and_says_why() {
    let world = told(Policy::new(team()).unwrap());
    let stricter = within(team(), "P2", Target::Resolve, 2 * 3600);
    let compared = one(stricter.clone(), &world);
    let gained: Vec<_> = compared.gained().map(|round| (round.target, round.due())).collect();
    assert_eq!(gained, [(Target::Resolve, Some(at("12T12:00")))]);
    assert_eq!(compared.lost().count(), 0);
    assert!(compared.is_whole());
    let said = compared.sentence(&Zone::new("Europe/London").unwrap()).unwrap();
    assert!(
        said.contains("resolve of P2 would have been due Mon 12 Jan 2026 12:00 and not Mon 12 Jan 2026 13:00, so that Mon 12 Jan 2026 12:30 is too late"),
        "{said}"
    );

    let backtest = Backtest::new(stricter, None, at("30T12:00"));
    let why = backtest.why(&streams(&world), world.policies(), (&key(1), Target::Resolve), at("12T12:10"));
    let (before, after) = (why.before.unwrap(), why.after.unwrap());
    assert_eq!((before.deadline, before.within), (Some(at("12T13:00")), Budget::Seconds(3 * 3600)));
    assert_eq!((after.deadline, after.within), (Some(at("12T12:00")), Budget::Seconds(2 * 3600)));
    assert_eq!(after.state, State::Broken { on_change: false });
    assert_eq!(after.counted, 2 * 3600);
    assert!(matches!(after.spans[0].what, What::Counted(_)));

    let mut totals = Totals::default();
    totals.take(&compared, &Zone::utc());
    let tally = &totals.promises[&Target::Resolve][&"P2".into()];
    assert_eq!((tally.gained, tally.lost, totals.breaches()), (1, 0, (1, 0)));
    assert_eq!((tally.kept.before.share(), tally.kept.after.share()), (Some(1.0), Some(0.0)));
    let mut twice = totals.clone();
    twice.merge(totals.clone());
    assert_eq!((twice.tickets, twice.breaches()), (2, (2, 0)));
}

#[test]
fn other_hours_lose_a_breach() {
    // Opened on Friday evening: the promise runs out at the weekend by a clock that never stops.
    let mut round_the_clock = team();
    round_the_clock.priorities[1].promises.get_mut(&Target::Resolve).unwrap().clock = "always".into();
    let mut world = World::new(Policy::new(round_the_clock).unwrap());
    let ticket = world.submit(at("16T17:00"), &person("rita"), None, open("P2", None)).unwrap().ticket;
    world.run_until(at("19T10:00"));
    world.submit(at("19T10:00"), &person("ana"), Some(&ticket), resolve()).unwrap();
    world.run_until(at("30T12:00"));
    let compared = one(Policy::new(team()).unwrap(), &world);
    let lost: Vec<_> = compared.lost().map(|round| (round.target, round.due())).collect();
    assert!(lost.contains(&(Target::Resolve, Some(at("16T20:00")))), "{lost:?}");
    assert_eq!(compared.gained().count(), 0);
}

#[test]
fn another_ladder_wakes_somebody_else() {
    let opened = |policy: Policy| {
        let mut world = World::new(policy);
        world.submit(at("12T02:00"), &person("rita"), None, open("P1", Some("shop"))).unwrap();
        world.run_until(at("12T02:30"));
        world
    };
    let mut others = team();
    others.squads.get_mut(&"web".into()).unwrap().on_call = vec!["cleo".into()];
    let world = opened(Policy::new(team()).unwrap());
    let replayed = Backtest::new(Policy::new(others).unwrap(), None, at("12T02:30")).replay(&streams(&world));
    let compared = &replayed.compared[0];
    let people = |pages: Vec<&supporty_core::backtest::Paging>| -> Vec<PersonId> {
        pages.iter().map(|page| page.person.clone()).collect()
    };
    let (gained, lost) = (people(compared.pages_gained().collect()), people(compared.pages_lost().collect()));
    assert!(gained.contains(&"cleo".into()) && !gained.contains(&"ana".into()), "{gained:?}");
    assert!(lost.contains(&"ana".into()), "{lost:?}");
    let mut totals = Totals::default();
    totals.take(compared, &Zone::utc());
    assert_eq!(totals.by_person[&PersonId::from("cleo")].before, 0);
    assert!(totals.by_person[&PersonId::from("cleo")].after > 0);
    let hours = |change: &supporty_core::backtest::Change<u64>| (change.before > 0, change.after > 0);
    assert_eq!(hours(&totals.by_hour[2]), (true, true));
}

#[test]
fn a_priority_that_the_policy_does_not_have_can_not_be_replayed() {
    let mut world = World::new(Policy::new(team()).unwrap());
    let ticket = world.submit(at("12T10:00"), &person("rita"), None, open("P3", None)).unwrap().ticket;
    world.submit(at("12T10:05"), &person("ana"), Some(&ticket), Command::Claim).unwrap();
    world.run_until(at("30T12:00"));
    let mut fewer = team();
    fewer.priorities.pop();
    fewer.default_priority = "P2".into();
    let compared = one(Policy::new(fewer).unwrap(), &world);
    assert!(!compared.is_whole() && !compared.after.opened);
    let why: Vec<_> = compared.refused.iter().map(|refused| refused.why.to_string()).collect();
    assert_eq!(why.len(), 2);
    assert!(why[0].contains("P3"), "{why:?}");
    let mut totals = Totals::default();
    totals.take(&compared, &Zone::utc());
    assert_eq!((totals.partial, totals.promises.len()), (1, 0));
}

#[test]
fn merged_followed_up_and_reopened_tickets_are_replayed_together() {
    let mut world = World::new(Policy::new(team()).unwrap());
    let (rita, ana) = (person("rita"), person("ana"));
    let first = world.submit(at("12T10:00"), &rita, None, open("P2", Some("shop"))).unwrap().ticket;
    let second = world.submit(at("12T11:00"), &person("zoe"), None, open("P2", Some("shop"))).unwrap().ticket;
    world.run_until(at("12T11:10"));
    world.submit(at("12T11:10"), &ana, Some(&second), Command::Claim).unwrap();
    // The later ticket survives, with the earlier one's deadline.
    world.submit(at("12T11:15"), &ana, Some(&first), Command::Merge { into: second.clone() }).unwrap();
    world.run_until(at("12T12:45"));
    world.submit(at("12T12:45"), &ana, Some(&second), resolve()).unwrap();
    world.run_until(at("13T10:00"));
    world.submit(at("13T10:00"), &rita, Some(&second), Command::Reopen { why: None }).unwrap();
    world.run_until(at("13T10:10"));
    world.submit(at("13T10:10"), &ana, Some(&second), resolve()).unwrap();
    world.run_until(at("25T10:00"));
    let late = reply("late", at("25T10:00"));
    let third = world.submit(at("25T10:00"), &person("zoe"), Some(&second), late).unwrap().ticket;
    world.run_until(at("30T12:00"));
    assert_eq!(linked(&streams(&world)[1].entries), [first.clone(), third].into());

    let same = Backtest::new(Policy::new(team()).unwrap(), None, at("30T12:00")).replay(&streams(&world));
    assert!(same.compared.iter().all(|one| !one.is_changed() && one.is_whole()));
    assert_eq!(same.logs, streams(&world));

    let stricter = within(team(), "P2", Target::Resolve, 2 * 3600);
    let replayed = Backtest::new(stricter, None, at("30T12:00")).replay(&streams(&world));
    let gained: Vec<_> = replayed.compared[1]
        .gained()
        .map(|round| (round.target, round.epoch, round.due().unwrap()))
        .collect();
    // The first one's deadline was noon; reopened, it was broken already.
    assert_eq!(gained[0], (Target::Resolve, 1, at("12T12:00")));
    assert!(replayed.compared.iter().all(Compared::is_whole));
}

#[test]
fn a_ticket_that_was_put_under_another_policy_is_measured_by_the_tested_one_throughout() {
    let mut world = World::new(Policy::new(team()).unwrap());
    let ticket = world.submit(at("12T10:00"), &person("rita"), None, open("P2", None)).unwrap().ticket;
    let stricter = within(team(), "P2", Target::Resolve, 2 * 3600);
    world.adopt(stricter.clone());
    world.run_until(at("12T10:30"));
    let replan = Command::Replan { to: stricter.version().clone() };
    world.submit(at("12T10:30"), &person("ana"), Some(&ticket), replan).unwrap();
    world.run_until(at("12T12:30"));
    world.submit(at("12T12:30"), &person("ana"), Some(&ticket), resolve()).unwrap();
    world.run_until(at("30T12:00"));
    let compared = one(Policy::new(team()).unwrap(), &world);
    assert!(compared.is_whole());
    let lost: Vec<_> = compared.lost().map(|round| (round.target, round.epoch)).collect();
    assert_eq!(lost, [(Target::Resolve, 1)]);
}

#[test]
fn the_issue_of_a_merged_ticket_is_handed_on_as_it_was() {
    let mut world = World::new(Policy::new(team()).unwrap());
    let opens = |world: &mut World| {
        world.submit(at("12T10:00"), &person("rita"), None, open("P2", Some("shop"))).unwrap().ticket
    };
    let (survivor, loser) = (opens(&mut world), opens(&mut world));
    let change = Change {
        id: "github/7/1".into(),
        label: "acme/shop#1".to_owned(),
        url: "https://github.com/acme/shop/issues/1".to_owned(),
        state: ChangeState::Open,
        opened_at: at("12T10:05"),
        as_of: at("12T10:05"),
    };
    let link = Command::Link { bond: Bond::Track, change };
    world.submit(at("12T10:05"), &person("ana"), Some(&loser), link).unwrap();
    let merge = Command::Merge { into: survivor.clone() };
    world.submit(at("12T10:10"), &person("ana"), Some(&loser), merge).unwrap();
    assert!(world.ticket(&survivor).unwrap().open_issue().is_some());
    world.submit(at("12T10:20"), &person("ana"), Some(&loser), Command::Unmerge).unwrap();
    assert_eq!(world.ticket(&survivor).unwrap().open_issue(), None);
    world.run_until(at("13T12:00"));
    let backtest = Backtest::new(Policy::new(team()).unwrap(), None, at("13T12:00"));
    let replayed = backtest.replay(&streams(&world));
    for (compared, log) in replayed.compared.iter().zip(&replayed.logs) {
        assert!(compared.is_whole() && !compared.is_changed(), "{:?}", compared.refused);
        assert!(world.log(&log.key).eq(&log.entries));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn under_its_own_policy_nothing_changes(spec in policies(), moves in moves()) {
        let (world, until) = play(&spec, &moves);
        let backtest = Backtest::new(Policy::new(spec).unwrap(), None, until);
        for group in groups(&world) {
            let replayed = backtest.replay(&group);
            for (compared, log) in replayed.compared.iter().zip(&replayed.logs) {
                let known = group.iter().find(|stream| stream.key == log.key).unwrap();
                prop_assert_eq!(&known.entries, &log.entries);
                prop_assert!(compared.refused.is_empty(), "{:?}", compared.refused);
                prop_assert_eq!(&compared.before, &compared.after);
                prop_assert!(!compared.is_changed());
            }
        }
    }

    #[test]
    fn the_order_of_streams_does_not_matter(spec in policies(), moves in moves()) {
        let (world, until) = play(&spec, &moves);
        let backtest = Backtest::new(within(spec, "P2", Target::Resolve, 3_600), None, until);
        let mut all = streams(&world);
        let one = backtest.replay(&all);
        all.reverse();
        let other = backtest.replay(&all);
        prop_assert_eq!(&one.compared, &other.compared);
        let apart: BTreeMap<_, _> = groups(&world)
            .iter()
            .flat_map(|group| backtest.replay(group).compared)
            .map(|compared| (compared.ticket.clone(), compared))
            .collect();
        for compared in &one.compared {
            prop_assert_eq!(&apart[&compared.ticket], compared);
        }
    }
}
