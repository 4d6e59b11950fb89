use std::collections::{BTreeMap, BTreeSet};

use super::{Event, Service, ServiceEntry};
use crate::effect::{Effect, Intent};
use crate::stream::{EffectId, Origin, StreamId};
use crate::ticket::Command;
use crate::vocab::{ChangeId, ServiceId, TicketKey};

/// What tickets are to learn of the entries of one step: that what is meant to solve them is deployed, or was taken out
/// again. A ticket that learns it twice takes it for known.
pub fn react(id: &ServiceId, service: &Service, entries: &[ServiceEntry]) -> Vec<Effect> {
    let mut effects = Vec::new();
    for entry in entries {
        for (n, (ticket, command)) in (0u16..).zip(told(id, service, &entry.event)) {
            let cause = Origin::Entry { stream: StreamId::Service(id.clone()), seq: entry.seq };
            let intent = Intent::Send { to: StreamId::Ticket(ticket), command };
            effects.push(Effect { id: EffectId { cause, n }, intent });
        }
    }
    effects
}

fn told(id: &ServiceId, service: &Service, event: &Event) -> Vec<(TicketKey, Command)> {
    if matches!(event, Event::ChangeMerged { change } if change.fixes.is_empty()) {
        return reverted(service, event);
    }
    let first = service.first_with();
    let news: Vec<&ChangeId> = match event {
        Event::ChangeMerged { change } => vec![&change.change],
        Event::Deployed { deployment } => {
            let brought = first.iter().filter(|(_, with)| with.id == deployment.id);
            brought.map(|(change, _)| *change).collect()
        }
        Event::DeployFailed { .. } | Event::RolledBack { .. } => Vec::new(),
    };
    let mut deployed: BTreeMap<_, BTreeSet<ChangeId>> = BTreeMap::new();
    for change in news {
        let Some((merged, by)) = service.merged.get(change).zip(first.get(change)) else { continue };
        for ticket in &merged.fixes {
            let brought = (ticket.clone(), by.at, by.id.clone());
            deployed.entry(brought).or_default().insert(change.clone());
        }
    }
    let deployed = deployed.into_iter().map(|((ticket, at, deployment), changes)| {
        (ticket, Command::Deployed { service: id.clone(), deployment, changes, at })
    });
    deployed.chain(reverted(service, event)).collect()
}

/// What is taken out again by this change, or was by another that was told of before.
fn reverted(service: &Service, event: &Event) -> Vec<(TicketKey, Command)> {
    let Event::ChangeMerged { change } = event else { return Vec::new() };
    let undone = change.reverts.as_ref().and_then(|undone| Some((service.merged.get(undone)?, change.at)));
    let mut others = service.merged.values().filter(|other| other.reverts.as_ref() == Some(&change.change));
    let already = others.next().map(|other| (change, other.at));
    let tickets = undone.into_iter().chain(already).flat_map(|(undone, at)| {
        undone
            .fixes
            .iter()
            .map(move |ticket| (ticket.clone(), Command::Revert { change: undone.change.clone(), at }))
    });
    tickets.collect()
}
