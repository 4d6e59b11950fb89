//! What only a store on a server can show: several programs, several desks, what is refused, what is told.
#![cfg(feature = "postgres")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is missing"
)]

mod common;
#[path = "common/server.rs"]
mod server;

use std::time::Duration;

use supporty_core::adapter::{Append, Commit, ErrorKind, Maintenance, Query, Store};
use supporty_store::{Postgres, PostgresOptions};

use common::{append, arrival, at, commit, everything, ticket};

/// A database of its own, dropped at the end.
struct Database(String);

impl Database {
    async fn new(name: &str) -> Self {
        let name = format!("supporty_test_{name}_{}", std::process::id());
        server::run(&server::database().await, &format!("create database {name}")).await.unwrap();
        Self(name)
    }

    async fn url(&self) -> String {
        server::database().await.replace("supporty_test", &self.0)
    }

    async fn drop(self) {
        let drop = format!("drop database {} with (force)", self.0);
        server::run(&server::database().await, &drop).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_workers_that_start_on_an_empty_database_make_its_tables_once() {
    let database = Database::new("start").await;
    let url = database.url().await;
    let starting: Vec<_> = (0..8)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { Postgres::open(&url).await })
        })
        .collect();
    let mut numbers = Vec::new();
    for started in starting {
        let store = started.await.unwrap().unwrap();
        numbers.push(store.reserve("SUP".to_owned()).await.unwrap().number());
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>(), "all of them opened one desk");
    database.drop().await;
}

#[tokio::test]
async fn a_database_that_a_newer_version_wrote_is_refused() {
    let database = Database::new("newer").await;
    let url = database.url().await;
    drop(Postgres::open(&url).await.unwrap());
    server::run(&url, "update supporty.version set version = 99").await.unwrap();
    let refused = Postgres::open(&url).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Newer);
    assert!(refused.to_string().contains("of version 99"), "{refused}");
    database.drop().await;
}

#[tokio::test]
async fn a_database_that_does_not_read_what_was_committed_is_refused() {
    let database = Database::new("isolation").await;
    let url = database.url().await;
    let set = format!("alter database {} set default_transaction_isolation = 'repeatable read'", database.0);
    server::run(&url, &set).await.unwrap();
    let refused = Postgres::open(&url).await.unwrap_err();
    assert!(refused.to_string().contains("default_transaction_isolation"), "{refused}");
    database.drop().await;
}

#[tokio::test]
async fn desks_of_one_database_see_nothing_of_each_other() {
    let (one, other) = (server::fresh().await, server::fresh().await);
    one.commit(everything(1)).await.unwrap();
    one.accept(arrival("m", 0, 1)).await.unwrap();
    let search = |words: &str| Query { search: Some(words.to_owned()), ..Query::default() };
    assert_eq!(one.list(search("checkout")).await.unwrap().rows.len(), 1);
    assert!(other.list(search("checkout")).await.unwrap().rows.is_empty());
    assert!(other.list(Query::default()).await.unwrap().rows.is_empty());
    assert!(other.feed(0, 10).await.unwrap().is_empty());
    assert!(other.lease_timers(at(99), at(100), 9).await.unwrap().is_empty());
    assert!(other.lease_outbox(at(99), at(100), 9).await.unwrap().is_empty());
    assert!(other.lease_inbox(at(99), at(100), 9).await.unwrap().is_empty());
    assert_eq!(other.policy("v1".into()).await.unwrap(), None);
    let counted = other.statistics().await.unwrap();
    assert_eq!((counted.entries, counted.tickets, counted.inbox, counted.timers), (0, 0, 0, 0));
    other.commit(everything(1)).await.unwrap();
    assert_eq!(other.feed(0, 10).await.unwrap().first().unwrap().cursor, 1, "each counts for itself");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_worker_writes_is_news_to_the_others_and_all_are_counted() {
    let options = server::options().await;
    let (one, other) = (options.clone().open().await.unwrap(), options.clone().open().await.unwrap());
    let counted = async |store: &Postgres, workers| {
        while store.statistics().await.unwrap().workers != workers {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    counted(&one, 2).await;
    let mut seen = other.news(0).await.unwrap();
    for after in 0..3 {
        one.commit(commit(append(ticket(1), after, 1))).await.unwrap();
        while other.load(ticket(1), after).await.unwrap().is_empty() {
            seen = other.news(seen).await.unwrap();
        }
        seen = other.news(seen).await.unwrap();
    }
    let deaf = options.without_listening().open().await.unwrap();
    deaf.commit(commit(append(ticket(2), 0, 1))).await.unwrap();
    assert_ne!(other.news(seen).await.unwrap(), seen, "one that does not listen tells all the same");
    drop(one);
    counted(&other, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_the_database_can_not_store_fails_alone() {
    let store = server::fresh().await;
    let bad = |number| {
        let mut append = append(ticket(number), 0, 1);
        append.entries.first_mut().unwrap().body = "a\0b".to_owned();
        commit(append)
    };
    let commits = (1..=40).map(|number| match number % 5 {
        0 => store.commit(bad(number)),
        _ => store.commit(commit(append(ticket(number), 0, 1))),
    });
    let results = futures(commits).await;
    for (result, number) in results.into_iter().zip(1..) {
        match number % 5 {
            0 => assert_eq!(result.unwrap_err().kind, ErrorKind::Invalid),
            _ => result.unwrap(),
        }
    }
    assert_eq!(store.feed(0, 100).await.unwrap().len(), 32);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    futures_util::future::join_all(all).await
}

#[tokio::test]
async fn a_commit_of_more_than_fits_one_statement_of_many_is_written_all_the_same() {
    let store = server::fresh().await;
    let large = Append::new(ticket(1), 0, append(ticket(1), 0, 5_000).entries);
    let others = (2..=20).map(|number| store.commit(commit(append(ticket(number), 0, 300))));
    let (large, others) = tokio::join!(store.commit(commit(large)), futures(others));
    large.unwrap();
    others.into_iter().for_each(|other| other.unwrap());
    assert_eq!(store.load(ticket(1), 0).await.unwrap().len(), 5_000);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn where_it_can_not_be_opened_the_error_says_why_and_never_the_password() {
    let base = server::database().await;
    let host = base.split('@').next_back().unwrap().to_owned();
    let open = async |url: String| Postgres::open(&url).await.unwrap_err().to_string();
    let missing =
        open(format!("postgres://postgres:hunter2@{}", host.replace("supporty_test", "nowhere"))).await;
    assert!(missing.contains("create it"), "{missing}");
    let refused = open("postgres://postgres:hunter2@127.0.0.1:1/nowhere".to_owned()).await;
    assert!(refused.contains("`nowhere` at 127.0.0.1:1"), "{refused}");
    let unreadable = open("postgres://postgres:hunter2@:x:/".to_owned()).await;
    let nobody = open(format!("postgres://nobody_at_all:hunter2@{host}")).await;
    let options = PostgresOptions::new("postgres://postgres:hunter2@127.0.0.1/desk").unwrap();
    for text in [missing, refused, unreadable, nobody, format!("{options:?}")] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test]
async fn an_empty_commit_is_taken() {
    server::fresh().await.commit(Commit::default()).await.unwrap();
}
