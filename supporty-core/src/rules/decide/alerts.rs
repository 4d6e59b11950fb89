//! What monitoring tells. Alerts have times of their own, and come again, late and in any order.

use std::collections::BTreeMap;

use super::super::{Context, Rejection};
use super::{opening, program_or_engineer, progress};
use crate::ticket::{Alerts, CommandKind, Event, Open, Raised, Reopening, Signal, StatusKind, Ticket};
use crate::vocab::{AlertId, TextRef, TicketKey, micros};

/// Programs may, and engineers. An alert answers no questions of the form.
pub(super) fn raise(open: &Open, by: &Raised, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    program_or_engineer(CommandKind::Raise, context)?;
    let mut followed = Alerts::default();
    if let Some(news) = followed.news(&told(&by.alerts, context), by.unfollowed) {
        followed.learn(&news);
    }
    let Alerts { known: alerts, unfollowed } = followed;
    opening::opened(open, Some(Raised { place: by.place.clone(), alerts, unfollowed }), context)
}

/// What is told of an earlier instant than what is known changes nothing.
///
/// An alert that fires reopens what was resolved, whatever the policy says of replies: a reply may be thanks, but nobody is
/// woken for an alert on a resolved ticket. What was told to a ticket that is merged no longer goes back to it.
pub(super) fn signal(
    ticket: &Ticket,
    (alerts, of, more): (&BTreeMap<AlertId, Signal>, Option<&TicketKey>, u32),
    names: Option<&TextRef>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    program_or_engineer(CommandKind::Signal, context)?;
    let of = of.filter(|of| **of != ticket.key);
    if let Some(of) = of.filter(|of| !ticket.clocks.absorbed.contains_key(of)) {
        return Err(Rejection::GoesOnIn { into: of.clone() });
    }
    let before = ticket.group(of.unwrap_or(&ticket.key));
    let news = before.news(&told(alerts, context), more).ok_or(Rejection::Unchanged)?;
    let mut after = ticket.clone();
    after.signalled(of, &news);
    let over = ticket.fires() && !after.fires();
    let Alerts { known: alerts, unfollowed } = news;
    let begin = alerts.iter().filter(|(id, signal)| signal.fires() && !ticket.fires_already(id)).count();
    let begin = u32::try_from(begin).unwrap_or(u32::MAX);
    let fire = begin.saturating_add(unfollowed).saturating_sub(before.unfollowed);
    let names = names.filter(|_| fire > 0).cloned();
    let reopens = fire > 0 && ticket.status.kind() == StatusKind::Resolved;
    let reopened = reopens.then(|| progress::reopened(ticket, Reopening::Alert, None, context));
    let signalled = Event::Signalled { alerts, fire, over, names, of: of.cloned(), unfollowed };
    Ok(reopened.into_iter().chain([signalled]).collect())
}

/// No alert fires from the future: what came after it would be taken for late.
fn told(alerts: &BTreeMap<AlertId, Signal>, context: &Context<'_>) -> BTreeMap<AlertId, Signal> {
    let by_now = |at| micros(at).min(context.now);
    let told = alerts.iter().map(|(id, Signal { since, until })| {
        (id.clone(), Signal { since: by_now(*since), until: until.map(by_now) })
    });
    told.collect()
}
