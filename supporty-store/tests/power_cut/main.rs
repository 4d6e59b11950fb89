//! What was answered survives a power cut.
//!
//! A process writes to a file while `strace` notes what it asks of the kernel. From that the test rebuilds what a disk may
//! hold if the power goes at any instant: everything that was synced before, and of the rest nothing, all, or some
//! sectors. It takes for granted that names of files are on the disk as soon as they change.
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

use std::io::Write;
use std::path::Path;
use std::process::Command;

use supporty_core::adapter::{Maintenance, Store};
use supporty_store::{Durability, Options, Sqlite};

use common::{append, at, commit, ticket};
use dice::Dice;
use trace::{Event, Rest, Trace};

const FOLDER: &str = "SUPPORTY_POWER_CUT_FOLDER";
const NORMAL: &str = "SUPPORTY_POWER_CUT_NORMAL";
const ALONE: u64 = 130;
const GROUPS: u64 = 15;
const PER_GROUP: u64 = 4;
const CUTS: usize = 150;

/// Run by the tests below, under `strace`: writes, says what was answered, and ends as if it were killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_writes() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let durability = if std::env::var(NORMAL).is_ok() { Durability::Normal } else { Durability::Full };
    let store = Options::new(Path::new(&folder).join("support.db")).durability(durability).open().unwrap();
    let write = async |number| {
        let mut append = append(ticket(number), 0, 1);
        append.entries[0].body = format!("{number} ").repeat(3_000);
        store.commit(commit(append)).await.unwrap();
        let mut out = std::io::stdout().lock();
        out.write_all(format!("answered {number}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    };
    for number in 1..=ALONE {
        write(number).await;
        store.lease_timers(at(0), at(1), 1).await.unwrap();
    }
    for group in 0..GROUPS {
        let first = ALONE + group * PER_GROUP;
        tokio::join!(write(first + 1), write(first + 2), write(first + 3), write(first + 4));
    }
    std::process::exit(0);
}

/// What the process asked of the kernel.
fn traced(normal: bool) -> Trace {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("trace");
    let mut command = Command::new("strace");
    let calls = "trace=write,pwrite64,lseek,ftruncate,fsync,fdatasync";
    command.args(["-f", "-y", "-xx", "-s", "1000000", "-e", calls, "-e", "signal=none", "-o"]).arg(&to);
    command.arg(std::env::current_exe().unwrap()).args(["--exact", "a_process_that_writes", "--nocapture"]);
    command.env(FOLDER, folder.path()).env_remove(NORMAL);
    if normal {
        command.env(NORMAL, "1");
    }
    let ended = command.output().expect("this test needs `strace` (Debian: `apt-get install strace`)");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    Trace::read(&std::fs::read_to_string(&to).unwrap())
}

/// Opens what the disk holds; answers with the commits that were answered and are not there.
async fn lost(trace: &Trace, cut: usize, rest: Rest, dice: &Dice) -> Vec<u64> {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in trace.disk(cut, rest, dice) {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let store = Sqlite::open(folder.path().join("support.db"))
        .unwrap_or_else(|error| panic!("cut after {cut} with {rest:?}: {error}"));
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new(), "cut after {cut} with {rest:?}");
    let mut lost = Vec::new();
    for number in trace.answered(cut) {
        let loaded = store.load(ticket(number), 0).await.unwrap();
        if loaded.len() != 1 || loaded[0].body != format!("{number} ").repeat(3_000) {
            lost.push(number);
        }
    }
    lost
}

/// Right after answers, and anywhere.
fn cuts(trace: &Trace, dice: &Dice) -> Vec<usize> {
    let answers = trace.events.iter().enumerate().filter(|(_, event)| matches!(event, Event::Answered(_)));
    let answers: Vec<_> = answers.map(|(at, _)| at + 1).collect();
    let made = trace.first_answer();
    let anywhere =
        (0..CUTS / 2).map(|_| made + usize::try_from(dice.roll((trace.events.len() - made) as u64)).unwrap());
    answers.iter().copied().step_by(answers.len().div_ceil(CUTS / 2)).chain(anywhere).collect()
}

#[tokio::test]
async fn what_was_answered_survives_a_power_cut_at_any_instant() {
    let (trace, dice) = (traced(false), Dice::new(7));
    let answered = trace.answered(trace.events.len()).len() as u64;
    assert_eq!(answered, ALONE + GROUPS * PER_GROUP);
    assert!(trace.checkpoints() > 0, "the log was moved to the file at least once");
    for cut in cuts(&trace, &dice) {
        for rest in [Rest::Nothing, Rest::Everything, Rest::Sectors] {
            assert_eq!(lost(&trace, cut, rest, &dice).await, Vec::<u64>::new(), "cut after {cut}, {rest:?}");
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
