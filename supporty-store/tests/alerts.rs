//! From an alert to a solved incident, on every store: what monitoring tells, and what the desk makes of it.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::{Answer, Arrival, Destination, Maintenance, Store};
use supporty_core::desk::{Clock, Desk, ManualClock, audit, rebuild};
use supporty_core::policy::Policy;
use supporty_core::rules::Rejection;
use supporty_core::testing::FakeChat;
use supporty_core::ticket::{Command, CommandKind, StatusKind};
use supporty_core::vocab::{Kind, Resolution, TicketKey};
use supporty_core::webhook::{Alert, AlertRules, read_alerts};

use team::at;
use team::bench::{Bench, asks_for};
use team::stores::kept;

const TEAM: &str = r#"
[people.gwen]
[people.rita]
[squads.web]
members = ["gwen"]
[areas.checkout]
squad = "web"
"#;

const NOW: &str = "2026-01-05T10:00:00Z";

async fn bench(store: &Arc<dyn Store>) -> Bench {
    Bench::new(Arc::clone(store), NOW, TEAM).await
}

/// One alert of a group: its fingerprint, and since and until when it fires by the clock of that morning.
type One<'a> = (&'a str, &'a str, Option<&'a str>);

fn group(bench: &Bench, name: &str, alerts: &[One<'_>]) -> Alert {
    truncated(bench, name, alerts, 0)
}

/// The same, of which the sender left out some.
fn truncated(bench: &Bench, name: &str, alerts: &[One<'_>], more: u32) -> Alert {
    let one = |(fingerprint, since, until): &One<'_>| {
        let status = if until.is_some() { "resolved" } else { "firing" };
        let until =
            until.map_or("0001-01-01T00:00:00Z".to_owned(), |until| format!("2026-01-05T{until}:00Z"));
        format!(
            r#"{{"status": "{status}", "labels": {{"alertname": "{fingerprint}"}}, "annotations": {{}},
                "startsAt": "2026-01-05T{since}:00Z", "endsAt": "{until}", "fingerprint": "{fingerprint}"}}"#
        )
    };
    let alerts = alerts.iter().map(one).collect::<Vec<_>>().join(",");
    let body = format!(
        r#"{{"version": "4", "groupKey": "{name}", "truncatedAlerts": {more}, "alerts": [{alerts}]}}"#
    );
    let rules = AlertRules { area: Some("checkout".into()), ..AlertRules::new("P2") };
    read_alerts(&"alertmanager".into(), &rules, &body, bench.clock.now()).unwrap().pop().unwrap()
}

async fn tells(bench: &Bench, alert: Alert) -> Answer {
    let answer = bench.desk.alert(alert).await.unwrap();
    bench.desk.work().await.unwrap();
    answer
}

async fn opens(bench: &Bench, alerts: &[One<'_>]) -> TicketKey {
    tells(bench, group(bench, "shop", alerts)).await.outcome.unwrap().ticket
}

/// What stands in its thread about alerts.
async fn thread(bench: &Bench, key: &TicketKey) -> Vec<String> {
    let place = bench.ticket(key).await.places.pop().unwrap();
    let seen = bench.chat.seen(&Destination::Thread(place));
    seen.into_iter().filter(|line| line.contains(" fire")).collect()
}

async fn is_whole(store: &Arc<dyn Store>, upkeep: &Arc<dyn Maintenance>) {
    let findings = audit(store.as_ref(), upkeep.as_ref()).await.unwrap().findings;
    assert!(findings.is_empty(), "{findings:?}");
}

async fn resolves(bench: &mut Bench, key: &TicketKey) {
    bench.does("gwen", key, Command::Resolve { resolution: Resolution::Configuration, note: None }).await;
}

const LATENCY: One<'_> = ("Latency", "09:58", None);
const DISK: One<'_> = ("Disk", "09:59", None);

#[tokio::test]
async fn an_alert_opens_one_incident_however_often_it_is_sent() {
    for (store, upkeep, _folder) in kept().await {
        let bench = bench(&store).await;
        let key = opens(&bench, &[LATENCY]).await;
        let ticket = bench.ticket(&key).await;
        assert_eq!(
            (ticket.kind, ticket.area, ticket.squad),
            (Kind::Incident, Some("checkout".into()), Some("web".into()))
        );
        assert_eq!(bench.chat.cards().pop().unwrap().title.as_deref(), Some("Latency"));

        let before = bench.ticket(&key).await.seq;
        bench.until("2026-01-05T10:20:00Z").await;
        let again = tells(&bench, group(&bench, "shop", &[LATENCY])).await;
        assert_eq!((again.ticket, again.outcome), (Some(key.clone()), Err(Rejection::Unchanged)));
        assert!(bench.ticket(&key).await.seq >= before);
        assert_eq!(thread(&bench, &key).await, Vec::<String>::new());
        let other = tells(&bench, group(&bench, "lake", &[LATENCY])).await;
        assert_ne!(other.outcome.unwrap().ticket, key, "another group is another incident");
        is_whole(&store, &upkeep).await;
    }
}

#[tokio::test]
async fn both_halves_of_a_pair_open_one_incident() {
    for (store, upkeep, _folder) in kept().await {
        let bench = bench(&store).await;
        let clock = Arc::new(ManualClock::new(at(NOW)));
        let other = Desk::builder(Arc::clone(&store)).policy(Policy::from_toml(TEAM).unwrap());
        let other = other.clock(clock as Arc<dyn Clock>).build().await.unwrap();
        let one = group(&bench, "shop", &[LATENCY]);
        let two = group(&bench, "shop", &[LATENCY, DISK]);
        let (first, second) = tokio::join!(bench.desk.alert(one), other.alert(two));
        let (first, second) = (first.unwrap().ticket.unwrap(), second.unwrap().ticket.unwrap());
        assert_eq!(first, second);
        let known = bench.ticket(&first).await.group(&first);
        assert_eq!(known.known.len(), 2, "what only one of them told is known too");
        bench.desk.work().await.unwrap();
        is_whole(&store, &upkeep).await;
    }
}

#[tokio::test]
async fn another_alert_of_the_group_is_told_in_the_thread() {
    for (store, _, _folder) in kept().await {
        let bench = bench(&store).await;
        let key = opens(&bench, &[LATENCY]).await;
        for _ in 0..2 {
            tells(&bench, group(&bench, "shop", &[LATENCY, DISK])).await;
        }
        assert_eq!(thread(&bench, &key).await, ["An alert fires: Disk"]);
        let place = bench.ticket(&key).await.places.pop().unwrap();
        assert_eq!(place.adapter.as_str(), "local", "its thread stands where chats have it");
    }
}

#[tokio::test]
async fn a_storm_is_one_ticket_with_one_notice() {
    for (store, upkeep, _folder) in kept().await {
        let bench = bench(&store).await;
        let key = opens(&bench, &[LATENCY]).await;
        let names: Vec<_> = (0..400).map(|n| format!("Down{n:03}")).collect();
        let storm: Vec<One<'_>> = names.iter().map(|name| (name.as_str(), "10:00", None)).collect();
        tells(&bench, group(&bench, "shop", &storm)).await;
        let told = thread(&bench, &key).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("400 alerts fire, among them: Down000"), "{told:?}");
        assert!(!told[0].contains("Down005"), "{told:?}");
        is_whole(&store, &upkeep).await;
    }
}

#[tokio::test]
async fn once_all_are_over_it_is_proposed_to_resolve_it() {
    for (store, _, _folder) in kept().await {
        let bench = bench(&store).await;
        let key = opens(&bench, &[LATENCY, DISK]).await;
        let half = [("Latency", "09:58", Some("10:00")), DISK];
        tells(&bench, group(&bench, "shop", &half)).await;
        assert_eq!(thread(&bench, &key).await, Vec::<String>::new());
        bench.until("2026-01-05T10:02:00Z").await;
        let over = [("Latency", "09:58", Some("10:00")), ("Disk", "09:59", Some("10:01"))];
        for _ in 0..2 {
            tells(&bench, group(&bench, "shop", &over)).await;
        }
        let proposed = "No alert of this fires any more. If it is done, resolve it.";
        assert_eq!(thread(&bench, &key).await, [proposed]);
        let place = bench.ticket(&key).await.places.pop().unwrap();
        let proposal = bench.chat.messages(&Destination::Thread(place)).pop().unwrap();
        assert_eq!(proposal.actions, [CommandKind::Resolve]);
        assert!(bench.ticket(&key).await.status.is_open(), "people resolve it");
    }
}

#[tokio::test]
async fn what_fires_again_reopens_what_was_resolved_and_follows_what_was_closed() {
    for (store, upkeep, _folder) in kept().await {
        let mut bench = bench(&store).await;
        let key = opens(&bench, &[LATENCY]).await;
        tells(&bench, group(&bench, "shop", &[("Latency", "09:58", Some("09:59"))])).await;
        resolves(&mut bench, &key).await;
        bench.until("2026-01-05T11:00:00Z").await;
        tells(&bench, group(&bench, "shop", &[("Latency", "10:59", None)])).await.outcome.unwrap();
        let ticket = bench.ticket(&key).await;
        assert_eq!((ticket.status.kind(), ticket.reopened), (StatusKind::New, 1));

        tells(&bench, group(&bench, "shop", &[("Latency", "10:59", Some("11:00"))])).await;
        resolves(&mut bench, &key).await;
        bench.until("2026-01-20T10:00:00Z").await;
        bench.desk.work().await.unwrap();
        assert_eq!(bench.ticket(&key).await.status.kind(), StatusKind::Closed);
        let over = tells(&bench, group(&bench, "shop", &[("Latency", "10:59", Some("11:00"))])).await;
        assert_eq!(over.outcome, Err(Rejection::Unchanged), "what is over opens nothing");
        let next = opens(&bench, &[("Latency", "12:00", None)]).await;
        assert_ne!(next, key);
        let again = tells(&bench, group(&bench, "shop", &[("Latency", "12:00", None), DISK])).await;
        assert_eq!(again.outcome.unwrap().ticket, next);
        is_whole(&store, &upkeep).await;
        rebuild(store.as_ref(), upkeep.as_ref()).await.unwrap();
        let again = tells(&bench, group(&bench, "shop", &[("Latency", "12:00", None)])).await;
        assert_eq!(again.ticket, Some(next));
        is_whole(&store, &upkeep).await;
    }
}

#[tokio::test]
async fn what_comes_late_changes_nothing() {
    for (store, _, _folder) in kept().await {
        let bench = bench(&store).await;
        let key = opens(&bench, &[DISK]).await;
        bench.until("2026-01-05T10:30:00Z").await;
        tells(&bench, group(&bench, "shop", &[DISK, ("Latency", "10:10", Some("10:20"))]))
            .await
            .outcome
            .unwrap();
        for late in [("Latency", "10:10", None), ("Latency", "09:00", Some("09:30"))] {
            let answer = tells(&bench, group(&bench, "shop", &[late])).await;
            assert_eq!(answer.outcome, Err(Rejection::Unchanged), "{late:?}");
        }
        assert_eq!(thread(&bench, &key).await, Vec::<String>::new());
        let ticket = bench.ticket(&key).await;
        assert!(!ticket.fires_already(&"alertmanager/Latency".into()));
    }
}

#[tokio::test]
async fn alerts_of_a_merged_ticket_go_on_in_its_survivor() {
    for (store, upkeep, _folder) in kept().await {
        let mut bench = bench(&store).await;
        let key = opens(&bench, &[LATENCY]).await;
        let report = bench
            .asks("rita", supporty_core::adapter::About::New, asks_for("P2", "checkout", Kind::Incident))
            .await;
        let survivor = report.outcome.unwrap().ticket;
        bench.does("gwen", &key, Command::Merge { into: survivor.clone() }).await;
        let told = tells(&bench, group(&bench, "shop", &[LATENCY, DISK])).await;
        assert_eq!(told.outcome.unwrap().ticket, survivor);
        assert!(bench.ticket(&survivor).await.fires());
        is_whole(&store, &upkeep).await;
    }
}

#[tokio::test]
async fn a_survivor_is_done_when_the_alerts_of_both_groups_are_over_and_gives_them_back() {
    for (store, upkeep, _folder) in kept().await {
        let mut bench = bench(&store).await;
        let loser = opens(&bench, &[LATENCY]).await;
        let lake = group(&bench, "lake", &[DISK]);
        let survivor = tells(&bench, lake).await.outcome.unwrap().ticket;
        bench.does("gwen", &loser, Command::Merge { into: survivor.clone() }).await;
        bench.until("2026-01-05T10:10:00Z").await;
        let over = ("Disk", "09:59", Some("10:05"));
        assert_eq!(tells(&bench, group(&bench, "lake", &[over])).await.ticket, Some(survivor.clone()));
        assert_eq!(thread(&bench, &survivor).await, Vec::<String>::new(), "the other group still fires");
        let again = tells(&bench, group(&bench, "shop", &[LATENCY, DISK])).await;
        assert_eq!(again.ticket, Some(survivor.clone()));
        is_whole(&store, &upkeep).await;

        bench.does("gwen", &loser, Command::Unmerge).await;
        let proposed = "No alert of this fires any more. If it is done, resolve it.";
        assert_eq!(thread(&bench, &survivor).await.pop().unwrap(), proposed, "its own were over already");
        let over = [("Latency", "09:58", Some("10:06")), ("Disk", "09:59", Some("10:06"))];
        assert_eq!(tells(&bench, group(&bench, "shop", &over)).await.ticket, Some(loser.clone()));
        assert_eq!(thread(&bench, &loser).await, [proposed], "what it heard while merged was given back");
        is_whole(&store, &upkeep).await;
    }
}

#[tokio::test]
async fn what_was_over_before_it_was_heard_of_opens_nothing_when_it_comes_late() {
    for (store, upkeep, _folder) in kept().await {
        let bench = bench(&store).await;
        bench.until("2026-01-05T10:30:00Z").await;
        let over = [("Latency", "10:10", Some("10:20"))];
        for _ in 0..2 {
            let answer = tells(&bench, group(&bench, "shop", &over)).await;
            assert_eq!((answer.ticket, answer.outcome), (None, Err(Rejection::Unchanged)));
        }
        for late in [("Latency", "10:10", None), ("Latency", "10:19", None)] {
            let answer = tells(&bench, group(&bench, "shop", &[late])).await;
            assert_eq!((answer.ticket, answer.outcome), (None, Err(Rejection::Unchanged)), "{late:?}");
        }
        let other = tells(&bench, group(&bench, "lake", &[("Latency", "10:10", None)])).await;
        assert!(other.outcome.is_ok(), "of another group nothing is over");
        is_whole(&store, &upkeep).await;
        rebuild(store.as_ref(), upkeep.as_ref()).await.unwrap();
        let key = opens(&bench, &[("Latency", "10:10", None), ("Disk", "10:10", None)]).await;
        let ticket = bench.ticket(&key).await;
        assert!(ticket.fires_already(&"alertmanager/Disk".into()));
        assert!(!ticket.fires_already(&"alertmanager/Latency".into()), "it is known to be over");
        let again = tells(&bench, group(&bench, "shop", &[("Latency", "10:29", None)])).await;
        assert!(again.outcome.is_ok(), "what fires after that is news");
    }
}

#[tokio::test]
async fn what_fires_and_is_over_at_once_leaves_no_ticket_that_fires_for_ever() {
    for (store, upkeep, _folder) in kept().await {
        let bench = bench(&store).await;
        bench.until("2026-01-05T10:30:00Z").await;
        let fires = group(&bench, "shop", &[LATENCY]);
        let over = group(&bench, "shop", &[("Latency", "09:58", Some("10:20"))]);
        let (one, two) = tokio::join!(bench.desk.alert(fires.clone()), bench.desk.alert(over));
        one.unwrap();
        two.unwrap();
        bench.desk.work().await.unwrap();
        if let Some(key) = bench.desk.ticket_at(fires.place()).await.unwrap() {
            assert!(!bench.ticket(&key).await.fires());
        }
        is_whole(&store, &upkeep).await;
    }
}

#[tokio::test]
async fn what_a_closed_ticket_knows_to_be_over_opens_no_other() {
    for (store, _, _folder) in kept().await {
        let mut bench = bench(&store).await;
        let key = opens(&bench, &[LATENCY, DISK]).await;
        tells(&bench, group(&bench, "shop", &[("Latency", "09:58", Some("09:59"))])).await;
        resolves(&mut bench, &key).await;
        bench.until("2026-01-20T10:00:00Z").await;
        bench.desk.work().await.unwrap();
        let late = tells(&bench, group(&bench, "shop", &[LATENCY])).await;
        assert_eq!((late.ticket, late.outcome), (Some(key.clone()), Err(Rejection::Unchanged)));
        let next = opens(&bench, &[DISK]).await;
        assert_ne!(next, key, "what never stopped opens another");
    }
}

#[tokio::test]
async fn no_adapter_is_called_as_the_places_of_alerts_are() {
    for (store, _, _folder) in kept().await {
        let chat = Arc::new(FakeChat::new("alerts".into()));
        let error = Desk::builder(store).chat("alerts".into(), chat).build().await.err().unwrap();
        assert!(error.to_string().contains("no adapter may be called `alerts`"), "{error}");
    }
}

#[tokio::test]
async fn an_opening_that_was_cut_off_is_finished_once() {
    for (store, upkeep, _folder) in kept().await {
        let bench = bench(&store).await;
        let alert = group(&bench, "shop", &[LATENCY]);
        let left = alert.raise(None, &bench.desk.policy());
        let body = serde_json::to_string(&left).unwrap();
        store.accept(Arrival { key: left.key, body, at: at(NOW), until: at(NOW) }).await.unwrap();
        bench.down_until("2026-01-05T10:05:00Z").await;
        let answer = tells(&bench, alert.clone()).await;
        let key = bench.desk.ticket_at(alert.place()).await.unwrap();
        assert_eq!((answer.ticket, answer.outcome), (key.clone(), Err(Rejection::Unchanged)));
        assert_eq!(bench.ticket(&key.unwrap()).await.seq, 2, "it was opened, and its thread stands");
        is_whole(&store, &upkeep).await;
    }
}

#[tokio::test]
async fn what_a_sender_leaves_out_again_fires_again() {
    for (store, _, _folder) in kept().await {
        let bench = bench(&store).await;
        let all = ["A", "B", "C"].map(|name| (name, "09:55", None));
        let key = opens(&bench, &all[..1]).await;
        for (told, more) in [(1, 2), (2, 0), (2, 2), (3, 0), (3, 2)] {
            tells(&bench, truncated(&bench, "shop", &all[..told], more)).await;
            assert_eq!(bench.ticket(&key).await.group(&key).unfollowed, more, "{told} and {more}");
        }
    }
}
