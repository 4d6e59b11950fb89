//! Timers and the next wake: sentences 12 to 14 and 30.

use super::sample::{append, armed, arrival, at, commit, edge, effects, keep, kind, lease_one, ticket, wake};
use crate::adapter::{Append, ErrorKind, Store, TimerLease, Wake};

async fn lease(store: &dyn Store, now: i64, until: i64) -> Vec<TimerLease> {
    store.lease_timers(at(now), at(until), 100).await.unwrap()
}

fn due(number: u64, minutes: i64) -> TimerLease {
    TimerLease { stream: ticket(number), due: at(minutes), stamp: wake(minutes).stamp }
}

/// Sentence 12.
pub async fn a_timer_is_leased_once_it_is_due_earliest_first(store: &dyn Store) {
    for (number, minutes) in [(1, 30), (2, 10), (3, 20), (4, 40)] {
        keep(store, armed(number, minutes)).await;
    }
    assert_eq!(lease(store, 9, 50).await, []);
    assert_eq!(store.lease_timers(at(35), at(50), 2).await.unwrap(), [due(2, 10), due(3, 20)]);
    assert_eq!(lease(store, 35, 50).await, [due(1, 30)]);
}

/// Sentence 13.
pub async fn a_leased_timer_comes_back_after_its_lease(store: &dyn Store) {
    keep(store, armed(1, 10)).await;
    assert_eq!(lease(store, 10, 20).await, [due(1, 10)]);
    assert_eq!(lease(store, 19, 30).await, []);
    assert_eq!(lease(store, 20, 30).await, [due(1, 10)], "with the instant at which it was due");
}

/// Sentence 14, arming.
pub async fn arming_anew_ends_the_lease(store: &dyn Store) {
    keep(store, armed(1, 10)).await;
    assert_eq!(lease(store, 10, 60).await.len(), 1);
    keep(store, commit([Append { wake: Some(wake(15)), ..append(ticket(1), 1, 1) }])).await;
    assert_eq!(lease(store, 14, 60).await, []);
    assert_eq!(lease(store, 15, 60).await, [due(1, 15)]);
}

/// Sentences 12 and 30.
pub async fn a_timer_that_is_armed_for_before_the_last_that_was_leased_is_leased(store: &dyn Store) {
    keep(store, armed(1, 30)).await;
    assert_eq!(lease(store, 30, 60).await, [due(1, 30)]);
    keep(store, armed(2, 20)).await;
    keep(store, armed(3, 30)).await;
    assert_eq!(store.next_wake().await.unwrap(), Some(at(20)));
    assert_eq!(lease(store, 30, 70).await, [due(2, 20), due(3, 30)]);
    assert_eq!(store.next_wake().await.unwrap(), Some(at(60)));
    assert_eq!(lease(store, 70, 80).await, [due(1, 30), due(2, 20), due(3, 30)]);
}

/// Sentences 3 and 14.
pub async fn a_commit_that_is_refused_leaves_the_lease(store: &dyn Store) {
    keep(store, armed(1, 10)).await;
    assert_eq!(lease(store, 10, 20).await, [due(1, 10)]);
    let late = commit([Append { wake: Some(wake(5)), ..append(ticket(1), 0, 1) }]);
    assert_eq!(kind(store.commit(late).await), ErrorKind::Conflict);
    assert_eq!(lease(store, 19, 30).await, []);
    assert_eq!(lease(store, 20, 30).await, [due(1, 10)]);
}

/// Sentence 14, disarming.
pub async fn disarming_removes_the_timer(store: &dyn Store) {
    keep(store, armed(1, 10)).await;
    keep(store, armed(2, 10)).await;
    assert_eq!(lease(store, 10, 20).await.len(), 2);
    keep(store, commit([append(ticket(1), 1, 1)])).await;
    assert_eq!(lease(store, 99, 100).await, [due(2, 10)]);
}

/// Sentence 14, stamps.
pub async fn a_timer_of_another_stamp_is_stale_until_it_is_armed_anew(store: &dyn Store) {
    let Wake { stamp, .. } = wake(10);
    let old = Wake { stamp: "older".to_owned(), ..wake(10) };
    let stale = async || store.stale_timers(stamp.clone(), 10).await.unwrap();
    keep(store, armed(1, 10)).await;
    keep(store, commit([Append { wake: Some(old), ..append(ticket(2), 0, 1) }])).await;
    assert_eq!(stale().await, [ticket(2)]);
    keep(store, commit([Append { wake: Some(wake(10)), ..append(ticket(2), 1, 1) }])).await;
    assert_eq!(stale().await, []);
}

/// Sentence 30.
pub async fn next_wake_is_the_earliest_instant_with_something_to_lease(store: &dyn Store) {
    let next = async || store.next_wake().await.unwrap();
    assert_eq!(next().await, None);
    keep(store, armed(1, 40)).await;
    assert_eq!(next().await, Some(at(40)));
    store.accept(arrival("m", 0, 30)).await.unwrap();
    assert_eq!(next().await, Some(at(30)));
    let mut later = edge("later", "lane");
    later.at = at(20);
    keep(store, effects([later, edge("behind", "lane")])).await;
    assert_eq!(next().await, Some(at(20)), "what waits behind another effect can not be leased");
    lease_one(store, 20, 50).await;
    assert_eq!(next().await, Some(at(30)));
    store.lease_inbox(at(30), at(60), 10).await.unwrap();
    assert_eq!(next().await, Some(at(40)));
    lease(store, 40, 70).await;
    assert_eq!(next().await, Some(at(50)), "the end of the first lease");
}
