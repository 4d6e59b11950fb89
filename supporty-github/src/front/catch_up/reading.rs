//! How pull requests and deployments stand, for what no delivery tells any more.

use chrono::TimeDelta;
use serde_json::{Value, json};
use supporty_core::vocab::Time;

use super::{Pass, Stop};
use crate::error::Failure;
use crate::ids::RepositoryId;
use crate::inbound::{Delivery, What, read_value};
use crate::methods::Method;

/// How long after it was asked for a deployment may still end. GitHub lists them by that time, and does not say when they ended.
const LONGEST: TimeDelta = TimeDelta::days(3);

impl Pass<'_> {
    /// Reads the pull requests that changed since then, whose last change is listed first.
    pub(super) async fn changes(&mut self, id: RepositoryId, from: Time) -> Result<(), Stop> {
        let request = self.on(id, Method::PullRequests, &[]);
        let request = request.with("state", "all").with("sort", "updated").with("direction", "desc");
        let mut changed = Vec::new();
        let read = self.pages(&request, "page", |answer| {
            since(answer.body.as_array(), "updated_at", from, &mut changed)
        });
        read.await?;
        // Of what was read the oldest goes first: a change may take back an earlier one.
        for pull in changed.into_iter().rev() {
            let body = self.delivered(id, json!({ "action": "edited", "pull_request": pull }));
            self.shown("pull_request", &body).await?;
        }
        Ok(())
    }

    /// Reads how deployments to production ended that were asked for since then, or not long before.
    ///
    /// Where rules tell services by the workflow that deploys, it is left to deliveries: nothing else names it.
    pub(super) async fn deployments(&mut self, id: RepositoryId, from: Time) -> Result<(), Stop> {
        let name = self.repositories.get(&id).and_then(|place| place.shown.get("full_name")?.as_str());
        if self.front.inner.config.tells_by_workflow(id, name.unwrap_or_default()) {
            return Ok(());
        }
        let request = self.on(id, Method::Deployments, &[]);
        let mut made = Vec::new();
        let read = self.pages(&request, "page", |answer| {
            since(answer.body.as_array(), "created_at", from - LONGEST, &mut made)
        });
        read.await?;
        let mut left = None;
        for deployment in made.into_iter().rev() {
            match self.deployment(id, &deployment).await {
                // One whose answer can not be read keeps no other from being read.
                Err(stop @ Stop::GitHub(Failure::Garbled(_) | Failure::Unknown(_))) => {
                    left = left.or(Some(stop))
                }
                read => read?,
            }
        }
        left.map_or(Ok(()), Err)
    }

    /// What succeeded is not asked for again: nothing can become of it any more.
    async fn deployment(&mut self, id: RepositoryId, shown: &Value) -> Result<(), Stop> {
        let body = self.delivered(id, json!({ "action": "created", "deployment": shown }));
        let deployment = match read_value(&self.front.context(), "deployment", "", &body) {
            Ok(Delivery::Fact(fact)) => match fact.what {
                What::Deployment(deployment) => deployment,
                _ => return Ok(()),
            },
            Ok(_) => return Ok(()),
            Err(why) => {
                self.unreadable("deployment", &why);
                return Ok(());
            }
        };
        let known = self.front.inner.desk.service(&deployment.service).await?;
        let name = deployment.name(&self.front.inner.config.name);
        if !deployment.production || known.deployed.contains_key(&name) {
            return Ok(());
        }
        let request = self.on(id, Method::DeploymentStatuses, &[&deployment.id]).with("per_page", 100);
        let statuses = self.api.call(&request).await?.body;
        for status in statuses.as_array().into_iter().flatten().rev() {
            let said = json!({ "action": "created", "deployment_status": status, "deployment": shown });
            let body = self.delivered(id, said);
            self.shown("deployment_status", &body).await?;
        }
        Ok(())
    }

    /// As it would have been delivered.
    fn delivered(&self, id: RepositoryId, mut body: Value) -> Value {
        if let (Some(place), Some(body)) = (self.repositories.get(&id), body.as_object_mut()) {
            body.insert("repository".to_owned(), place.shown.clone());
        }
        body
    }
}

/// Adds what is not older, of a list whose newest is first. Says whether the next page may have more of it.
fn since(listed: Option<&Vec<Value>>, name: &str, from: Time, newer: &mut Vec<Value>) -> bool {
    for item in listed.into_iter().flatten() {
        let at = item.get(name).and_then(Value::as_str).and_then(|at| at.parse::<Time>().ok());
        if at.is_some_and(|at| at < from) {
            return false;
        }
        newer.push(item.clone());
    }
    true
}
