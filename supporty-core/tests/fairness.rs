//! Fairness: a ledger that is exact, and plans that come close to the best there is.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use supporty_core::pay::{Ledger, Task, Weights, assign, plan, suggest};
use supporty_core::rota::{Command, Reason, Rotas};
use supporty_core::time::Unit;
use supporty_core::vocab::{Period, PersonId};

use common::rota::{Desk, at, period, rota, rotation, spec};

fn rotas(desk: &Desk) -> Rotas {
    let ready = period("2026-01-01T00:00:00Z", "2026-12-31T00:00:00Z");
    Rotas::new(&desk.policy, &BTreeMap::from([("web".into(), desk.state.clone())]), ready)
}

fn weekly(members: &[&str]) -> Desk {
    Desk::new(spec(rota("UTC", vec![rotation(Unit::Week, 1, "2026-01-05T09:00:00", members)])))
}

#[test]
fn a_ledger_weighs_nights_weekends_and_call_outs_and_is_carried_over() {
    let mut desk = weekly(&["ana", "ben"]);
    let call = period("2026-01-06T02:00:00Z", "2026-01-06T02:30:00Z");
    let proposed =
        Command::ProposeCallOut { person: "ana".into(), ticket: "SUP-1".parse().unwrap(), period: call };
    desk.ask("2026-01-06T03:00:00Z", "ben", proposed).unwrap();
    let rotas = rotas(&desk);
    let week = |from: &str, until: &str| Ledger::of(&rotas, period(from, until), &Weights::default());
    let first = week("2026-01-05T09:00:00Z", "2026-01-12T09:00:00Z");
    // 48 hours of a weekend, 168 - 48 - 40 of weeknights, one call-out.
    assert_eq!(first.borne(&"ana".into()), (48 * 3 + 80 * 2 + 4) * 3600);
    assert_eq!(first.borne(&"ben".into()), 0);
    let second = week("2026-01-12T09:00:00Z", "2026-01-19T09:00:00Z");
    let both = first.clone().carried_into(&second);
    assert_eq!(both, week("2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z"));
    assert_eq!(both.spread(), 4 * 3600, "what the call-out weighs");
    let open = period("2026-01-19T09:00:00Z", "2026-01-20T09:00:00Z");
    let who: Vec<_> =
        suggest(&rotas, &"web".into(), open, &both).into_iter().map(|(who, _)| who.to_string()).collect();
    assert_eq!(who, ["ben"], "ana is on already");
}

#[test]
fn a_plan_respects_time_off_and_makes_up_for_what_was() {
    let mut desk = weekly(&["ana", "ben", "cy"]);
    let off = period("2026-02-02T00:00:00Z", "2026-02-20T00:00:00Z");
    let away = Command::BeAway { person: "cy".into(), period: off, reason: Reason::TimeOff, why: None };
    desk.ask("2026-01-01T00:00:00Z", "cy", away).unwrap();
    let rotas = rotas(&desk);
    let mut before = Ledger::default();
    // Two weeks of 48 hours of weekend and 80 of weeknights.
    before.add(&"ana".into(), 2 * 304 * 3600);
    let spring = period("2026-02-02T00:00:00Z", "2026-03-16T00:00:00Z");
    let planned = plan(&rotas, &"web".into(), spring, &before, &Weights::default()).unwrap();
    assert_eq!(planned.taken.len(), 6);
    for (when, who) in &planned.taken {
        let who = who.as_ref().unwrap();
        assert!(who.as_str() != "cy" || when.overlap(&off).is_none(), "{who} {when}");
    }
    let of =
        |name: &str| planned.taken.iter().filter(|(_, who)| who.as_ref().unwrap().as_str() == name).count();
    assert!(of("ana") <= 1, "{planned:?}");
    assert_eq!(planned.spread, 304 * 3600, "a week, which can not be split");
}

fn names(count: usize) -> Vec<PersonId> {
    (0..count).map(|n| PersonId::new(format!("p{n}"))).collect()
}

/// Tasks a day each, some at the same time as the one before.
fn tasks(count: usize, people: usize) -> impl Strategy<Value = Vec<Task>> {
    let one = (prop::collection::vec((1i64..60, any::<bool>()), people), 0i64..4);
    prop::collection::vec(one, 1..=count).prop_map(move |all| {
        let begin = at("2026-01-05T00:00:00Z");
        let mut day = 0;
        let tasks = all.into_iter().map(|(weighs, step)| {
            day += step.min(1);
            let from = begin + chrono::TimeDelta::days(day);
            let able = names(people).into_iter().zip(weighs).filter(|(_, (_, able))| *able || step > 1);
            let weighs = able.map(|(who, (weighs, _))| (who, weighs)).collect();
            Task { period: Period::new(from, from + chrono::TimeDelta::days(1)), weighs }
        });
        tasks.collect()
    })
}

fn before(people: usize, borne: &[i64]) -> Ledger {
    let mut ledger = Ledger::default();
    for (who, borne) in names(people).iter().zip(borne) {
        ledger.add(who, *borne);
    }
    ledger
}

/// The best spread of all assignments that give every task to somebody; none where there is none.
fn best(tasks: &[Task], ledger: &Ledger, taken: &mut Vec<(Period, PersonId)>) -> Option<i64> {
    let Some((first, rest)) = tasks.split_first() else { return Some(ledger.spread()) };
    let mut best_of: Option<i64> = None;
    for (who, weighs) in &first.weighs {
        if taken.iter().any(|(when, taker)| taker == who && when.overlap(&first.period).is_some()) {
            continue;
        }
        let mut next = ledger.clone();
        next.add(who, *weighs);
        taken.push((first.period, who.clone()));
        let found = best(rest, &next, taken);
        taken.pop();
        best_of = best_of.into_iter().chain(found).min();
    }
    best_of
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn balances_sum_to_nothing(borne in prop::collection::vec(-1_000_000i64..1_000_000, 1..20)) {
        let ledger = before(borne.len(), &borne);
        prop_assert_eq!(ledger.balances().values().sum::<i64>(), 0);
    }

    #[test]
    fn an_assignment_gives_nobody_two_tasks_at_once_nor_one_they_can_not_take(tasks in tasks(20, 5), borne in prop::collection::vec(0i64..100, 5)) {
        let assigned = assign(&tasks, &before(5, &borne));
        prop_assert!(assigned.lower_bound <= assigned.spread);
        let mut seen: BTreeSet<(PersonId, Period)> = BTreeSet::new();
        for (task, (when, who)) in tasks.iter().zip(&assigned.taken) {
            prop_assert_eq!(task.period, *when);
            let Some(who) = who else { continue };
            prop_assert!(task.weighs.contains_key(who));
            prop_assert!(seen.insert((who.clone(), *when)), "{} twice", who);
        }
    }

    #[test]
    fn small_plans_are_the_best_there_is_and_no_plan_is_below_the_bound(tasks in tasks(6, 3), borne in prop::collection::vec(0i64..60, 3)) {
        let ledger = before(3, &borne);
        let assigned = assign(&tasks, &ledger);
        if let Some(best) = best(&tasks, &ledger, &mut Vec::new()) {
            prop_assert_eq!(assigned.spread, best);
            prop_assert!(assigned.lower_bound <= best, "bound {} best {}", assigned.lower_bound, best);
        }
    }

    #[test]
    fn a_large_plan_is_within_one_turn_of_the_bound(people in 2usize..9, weeks in 20i64..53, borne in prop::collection::vec(0i64..500, 9)) {
        let begin = at("2026-01-05T00:00:00Z");
        let tasks: Vec<_> = (0..weeks).map(|week| {
            let period = Period::new(begin + chrono::TimeDelta::weeks(week), begin + chrono::TimeDelta::weeks(week + 1));
            let weighs = 300 + week % 7 * 20;
            Task { period, weighs: names(people).into_iter().map(|who| (who, weighs)).collect() }
        }).collect();
        let assigned = assign(&tasks, &before(people, borne.get(..people).unwrap_or_default()));
        prop_assert!(assigned.spread <= assigned.lower_bound + 420, "{} {}", assigned.spread, assigned.lower_bound);
    }
}
