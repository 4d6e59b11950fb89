//! Several desks on one store are one desk.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use supporty_core::adapter::{
    About, Append, Chat, ChatCapability, Commit, Delivered, Destination, Error, Form, Inbound, Post, Show,
    Snapshot,
};
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_core::policy::Policy;
use supporty_core::stream::{EffectId, StreamId};
use supporty_core::testing::{Failure, FakeChat};
use supporty_core::ticket::{Command, Ticket};
use supporty_core::vocab::Identity;
use supporty_store::Memory;
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

fn asks_at(clock: &ManualClock) -> Inbound {
    let form = Form { area: Some("shop".into()), ..Form::new("It is down", "P2") };
    Inbound::open("form/1".into(), Identity::new("local", "rita"), form, clock.now()).unwrap()
}

#[tokio::test]
async fn what_may_be_there_twice_is_counted_where_a_chat_can_not_look() {
    for looks in [true, false] {
        let mut capability = FakeChat::new("local".into()).capability();
        capability.dedupes = looks;
        let chat = Arc::new(FakeChat::new("local".into()).with_capability(capability));
        let clock = Arc::new(ManualClock::new(at("2026-01-12T10:00:00Z")));
        let builder = Desk::builder(Arc::new(Memory::new())).policy(Policy::from_toml(POLICY).unwrap());
        let builder = builder.clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let desk = builder.chat("local".into(), Arc::clone(&chat) as _).build().await.unwrap();
        chat.fail_next(Failure::After);
        desk.handle(asks_at(&clock)).await.unwrap().outcome.unwrap();
        let first = desk.work().await.unwrap();
        assert_eq!((first.failed, first.repeated), (1, 0));
        clock.set(clock.now() + TimeDelta::seconds(5));
        let again = desk.work().await.unwrap();
        assert_eq!((again.failed, again.repeated), (0, u32::from(!looks)));
        assert_eq!(chat.cards().len(), if looks { 1 } else { 2 });
    }
}

/// Nobody ever hears from it.
struct Silent;

#[async_trait]
impl Chat for Silent {
    fn capability(&self) -> ChatCapability {
        FakeChat::new("local".into()).capability()
    }

    async fn show(&self, _show: Show) -> Result<Delivered, Error> {
        std::future::pending().await
    }

    async fn tell(&self, _post: Post) -> Result<Delivered, Error> {
        std::future::pending().await
    }

    async fn find(&self, _effect: EffectId, _to: Destination) -> Result<Option<Delivered>, Error> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_does_not_answer_is_waited_for_as_long_as_the_host_says() {
    let clock = Arc::new(ManualClock::new(at("2026-01-12T10:00:00Z")));
    let builder = Desk::builder(Arc::new(Memory::new())).policy(Policy::from_toml(POLICY).unwrap());
    let builder = builder.clock(Arc::clone(&clock) as Arc<dyn Clock>).chat("local".into(), Arc::new(Silent));
    let desk = builder.delivery_timeout(Duration::from_secs(3)).build().await.unwrap();
    desk.handle(asks_at(&clock)).await.unwrap().outcome.unwrap();
    let began = tokio::time::Instant::now();
    let worked = desk.work().await.unwrap();
    let calls = worked.failed;
    assert!(calls > 0);
    assert_eq!(began.elapsed().as_secs(), 3 * u64::from(calls));
}

/// What it is told to do waits for as long as it is held.
struct Held {
    chat: Arc<FakeChat>,
    held: tokio::sync::watch::Sender<bool>,
}

#[async_trait]
impl Chat for Held {
    fn capability(&self) -> ChatCapability {
        self.chat.capability()
    }

    async fn show(&self, show: Show) -> Result<Delivered, Error> {
        let _ = self.held.subscribe().wait_for(|held| !held).await;
        self.chat.show(show).await
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        self.chat.tell(post).await
    }

    async fn find(&self, effect: EffectId, to: Destination) -> Result<Option<Delivered>, Error> {
        self.chat.find(effect, to).await
    }
}

#[tokio::test]
async fn a_card_that_a_stalled_worker_shows_late_does_not_stay_over_a_newer_one() {
    for (store, _alive) in stores().await {
        let mut bench = Bench::new(store, "2026-01-12T10:00:00Z", POLICY).await;
        let key = bench.opens("rita", "P2", "shop").await;
        let held =
            Arc::new(Held { chat: Arc::clone(&bench.chat), held: tokio::sync::watch::Sender::new(true) });
        let builder = Desk::builder(Arc::clone(&bench.store)).policy(bench.desk.policy().as_ref().clone());
        let builder = builder.clock(Arc::clone(&bench.clock) as Arc<dyn Clock>);
        let stalled = builder.chat("local".into(), Arc::clone(&held) as _).build().await.unwrap();

        let claim = Inbound::ask(
            "press/1".into(),
            Identity::new("local", "gwen"),
            About::Ticket(key.clone()),
            Command::Claim,
            bench.clock.now(),
        );
        stalled.handle(claim).await.unwrap().outcome.unwrap();
        let (_, ()) = tokio::join!(stalled.work(), async {
            while held.held.receiver_count() == 0 {
                tokio::task::yield_now().await;
            }
            bench.clock.set(bench.clock.now() + TimeDelta::seconds(61));
            bench.does("gwen", &key, Command::Release).await;
            bench.desk.work().await.unwrap();
            assert_eq!(bench.chat.cards()[0].owner, None);
            held.held.send_replace(false);
        });
        bench.desk.work().await.unwrap();
        assert_eq!(bench.chat.cards()[0].owner, None);
    }
}
