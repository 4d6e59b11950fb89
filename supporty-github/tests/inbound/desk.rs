//! A desk beside GitHub, and payloads as GitHub sends them, as short as they can be.

use serde_json::{Value, json};
use supporty_core::vocab::Time;
use supporty_github::Config;
use supporty_github::inbound::{App, Context, Delivery, Fact, NotForUs, Unreadable, What, read};

pub(crate) const GUID: &str = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
pub(crate) const SHA: &str = "6113728f27ae82c7b1a177c8d03f9e96e0adf246";
pub(crate) const OTHER_SHA: &str = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";
pub(crate) const ZEROS: &str = "0000000000000000000000000000000000000000";

pub(crate) struct Desk {
    pub(crate) config: Config,
    pub(crate) app: App,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let app = App { id: Some(29_310), slug: Some("supporty".to_owned()), users: [501].into() };
        let ticket_urls = vec!["https://desk.example/tickets/".to_owned()];
        Self { config: Config { ticket_urls, ..Config::default() }, app }
    }

    pub(crate) fn read(&self, event: &str, body: &Value) -> Result<Delivery, Unreadable> {
        self.read_bytes(event, GUID, body.to_string().as_bytes())
    }

    pub(crate) fn read_bytes(&self, event: &str, guid: &str, body: &[u8]) -> Result<Delivery, Unreadable> {
        read(&Context { config: &self.config, app: &self.app }, event, guid, body)
    }

    pub(crate) fn fact(&self, event: &str, body: &Value) -> Fact {
        match self.read(event, body) {
            Ok(Delivery::Fact(fact)) => *fact,
            other => panic!("no fact: {other:?}"),
        }
    }

    pub(crate) fn key(&self, event: &str, body: &Value) -> String {
        self.fact(event, body).key.to_string()
    }

    pub(crate) fn not_for_us(&self, event: &str, body: &Value) -> NotForUs {
        match self.read(event, body) {
            Ok(Delivery::NotForUs(why)) => why,
            other => panic!("for us: {other:?}"),
        }
    }
}

/// What a fact is about, by the variant it should be.
macro_rules! what {
    ($fact:expr, $kind:ident) => {
        match $fact.what {
            supporty_github::inbound::What::$kind(what) => what,
            other => panic!("something else: {other:?}"),
        }
    };
}
pub(crate) use what;

pub(crate) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// A payload with other values in some of its fields, and null for what should be gone.
pub(crate) fn with(mut value: Value, others: &Value) -> Value {
    merge(&mut value, others);
    value
}

fn merge(value: &mut Value, others: &Value) {
    match (value, others) {
        (Value::Object(fields), Value::Object(others)) => {
            for (name, other) in others {
                merge(fields.entry(name.clone()).or_insert(Value::Null), other);
            }
        }
        (value, other) => *value = other.clone(),
    }
}

fn octocat() -> Value {
    json!({ "id": 1, "login": "octocat", "type": "User" })
}

pub(crate) fn our_bot() -> Value {
    json!({ "id": 900, "login": "supporty[bot]", "type": "Bot" })
}

/// What surrounds whatever happened in a repository.
fn around(action: &str, what: &str, part: &Value) -> Value {
    json!({
        "action": action,
        "sender": octocat(),
        "repository": {
            "id": 7, "name": "shop", "full_name": "octo/shop", "default_branch": "main",
            "updated_at": "2026-03-02T09:00:00Z",
        },
        what: part,
    })
}

pub(crate) fn pull_request(action: &str) -> Value {
    let part = json!({
        "number": 12, "state": "open", "draft": false, "merged": false, "merged_at": null, "merge_commit_sha": null,
        "title": "Stop the login loop", "body": "Fixes SUP-42", "user": octocat(), "author_association": "MEMBER",
        "html_url": "https://github.com/octo/shop/pull/12",
        "created_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T11:00:00Z", "closed_at": null,
        "head": { "ref": "sup-7-login", "sha": SHA, "repo": { "id": 7, "full_name": "octo/shop" } },
        "base": { "ref": "main", "sha": OTHER_SHA, "repo": { "id": 7, "full_name": "octo/shop" } },
    });
    with(around(action, "pull_request", &part), &json!({ "number": 12 }))
}

pub(crate) fn push() -> Value {
    let commit = json!({
        "id": SHA, "message": "Stop the login loop (#12)\n\nFixes SUP-42", "timestamp": "2026-03-02T12:30:00+02:00",
        "distinct": true, "url": "https://github.com/octo/shop/commit/6113728",
        "author": { "name": "Octo Cat", "email": "octo@cat.example", "username": "octocat" },
    });
    let mut body = with(
        around("", "head_commit", &commit),
        &json!({
            "ref": "refs/heads/main", "before": OTHER_SHA, "after": SHA, "forced": false, "commits": [commit],
            "repository": { "pushed_at": 1_772_449_200 },
        }),
    );
    body.as_object_mut().unwrap().remove("action");
    body
}

pub(crate) fn issue(action: &str) -> Value {
    around(
        action,
        "issue",
        &json!({
            "number": 3, "state": "open", "title": "Login loops", "body": "See SUP-42.", "user": octocat(),
            "author_association": "NONE", "labels": [{ "id": 11, "name": "bug" }],
            "html_url": "https://github.com/octo/shop/issues/3",
            "created_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T11:00:00Z", "closed_at": null,
        }),
    )
}

pub(crate) fn comment(action: &str) -> Value {
    let part = json!({
        "id": 99, "body": "It loops again, SUP-42", "user": octocat(), "author_association": "OWNER",
        "html_url": "https://github.com/octo/shop/issues/3#issuecomment-99",
        "created_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T11:00:00Z",
    });
    with(issue(action), &json!({ "comment": part }))
}

pub(crate) fn deployment() -> Value {
    around(
        "created",
        "deployment",
        &json!({
            "id": 55, "sha": SHA, "ref": "main", "task": "deploy", "payload": {}, "environment": "production",
            "description": null, "creator": octocat(),
            "created_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T10:05:00Z",
        }),
    )
}

pub(crate) fn status(state: &str) -> Value {
    let part = json!({
        "id": 56, "state": state, "environment": "production", "created_at": "2026-03-02T10:05:00Z",
        "target_url": "https://ci.example/?token=hush", "log_url": "https://ci.example/?token=hush",
    });
    with(deployment(), &json!({ "deployment_status": part }))
}

pub(crate) fn release(action: &str) -> Value {
    around(
        action,
        "release",
        &json!({
            "id": 33, "tag_name": "v1", "name": "One", "body": "Fixes SUP-42", "draft": false, "prerelease": false,
            "target_commitish": "main", "author": octocat(), "html_url": "https://github.com/octo/shop/releases/tag/v1",
            "created_at": "2026-03-02T10:00:00Z", "published_at": "2026-03-02T11:00:00Z",
        }),
    )
}

pub(crate) fn review(action: &str) -> Value {
    let part = json!({
        "id": 44, "state": "approved", "body": "Fine, see SUP-42", "user": octocat(), "commit_id": SHA,
        "author_association": "MEMBER", "submitted_at": "2026-03-02T11:30:00Z",
    });
    with(pull_request(action), &json!({ "review": part }))
}

pub(crate) fn run(action: &str) -> Value {
    around(
        action,
        "workflow_run",
        &json!({
            "id": 77, "run_attempt": 2, "name": "Deploy", "path": ".github/workflows/deploy.yml", "event": "push",
            "head_branch": "main", "head_sha": SHA, "status": "completed", "conclusion": "timed_out",
            "html_url": "https://github.com/octo/shop/actions/runs/77",
            "created_at": "2026-03-02T10:00:00Z", "run_started_at": "2026-03-02T10:10:00Z", "updated_at": "2026-03-02T10:20:00Z",
        }),
    )
}

pub(crate) fn suite(action: &str) -> Value {
    around(
        action,
        "check_suite",
        &json!({
            "id": 88, "head_branch": null, "head_sha": SHA, "status": "completed", "conclusion": "success",
            "app": { "id": 15_368, "slug": "github-actions" }, "pull_requests": [{ "number": 12 }],
            "created_at": "2026-03-02T10:00:00Z", "updated_at": "2026-03-02T10:20:00Z",
        }),
    )
}

pub(crate) fn repository(action: &str) -> Value {
    around(action, "changes", &json!({}))
}

pub(crate) fn installation(action: &str) -> Value {
    json!({
        "action": action, "sender": octocat(),
        "installation": {
            "id": 957_387, "account": { "id": 2, "login": "octo", "type": "Organization" }, "app_id": 29_310,
            "access_tokens_url": "https://api.github.com/installations/957387/access_tokens", "updated_at": 1_772_449_200,
        },
        "repositories": [{ "id": 7, "full_name": "octo/shop" }],
        "repositories_added": [{ "id": 8, "full_name": "octo/till" }], "repositories_removed": [],
    })
}

/// One of each kind.
pub(crate) fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("pull_request", pull_request("opened")),
        ("push", push()),
        ("issues", issue("opened")),
        ("issues", with(issue("labeled"), &json!({ "label": { "id": 11, "name": "bug" } }))),
        (
            "issues",
            with(
                issue("transferred"),
                &json!({ "changes": { "new_issue": { "number": 4 }, "new_repository": { "id": 8, "full_name": "octo/till" } } }),
            ),
        ),
        ("issue_comment", comment("edited")),
        ("pull_request_review", review("submitted")),
        ("deployment", deployment()),
        ("deployment_status", status("success")),
        ("release", release("published")),
        ("workflow_run", run("completed")),
        ("check_suite", suite("completed")),
        (
            "repository",
            with(
                repository("renamed"),
                &json!({ "changes": { "repository": { "name": { "from": "store" } } } }),
            ),
        ),
        ("installation", installation("created")),
        ("installation_repositories", installation("added")),
        (
            "ping",
            json!({ "hook_id": 5, "hook": { "type": "Repository", "events": ["*"], "config": { "url": "https://desk.example/hush", "secret": "hush" } } }),
        ),
    ]
}

pub(crate) fn is_pull_request(fact: &Fact) -> bool {
    matches!(fact.what, What::PullRequest(_))
}
