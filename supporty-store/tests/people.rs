//! Waking people, keeping secrets and gathering reports, through the driver and on real stores.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::{About, Answer, Destination, ErrorKind, Form, Inbound, Query, Retry, Store};
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_core::policy::Policy;
use supporty_core::rules::Rejection;
use supporty_core::testing::{Failure, FakeChat};
use supporty_core::ticket::{Command, Event};
use supporty_core::vocab::{Actor, Identity, Kind, Resolution, TicketKey};
use supporty_store::Memory;

use team::at;
use team::stores::stores;

const TEAM: &str = r#"
private_channel = "private"
[people.gwen]
name = "Gwen"
[people.lea]
name = "Lea"
identities = [{ adapter = "local", user = "lea" }, { adapter = "pager", user = "p-lea" }]
contacts = ["pager for 5m"]
[people.oli]
name = "Oli"
identities = [{ adapter = "local", user = "oli" }, { adapter = "pager", user = "p-oli" }, { adapter = "fax", user = "1" }]
contacts = ["local for 3m", "pager for 5m"]
[squads.web]
channel = "squad-web"
members = ["gwen", "lea", "oli"]
lead = "lea"
gardener = "gwen"
on_call = ["oli"]
[areas.checkout]
squad = "web"
runbooks = ["https://wiki.example/checkout"]
[drills.down]
title = "The checkout is down"
priority = "P1"
area = "checkout"
participants = ["gwen"]
script = ["5m: the provider sees nothing"]
"#;

const NIGHT: &str = "2026-01-10T03:00:00Z";

struct Bench {
    desk: Desk,
    chat: Arc<FakeChat>,
    pager: Arc<FakeChat>,
    clock: Arc<ManualClock>,
    store: Arc<dyn Store>,
    said: u32,
}

impl Bench {
    async fn new(store: Arc<dyn Store>, now: &str, policy: &str) -> Self {
        let (chat, pager) = ["local", "pager"].map(|name| Arc::new(FakeChat::new(name.into()))).into();
        let clock = Arc::new(ManualClock::new(at(now)));
        let builder = Desk::builder(Arc::clone(&store)).policy(Policy::from_toml(policy).unwrap());
        let builder = builder.clock(Arc::clone(&clock) as Arc<dyn Clock>);
        let builder = builder.chat("local".into(), Arc::clone(&chat) as _);
        let desk = builder.chat("pager".into(), Arc::clone(&pager) as _).build().await.unwrap();
        Self { desk, chat, pager, clock, store, said: 0 }
    }

    async fn handle(&mut self, inbound: Inbound) -> Answer {
        let answer = self.desk.handle(inbound).await.unwrap();
        self.desk.work().await.unwrap();
        answer
    }

    async fn open(&mut self, user: &str, title: &str, priority: &str, kind: Kind) -> TicketKey {
        self.said += 1;
        let form = Form { kind, area: Some("checkout".into()), ..Form::new(title, priority) };
        let key = format!("form/{}", self.said).as_str().into();
        let inbound = Inbound::open(key, Identity::new("local", user), form, self.clock.now()).unwrap();
        self.handle(inbound).await.ticket.unwrap()
    }

    async fn ask(&mut self, from: Identity, key: &TicketKey, command: Command) -> Answer {
        self.said += 1;
        let name = format!("test/{}", self.said).as_str().into();
        let about = About::Ticket(key.clone());
        self.handle(Inbound::ask(name, from, about, command, self.clock.now())).await
    }

    async fn say(&mut self, user: &str, key: &TicketKey, words: &str) -> Answer {
        self.said += 1;
        let (name, id) = (format!("said/{}", self.said), format!("m{}", self.said));
        let (about, now) = (About::Ticket(key.clone()), self.clock.now());
        let from = Identity::new("local", user);
        let inbound =
            Inbound::reply(name.as_str().into(), from, about, id.as_str().into(), words, now).unwrap();
        self.handle(inbound).await
    }

    async fn until(&mut self, now: &str) {
        while let Some(wake) = self.store.next_wake().await.unwrap().filter(|wake| *wake <= at(now)) {
            self.clock.set(wake.max(self.clock.now()));
            self.desk.work().await.unwrap();
        }
        self.clock.set(at(now));
        self.desk.work().await.unwrap();
    }

    fn thread(&self, key: &TicketKey) -> impl Future<Output = Vec<String>> {
        let (desk, chat, key) = (self.desk.clone(), Arc::clone(&self.chat), key.clone());
        async move {
            let place = desk.ticket(key).await.unwrap().unwrap().places[0].clone();
            chat.seen(&Destination::Thread(place))
        }
    }
}

fn person(user: &str) -> Destination {
    Destination::Person(user.to_owned())
}

fn local(user: &str) -> Identity {
    Identity::new("local", user)
}

#[tokio::test]
async fn whoever_does_not_answer_on_the_chat_is_paged_and_answers_through_the_pager() {
    for (store, _kept) in stores().await {
        let mut bench = Bench::new(store, NIGHT, TEAM).await;
        let key = bench.open("rita", "The site is down", "P1", Kind::Request).await;
        assert_eq!(bench.chat.seen(&person("oli")).len(), 1);
        assert!(bench.pager.seen(&person("p-oli")).is_empty());
        bench.until("2026-01-10T03:03:00Z").await;
        let paged = bench.pager.messages(&person("p-oli"));
        assert_eq!(paged.len(), 1);
        assert!(paged[0].urgent, "it wakes");
        let says = bench.pager.seen(&person("p-oli"));
        assert!(says[0].contains("SUP-1") && says[0].contains("The site is down"), "{says:?}");
        let acknowledged = bench.ask(Identity::new("pager", "p-oli"), &key, Command::Acknowledge).await;
        acknowledged.outcome.unwrap();
        bench.until("2026-01-10T03:14:00Z").await;
        assert_eq!(bench.pager.seen(&person("p-oli")).len(), 1, "he is awake");
        assert!(bench.pager.seen(&person("p-lea")).is_empty());
    }
}

#[tokio::test]
async fn a_way_that_refuses_is_left_at_once_and_then_the_lead_is_woken() {
    for (store, _kept) in stores().await {
        let mut bench = Bench::new(store, NIGHT, TEAM).await;
        bench.pager.fail_next(Failure::Before(ErrorKind::Forbidden, Retry::Never));
        let key = bench.open("rita", "The site is down", "P1", Kind::Request).await;
        bench.until("2026-01-10T03:03:00Z").await;
        let says = bench.pager.seen(&person("p-lea"));
        assert_eq!(says.len(), 1, "at once, and not five minutes later");
        assert!(says[0].contains("Oli could not be reached"), "{says:?}");
        let log = bench.desk.log(key).await.unwrap();
        let failed = log.iter().filter(
            |entry| matches!(&entry.event, Event::Undelivered { person, .. } if person.as_str() == "oli"),
        );
        assert_eq!(failed.count(), 1, "the log says so");
        assert_eq!(bench.desk.dead_letters().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_adapter_that_the_desk_does_not_have_reaches_nobody() {
    let policy = TEAM.replace("\"local for 3m\", \"pager for 5m\"", "\"fax for 3m\", \"local for 3m\"");
    let mut bench = Bench::new(Arc::new(Memory::new()), NIGHT, &policy).await;
    bench.open("rita", "The site is down", "P1", Kind::Request).await;
    assert_eq!(bench.chat.seen(&person("oli")).len(), 1, "the next way is tried at once");
}

#[tokio::test]
async fn a_page_whose_outcome_is_unknown_is_tried_again_until_the_next_way_is_due() {
    let mut bench = Bench::new(Arc::new(Memory::new()), NIGHT, TEAM).await;
    bench.pager.fail_next(Failure::After);
    bench.open("rita", "The site is down", "P1", Kind::Request).await;
    bench.until("2026-01-10T03:04:00Z").await;
    assert_eq!(bench.pager.seen(&person("p-oli")).len(), 1, "it looks before it pages again");
    assert!(bench.pager.seen(&person("p-lea")).is_empty());
}

#[tokio::test]
async fn a_restricted_ticket_stands_in_private_and_shows_nothing_of_itself_elsewhere() {
    for (store, _kept) in stores().await {
        let mut bench = Bench::new(store, "2026-01-12T10:00:00Z", TEAM).await;
        let key = bench.open("rita", "Passwords in the log", "P2", Kind::Request).await;
        bench.ask(local("gwen"), &key, Command::Claim).await.outcome.unwrap();
        bench
            .ask(local("rita"), &key, Command::Restrict { readers: Default::default() })
            .await
            .outcome
            .unwrap();
        let public = bench.chat.seen(&Destination::Channel("support".into()));
        assert_eq!(public, ["SUP-1"], "its card is still there, without its words");
        let private = bench.chat.seen(&Destination::Channel("private".into()));
        assert_eq!(private, ["SUP-1\nPasswords in the log"]);
        bench.say("gwen", &key, "which passwords?").await.outcome.unwrap();
        let thread = bench.thread(&key).await;
        assert!(thread[0].contains("Passwords"), "{thread:?}");
        assert!(thread.iter().any(|line| line.contains("restricted this to its readers")), "{thread:?}");
        // The lead hears that something is late, and then is one of its readers.
        bench.until("2026-01-12T13:31:00Z").await;
        let everything: Vec<_> = ["squad-web", "support"]
            .iter()
            .flat_map(|channel| bench.chat.seen(&Destination::Channel((*channel).into())))
            .collect();
        assert!(everything.iter().all(|line| !line.contains("Passwords")), "{everything:?}");

        let query =
            |search: Option<&str>| Query { search: search.map(ToOwned::to_owned), ..Query::default() };
        let of = |name: &str| Actor::Person(name.into());
        let found = bench.desk.list_for(query(Some("password")), &of("gwen")).await.unwrap();
        assert_eq!(found.rows.len(), 1);
        let found = bench.desk.list_for(query(Some("password")), &of("oli")).await.unwrap();
        assert!(found.rows.is_empty(), "nobody learns of a word by searching for it");
        let listed = bench.desk.list_for(query(None), &of("oli")).await.unwrap();
        assert_eq!((listed.rows.len(), listed.rows[0].title.clone()), (1, None));
        let card = bench.desk.card_for(key.clone(), &of("oli")).await.unwrap().unwrap();
        assert!(card.restricted && card.title.is_none() && card.details.is_none() && card.actions.is_empty());
        assert!(bench.desk.card_for(key.clone(), &of("gwen")).await.unwrap().unwrap().title.is_some());
        let refused = bench.say("oli", &key, "what is this?").await;
        assert_eq!(refused.outcome, Err(Rejection::NotAReader));

        bench.ask(local("gwen"), &key, Command::Unrestrict).await.outcome.unwrap();
        let public = bench.chat.seen(&Destination::Channel("support".into()));
        assert_eq!(public, ["SUP-1\nPasswords in the log"], "and back again");
    }
}

#[tokio::test]
async fn people_without_a_part_in_a_restricted_ticket_are_told_without_its_words() {
    let mut bench = Bench::new(Arc::new(Memory::new()), "2026-01-12T10:00:00Z", TEAM).await;
    let key = bench.open("rita", "Passwords in the log", "P2", Kind::Request).await;
    bench.ask(local("gwen"), &key, Command::Claim).await.outcome.unwrap();
    bench
        .ask(local("gwen"), &key, Command::Restrict { readers: ["oli".into()].into() })
        .await
        .outcome
        .unwrap();
    bench.until("2026-01-12T12:01:00Z").await;
    // Gwen has been silent for too long; what she hears of it is that it is not hers any more.
    bench.ask(local("oli"), &key, Command::TakeOver).await.outcome.unwrap();
    let told = bench.chat.seen(&person("gwen"));
    let last = told.last().unwrap();
    assert!(last.contains("a restricted ticket") && !last.contains("Passwords"), "{told:?}");
}

#[tokio::test]
async fn what_is_said_on_an_incident_is_heard_in_its_reports_once_however_often_it_is_sent() {
    for (store, _kept) in stores().await {
        let mut bench = Bench::new(store, "2026-01-12T10:00:00Z", TEAM).await;
        let incident = bench.open("oli", "Cards are refused", "P1", Kind::Incident).await;
        let report = bench.open("rita", "I can not pay", "P2", Kind::Request).await;
        let attached = bench.ask(local("gwen"), &report, Command::Attach { to: incident.clone() }).await;
        attached.outcome.unwrap();
        bench.say("oli", &incident, "the provider is down").await.outcome.unwrap();
        let thread = bench.thread(&report).await;
        let heard: Vec<_> = thread.iter().filter(|line| line.contains("the provider is down")).collect();
        assert_eq!(heard, ["SUP-1: Oli said the provider is down"]);
        // The incident speaks again: only that is heard.
        bench.ask(local("oli"), &incident, Command::Mitigate).await.outcome.unwrap();
        let again = bench.desk.log(report.clone()).await.unwrap();
        let heard = again.iter().filter(|entry| matches!(entry.event, Event::Heard { .. })).count();
        assert_eq!(heard, 2);
        let ticket = bench.desk.ticket(report).await.unwrap().unwrap();
        assert!(
            ticket.outcomes.iter().any(|outcome| outcome.target == supporty_core::vocab::Target::Respond)
        );
        assert_eq!(bench.desk.card(incident).await.unwrap().unwrap().reports, 1);
    }
}

#[tokio::test]
async fn runbooks_post_mortem_and_the_report_of_a_game_day_stand_in_the_thread() {
    for (store, _kept) in stores().await {
        let mut bench = Bench::new(store, "2026-01-12T10:00:00Z", TEAM).await;
        let key = bench.open("rita", "The site is down", "P1", Kind::Request).await;
        let done = || Command::Resolve { resolution: Resolution::CodeChange, note: None };
        bench.ask(local("gwen"), &key, done()).await.outcome.unwrap();
        let thread = bench.thread(&key).await.join("\n");
        assert!(thread.contains("What helps here: https://wiki.example/checkout"), "{thread}");
        assert!(
            thread.contains("Please write down by 2026-01-19T10:00:00+00:00 what was learnt."),
            "{thread}"
        );
        assert!(thread.contains("What do we change, and who does it by when?"), "the template: {thread}");

        let plan = bench.desk.policy().spec().drills[&"down".into()].clone();
        let begin = Inbound::drill("drill/1".into(), local("lea"), &plan, bench.clock.now()).unwrap();
        let drill = bench.handle(begin).await.ticket.unwrap();
        bench.until("2026-01-12T10:05:00Z").await;
        bench.ask(local("gwen"), &drill, done()).await.outcome.unwrap();
        let thread = bench.thread(&drill).await.join("\n");
        assert!(thread.contains("Game day: the provider sees nothing"), "{thread}");
        assert!(thread.contains("The game day took 5 min."), "{thread}");
    }
}

#[tokio::test]
async fn what_was_said_before_an_incident_was_restricted_is_not_relayed_after_it() {
    let mut bench = Bench::new(Arc::new(Memory::new()), "2026-01-12T10:00:00Z", TEAM).await;
    let incident = bench.open("oli", "Cards are refused", "P2", Kind::Incident).await;
    let report = bench.open("rita", "I can not pay", "P2", Kind::Request).await;
    bench.ask(local("gwen"), &report, Command::Attach { to: incident.clone() }).await.outcome.unwrap();
    // Both are decided before the desk delivers anything.
    let now = bench.clock.now();
    let about = || About::Ticket(incident.clone());
    let said = Inbound::reply("r/1".into(), local("oli"), about(), "m".into(), "the password is 1234", now);
    bench.desk.handle(said.unwrap()).await.unwrap().outcome.unwrap();
    let restrict = Command::Restrict { readers: Default::default() };
    let restrict = Inbound::ask("r/2".into(), local("oli"), about(), restrict, now);
    bench.desk.handle(restrict).await.unwrap().outcome.unwrap();
    bench.desk.work().await.unwrap();
    let thread = bench.thread(&report).await;
    assert!(thread.iter().all(|line| !line.contains("1234")), "{thread:?}");
}

#[tokio::test]
async fn a_page_of_what_was_found_does_not_give_away_that_there_is_more_to_find() {
    let mut bench = Bench::new(Arc::new(Memory::new()), "2026-01-12T10:00:00Z", TEAM).await;
    let secret = bench.open("rita", "Passwords in the log", "P3", Kind::Request).await;
    let restrict = Command::Restrict { readers: Default::default() };
    bench.ask(local("rita"), &secret, restrict).await.outcome.unwrap();
    let old = bench.open("max", "A password of mine", "P3", Kind::Request).await;
    bench.open("max", "A password of mine too", "P3", Kind::Request).await;
    let query =
        |before, most| Query { search: Some("password".to_owned()), before, most, ..Query::default() };
    let max = Actor::Person("local:max".into());
    let found = bench.desk.list_for(query(None, 2), &max).await.unwrap();
    assert_eq!((found.rows.len(), found.next), (2, None), "there is no more for him");
    let first = bench.desk.list_for(query(None, 1), &max).await.unwrap();
    assert_eq!(first.rows.len(), 1);
    let second = bench.desk.list_for(query(first.next, 1), &max).await.unwrap();
    assert_eq!((second.rows[0].row.key.clone(), second.next), (old, None));
}

#[tokio::test]
async fn a_card_offers_what_anybody_who_reads_it_may_do() {
    let policy = format!("{TEAM}\n[permissions]\nresolve = [\"person oli\"]\n");
    let mut bench = Bench::new(Arc::new(Memory::new()), "2026-01-12T10:00:00Z", &policy).await;
    let key = bench.open("rita", "The site is slow", "P3", Kind::Request).await;
    let card = bench.desk.card(key.clone()).await.unwrap().unwrap();
    assert!(card.actions.contains(&supporty_core::ticket::CommandKind::Resolve), "{:?}", card.actions);
    let restrict = Command::Restrict { readers: ["oli".into()].into() };
    bench.ask(local("rita"), &key, restrict).await.outcome.unwrap();
    let card = bench.desk.card(key).await.unwrap().unwrap();
    assert!(card.actions.contains(&supporty_core::ticket::CommandKind::Claim), "{:?}", card.actions);
}

#[tokio::test]
async fn a_call_that_comes_to_nothing_too_late_ends_no_newer_one() {
    let policy = TEAM.replace("\"local for 3m\", \"pager for 5m\"", "\"pager for 5m\"");
    let mut bench = Bench::new(Arc::new(Memory::new()), NIGHT, &policy).await;
    // The pager is down for eleven minutes, and says when to try again.
    let wait = std::time::Duration::from_secs(11 * 60);
    bench.pager.fail_next(Failure::Before(ErrorKind::Unavailable, Retry::After(wait)));
    bench.open("rita", "The site is down", "P1", Kind::Request).await;
    bench.until("2026-01-10T03:12:00Z").await;
    assert_eq!(bench.pager.seen(&person("p-oli")).len(), 1, "the call of ten past, and not that of three");
}
