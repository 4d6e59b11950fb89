mod aftermath;
mod alerts;
mod code;
mod escalation;
mod incident;
mod merging;
mod opening;
mod ownership;
mod privacy;
mod progress;
mod talk;

pub(super) use aftermath::asked as post_mortem_asked;
pub(super) use merging::for_others;

use super::permission::{check_permission, check_reader};
use super::{Context, Rejection, matrix, paging};
use crate::ticket::{Command, CommandKind, Erasure, Event, StatusKind, Ticket};
use crate::vocab::{Actor, AdapterName, PersonId, Place};

/// What a command does to a ticket, or why it does nothing. All rules live here, and nowhere else.
///
/// It expects a ticket with nothing due: [`step`](super::step) sees to that.
///
/// ```
/// use supporty_core::policy::{Policies, Policy};
/// use supporty_core::rules::{Context, Rejection, decide};
/// use supporty_core::stream::Cause;
/// use supporty_core::ticket::Command;
/// use supporty_core::vocab::Actor;
///
/// let policies = Policies::new(Policy::default());
/// let context = Context {
///     now: "2026-01-09T17:30:00Z".parse().unwrap(),
///     by: &Actor::Person("ana".into()),
///     cause: &Cause::Timer,
///     policies: &policies,
///     key: &"SUP-1".parse().unwrap(),
///     others: &Default::default(),
///     roster: policies.current(),
/// };
/// assert_eq!(decide(None, &Command::Claim, &context), Err(Rejection::NoSuchTicket));
/// ```
pub fn decide(
    ticket: Option<&Ticket>,
    command: &Command,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let Some(ticket) = ticket else {
        return match command {
            Command::Open(open) => opening::open(open, context),
            Command::Raise { open, by } => alerts::raise(open, by, context),
            Command::FollowUp(follow_up) => opening::follow_up(follow_up, context),
            _ => Err(Rejection::NoSuchTicket),
        };
    };
    check_reader(ticket, context)?;
    check_status(ticket, command.kind(), context)?;
    check_permission(ticket, command.kind(), context)?;
    match command {
        Command::Open(_) | Command::Raise { .. } | Command::FollowUp(_) => Err(Rejection::KeyTaken),
        Command::Claim => ownership::claim(ticket, context),
        Command::Assign { to } => ownership::assign(ticket, to, context),
        Command::HandOff { to, note } => ownership::hand_off(ticket, to, note.as_ref(), context),
        Command::Release => ownership::release(ticket, context),
        Command::TakeOver => ownership::take_over(ticket, context),
        Command::Reply { message } => talk::reply(ticket, message, context),
        Command::Note { message } => talk::note(ticket, message, context),
        Command::Rate { stars } => talk::rate(ticket, *stars, context),
        Command::Edit { message } => Ok(talk::edit(ticket, message, context)),
        Command::Withdraw { message } => Ok(vec![Event::Withdrawn { message: message.clone() }]),
        Command::Reprioritise { to, why } => progress::reprioritise(ticket, to, why.as_ref(), context),
        Command::Move { to } => progress::move_to(ticket, to, context),
        Command::ChangeKind { to } => progress::change_kind(ticket, *to, context),
        Command::Classify { upkeep, investment } => progress::classify(ticket, (*upkeep, *investment)),
        Command::Replan { to } => progress::replan(ticket, to, context),
        Command::Identify => progress::identify(ticket, context),
        Command::Mitigate => progress::mitigate(ticket, context),
        Command::Wait { on, until, why } => progress::wait(ticket, *on, *until, why.as_ref(), context),
        Command::Resume => Ok(progress::resume()),
        Command::Resolve { resolution, note } => {
            progress::resolve(ticket, *resolution, note.as_ref(), context)
        }
        Command::Confirm => progress::confirm(ticket, context),
        Command::Reopen { why } => Ok(progress::reopen(ticket, why.as_ref(), context)),
        Command::Merge { into } => merging::merge(ticket, into, context),
        Command::Unmerge => merging::unmerge(ticket, context),
        Command::Restrict { readers } => privacy::restrict(ticket, readers, context),
        Command::Unrestrict => privacy::unrestrict(ticket, context),
        Command::Attach { to } => incident::attach(ticket, to, context),
        Command::Detach => incident::detach(ticket, context),
        Command::Hear { incident, seq, by, what } => {
            incident::hear(ticket, (incident, *seq), (by, what), context)
        }
        Command::Link { bond, change } => code::link(ticket, *bond, change, context),
        Command::OpenIssue => code::open_issue(ticket, context),
        Command::Comment { on, message } => code::comment(ticket, on, message, context),
        Command::Blame { service, deployment } => code::blame(ticket, (service, deployment), true, context),
        Command::Absolve { service, deployment } => {
            code::blame(ticket, (service, deployment), false, context)
        }
        Command::Deployed { service, deployment, changes, at } => {
            code::deployed(ticket, (service, deployment), (changes, *at), context)
        }
        Command::Revert { change, at } => code::revert(ticket, change, *at, context),
        Command::Signal { alerts, names, of, unfollowed } => {
            alerts::signal(ticket, (alerts, of.as_ref(), *unfollowed), names.as_ref(), context)
        }
        Command::WritePostMortem { text } => aftermath::write(ticket, text, context),
        Command::Erase { whose, texts, because } => {
            erase(ticket, whose.as_ref(), (*texts, *because), context)
        }
        Command::Undelivered { person, adapter } => undelivered(ticket, person, adapter, context),
        Command::Escalate { why } => Ok(escalation::by_hand(ticket, why.as_ref(), context)),
        Command::Acknowledge => escalation::acknowledge(ticket, context),
        Command::Place { place, private } => placed(ticket, place, *private),
        Command::Tick => Ok(Vec::new()),
    }
}

fn check_status(ticket: &Ticket, command: CommandKind, context: &Context<'_>) -> Result<(), Rejection> {
    let status = ticket.status.kind();
    let opens = matches!(command, CommandKind::Open | CommandKind::Raise | CommandKind::FollowUp);
    if opens || matrix::permits(status, command) {
        return Ok(());
    }
    match (&ticket.status, command) {
        (crate::ticket::Status::Merged { into, .. }, command) if matrix::goes_on(command) => {
            Err(Rejection::GoesOnIn { into: into.clone() })
        }
        // A program that talks on has nothing to follow up.
        (_, CommandKind::Reply) if status == StatusKind::Closed && context.by.person().is_some() => {
            match ticket.followed_by.last() {
                Some(into) => Err(Rejection::GoesOnIn { into: into.clone() }),
                None => Err(Rejection::NeedsFollowUp),
            }
        }
        _ => Err(Rejection::WrongStatus { command, status, allowed: matrix::by_status(status) }),
    }
}

/// A root that was posted before the ticket was restricted, and of which the desk learns after that, is not its thread.
fn placed(ticket: &Ticket, place: &Place, private: bool) -> Result<Vec<Event>, Rejection> {
    let former = ticket.restricted.is_some() != private;
    let known = if former { &ticket.former_places } else { &ticket.places };
    match known.contains(place) {
        true => Err(Rejection::Unchanged),
        false => Ok(vec![Event::Placed { place: place.clone(), private }]),
    }
}

/// Only the desk knows what it deleted.
fn erase(
    ticket: &Ticket,
    whose: Option<&PersonId>,
    (texts, because): (u32, Erasure),
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    match whose {
        _ if *context.by != Actor::Desk => Err(Rejection::ForTheDesk { command: CommandKind::Erase }),
        None if ticket.erased.is_some() => Err(Rejection::Unchanged),
        _ => Ok(vec![Event::Erased { whose: whose.cloned(), texts, because }]),
    }
}

/// A way to wake somebody that comes to nothing does not wait for its time.
fn undelivered(
    ticket: &Ticket,
    person: &PersonId,
    adapter: &AdapterName,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    if *context.by != Actor::Desk {
        return Err(Rejection::ForTheDesk { command: CommandKind::Undelivered });
    }
    match ticket.pages.get(person).filter(|page| page.adapter == *adapter) {
        Some(_) => {
            let (person, adapter) = (person.clone(), adapter.clone());
            let next = paging::go_on(ticket, context, &person);
            Ok(std::iter::once(Event::Undelivered { person, adapter }).chain(next).collect())
        }
        None => Err(Rejection::Unchanged),
    }
}

/// The engineer who asks.
fn engineer<'a>(command: CommandKind, context: &Context<'a>) -> Result<&'a PersonId, Rejection> {
    let person = context.by.person().ok_or(Rejection::NotAPerson { command })?;
    match context.policies.current().is_engineer(person) {
        true => Ok(person),
        false => Err(Rejection::NotAnEngineer { command }),
    }
}

/// A program or an engineer, who may tell facts.
fn program_or_engineer(command: CommandKind, context: &Context<'_>) -> Result<(), Rejection> {
    match context.by {
        Actor::Person(person) if !context.policies.current().is_engineer(person) => {
            Err(Rejection::NotAnEngineer { command })
        }
        _ => Ok(()),
    }
}

/// The requester who asks.
fn requester(ticket: &Ticket, command: CommandKind, context: &Context<'_>) -> Result<(), Rejection> {
    match ticket.is_requester(context.by) {
        true => Ok(()),
        false => Err(Rejection::NotTheRequester { command }),
    }
}

/// Somebody who can own a ticket.
fn known_engineer(person: &PersonId, context: &Context<'_>) -> Result<(), Rejection> {
    match context.policies.current().is_engineer(person) {
        true => Ok(()),
        false => Err(Rejection::UnknownPerson { person: person.clone() }),
    }
}
