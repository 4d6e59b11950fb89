//! Policies under test in virtual time, made-up histories, and fakes and conformance suites: what proves that an adapter or
//! a store keeps its contract. No runtime comes with them.

pub mod chat_suite;
mod fake_chat;
mod fake_vcs;
#[cfg(feature = "policy-file")]
pub mod sample;
mod scenario;
pub mod store_suite;
pub mod vcs_suite;

pub use fake_chat::{Failure, FakeChat};
pub use fake_vcs::{FakeVcs, VcsNote};
pub use scenario::{About, Happening, Scenario, Table, timeline};
