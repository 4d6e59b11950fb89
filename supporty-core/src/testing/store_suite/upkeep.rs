//! Maintenance: sentences 28 and 32, and one promise or more for each of its methods.

use std::collections::BTreeMap;

use super::sample::{
    Directory, append, armed, arrival, at, attempt, commit, edge, effects, entries, handled, keep, kind,
    lease, level, listed, opened, place, row, said, snapshot, text, ticket, wake,
};
use crate::adapter::{
    About, Append, Arrival, Commit, Derived, Erase, ErrorKind, Inbound, Maintenance, Query, Recalled,
    Receipt, Settled, Store,
};
use crate::ticket::Command;
use crate::vocab::{Identity, InboundKey, PersonId, PolicyVersion, TextRef};

/// Sentence 32.
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
    assert_eq!(store.erase(Erase::Author(PersonId::new("ada"))).await.unwrap(), 2);
    let left = store.texts(["title-1", "m1", "m2"].map(TextRef::new).to_vec()).await.unwrap();
    assert_eq!(left.keys().map(ToString::to_string).collect::<Vec<_>>(), ["m2"]);
    let search = |words: &str| Query { search: Some(words.to_owned()), ..Query::default() };
    assert!(store.list(search("number")).await.unwrap().rows.is_empty());
    assert_eq!(store.list(search("card")).await.unwrap().rows.len(), 1);
    let page = store.list(Query::default()).await.unwrap();
    assert_eq!(page.rows.iter().map(|listed| listed.title.clone()).collect::<Vec<_>>(), [None]);
    assert_eq!(store.load(ticket(1), 0).await.unwrap().len(), 3, "the log stays");
    assert_eq!(store.erase(Erase::Author(PersonId::new("ada"))).await.unwrap(), 0);
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
    assert_eq!(store.erase(Erase::Author(PersonId::new("ada"))).await.unwrap(), 1);
    let waiting = store.lease_inbox(at(1), at(2), 10).await.unwrap();
    let left: Inbound = serde_json::from_str(&waiting[0].body).unwrap();
    assert_eq!(left, Inbound { texts: vec![text("t2", "bob", "my answer")], ..inbound });
}

/// `erase`: a stream.
pub async fn erasing_a_stream_deletes_what_anybody_wrote_on_it(store: &(impl Store + Maintenance)) {
    keep(store, listed(row(1), "checkout fails")).await;
    keep(store, said(1, 1, text("m1", "bob", "looking"))).await;
    keep(store, listed(row(2), "login fails")).await;
    assert_eq!(store.erase(Erase::Stream(ticket(1))).await.unwrap(), 2);
    let left = store.texts(["title-1", "m1", "title-2"].map(TextRef::new).to_vec()).await.unwrap();
    assert_eq!(left.keys().map(ToString::to_string).collect::<Vec<_>>(), ["title-2"]);
    assert_eq!(store.erase(Erase::Stream(ticket(9))).await.unwrap(), 0);
}

/// Fills a store with some of everything.
async fn fill(store: &impl Store) {
    keep(store, listed(row(1), "checkout fails")).await;
    keep(store, said(1, 1, text("m1", "ada", "it's \"\\u0041\" \u{1F980}"))).await;
    keep(store, snapshot(1, 2, "form-1")).await;
    keep(store, armed(2, 10)).await;
    let places = vec![(place("m1"), ticket(1))];
    let policies = vec![(PolicyVersion::new("v1"), r#"{"name":"ours"}"#.to_owned())];
    keep(store, Commit { places, policies, ..Commit::default() }).await;
    for name in ["m1", "m2"] {
        store.accept(arrival(name, 0, 1)).await.unwrap();
    }
    keep(store, Commit { handled: Some(handled("m1", "done")), ..Commit::default() }).await;
    keep(store, effects([edge("a", "a"), level("b", "b", "card"), edge("c", "b"), edge("d", "d")])).await;
    let leases = lease(store, 0, 1).await;
    store.begin(attempt(&leases[0], 0)).await.unwrap();
    store.settle(attempt(&leases[2], 0), Settled::Dead { why: "gone".to_owned() }).await.unwrap();
    for _ in 0..3 {
        store.reserve("SUP".to_owned()).await.unwrap();
    }
}

async fn lines(store: &impl Maintenance, directory: &Directory, name: &str) -> Vec<String> {
    let to = directory.file(name);
    let count = store.export(to.clone()).await.unwrap();
    let text = std::fs::read_to_string(to).unwrap();
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines.len() as u64, count);
    lines
}

/// `export`.
pub async fn an_export_says_everything_in_lines_of_json(store: &(impl Store + Maintenance)) {
    fill(store).await;
    let directory = Directory::new();
    let lines = lines(store, &directory, "all.jsonl").await;
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for line in &lines {
        let value: BTreeMap<String, serde_json::Value> = serde_json::from_str(line).unwrap();
        *kinds.entry(value.into_keys().next().unwrap()).or_default() += 1;
    }
    let expected = [
        ("counter", 1),
        ("dead", 1),
        ("effect", 3),
        ("end", 1),
        ("entry", 3),
        ("handled", 1),
        ("place", 1),
        ("policy", 1),
        ("row", 1),
        ("snapshot", 1),
        ("supporty", 1),
        ("text", 2),
        ("timer", 1),
        ("waiting", 1),
    ];
    assert_eq!(kinds, expected.map(|(kind, count)| (kind.to_owned(), count)).into());
    let again = store.export(directory.file("all.jsonl")).await;
    assert_eq!(kind(again), ErrorKind::Invalid, "a file that exists is not overwritten");
}

/// `import`: what another store of this kind exported is tested by whoever has two; here the file is given.
pub async fn an_import_gives_back_everything(store: &(impl Store + Maintenance)) {
    let directory = Directory::new();
    let file = directory.file("given.jsonl");
    std::fs::write(&file, include_str!("everything.jsonl")).unwrap();
    let given: Vec<_> = include_str!("everything.jsonl").lines().collect();
    assert_eq!(store.import(file.clone()).await.unwrap(), given.len() as u64);
    assert_eq!(lines(store, &directory, "back.jsonl").await, given);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    assert_eq!(store.load(ticket(1), 0).await.unwrap().len(), 2);
    assert_eq!(store.find(place("m1")).await.unwrap(), Some(ticket(1)));
    let found = store.list(Query { search: Some("check".to_owned()), ..Query::default() }).await.unwrap();
    assert_eq!(found.rows.len(), 1);
    assert_eq!(store.reserve("SUP".to_owned()).await.unwrap().number(), 4);
    let leases = lease(store, 0, 1).await;
    assert_eq!(leases.iter().map(|lease| lease.tried).collect::<Vec<_>>(), [true, false]);
    assert_eq!(kind(store.import(file).await), ErrorKind::Invalid, "it is not empty any more");
}

/// `import`: refused.
pub async fn an_import_that_is_damaged_names_the_line_and_leaves_nothing(store: &(impl Store + Maintenance)) {
    let whole = include_str!("everything.jsonl");
    let lines: Vec<_> = whole.lines().collect();
    let without = |index: usize| {
        let rest = lines.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, line)| *line);
        rest.collect::<Vec<_>>().join("\n")
    };
    let second = lines.iter().position(|line| line.contains(r#""seq":2"#)).unwrap();
    let damaged = [
        (String::new(), "ends too early"),
        (lines[1..].join("\n"), "line 1 "),
        (lines[..lines.len() - 1].join("\n"), "ends too early"),
        (without(1), "lines should come before it"),
        (without(second - 1), "does not follow"),
        (whole.replacen(r#""format":1"#, r#""format":99"#, 1), "of format 99"),
        (whole.replacen(r#"{"text""#, r#"{"txt""#, 1), "line "),
        (format!("{whole}{}", lines[1]), "nothing may follow"),
    ];
    let directory = Directory::new();
    for (number, (text, says)) in damaged.into_iter().enumerate() {
        let file = directory.file(&format!("{number}.jsonl"));
        std::fs::write(&file, text).unwrap();
        let refused = store.import(file).await.unwrap_err();
        assert!(refused.to_string().contains(says), "{refused}");
    }
    let nowhere = store.import(directory.file("nowhere.jsonl")).await;
    assert_eq!(kind(nowhere), ErrorKind::NotFound);
    assert_eq!(store.statistics().await.unwrap().entries, 0);
    assert!(store.list(Query::default()).await.unwrap().rows.is_empty());
    assert_eq!(store.policy(PolicyVersion::new("v1")).await.unwrap(), None);
}

/// `streams`.
pub async fn streams_are_listed_by_name_page_by_page(store: &(impl Store + Maintenance)) {
    keep(store, commit([append(ticket(10), 0, 1), append(crate::stream::StreamId::Desk, 0, 1)])).await;
    keep(store, opened(2)).await;
    let mut listed = store.streams(None, 2).await.unwrap();
    assert_eq!(listed, [crate::stream::StreamId::Desk, ticket(10)]);
    listed = store.streams(listed.pop(), 2).await.unwrap();
    assert_eq!(listed, [ticket(2)]);
    assert_eq!(store.streams(listed.pop(), 2).await.unwrap(), []);
}

/// `derived`.
pub async fn what_is_derived_from_a_stream_is_as_it_was_committed(store: &(impl Store + Maintenance)) {
    assert_eq!(store.derived(ticket(1)).await.unwrap(), Derived::default());
    keep(store, listed(row(1), "checkout fails")).await;
    let row = Some(row(1));
    assert_eq!(store.derived(ticket(1)).await.unwrap(), Derived { last: 1, row, wake: None });
    keep(store, armed(2, 10)).await;
    store.lease_timers(at(10), at(20), 1).await.unwrap();
    let armed = Derived { last: 1, row: None, wake: Some(wake(10)) };
    assert_eq!(store.derived(ticket(2)).await.unwrap(), armed, "a lease does not change when it is due");
}

/// Sentence 28, and `drop_snapshots`.
pub async fn dropped_snapshots_change_nothing_else(store: &(impl Store + Maintenance)) {
    keep(store, opened(1)).await;
    keep(store, snapshot(1, 1, "form-1")).await;
    assert_eq!(store.drop_snapshots().await.unwrap(), 1);
    let recalled = store.recall(ticket(1), "form-1".to_owned()).await.unwrap();
    assert_eq!(recalled, Recalled { snapshot: None, entries: entries(0, 1) });
    assert_eq!(store.drop_snapshots().await.unwrap(), 0);
}

/// `check`.
pub async fn a_sound_store_checks_clean(store: &(impl Store + Maintenance)) {
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    keep(store, listed(row(1), "checkout fails")).await;
    keep(store, said(1, 1, text("m1", "ada", "card declined"))).await;
    keep(store, armed(2, 10)).await;
    assert_eq!(store.erase(Erase::Author(PersonId::new("ada"))).await.unwrap(), 2);
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
    assert_eq!(counted.oldest, Some(at(0)), "the effects have waited longest");
    assert_eq!(counted.workers, 1);
}
