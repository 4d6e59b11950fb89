//! How a game day went.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::Serialize;

use crate::policy::Policies;
use crate::ticket::{Event, Ticket, TicketEntry, Verdict, evolve};
use crate::vocab::{PersonId, Recipient, Target, Time, Told};

/// How a game day went: who moved when, and which promises it would have kept.
///
/// The desk says it in the thread in which it was played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrillReport {
    /// When it began.
    pub began: Time,
    /// When it ended, if it has.
    pub ended: Option<Time>,
    /// After how long the cause was known.
    pub identified: Option<TimeDelta>,
    /// After how long service was back.
    pub mitigated: Option<TimeDelta>,
    /// What its priority promises, in order.
    pub promises: Vec<(Target, Verdict)>,
    /// Everybody who took part.
    pub people: Vec<Moved>,
    /// The lines of the script that were said.
    pub lines: Vec<Asked>,
}

/// What one person did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Who.
    pub person: PersonId,
    /// What they are called.
    pub name: String,
    /// After how long they were told, if they were.
    pub told: Option<TimeDelta>,
    /// After how long they first did something, if they did.
    pub moved: Option<TimeDelta>,
    /// How much they said.
    pub messages: u32,
}

/// A line of the script, and how long it took until somebody did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// Which, from 1.
    pub line: usize,
    /// After how long it was said.
    pub said: TimeDelta,
    /// How long after that somebody did something, if anybody did.
    pub answered: Option<TimeDelta>,
}

/// How a game day went, from its log. `None` for a ticket that is none.
pub fn drill_report(log: &[TicketEntry], policies: &Policies) -> Option<DrillReport> {
    let mut replayed: Option<Ticket> = None;
    log.iter().for_each(|entry| evolve(&mut replayed, entry));
    let ticket = replayed?;
    let (script, _) = ticket.drill.as_ref()?;
    let began = ticket.opened_at;
    let since = |at: Time| at - began;
    let mut told: BTreeMap<&PersonId, Time> = BTreeMap::new();
    for entry in log {
        let all: &[Told] = match &entry.event {
            Event::Escalated(fired) => &fired.told,
            Event::EscalatedByHand { told, .. } | Event::Unreached { told, .. } => told,
            _ => &[],
        };
        for one in all {
            if let Recipient::Person(person) = &one.to {
                told.entry(person).or_insert(entry.at);
            }
        }
    }
    // Whoever began it did so before it was one.
    let first = |person: &PersonId| {
        let theirs = log.iter().filter(|entry| entry.seq > 1 && entry.by.person() == Some(person));
        theirs.map(|entry| entry.at).next()
    };
    let people = script.participants.iter().map(|person| Moved {
        name: policies.current().name_of(person),
        told: told.get(person).copied().map(since),
        moved: first(person).map(since),
        messages: ticket.people.get(person).map_or(0, |part| part.messages),
        person: person.clone(),
    });
    let lines = log.iter().filter_map(|entry| match entry.event {
        Event::Prompted { line, due } => Some((line, due, entry.seq)),
        _ => None,
    });
    let lines = lines.map(|(line, due, seq)| {
        let after = log.iter().find(|entry| entry.seq > seq && entry.by.person().is_some());
        let answered = after.map(|entry| entry.at - due);
        Asked { line: usize::from(line) + 1, said: since(due), answered }
    });
    let ended = log.iter().rev().find(|entry| matches!(entry.event, Event::Resolved { .. }));
    Some(DrillReport {
        began,
        ended: ended.map(|entry| entry.at).filter(|_| !ticket.status.is_open()),
        identified: ticket.identified.map(since),
        mitigated: ticket.mitigated.map(since),
        promises: ticket.outcomes.iter().map(|outcome| (outcome.target, outcome.verdict)).collect(),
        people: people.collect(),
        lines: lines.collect(),
    })
}
