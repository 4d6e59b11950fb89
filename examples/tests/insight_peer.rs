//! The figures of `insight` beside those that DuckDB computes with SQL, from the same history as an export has it. The SQL
//! stands in `examples/peers/insight` and is written from what `INSIGHT.md` says.
//!
//! `SUPPORTY_PYTHON` names a Python that can `import duckdb`; left out where it is not set. `SUPPORTY_PEER_TICKETS` says how
//! many tickets the history has.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process;

use chrono::TimeDelta;
use serde_json::{Map, Value, json};
use supporty_core::adapter::{Append, Commit};
use supporty_core::insight::{By, Cost, Effort, Facts, Figures, OpenTime, Question, Rates, TicketCost, Took};
use supporty_core::policy::{Policies, Policy, PolicySpec};
use supporty_core::stream::{Recorded, StreamId};
use supporty_core::testing::sample::{Sample, Story, Stream};
use supporty_core::ticket::{Command, Message, Open, TicketEntry};
use supporty_core::time::{Every, Zone};
use supporty_core::vocab::{Actor, Period, TextRef, TicketKey, Time};
use supporty_core::world::World;
use supporty_desk::history;
use supporty_store::Lines;

const ZONE: &str = "Europe/London";
/// What is hard to count, and must have happened.
const TOLD: &[&str] = &[
    "absorbed",
    "amended",
    "change-linked",
    "classified",
    "fix-deployed",
    "gave-back",
    "heard",
    "kind-changed",
    "merged",
    "mitigated",
    "moved",
    "noted",
    "paged",
    "rated",
    "reopened",
    "replanned",
    "reprioritised",
    "taken-over",
    "unmerged",
    "withdrawn",
];

#[test]
fn figures_are_those_of_sql_over_the_same_lines() {
    let Ok(python) = std::env::var("SUPPORTY_PYTHON") else {
        eprintln!("SUPPORTY_PYTHON is not set: DuckDB was not asked");
        return;
    };
    let tickets = std::env::var("SUPPORTY_PEER_TICKETS").map_or(2_500, |tickets| tickets.parse().unwrap());
    let sample = Sample { seed: 11, tickets, from: time("2025-11-01"), until: time("2026-11-01") };
    let folder = tempfile::tempdir().unwrap();
    let (mut facts, mut kinds) = (Facts::new(), BTreeSet::new());
    let mut take = |key: &TicketKey, entries: &[TicketEntry]| {
        facts.add_all(key, entries);
        kinds.extend(entries.iter().map(|entry| entry.event.kind()));
    };
    write(&sample, &folder.path().join("sample.jsonl"), &mut take);
    write_late_answer(&folder.path().join("late.jsonl"), &mut take);
    assert!(facts.len() as u64 > tickets * 99 / 100, "{} tickets", facts.len());
    let missing: Vec<_> = TOLD.iter().filter(|kind| !kinds.contains(*kind)).collect();
    assert!(
        missing.is_empty(),
        "the history has none of these, so that nothing about them was compared: {missing:?}"
    );

    let zone = Zone::new(ZONE).unwrap();
    // Of some tickets everything lies within the period, of others it begins or ends outside.
    let [from, until] = ["2025-12-01", "2026-10-01"].map(|day| zone.midnight(day.parse().unwrap()));
    let effort = Effort::default();
    let rates = Rates::from(
        [("2026-01-01", 6_000), ("2026-07-01", 6_333)].map(|(day, cents)| (day.parse().unwrap(), cents)),
    );
    let asked = json!({
        "since": micros(from), "until": micros(until), "now": micros(sample.until), "zone": ZONE,
        "before": effort.before, "after": effort.after, "rates": rates.0.iter().collect::<Vec<_>>(),
    });
    let theirs = ask(&python, &folder.path().join("*.jsonl"), &asked);

    let question = Question::new(Period::new(from, until), sample.until).zone(zone);
    let policies = Policies::new(Sample::policy().unwrap());
    let questions = [
        ("everything", question.clone()),
        ("by_month_and_priority", question.clone().by([By::Priority]).every(Every::Month)),
        ("by_area", question.clone().by([By::Area])),
        ("by_kind", question.clone().by([By::Kind])),
        ("by_squad", question.clone().by([By::Squad])),
        ("by_kind_area_and_squad", question.by([By::Kind, By::Area, By::Squad])),
    ];
    let mut ours = BTreeMap::new();
    for (name, question) in &questions {
        let figures = facts.select(question, &policies).figures(&facts.work(&effort), &rates);
        if *name == "everything" {
            let tickets = figures.tickets.iter().map(|one| (one.key.to_string(), ticket(one)));
            ours.insert("tickets", Value::Object(tickets.collect()));
        }
        for (figure, groups) in by_figure(&figures) {
            let all = ours.entry(figure).or_insert_with(|| json!({}));
            all[*name] = Value::Object(groups);
        }
    }

    let mut differences = Vec::new();
    let mut compared = 0;
    compare("", &json!(ours), &theirs, &mut compared, &mut differences);
    let some = differences.iter().take(30).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(differences.is_empty(), "{} of {compared} numbers differ:\n{some}", differences.len());
    assert!(compared > tickets as usize, "{compared} numbers are too few");
    let note = Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures_compared");
    std::fs::write(note, format!("{compared} numbers of {tickets} tickets\n")).unwrap();
}

type Take<'a> = dyn FnMut(&TicketKey, &[TicketEntry]) + 'a;

fn write(sample: &Sample, to: &Path, take: &mut Take<'_>) {
    let file = BufWriter::new(File::create(to).unwrap());
    let look = |story: &Story| {
        if let Stream::Ticket { ticket, entries } = &story.stream {
            take(&ticket.key, entries);
        }
    };
    history::write(sample, file, look, &history::bar("History")).unwrap();
}

/// What the sample has none of: an answer of which the desk hears when the promise is broken already.
fn write_late_answer(to: &Path, take: &mut Take<'_>) {
    let spec = PolicySpec { key_prefix: "LATE".to_owned(), ..Sample::policy().unwrap().spec().clone() };
    let mut desk = World::new(Policy::new(spec).unwrap());
    let (rita, oli) = (Actor::Person("rita".into()), Actor::Person("oli".into()));
    let opened = time("2026-03-10") + TimeDelta::hours(10);
    let open = Command::Open(Open::new(TextRef::new("title"), "P2"));
    let key = desk.submit(opened, &rita, None, open).unwrap().ticket;
    let heard = opened + TimeDelta::days(7);
    desk.run_until(heard);
    let said_at = opened + TimeDelta::minutes(5);
    let message = Message { id: "late".into(), text: TextRef::new("answer"), said_at };
    desk.submit(heard, &oli, Some(&key), Command::Reply { message }).unwrap();
    let log: Vec<_> = desk.log(&key).cloned().collect();
    take(&key, &log);
    let entries = log.iter().map(|entry| entry.encode().unwrap()).collect();
    let append = Append::new(StreamId::Ticket(key), 0, entries);
    let mut lines = Lines::new(File::create(to).unwrap()).unwrap();
    lines.commit(Commit { appends: vec![append], ..Commit::default() }).unwrap();
    lines.finish().unwrap();
}

fn ask(python: &str, lines: &Path, asked: &Value) -> Value {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/insight/figures.py");
    let answer =
        process::Command::new(python).arg(program).arg(lines).arg(asked.to_string()).output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    serde_json::from_slice(&answer.stdout).unwrap()
}

/// Group by group, as the SQL names them.
fn by_figure(figures: &Figures) -> BTreeMap<&'static str, Map<String, Value>> {
    let mut all: BTreeMap<_, Map<String, Value>> = BTreeMap::new();
    for figure in &figures.groups {
        let group = figure.group.to_string();
        let mut put = |name: &'static str, value: Value| {
            all.entry(name).or_default().insert(group.clone(), value);
        };
        // Of tickets that were opened outside the period there are promises and work alone.
        if figure.tally.opened > 0 {
            put("tallies", tally(&figure.tally));
            put("open_times", open_time(&figure.open_time));
            let some =
                figure.times.iter().filter(|(_, took)| took.sample.count() + took.not_yet as usize > 0);
            put("times", some.map(|(reached, took)| (name(reached), times(took))).collect());
            put("costs", cost(&figure.cost));
            let hours = (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
            let hours = hours.map(|(day, hour)| (format!("{day} {hour}"), figure.heat_map.0[day][hour]));
            let opened = hours.filter(|(_, opened)| *opened > 0);
            put("heat_maps", opened.map(|(at, opened)| (at, json!({ "opened": opened }))).collect());
        }
        if !figure.promises.is_empty() {
            put(
                "promises",
                figure.promises.iter().map(|(target, kept)| (name(target), json!(kept))).collect(),
            );
        }
        if !figure.loads.is_empty() {
            let loads = figure.loads.iter().map(|(person, load)| {
                let load = json!({
                    "worked": length(load.in_hours + load.out_of_hours),
                    "tickets": load.tickets,
                    "woken": load.woken_in_hours + load.woken_out_of_hours,
                });
                (person.to_string(), load)
            });
            put("loads", loads.collect());
        }
    }
    all
}

fn tally(tally: &supporty_core::insight::Tally) -> Value {
    let stars = |counts: [u32; 5]| -> Value {
        let some = (1..).zip(counts).filter(|(_, count)| *count > 0);
        some.map(|(stars, count): (u8, _)| (stars.to_string(), json!(count))).collect()
    };
    json!({
        "opened": tally.opened, "open": tally.open, "resolved": tally.resolved, "reopened": tally.reopened,
        "code_changed": tally.code_changed, "unchanged": tally.unchanged(), "resolutions": tally.resolutions,
        "first": stars(tally.stars.first), "last": stars(tally.stars.last),
        "better": tally.stars.better, "worse": tally.stars.worse,
        "upkeep": tally.upkeep, "investment": tally.investment, "unclassified": tally.unclassified,
    })
}

fn open_time(time: &OpenTime) -> Value {
    let [mean, median, p90] = [time.mean, time.median, time.p90].map(|one| one.map(length));
    json!({ "count": time.count, "open": time.open, "mean": mean, "median": median, "p90": p90 })
}

fn times(took: &Took) -> Value {
    let sample = &took.sample;
    let [mean, median, p90] = [sample.mean(), sample.median(), sample.p90()].map(|one| one.map(length));
    json!({ "count": sample.count(), "not_yet": took.not_yet, "mean": mean, "median": median, "p90": p90 })
}

fn cost(cost: &Cost) -> Value {
    json!({
        "tickets": cost.tickets, "people": cost.people, "messages": cost.messages, "notes": cost.notes,
        "bot_messages": cost.bot_messages, "active": length(cost.active), "asking": length(cost.asking),
        "money": cost.money,
    })
}

fn ticket(one: &TicketCost) -> Value {
    let mut ticket = cost(&one.cost);
    ticket["people"] = json!(one.people);
    ticket.as_object_mut().unwrap().remove("tickets");
    ticket
}

/// As it is stored.
fn name(of: &impl serde::Serialize) -> String {
    json!(of).as_str().unwrap().to_owned()
}

fn length(length: TimeDelta) -> i64 {
    length.num_microseconds().unwrap()
}

fn micros(at: Time) -> i64 {
    at.timestamp_micros()
}

fn time(day: &str) -> Time {
    format!("{day}T00:00:00Z").parse().unwrap()
}

/// What the one has and the other has not, to the last digit.
fn compare(place: &str, ours: &Value, theirs: &Value, compared: &mut usize, differences: &mut Vec<String>) {
    let (Value::Object(mine), Value::Object(others)) = (ours, theirs) else {
        *compared += 1;
        if ours != theirs {
            differences.push(format!("{place}: {ours} here, {theirs} there"));
        }
        return;
    };
    let keys = mine.keys().chain(others.keys().filter(|key| !mine.contains_key(*key)));
    for key in keys {
        let [ours, theirs] = [mine, others].map(|all| all.get(key).unwrap_or(&Value::Null));
        compare(&format!("{place}/{key}"), ours, theirs, compared, differences);
    }
}
