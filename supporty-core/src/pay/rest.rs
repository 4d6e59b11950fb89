use serde::Serialize;

use super::bands::Clocks;
use crate::rota::{CallOutState, Rotas};
use crate::vocab::{Period, PersonId, Time};

/// Something about somebody's rest that the lead should look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RestWarning {
    /// On call for longer in a row than the policy wants.
    TooLong {
        /// Who.
        person: PersonId,
        /// When.
        period: Period,
    },
    /// Called out, and at work again before the rest is over.
    ShortRest {
        /// Who.
        person: PersonId,
        /// Until when they were called out.
        ended: Time,
        /// When they are to work again.
        works: Time,
    },
}

impl RestWarning {
    /// Whom it is about.
    pub fn person(&self) -> &PersonId {
        match self {
            Self::TooLong { person, .. } | Self::ShortRest { person, .. } => person,
        }
    }
}

/// How many days ahead working hours are looked for.
const AHEAD: i64 = 4;

/// Who gets too little rest over a period, as far as the policy says what is enough.
pub fn rest_warnings(rotas: &Rotas, period: Period) -> Vec<RestWarning> {
    let policy = rotas.policy();
    let Some(pay) = &policy.spec().pay else { return Vec::new() };
    let mut warnings = Vec::new();
    if let Some(longest) = pay.longest_on_call {
        let ids = policy.spec().rotas.keys().filter(|id| pay.pays(id));
        let shifts = ids.filter_map(|id| rotas.schedule(id, period)).flat_map(|schedule| schedule.shifts());
        let mut shifts: Vec<_> = shifts.map(|shift| (shift.on.person, shift.period)).collect();
        shifts.sort();
        let mut runs: Vec<(PersonId, Period)> = Vec::new();
        for (person, period) in shifts {
            match runs.last_mut().filter(|(known, run)| *known == person && period.from <= run.until) {
                Some((_, run)) => run.until = run.until.max(period.until),
                None => runs.push((person, period)),
            }
        }
        let long = runs.into_iter().filter(|(_, run)| run.length().num_seconds() > longest.into());
        warnings.extend(long.map(|(person, period)| RestWarning::TooLong { person, period }));
    }
    if let Some(rest) = pay.rest_after_call_out {
        for (id, state) in rotas.states() {
            let Some(zone) = policy.spec().rotas.get(&id).map(|rota| &rota.zone) else { continue };
            let called = state.call_outs.values().filter(|one| one.state != CallOutState::Refused);
            for one in called.filter(|one| period.contains(one.period.until)) {
                let clocks = Clocks::of(policy, &one.person, zone);
                let ended = one.period.until;
                if clocks.band_at(one.period.from).is_none() {
                    continue;
                }
                let ahead = Period::new(ended, ended + chrono::TimeDelta::days(AHEAD));
                let off = clocks.stretches(ahead);
                // The first instant that belongs to no band is work.
                let works = off.iter().try_fold(ended, |until, stretch| match stretch.period.from <= until {
                    true => Ok(stretch.period.until),
                    false => Err(until),
                });
                let works = works.unwrap_or_else(|works| works);
                if works < ahead.until && (works - ended).num_seconds() < rest.into() {
                    warnings.push(RestWarning::ShortRest { person: one.person.clone(), ended, works });
                }
            }
        }
    }
    warnings.sort();
    warnings
}
