//! What the stores take, beside what the disk and the wire take: one run prints it all, since only ratios of one run
//! mean anything.
//!
//! `cargo bench -p supporty-store --all-features -- [commits] [loads] [timers] [lists] [desks]`; without a name everything.
//! `SUPPORTY_TICKETS` says how many tickets there are for timers and lists (1,000,000), `SUPPORTY_POSTGRES` where the
//! server is; it makes a database and drops it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark ends where something is missing"
)]

mod commits;
mod data;
mod desks;
mod floor;
mod lists;
mod loads;
mod timers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use supporty_core::adapter::Store;
use supporty_store::{Memory, Postgres, PostgresOptions, Sqlite};

/// A store that is measured.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) store: Arc<dyn Store>,
}

/// The middle of several times.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

pub(crate) async fn timed<T>(work: impl Future<Output = T>) -> (Duration, T) {
    let start = Instant::now();
    let done = work.await;
    (start.elapsed(), done)
}

/// A line of the table: what, on what, how long, and how often that is a floor.
pub(crate) fn line(what: &str, store: &str, time: Duration, floor: Option<Duration>) {
    let micros = time.as_secs_f64() * 1e6;
    let ratio = floor.map_or(String::new(), |floor| {
        format!("{:>7.2} x the floor", time.as_secs_f64() / floor.as_secs_f64())
    });
    println!("{what:<46} {store:<10} {micros:>11.1} µs  {ratio}");
}

pub(crate) fn rate(what: &str, store: &str, count: usize, time: Duration) {
    println!("{what:<46} {store:<10} {:>11.0} /s", count as f64 / time.as_secs_f64());
}

struct Server {
    url: String,
    admin: String,
    name: String,
}

impl Server {
    async fn start() -> Self {
        let admin = std::env::var("SUPPORTY_POSTGRES")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned());
        let name = format!("supporty_bench_{}", std::process::id());
        floor::run(&admin, &format!("create database {name}")).await;
        let (host, _) = admin.rsplit_once('/').expect("a URL with a database");
        Self { url: format!("{host}/{name}"), admin: admin.clone(), name }
    }

    async fn open(&self, desk: &str) -> Postgres {
        PostgresOptions::new(&self.url).unwrap().desk(desk).open().await.unwrap()
    }

    async fn stop(self) {
        floor::run(&self.admin, &format!("drop database {} with (force)", self.name)).await;
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wants = |name: &str| asked.is_empty() || asked.iter().any(|asked| asked == name);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let server = Server::start().await;
    for (name, part) in [("commits", 0), ("loads", 1), ("timers", 2), ("lists", 3), ("desks", 4)] {
        if !wants(name) {
            continue;
        }
        println!("\n{name}");
        let sqlite = Sqlite::open(folder.path().join(format!("{name}.db"))).unwrap();
        let stores = [
            Measured { name: "memory", store: Arc::new(Memory::new()) },
            Measured { name: "sqlite", store: Arc::new(sqlite) },
            Measured { name: "postgres", store: Arc::new(server.open(name).await) },
        ];
        match part {
            0 => commits::measure(&stores, folder.path(), &server.url).await,
            1 => loads::measure(&stores, &server.url).await,
            2 => timers::measure(&stores[1..], &server.url).await,
            3 => lists::measure(&stores[1..], &server.url).await,
            _ => desks::measure(&server.open(name).await, &server.url).await,
        }
    }
    server.stop().await;
}
