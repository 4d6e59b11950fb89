use super::super::{Context, Rejection, targets};
use super::opening::said;
use super::{engineer, progress, requester};
use crate::policy::ReplyMode;
use crate::ticket::{CommandKind, Event, Message, Reopening, Resumption, Status, Ticket};
use crate::vocab::{Stars, Target, WaitingOn};

/// A reply never takes ownership. The first one by a human who is not a requester meets the promise to respond; one by
/// a requester ends a wait on them; a bot's answers nobody.
pub(super) fn reply(
    ticket: &Ticket,
    message: &Message,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let message = said(message, ticket.opened_at, context.now);
    let said_at = message.said_at;
    let mut events = vec![Event::Replied { message }];
    let human = context.by.person().is_some();
    let asks = ticket.is_requester(context.by);
    match &ticket.status {
        Status::Resolved { .. } if asks && mode(ticket, context) == ReplyMode::Always => {
            events.push(progress::reopened(ticket, Reopening::Reply, None, context));
        }
        Status::Waiting { on: WaitingOn::Requester, .. } if asks => {
            events.push(Event::Resumed { because: Resumption::Reply, due: None });
        }
        status if status.is_open() && human && !asks => {
            let answers = [Target::Respond, Target::NextResponse, Target::Update];
            events.extend(
                answers.iter().filter_map(|target| targets::met(ticket, context.policies, *target, said_at)),
            );
        }
        _ => {}
    }
    Ok(events)
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
