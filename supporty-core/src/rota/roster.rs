use std::collections::BTreeMap;

use super::{On, Plan, RotaState, Schedule, Segment};
use crate::policy::{Policy, Roster};
use crate::vocab::{Period, PersonId, RotaId, SquadId, Time};

/// All rotas of a policy as they are now: who is on, at any instant.
///
/// An immutable snapshot. Within `ready` an answer is a binary search; beyond, it is worked out when it is asked.
#[derive(Debug, Clone)]
pub struct Rotas {
    policy: Policy,
    ready: Period,
    rotas: BTreeMap<RotaId, Known>,
}

#[derive(Debug, Clone)]
struct Known {
    plan: Plan,
    state: RotaState,
    ready: Schedule,
}

impl Rotas {
    /// The rotas of a policy, with what was arranged on them, made ready for a period.
    pub fn new(policy: &Policy, states: &BTreeMap<RotaId, RotaState>, ready: Period) -> Self {
        let mut rotas = Self { policy: policy.clone(), ready, rotas: BTreeMap::new() };
        for id in policy.spec().rotas.keys() {
            let Some(plan) = Plan::new(policy, id, ready.until) else { continue };
            let state = states.get(id).cloned().unwrap_or_default();
            let known = Known { ready: plan.schedule(&state, ready), state, plan };
            rotas.rotas.insert(id.clone(), known);
        }
        rotas
    }

    /// The same, after something was arranged on one rota.
    #[must_use]
    pub fn with(mut self, id: &RotaId, state: RotaState) -> Self {
        if let Some(known) = self.rotas.get_mut(id) {
            known.ready = known.plan.schedule(&state, known.ready.period());
            known.state = state;
        }
        self
    }

    /// The policy whose rotas they are.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// For what its schedules are ready.
    pub fn ready(&self) -> Period {
        self.ready
    }

    /// What was arranged on each rota.
    pub fn states(&self) -> BTreeMap<RotaId, RotaState> {
        self.rotas.iter().map(|(id, known)| (id.clone(), known.state.clone())).collect()
    }

    /// The turns of a rota.
    pub fn plan(&self, rota: &RotaId) -> Option<&Plan> {
        self.rotas.get(rota).map(|known| &known.plan)
    }

    /// What was arranged on a rota.
    pub fn state(&self, rota: &RotaId) -> Option<&RotaState> {
        self.rotas.get(rota).map(|known| &known.state)
    }

    /// The final schedule of a rota: what escalation, notices, calendars, pay and fairness all read.
    pub fn schedule(&self, rota: &RotaId, period: Period) -> Option<Schedule> {
        self.rotas.get(rota).map(|known| known.plan.schedule(&known.state, period))
    }

    /// Who is on at an instant.
    pub fn who(&self, rota: &RotaId, at: Time) -> Option<Segment> {
        let known = self.rotas.get(rota)?;
        known.ready.segment(at).cloned().or_else(|| {
            let instant = Period::new(at, at + chrono::TimeDelta::microseconds(1));
            known.plan.schedule(&known.state, instant).segment(at).cloned()
        })
    }

    /// Who is next: the first after an instant who is not on at it, and from when.
    pub fn next(&self, rota: &RotaId, at: Time) -> Option<(Time, Vec<On>)> {
        let known = self.rotas.get(rota)?;
        let people = |on: &[On]| on.iter().map(|on| on.person.clone()).collect::<Vec<_>>();
        let now = people(&self.who(rota, at)?.on);
        let after = known.ready.segments().partition_point(|segment| segment.period.from <= at);
        let mut later = known.ready.segments().iter().skip(after);
        let next = later.find(|segment| !segment.on.is_empty() && people(&segment.on) != now)?;
        Some((next.period.from, next.on.clone()))
    }

    fn on(&self, rota: Option<&RotaId>, at: Time) -> Vec<PersonId> {
        let segment = rota.and_then(|rota| self.who(rota, at));
        segment.map_or_else(Vec::new, |segment| segment.on.into_iter().map(|on| on.person).collect())
    }
}

impl Roster for Rotas {
    fn gardener(&self, squad: &SquadId, at: Time) -> Option<PersonId> {
        let rota = self.policy.spec().squads.get(squad)?.gardener_rota.as_ref();
        self.on(rota, at).into_iter().next().or_else(|| self.policy.gardener(squad, at))
    }

    fn on_call(&self, squad: &SquadId, at: Time) -> Vec<PersonId> {
        let Some(known) = self.policy.spec().squads.get(squad) else { return Vec::new() };
        let in_hours = self.policy.calendar(&known.hours).is_some_and(|hours| hours.is_open(at));
        if let Some(gardener) = self.gardener(squad, at).filter(|_| in_hours) {
            return vec![gardener];
        }
        match self.on(known.on_call_rota.as_ref(), at) {
            nobody if nobody.is_empty() => known.on_call.clone(),
            on => on,
        }
    }

    fn away(&self, person: &PersonId, at: Time) -> Option<Time> {
        let away = self.rotas.values().flat_map(|known| known.state.away.values());
        let theirs = away.filter(|away| away.person == *person && away.period.contains(at));
        theirs.map(|away| away.period.until).max()
    }

    fn next_change(&self, squad: &SquadId, at: Time) -> Option<Time> {
        let known = self.policy.spec().squads.get(squad)?;
        let rotas = [&known.gardener_rota, &known.on_call_rota].into_iter().flatten();
        let comes = rotas.filter_map(|rota| Some(self.next(rota, at)?.0));
        let away = self.rotas.values().flat_map(|known| known.state.away.values());
        comes.chain(away.filter(|away| away.period.contains(at)).map(|away| away.period.until)).min()
    }

    fn versions(&self, squad: &SquadId) -> BTreeMap<RotaId, u64> {
        let squad = self.policy.spec().squads.get(squad).into_iter();
        let rotas = squad.flat_map(|squad| [&squad.gardener_rota, &squad.on_call_rota]).flatten();
        rotas.filter_map(|id| Some((id.clone(), self.state(id)?.seq))).collect()
    }
}
