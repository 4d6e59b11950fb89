//! Five hundred tickets within a minute: everything is shown once and in order, as fast as Slack allows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use common::host::Host;
use common::slack::shown;
use supporty_core::adapter::{Form, Inbound};
use supporty_core::desk::Clock;
use supporty_core::vocab::{Identity, Time};
use supporty_store::Memory;

const TICKETS: usize = 500;

/// Somebody files a ticket.
async fn files(host: &Host, n: usize, title: &str, priority: &str) {
    let who = Identity::new("slack", "U1");
    let mut form = Form::new(title, priority);
    form.area = Some("checkout".into());
    let inbound = Inbound::open(format!("burst/{n}").as_str().into(), who, form, host.desk.now()).unwrap();
    host.desk.handle(inbound).await.unwrap().outcome.unwrap();
}

/// When a post was made that has these words.
fn posted(host: &Host, words: &str) -> Vec<Time> {
    let workspace = host.stand_in.workspace();
    let posts =
        workspace.calls.iter().filter(|call| call.method == "chat.postMessage" && call.channel == "C1");
    posts.filter(|call| shown(&call.args).contains(words)).map(|call| call.at).collect()
}

#[tokio::test]
async fn five_hundred_tickets_of_a_minute_are_there_as_fast_as_slack_allows() {
    let host = Host::start(Arc::new(Memory::new()), "2026-01-12T10:00:00Z").await;
    host.stand_in.workspace().strict = true;
    let start = host.clock.now();
    let step = TimeDelta::milliseconds(60_000 / TICKETS as i64);
    for n in 0..TICKETS {
        files(&host, n, &format!("Burst number {n}."), "P3").await;
        host.until(&(start + step * (n as i32 + 1)).to_rfc3339()).await;
    }
    host.works(120).await;
    let urgent = host.clock.now();
    files(&host, TICKETS, "The shop is down", "P1").await;
    host.works(3_600).await;

    everything_is_there_in_time(&host, start);
    let shown = posted(&host, "The shop is down");
    let waited = shown.first().unwrap().signed_duration_since(urgent);
    println!("a P1 in the middle was on the channel after {:.1} s", waited.as_seconds_f64());
    assert!(waited <= TimeDelta::seconds(5), "a P1 waited {waited}");
    assert!(host.desk.dead_letters().await.unwrap().is_empty());
}

/// Every card once, every thread in order, no limit broken, and in no more time than that needs.
fn everything_is_there_in_time(host: &Host, start: Time) {
    let workspace = host.stand_in.workspace();
    assert_eq!(workspace.broken_limits, Vec::<String>::new());
    assert_eq!(workspace.put_off, 0, "Slack never had to remind us");
    let roots: Vec<_> = workspace.roots("C1").into_iter().map(|root| root.ts.clone()).collect();
    let cards: BTreeMap<_, _> =
        roots.iter().map(|root| (workspace.reads("C1", root)[0].clone(), root)).collect();
    for n in 0..TICKETS {
        let title = format!("Burst number {n}.");
        let mine: Vec<_> = cards.iter().filter(|(card, _)| card.contains(&title)).collect();
        assert_eq!(mine.len(), 1, "the card of {title} is there once");
        let thread = workspace.reads("C1", mine[0].1);
        let answers = thread.iter().filter(|line| line.contains("Expect an answer by")).count();
        assert_eq!(answers, 1, "{thread:?}");
    }
    for root in cards.values() {
        let thread = workspace.thread("C1", root);
        assert!(thread.is_sorted_by_key(|message| message.ts.clone()));
    }
    // What else was posted much later, such as a nudge, is none of the burst.
    let mut posts: Vec<_> = workspace
        .calls
        .iter()
        .filter(|call| call.method == "chat.postMessage" && call.channel == "C1")
        .map(|call| call.at.signed_duration_since(start))
        .collect();
    posts.sort_unstable();
    let burst = posts.windows(2).take_while(|pair| pair[1] - pair[0] < TimeDelta::seconds(60)).count() + 1;
    let (took, least) = (posts[burst - 1].as_seconds_f64(), (burst - 1) as f64);
    let edits = workspace.called("chat.update");
    println!("{burst} posts to one channel took {took:.1} s; one a second allows {least:.0} s");
    println!("{edits} edits; the whole was over {:.0} s after its beginning", took);
    assert!(burst > 2 * TICKETS, "{burst}");
    assert!(took <= least * 1.1, "{took} s are too many for {burst} posts");
}
