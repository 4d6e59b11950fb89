use super::super::measure::{Point, Reading};
use super::super::permission::check_permission;
use super::super::{Context, Rejection, targets};
use super::{engineer, known_engineer};
use crate::ticket::{CommandKind, Event, Ticket};
use crate::vocab::{Actor, PersonId, Target, TextRef, Watch};

pub(super) fn claim(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let person = engineer(CommandKind::Claim, context)?;
    match ticket.owner() {
        Some(owner) if owner == person => Err(Rejection::Unchanged),
        Some(owner) => Err(Rejection::Owned { owner: owner.clone() }),
        None => Ok(taken(Event::Claimed {}, ticket, context)),
    }
}

/// Giving a ticket that nobody owns to oneself is claiming it; one that somebody owns needs a take-over.
pub(super) fn assign(ticket: &Ticket, to: &PersonId, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    known_engineer(to, context)?;
    if context.by.person() == Some(to) {
        check_permission(ticket, CommandKind::Claim, context)?;
        return claim(ticket, context);
    }
    match ticket.owner() {
        Some(owner) if owner == to => return Err(Rejection::Unchanged),
        // Somebody was faster than the desk.
        Some(owner) if *context.by == Actor::Desk => return Err(Rejection::Owned { owner: owner.clone() }),
        _ => {}
    }
    Ok(vec![Event::Assigned { to: to.clone() }])
}

pub(super) fn hand_off(
    ticket: &Ticket,
    to: &PersonId,
    note: Option<&TextRef>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let person = engineer(CommandKind::HandOff, context)?;
    known_engineer(to, context)?;
    match ticket.owner() {
        None => Err(Rejection::Unowned),
        Some(owner) if owner != person => {
            Err(Rejection::NotTheOwner { command: CommandKind::HandOff, owner: owner.clone() })
        }
        Some(owner) if owner == to => Err(Rejection::Unchanged),
        Some(_) => Ok(vec![Event::HandedOff { to: to.clone(), note: note.cloned() }]),
    }
}

pub(super) fn release(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::Release, context)?;
    let from = ticket.owner().ok_or(Rejection::Unowned)?;
    Ok(vec![Event::Released { from: from.clone() }])
}

/// Possible once the owner has been silent past the policy's limit, on the priority's clock and not while waiting.
pub(super) fn take_over(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let person = engineer(CommandKind::TakeOver, context)?;
    let owner = ticket.owner().ok_or(Rejection::Unowned)?;
    if owner == person {
        return Err(Rejection::Unchanged);
    }
    let limit =
        context.policy(Some(ticket)).priority(&ticket.priority).map(|priority| priority.take_over_after);
    let reading = Reading::of(ticket, context.policies, Watch::Silent);
    let after = reading.as_ref().zip(limit).and_then(|(reading, limit)| reading.reaches(Point::after(limit)));
    match after {
        Some(at) if at <= context.now && !reading.is_some_and(|reading| reading.paused()) => {
            Ok(taken(Event::TakenOver { from: owner.clone() }, ticket, context))
        }
        after => {
            let after = after.filter(|at| *at > context.now);
            Err(Rejection::OwnerNotSilent { owner: owner.clone(), after })
        }
    }
}

/// Taking a ticket acknowledges it. Taking one's own ends what was promised to oneself.
fn taken(event: Event, ticket: &Ticket, context: &Context<'_>) -> Vec<Event> {
    let mut events = vec![event];
    if ticket.is_requester(context.by) {
        let own = [Target::Acknowledge, Target::Respond];
        events.extend(own.iter().filter_map(|target| targets::cancelled(ticket, context.policies, *target)));
    } else {
        events.extend(targets::met(ticket, context.policies, Target::Acknowledge, context.now));
    }
    events
}
