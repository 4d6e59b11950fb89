//! What we ask of GitHub, held against GitHub's own description by a server that is not ours. `SUPPORTY_PRISM_GITHUB` is its
//! address (npm's `@stoplight/prism-cli`); without it nothing is asked.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use common::app_key;
use common::github::missed::delivery;
use common::github::{StandIn, TOKEN, sha};
use common::octo::{pull, status};
use supporty_core::adapter::{Check, NewIssue, Piece, Vcs, VcsRef, Within};
use supporty_core::desk::{Clock, Desk, ManualClock};
use supporty_github::inbound::{App, WebhookSecrets};
use supporty_github::{Api, Config, Credentials, Front, GitHub};
use supporty_store::Memory;

/// What is not in the description that the judge has.
const NOT_DESCRIBED: [&str; 2] = ["/orgs/", "/user/repos"];

/// Everything that is asked for what was missed, once.
async fn what_was_missed(stand_in: &StandIn) {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new("2026-03-02T12:00:00Z".parse().unwrap()));
    let hook = "https://desk.example/github".to_owned();
    let at = "2026-03-02T11:00:00Z";
    let (pull, deployed) = (pull(42, "", at, true), status(9, 'a', at, "success"));
    {
        let missed = &mut stand_in.world().missed;
        missed.hook = Some(hook.clone());
        missed.deliveries.extend([delivery(2, at, 502, &deployed), delivery(1, at, 502, &pull)]);
        let shown: serde_json::Value = serde_json::from_str(&deployed.2).unwrap();
        let mut before = shown["deployment"].clone();
        before["id"] = 8.into();
        before["sha"] = "b".repeat(40).into();
        missed.deployments.push(before);
        missed.statuses.insert(8, vec![shown["deployment_status"].clone()]);
    }
    for credentials in [Credentials::App(app_key()), Credentials::Token(TOKEN.into())] {
        let api = Api::at(&stand_in.base, credentials).unwrap().with_clock(Arc::clone(&clock));
        let desk = Desk::builder(Arc::new(Memory::new())).clock(Arc::clone(&clock)).build().await.unwrap();
        let config = Config { webhook_url: Some(hook.clone()), ..Config::default() };
        let front = Front::new(desk, config, App::default(), WebhookSecrets::new("secret")).asking(api);
        front.catch_up("2026-03-01T00:00:00Z".parse().unwrap()).await;
        stand_in.world().missed.deployments.clear();
        stand_in.world().missed.deliveries.push(delivery(
            3,
            at,
            502,
            &status(8, 'b', "2026-03-02T10:00:00Z", "success"),
        ));
    }
}

/// Everything that we ask, once, of a stand-in that writes it down.
async fn everything(stand_in: &StandIn, credentials: Credentials) {
    let clock = Arc::new(ManualClock::new("2026-03-02T10:00:00Z".parse().unwrap()));
    let api = Api::at(&stand_in.base, credentials).unwrap();
    let api = api.with_clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let github = GitHub::new(api, Arc::new(Config::default()));
    let later = || clock.set(clock.now() + chrono::TimeDelta::seconds(5));
    let words = vec![Piece::Text("Hello".to_owned()), Piece::Quote("a < b @octocat".to_owned())];
    let effect = |n: u16| format!("entry/ticket/SUP-1/7.{n}").parse().unwrap();
    let issue = NewIssue {
        repository: "acme/shop".to_owned(),
        title: "The till is slow".to_owned(),
        body: words.clone(),
        labels: vec!["support".to_owned()],
    };
    let at = github.open_issue(effect(1), issue).await.unwrap();
    later();
    github.comment(effect(2), at.clone(), words).await.unwrap();
    later();
    github.close(at.clone()).await.unwrap();
    later();
    github.reopen(at.clone()).await.unwrap();
    later();
    github.label(at.clone(), vec!["P1".to_owned()]).await.unwrap();
    later();
    let change = VcsRef { repository: "7".to_owned(), id: stand_in.opens("Mend it").to_string() };
    let check = Check { ticket: "SUP-1".parse().unwrap(), title: "waits for a review".to_owned() };
    github.check(change.clone(), check.clone()).await.unwrap();
    later();
    github.check(change.clone(), check).await.unwrap();
    github.look(change).await.unwrap();
    github.find(effect(3), Within::Repository("acme/shop".to_owned())).await.unwrap();
    github.find(effect(3), Within::Below(at)).await.unwrap();
}

#[tokio::test]
async fn every_request_is_one_that_github_describes() {
    let Ok(prism) = std::env::var("SUPPORTY_PRISM_GITHUB") else {
        eprintln!("SUPPORTY_PRISM_GITHUB is not set: nothing was judged");
        return;
    };
    let stand_in = StandIn::start().await;
    let by_token = StandIn::start().await;
    everything(&by_token, Credentials::Token(TOKEN.into())).await;
    everything(&stand_in, Credentials::App(app_key())).await;
    what_was_missed(&stand_in).await;
    let mut requests = by_token.world().bodies.clone();
    requests.extend(stand_in.world().bodies.clone());
    let http = reqwest::Client::builder().no_proxy().tls_backend_preconfigured(tls()).build().unwrap();
    let mut judged = BTreeSet::new();
    for (method, path, body) in requests {
        if NOT_DESCRIBED.iter().any(|other| path.starts_with(other)) {
            continue;
        }
        // The description knows repositories by their names only.
        let path = path.replacen("/repositories/7", "/repos/acme/shop", 1);
        let request = http.request(method.parse().unwrap(), format!("{prism}{path}"));
        // It answers in plain JSON only, whatever GitHub does.
        let request = request.bearer_auth("ghp_secret").header("user-agent", "supporty");
        let answer = match body.is_empty() {
            true => request.send().await.unwrap(),
            false => {
                let request = request.header("content-type", "application/json");
                request.body(body.clone()).send().await.unwrap()
            }
        };
        let violations = answer.headers().get("sl-violations").cloned();
        // What prism says of its own made-up answers is nothing to us.
        let ours = violations.as_ref().and_then(|one| one.to_str().ok()).is_some_and(|text| {
            let all: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
            all.as_array().into_iter().flatten().any(|one| one["location"][0] == "request")
        });
        assert!(!ours, "{method} {path} {body}: {violations:?}");
        let status = answer.status().as_u16();
        assert!(status < 400, "{method} {path} {body}: {status} {}", answer.text().await.unwrap());
        judged.insert(format!("{method} {}", path.split('?').next().unwrap()));
    }
    for asked in [
        "/app/hook/deliveries",
        "/app/hook/deliveries/1",
        "/installation/repositories",
        "/repos/acme/shop/hooks/11/deliveries",
        "/repos/acme/shop/hooks/11/deliveries/1",
        "/repos/acme/shop/pulls",
        "/repos/acme/shop/pulls/42/commits",
        "/repos/acme/shop/deployments",
        "/repos/acme/shop/deployments/8/statuses",
        &format!("/repos/acme/shop/compare/{}...{}", "a".repeat(40), "b".repeat(40)),
    ] {
        assert!(judged.contains(&format!("GET {asked}")), "{asked}: {judged:?}");
    }
    for written in [
        "POST /app/installations/5/access_tokens",
        "POST /repos/acme/shop/issues",
        "PATCH /repos/acme/shop/issues/1",
        "POST /repos/acme/shop/issues/1/comments",
        "POST /repos/acme/shop/issues/1/labels",
        "POST /repos/acme/shop/check-runs",
        "PATCH /repos/acme/shop/check-runs/0",
        &format!("POST /repos/acme/shop/statuses/{}", sha(2)),
    ] {
        assert!(judged.contains(written), "{written}: {judged:?}");
    }
    let wrong = [
        ("POST", "issues/1/comments", "{}"),
        ("POST", "issues", "{}"),
        ("POST", "issues", r#"{ "title": "x", "labels": "support" }"#),
        ("PATCH", "issues/1", r#"{ "state": "shut" }"#),
        ("POST", "issues/1/labels", r#"{ "labels": 1 }"#),
    ];
    for (method, path, body) in wrong {
        let request = http.request(method.parse().unwrap(), format!("{prism}/repos/acme/shop/{path}"));
        let answer = request.header("content-type", "application/json").body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 422, "the judge judges {method} {path} {body}");
    }
}

fn tls() -> rustls::ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}
