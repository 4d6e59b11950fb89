//! What the tests of this crate share.
#![allow(dead_code, unused_imports, reason = "each test file uses some of it")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::expect_used,
    unreachable_pub,
    reason = "a test ends where something is missing"
)]

pub mod broken;
pub mod host;
pub mod people;
pub mod probe;
pub mod slack;
