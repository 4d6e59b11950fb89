//! The inbox: sentences 9 to 11.

use super::sample::{append, arrival, at, at_once, commit, entries, handled, keep, kind, opened, ticket};
use crate::adapter::{Commit, ErrorKind, InboxLease, Receipt, Store};

async fn lease(store: &dyn Store, now: i64, until: i64) -> Vec<InboxLease> {
    store.lease_inbox(at(now), at(until), 100).await.unwrap()
}

/// Sentence 9.
pub async fn a_key_is_new_then_waiting_then_handled_with_its_answer(store: &dyn Store) {
    assert_eq!(store.accept(arrival("m1", 0, 10)).await.unwrap(), Receipt::New);
    assert_eq!(store.accept(arrival("m2", 0, 10)).await.unwrap(), Receipt::New);
    assert_eq!(store.accept(arrival("m1", 1, 20)).await.unwrap(), Receipt::Waiting);
    keep(store, Commit { handled: Some(handled("m1", "SUP-1")), ..opened(1) }).await;
    let answer = "SUP-1".to_owned();
    assert_eq!(store.accept(arrival("m1", 30, 40)).await.unwrap(), Receipt::Handled { answer });
    assert_eq!(store.accept(arrival("m2", 30, 40)).await.unwrap(), Receipt::Waiting);
}

/// Sentence 9, at once.
pub async fn a_key_accepted_by_many_at_once_is_new_to_one(store: &dyn Store) {
    let receipts = at_once((0..8).map(|_| store.accept(arrival("m", 0, 10)))).await;
    let new = receipts.into_iter().filter(|receipt| matches!(receipt, Ok(Receipt::New))).count();
    assert_eq!(new, 1);
}

/// Sentence 10.
pub async fn a_leased_delivery_comes_back_after_its_lease(store: &dyn Store) {
    let sent = arrival("m", 0, 10);
    store.accept(sent.clone()).await.unwrap();
    store.accept(arrival("m", 5, 50)).await.unwrap();
    assert_eq!(lease(store, 9, 20).await, [], "it is the accepter's until its lease ends");
    let expected = [InboxLease { key: sent.key, body: sent.body, at: sent.at }];
    assert_eq!(lease(store, 10, 20).await, expected);
    assert_eq!(lease(store, 19, 30).await, []);
    assert_eq!(lease(store, 20, 30).await, expected);
}

/// Sentence 10, in order.
pub async fn deliveries_are_leased_oldest_first_and_no_more_than_asked_for(store: &dyn Store) {
    for (name, minutes, until) in [("c-newest", 3, 4), ("b-oldest", 1, 6), ("a-later", 2, 5)] {
        store.accept(arrival(name, minutes, until)).await.unwrap();
    }
    let mut keys = Vec::new();
    for most in [0, 2, 2] {
        let leased = store.lease_inbox(at(10), at(20), most).await.unwrap();
        keys.push(leased.iter().map(|lease| lease.key.to_string()).collect::<Vec<_>>());
    }
    assert_eq!(
        keys,
        [vec![], vec!["b-oldest".to_owned(), "a-later".to_owned()], vec!["c-newest".to_owned()]]
    );
}

/// Sentence 11.
pub async fn a_commit_marks_its_delivery_handled(store: &dyn Store) {
    for name in ["m1", "m2"] {
        store.accept(arrival(name, 0, 1)).await.unwrap();
    }
    keep(store, Commit { handled: Some(handled("m1", "done")), ..opened(1) }).await;
    let left: Vec<String> = lease(store, 10, 20).await.iter().map(|lease| lease.key.to_string()).collect();
    assert_eq!(left, ["m2"]);
    let refused = Commit { handled: Some(handled("m2", "lost")), ..opened(1) };
    assert_eq!(kind(store.commit(refused).await), ErrorKind::Conflict);
    assert_eq!(lease(store, 20, 30).await.len(), 1, "a refused commit leaves its delivery to others");
    keep(store, Commit { handled: Some(handled("m2", "nothing to do")), ..Commit::default() }).await;
    assert_eq!(lease(store, 40, 50).await, []);
    assert_eq!(store.next_wake().await.unwrap(), None);
}

/// Sentence 11, twice.
pub async fn a_second_commit_for_a_delivery_is_a_conflict_and_nothing_of_it_is_kept(store: &dyn Store) {
    store.accept(arrival("m", 0, 1)).await.unwrap();
    keep(store, Commit { handled: Some(handled("m", "first")), ..opened(1) }).await;
    let second = Commit { handled: Some(handled("m", "second")), ..commit([append(ticket(1), 1, 1)]) };
    assert_eq!(kind(store.commit(second).await), ErrorKind::Conflict);
    assert_eq!(store.load(ticket(1), 0).await.unwrap(), entries(0, 1));
    let answer = "first".to_owned();
    assert_eq!(store.accept(arrival("m", 1, 2)).await.unwrap(), Receipt::Handled { answer });
}
