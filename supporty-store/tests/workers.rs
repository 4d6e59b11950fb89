//! Several desks on one store are one desk.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::{About, Append, Commit, Form, Inbound, Snapshot};
use supporty_core::desk::{Clock, Desk};
use supporty_core::stream::StreamId;
use supporty_core::ticket::Ticket;
use supporty_core::vocab::Identity;
use team::bench::Bench;
use team::stores::stores;
use team::{at, reply};

const POLICY: &str = r#"
[people.gwen]
[squads.web]
channel = "squad-web"
members = ["gwen"]
gardener = "gwen"
[areas.shop]
squad = "web"
"#;

async fn another(bench: &Bench) -> Desk {
    let builder = Desk::builder(Arc::clone(&bench.store)).policy(bench.desk.policy().as_ref().clone());
    let builder = builder.clock(Arc::clone(&bench.clock) as Arc<dyn Clock>);
    builder.chat("local".into(), Arc::clone(&bench.chat) as _).build().await.unwrap()
}

#[tokio::test]
async fn a_worker_does_at_once_what_another_one_wrote() {
    for (store, _alive) in stores().await {
        let bench = Bench::new(store, "2026-01-12T10:00:00Z", POLICY).await;
        let worker = another(&bench).await;
        let mut changes = worker.changes();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(async move {
            worker
                .run(async {
                    let _ = stopped.await;
                })
                .await;
        });
        let form = Form { area: Some("shop".into()), ..Form::new("It is down", "P2") };
        let rita = Identity::new("local", "rita");
        let asked = Inbound::open("form/1".into(), rita, form, bench.clock.now()).unwrap();
        bench.desk.handle(asked).await.unwrap().outcome.unwrap();
        while bench.chat.cards().is_empty() {
            changes.changed().await.unwrap();
        }
        stop.send(()).unwrap();
        running.await.unwrap();
    }
}

#[tokio::test]
async fn a_long_ticket_is_loaded_from_a_snapshot_which_may_be_lost_or_damaged() {
    for (store, _alive) in stores().await {
        let mut bench = Bench::new(store, "2026-01-12T10:00:00Z", POLICY).await;
        let key = bench.opens("rita", "P3", "shop").await;
        let stream = StreamId::Ticket(key.clone());
        for number in 0..120 {
            let said_at = at("2026-01-12T10:00:00Z") + chrono::TimeDelta::seconds(number);
            bench.clock.set(said_at);
            bench.asks("rita", About::Ticket(key.clone()), reply("more", said_at)).await.outcome.unwrap();
        }
        let ticket = bench.ticket(&key).await;
        let recalled = bench.store.recall(stream.clone(), Ticket::FORMAT.to_owned()).await.unwrap();
        let snapshot = recalled.snapshot.unwrap();
        assert_eq!(snapshot.seq, 100);
        assert_eq!(recalled.entries.len() as u64, ticket.seq - 100);
        assert_eq!(another(&bench).await.ticket(key.clone()).await.unwrap().unwrap(), ticket);
        for (format, body) in [("older", "{}"), (Ticket::FORMAT, "{}")] {
            let snapshot = Snapshot { seq: 100, format: format.to_owned(), body: body.to_owned() };
            let damaged =
                Append { snapshot: Some(snapshot), ..Append::new(stream.clone(), ticket.seq, Vec::new()) };
            bench.store.commit(Commit { appends: vec![damaged], ..Commit::default() }).await.unwrap();
            assert_eq!(another(&bench).await.ticket(key.clone()).await.unwrap().unwrap(), ticket);
        }
    }
}
