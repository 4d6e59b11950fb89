//! `inspect`, the real program.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const REPLY: &str = r#"{
    "type": "event_callback", "team_id": "T1", "api_app_id": "A1",
    "event": {
        "type": "message", "channel": "C1", "user": "UANA", "text": "it is down", "ts": "1772442000.000200",
        "thread_ts": "1772440000.000100"
    }
}"#;
const COMMAND: &str = "token=a-token&team_id=T1&channel_id=C1&user_id=URITA&command=%2Fhelpdesk&text=SUP-1+claim&trigger_id=11.22.a-secret&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1%2F1%2Fa-secret";
const ENVELOPE: &str = r#"{
    "envelope_id": "e1", "type": "interactive", "accepts_response_payload": false,
    "payload": {
        "type": "block_actions", "team": { "id": "T1" }, "user": { "id": "UANA" }, "trigger_id": "11.22.a-secret",
        "response_url": "https://hooks.slack.com/a-secret",
        "actions": [{ "action_id": "supporty:do:claim", "value": "SUP-1", "action_ts": "1772442000.000600" }]
    }
}"#;
const CONFIG: &str = "command = \"/helpdesk\"\n[channels]\nsupport = \"C1\"\n";

fn inspect(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inspect")).args(args).output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn each_file_is_told_in_a_line_and_no_secret_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let config = file(folder, "slack.toml", CONFIG);
    let policy = "[people.ana]\nname = \"Ana\"\nidentities = [{ adapter = \"slack\", user = \"UANA\" }]\n";
    let policy = file(folder, "policy.toml", policy);
    let files = [
        file(folder, "reply.json", REPLY),
        file(folder, "command.form", COMMAND),
        file(folder, "envelope.json", ENVELOPE),
    ];
    let output =
        inspect(&["slack", "--config", &config, "--policy", &policy, &files[0], &files[1], &files[2]]);
    let lines = lines(&output);
    assert_eq!((lines.len(), output.status.code()), (3, Some(0)));
    let commands = ["reply", "claim", "claim"];
    for ((line, file), command) in lines.iter().zip(&files).zip(commands) {
        assert_eq!(line["file"], **file);
        let inbound = &line["understood"]["asked"]["inbound"];
        let told = &inbound["command"];
        assert!(told == command || told[command].is_object(), "{line}");
        assert_eq!(inbound["from"]["adapter"], "slack");
    }
    assert_eq!(lines[0]["understood"]["asked"]["inbound"]["texts"][0]["text"], "it is down");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(!shown.contains("a-secret") && !shown.contains("a-token"), "{shown}");
}

#[test]
fn what_is_not_for_us_says_why_and_what_is_unreadable_where() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    // Without a configuration no channel is the desk's.
    let (reply, broken) =
        (file(folder, "reply.json", REPLY), file(folder, "broken.json", "{\"type\": \"a secret"));
    let fine = inspect(&["slack", &reply]);
    assert_eq!(lines(&fine)[0]["not_for_us"]["because"], "other_channel");
    assert_eq!(fine.status.code(), Some(0));
    let missing = folder.join("missing.json").to_str().unwrap().to_owned();
    let output = inspect(&["slack", &broken, &missing, &reply]);
    let lines = lines(&output);
    assert_eq!((lines.len(), output.status.code()), (3, Some(1)));
    let why = lines[0]["unreadable"].as_str().unwrap();
    assert!(why.contains("line 1") && !why.contains("a secret"), "{why}");
    assert!(lines[1]["unreadable"].as_str().unwrap().contains("can not be read"));
}

#[test]
fn wrong_arguments_end_with_two() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let reply = file(folder, "reply.json", REPLY);
    let config = file(folder, "slack.toml", "comand = \"/x\"\n");
    let policy = file(folder, "policy.toml", "nmae = 1\n");
    for (args, why) in [
        (vec![], "slack"),
        (vec!["slack"], "files"),
        (vec!["github"], "which event"),
        (vec!["github", "push"], "files"),
        (vec!["telegram", &reply], "`telegram`"),
        (vec!["slack", "--nonsense", &reply], "nonsense"),
        (vec!["slack", "--config", "missing.toml", &reply], "missing.toml"),
        (vec!["slack", "--config", &config, &reply], "comand"),
        (vec!["slack", "--policy", &policy, &reply], "policy.toml"),
    ] {
        let output = inspect(&args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(why), "{args:?}: {said}");
        assert!(output.stdout.is_empty());
    }
    let help = String::from_utf8(inspect(&["--help"]).stdout).unwrap();
    assert!(help.contains("Usage: inspect PLATFORM"), "{help}");
}

const MERGED: &str = r#"{
    "action": "closed", "number": 42,
    "repository": { "id": 7, "full_name": "octo/shop", "default_branch": "main" },
    "pull_request": {
        "number": 42, "title": "Mend it", "body": "Fixes OPS-1", "state": "closed", "merged": true,
        "merged_at": "2026-03-02T10:30:00Z", "closed_at": "2026-03-02T10:30:00Z",
        "merge_commit_sha": "a10867b14bb761a232cd80139fbd4c0d33264240",
        "created_at": "2026-03-02T09:00:00Z", "updated_at": "2026-03-02T10:30:00Z",
        "html_url": "https://github.com/octo/shop/pull/42", "author_association": "MEMBER",
        "head": { "ref": "mend", "sha": "b10867b14bb761a232cd80139fbd4c0d33264240" },
        "base": { "ref": "main", "repo": { "id": 7, "full_name": "octo/shop", "default_branch": "main" } }
    }
}"#;

#[test]
fn a_delivery_of_github_is_told_with_what_it_tells_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let policy = file(folder, "policy.toml", "key_prefix = \"OPS\"\n");
    let merged = file(folder, "merged.json", MERGED);
    let output = inspect(&["github", "pull_request", "--policy", &policy, &merged]);
    let line = &lines(&output)[0]["understood"];
    assert_eq!(line["fact"]["repository"]["name"], "octo/shop", "{line}");
    assert_eq!(line["tells"]["tickets"][0]["command"]["link"]["bond"], "fix");
    assert_eq!(line["tells"]["services"][0]["service"], "shop");
    let star = inspect(&["github", "star", &merged]);
    assert_eq!(lines(&star)[0]["not_for_us"]["because"], "kind");
    assert!(star.status.success());
}

/// Other people's payloads. Left out where `SUPPORTY_CASES` is not set.
#[test]
fn payloads_of_githubs_javascript_library_are_understood_or_known() {
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the payloads were not inspected");
        return;
    };
    let folder = PathBuf::from(cases).join("github/payloads");
    let mut events: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let event = name.split('.').next().unwrap().to_owned();
        if event != "index" {
            events.entry(event).or_default().push(path.to_str().unwrap().to_owned());
        }
    }
    assert!(events.len() > 20);
    for (event, files) in events {
        let args: Vec<_> = ["github", &event].into_iter().chain(files.iter().map(String::as_str)).collect();
        let output = inspect(&args);
        assert_eq!(lines(&output).len(), files.len());
        assert!(output.status.success(), "{}", String::from_utf8(output.stdout).unwrap());
    }
}

/// Other people's payloads. Left out where `SUPPORTY_CASES` is not set.
#[test]
fn payloads_of_slacks_java_sdk_are_understood_or_known() {
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the payloads were not inspected");
        return;
    };
    let folder = PathBuf::from(cases).join("slack/real");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files: Vec<_> = files.map(|path| path.to_str().unwrap().to_owned()).collect();
    let args: Vec<_> = std::iter::once("slack").chain(files.iter().map(String::as_str)).collect();
    let output = inspect(&args);
    let lines = lines(&output);
    assert_eq!(lines.len(), files.len());
    for line in lines {
        let file = line["file"].as_str().unwrap();
        // Answers to calls are no deliveries, and one message says nothing at all.
        let unknown = file.contains("api_response.") || file.ends_with("/event.message.01.json");
        assert_eq!(line["unreadable"].is_string(), unknown, "{line}");
    }
    assert_eq!(output.status.code(), Some(1));
}
