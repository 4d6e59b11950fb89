//! Whatever is done in whatever order, every store answers the same.
#![cfg(feature = "sqlite")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod common;
#[cfg(feature = "postgres")]
#[path = "common/server.rs"]
mod server;

use std::fmt::Debug;
use std::path::Path;

use proptest::prelude::*;
use supporty_core::adapter::{
    Append, Attempt, Commit, Erase, Error, Handled, Maintenance, OutboxLease, Query, Settled, Store,
};
use supporty_core::vocab::{InboundKey, TextRef, TextRow};
use supporty_store::{Memory, Sqlite};

use common::{append, arrival, at, effect, row, text, ticket, wake};

/// One call. Numbers are small, so that calls meet.
#[derive(Debug, Clone)]
enum Call {
    Commit {
        ticket: u64,
        after: u64,
        entries: u64,
        wake: Option<i64>,
        also: Option<u64>,
        handled: Option<u8>,
    },
    Queue {
        name: u8,
        lane: u8,
        level: Option<u8>,
        at: i64,
    },
    Accept {
        key: u8,
        lease: i64,
    },
    LeaseInbox {
        most: u32,
        lease: i64,
    },
    LeaseTimers {
        most: u32,
        lease: i64,
    },
    LeaseOutbox {
        most: u32,
        lease: i64,
    },
    Begin {
        lease: usize,
    },
    Settle {
        lease: usize,
        how: u8,
    },
    Revive {
        name: u8,
    },
    Wait {
        minutes: i64,
    },
    Prune,
    Erase,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let minutes = 0..30_i64;
    let call = prop_oneof![
        3 => (1..4_u64, 0..5_u64, 0..3_u64, proptest::option::of(0..90_i64), proptest::option::of(1..4_u64), proptest::option::of(0..3_u8))
            .prop_map(|(ticket, after, entries, wake, also, handled)| Call::Commit { ticket, after, entries, wake, also, handled }),
        4 => (0..12_u8, 0..3_u8, proptest::option::of(0..2_u8), 0..40_i64)
            .prop_map(|(name, lane, level, at)| Call::Queue { name, lane, level, at }),
        1 => (0..3_u8, minutes.clone()).prop_map(|(key, lease)| Call::Accept { key, lease }),
        1 => (0..3_u32, minutes.clone()).prop_map(|(most, lease)| Call::LeaseInbox { most, lease }),
        1 => (0..3_u32, minutes.clone()).prop_map(|(most, lease)| Call::LeaseTimers { most, lease }),
        4 => (0..4_u32, minutes.clone()).prop_map(|(most, lease)| Call::LeaseOutbox { most, lease }),
        2 => (0..6_usize).prop_map(|lease| Call::Begin { lease }),
        4 => (0..6_usize, 0..5_u8).prop_map(|(lease, how)| Call::Settle { lease, how }),
        1 => (0..12_u8).prop_map(|name| Call::Revive { name }),
        2 => minutes.prop_map(|minutes| Call::Wait { minutes }),
        1 => Just(Call::Prune),
        1 => Just(Call::Erase),
    ];
    proptest::collection::vec(call, 0..60)
}

/// An answer that can be compared.
fn said<T: Debug>(result: Result<T, Error>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => format!("{:?} {:?} {}", error.kind, error.retry, error.doing),
    }
}

/// One store, the time, and the newest leases.
struct Run<S> {
    store: S,
    now: i64,
    leases: Vec<OutboxLease>,
}

impl<S: Store + Maintenance> Run<S> {
    fn new(store: S) -> Self {
        Self { store, now: 0, leases: Vec::new() }
    }

    async fn call(&mut self, call: Call) -> String {
        let (store, now) = (&self.store, self.now);
        match call {
            Call::Commit { ticket: number, after, entries, wake: due, also, handled } => {
                let name = format!("t{number}-{after}");
                let one = Append {
                    wake: due.map(wake),
                    row: Some(row(number)),
                    ..append(ticket(number), after, entries)
                };
                let other = also.map(|other| append(ticket(other), after, 1));
                let handled = handled.map(|key| Handled {
                    key: InboundKey::new(format!("k{key}")),
                    answer: name.clone(),
                    at: at(now),
                });
                let texts =
                    vec![text(&name, &format!("author{}", number % 2), &format!("word{after} said{number}"))];
                let appends = [one].into_iter().chain(other).collect();
                said(store.commit(Commit { appends, texts, handled, ..Commit::default() }).await)
            }
            Call::Queue { name, lane, level, at: later } => {
                let level = level.map(|level| format!("level{level}"));
                let mut effect = effect(&format!("e{name}"), &format!("lane{lane}"), level.as_deref());
                effect.at = at(now + later - 20);
                said(store.commit(Commit { effects: vec![effect], ..Commit::default() }).await)
            }
            Call::Accept { key, lease } => {
                said(store.accept(arrival(&format!("k{key}"), now, now + lease)).await)
            }
            Call::LeaseInbox { most, lease } => said(store.lease_inbox(at(now), at(now + lease), most).await),
            Call::LeaseTimers { most, lease } => {
                said(store.lease_timers(at(now), at(now + lease), most).await)
            }
            Call::LeaseOutbox { most, lease } => {
                let leased = store.lease_outbox(at(now), at(now + lease), most).await;
                self.leases.splice(0..0, leased.iter().flatten().cloned());
                // Fences are whatever a store counts.
                let same = |lease| OutboxLease { fence: 0, ..lease };
                said(leased.map(|leases| leases.into_iter().map(same).collect::<Vec<_>>()))
            }
            Call::Begin { lease } => match self.attempt(lease) {
                Some(attempt) => said(store.begin(attempt).await),
                None => String::new(),
            },
            Call::Settle { lease, how } => match self.attempt(lease) {
                Some(attempt) => said(store.settle(attempt, self.settled(how)).await),
                None => String::new(),
            },
            Call::Revive { name } => {
                said(store.revive(effect(&format!("e{name}"), "", None).id, at(now)).await)
            }
            Call::Wait { minutes } => {
                self.now += minutes;
                String::new()
            }
            Call::Prune => said(store.prune(at(now - 30)).await),
            Call::Erase => said(store.erase(Erase::Author("author1".into())).await),
        }
    }

    fn attempt(&self, lease: usize) -> Option<Attempt> {
        let OutboxLease { id, fence, revision, .. } = self.leases.get(lease)?.clone();
        Some(Attempt { id, fence, revision, at: at(self.now) })
    }

    fn settled(&self, how: u8) -> Settled {
        let why = "busy".to_owned();
        match how {
            0 => Settled::Delivered,
            1 => Settled::Dropped,
            2 => Settled::Retry { at: at(self.now + 10), why },
            3 => Settled::Postponed { at: at(self.now + 10) },
            _ => Settled::Dead { why },
        }
    }

    /// Everything that can be seen without changing it.
    async fn view(&self) -> Vec<String> {
        let search = |words: &str| Query { search: Some(words.to_owned()), ..Query::default() };
        let store = &self.store;
        vec![
            said(store.next_wake().await),
            said(store.stale_timers("other".to_owned(), 2).await),
            said(store.statistics().await),
            said(store.dead_letters().await),
            said(store.feed(0, 1_000).await),
            said(store.list(search("WORD1 said")).await),
            said(store.list(Query { most: 1, before: Some(3), ..Query::default() }).await),
            said(store.load(ticket(1), 1).await),
            said(store.derived(ticket(1)).await),
            said(store.check().await),
        ]
    }
}

async fn lines(store: &impl Maintenance, directory: &Path, name: &str) -> String {
    let to = directory.join(name);
    store.export(to.to_string_lossy().into_owned()).await.unwrap();
    std::fs::read_to_string(to).unwrap()
}

async fn replaces_texts(store: &dyn Store) {
    for (after, words) in [(0, "first words"), (1, "second thoughts")] {
        let texts = vec![text("t", "ada", words)];
        let appends = vec![Append { row: Some(row(1)), ..append(ticket(1), after, 1) }];
        store.commit(Commit { appends, texts, ..Commit::default() }).await.unwrap();
    }
    let kept = store.texts(vec![TextRef::new("t")]).await.unwrap();
    assert_eq!(kept[&TextRef::new("t")].as_str(), "second thoughts");
    for (words, found) in [("first", 0), ("thoughts", 1)] {
        let query = Query { search: Some(words.to_owned()), ..Query::default() };
        assert_eq!(store.list(query).await.unwrap().rows.len(), found, "{words}");
    }
}

#[tokio::test]
async fn a_text_that_comes_again_is_replaced_and_found_by_its_new_words() {
    let directory = tempfile::tempdir().unwrap();
    replaces_texts(&Memory::new()).await;
    replaces_texts(&Sqlite::open(directory.path().join("support.db")).unwrap()).await;
    #[cfg(feature = "postgres")]
    replaces_texts(&server::fresh().await).await;
}

#[tokio::test]
async fn words_that_most_tickets_have_are_found_like_rare_ones() {
    const TICKETS: u64 = 2_300;
    let directory = tempfile::tempdir().unwrap();
    let mut stores: Vec<Box<dyn Store>> = vec![Box::new(Memory::new())];
    stores.push(Box::new(Sqlite::open(directory.path().join("support.db")).unwrap()));
    #[cfg(feature = "postgres")]
    stores.push(Box::new(server::fresh().await));
    let mut found = Vec::new();
    for store in &stores {
        let appends =
            (1..=TICKETS).map(|number| Append { row: Some(row(number)), ..append(ticket(number), 0, 1) });
        let appends = appends.collect();
        store.commit(Commit { appends, ..Commit::default() }).await.unwrap();
        for number in 1..=TICKETS {
            let internal = number % 7 == 0;
            let words = text(&format!("t{number}"), "ada", &format!("checkout fails n{number}"));
            let texts = vec![TextRow { internal, ..words }];
            store
                .commit(Commit { appends: vec![append(ticket(number), 1, 1)], texts, ..Commit::default() })
                .await
                .unwrap();
        }
        let mut pages = Vec::new();
        for search in ["checkout", "CHECK fail", "checkout n123", "n", "n2299 nothing", "checkout nothing"] {
            for (internal, before) in [(false, None), (true, None), (false, Some(40))] {
                let query = Query { search: Some(search.to_owned()), internal, before, ..Query::default() };
                pages.push((search, internal, before, store.list(query).await.unwrap()));
            }
        }
        found.push(pages);
    }
    assert_eq!(found[0][0].3.rows.len(), 50);
    assert_eq!(found[0][6].3.rows.len(), 9, "n123 and n1230 to n1239, without notes");
    for other in &found[1..] {
        assert_eq!(other, &found[0]);
    }
}

/// Does the same on a store and in memory, and then takes what was exported into a fresh store of that kind.
async fn compare(calls: Vec<Call>, store: impl Store + Maintenance, fresh: impl Store + Maintenance) {
    let directory = tempfile::tempdir().unwrap();
    let (mut memory, mut stored) = (Run::new(Memory::new()), Run::new(store));
    for call in calls {
        assert_eq!(memory.call(call.clone()).await, stored.call(call.clone()).await, "{call:?}");
        let wakes = (memory.store.next_wake().await.unwrap(), stored.store.next_wake().await.unwrap());
        assert_eq!(wakes.0, wakes.1, "{call:?}");
    }
    assert_eq!(memory.view().await, stored.view().await);
    let exported = directory.path().join("memory.jsonl").to_string_lossy().into_owned();
    memory.store.export(exported.clone()).await.unwrap();
    let lines = lines(&stored.store, directory.path(), "stored.jsonl").await;
    assert_eq!(std::fs::read_to_string(&exported).unwrap(), lines);
    fresh.import(exported).await.unwrap();
    assert_eq!(self::lines(&fresh, directory.path(), "fresh.jsonl").await, lines);
    assert_eq!(fresh.check().await.unwrap(), memory.store.check().await.unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_answers_as_memory_does(calls in calls()) {
        let directory = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let open = |name| Sqlite::open(directory.path().join(name)).unwrap();
        runtime.block_on(compare(calls, open("support.db"), open("fresh.db")));
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn a_server_answers_as_memory_does(calls in calls()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { compare(calls, server::fresh().await, server::fresh().await).await });
    }
}
