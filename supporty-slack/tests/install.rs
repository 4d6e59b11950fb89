//! From the button to the token, and nobody else's.
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
use common::slack::{APP_TOKEN, CLIENT_SECRET, Mishap, StandIn, TOKEN};
use secrecy::ExposeSecret;
use supporty_core::adapter::Error;
use supporty_core::desk::ManualClock;
use supporty_core::vocab::Time;
use supporty_slack::{
    Api, Failure, Install, Method, OneTeam, SCOPES, SeveralTeams, TeamId, Tokens, WrongState, identify,
};

const BACK: &str = "https://desk.example.org/slack/back";
const SESSION: &str = "a-browser";

fn now() -> Time {
    "2026-01-12T10:00:00Z".parse().unwrap()
}

async fn stand_in() -> StandIn {
    StandIn::start(Arc::new(ManualClock::new(now()))).await
}

fn install(stand_in: &StandIn, secret: &str) -> Install {
    let api = Api::at(&stand_in.base, Arc::new(OneTeam::new(TOKEN.into()))).unwrap();
    Install::new(api, "12.34", secret.into())
}

fn query(url: &str) -> BTreeMap<String, String> {
    form_urlencoded::parse(url.split_once('?').unwrap().1.as_bytes()).into_owned().collect()
}

fn state(install: &Install, session: &str, now: Time) -> String {
    query(&install.button(BACK, session, now))["state"].clone()
}

#[tokio::test]
async fn the_button_leads_to_slack_and_says_who_we_are_and_what_we_want() {
    let install = install(&stand_in().await, CLIENT_SECRET);
    let url = install.button(BACK, SESSION, now());
    assert!(url.starts_with("https://slack.com/oauth/v2/authorize?"), "{url}");
    let query = query(&url);
    assert_eq!((query["client_id"].as_str(), query["redirect_uri"].as_str()), ("12.34", BACK));
    assert_eq!(query["scope"].split(',').collect::<Vec<_>>(), SCOPES);
    assert!(!url.contains(CLIENT_SECRET) && !url.contains(SESSION), "{url}");
}

#[tokio::test]
async fn only_who_pressed_the_button_a_moment_ago_is_believed() {
    let stand_in = stand_in().await;
    let (mine, other) = (install(&stand_in, CLIENT_SECRET), install(&stand_in, "another secret"));
    let (state, later) = (state(&mine, SESSION, now()), |minutes| now() + TimeDelta::minutes(minutes));
    assert_eq!(mine.check(&state, SESSION, later(0)), Ok(()));
    assert_eq!(mine.check(&state, SESSION, later(10)), Ok(()));
    assert_eq!(mine.check(&state, SESSION, later(11)), Err(WrongState::Old));
    assert_eq!(mine.check(&state, SESSION, later(-1)), Err(WrongState::Old), "it is from the future");
    assert_eq!(mine.check(&state, "another-browser", later(1)), Err(WrongState::Forged));
    assert_eq!(other.check(&state, SESSION, later(1)), Err(WrongState::Forged));
    let (at, signature) = state.split_once('.').unwrap();
    let later_at: i64 = at.parse::<i64>().unwrap() + 1;
    let forged = [
        String::new(),
        ".".to_owned(),
        at.to_owned(),
        format!("{at}."),
        format!("{later_at}.{signature}"),
        format!("{at}.{}", &signature[2..]),
        format!("{at}.{signature}00"),
        format!("{at}.{}", signature.replace(|_: char| true, "0")),
        format!("{at}.äöü"),
        format!("9223372036854775807.{signature}"),
    ];
    for forged in forged {
        assert_eq!(mine.check(&forged, SESSION, later(1)), Err(WrongState::Forged), "{forged}");
    }
}

#[tokio::test]
async fn the_code_is_changed_into_a_token_that_works() {
    let stand_in = stand_in().await;
    let installed = install(&stand_in, CLIENT_SECRET).finish("code-for-T9", BACK).await.unwrap();
    assert_eq!(installed.team, TeamId::new("T9"));
    let tokens = SeveralTeams::new(TeamId::new("T9"));
    tokens.installed(installed.team.clone(), installed.token.clone());
    identify(&Api::at(&stand_in.base, Arc::new(tokens)).unwrap()).await.unwrap();
    let calls = &stand_in.workspace().calls;
    assert_eq!(calls.last().unwrap().token, installed.token.expose_secret());
    assert_eq!(calls.first().unwrap().token, "", "nobody's token goes with the code");
}

#[tokio::test]
async fn a_workspace_that_takes_its_token_back_has_none() {
    let (home, other) = (TeamId::new("T1"), TeamId::new("T9"));
    let tokens = SeveralTeams::new(home.clone());
    tokens.installed(other.clone(), "xoxb-9".into());
    assert!(tokens.token(Some(home)).await.unwrap().is_none());
    tokens.revoked(other.clone()).await.unwrap();
    assert!(tokens.token(Some(other)).await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_secret_shows_in_what_may_be_logged() {
    let stand_in = stand_in().await;
    let secrets = [TOKEN, APP_TOKEN, CLIENT_SECRET, "a-wrong-secret", "code-for-T9", "xoxb-for-T9"];
    let mut shown = Vec::new();
    let api = Api::at(&stand_in.base, Arc::new(OneTeam::new(TOKEN.into()))).unwrap();
    shown.push(format!("{api:?}"));
    let installed = install(&stand_in, CLIENT_SECRET).finish("code-for-T9", BACK).await.unwrap();
    shown.push(format!("{installed:?}"));
    let wrong = install(&stand_in, "a-wrong-secret").finish("code-for-T9", BACK).await.unwrap_err();
    shown.extend(whole(&wrong));
    for mishap in [Mishap::Garbled, Mishap::Broken, Mishap::TooMany(3), Mishap::Refused("invalid_auth")] {
        stand_in.mishap("oauth.v2.access", mishap.clone());
        stand_in.mishap("auth.test", mishap);
        shown
            .extend(whole(&install(&stand_in, CLIENT_SECRET).finish("code-for-T9", BACK).await.unwrap_err()));
        shown.extend(whole(&identify(&api).await.unwrap_err()));
    }
    // Nobody listens there.
    let away = Api::at("http://127.0.0.1:1/api/", Arc::new(OneTeam::new(TOKEN.into()))).unwrap();
    shown.extend(whole(&identify(&away).await.unwrap_err()));
    for failure in [
        Failure::NoToken(Method::AuthTest),
        Failure::Unreached(Method::AuthTest),
        Failure::Unknown(Method::AuthTest),
        Failure::Garbled(Method::AuthTest),
    ] {
        shown.push(format!("{failure} {failure:?}"));
    }
    for text in &shown {
        for secret in secrets {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

/// An error and its causes, in both ways of showing them.
fn whole(error: &Error) -> Vec<String> {
    let mut shown = vec![format!("{error} {error:?}")];
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        shown.push(format!("{error} {error:?}"));
        cause = error.source();
    }
    shown
}
