//! `desk --github`, the real program: deliveries over HTTP, and what its page shows of them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    unreachable_pub,
    dead_code,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use chrono::{SecondsFormat, TimeDelta, Utc};
use common::{Desk, Visitor, command};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const SECRET: &str = "It's a Secret to Everybody";
const POLICY: &str = r#"
zone = "Europe/London"
key_prefix = "OPS"

[people.ana]
name = "Ana"
identities = [{ adapter = "local", user = "ana" }]

[squads.shop]
name = "Shop"
members = ["ana"]

[services.till]
name = "The till"
squad = "shop"
"#;
const CONFIG: &str = r#"
repositories = ["octo/*"]
production = ["live"]

[[services]]
repository = "octo/shop"
service = "till"
"#;

fn desk(folder: &Path, args: &[&str]) -> Command {
    std::fs::write(folder.join("policy.toml"), POLICY).unwrap();
    std::fs::write(folder.join("github.toml"), CONFIG).unwrap();
    let mut desk = command(folder);
    desk.current_dir(folder).args(["--policy", "policy.toml"]).args(args);
    desk.env("GITHUB_WEBHOOK_SECRET", SECRET);
    desk
}

fn hours_ago(hours: i64) -> String {
    (Utc::now() - TimeDelta::hours(hours)).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Sends what GitHub would, signed; the status and the body of the answer.
fn deliver(address: &str, secret: &str, event: &str, mut body: Value) -> (u16, String) {
    body["repository"] = json!({ "id": 7, "full_name": "octo/shop", "default_branch": "main" });
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

fn merged(number: u64, text: &str, commit: char) -> Value {
    json!({ "action": "closed", "number": number, "pull_request": {
        "number": number, "title": "Mend it", "body": text, "state": "closed", "merged": true,
        "merged_at": hours_ago(3), "closed_at": hours_ago(3), "merge_commit_sha": commit.to_string().repeat(40),
        "created_at": hours_ago(30), "updated_at": hours_ago(3), "author_association": "MEMBER",
        "html_url": format!("https://github.com/octo/shop/pull/{number}"),
        "head": { "ref": "mend", "sha": "b".repeat(40) },
        "base": { "ref": "main", "repo": { "id": 7, "full_name": "octo/shop", "default_branch": "main" } },
    } })
}

fn deployed(id: u64, commit: char, hours: i64) -> Value {
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

#[tokio::test(flavor = "multi_thread")]
async fn a_change_and_its_deployment_stand_on_the_ticket_and_in_the_figures() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--github", "--github-config", "github.toml", "--listen", "127.0.0.1:0"];
    let running = Desk::start_by(&mut desk(folder.path(), &args));
    let ana = Visitor::new(&running.address, "Ana");
    let empty = ana.get("/delivery").body;
    assert!(empty.contains("Nothing was deployed") && empty.contains("has not been heard of"), "{empty}");
    let ticket = ana.file(&[("title", "The till is slow"), ("kind", "incident"), ("priority", "P2")]);

    let address = &running.address;
    assert_eq!(deliver(address, "another", "ping", json!({})).0, 401);
    let (status, said) = deliver(address, SECRET, "pull_request", merged(42, "Fixes OPS-1", 'a'));
    assert_eq!(status, 200, "{said}");
    let page = ana.until(&ticket, "is meant to solve this");
    assert!(page.contains("https://github.com/octo/shop/pull/42"), "{page}");
    for _ in 0..2 {
        assert_eq!(deliver(address, SECRET, "deployment_status", deployed(9, 'a', 1)).0, 200);
    }
    let page = ana.until(&ticket, "is deployed to till");
    assert_eq!(page.matches("If it is done, resolve it.").count(), 1, "{page}");
    assert_eq!(deliver(address, SECRET, "pull_request", merged(43, "Caused OPS-1", 'c')).0, 200);
    assert_eq!(deliver(address, SECRET, "deployment_status", deployed(10, 'c', 0)).0, 200);

    for whose in ["", "?service=till", "?squad=shop"] {
        let page = ana.get(&format!("/delivery{whose}")).body;
        assert!(page.contains("Deployments: 2") && page.contains("50.0 %"), "{whose}: {page}");
        assert!(page.contains("<svg") && page.contains("GitHub was heard of last"), "{page}");
        assert!(page.contains("href=\"/ticket/OPS-1\""), "{page}");
    }
    let other = ana.get("/delivery?service=other").body;
    assert!(other.contains("Nothing was deployed"), "{other}");
}

#[test]
fn what_is_missing_or_wrong_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let said = |args: &[&str], secret: &str| {
        let output = desk(folder.path(), args).env("GITHUB_WEBHOOK_SECRET", secret).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(&["--github"], " ").contains("GITHUB_WEBHOOK_SECRET"));
    assert!(said(&["--github-config", "github.toml"], SECRET).contains("--github"));
    assert!(said(&["--github", "--github-config", "missing.toml"], SECRET).contains("missing.toml"));
    std::fs::write(folder.path().join("wrong.toml"), "repository = 1\n").unwrap();
    assert!(said(&["--github", "--github-config", "wrong.toml"], SECRET).contains("repository"));
    std::fs::write(folder.path().join("useless.toml"), "repositories = [\"shop\"]\n").unwrap();
    assert!(said(&["--github", "--github-config", "useless.toml"], SECRET).contains("octo/shop"));
}
