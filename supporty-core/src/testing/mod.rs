//! Fakes and conformance suites: what proves that an adapter or a store keeps its contract. No runtime comes with them.

#[cfg(feature = "testing")]
pub mod chat_suite;
#[cfg(feature = "testing")]
mod fake_chat;
#[cfg(feature = "testing")]
mod fake_vcs;
/// store
pub mod store_suite {}

#[cfg(feature = "testing")]
pub use fake_chat::{Failure, FakeChat};
#[cfg(feature = "testing")]
pub use fake_vcs::{FakeVcs, VcsNote};
