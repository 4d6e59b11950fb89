//! The driver on real stores loses nothing and does nothing twice.
#![cfg(feature = "sqlite")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod team;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use supporty_core::adapter::{
    About, Answer, Append, Arrival, Commit, Destination, ErrorKind, Inbound, OwnerFilter, Query, Retry, Store,
};
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_core::policy::{Policy, PolicySpec};
use supporty_core::rules::Rejection;
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::testing::{Failure, FakeChat};
use supporty_core::ticket::{Command, StatusKind};
use supporty_core::vocab::{Identity, Resolution, Stars, Text, TextRef, TextRow, TicketKey, Time, WaitingOn};
use supporty_store::{Memory, Sqlite};

use team::{at, open, reply, team};

struct Bench {
    desk: Desk,
    chat: Arc<FakeChat>,
    clock: Arc<ManualClock>,
    store: Arc<dyn Store>,
    said: u32,
}

impl Bench {
    async fn new(store: Arc<dyn Store>, policy: Policy, now: Time) -> Self {
        let chat = Arc::new(FakeChat::new("local".into()));
        Self::with_chat(store, policy, now, chat).await
    }

    async fn with_chat(store: Arc<dyn Store>, policy: Policy, now: Time, chat: Arc<FakeChat>) -> Self {
        let clock = Arc::new(ManualClock::new(now));
        let builder =
            Desk::builder(Arc::clone(&store)).policy(policy).clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let desk = builder.chat("local".into(), Arc::clone(&chat) as _).build().await.unwrap();
        Self { desk, chat, clock, store, said: 0 }
    }

    fn inbound(&mut self, user: &str, about: About, command: Command, texts: &[(&str, &str)]) -> Inbound {
        self.said += 1;
        let texts = texts.iter().map(|(name, words)| TextRow {
            at: TextRef::new(name),
            author: None,
            internal: false,
            text: Text::new(words, Text::MESSAGE).unwrap(),
        });
        Inbound {
            key: format!("test/{}", self.said).as_str().into(),
            from: Identity { adapter: "local".into(), user: user.to_owned(), bot: false },
            about,
            command,
            texts: texts.collect(),
            at: self.clock.now(),
        }
    }

    async fn ask(&mut self, user: &str, key: &TicketKey, command: Command) -> Answer {
        let inbound = self.inbound(user, About::Ticket(key.clone()), command, &[]);
        self.desk.handle(inbound).await.unwrap()
    }

    async fn open(&mut self, user: &str, priority: &str) -> TicketKey {
        let inbound = self.inbound(
            user,
            About::New,
            open(priority),
            &[("title", "The app is down"), ("more", "Since nine")],
        );
        self.desk.handle(inbound).await.unwrap().ticket.unwrap()
    }

    async fn until(&mut self, now: &str) {
        while let Some(wake) = self.store.next_wake().await.unwrap().filter(|wake| *wake <= at(now)) {
            self.clock.set(wake.max(self.clock.now()));
            self.desk.work().await.unwrap();
        }
        self.clock.set(at(now));
        self.desk.work().await.unwrap();
    }

    fn thread(&self) -> Vec<String> {
        let place = supporty_core::vocab::Place {
            adapter: "local".into(),
            channel: "support".to_owned(),
            message: "1".into(),
        };
        self.chat.seen(&Destination::Thread(place))
    }
}

#[tokio::test]
async fn the_story_of_a_p2_on_sqlite_and_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("support.db");
    let chat = Arc::new(FakeChat::new("local".into()));
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&file).unwrap());
    let friday = at("2026-01-09T17:30:00Z");
    let mut bench = Bench::with_chat(store, team(), friday, Arc::clone(&chat)).await;
    let key = bench.open("rita", "P2").await;
    bench.until("2026-01-12T11:35:00Z").await;
    let lea = chat.seen(&Destination::Person("lea".to_owned()));
    assert_eq!(lea.len(), 2, "{lea:?}");
    assert!(lea[1].contains("The promise to resolve it is broken"), "{lea:?}");

    bench.ask("oli", &key, Command::Claim).await.outcome.unwrap();
    let now = bench.clock.now();
    bench.ask("oli", &key, reply("m1", now)).await.outcome.unwrap();
    let until = at("2026-01-14T12:00:00Z");
    bench
        .ask("oli", &key, Command::Wait { on: WaitingOn::Requester, until, why: None })
        .await
        .outcome
        .unwrap();
    bench.until("2026-01-12T14:00:00Z").await;
    let now = bench.clock.now();
    bench.ask("rita", &key, reply("m2", now)).await.outcome.unwrap();
    let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
    bench.ask("oli", &key, resolve).await.outcome.unwrap();
    for stars in [1, 5] {
        bench.ask("rita", &key, Command::Rate { stars: Stars::new(stars).unwrap() }).await.outcome.unwrap();
    }
    bench.until("2026-01-12T15:00:00Z").await;
    let live = bench.desk.ticket(key.clone()).await.unwrap().unwrap();
    drop(bench);

    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&file).unwrap());
    let mut bench = Bench::with_chat(store, team(), at("2026-01-12T15:00:00Z"), Arc::clone(&chat)).await;
    assert_eq!(bench.desk.ticket(key.clone()).await.unwrap().unwrap(), live, "replayed from the file");
    bench.until("2026-01-19T15:00:00Z").await;
    let closed = bench.desk.ticket(key.clone()).await.unwrap().unwrap();
    assert_eq!(closed.status.kind(), StatusKind::Closed);
    let card = &chat.cards()[0];
    assert_eq!(card.title.as_deref(), Some("The app is down"));
    assert_eq!(
        (card.status, card.stars.unwrap().1.count()),
        (StatusKind::Closed, 5),
        "the card shows the last state"
    );
    assert_eq!(bench.thread().iter().filter(|line| line.contains("★")).count(), 2);
}

#[tokio::test]
async fn a_key_seen_before_is_answered_with_what_it_did_then() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let inbound = bench.inbound("rita", About::New, open("P3"), &[("title", "t")]);
    let first = bench.desk.handle(inbound.clone()).await.unwrap();
    assert_eq!(bench.desk.handle(inbound).await.unwrap(), first);
    assert_eq!(bench.desk.list(Query::default()).await.unwrap().rows.len(), 1);
    let refused = bench.inbound("rita", About::Ticket(first.ticket.unwrap()), Command::Resume, &[]);
    let no = bench.desk.handle(refused.clone()).await.unwrap();
    assert!(matches!(no.outcome, Err(Rejection::WrongStatus { .. })));
    assert_eq!(bench.desk.handle(refused).await.unwrap(), no);
}

#[tokio::test]
async fn what_was_accepted_and_not_handled_is_handled_later() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let inbound = bench.inbound("rita", About::New, open("P3"), &[("title", "t")]);
    let (now, body) = (bench.clock.now(), serde_json::to_string(&inbound).unwrap());
    let until = now + TimeDelta::seconds(60);
    bench.store.accept(Arrival { key: inbound.key.clone(), body, at: now, until }).await.unwrap();
    bench.desk.work().await.unwrap();
    assert_eq!(
        bench.desk.list(Query::default()).await.unwrap().rows.len(),
        0,
        "somebody else may still be at it"
    );
    bench.until("2026-01-12T10:01:00Z").await;
    assert_eq!(bench.desk.list(Query::default()).await.unwrap().rows.len(), 1);
    assert!(bench.desk.handle(inbound).await.unwrap().outcome.is_ok());
}

#[tokio::test]
async fn a_thread_is_answered_by_its_place_and_unknown_ones_are_told_so() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let key = bench.open("rita", "P3").await;
    bench.desk.work().await.unwrap();
    let place = bench.desk.ticket(key.clone()).await.unwrap().unwrap().places[0].clone();
    let now = bench.clock.now();
    let inbound = bench.inbound("oli", About::Thread(place.clone()), reply("m1", now), &[("m1", "looking")]);
    assert_eq!(bench.desk.handle(inbound).await.unwrap().ticket, Some(key.clone()));
    let elsewhere = supporty_core::vocab::Place { message: "99".into(), ..place };
    let inbound = bench.inbound("oli", About::Thread(elsewhere), reply("m2", now), &[]);
    assert_eq!(bench.desk.handle(inbound).await.unwrap().outcome, Err(Rejection::NoSuchTicket));
    let found = Query { search: Some("look".to_owned()), ..Query::default() };
    assert_eq!(bench.desk.list(found).await.unwrap().rows[0].row.key, key);
}

#[tokio::test]
async fn a_delivery_that_fails_is_tried_again_looked_for_and_at_last_given_up_and_revived() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    bench.chat.fail_next(Failure::Before(ErrorKind::Unavailable, Retry::Backoff));
    bench.chat.fail_next(Failure::After);
    bench.open("rita", "P3").await;
    bench.until("2026-01-12T10:05:00Z").await;
    assert_eq!(bench.chat.cards().len(), 1, "posted, its answer lost, found and not posted again");
    assert_eq!(bench.thread().len(), 2, "the card, and the promise below it");

    bench.chat.fail_next(Failure::RateLimited(Duration::from_secs(90)));
    let key = bench.open("rita", "P3").await;
    bench.until("2026-01-12T10:06:00Z").await;
    assert_eq!(bench.chat.cards().len(), 1, "not before the time that the platform named");
    bench.until("2026-01-12T10:07:00Z").await;
    assert_eq!(bench.chat.cards().len(), 2);

    bench.chat.fail_next(Failure::Before(ErrorKind::Forbidden, Retry::Never));
    bench.ask("oli", &key, Command::Claim).await.outcome.unwrap();
    bench.until("2026-01-12T10:08:00Z").await;
    let dead = bench.desk.dead_letters().await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].why.contains("we are not allowed to"), "{}", dead[0].why);
    bench.desk.revive(dead[0].id.clone()).await.unwrap();
    bench.desk.work().await.unwrap();
    assert!(bench.desk.dead_letters().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_ticket_whose_root_was_deleted_gets_a_new_thread_and_its_people_are_told() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let key = bench.open("rita", "P3").await;
    bench.desk.work().await.unwrap();
    let place = bench.desk.ticket(key.clone()).await.unwrap().unwrap().places[0].clone();
    bench.chat.delete(&place);
    bench.ask("oli", &key, Command::Claim).await.outcome.unwrap();
    bench.desk.work().await.unwrap();
    assert!(bench.desk.dead_letters().await.unwrap().is_empty());
    let moved = bench.desk.ticket(key.clone()).await.unwrap().unwrap().places[0].clone();
    assert_ne!(moved, place);
    let below = bench.chat.seen(&Destination::Thread(moved));
    assert!(below.iter().any(|line| line.contains("Oli owns this now")), "{below:?}");
}

#[tokio::test]
async fn when_nothing_can_be_said_in_the_channel_a_tickets_people_are_told_by_themselves() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    // The card, and the promise in its place.
    (0..2).for_each(|_| bench.chat.fail_next(Failure::Before(ErrorKind::Gone, Retry::Never)));
    let key = bench.open("rita", "P3").await;
    bench.desk.work().await.unwrap();
    assert!(bench.chat.cards().is_empty());
    let heard = bench.chat.seen(&Destination::Person("rita".to_owned()));
    assert!(heard.iter().any(|line| line.contains("Expect an answer by")), "{heard:?}");

    // The channel is back: the next thing that happens shows the card.
    bench.ask("oli", &key, Command::Claim).await.outcome.unwrap();
    bench.desk.work().await.unwrap();
    assert_eq!(bench.chat.cards().len(), 1);
}

#[tokio::test]
async fn what_somebody_must_mend_first_is_waited_for_and_nothing_is_given_up() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let mend = Retry::After(Duration::from_secs(3_600));
    (0..40).for_each(|_| bench.chat.fail_next(Failure::Before(ErrorKind::Forbidden, mend)));
    bench.open("rita", "P3").await;
    bench.until("2026-01-15T10:00:00Z").await;
    assert_eq!(bench.desk.dead_letters().await.unwrap(), []);
    assert_eq!(bench.chat.cards().len(), 1);
}

#[tokio::test]
async fn what_opens_a_ticket_never_takes_a_number_that_was_not_reserved() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let elsewhere = About::Ticket(TicketKey::new("SUP", 2));
    let inbound = bench.inbound("rita", elsewhere, open("P3"), &[("title", "t")]);
    assert_eq!(bench.desk.handle(inbound).await.unwrap().ticket, Some(TicketKey::new("SUP", 1)));
    assert_eq!(bench.open("rita", "P3").await, TicketKey::new("SUP", 2));
}

#[tokio::test]
async fn edge_20_what_has_become_stale_is_not_said() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let key = bench.open("rita", "P2").await;
    bench.desk.work().await.unwrap();
    bench.chat.fail_next(Failure::RateLimited(Duration::from_secs(600)));
    bench.clock.set(at("2026-01-12T10:30:00Z"));
    // The card waits for the platform; the page to the gardener goes out.
    bench.desk.work().await.unwrap();
    let pages = |bench: &Bench| bench.chat.seen(&Destination::Person("gwen".to_owned())).len();
    let before = pages(&bench);
    bench.chat.fail_next(Failure::RateLimited(Duration::from_secs(600)));
    bench.ask("gwen", &key, Command::Claim).await.outcome.unwrap();
    bench.until("2026-01-12T11:00:00Z").await;
    assert_eq!(pages(&bench), before, "nobody is told that a ticket has no owner once it has");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_claim_at_once_on_two_desks_one_owns() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let now = at("2026-01-12T10:00:00Z");
    let mut one = Bench::new(Arc::clone(&store), team(), now).await;
    let mut other = Bench::new(store, team(), now).await;
    other.said = 1000;
    let key = one.open("rita", "P2").await;
    let mut claims = tokio::task::JoinSet::new();
    for (n, user) in ["gwen", "lea", "oli"].into_iter().cycle().take(12).enumerate() {
        let bench = if n % 2 == 0 { &mut one } else { &mut other };
        let inbound = bench.inbound(user, About::Ticket(key.clone()), Command::Claim, &[]);
        let desk = bench.desk.clone();
        claims.spawn(async move { desk.handle(inbound).await.unwrap().outcome.is_ok() });
    }
    let won = claims.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
    let log = one.desk.log(key).await.unwrap();
    assert!(log.iter().zip(1u64..).all(|(entry, seq)| entry.seq == seq));
}

#[tokio::test]
async fn a_new_policy_leaves_open_tickets_under_theirs() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let now = at("2026-01-12T10:00:00Z");
    let mut bench = Bench::new(Arc::clone(&store), team(), now).await;
    let old = bench.open("rita", "P2").await;
    let mut spec: PolicySpec = team().spec().clone();
    for priority in &mut spec.priorities {
        priority.name = format!("{} (new)", priority.name);
    }
    let mut bench = Bench::new(store, Policy::new(spec).unwrap(), now).await;
    bench.said = 100;
    let new = bench.open("rita", "P2").await;
    let name = async |key| bench.desk.card(key).await.unwrap().unwrap().priority_name;
    assert_eq!(name(old).await, "business affected");
    assert_eq!(name(new).await, "business affected (new)");
}

#[tokio::test]
async fn running_sleeps_until_there_is_something_to_do_and_stops_when_told() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let desk = bench.desk.clone();
    let running = tokio::spawn(async move {
        desk.run(async {
            let _ = stopped.await;
        })
        .await;
    });
    let mut changes = bench.desk.changes();
    let key = bench.open("rita", "P2").await;
    let nobody = Query { owner: Some(OwnerFilter::Nobody), ..Query::default() };
    while bench.chat.cards().is_empty() {
        changes.changed().await.unwrap();
        tokio::task::yield_now().await;
    }
    // The clock alone wakes it: the gardener hears of a ticket that nobody owns.
    bench.clock.set(at("2026-01-12T10:30:00Z"));
    while bench.chat.seen(&Destination::Person("gwen".to_owned())).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.desk.list(nobody).await.unwrap().rows[0].row.key, key);
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), running).await.unwrap().unwrap();
}

#[tokio::test]
async fn edge_20_a_card_whose_answer_was_lost_is_found_even_if_the_ticket_changed_meanwhile() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    bench.chat.fail_next(Failure::After);
    let key = bench.open("rita", "P3").await;
    bench.desk.work().await.unwrap();
    bench.ask("oli", &key, Command::Claim).await.outcome.unwrap();
    bench.until("2026-01-12T10:05:00Z").await;
    assert_eq!(bench.chat.cards().len(), 1, "one root, and one thread");
    assert_eq!(bench.chat.cards()[0].status, StatusKind::Active);
}

#[tokio::test]
async fn a_message_goes_on_over_any_number_of_merges() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    let first = bench.open("rita", "P3").await;
    let mut loser = first.clone();
    for _ in 0..20 {
        let into = bench.open("rita", "P3").await;
        bench.ask("oli", &loser, Command::Merge { into: into.clone() }).await.outcome.unwrap();
        loser = into;
    }
    let now = bench.clock.now();
    assert_eq!(bench.ask("rita", &first, reply("m1", now)).await.ticket, Some(loser));
}

#[tokio::test]
async fn a_thread_that_nobody_knows_is_forgotten_after_a_while_and_one_that_becomes_known_is_answered() {
    let store = Arc::new(Memory::new());
    let mut bench = Bench::new(Arc::clone(&store) as _, team(), at("2026-01-12T10:00:00Z")).await;
    let place = |message: &str| supporty_core::vocab::Place {
        adapter: "local".into(),
        channel: "support".to_owned(),
        message: message.into(),
    };
    let now = bench.clock.now();
    let early = bench.inbound("rita", About::Thread(place("1")), reply("m1", now), &[]);
    assert!(bench.desk.handle(early.clone()).await.unwrap().outcome.is_err());
    let unknown = bench.inbound("rita", About::Thread(place("99")), reply("m2", now), &[]);
    assert!(bench.desk.handle(unknown.clone()).await.unwrap().outcome.is_err());

    let key = bench.open("rita", "P3").await;
    bench.until("2026-01-12T12:00:00Z").await;
    assert_eq!(bench.desk.ticket(key.clone()).await.unwrap().unwrap().messages, 1, "the card stands at 1");
    assert_eq!(bench.desk.handle(early).await.unwrap().ticket, Some(key));
    assert_eq!(bench.desk.handle(unknown).await.unwrap().outcome, Err(Rejection::NoSuchTicket));
    assert_eq!(supporty_core::adapter::Maintenance::statistics(&*store).await.unwrap().inbox, 0);
}

#[tokio::test]
async fn a_platform_that_asks_for_an_absurd_wait_is_asked_again() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    bench.chat.fail_next(Failure::RateLimited(Duration::from_secs(9_000_000_000_000_000)));
    bench.open("rita", "P3").await;
    bench.until("2026-01-14T10:00:00Z").await;
    assert_eq!(bench.chat.cards().len(), 1);
}

#[tokio::test]
async fn a_policy_that_another_version_wrote_differently_keeps_its_name() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let now = at("2026-01-12T10:00:00Z");
    let mut bench = Bench::new(Arc::clone(&store), team(), now).await;
    let key = bench.open("rita", "P2").await;
    let (stored, restored) = (bench.desk.log(key.clone()).await.unwrap(), Arc::new(Memory::new()));
    // The same desk as a version would have written it whose policies had a field less, under the hash of that.
    let old = supporty_core::vocab::PolicyVersion::new("0123456789abcdef0123456789abcdef");
    let rename = |text: String| text.replace(team().version().as_str(), old.as_str());
    let body = serde_json::to_string(&team()).unwrap().replacen(r#","repeat":null"#, "", 1);
    let mut appends = Vec::new();
    for stream in [StreamId::Desk, StreamId::Ticket(key.clone())] {
        let mut entries = store.load(stream.clone(), 0).await.unwrap();
        for entry in &mut entries {
            entry.body = rename(std::mem::take(&mut entry.body));
        }
        let wake = Some(supporty_core::adapter::Wake { due: now, stamp: "old".to_owned() })
            .filter(|_| stream != StreamId::Desk);
        appends.push(Append { wake, ..Append::new(stream, 0, entries) });
    }
    let commit = Commit { appends, policies: vec![(old, body)], ..Commit::default() };
    restored.commit(commit).await.unwrap();
    let mut bench = Bench::new(restored, team(), now).await;
    bench.said = 100;
    bench.ask("oli", &key, Command::Claim).await.outcome.unwrap();
    assert!(bench.desk.log(key.clone()).await.unwrap().len() > stored.len());
    assert!(!bench.desk.deadlines(key).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_stream_that_can_not_be_read_stops_nothing_else() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let now = at("2026-01-12T10:00:00Z");
    let mut bench = Bench::new(Arc::clone(&store), team(), now).await;
    let good = bench.open("rita", "P2").await;
    for number in 500..600 {
        let stream = StreamId::Ticket(TicketKey::new("SUP", number));
        let entry = RawEntry { seq: 1, at: now, kind: "new-fangled".to_owned(), body: "{}".to_owned() };
        let wake = Some(supporty_core::adapter::Wake { due: now, stamp: "old".to_owned() });
        let append = Append { wake, ..Append::new(stream, 0, vec![entry]) };
        store.commit(Commit { appends: vec![append], ..Commit::default() }).await.unwrap();
    }
    let mut bench = Bench::new(store, team(), now).await;
    bench.said = 100;
    bench.ask("oli", &good, Command::Claim).await.outcome.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edge_20_of_two_workers_at_one_timer_one_wins_and_it_is_told_once() {
    let store: Arc<dyn Store> = Arc::new(Memory::new());
    let opened = at("2026-01-12T10:00:00Z");
    let mut one = Bench::new(Arc::clone(&store), team(), opened).await;
    let other = Bench::with_chat(store, team(), opened, Arc::clone(&one.chat)).await;
    let key = one.open("rita", "P2").await;
    one.desk.work().await.unwrap();
    let due = at("2026-01-12T10:30:00Z");
    one.clock.set(due);
    other.clock.set(due);
    let (first, second) = tokio::join!(
        tokio::spawn({
            let desk = one.desk.clone();
            async move { desk.work().await }
        }),
        tokio::spawn({
            let desk = other.desk.clone();
            async move { desk.work().await }
        })
    );
    first.unwrap().unwrap();
    second.unwrap().unwrap();
    // Whoever came second may have left what the first had under lease.
    for bench in [&one, &other] {
        bench.clock.set(due + TimeDelta::minutes(5));
        bench.desk.work().await.unwrap();
    }
    let log = one.desk.log(key).await.unwrap();
    let fired = log.iter().filter(
        |entry| matches!(&entry.event, supporty_core::ticket::Event::Escalated(fired) if fired.due == due),
    );
    assert_eq!(fired.count(), 1);
    assert_eq!(one.chat.seen(&Destination::Person("gwen".to_owned())).len(), 1, "she hears of it once");
}

#[tokio::test]
async fn who_is_told_late_hears_how_late() {
    let mut bench = Bench::new(Arc::new(Memory::new()), team(), at("2026-01-12T10:00:00Z")).await;
    bench.open("rita", "P2").await;
    bench.desk.work().await.unwrap();
    // The desk was down from just after ten until noon; the gardener was to be told at half past.
    bench.clock.set(at("2026-01-12T12:00:00Z"));
    bench.desk.work().await.unwrap();
    let told = bench.chat.seen(&Destination::Person("gwen".to_owned()));
    assert!(told.iter().any(|line| line.contains("This comes 1 h 30 min late.")), "{told:?}");
}
