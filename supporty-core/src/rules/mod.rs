//! All the rules.

mod rejection;

pub use rejection::{Accepted, Rejection};
