//! What was answered survives a power cut.
//!
//! A process writes to a file while `strace` notes what it asks of the kernel. From that the test rebuilds what a disk may
//! hold if the power goes at any instant: everything that was synced before, and of the rest nothing, all, or some
//! sectors. A file is there under its name once its folder was synced, and names change in order. A write changes no byte
//! beside its own.
#![cfg(feature = "sqlite")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is missing"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../simulation/dice.rs"]
mod dice;
mod trace;

use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::path::Path;
use std::process::Command;

use supporty_core::adapter::{Attempt, Commit, Maintenance, OutboxLease, Settled, Store};
use supporty_core::stream::EffectId;
use supporty_store::{Durability, Options, Sqlite};

use common::{at, everything, ticket};
use dice::Dice;
use trace::{Event, Rest, Said, Trace};

const FILE: &str = "support.db";
const FOLDER: &str = "SUPPORTY_POWER_CUT_FOLDER";
const NORMAL: &str = "SUPPORTY_POWER_CUT_NORMAL";
const ALONE: u64 = 70;
const GROUPS: u64 = 10;
const PER_GROUP: u64 = 4;
const CUTS: usize = 150;

/// Under `strace`: writes, says what was answered, and ends as if it were killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the tests below run it, under `strace`"]
async fn a_process_that_writes() {
    let folder = std::env::var(FOLDER).unwrap();
    let durability = if std::env::var(NORMAL).is_ok() { Durability::Normal } else { Durability::Full };
    let store = Options::new(Path::new(&folder).join(FILE)).durability(durability).open().unwrap();
    for number in 1..=ALONE {
        work(&store, number).await;
    }
    for group in 0..GROUPS {
        let first = ALONE + group * PER_GROUP;
        tokio::join!(
            work(&store, first + 1),
            work(&store, first + 2),
            work(&store, first + 3),
            work(&store, first + 4)
        );
    }
    std::process::exit(0);
}

/// One commit, and what a worker does next: it looks at timers and at the outbox, and delivers what it finds.
async fn work(store: &Sqlite, number: u64) {
    store.commit(whole(number)).await.unwrap();
    say("committed", number);
    store.lease_timers(at(30), at(31), 1).await.unwrap();
    for OutboxLease { id, fence, revision, .. } in store.lease_outbox(at(0), at(1), 1).await.unwrap() {
        let number = (1..=number + PER_GROUP).find(|number| id == told(*number)).unwrap();
        let attempt = Attempt { id, fence, revision, at: at(0) };
        store.begin(attempt.clone()).await.unwrap();
        if !is_left(number) {
            store.settle(attempt, Settled::Delivered).await.unwrap();
            say("settled", number);
        }
    }
}

fn say(what: &str, number: u64) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{what} {number}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// Something of everything, and enough of it to fill the log.
fn whole(number: u64) -> Commit {
    let mut commit = everything(number);
    commit.appends[0].entries[1].body = format!("{number} ").repeat(3_000);
    commit
}

fn told(number: u64) -> EffectId {
    everything(number).effects.remove(0).id
}

/// Whether its effect is begun and never settled.
fn is_left(number: u64) -> bool {
    number.is_multiple_of(3)
}

/// What the process asked of the kernel.
fn traced(normal: bool) -> Trace {
    let (folder, beside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let to = beside.path().join("trace");
    let mut command = Command::new("strace");
    let calls = "trace=openat,unlink,write,pwrite64,ftruncate,fsync,fdatasync";
    command.args(["-f", "-y", "-xx", "-s", "1000000", "-e", calls, "-e", "signal=none", "-o"]).arg(&to);
    command.arg(std::env::current_exe().unwrap()).args([
        "--exact",
        "a_process_that_writes",
        "--ignored",
        "--nocapture",
    ]);
    command.env(FOLDER, folder.path()).env_remove(NORMAL);
    if normal {
        command.env(NORMAL, "1");
    }
    let ended = command.output().expect("this test needs `strace` (Debian: `apt-get install strace`)");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    let folder = folder.path().canonicalize().unwrap();
    Trace::read(&std::fs::read_to_string(&to).unwrap(), folder.to_str().unwrap())
}

/// Opens what the disk holds; answers with what was answered and is not there.
async fn lost(trace: &Trace, cut: usize, rest: Rest, dice: &Dice) -> Vec<Said> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in trace.disk(cut, rest, dice) {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let store = Sqlite::open(folder.path().join(FILE))
        .unwrap_or_else(|error| panic!("cut after {cut} with {rest:?}: {error}"));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new(), "cut after {cut} with {rest:?}");
    let timers = store.lease_timers(at(30), at(31), u32::MAX).await.unwrap();
    let timers: HashSet<_> = timers.into_iter().map(|lease| lease.stream).collect();
    let outbox = store.lease_outbox(at(0), at(1), u32::MAX).await.unwrap();
    let outbox: HashSet<_> = outbox.into_iter().map(|lease| lease.id).collect();
    let mut lost = Vec::new();
    for said in trace.answered(cut) {
        let there = match said {
            Said::Committed(number) => {
                let queued = outbox.contains(&told(number)) || !is_left(number);
                timers.contains(&ticket(number)) && queued && is_there(&store, whole(number)).await
            }
            Said::Settled(number) => !outbox.contains(&told(number)),
        };
        if !there {
            lost.push(said);
        }
    }
    lost
}

async fn is_there(store: &Sqlite, commit: Commit) -> bool {
    let (stream, place) = (commit.appends[0].stream.clone(), commit.places[0].0.clone());
    let texts = store.texts(vec![commit.texts[0].at.clone()]).await.unwrap();
    store.load(stream.clone(), 0).await.unwrap() == commit.appends[0].entries
        && store.find(place).await.unwrap() == Some(stream)
        && texts.values().eq([&commit.texts[0].text])
}

/// While the file is made, right after answers, and anywhere.
fn cuts(trace: &Trace, dice: &Dice) -> Vec<usize> {
    let answers = trace.events.iter().enumerate().filter(|(_, event)| matches!(event, Event::Said(_)));
    let answers: Vec<_> = answers.map(|(at, _)| at + 1).collect();
    let made = trace.first_answer();
    let anywhere =
        (0..CUTS / 2).map(|_| made + usize::try_from(dice.roll((trace.events.len() - made) as u64)).unwrap());
    let answers = answers.iter().copied().step_by(answers.len().div_ceil(CUTS / 2));
    (0..made).step_by(made.div_ceil(CUTS / 4)).chain(answers).chain(anywhere).collect()
}

#[tokio::test]
async fn what_was_answered_survives_a_power_cut_at_any_instant() {
    let (trace, dice) = (traced(false), Dice::new(7));
    let all = ALONE + GROUPS * PER_GROUP;
    let answered: BTreeSet<_> = trace.answered(trace.events.len()).into_iter().collect();
    let settled = (1..=all).filter(|number| !is_left(*number)).map(Said::Settled);
    assert_eq!(answered, (1..=all).map(Said::Committed).chain(settled).collect());
    assert!(trace.checkpoints() > 0, "the log was moved to the file at least once");
    for cut in cuts(&trace, &dice) {
        for rest in [Rest::Nothing, Rest::Everything, Rest::Sectors] {
            assert_eq!(lost(&trace, cut, rest, &dice).await, Vec::new(), "cut after {cut}, {rest:?}");
        }
    }
}

#[tokio::test]
async fn without_waiting_for_the_disk_the_last_answers_may_be_lost_and_nothing_is_damaged() {
    let (trace, dice) = (traced(true), Dice::new(7));
    let mut worst = 0;
    for cut in cuts(&trace, &dice) {
        for rest in [Rest::Nothing, Rest::Everything, Rest::Sectors] {
            let lost = lost(&trace, cut, rest, &dice).await;
            assert!(rest != Rest::Everything || lost.is_empty());
            worst = worst.max(lost.len());
        }
    }
    assert!(worst > 0, "the test above can see a loss");
}
