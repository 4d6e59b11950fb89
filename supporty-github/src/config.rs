use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use supporty_core::vocab::{AdapterName, ServiceId, TicketKey};

use crate::ids::RepositoryId;

/// How GitHub is set up for a desk: which repositories, how tickets are named there, what is deployed where.
///
/// Secrets are not in it: they are given apart, so that this can lie in a repository.
///
/// Repositories and environments may be patterns, in which `*` stands for any text: `octo/*`, `prod-*`. Capitals make no
/// difference to them, as they make none to GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// The adapter's name, by which policies give people's identities.
    pub name: AdapterName,
    /// The host of links to changes: `github.com`, or that of an enterprise server.
    pub host: String,
    /// Where GitHub delivers to, as it stands at the webhook: `https://desk.example/github`. By it our webhooks are known among
    /// those of others, so that what they could not deliver is fetched. An app has only one, and needs no address.
    pub webhook_url: Option<String>,
    /// The repositories that count, by name (`octo/shop`, `octo/*`) or by number, which survives renames (`186853002`). All
    /// of them, if there are none.
    pub repositories: Vec<String>,
    /// What stands before the dash of a ticket's key: the policy's `key_prefix`, and those it has had before.
    pub key_prefixes: Vec<String>,
    /// Where tickets can be looked at: what stands before the key in their addresses, `https://desk.example/tickets/`.
    pub ticket_urls: Vec<String>,
    /// People's accounts that programs use, by login. GitHub itself knows only those of apps.
    pub bots: BTreeSet<String>,
    /// What is deployed, by the first rule that fits; a repository without one is the service of its own short name.
    pub services: Vec<ServiceRule>,
    /// Which environments are production. If none is named: those of which GitHub says so, and the one called `production`.
    pub production: Vec<String>,
    /// Which deployments take an older version back into use.
    pub rollback: Rollback,
}

/// Which service a deployment deploys.
///
/// ```
/// use supporty_github::{PayloadField, ServiceRule};
/// // Of `octo/shop`, what the pipeline calls `app` is the service.
/// let rule = ServiceRule {
///     repository: "octo/shop".to_owned(),
///     payload: Some(PayloadField { field: "app".to_owned(), is: None }),
///     ..ServiceRule::default()
/// };
/// assert_eq!(rule.service, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceRule {
    /// In which repository, by name or number.
    pub repository: String,
    /// Only in that environment.
    pub environment: Option<String>,
    /// Only if a workflow of that file deploys: `.github/workflows/till.yml`, `*/till.yml`.
    pub workflow: Option<String>,
    /// Only if the deployment's `payload` says so.
    pub payload: Option<PayloadField>,
    /// The service; what stands in the field of `payload`, if it is not named.
    pub service: Option<ServiceId>,
}

/// A field of a deployment's `payload`, which whoever deploys may fill in as they like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PayloadField {
    /// Its name; with dots for what lies deeper, `app.name`.
    pub field: String,
    /// What it must hold. Any text, if that is not said.
    pub is: Option<String>,
}

/// By what a rollback is known. GitHub has no word of its own for it, but leaves `task`, `description` and `payload` to
/// [whoever deploys](https://docs.github.com/en/rest/deployments/deployments#create-a-deployment); one sign is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rollback {
    /// Tasks.
    pub tasks: Vec<String>,
    /// How descriptions begin, whether in capitals or not. One that has such a word later on may speak of anything.
    pub descriptions: Vec<String>,
    /// Fields of the payload that hold `true`, by name or by a path with dots.
    pub fields: Vec<String>,
}

/// What in a configuration does nothing, though somebody wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigProblem {
    /// No ticket has such a key.
    #[error(
        "`key-prefixes`: no key begins with `{0}`: expected capital letters, and digits after them, as in `SUP`"
    )]
    KeyPrefix(String),
    /// It is no address of a page.
    #[error(
        "`ticket-urls`: `{0}` is no address: expected what stands before the key, as in `https://desk.example/tickets/`"
    )]
    TicketUrl(String),
    /// It is no host.
    #[error("`host`: `{0}` is no host: expected a name alone, as in `github.com`")]
    Host(String),
    /// It is neither the name of a repository nor its number.
    #[error(
        "`repositories`: `{0}` is no repository: expected an owner and a name, as in `octo/shop` or `octo/*`, or a number"
    )]
    Repository(String),
    /// It is about nothing, or says nothing.
    #[error("`services`: rule {0} has no effect: expected a `repository`, and a `service` or a `payload`")]
    Service(usize),
}

impl Config {
    /// What in it does nothing, from the top to the bottom. A desk works in spite of it.
    ///
    /// ```
    /// use supporty_github::{Config, ConfigProblem};
    /// let config = Config { key_prefixes: vec!["sup".to_owned()], ..Config::default() };
    /// assert_eq!(config.problems(), [ConfigProblem::KeyPrefix("sup".to_owned())]);
    /// ```
    pub fn problems(&self) -> Vec<ConfigProblem> {
        let is_host = !self.host.is_empty() && !self.host.contains(['/', ' ', '*']);
        let host = (!is_host).then(|| ConfigProblem::Host(self.host.clone()));
        let repositories = self.repositories.iter().filter(|pattern| !could_be_repository(pattern));
        let prefixes =
            self.key_prefixes.iter().filter(|prefix| format!("{prefix}-1").parse::<TicketKey>().is_err());
        let urls = self.ticket_urls.iter().filter(|url| {
            !["https://", "http://"]
                .iter()
                .any(|scheme| url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()))
        });
        let services = self.services.iter().zip(1..).filter(|(rule, _)| {
            !could_be_repository(&rule.repository) || rule.service.is_none() && rule.payload.is_none()
        });
        host.into_iter()
            .chain(repositories.cloned().map(ConfigProblem::Repository))
            .chain(prefixes.cloned().map(ConfigProblem::KeyPrefix))
            .chain(urls.cloned().map(ConfigProblem::TicketUrl))
            .chain(services.map(|(_, number)| ConfigProblem::Service(number)))
            .collect()
    }

    /// Whether a repository counts, by its number and any name that it has or had.
    pub(crate) fn watches(&self, id: RepositoryId, names: &[&str]) -> bool {
        self.repositories.is_empty()
            || self.repositories.iter().any(|pattern| is_repository(pattern, id, names))
    }

    /// What a change to a repository goes into: every service that its rules name, or the one of its own short name. A
    /// service that only a deployment's payload names is not known before.
    pub(crate) fn services_of(&self, id: RepositoryId, name: &str) -> BTreeSet<ServiceId> {
        let rules = self.services.iter().filter(|rule| is_repository(&rule.repository, id, &[name]));
        let named: BTreeSet<_> = rules.filter_map(|rule| rule.service.clone()).collect();
        match named.is_empty() {
            true => [ServiceId::new(name.rsplit('/').next().unwrap_or_default())].into(),
            false => named,
        }
    }

    /// Whether what a repository deploys is told by the workflow that does.
    pub(crate) fn tells_by_workflow(&self, id: RepositoryId, name: &str) -> bool {
        let rules = self.services.iter().filter(|rule| is_repository(&rule.repository, id, &[name]));
        rules.into_iter().any(|rule| rule.workflow.is_some())
    }

    /// Whether an environment is production; `flagged` is what GitHub says.
    pub(crate) fn is_production(&self, environment: &str, flagged: bool) -> bool {
        if self.production.is_empty() {
            return flagged || environment.eq_ignore_ascii_case("production");
        }
        self.production.iter().any(|pattern| fits(pattern, environment))
    }
}

impl ServiceRule {
    /// Whether it is about a deployment, as far as its payload does not count.
    pub(crate) fn is_about(&self, id: RepositoryId, name: &str, environment: &str, workflow: &str) -> bool {
        is_repository(&self.repository, id, &[name])
            && self.environment.as_ref().is_none_or(|pattern| fits(pattern, environment))
            && self.workflow.as_ref().is_none_or(|pattern| fits(pattern, workflow))
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            name: "github".into(),
            host: "github.com".to_owned(),
            webhook_url: None,
            repositories: Vec::new(),
            key_prefixes: vec!["SUP".to_owned()],
            ticket_urls: Vec::new(),
            bots: BTreeSet::new(),
            services: Vec::new(),
            production: Vec::new(),
            rollback: Rollback::default(),
        }
    }
}

impl Default for Rollback {
    fn default() -> Self {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            tasks: owned(&["deploy:rollback", "rollback"]),
            descriptions: owned(&["rollback", "roll back", "rolling back", "rolled back"]),
            fields: owned(&["rollback"]),
        }
    }
}

/// A number, or a pattern of an owner and a name.
fn could_be_repository(pattern: &str) -> bool {
    pattern.parse::<u64>().is_ok()
        || pattern.contains('*')
        || pattern.split('/').filter(|part| !part.is_empty()).count() == 2
}

fn is_repository(pattern: &str, id: RepositoryId, names: &[&str]) -> bool {
    match pattern.parse() {
        Ok(number) => id == RepositoryId(number),
        Err(_) => names.iter().any(|name| fits(pattern, name)),
    }
}

/// Whether a text is what a pattern says, in which `*` stands for any text.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(before) else { return false };
    let (between, last) = after.rsplit_once('*').unwrap_or(("", after));
    for part in between.split('*') {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("octo/*", "octo/shop"),
            ("*", ""),
            ("prod-*-eu", "PROD-1-eu"),
            ("*/a*b*", "x/a-b"),
            ("a**b", "ab"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in
            [("octo/*", "octopus/shop"), ("prod", "production"), ("a*a", "a"), ("a*b*c", "a-c"), ("", "a")]
        {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_repository_is_known_by_its_number_after_a_rename() {
        let config = Config { repositories: vec!["7".to_owned(), "octo/*".to_owned()], ..Config::default() };
        assert!(config.watches(RepositoryId(7), &["any/name"]));
        assert!(config.watches(RepositoryId(8), &["new/name", "octo/shop"]));
        assert!(!config.watches(RepositoryId(8), &["new/name"]));
    }
}
