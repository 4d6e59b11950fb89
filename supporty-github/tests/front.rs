//! From what GitHub delivers to what a ticket's people read: a change, its merge, its deployment, and all that can go wrong
//! on the way.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;

use common::octo::{Delivery, pull, push, signed, status};
use serde_json::{Value, json};
use supporty_core::adapter::{Card, Destination, Form, Inbound, Store};
use supporty_core::desk::{Clock, Desk, ManualClock, Whose};
use supporty_core::policy::Policy;
use supporty_core::testing::FakeChat;
use supporty_core::ticket::{Command, Progress};
use supporty_core::vocab::{Bond, Identity, Kind, Period, ServiceId, TicketKey, WaitingOn};
use supporty_github::inbound::{App, WebhookSecrets};
use supporty_github::{Config, Front, Outcome, Request};
use supporty_store::Memory;

const SECRET: &str = "It's a Secret to Everybody";
const POLICY: &str = "
[people.oli]
name = \"Oli\"
identities = [{ adapter = \"github\", user = \"oli\" }]
[squads.web]
members = [\"oli\"]
[services.shop]
squad = \"web\"
";

struct Bench {
    desk: Desk,
    front: Front,
    chat: Arc<FakeChat>,
    clock: Arc<ManualClock>,
}

impl Bench {
    async fn new() -> Self {
        Self::on(Arc::new(Memory::new()), Config::default()).await
    }

    async fn on(store: Arc<dyn Store>, config: Config) -> Self {
        let chat = Arc::new(FakeChat::new("local".into()));
        let clock = Arc::new(ManualClock::new("2026-03-02T12:00:00Z".parse().unwrap()));
        let desk = Desk::builder(store)
            .policy(Policy::from_toml(POLICY).unwrap())
            .clock(Arc::clone(&clock) as Arc<dyn Clock>)
            .chat("local".into(), Arc::clone(&chat) as _)
            .build()
            .await
            .unwrap();
        let front = Front::new(desk.clone(), config, App::default(), WebhookSecrets::new(SECRET));
        Self { desk, front, chat, clock }
    }

    async fn opens(&self, name: &str, kind: Kind) -> TicketKey {
        let form = Form { kind, ..Form::new("It is down", "P2") };
        let rita = Identity::new("local", "rita");
        let inbound = Inbound::open(name.into(), rita, form, self.clock.now()).unwrap();
        let answer = self.desk.handle(inbound).await.unwrap();
        self.desk.work().await.unwrap();
        answer.ticket.unwrap()
    }

    async fn delivers(&self, (event, delivery, body): &Delivery) -> Outcome {
        let signature = signed(SECRET, body);
        let request = Request { event, delivery, signature: &signature, body: body.as_bytes() };
        let outcome = self.front.receive(request).await;
        self.desk.work().await.unwrap();
        outcome
    }

    fn card(&self) -> Card {
        self.chat.cards().pop().unwrap()
    }

    async fn thread(&self, key: &TicketKey) -> Vec<String> {
        let place = self.desk.ticket(key.clone()).await.unwrap().unwrap().places.pop().unwrap();
        self.chat.seen(&Destination::Thread(place))
    }
}

const OPENED: &str = "2026-03-02T10:00:00Z";
const MERGED: &str = "2026-03-02T10:30:00Z";
const DEPLOYED: &str = "2026-03-02T11:00:00Z";
const PROPOSED: &str = "What is meant to solve this is deployed to shop. If it is done, resolve it.";

fn story() -> Vec<Delivery> {
    vec![
        pull(42, "Fixes SUP-1", OPENED, false),
        pull(42, "Fixes SUP-1", MERGED, true),
        status(9, 'a', DEPLOYED, "success"),
    ]
}

#[tokio::test]
async fn a_fix_is_linked_merged_deployed_and_its_ticket_is_proposed_to_be_resolved() {
    let bench = Bench::new().await;
    let key = bench.opens("open", Kind::Request).await;
    let mut seen = Vec::new();
    for one in story() {
        let outcome = bench.delivers(&one).await;
        assert_eq!(outcome.status, 200, "{}", outcome.body);
        seen.push(bench.card().changes[0].progress);
    }
    assert_eq!(seen, [Progress::Open, Progress::Merged, Progress::Deployed]);
    let change = &bench.card().changes[0];
    assert_eq!((&*change.label, change.bond), ("octo/shop#42", Bond::Fix));
    let thread = bench.thread(&key).await;
    for words in ["octo/shop#42 is meant to solve this.", PROPOSED] {
        assert_eq!(thread.iter().filter(|line| *line == words).count(), 1, "{thread:?}");
    }
    let day = Period::new("2026-03-02T00:00:00Z".parse().unwrap(), "2026-03-03T00:00:00Z".parse().unwrap());
    let figures = bench.desk.delivery(&Whose::Everybodys, day).await.unwrap();
    assert_eq!((figures.deployments, figures.failure_rate), (1, Some(0.0)));
    assert_eq!(figures.lead_time.median(), Some(chrono::TimeDelta::hours(2)), "from its opening");
}

#[tokio::test]
async fn deliveries_in_any_order_and_twice_end_alike() {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    for order in orders {
        let bench = Bench::new().await;
        let key = bench.opens("open", Kind::Request).await;
        let story = story();
        for index in order.into_iter().chain(order) {
            assert_eq!(bench.delivers(&story[index]).await.status, 200);
        }
        assert_eq!(bench.card().changes[0].progress, Progress::Deployed, "{order:?}");
        let thread = bench.thread(&key).await;
        assert_eq!(thread.iter().filter(|line| *line == PROPOSED).count(), 1, "{order:?}: {thread:?}");
        assert_eq!(bench.desk.service(&ServiceId::new("shop")).await.unwrap().seq, 2, "{order:?}");
    }
}

#[tokio::test]
async fn who_waits_for_a_deployment_is_told_that_it_came() {
    let bench = Bench::new().await;
    let key = bench.opens("open", Kind::Request).await;
    let until = "2026-03-09T10:00:00Z".parse().unwrap();
    let wait = Command::Wait { on: WaitingOn::Deploy, until, why: None };
    let about = supporty_core::adapter::About::Ticket(key.clone());
    let oli = Identity::new("local", "oli");
    let asked = Inbound::ask("wait".into(), oli, about, wait, bench.clock.now());
    bench.desk.handle(asked).await.unwrap().outcome.unwrap();
    for one in story() {
        bench.delivers(&one).await.status.eq(&200).then_some(()).unwrap();
    }
    let ticket = bench.desk.ticket(key.clone()).await.unwrap().unwrap();
    assert!(ticket.status.is_open() && ticket.is_fixed());
    assert!(bench.thread(&key).await.contains(&"The wait is over.".to_owned()));
}

#[tokio::test]
async fn what_is_blamed_fails_its_deployment() {
    let bench = Bench::new().await;
    bench.opens("open", Kind::Incident).await;
    for one in [
        pull(41, "", OPENED, true),
        status(8, 'a', OPENED, "success"),
        pull(42, "Fixes SUP-1, caused by #41", MERGED, true),
        status(9, 'b', DEPLOYED, "failure"),
        status(10, 'b', DEPLOYED, "success"),
    ] {
        assert_eq!(bench.delivers(&one).await.status, 200);
    }
    let day = Period::new("2026-03-02T00:00:00Z".parse().unwrap(), "2026-03-03T00:00:00Z".parse().unwrap());
    let figures = bench.desk.delivery(&Whose::Everybodys, day).await.unwrap();
    assert_eq!((figures.deployments, figures.failed, figures.failed_attempts), (2, 1, 1));
    let bonds: Vec<_> = bench.card().changes.into_iter().map(|change| (change.label, change.bond)).collect();
    assert_eq!(bonds, [("octo/shop#41".to_owned(), Bond::Cause), ("octo/shop#42".to_owned(), Bond::Fix)]);
}

#[tokio::test]
async fn a_commit_without_a_pull_request_counts_and_one_of_a_pull_request_does_not() {
    for (message, count) in [
        ("Mend it\n\nFixes SUP-1", 1),
        ("Mend it (#42)\n\nFixes SUP-1", 0),
        ("Merge pull request #42 from octo/mend\n\nFixes SUP-1", 0),
        ("See SUP-1", 0),
    ] {
        let bench = Bench::new().await;
        bench.opens("open", Kind::Request).await;
        assert_eq!(bench.delivers(&push(message)).await.status, 200);
        assert_eq!(bench.card().changes.len(), count, "{message}");
        let merged = bench.desk.service(&ServiceId::new("shop")).await.unwrap().merged.len();
        assert_eq!(merged, count, "{message}");
    }
}

#[tokio::test]
async fn what_a_stranger_says_counts_once_it_is_merged() {
    for (merged, count) in [(false, 0), (true, 1)] {
        let bench = Bench::new().await;
        bench.opens("open", Kind::Request).await;
        let (event, guid, body) = pull(42, "Fixes SUP-1", MERGED, merged);
        let stranger = body.replace("\"MEMBER\"", "\"NONE\"");
        assert_eq!(bench.delivers(&(event, guid, stranger)).await.status, 200);
        assert_eq!(bench.card().changes.len(), count);
    }
}

#[tokio::test]
async fn a_name_that_is_edited_away_counts_no_longer_unless_a_stranger_takes_it_away() {
    for (author, bond) in [("MEMBER", Bond::Nothing), ("NONE", Bond::Fix)] {
        let bench = Bench::new().await;
        let key = bench.opens("open", Kind::Request).await;
        assert_eq!(bench.delivers(&pull(42, "Fixes SUP-1", "2026-03-02T09:30:00Z", false)).await.status, 200);
        let (event, guid, body) = pull(42, "Never mind", "2026-03-02T09:40:00Z", false);
        let mut edit: Value =
            serde_json::from_str(&body.replace("\"MEMBER\"", &format!("\"{author}\""))).unwrap();
        edit["changes"] = json!({ "body": { "from": "Fixes SUP-1" } });
        assert_eq!(bench.delivers(&(event, guid, edit.to_string())).await.status, 200);
        let ticket = bench.desk.ticket(key).await.unwrap().unwrap();
        assert_eq!(ticket.changes.values().next().unwrap().bond, bond, "{author}");
    }
}

#[tokio::test]
async fn a_change_goes_into_every_service_of_its_repository() {
    let config: Config = toml::from_str(
        "services = [
            { repository = \"octo/shop\", environment = \"till-*\", service = \"till\" },
            { repository = \"octo/shop\", service = \"web\" },
            { repository = \"octo/other\", service = \"other\" },
        ]",
    )
    .unwrap();
    let bench = Bench::on(Arc::new(Memory::new()), config).await;
    assert_eq!(bench.delivers(&pull(42, "", MERGED, true)).await.status, 200);
    for (service, merged) in [("till", 1), ("web", 1), ("other", 0), ("shop", 0)] {
        let service = bench.desk.service(&ServiceId::new(service)).await.unwrap();
        assert_eq!(service.merged.len(), merged);
    }
}

#[tokio::test]
async fn only_github_is_believed_and_its_silence_is_seen() {
    let bench = Bench::new().await;
    bench.opens("open", Kind::Request).await;
    assert_eq!(bench.front.health().last_delivery, None);
    let (event, delivery, body) = pull(42, "Fixes SUP-1", MERGED, true);
    let forged = signed("another secret", &body);
    let request = Request { event, delivery: &delivery, signature: &forged, body: body.as_bytes() };
    assert_eq!(bench.front.receive(request).await.status, 401);
    assert_eq!(bench.card().changes, []);
    let broken = ("pull_request", "guid".to_owned(), "{".to_owned());
    assert_eq!(bench.delivers(&broken).await.status, 422);
    let health = bench.front.health();
    assert!(health.last_unsigned.is_some() && health.last_failed.is_some() && health.deliveries == 1);
}
