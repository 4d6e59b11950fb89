//! Changes and deployments, as any code host or build can tell of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::read::{parsed, value};
use super::text::{digest, instant, line, url};
use crate::adapter::{About, Inbound, ServiceInbound, Unreadable};
use crate::service::{Command, Contents, Deployment, Merged};
use crate::ticket;
use crate::vocab::{
    AdapterName, Bond, Change, ChangeId, ChangeState, DeploymentId, Identity, InboundKey, ServiceId,
    TicketKey, Time,
};

/// The longest id, name of a service or commit, in bytes.
const LONGEST: usize = 200;

/// What was told, for whom it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// For [`Desk::learn`](crate::desk::Desk::learn).
    Service(Box<ServiceInbound>),
    /// For [`Desk::handle`](crate::desk::Desk::handle).
    Ticket(Box<Inbound>),
}

/// Which environments count: only what reaches users is deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Environments(pub BTreeSet<String>);

impl Default for Environments {
    /// `production` and `prod`.
    fn default() -> Self {
        Self(["production", "prod"].map(str::to_owned).into())
    }
}

/// What a delivery tells of a service or a change, in our own shape (see `WEBHOOKS.md`). Nothing, if it is about an
/// environment that does not count.
///
/// The keys are made of what is told, so that it is done once however often it is sent.
///
/// ```
/// use supporty_core::webhook::{Environments, Fact, read_facts};
///
/// let body = r#"{"service": "shop", "deployment": {
///     "id": "812", "commit": "f95f852", "environment": "production", "status": "success",
///     "at": "2026-01-09T17:30:00Z", "changes": ["acme/shop#42"]
/// }}"#;
/// let now = "2026-01-09T17:31:00Z".parse().unwrap();
/// let facts = read_facts(&"ci".into(), &Environments::default(), body, now).unwrap();
/// assert!(matches!(&facts[..], [Fact::Service(told)] if told.key.as_str() == "ci/deployment/shop/812/success"));
/// ```
pub fn read_facts(
    source: &AdapterName,
    environments: &Environments,
    body: &str,
    at: Time,
) -> Result<Vec<Fact>, Unreadable> {
    let told: Told = parsed(value(body)?)?;
    let teller = Teller { source, at };
    match (told.service, told.deployment, told.merged, told.change) {
        (Some(service), Some(tried), None, None) => match environments.0.contains(&tried.environment) {
            true => teller.deployment(&short("service", service)?, tried).map(|fact| vec![fact]),
            false => Ok(Vec::new()),
        },
        (Some(service), None, Some(merged), None) => teller.merged(&short("service", service)?, merged),
        (None, None, None, Some(change)) => teller.change(change),
        _ => Err(Unreadable(
            "it tells of nothing: send `service` with `deployment` or `merged`, or `change` alone".to_owned(),
        )),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    service: Option<String>,
    deployment: Option<Tried>,
    merged: Option<In>,
    change: Option<Linked>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tried {
    id: String,
    commit: String,
    environment: String,
    status: Status,
    at: Time,
    changes: Option<BTreeSet<String>>,
    commits: Option<BTreeSet<String>>,
    built_at: Option<Time>,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Status {
    Success,
    Failure,
    Rollback,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct In {
    id: String,
    label: Option<String>,
    commit: String,
    began: Time,
    at: Time,
    #[serde(default)]
    fixes: BTreeSet<TicketKey>,
    reverts: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Linked {
    id: String,
    label: Option<String>,
    url: String,
    state: State,
    opened_at: Time,
    at: Time,
    bond: Bond,
    tickets: BTreeSet<TicketKey>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum State {
    Open,
    Merged,
    Dropped,
}

struct Teller<'a> {
    source: &'a AdapterName,
    at: Time,
}

impl Teller<'_> {
    fn deployment(&self, service: &str, tried: Tried) -> Result<Fact, Unreadable> {
        let contents = match (tried.changes, tried.commits, tried.built_at) {
            (Some(changes), None, None) => {
                Contents::Changes(changes.into_iter().map(|id| self.change_id(id)).collect::<Result<_, _>>()?)
            }
            (None, Some(commits), None) => Contents::Commits(
                commits.into_iter().map(|id| short("commits", id)).collect::<Result<_, _>>()?,
            ),
            (None, None, Some(at)) => Contents::BuiltAt(at),
            _ => {
                return Err(Unreadable(
                    "a deployment has one of `changes`, `commits` and `built_at`".to_owned(),
                ));
            }
        };
        let id = short("id", tried.id)?;
        let status = match tried.status {
            Status::Success => "success",
            Status::Failure => "failure",
            Status::Rollback => "rollback",
        };
        let key = format!("{}/deployment/{service}/{id}/{status}", self.source);
        let deployment = Deployment {
            id: DeploymentId::new(format!("{}/{id}", self.source)),
            commit: short("commit", tried.commit)?,
            at: tried.at,
            contents,
            rollback: matches!(tried.status, Status::Rollback),
            url: url(&tried.url),
        };
        let command = match tried.status {
            Status::Success | Status::Rollback => Command::Deploy(deployment),
            Status::Failure => Command::FailDeploy(deployment),
        };
        Ok(self.service(service, key, command))
    }

    fn merged(&self, service: &str, merged: In) -> Result<Vec<Fact>, Unreadable> {
        let fixes: Vec<_> = merged.fixes.iter().map(TicketKey::to_string).collect();
        let id = short("id", merged.id)?;
        let reverts = merged.reverts.as_deref().unwrap_or_default().to_owned();
        let times = [instant(merged.began), instant(merged.at)];
        let parts = [merged.commit.as_str(), reverts.as_str()].into_iter();
        let told = digest(parts.chain(times.iter().chain(&fixes).map(String::as_str)));
        let key = format!("{}/merged/{service}/{id}/{told}", self.source);
        let change = Merged {
            change: self.change_id(id.clone())?,
            label: label(merged.label, id),
            commit: short("commit", merged.commit)?,
            began: merged.began,
            at: merged.at,
            fixes: merged.fixes,
            reverts: merged.reverts.map(|id| self.change_id(id)).transpose()?,
            as_of: None,
        };
        Ok(vec![self.service(service, key, Command::Merge(change))])
    }

    fn change(&self, told: Linked) -> Result<Vec<Fact>, Unreadable> {
        let (state, word) = match told.state {
            State::Open => (ChangeState::Open, "open"),
            State::Merged => (ChangeState::Merged { at: told.at }, "merged"),
            State::Dropped => (ChangeState::Dropped { at: told.at }, "dropped"),
        };
        let id = short("id", told.id)?;
        let url = url(&told.url).ok_or_else(|| Unreadable("`url` is no address of a page".to_owned()))?;
        let change = Change {
            id: self.change_id(id.clone())?,
            label: label(told.label, id.clone()),
            url,
            state,
            opened_at: told.opened_at,
            as_of: told.at,
        };
        let bond = told.bond;
        let link = |ticket: TicketKey| {
            let key = format!("{}/change/{id}/{word}/{}/{ticket}/{bond}", self.source, instant(told.at));
            let command = ticket::Command::Link { bond, change: change.clone() };
            let about = About::Ticket(ticket);
            Fact::Ticket(Box::new(Inbound::ask(InboundKey::new(key), self.from(), about, command, self.at)))
        };
        Ok(told.tickets.into_iter().map(link).collect())
    }

    fn service(&self, service: &str, key: String, command: Command) -> Fact {
        let (key, service) = (InboundKey::new(key), ServiceId::new(service));
        Fact::Service(Box::new(ServiceInbound { key, from: self.from(), service, command, at: self.at }))
    }

    fn change_id(&self, id: String) -> Result<ChangeId, Unreadable> {
        Ok(ChangeId::new(format!("{}/{}", self.source, short("change", id)?)))
    }

    fn from(&self) -> Identity {
        Identity { adapter: self.source.clone(), user: self.source.as_str().to_owned(), bot: true }
    }
}

fn label(label: Option<String>, id: String) -> String {
    label.and_then(|label| line(&label)).map_or(id, |label| label.as_str().to_owned())
}

/// A name that a log can hold.
fn short(field: &str, name: String) -> Result<String, Unreadable> {
    match name.len() <= LONGEST && !name.trim().is_empty() && !name.chars().any(char::is_control) {
        true => Ok(name),
        false => {
            Err(Unreadable(format!("`{field}` is empty, longer than {LONGEST} bytes, or does not print")))
        }
    }
}
