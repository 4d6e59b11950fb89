//! One service that is deployed: which changes went in, and what became of its deployments to production.
//!
//! Deployments and merged changes are facts with times of their own, which arrive late, twice and in any order. So the
//! stream keeps them as they were told, and what follows from several of them is derived: which deployment brought a
//! change ([`Service::first_with`]), and which were rolled back ([`Service::rolled_back`]).

mod command;
mod decide;
mod event;
mod history;
mod react;
mod state;

pub use command::{Command, Contents, Deployment, Merged};
pub use decide::{Refusal, decide};
pub use event::{Event, ServiceEntry};
pub use history::Past;
pub use react::react;
pub use state::{Service, evolve};
