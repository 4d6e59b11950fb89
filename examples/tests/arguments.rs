//! The program's arguments, and what it says when it can not start: one line, and a failure.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::net::TcpListener;
use std::path::Path;

use common::{Desk, Visitor, command, db};

/// What it says on stderr, having failed with one line and nothing else.
fn failure(folder: &Path, args: &[&str]) -> String {
    let wrong = failure_in_full(folder, args);
    assert_eq!(wrong.lines().count(), 1, "{wrong}");
    wrong
}

/// What it says on stderr, having failed with nothing else.
fn failure_in_full(folder: &Path, args: &[&str]) -> String {
    let output = command(folder).args(args).output().unwrap();
    let (said, wrong) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert_eq!(output.status.code(), Some(1), "{wrong}");
    assert_eq!(said, "");
    assert!(wrong.starts_with("desk: "), "{wrong}");
    wrong
}

#[test]
fn help_and_version_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let help = command(folder.path()).arg("--help").output().unwrap();
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(help.status.success());
    let contacts =
        ["--pager", "--smtp", "--mail-from", "--public-url", "DESK_PAGER_SECRET", "DESK_SMTP_PASSWORD"];
    for option in ["--db", "--policy", "--listen", "--help", "--version"].into_iter().chain(contacts) {
        assert!(text.contains(option), "{option}: {text}");
    }
    let version = command(folder.path()).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(version.stdout).unwrap(), format!("desk {}\n", env!("CARGO_PKG_VERSION")));
    assert!(!db(folder.path()).exists());
}

#[test]
fn an_unknown_option_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = failure(folder.path(), &["--prot", "80"]);
    assert!(wrong.contains("--prot") && wrong.contains("desk --help"), "{wrong}");
}

#[test]
fn a_pager_and_a_mail_server_that_can_not_be_used_are_named_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    for (args, said) in [
        (&["--pager", "http://127.0.0.1:9"][..], "DESK_PAGER_SECRET"),
        (&["--smtp", "smtp://localhost"], "--mail-from"),
        (&["--smtp", "smtp://mail.example.org", "--mail-from", "desk@example.org"], "?tls=required"),
        (&["--public-url", "desk.example.org"], "--public-url"),
    ] {
        let wrong = failure(folder.path(), &[&["--listen", "127.0.0.1:0"], args].concat());
        assert!(wrong.contains(said), "{wrong}");
    }
    assert!(!db(folder.path()).exists());
}

#[test]
fn a_taken_port_is_named_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let wrong = failure(folder.path(), &["--listen", &address]);
    assert!(wrong.contains(&address) && wrong.contains("--listen"), "{wrong}");
    assert!(!db(folder.path()).exists());
}

#[test]
fn a_broken_policy_is_named_with_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.toml");
    let path = policy.to_str().unwrap().to_owned();
    let args = ["--listen", "127.0.0.1:0", "--policy", &path];
    for (text, said) in [
        ("name = \"Desk\"\nnam = 1\n", ":2:1"),
        ("name = [\n", ":1:"),
        ("[areas.web]\nname = \"Web\"\nsquad = \"nobody\"\n", "`nobody`"),
    ] {
        std::fs::write(&policy, text).unwrap();
        let wrong = failure_in_full(folder.path(), &args);
        assert!(wrong.contains(&path) && wrong.contains(said), "{wrong}");
    }
    std::fs::remove_file(&policy).unwrap();
    assert!(failure(folder.path(), &args).contains("can not be read"));
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Desk::start(folder.path()).stop().success());
    let file = rusqlite::Connection::open(db(folder.path())).unwrap();
    file.pragma_update(None, "user_version", 4711).unwrap();
    drop(file);
    let wrong = failure(folder.path(), &["--listen", "127.0.0.1:0"]);
    assert!(wrong.contains("4711") && wrong.contains("newer"), "{wrong}");
}

#[test]
fn a_chat_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Desk::start(folder.path()).stop().success());
    let file = rusqlite::Connection::open(folder.path().join("desk.chat.db")).unwrap();
    file.pragma_update(None, "user_version", 4711).unwrap();
    drop(file);
    let wrong = failure(folder.path(), &["--listen", "127.0.0.1:0"]);
    assert!(wrong.contains("4711") && wrong.contains("newer"), "{wrong}");
}

#[test]
fn a_second_process_on_the_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = Desk::start(folder.path());
    let wrong = failure(folder.path(), &["--listen", "127.0.0.1:0"]);
    assert!(wrong.contains("desk.db") && wrong.contains("somebody else is using it"), "{wrong}");
    assert_eq!(Visitor::new(&first.address, "ana").get("/").status, 200, "the first goes on");
}

#[test]
fn it_ends_cleanly_when_it_is_asked_to_even_while_somebody_watches() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::start(folder.path());
    let watcher = Visitor::new(&desk.address, "ana");
    let watching = std::thread::spawn(move || watcher.send("GET", "/live", &[]));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let begun = std::time::Instant::now();
    assert!(desk.stop().success());
    assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
    drop(watching.join());
}
