//! The PostgreSQL server that tests talk to, and a desk of their own on it.
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses some of it, and has failed without a server"
)]

use std::sync::atomic::{AtomicU64, Ordering};

use supporty_store::{Postgres, PostgresOptions};
use tokio::sync::OnceCell;

/// `SUPPORTY_POSTGRES` says where the server is; the tests make the database `supporty_test` there.
fn server() -> String {
    std::env::var("SUPPORTY_POSTGRES")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned())
}

pub(crate) async fn run(url: &str, sql: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    let done = client.batch_execute(sql).await;
    drop(client);
    connection.await.expect("a connection")?;
    done
}

/// The database of the tests.
pub(crate) async fn database() -> String {
    static MADE: OnceCell<String> = OnceCell::const_new();
    let make = async || {
        let server = server();
        let (host, _) = server.rsplit_once('/').expect("a URL with a database");
        // Another process may have made it, or may be about to.
        let made = run(&server, "create database supporty_test").await;
        let url = format!("{host}/supporty_test");
        if let Err(error) = made {
            run(&url, "select 1")
                .await
                .unwrap_or_else(|_| panic!("a PostgreSQL server at {server}: {error}"));
        }
        url
    };
    MADE.get_or_init(make).await.clone()
}

/// A desk that nobody else uses.
pub(crate) async fn options() -> PostgresOptions {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let started = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_nanos();
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let desk = format!("test {} {started} {number}", std::process::id());
    PostgresOptions::new(&database().await).expect("a URL").desk(desk).connections(4)
}

pub(crate) async fn fresh() -> Postgres {
    options().await.open().await.expect("a fresh desk")
}
