//! Configuration as data: priorities and their promises, ladders, people and squads; kept for ever by content hash.
//!
//! What a ticket pins when it is opened: priorities, promises, calendars, modes and triggers. What is always current:
//! people, squads, channels and whom an audience resolves to.

mod assignment;
mod check;
mod code;
mod default;
mod drill;
mod error;
mod field;
#[cfg(feature = "policy-file")]
mod file;
mod findings;
mod ladder;
mod pay;
mod people;
mod permission;
mod policies;
mod retention;
mod roster;
mod rota;
mod rule;
mod sla;
mod spec;
mod validated;

pub use assignment::{Assignees, Assignment};
pub use code::Code;
pub use drill::{Drill, PostMortem};
pub use error::{Misplaced, PolicyError, PolicyErrors};
pub use field::Field;
#[cfg(feature = "policy-file")]
pub use file::{
    DEFAULT_FILE, Diagnostic, Holidays, PolicyFileError, Reading, Severity, policy_schema, read_policy,
};
pub use findings::{Finding, Found, findings, unreachable};
pub use ladder::{Repeat, Rung, Trigger};
pub use pay::{Pay, Rates};
pub use people::{Area, Contact, Membership, Person, Service, Squad};
pub use permission::{Grant, Standing};
pub use policies::Policies;
pub use retention::Retention;
pub use roster::Roster;
pub use rota::{Member, Rota, Rotation};
pub use rule::{Condition, Rule};
pub use sla::{Priority, PriorityChange, Promise, ReplyMode};
pub use spec::{Limits, Modes, PolicySpec};
pub use validated::Policy;
