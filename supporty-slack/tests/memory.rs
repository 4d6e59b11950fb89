//! What the adapter remembers of threads is bounded; prints what it costs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;
use chrono::TimeDelta;
use common::host::config;
use common::probe::{NOW, card, slack};
use common::slack::TOKEN;
use serde_json::json;
use supporty_core::adapter::{Chat, Show};
use supporty_core::desk::{Clock, ManualClock};
use supporty_core::stream::{EffectId, Origin};
use supporty_slack::OneTeam;

/// Until then everything that is made once is there.
const WARM: u64 = 500;
const THREADS: u64 = 10_000;

/// A Slack that remembers nothing, so that all that grows is ours.
async fn forgetful() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/api/", listener.local_addr().unwrap());
    let router = Router::new().route("/api/{method}", post(posted)).with_state(Arc::new(AtomicU64::new(0)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

async fn posted(State(count): State<Arc<AtomicU64>>) -> impl IntoResponse {
    let ts = format!("1768212000.{:06}", count.fetch_add(1, Ordering::SeqCst));
    let body = json!({ "ok": true, "channel": "C1", "ts": ts, "message": { "ts": ts } }).to_string();
    ([(header::CONTENT_TYPE, "application/json")], body)
}

/// The memory of this process, where the system says so.
fn resident() -> Option<u64> {
    const PAGE: u64 = 4_096;
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
}

#[tokio::test]
async fn ten_thousand_threads_cost_a_bounded_memory() {
    let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
    let tokens = Arc::new(OneTeam::new(TOKEN.into()));
    let slack = slack(&forgetful().await, config(), tokens, &clock);
    let mut before = None;
    let mut half = None;
    for n in 1..=THREADS {
        clock.set(clock.now() + TimeDelta::seconds(1));
        let effect = EffectId { cause: Origin::Job(format!("memory/{n}")), n: 0 };
        let card = card(n, "The till is slow");
        slack.show(Show { effect, at: None, channel: "support".into(), card }).await.unwrap();
        match n {
            WARM => before = resident(),
            _ if n == THREADS / 2 => half = resident(),
            _ => {}
        }
    }
    let (Some(before), Some(half), Some(after)) = (before, half, resident()) else {
        eprintln!("the system does not say how much memory there is in use");
        return;
    };
    let (first, second) = (half.saturating_sub(before), after.saturating_sub(half));
    println!("{THREADS} threads: {} KiB more than {WARM}", (after.saturating_sub(before)) / 1_024);
    println!("the first half took {} KiB, the second {} KiB", first / 1_024, second / 1_024);
    assert!(first + second < 10 << 20, "{} bytes for {THREADS} threads", first + second);
    assert!(second < 1 << 20, "what is older is forgotten: {second} bytes more");
}
