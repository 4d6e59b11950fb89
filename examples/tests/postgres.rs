//! Several desks on one PostgreSQL database are one desk.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what failed by panicking")]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Desk, Visitor};

/// The database of the tests, as supporty-store's tests make it too.
async fn database() -> String {
    let server = std::env::var("SUPPORTY_POSTGRES")
        .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned());
    let (client, connection) = tokio_postgres::connect(&server, tokio_postgres::NoTls)
        .await
        .unwrap_or_else(|error| panic!("a PostgreSQL server at {server}: {error}"));
    tokio::spawn(connection);
    // It may be there already.
    let _ = client.batch_execute("create database supporty_test").await;
    format!("{}/supporty_test", server.rsplit_once('/').unwrap().0)
}

fn command(url: &str, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    let desk = format!("desk {} {}", std::process::id(), folder.display());
    command.args(["--db", url, "--desk", &desk]).arg("--chat").arg(folder.join("chat.db"));
    command
}

#[tokio::test]
async fn two_desks_on_one_database_share_the_work_and_say_so() {
    let (url, folder) = (database().await, tempfile::tempdir().unwrap());
    let start = || Desk::start_by(command(&url, folder.path()).args(["--listen", "127.0.0.1:0"]));
    let (one, other) = (start(), start());
    let (jo, gwen) = (Visitor::new(&one.address, "Jo"), Visitor::new(&other.address, "ana"));
    let ticket = jo.file(&[("title", "The wombat escaped"), ("kind", "request"), ("priority", "P3")]);
    gwen.until(&ticket, "wombat");
    gwen.until("/", "by 2 workers");
    jo.until("/", "PostgreSQL, as the desk");
    assert!(jo.get("/metrics").body.contains("supporty_info{store=\"postgres\","));
    one.kill();
    assert_eq!(gwen.press(&ticket, "claim", &[]).status, 303);
    gwen.until(&ticket, "release");
    // While a desk runs.
    for (task, says) in [
        (&["check"][..], "nothing is wrong"),
        (&["rebuild"], "nothing is wrong"),
        (&["export", "all.jsonl"], "wrote "),
        (&["erase", "local:Jo"], "erased 1 text on 1 ticket"),
    ] {
        let done = command(&url, folder.path()).args(task).current_dir(folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout) + String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && said.contains(says), "{task:?}: {said}");
    }
    gwen.until(&ticket, "(erased)");
    drop(other);
    let backup = command(&url, folder.path()).args(["backup", "nowhere"]).output().unwrap();
    assert!(String::from_utf8_lossy(&backup.stderr).contains("pg_dump"));
}

#[tokio::test]
async fn a_desk_moves_from_a_file_to_a_server_by_its_lines() {
    let (url, folder) = (database().await, tempfile::tempdir().unwrap());
    let desk = Desk::start(folder.path());
    let jo = Visitor::new(&desk.address, "Jo");
    let ticket = jo.file(&[("title", "The wombat escaped"), ("kind", "request"), ("priority", "P3")]);
    assert!(desk.stop().success());
    let lines = folder.path().join("all.jsonl");
    let export = common::command(folder.path()).arg("export").arg(&lines).output().unwrap();
    assert!(export.status.success(), "{export:?}");
    let import = command(&url, folder.path()).arg("import").arg(&lines).output().unwrap();
    assert!(import.status.success(), "{import:?}");
    let moved = folder.path().join("desk.chat.db");
    std::fs::rename(moved, folder.path().join("chat.db")).unwrap();
    let desk = Desk::start_by(command(&url, folder.path()).args(["--listen", "127.0.0.1:0"]));
    Visitor::new(&desk.address, "Gwen").until(&ticket, "wombat");
}
