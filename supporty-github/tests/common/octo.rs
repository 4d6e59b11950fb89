//! Deliveries of a repository `octo/shop`, number 7, in which `oli` works.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

/// A delivery: its event, its GUID and its body.
pub type Delivery = (&'static str, String, String);

pub fn signed(secret: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

pub fn delivery(event: &'static str, mut body: Value) -> Delivery {
    body["repository"] = json!({ "id": 7, "full_name": "octo/shop", "default_branch": "main" });
    body["sender"] = json!({ "id": 1, "login": "oli", "type": "User" });
    let body = body.to_string();
    (event, signed("a guid", &body), body)
}

pub fn sha(digit: char) -> String {
    digit.to_string().repeat(40)
}

/// A pull request of that number as it stands at a time.
pub fn pull(number: u64, text: &str, at: &str, merged: bool) -> Delivery {
    let pull = json!({
        "number": number, "title": "Mend it", "body": text, "state": if merged { "closed" } else { "open" },
        "draft": false, "merged": merged,
        "merged_at": merged.then_some(at), "closed_at": merged.then_some(at),
        "merge_commit_sha": merged.then(|| sha('a')),
        "created_at": "2026-03-02T09:00:00Z", "updated_at": at,
        "html_url": format!("https://github.com/octo/shop/pull/{number}"),
        "author_association": "MEMBER",
        "user": { "id": 1, "login": "oli", "type": "User" },
        "head": { "ref": "mend", "sha": sha('b'), "repo": { "id": 7, "full_name": "octo/shop" } },
        "base": { "ref": "main", "sha": sha('c'),
            "repo": { "id": 7, "full_name": "octo/shop", "default_branch": "main" } },
    });
    let action = if merged { "closed" } else { "edited" };
    delivery("pull_request", json!({ "action": action, "number": number, "pull_request": pull }))
}

pub fn status(deployment: u64, commit: char, at: &str, state: &str) -> Delivery {
    let body = json!({
        "action": "created",
        "deployment_status": { "id": deployment * 10, "state": state, "created_at": at, "updated_at": at },
        "deployment": {
            "id": deployment, "sha": sha(commit), "ref": "main", "task": "deploy", "environment": "production",
            "created_at": at, "updated_at": at
        },
    });
    delivery("deployment_status", body)
}

pub fn push(message: &str) -> Delivery {
    let commit = json!({
        "id": sha('d'), "distinct": true, "message": message, "timestamp": "2026-03-02T09:30:00Z",
        "url": "https://github.com/octo/shop/commit/d", "author": { "username": "oli" },
    });
    let body = json!({
        "ref": "refs/heads/main", "before": sha('e'), "after": sha('d'), "forced": false, "commits": [commit],
        "head_commit": commit, "pusher": { "name": "oli" },
    });
    let mut made = delivery("push", body);
    let mut body: Value = serde_json::from_str(&made.2).unwrap();
    body["repository"]["pushed_at"] = json!(1_772_444_000);
    made.2 = body.to_string();
    made
}
