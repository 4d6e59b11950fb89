//! Stores for supporty: [`Memory`], and with the feature `sqlite` (on by default) [`Sqlite`], a store in one file.
//!
//! Both keep every promise of [`Store`](supporty_core::adapter::Store) and
//! [`Maintenance`](supporty_core::adapter::Maintenance), and their tests run the same suite.
//!
//! What both do beyond the contract:
//! - The texts of a commit belong to the first of its streams whose entries or row name them, and else to its first
//!   stream. A search finds the tickets that its texts belong to.
//! - A search looks at the first 32 different words.
//! - A text that comes again replaces the one of its name.
//! - An effect whose name is queued or given up already is not queued again.
//! - What arrived is forgotten once it is handled; only its key, its answer and the instants stay.

mod lines;
mod memory;
mod news;
mod shared;
#[cfg(feature = "sqlite")]
mod sqlite;
mod whole;

pub use memory::Memory;
#[cfg(feature = "sqlite")]
pub use sqlite::{Options, Sqlite};
