use serde::Serialize;

use super::{Desk, DeskError};
use crate::adapter::{Answer, Append, Commit, Handled, NewEffect, Row, Snapshot, Wake};
use crate::policy::Policies;
use crate::rules::{Change, Context, Redirect, Step, redirect, step};
use crate::stream::{Cause, StreamId};
use crate::ticket::{Command, Ticket};
use crate::vocab::{Actor, InboundKey, Place, TextRow, TicketKey, Time};

const TRIES: u32 = 16;
/// As many entries are read as fast as a state is.
const SNAPSHOT_EVERY: u64 = 100;

/// One thing that somebody asks, with what belongs into the same commit.
pub(super) struct Request<'a> {
    pub(super) by: &'a Actor,
    pub(super) cause: &'a Cause,
    pub(super) texts: &'a [TextRow],
    /// The delivery that it handles.
    pub(super) inbound: Option<&'a InboundKey>,
}

impl Desk {
    /// Decides and commits until nobody else was first, and follows a refusal to where the command goes instead.
    pub(super) async fn perform(
        &self,
        mut key: TicketKey,
        mut command: Command,
        request: &Request<'_>,
    ) -> Result<Answer, DeskError> {
        let mut conflicts = 0;
        while conflicts < TRIES {
            let now = self.inner.clock.now();
            let ticket = self.load(&key).await?;
            let others = self.involved(ticket.as_ref(), &command).await?;
            let policies = self.policies_for(ticket.iter().chain(others.values())).await?;
            let squad = ticket.as_ref().and_then(|ticket| ticket.squad.as_ref());
            let rotas = self.rotas_of(squad).await?;
            let context = Context {
                now,
                by: request.by,
                cause: request.cause,
                policies: &policies,
                key: &key,
                others: &others,
                roster: rotas.as_ref(),
            };
            let step = step(ticket.as_ref(), &command, &context);
            let next = step.answer.as_ref().err().and_then(|rejection| redirect(&key, &command, rejection));
            match next {
                None => match self.commit(&step, &command, request, &policies, now).await {
                    Err(error) if error.is_conflict() => {
                        conflicts += 1;
                        self.inner.counters.conflict();
                    }
                    answer => return answer,
                },
                Some(Redirect::To { ticket, command: there }) => (key, command) = (ticket, there),
                Some(Redirect::FollowUp(follow_up)) => {
                    key = self.reserve().await?;
                    command = follow_up;
                }
            }
        }
        Err(DeskError::Contended(TRIES))
    }

    pub(super) async fn reserve(&self) -> Result<TicketKey, DeskError> {
        let prefix = self.policies().current().spec().key_prefix.clone();
        Ok(self.inner.store.reserve(prefix).await?)
    }

    async fn commit(
        &self,
        step: &Step,
        command: &Command,
        request: &Request<'_>,
        policies: &Policies,
        now: Time,
    ) -> Result<Answer, DeskError> {
        let ticket =
            step.changes.first().filter(|change| change.ticket.is_some()).map(|change| change.key.clone());
        let answer = Answer { ticket, outcome: step.answer.clone() };
        let done = step.answer.is_ok();
        // A tick that found nothing due arms the timer again, which ends its lease.
        let touched =
            step.changes.iter().filter(|change| !change.entries.is_empty() || *command == Command::Tick);
        let appends = touched.map(|change| append(change, policies)).collect::<Result<Vec<_>, _>>()?;
        let commit = Commit {
            appends,
            texts: if done { request.texts.to_vec() } else { Vec::new() },
            effects: step.effects.iter().map(|effect| new_effect(effect, now)).collect::<Result<_, _>>()?,
            places: place(step, command).into_iter().filter(|_| done).collect(),
            handled: match request.inbound {
                Some(key) => {
                    let answer = serde_json::to_string(&answer).map_err(DeskError::stored("answer"))?;
                    Some(Handled { key: key.clone(), answer, at: now })
                }
                None => None,
            },
            policies: Vec::new(),
        };
        if commit != Commit::default() {
            self.inner.store.commit(commit).await?;
            if request.inbound.is_some() {
                self.inner.counters.handled(!done);
            }
            for ticket in step.changes.iter().filter_map(|change| change.ticket.as_ref()) {
                self.remember(ticket.clone());
            }
            self.changed();
        }
        Ok(answer)
    }
}

fn append(change: &Change, policies: &Policies) -> Result<Append, DeskError> {
    let entries = change.entries.iter().map(crate::stream::Entry::encode).collect::<Result<_, _>>()?;
    let ticket = change.ticket.as_ref();
    Ok(Append {
        wake: change.wake.as_ref().map(|deadline| Wake::planned(deadline.wake)),
        row: ticket.map(|ticket| Row::of(ticket, policies)),
        snapshot: ticket.and_then(|ticket| snapshot(ticket, (Ticket::FORMAT, ticket.seq), change.after)),
        ..Append::new(StreamId::Ticket(change.key.clone()), change.after, entries)
    })
}

/// What a long stream has become, once in so many entries.
pub(super) fn snapshot(state: &impl Serialize, (format, seq): (&str, u64), after: u64) -> Option<Snapshot> {
    if seq / SNAPSHOT_EVERY == after / SNAPSHOT_EVERY {
        return None;
    }
    // Only a cache: without it the entries are read.
    let body = serde_json::to_string(state).ok()?;
    Some(Snapshot { seq, format: format.to_owned(), body })
}

pub(super) fn new_effect(effect: &crate::effect::Effect, at: Time) -> Result<NewEffect, DeskError> {
    Ok(NewEffect {
        id: effect.id.clone(),
        lane: effect.intent.lane(),
        level: effect.intent.level(),
        body: serde_json::to_string(effect).map_err(DeskError::stored("effect"))?,
        at: effect.intent.not_before().map_or(at, |later| later.max(at)),
    })
}

fn place(step: &Step, command: &Command) -> Option<(Place, StreamId)> {
    let place = match command {
        Command::Place { place, .. } => place,
        Command::Raise { by, .. } => &by.place,
        _ => return None,
    };
    let change = step.changes.first()?;
    Some((place.clone(), StreamId::Ticket(change.key.clone())))
}
