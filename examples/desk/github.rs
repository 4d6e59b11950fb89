//! GitHub beside the desk: `desk --github` hears of changes and deployments, and writes there what the policy asks for.

use std::path::PathBuf;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use supporty_core::adapter::Error;
use supporty_core::desk::{Desk, DeskBuilder};
use supporty_core::policy::Policy;
use supporty_github::inbound::{App as Us, WebhookSecrets};
use supporty_github::{Api, AppKey, Config, Credentials, Finding, Front, GitHub, Request, check};

use crate::app::App;
use crate::args::Options;

/// Where GitHub's deliveries go.
pub const ROUTE: &str = "/github";
/// The variable with the secret that GitHub signs its deliveries with.
pub const WEBHOOK_SECRET: &str = "GITHUB_WEBHOOK_SECRET";
/// The variable with the one before, while GitHub goes over to the new one.
const OLD_WEBHOOK_SECRET: &str = "GITHUB_OLD_WEBHOOK_SECRET";

/// The variable with the token of an account of the desk's own.
const BOT_TOKEN: &str = "GITHUB_BOT_TOKEN";
/// The variables with the number of a GitHub App and with its private key.
const APP: [&str; 2] = ["GITHUB_APP_ID", "GITHUB_APP_KEY"];

/// [Twenty-five megabytes](https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap) is the most that GitHub sends.
const MOST: usize = 25 << 20;

/// How GitHub is heard, as the options and the environment say, and how it is asked, if it is.
pub struct Github {
    config: Arc<Config>,
    secrets: WebhookSecrets,
    api: Option<Api>,
}

/// GitHub once it has said who we are there, if it was asked.
pub struct Known {
    github: Github,
    us: Us,
    writer: Option<Arc<GitHub>>,
}

/// Why GitHub can not be heard: one line, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum GithubError {
    /// The configuration can not be read.
    #[error("{} can not be read: {source}; supporty-github/SETUP.md has one to begin with", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The configuration is wrong.
    #[error("{} is wrong: {why}", .path.display())]
    Config {
        /// Which file.
        path: PathBuf,
        /// Where, and what to do.
        why: String,
    },
    /// Anybody could sign.
    #[error(
        "--github needs the webhook's secret in {WEBHOOK_SECRET}: make one up, and give it to GitHub where the webhook is set up"
    )]
    NoSecret,
    /// Half of what an app is known by.
    #[error("{missing} is missing beside {given}: a GitHub App is known by its number and its private key")]
    HalfAnApp {
        /// What is there.
        given: &'static str,
        /// What is not.
        missing: &'static str,
    },
    /// The number of an app is none.
    #[error("GITHUB_APP_ID is no number: it stands in the app's settings, as `App ID`")]
    AppId,
    /// GitHub can not be asked.
    #[error("GitHub can not be used: {0}; check GITHUB_BOT_TOKEN, or GITHUB_APP_ID and GITHUB_APP_KEY")]
    Refused(#[from] Error),
    /// Nothing can be looked at.
    #[error("--check asks GitHub, which needs GITHUB_BOT_TOKEN, or GITHUB_APP_ID and GITHUB_APP_KEY")]
    Unasked,
}

impl Github {
    /// Reads the configuration's file, and the secrets that `env` has. Tickets are called as the policy calls them, and are
    /// looked at where links lead, unless the file says otherwise.
    pub fn read(
        options: &Options,
        policy: &Policy,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, GithubError> {
        let env = |name: &str| env(name).filter(|value| !value.trim().is_empty());
        let secrets = WebhookSecrets::new(env(WEBHOOK_SECRET).ok_or(GithubError::NoSecret)?);
        let secrets = match env(OLD_WEBHOOK_SECRET) {
            Some(old) => secrets.or_former(old),
            None => secrets,
        };
        let public =
            |path| options.public_url.as_ref().map(|url| format!("{}{path}", url.trim_end_matches('/')));
        let known = Config {
            key_prefixes: vec![policy.spec().key_prefix.clone()],
            ticket_urls: public("/ticket/").into_iter().collect(),
            webhook_url: public(ROUTE),
            ..Config::default()
        };
        let config = match &options.github_config {
            None => known,
            Some(path) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|source| GithubError::File { path: path.clone(), source })?;
                let said: Config = toml::from_str(&text)
                    .map_err(|error| GithubError::Config { path: path.clone(), why: error.to_string() })?;
                if let Some(problem) = said.problems().first() {
                    return Err(GithubError::Config { path: path.clone(), why: problem.to_string() });
                }
                let unsaid = Config::default();
                let key_prefixes = if said.key_prefixes == unsaid.key_prefixes {
                    known.key_prefixes
                } else {
                    said.key_prefixes
                };
                let ticket_urls =
                    if said.ticket_urls == unsaid.ticket_urls { known.ticket_urls } else { said.ticket_urls };
                let webhook_url = said.webhook_url.or(known.webhook_url);
                Config { key_prefixes, ticket_urls, webhook_url, ..said }
            }
        };
        let credentials = credentials(env)?;
        let host = config.host.clone();
        let api = credentials.map(|credentials| match &options.github_api {
            Some(base) => Api::at(base, credentials),
            None => Api::new(&host, credentials),
        });
        Ok(Self { config: Arc::new(config), secrets, api: api.transpose()? })
    }

    /// Asks GitHub who we are, if it is asked anything.
    pub async fn known(self) -> Result<Known, GithubError> {
        let writer = self.api.clone().map(|api| Arc::new(GitHub::new(api, Arc::clone(&self.config))));
        let us = match &writer {
            Some(writer) => writer.us().await?,
            None => Us::default(),
        };
        Ok(Known { github: self, us, writer })
    }

    /// What is missing there.
    pub async fn check(&self) -> Result<Vec<Finding>, GithubError> {
        let api = self.api.as_ref().ok_or(GithubError::Unasked)?;
        Ok(check(api, &self.config).await?)
    }
}

impl Known {
    /// A desk that writes there.
    pub fn of(&self, desk: DeskBuilder) -> DeskBuilder {
        match &self.writer {
            Some(writer) => desk.vcs(self.github.config.name.clone(), Arc::clone(writer) as _),
            None => desk,
        }
    }

    /// The front of a desk.
    pub fn front(&self, desk: &Desk) -> Front {
        let Github { config, secrets, api } = &self.github;
        let front = Front::new(desk.clone(), Config::clone(config), self.us.clone(), secrets.clone());
        match api {
            Some(api) => front.asking(api.clone()),
            None => front,
        }
    }
}

/// By what we are known; by nothing where GitHub is only heard.
fn credentials(env: impl Fn(&str) -> Option<String>) -> Result<Option<Credentials>, GithubError> {
    let [id, key] = APP;
    match (env(id), env(key)) {
        (Some(number), Some(pem)) => {
            let number = number.trim().parse().map_err(|_| GithubError::AppId)?;
            Ok(Some(Credentials::App(AppKey::new(number, &pem.into())?)))
        }
        (Some(_), None) => Err(GithubError::HalfAnApp { given: id, missing: key }),
        (None, Some(_)) => Err(GithubError::HalfAnApp { given: key, missing: id }),
        (None, None) => Ok(env(BOT_TOKEN).map(|token| Credentials::Token(token.into()))),
    }
}

/// The route of GitHub's deliveries.
pub fn route(front: Front) -> MethodRouter<App> {
    post(receive).layer(DefaultBodyLimit::max(MOST)).with_state(front)
}

async fn receive(State(front): State<Front>, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let request = Request {
        event: text("x-github-event"),
        delivery: text("x-github-delivery"),
        signature: text("x-hub-signature-256"),
        body: &body,
    };
    let outcome = front.receive(request).await;
    let status = StatusCode::from_u16(outcome.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, outcome.body).into_response()
}
