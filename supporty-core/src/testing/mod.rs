//! Fakes and conformance suites.
/// chat
pub mod chat_suite {}
/// store
pub mod store_suite {}
