//! What the stand-in shows of what it could not deliver.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Value, json};

use super::{APP, INSTALLED, page, refused, said};

/// What may be read, each list with the newest first.
#[derive(Debug, Default)]
pub struct Missed {
    pub pulls: Vec<Value>,
    pub deployments: Vec<Value>,
    /// By deployment.
    pub statuses: BTreeMap<u64, Vec<Value>>,
    /// By pull request.
    pub commits: BTreeMap<u64, Vec<Value>>,
    /// By `base...head`.
    pub compared: BTreeMap<String, Vec<String>>,
    /// Deliveries with all that was in them.
    pub deliveries: Vec<Value>,
    /// Whose answers break off.
    pub broken: Option<u64>,
    /// Whether what is to be compared never is.
    pub uncompared: bool,
    /// Where the repository's own webhook leads to.
    pub hook: Option<String>,
    /// Where its organization's leads to.
    pub organization_hook: Option<String>,
}

pub fn repository(name: &str) -> Value {
    json!({
        "id": 7, "full_name": name, "name": name.split('/').next_back(), "default_branch": "main",
        "owner": { "id": 70, "login": name.split('/').next(), "type": "Organization" },
    })
}

/// A delivery that was answered like that, or not at all.
pub fn delivery(id: u64, at: &str, status: u16, (event, guid, body): &(&str, String, String)) -> Value {
    let payload: Value = serde_json::from_str(body).unwrap();
    json!({
        "id": id, "guid": guid, "delivered_at": at, "redelivery": false, "duration": 0.1, "event": event,
        "status": if status == 200 { "OK" } else { "failed to connect" }, "status_code": status,
        "action": payload["action"], "installation_id": null, "repository_id": 7, "throttled_at": null,
        "url": "", "response": { "headers": {}, "payload": "" },
        "request": {
            "headers": { "X-GitHub-Event": event, "X-GitHub-Delivery": guid },
            "payload": payload,
        },
    })
}

impl Missed {
    /// Outside of a repository.
    pub fn answer(&self, path: &[&str], query: &str, name: &str) -> Response {
        match path {
            ["app", "hook", "deliveries", rest @ ..] => self.deliveries(rest, query),
            ["app"] => said(200, &json!({ "id": APP, "slug": "desk" })),
            ["app", "installations"] => said(
                200,
                &json!([{ "id": 5, "suspended_at": null }, { "id": 6, "suspended_at": "2026-03-01T00:00:00Z" }]),
            ),
            ["app", "installations", "5", "access_tokens"] => {
                said(201, &json!({ "token": INSTALLED, "expires_at": "2099-01-01T00:00:00Z" }))
            }
            ["installation", "repositories"] => {
                said(200, &json!({ "total_count": 1, "repositories": [repository(name)] }))
            }
            ["user", "repos"] => page(vec![repository(name)], query),
            ["orgs", "octo", "hooks"] => {
                let ours =
                    self.organization_hook.iter().map(|url| json!({ "id": 21, "config": { "url": url } }));
                page(ours.collect(), query)
            }
            ["orgs", "octo", "hooks", "21", "deliveries", rest @ ..] => self.deliveries(rest, query),
            ["orgs", _, "hooks"] => page(Vec::new(), query),
            _ => refused(404, "Not Found"),
        }
    }

    pub fn answer_in_repository(&self, path: &[&str], query: &str) -> Response {
        let number = |part: &str| part.parse::<u64>().unwrap_or_default();
        match path {
            ["pulls"] => page(self.pulls.clone(), query),
            ["pulls", at, "commits"] => {
                page(self.commits.get(&number(at)).cloned().unwrap_or_default(), query)
            }
            ["deployments"] => page(self.deployments.clone(), query),
            ["deployments", at, "statuses"] => {
                page(self.statuses.get(&number(at)).cloned().unwrap_or_default(), query)
            }
            ["compare", _] if self.uncompared => refused(502, "Bad Gateway"),
            ["compare", span] => match self.compared.get(*span) {
                None => refused(404, "Not Found"),
                Some(commits) => {
                    let all: Vec<_> = commits.iter().map(|sha| json!({ "sha": sha })).collect();
                    let link = page(all.clone(), query).headers_mut().remove("link");
                    let size = super::asked(query, "per_page").unwrap_or(30);
                    let before = (super::asked(query, "page").unwrap_or(1) - 1) * size;
                    let shown: Vec<_> = all.into_iter().skip(before).take(size).collect();
                    let mut answer = said(200, &json!({ "status": "ahead", "commits": shown }));
                    if let Some(link) = link {
                        answer.headers_mut().insert("link", link);
                    }
                    answer
                }
            },
            ["hooks"] => {
                let ours = self.hook.iter().map(|url| json!({ "id": 11, "config": { "url": url } }));
                let others = [json!({ "id": 12, "config": { "url": "https://ci.example/hook" } })];
                page(ours.chain(others).collect(), query)
            }
            ["hooks", "11", "deliveries", rest @ ..] => self.deliveries(rest, query),
            _ => refused(404, "Not Found"),
        }
    }

    /// A page begins behind the delivery that the cursor names.
    fn deliveries(&self, path: &[&str], query: &str) -> Response {
        let id = |one: &Value| one["id"].as_u64().unwrap_or_default();
        if let [wanted] = path {
            if self.broken.is_some_and(|broken| broken.to_string() == *wanted) {
                return refused(502, "Bad Gateway");
            }
            let found = self.deliveries.iter().find(|one| id(one).to_string() == *wanted);
            return found.map_or_else(|| refused(404, "Not Found"), |one| said(200, one));
        }
        let size = super::asked(query, "per_page").unwrap_or(30);
        let behind = super::asked(query, "cursor");
        let from = behind
            .map_or(0, |cursor| 1 + self.deliveries.iter().position(|one| id(one) == cursor as u64).unwrap());
        let mut shown: Vec<Value> = self.deliveries.iter().skip(from).take(size).cloned().collect();
        let last = shown.last().map(id);
        for one in shown.iter_mut().filter_map(Value::as_object_mut) {
            one.remove("request");
            one.remove("response");
        }
        let mut answer = said(200, &json!(shown));
        if let Some(last) = last.filter(|_| from + size < self.deliveries.len()) {
            let link = format!("<http://127.0.0.1/x?per_page={size}&cursor={last}>; rel=\"next\"");
            answer.headers_mut().insert("link", link.parse().unwrap());
        }
        answer
    }
}
