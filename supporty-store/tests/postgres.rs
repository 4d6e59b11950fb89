//! The store on a server keeps every promise.
#![cfg(feature = "postgres")]
#![allow(clippy::expect_used, clippy::panic, reason = "a test that can not make its store has failed")]

#[path = "common/server.rs"]
mod server;

use supporty_store::Postgres;

async fn fresh() -> (Postgres, ()) {
    (server::fresh().await, ())
}

supporty_core::store_suite!(fresh());
supporty_core::maintenance_suite!(fresh());
