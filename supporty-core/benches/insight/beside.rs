//! The same question beside DuckDB and Polars, of the same log, in one run.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use supporty_core::insight::Facts;
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::ticket::{Event, TicketEntry};

use super::{FACTS, KEYS, LOG, POLICIES, Target, TicketKey, Time, asked, fold, question};

/// A line of an export that is an entry.
#[derive(Serialize, Deserialize)]
struct Line {
    entry: Written,
}

#[derive(Serialize, Deserialize)]
struct Written {
    stream: StreamId,
    seq: u64,
    #[serde(deserialize_with = "supporty_core::vocab::instant")]
    at: Time,
    kind: String,
    body: String,
}

/// Writes the log as lines into a folder, asks ours, then has a Python ask the others, and prints a table.
pub(crate) fn measure(folder: &Path, python: &str) {
    let lines = folder.join("log.jsonl");
    write(&lines);
    let question = question();
    let times = |times: usize, ask: &dyn Fn() -> usize| (0..times).map(|_| took(ask)).min().unwrap();
    let from_facts = times(20, &|| asked(&FACTS.select(&question, &POLICIES)));
    let from_memory = times(5, &|| asked(&fold().select(&question, &POLICIES)));
    let from_lines = times(1, &|| asked(&read(&lines).select(&question, &POLICIES)));
    assert_eq!(read(&lines), *FACTS);
    let entry: usize = LOG.iter().map(|log| size_of_val(&**log)).sum();
    let ours = json!({
        "lines": from_lines.as_secs_f64(), "events": from_memory.as_secs_f64(), "facts": from_facts.as_secs_f64(),
        "memory of events": entry * KEYS.len() / LOG.len(), "memory of facts": FACTS.memory(), "counted": counted(),
    });
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/peers/insight/bench.py");
    let until = question.period.until.timestamp_micros().to_string();
    let answer = Command::new(python).arg(program).arg(&lines).args([&until, "5"]).output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let others: Value = serde_json::from_slice(&answer.stdout).unwrap();
    println!("| | ours | DuckDB | Polars |\n| --- | --- | --- | --- |");
    for what in ["facts", "events", "lines", "memory of facts", "memory of events", "counted"] {
        println!("| {what} | {} | {} | {} |", ours[what], others["duckdb"][what], others["polars"][what]);
    }
}

fn took(ask: &dyn Fn() -> usize) -> Duration {
    let begin = Instant::now();
    std::hint::black_box(ask());
    begin.elapsed()
}

fn counted() -> [u32; 5] {
    let question = question();
    let selection = FACTS.select(&question, &POLICIES);
    let tallies = selection.tallies();
    let kept: Vec<_> = selection.promise(Target::Resolve).into_values().map(|kept| kept.share()).collect();
    [
        tallies.values().map(|tally| tally.opened).sum(),
        tallies.values().map(|tally| tally.resolved).sum(),
        tallies.values().map(|tally| tally.code_changed).sum(),
        kept.iter().map(|share| share.part).sum(),
        kept.iter().map(|share| share.of).sum(),
    ]
}

fn write(to: &Path) {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(to).unwrap());
    lines(&KEYS, &mut file);
    file.flush().unwrap();
}

/// An export of these tickets.
pub(crate) fn lines(keys: &[TicketKey], file: &mut impl Write) {
    for (key, log) in keys.iter().zip(LOG.iter().cycle()) {
        for entry in log {
            let mut entry = entry.clone();
            if let Event::Opened(opened) = &mut entry.event {
                opened.key = key.clone();
            }
            let RawEntry { seq, at, kind, body } = entry.encode().unwrap();
            let entry = Written { stream: StreamId::Ticket(key.clone()), seq, at, kind, body };
            serde_json::to_writer(&mut *file, &Line { entry }).unwrap();
            file.write_all(b"\n").unwrap();
        }
    }
}

/// The entry in one line of an export, as a store keeps it.
pub(crate) fn raw(line: &[u8]) -> (StreamId, RawEntry) {
    let Written { stream, seq, at, kind, body } = serde_json::from_slice::<Line>(line).unwrap().entry;
    (stream, RawEntry { seq, at, kind, body })
}

pub(crate) fn take(facts: &mut Facts, (stream, raw): (StreamId, RawEntry)) {
    facts.add(stream.ticket().unwrap(), &TicketEntry::decode(&stream, &raw).unwrap());
}

/// On all processors, as the others do: each folds a part of the file.
fn read(from: &Path) -> Facts {
    let parts = thread::available_parallelism().unwrap().get() as u64;
    let length = from.metadata().unwrap().len();
    let ends: Vec<u64> = (0..=parts).map(|part| length * part / parts).collect();
    thread::scope(|scope| {
        let read = |part: &[u64]| {
            let (begin, end) = (part[0], part[1]);
            scope.spawn(move || read_part(from, begin, end))
        };
        let parts: Vec<_> = ends.windows(2).map(read).collect();
        let facts = parts.into_iter().map(|part| part.join().unwrap());
        facts.reduce(|mut all, more| {
            all.merge(more);
            all
        })
    })
    .unwrap()
}

/// The tickets whose first line begins in a part of the file.
fn read_part(from: &Path, begin: u64, end: u64) -> Facts {
    let mut file = BufReader::with_capacity(1 << 20, File::open(from).unwrap());
    let mut at = begin.saturating_sub(1);
    file.seek(SeekFrom::Start(at)).unwrap();
    let mut line = Vec::new();
    if begin > 0 {
        at += file.read_until(b'\n', &mut line).unwrap() as u64;
    }
    let mut facts = Facts::new();
    loop {
        line.clear();
        let length = file.read_until(b'\n', &mut line).unwrap() as u64;
        if length == 0 {
            return facts;
        }
        let (stream, raw) = raw(&line);
        if raw.seq == 1 && at >= end {
            return facts;
        }
        // What begins before this part is the part's before it.
        take(&mut facts, (stream, raw));
        at += length;
    }
}
