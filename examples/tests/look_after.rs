//! What an operator does with a store, through the real program.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{Desk, Visitor, command, db};

/// What the program says, and whether it was content.
fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

fn on(file: &Path, args: &[&str]) -> (bool, String) {
    run(Command::new(env!("CARGO_BIN_EXE_desk")).arg("--db").arg(file).args(args))
}

fn opens(visitor: &Visitor, title: &str, submission: u64) -> String {
    let submission = format!("{submission:032x}");
    let fields = [
        ("submission", submission.as_str()),
        ("title", title),
        ("kind", "request"),
        ("priority", "P2"),
        ("area", "orders"),
        ("field-impact", "everybody waits"),
    ];
    let reply = visitor.send("POST", "/new", &fields).unwrap();
    assert_eq!(reply.status, 303, "{reply:?}");
    reply.location().to_owned()
}

#[test]
fn a_backup_of_a_desk_that_is_written_to_is_sound_and_goes_on_as_a_desk() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let jo = Visitor::new(&desk.address, "Jo");
    let first = opens(&jo, "The first", 1);
    jo.until(&first, "The first");
    let done = Arc::new(AtomicBool::new(false));
    let writing = std::thread::spawn({
        let (jo, done) = (jo.clone(), Arc::clone(&done));
        move || {
            let mut number = 2;
            while !done.load(Ordering::Relaxed) {
                opens(&jo, "Another", number);
                number += 1;
            }
            number
        }
    });
    for copy in ["one.db", "two.db", "three.db"] {
        let to = folder.path().join(copy);
        let (well, said) = run(command(folder.path()).arg("backup").arg(&to));
        assert!(well && said.contains(copy), "{said}");
    }
    done.store(true, Ordering::Relaxed);
    assert!(writing.join().unwrap() > 2, "somebody wrote meanwhile");
    assert!(desk.stop().success());

    let copy = folder.path().join("two.db");
    let (well, said) = on(&copy, &["check"]);
    assert!(well && said.contains("nothing is wrong"), "{said}");
    let mut again = Command::new(env!("CARGO_BIN_EXE_desk"));
    let again = Desk::start_by(again.arg("--db").arg(&copy).args(["--listen", "127.0.0.1:0"]));
    let page = Visitor::new(&again.address, "Jo").until(&first, "The first");
    assert!(!page.contains("does not exist"), "{page}");
}

#[test]
fn an_export_is_imported_into_a_new_store_that_is_sound_and_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let first = opens(&Visitor::new(&desk.address, "Jo"), "The first", 1);
    assert!(desk.stop().success());
    let (lines, again) = (folder.path().join("all.jsonl"), folder.path().join("again.jsonl"));
    let new = folder.path().join("new.db");
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let (well, said) = on(&db(folder.path()), &["export", &path(&lines)]);
    assert!(well && said.starts_with("wrote "), "{said}");
    let (well, said) = on(&new, &["import", &path(&lines)]);
    assert!(well && said.starts_with("read "), "{said}");
    assert!(on(&new, &["check"]).0);
    assert!(on(&new, &["export", &path(&again)]).0);
    let sorted = |path: &Path| {
        let mut lines: Vec<_> = std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&lines), sorted(&again));
    let (well, said) = on(&new, &["import", &path(&lines)]);
    assert!(!well && said.contains("not empty"), "{said}");
    assert!(first.starts_with("/ticket/"));
}

#[test]
fn what_is_not_as_the_log_says_is_named_and_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let key = opens(&Visitor::new(&desk.address, "Jo"), "The first", 1).replace("/ticket/", "");
    assert!(desk.stop().success());
    let file = rusqlite::Connection::open(db(folder.path())).unwrap();
    file.execute("delete from timers", []).unwrap();
    file.execute("update rows set body = replace(body, '\"P2\"', '\"P3\"')", []).unwrap();
    drop(file);
    let (well, said) = on(&db(folder.path()), &["check"]);
    assert!(!well && said.contains(&format!("`ticket/{key}` is listed with `priority` \"P3\"")), "{said}");
    assert!(said.contains(&format!("`ticket/{key}` is to be looked at never")), "{said}");
    assert!(said.contains("things are wrong"), "{said}");
    let (well, said) = on(&db(folder.path()), &["rebuild"]);
    assert!(well && said.contains("nothing is wrong"), "{said}");
    assert!(on(&db(folder.path()), &["check"]).0);
}

#[test]
fn nothing_is_left_of_the_words_of_somebody_who_was_erased() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let (jo, ana) = (Visitor::new(&desk.address, "Jo"), Visitor::new(&desk.address, "ana"));
    let ticket = opens(&jo, "The wombat escaped", 1);
    jo.until(&ticket, "The wombat escaped");
    let say = |who: &Visitor, text: &str, submission: u64| {
        let submission = format!("{submission:032x}");
        let fields = [("submission", submission.as_str()), ("text", text)];
        assert_eq!(who.send("POST", &format!("{ticket}/reply"), &fields).unwrap().status, 303);
    };
    say(&jo, "The wombat is in the garden", 2);
    say(&ana, "Looking for it", 3);
    assert!(desk.stop().success());
    let (well, said) = on(&db(folder.path()), &["erase", "local:Jo"]);
    assert!(well && said.starts_with("erased 3 texts on 1 ticket"), "{said}");
    for file in ["desk.db", "desk.chat.db"] {
        let bytes = std::fs::read(folder.path().join(file)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("wombat"), "{file}");
    }
    assert!(on(&db(folder.path()), &["check"]).0);
    let desk = Desk::start(folder.path());
    let page = Visitor::new(&desk.address, "ana").until(&ticket, "Looking for it");
    assert!(page.contains("(erased)") && !page.contains("wombat"), "{page}");
    assert_eq!(Visitor::new(&desk.address, "ana").get("/search?q=wombat").body.matches(&ticket).count(), 0);
}

#[test]
fn a_desk_that_runs_deletes_what_its_policy_keeps_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    let kept = "\n[retention]\ntexts = \"1s\"\nhandled = \"1 day\"\n";
    std::fs::write(&policy, include_str!("../desk/policy.toml").to_owned() + kept).unwrap();
    let start = || {
        let mut command = command(folder.path());
        Desk::start_by(command.args(["--listen", "127.0.0.1:0", "--policy"]).arg(&policy))
    };
    let desk = start();
    let (jo, ana) = (Visitor::new(&desk.address, "Jo"), Visitor::new(&desk.address, "ana"));
    let ticket = opens(&jo, "The wombat escaped", 1);
    jo.until(&ticket, "The wombat escaped");
    let reply = [("submission", "22222222222222222222222222222222"), ("text", "It is a wombat")];
    assert_eq!(jo.send("POST", &format!("{ticket}/reply"), &reply).unwrap().status, 303);
    let resolve = [("submission", "33333333333333333333333333333333"), ("resolution", "explanation")];
    assert_eq!(ana.send("POST", &format!("{ticket}/resolve"), &resolve).unwrap().status, 303);
    let confirm = [("submission", "44444444444444444444444444444444")];
    assert_eq!(jo.send("POST", &format!("{ticket}/confirm"), &confirm).unwrap().status, 303);
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    assert!(desk.stop().success());
    let desk = start();
    let ana = Visitor::new(&desk.address, "ana");
    ana.until(&ticket, "(erased)");
    let begun = std::time::Instant::now();
    while ana.get(&ticket).body.contains("wombat") {
        assert!(begun.elapsed() < std::time::Duration::from_secs(10), "the chat keeps the words");
        std::thread::sleep(std::time::Duration::from_millis(30));
    }
    assert!(desk.stop().success());
    for file in ["desk.db", "desk.chat.db"] {
        let bytes = std::fs::read(folder.path().join(file)).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("wombat"), "{file}");
    }
    assert!(on(&db(folder.path()), &["check"]).0);
}

#[test]
fn what_can_not_be_looked_after_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (well, said) = on(&db(folder.path()), &["check"]);
    assert!(!well && said.contains("there is no store") && said.contains("--db"), "{said}");
    assert!(!db(folder.path()).exists());
    let desk = Desk::start(folder.path());
    let (well, said) = on(&db(folder.path()), &["rebuild"]);
    assert!(!well && said.contains("end the desk first") && said.contains("desk backup"), "{said}");
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "mine").unwrap();
    let (well, said) = run(command(folder.path()).arg("backup").arg(&taken));
    assert!(!well && said.contains("exists: choose another name"), "{said}");
    assert_eq!(std::fs::read_to_string(&taken).unwrap(), "mine");
    assert!(desk.stop().success());
    let (well, said) = on(&taken, &["backup", folder.path().join("copy").to_str().unwrap()]);
    assert!(!well && said.contains("not a database"), "{said}");
}
