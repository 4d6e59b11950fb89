//! A whole ticket's life over Socket Mode, with a connection that ends whenever it hurts.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]
#![cfg(feature = "socket")]

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::host::Host;
use common::slack::{APP_TOKEN, Sockets, TOKEN};
use serde_json::{Value, json};
use supporty_core::ticket::StatusKind;
use supporty_slack::{Api, OneTeam, Socket};
use supporty_store::Memory;
use tokio::sync::oneshot;

const NOW: &str = "2026-01-12T10:00:00Z";

/// A socket that is open until this is dropped.
struct Open {
    _end: oneshot::Sender<()>,
}

fn open(host: &Host) -> Open {
    let api = Api::at(&host.stand_in.base, Arc::new(OneTeam::new(TOKEN.into()))).unwrap();
    let socket = Socket::new(api, APP_TOKEN.into(), host.front.clone());
    let (end, ended) = oneshot::channel::<()>();
    tokio::spawn(async move { socket.run(async { drop(ended.await) }).await });
    Open { _end: end }
}

async fn host() -> (Host, Sockets, Open) {
    let host = Host::start(Arc::new(Memory::new()), NOW).await;
    let sockets = Sockets::start(&host.stand_in).await;
    let open = open(&host);
    sockets.connected(1).await;
    (host, sockets, open)
}

/// The JSON of a body as it would come over HTTP.
fn payload(body: &str) -> Value {
    if body.starts_with('{') {
        return serde_json::from_str(body).unwrap();
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    match fields.iter().find(|(name, _)| name == "payload") {
        Some((_, payload)) => serde_json::from_str(payload).unwrap(),
        None => fields.into_iter().map(|(name, value)| (name, Value::String(value))).collect(),
    }
}

/// What runs on tasks of its own after an acknowledgement is waited for: until `done` says so.
async fn until(done: impl AsyncFn() -> bool) {
    let waiting = async {
        while !done().await {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("it happens in time");
}

async fn views(host: &Host, count: usize) {
    until(async || {
        let workspace = host.stand_in.workspace();
        workspace.called("views.open") >= count && workspace.called("views.update") >= count
    })
    .await;
}

/// Files a ticket by the command and the form, and answers with the root of its thread.
async fn files(host: &Host, sockets: &Sockets) -> String {
    sockets.deliver("slash_commands", &payload(&host.command("U1", "C1", "The till is slow")));
    views(host, 1).await;
    let form = sockets.deliver("interactive", &payload(&host.submits("U1", &[("priority", json!("P2"))])));
    sockets.acknowledged(form).await;
    host.works(5).await;
    let workspace = host.stand_in.workspace();
    let roots = workspace.roots("C1");
    assert_eq!(roots.len(), 1, "one card");
    roots[0].ts.clone()
}

#[tokio::test]
async fn a_whole_life_over_connections_that_end_is_there_once_and_in_order() {
    let (host, sockets, _open) = host().await;
    sockets.answers_pings().await;
    let root = files(&host, &sockets).await;

    // Slack warns: the next connection is there before the old one is left, and both are listened to.
    sockets.disconnect("warning");
    sockets.connected(2).await;
    let claim = sockets
        .deliver("interactive", &payload(&host.press("U2", "supporty:do:claim", "SUP-1", "C1", &root)));
    sockets.acknowledged(claim).await;
    until(async || host.ticket("SUP-1").await.status.kind() == StatusKind::Active).await;
    sockets.cut();
    sockets.connected(1).await;

    // The connection ends between the delivery and its acknowledgement, twice.
    sockets.lose(2);
    let (_, event) = host.types("U2", "C1", Some(&root), "We look at it.");
    let typed = sockets.deliver("events_api", &payload(&host.event(&event)));
    assert_eq!(sockets.acknowledged(typed).await["payload"], Value::Null);
    until(async || host.ticket("SUP-1").await.messages == 1).await;

    // What comes while there is no connection comes on the next.
    sockets.connected(1).await;
    sockets.cut();
    let (_, event) = host.types("U1", "C1", Some(&root), "Thank you!");
    let thanks = sockets.deliver("events_api", &payload(&host.event(&event)));
    sockets.acknowledged(thanks).await;
    until(async || host.ticket("SUP-1").await.messages == 2).await;

    sockets.disconnect("refresh_requested");
    let resolve = host.press("U2", "supporty:do:resolve", "SUP-1", "C1", &root);
    sockets.deliver("interactive", &payload(&resolve));
    until(async || host.stand_in.workspace().called("views.open") >= 2).await;
    views(&host, 2).await;
    let filled = host.submits("U2", &[("resolution", json!("configuration"))]);
    let form = sockets.deliver("interactive", &payload(&filled));
    sockets.acknowledged(form).await;
    for (action, value) in [("supporty:rate:5", "SUP-1"), ("supporty:do:confirm", "SUP-1")] {
        sockets.deliver("interactive", &payload(&host.press("U1", action, value, "C1", &root)));
        sockets.deliver_again();
    }
    until(async || host.ticket("SUP-1").await.status.kind() == StatusKind::Closed).await;
    until(async || sockets.pending() == 0).await;
    host.works(10).await;

    let workspace = host.stand_in.workspace();
    assert_eq!(workspace.roots("C1").len(), 1);
    assert_eq!(workspace.broken_limits, Vec::<String>::new());
    let thread = workspace.reads("C1", &root);
    let place = |words: &str| {
        let found: Vec<_> = (0..thread.len()).filter(|line| thread[*line].contains(words)).collect();
        assert_eq!(found.len(), 1, "{words}: {thread:?}");
        found[0]
    };
    let places =
        ["Expect an answer by", "owns this now", "a setting was changed", "This is closed"].map(place);
    assert!(places.is_sorted(), "{thread:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_form_goes_back_in_the_acknowledgement() {
    let (host, sockets, _open) = host().await;
    sockets.deliver("slash_commands", &payload(&host.command("U1", "C1", "")));
    views(&host, 1).await;
    let form = sockets.deliver("interactive", &payload(&host.submits("U1", &[("title", json!("   "))])));
    let answer = sockets.acknowledged(form).await;
    assert_eq!(answer["payload"]["response_action"], "errors");
    assert!(answer["payload"]["errors"]["title"].is_string(), "{answer}");
}

#[tokio::test]
async fn what_could_not_be_kept_is_not_acknowledged_and_comes_again() {
    let store = Arc::new(common::broken::Broken::default());
    let host = Host::start(store.clone(), NOW).await;
    let sockets = Sockets::start(&host.stand_in).await;
    let _open = open(&host);
    sockets.connected(1).await;
    let root = files(&host, &sockets).await;
    store.breaks(true);
    let (_, event) = host.types("U1", "C1", Some(&root), "Anybody?");
    let typed = sockets.deliver("events_api", &payload(&host.event(&event)));
    until(async || store.refused() > 0).await;
    assert!(!sockets.is_acknowledged(typed));
    store.breaks(false);
    sockets.deliver_again();
    sockets.acknowledged(typed).await;
    until(async || host.ticket("SUP-1").await.messages == 1).await;
}

/// A form that was sent, and that the desk does not get to decide.
async fn form_that_waits(host: &Host, store: &common::broken::Broken, sockets: &Sockets) -> u64 {
    sockets.deliver("slash_commands", &payload(&host.command("U1", "C1", "The printer is slow")));
    views(host, 2).await;
    store.holds(true);
    let form = sockets.deliver("interactive", &payload(&host.submits("U1", &[("priority", json!("P2"))])));
    until(async || store.held() > 0).await;
    form
}

#[tokio::test]
async fn nobody_waits_for_a_form_that_waits_for_the_desk() {
    let store = Arc::new(common::broken::Broken::default());
    let host = Host::start(store.clone(), NOW).await;
    let sockets = Sockets::start(&host.stand_in).await;
    let _open = open(&host);
    sockets.connected(1).await;
    let root = files(&host, &sockets).await;
    let form = form_that_waits(&host, &store, &sockets).await;
    for n in 0..100 {
        let (_, event) = host.types("U1", "C1", Some(&root), &format!("Line {n}"));
        let typed = sockets.deliver("events_api", &payload(&host.event(&event)));
        sockets.acknowledged(typed).await;
    }
    assert!(!sockets.is_acknowledged(form), "what came later was acknowledged before");
    store.holds(false);
    assert_eq!(sockets.acknowledged(form).await["payload"], Value::Null);
    until(async || host.ticket("SUP-1").await.messages == 100).await;
}

#[tokio::test]
async fn what_is_being_taken_at_the_end_is_acknowledged_and_nothing_more_is_taken() {
    let store = Arc::new(common::broken::Broken::default());
    let host = Host::start(store.clone(), NOW).await;
    let sockets = Sockets::start(&host.stand_in).await;
    let socket = open(&host);
    sockets.connected(1).await;
    let root = files(&host, &sockets).await;
    let form = form_that_waits(&host, &store, &sockets).await;
    drop(socket);
    let (_, event) = host.types("U1", "C1", Some(&root), "Too late");
    let late = sockets.deliver("events_api", &payload(&host.event(&event)));
    store.holds(false);
    sockets.acknowledged(form).await;
    sockets.connected(0).await;
    assert!(!sockets.is_acknowledged(late), "it comes again to whoever is there next");
    assert_eq!(sockets.pending(), 1);
}

#[tokio::test]
async fn two_desks_on_one_store_do_nothing_twice() {
    let store = Arc::new(Memory::new());
    let one = Host::start(store.clone(), NOW).await;
    let sockets = Sockets::start(&one.stand_in).await;
    let config = (*one.config).clone();
    let two = Host::on(store, one.stand_in.clone(), Arc::clone(&one.clock), config).await;
    let _open = (open(&one), open(&two));
    sockets.connected(2).await;
    let root = files(&one, &sockets).await;
    for n in 0..10 {
        let (_, event) = one.types("U1", "C1", Some(&root), &format!("Line {n}"));
        sockets.deliver("events_api", &payload(&one.event(&event)));
        // Both connections are given what was not acknowledged yet.
        sockets.deliver_again();
        if n % 3 == 0 {
            sockets.cut();
        }
    }
    until(async || sockets.pending() == 0).await;
    until(async || one.ticket("SUP-1").await.messages == 10).await;
    let claim = one.press("U2", "supporty:do:claim", "SUP-1", "C1", &root);
    sockets.deliver("interactive", &payload(&claim));
    sockets.deliver_again();
    until(async || one.ticket("SUP-1").await.owner().is_some()).await;
    for _ in 0..20 {
        one.works(1).await;
        two.works(1).await;
    }
    let workspace = one.stand_in.workspace();
    assert_eq!(workspace.roots("C1").len(), 1);
    let thread = workspace.reads("C1", &root);
    for words in ["Expect an answer by", "owns this now"] {
        assert_eq!(thread.iter().filter(|line| line.contains(words)).count(), 1, "{words}: {thread:?}");
    }
}

#[tokio::test]
async fn a_socket_that_was_switched_off_is_left_alone_and_one_that_is_ended_closes() {
    let (host, sockets, first) = host().await;
    sockets.disconnect("link_disabled");
    sockets.connected(0).await;
    let tried = host.stand_in.workspace().called("apps.connections.open");
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(host.stand_in.workspace().called("apps.connections.open"), tried, "it is tried much later");
    drop(first);
    let second = open(&host);
    sockets.connected(1).await;
    drop(second);
    sockets.connected(0).await;
}

#[tokio::test]
async fn slack_that_is_not_reached_or_asks_to_wait_is_reached_later() {
    let host = Host::start(Arc::new(Memory::new()), NOW).await;
    let sockets = Sockets::start(&host.stand_in).await;
    host.stand_in.mishap("apps.connections.open", common::slack::Mishap::Broken);
    host.stand_in.mishap("apps.connections.open", common::slack::Mishap::TooMany(1));
    let _open = open(&host);
    sockets.connected(1).await;
    assert_eq!(host.stand_in.mishaps_left(), 0);
}
