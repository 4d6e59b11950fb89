//! Loading short and long tickets, and one command: load, decide, write.

use supporty_core::adapter::{Append, Commit, Snapshot, Store};

use crate::data::{entries, step, stream};
use crate::{Measured, floor, line, median, timed};

const ROUNDS: u64 = 500;

pub(crate) async fn measure(stores: &[Measured], url: &str) {
    let trip = floor::round_trip(url, 1_000).await;
    line("floor: prepared select", "postgres", trip, None);
    for Measured { name, store } in stores {
        let floor = Some(trip).filter(|_| *name == "postgres");
        for number in 1..=100 {
            write(store.as_ref(), number, 20).await;
        }
        write(store.as_ref(), 1_000, 2_000).await;
        let snapshot = Snapshot { seq: 1_990, format: "bench".to_owned(), body: "x".repeat(3_000) };
        let keep = Append { snapshot: Some(snapshot), ..Append::new(stream(1_000), 2_000, Vec::new()) };
        store.commit(Commit { appends: vec![keep], ..Commit::default() }).await.unwrap();

        let mut times = Vec::new();
        for round in 0..ROUNDS {
            times.push(timed(store.load(stream(1 + round % 100), 0)).await.0);
        }
        line("load 20 entries", name, median(times), floor);
        let mut times = Vec::new();
        for _ in 0..50 {
            let (time, loaded) = timed(store.load(stream(1_000), 0)).await;
            assert_eq!(loaded.unwrap().len(), 2_000);
            times.push(time);
        }
        line("load 2,000 entries", name, median(times), floor);
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            let (time, recalled) = timed(store.recall(stream(1_000), "bench".to_owned())).await;
            assert_eq!(recalled.unwrap().entries.len(), 10);
            times.push(time);
        }
        line("recall 2,000 entries from a snapshot", name, median(times), floor);
        let mut times = Vec::new();
        // Tickets that grow to 20 entries, as in `peers`.
        for number in 0..300 {
            let ticket = 2_000 + number / 20;
            let command = async {
                let loaded = store.load(stream(ticket), 0).await.unwrap();
                store.commit(step(ticket, loaded.len() as u64)).await.unwrap();
            };
            times.push(timed(command).await.0);
        }
        line("a command: load and commit", name, median(times), None);
    }
}

async fn write(store: &dyn Store, number: u64, count: u64) {
    let append = Append::new(stream(number), 0, entries(0, count));
    store.commit(Commit { appends: vec![append], ..Commit::default() }).await.unwrap();
}
