//! The traits are object safe, and their mocks inject failures.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use std::sync::Arc;

use supporty_core::adapter::{
    Chat, Error, ErrorKind, Maintenance, MockChat, MockMaintenance, MockStore, MockVcs, Retry, Store, Vcs,
};
use supporty_core::desk::{Desk, DeskError};

#[test]
fn every_trait_is_held_as_an_object() {
    let _: Arc<dyn Chat> = Arc::new(MockChat::new());
    let _: Arc<dyn Vcs> = Arc::new(MockVcs::new());
    let _: Arc<dyn Store> = Arc::new(MockStore::new());
    let _: Arc<dyn Maintenance> = Arc::new(MockMaintenance::new());
}

#[tokio::test]
async fn a_desk_whose_store_does_not_answer_is_not_built() {
    let mut store = MockStore::new();
    let down = || Error::new(ErrorKind::Unavailable, Retry::Backoff, "loading a stream");
    store.expect_load().times(1).returning(move |_, _| Err(down()));
    let error = Desk::builder(Arc::new(store)).build().await.err().unwrap();
    assert!(matches!(&error, DeskError::Store(error) if error.kind == ErrorKind::Unavailable));
    assert_eq!(error.to_string(), "the store failed: loading a stream: the other side did not answer");
}

#[tokio::test]
async fn a_policy_that_the_log_names_and_the_store_lost_is_told_by_name() {
    use supporty_core::desk_log::{DeskEntry, Event};
    use supporty_core::stream::Cause;
    use supporty_core::vocab::Actor;

    let mut store = MockStore::new();
    let event = Event::PolicyAdopted { version: "00ff".into() };
    let at = "2026-01-09T17:30:00Z".parse().unwrap();
    let entry = DeskEntry { seq: 1, at, by: Actor::Desk, cause: Cause::Timer, event };
    store.expect_load().returning(move |_, _| Ok(vec![entry.encode().unwrap()]));
    store.expect_policy().returning(|_| Ok(None));
    let error = Desk::builder(Arc::new(store)).build().await.err().unwrap();
    assert!(matches!(&error, DeskError::PolicyLost(version) if version.as_str() == "00ff"), "{error}");
}
