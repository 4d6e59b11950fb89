//! What GitHub would send, signed.

use std::io::{Read, Write};
use std::net::TcpStream;

use chrono::{SecondsFormat, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

pub(crate) const SECRET: &str = "It's a Secret to Everybody";

pub(crate) fn hours_ago(hours: i64) -> String {
    (Utc::now() - TimeDelta::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Sends what GitHub would, signed; the status and the body of the answer.
pub(crate) fn deliver(address: &str, secret: &str, event: &str, body: Value) -> (u16, String) {
    deliver_named(address, secret, "octo/shop", event, body)
}

/// The same, for a repository of that name.
pub(crate) fn deliver_named(
    address: &str,
    secret: &str,
    repository: &str,
    event: &str,
    mut body: Value,
) -> (u16, String) {
    let repository = json!({ "id": 7, "full_name": repository, "default_branch": "main" });
    body.as_object_mut().unwrap().insert("repository".to_owned(), repository);
    let body = body.to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let request = format!(
        "POST /github HTTP/1.1\r\nhost: hooks.test\r\ncontent-type: application/json\r\nx-github-event: {event}\r\n\
         x-github-delivery: 72d3162e-cc78-11e3-81ab-4c9367dc0958\r\nx-hub-signature-256: sha256={signature}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut wire = TcpStream::connect(address).unwrap();
    wire.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

pub(crate) fn merged(number: u64, text: &str, commit: char) -> Value {
    json!({ "action": "closed", "number": number, "pull_request": {
        "number": number, "title": "Mend it", "body": text, "state": "closed", "merged": true,
        "merged_at": hours_ago(3), "closed_at": hours_ago(3), "merge_commit_sha": commit.to_string().repeat(40),
        "created_at": hours_ago(30), "updated_at": hours_ago(3), "author_association": "MEMBER",
        "html_url": format!("https://github.com/octo/shop/pull/{number}"),
        "head": { "ref": "mend", "sha": "b".repeat(40) },
        "base": { "ref": "main", "repo": { "id": 7, "full_name": "octo/shop", "default_branch": "main" } },
    } })
}

pub(crate) fn deployed(id: u64, commit: char, hours: i64) -> Value {
    let at = hours_ago(hours);
    json!({
        "action": "created",
        "deployment_status": { "id": id, "state": "success", "created_at": at, "updated_at": at },
        "deployment": {
            "id": id, "sha": commit.to_string().repeat(40), "ref": "main", "task": "deploy", "environment": "live",
            "created_at": at, "updated_at": at
        },
    })
}
