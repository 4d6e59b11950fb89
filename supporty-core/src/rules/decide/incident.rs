use super::super::{Context, Rejection};
use super::{engineer, talk};
use crate::ticket::{CommandKind, Event, Heard, Status, Ticket};
use crate::vocab::{Actor, Kind, TicketKey};

/// Any ticket but an incident can be a report of an open incident, and of one only.
pub(super) fn attach(
    ticket: &Ticket,
    to: &TicketKey,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::Attach, context)?;
    let incident = context.others.get(to).ok_or_else(|| Rejection::OtherMissing { other: to.clone() })?;
    match &incident.status {
        Status::Merged { into, .. } => return Err(Rejection::AttachThere { into: into.clone() }),
        _ if ticket.kind == Kind::Incident => return Err(Rejection::IsAnIncident),
        _ if incident.kind != Kind::Incident || !incident.status.is_open() => {
            return Err(Rejection::NotAnOpenIncident { of: to.clone() });
        }
        _ if incident.restricted.is_some() => return Err(Rejection::RestrictedIncident { of: to.clone() }),
        _ => {}
    }
    match &ticket.reports_to {
        Some(known) if known == to => Err(Rejection::Unchanged),
        Some(known) => Err(Rejection::ReportsTo { to: known.clone() }),
        None => Ok(vec![Event::Attached { to: to.clone() }]),
    }
}

pub(super) fn detach(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    engineer(CommandKind::Detach, context)?;
    match &ticket.reports_to {
        Some(from) => Ok(vec![Event::Detached { from: from.clone() }]),
        None => Err(Rejection::ReportsToNone),
    }
}

/// What somebody of us says on the incident answers its reports too: it stands in their threads. What was heard before is
/// not heard again.
pub(super) fn hear(
    ticket: &Ticket,
    (incident, seq): (&TicketKey, u64),
    (by, what): (&Actor, &Heard),
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    if *context.by != Actor::Desk {
        return Err(Rejection::ForTheDesk { command: CommandKind::Hear });
    }
    if ticket.heard.get(incident).is_some_and(|heard| *heard >= seq) {
        return Err(Rejection::Unchanged);
    }
    let heard = Event::Heard { incident: incident.clone(), seq, by: by.clone(), what: what.clone() };
    let answers = match what {
        Heard::Said(message) if !ticket.is_requester(by) => {
            talk::answers(ticket, message.said_at.max(ticket.opened_at), &Context { by, ..*context })
        }
        _ => Vec::new(),
    };
    Ok(std::iter::once(heard).chain(answers).collect())
}
