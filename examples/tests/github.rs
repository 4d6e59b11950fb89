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

use std::path::Path;
use std::process::Command;

use common::github::{SECRET, deliver, deployed, merged};
use common::{Desk, Visitor, command};
use serde_json::json;

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
    assert!(said(&["--github", "--check"], SECRET).contains("GITHUB_BOT_TOKEN"), "nothing can be asked");
    assert!(said(&["--check"], SECRET).contains("--github"));
    assert!(
        said(&["--github-api", "http://127.0.0.1:9/"], SECRET).contains("--github-api is about --github")
    );
    for (given, named) in [("GITHUB_APP_ID", "GITHUB_APP_KEY"), ("GITHUB_APP_KEY", "GITHUB_APP_ID")] {
        let output = desk(folder.path(), &["--github"]).env(given, "1").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(&format!("{named} is missing beside {given}")), "{said}");
    }
    let output =
        desk(folder.path(), &["--github"]).env("GITHUB_APP_ID", "x").env("GITHUB_APP_KEY", "hush").output();
    let said = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(said.contains("GITHUB_APP_ID is no number") && !said.contains("hush"), "{said}");
}
