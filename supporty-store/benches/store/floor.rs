//! What nobody can do without: a sync of the disk, a trip over the wire, a row in a table.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

use crate::median;

/// Appending 4 KiB to a file and having it on the disk.
pub(crate) fn sync(folder: &Path, rounds: usize) -> Duration {
    let mut file = File::create(folder.join("floor")).unwrap();
    let page = [7_u8; 4096];
    // As a log that is used again: its blocks are there.
    for _ in 0..rounds {
        file.write_all(&page).unwrap();
    }
    file.sync_all().unwrap();
    let mut file = File::options().write(true).open(folder.join("floor")).unwrap();
    let once = |_| {
        let start = Instant::now();
        file.write_all(&page).unwrap();
        file.sync_data().unwrap();
        start.elapsed()
    };
    median((0..rounds).map(once).collect())
}

pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("a PostgreSQL server");
    tokio::spawn(connection);
    client
}

pub(crate) async fn run(url: &str, sql: &str) {
    connect(url).await.batch_execute(sql).await.unwrap();
}

/// A prepared `select 1`.
pub(crate) async fn round_trip(url: &str, rounds: usize) -> Duration {
    let client = connect(url).await;
    let select = client.prepare("select 1").await.unwrap();
    let mut times = Vec::new();
    for _ in 0..rounds {
        let start = Instant::now();
        client.query_one(&select, &[]).await.unwrap();
        times.push(start.elapsed());
    }
    median(times)
}

/// A prepared insert of one row of 300 bytes, committed.
pub(crate) async fn insert(url: &str, rounds: usize) -> Duration {
    let client = connect(url).await;
    client.batch_execute("create table floor (id bigserial primary key, body text)").await.unwrap();
    let insert = client.prepare("insert into floor (body) values ($1)").await.unwrap();
    let body = "x".repeat(300);
    let mut times = Vec::new();
    for _ in 0..rounds {
        let start = Instant::now();
        client.execute(&insert, &[&body]).await.unwrap();
        times.push(start.elapsed());
    }
    client.batch_execute("drop table floor").await.unwrap();
    median(times)
}
