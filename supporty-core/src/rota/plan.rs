use std::sync::Arc;

use super::sweep::sweep;
use super::turns::{Turn, turns as turns_of};
use super::{RotaState, Schedule, TurnRef};
use crate::policy::{Policy, Rota};
use crate::vocab::{Period, RotaId, Time};

/// A rota's turns, ready to be asked: the part of a schedule that the policy alone decides. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Plan {
    known: Arc<Known>,
}

#[derive(Debug)]
pub(super) struct Known {
    pub(super) policy: Policy,
    pub(super) rota: Rota,
    id: RotaId,
    until: Time,
    /// By rotation, in order of time.
    pub(super) turns: Vec<Vec<Turn>>,
}

impl Plan {
    /// The turns of a rota of a policy up to an instant; later ones are worked out when they are asked about.
    pub fn new(policy: &Policy, id: &RotaId, until: Time) -> Option<Self> {
        let rota = policy.spec().rotas.get(id)?.clone();
        let turns = (0..).zip(&rota.rotations);
        let turns = turns.map(|(index, one)| turns_of(policy, &rota, index, one, until)).collect();
        Some(Self { known: Arc::new(Known { policy: policy.clone(), rota, id: id.clone(), until, turns }) })
    }

    /// The rota as the policy has it.
    pub fn rota(&self) -> &Rota {
        &self.known.rota
    }

    /// The turns that begin in a period, whoever takes them, in order. One that changes hands is one.
    pub fn turns(&self, period: Period) -> Vec<(TurnRef, Period)> {
        let further = || Self::new(&self.known.policy, &self.known.id, period.until);
        let further = (period.until > self.known.until).then(further).flatten();
        let known = further.as_ref().map_or(&self.known, |further| &further.known);
        let mut turns: Vec<(TurnRef, Period)> = Vec::new();
        for turn in known.turns.iter().flatten().filter(|turn| period.contains(turn.period.from)) {
            match turns.last_mut().filter(|(last, _)| *last == turn.turn) {
                Some((_, whole)) => whole.until = turn.period.until,
                None => turns.push((turn.turn, turn.period)),
            }
        }
        turns.sort_by_key(|(turn, period)| (*period, *turn));
        turns
    }

    /// Who is on over a period, with everything that was arranged.
    ///
    /// In this order: whoever has the turn and is not away, of the highest layer that has somebody; what was arranged,
    /// in the order in which it was; nobody who is away; the fallback where somebody must be on and nobody is.
    pub fn schedule(&self, state: &RotaState, period: Period) -> Schedule {
        let further = || Self::new(&self.known.policy, &self.known.id, period.until);
        match (period.until > self.known.until).then(further).flatten() {
            Some(further) => sweep(&further.known, state, period),
            None => sweep(&self.known, state, period),
        }
    }
}
