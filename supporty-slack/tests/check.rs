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

use async_trait::async_trait;
use common::host::{TEAM_POLICY, config, policy};
use common::slack::{APP, BOT, Mishap, StandIn, TEAM, TOKEN};
use secrecy::SecretString;
use supporty_core::adapter::{Error, ErrorKind};
use supporty_core::desk::ManualClock;
use supporty_core::policy::Policy;
use supporty_slack::{Api, Config, Finding, OneTeam, TeamId, Tokens, WhoIsOn, check, identify};

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
async fn a_person_whom_we_may_not_see_is_not_taken_for_nobody() {
    let stand_in = stand_in().await;
    stand_in.mishap("users.info", Mishap::Refused("user_not_visible"));
    one(&found(&stand_in, &config()).await, "the app can not see them", "`T…/U…`");
    // The scope that is missing is said once.
    for _ in 0..2 {
        stand_in.mishap("users.info", Mishap::Refused("missing_scope"));
    }
    stand_in.workspace().scopes.retain(|scope| scope != "users:read");
    one(&found(&stand_in, &config()).await, "`users:read`", "Reinstall to Workspace");
}

#[tokio::test]
async fn a_private_channel_that_everybody_can_read_is_found() {
    let stand_in = stand_in().await;
    stand_in.workspace().channel("C2").private = false;
    one(
        &found(&stand_in, &config()).await,
        "everybody can read restricted tickets there",
        "Change to a private channel",
    );
}

#[tokio::test]
async fn slack_that_asks_to_wait_is_asked_again_or_it_is_said_what_is_not_known() {
    let stand_in = stand_in().await;
    stand_in.mishap("users.info", Mishap::TooMany(1));
    assert_eq!(found(&stand_in, &config()).await, []);
    stand_in.mishap("conversations.info", Mishap::TooMany(600));
    stand_in.mishap("users.info", Mishap::Refused("a_word_of_next_year"));
    stand_in.workspace().users.remove("U2");
    let found = found(&stand_in, &config()).await;
    let [channel, lea, oli] = &found[..] else { panic!("the rest is looked at: {found:?}") };
    assert!(channel.what.contains("the channel `support` (C1)"), "{channel:?}");
    assert_eq!(channel.mend, "check again in 600 seconds");
    assert!(
        lea.what.contains("not known whether anybody is `U3`") && lea.what.contains("next_year"),
        "{lea:?}"
    );
    assert!(oli.what.contains("nobody there is"), "{oli:?}");
}

/// The token of the desk's own workspace, which is of no use elsewhere.
struct AtHome;

#[async_trait]
impl Tokens for AtHome {
    async fn token(&self, team: Option<TeamId>) -> Result<Option<SecretString>, Error> {
        Ok(team.is_none().then(|| TOKEN.into()))
    }

    async fn revoked(&self, _: TeamId) -> Result<(), Error> {
        Ok(())
    }
}

#[tokio::test]
async fn a_workspace_without_the_app_is_found() {
    let stand_in = stand_in().await;
    let api = Api::at(&stand_in.base, Arc::new(AtHome)).unwrap();
    let who = identify(&api).await.unwrap();
    let policy = Policy::from_toml(&TEAM_POLICY.replace("U3", "T9/U3")).unwrap();
    let found = check(&api, &who, &config(), &policy).await.unwrap();
    one(&found, "whether anybody is `T9/U3`", "install the app in that workspace");
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
    stand_in.mishap("users.info", Mishap::Garbled);
    let error = check(&api, &who, &config(), &policy()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unknown);
}
