//! Rotas in memory: what people arrange holds at once.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::World;
use crate::rota::{self, Refusal, RotaEntry, Rotas};
use crate::stream::{Cause, Entry};
use crate::vocab::{Actor, Period, RotaId, Time, micros};

/// Days before and after an instant for which schedules are made ready.
const READY: (i64, i64) = (62, 400);
/// How near their end an instant may come before more is made ready.
const NEAR: i64 = 100;

impl World {
    /// Gives the desk the rotas of its policy, with what was arranged on them so far, ready for the time around an
    /// instant. A policy without rotas needs none.
    pub fn staff_around(&mut self, at: Time) {
        let policy = self.policies.in_force();
        let known = self.rotas.as_ref();
        let near = TimeDelta::days(NEAR);
        let ready = |rotas: &&Rotas| {
            let (ready, version) = (rotas.ready(), rotas.policy().version());
            version == policy.version() && ready.from <= at && at + near < ready.until
        };
        if known.is_none() && policy.spec().rotas.is_empty() || known.filter(ready).is_some() {
            return;
        }
        let states = known.map_or_else(BTreeMap::new, Rotas::states);
        let ready = Period::new(at - TimeDelta::days(READY.0), at + TimeDelta::days(READY.1));
        self.rotas = Some(Rotas::new(&policy, &states, ready));
    }

    /// Somebody arranges something on a rota, at that instant. The answer is the number of the entry that it made.
    pub fn arrange(
        &mut self,
        at: Time,
        by: &Actor,
        id: &RotaId,
        command: &rota::Command,
    ) -> Result<u64, Refusal> {
        self.staff_around(at);
        let now = micros(at);
        let rotas = self.rotas.as_ref().ok_or(Refusal::NoSuchRota)?;
        let plan = rotas.plan(id).ok_or(Refusal::NoSuchRota)?;
        let mut state = rotas.state(id).cloned().ok_or(Refusal::NoSuchRota)?;
        let context = rota::Context { now, by, policy: rotas.policy(), plan };
        let events = rota::decide(&state, command, &context)?;
        let (after, at) = (state.seq, state.at.map_or(now, |last| now.max(last)));
        let cause = Cause::Inbound("world".into());
        let entries: Vec<RotaEntry> = (after + 1..)
            .zip(events)
            .map(|(seq, event)| Entry { seq, at, by: by.clone(), cause: cause.clone(), event })
            .collect();
        entries.iter().for_each(|entry| rota::evolve(&mut state, entry));
        let effects = rota::react(id, &state, &entries, &context);
        let (seq, before) = (state.seq, self.log.len());
        self.rotas = self.rotas.take().map(|rotas| rotas.with(id, state));
        self.rota_log.extend(entries.into_iter().map(|entry| (before, id.clone(), entry)));
        self.effects.extend(effects);
        self.route(now);
        Ok(seq)
    }

    /// What was arranged on rotas, in order, each with how many entries of tickets came before it.
    pub fn rota_entries(&self) -> &[(usize, RotaId, RotaEntry)] {
        &self.rota_log
    }
}
