use super::super::plan::budget;
use super::super::{Context, Rejection};
use super::engineer;
use crate::ticket::{CommandKind, Event, Ticket};
use crate::vocab::{Kind, Resolution, TextRef, Time};

/// A critical ticket that ended asks for a post-mortem, unless another ticket covers it, it was none, it was a game day,
/// or one was written already.
pub(in crate::rules) fn asked(
    ticket: &Ticket,
    resolution: Resolution,
    at: Time,
    context: &Context<'_>,
) -> Option<Event> {
    let policy = context.policy(Some(ticket));
    let critical = policy.priority(&ticket.priority).is_some_and(|priority| priority.critical);
    let worth = resolution.counts() && resolution != Resolution::Duplicate && ticket.kind != Kind::Drill;
    let asked =
        policy.spec().post_mortem.as_ref().filter(|_| critical && worth && ticket.post_mortem.is_none())?;
    let due = budget(policy.calendar(&asked.clock)?, at, asked.within)?;
    Some(Event::PostMortemAsked { due })
}

/// Writing it again replaces it.
pub(super) fn write(ticket: &Ticket, text: &TextRef, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::WritePostMortem, context)?;
    match &ticket.post_mortem {
        Some(_) => Ok(vec![Event::PostMortemWritten { text: text.clone() }]),
        None => Err(Rejection::NoPostMortem),
    }
}
