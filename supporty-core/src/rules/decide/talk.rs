use super::super::{Context, Rejection, targets};
use super::opening::said;
use super::{engineer, progress, requester};
use crate::policy::ReplyMode;
use crate::ticket::{CommandKind, Event, Message, Reopening, Resumption, Status, Ticket};
use crate::vocab::{Stars, Target, Time, WaitingOn, Watch};

/// A reply never takes ownership. The first one by a human who is not a requester meets the promise to respond; one by
/// a requester ends a wait on them; a bot's answers nobody. A message that arrives late counts for when it was said.
pub(super) fn reply(
    ticket: &Ticket,
    message: &Message,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let message = said(message, ticket.opened_at, context.now);
    let said_at = message.said_at;
    let asks = ticket.is_requester(context.by);
    let mut events = Vec::new();
    match &ticket.status {
        Status::Resolved { at, .. }
            if asks && said_at >= *at && mode(ticket, context) == ReplyMode::Always =>
        {
            events.push(progress::reopened(ticket, Reopening::Reply, None, context));
            events.push(Event::Replied { message });
        }
        Status::Waiting { on: WaitingOn::Requester, since, .. } if asks && said_at >= *since => {
            events.push(Event::Replied { message });
            events.push(Event::Resumed { because: Resumption::Reply, due: None });
        }
        _ => events.push(Event::Replied { message }),
    }
    events.extend(answers(ticket, said_at, context));
    Ok(events)
}

/// What a human's message keeps: a requester answers nobody, but as the owner keeps everybody up to date.
pub(super) fn answers(ticket: &Ticket, said_at: Time, context: &Context<'_>) -> Vec<Event> {
    let asks = ticket.is_requester(context.by);
    if context.by.person().is_none() || asks && ticket.owner() != context.by.person() {
        return Vec::new();
    }
    let respond = Some(Target::Respond).filter(|_| !asks);
    let since = [Target::NextResponse, Target::Update];
    let since = since.into_iter().filter(|target| ticket.clocks.runs_at(Watch::from(*target), said_at));
    let kept = respond.into_iter().chain(since).filter(|_| ticket.status.is_open());
    let mut events: Vec<_> =
        kept.filter_map(|target| targets::met(ticket, context.policies, target, said_at)).collect();
    if !asks {
        events.extend(targets::amended(ticket, Target::Respond, said_at));
    }
    events
}

pub(super) fn edit(ticket: &Ticket, message: &Message, context: &Context<'_>) -> Vec<Event> {
    vec![Event::Edited { message: said(message, ticket.opened_at, context.now) }]
}

pub(super) fn note(
    ticket: &Ticket,
    message: &Message,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    if context.by.person().is_some() {
        engineer(CommandKind::Note, context)?;
    }
    Ok(vec![Event::Noted { message: said(message, ticket.opened_at, context.now) }])
}

pub(super) fn rate(ticket: &Ticket, stars: Stars, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    requester(ticket, CommandKind::Rate, context)?;
    match ticket.status.resolution() {
        Some(resolution) if resolution.counts() => Ok(vec![Event::Rated { stars }]),
        _ => Err(Rejection::NoStars),
    }
}

fn mode(ticket: &Ticket, context: &Context<'_>) -> ReplyMode {
    context.policy(Some(ticket)).spec().modes.reply_after_resolution
}
