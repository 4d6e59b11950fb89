//! GitHub keeps the contract of a code host for an app as well, which has a token of each installation and makes check runs.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use common::github::APP;
use common::probe::Probe;
use supporty_core::adapter::{Check, Vcs};
use supporty_core::testing::vcs_suite::VcsProbe;
use supporty_github::Credentials;

async fn fresh() -> Probe {
    Probe::known_by(Credentials::App(common::app_key())).await
}

supporty_core::vcs_suite!(fresh);

#[tokio::test]
async fn a_check_is_a_check_run_and_leads_to_its_ticket() {
    let probe = fresh().await;
    let change = probe.change().await;
    let check = |title: &str| Check { ticket: "SUP-1".parse().unwrap(), title: title.to_owned() };
    for title in ["new", "done"] {
        probe.vcs.check(change.clone(), check(title)).await.unwrap();
    }
    let world = probe.stand_in.world();
    assert!(world.statuses.is_empty(), "an app has check runs");
    assert_eq!(world.check_runs.len(), 1, "the second took the place of the first");
    let asked = world.requests.iter().filter(|request| request.contains("access_tokens")).count();
    assert_eq!(asked, 1, "a token is used for as long as it lives");
    let made =
        world.bodies.iter().find(|(method, path, _)| method == "POST" && path.ends_with("/check-runs"));
    let made: serde_json::Value = serde_json::from_str(&made.unwrap().2).unwrap();
    assert_eq!((made["name"].as_str(), made["conclusion"].as_str()), (Some("SUP-1"), Some("neutral")));
    assert!(
        world.bodies.iter().any(|(_, path, _)| path.contains(&format!("app_id={APP}"))),
        "only ours is changed"
    );
}
