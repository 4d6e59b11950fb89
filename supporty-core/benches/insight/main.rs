//! Figures over 1,000,000 tickets and 11,000,000 entries: month by priority, how many, mean, median and p90 of the open time,
//! the share of promises to resolve that were kept, and the share of resolved tickets that needed a change of code.
//!
//! With `SUPPORTY_BENCH_LINES` (a folder with room for 4 GB) and `SUPPORTY_PYTHON` (which can `import duckdb, polars`) set, DuckDB
//! and Polars answer the same question of the same log, and nothing else is measured.
//!
//! The log in memory is that of 100,000 tickets, told ten times under other keys: 11,000,000 entries of their own would take
//! 6 GB. Each telling is far larger than any cache, so that entries are read from memory as they would be.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    reason = "a measurement ends where something is missing"
)]

mod beside;

use std::hint::black_box;
use std::sync::LazyLock;

use chrono::TimeDelta;
use divan::Bencher;
use divan::counter::ItemsCount;

use supporty_core::insight::{By, Effort, Facts, Question, Rates, Reached, Selection, Span};
use supporty_core::policy::{Policies, Policy};
use supporty_core::stream::{Cause, Entry};
use supporty_core::ticket::{Event, Message, Opened, TicketEntry};
use supporty_core::time::{Every, Zone};
use supporty_core::vocab::{
    Actor, AreaId, Kind, Period, PersonId, PriorityId, Resolution, Target, TextRef, TicketKey, Time,
};

const TOLD: u64 = 10;
const TICKETS: u64 = 100_000;
const YEARS: i64 = 3;

static POLICIES: LazyLock<Policies> = LazyLock::new(|| Policies::new(Policy::default()));
static LOG: LazyLock<Vec<Vec<TicketEntry>>> = LazyLock::new(|| {
    let mut random = 0x9e37_79b9_7f4a_7c15;
    (0..TICKETS).map(|number| ticket(number, &mut random)).collect()
});
static KEYS: LazyLock<Vec<TicketKey>> = LazyLock::new(|| {
    let prefix = TicketKey::new("SUP", 0);
    // Keys that were read share nothing.
    (1..=TICKETS * TOLD).map(|number| TicketKey::new(prefix.prefix(), number)).collect()
});
static FACTS: LazyLock<Facts> = LazyLock::new(fold);

fn main() {
    if let (Some(folder), Ok(python)) =
        (std::env::var_os("SUPPORTY_BENCH_LINES"), std::env::var("SUPPORTY_PYTHON"))
    {
        return beside::measure(folder.as_ref(), &python);
    }
    let facts = &*FACTS;
    let entries = TOLD * LOG.iter().map(|log| log.len() as u64).sum::<u64>();
    println!(
        "{} tickets of {entries} entries of {} bytes; facts take {} MB, {} bytes a ticket",
        facts.len(),
        size_of::<TicketEntry>(),
        facts.memory() / 1_000_000,
        facts.memory() / facts.len(),
    );
    divan::main();
}

fn start() -> Time {
    "2023-01-01T00:00:00Z".parse().unwrap()
}

fn below(random: &mut u64, end: u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random % end
}

fn one<'a>(random: &mut u64, of: &[&'a str]) -> &'a str {
    of[below(random, of.len() as u64) as usize]
}

/// Eleven entries: opened, claimed, two promises met by that and the answer, two answers and a question, resolved, the promise
/// to resolve kept or not, the last update, closed. One of a hundred is open.
fn ticket(number: u64, random: &mut u64) -> Vec<TicketEntry> {
    let span = YEARS * 365 * 86_400_000_000;
    let opened = start() + TimeDelta::microseconds(span / TICKETS as i64 * number as i64);
    let priority: PriorityId = one(random, &["P1", "P2", "P2", "P3", "P3", "P3"]).into();
    let area: AreaId = one(random, &["shop", "admin", "app", "mail", "search", "pay"]).into();
    let person = |random: &mut u64, role: &str, of: u64| {
        Actor::Person(PersonId::new(format!("{role}-{}", below(random, of))))
    };
    let (rita, ana, ben) =
        (person(random, "user", 2_000), person(random, "dev", 40), person(random, "dev", 40));
    let mut at = opened;
    let mut log: Vec<TicketEntry> = Vec::new();
    let mut push = |at: Time, by: &Actor, event: Event| {
        let seq = log.len() as u64 + 1;
        log.push(Entry { seq, at, by: by.clone(), cause: Cause::Timer, event });
    };
    let mut later = |random: &mut u64| {
        at += TimeDelta::microseconds(below(random, 3_600_000_000) as i64);
        at
    };
    let text = || TextRef::new("text");
    let message = |said_at: Time| Message { id: "m".into(), text: text(), said_at };
    push(
        opened,
        &rita,
        Opened {
            key: TicketKey::new("SUP", number),
            title: text(),
            details: Some(text()),
            requester: rita.clone(),
            work: if below(random, 20) == 0 { Kind::Incident } else { Kind::Request },
            priority,
            area: Some(area),
            squad: Some("web".into()),
            requester_squads: Default::default(),
            policy: POLICIES.current().version().clone(),
            follows: None,
            message: None,
            fields: Default::default(),
            restricted: None,
            drill: None,
            raised: None,
        }
        .into(),
    );
    let met = |target, due: Time, at| Event::TargetMet { target, epoch: 1, due: Some(due), at };
    let t = later(random);
    push(t, &ana, Event::Claimed {});
    push(t, &ana, met(Target::Acknowledge, opened + TimeDelta::minutes(30), t));
    let t = later(random);
    push(t, &ana, Event::Replied { message: message(t) });
    push(t, &ana, met(Target::Respond, opened + TimeDelta::hours(1), t));
    let t = later(random);
    push(t, &rita, Event::Replied { message: message(t) });
    let t = later(random);
    push(t, &ben, Event::Replied { message: message(t) });
    if below(random, 100) == 0 {
        return log;
    }
    let t = later(random);
    let resolution = Resolution::ALL[below(random, 10) as usize];
    let due = opened + TimeDelta::hours(3);
    push(t, &ana, Event::Resolved { resolution, note: None, due: None });
    push(t, &ana, met(Target::Resolve, due, t));
    push(t, &ana, met(Target::Update, due, t));
    let because = supporty_core::ticket::CloseReason::Confirmed;
    push(later(random), &rita, Event::Closed { because, due: None });
    log
}

fn fold() -> Facts {
    let mut facts = Facts::new();
    facts.reserve(KEYS.len());
    for (key, log) in KEYS.iter().zip(LOG.iter().cycle()) {
        facts.add_all(key, log);
    }
    facts
}

fn question() -> Question {
    let period = Period::new(start(), start() + TimeDelta::days(YEARS * 365));
    Question::new(period, period.until)
        .zone(Zone::new("Europe/London").unwrap())
        .by([By::Priority])
        .every(Every::Month)
}

/// What the other programs are asked as well.
fn asked(selection: &Selection<'_>) -> usize {
    let open = selection.open_times(Span::Wall);
    let kept = selection.promise(Target::Resolve);
    let tallies = selection.tallies();
    black_box(&(open.len() + kept.len() + tallies.len())).to_owned()
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn from_memory(bencher: Bencher<'_, '_>) {
    let question = question();
    bencher.counter(ItemsCount::new(TOLD * TICKETS)).bench_local(|| {
        let facts = fold();
        asked(&facts.select(&question, &POLICIES))
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn fold_one_by_one(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(TOLD * TICKETS)).bench_local(|| {
        let mut facts = Facts::new();
        facts.reserve(KEYS.len());
        let logs = (0..TOLD).flat_map(|_| LOG.iter());
        facts.extend(KEYS.iter().zip(logs).flat_map(|(key, log)| log.iter().map(move |entry| (key, entry))));
        facts
    });
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn fold_alone(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(TOLD * TICKETS)).bench_local(fold);
}

/// From an export of 100,000 tickets that is in memory.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn from_lines(bencher: Bencher<'_, '_>) {
    let mut lines = Vec::new();
    beside::lines(&KEYS[..TICKETS as usize], &mut lines);
    bencher.counter(ItemsCount::new(TICKETS)).bench_local(|| {
        let mut facts = Facts::new();
        lines
            .split_inclusive(|byte| *byte == b'\n')
            .for_each(|line| beside::take(&mut facts, beside::raw(line)));
        facts
    });
}

/// The least that a pass over entries of this size does: reads of each when, by whom and what it is.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn read_alone(bencher: Bencher<'_, '_>) {
    bencher.counter(ItemsCount::new(TOLD * TICKETS)).bench_local(|| {
        let logs = (0..TOLD).flat_map(|_| LOG.iter()).flatten();
        logs.fold(0u64, |sum, entry| {
            let by = entry.by.person().map_or(0, |person| person.as_str().len() as u64);
            let kind = u64::from(matches!(entry.event, Event::Replied { .. } | Event::Claimed {}));
            sum.wrapping_add(entry.seq ^ entry.at.timestamp() as u64).wrapping_add(by + kind)
        })
    });
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn from_facts(bencher: Bencher<'_, '_>) {
    let question = question();
    bencher.bench_local(|| asked(&FACTS.select(&question, &POLICIES)));
}

/// The last month, as a page asks for it.
#[divan::bench]
fn from_facts_last_month(bencher: Bencher<'_, '_>) {
    let mut question = question();
    question.period.from = question.period.until - TimeDelta::days(30);
    bencher.bench_local(|| asked(&FACTS.select(&question, &POLICIES)));
}

/// One more entry.
#[divan::bench]
fn one_entry(bencher: Bencher<'_, '_>) {
    let mut facts: Facts = LOG
        .iter()
        .take(1_000)
        .zip(&*KEYS)
        .flat_map(|(log, key)| log.iter().map(move |entry| (key, entry)))
        .collect();
    let mut entry = LOG[0][3].clone();
    entry.seq = 100;
    bencher.bench_local(|| {
        entry.seq += 1;
        facts.add(&KEYS[0], black_box(&entry));
    });
}

#[divan::bench(args = ["select", "open_times", "open_times_working", "promises", "promise", "tallies", "times", "heat_maps"], sample_count = 10, sample_size = 1)]
fn each_figure(bencher: Bencher<'_, '_>, name: &str) {
    let question = question();
    let selection = FACTS.select(&question, &POLICIES);
    bencher.bench_local(|| match name {
        "select" => FACTS.select(&question, &POLICIES).len(),
        "open_times" => selection.open_times(Span::Wall).len(),
        "open_times_working" => selection.open_times(Span::Working).len(),
        "promises" => selection.promises().len(),
        "promise" => selection.promise(Target::Resolve).len(),
        "tallies" => selection.tallies().len(),
        "times" => selection.times(Reached::Responded).len(),
        _ => selection.heat_maps().len(),
    });
}

#[divan::bench(args = ["work", "costs", "loads"], sample_count = 3, sample_size = 1)]
fn work(bencher: Bencher<'_, '_>, name: &str) {
    let question = question();
    let selection = FACTS.select(&question, &POLICIES);
    let rates = Rates::from([(start().date_naive(), 6_000)]);
    let work = FACTS.work(&Effort::default());
    bencher.bench_local(|| match name {
        "work" => drop(black_box(FACTS.work(&Effort::default()))),
        "costs" => drop(black_box(selection.costs(&work, &rates))),
        _ => drop(black_box(selection.loads(&work))),
    });
}

/// What the last month cost, and whom: as a page asks for it.
#[divan::bench(args = ["costs", "loads"], sample_count = 5, sample_size = 1)]
fn work_last_month(bencher: Bencher<'_, '_>, name: &str) {
    let mut question = question();
    question.period.from = question.period.until - TimeDelta::days(30);
    let selection = FACTS.select(&question, &POLICIES);
    let rates = Rates::from([(start().date_naive(), 6_000)]);
    let work = FACTS.work(&Effort::default());
    bencher.bench_local(|| match name {
        "costs" => drop(black_box(selection.costs(&work, &rates))),
        _ => drop(black_box(selection.loads(&work))),
    });
}
