//! Stores for supporty: [`Memory`]; with the feature `sqlite` (on by default) `Sqlite`, a store in one file for one
//! process; with the feature `postgres` `Postgres`, for any number of workers and desks.
//!
//! All keep every promise of [`Store`](supporty_core::adapter::Store) and
//! [`Maintenance`](supporty_core::adapter::Maintenance), and their tests run the same suite.
//!
//! What all do beyond the contract:
//! - The texts of a commit belong to the first of its streams whose entries or row name them, and else to its first
//!   stream. A search finds the tickets that its texts belong to.
//! - A search looks at the first 32 different words.
//! - A text that comes again replaces the one of its name.
//! - An effect whose name is queued or given up already is not queued again.
//! - What arrived is forgotten once it is handled; only its key, its answer and the instants stay.

mod lines;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod listing;
mod logged;
mod memory;
mod news;
#[cfg(feature = "postgres")]
mod postgres;
mod shared;
#[cfg(feature = "sqlite")]
mod sqlite;
mod whole;

pub use lines::Lines;
pub use logged::{Logged, read_lines};
pub use memory::Memory;
#[cfg(feature = "postgres")]
pub use postgres::{Postgres, PostgresOptions};
#[cfg(feature = "sqlite")]
pub use sqlite::{Durability, Options, Sqlite};
