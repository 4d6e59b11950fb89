//! GitHub beside the desk: `desk --github` hears of changes and deployments.

use std::path::PathBuf;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use supporty_core::desk::Desk;
use supporty_core::policy::Policy;
use supporty_github::inbound::{App as Us, WebhookSecrets};
use supporty_github::{Config, Front, Request};

use crate::app::App;
use crate::args::Options;

/// Where GitHub's deliveries go.
pub const ROUTE: &str = "/github";
/// The variable with the secret that GitHub signs its deliveries with.
pub const WEBHOOK_SECRET: &str = "GITHUB_WEBHOOK_SECRET";
/// The variable with the one before, while GitHub goes over to the new one.
const OLD_WEBHOOK_SECRET: &str = "GITHUB_OLD_WEBHOOK_SECRET";

/// [Twenty-five megabytes](https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap) is the most that GitHub sends.
const MOST: usize = 25 << 20;

/// How GitHub is heard, as the options and the environment say.
pub struct Github {
    config: Config,
    secrets: WebhookSecrets,
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
}

impl Github {
    /// Reads the configuration's file, and the secrets that `env` has. Tickets are called as the policy calls them, and are
    /// looked at where links lead, unless the file says otherwise.
    pub fn read(
        options: &Options,
        policy: &Policy,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, GithubError> {
        let env = |name| env(name).filter(|value: &String| !value.trim().is_empty());
        let secrets = WebhookSecrets::new(env(WEBHOOK_SECRET).ok_or(GithubError::NoSecret)?);
        let secrets = match env(OLD_WEBHOOK_SECRET) {
            Some(old) => secrets.or_former(old),
            None => secrets,
        };
        let url = options.public_url.as_ref().map(|url| format!("{}/ticket/", url.trim_end_matches('/')));
        let known = Config {
            key_prefixes: vec![policy.spec().key_prefix.clone()],
            ticket_urls: url.into_iter().collect(),
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
                Config { key_prefixes, ticket_urls, ..said }
            }
        };
        Ok(Self { config, secrets })
    }

    /// The front of a desk.
    pub fn front(&self, desk: &Desk) -> Front {
        Front::new(desk.clone(), self.config.clone(), Us::default(), self.secrets.clone())
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
