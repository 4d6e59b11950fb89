//! `desk --slack`, the real program, with a stand-in for Slack.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    unreachable_pub,
    dead_code,
    reason = "tests say what failed by panicking, and use a part of the stand-in"
)]

mod common;
#[allow(unexpected_cfgs, reason = "it belongs to another package, whose features it asks for")]
#[path = "../../supporty-slack/tests/common/slack/mod.rs"]
mod slack;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{Desk, command};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use slack::{StandIn, TOKEN, seen};
use supporty_core::desk::SystemClock;

const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";

const CONFIG: &str = r#"
who-is-on = "topic"
digest = "mon 09:00"

[channels]
support = "C1"
"#;

const POLICY: &str = r#"
zone = "Europe/London"

[people.oli]
name = "Oli"
identities = [{ adapter = "slack", user = "U2" }]

[squads.shop]
name = "Shop"
members = ["oli"]
gardener = "oli"

[areas.checkout]
name = "Checkout"
squad = "shop"
"#;

fn desk(folder: &Path, stand_in: &StandIn, args: &[&str]) -> Command {
    std::fs::write(folder.join("slack.toml"), CONFIG).unwrap();
    std::fs::write(folder.join("policy.toml"), POLICY).unwrap();
    let mut desk = command(folder);
    desk.current_dir(folder)
        .args(["--slack", "--policy", "policy.toml", "--slack-api", &stand_in.base])
        .args(args);
    desk.env("SLACK_BOT_TOKEN", TOKEN).env("SLACK_SIGNING_SECRET", SECRET).env_remove("SLACK_APP_TOKEN");
    desk
}

fn said(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

/// Sends what Slack would, signed; the status and the body of the answer.
fn deliver(address: &str, body: &str) -> (u16, String) {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(format!("v0:{now}:{body}").as_bytes());
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let request = format!(
        "POST /slack HTTP/1.1\r\nhost: slack.test\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         x-slack-request-timestamp: {now}\r\nx-slack-signature: v0={signature}\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    );
    let mut wire = TcpStream::connect(address).unwrap();
    wire.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn eventually<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{what} should come");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_filed_by_the_command_and_its_card_is_on_slack() {
    let folder = tempfile::tempdir().unwrap();
    let stand_in = StandIn::start(Arc::new(SystemClock)).await;
    let running =
        Desk::start_by(desk(folder.path(), &stand_in, &["--listen", "127.0.0.1:0"]).env("DESK_LOG", "info"));
    let asks = [("team_id", "T1"), ("channel_id", "C1"), ("user_id", "U1"), ("command", "/support")];
    let asks = [&asks[..], &[("text", "The till is slow"), ("trigger_id", "t1")]].concat();
    assert_eq!(deliver(&running.address, &encoded(&asks)), (200, String::new()));

    let id = eventually("the form", || {
        let workspace = stand_in.workspace();
        let view = workspace.views.iter().find(|(_, view)| view["callback_id"] == "supporty:form");
        view.map(|(id, _)| id.clone())
    });
    let id = id.await;
    let option = |value: &str| json!({ "value": value });
    let payload = json!({
        "type": "view_submission", "team": { "id": "T1" }, "user": { "id": "U1", "team_id": "T1" },
        "view": { "id": id, "type": "modal", "callback_id": "supporty:form", "private_metadata": "{}", "state": { "values": {
            "title": { "supporty:input": { "type": "plain_text_input", "value": "The till is slow" } },
            "priority": { "supporty:told": { "type": "radio_buttons", "selected_option": option("P2") } },
            "kind": { "supporty:told": { "type": "radio_buttons", "selected_option": option("incident") } },
        } } },
    });
    assert_eq!(
        deliver(&running.address, &encoded(&[("payload", &payload.to_string())])),
        (200, String::new())
    );
    let card = eventually("the card", || seen(&stand_in.workspace().roots("C1")).into_iter().next()).await;
    assert!(card.contains("SUP-1") && card.contains("The till is slow"), "{card}");
    let topic = eventually("the topic", || {
        Some(stand_in.workspace().channel("C1").topic.clone()).filter(|t| !t.is_empty())
    });
    assert!(topic.await.contains("Oli"));

    let (status, _) = deliver_unsigned(&running.address);
    assert_eq!(status, 401, "nobody else is believed");
    assert!(running.stop().success());
}

fn deliver_unsigned(address: &str) -> (u16, String) {
    let mut wire = TcpStream::connect(address).unwrap();
    let request =
        "POST /slack HTTP/1.1\r\nhost: slack.test\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    wire.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_told_with_what_to_press() {
    let folder = tempfile::tempdir().unwrap();
    let stand_in = StandIn::start(Arc::new(SystemClock)).await;
    let path = folder.path().to_owned();
    let check = |stand_in: StandIn| {
        let path = path.clone();
        tokio::task::spawn_blocking(move || said(&mut desk(&path, &stand_in, &["--check"])))
    };
    let (fine, text) = check(stand_in.clone()).await.unwrap();
    assert!(fine && text.contains("Nothing is missing at Example."), "{text}");

    {
        let mut workspace = stand_in.workspace();
        workspace.scopes.retain(|scope| scope != "reactions:read");
        workspace.channel("C1").member = false;
        workspace.users.remove("U2");
    }
    let (fine, text) = check(stand_in.clone()).await.unwrap();
    assert!(!fine);
    for part in ["`reactions:read`", "Reinstall to Workspace", "/invite", "Copy member ID"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!folder.path().join("desk.db").exists(), "nothing was started");
    assert!(stand_in.workspace().roots("C1").is_empty(), "nothing was posted");
}

#[test]
fn the_manifest_is_printed_for_an_address_or_for_a_socket() {
    let folder = tempfile::tempdir().unwrap();
    let (fine, text) =
        said(command(folder.path()).current_dir(folder.path()).args(["--slack", "--manifest"]));
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(fine);
    assert_eq!(manifest["settings"]["socket_mode_enabled"], true);
    let args = ["--slack", "--manifest", "--public-url", "https://desk.example.org/"];
    let (_, text) = said(command(folder.path()).current_dir(folder.path()).args(args));
    assert!(text.contains("\"https://desk.example.org/slack\""), "{text}");
}

#[test]
fn what_is_needed_and_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let desk = || {
        let mut desk = command(folder);
        for name in ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"] {
            desk.env_remove(name);
        }
        desk.current_dir(folder).arg("--slack");
        desk
    };
    assert!(said(&mut desk()).1.contains("slack.toml can not be read"));
    std::fs::write(folder.join("slack.toml"), "channel = 1\n").unwrap();
    let (_, wrong) = said(&mut desk());
    assert!(wrong.contains("unknown field `channel`") && wrong.contains("line 1"), "{wrong}");
    std::fs::write(folder.join("slack.toml"), "[emoji]\neyes = \"clam\"\n").unwrap();
    assert!(said(&mut desk()).1.contains("an emoji can not `clam`"));
    std::fs::write(folder.join("slack.toml"), "").unwrap();
    assert!(said(&mut desk()).1.contains("SLACK_BOT_TOKEN"));
    let (_, wrong) = said(desk().env("SLACK_BOT_TOKEN", "xoxb-secret"));
    assert!(wrong.contains("SLACK_SIGNING_SECRET") && !wrong.contains("xoxb-secret"), "{wrong}");
    let (_, wrong) = said(
        desk()
            .args(["--slack-api", "http://127.0.0.1:9/api/"])
            .env("SLACK_BOT_TOKEN", "xoxb-secret")
            .env("SLACK_SIGNING_SECRET", "s"),
    );
    assert!(wrong.contains("Slack was not reached") && !wrong.contains("xoxb-secret"), "{wrong}");
    let (_, wrong) = said(command(folder).arg("--check"));
    assert!(wrong.contains("--slack"), "{wrong}");
}
