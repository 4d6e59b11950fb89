//! Many workers at once: what the sentences mean when nobody waits for anybody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use super::sample::{
    append, armed, arrival, at, at_once, attempt, commit, edge, effects, handled, keep, kind, level, listed,
    opened, row, text, ticket, wake,
};
use crate::adapter::{Append, Commit, ErrorKind, Fed, Maintenance, OutboxLease, Query, Settled, Store};
use crate::stream::StreamId;

const WORKERS: u64 = 4;

/// Sentence 2, readers.
pub async fn a_reader_sees_whole_commits_only(store: &dyn Store) {
    const ROUNDS: u64 = 30;
    let write = async {
        for round in 0..ROUNDS {
            keep(store, commit([append(ticket(1), round, 1), append(ticket(2), round, 1)])).await;
        }
    };
    let read = async {
        loop {
            let fed = store.feed(0, 1_000).await.unwrap();
            let of = |stream| fed.iter().filter(|fed| fed.stream == stream).count() as u64;
            assert_eq!(of(ticket(1)), of(ticket(2)));
            if of(ticket(1)) == ROUNDS {
                return;
            }
        }
    };
    at_once([Box::pin(write) as Future<'_>, Box::pin(read)]).await;
}

type Future<'a> = std::pin::Pin<Box<dyn std::future::Future<Output = ()> + Send + 'a>>;

/// Sentence 5, several streams, which nobody names in the same order.
pub async fn of_two_commits_over_the_same_streams_at_once_exactly_one_is_kept(store: &dyn Store) {
    for round in 0..20 {
        let [one, two] = [append(ticket(1), round, 1), append(ticket(2), round, 1)];
        let commits = [[one.clone(), two.clone()], [two, one]];
        let results = at_once(commits.map(|both| store.commit(commit(both)))).await;
        let (kept, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!((kept.len(), refused.len()), (1, 1), "round {round}");
        refused.into_iter().for_each(|result| assert_eq!(kind(result), ErrorKind::Conflict));
    }
}

/// Sentence 10.
pub async fn a_delivery_is_leased_to_one_of_many(store: &dyn Store) {
    for number in 0..20 {
        store.accept(arrival(&format!("m{number}"), 0, 1)).await.unwrap();
    }
    let leases = at_once((0..WORKERS).map(|_| async {
        let mut mine = Vec::new();
        loop {
            let leased = store.lease_inbox(at(1), at(9), 3).await.unwrap();
            if leased.is_empty() {
                return mine;
            }
            mine.extend(leased.into_iter().map(|lease| lease.key));
        }
    }));
    let leased = leases.await.concat();
    assert_eq!(leased.len(), 20);
    assert_eq!(leased.iter().collect::<BTreeSet<_>>().len(), 20);
}

/// Sentence 11.
pub async fn a_delivery_is_handled_by_one_of_many(store: &dyn Store) {
    for round in 0..10 {
        let name = format!("m{round}");
        store.accept(arrival(&name, 0, 1)).await.unwrap();
        let commits = (1..=WORKERS).map(|worker| {
            let handled = Some(handled(&name, &format!("by {worker}")));
            store.commit(Commit { handled, ..opened(round * WORKERS + worker) })
        });
        let (kept, refused): (Vec<_>, Vec<_>) = at_once(commits).await.into_iter().partition(Result::is_ok);
        assert_eq!(kept.len(), 1, "round {round}");
        refused.into_iter().for_each(|result| assert_eq!(kind(result), ErrorKind::Conflict));
    }
    assert_eq!(store.feed(0, 100).await.unwrap().len(), 10, "nothing is kept of those that were refused");
}

/// All leases of many workers who lease until nothing is left.
async fn lease_timers(store: &dyn Store, now: i64, until: i64) -> Vec<StreamId> {
    let leases = at_once((0..WORKERS).map(|_| async {
        let mut mine = Vec::new();
        loop {
            let leased = store.lease_timers(at(now), at(until), 3).await.unwrap();
            if leased.is_empty() {
                return mine;
            }
            mine.extend(leased.into_iter().map(|lease| lease.stream));
        }
    }));
    let mut leased = leases.await.concat();
    leased.sort();
    leased
}

fn tickets(numbers: std::ops::RangeInclusive<u64>) -> Vec<StreamId> {
    numbers.map(ticket).collect()
}

/// Sentence 13.
pub async fn a_timer_is_leased_to_one_of_many(store: &dyn Store) {
    for number in 1..=20 {
        keep(store, armed(number, number as i64 / 5)).await;
    }
    assert_eq!(lease_timers(store, 9, 20).await, tickets(1..=20));
}

/// Sentence 13, after a lease.
pub async fn a_lease_that_has_ended_goes_to_one_of_many(store: &dyn Store) {
    for number in 1..=6 {
        keep(store, armed(number, 1)).await;
    }
    assert_eq!(lease_timers(store, 9, 20).await, tickets(1..=6));
    assert_eq!(lease_timers(store, 19, 30).await, []);
    assert_eq!(lease_timers(store, 20, 30).await, tickets(1..=6));
}

/// Sentence 14.
pub async fn arming_anew_while_others_lease_loses_no_timer(store: &dyn Store) {
    keep(store, armed(1, 0)).await;
    let arm = async {
        for round in 1..=20 {
            keep(store, commit([Append { wake: Some(wake(round)), ..append(ticket(1), 1, 0) }])).await;
        }
    };
    let lease = |_| {
        Box::pin(async {
            for now in 0..20 {
                store.lease_timers(at(now), at(now + 2), 5).await.unwrap();
            }
        }) as Future<'_>
    };
    at_once([Box::pin(arm) as Future<'_>].into_iter().chain((1..WORKERS).map(lease))).await;
    let left = store.lease_timers(at(90), at(99), 5).await.unwrap();
    assert_eq!(left.iter().map(|lease| lease.due).collect::<Vec<_>>(), [at(20)]);
}

/// Leases, begins and settles until so many were settled; answers in which order.
async fn deliver(store: &dyn Store, total: usize) -> Vec<String> {
    let done = Mutex::new(Vec::new());
    let worker = |_| async {
        while done.lock().unwrap().len() < total {
            for lease in store.lease_outbox(at(1), at(9), 1).await.unwrap() {
                store.begin(attempt(&lease, 1)).await.unwrap();
                done.lock().unwrap().push(lease.id.to_string());
                store.settle(attempt(&lease, 1), Settled::Delivered).await.unwrap();
            }
        }
    };
    at_once((0..WORKERS).map(worker)).await;
    done.into_inner().unwrap()
}

/// Sentence 15.
pub async fn lanes_keep_their_order_while_many_queue_and_deliver(store: &dyn Store) {
    const EACH: u64 = 12;
    let queue = |worker: u64| {
        Box::pin(async move {
            for number in 0..EACH {
                let effects =
                    [1, 2].map(|lane| edge(&format!("{lane}-{worker}-{number:02}"), &format!("{lane}")));
                keep(store, self::effects(effects)).await;
            }
        }) as Future<'_>
    };
    let delivered = Mutex::new(Vec::new());
    let total = (WORKERS * EACH * 2) as usize;
    let deliver = Box::pin(async {
        *delivered.lock().unwrap() = deliver(store, total).await;
    }) as Future<'_>;
    at_once((0..WORKERS).map(queue).chain([deliver])).await;
    let delivered = delivered.into_inner().unwrap();
    let mut by_queuer: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in delivered {
        let (queuer, _) = name.rsplit_once('-').unwrap();
        by_queuer.entry(queuer.to_owned()).or_default().push(name);
    }
    assert_eq!(by_queuer.len() as u64, WORKERS * 2);
    for names in by_queuer.values() {
        assert_eq!(names.len() as u64, EACH);
        assert!(names.is_sorted(), "{names:?}");
    }
    assert_eq!(store.lease_outbox(at(90), at(99), 9).await.unwrap(), []);
}

/// Sentence 16.
pub async fn a_level_that_many_queue_at_once_is_queued_once(store: &dyn Store) {
    let queue =
        (0..WORKERS).map(|worker| keep(store, effects([level(&format!("w{worker}"), "lane", "card")])));
    at_once(queue).await;
    let lease = super::sample::lease_one(store, 0, 9).await;
    assert_eq!(lease.revision, WORKERS - 1);
    store.settle(attempt(&lease, 0), Settled::Delivered).await.unwrap();
    assert_eq!(store.lease_outbox(at(90), at(99), 9).await.unwrap(), []);
}

/// Sentence 18.
pub async fn of_two_that_settle_after_a_lease_has_ended_the_newer_settles(store: &dyn Store) {
    for round in 0..10 {
        let names = [format!("a{round}"), format!("b{round}")];
        keep(store, effects([edge(&names[0], "lane"), edge(&names[1], "lane")])).await;
        let stalled = super::sample::lease_one(store, 0, 10).await;
        let newer = super::sample::lease_one(store, 10, 20).await;
        let settle = |lease: &OutboxLease| store.settle(attempt(lease, 10), Settled::Delivered);
        let mut settled = at_once([settle(&stalled), settle(&newer)]).await;
        settled.pop().unwrap().unwrap();
        assert_eq!(kind(settled.remove(0)), ErrorKind::Fenced);
        let next = super::sample::lease_one(store, 10, 20).await;
        settle(&next).await.unwrap();
    }
}

/// Sentence 24.
pub async fn pages_turned_while_others_write_show_every_old_ticket_once(store: &dyn Store) {
    const OLD: u64 = 30;
    for number in 1..=OLD {
        keep(store, listed(row(number), "old")).await;
    }
    let write = async {
        for number in OLD + 1..=OLD * 2 {
            keep(store, listed(row(number), "new")).await;
            let changed = Append { row: Some(row(number - OLD)), ..append(ticket(number - OLD), 1, 1) };
            keep(store, commit([changed])).await;
        }
    };
    let read = async {
        let mut seen = Vec::new();
        let mut before = None;
        loop {
            let page = store.list(Query { before, most: 4, ..Query::default() }).await.unwrap();
            seen.extend(page.rows.iter().map(|listed| listed.row.key.number()));
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        seen.retain(|number| *number <= OLD);
        assert_eq!(seen, (1..=OLD).rev().collect::<Vec<_>>());
    };
    at_once([Box::pin(write) as Future<'_>, Box::pin(read)]).await;
}

/// Sentence 26.
pub async fn a_feed_that_is_read_while_many_write_skips_nothing(store: &dyn Store) {
    const EACH: u64 = 10;
    let write = |worker: u64| {
        Box::pin(async move {
            for round in 0..EACH {
                let also = ticket(100 + worker * EACH + round);
                keep(store, commit([append(ticket(worker), round * 2, 2), append(also, 0, 1)])).await;
            }
        }) as Future<'_>
    };
    let total = (WORKERS * EACH * 3) as usize;
    let seen: Mutex<Vec<Fed>> = Mutex::new(Vec::new());
    let read = async {
        let mut after = 0;
        loop {
            let fed = store.feed(after, 7).await.unwrap();
            after = fed.last().map_or(after, |last| last.cursor);
            let mut seen = seen.lock().unwrap();
            seen.extend(fed);
            if seen.len() == total {
                return;
            }
        }
    };
    at_once((1..=WORKERS).map(write).chain([Box::pin(read) as Future<'_>])).await;
    let again = store.feed(0, 1_000).await.unwrap();
    assert_eq!(seen.into_inner().unwrap(), again);
    assert!(again.is_sorted_by_key(|fed| fed.cursor));
}

/// Sentence 31.
pub async fn news_come_with_a_commit_and_with_a_delivery(store: &dyn Store) {
    if !store.capability().tells {
        assert_eq!(kind(store.news(0).await), ErrorKind::Unsupported);
        return;
    }
    let mut seen = store.news(0).await.unwrap();
    for number in 1..=5 {
        let seen = &mut seen;
        let wait = async move {
            let before = *seen;
            while *seen == before {
                *seen = store.news(before).await.unwrap();
            }
        };
        let write = async {
            match number % 2 {
                0 => keep(store, opened(number)).await,
                _ => drop(store.accept(arrival(&format!("m{number}"), 0, 1)).await.unwrap()),
            }
        };
        at_once([Box::pin(wait) as Future<'_>, Box::pin(write)]).await;
    }
}

/// `check`, after everything at once.
pub async fn many_workers_at_once_leave_a_sound_store(store: &(impl Store + Maintenance)) {
    let worker = |worker: u64| async move {
        for round in 0..15 {
            let stream = ticket(1 + (worker + round) % 3);
            let after = store.load(stream.clone(), 0).await.unwrap().len() as u64;
            let words = text(&format!("t{worker}-{round}"), "ada", "words");
            let mut writing = append(stream, after, 1);
            writing.wake = Some(wake(round as i64));
            writing.entries[0].body = format!(r#"{{"said":"{}"}}"#, words.at);
            let texts = vec![words];
            let effects = vec![edge(&format!("e{worker}-{round}"), "lane")];
            let written = store.commit(Commit { texts, effects, ..commit([writing]) }).await;
            assert!(written.is_ok() || kind(written) == ErrorKind::Conflict);
            store.lease_timers(at(round as i64), at(round as i64 + 5), 2).await.unwrap();
            for lease in store.lease_outbox(at(1), at(2), 1).await.unwrap() {
                let settled = store.settle(attempt(&lease, 1), Settled::Delivered).await;
                assert!(settled.is_ok() || kind(settled) == ErrorKind::Fenced);
            }
            store.reserve("SUP".to_owned()).await.unwrap();
        }
    };
    at_once((0..WORKERS).map(worker)).await;
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let next = store.reserve("SUP".to_owned()).await.unwrap();
    assert_eq!(next.number(), WORKERS * 15 + 1);
}
