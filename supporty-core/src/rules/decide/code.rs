//! What code hosts tell: changes, and what became of them. Facts have times of their own, and arrive twice and in any order.

use std::collections::BTreeSet;

use super::super::{Context, Rejection};
use super::{engineer, program_or_engineer};
use crate::ticket::{CommandKind, Event, Message, Resumption, Status, Ticket};
use crate::vocab::{Actor, Bond, Change, ChangeId, DeploymentId, ServiceId, Time, WaitingOn};

/// Programs may, and engineers. What is told of an earlier instant than what is known changes nothing.
pub(super) fn link(
    ticket: &Ticket,
    bond: Bond,
    change: &Change,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    program_or_engineer(CommandKind::Link, context)?;
    let known = ticket.changes.get(&change.id);
    let was = known.map(|known| known.bond);
    let unknown_and_nothing = was.is_none() && bond == Bond::Nothing;
    let late = known.is_some_and(|known| {
        let same = known.change == *change && known.bond != bond;
        !same && !change.is_newer_than(&known.change)
    });
    match late || unknown_and_nothing {
        true => Err(Rejection::Unchanged),
        false => {
            let before = known.map(|known| known.change.state);
            Ok(vec![Event::ChangeLinked { bond, was, before, change: Box::new(change.clone()) }])
        }
    }
}

/// Its words are read by everybody who reads the repository, so those of a restricted ticket never go there. One issue at a
/// time: whatever is done twice is done once.
pub(super) fn open_issue(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::OpenIssue, context)?;
    if ticket.restricted.is_some() {
        return Err(Rejection::WordsStayHere);
    }
    if let Some(issue) = ticket.open_issue() {
        let (label, url) = (issue.change.label.clone(), issue.change.url.clone());
        return Err(Rejection::HasIssue { label, url });
    }
    match context.policies.current().issues_of(ticket.area.as_ref()) {
        Some(repository) => Ok(vec![Event::IssueAsked { repository: repository.clone() }]),
        None => Err(Rejection::NoRepository { area: ticket.area.clone() }),
    }
}

/// What is written there is read here, and meets no promise: whoever asked for the ticket does not read it there.
pub(super) fn comment(
    ticket: &Ticket,
    on: &ChangeId,
    message: &Message,
    _: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    match ticket.changes.get(on).filter(|linked| linked.bond == Bond::Track) {
        Some(_) => Ok(vec![Event::Commented { on: on.clone(), message: message.clone() }]),
        None => Err(Rejection::Unchanged),
    }
}

pub(super) fn blame(
    ticket: &Ticket,
    (service, deployment): (&ServiceId, &DeploymentId),
    caused: bool,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    program_or_engineer(if caused { CommandKind::Blame } else { CommandKind::Absolve }, context)?;
    let (service, deployment) = (service.clone(), deployment.clone());
    let known = ticket.blamed.contains(&(service.clone(), deployment.clone()));
    match (known, caused) {
        (false, true) => Ok(vec![Event::Blamed { service, deployment }]),
        (true, false) => Ok(vec![Event::Absolved { service, deployment }]),
        (true, true) | (false, false) => Err(Rejection::Unchanged),
    }
}

/// Whoever waited for a deployment waits no longer once nothing that is meant to solve the ticket is left.
pub(super) fn deployed(
    ticket: &Ticket,
    (service, deployment): (&ServiceId, &DeploymentId),
    (changes, at): (&BTreeSet<ChangeId>, Time),
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    for_the_desk(CommandKind::Deployed, context)?;
    let changes: BTreeSet<_> =
        changes.iter().filter(|change| !ticket.deployed.contains_key(change)).cloned().collect();
    if changes.is_empty() {
        return Err(Rejection::Unchanged);
    }
    let mut after = ticket.clone();
    let (service, deployment) = (service.clone(), deployment.clone());
    let event = Event::FixDeployed { service, deployment, changes, at };
    after.learn(&event);
    let waits = matches!(ticket.status, Status::Waiting { on: WaitingOn::Deploy, .. });
    let resumed = Event::Resumed { because: Resumption::Deployed, due: None };
    Ok(std::iter::once(event).chain((waits && after.is_fixed()).then_some(resumed)).collect())
}

pub(super) fn revert(
    ticket: &Ticket,
    change: &ChangeId,
    at: Time,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    for_the_desk(CommandKind::Revert, context)?;
    match ticket.reverted.contains_key(change) {
        true => Err(Rejection::Unchanged),
        false => Ok(vec![Event::FixReverted { change: change.clone(), at }]),
    }
}

fn for_the_desk(command: CommandKind, context: &Context<'_>) -> Result<(), Rejection> {
    match context.by {
        Actor::Desk => Ok(()),
        _ => Err(Rejection::ForTheDesk { command }),
    }
}
