//! A ticket, its issue, a pull request, its merge, its deployment, and the question whether it is resolved: the real program
//! with a stand-in for GitHub that sends twice, late and not at all, breaks after it has acted, and is renamed on the way.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "tests say what failed by panicking, and use a part of the stand-in"
)]

mod common;
#[path = "../../supporty-github/tests/common/github/mod.rs"]
mod github;

use std::path::Path;
use std::time::{Duration, Instant};

use common::github::{SECRET, deliver_named, deployed, hours_ago, merged};
use common::{Desk, Visitor, command};
use github::missed::delivery as failed;
use github::{Mishap, StandIn, TOKEN};
use serde_json::{Value, json};

const POLICY: &str = r#"
zone = "Europe/London"
key_prefix = "OPS"

[code]
issues = "github/octo/shop"
labels = ["support"]
comments = true
checks = true

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
repository = "octo/*"
service = "till"
"#;

/// GitHub's own number of the token's owner.
const US: u64 = 99;

fn start(folder: &Path, stand_in: &StandIn) -> Desk {
    let mut desk = command(folder);
    desk.current_dir(folder).args(["--policy", "policy.toml", "--listen", "127.0.0.1:0"]);
    desk.args(["--github", "--github-config", "github.toml", "--github-api", &stand_in.base]);
    desk.args(["--public-url", "https://desk.example"]);
    desk.env("GITHUB_WEBHOOK_SECRET", SECRET).env("GITHUB_BOT_TOKEN", TOKEN);
    Desk::start_by(&mut desk)
}

fn eventually<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} should come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What stands below an issue or a change, without our marks.
fn below(stand_in: &StandIn, number: u64) -> Vec<String> {
    stand_in.world().seen(number).iter().skip(2).map(|said| said.trim().to_owned()).collect()
}

fn opened(number: u64) -> Value {
    let mut told = merged(number, "Fixes OPS-1", 'a');
    let change = &mut told["pull_request"];
    for gone in ["merged_at", "closed_at", "merge_commit_sha"] {
        change[gone] = Value::Null;
    }
    (change["merged"], change["state"], change["updated_at"]) =
        (json!(false), json!("open"), json!(hours_ago(5)));
    told["action"] = json!("opened");
    told
}

/// What GitHub tells of the issue that we opened.
fn issue(stand_in: &StandIn, number: u64, action: &str, by: u64) -> Value {
    let issue = stand_in.world().issues[&number].clone();
    let at = hours_ago(0);
    json!({
        "action": action,
        "sender": { "id": by, "login": if by == US { "desk" } else { "otto" }, "type": "User" },
        "issue": {
            "number": number, "title": issue.title, "body": issue.body, "state": if issue.closed { "closed" } else { "open" },
            "closed_at": issue.closed.then(|| at.clone()), "created_at": hours_ago(1), "updated_at": at,
            "html_url": format!("https://github.com/octo/shop/issues/{number}"), "author_association": "NONE",
            "user": { "id": US, "login": "desk", "type": "User" }, "labels": [],
        },
    })
}

fn commented(stand_in: &StandIn, number: u64, says: &str) -> Value {
    let mut told = issue(stand_in, number, "created", 5);
    let at = hours_ago(0);
    told["comment"] = json!({
        "id": 71, "body": says, "created_at": at, "updated_at": at, "author_association": "MEMBER",
        "user": { "id": 5, "login": "otto", "type": "User" }, "html_url": "https://github.com/octo/shop/issues/1#x",
    });
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_ticket_to_the_question_whether_it_is_resolved() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("policy.toml"), POLICY).unwrap();
    std::fs::write(folder.path().join("github.toml"), CONFIG).unwrap();
    let stand_in = StandIn::start().await;
    stand_in.world().name = "octo/shop".to_owned();
    stand_in.world().missed.hook = Some("https://desk.example/github".to_owned());
    let told = tokio::task::spawn_blocking(move || story(folder.path(), &stand_in));
    told.await.unwrap();
}

/// What `--check` says, and whether nothing is missing.
fn checked(folder: &Path, stand_in: &StandIn) -> (bool, String) {
    let mut desk = command(folder);
    desk.current_dir(folder).args(["--policy", "policy.toml", "--github", "--check"]);
    desk.args(["--github-api", &stand_in.base])
        .env("GITHUB_WEBHOOK_SECRET", SECRET)
        .env("GITHUB_BOT_TOKEN", TOKEN);
    let output = desk.output().unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

fn story(folder: &Path, stand_in: &StandIn) {
    assert_eq!(checked(folder, stand_in), (true, "Nothing is missing at GitHub.\n".to_owned()));
    let desk = start(folder, stand_in);
    let ana = Visitor::new(&desk.address, "ana");
    let tells = |desk: &Desk, event, body: Value| {
        let name = stand_in.world().name.clone();
        assert_eq!(deliver_named(&desk.address, SECRET, &name, event, body).0, 200, "{event}");
    };
    let ticket = ana.file(&[("title", "The till is slow"), ("kind", "incident"), ("priority", "P2")]);

    // The issue is opened, the answer is lost, and there is one all the same.
    stand_in.world().mishaps.push_back(Mishap::LostAfter);
    let pressed = ana.press(&ticket, "open-issue", &[]);
    assert_eq!(pressed.status, 303, "{}", pressed.body);
    let page = ana.until(&ticket, "was opened for this");
    assert!(page.contains("https://github.com/octo/shop/issues/1"), "{page}");
    let seen = stand_in.world().seen(1);
    assert!(seen[0] == "The till is slow" && seen[1].contains("OPS-1"), "{seen:?}");
    for _ in 0..2 {
        tells(&desk, "issues", issue(stand_in, 1, "opened", US));
    }
    for _ in 0..2 {
        tells(&desk, "issue_comment", commented(stand_in, 1, "It is the <b>cache</b>, see `top`"));
    }
    let page = ana.until(&ticket, "wrote on");
    assert_eq!(page.matches("It is the &lt;b&gt;cache").count(), 1, "{page}");

    // A change hears of its ticket once: twice told, with a limit and a server that breaks after it has written.
    let change = stand_in.opens("Mend it");
    stand_in.world().mishaps.extend([Mishap::Limited(1), Mishap::LostAfter]);
    for _ in 0..2 {
        tells(&desk, "pull_request", opened(change));
    }
    ana.until(&ticket, "is meant to solve this");
    eventually("the check", || stand_in.world().statuses.values().next().cloned());
    eventually("the comment", || below(stand_in, change).pop());

    // The repository is renamed; the deployment is told before the merge, and the merge to nobody.
    stand_in.world().name = "octo/store".to_owned();
    tells(&desk, "deployment_status", deployed(9, 'a', 1));
    let merge = merged(change, "Fixes OPS-1", 'a');
    let mut missed = merge.clone();
    missed["repository"] = json!({ "id": 7, "full_name": "octo/store", "default_branch": "main" });
    missed["sender"] = json!({ "id": 1, "login": "oli", "type": "User" });
    let delivery = ("pull_request", "2f7c".to_owned(), missed.to_string());
    stand_in.world().missed.deliveries.push(failed(1, &hours_ago(1), 502, &delivery));
    assert!(!ana.get(&ticket).body.contains("is deployed to"), "nobody knows yet");
    assert!(desk.stop().success());

    let desk = start(folder, stand_in);
    let ana = Visitor::new(&desk.address, "ana");
    let page = ana.until(&ticket, "is deployed to till");
    assert_eq!(page.matches("If it is done, resolve it.").count(), 1, "{page}");
    let delivery = ana.get("/delivery").body;
    assert!(delivery.contains("What was missed was looked for"), "{delivery}");
    // Late, and once more.
    tells(&desk, "pull_request", opened(change));
    tells(&desk, "pull_request", merge);

    ana.press(&ticket, "resolve", &[("resolution", "code-change")]);
    eventually("the end of the issue", || stand_in.world().issues[&1].closed.then_some(()));
    for _ in 0..2 {
        tells(&desk, "issues", issue(stand_in, 1, "closed", US));
    }
    let page = ana.until(&ticket, "closed");
    for (said, count) in [
        ("was opened for this", 1),
        ("wrote on", 1),
        ("</a> is meant to solve this", 1),
        ("is deployed to till", 1),
    ] {
        assert_eq!(page.matches(said).count(), count, "{said}: {page}");
    }
    assert_eq!(
        page.matches("If it is done, resolve it.").count(),
        1,
        "what we close ourselves is no question"
    );
    assert_eq!(below(stand_in, 1), ["OPS-1 was resolved: the code was changed."]);
    assert_eq!(below(stand_in, change), ["This is meant to solve OPS-1 (P2)."]);
    assert_eq!(stand_in.world().issues.len(), 2);
    assert_eq!(stand_in.world().issues[&change].labels, ["support"]);
    let checks: Vec<_> = stand_in.world().statuses.values().cloned().collect();
    assert_eq!(checks, ["meant to solve OPS-1, which is P2"]);
    assert!(desk.stop().success());
}
