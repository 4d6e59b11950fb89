//! What only a store on a server can show: several programs, several desks, what is refused, what is told.
#![cfg(feature = "postgres")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is missing"
)]

#[path = "common/cluster.rs"]
mod cluster;
mod common;
#[path = "common/server.rs"]
mod server;

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use supporty_core::adapter::{Append, Commit, ErrorKind, Maintenance, Query, Store};
use supporty_store::{Postgres, PostgresOptions};

use cluster::Cluster;
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
    let open = async |url: String| {
        let error = Postgres::open(&url).await.unwrap_err();
        let mut said = error.to_string();
        let mut below = std::error::Error::source(&error);
        while let Some(cause) = below {
            said = format!("{said}: {cause}");
            below = cause.source();
        }
        said
    };
    let missing =
        open(format!("postgres://postgres:hunter2@{}", host.replace("supporty_test", "nowhere"))).await;
    assert!(missing.contains("create it"), "{missing}");
    let refused = open("postgres://postgres:hunter2@127.0.0.1:1/nowhere".to_owned()).await;
    assert!(refused.contains("`nowhere` at 127.0.0.1:1"), "{refused}");
    let unreadable = open("postgres://postgres:hunter2@:x:/".to_owned()).await;
    let nobody = open(format!("postgres://nobody_at_all:hunter2@{host}")).await;
    let options = PostgresOptions::new("postgres://postgres:hunter2@127.0.0.1/desk").unwrap();
    let settings = open("host=127.0.0.1 password=my hunter2".to_owned()).await;
    let mode = open("postgres://postgres@127.0.0.1/desk?sslmode=verify-full".to_owned()).await;
    assert!(mode.contains("sslmode"), "{mode}");
    for text in [missing, refused, unreadable, nobody, settings, format!("{options:?}")] {
        assert!(!text.contains("hunter2"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_opens_no_more_connections_than_it_may_however_many_ask() {
    let database = Database::new("limit").await;
    let url = database.url().await;
    let store = PostgresOptions::new(&url).unwrap().connections(3).open().await.unwrap();
    let busy = futures((1..=60).map(async |number| {
        store.commit(everything(number)).await.unwrap();
        store.load(ticket(number), 0).await.unwrap().len()
    }));
    assert!(busy.await.into_iter().all(|loaded| loaded == 2));
    // With the one that listens.
    let most = "select 1 / (case when count(*) between 2 and 4 then 1 else 0 end) from pg_stat_activity
                where datname = current_database() and application_name = 'supporty'";
    server::run(&url, most).await.unwrap();
    drop(store);
    database.drop().await;
}

#[tokio::test]
async fn an_empty_commit_is_taken() {
    server::fresh().await.commit(Commit::default()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_comes_back_is_used_again_and_nothing_that_was_answered_is_lost() {
    let cluster = Cluster::start();
    let store = Postgres::open(&cluster.url()).await.unwrap();
    let mut answered = 0;
    for round in 0..3 {
        for _ in 0..5 {
            store.commit(commit(append(ticket(1), answered, 1))).await.unwrap();
            answered += 1;
        }
        cluster.crash_and_restart();
        let mut tries = 0;
        while let Err(error) = store.load(ticket(1), 0).await {
            assert_eq!(error.kind, ErrorKind::Unavailable, "{error}");
            tries += 1;
            assert!(tries < 50, "round {round}: {error}");
        }
        assert_eq!(store.load(ticket(1), 0).await.unwrap().len() as u64, answered);
    }
    let seen = store.news(0).await.unwrap();
    let other = Postgres::open(&cluster.url()).await.unwrap();
    while store.statistics().await.unwrap().workers < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    other.commit(commit(append(ticket(2), 0, 1))).await.unwrap();
    assert_ne!(store.news(seen).await.unwrap(), seen, "it listens again");
}

/// A proxy that gives a connection to whoever begins a transaction.
struct Proxy {
    child: Child,
    url: String,
}

impl Proxy {
    fn start(cluster: &Cluster) -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let config = cluster.folder().join("pgbouncer.ini");
        let users = cluster.folder().join("users");
        std::fs::write(&users, "\"postgres\" \"\"\n").unwrap();
        let text = format!(
            "[databases]\npostgres = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {}\n\
             pool_mode = transaction\ndefault_pool_size = 2\n",
            cluster.port(),
            users.display()
        );
        std::fs::write(&config, text).unwrap();
        let mut command = cluster.as_its_user(Command::new("pgbouncer"));
        let child = command.arg("-q").arg(&config).stderr(Stdio::null()).spawn();
        let child = child.expect("this test starts PgBouncer (Debian: `apt-get install pgbouncer`)");
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, url: format!("postgres://postgres@127.0.0.1:{port}/postgres") }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_works_through_a_proxy_that_pools_transactions() {
    let cluster = Cluster::start();
    let proxy = Proxy::start(&cluster);
    let options = PostgresOptions::new(&proxy.url).unwrap().listen_at(&cluster.url()).unwrap();
    let (one, other) = (options.clone().open().await.unwrap(), options.open().await.unwrap());
    let mut seen = other.news(0).await.unwrap();
    let each = futures((1..=40).map(async |number| {
        let store = if number % 2 == 0 { &one } else { &other };
        store.commit(everything(number)).await.unwrap();
        store.accept(arrival(&format!("m{number}"), 0, 1)).await.unwrap();
        store.reserve("SUP".to_owned()).await.unwrap().number()
    }));
    let mut numbers = each.await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
    seen = other.news(seen).await.unwrap();
    assert_ne!(seen, 0);
    let leased =
        futures([&one, &other].map(|store| store.lease_timers(at(99), at(100), 100)).into_iter()).await;
    assert_eq!(leased.into_iter().map(|leased| leased.unwrap().len()).sum::<usize>(), 40);
    let query = Query { search: Some("checkout".to_owned()), ..Query::default() };
    assert_eq!(one.list(query).await.unwrap().rows.len(), 40);
    assert_eq!(one.check().await.unwrap(), Vec::<String>::new());
}

/// Makes a certificate for the address of loopback, and the server use it.
#[cfg(feature = "postgres-tls")]
fn secure() -> Cluster {
    let certify = |cluster: &Cluster| {
        let mut command = cluster.as_its_user(Command::new("openssl"));
        let made = command
            .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
            .args(["-keyout", "key.pem", "-out", "cert.pem"])
            .stderr(Stdio::null())
            .status();
        assert!(made.expect("this test needs `openssl`").success());
    };
    let settings = "-c ssl=on -c ssl_cert_file=../cert.pem -c ssl_key_file=../key.pem";
    Cluster::start_with(settings, certify)
}

#[cfg(feature = "postgres-tls")]
const TRUSTED: &str = "SUPPORTY_TRUSTED_SERVER";

#[cfg(feature = "postgres-tls")]
#[tokio::test]
#[ignore = "the test below runs it, on a machine that trusts the certificate"]
async fn a_trusted_server_is_talked_to_over_tls() {
    let url = std::env::var(TRUSTED).unwrap();
    let store = Postgres::open(&url).await.unwrap();
    store.commit(everything(1)).await.unwrap();
    let secured =
        "select 1 / (case when ssl then 1 else 0 end) from pg_stat_ssl where pid <> pg_backend_pid()
                   and pid in (select pid from pg_stat_activity where application_name = 'supporty')";
    server::run(&url.replace("sslmode=require", "sslmode=disable"), secured).await.unwrap();
    println!("talked over TLS");
}

#[cfg(feature = "postgres-tls")]
#[tokio::test]
async fn a_server_whose_certificate_is_not_trusted_is_refused_and_a_trusted_one_is_not() {
    let cluster = secure();
    let url = format!("{}?sslmode=require", cluster.url());
    let refused = Postgres::open(&url).await.unwrap_err();
    assert!(refused.to_string().contains("TLS"), "{refused}");
    let mut child = Command::new(std::env::current_exe().unwrap());
    child
        .args(["--exact", "a_trusted_server_is_talked_to_over_tls", "--ignored", "--nocapture"])
        .env(TRUSTED, &url);
    let ended = child.env("SSL_CERT_FILE", cluster.folder().join("cert.pem")).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout) + String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success() && said.contains("talked over TLS"), "{said}");
}
