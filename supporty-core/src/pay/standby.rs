use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::bands::Clocks;
use crate::policy::Pay;
use crate::rota::Rotas;
use crate::vocab::{Band, Period, PersonId, RotaId, Time};

/// A stretch of somebody's time on call that is paid at one rate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Standby {
    /// Which rota.
    pub rota: RotaId,
    /// When.
    pub period: Period,
    /// Which band.
    pub band: Band,
    /// What an hour is paid, in the currency's smallest unit.
    pub rate: u64,
}

/// How far clocks of two zones are apart at most, so that no instant of a month is missed.
const APART: TimeDelta = TimeDelta::hours(26);

/// Everybody's paid time on call, over a period that may differ from person to person.
///
/// It follows the final schedule: whoever was on is paid, whoever's turn it once was.
pub fn standby(
    rotas: &Rotas,
    pay: &Pay,
    around: Period,
    period_of: impl Fn(&PersonId, &crate::time::Zone) -> Period,
) -> BTreeMap<PersonId, Vec<Standby>> {
    let policy = rotas.policy();
    let mut paid: BTreeMap<PersonId, Vec<Standby>> = BTreeMap::new();
    let wider = Period::new(around.from - APART, around.until + APART);
    for (id, rota) in policy.spec().rotas.iter().filter(|(id, _)| pay.pays(id)) {
        let Some(schedule) = rotas.schedule(id, wider) else { continue };
        for shift in schedule.shifts() {
            let person = shift.on.person;
            let clocks = Clocks::of(policy, &person, &rota.zone);
            let Some(period) = shift.period.overlap(&period_of(&person, &clocks.zone)) else { continue };
            let before: Vec<_> = paid.get(&person).into_iter().flatten().map(|one| one.period).collect();
            let free = if pay.once { without(period, before) } else { vec![period] };
            for stretch in free.iter().flat_map(|period| clocks.stretches(*period)) {
                let rate = pay.rates_on(stretch.date).and_then(|rates| rates.standby.get(&stretch.band));
                let Some(rate) = rate.filter(|rate| **rate > 0) else { continue };
                let one =
                    Standby { rota: id.clone(), period: stretch.period, band: stretch.band, rate: *rate };
                paid.entry(person.clone()).or_default().push(one);
            }
        }
    }
    paid
}

/// The paid rota on which somebody is on at an instant, outside their working hours.
pub fn on_call(rotas: &Rotas, person: &PersonId, at: Time) -> Option<RotaId> {
    let policy = rotas.policy();
    let pay = policy.spec().pay.as_ref()?;
    let on = policy.spec().rotas.iter().filter(|(id, _)| pay.pays(id)).find(|(id, rota)| {
        let is_on = rotas.who(id, at).is_some_and(|segment| segment.on.iter().any(|on| on.person == *person));
        is_on && Clocks::of(policy, person, &rota.zone).band_at(at).is_some()
    });
    on.map(|(id, _)| id.clone())
}

/// What is left of a period without others.
fn without(period: Period, mut taken: Vec<Period>) -> Vec<Period> {
    taken.sort_unstable();
    let mut left = Vec::new();
    let mut from: Time = period.from;
    for one in taken {
        let until = one.from.min(period.until);
        if from < until {
            left.push(Period::new(from, until));
        }
        from = from.max(one.until);
    }
    if from < period.until {
        left.push(Period::new(from, period.until));
    }
    left
}
