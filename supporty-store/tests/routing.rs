//! Tickets that nobody takes are given to whoever has room.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::{About, Query};
use supporty_core::desk::Desk;
use supporty_core::rota::{self, Reason};
use supporty_core::stream::Cause;
use supporty_core::ticket::{Command, Event};
use supporty_core::vocab::{Actor, Kind, Period, Resolution, TicketKey, WaitingOn};

use team::at;
use team::bench::{Bench, asks_for};
use team::stores::stores;

const TEAM: &str = r#"
zone = "Europe/London"
[people.gwen]
name = "Gwen"
[people.lea]
name = "Lea"
[people.oli]
name = "Oli"
[squads.web]
name = "Web"
members = ["gwen", "lea", "oli"]
lead = "lea"
gardener_rota = "web"
assign = { to = "gardener", limit = 2 }
[areas.checkout]
squad = "web"
[squads.ops]
name = "Ops"
members = ["gwen", "lea", "oli"]
[areas.servers]
squad = "ops"
[rotas.web]
name = "Web gardener"
[[rotas.web.rotations]]
every = "week"
start = "2026-03-16 09:00"
members = ["gwen", "oli"]
"#;

fn to_members() -> String {
    TEAM.replace(r#"to = "gardener", limit = 2"#, r#"to = "members", limit = 2"#)
}

fn resolve() -> Command {
    Command::Resolve { resolution: Resolution::Explanation, note: None }
}

async fn owner(bench: &Bench, key: &TicketKey) -> String {
    bench.ticket(key).await.owner().map_or("nobody".to_owned(), ToString::to_string)
}

#[tokio::test]
async fn a_ticket_is_given_to_the_gardener_who_is_on_and_they_are_told() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", TEAM).await;
        let ticket = bench.opens("rita", "P2", "checkout").await;
        assert_eq!(owner(&bench, &ticket).await, "gwen");
        let heard = bench.heard("gwen");
        assert!(heard.iter().any(|line| line.contains("Support gave this to Gwen.")), "{heard:?}");
        let log = bench.desk.log(ticket).await.unwrap();
        let given = log.iter().find(|entry| matches!(entry.event, Event::Assigned { .. })).unwrap();
        assert_eq!(given.by, Actor::Desk);
        assert!(matches!(given.cause, Cause::Delivery(_)), "{:?}", given.cause);
    }
}

#[tokio::test]
async fn what_nobody_has_room_for_waits_in_order_for_somebody_who_has() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", TEAM).await;
        let first = bench.opens("rita", "P3", "checkout").await;
        let second = bench.opens("rita", "P3", "checkout").await;
        let third = bench.opens("rita", "P3", "checkout").await;
        let fourth = bench.opens("rita", "P3", "checkout").await;
        let urgent = bench.opens("rita", "P2", "checkout").await;
        assert_eq!(owner(&bench, &third).await, "nobody");
        bench.does("gwen", &first, resolve()).await;
        assert_eq!(owner(&bench, &urgent).await, "gwen", "the most urgent first");
        let (on, until) = (WaitingOn::Requester, at("2026-03-27T12:00:00Z"));
        bench.does("gwen", &second, Command::Wait { on, until, why: None }).await;
        assert_eq!(owner(&bench, &third).await, "nobody", "what waits comes back");
        let handed = Command::HandOff { to: "lea".into(), note: None };
        bench.does("gwen", &second, handed).await;
        assert_eq!(owner(&bench, &third).await, "gwen", "then the oldest");
        // Whoever comes on next has room.
        bench.until("2026-03-23T09:00:00Z").await;
        assert_eq!(owner(&bench, &fourth).await, "oli");
    }
}

#[tokio::test]
async fn out_of_hours_a_ticket_waits_for_the_morning_unless_somebody_is_on_call() {
    let on_call = TEAM.replace("gardener_rota = \"web\"", "gardener = \"lea\"\non_call_rota = \"web\"");
    let on_call = on_call.replace(r#"to = "gardener""#, r#"to = "on-call""#);
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-18T20:00:00Z", TEAM).await;
        let ticket = bench.opens("rita", "P3", "checkout").await;
        bench.until("2026-03-19T08:59:59Z").await;
        assert_eq!(owner(&bench, &ticket).await, "nobody");
        bench.until("2026-03-19T09:00:00Z").await;
        assert_eq!(owner(&bench, &ticket).await, "gwen");
    }
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-18T20:00:00Z", &on_call).await;
        let tickets = [
            bench.opens("rita", "P3", "checkout").await,
            bench.opens("rita", "P3", "checkout").await,
            bench.opens("rita", "P3", "checkout").await,
        ];
        assert_eq!(owner(&bench, &tickets[1]).await, "gwen");
        assert_eq!(owner(&bench, &tickets[2]).await, "nobody");
        bench.until("2026-03-19T09:00:00Z").await;
        assert_eq!(owner(&bench, &tickets[2]).await, "lea", "in its hours the gardener answers for it");
    }
}

#[tokio::test]
async fn members_take_turns_and_nobody_is_given_what_they_asked_for() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", &to_members()).await;
        let mut owners = Vec::new();
        for minute in 1..=7 {
            bench.until(&format!("2026-03-20T12:{minute:02}:00Z")).await;
            let ticket = bench.opens("gwen", "P3", "checkout").await;
            owners.push(owner(&bench, &ticket).await);
            if minute < 3 {
                let one = owners.last().unwrap().clone();
                bench.does(&one, &ticket, resolve()).await;
            }
        }
        assert_eq!(owners, ["lea", "oli", "lea", "oli", "lea", "oli", "nobody"]);
    }
}

#[tokio::test]
async fn somebody_who_is_away_is_given_nothing_until_they_are_back() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", TEAM).await;
        let away = rota::Command::BeAway {
            person: "gwen".into(),
            period: Period::new(at("2026-03-20T12:00:00Z"), at("2026-03-20T15:00:00Z")),
            reason: Reason::FeatureWork,
            why: None,
        };
        bench.arranges("gwen", "web", away.clone()).await.unwrap();
        let ticket = bench.opens("rita", "P3", "checkout").await;
        assert_eq!(owner(&bench, &ticket).await, "nobody");
        bench.until("2026-03-20T15:00:00Z").await;
        assert_eq!(owner(&bench, &ticket).await, "gwen");

        let again = match away {
            rota::Command::BeAway { person, reason, why, .. } => {
                let period = Period::new(at("2026-03-20T15:00:00Z"), at("2026-03-22T15:00:00Z"));
                rota::Command::BeAway { person, period, reason, why }
            }
            other => other,
        };
        let away = bench.arranges("gwen", "web", again).await.unwrap();
        let ticket = bench.opens("rita", "P3", "checkout").await;
        assert_eq!(owner(&bench, &ticket).await, "nobody");
        bench.arranges("gwen", "web", rota::Command::ComeBack { away }).await.unwrap();
        assert_eq!(owner(&bench, &ticket).await, "gwen");
    }
}

#[tokio::test]
async fn a_swap_a_release_a_move_and_a_reopening_give_tickets_to_whoever_is_on() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", TEAM).await;
        let elsewhere = bench.opens("rita", "P3", "servers").await;
        assert_eq!(owner(&bench, &elsewhere).await, "nobody", "that squad assigns nothing");
        bench.does("lea", &elsewhere, Command::Move { to: "checkout".into() }).await;
        assert_eq!(owner(&bench, &elsewhere).await, "gwen");
        let replace = rota::Command::Arrange {
            period: Period::new(at("2026-03-20T12:00:00Z"), at("2026-03-21T12:00:00Z")),
            change: rota::Change::Replace { person: "gwen".into(), with: "oli".into() },
            why: None,
        };
        bench.arranges("lea", "web", replace).await.unwrap();
        bench.does("gwen", &elsewhere, Command::Release).await;
        assert_eq!(owner(&bench, &elsewhere).await, "oli");
        let other = bench.opens("rita", "P3", "servers").await;
        bench.does("lea", &other, resolve()).await;
        bench.does("rita", &other, Command::Reopen { why: None }).await;
        bench.does("lea", &other, Command::Move { to: "checkout".into() }).await;
        assert_eq!(owner(&bench, &other).await, "oli");
    }
}

#[tokio::test]
async fn gardening_and_drills_are_given_to_nobody_and_count_for_nobody() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", TEAM).await;
        for kind in [Kind::Gardening, Kind::Drill] {
            let opened = bench.asks("rita", About::New, asks_for("P3", "checkout", kind)).await;
            let ticket = opened.outcome.unwrap().ticket;
            assert_eq!(owner(&bench, &ticket).await, "nobody");
            bench.does("gwen", &ticket, Command::Claim).await;
        }
        let opened = bench.asks("rita", About::New, asks_for("P3", "checkout", Kind::Incident)).await;
        assert_eq!(owner(&bench, &opened.outcome.unwrap().ticket).await, "gwen");
    }
}

#[tokio::test]
async fn somebody_who_claims_first_has_it_and_a_restart_gives_nothing_twice() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(Arc::clone(&store), "2026-03-20T12:00:00Z", TEAM).await;
        let full = [bench.opens("rita", "P3", "checkout").await, bench.opens("rita", "P3", "checkout").await];
        let claimed = bench.opens("rita", "P3", "checkout").await;
        bench.does("lea", &claimed, Command::Claim).await;
        bench.does("gwen", &full[0], resolve()).await;
        assert_eq!(owner(&bench, &claimed).await, "lea");
        let entries = store.load(supporty_core::stream::StreamId::Ticket(claimed.clone()), 0).await.unwrap();
        let again = Bench::new(Arc::clone(&store), "2026-03-20T12:30:00Z", TEAM).await;
        let after = store.load(supporty_core::stream::StreamId::Ticket(claimed.clone()), 0).await.unwrap();
        assert_eq!(entries, after);
        // A policy that gives everybody more room gives them what waits.
        let waits = bench.opens("rita", "P3", "checkout").await;
        let last = bench.opens("rita", "P3", "checkout").await;
        assert_eq!(
            (owner(&again, &waits).await, owner(&again, &last).await),
            ("gwen".into(), "nobody".into())
        );
        let more = TEAM.replace("limit = 2", "limit = 3");
        let again = Bench::new(store, "2026-03-20T12:30:00Z", &more).await;
        assert_eq!(owner(&again, &last).await, "gwen");
    }
}

#[tokio::test]
async fn two_desks_on_one_store_keep_everybodys_limit() {
    for (store, _folder) in stores().await {
        let mut one = Bench::new(Arc::clone(&store), "2026-03-20T12:00:00Z", &to_members()).await;
        let two = Bench::new(Arc::clone(&store), "2026-03-20T12:00:00Z", &to_members()).await;
        for _ in 0..9 {
            one.opens("rita", "P3", "servers").await;
        }
        for number in 1..=9 {
            let key = TicketKey::new("SUP", number);
            one.does("lea", &key, Command::Move { to: "checkout".into() }).await;
            let (first, second): (&Desk, &Desk) = (&one.desk, &two.desk);
            let (first, second) = tokio::join!(first.work(), second.work());
            assert_eq!((first.unwrap().errors, second.unwrap().errors), (0, 0));
        }
        let rows = one.desk.list(Query::default()).await.unwrap().rows;
        for name in ["gwen", "lea", "oli"] {
            let theirs = rows.iter().filter(|listed| listed.row.owner == Some(name.into())).count();
            assert_eq!(theirs, 2, "{name}");
        }
    }
}

#[tokio::test]
async fn a_restricted_ticket_is_given_only_to_its_readers_and_the_desk_needs_no_permission() {
    let policy = TEAM.replace("[areas.checkout]\n", "[areas.checkout]\nrestricted = true\n");
    let policy = format!("private_channel = \"private\"\npermissions = {{ assign = \"lead\" }}\n{policy}");
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", &policy).await;
        let hidden = bench.opens("rita", "P2", "checkout").await;
        assert_eq!(owner(&bench, &hidden).await, "nobody", "it would make her a reader whom nobody named");
        let readers = ["gwen".into()].into();
        bench.does("rita", &hidden, Command::Restrict { readers }).await;
        assert_eq!(owner(&bench, &hidden).await, "gwen", "now she is one");
    }
}
