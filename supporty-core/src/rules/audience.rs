//! Who an audience is, at an instant.

use super::Context;
use crate::policy::Squad;
use crate::ticket::Ticket;
use crate::vocab::{Audience, Kind, PersonId, Recipient, Time, Told};

/// Everybody whom the audiences stand for, each once, as the first that named them.
pub(super) fn resolve(audiences: &[Audience], ticket: &Ticket, context: &Context<'_>, at: Time) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for audience in audiences {
        for to in recipients(audience, ticket, context, at) {
            if here(&to, audience, context) && wanted(&to, ticket) && !told.iter().any(|known| known.to == to)
            {
                told.push(Told { to, as_: audience.clone() });
            }
        }
    }
    told
}

/// The desk's own channel: who is told when nobody else can be. A drill tells its own thread.
pub(super) fn catch_all(ticket: &Ticket, context: &Context<'_>) -> Told {
    let to = match ticket.kind {
        Kind::Drill => Recipient::Thread(ticket.key.clone()),
        _ => Recipient::Channel(context.policies.current().spec().channel.clone()),
    };
    Told { to, as_: Audience::CatchAll }
}

/// Somebody who left the policy is told nothing, whichever step names them; people outside it only as requesters.
fn here(to: &Recipient, audience: &Audience, context: &Context<'_>) -> bool {
    match to {
        Recipient::Person(person) if *audience != Audience::Requester => {
            context.policies.current().is_engineer(person)
        }
        _ => true,
    }
}

/// A drill pages only those who take part in it.
fn wanted(to: &Recipient, ticket: &Ticket) -> bool {
    match (ticket.kind, to) {
        (Kind::Drill, Recipient::Person(person)) => ticket.people.contains_key(person),
        (Kind::Drill, Recipient::Channel(_)) => false,
        _ => true,
    }
}

fn recipients(audience: &Audience, ticket: &Ticket, context: &Context<'_>, at: Time) -> Vec<Recipient> {
    let people = |people: Vec<PersonId>| people.into_iter().map(Recipient::Person).collect();
    let gardener = || ticket.squad.as_ref().and_then(|squad| context.roster.gardener(squad, at));
    match audience {
        Audience::Owner => people(ticket.owner().cloned().into_iter().collect()),
        Audience::Requester => people(ticket.requester.person().cloned().into_iter().collect()),
        Audience::Squad => squad(ticket, context)
            .and_then(|squad| squad.channel.clone())
            .map(Recipient::Channel)
            .into_iter()
            .collect(),
        Audience::Gardener => people(gardener().into_iter().collect()),
        Audience::OwnerOrGardener => people(ticket.owner().cloned().or_else(gardener).into_iter().collect()),
        Audience::OnCall => {
            people(ticket.squad.as_ref().map_or_else(Vec::new, |squad| context.roster.on_call(squad, at)))
        }
        Audience::Lead => {
            people(squad(ticket, context).and_then(|squad| squad.lead.clone()).into_iter().collect())
        }
        Audience::Person(person) => people(vec![person.clone()]),
        Audience::Channel(channel) => vec![Recipient::Channel(channel.clone())],
        Audience::CatchAll => vec![catch_all(ticket, context).to],
    }
}

fn squad<'a>(ticket: &Ticket, context: &Context<'a>) -> Option<&'a Squad> {
    context.policies.current().spec().squads.get(ticket.squad.as_ref()?)
}
