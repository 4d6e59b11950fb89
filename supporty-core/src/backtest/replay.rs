use std::collections::VecDeque;

use serde::Serialize;

use super::compare::Compared;
use super::group::{self, Reader, Stream};
use super::record::Record;
use crate::effect::{Effect, Intent};
use crate::policy::{Policies, Policy, Roster};
use crate::rota::Rotas;
use crate::rules::{Advanced, Context, Progress, Rejection, advance, involved, react, retell};
use crate::stream::Cause;
use crate::ticket::{Command, CommandKind, Event, Ticket, TicketEntry, evolve};
use crate::vocab::{Actor, Period, PersonId, TicketKey, Time};
use crate::world::sent;

/// A policy that history is replayed under. It holds no history: groups of tickets are replayed one after the other, or
/// side by side.
#[derive(Debug, Clone)]
pub struct Backtest {
    pub(super) policies: Policies,
    pub(super) rotas: Option<Rotas>,
    pub(super) until: Time,
}

/// A group of tickets that was replayed.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// What became of each ticket, in order of their keys.
    pub compared: Vec<Compared>,
    /// What happened to each under the tested policy, in the same order; no entry for one that was never opened.
    pub logs: Vec<Stream>,
}

/// Something that somebody did and that the tested policy does not allow, so that it could not be replayed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// When.
    pub at: Time,
    /// Who.
    pub by: Actor,
    /// What.
    pub command: CommandKind,
    /// Why not.
    pub why: Rejection,
    /// It had no meaning any more and is missed by nothing: nobody looks at what they were never told.
    pub moot: bool,
}

impl Backtest {
    /// A backtest of a policy, over what happened until an instant: time goes on to it, and no further.
    ///
    /// Who is on is asked of the rotas: those of the tested policy, with what people arranged. Without rotas it is whom the
    /// policy names.
    pub fn new(policy: Policy, rotas: Option<Rotas>, until: Time) -> Self {
        Self { policies: Policies::new(policy), rotas, until }
    }

    /// The tested policy.
    pub fn policy(&self) -> &Policy {
        self.policies.current()
    }

    /// Replays tickets that had to do with each other, in any order: all that [`linked`](super::linked) finds. One that is
    /// missing is as one that never was.
    pub fn replay(&self, group: &[Stream]) -> Replayed {
        let done = self.again(group).into_iter().map(|(stream, again)| {
            let mut before = Record::of(&stream.entries);
            before.call_outs = called_out(&stream.entries, &before, &self.policies);
            let entries = again.progress.entries;
            let mut after = Record::of(&entries);
            after.call_outs = again.call_outs;
            let key = stream.key.clone();
            let compared = Compared { ticket: key.clone(), before, after, refused: again.refused };
            (compared, Stream { key, entries })
        });
        let (compared, logs) = done.unzip();
        Replayed { compared, logs }
    }

    /// As [`replay`](Self::replay), but for what is not asked by a sweep: what was, and who was called out.
    pub(super) fn after<'a>(&'a self, group: &'a [Stream]) -> impl Iterator<Item = Record> + use<'a> {
        self.again(group).into_iter().map(|(_, again)| Record::of(&again.progress.entries))
    }

    /// Every ticket of a group as it happened again, in order of their keys.
    fn again<'a>(&'a self, group: &'a [Stream]) -> Vec<(&'a Stream, Again<'a>)> {
        let roster: &dyn Roster = match &self.rotas {
            Some(rotas) => rotas,
            None => self.policies.current(),
        };
        let mut streams: Vec<_> = group.iter().collect();
        streams.sort_by_key(|stream| &stream.key);
        let mut readers: Vec<_> =
            streams.iter().map(|stream| Reader { key: &stream.key, rest: &stream.entries }).collect();
        let tickets = streams.iter().map(|stream| Again::new(&stream.key)).collect();
        let mut run = Run { policies: &self.policies, roster, tickets };
        while let Some(index) = group::next(&readers) {
            let Some((entry, rest)) = readers.get(index).and_then(|reader| reader.rest.split_first()) else {
                break;
            };
            readers.iter_mut().skip(index).take(1).for_each(|reader| reader.rest = rest);
            run.retell(index, entry);
        }
        run.pass(self.until);
        streams.into_iter().zip(run.tickets).collect()
    }
}

/// Whoever was woken and worked. A ticket that escalated to nobody called nobody out.
fn called_out(log: &[TicketEntry], record: &Record, policies: &Policies) -> Vec<(PersonId, Period)> {
    let mut called = Vec::new();
    let by_hand = || log.iter().any(|entry| matches!(entry.event, Event::EscalatedByHand { .. }));
    if record.escalations == 0 && record.pages.is_empty() && !by_hand() {
        return called;
    }
    let mut ticket = None;
    for entry in log {
        evolve(&mut ticket, entry);
        if let (Some(ticket), Event::Resolved { .. }) = (&ticket, &entry.event) {
            let effects = react(ticket, std::slice::from_ref(entry), policies);
            called.extend(effects.iter().filter_map(call_out));
        }
    }
    called
}

fn call_out(effect: &Effect) -> Option<(PersonId, Period)> {
    match &effect.intent {
        Intent::CallOut(one) => Some((one.person.clone(), one.period)),
        _ => None,
    }
}

/// One ticket as it happens again.
struct Again<'a> {
    key: &'a TicketKey,
    /// The ticket, with everything that has happened to it.
    progress: Progress,
    wake: Option<Time>,
    call_outs: Vec<(PersonId, Period)>,
    refused: Vec<Refused>,
}

impl<'a> Again<'a> {
    fn new(key: &'a TicketKey) -> Self {
        let (call_outs, refused) = (Vec::new(), Vec::new());
        Self { key, progress: Progress::new(key, None), wake: None, call_outs, refused }
    }

    /// Sees to what a command added after the entries that were known.
    fn follow(&mut self, known: usize, command: &Command, context: &Context<'_>) -> Vec<Effect> {
        let wake = self.progress.wake(context.policies).map(|deadline| deadline.wake);
        self.wake = wake.filter(|wake| *wake > context.now || *command != Command::Tick);
        let new = self.progress.entries.get(known..).unwrap_or_default();
        let ticket = self.progress.ticket.iter();
        ticket.flat_map(|ticket| follows(ticket, new, context.policies)).collect()
    }
}

struct Run<'a> {
    policies: &'a Policies,
    roster: &'a dyn Roster,
    /// By key.
    tickets: Vec<Again<'a>>,
}

impl<'a> Run<'a> {
    fn retell(&mut self, index: usize, entry: &TicketEntry) {
        self.pass(entry.at);
        let Some(command) = self.command(index, entry) else { return };
        let Err(why) = self.submit(index, entry.at, &entry.by, &entry.cause, &command) else { return };
        let untold = matches!(why, Rejection::NotTold | Rejection::Unchanged);
        let moot = command.kind() == CommandKind::Acknowledge && untold;
        let refused = Refused { at: entry.at, by: entry.by.clone(), command: command.kind(), why, moot };
        self.tickets.iter_mut().skip(index).take(1).for_each(|again| again.refused.push(refused.clone()));
    }

    /// What is asked again: nothing where time did it, where it is about a page that is not on its way, and where a ticket
    /// was put under another policy.
    fn command(&self, index: usize, entry: &TicketEntry) -> Option<Command> {
        match &entry.event {
            Event::Replanned { .. } => None,
            Event::Assigned { to } if entry.by == Actor::Desk => Some(Command::Assign { to: to.clone() }),
            Event::Undelivered { person, adapter } => {
                let page = self.tickets.get(index)?.progress.ticket.as_ref()?.pages.get(person);
                page.filter(|page| page.adapter == *adapter).and_then(|_| retell(entry))
            }
            _ => retell(entry),
        }
    }

    /// Everything that falls due up to and at an instant happens, in order.
    fn pass(&mut self, until: Time) {
        loop {
            let wakes =
                self.tickets.iter().enumerate().filter_map(|(index, again)| Some((again.wake?, index)));
            let Some((wake, index)) = wakes.min().filter(|(wake, _)| *wake <= until) else { return };
            // Whatever is not settled by then never will be.
            self.tickets.iter_mut().skip(index).take(1).for_each(|again| again.wake = None);
            let _ = self.submit(index, wake, &Actor::Desk, &Cause::Timer, &Command::Tick);
        }
    }

    fn submit(
        &mut self,
        index: usize,
        at: Time,
        by: &Actor,
        cause: &Cause,
        command: &Command,
    ) -> Result<(), Rejection> {
        let (answer, effects) = self.step(index, at, by, cause, command);
        let mut sends: VecDeque<_> = effects.iter().filter_map(sent).collect();
        while let Some((cause, key, command)) = sends.pop_front() {
            let Some(index) = self.tickets.iter().position(|again| *again.key == key) else { continue };
            // Whoever is asked may refuse: an incident that ended has nothing to hear.
            let (_, effects) = self.step(index, at, &Actor::Desk, &cause, &command);
            sends.extend(effects.iter().filter_map(sent));
        }
        answer
    }

    fn step(
        &mut self,
        index: usize,
        at: Time,
        by: &Actor,
        cause: &Cause,
        command: &Command,
    ) -> (Result<(), Rejection>, Vec<Effect>) {
        let Some(again) = self.tickets.get(index) else { return (Ok(()), Vec::new()) };
        let known =
            |key: &TicketKey| self.tickets.iter().find(|again| again.key == key)?.progress.ticket.as_ref();
        let others = involved(again.progress.ticket.as_ref(), command, known);
        let (policies, roster, key) = (self.policies, self.roster, again.key);
        let context = Context { now: at, by, cause, policies, key, others: &others, roster };
        let Some(again) = self.tickets.get_mut(index) else { return (Ok(()), Vec::new()) };
        let known = again.progress.entries.len();
        let Advanced { others, answer, .. } = advance(&mut again.progress, command, &context);
        let mut effects = again.follow(known, command, &context);
        for progress in others {
            let Some(other) = self.tickets.iter_mut().find(|again| *again.key == progress.key) else {
                continue;
            };
            let known = other.progress.entries.len();
            other.progress.take(progress);
            effects.extend(other.follow(known, command, &context));
        }
        for effect in &effects {
            let Intent::CallOut(one) = &effect.intent else { continue };
            let theirs = self.tickets.iter_mut().find(|again| *again.key == one.ticket);
            theirs.into_iter().for_each(|again| again.call_outs.push((one.person.clone(), one.period)));
        }
        (answer.map(drop), effects)
    }
}

/// What is done about new entries, as far as it is compared: what reports hear, and who was called out.
fn follows(ticket: &Ticket, new: &[TicketEntry], policies: &Policies) -> Vec<Effect> {
    let resolved = || new.iter().any(|entry| matches!(entry.event, Event::Resolved { .. }));
    match !ticket.reports.is_empty() || !ticket.paged.is_empty() && resolved() {
        true if !new.is_empty() => react(ticket, new, policies),
        _ => Vec::new(),
    }
}
