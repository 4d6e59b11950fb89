use std::collections::BTreeMap;

use crate::policy::{Policies, Policy, Roster};
use crate::stream::Cause;
use crate::ticket::Ticket;
use crate::vocab::{Actor, TicketKey, Time};

/// Everything that a decision depends on beside the ticket and the command.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The time.
    pub now: Time,
    /// Who asks.
    pub by: &'a Actor,
    /// What made them.
    pub cause: &'a Cause,
    /// Every policy that an involved ticket is measured by, and the one in force.
    pub policies: &'a Policies,
    /// The key that was reserved for a ticket that does not exist yet, or the ticket's own.
    pub key: &'a TicketKey,
    /// The other tickets that the command involves, by key: see [`involves`](super::involves).
    pub others: &'a BTreeMap<TicketKey, Ticket>,
    /// Who is on.
    pub roster: &'a dyn Roster,
}

impl<'a> Context<'a> {
    /// The policy that a ticket is measured by, or the one in force for a ticket that does not exist yet.
    pub(super) fn policy(&self, ticket: Option<&Ticket>) -> &'a Policy {
        let pinned = ticket.and_then(Ticket::policy).and_then(|version| self.policies.get(version));
        pinned.unwrap_or_else(|| self.policies.current())
    }
}
