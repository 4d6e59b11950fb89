//! The measurements of `benches/store` that other people's event stores can take part in: a durable command (load,
//! decide, append) and the load of a stream of 20 entries of some 300 bytes, each with the disk's sync.

use std::time::{Duration, Instant};

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::PersistedEventRepository;
use cqrs_es::{Aggregate, DomainEvent};
use evento::{AggregatorName, EventDetails};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Executor, PgPool, SqlitePool};

const ROUNDS: usize = 300;
const ENTRIES: usize = 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Replied {
    by: String,
    said: String,
}

impl DomainEvent for Replied {
    fn event_type(&self) -> String {
        "replied".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Ticket {
    replies: usize,
}

impl Aggregate for Ticket {
    const TYPE: &'static str = "ticket";
    type Command = Replied;
    type Event = Replied;
    type Error = std::convert::Infallible;
    type Services = ();

    async fn handle(&mut self, said: Replied, _: &(), sink: &EventSink<Self>) -> Result<(), Self::Error> {
        sink.write(said, self).await;
        Ok(())
    }

    fn apply(&mut self, _: Replied) {
        self.replies += 1;
    }
}

fn said() -> Replied {
    Replied { by: "gwen".to_owned(), said: "x".repeat(250) }
}

#[derive(AggregatorName, bincode::Encode, bincode::Decode)]
struct Said {
    by: String,
    said: String,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize, bincode::Encode, bincode::Decode)]
struct Thread {
    replies: u64,
}

#[evento::aggregator]
impl Thread {
    async fn said(&mut self, _event: EventDetails<Said>) -> anyhow::Result<()> {
        self.replies += 1;
        Ok(())
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn line(what: &str, peer: &str, times: Vec<Duration>) {
    println!("{what:<46} {peer:<12} {:>9.1} µs", median(times).as_secs_f64() * 1e6);
}

async fn cqrs<R: PersistedEventRepository>(peer: &str, repository: R, execute: impl AsyncFn(&str, Replied)) {
    let mut commands = Vec::new();
    for ticket in 0..ROUNDS / ENTRIES {
        for _ in 0..ENTRIES {
            let start = Instant::now();
            execute(&format!("SUP-{ticket}"), said()).await;
            commands.push(start.elapsed());
        }
    }
    line("a command: load and commit", peer, commands);
    let mut loads = Vec::new();
    for round in 0..ROUNDS {
        let start = Instant::now();
        let loaded = repository.get_events::<Ticket>(&format!("SUP-{}", round % (ROUNDS / ENTRIES))).await.unwrap();
        loads.push(start.elapsed());
        assert_eq!(loaded.len(), ENTRIES);
    }
    line("load 20 entries", peer, loads);
}

async fn sqlite(folder: &std::path::Path, name: &str) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(folder.join(name))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    SqlitePoolOptions::new().max_connections(4).connect_with(options).await.unwrap()
}

const EVENTS: &str = "create table events (aggregate_type text not null, aggregate_id text not null,
    sequence bigint not null, event_type text not null, event_version text not null, payload JSON not null,
    metadata JSON not null, primary key (aggregate_type, aggregate_id, sequence))";

async fn sqlite_es(folder: &std::path::Path) {
    let pool = sqlite(folder, "sqlite-es.db").await;
    pool.execute(EVENTS.replace("JSON", "text").as_str()).await.unwrap();
    let desk = sqlite_es::sqlite_cqrs::<Ticket>(pool.clone(), vec![], ());
    let execute = async |id: &str, said| desk.execute(id, said).await.unwrap();
    cqrs("sqlite-es", sqlite_es::SqliteEventRepository::new(pool), execute).await;
}

async fn postgres_es() {
    let server = std::env::var("SUPPORTY_POSTGRES")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned());
    let name = format!("supporty_peers_{}", std::process::id());
    let admin = PgPool::connect(&server).await.unwrap();
    admin.execute(format!("create database {name}").as_str()).await.unwrap();
    let (host, _) = server.rsplit_once('/').unwrap();
    let pool = postgres_es::default_postgress_pool(&format!("{host}/{name}")).await;
    pool.execute(EVENTS).await.unwrap();
    let desk = postgres_es::postgres_cqrs::<Ticket>(pool.clone(), vec![], ());
    let execute = async |id: &str, said| desk.execute(id, said).await.unwrap();
    cqrs("postgres-es", postgres_es::PostgresEventRepository::new(pool.clone()), execute).await;
    pool.close().await;
    admin.execute(format!("drop database {name} with (force)").as_str()).await.unwrap();
}

async fn evento(folder: &std::path::Path) {
    let pool = sqlite(folder, "evento.db").await;
    let mut connection = pool.acquire().await.unwrap();
    let migrator = evento::sql_migrator::new_migrator::<sqlx::Sqlite>().unwrap();
    evento::migrator::Migrate::run(&migrator, &mut *connection, &evento::migrator::Plan::apply_all()).await.unwrap();
    drop(connection);
    let executor: evento::Sqlite = pool.into();
    let (mut commands, mut ids) = (Vec::new(), Vec::new());
    let said = || Said { by: "gwen".to_owned(), said: "x".repeat(250) };
    for _ in 0..ROUNDS / ENTRIES {
        let created = evento::create::<Thread>().data(&said()).unwrap().metadata(&true).unwrap();
        let id = created.commit(&executor).await.unwrap();
        for _ in 1..ENTRIES {
            let start = Instant::now();
            let thread = evento::load::<Thread, _>(&executor, &id).await.unwrap();
            let saved = evento::save_with(thread).data(&said()).unwrap().metadata(&true).unwrap();
            saved.commit(&executor).await.unwrap();
            commands.push(start.elapsed());
        }
        ids.push(id);
    }
    line("a command: load and commit", "evento", commands);
    let mut loads = Vec::new();
    for round in 0..ROUNDS {
        let start = Instant::now();
        let thread = evento::load::<Thread, _>(&executor, &ids[round % ids.len()]).await.unwrap();
        loads.push(start.elapsed());
        assert_eq!(thread.item.replies, ENTRIES as u64);
    }
    line("load 20 entries", "evento", loads);
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let folder = tempfile::tempdir_in("target").unwrap();
    sqlite_es(folder.path()).await;
    evento(folder.path()).await;
    postgres_es().await;
}
