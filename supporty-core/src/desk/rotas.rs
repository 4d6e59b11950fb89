use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use chrono::TimeDelta;
use tracing::Instrument;

use super::commit::new_effect;
use super::once::handled;
use super::{Desk, DeskError};
use crate::adapter::{Append, Commit, RotaInbound, Store, Wake};
use crate::policy::Policy;
use crate::rota::{
    Command, Context, Event, Refusal, RotaEntry, RotaState, Rotas, decide, evolve, next_deadline, react,
};
use crate::stream::{Cause, Entry, StreamId};
use crate::vocab::{Actor, Period, RotaId, SquadId, TextRow, Time, micros};

const TRIES: u32 = 16;
/// Days before and after now for which the schedules are kept ready.
const READY: (i64, i64) = (62, 400);
/// How near the end of what is ready may come before more is made ready.
const NEAR: i64 = 100;

impl Desk {
    /// The rotas as they are by now, with what other workers wrote.
    pub async fn rotas(&self) -> Result<Arc<Rotas>, DeskError> {
        let ids: Vec<_> = self.policies().current().spec().rotas.keys().cloned().collect();
        self.fresh(&ids).await
    }

    /// The rotas, with the newest of those of a squad.
    pub(super) async fn rotas_of(&self, squad: Option<&SquadId>) -> Result<Arc<Rotas>, DeskError> {
        let policies = self.policies();
        let squad = squad.and_then(|squad| policies.current().spec().squads.get(squad));
        let rotas = squad.into_iter().flat_map(|squad| [&squad.gardener_rota, &squad.on_call_rota]);
        let ids: Vec<_> = rotas.flatten().cloned().collect();
        self.fresh(&ids).await
    }

    async fn fresh(&self, ids: &[RotaId]) -> Result<Arc<Rotas>, DeskError> {
        let mut rotas = self.known_rotas();
        for id in ids {
            let Some(known) = rotas.state(id) else { continue };
            let state = read(self.inner.store.as_ref(), id, known.clone()).await?;
            if state.seq > known.seq {
                rotas = self.keep_rota(id, state);
            }
        }
        let now = self.inner.clock.now();
        if rotas.ready().until < now + TimeDelta::days(NEAR) || now < rotas.ready().from {
            let states = rotas.states();
            rotas = Arc::new(Rotas::new(self.policies().current(), &states, ready(now)));
            *self.inner.rotas.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&rotas);
        }
        Ok(rotas)
    }

    fn known_rotas(&self) -> Arc<Rotas> {
        Arc::clone(&self.inner.rotas.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn keep_rota(&self, id: &RotaId, state: RotaState) -> Arc<Rotas> {
        let mut held = self.inner.rotas.write().unwrap_or_else(PoisonError::into_inner);
        if held.state(id).is_none_or(|known| known.seq < state.seq) {
            *held = Arc::new((**held).clone().with(id, state));
        }
        Arc::clone(&held)
    }

    /// Arranges something on a rota, once: a key that was handled before is answered with what it did then.
    ///
    /// The answer is the number of the entry that it made, by which it can be taken, undone or confirmed later.
    pub async fn arrange(&self, asked: RotaInbound) -> Result<Result<u64, Refusal>, DeskError> {
        let span = tracing::info_span!("arrange", key = %asked.key, rota = %asked.rota);
        let taking = async {
            if let Some(answer) = self.known_answer(&asked.key, &asked).await? {
                return Ok(answer);
            }
            let decided = self.decide_rota(asked.clone()).await;
            self.answered_once(&asked.key, &asked, decided).await
        };
        taking.instrument(span).await
    }

    pub(super) async fn decide_rota(&self, asked: RotaInbound) -> Result<Result<u64, Refusal>, DeskError> {
        let by = self.policies().current().actor(&asked.from);
        let author = by.person().cloned();
        let texts = asked.texts.into_iter().map(|text| TextRow { author: author.clone(), ..text });
        let cause = Cause::Inbound(asked.key);
        self.perform_rota(&asked.rota, &asked.command, &by, &cause, texts.collect()).await
    }

    pub(super) async fn perform_rota(
        &self,
        id: &RotaId,
        command: &Command,
        by: &Actor,
        cause: &Cause,
        texts: Vec<TextRow>,
    ) -> Result<Result<u64, Refusal>, DeskError> {
        for _ in 0..TRIES {
            let now = micros(self.inner.clock.now());
            let rotas = self.fresh(std::slice::from_ref(id)).await?;
            let (plan, state) = (rotas.plan(id), rotas.state(id));
            let decided = plan.zip(state).ok_or(Refusal::NoSuchRota).and_then(|(plan, state)| {
                let context = Context { now, by, policy: rotas.policy(), plan };
                decide(state, command, &context).map(|events| (state.clone(), plan.clone(), events))
            });
            let (mut state, plan, events) = match decided {
                Ok(decided) => decided,
                Err(refusal) => return self.refused(id, cause, refusal, now).await,
            };
            let after = state.seq;
            let at = state.at.map_or(now, |last| now.max(last));
            let entries: Vec<RotaEntry> = (after + 1..)
                .zip(events)
                .map(|(seq, event)| {
                    // What time did is nobody's, though somebody's command made the desk look.
                    let (by, cause) = match event {
                        Event::SwapExpired { .. } | Event::LookedAfter { .. } | Event::HandedOver { .. } => {
                            (Actor::Desk, Cause::Timer)
                        }
                        _ => (by.clone(), cause.clone()),
                    };
                    Entry { seq, at, by, cause, event }
                })
                .collect();
            entries.iter().for_each(|entry| evolve(&mut state, entry));
            let context = Context { now, by, policy: rotas.policy(), plan: &plan };
            let effects = react(id, &state, &entries, &context);
            let wake = next_deadline(&state, &plan).map(Wake::planned);
            let encoded = entries.iter().map(Entry::encode).collect::<Result<_, _>>()?;
            let append = Append { wake, ..Append::new(StreamId::Rota(id.clone()), after, encoded) };
            let commit = Commit {
                appends: vec![append],
                texts: texts.clone(),
                effects: effects.iter().map(|effect| new_effect(effect, now)).collect::<Result<_, _>>()?,
                handled: handled::<Refusal>(cause, &Ok(state.seq), now)?,
                ..Commit::default()
            };
            match self.inner.store.commit(commit).await.map_err(DeskError::from) {
                Err(error) if error.is_conflict() => self.inner.counters.conflict(),
                Err(error) => return Err(error),
                Ok(()) => {
                    if matches!(cause, Cause::Inbound(_)) {
                        self.inner.counters.handled(false);
                    }
                    let seq = state.seq;
                    self.keep_rota(id, state);
                    self.changed();
                    return Ok(Ok(seq));
                }
            }
        }
        Err(DeskError::Contended(TRIES))
    }

    /// The timer of a rota that the policy no longer has is disarmed.
    async fn refused(
        &self,
        id: &RotaId,
        cause: &Cause,
        refusal: Refusal,
        now: Time,
    ) -> Result<Result<u64, Refusal>, DeskError> {
        if *cause == Cause::Timer {
            let after = read(self.inner.store.as_ref(), id, RotaState::default()).await?.seq;
            let append = Append::new(StreamId::Rota(id.clone()), after, Vec::new());
            self.inner.store.commit(Commit { appends: vec![append], ..Commit::default() }).await?;
        }
        let answer = Err(refusal);
        if let Some(handled) = handled(cause, &answer, now)? {
            self.inner.store.commit(Commit { handled: Some(handled), ..Commit::default() }).await?;
            self.inner.counters.handled(true);
        }
        Ok(answer)
    }
}

fn ready(now: Time) -> Period {
    Period::new(now - TimeDelta::days(READY.0), now + TimeDelta::days(READY.1))
}

/// Every rota of a policy, as the store has it.
pub(super) async fn read_all(store: &dyn Store, policy: &Policy, now: Time) -> Result<Rotas, DeskError> {
    let mut states = BTreeMap::new();
    for id in policy.spec().rotas.keys() {
        states.insert(id.clone(), read(store, id, RotaState::default()).await?);
    }
    Ok(Rotas::new(policy, &states, ready(now)))
}

async fn read(store: &dyn Store, id: &RotaId, mut state: RotaState) -> Result<RotaState, DeskError> {
    let stream = StreamId::Rota(id.clone());
    for raw in store.load(stream.clone(), state.seq).await? {
        evolve(&mut state, &RotaEntry::decode(&stream, &raw)?);
    }
    Ok(state)
}
