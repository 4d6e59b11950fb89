//! A delivery that was kept as it came is decided later, by whoever understands it.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use std::sync::Arc;

use chrono::TimeDelta;
use supporty_core::adapter::{Form, Inbound, Query, Raw, Reader, Store, Unreadable};
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_core::policy::Policy;
use supporty_core::vocab::{Identity, Time};
use supporty_store::{Memory, Sqlite};

/// Understands a title; a question mark is beyond it, and an empty one asks nothing.
struct Titles;

impl Reader for Titles {
    fn read(&self, raw: &Raw, _policy: &Policy) -> Result<Option<Inbound>, Unreadable> {
        match raw.raw.as_str() {
            "" => Ok(None),
            "?" => Err(Unreadable("a question mark".to_owned())),
            title => {
                let form = Form::new(title, "P2");
                let key = "another key, which does not count".into();
                let inbound = Inbound::open(key, Identity::new("mail", "rita"), form, raw.at);
                inbound.map(Some).map_err(|error| Unreadable(error.to_string()))
            }
        }
    }
}

fn noon() -> Time {
    "2026-01-09T12:00:00Z".parse().unwrap()
}

fn raw(key: &str, raw: &str) -> Raw {
    Raw { key: key.into(), adapter: "mail".into(), raw: raw.to_owned(), at: noon() }
}

async fn desk(store: &Arc<dyn Store>, clock: &Arc<ManualClock>, reads: bool) -> Desk {
    let desk = Desk::builder(Arc::clone(store)).clock(Arc::clone(clock) as Arc<dyn Clock>);
    let desk = if reads { desk.reader("mail".into(), Arc::new(Titles)) } else { desk };
    desk.build().await.unwrap()
}

async fn tickets(desk: &Desk) -> usize {
    desk.list(Query::default()).await.unwrap().rows.len()
}

#[tokio::test]
async fn what_was_kept_and_not_handled_is_decided_once_after_a_crash() {
    let home = tempfile::tempdir().unwrap();
    let sqlite = Sqlite::open(home.path().join("desk.db")).unwrap();
    for store in [Arc::new(Memory::new()) as Arc<dyn Store>, Arc::new(sqlite)] {
        let clock = Arc::new(ManualClock::new(noon()));
        let died = desk(&store, &clock, true).await;
        died.keep(raw("mail/1", "The app is down")).await.unwrap();
        died.keep(raw("mail/1", "The app is down")).await.unwrap();
        died.keep(raw("mail/2", "")).await.unwrap();
        assert_eq!(tickets(&died).await, 0, "nobody has decided yet");

        clock.set(clock.now() + TimeDelta::minutes(2));
        let next = desk(&store, &clock, true).await;
        assert_eq!(next.work().await.unwrap().inbound, 2);
        assert_eq!(tickets(&next).await, 1);
        next.keep(raw("mail/1", "The app is down")).await.unwrap();
        clock.set(clock.now() + TimeDelta::minutes(2));
        assert_eq!(next.work().await.unwrap().inbound, 0, "a retry that comes late finds it done");
        assert_eq!(tickets(&next).await, 1);
    }
}

#[tokio::test]
async fn whoever_brought_it_may_decide_it_at_once() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let clock = Arc::new(ManualClock::new(noon()));
    let desk = desk(&store, &clock, true).await;
    let kept = raw("mail/1", "The app is down");
    desk.keep(kept.clone()).await.unwrap();
    let inbound = Titles.read(&kept, &desk.policy()).unwrap().unwrap();
    let answer = desk.handle(Inbound { key: kept.key, ..inbound }).await.unwrap();
    assert!(answer.outcome.is_ok());
    clock.set(clock.now() + TimeDelta::minutes(2));
    assert_eq!(desk.work().await.unwrap().inbound, 0);
    assert_eq!(tickets(&desk).await, 1);
}

#[tokio::test]
async fn what_nobody_understands_is_kept_for_a_version_that_does() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let clock = Arc::new(ManualClock::new(noon()));
    let older = desk(&store, &clock, false).await;
    older.keep(raw("mail/1", "The app is down")).await.unwrap();
    older.keep(raw("mail/2", "?")).await.unwrap();
    clock.set(clock.now() + TimeDelta::minutes(2));
    assert_eq!(older.work().await.unwrap().errors, 2);

    clock.set(clock.now() + TimeDelta::days(1));
    let newer = desk(&store, &clock, true).await;
    assert_eq!(newer.work().await.unwrap().errors, 1);
    assert_eq!(tickets(&newer).await, 1);

    clock.set(clock.now() + TimeDelta::days(7));
    assert_eq!(newer.work().await.unwrap().errors, 1, "after a week it is given up");
    clock.set(clock.now() + TimeDelta::minutes(2));
    assert_eq!(newer.work().await.unwrap().inbound, 0);
}
