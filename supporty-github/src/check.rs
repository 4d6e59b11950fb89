//! What is missing on GitHub, and what to press to mend it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use supporty_core::adapter::Error;

use crate::api::Api;
use crate::config::Config;
use crate::error::Failure;
use crate::inbound::App;
use crate::methods::{Method, RepositoryRef, Request};
use crate::tokens::Credentials;

/// What an app must be allowed to, for all that we do with it. To be told of pushes takes
/// [`contents`](https://docs.github.com/en/webhooks/webhook-events-and-payloads#push).
pub const PERMISSIONS: &[(&str, &str)] = &[
    ("checks", "write"),
    ("contents", "read"),
    ("deployments", "read"),
    ("issues", "write"),
    ("metadata", "read"),
    ("pull_requests", "write"),
];

/// What an app must be told of, for all that we make of it.
pub const EVENTS: &[&str] =
    &["deployment", "deployment_status", "issue_comment", "issues", "pull_request", "push"];

/// Something that is missing: what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong.
    pub what: String,
    /// What to press.
    pub mend: String,
}

/// Who we are: the app, or the account of the token. Every desk asks at its start.
pub(crate) async fn us(api: &Api) -> Result<App, Error> {
    match api.credentials() {
        Credentials::Token(_) => {
            let user = api.call(&Request::new(Method::User, &[])).await?.body;
            let id = user.get("id").and_then(Value::as_u64).ok_or(Failure::Garbled(Method::User))?;
            Ok(App { users: BTreeSet::from([id]), ..App::default() })
        }
        Credentials::App(_) => {
            let app = api.call(&Request::new(Method::App, &[])).await?.body;
            let id = app.get("id").and_then(Value::as_u64).ok_or(Failure::Garbled(Method::App))?;
            let slug = app.get("slug").and_then(Value::as_str).map(str::to_owned);
            Ok(App { id: Some(id), slug, users: BTreeSet::new() })
        }
    }
}

/// Whether we wrote an issue or a comment, by the same signs as what comes in is known by.
pub(crate) fn is_us(us: &App, item: &Value) -> bool {
    let text = |at: &str| item.pointer(at).and_then(Value::as_str);
    let number = |at: &str| item.pointer(at).and_then(Value::as_u64);
    let slug = text("/user/login").and_then(|login| login.strip_suffix("[bot]"));
    let by_app = number("/performed_via_github_app/id").is_some_and(|id| us.id == Some(id));
    number("/user/id").is_some_and(|id| us.users.contains(&id))
        || slug.is_some() && slug == us.slug.as_deref()
        || by_app && text("/user/type") == Some("Bot")
}

/// Looks for what a desk that is set up like that would miss. Writes nothing.
///
/// # Errors
///
/// Where GitHub is not reached, or does not know us at all.
pub async fn check(api: &Api, config: &Config) -> Result<Vec<Finding>, Error> {
    let mut found: Vec<_> = config
        .problems()
        .iter()
        .map(|problem| Finding {
            what: problem.to_string(),
            mend: "correct it in the configuration".to_owned(),
        })
        .collect();
    if let Credentials::App(_) = api.credentials() {
        let app = api.call(&Request::new(Method::App, &[])).await?.body;
        permissions(&app, "the app", "in the app's settings, Permissions & events", &mut found);
        events(&app, &mut found);
        installations(api, &mut found).await?;
    } else {
        us(api).await?;
    }
    repositories(api, config, &mut found).await?;
    Ok(found)
}

fn permissions(of: &Value, whose: &str, place: &str, found: &mut Vec<Finding>) {
    let given: BTreeMap<&str, &str> = of
        .get("permissions")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(name, level)| Some((name.as_str(), level.as_str()?)))
        .collect();
    let rank = |level: &str| ["read", "write", "admin"].iter().position(|known| *known == level);
    for (name, level) in PERMISSIONS {
        let has = given.get(name).and_then(|given| rank(given));
        if has < rank(level) {
            found.push(Finding {
                what: format!("{whose} has not the permission `{name}: {level}`"),
                mend: format!("{place}: set {} to {level}", name.replace('_', " ")),
            });
        }
    }
}

fn events(app: &Value, found: &mut Vec<Finding>) {
    let told: BTreeSet<&str> =
        app.get("events").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for event in EVENTS.iter().filter(|event| !told.contains(**event)) {
        found.push(Finding {
            what: format!("the app is not told of `{event}`"),
            mend: format!("in the app's settings, Permissions & events, Subscribe to events: tick {event}"),
        });
    }
}

async fn installations(api: &Api, found: &mut Vec<Finding>) -> Result<(), Error> {
    let all = api.call(&Request::new(Method::Installations, &[]).with("per_page", 100)).await?.body;
    let all = all.as_array().map(Vec::as_slice).unwrap_or_default();
    if all.is_empty() {
        found.push(Finding {
            what: "the app is installed nowhere".to_owned(),
            mend: "in the app's settings, Install App: install it where the repositories are".to_owned(),
        });
    }
    for one in all {
        let login = one.pointer("/account/login").and_then(Value::as_str).unwrap_or("an account");
        if one.get("suspended_at").is_some_and(|at| !at.is_null()) {
            found.push(Finding {
                what: format!("the app is suspended at {login}"),
                mend: format!("in the settings of {login}, GitHub Apps, Configure: unsuspend it"),
            });
            continue;
        }
        let place =
            format!("accept what the app asks for in the settings of {login}, GitHub Apps, Review request");
        permissions(one, &format!("the app at {login}"), &place, found);
        if let Some(id) = one.get("id").and_then(Value::as_u64) {
            let request = Request::new(Method::InstallationRepositories, &[]).by(id).with("per_page", 1);
            let sees = api.call(&request).await?.body;
            if sees.get("total_count").and_then(Value::as_u64) == Some(0) {
                found.push(Finding {
                    what: format!("the app at {login} sees no repository"),
                    mend: format!(
                        "in the settings of {login}, GitHub Apps, Configure, Repository access: choose some"
                    ),
                });
            }
        }
    }
    Ok(())
}

async fn repositories(api: &Api, config: &Config, found: &mut Vec<Finding>) -> Result<(), Error> {
    let named = config.repositories.iter().filter(|name| !name.contains('*'));
    for (name, at) in named.filter_map(|name| Some((name, RepositoryRef::parse(name)?))) {
        let seen = api.call(&Request::on(&at, Method::Repository, &[])).await;
        let (what, mend) = match seen {
            Ok(answer) if answer.body.get("archived") == Some(&Value::Bool(true)) => (
                format!("the repository `{name}` is archived, and takes no issues and comments"),
                "unarchive it, or take it out of `repositories`".to_owned(),
            ),
            Ok(answer) if answer.body.get("has_issues") == Some(&Value::Bool(false)) => (
                format!("issues are switched off in the repository `{name}`"),
                "in its settings, General, Features: tick Issues, if the desk is to open some there".to_owned(),
            ),
            Ok(_) => continue,
            Err(Failure::Refused { status: 404, .. } | Failure::NotInstalled(_)) => (
                format!("the repository `{name}` is not there, or we have no access to it"),
                "check its name under `repositories`, and choose it where the app is installed or the token was made".to_owned(),
            ),
            Err(failure) => return Err(failure.into()),
        };
        found.push(Finding { what, mend });
    }
    Ok(())
}
