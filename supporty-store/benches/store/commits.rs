//! Commits: one caller after the other, many at once, many entries at once.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use supporty_core::adapter::{Append, Commit, Store};

use crate::data::{entries, step, stream};
use crate::{Measured, floor, line, median, rate, timed};

const ALONE: u64 = 1_000;
const TOGETHER: u64 = 12_800;

pub(crate) async fn measure(stores: &[Measured], folder: &Path, url: &str) {
    let sync = floor::sync(folder, 1_000);
    let insert = floor::insert(url, 500).await;
    line("floor: 4 KiB and fdatasync", "disk", sync, None);
    line("floor: insert one row", "postgres", insert, None);
    for Measured { name, store } in stores {
        let floor = match *name {
            "sqlite" => Some(sync),
            "postgres" => Some(insert),
            _ => None,
        };
        let mut times = Vec::new();
        for number in 1..=ALONE {
            times.push(timed(store.commit(step(number, 0))).await.0);
        }
        let alone: Duration = times.iter().sum();
        line("commit, one caller", name, median(times), floor);
        let first = rate_of(ALONE, alone);
        for callers in [8, 64] {
            let time = together(store, callers, ALONE + callers * 1_000_000).await;
            rate(&format!("commits, {callers} callers"), name, usize::try_from(TOGETHER).unwrap(), time);
            println!("{:<46} {name:<10} {:>11.1} x one caller", "", rate_of(TOGETHER, time) / first);
        }
        let time = batches(store).await;
        rate("entries, 100 a commit, 8 callers", name, 8 * 50 * 100, time);
    }
}

fn rate_of(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

async fn together(store: &Arc<dyn Store>, callers: u64, first: u64) -> Duration {
    let caller = |caller: u64| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            for number in 0..TOGETHER / callers {
                store.commit(step(first + caller * 10_000 + number, 0)).await.unwrap();
            }
        })
    };
    let all = async {
        let callers: Vec<_> = (0..callers).map(caller).collect();
        for caller in callers {
            caller.await.unwrap();
        }
    };
    timed(all).await.0
}

async fn batches(store: &Arc<dyn Store>) -> Duration {
    let caller = |caller: u64| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            for round in 0..50 {
                let append =
                    Append::new(stream(900_000_000 + caller), round * 100, entries(round * 100, 100));
                store.commit(Commit { appends: vec![append], ..Commit::default() }).await.unwrap();
            }
        })
    };
    let all = async {
        let callers: Vec<_> = (0..8).map(caller).collect();
        for caller in callers {
            caller.await.unwrap();
        }
    };
    timed(all).await.0
}
