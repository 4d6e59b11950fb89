//! Figures follow a store, whoever writes to it.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;
use std::time::Duration;

use supporty_core::adapter::{Commit, ServiceInbound};
use supporty_core::desk::{Desk, Following, History};
use supporty_core::insight::Question;
use supporty_core::policy::Policy;
use supporty_core::service;
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::ticket::Command;
use supporty_core::vocab::{Identity, Period, Resolution, ServiceId};
use tokio::sync::oneshot;
use tokio::time::timeout;

use team::at;
use team::bench::Bench;
use team::stores::stores;

const SHOP: &str = r#"
[people.gwen]
[people.oli]
[squads.web]
members = ["gwen", "oli"]
[areas.checkout]
squad = "web"
[services.shop]
squad = "web"
[rotas.web]
name = "Web"
[[rotas.web.rotations]]
every = "week"
start = "2026-03-16 09:00"
members = ["gwen", "oli"]
"#;

/// What the log says, read stream by stream.
async fn told(bench: &Bench, tickets: u64) -> History {
    let mut history = History::new();
    let rota = StreamId::Rota("web".into());
    let keys = (1..=tickets).map(|number| StreamId::Ticket(format!("SUP-{number}").parse().unwrap()));
    for stream in keys.chain([StreamId::Desk, StreamId::Service("shop".into()), rota]) {
        history.add(&stream, &bench.store.load(stream.clone(), 0).await.unwrap());
    }
    for version in history.missing() {
        let body = bench.store.policy(version.clone()).await.unwrap().unwrap();
        history.remember(version, serde_json::from_str(&body).unwrap());
    }
    history
}

fn assert_same(one: &History, other: &History) {
    assert_eq!(one.facts(), other.facts());
    assert_eq!(one.services(), other.services());
    let arranged = |history: &History| history.rotas().iter().filter(|(_, state)| state.seq > 0).count();
    assert_eq!(arranged(one), arranged(other));
    assert_eq!(one.policies().current(), other.policies().current());
    assert_eq!(one.last(), other.last());
}

#[tokio::test]
async fn it_knows_what_the_log_says_and_goes_on_as_anybody_writes() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(Arc::clone(&store), "2026-03-18T10:00:00Z", SHOP).await;
        let key = bench.opens("rita", "P2", "checkout").await;
        let following = Following::new(Arc::clone(&store));
        assert_eq!(following.read().await.facts().len(), 0);
        assert!(following.catch_up().await.unwrap() >= 3, "a policy, zones, a ticket");
        assert_eq!(following.read().await.policies().current().spec().services.len(), 1);
        assert_same(&*following.read().await, &told(&bench, 1).await);
        assert_eq!(following.catch_up().await.unwrap(), 0, "nothing comes twice");

        let before = following.read().await.cursor();
        let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
        bench.does("gwen", &key, resolve).await;
        bench.opens("rita", "P3", "checkout").await;
        let deployed = ServiceInbound {
            key: "deploy/1".into(),
            from: Identity::new("code", "builder"),
            service: ServiceId::new("shop"),
            command: service::Command::Deploy(service::Deployment {
                id: "1".into(),
                commit: "a".to_owned(),
                at: at("2026-03-18T10:00:00Z"),
                contents: service::Contents::Changes([].into()),
                rollback: false,
                url: None,
            }),
            at: at("2026-03-18T10:00:00Z"),
        };
        bench.desk.learn(deployed).await.unwrap().unwrap();
        let new = following.catch_up().await.unwrap();
        assert!((2..20).contains(&new), "only what is new is read, which were {new} entries");
        assert!(following.read().await.cursor() > before);
        assert_eq!(following.read().await.services()[&ServiceId::new("shop")].seq, 1);
        assert_same(&*following.read().await, &told(&bench, 2).await);

        // Another worker comes with another policy, under which a ticket is opened.
        let other = SHOP.replace("squad = \"web\"\n[services", "squad = \"web\"\nname = \"Till\"\n[services");
        let mut other = Bench::new(Arc::clone(&store), "2026-03-18T12:00:00Z", &other).await;
        other.opens("rita", "P1", "checkout").await;
        following.catch_up().await.unwrap();
        let history = following.read().await;
        assert_eq!(history.policies().current().spec().areas[&"checkout".into()].name, "Till");
        assert!(history.missing().is_empty() && history.policies().count() >= 2);
        assert_same(&history, &told(&other, 3).await);
    }
}

#[tokio::test]
async fn it_wakes_when_something_was_written_and_ends_when_told_to() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(Arc::clone(&store), "2026-03-18T10:00:00Z", SHOP).await;
        let following = Arc::new(Following::new(Arc::clone(&store)));
        let (stop, stopped) = oneshot::channel::<()>();
        let running = Arc::clone(&following);
        let running = tokio::spawn(async move { running.run(async { drop(stopped.await) }).await });
        for number in 1..=3 {
            bench.opens("rita", "P2", "checkout").await;
            let there = async {
                while following.read().await.facts().len() < number {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            timeout(Duration::from_secs(20), there).await.expect("it should not wait for its safety net");
        }
        drop(stop);
        timeout(Duration::from_secs(20), running).await.expect("it should end").unwrap();
    }
}

#[tokio::test]
async fn whoever_reads_for_long_holds_up_neither_the_desk_nor_other_readers() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(Arc::clone(&store), "2026-03-18T10:00:00Z", SHOP).await;
        let following = Following::new(Arc::clone(&store));
        following.catch_up().await.unwrap();
        let reading = following.read().await;
        bench.opens("rita", "P2", "checkout").await;
        let question = Question::new(
            Period::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z")),
            at("2026-03-18T10:00:00Z"),
        );
        assert_eq!(following.read().await.facts().select(&question, reading.policies()).len(), 0);
        assert!(
            timeout(Duration::from_millis(50), following.catch_up()).await.is_err(),
            "what is read stays as it is"
        );
        drop(reading);
        following.catch_up().await.unwrap();
        assert_eq!(following.read().await.facts().len(), 1, "a fold that was given up is made up for");
    }
}

#[tokio::test]
async fn what_can_not_be_read_stops_its_stream_and_nothing_else() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(Arc::clone(&store), "2026-03-18T10:00:00Z", SHOP).await;
        let key = bench.opens("rita", "P2", "checkout").await;
        let stream = StreamId::Ticket(key);
        let last = store.load(stream.clone(), 0).await.unwrap().last().unwrap().seq;
        let alien = RawEntry {
            seq: last + 1,
            at: at("2026-03-18T11:00:00Z"),
            kind: "sung".to_owned(),
            body: r#"{"kind":"sung"}"#.to_owned(),
        };
        let append = supporty_core::adapter::Append::new(stream.clone(), last, vec![alien]);
        store.commit(Commit { appends: vec![append], ..Commit::default() }).await.unwrap();
        let following = Following::new(Arc::clone(&store));
        following.catch_up().await.unwrap();
        let other = bench.opens("rita", "P3", "checkout").await;
        following.catch_up().await.unwrap();
        let history = following.read().await;
        assert_eq!(history.facts().len(), 2);
        assert!(history.facts().seq(&other) > 0);
        let named: Vec<_> = history.unreadable().map(|(stream, error)| (stream, error.to_string())).collect();
        assert!(named[0].0 == &stream && named[0].1.contains("`sung`"), "{named:?}");
    }
}

#[tokio::test]
async fn a_policy_that_is_lost_is_named() {
    let (store, _folder) = stores().await.remove(0);
    let desk = Desk::builder(Arc::clone(&store)).policy(Policy::from_toml(SHOP).unwrap());
    desk.build().await.unwrap();
    let mut entry = store.load(StreamId::Desk, 0).await.unwrap().pop().unwrap();
    let version = Policy::from_toml(SHOP).unwrap().version().to_string();
    entry.body = entry.body.replace(&version, "no-such-policy");
    entry.seq += 1;
    let append = supporty_core::adapter::Append::new(StreamId::Desk, entry.seq - 1, vec![entry]);
    store.commit(Commit { appends: vec![append], ..Commit::default() }).await.unwrap();
    let error = Following::new(store).catch_up().await.unwrap_err();
    assert!(error.to_string().contains("no-such-policy"), "{error}");
}
