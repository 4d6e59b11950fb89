use serde::Serialize;
use serde_json::Value;
use supporty_core::adapter::{Part, Unreadable};
use supporty_core::vocab::{AdapterName, DeploymentId, ServiceId, Time};

use super::origin::Origin;
use super::{Account, Delivery, DeploymentState, What};
use crate::config::Config;
use crate::ids::Sha;

/// A commit that should go somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deployment {
    /// Its number, unique on the host.
    pub id: u64,
    /// What is deployed, by the configuration.
    pub service: ServiceId,
    /// Where to, as GitHub calls it.
    pub environment: String,
    /// Whether that is production, by the configuration.
    pub production: bool,
    /// Whether an older version is taken back into use, by the configuration.
    pub rollback: bool,
    /// What.
    pub sha: Option<Sha>,
    /// The branch, tag or commit that was asked for.
    pub reference: String,
    /// What is done with it; `deploy`, unless whoever deploys says otherwise.
    pub task: String,
    /// When it was asked for.
    pub created_at: Time,
    /// Who asked.
    pub creator: Option<Account>,
    /// The number of the workflow's run that deploys, if one does.
    pub run: Option<u64>,
}

impl Deployment {
    /// What it is called at the desk.
    pub(crate) fn name(&self, adapter: &AdapterName) -> DeploymentId {
        (&*format!("{adapter}/{}", self.id)).into()
    }
}

/// A deployment that came on, ended or failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeploymentStatus {
    /// Its number, unique on the host. A deployment has any number of them.
    pub id: u64,
    /// Where it stands now.
    pub state: DeploymentState,
    /// The deployment. Its environment is the status's, which may name another one.
    pub deployment: Deployment,
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    // Older servers send no action with either event.
    if !matches!(origin.action(), "created" | "") {
        return origin.passes();
    }
    let deployment = deployment(origin, None)?;
    let key = origin.key("deployment", &[&deployment.id])?;
    origin.fact(key, deployment.created_at, What::Deployment(deployment))
}

pub(super) fn read_status(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    if !matches!(origin.action(), "created" | "") {
        return origin.passes();
    }
    let part = origin.body.part("deployment_status");
    let status = DeploymentStatus {
        id: part.need_number("id")?,
        state: DeploymentState::new(part.need("state")?),
        deployment: deployment(origin, part.text("environment"))?,
    };
    let at = part.need_time(&["created_at", "updated_at"])?;
    let key = origin.key("deployment-status", &[&status.deployment.id, &status.id])?;
    origin.fact(key, at, What::DeploymentStatus(status))
}

fn deployment(origin: &Origin<'_>, environment: Option<&str>) -> Result<Deployment, Unreadable> {
    let (config, part) = (origin.config(), origin.body.part("deployment"));
    let environment = environment.unwrap_or_else(|| part.words("environment"));
    let payload = payload(part);
    let payload = Part::root(&payload);
    Ok(Deployment {
        id: part.need_number("id")?,
        service: service(origin, environment, payload)?,
        environment: environment.to_owned(),
        production: config.is_production(environment, part.is("production_environment")),
        rollback: is_rollback(config, part, payload),
        sha: Sha::of(part, "sha"),
        reference: part.words("ref").to_owned(),
        task: part.words("task").to_owned(),
        created_at: part.need_time(&["created_at", "updated_at"])?,
        creator: origin.account(part, "creator"),
        run: origin.body.part("workflow_run").number("id"),
    })
}

/// What whoever deploys has said in fields of their own. GitHub takes an object or a text; older clients write the object
/// as JSON into the text.
fn payload(part: Part<'_>) -> Value {
    match (part.at("payload"), part.text("payload")) {
        (_, Some(text)) => serde_json::from_str(text).unwrap_or_default(),
        (Some(payload), None) => payload.clone(),
        (None, None) => Value::Null,
    }
}

fn service(origin: &Origin<'_>, environment: &str, payload: Part<'_>) -> Result<ServiceId, Unreadable> {
    let repository = origin.repository()?;
    let rules = &origin.config().services;
    let body = origin.body;
    let workflow =
        body.part("workflow").text("path").unwrap_or_else(|| body.part("workflow_run").words("path"));
    let mut rules =
        rules.iter().filter(|rule| rule.is_about(repository.id, &repository.name, environment, workflow));
    let named = rules.find_map(|rule| {
        let Some(wanted) = &rule.payload else { return rule.service.clone() };
        let value = payload.at(&wanted.field).and_then(Value::as_str).filter(|value| !value.is_empty())?;
        let fits = wanted.is.as_ref().is_none_or(|is| is == value);
        fits.then(|| rule.service.clone().unwrap_or_else(|| value.into()))
    });
    let short = repository.name.rsplit('/').next().unwrap_or_default();
    Ok(named.unwrap_or_else(|| short.into()))
}

fn is_rollback(config: &Config, part: Part<'_>, payload: Part<'_>) -> bool {
    let rules = &config.rollback;
    let (task, description) = (part.words("task"), part.words("description").trim().to_lowercase());
    rules.tasks.iter().any(|known| known == task)
        || rules.descriptions.iter().any(|words| begins(&description, &words.to_lowercase()))
        || rules.fields.iter().any(|field| payload.at(field) == Some(&Value::Bool(true)))
}

/// Whether a text begins with these words, and not with longer ones.
fn begins(text: &str, words: &str) -> bool {
    let after = text.strip_prefix(words).filter(|_| !words.is_empty());
    after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
}
