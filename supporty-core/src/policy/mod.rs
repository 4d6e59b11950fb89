//! Configuration as data: priorities and their promises, ladders, people and squads; kept for ever by content hash.
//!
//! What a ticket pins when it is opened: priorities, promises, calendars, modes and triggers. What is always current:
//! people, squads, channels and whom an audience resolves to.

mod default;
mod error;
#[cfg(feature = "policy-file")]
mod file;
mod ladder;
mod people;
mod policies;
mod roster;
mod sla;
mod spec;
mod validated;

pub use error::PolicyError;
#[cfg(feature = "policy-file")]
pub use file::PolicyFileError;
pub use ladder::{Repeat, Rung, Trigger};
pub use people::{Area, Person, Squad};
pub use policies::Policies;
pub use roster::Roster;
pub use sla::{Priority, PriorityChange, Promise, ReplyMode};
pub use spec::{Limits, Modes, PolicySpec};
pub use validated::Policy;
