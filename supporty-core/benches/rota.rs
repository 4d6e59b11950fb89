//! A year of a rota of fifty people with five hundred changes, and who is on in it.

#![allow(missing_docs, clippy::unwrap_used, reason = "a measurement ends where something is missing")]

use std::collections::BTreeMap;

use chrono::TimeDelta;
use divan::{Bencher, black_box};

use supporty_core::policy::{Member, Person, Policy, PolicySpec, Rota, Rotation};
use supporty_core::rota::{Arranged, Change, Plan, RotaState, Rotas};
use supporty_core::time::{Unit, Zone};
use supporty_core::vocab::{Period, RotaId, Time};

fn main() {
    divan::main();
}

fn start() -> Time {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn year() -> Period {
    Period::new(start(), start() + TimeDelta::days(365))
}

fn policy() -> Policy {
    let people: Vec<_> = (0..50).map(|n| format!("p{n:02}")).collect();
    let mut spec = PolicySpec::default();
    for name in &people {
        spec.people.insert(name.as_str().into(), Person { name: name.clone(), ..Person::default() });
    }
    let daily = Rotation {
        layer: 0,
        every: Unit::Day,
        length: 1,
        start: "2025-01-01T09:00:00".parse().unwrap(),
        end: None,
        lasts: None,
        hours: None,
        members: people.iter().map(|name| Member::one(name.as_str())).collect(),
    };
    let zone = Zone::new("Europe/London").unwrap();
    let rota = Rota {
        name: "Web".to_owned(),
        zone,
        squad: None,
        rotations: vec![daily],
        people_on: 1,
        cover: None,
        fallback: Vec::new(),
    };
    spec.rotas.insert("web".into(), rota);
    Policy::new(spec).unwrap()
}

fn state(changes: i64) -> RotaState {
    let arranged = (0..changes).map(|n| {
        let from = start() + TimeDelta::minutes(n * 1_000);
        let change = Change::Only(vec![format!("p{:02}", n % 50).as_str().into()]);
        (
            u64::try_from(n + 1).unwrap(),
            vec![Arranged { period: Period::new(from, from + TimeDelta::hours(10)), change }],
        )
    });
    RotaState { arranged: arranged.collect(), ..RotaState::default() }
}

#[divan::bench]
fn turns_of_two_years(bencher: Bencher) {
    let policy = policy();
    bencher.bench(|| Plan::new(black_box(&policy), &RotaId::new("web"), year().until).unwrap());
}

#[divan::bench(args = [0, 500])]
fn schedule_of_a_year(bencher: Bencher, changes: i64) {
    let policy = policy();
    let plan = Plan::new(&policy, &RotaId::new("web"), year().until).unwrap();
    let state = state(changes);
    bencher.bench(|| plan.schedule(black_box(&state), year()));
}

#[divan::bench(args = [0, 500])]
fn who_is_on(bencher: Bencher, changes: i64) {
    let policy = policy();
    let rotas = Rotas::new(&policy, &BTreeMap::from([("web".into(), state(changes))]), year());
    let schedule = rotas.schedule(&"web".into(), year()).unwrap();
    let at = start() + TimeDelta::days(200);
    bencher.bench(|| black_box(&schedule).who(black_box(at)).len());
}
