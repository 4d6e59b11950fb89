//! What monitoring tells. Alerts have times of their own, and come again, late and in any order.

use std::collections::BTreeMap;

use super::super::{Context, Rejection};
use super::{opening, program_or_engineer, progress};
use crate::ticket::{CommandKind, Event, Open, Raised, Reopening, Signal, StatusKind, Ticket};
use crate::vocab::{AlertId, TextRef, micros};

/// Programs may, and engineers. An alert answers no questions of the form.
pub(super) fn raise(open: &Open, by: &Raised, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    program_or_engineer(CommandKind::Raise, context)?;
    let alerts = told(&by.alerts, context).into_iter().take(Ticket::MOST_ALERTS).collect();
    opening::opened(open, Some(Raised { place: by.place.clone(), alerts }), context)
}

/// What is told of an earlier instant than what is known changes nothing.
///
/// An alert that fires reopens what was resolved, whatever the policy says of replies: a reply may be thanks, but nobody is
/// woken for an alert on a resolved ticket.
pub(super) fn signal(
    ticket: &Ticket,
    alerts: &BTreeMap<AlertId, Signal>,
    names: Option<&TextRef>,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    program_or_engineer(CommandKind::Signal, context)?;
    let alerts = ticket.news(&told(alerts, context));
    if alerts.is_empty() {
        return Err(Rejection::Unchanged);
    }
    let begin = alerts.iter().filter(|(id, signal)| signal.fires() && !ticket.fires_already(id)).count();
    let fire = u32::try_from(begin).unwrap_or(u32::MAX);
    let mut after = ticket.clone();
    after.signalled(&alerts);
    let over = ticket.fires() && !after.fires();
    let names = names.filter(|_| fire > 0).cloned();
    let reopens = fire > 0 && ticket.status.kind() == StatusKind::Resolved;
    let reopened = reopens.then(|| progress::reopened(ticket, Reopening::Alert, None, context));
    Ok(reopened.into_iter().chain([Event::Signalled { alerts, fire, over, names }]).collect())
}

/// No alert fires from the future: what came after it would be taken for late.
fn told(alerts: &BTreeMap<AlertId, Signal>, context: &Context<'_>) -> BTreeMap<AlertId, Signal> {
    let by_now = |at| micros(at).min(context.now);
    let told = alerts.iter().map(|(id, Signal { since, until })| {
        (id.clone(), Signal { since: by_now(*since), until: until.map(by_now) })
    });
    told.collect()
}
