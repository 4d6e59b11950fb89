//! The outbox: sentences 15 to 22.

use super::sample::{
    at, at_once, attempt, edge, effect_id, effects, keep, kind, lease, lease_one, level, names,
};
use crate::adapter::{DeadLetter, ErrorKind, NewEffect, Settled, Store};

async fn settle(store: &dyn Store, now: i64, how: Settled) -> String {
    let leased = lease_one(store, now, now + 10).await;
    store.settle(attempt(&leased, now), how).await.unwrap();
    leased.id.to_string()
}

fn dead() -> Settled {
    Settled::Dead { why: "archived".to_owned() }
}

fn retry(minutes: i64) -> Settled {
    Settled::Retry { at: at(minutes), why: "busy".to_owned() }
}

/// Sentence 15, one lane.
pub async fn only_the_oldest_effect_of_a_lane_is_leased(store: &dyn Store) {
    keep(store, effects([edge("a", "lane"), edge("b", "lane")])).await;
    keep(store, effects([edge("c", "lane")])).await;
    let leased = lease_one(store, 0, 10).await;
    assert_eq!((leased.id.to_string(), leased.body.as_str()), ("job/a.0".to_owned(), r#"{"tell":"a"}"#));
    assert_eq!((leased.attempts, leased.tried), (0, false));
    assert!(lease(store, 9, 20).await.is_empty(), "the lane waits for its head");
    assert_eq!(names(&lease(store, 10, 20).await), ["job/a.0"], "the head comes back after its lease");
}

/// Sentence 15, several lanes.
pub async fn lanes_do_not_wait_for_each_other(store: &dyn Store) {
    keep(store, effects([edge("a1", "a"), edge("a2", "a"), edge("b1", "b"), edge("c1", "c")])).await;
    assert_eq!(names(&store.lease_outbox(at(0), at(10), 2).await.unwrap()), ["job/a1.0", "job/b1.0"]);
    assert_eq!(names(&lease(store, 1, 10).await), ["job/c1.0"]);
}

/// Sentence 15, later.
pub async fn an_effect_is_not_leased_before_its_time(store: &dyn Store) {
    let later = NewEffect { at: at(5), ..edge("later", "lane") };
    keep(store, effects([later, edge("now", "other")])).await;
    assert_eq!(names(&lease(store, 4, 10).await), ["job/now.0"]);
    assert_eq!(names(&lease(store, 5, 10).await), ["job/later.0"]);
}

/// Sentence 15, at once.
pub async fn a_leased_effect_is_leased_to_one_of_many(store: &dyn Store) {
    keep(store, effects([edge("a", "a"), edge("b", "b")])).await;
    let leases = at_once((0..8).map(|_| lease(store, 0, 10))).await.concat();
    let mut leased = names(&leases);
    leased.sort_unstable();
    assert_eq!(leased, ["job/a.0", "job/b.0"]);
}

/// Sentence 16.
pub async fn a_queued_level_keeps_its_place_and_its_id(store: &dyn Store) {
    keep(store, effects([level("card1", "lane", "card"), edge("said", "lane")])).await;
    keep(store, effects([level("card2", "lane", "card")])).await;
    assert_eq!(settle(store, 0, Settled::Delivered).await, "job/card1.0");
    assert_eq!(settle(store, 0, Settled::Delivered).await, "job/said.0");
    assert!(lease(store, 99, 100).await.is_empty(), "it is not queued twice");
    keep(store, effects([level("card3", "lane", "card"), level("other", "lane2", "card/other")])).await;
    assert_eq!(names(&lease(store, 100, 110).await), ["job/card3.0", "job/other.0"]);
}

/// Sentence 17.
pub async fn a_level_that_changes_while_it_is_delivered_is_queued_again(store: &dyn Store) {
    keep(store, effects([level("card", "lane", "card")])).await;
    let first = lease_one(store, 0, 10).await;
    store.begin(attempt(&first, 0)).await.unwrap();
    keep(store, effects([level("change", "lane", "card")])).await;
    assert!(lease(store, 1, 10).await.is_empty(), "not while it is being delivered");
    store.settle(attempt(&first, 2), Settled::Delivered).await.unwrap();
    let second = lease_one(store, 2, 12).await;
    assert!(!second.tried && second.attempts == 0 && second.fence != first.fence, "{second:?}");
    store.settle(attempt(&second, 3), Settled::Delivered).await.unwrap();
    assert!(lease(store, 99, 100).await.is_empty(), "once");
}

/// Sentence 18, taken over.
pub async fn an_older_fence_is_fenced(store: &dyn Store) {
    keep(store, effects([edge("a", "lane")])).await;
    let first = lease_one(store, 0, 10).await;
    let second = lease_one(store, 10, 20).await;
    assert_eq!(kind(store.begin(attempt(&first, 11)).await), ErrorKind::Fenced);
    assert_eq!(kind(store.settle(attempt(&first, 11), Settled::Delivered).await), ErrorKind::Fenced);
    assert_eq!(kind(store.settle(attempt(&first, 11), dead()).await), ErrorKind::Fenced);
    store.begin(attempt(&second, 12)).await.unwrap();
    store.settle(attempt(&second, 12), Settled::Delivered).await.unwrap();
}

/// Sentence 18, over.
pub async fn a_settled_fence_is_fenced(store: &dyn Store) {
    keep(store, effects([edge("a", "lane")])).await;
    let first = lease_one(store, 0, 10).await;
    store.settle(attempt(&first, 1), retry(2)).await.unwrap();
    assert_eq!(kind(store.begin(attempt(&first, 1)).await), ErrorKind::Fenced);
    let second = lease_one(store, 2, 12).await;
    store.settle(attempt(&second, 3), Settled::Delivered).await.unwrap();
    assert_eq!(kind(store.settle(attempt(&second, 3), Settled::Delivered).await), ErrorKind::Fenced);
    keep(store, effects([edge("a", "lane")])).await;
    let again = lease_one(store, 4, 14).await;
    for old in [first, second] {
        assert_ne!(old.fence, again.fence, "a fence is never used twice");
        assert_eq!(kind(store.settle(attempt(&old, 5), Settled::Delivered).await), ErrorKind::Fenced);
    }
}

/// Sentence 19.
pub async fn an_attempt_without_an_outcome_comes_back_as_tried(store: &dyn Store) {
    keep(store, effects([edge("a", "lane")])).await;
    let first = lease_one(store, 0, 10).await;
    store.begin(attempt(&first, 0)).await.unwrap();
    assert!(lease(store, 9, 20).await.is_empty());
    let second = lease_one(store, 10, 20).await;
    assert_eq!((second.tried, second.attempts), (true, 1));
    store.begin(attempt(&second, 10)).await.unwrap();
    store.settle(attempt(&second, 11), retry(12)).await.unwrap();
    let third = lease_one(store, 12, 22).await;
    assert_eq!((third.tried, third.attempts), (false, 2), "a settled attempt has an outcome");
}

/// Sentence 20.
pub async fn delivered_or_dropped_is_gone_and_the_lane_goes_on(store: &dyn Store) {
    keep(store, effects([edge("a", "lane"), edge("b", "lane"), edge("c", "lane")])).await;
    assert_eq!(settle(store, 0, Settled::Delivered).await, "job/a.0");
    assert_eq!(settle(store, 0, Settled::Dropped).await, "job/b.0");
    assert_eq!(settle(store, 0, Settled::Delivered).await, "job/c.0");
    assert!(lease(store, 99, 100).await.is_empty());
    assert_eq!(store.next_wake().await.unwrap(), None);
    assert!(store.dead_letters().await.unwrap().is_empty());
}

/// Sentence 21.
pub async fn a_retry_keeps_its_place_and_waits_for_its_time(store: &dyn Store) {
    keep(store, effects([edge("a", "lane"), edge("b", "lane")])).await;
    assert_eq!(settle(store, 0, retry(30)).await, "job/a.0");
    assert!(lease(store, 29, 40).await.is_empty(), "the lane waits with it");
    assert_eq!(store.next_wake().await.unwrap(), Some(at(30)));
    assert_eq!(settle(store, 30, Settled::Delivered).await, "job/a.0");
    assert_eq!(settle(store, 30, Settled::Delivered).await, "job/b.0");
}

/// Sentence 21, put off.
pub async fn what_a_platform_put_off_was_never_tried(store: &dyn Store) {
    keep(store, effects([edge("a", "lane")])).await;
    for (now, how) in [(0, retry(10)), (10, Settled::Postponed { at: at(30) })] {
        let lease = lease_one(store, now, now + 10).await;
        store.begin(attempt(&lease, now)).await.unwrap();
        store.settle(attempt(&lease, now), how).await.unwrap();
    }
    assert!(lease(store, 29, 40).await.is_empty(), "it waits for its time");
    let lease = lease_one(store, 30, 40).await;
    assert_eq!((lease.attempts, lease.tried), (1, false), "only the try before it counts");
}

/// Sentence 22, given up.
pub async fn a_dead_letter_frees_its_lane_and_is_listed(store: &dyn Store) {
    keep(store, effects([edge("b", "lane"), edge("a", "lane"), edge("next", "lane")])).await;
    let first = lease_one(store, 0, 10).await;
    store.begin(attempt(&first, 1)).await.unwrap();
    store.settle(attempt(&first, 2), dead()).await.unwrap();
    assert_eq!(settle(store, 3, dead()).await, "job/a.0");
    assert_eq!(names(&lease(store, 3, 10).await), ["job/next.0"]);
    let letter = |name: &str, attempts, minutes| DeadLetter {
        id: effect_id(name),
        body: edge(name, "lane").body,
        attempts,
        why: "archived".to_owned(),
        at: at(minutes),
    };
    assert_eq!(store.dead_letters().await.unwrap(), [letter("b", 1, 2), letter("a", 0, 3)], "oldest first");
}

/// Sentence 22, revived.
pub async fn revive_queues_a_dead_letter_again_at_the_end_of_its_lane(store: &dyn Store) {
    keep(store, effects([edge("a", "lane"), edge("b", "lane"), edge("c", "c"), edge("d", "d")])).await;
    let leases = lease(store, 0, 10).await;
    for lease in &leases {
        store.settle(attempt(lease, 0), dead()).await.unwrap();
    }
    store.revive(effect_id("a"), at(20)).await.unwrap();
    let dead: Vec<_> = store.dead_letters().await.unwrap().into_iter().map(|letter| letter.id).collect();
    assert_eq!(dead, [effect_id("c"), effect_id("d")]);
    assert_eq!(settle(store, 15, Settled::Delivered).await, "job/b.0");
    assert!(lease(store, 19, 20).await.is_empty(), "not before it was revived");
    assert_eq!(settle(store, 20, Settled::Delivered).await, "job/a.0");
    assert_eq!(kind(store.revive(effect_id("a"), at(21)).await), ErrorKind::NotFound);
}
