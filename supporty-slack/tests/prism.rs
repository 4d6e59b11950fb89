//! Slack's published description of its Web API has nothing against any request that we make.
//!
//! `SUPPORTY_PRISM` names where `prism mock` runs with that description: `http://127.0.0.1:4010`. What the code sends to
//! the stand-in is sent there again, byte for byte.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use common::host::{Host, config, policy};
use common::slack::{CLIENT_SECRET, StandIn, TOKEN};
use serde_json::{Value, json};
use supporty_core::adapter::{Chat, Destination, Message, Piece, Post};
use supporty_core::desk::{Clock, ManualClock};
use supporty_core::stream::{EffectId, Origin};
use supporty_core::vocab::Place;
use supporty_slack::{Api, Install, Method, OneTeam, WhoIsOn, check, identify};
use supporty_store::Memory;

/// The description is older than these.
const NOT_DESCRIBED: &[Method] = &[
    Method::AppsConnectionsOpen,
    Method::BookmarksAdd,
    Method::BookmarksEdit,
    Method::BookmarksList,
    Method::FilesCompleteUpload,
    Method::FilesGetUploadUrl,
];
const NOW: &str = "2026-01-12T10:00:00Z";

#[tokio::test]
async fn every_request_that_we_make_is_as_slack_describes_it() {
    let Ok(prism) = std::env::var("SUPPORTY_PRISM") else {
        eprintln!("SUPPORTY_PRISM is not set: no request is validated against Slack's description");
        return;
    };
    let clock = Arc::new(ManualClock::new(NOW.parse().unwrap()));
    let stand_in = StandIn::start(Arc::clone(&clock) as Arc<dyn Clock>).await;
    everything(stand_in.clone(), clock).await;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let tls = tls.unwrap().with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth();
    let http = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls).build().unwrap();
    let mut accepted: BTreeMap<String, usize> = BTreeMap::new();
    let skipped: BTreeSet<_> = NOT_DESCRIBED.iter().map(|method| method.name()).collect();
    for request in stand_in.requests() {
        if skipped.contains(request.method.as_str()) {
            continue;
        }
        let url = format!("{}/{}", prism.trim_end_matches('/'), request.method);
        // The description wants a token everywhere, also where it is only about to be got.
        let authorization = match request.authorization.as_str() {
            "" if request.method == Method::OauthAccess.name() => "Bearer none-yet",
            known => known,
        };
        let sent = http.post(url).header("content-type", &request.kind).body(request.body.to_vec());
        let answer = sent.header("authorization", authorization).send().await.expect("prism answers");
        let status = answer.status();
        let violations = answer.headers().get("sl-violations").map(|all| all.to_str().unwrap().to_owned());
        let body = String::from_utf8_lossy(&request.body).into_owned();
        let said = answer.text().await.unwrap();
        assert!(status.is_success(), "{}: {status}: {said}\n{body}", request.method);
        let violations: Value =
            violations.map_or(json!([]), |violations| serde_json::from_str(&violations).unwrap());
        let errors: Vec<_> =
            violations.as_array().unwrap().iter().filter(|one| one["severity"] == "Error").collect();
        assert!(errors.is_empty(), "{}: {errors:?}\n{body}", request.method);
        *accepted.entry(request.method).or_default() += 1;
    }
    for method in Method::ALL.iter().filter(|method| !skipped.contains(method.name())) {
        assert!(accepted.contains_key(method.name()), "{} was not called", method.name());
    }
    eprintln!("accepted: {accepted:?}; not described, and so not validated: {skipped:?}");
}

/// Makes every call that we ever make, on the ways on which we make them.
async fn everything(stand_in: StandIn, clock: Arc<ManualClock>) {
    let mut config = config();
    config.digest = Some("mon 09:00".to_owned().try_into().unwrap());
    let host = Host::on(Arc::new(Memory::new()), stand_in.clone(), Arc::clone(&clock), config.clone()).await;

    // Who we are, what is missing, and a workspace that installs us.
    let api = Api::at(&stand_in.base, Arc::new(OneTeam::new(TOKEN.into()))).unwrap();
    let who = identify(&api).await.unwrap();
    check(&api, &who, &config, &policy()).await.unwrap();
    let install = Install::new(api, "1.2", CLIENT_SECRET.into());
    install.finish("code-for-T9", "https://desk.example.org/back").await.unwrap();

    // A ticket's life: forms, cards, threads, whispers.
    host.delivers(&host.command("U1", "C1", "The till is slow")).await;
    host.delivers(&host.submits("U1", &[("priority", json!("P2")), ("kind", json!("incident"))])).await;
    host.works(5).await;
    let root = stand_in.workspace().roots("C1")[0].ts.clone();
    host.delivers(&host.press("U2", "supporty:do:claim", "SUP-1", "C1", &root)).await;
    let (_, event) = host.types("U2", "C1", Some(&root), "We look at the network &amp; the till.");
    host.delivers(&host.event(&event)).await;
    host.works(60).await;
    for action in ["supporty:more", "supporty:do:resolve", "supporty:do:wait"] {
        host.delivers(&host.press("U2", action, "SUP-1", "C1", &root)).await;
    }
    let (_, event) = host.types("U1", "C1", None, "<@U2> can you look at the till?");
    host.delivers(&host.event(&event)).await;
    for user in ["U1", "U2"] {
        let home =
            json!({ "type": "app_home_opened", "user": user, "tab": "home", "channel": format!("D{user}") });
        host.delivers(&host.event(&home)).await;
    }
    host.works(4 * 3_600).await;

    // Whatever was posted and not heard of is looked for.
    let effect = |n| EffectId { cause: Origin::Job("prism".to_owned()), n };
    let thread = || {
        Destination::Thread(Place {
            adapter: "slack".into(),
            channel: "C1".to_owned(),
            message: root.as_str().into(),
        })
    };
    let everywhere = [thread(), Destination::Channel("support".into()), Destination::Person("U1".to_owned())];
    for (n, to) in (1..).zip(everywhere) {
        host.slack.find(effect(0), to.clone()).await.unwrap();
        let pieces = vec![Piece::Text("Hello ".to_owned()), Piece::Quote("a < b".to_owned())];
        let message = Message { ticket: None, pieces, urgent: true, actions: Vec::new() };
        host.works(2).await;

        host.slack.tell(Post { effect: effect(n), to, message }).await.unwrap();
    }
    // Somebody deletes a root at the wrong moment: what went astray is taken back.
    host.works(2).await;
    {
        let mut workspace = stand_in.workspace();
        let thread: Vec<_> = workspace.thread("C1", &root).iter().map(|one| one.ts.clone()).collect();
        thread.iter().rev().for_each(|ts| workspace.delete("C1", ts));
    }
    let message = Message {
        ticket: None,
        pieces: vec![Piece::Text("Hello".to_owned())],
        urgent: true,
        actions: Vec::new(),
    };
    host.slack.tell(Post { effect: effect(9), to: thread(), message }).await.unwrap_err();

    // Who is on, in both ways, and the digest of the week.
    host.front.tend(std::future::ready(())).await;
    config.who_is_on = WhoIsOn::Topic;
    let other = Host::on(Arc::new(Memory::new()), stand_in, clock, config).await;
    other.front.tend(std::future::ready(())).await;
}
