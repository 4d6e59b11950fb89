//! Monitoring and builds beside the desk: `desk --hooks FILE` hears of alerts, changes and deployments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path as Route, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use serde::Deserialize;
use serde_json::{Value, json};
use supporty_core::adapter::{Answer, Unreadable};
use supporty_core::desk::{Desk, DeskError};
use supporty_core::policy::Policy;
use supporty_core::vocab::{AdapterName, AreaId, PriorityId, TicketKey, Time};
use supporty_core::webhook::{
    AlertRules, BadSecret, Environments, Fact, LONGEST, Secret, Signed, Unverified, read_alerts, read_facts,
    verify,
};

use crate::app::App;

/// Where deliveries go: `alerts` or `facts`, and whose they are.
pub const ROUTE: &str = "/hooks/{what}/{name}";

/// The header in which Grafana signs.
const GRAFANA_SIGNATURE: &str = "x-grafana-alerting-signature";
/// The header that a contact point of Grafana is to name for the time.
const GRAFANA_TIMESTAMP: &str = "x-grafana-alerting-signature-timestamp";

/// The file: every sender by its name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    hooks: BTreeMap<String, Said>,
}

/// What the file says of one sender.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Said {
    kind: Kind,
    /// How it proves itself, if not as its kind usually does.
    signed: Option<Scheme>,
    /// The variable with what both share.
    secret: String,
    /// The variable with the one before, while it is changed.
    old_secret: Option<String>,
    /// What its alerts become.
    alerts: Option<AlertRules>,
    /// The environments whose deployments count.
    environments: Option<Environments>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Alertmanager,
    Grafana,
    Own,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Scheme {
    Bearer,
    Grafana,
    Standard,
}

/// Everybody who may send.
#[derive(Clone)]
pub struct Hooks(BTreeMap<String, Hook>);

#[derive(Clone)]
struct Hook {
    scheme: Scheme,
    secrets: Vec<Secret>,
    alerts: Option<AlertRules>,
    environments: Option<Environments>,
}

/// Why nobody can be heard: one line, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum HooksError {
    /// The file can not be read.
    #[error("{} can not be read: {source}; supporty-core/WEBHOOKS.md has one to begin with", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is wrong.
    #[error("{} is wrong: {why}", .path.display())]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Where, and what to do.
        why: String,
    },
    /// A name can not stand in an address.
    #[error("the hook `{0}` can not be reached: name it with small letters, digits and dashes")]
    Name(String),
    /// Nothing would be done with what it sends.
    #[error(
        "the hook `{0}` is for nothing: give it `alerts = {{ priority = \"P2\" }}`, `environments`, or both"
    )]
    Idle(String),
    /// The policy has no such priority.
    #[error(
        "the hook `{hook}` names the priority `{priority}`, which the policy does not have: it has {known}"
    )]
    Priority {
        /// Whose.
        hook: String,
        /// Which.
        priority: PriorityId,
        /// Those that there are.
        known: String,
    },
    /// The policy has no such area.
    #[error(
        "the hook `{hook}` names the area `{area}`, which the policy does not have: add it there, or leave it out"
    )]
    Area {
        /// Whose.
        hook: String,
        /// Which.
        area: AreaId,
    },
    /// What names its secret is no variable.
    #[error(
        "the hook `{0}` says something else than the name of a variable under `secret`: write the secret into a variable, and its name there, as in `PROMETHEUS_SECRET`"
    )]
    NoVariable(String),
    /// There is no secret.
    #[error("the hook `{hook}` needs its secret in {variable}: put there what the sender has, too")]
    NoSecret {
        /// Whose.
        hook: String,
        /// Where it was looked for.
        variable: String,
    },
    /// The secret is none.
    #[error("the hook `{hook}` can not use {variable}: {why}")]
    Secret {
        /// Whose.
        hook: String,
        /// Where it is.
        variable: String,
        /// Why not.
        why: BadSecret,
    },
}

impl Hooks {
    /// Reads the file, and the secrets that `env` has.
    pub fn read(
        path: &Path,
        policy: &Policy,
        env: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, HooksError> {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|source| HooksError::File { path: path.to_owned(), source })?;
        let file: File = toml::from_str(&text)
            .map_err(|error| HooksError::Wrong { path: path.to_owned(), why: error.to_string() })?;
        let hooks = file.hooks.into_iter().map(|(name, said)| {
            let hook = said.hook(&name, policy, &env)?;
            Ok((name, hook))
        });
        hooks.collect::<Result<_, _>>().map(Self)
    }
}

impl Said {
    fn hook(
        self,
        name: &str,
        policy: &Policy,
        env: &impl Fn(&str) -> Option<String>,
    ) -> Result<Hook, HooksError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(HooksError::Name(name.to_owned()));
        }
        if self.alerts.is_none() && self.environments.is_none() {
            return Err(HooksError::Idle(name.to_owned()));
        }
        self.alerts.iter().try_for_each(|rules| known(name, rules, policy))?;
        let scheme = self.signed.unwrap_or(match self.kind {
            Kind::Alertmanager => Scheme::Bearer,
            Kind::Grafana => Scheme::Grafana,
            Kind::Own => Scheme::Standard,
        });
        let secrets = std::iter::once(&self.secret).chain(&self.old_secret).map(|variable| {
            // Whoever writes the secret itself there must not read it in a log.
            if !variable.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_') {
                return Err(HooksError::NoVariable(name.to_owned()));
            }
            let said = || (name.to_owned(), variable.clone());
            let secret = env(variable).filter(|secret| !secret.trim().is_empty());
            let secret = secret.ok_or_else(|| {
                let (hook, variable) = said();
                HooksError::NoSecret { hook, variable }
            })?;
            let secret = match scheme {
                Scheme::Standard => Secret::standard(&secret),
                Scheme::Bearer | Scheme::Grafana => Secret::plain(&secret),
            };
            secret.map_err(|why| {
                let (hook, variable) = said();
                HooksError::Secret { hook, variable, why }
            })
        });
        let secrets = secrets.collect::<Result<_, _>>()?;
        Ok(Hook { scheme, secrets, alerts: self.alerts, environments: self.environments })
    }
}

/// Whether the policy has everything that the rules name.
fn known(hook: &str, rules: &AlertRules, policy: &Policy) -> Result<(), HooksError> {
    let priorities = rules.rules.iter().filter_map(|rule| rule.priority.as_ref());
    let unknown = |priority: &&PriorityId| policy.priority(priority).is_none();
    if let Some(priority) = std::iter::once(&rules.priority).chain(priorities).find(unknown) {
        let known: Vec<_> = policy.spec().priorities.iter().map(|priority| priority.id.to_string()).collect();
        let (hook, priority) = (hook.to_owned(), priority.clone());
        return Err(HooksError::Priority { hook, priority, known: known.join(", ") });
    }
    let areas = rules.area.iter().chain(rules.rules.iter().filter_map(|rule| rule.area.as_ref()));
    match areas.into_iter().find(|area| !policy.spec().areas.contains_key(*area)) {
        Some(area) => Err(HooksError::Area { hook: hook.to_owned(), area: area.clone() }),
        None => Ok(()),
    }
}

impl Hook {
    fn verify(&self, headers: &HeaderMap, body: &[u8], now: Time) -> Result<(), Unverified> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match self.scheme {
            Scheme::Bearer => verify::bearer(&self.secrets, text(header::AUTHORIZATION.as_str())),
            Scheme::Grafana => {
                let (signature, timestamp) = (text(GRAFANA_SIGNATURE), text(GRAFANA_TIMESTAMP));
                verify::grafana(&self.secrets, signature, timestamp, body, now)
            }
            Scheme::Standard => {
                let signed = Signed {
                    id: text("webhook-id"),
                    timestamp: text("webhook-timestamp"),
                    signature: text("webhook-signature"),
                };
                verify::standard(&self.secrets, signed, body, now)
            }
        }
    }
}

/// What becomes of a delivery, beside a desk that does not work.
enum Refused {
    NoHook,
    Unverified,
    Unreadable(Unreadable),
}

/// The route of all deliveries.
pub fn route(hooks: Hooks) -> MethodRouter<App> {
    let receive = move |app, route, headers, body| receive(hooks.clone(), app, route, headers, body);
    post(receive).layer(DefaultBodyLimit::max(LONGEST))
}

async fn receive(
    hooks: Hooks,
    State(app): State<App>,
    Route((what, name)): Route<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(error) => return answer(error.status(), &json!({ "error": error.body_text() })),
    };
    match hooks.heard(&app.desk, (&what, &name), &headers, &body).await {
        Ok(Ok(outcomes)) => answer(StatusCode::OK, &json!({ "outcomes": outcomes })),
        Ok(Err(Refused::NoHook)) => answer(
            StatusCode::NOT_FOUND,
            &json!({ "error": "there is no such hook: look at the file that --hooks names" }),
        ),
        Ok(Err(Refused::Unverified)) => answer(
            StatusCode::UNAUTHORIZED,
            &json!({ "error": "this is not believed: the log of the desk says why" }),
        ),
        Ok(Err(Refused::Unreadable(why))) => {
            tracing::warn!(%why, hook = name, "a delivery was not understood");
            answer(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": why.to_string() }))
        }
        Err(error) => {
            tracing::error!(%error, hook = name, "a delivery was not handled");
            let why = "the desk could not do it now: send the same again in a moment";
            answer(StatusCode::SERVICE_UNAVAILABLE, &json!({ "error": why }))
        }
    }
}

impl Hooks {
    /// Checks who sent it, and does it. What was done of a delivery that fails half-way is not done again when it comes
    /// again.
    async fn heard(
        &self,
        desk: &Desk,
        (what, name): (&str, &str),
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Result<Vec<Value>, Refused>, DeskError> {
        let Some(hook) = self.0.get(name) else { return Ok(Err(Refused::NoHook)) };
        let now = desk.now();
        let source = AdapterName::new(name);
        let read = |body: &str| match (what, &hook.alerts, &hook.environments) {
            ("alerts", Some(rules), _) => Some(read_alerts(&source, rules, body, now).map(Told::Alerts)),
            ("facts", _, Some(environments)) => {
                Some(read_facts(&source, environments, body, now).map(Told::Facts))
            }
            _ => None,
        };
        if let Err(why) = hook.verify(headers, body, now) {
            tracing::warn!(%why, hook = name, "a delivery was not believed");
            return Ok(Err(Refused::Unverified));
        }
        let Ok(body) = std::str::from_utf8(body) else {
            return Ok(Err(Refused::Unreadable(Unreadable("it is not UTF-8".to_owned()))));
        };
        let told = match read(body) {
            None => return Ok(Err(Refused::NoHook)),
            Some(Err(why)) => return Ok(Err(Refused::Unreadable(why))),
            Some(Ok(told)) => told,
        };
        let mut outcomes = Vec::new();
        match told {
            Told::Alerts(alerts) => {
                for alert in alerts {
                    outcomes.push(outcome(desk.alert(alert).await?));
                }
            }
            Told::Facts(facts) => {
                for fact in facts {
                    outcomes.push(match fact {
                        Fact::Ticket(inbound) => outcome(desk.handle(*inbound).await?),
                        Fact::Service(told) => {
                            let refused = desk.learn(*told).await?.err();
                            shown(None, refused.map(|refusal| refusal.to_string()))
                        }
                    });
                }
            }
        }
        Ok(Ok(outcomes))
    }
}

enum Told {
    Alerts(Vec<supporty_core::webhook::Alert>),
    Facts(Vec<Fact>),
}

fn outcome(answer: Answer) -> Value {
    shown(answer.ticket, answer.outcome.err().map(|rejection| rejection.to_string()))
}

fn shown(ticket: Option<TicketKey>, why: Option<String>) -> Value {
    let outcome = if why.is_none() { "done" } else { "refused" };
    json!({ "outcome": outcome, "ticket": ticket.map(|key| key.to_string()), "why": why })
}

fn answer(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{value}\n")).into_response()
}
