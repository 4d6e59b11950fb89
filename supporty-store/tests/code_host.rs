//! What a desk writes on a code host, on every store: an issue that goes the same way as its ticket, and what changes hear.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::{About, Destination, ErrorKind, Inbound, Retry, Vcs, VcsRef};
use supporty_core::rules::Rejection;
use supporty_core::testing::{Failure, VcsNote};
use supporty_core::ticket::{Command, CommandKind, Progress, StatusKind};
use supporty_core::vocab::{Bond, Identity, Resolution, TicketKey};
use supporty_store::Memory;

use team::bench::Bench;
use team::stores::stores;

const TEAM: &str = r#"
private_channel = "few"
[code]
issues = "code/acme/support"
labels = ["support"]
comments = true
checks = true
[people.gwen]
[people.rita]
[squads.web]
members = ["gwen"]
[areas.checkout]
squad = "web"
issues = "code/acme/shop"
[areas.till]
squad = "web"
issues = "elsewhere/acme/till"
"#;

const NOW: &str = "2026-01-05T10:00:00Z";

async fn bench() -> Bench {
    Bench::new(Arc::new(Memory::new()), NOW, TEAM).await
}

fn resolve() -> Command {
    Command::Resolve { resolution: Resolution::CodeChange, note: None }
}

fn notes(bench: &Bench, wanted: impl Fn(&VcsNote) -> bool) -> Vec<VcsNote> {
    bench.code.notes().into_iter().filter(|note| wanted(note)).collect()
}

fn issues(bench: &Bench) -> Vec<VcsNote> {
    notes(bench, |note| note.on.is_none())
}

/// What stands below an issue or a change.
fn below(bench: &Bench, at: &VcsRef) -> Vec<String> {
    notes(bench, |note| note.on.as_ref() == Some(at)).into_iter().map(|note| note.body).collect()
}

async fn thread(bench: &Bench, key: &TicketKey) -> Vec<String> {
    let place = bench.ticket(key).await.places.pop().unwrap();
    bench.chat.seen(&Destination::Thread(place))
}

/// What its code host tells of an issue or a change.
async fn hears(bench: &mut Bench, key: &TicketKey, bond: Bond, at: &VcsRef) {
    let change = bench.code.look(at.clone()).await.unwrap();
    let _ = bench.asks("gwen", About::Ticket(key.clone()), Command::Link { bond, change }).await;
}

async fn with_issue(bench: &mut Bench) -> (TicketKey, VcsRef) {
    let key = bench.opens("rita", "P2", "checkout").await;
    bench.does("gwen", &key, Command::OpenIssue).await;
    let issue = issues(bench).pop().unwrap().at;
    (key, issue)
}

#[tokio::test]
async fn an_issue_goes_the_same_way_as_its_ticket() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, NOW, TEAM).await;
        let (key, at) = with_issue(&mut bench).await;
        let issue = issues(&bench).pop().unwrap();
        assert_eq!((at.repository.as_str(), issue.title.as_deref()), ("acme/shop", Some("checkout is down")));
        assert!(issue.body.contains("checkout is down") && issue.body.contains("SUP-1"), "{}", issue.body);
        assert_eq!(issue.labels, ["support"]);
        assert!(
            thread(&bench, &key).await.iter().any(|line| line.contains("acme/shop#1 was opened for this"))
        );
        let ticket = bench.ticket(&key).await;
        let tracked: Vec<_> = ticket.changes().map(|(linked, progress)| (linked.bond, progress)).collect();
        assert_eq!(tracked, [(Bond::Track, Progress::Open)]);

        let p1 = Command::Reprioritise { to: "P1".into(), why: None };
        bench.does("gwen", &key, p1).await;
        bench.does("gwen", &key, resolve()).await;
        assert!(issues(&bench)[0].closed);
        bench.does("rita", &key, Command::Reopen { why: None }).await;
        assert!(!issues(&bench)[0].closed);
        assert_eq!(
            below(&bench, &at),
            ["SUP-1 is P1 now.", "SUP-1 was resolved: the code was changed.", "SUP-1 was reopened."]
        );
        let asked =
            thread(&bench, &key).await.into_iter().filter(|line| line.contains("If it is done")).count();
        assert_eq!(asked, 0, "what we do ourselves is no question");
    }
}

#[tokio::test]
async fn what_others_do_to_the_issue_is_for_the_thread_to_answer() {
    let mut bench = bench().await;
    let (key, at) = with_issue(&mut bench).await;
    bench.code.turns(&at, true).unwrap();
    hears(&mut bench, &key, Bond::Track, &at).await;
    hears(&mut bench, &key, Bond::Track, &at).await;
    let asked = |lines: Vec<String>| {
        lines.into_iter().filter(|line| line.contains("acme/shop#1 was closed. If it is done")).count()
    };
    assert_eq!(asked(thread(&bench, &key).await), 1, "asked once, however often it is told");
    assert_eq!(bench.ticket(&key).await.status.kind(), StatusKind::New, "people resolve tickets");

    bench.does("gwen", &key, resolve()).await;
    assert_eq!(below(&bench, &at), Vec::<String>::new(), "there is nothing left to say");
    bench.code.turns(&at, false).unwrap();
    hears(&mut bench, &key, Bond::Track, &at).await;
    assert!(thread(&bench, &key).await.iter().any(|line| line.contains("acme/shop#1 was opened again")));
    assert_eq!(bench.ticket(&key).await.status.kind(), StatusKind::Resolved);
}

#[tokio::test]
async fn what_people_write_below_the_issue_is_read_in_the_thread() {
    let mut bench = bench().await;
    let (key, at) = with_issue(&mut bench).await;
    let comment = |name: &str, on: &VcsRef| {
        let about = (About::Ticket(key.clone()), on.on(&"code".into()));
        let said_at = NOW.parse().unwrap();
        Inbound::comment(
            name.into(),
            Identity::new("code", "otto"),
            about,
            name.into(),
            "It is the cache",
            said_at,
        )
        .unwrap()
    };
    bench.desk.handle(comment("c1", &at)).await.unwrap().outcome.unwrap();
    bench.desk.handle(comment("c1", &at)).await.unwrap().outcome.unwrap();
    bench.desk.work().await.unwrap();
    let said: Vec<_> =
        thread(&bench, &key).await.into_iter().filter(|line| line.contains("wrote on")).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("acme/shop#1") && said[0].contains("It is the cache"), "{said:?}");

    let other = VcsRef { repository: "acme/shop".to_owned(), id: "77".to_owned() };
    assert_eq!(bench.desk.handle(comment("c2", &other)).await.unwrap().outcome, Err(Rejection::Unchanged));
}

#[tokio::test]
async fn there_is_one_issue_however_often_it_is_asked_for_and_whatever_is_lost() {
    let mut bench = bench().await;
    let key = bench.opens("rita", "P2", "checkout").await;
    bench.code.fail_next(Failure::After);
    bench.does("gwen", &key, Command::OpenIssue).await;
    assert_eq!(bench.ticket(&key).await.open_issue(), None, "the answer is lost");
    bench.does("gwen", &key, Command::OpenIssue).await;
    bench.until("2026-01-05T10:10:00Z").await;
    assert_eq!(issues(&bench).len(), 1);
    let refused = bench.asks("gwen", About::Ticket(key.clone()), Command::OpenIssue).await.outcome;
    assert!(
        matches!(&refused, Err(Rejection::HasIssue { label, .. }) if label == "acme/shop#1"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn words_of_a_restricted_ticket_never_leave_the_desk() {
    let mut bench = bench().await;
    let restrict = || Command::Restrict { readers: ["gwen".into()].into() };
    let key = bench.opens("rita", "P2", "checkout").await;
    bench.does("gwen", &key, restrict()).await;
    let refused = bench.asks("gwen", About::Ticket(key.clone()), Command::OpenIssue).await.outcome;
    assert_eq!(refused, Err(Rejection::WordsStayHere));

    let late = bench.opens("rita", "P2", "checkout").await;
    let busy = Failure::Before(ErrorKind::Unavailable, Retry::Backoff);
    bench.code.fail_next(busy);
    bench.does("gwen", &late, Command::OpenIssue).await;
    bench.does("gwen", &late, restrict()).await;
    let change = bench.code.opens("acme/shop", "Mend it");
    hears(&mut bench, &late, Bond::Fix, &change).await;
    bench.until("2026-01-05T11:00:00Z").await;
    assert_eq!(
        (issues(&bench).len(), below(&bench, &change).len()),
        (1, 0),
        "the change alone, without a word of ours"
    );
    assert!(issues(&bench)[0].checks.is_empty() && issues(&bench)[0].labels.is_empty());
}

#[tokio::test]
async fn a_change_hears_which_ticket_it_solves_or_caused() {
    let mut bench = bench().await;
    let key = bench.opens("rita", "P2", "checkout").await;
    let fix = bench.code.opens("acme/shop", "Mend it");
    let cause = bench.code.opens("acme/shop", "Break it");
    let mention = bench.code.opens("acme/shop", "Look at it");
    for (bond, at) in [(Bond::Fix, &fix), (Bond::Fix, &fix), (Bond::Cause, &cause), (Bond::Mention, &mention)]
    {
        hears(&mut bench, &key, bond, at).await;
    }
    assert_eq!(below(&bench, &fix), ["This is meant to solve SUP-1 (P2)."]);
    assert_eq!(below(&bench, &cause), ["This caused SUP-1 (P2)."]);
    assert_eq!(below(&bench, &mention), Vec::<String>::new());
    let stands = |at: &VcsRef| issues(&bench).into_iter().find(|note| note.at == *at).unwrap();
    assert_eq!((stands(&fix).labels, stands(&cause).labels), (vec!["support".to_owned()], Vec::new()));
    assert_eq!(stands(&fix).checks["SUP-1"].title, "meant to solve SUP-1, which is P2");
    assert!(stands(&cause).checks.is_empty());
    bench.does("gwen", &key, resolve()).await;
    let fix = issues(&bench).into_iter().find(|note| note.at == fix).unwrap();
    assert_eq!(fix.checks["SUP-1"].title, "meant to solve SUP-1, which is done");
}

#[tokio::test]
async fn nothing_is_written_that_the_policy_does_not_ask_for() {
    let team = TEAM.replace("comments = true\nchecks = true\n", "").replace("labels = [\"support\"]\n", "");
    let mut bench = Bench::new(Arc::new(Memory::new()), NOW, &team).await;
    let key = bench.opens("rita", "P2", "checkout").await;
    let fix = bench.code.opens("acme/shop", "Mend it");
    hears(&mut bench, &key, Bond::Fix, &fix).await;
    bench.does("gwen", &key, resolve()).await;
    let untouched = &issues(&bench)[0];
    assert!(untouched.labels.is_empty() && untouched.checks.is_empty() && bench.code.notes().len() == 1);
}

#[tokio::test]
async fn whoever_asks_in_vain_hears_of_it_in_the_thread() {
    let mut bench = bench().await;
    let key = bench.opens("rita", "P2", "till").await;
    bench.does("gwen", &key, Command::OpenIssue).await;
    bench.does("gwen", &key, Command::Tick).await;
    let said = thread(&bench, &key).await;
    assert!(
        said.iter().any(|line| line.contains("elsewhere did not take it: opening an issue on `elsewhere`")),
        "{said:?}"
    );

    let key = bench.opens("rita", "P2", "checkout").await;
    bench.code.fail_next(Failure::Before(ErrorKind::Forbidden, Retry::Never));
    bench.does("gwen", &key, Command::OpenIssue).await;
    let said = thread(&bench, &key).await;
    assert!(
        said.iter().any(|line| line.contains("code did not take it") && line.contains("not allowed")),
        "{said:?}"
    );
    bench.does("gwen", &key, Command::OpenIssue).await;
    assert!(bench.ticket(&key).await.open_issue().is_some(), "it can be asked for again");
}

#[tokio::test]
async fn the_button_is_there_where_an_issue_can_be_opened() {
    let may = async |bench: &Bench, key: &TicketKey| {
        let cards = bench.chat.cards();
        cards.iter().find(|card| card.key == *key).unwrap().actions.contains(&CommandKind::OpenIssue)
    };
    let mut bench = bench().await;
    let key = bench.opens("rita", "P2", "").await;
    assert!(may(&bench, &key).await, "where those of all areas are");
    bench.does("gwen", &key, Command::OpenIssue).await;
    assert_eq!(issues(&bench)[0].at.repository, "acme/support");
    assert!(!may(&bench, &key).await, "one is open already");

    let bare = TEAM.split("[people").skip(1).map(|rest| format!("[people{rest}")).collect::<String>();
    let bare = bare.lines().filter(|line| !line.starts_with("issues")).collect::<Vec<_>>().join("\n");
    let mut bench = Bench::new(Arc::new(Memory::new()), NOW, &bare).await;
    let key = bench.opens("rita", "P2", "checkout").await;
    assert!(!may(&bench, &key).await);
    let refused = bench.asks("gwen", About::Ticket(key), Command::OpenIssue).await.outcome;
    assert_eq!(refused, Err(Rejection::NoRepository { area: Some("checkout".into()) }));
}

#[tokio::test]
async fn the_survivor_of_a_merge_looks_after_the_issue_until_the_two_go_on_apart() {
    let mut bench = bench().await;
    let survivor = bench.opens("rita", "P2", "checkout").await;
    let (loser, at) = with_issue(&mut bench).await;
    bench.does("gwen", &loser, Command::Merge { into: survivor.clone() }).await;
    assert!(bench.ticket(&survivor).await.open_issue().is_some());
    bench.code.turns(&at, true).unwrap();
    hears(&mut bench, &loser, Bond::Track, &at).await;
    assert_eq!(bench.ticket(&survivor).await.open_issue(), None, "what is told of it goes to the survivor");
    bench.does("gwen", &loser, Command::Unmerge).await;
    assert_eq!(bench.ticket(&survivor).await.changes().count(), 0);
    assert_eq!(bench.ticket(&loser).await.open_issue(), None, "it heard of it meanwhile");
    bench.code.turns(&at, false).unwrap();
    hears(&mut bench, &loser, Bond::Track, &at).await;
    bench.does("gwen", &loser, Command::Merge { into: survivor.clone() }).await;
    bench.does("gwen", &survivor, resolve()).await;
    assert!(issues(&bench)[0].closed);
    assert_eq!(below(&bench, &at), ["SUP-1 was resolved: the code was changed."]);
}

#[tokio::test]
async fn what_is_gone_hears_nothing_and_holds_up_nobody() {
    let mut bench = bench().await;
    let key = bench.opens("rita", "P2", "checkout").await;
    let mut change = bench.code.look(bench.code.opens("acme/shop", "Mend it")).await.unwrap();
    change.id = "code/acme/shop/c0ffee".into();
    bench.does("gwen", &key, Command::Link { bond: Bond::Cause, change }).await;
    let dead: Vec<_> = bench.store.dead_letters().await.unwrap().into_iter().map(|dead| dead.id).collect();
    assert_eq!(dead, []);
}
