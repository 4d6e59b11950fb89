//! Streams, commits, keys, texts and snapshots: sentences 1 to 8 and 27.

use super::sample::{
    append, armed, arrival, at, at_once, commit, edge, entries, handled, keep, kind, opened, place, snapshot,
    text, ticket, wake,
};
use crate::adapter::{Append, Commit, ErrorKind, Recalled, Receipt, Store};
use crate::stream::StreamId;
use crate::vocab::{AlertGroupId, PolicyVersion, RotaId, ServiceId, TextRef};

/// Sentence 1.
pub async fn a_stream_that_was_never_written_loads_as_empty(store: &dyn Store) {
    assert_eq!(store.load(ticket(1), 0).await.unwrap(), []);
    keep(store, opened(1)).await;
    assert_eq!(store.load(ticket(2), 0).await.unwrap(), []);
    assert_eq!(store.load(ticket(2), 7).await.unwrap(), []);
}

/// Sentence 2.
pub async fn what_was_committed_loads_in_order_from_any_entry_on(store: &dyn Store) {
    let streams = [
        ticket(1),
        StreamId::Rota(RotaId::new("web")),
        StreamId::Service(ServiceId::new("w/x")),
        StreamId::Alerts(AlertGroupId::new("am/9b74")),
        StreamId::Desk,
    ];
    for stream in &streams {
        keep(store, commit([append(stream.clone(), 0, 3)])).await;
        keep(store, commit([append(stream.clone(), 3, 2)])).await;
    }
    for stream in streams {
        for after in 0..=5 {
            assert_eq!(store.load(stream.clone(), after).await.unwrap(), entries(after, 5 - after));
        }
        assert_eq!(store.load(stream, u64::MAX).await.unwrap(), []);
    }
}

/// Sentence 3.
pub async fn a_commit_after_another_number_is_a_conflict_and_nothing_of_it_is_kept(store: &dyn Store) {
    keep(store, commit([append(ticket(1), 0, 2)])).await;
    store.accept(arrival("message", 0, 10)).await.unwrap();
    for after in [0, 1, 3] {
        let refused = Commit {
            appends: vec![Append { wake: Some(wake(0)), ..append(ticket(1), after, 1) }],
            texts: vec![text("t", "ada", "words")],
            effects: vec![edge("told", "lane")],
            places: vec![(place("m"), ticket(1))],
            handled: Some(handled("message", "done")),
            policies: vec![(PolicyVersion::new("v"), "{}".to_owned())],
        };
        assert_eq!(kind(store.commit(refused).await), ErrorKind::Conflict, "after {after}");
    }
    assert_eq!(store.load(ticket(1), 0).await.unwrap(), entries(0, 2));
    assert!(store.texts(vec![TextRef::new("t")]).await.unwrap().is_empty());
    assert!(store.lease_outbox(at(1), at(2), 10).await.unwrap().is_empty());
    assert!(store.lease_timers(at(1), at(2), 10).await.unwrap().is_empty());
    assert_eq!(store.find(place("m")).await.unwrap(), None);
    assert_eq!(store.accept(arrival("message", 1, 10)).await.unwrap(), Receipt::Waiting);
    assert_eq!(store.policy(PolicyVersion::new("v")).await.unwrap(), None);
}

/// Sentence 4.
pub async fn a_commit_over_several_streams_is_kept_wholly_or_not_at_all(store: &dyn Store) {
    keep(store, commit([append(ticket(1), 0, 1), append(ticket(2), 0, 2)])).await;
    assert_eq!(store.load(ticket(1), 0).await.unwrap(), entries(0, 1));
    assert_eq!(store.load(ticket(2), 0).await.unwrap(), entries(0, 2));
    let halves = [append(ticket(1), 1, 1), append(ticket(2), 1, 1)];
    let [good, late] = halves.clone();
    for appends in [halves, [late, good]] {
        assert_eq!(kind(store.commit(commit(appends)).await), ErrorKind::Conflict);
    }
    assert_eq!(store.load(ticket(1), 0).await.unwrap(), entries(0, 1));
    assert_eq!(store.load(ticket(2), 0).await.unwrap(), entries(0, 2));
}

/// Sentence 5.
pub async fn of_two_commits_on_one_stream_at_once_exactly_one_is_kept(store: &dyn Store) {
    for round in 0..20 {
        let writers = ["a", "b", "c", "d"].map(|writer| {
            let mut writing = append(ticket(1), round, 1);
            writing.entries[0].kind = writer.to_owned();
            async move { (writer, store.commit(commit([writing])).await) }
        });
        let (kept, refused): (Vec<_>, Vec<_>) =
            at_once(writers).await.into_iter().partition(|(_, result)| result.is_ok());
        assert_eq!(kept.len(), 1, "writers that were kept in round {round}");
        for (_, result) in refused {
            assert_eq!(kind(result), ErrorKind::Conflict);
        }
        let loaded = store.load(ticket(1), round).await.unwrap();
        let kinds: Vec<&str> = loaded.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, [kept[0].0]);
    }
}

/// Sentence 6.
pub async fn a_commit_without_entries_may_still_arm_or_disarm_a_timer(store: &dyn Store) {
    keep(store, opened(1)).await;
    keep(store, commit([Append { wake: Some(wake(3)), ..append(ticket(1), 1, 0) }])).await;
    assert_eq!(store.next_wake().await.unwrap(), Some(at(3)));
    keep(store, commit([append(ticket(1), 1, 0)])).await;
    assert_eq!(store.next_wake().await.unwrap(), None);
    let stale = commit([Append { wake: Some(wake(3)), ..append(ticket(1), 0, 0) }]);
    assert_eq!(kind(store.commit(stale).await), ErrorKind::Conflict);
    keep(store, armed(2, 9)).await;
    assert_eq!(store.load(ticket(1), 0).await.unwrap().len(), 1);
    assert_eq!(store.next_wake().await.unwrap(), Some(at(9)));
}

/// Sentence 7.
pub async fn reserved_numbers_go_on_from_one_per_prefix(store: &dyn Store) {
    let mut keys = Vec::new();
    for prefix in ["SUP", "SUP", "OPS", "SUP"] {
        keys.push(store.reserve(prefix.to_owned()).await.unwrap().to_string());
    }
    assert_eq!(keys, ["SUP-1", "SUP-2", "OPS-1", "SUP-3"]);
}

/// Sentence 7, at once.
pub async fn reserved_numbers_are_never_given_twice_even_at_once(store: &dyn Store) {
    let reserved = at_once((0..40).map(|_| store.reserve("SUP".to_owned()))).await;
    let mut numbers: Vec<u64> = reserved.into_iter().map(|key| key.unwrap().number()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=40).collect::<Vec<_>>());
}

/// Sentence 27.
pub async fn recall_answers_with_the_last_snapshot_and_the_entries_after_it(store: &dyn Store) {
    let recall = async || store.recall(ticket(1), "form-1".to_owned()).await.unwrap();
    assert_eq!(recall().await, Recalled::default());
    keep(store, commit([append(ticket(1), 0, 3)])).await;
    assert_eq!(recall().await, Recalled { snapshot: None, entries: entries(0, 3) });
    let kept = |seq| snapshot(1, seq, "form-1").appends.remove(0).snapshot;
    keep(store, snapshot(1, 3, "form-1")).await;
    keep(store, commit([append(ticket(1), 3, 2)])).await;
    assert_eq!(recall().await, Recalled { snapshot: kept(3), entries: entries(3, 2) });
    keep(store, snapshot(1, 5, "form-1")).await;
    assert_eq!(recall().await, Recalled { snapshot: kept(5), entries: vec![] });
}

/// Sentence 27, formats.
pub async fn a_snapshot_of_another_format_is_passed_over(store: &dyn Store) {
    keep(store, opened(1)).await;
    keep(store, snapshot(1, 1, "form-1")).await;
    let recalled = store.recall(ticket(1), "form-2".to_owned()).await.unwrap();
    assert_eq!(recalled, Recalled { snapshot: None, entries: entries(0, 1) });
}

/// Sentence 8.
pub async fn texts_come_back_as_they_were(store: &dyn Store) {
    let words = "Größe: 'quoted' \"twice\" \\ % _ NEAR(\n\t🦀) \u{200d}x";
    let rows = [text("a", "ada", words), text("b", "bob", "b"), text("c", "bob", "c")];
    keep(store, Commit { texts: rows.to_vec(), ..opened(1) }).await;
    let asked = ["a", "c", "missing"].map(TextRef::new).to_vec();
    let found = store.texts(asked).await.unwrap();
    assert_eq!(found.keys().map(ToString::to_string).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(found[&TextRef::new("a")].as_str(), words);
    assert_eq!(found[&TextRef::new("c")].as_str(), "c");
}
