//! The repositories that count and that we may read.

use serde_json::Value;

use super::Pass;
use crate::api::Answer;
use crate::error::Failure;
use crate::ids::RepositoryId;
use crate::methods::{Method, RepositoryRef, Request};
use crate::tokens::Credentials;

/// A repository as GitHub shows it.
pub(super) struct Place {
    /// As it stands in a delivery.
    pub(super) shown: Value,
    installation: Option<u64>,
}

impl Place {
    /// Its owner, if that is an organization.
    pub(super) fn organization(&self) -> Option<&str> {
        let text = |at| self.shown.pointer(at).and_then(Value::as_str);
        text("/owner/login").filter(|_| text("/owner/type") == Some("Organization"))
    }
}

impl Pass<'_> {
    /// A request in a repository that was found.
    pub(super) fn on(
        &self,
        id: RepositoryId,
        method: Method,
        parts: &[&(dyn std::fmt::Display + Sync)],
    ) -> Request {
        let request = Request::on(&RepositoryRef::Number(id), method, parts);
        match self.repositories.get(&id).and_then(|place| place.installation) {
            Some(installation) => request.by(installation),
            None => request,
        }
    }

    /// All pages of a list, until `each` has enough.
    pub(super) async fn pages(
        &self,
        request: &Request,
        by: &'static str,
        mut each: impl FnMut(&Answer) -> bool,
    ) -> Result<(), Failure> {
        let first = request.clone().with("per_page", 100);
        let mut next: Option<String> = None;
        loop {
            let request = match &next {
                Some(page) => first.clone().with(by, page),
                None => first.clone(),
            };
            let answer = self.api.call(&request).await?;
            if !each(&answer) {
                return Ok(());
            }
            let page = answer.page("next", by);
            if page.is_none() || page == next {
                return Ok(());
            }
            next = page;
        }
    }

    /// Finds what can be read. A repository that is named by a name that it had once is not looked at, as what it delivers is not.
    pub(super) async fn look_around(&mut self) {
        let config = &self.front.inner.config;
        if let Credentials::App(_) = self.api.credentials() {
            return self.installations().await;
        }
        let patterns =
            config.repositories.is_empty() || config.repositories.iter().any(|one| one.contains('*'));
        if patterns {
            self.list(None, Request::new(Method::UserRepositories, &[])).await;
        }
        let named = config.repositories.iter().filter(|name| !name.contains('*'));
        let named: Vec<_> = named.filter_map(|name| Some((name, RepositoryRef::parse(name)?))).collect();
        for (name, at) in named {
            match self.api.call(&Request::on(&at, Method::Repository, &[])).await {
                Ok(answer) => {
                    let now = answer.body.get("full_name").and_then(Value::as_str).unwrap_or_default();
                    let renamed = name.contains('/') && !name.eq_ignore_ascii_case(now);
                    let id = answer.body.get("id").cloned().unwrap_or_default();
                    if renamed {
                        self.problem(format!("`{name}` is called `{now}` now: write that under `repositories`, or its number, {id}"));
                    }
                    self.found(None, [&answer.body]);
                }
                Err(failure) => self.note(&format!("the repository `{name}`"), &failure.into()),
            }
        }
    }

    async fn installations(&mut self) {
        let mut installations = Vec::new();
        let request = Request::new(Method::Installations, &[]);
        let read = self
            .pages(&request, "page", |answer| {
                let listed = answer.body.as_array().into_iter().flatten();
                let active = listed.filter(|one| one.get("suspended_at").is_none_or(Value::is_null));
                installations.extend(active.filter_map(|one| one.get("id")?.as_u64()));
                true
            })
            .await;
        if let Err(failure) = read {
            self.note(&"the app's installations", &failure.into());
        }
        for id in installations {
            self.list(Some(id), Request::new(Method::InstallationRepositories, &[]).by(id)).await;
        }
    }

    async fn list(&mut self, installation: Option<u64>, request: Request) {
        let mut found = Vec::new();
        let read = self
            .pages(&request, "page", |answer| {
                let listed = answer.body.get("repositories").unwrap_or(&answer.body);
                found.extend(listed.as_array().into_iter().flatten().cloned());
                true
            })
            .await;
        if let Err(failure) = read {
            self.note(&"the repositories that we may read", &failure.into());
        }
        self.found(installation, &found);
    }

    fn found<'a>(&mut self, installation: Option<u64>, repositories: impl IntoIterator<Item = &'a Value>) {
        for shown in repositories {
            let id = shown.get("id").and_then(Value::as_u64).map(RepositoryId);
            let name = shown.get("full_name").and_then(Value::as_str);
            let (Some(id), Some(name)) = (id, name) else { continue };
            if self.front.inner.config.watches(id, &[name]) {
                self.api.learn(id, name);
                self.repositories.insert(id, Place { shown: shown.clone(), installation });
            }
        }
    }
}
