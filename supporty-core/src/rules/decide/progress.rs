use super::super::plan::later;
use super::super::{Context, Rejection, replan::decided, targets};
use super::opening::known_area;
use super::{aftermath, engineer, privacy, requester};
use crate::policy::PriorityChange;
use crate::ticket::{CloseReason, CommandKind, Event, Reopening, Resumption, Ticket};
use crate::vocab::{
    AreaId, ClockChange, Investment, Kind, PolicyVersion, PriorityId, Resolution, Target, Terms, TextRef,
    Time, Upkeep, WaitingOn, micros,
};

pub(super) fn reprioritise(
    ticket: &Ticket,
    to: &PriorityId,
    why: Option<&TextRef>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let policy = context.policy(Some(ticket));
    let Some(new) = policy.rank(to) else { return Err(Rejection::UnknownPriority { to: to.clone() }) };
    if *to == ticket.priority {
        return Err(Rejection::Unchanged);
    }
    let raised = policy.rank(&ticket.priority).is_none_or(|old| new < old);
    let clocks = match policy.spec().modes.priority_change {
        PriorityChange::Fair if raised => ClockChange::Restart,
        PriorityChange::Fair | PriorityChange::Carry => ClockChange::Carry,
        PriorityChange::Restart => ClockChange::Restart,
        PriorityChange::KeepEarlier => ClockChange::KeepEarlier,
    };
    Ok(vec![Event::Reprioritised {
        from: ticket.priority.clone(),
        to: to.clone(),
        clocks,
        why: why.cloned(),
    }])
}

pub(super) fn move_to(ticket: &Ticket, to: &AreaId, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    known_area(Some(to), context)?;
    if ticket.area.as_ref() == Some(to) {
        return Err(Rejection::Unchanged);
    }
    let squad = context.policies.current().squad_of(Some(to)).map(|(squad, _)| squad.clone());
    let clocks = rearranged(ticket, Terms { area: Some(to.clone()), ..ticket.terms() }, context);
    let restricts = ticket.restricted.is_none() && privacy::restricted_area(Some(to), context);
    Ok(vec![Event::Moved { from: ticket.area.clone(), to: to.clone(), squad, clocks, restricts }])
}

pub(super) fn change_kind(ticket: &Ticket, to: Kind, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    if ticket.kind == to {
        return Err(Rejection::Unchanged);
    }
    let clocks = rearranged(ticket, Terms { kind: to, ..ticket.terms() }, context);
    Ok(vec![Event::KindChanged { from: ticket.kind, to, clocks }])
}

/// Only gardening has a kind of gardening.
pub(super) fn classify(
    ticket: &Ticket,
    (upkeep, investment): (Upkeep, Investment),
) -> Result<Vec<Event>, Rejection> {
    match ticket.gardening {
        _ if ticket.kind != Kind::Gardening => Err(Rejection::NotGardening { kind: ticket.kind }),
        Some(known) if known == (upkeep, investment) => Err(Rejection::Unchanged),
        _ => Ok(vec![Event::Classified { upkeep, investment }]),
    }
}

/// What another area or kind does to the clocks: nothing, unless the policy promises something else there. It is
/// neither a raising nor a lowering, so that a fair policy carries.
fn rearranged(ticket: &Ticket, after: Terms, context: &Context<'_>) -> ClockChange {
    let (policy, before) = (context.policy(Some(ticket)), ticket.terms());
    let same = |target: &Target| policy.promise(&before, *target) == policy.promise(&after, *target);
    match policy.spec().modes.priority_change {
        _ if Target::ALL.iter().all(same) => ClockChange::Keep,
        PriorityChange::Fair | PriorityChange::Carry => ClockChange::Carry,
        PriorityChange::Restart => ClockChange::Restart,
        PriorityChange::KeepEarlier => ClockChange::KeepEarlier,
    }
}

pub(super) fn replan(
    ticket: &Ticket,
    to: &PolicyVersion,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::Replan, context)?;
    decided(ticket, to, context)
}

pub(super) fn identify(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::Identify, context)?;
    match ticket.identified {
        Some(_) => Err(Rejection::Unchanged),
        None => Ok(vec![Event::Identified {}]),
    }
}

pub(super) fn mitigate(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::Mitigate, context)?;
    match ticket.mitigated {
        Some(_) => Err(Rejection::Unchanged),
        None => Ok(vec![Event::Mitigated {}]),
    }
}

pub(super) fn wait(
    ticket: &Ticket,
    on: WaitingOn,
    until: Time,
    why: Option<&TextRef>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let until = micros(until);
    if until <= context.now {
        return Err(Rejection::WaitInThePast);
    }
    match later(context.now, context.policy(Some(ticket)).spec().limits.longest_wait) {
        Some(latest) if until > latest => Err(Rejection::WaitTooLong { latest }),
        _ => Ok(vec![Event::Waited { on, until, why: why.cloned() }]),
    }
}

pub(super) fn resume() -> Vec<Event> {
    vec![Event::Resumed { because: Resumption::Asked, due: None }]
}

pub(super) fn resolve(
    ticket: &Ticket,
    resolution: Resolution,
    note: Option<&TextRef>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let resolved = Event::Resolved { resolution, note: note.cloned(), due: None };
    let ends = targets::at_resolution(ticket, context.policies, context.by, context.now);
    let asked = aftermath::asked(ticket, resolution, context.now, context);
    Ok(std::iter::once(resolved).chain(ends).chain(asked).collect())
}

pub(super) fn confirm(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    requester(ticket, CommandKind::Confirm, context)?;
    Ok(vec![Event::Closed { because: CloseReason::Confirmed, due: None }])
}

pub(super) fn reopen(ticket: &Ticket, why: Option<&TextRef>, context: &Context<'_>) -> Vec<Event> {
    vec![reopened(ticket, Reopening::Asked, why, context)]
}

pub(super) fn reopened(
    ticket: &Ticket,
    because: Reopening,
    why: Option<&TextRef>,
    context: &Context<'_>,
) -> Event {
    let mode = context.policy(Some(ticket)).spec().modes.reopen;
    Event::Reopened { mode, because, why: why.cloned() }
}
