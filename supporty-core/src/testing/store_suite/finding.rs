//! Finding, lists, search, the feed and policies: sentences 23 to 27.

use super::sample::{append, at_once, commit, entries, keep, listed, opened, place, row, said, text, ticket};
use crate::adapter::{Append, Commit, Fed, OwnerFilter, Query, Row, Store};
use crate::ticket::StatusKind;
use crate::vocab::{Kind, PolicyVersion, TextRow};

/// The numbers of the tickets that a query finds.
async fn found(store: &dyn Store, query: Query) -> Vec<u64> {
    let page = store.list(query).await.unwrap();
    page.rows.iter().map(|listed| listed.row.key.number()).collect()
}

async fn search(store: &dyn Store, words: &str) -> Vec<u64> {
    found(store, Query { search: Some(words.to_owned()), ..Query::default() }).await
}

/// Sentence 23.
pub async fn find_answers_with_the_stream_whose_commit_named_the_place(store: &dyn Store) {
    for number in [1, 2] {
        let here = (place(&format!("m{number}")), ticket(number));
        keep(store, Commit { places: vec![here], ..opened(number) }).await;
    }
    assert_eq!(store.find(place("m1")).await.unwrap(), Some(ticket(1)));
    assert_eq!(store.find(place("m2")).await.unwrap(), Some(ticket(2)));
    let mut elsewhere = place("m1");
    elsewhere.channel = "other".to_owned();
    assert_eq!(store.find(elsewhere).await.unwrap(), None);
    assert_eq!(store.find(place("m3")).await.unwrap(), None);
}

/// Sentence 24, order and form.
pub async fn a_list_has_the_newest_first(store: &dyn Store) {
    for number in [2, 10, 1] {
        keep(store, listed(row(number), &format!("title {number}"))).await;
    }
    let page = store.list(Query::default()).await.unwrap();
    let rows: Vec<(Row, String)> = page
        .rows
        .into_iter()
        .map(|listed| (listed.row, listed.title.expect("it has a title").as_str().to_owned()))
        .collect();
    assert_eq!(rows, [10, 2, 1].map(|number| (row(number), format!("title {number}"))));
    assert_eq!(page.next, None);
}

/// Sentence 24, each part.
pub async fn a_list_is_narrowed_by_every_part_of_the_query(store: &dyn Store) {
    let rows = [
        row(1),
        Row { status: StatusKind::Active, owner: Some("bob".into()), ..row(2) },
        Row { status: StatusKind::Waiting, owner: Some("eve".into()), squad: Some("web".into()), ..row(3) },
        Row { priority: "P1".into(), at_risk: true, squad: Some("web".into()), ..row(4) },
        Row { area: Some("pay".into()), status: StatusKind::Closed, kind: Kind::Gardening, ..row(5) },
    ];
    for row in rows {
        keep(store, listed(row, "words")).await;
    }
    let all = Query::default;
    let bob = Some(OwnerFilter::Person("bob".into()));
    let open = vec![StatusKind::Active, StatusKind::Waiting];
    for (query, expected) in [
        (all(), vec![5, 4, 3, 2, 1]),
        (Query { status: open.clone(), ..all() }, vec![3, 2]),
        (Query { owner: Some(OwnerFilter::Nobody), ..all() }, vec![5, 4, 1]),
        (Query { owner: bob.clone(), ..all() }, vec![2]),
        (Query { squad: Some("web".into()), ..all() }, vec![4, 3]),
        (Query { priority: Some("P1".into()), ..all() }, vec![4]),
        (Query { area: Some("pay".into()), ..all() }, vec![5]),
        (Query { kind: Some(Kind::Gardening), ..all() }, vec![5]),
        (Query { at_risk: Some(true), ..all() }, vec![4]),
        (Query { at_risk: Some(false), ..all() }, vec![5, 3, 2, 1]),
        (Query { before: Some(3), ..all() }, vec![2, 1]),
        (Query { search: Some(" ".to_owned()), ..all() }, vec![5, 4, 3, 2, 1]),
        (Query { status: open.clone(), squad: Some("web".into()), ..all() }, vec![3]),
        (Query { owner: bob, squad: Some("web".into()), ..all() }, vec![]),
        (Query { search: Some("word".to_owned()), status: open, ..all() }, vec![3, 2]),
    ] {
        assert_eq!(found(store, query.clone()).await, expected, "{query:?}");
    }
}

/// Sentence 24, pages.
pub async fn a_page_is_not_shifted_by_what_is_opened_while_it_is_turned(store: &dyn Store) {
    for number in 1..=5 {
        keep(store, listed(row(number), "words")).await;
    }
    for search in [None, Some("words".to_owned())] {
        let mut query = Query { most: 2, search, ..Query::default() };
        let mut pages = Vec::new();
        loop {
            let page = store.list(query.clone()).await.unwrap();
            pages.push(page.rows.iter().map(|listed| listed.row.key.number()).collect::<Vec<_>>());
            if pages.len() == 1 {
                let newer = if query.search.is_none() { 6 } else { 7 };
                keep(store, listed(row(newer), "words")).await;
            }
            query.before = page.next;
            if page.next.is_none() {
                break;
            }
        }
        let newest = if query.search.is_none() { 5 } else { 6 };
        assert_eq!(pages.concat(), (1..=newest).rev().collect::<Vec<u64>>());
        assert!(pages.iter().all(|page| (1..=2).contains(&page.len())), "{pages:?}");
    }
}

/// Sentence 24, as it stands now.
pub async fn a_row_is_replaced_by_the_next_one(store: &dyn Store) {
    keep(store, listed(row(1), "words")).await;
    let closed = Row { status: StatusKind::Closed, messages: 9, ..row(1) };
    keep(store, commit([Append { row: Some(closed.clone()), ..append(ticket(1), 1, 1) }])).await;
    keep(store, commit([append(ticket(1), 2, 1)])).await;
    let page = store.list(Query::default()).await.unwrap();
    assert_eq!(page.rows.into_iter().map(|listed| listed.row).collect::<Vec<_>>(), [closed]);
    let new = Query { status: vec![StatusKind::New], ..Query::default() };
    assert_eq!(found(store, new).await, Vec::<u64>::new());
}

/// Sentence 25, beginnings.
pub async fn a_search_finds_the_beginnings_of_words_in_any_case(store: &dyn Store) {
    keep(store, listed(row(1), "Checkout is DOWN")).await;
    keep(store, listed(row(2), "Ärger mit der Kasse")).await;
    keep(store, said(1, 1, text("m1", "ada", "since the last deploy"))).await;
    for (words, expected) in [
        ("check", vec![1]),
        ("CHECKOUT", vec![1]),
        ("down", vec![1]),
        ("depl", vec![1]),
        ("ärg", vec![2]),
        ("ÄRGER", vec![2]),
        ("heckout", vec![]),
        ("checkouts", vec![]),
    ] {
        assert_eq!(search(store, words).await, expected, "{words}");
    }
}

/// Sentence 25, all words.
pub async fn a_search_wants_every_word_and_finds_them_in_different_texts(store: &dyn Store) {
    keep(store, listed(row(1), "checkout fails")).await;
    keep(store, listed(row(2), "checkout is slow")).await;
    keep(store, said(1, 1, text("m1", "bob", "card declined"))).await;
    assert_eq!(search(store, "checkout").await, [2, 1]);
    assert_eq!(search(store, "checkout card").await, [1]);
    assert_eq!(search(store, "slow card").await, Vec::<u64>::new());
}

/// Sentence 25, notes.
pub async fn a_search_finds_notes_only_if_asked(store: &dyn Store) {
    keep(store, listed(row(1), "checkout fails")).await;
    let note = TextRow { internal: true, ..text("n1", "bob", "the customer is angry") };
    keep(store, said(1, 1, note)).await;
    assert_eq!(search(store, "angry").await, Vec::<u64>::new());
    let internal = Query { search: Some("angry".to_owned()), internal: true, ..Query::default() };
    assert_eq!(found(store, internal.clone()).await, [1]);
    assert_eq!(found(store, Query { search: Some("checkout angry".to_owned()), ..internal }).await, [1]);
}

/// Sentence 25, whatever somebody types.
pub async fn a_search_takes_every_character_as_text(store: &dyn Store) {
    keep(store, listed(row(1), "it's 100% \"broken\" NOT fixed, see foo-bar:baz OR (not)")).await;
    keep(store, listed(row(2), "all is well")).await;
    for words in
        ["it's", "100%", "\"broken\"", "\"broken", "NOT", "foo-bar", "bar:b", "OR", "(not", "fix*", "-see"]
    {
        assert_eq!(search(store, words).await, [1], "{words}");
    }
    for words in ["\"", "*", "' OR 2=2 --", "NEAR(a b)", "text:all", "\u{0}", "^", "...", "%", "_"] {
        assert_eq!(search(store, words).await, Vec::<u64>::new(), "{words}");
    }
    let endless = "broken ".repeat(5_000);
    assert_eq!(search(store, &endless).await, [1]);
}

/// Sentence 26.
pub async fn the_feed_has_every_entry_once_in_one_order(store: &dyn Store) {
    let writers = (1..=6).map(|number| async move {
        keep(store, commit([append(ticket(number), 0, 2), append(ticket(number + 100), 0, 1)])).await;
        keep(store, commit([append(ticket(number), 2, 1)])).await;
    });
    at_once(writers).await;
    let whole = store.feed(0, 1_000).await.unwrap();
    assert_eq!(whole.len(), 24);
    let mut pages: Vec<Fed> = Vec::new();
    loop {
        let page = store.feed(pages.last().map_or(0, |fed| fed.cursor), 5).await.unwrap();
        assert!(page.len() <= 5);
        if page.is_empty() {
            break;
        }
        pages.extend(page);
    }
    assert_eq!(pages, whole);
    assert!(whole.windows(2).all(|pair| pair[0].cursor < pair[1].cursor));
    for number in 1..=6 {
        let of_stream = whole.iter().filter(|fed| fed.stream == ticket(number));
        assert_eq!(of_stream.map(|fed| fed.entry.clone()).collect::<Vec<_>>(), entries(0, 3));
    }
    keep(store, opened(200)).await;
    assert_eq!(store.feed(0, 24).await.unwrap(), whole, "the order never changes");
}

/// Sentence 29.
pub async fn a_policy_comes_back_as_it_was_committed(store: &dyn Store) {
    let version = PolicyVersion::new("sha256:1");
    let policy = r#"{"name":"größer","quote":"it's"}"#.to_owned();
    let policies = vec![(version.clone(), policy.clone())];
    keep(store, Commit { policies: policies.clone(), ..Commit::default() }).await;
    keep(store, Commit { policies, ..opened(1) }).await;
    assert_eq!(store.policy(version).await.unwrap(), Some(policy));
    assert_eq!(store.policy(PolicyVersion::new("sha256:2")).await.unwrap(), None);
}
