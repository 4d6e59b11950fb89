//! Who may do and read what, beside what a ticket's status allows.

use super::{Context, Rejection};
use crate::policy::{Policy, Standing};
use crate::ticket::{CommandKind, Ticket};
use crate::vocab::{Actor, Permission, Time};

/// The permission that a command needs, if a policy can restrict it.
pub fn permission_of(command: CommandKind) -> Option<Permission> {
    use CommandKind as C;
    use Permission as P;
    Some(match command {
        C::Claim => P::Claim,
        C::Assign => P::Assign,
        C::HandOff => P::HandOff,
        C::Release => P::Release,
        C::TakeOver => P::TakeOver,
        C::Reprioritise => P::Reprioritise,
        C::Move => P::Move,
        C::ChangeKind => P::ChangeKind,
        C::Replan => P::Replan,
        C::Wait | C::Resume => P::Wait,
        C::Escalate => P::Escalate,
        C::Resolve => P::Resolve,
        C::Reopen => P::Reopen,
        C::Merge | C::Unmerge => P::Merge,
        C::Attach | C::Detach => P::Gather,
        C::Restrict | C::Unrestrict => P::Restrict,
        C::Open
        | C::Raise
        | C::Signal
        | C::Acknowledge
        | C::Reply
        | C::Note
        | C::Edit
        | C::Withdraw
        | C::Classify
        | C::Identify
        | C::Mitigate
        | C::Confirm
        | C::Rate
        | C::WritePostMortem
        | C::FollowUp
        | C::OpenIssue
        | C::Link
        | C::Comment
        | C::Blame
        | C::Absolve
        | C::Hear
        | C::Deployed
        | C::Revert
        | C::Erase
        | C::Undelivered
        | C::Place
        | C::Tick => return None,
    })
}

/// Whether a policy gives somebody what a command on a ticket needs. Squads and people are those of the policy in force.
pub(super) fn permitted(
    ticket: &Ticket,
    policy: &Policy,
    command: CommandKind,
    by: &Actor,
    at: Time,
) -> bool {
    permission_of(command).is_none_or(|permission| policy.may(permission, by, standing(ticket, by), at))
}

pub(super) fn check_permission(
    ticket: &Ticket,
    command: CommandKind,
    context: &Context<'_>,
) -> Result<(), Rejection> {
    let policy = context.policies.current();
    if permitted(ticket, policy, command, context.by, context.now) {
        return Ok(());
    }
    let granted = permission_of(command).and_then(|permission| policy.granted(permission));
    Err(Rejection::NotPermitted { command, to: granted.cloned().unwrap_or_default() })
}

/// Whether somebody may read a ticket: everybody, unless it is restricted; then whoever has a part in it or was named, and
/// whom the policy lets read what is restricted.
///
/// Programs may: they bring and take what people on their platform see anyway.
pub fn may_read(ticket: &Ticket, policy: &Policy, by: &Actor, at: Time) -> bool {
    let named = |by: &Actor| by.person().is_none_or(|person| ticket.readers().contains(person));
    ticket.restricted.is_none()
        || named(by)
        || policy.may(Permission::ReadRestricted, by, standing(ticket, by), at)
}

pub(super) fn check_reader(ticket: &Ticket, context: &Context<'_>) -> Result<(), Rejection> {
    match may_read(ticket, context.policies.current(), context.by, context.now) {
        true => Ok(()),
        false => Err(Rejection::NotAReader),
    }
}

fn standing<'a>(ticket: &'a Ticket, by: &Actor) -> Standing<'a> {
    Standing { asks: ticket.is_requester(by), owner: ticket.owner(), squad: ticket.squad.as_ref() }
}
