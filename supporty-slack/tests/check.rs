//! What is missing in a workspace is found before a desk needs it, with what to press.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod common;

use std::sync::Arc;

use common::host::{config, policy};
use common::slack::{APP, BOT, Mishap, StandIn, TEAM, TOKEN};
use supporty_core::adapter::{ErrorKind, Retry};
use supporty_core::desk::ManualClock;
use supporty_slack::{Api, Config, Finding, OneTeam, WhoIsOn, check, identify};

async fn stand_in() -> StandIn {
    StandIn::start(Arc::new(ManualClock::new("2026-01-12T10:00:00Z".parse().unwrap()))).await
}

fn api(stand_in: &StandIn) -> Api {
    Api::at(&stand_in.base, Arc::new(OneTeam::new(TOKEN.into()))).unwrap()
}

async fn found(stand_in: &StandIn, config: &Config) -> Vec<Finding> {
    let api = api(stand_in);
    let who = identify(&api).await.unwrap();
    check(&api, &who, config, &policy()).await.unwrap()
}

/// There is one finding, and it has these words and says to do that.
fn one(found: &[Finding], what: &str, mend: &str) {
    let [finding] = found else { panic!("one finding: {found:?}") };
    assert!(finding.what.contains(what), "{finding:?}");
    assert!(finding.mend.contains(mend), "{finding:?}");
}

#[tokio::test]
async fn where_all_is_well_nothing_is_found_and_nothing_is_posted() {
    let stand_in = stand_in().await;
    assert_eq!(found(&stand_in, &config()).await, []);
    let workspace = stand_in.workspace();
    let asked = workspace.calls.iter().map(|call| call.method.as_str());
    let harmless = ["auth.test", "bots.info", "conversations.info", "users.info"];
    assert!(asked.clone().all(|method| harmless.contains(&method)), "{:?}", asked.collect::<Vec<_>>());
}

#[tokio::test]
async fn who_we_are_is_asked_once() {
    let stand_in = stand_in().await;
    let who = identify(&api(&stand_in)).await.unwrap();
    assert_eq!((who.team.as_str(), who.team_name.as_str()), (TEAM, "Example"));
    assert_eq!(who.web, "https://example.slack.com/");
    assert_eq!(who.app.bot_users.values().collect::<Vec<_>>(), [BOT]);
    assert_eq!(who.app.app_id, APP, "the token does not say it, and the bot does");
    assert_eq!(stand_in.workspace().calls.len(), 2);
}

#[tokio::test]
async fn a_scope_that_is_missing_is_named_and_where_to_add_it() {
    let stand_in = stand_in().await;
    stand_in.workspace().scopes.retain(|scope| scope != "users:read");
    one(&found(&stand_in, &config()).await, "`users:read`", "Reinstall to Workspace");
}

#[tokio::test]
async fn a_scope_that_the_configuration_does_not_need_is_not_missed() {
    let stand_in = stand_in().await;
    stand_in.workspace().scopes.retain(|scope| !scope.starts_with("bookmarks:"));
    assert_eq!(found(&stand_in, &config()).await.len(), 2);
    let config = Config { who_is_on: WhoIsOn::Nowhere, ..config() };
    stand_in.workspace().scopes.retain(|scope| !scope.ends_with(":write.topic"));
    assert_eq!(found(&stand_in, &config).await, []);
}

#[tokio::test]
async fn a_channel_without_an_id_is_found() {
    let stand_in = stand_in().await;
    let mut config = config();
    config.channels.remove(&"support-private".into());
    one(&found(&stand_in, &config).await, "`support-private`", "support-private = \"C…\"");
}

#[tokio::test]
async fn a_channel_that_is_not_there_is_found() {
    let stand_in = stand_in().await;
    stand_in.workspace().channels.remove("C1");
    one(&found(&stand_in, &config()).await, "`support` (C1) is not there", "/invite");
}

#[tokio::test]
async fn an_archived_channel_is_found() {
    let stand_in = stand_in().await;
    stand_in.workspace().channel("C2").archived = true;
    one(&found(&stand_in, &config()).await, "`support-private` (C2) is archived", "unarchive");
}

#[tokio::test]
async fn a_channel_without_us_is_found() {
    let stand_in = stand_in().await;
    stand_in.workspace().channel("C1").member = false;
    one(&found(&stand_in, &config()).await, "not in the channel `support` (C1)", "/invite");
}

#[tokio::test]
async fn a_person_who_is_nobody_there_is_found() {
    let stand_in = stand_in().await;
    stand_in.workspace().users.remove("U3");
    one(&found(&stand_in, &config()).await, "lea is `U3`", "Copy member ID");
}

#[tokio::test]
async fn a_person_without_an_identity_is_found() {
    let stand_in = stand_in().await;
    // By another name of the adapter nobody of the policy is known.
    let config = Config { name: "chat".into(), ..config() };
    let found = found(&stand_in, &config).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].what.contains("lea is not on Slack") || found[0].what.contains("oli is not on Slack"));
    assert!(found[0].mend.contains("adapter = \"chat\""), "{found:?}");
}

#[tokio::test]
async fn all_that_is_wrong_is_found_at_once() {
    let stand_in = stand_in().await;
    {
        let mut workspace = stand_in.workspace();
        workspace.scopes.retain(|scope| scope != "files:write");
        workspace.channels.remove("C1");
        workspace.channel("C2").archived = true;
        workspace.users.remove("U2");
    }
    assert_eq!(found(&stand_in, &config()).await.len(), 4);
}

#[tokio::test]
async fn a_token_that_is_none_and_a_slack_that_is_away_are_errors_and_not_findings() {
    let stand_in = stand_in().await;
    stand_in.workspace().revoked = true;
    let error = identify(&api(&stand_in)).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden);
    stand_in.workspace().revoked = false;
    let api = api(&stand_in);
    let who = identify(&api).await.unwrap();
    stand_in.mishap("users.info", Mishap::TooMany(7));
    let error = check(&api, &who, &config(), &policy()).await.unwrap_err();
    assert_eq!(
        (error.kind, error.retry),
        (ErrorKind::RateLimited, Retry::After(std::time::Duration::from_secs(7)))
    );
}
