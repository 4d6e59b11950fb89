//! Tickets of another desk come along as a log that is sound and that a desk goes on with.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Desk, Visitor};
use supporty_core::adapter::{Maintenance, Query, Store};
use supporty_core::stream::StreamId;
use supporty_core::ticket::{Event, StatusKind, TicketEntry};
use supporty_core::vocab::{Resolution, TicketKey};
use supporty_store::Memory;

const EXPORT: &str = include_str!("import/zammad.json");
const POLICY: &str = r#"
[people.chris]
name = "Chris"
identities = [{ adapter = "zammad", user = "chris@chrispresso.com" }, { adapter = "local", user = "chris" }]
[squads.web]
name = "Web"
members = ["chris"]
gardener = "chris"
assign = { to = "gardener" }
[areas.orders]
name = "Orders"
squad = "web"
[areas.checkout]
name = "Checkout"
squad = "web"
"#;

fn run(program: &str, args: &[&str]) -> (bool, String) {
    let output = Command::new(program).args(args).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

fn import(folder: &Path, export: &str, more: &[&str]) -> (bool, String) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    std::fs::write(path("zammad.json"), export).unwrap();
    std::fs::write(path("policy.toml"), POLICY).unwrap();
    let (from, to, policy) = (path("zammad.json"), path("tickets.jsonl"), path("policy.toml"));
    let args = ["zammad", &from, &to, "--policy", &policy, "--group", "2nd Level=checkout"];
    run(env!("CARGO_BIN_EXE_import"), &[&args[..], more].concat())
}

async fn log(store: &Memory, number: u64) -> Vec<(String, Event)> {
    let stream = StreamId::Ticket(TicketKey::new("SUP", number));
    let entries = store.load(stream.clone(), 0).await.unwrap();
    let entries = entries.iter().map(|raw| TicketEntry::decode(&stream, raw).unwrap());
    entries.map(|entry| (entry.at.to_rfc3339(), entry.event)).collect()
}

#[tokio::test]
async fn tickets_are_told_at_their_own_times() {
    let folder = tempfile::tempdir().unwrap();
    let (well, said) = import(folder.path(), EXPORT, &[]);
    assert!(well && said.starts_with("3 tickets with "), "{said}");
    assert!(!said.contains("chris"), "whom the policy knows is not asked for: {said}");
    let store = Memory::new();
    let lines = folder.path().join("tickets.jsonl").to_str().unwrap().to_owned();
    store.import(lines).await.unwrap();
    let rows = store.list(Query::default()).await.unwrap().rows;
    let standing: Vec<_> =
        rows.iter().map(|listed| (listed.row.key.number(), listed.row.status, listed.row.messages)).collect();
    assert_eq!(
        standing,
        [(3, StatusKind::Waiting, 0), (2, StatusKind::Active, 1), (1, StatusKind::Resolved, 1)],
        "the one that was removed is left out"
    );
    let closed = &rows[2].row;
    assert_eq!(closed.resolution, Some(Resolution::Explanation));
    assert_eq!(closed.owner, Some("chris".into()));
    let first = log(&store, 1).await;
    let begun = |event: &Event| matches!(event, Event::Opened { .. });
    assert!(first[0].0.starts_with("2026-02-24T14:44:43.828") && begun(&first[0].1), "{first:?}");
    let resolved = first.iter().find(|(_, event)| matches!(event, Event::Resolved { .. })).unwrap();
    assert!(resolved.0.starts_with("2026-02-26T12:44:43.888"), "{resolved:?}");
    for number in 1..=3 {
        for (at, event) in log(&store, number).await {
            let told =
                matches!(event, Event::Escalated { .. } | Event::Paged { .. } | Event::Assigned { .. });
            assert!(!told, "{at}: {event:?}");
        }
    }
    let waiting = store.statistics().await.unwrap();
    assert_eq!((waiting.outbox, waiting.inbox), (2, 0), "a card for each that is open, and nobody is told");
    let query = Query { search: Some("71003".to_owned()), ..Query::default() };
    assert_eq!(store.list(query).await.unwrap().rows.len(), 1, "its number there finds it");
    assert_eq!(store.reserve("SUP".to_owned()).await.unwrap().number(), 4);
}

#[test]
fn a_desk_goes_on_with_what_came_along() {
    let folder = tempfile::tempdir().unwrap();
    assert!(import(folder.path(), EXPORT, &[]).0);
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (db, lines, policy) = (path("new.db"), path("tickets.jsonl"), path("policy.toml"));
    let desk = env!("CARGO_BIN_EXE_desk");
    let (well, said) = run(desk, &["--db", &db, "import", &lines]);
    assert!(well, "{said}");
    let (well, said) = run(desk, &["--db", &db, "check"]);
    assert!(well && said.contains("nothing is wrong"), "{said}");
    let mut command = Command::new(desk);
    let desk = Desk::start_by(command.args(["--db", &db, "--policy", &policy, "--listen", "127.0.0.1:0"]));
    let chris = Visitor::new(&desk.address, "chris");
    chris.until("/", "The checkout is down");
    assert!(chris.get("/search?q=coffee").body.contains("SUP-1"));
    let page = chris.until("/ticket/SUP-2", "Nobody can pay");
    assert!(page.contains("Chris"), "{page}");
    assert!(desk.stop().success());
    let (well, said) = run(env!("CARGO_BIN_EXE_desk"), &["--db", &db, "check"]);
    assert!(well, "{said}");
}

#[test]
fn what_can_not_come_along_is_named_with_its_ticket_and_the_remedy_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let strange = EXPORT
        .replace("\"state\": \"open\"", "\"state\": \"in progress\"")
        .replace("\"priority\": \"1 low\"", "\"priority\": \"0 none\"");
    let (well, said) = import(folder.path(), &strange, &[]);
    assert!(!well);
    for told in [
        "ticket 71004 (id 4): its state `in progress` is not known: say --state \"in progress=open\"",
        "ticket 71006 (id 6): its priority `0 none` is not known: say --priority \"0 none=P2\"",
    ] {
        assert!(said.contains(told), "{said}");
    }
    assert!(!folder.path().join("tickets.jsonl").exists());
    let (well, said) =
        import(folder.path(), &strange, &["--state", "in progress=open", "--priority", "0 none=P3"]);
    assert!(well, "{said}");
    let (well, said) = import(folder.path(), "[]", &[]);
    assert!(!well && said.contains("README.md"), "{said}");
    let orphan = EXPORT.replace("\"ticket_id\": 4", "\"ticket_id\": 40");
    let (well, said) = import(folder.path(), &orphan, &[]);
    assert!(!well && said.contains("ticket with id 40"), "{said}");
    let (well, said) = run(env!("CARGO_BIN_EXE_import"), &["zammad"]);
    assert!(!well && said.contains("import zammad FILE.json OUT.jsonl"), "{said}");
}
