//! A year of a made-up shop, served by the real program; and the same as lines.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::process::Command;

use common::{Desk, Visitor, command, db};

fn run(program: &str, args: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(args).output().unwrap();
    (
        output.status.success(),
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_year_can_be_looked_at_and_worked_with() {
    let folder = tempfile::tempdir().unwrap();
    let demo = ["--demo-tickets", "160", "--listen", "127.0.0.1:0"];
    let desk = Desk::start_by(command(folder.path()).arg("--demo").args(demo));
    let ana = Visitor::new(&desk.address, "ana");
    assert!(ana.get("/").body.contains("SUP-"), "the newest tickets are in the channel");
    let ticket = (100..=160).rev().map(|number| format!("/ticket/SUP-{number}"));
    let busy = ticket.map(|path| ana.get(&path).body).find(|page| page.matches("class=\"said\"").count() > 3);
    assert!(busy.is_some_and(|page| page.contains("class=\"reply\"")), "a ticket has its thread");
    let delivery = ana.get("/delivery").body;
    assert!(delivery.contains("Change failure rate: ") && delivery.contains("Routes"));
    for rota in ["storefront-nights", "platform-gardener"] {
        assert_eq!(ana.get(&format!("/rotas/{rota}")).status, 200, "{rota}");
    }
    let filed = ana.file(&[
        ("title", "The page of tulips is empty"),
        ("kind", "request"),
        ("priority", "P3"),
        ("area", "website"),
    ]);
    assert_eq!(filed, "/ticket/SUP-161", "numbers go on");
    assert!(desk.stop().success());
    let (well, said) =
        run(env!("CARGO_BIN_EXE_desk"), &["check", "--db", db(folder.path()).to_str().unwrap()]);
    assert!(well && said.contains("nothing is wrong"), "{said}");
}

#[test]
fn a_store_that_is_there_is_never_filled() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(db(folder.path()), "mine").unwrap();
    let output = command(folder.path()).args(["--demo", "--demo-tickets", "10"]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("fills a new store"), "{said}");
    assert_eq!(std::fs::read(db(folder.path())).unwrap(), b"mine");

    let folder = tempfile::tempdir().unwrap();
    let chat = folder.path().join("old.chat.db");
    std::fs::write(&chat, "mine").unwrap();
    let demo = ["--demo", "--demo-tickets", "10", "--chat", chat.to_str().unwrap()];
    let output = command(folder.path()).args(demo).output().unwrap();
    assert!(
        !output.status.success() && !db(folder.path()).exists(),
        "nothing is begun that can not be ended"
    );
    assert_eq!(std::fs::read(&chat).unwrap(), b"mine");
}

#[test]
fn the_same_seed_writes_the_same_lines_and_a_desk_takes_them() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--tickets", "150", "--seed", "3", "--from", "2026-05-01", "--until", "2026-07-01"];
    let (well, lines) = run(env!("CARGO_BIN_EXE_sample"), &args);
    assert!(well && lines == run(env!("CARGO_BIN_EXE_sample"), &args).1);
    let (file, store) = (folder.path().join("history.jsonl"), folder.path().join("desk.db"));
    std::fs::write(&file, &lines).unwrap();
    let (file, store) = (file.to_str().unwrap(), store.to_str().unwrap());
    let (well, said) = run(env!("CARGO_BIN_EXE_desk"), &["import", file, "--db", store]);
    assert!(well && said.starts_with(&format!("read {} lines", lines.lines().count())), "{said}");
    let (well, said) = run(env!("CARGO_BIN_EXE_desk"), &["check", "--db", store]);
    assert!(well && said.contains("nothing is wrong"), "{said}");
}

#[test]
fn what_can_not_be_is_said() {
    let (well, said) = run(env!("CARGO_BIN_EXE_sample"), &["--from", "2026-05-01", "--until", "2026-05-01"]);
    assert!(!well && said.contains("--until must be later"), "{said}");
    let (well, said) = run(env!("CARGO_BIN_EXE_sample"), &["--from", "May"]);
    assert!(!well && said.contains("`May` is no time"), "{said}");
    let (well, said) = run(env!("CARGO_BIN_EXE_desk"), &["--demo", "--policy", "mine.toml"]);
    assert!(!well && said.contains("brings its own policy"), "{said}");
}
