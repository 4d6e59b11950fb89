use std::collections::BTreeSet;

use supporty_core::adapter::{Attempt, DeadLetter, Error, NewEffect, OutboxLease, Settled};
use supporty_core::stream::EffectId;
use supporty_core::vocab::Time;

use super::state::{Dead, Queued, State};
use crate::shared::{fenced, not_dead};

impl State {
    /// A level that is queued changes in its place; a name that is known is not queued again.
    pub(super) fn enqueue(&mut self, effect: NewEffect) {
        let same_level = |queued: &&mut Queued| effect.level.is_some() && queued.level == effect.level;
        if let Some(queued) = self.outbox.values_mut().find(same_level) {
            queued.body = effect.body;
            queued.revision += 1;
        } else if !self.knows(&effect.id) {
            self.put_last(Queued {
                id: effect.id,
                lane: effect.lane,
                level: effect.level,
                body: effect.body,
                at: effect.at,
                wake: effect.at,
                revision: 0,
                attempts: 0,
                tried: false,
                fence: None,
            });
        }
    }

    pub(super) fn lease_outbox(&mut self, now: Time, until: Time, most: u32) -> Vec<OutboxLease> {
        let heads = self.heads().filter(|(_, head)| head.wake <= now);
        let mut due: Vec<_> = heads.map(|(position, head)| (head.wake, position)).collect();
        due.sort_unstable();
        due.truncate(most as usize);
        due.into_iter().filter_map(|(_, position)| self.lease_effect(position, until)).collect()
    }

    pub(super) fn begin(&mut self, attempt: &Attempt) -> Result<(), Error> {
        let position = self.leased(attempt)?;
        if let Some(queued) = self.outbox.get_mut(&position) {
            queued.tried = true;
            queued.attempts += 1;
        }
        Ok(())
    }

    pub(super) fn settle(&mut self, attempt: Attempt, settled: Settled) -> Result<(), Error> {
        let position = self.leased(&attempt)?;
        let Some(queued) = self.outbox.remove(&position) else { return Ok(()) };
        let over = Queued { fence: None, tried: false, ..queued };
        match settled {
            Settled::Delivered | Settled::Dropped if over.revision > attempt.revision => {
                self.put_last(Queued { at: attempt.at, wake: attempt.at, attempts: 0, ..over });
            }
            Settled::Delivered | Settled::Dropped => {}
            Settled::Retry { at, .. } => {
                self.outbox.insert(position, Queued { at, wake: at, ..over });
            }
            Settled::Postponed { at } => {
                let attempts = over.attempts.saturating_sub(1);
                self.outbox.insert(position, Queued { at, wake: at, attempts, ..over });
            }
            Settled::Dead { why } => {
                let effect = NewEffect { at: attempt.at, ..over.effect() };
                self.dead.push(Dead { effect, attempts: over.attempts, why, at: attempt.at });
            }
        }
        Ok(())
    }

    pub(super) fn dead_letters(&self) -> Vec<DeadLetter> {
        let letter = |dead: &Dead| DeadLetter {
            id: dead.effect.id.clone(),
            body: dead.effect.body.clone(),
            attempts: dead.attempts,
            why: dead.why.clone(),
            at: dead.at,
        };
        self.dead.iter().map(letter).collect()
    }

    pub(super) fn revive(&mut self, id: &EffectId, now: Time) -> Result<(), Error> {
        let Some(index) = self.dead.iter().position(|dead| dead.effect.id == *id) else {
            return Err(not_dead(id));
        };
        let dead = self.dead.remove(index);
        self.enqueue(NewEffect { at: now, ..dead.effect });
        Ok(())
    }

    pub(super) fn next_wake(&self) -> Option<Time> {
        let timers = self.timers.values().map(|timer| timer.wake);
        let inbox = self.waiting.values().map(|delivery| delivery.wake);
        let outbox = self.heads().map(|(_, head)| head.wake);
        timers.chain(inbox).chain(outbox).min()
    }

    /// The oldest effect of each lane, with its position.
    pub(super) fn heads(&self) -> impl Iterator<Item = (u64, &Queued)> {
        let mut lanes = BTreeSet::new();
        let oldest = self.outbox.iter().filter(move |(_, queued)| lanes.insert(&queued.lane));
        oldest.map(|(position, queued)| (*position, queued))
    }

    fn lease_effect(&mut self, position: u64, until: Time) -> Option<OutboxLease> {
        let queued = self.outbox.get_mut(&position)?;
        self.last_fence += 1;
        queued.fence = Some(self.last_fence);
        queued.wake = until;
        Some(OutboxLease {
            id: queued.id.clone(),
            body: queued.body.clone(),
            attempts: queued.attempts,
            tried: queued.tried,
            fence: self.last_fence,
            revision: queued.revision,
        })
    }

    fn leased(&self, attempt: &Attempt) -> Result<u64, Error> {
        let newest = |queued: &Queued| queued.id == attempt.id && queued.fence == Some(attempt.fence);
        let found = self.outbox.iter().find(|(_, queued)| newest(queued));
        found.map(|(position, _)| *position).ok_or_else(|| fenced(&attempt.id))
    }

    fn knows(&self, id: &EffectId) -> bool {
        self.outbox.values().any(|queued| queued.id == *id)
            || self.dead.iter().any(|dead| dead.effect.id == *id)
    }

    pub(super) fn put_last(&mut self, queued: Queued) {
        let position = self.outbox.last_key_value().map_or(1, |(last, _)| last + 1);
        self.outbox.insert(position, queued);
    }
}
