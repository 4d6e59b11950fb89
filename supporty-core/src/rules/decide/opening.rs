use std::collections::{BTreeMap, BTreeSet};

use super::super::permission::check_reader;
use super::super::{Context, Rejection, targets};
use super::{engineer, known_engineer, privacy};
use crate::policy::Standing;
use crate::stream::Entry;
use crate::ticket::{CommandKind, Event, FollowUp, Message, Open, Opened, Raised, Status, evolve};
use crate::vocab::{Actor, AreaId, Kind, Permission, SquadId, Target, Terms, Time, micros};

pub(super) fn open(open: &Open, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    opened(open, None, context)
}

/// Whoever opens it answers what the form asks, but for alerts, which can not.
pub(super) fn opened(
    open: &Open,
    raised: Option<Raised>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let policy = context.policies.current();
    if policy.priority(&open.priority).is_none() {
        return Err(Rejection::UnknownPriority { to: open.priority.clone() });
    }
    known_area(open.area.as_ref(), context)?;
    let requester = open.on_behalf.as_ref().unwrap_or(context.by);
    let requester_squads = squads_of(requester, context);
    let terms = Terms {
        priority: open.priority.clone(),
        area: open.area.clone(),
        kind: open.kind,
        requester_squads: requester_squads.clone(),
    };
    if raised.is_none() {
        privacy::answers(&open.fields, &terms, context)?;
    }
    game_day(open, context)?;
    let opened = Opened {
        key: context.key.clone(),
        title: open.title.clone(),
        details: open.details.clone(),
        requester: requester.clone(),
        work: open.kind,
        priority: open.priority.clone(),
        area: open.area.clone(),
        squad: policy.squad_of(open.area.as_ref()).map(|(squad, _)| squad.clone()),
        requester_squads,
        policy: policy.version().clone(),
        follows: None,
        message: None,
        fields: open.fields.clone(),
        restricted: privacy::on_opening(open, context)?,
        drill: open.drill.clone(),
        raised,
    };
    Ok(vec![opened.into()])
}

fn game_day(open: &Open, context: &Context<'_>) -> Result<(), Rejection> {
    let policy = context.policies.current();
    match &open.drill {
        None => Ok(()),
        Some(_) if open.kind != Kind::Drill => Err(Rejection::NotADrill { kind: open.kind }),
        Some(_) if !policy.may(Permission::Drill, context.by, Standing::default(), context.now) => {
            let to = policy.granted(Permission::Drill).cloned().unwrap_or_default();
            Err(Rejection::NotPermitted { command: CommandKind::Open, to })
        }
        Some(script) => {
            engineer(CommandKind::Open, context)?;
            script.participants.iter().try_for_each(|person| known_engineer(person, context))
        }
    }
}

/// A follow-up takes what it is about from the closed ticket, as far as the policy in force still has it.
pub(super) fn follow_up(follow_up: &FollowUp, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let missing = || Rejection::OtherMissing { other: follow_up.of.clone() };
    let closed = context.others.get(&follow_up.of).ok_or_else(missing)?;
    check_reader(closed, context)?;
    match (&closed.status, closed.followed_by.last()) {
        (Status::Closed { .. }, None) => {}
        (Status::Closed { .. }, Some(into)) => return Err(Rejection::GoesOnIn { into: into.clone() }),
        _ => return Err(Rejection::NotClosed { of: follow_up.of.clone() }),
    }
    let policy = context.policies.current();
    let known =
        policy.priority(&closed.priority).map_or(&policy.spec().default_priority, |priority| &priority.id);
    let area = closed.area.clone().filter(|area| known_area(Some(area), context).is_ok());
    let restricted = match (&closed.restricted, privacy::restricted_area(area.as_ref(), context)) {
        (Some(_), _) => Some(closed.readers()),
        (None, true) => Some(BTreeSet::new()),
        (None, false) => None,
    };
    let asks = closed.is_requester(context.by);
    let requester = if asks { context.by } else { &closed.requester };
    let opened = |message| Opened {
        key: context.key.clone(),
        title: closed.title.clone(),
        details: None,
        requester: requester.clone(),
        requester_squads: squads_of(requester, context),
        work: closed.kind,
        priority: known.clone(),
        squad: policy.squad_of(area.as_ref()).map(|(squad, _)| squad.clone()),
        area: area.clone(),
        policy: policy.version().clone(),
        follows: Some(follow_up.of.clone()),
        message,
        fields: BTreeMap::new(),
        restricted: restricted.clone(),
        drill: None,
        raised: None,
    };
    // Whoever of us goes on has answered already.
    let answered = Some(opened(None)).filter(|_| !asks).and_then(|opened| {
        let (by, cause) = (context.by.clone(), context.cause.clone());
        let mut ticket = None;
        evolve(&mut ticket, &Entry { seq: 1, at: context.now, by, cause, event: opened.into() });
        targets::met(&ticket?, context.policies, Target::Respond, context.now)
    });
    let message = said(&follow_up.message, context.now, context.now);
    Ok(std::iter::once(opened(Some(message)).into()).chain(answered).collect())
}

fn squads_of(requester: &Actor, context: &Context<'_>) -> BTreeSet<SquadId> {
    let squads = |person| context.policies.current().squads_of(person, context.now);
    requester.person().map(squads).unwrap_or_default()
}

/// A message is never from the future, and never from before the ticket.
pub(super) fn said(message: &Message, earliest: Time, now: Time) -> Message {
    Message { said_at: micros(message.said_at).min(now).max(earliest), ..message.clone() }
}

pub(super) fn known_area(area: Option<&AreaId>, context: &Context<'_>) -> Result<(), Rejection> {
    match area {
        Some(area) if !context.policies.current().spec().areas.contains_key(area) => {
            Err(Rejection::UnknownArea { to: area.clone() })
        }
        _ => Ok(()),
    }
}
