use std::collections::BTreeMap;

use super::decide::{decide, for_others};
use super::plan::{Deadline, soonest};
use super::{Accepted, Context, Rejection, react, settle};
use crate::effect::Effect;
use crate::policy::Policies;
use crate::stream::{Cause, Entry};
use crate::ticket::{Command, Event, Ticket, TicketEntry, evolve};
use crate::vocab::{Actor, TicketKey, Time};

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
    let mut subject = Progress::new(context.key, ticket.cloned());
    let Advanced { others, now, answer } = advance(&mut subject, command, context);
    let context = Context { now, ..*context };
    let all = std::iter::once(subject).chain(others);
    let changes: Vec<_> = all.map(|progress| progress.change(&context)).collect();
    let effects = changes.iter().flat_map(|change| react_to(change, &context)).collect();
    Step { changes, effects, answer }
}

/// What a command made of its own ticket and of others.
pub(crate) struct Advanced {
    /// The others that it touched.
    pub(crate) others: Vec<Progress>,
    /// When that was: a clock that steps back stands still for the tickets that are ahead of it.
    pub(crate) now: Time,
    pub(crate) answer: Result<Accepted, Rejection>,
}

/// A step without what is to be done about it. Every policy that the tickets are measured by is known.
pub(crate) fn advance(subject: &mut Progress, command: &Command, context: &Context<'_>) -> Advanced {
    let involved = subject.ticket.iter().chain(context.others.values());
    let now = involved.fold(context.now, |now, ticket| now.max(ticket.last_at));
    let context = &Context { now, ..*context };
    let apart = context.others.iter().filter(|(key, _)| *key != context.key);
    let mut others: BTreeMap<&TicketKey, Progress> =
        apart.map(|(key, other)| (key, Progress::new(key, Some(other.clone())))).collect();
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
    Advanced { others: touched.collect(), now, answer }
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
pub(crate) struct Progress {
    pub(crate) key: TicketKey,
    after: u64,
    pub(crate) ticket: Option<Ticket>,
    pub(crate) entries: Vec<TicketEntry>,
    /// Its first deadlines as it stands, once they were worked out.
    plan: Option<Vec<Deadline>>,
}

impl Progress {
    pub(crate) fn new(key: &TicketKey, ticket: Option<Ticket>) -> Self {
        let after = ticket.as_ref().map_or(0, |ticket| ticket.seq);
        Self { key: key.clone(), after, ticket, entries: Vec::new(), plan: None }
    }

    /// When it must be looked at again, if nothing happens before.
    pub(crate) fn wake(&mut self, policies: &Policies) -> Option<&Deadline> {
        self.plan(policies).first()
    }

    /// Goes on as another that began where this one stands.
    pub(crate) fn take(&mut self, other: Self) {
        self.entries.extend(other.entries);
        (self.ticket, self.plan) = (other.ticket, other.plan);
    }

    fn plan(&mut self, policies: &Policies) -> &[Deadline] {
        let ticket = self.ticket.as_ref();
        self.plan.get_or_insert_with(|| ticket.map(|ticket| soonest(ticket, policies)).unwrap_or_default())
    }

    fn seq(&self) -> u64 {
        self.ticket.as_ref().map_or(0, |ticket| ticket.seq)
    }

    fn append(&mut self, event: Event, context: &Context<'_>, by: &Actor, cause: &Cause) {
        let entry =
            Entry { seq: self.seq() + 1, at: context.now, by: by.clone(), cause: cause.clone(), event };
        evolve(&mut self.ticket, &entry);
        self.entries.push(entry);
        self.plan = None;
    }

    fn settle(&mut self, context: &Context<'_>) {
        let mut bound = None;
        for fired in 0.. {
            if self.plan(context.policies).first().is_none_or(|next| next.wake > context.now) {
                return;
            }
            let (Some(ticket), Some(deadlines)) = (&self.ticket, &self.plan) else { return };
            let bound = *bound.get_or_insert_with(|| settle::bound(ticket, context));
            debug_assert!(fired < bound, "settling did not end within {bound} deadlines");
            if fired >= bound {
                return;
            }
            for event in settle::fire(ticket, context, deadlines) {
                self.append(event, context, &Actor::Desk, &Cause::Timer);
            }
        }
    }

    fn change(mut self, context: &Context<'_>) -> Change {
        let wake = self.wake(context.policies).cloned();
        Change { key: self.key, after: self.after, entries: self.entries, ticket: self.ticket, wake }
    }
}
