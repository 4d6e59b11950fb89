//! The store in a file keeps every promise, and what it adds: it is durable, and it refuses what it can not use.
#![cfg(feature = "sqlite")]

use supporty_store::Sqlite;

async fn fresh() -> (Sqlite, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    (Sqlite::open(directory.path().join("support.db")).expect("a fresh store"), directory)
}

supporty_core::store_suite!(fresh());
supporty_core::maintenance_suite!(fresh());
