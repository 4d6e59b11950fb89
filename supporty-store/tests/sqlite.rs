//! The store in a file keeps every promise.
#![cfg(feature = "sqlite")]
#![allow(clippy::expect_used, reason = "a test that can not make its store has failed")]

use supporty_store::Sqlite;

async fn fresh() -> (Sqlite, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    (Sqlite::open(directory.path().join("support.db")).expect("a fresh store"), directory)
}

supporty_core::store_suite!(fresh());
supporty_core::maintenance_suite!(fresh());
