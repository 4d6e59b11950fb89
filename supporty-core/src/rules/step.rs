use std::collections::BTreeMap;

use super::decide::{decide, for_others};
use super::plan::{Deadline, next_deadline};
use super::{Accepted, Context, Rejection, react, settle};
use crate::effect::Effect;
use crate::stream::{Cause, Entry};
use crate::ticket::{Command, Event, Ticket, TicketEntry, evolve};
use crate::vocab::{Actor, TicketKey};

/// Everything that one command makes happen. It is committed whole, even when the command was refused: what was due is
/// settled all the same.
#[derive(Debug, Clone)]
pub struct Step {
    /// The tickets that it touched, the command's own first.
    pub changes: Vec<Change>,
    /// What to do about it, in order.
    pub effects: Vec<Effect>,
    /// What became of the command.
    pub answer: Result<Accepted, Rejection>,
}

/// One ticket that a step touched.
#[derive(Debug, Clone)]
pub struct Change {
    /// Which.
    pub key: TicketKey,
    /// The number of its last entry before the step.
    pub after: u64,
    /// Its new entries.
    pub entries: Vec<TicketEntry>,
    /// The ticket after them; `None` if it still does not exist.
    pub ticket: Option<Ticket>,
    /// When to look at it again.
    pub wake: Option<Deadline>,
}

/// Settles everything that is due, then does the command, then settles what that made due.
///
/// Settling is bounded by the number of promises, warnings and rungs of the policy. Afterwards nothing is due.
pub fn step(ticket: Option<&Ticket>, command: &Command, context: &Context<'_>) -> Step {
    if let Some(version) = missing_policy(ticket, context) {
        let answer = Err(Rejection::PolicyMissing { version });
        return Step { changes: Vec::new(), effects: Vec::new(), answer };
    }
    let involved = || ticket.into_iter().chain(context.others.values());
    // A clock that steps back stands still for the tickets that are ahead of it.
    let now = involved().fold(context.now, |now, ticket| now.max(ticket.last_at));
    let context = &Context { now, ..*context };
    let mut subject = Progress::new(context.key, ticket);
    let apart = context.others.iter().filter(|(key, _)| *key != context.key);
    let mut others: BTreeMap<&TicketKey, Progress> =
        apart.map(|(key, other)| (key, Progress::new(key, Some(other)))).collect();
    subject.settle(context);
    others.values_mut().for_each(|other| other.settle(context));

    let settled =
        others.iter().filter_map(|(key, other)| Some(((*key).clone(), other.ticket.clone()?))).collect();
    let context = Context { others: &settled, ..*context };
    let decided = decide(subject.ticket.as_ref(), command, &context);
    let answer = decided.map(|events| {
        for (key, event) in for_others(subject.ticket.as_ref(), &events, &context) {
            if let Some(other) = others.get_mut(&key) {
                other.append(event, &context, context.by, context.cause);
            }
        }
        for event in events {
            subject.append(event, &context, context.by, context.cause);
        }
        subject.settle(&context);
        others.values_mut().for_each(|other| other.settle(&context));
        Accepted { ticket: context.key.clone(), seq: subject.seq() }
    });

    let touched = others.into_values().filter(|other| !other.entries.is_empty());
    let changes: Vec<_> =
        std::iter::once(subject).chain(touched).map(|progress| progress.change(&context)).collect();
    let effects = changes.iter().flat_map(|change| react_to(change, &context)).collect();
    Step { changes, effects, answer }
}

fn react_to(change: &Change, context: &Context<'_>) -> Vec<Effect> {
    match &change.ticket {
        Some(ticket) if !change.entries.is_empty() => react(ticket, &change.entries, context.policies),
        _ => Vec::new(),
    }
}

fn missing_policy(ticket: Option<&Ticket>, context: &Context<'_>) -> Option<crate::vocab::PolicyVersion> {
    let involved = ticket.into_iter().chain(context.others.values());
    let mut pins = involved.flat_map(|ticket| &ticket.pins);
    pins.find(|pin| context.policies.get(&pin.version).is_none()).map(|pin| pin.version.clone())
}

/// One ticket on its way through a step.
struct Progress {
    key: TicketKey,
    after: u64,
    ticket: Option<Ticket>,
    entries: Vec<TicketEntry>,
}

impl Progress {
    fn new(key: &TicketKey, ticket: Option<&Ticket>) -> Self {
        let after = ticket.map_or(0, |ticket| ticket.seq);
        Self { key: key.clone(), after, ticket: ticket.cloned(), entries: Vec::new() }
    }

    fn seq(&self) -> u64 {
        self.ticket.as_ref().map_or(0, |ticket| ticket.seq)
    }

    fn append(&mut self, event: Event, context: &Context<'_>, by: &Actor, cause: &Cause) {
        let entry =
            Entry { seq: self.seq() + 1, at: context.now, by: by.clone(), cause: cause.clone(), event };
        evolve(&mut self.ticket, &entry);
        self.entries.push(entry);
    }

    fn settle(&mut self, context: &Context<'_>) {
        let Some(ticket) = &self.ticket else { return };
        let bound = settle::bound(ticket, context);
        for _ in 0..bound {
            let Some(events) = self.ticket.as_ref().and_then(|ticket| settle::due(ticket, context)) else {
                return;
            };
            for event in events {
                self.append(event, context, &Actor::Desk, &Cause::Timer);
            }
        }
        debug_assert!(
            self.ticket.as_ref().is_none_or(|ticket| settle::due(ticket, context).is_none()),
            "settling did not end within {bound} deadlines"
        );
    }

    fn change(self, context: &Context<'_>) -> Change {
        let wake = self.ticket.as_ref().and_then(|ticket| next_deadline(ticket, context.policies));
        Change { key: self.key, after: self.after, entries: self.entries, ticket: self.ticket, wake }
    }
}
