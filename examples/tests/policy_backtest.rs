//! `policy backtest`, the real program, on a made-up history.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;
use supporty_core::adapter::Maintenance;
use supporty_store::Sqlite;
use tempfile::TempDir;

/// A quarter of a made-up shop's support, as lines, and its policy.
static HISTORY: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let sample = |args: &[&str], to: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_sample")).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::write(folder.path().join(to), output.stdout).unwrap();
    };
    sample(&["--tickets", "400", "--from", "2026-01-01", "--until", "2026-04-01"], "history.jsonl");
    sample(&["--policy"], "policy.toml");
    folder
});

fn path(name: &str) -> String {
    HISTORY.path().join(name).to_str().unwrap().to_owned()
}

fn backtest(args: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_policy"));
    program.arg("backtest").args(args).env("NO_COLOR", "1").output().unwrap()
}

fn shown(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn data(args: &[&str]) -> Value {
    serde_json::from_str(&shown(&backtest(&[args, &["--json"]].concat()))).unwrap()
}

/// With half the time to resolve a P2.
fn stricter(name: &str) -> String {
    let text = std::fs::read_to_string(path("policy.toml")).unwrap();
    let other = text.replace(r#"resolve = { within = "6h""#, r#"resolve = { within = "3h""#);
    assert_ne!(text, other);
    std::fs::write(path(name), other).unwrap();
    path(name)
}

#[test]
fn a_stricter_policy_gains_breaches_and_says_which_and_why() {
    let stricter = stricter("stricter.toml");
    let history = path("history.jsonl");
    let args = ["--policy", &stricter, "--history", &history];
    let all = data(&args);
    let p2 = &all["totals"]["promises"]["resolve"]["P2"];
    assert!(p2["gained"].as_u64().unwrap() > 0, "{p2}");
    assert!(p2["kept"]["after"]["met"].as_u64() < p2["kept"]["before"]["met"].as_u64(), "{p2}");
    assert_eq!(all["changed"].as_array().unwrap().len(), 10);
    assert!(all["pay"]["before"]["total"].as_i64().unwrap() > 0);
    assert_eq!(all["unknown"].as_array().unwrap().len(), supporty_core::backtest::UNKNOWN.len());
    assert_ne!(all["policy"], all["in_force"]);

    let text = shown(&backtest(&args));
    let gained = format!("{} breaches gained", all["gained"]);
    assert!(text.contains(&gained) && text.contains("P2 resolve"), "{text}");
    let first = all["changed"][0]["sentence"].as_str().unwrap();
    assert!(text.contains(first), "{text}");
    let fewer = data(&[&args[..], &["--tickets", "0"]].concat());
    assert_eq!(fewer["changed"], serde_json::json!([]));
    assert_eq!(fewer["totals"], all["totals"]);

    let key = all["changed"][0]["ticket"]["ticket"].as_str().unwrap();
    let one = shown(&backtest(&[&args[..], &["--ticket", key]].concat()));
    assert!(one.starts_with(first) && one.contains("promises 3 h"), "{one}");
    let json = data(&[&args[..], &["--ticket", key]].concat());
    assert_eq!(json["ticket"], all["changed"][0]["ticket"]);
    assert!(json["why"][0]["after"]["deadline"].is_string(), "{json}");
    let missing = backtest(&[&args[..], &["--ticket", "SUP-999999"]].concat());
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no ticket SUP-999999"));
}

#[test]
fn a_store_in_use_is_read_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("support.db");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = Sqlite::open(&db).unwrap();
    runtime.block_on(store.import(path("history.jsonl"))).unwrap();
    let export = |to: &str| {
        let to = folder.path().join(to);
        runtime.block_on(store.export(to.to_str().unwrap().to_owned())).unwrap();
        std::fs::read(to).unwrap()
    };
    let before = export("before.jsonl");
    let policy = path("policy.toml");
    let of = |source: [&str; 2], threads: &str| {
        data(&[
            "--policy",
            &policy,
            source[0],
            source[1],
            "--threads",
            threads,
            "--sweep",
            "P2/resolve=2h..8h/2h",
        ])
    };
    let from_store = of(["--db", db.to_str().unwrap()], "2");
    assert_eq!(export("after.jsonl"), before);
    assert_eq!(from_store, of(["--history", &path("history.jsonl")], "1"));
    drop(store);
    let bytes = std::fs::read(&db).unwrap();
    assert_eq!(of(["--db", db.to_str().unwrap()], "1"), from_store);
    assert_eq!(std::fs::read(&db).unwrap(), bytes);
}

#[test]
fn under_the_policy_that_the_history_was_made_under_nothing_changes() {
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("late.jsonl");
    // Only what was opened under the last policy.
    let all = std::fs::read_to_string(path("history.jsonl")).unwrap();
    let in_force = data(&["--policy", &path("policy.toml"), "--history", &path("history.jsonl")]);
    let version = in_force["in_force"].as_str().unwrap().to_owned();
    let opened_under = |line: &Value| {
        let entry = &line["entry"];
        let body: Value = serde_json::from_str(entry["body"].as_str()?).ok()?;
        let policy = body["event"]["data"]["policy"].as_str()? == version;
        (entry["seq"] == 1 && policy).then(|| entry["stream"].as_str().map(str::to_owned))?
    };
    let parsed: Vec<Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kept: Vec<_> = parsed.iter().filter_map(opened_under).collect();
    assert!(kept.len() > 100, "{}", kept.len());
    let of_others = |line: &&Value| {
        let stream = line["entry"]["stream"].as_str();
        stream.is_some_and(|stream| stream.starts_with("ticket/") && !kept.iter().any(|one| one == stream))
    };
    let mut text: Vec<_> = parsed
        .iter()
        .filter(|line| line.get("end").is_none() && !of_others(line))
        .map(Value::to_string)
        .collect();
    text.push(serde_json::json!({ "end": { "lines": text.len() } }).to_string());
    std::fs::write(&lines, text.join("\n") + "\n").unwrap();
    let same = data(&["--policy", &path("policy.toml"), "--history", lines.to_str().unwrap()]);
    // What had to do with an older ticket misses it.
    let partial = same["totals"]["partial"].as_u64().unwrap();
    assert!(partial < 10 && same["totals"]["changed"].as_u64().unwrap() <= partial, "{same:#}");
    assert_eq!((same["gained"].as_u64(), same["lost"].as_u64()), (Some(0), Some(0)), "{same:#}");
}

#[test]
fn a_sweep_says_what_could_be_promised() {
    let (policy, history) = (path("policy.toml"), path("history.jsonl"));
    let args = ["--policy", &policy, "--history", &history, "--sweep", "P2/resolve=1h..12h/1h"];
    let sweep = data(&args)["sweep"].take();
    let points = sweep["points"].as_array().unwrap();
    assert_eq!(points.len(), 12);
    let smallest = sweep["smallest"].as_u64().unwrap();
    let kept = |within: u64| {
        points.iter().find(|point| point["within"] == within).map(|point| point["share"].as_f64().unwrap())
    };
    assert!(kept(smallest).unwrap() >= 0.95 && kept(smallest - 3_600).unwrap() < 0.95, "{sweep}");
    let text = shown(&backtest(&args));
    assert!(text.contains(&format!("95 % would have been kept of {} h", smallest / 3_600)), "{text}");
    let none = shown(&backtest(&[&args[..5], &["P2/resolve=1m..2m/1m"]].concat()));
    assert!(none.contains("none of these would have been kept to 95 %"), "{none}");
    let never = backtest(&[&args[..5], &["P4/update=1h..2h/1h"]].concat());
    assert!(String::from_utf8_lossy(&never.stderr).contains("promises no update for P4"));
}

#[test]
fn what_is_wrong_says_where_and_what_to_do() {
    let policy = path("policy.toml");
    let fails = |args: &[&str], code: i32, why: &str| {
        let output = backtest(args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(why), "{said}");
    };
    fails(&["--policy", &policy], 2, "--db FILE|URL or --history FILE");
    fails(&["--db", "x.db"], 2, "--policy FILE");
    fails(&["--policy", &policy, "--db", "x.db", "--sweep", "P2"], 2, "write P2/resolve=1h..8h/30m");
    fails(&["--policy", &policy, "--db", "missing.db"], 1, "in): it does not exist");
    assert!(!Path::new("missing.db").exists());
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.db");
    drop(Sqlite::open(&empty).unwrap());
    fails(&["--policy", &policy, "--db", empty.to_str().unwrap()], 1, "no policy was ever in force");
    fails(&["--policy", &policy, "--db", &policy], 1, "choose another file");
}
