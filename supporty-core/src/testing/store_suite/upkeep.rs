//! Maintenance: sentence 29, and one promise or more for each of its methods.

use super::sample::{
    append, armed, arrival, at, attempt, commit, edge, effects, entries, handled, keep, kind, lease, listed,
    opened, row, said, text, ticket, wake,
};
use crate::adapter::{
    About, Append, Arrival, Commit, ErrorKind, Inbound, Maintenance, Query, Receipt, Settled, Store,
};
use crate::ticket::Command;
use crate::vocab::{Identity, InboundKey, PersonId, TextRef};

/// Sentence 29.
pub async fn what_is_not_claimed_answers_unsupported(store: &(impl Store + Maintenance)) {
    if !store.capability().backs_up {
        let copied = store.back_up("copy-that-must-not-appear".to_owned()).await;
        assert_eq!(kind(copied), ErrorKind::Unsupported);
    }
}

/// `erase`: texts.
pub async fn erasing_deletes_what_one_person_wrote_and_nothing_else(store: &(impl Store + Maintenance)) {
    keep(store, listed(row(1), "checkout fails")).await;
    keep(store, said(1, 1, text("m1", "ada", "my card number"))).await;
    keep(store, said(1, 2, text("m2", "bob", "looking at the card"))).await;
    assert_eq!(store.erase(PersonId::new("ada")).await.unwrap(), 2);
    let left = store.texts(["title-1", "m1", "m2"].map(TextRef::new).to_vec()).await.unwrap();
    assert_eq!(left.keys().map(ToString::to_string).collect::<Vec<_>>(), ["m2"]);
    let search = |words: &str| Query { search: Some(words.to_owned()), ..Query::default() };
    assert!(store.list(search("number")).await.unwrap().rows.is_empty());
    assert_eq!(store.list(search("card")).await.unwrap().rows.len(), 1);
    let page = store.list(Query::default()).await.unwrap();
    assert_eq!(page.rows.iter().map(|listed| listed.title.clone()).collect::<Vec<_>>(), [None]);
    assert_eq!(store.load(ticket(1), 0).await.unwrap().len(), 3, "the log stays");
    assert_eq!(store.erase(PersonId::new("ada")).await.unwrap(), 0);
}

/// `erase`: what has not been handled.
pub async fn erasing_reaches_deliveries_that_still_wait(store: &(impl Store + Maintenance)) {
    let inbound = Inbound {
        key: InboundKey::new("m"),
        from: Identity { adapter: "local".into(), user: "ada".to_owned(), bot: false },
        about: About::New,
        command: Command::Claim,
        texts: vec![text("t1", "ada", "my secret"), text("t2", "bob", "my answer")],
        at: at(0),
    };
    let body = serde_json::to_string(&inbound).unwrap();
    store.accept(Arrival { body, ..arrival("m", 0, 1) }).await.unwrap();
    assert_eq!(store.erase(PersonId::new("ada")).await.unwrap(), 1);
    let waiting = store.lease_inbox(at(1), at(2), 10).await.unwrap();
    let left: Inbound = serde_json::from_str(&waiting[0].body).unwrap();
    assert_eq!(left, Inbound { texts: vec![text("t2", "bob", "my answer")], ..inbound });
}

/// `export`.
pub async fn an_export_has_every_entry_once_as_a_line_of_json(store: &(impl Store + Maintenance)) {
    keep(store, commit([append(ticket(1), 0, 2), append(ticket(2), 0, 1)])).await;
    keep(store, commit([append(ticket(1), 2, 1)])).await;
    let mut lines = store.export(0, 3).await.unwrap();
    assert_eq!(lines.len(), 3);
    let feed = store.feed(0, 10).await.unwrap();
    lines.extend(store.export(feed[2].cursor, 3).await.unwrap());
    assert_eq!(lines.len(), feed.len());
    for (line, fed) in lines.iter().zip(feed) {
        assert!(!line.contains('\n'));
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["cursor"], fed.cursor);
        assert_eq!(value["stream"], fed.stream.to_string());
        assert_eq!(value["seq"], fed.entry.seq);
        assert_eq!(value["kind"], fed.entry.kind);
        assert_eq!(value["body"], fed.entry.body);
    }
}

/// `check`.
pub async fn a_sound_store_checks_clean(store: &(impl Store + Maintenance)) {
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    keep(store, listed(row(1), "checkout fails")).await;
    keep(store, said(1, 1, text("m1", "ada", "card declined"))).await;
    keep(store, armed(2, 10)).await;
    assert_eq!(store.erase(PersonId::new("ada")).await.unwrap(), 2);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

/// `prune`.
pub async fn pruning_forgets_what_was_handled_before(store: &(impl Store + Maintenance)) {
    for (number, name) in [(1, "old"), (2, "young"), (3, "waiting")] {
        store.accept(arrival(name, 0, 1)).await.unwrap();
        if name != "waiting" {
            let mut handled = handled(name, "done");
            handled.at = at(number as i64 * 10);
            keep(store, Commit { handled: Some(handled), ..opened(number) }).await;
        }
    }
    assert_eq!(store.prune(at(20)).await.unwrap(), 1);
    assert_eq!(store.accept(arrival("old", 30, 40)).await.unwrap(), Receipt::New);
    let answer = "done".to_owned();
    assert_eq!(store.accept(arrival("young", 30, 40)).await.unwrap(), Receipt::Handled { answer });
    assert_eq!(store.accept(arrival("waiting", 30, 40)).await.unwrap(), Receipt::Waiting);
    assert_eq!(store.load(ticket(1), 0).await.unwrap(), entries(0, 1));
}

/// `statistics`.
pub async fn statistics_count_everything(store: &(impl Store + Maintenance)) {
    keep(store, listed(row(1), "checkout fails")).await;
    keep(store, armed(2, 10)).await;
    keep(store, commit([append(crate::stream::StreamId::Desk, 0, 3)])).await;
    keep(store, commit([Append { wake: Some(wake(10)), ..append(ticket(3), 0, 0) }])).await;
    for name in ["m1", "m2", "m3"] {
        store.accept(arrival(name, 0, 1)).await.unwrap();
    }
    keep(store, Commit { handled: Some(handled("m1", "done")), ..Commit::default() }).await;
    keep(store, effects([edge("a", "a"), edge("b", "b"), edge("c", "b"), edge("d", "b")])).await;
    let leases = lease(store, 0, 1).await;
    store.settle(attempt(&leases[0], 0), Settled::Dead { why: "gone".to_owned() }).await.unwrap();
    let counted = store.statistics().await.unwrap();
    assert_eq!((counted.entries, counted.tickets), (5, 2), "a stream without entries is no ticket");
    assert_eq!((counted.inbox, counted.timers), (2, 2));
    assert_eq!((counted.outbox, counted.dead), (3, 1));
}
