use std::collections::BTreeMap;

use crate::ticket::{Command, FollowUp, Status, Ticket};
use crate::vocab::TicketKey;

use super::Rejection;

/// The other ticket that a command needs beside its own, if any.
///
/// Whoever loads it goes on from a merged one to its survivor, and hands all of them in as
/// [`Context::others`](super::Context::others).
pub fn involves(ticket: Option<&Ticket>, command: &Command) -> Option<TicketKey> {
    match (command, ticket.map(|ticket| &ticket.status)) {
        (Command::Merge { into }, _) => Some(into.clone()),
        (Command::Attach { to }, _) => Some(to.clone()),
        (Command::Detach, _) => ticket.and_then(|ticket| ticket.reports_to.clone()),
        (Command::FollowUp(follow_up), _) => Some(follow_up.of.clone()),
        (Command::Unmerge, Some(Status::Merged { into, .. })) => Some(into.clone()),
        _ => None,
    }
}

/// The tickets that a command involves, of those that are known: each on the way to the survivor.
pub(crate) fn involved<'a>(
    ticket: Option<&Ticket>,
    command: &Command,
    known: impl Fn(&TicketKey) -> Option<&'a Ticket>,
) -> BTreeMap<TicketKey, Ticket> {
    let mut others = BTreeMap::new();
    let mut next = involves(ticket, command);
    while let Some(other) = next.filter(|key| !others.contains_key(key)).and_then(|key| known(&key)) {
        others.insert(other.key.clone(), other.clone());
        next = match &other.status {
            Status::Merged { into, .. } => Some(into.clone()),
            _ => None,
        };
    }
    others
}

/// Where a refused command goes instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redirect {
    /// To another ticket.
    To {
        /// Which.
        ticket: TicketKey,
        /// The same command, but the reply that it was for a follow-up that somebody else opened first.
        command: Command,
    },
    /// A follow-up, under a newly reserved key.
    FollowUp(Command),
}

/// Where a refused command goes instead: a message to a merged ticket to its survivor, one to a closed ticket into a
/// follow-up.
///
/// The driver goes on as long as this answers; each hop leads to a later ticket or to a new one, or back to one that was
/// taken out of a merge meanwhile.
pub fn redirect(key: &TicketKey, command: &Command, rejection: &Rejection) -> Option<Redirect> {
    match (rejection, command) {
        (Rejection::GoesOnIn { into }, Command::FollowUp(FollowUp { message, .. })) => {
            Some(Redirect::To { ticket: into.clone(), command: Command::Reply { message: message.clone() } })
        }
        (Rejection::GoesOnIn { into }, _) => {
            Some(Redirect::To { ticket: into.clone(), command: command.clone() })
        }
        (Rejection::NeedsFollowUp, Command::Reply { message }) => {
            let follow_up = FollowUp { of: key.clone(), message: message.clone() };
            Some(Redirect::FollowUp(Command::FollowUp(follow_up)))
        }
        _ => None,
    }
}
