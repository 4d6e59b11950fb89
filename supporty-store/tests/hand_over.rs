//! Whoever comes on hears what they find, once for every handoff.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod team;

use std::sync::Arc;

use supporty_core::adapter::Store;
use supporty_core::rota::{self, Change, Event, Reason, RotaEntry};
use supporty_core::stream::StreamId;
use supporty_core::testing::Failure;
use supporty_core::ticket::Command;
use supporty_core::vocab::{Period, Resolution};

use team::at;
use team::bench::Bench;
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
[areas.checkout]
squad = "web"
[rotas.web]
name = "Web gardener"
[[rotas.web.rotations]]
every = "week"
start = "2026-03-16 09:00"
members = ["gwen", "oli"]
"#;

/// How the rota was handed over: when, from whom, to whom, and how many handoffs were missed before.
async fn handed_over(store: &Arc<dyn Store>) -> Vec<String> {
    let stream = StreamId::Rota("web".into());
    let entries = store.load(stream.clone(), 0).await.unwrap();
    let told = entries.iter().filter_map(|raw| match RotaEntry::decode(&stream, raw).unwrap().event {
        Event::HandedOver { due, from, to, missed, .. } => {
            let names = |people: std::collections::BTreeSet<supporty_core::vocab::PersonId>| {
                people.iter().map(|one| one.to_string()).collect::<Vec<_>>().join("+")
            };
            Some(format!("{} {}>{} {missed}", due.format("%m-%d %H:%M"), names(from), names(to)))
        }
        _ => None,
    });
    told.collect()
}

fn period(from: &str, until: &str) -> Period {
    Period::new(at(from), at(until))
}

#[tokio::test]
async fn whoever_comes_on_is_told_what_is_open_the_most_urgent_first() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", TEAM).await;
        assert!(bench.heard("gwen").is_empty(), "her week began before the desk was there");
        let mild = bench.opens("rita", "P3", "checkout").await;
        let urgent = bench.opens("rita", "P2", "checkout").await;
        let done = bench.opens("rita", "P2", "checkout").await;
        bench.opens("rita", "P2", "").await;
        bench.does("lea", &urgent, Command::Claim).await;
        let resolution = Resolution::Explanation;
        bench.does("lea", &done, Command::Resolve { resolution, note: None }).await;

        bench.until("2026-03-23T09:00:00Z").await;
        let heard = bench.heard("oli");
        let note = heard.iter().find(|line| line.contains("You are on now")).unwrap();
        assert!(note.starts_with("Web gardener: You are on now, after Gwen. 2 open:\n"), "{note}");
        assert!(note.find(urgent.to_string().as_str()) < note.find(mild.to_string().as_str()), "{note}");
        assert!(note.contains("checkout is down P2, active, Lea, due "), "{note}");
        assert!(note.contains("P3, new, nobody's"), "{note}");
        assert!(!note.contains(done.to_string().as_str()), "{note}");
    }
}

#[tokio::test]
async fn a_long_backlog_is_cut_and_an_empty_one_said_in_a_line() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(store, "2026-03-20T12:00:00Z", TEAM).await;
        bench.until("2026-03-23T09:00:00Z").await;
        assert_eq!(bench.heard("oli"), ["Web gardener: You are on now, after Gwen. Nothing is open."]);
        for _ in 0..13 {
            bench.opens("rita", "P3", "checkout").await;
        }
        bench.until("2026-03-30T08:00:00Z").await;
        let heard = bench.heard("gwen");
        let note = heard.iter().find(|line| line.contains("You are on now")).unwrap();
        assert!(note.contains("13 open:") && note.ends_with("\nand 3 more"), "{note}");
        assert_eq!(note.lines().count(), 12, "{note}");
    }
}

#[tokio::test]
async fn a_swap_a_change_and_an_early_return_hand_over_when_they_put_somebody_on() {
    for (store, _folder) in stores().await {
        let mut bench = Bench::new(Arc::clone(&store), "2026-03-20T12:00:00Z", TEAM).await;
        let ask = rota::Command::AskSwap {
            person: "oli".into(),
            period: period("2026-03-23T09:00:00Z", "2026-03-25T09:00:00Z"),
            with: None,
            why: None,
        };
        let swap = bench.arranges("oli", "web", ask).await.unwrap();
        bench.arranges("lea", "web", rota::Command::TakeSwap { swap, in_return: None }).await.unwrap();
        bench.until("2026-03-26T12:00:00Z").await;
        let add = rota::Command::Arrange {
            period: period("2026-03-26T10:00:00Z", "2026-03-27T10:00:00Z"),
            change: Change::Add("lea".into()),
            why: None,
        };
        let added = bench.arranges("lea", "web", add).await.unwrap();
        bench.until("2026-03-26T13:00:00Z").await;
        bench.arranges("lea", "web", rota::Command::Withdraw { arranged: added }).await.unwrap();
        let away = rota::Command::BeAway {
            person: "oli".into(),
            period: period("2026-03-26T13:00:00Z", "2026-03-28T10:00:00Z"),
            reason: Reason::Sick,
            why: None,
        };
        let away = bench.arranges("oli", "web", away).await.unwrap();
        bench.until("2026-03-27T08:00:00Z").await;
        bench.arranges("oli", "web", rota::Command::ComeBack { away }).await.unwrap();
        bench.until("2026-03-31T00:00:00Z").await;
        assert_eq!(
            handed_over(&store).await,
            [
                "03-23 09:00 gwen>lea 0",
                "03-25 09:00 lea>oli 0",
                "03-26 10:00 >lea 0",
                "03-27 08:00 >oli 0",
                "03-30 08:00 oli>gwen 0",
            ]
        );
    }
}

#[tokio::test]
async fn what_a_desk_that_was_down_missed_is_one_handoff() {
    for (store, _folder) in stores().await {
        let bench = Bench::new(Arc::clone(&store), "2026-03-20T12:00:00Z", TEAM).await;
        bench.down_until("2026-04-08T12:00:00Z").await;
        assert_eq!(handed_over(&store).await, ["04-06 08:00 gwen>oli 2"]);
        assert_eq!((bench.heard("oli").len(), bench.heard("gwen").len()), (1, 0));
    }
}

#[tokio::test]
async fn a_note_that_comes_after_the_shift_is_not_delivered() {
    for (store, _folder) in stores().await {
        let bench = Bench::new(store, "2026-03-20T12:00:00Z", TEAM).await;
        bench.clock.set(at("2026-03-23T09:00:00Z"));
        let day = std::time::Duration::from_secs(24 * 3600);
        (0..8).for_each(|_| bench.chat.fail_next(Failure::RateLimited(day)));
        bench.desk.work().await.unwrap();
        bench.until("2026-04-02T00:00:00Z").await;
        assert!(bench.heard("oli").is_empty(), "{:?}", bench.heard("oli"));
        assert_eq!(bench.heard("gwen").len(), 1);
    }
}

#[tokio::test]
async fn desks_that_begin_at_once_look_after_a_rota_once_and_a_restart_changes_nothing() {
    for (store, _folder) in stores().await {
        let (now, one) = ("2026-03-20T12:00:00Z", Arc::clone(&store));
        let two = Arc::clone(&store);
        tokio::join!(Bench::new(one, now, TEAM), Bench::new(two, now, TEAM));
        let again = Bench::new(Arc::clone(&store), "2026-03-21T12:00:00Z", TEAM).await;
        assert_eq!(again.rota("web").await.seq, 1);
        assert_eq!(store.next_wake().await.unwrap(), Some(at("2026-03-23T09:00:00Z")));
        // Another policy has other handoffs: whoever is on by it now hears so.
        let other = TEAM.replace(r#"["gwen", "oli"]"#, r#"["lea"]"#);
        let again = Bench::new(Arc::clone(&store), "2026-03-21T13:00:00Z", &other).await;
        assert_eq!(again.heard("lea").len(), 1);
        assert_eq!(store.next_wake().await.unwrap(), Some(at("2026-06-18T12:00:00Z")), "nobody comes on");
    }
}
