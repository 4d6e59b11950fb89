//! A made-up year of 50,000 tickets, replayed under a policy with other promises, and a promise that is swept over.
//!
//! The history is held in memory, decoded: what a store and JSON cost is not in these figures.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a measurement ends where something is missing"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::LazyLock;

use chrono::TimeDelta;
use divan::Bencher;
use divan::counter::ItemsCount;

use supporty_core::backtest::{Backtest, Record, Stream, Sweep, Totals, linked};
use supporty_core::policy::Policy;
use supporty_core::rota::{RotaState, Rotas, evolve};
use supporty_core::testing::sample::{self, Sample};
use supporty_core::time::{Budget, Zone};
use supporty_core::vocab::{Period, Target, TicketKey, Time};

const TICKETS: u64 = 50_000;

struct History {
    backtest: Backtest,
    groups: Vec<Vec<Stream>>,
    tickets: usize,
}

static HISTORY: LazyLock<History> = LazyLock::new(history);

fn main() {
    let History { backtest, groups, tickets } = &*HISTORY;
    let entries: usize = groups.iter().flatten().map(|stream| stream.entries.len()).sum();
    println!("{tickets} tickets of {entries} entries, in {} groups", groups.len());
    for (target, priority) in PROMISES {
        let (counted, aside) = swept(backtest, target, priority).size();
        println!("{priority}/{target}: {counted} rounds counted, {aside} groups replayed for each point");
    }
    divan::main();
}

fn instant(text: &str) -> Time {
    text.parse().unwrap()
}

fn history() -> History {
    let (from, until) = (instant("2025-11-01T00:00:00Z"), instant("2026-11-01T00:00:00Z"));
    let mut streams: BTreeMap<TicketKey, Stream> = BTreeMap::new();
    let mut rotas: BTreeMap<_, RotaState> = BTreeMap::new();
    let sample = Sample { seed: 7, tickets: TICKETS, from, until };
    let play = sample.play(|story| match story.stream {
        sample::Stream::Ticket { ticket, entries } => {
            streams.insert(ticket.key.clone(), Stream { key: ticket.key, entries });
        }
        sample::Stream::Rota(id, entries) => {
            let state = rotas.entry(id).or_default();
            entries.iter().for_each(|entry| evolve(state, entry));
        }
        sample::Stream::Desk(_) | sample::Stream::Service(..) => {}
    });
    play.unwrap();
    let tickets = streams.len();
    let mut groups = Vec::new();
    while let Some((first, _)) = streams.first_key_value() {
        let (mut open, mut group) = (vec![first.clone()], Vec::new());
        while let Some(key) = open.pop() {
            let Some(stream) = streams.remove(&key) else { continue };
            open.extend(linked(&stream.entries));
            group.push(stream);
        }
        groups.push(group);
    }
    let mut spec = Sample::policy().unwrap().spec().clone();
    for priority in &mut spec.priorities {
        if let Some(promise) = priority.promises.get_mut(&Target::Resolve) {
            promise.within = match promise.within {
                Budget::Seconds(seconds) => Budget::Seconds(seconds / 2),
                Budget::Days(days) => Budget::Days(days.max(2) - 1),
            };
        }
    }
    let policy = Policy::new(spec).unwrap();
    let month = TimeDelta::days(32);
    let rotas = Rotas::new(&policy, &rotas, Period::new(from - month, until + month));
    History { backtest: Backtest::new(policy, Some(rotas), until), groups, tickets }
}

fn totals(groups: &[Vec<Stream>]) -> Totals {
    let zone = Zone::new("Europe/London").unwrap();
    let mut totals = Totals::default();
    for group in groups {
        for compared in HISTORY.backtest.replay(group).compared {
            totals.take(&compared, &zone);
        }
    }
    totals
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn replay(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(HISTORY.tickets)).bench_local(|| totals(&HISTORY.groups));
}

#[divan::bench(sample_count = 3, sample_size = 1)]
fn replay_on_two_threads(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(HISTORY.tickets)).bench_local(|| {
        let (some, others) = HISTORY.groups.split_at(HISTORY.groups.len() / 2);
        std::thread::scope(|scope| {
            let half = scope.spawn(|| totals(some));
            let mut all = totals(others);
            all.merge(half.join().unwrap());
            all
        })
    });
}

/// The least that a pass over the logs does: what is compared, read off them.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn read_alone(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(HISTORY.tickets)).bench_local(|| {
        for stream in HISTORY.groups.iter().flatten() {
            black_box(Record::of(&stream.entries));
        }
    });
}

const PROMISES: [(Target, &str); 3] =
    [(Target::Resolve, "P2"), (Target::Respond, "P2"), (Target::Respond, "P3")];

fn swept<'a>(backtest: &'a Backtest, target: Target, priority: &str) -> Sweep<'a> {
    let mut sweep = backtest.sweep(target, priority.into()).unwrap();
    for group in &HISTORY.groups {
        sweep.take(group, &backtest.replay(group).logs);
    }
    sweep
}

#[divan::bench(args = PROMISES, sample_count = 5, sample_size = 1)]
fn point(bencher: Bencher<'_, '_>, (target, priority): (Target, &str)) {
    let sweep = swept(&HISTORY.backtest, target, priority);
    bencher.counter(ItemsCount::new(HISTORY.tickets)).bench_local(|| sweep.point(4 * 3600).unwrap());
}
