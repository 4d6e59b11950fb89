//! Why a deadline is what it is, and what happens if nobody acts: as data, and as a text that people read.
//!
//! ```
//! use supporty_core::explain::explain;
//! use supporty_core::policy::Policy;
//! use supporty_core::ticket::{Command, Open};
//! use supporty_core::time::Zone;
//! use supporty_core::vocab::{Actor, Target, TextRef};
//! use supporty_core::world::World;
//!
//! let mut world = World::new(Policy::default());
//! let open = Command::Open(Open::new(TextRef::new("title"), "P2"));
//! let friday = "2026-01-09T17:30:00Z".parse()?;
//! let key = world.submit(friday, &Actor::Person("rita".into()), None, open)?.ticket;
//! let log: Vec<_> = world.log(&key).cloned().collect();
//! let explained = explain(&log, world.policies(), friday, chrono::TimeDelta::days(7)).ok_or("no such ticket")?;
//! let resolve = explained.promises.iter().find(|promise| promise.target == Target::Resolve).ok_or("no promise")?;
//! assert_eq!(resolve.counted, 3 * 3600);
//! assert!(explained.text(&Zone::new("Europe/London")?).contains("resolve: due Mon 12 Jan 11:30"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod drill;
mod future;
mod promise;
mod text;
mod words;

pub use drill::{Asked, DrillReport, Moved, drill_report};
pub use future::{Because, Duty, Happens, Hears, Step, who_would_be_told};
pub use promise::{Explained, GivenBy, Mark, Span, State, What};

use chrono::TimeDelta;
use serde::Serialize;

use crate::policy::Policies;
use crate::rota::Rotas;
use crate::ticket::{Status, Ticket, TicketEntry, evolve};
use crate::time::Zone;
use crate::vocab::{PolicyVersion, TicketKey, Time};
use crate::world::World;

/// Everything that there is to say about a ticket's promises at an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The ticket.
    pub ticket: TicketKey,
    /// The instant.
    pub at: Time,
    /// The policies that measure it, each from an instant on.
    pub policies: Vec<(Time, PolicyVersion)>,
    /// The zone database that they were measured with.
    pub zones: String,
    /// The ticket that goes on for it, where it was merged: what was promised is promised there.
    pub goes_on_in: Option<TicketKey>,
    /// What was promised, in the order of [`Target::ALL`](crate::vocab::Target::ALL).
    pub promises: Vec<Explained>,
    /// What happens if nobody acts.
    pub future: Vec<Step>,
}

/// Explains a ticket as it was, or will be if nobody acts, at an instant: from its log up to then. `None` for a ticket
/// that did not exist yet, and for one whose policies are not known.
///
/// What would happen is told as far as `ahead`; whom it would be told to is who is on then, by the policy in force.
pub fn explain(log: &[TicketEntry], policies: &Policies, at: Time, ahead: TimeDelta) -> Option<Explanation> {
    explain_with(log, policies, None, at, ahead)
}

/// The same, with the rotas as they are: who is on then is asked of them.
pub fn explain_with(
    log: &[TicketEntry],
    policies: &Policies,
    rotas: Option<&Rotas>,
    at: Time,
    ahead: TimeDelta,
) -> Option<Explanation> {
    let known: Vec<_> = log.iter().take_while(|entry| entry.at <= at).collect();
    let mut replayed: Option<Ticket> = None;
    known.iter().for_each(|entry| evolve(&mut replayed, entry));
    let ticket = replayed?;
    policies.get(ticket.policy()?)?;
    let key = ticket.key.clone();
    let mut world = World::resume(policies.clone(), [ticket]);
    rotas.into_iter().for_each(|rotas| world.staff(rotas.clone()));
    world.run_until(at);
    let settled: Vec<_> = known.into_iter().chain(world.log(&key)).cloned().collect();
    let ticket = world.ticket(&key)?.clone();
    let goes_on_in = match &ticket.status {
        Status::Merged { into, .. } => Some(into.clone()),
        _ => None,
    };
    let promises = match goes_on_in {
        Some(_) => Vec::new(),
        None => promise::explained(&ticket, &settled, policies, at),
    };
    Some(Explanation {
        at,
        policies: ticket.pins.iter().map(|pin| (pin.from, pin.version.clone())).collect(),
        zones: Zone::database_version().to_owned(),
        goes_on_in,
        promises,
        future: future::future(world, &ticket, at, ahead),
        ticket: key,
    })
}
