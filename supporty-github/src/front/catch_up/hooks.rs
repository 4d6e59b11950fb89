//! The webhooks that deliver to us.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use super::Pass;
use super::progress::Source;
use crate::error::Failure;
use crate::ids::RepositoryId;
use crate::methods::{Method, RepositoryRef, Request};
use crate::tokens::Credentials;

/// A webhook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hook {
    /// The app's.
    App,
    /// One of a repository.
    Repository(RepositoryId, u64),
    /// One of an organization.
    Organization(String, u64),
}

impl Hook {
    /// Asks which deliveries there were, newest first.
    pub(super) fn deliveries(&self) -> Request {
        match self {
            Self::App => Request::new(Method::AppDeliveries, &[]),
            Self::Repository(id, hook) => {
                Request::on(&RepositoryRef::Number(*id), Method::HookDeliveries, &[hook])
            }
            Self::Organization(name, hook) => Request::new(Method::OrganizationHookDeliveries, &[name, hook]),
        }
    }

    /// Asks what was in one.
    pub(super) fn delivery(&self, delivery: u64) -> Request {
        match self {
            Self::App => Request::new(Method::AppDelivery, &[&delivery]),
            Self::Repository(id, hook) => {
                Request::on(&RepositoryRef::Number(*id), Method::HookDelivery, &[hook, &delivery])
            }
            Self::Organization(name, hook) => {
                Request::new(Method::OrganizationHookDelivery, &[name, hook, &delivery])
            }
        }
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App => f.write_str("deliveries of the app"),
            Self::Repository(id, _) => write!(f, "deliveries of repository {id}"),
            Self::Organization(name, _) => write!(f, "deliveries of {name}"),
        }
    }
}

impl Pass<'_> {
    /// The webhooks whose deliveries we may read: an app's own, or with a token those that lead to the configured address. Others
    /// are none of ours.
    pub(super) async fn hooks(&mut self) -> Vec<Source> {
        if let Credentials::App(_) = self.api.credentials() {
            return vec![Source::Hook(Hook::App)];
        }
        let Some(url) = self.front.inner.config.webhook_url.clone() else { return Vec::new() };
        let mut hooks = Vec::new();
        let ids: Vec<_> = self.repositories.keys().copied().collect();
        for id in ids {
            let request = Request::on(&RepositoryRef::Number(id), Method::Hooks, &[]);
            let what = format!("webhooks of repository {id}");
            hooks.extend(self.leading_to(&url, request, &what).await.map(|hook| Hook::Repository(id, hook)));
        }
        let organizations = self.repositories.values().filter_map(|place| place.organization());
        let organizations: BTreeSet<_> = organizations.map(str::to_owned).collect();
        for name in organizations {
            let request = Request::new(Method::OrganizationHooks, &[&name]);
            let what = format!("webhooks of {name}");
            let found = self.leading_to(&url, request, &what).await;
            hooks.extend(found.map(|hook| Hook::Organization(name.clone(), hook)));
        }
        hooks.into_iter().map(Source::Hook).collect()
    }

    /// Whoever may not see webhooks is told that there are none: what they did not deliver is seen another way, later.
    async fn leading_to(
        &mut self,
        url: &str,
        request: Request,
        what: &str,
    ) -> impl Iterator<Item = u64> + use<> {
        let hooks = match self.api.call(&request.with("per_page", 100)).await {
            Ok(answer) => answer.body,
            Err(Failure::Refused { status: 403 | 404, .. }) => {
                tracing::debug!(%what, "we may not see them");
                Value::Null
            }
            Err(failure) => {
                self.note(&what, &failure.into());
                Value::Null
            }
        };
        let ours = hooks.as_array().into_iter().flatten().filter(|hook| {
            hook.pointer("/config/url").and_then(Value::as_str).is_some_and(|to| same(to, url))
        });
        let ours: Vec<_> = ours.filter_map(|hook| hook.get("id")?.as_u64()).collect();
        ours.into_iter()
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}
