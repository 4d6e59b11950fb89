//! What only a file can show: it is durable, it is one process's, and it refuses what it can not use.
#![cfg(feature = "sqlite")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod common;

use std::error::Error as _;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use supporty_core::adapter::{
    Attempt, Commit, Erase, Error, ErrorKind, Handled, Maintenance, Query, Receipt, Store,
};
use supporty_core::vocab::{InboundKey, PersonId, TextRef};
use supporty_store::{Options, Sqlite};
use tempfile::TempDir;

use common::{append, arrival, at, commit, everything, text, ticket};

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("support.db");
    (directory, path)
}

fn refused(path: &PathBuf) -> Error {
    Sqlite::open(path).expect_err("it is refused")
}

#[tokio::test]
async fn what_was_answered_is_there_after_opening_again() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    store.commit(everything(1)).await.unwrap();
    store.accept(arrival("m", 0, 10)).await.unwrap();
    store.reserve("SUP".to_owned()).await.unwrap();
    let fence = store.lease_outbox(at(0), at(1), 1).await.unwrap()[0].fence;
    let before = (store.feed(0, 10).await.unwrap(), store.list(Query::default()).await.unwrap());
    let counted = store.statistics().await.unwrap();
    drop(store);
    let store = Sqlite::open(&path).unwrap();
    assert_eq!((store.feed(0, 10).await.unwrap(), store.list(Query::default()).await.unwrap()), before);
    assert_eq!(store.statistics().await.unwrap(), counted);
    assert_eq!(store.accept(arrival("m", 0, 10)).await.unwrap(), Receipt::Waiting);
    assert_eq!(store.reserve("SUP".to_owned()).await.unwrap().number(), 2);
    assert_ne!(store.lease_outbox(at(1), at(2), 1).await.unwrap()[0].fence, fence);
    assert_eq!(store.policy("v1".into()).await.unwrap().as_deref(), Some("{}"));
}

#[tokio::test]
async fn what_a_process_leased_and_did_not_finish_is_free_when_the_file_is_opened_anew() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    store.commit(everything(1)).await.unwrap();
    store.accept(arrival("m", 0, 500)).await.unwrap();
    let lease = store.lease_outbox(at(100), at(500), 1).await.unwrap().remove(0);
    store
        .begin(Attempt { id: lease.id, fence: lease.fence, revision: lease.revision, at: at(100) })
        .await
        .unwrap();
    let timers = store.lease_timers(at(100), at(500), 9).await.unwrap();
    assert!(!timers.is_empty());
    drop(store);
    let store = Sqlite::open(&path).unwrap();
    assert_eq!(store.lease_timers(at(100), at(500), 9).await.unwrap(), timers);
    assert_eq!(store.lease_inbox(at(100), at(500), 9).await.unwrap().len(), 1);
    let again = store.lease_outbox(at(100), at(500), 1).await.unwrap().remove(0);
    assert!(again.tried, "it may have arrived: look before sending it again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_many_callers_were_answered_is_there_after_opening_again() {
    let (_directory, path) = place();
    let store = Arc::new(Sqlite::open(&path).unwrap());
    let callers = (1..=20).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for after in 0..10 {
                let refused = store.commit(commit(append(ticket(number), after + 1, 1))).await;
                assert_eq!(refused.unwrap_err().kind, ErrorKind::Conflict, "it fails alone");
                store.commit(commit(append(ticket(number), after, 1))).await.unwrap();
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    drop(store);
    let store = Sqlite::open(&path).unwrap();
    for number in 1..=20 {
        assert_eq!(store.load(ticket(number), 0).await.unwrap().len(), 10);
    }
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_threads_that_write_one_entry_one_does() {
    let (_directory, path) = place();
    let store = Arc::new(Sqlite::open(&path).unwrap());
    for after in 0..10 {
        let writers: Vec<_> = (0..8)
            .map(|_| {
                let store = Arc::clone(&store);
                tokio::spawn(async move { store.commit(commit(append(ticket(1), after, 1))).await.is_ok() })
            })
            .collect();
        let mut kept = 0;
        for writer in writers {
            kept += u32::from(writer.await.unwrap());
        }
        assert_eq!(kept, 1);
    }
}

#[tokio::test]
async fn a_caller_that_gives_up_harms_nobody() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    drop(store.commit(commit(append(ticket(1), 0, 1))));
    let mut asked = store.commit(commit(append(ticket(2), 0, 1)));
    let waiting = std::future::poll_fn(|context| {
        let _ = asked.as_mut().poll(context);
        std::task::Poll::Ready(())
    });
    waiting.await;
    drop(asked);
    store.commit(commit(append(ticket(3), 0, 1))).await.unwrap();
    assert_eq!(store.load(ticket(1), 0).await.unwrap().len(), 0);
    assert_eq!(store.load(ticket(2), 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_that_is_open_is_refused_by_any_name_until_it_is_closed() {
    let (directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    let error = refused(&path);
    assert_eq!(error.kind, ErrorKind::InUse);
    assert!(error.to_string().contains("close the other process"), "{error}");
    #[cfg(unix)]
    {
        let link = directory.path().join("link.db");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert_eq!(refused(&link).kind, ErrorKind::InUse);
    }
    drop((store, directory.path()));
    Sqlite::open(&path).unwrap();
}

#[test]
fn a_newer_schema_is_refused() {
    let (_directory, path) = place();
    drop(Sqlite::open(&path).unwrap());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    drop(raw);
    let error = refused(&path);
    assert_eq!(error.kind, ErrorKind::Newer);
    assert!(error.to_string().contains("run the version that wrote them, or newer"), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let (_directory, path) = place();
    let words = "dear diary, ".repeat(1_000);
    fs::write(&path, &words).unwrap();
    let error = refused(&path);
    assert_eq!(error.kind, ErrorKind::Corrupt);
    assert!(error.to_string().contains("choose another file"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), words);
}

#[test]
fn a_database_of_another_program_is_refused_and_left_alone() {
    let (_directory, path) = place();
    rusqlite::Connection::open(&path).unwrap().execute_batch("create table bookmarks (url text)").unwrap();
    let before = fs::read(&path).unwrap();
    let error = refused(&path);
    assert_eq!(error.kind, ErrorKind::Corrupt);
    assert!(error.to_string().contains("a database of another program: choose another file"), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_place_without_a_directory_is_refused() {
    let (directory, _) = place();
    for path in [directory.path().join("missing").join("support.db"), directory.path().to_owned()] {
        let error = refused(&path);
        assert_eq!(error.kind, ErrorKind::Forbidden, "{error}");
        assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    }
}

#[tokio::test]
async fn a_backup_made_while_it_is_used_is_a_store() {
    let (directory, path) = place();
    let copy = directory.path().join("copy.db");
    let to = copy.display().to_string();
    let store = Sqlite::open(&path).unwrap();
    store.commit(everything(1)).await.unwrap();
    store.back_up(to.clone()).await.unwrap();
    store.commit(everything(2)).await.unwrap();
    let error = store.back_up(to).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Invalid);
    assert!(error.to_string().contains("which exists: choose another name"), "{error}");
    let copy = Sqlite::open(&copy).unwrap();
    assert_eq!(copy.load(ticket(1), 0).await.unwrap(), store.load(ticket(1), 0).await.unwrap());
    assert!(copy.load(ticket(2), 0).await.unwrap().is_empty());
    assert_eq!(copy.check().await.unwrap(), Vec::<String>::new());
    let found = Query { search: Some("checkout".to_owned()), ..Query::default() };
    assert_eq!(copy.list(found).await.unwrap().rows.len(), 1);
}

#[tokio::test]
async fn what_was_erased_is_in_no_file() {
    let (directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    let secret = "xyzzyplugh my password";
    store
        .commit(Commit { texts: vec![text("t1", "ada", secret)], ..commit(append(ticket(1), 0, 1)) })
        .await
        .unwrap();
    store
        .commit(Commit { texts: vec![text("t2", "bob", "hello")], ..commit(append(ticket(2), 0, 1)) })
        .await
        .unwrap();
    let holds = || {
        fs::read_dir(directory.path())
            .unwrap()
            .filter(|file| {
                let bytes = fs::read(file.as_ref().unwrap().path()).unwrap();
                bytes.windows(10).any(|window| window == b"xyzzyplugh")
            })
            .count()
    };
    assert!(holds() > 0);
    assert_eq!(store.erase(Erase::Author(PersonId::new("ada"))).await.unwrap(), 1);
    assert_eq!(holds(), 0);
    assert_eq!(store.texts(vec![TextRef::new("t2")]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_handled_is_forgotten_but_for_its_answer() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    store.accept(arrival("m", 0, 1)).await.unwrap();
    let handled = Handled { key: InboundKey::new("m"), answer: "ok".to_owned(), at: at(1) };
    store.commit(Commit { handled: Some(handled), ..Commit::default() }).await.unwrap();
    drop(store);
    let raw = rusqlite::Connection::open(&path).unwrap();
    let kept: (Option<String>, String) =
        raw.query_one("select body, answer from inbox", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(kept, (None, "ok".to_owned()));
}

#[tokio::test]
async fn a_check_tells_what_is_wrong() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    for number in 1..=3 {
        store.commit(everything(number)).await.unwrap();
    }
    drop(store);
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(
        "pragma foreign_keys = off;
         delete from entries where stream = 1 and seq = 1;
         delete from entries where stream = 2; update streams set last = 0 where id = 2;
         insert into text_index (text_index, rowid, words) values ('delete', 1, 'checkout fails');
         insert into timers (stream, due, wake, stamp) values (77, 1, 1, 's');",
    )
    .unwrap();
    drop(raw);
    let wrong = Sqlite::open(&path).unwrap().check().await.unwrap();
    for part in ["`ticket/SUP-1` has 1 entries", "`ticket/SUP-2` is listed", "`timers`", "search index"] {
        assert!(wrong.iter().any(|line| line.contains(part)), "{part}: {wrong:?}");
    }
    assert_eq!(wrong.len(), 4, "{wrong:?}");
}

#[tokio::test]
async fn an_error_has_no_words_of_people() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    store.commit(everything(1)).await.unwrap();
    drop(store);
    rusqlite::Connection::open(&path).unwrap().execute_batch("drop table rows").unwrap();
    let store = Sqlite::open(&path).unwrap();
    let error =
        store.list(Query { search: Some("hunter2".to_owned()), ..Query::default() }).await.unwrap_err();
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    assert!(!format!("{error} {error:?} {source}").contains("hunter2"));
    assert!(!format!("{store:?}").contains("hunter2"));
    let refused = store.commit(everything(2)).await.unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("checkout"), "{refused:?}");
    assert!(store.load(ticket(2), 0).await.unwrap().is_empty(), "half a commit is not kept");
}

#[tokio::test]
async fn at_least_one_thread_reads() {
    let (_directory, path) = place();
    let store = Options::new(&path).readers(0).open().unwrap();
    assert!(store.load(ticket(1), 0).await.unwrap().is_empty());
}

/// A connection that checked before knows an index that is no more.
#[tokio::test]
async fn a_check_finds_nothing_wrong_however_often_words_are_replaced_between_two() {
    let (_directory, path) = place();
    let store = Sqlite::open(&path).unwrap();
    for n in 0..40 {
        let texts =
            vec![text(&format!("t{n}"), "ana", "the disk is full"), text("title", "ana", "it is down")];
        store.commit(Commit { texts, ..commit(append(ticket(1), n, 1)) }).await.unwrap();
        if n % 3 == 0 {
            assert_eq!(store.check().await.unwrap(), Vec::<String>::new(), "after {n}");
        }
    }
}
