//! Fakes and conformance suites.
/// chat
pub mod chat_suite {}
#[cfg(feature = "testing")]
pub mod store_suite;
