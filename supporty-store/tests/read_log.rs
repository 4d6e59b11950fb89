//! A log is read whole beside whoever works on it, the same from every store, and nothing of it is changed.
#![cfg(all(feature = "postgres", feature = "sqlite"))]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;
#[path = "common/server.rs"]
mod server;

use supporty_core::adapter::{Append, Commit, Error, ErrorKind, Maintenance, Store};
use supporty_core::stream::StreamId;
use supporty_store::{Logged, Sqlite, read_lines};

use common::{append, at, commit, ticket};

/// Two tickets whose entries came by turns, a rota and a policy.
async fn write(store: &impl Store) {
    let policies = vec![("v1".into(), "{}".to_owned())];
    store.commit(Commit { policies, ..commit(append(ticket(2), 0, 2)) }).await.unwrap();
    let rota: StreamId = "rota/web".parse().unwrap();
    let two = vec![append(ticket(1), 0, 1), append(rota, 0, 1)];
    store.commit(Commit { appends: two, ..Commit::default() }).await.unwrap();
    store.commit(commit(append(ticket(2), 2, 5))).await.unwrap();
}

fn expected() -> Vec<Logged> {
    let stream = |stream: StreamId, count| {
        let Append { stream, entries, .. } = append(stream, 0, count);
        Logged::Stream { stream, entries }
    };
    vec![
        Logged::Policy { version: "v1".into(), body: "{}".to_owned() },
        stream("rota/web".parse().unwrap(), 1),
        Logged::Extent { tickets: 2, period: Some((at(1), at(7))) },
        stream(ticket(2), 7),
        stream(ticket(1), 1),
    ]
}

#[tokio::test]
async fn a_file_in_use_and_what_was_exported_of_it_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (db, lines) = (folder.path().join("support.db"), folder.path().join("lines.jsonl"));
    let store = Sqlite::open(&db).unwrap();
    write(&store).await;
    let mut read = Vec::new();
    Sqlite::read_log(&db, |part| {
        read.push(part);
        Ok::<(), Error>(())
    })
    .unwrap();
    assert_eq!(read, expected());
    store.export(lines.display().to_string()).await.unwrap();
    let mut exported = Vec::new();
    read_lines(&lines, |part| {
        exported.push(part);
        Ok::<(), Error>(())
    })
    .unwrap();
    assert_eq!(exported, read);
    // Nobody was locked out, then or later.
    store.commit(commit(append(ticket(3), 0, 1))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_meanwhile_is_not_of_that_instant() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("support.db");
    let store = Sqlite::open(&db).unwrap();
    write(&store).await;
    let (mut read, handle) = (Vec::new(), tokio::runtime::Handle::current());
    tokio::task::block_in_place(|| {
        Sqlite::read_log(&db, |part| {
            let number = 10 + read.len() as u64;
            handle.block_on(store.commit(commit(append(ticket(number), 0, 1))))?;
            read.push(part);
            Ok::<(), Error>(())
        })
    })
    .unwrap();
    assert_eq!(read, expected());
}

#[tokio::test]
async fn whoever_takes_it_may_end_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("support.db");
    write(&Sqlite::open(&db).unwrap()).await;
    let mut taken = 0;
    let ended = Sqlite::read_log(&db, |_| {
        taken += 1;
        if taken == 2 { Err(Error::unsupported("more than one")) } else { Ok(()) }
    });
    assert_eq!((ended.unwrap_err().kind, taken), (ErrorKind::Unsupported, 2));
}

#[tokio::test]
async fn a_file_that_is_no_store_is_refused_and_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let (missing, other) = (folder.path().join("missing.db"), folder.path().join("other.db"));
    let refused = |path| Sqlite::read_log::<Error>(path, |_| Ok(())).unwrap_err();
    assert_eq!(refused(&missing).kind, ErrorKind::NotFound);
    assert!(!missing.exists());
    std::fs::write(&other, "not a database at all, but long enough to be looked at as one").unwrap();
    assert_eq!(refused(&other).kind, ErrorKind::Corrupt);
}

#[tokio::test]
async fn a_desk_on_a_server_says_the_same_and_one_that_is_missing_is_not_made() {
    let options = server::options().await;
    let store = options.clone().open().await.unwrap();
    write(&store).await;
    let mut read = Vec::new();
    let take = |part| {
        read.push(part);
        Ok::<(), Error>(())
    };
    options.clone().read_log(take).await.unwrap();
    assert_eq!(read, expected());
    for _ in 0..2 {
        let missing = options.clone().desk("nobody's").read_log::<Error>(|_| Ok(())).await.unwrap_err();
        assert_eq!(missing.kind, ErrorKind::NotFound, "{missing}");
    }
}
