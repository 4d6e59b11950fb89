use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::bands::Clocks;
use crate::policy::Policy;
use crate::rota::{CallOutState, Rotas};
use crate::time::Zone;
use crate::vocab::{Band, Period, PersonId, RotaId};

/// How heavy an hour on call weighs, outside working hours. Working hours weigh nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Weights {
    /// An hour of a weeknight.
    pub weeknight: u32,
    /// An hour of a weekend.
    pub weekend: u32,
    /// An hour of a holiday.
    pub holiday: u32,
    /// A call-out, whatever its length, in hours of weight 1.
    pub call_out: u32,
}

impl Default for Weights {
    /// A weekend weighs half again as much as a weeknight, a holiday twice as much, a call-out as much as two hours of
    /// a weeknight.
    fn default() -> Self {
        Self { weeknight: 2, weekend: 3, holiday: 4, call_out: 4 }
    }
}

impl Weights {
    fn of(&self, band: Band) -> i64 {
        match band {
            Band::Weeknight => self.weeknight.into(),
            Band::Weekend => self.weekend.into(),
            Band::Holiday => self.holiday.into(),
        }
    }

    /// How heavy a period weighs on somebody, by their own clocks and holidays; `zone` is the rota's.
    pub fn burden(&self, policy: &Policy, person: &PersonId, zone: &Zone, period: Period) -> i64 {
        let stretches = Clocks::of(policy, person, zone).stretches(period);
        stretches.iter().map(|one| self.of(one.band) * one.period.length().num_seconds()).sum()
    }
}

/// What everybody has borne so far, in seconds of weight 1. Ledgers add up: one is carried over into the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    borne: BTreeMap<PersonId, i64>,
}

impl Ledger {
    /// What a period of all rotas weighs on everybody who takes turns, by the final schedules, with the call-outs that
    /// nobody refused. A call-out counts in the period in which it began.
    pub fn of(rotas: &Rotas, period: Period, weights: &Weights) -> Self {
        let policy = rotas.policy();
        let mut ledger = Self::default();
        for (id, rota) in &policy.spec().rotas {
            let members = rota.rotations.iter().flat_map(|rotation| &rotation.members);
            members.flat_map(|member| &member.people).for_each(|person| ledger.add(person, 0));
            for shift in rotas.schedule(id, period).into_iter().flat_map(|schedule| schedule.shifts()) {
                let borne = weights.burden(policy, &shift.on.person, &rota.zone, shift.period);
                ledger.add(&shift.on.person, borne);
            }
            let call_outs = rotas.state(id).into_iter().flat_map(|state| state.call_outs.values());
            for one in
                call_outs.filter(|one| one.state != CallOutState::Refused && period.contains(one.period.from))
            {
                ledger.add(&one.person, i64::from(weights.call_out) * 3_600);
            }
        }
        ledger
    }

    /// Puts more on somebody.
    pub fn add(&mut self, person: &PersonId, borne: i64) {
        *self.borne.entry(person.clone()).or_default() += borne;
    }

    /// Both together.
    #[must_use]
    pub fn carried_into(mut self, next: &Self) -> Self {
        next.borne.iter().for_each(|(person, borne)| self.add(person, *borne));
        self
    }

    /// What somebody has borne.
    pub fn borne(&self, person: &PersonId) -> i64 {
        self.borne.get(person).copied().unwrap_or(0)
    }

    /// Everybody, and what they have borne.
    pub fn iter(&self) -> impl Iterator<Item = (&PersonId, i64)> {
        self.borne.iter().map(|(person, borne)| (person, *borne))
    }

    /// How far everybody is from the mean, times the number of people so that it is exact: above nothing for those who
    /// bore more. It always sums to nothing.
    pub fn balances(&self) -> BTreeMap<PersonId, i64> {
        let (total, count) =
            (self.borne.values().sum::<i64>(), i64::try_from(self.borne.len()).unwrap_or(i64::MAX));
        self.borne.iter().map(|(person, borne)| (person.clone(), borne * count - total)).collect()
    }

    /// What the one who bore most has borne more than the one who bore least.
    pub fn spread(&self) -> i64 {
        let (most, least) = (self.borne.values().max(), self.borne.values().min());
        most.zip(least).map_or(0, |(most, least)| most - least)
    }
}

/// Who should take an open shift of a rota: those who take turns on it, who bore least first; nobody who is away or on
/// any rota then.
pub fn suggest(rotas: &Rotas, rota: &RotaId, period: Period, ledger: &Ledger) -> Vec<(PersonId, i64)> {
    let Some(known) = rotas.policy().spec().rotas.get(rota) else { return Vec::new() };
    let members = known.rotations.iter().flat_map(|rotation| &rotation.members);
    let people: BTreeSet<_> = members.flat_map(|member| &member.people).cloned().collect();
    let free = people.into_iter().filter(|person| is_free(rotas, person, period));
    let mut free: Vec<_> = free.map(|person| (ledger.borne(&person), person)).collect();
    free.sort();
    free.into_iter().map(|(borne, person)| (person, borne)).collect()
}

fn is_free(rotas: &Rotas, person: &PersonId, period: Period) -> bool {
    let spec = rotas.policy().spec();
    spec.rotas.keys().all(|id| {
        let away = rotas.state(id).into_iter().flat_map(|state| state.away.values());
        let mut away = away.filter(|away| away.person == *person);
        let schedule = rotas.schedule(id, period);
        let mut shifts = schedule.iter().flat_map(|schedule| schedule.shifts());
        away.all(|away| away.period.overlap(&period).is_none())
            && shifts.all(|shift| shift.on.person != *person)
    })
}
