//! A made-up history is one that any store takes, and that an audit finds nothing wrong with.
#![cfg(feature = "sqlite")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::path::Path;

use supporty_core::adapter::{Commit, Maintenance, Query, Store};
use supporty_core::desk::audit;
use supporty_core::testing::sample::{Sample, Story};
use supporty_store::{Lines, Memory, Sqlite};

fn sample() -> Sample {
    let until = "2026-03-02T11:00:00Z".parse().unwrap();
    Sample { seed: 5, tickets: 260, from: "2025-12-01T00:00:00Z".parse().unwrap(), until }
}

/// The policies first, as a desk commits them.
fn commits() -> Vec<Commit> {
    let plan = sample().plan().unwrap();
    let policies = [Sample::earlier_policy().unwrap(), Sample::policy().unwrap()];
    let body = |policy| serde_json::to_string(policy).unwrap();
    let policies = policies.iter().map(|policy| (policy.version().clone(), body(policy))).collect();
    let mut commits = vec![Commit { policies, ..Commit::default() }];
    let commit = |story: Story| commits.push(story.commit(plan.policies()).unwrap());
    plan.shared().into_iter().chain((0..plan.days()).flat_map(|day| plan.day(day))).for_each(commit);
    commits
}

fn write(to: &Path) -> u64 {
    let mut lines = Lines::new(std::fs::File::create(to).unwrap()).unwrap();
    commits().into_iter().for_each(|commit| lines.commit(commit).unwrap());
    lines.counter("SUP", 260).unwrap();
    lines.finish().unwrap().1
}

async fn assert_sound(store: &(impl Store + Maintenance)) {
    let audit = audit(store, store).await.unwrap();
    let findings: Vec<_> = audit.findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{findings:?}");
    assert!(audit.streams > 260 && audit.entries > 3_000);
    let statistics = store.statistics().await.unwrap();
    assert_eq!((statistics.tickets, statistics.outbox, statistics.dead), (260, 0, 0));
    let next = store.reserve("SUP".to_owned()).await.unwrap();
    assert_eq!(next.number(), 261);
}

#[tokio::test]
async fn lines_of_a_history_are_imported_and_an_audit_finds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (lines, again) = (folder.path().join("history.jsonl"), folder.path().join("again.jsonl"));
    let written = write(&lines);
    let (memory, sqlite) = (Memory::new(), Sqlite::open(folder.path().join("desk.db")).unwrap());
    assert_eq!(memory.import(lines.display().to_string()).await.unwrap(), written);
    assert_eq!(sqlite.import(lines.display().to_string()).await.unwrap(), written);
    assert_sound(&memory).await;
    assert_sound(&sqlite).await;
    assert_eq!(sqlite.export(again.display().to_string()).await.unwrap(), written, "nothing is lost");
}

#[tokio::test]
async fn what_people_write_in_a_history_is_found() {
    let memory = Memory::new();
    for commit in commits() {
        memory.commit(commit).await.unwrap();
    }
    let words = Query { search: Some("voucher".to_owned()), ..Query::default() };
    let found = memory.list(words).await.unwrap().rows;
    assert!(!found.is_empty() && found.iter().any(|one| one.row.area == Some("vouchers".into())));
}
