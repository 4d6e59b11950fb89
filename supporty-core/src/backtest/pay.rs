use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::pay::{Month, on_call, statements};
use crate::policy::Policy;
use crate::rota::{CallOut, CallOutState, RotaState, Rotas};
use crate::vocab::{Period, PersonId, RotaId, TicketKey};

/// What everybody is paid for the months that a period touches, in the currency's smallest unit: standing by as it was
/// arranged, and those call-outs as if each had been approved. Empty where the policy pays nothing.
pub fn paid(
    policy: &Policy,
    arranged: &BTreeMap<RotaId, RotaState>,
    call_outs: &[(TicketKey, PersonId, Period)],
    period: Period,
) -> BTreeMap<PersonId, i64> {
    let mut paid = BTreeMap::new();
    if policy.spec().pay.is_none() || period.is_empty() {
        return paid;
    }
    let apart = TimeDelta::days(32);
    let from = period.from.checked_sub_signed(apart).unwrap_or(period.from);
    let ready = Period::new(from, period.until.checked_add_signed(apart).unwrap_or(period.until));
    let forgotten = |(id, state): (&RotaId, &RotaState)| {
        (id.clone(), RotaState { call_outs: BTreeMap::new(), ..state.clone() })
    };
    let mut states: BTreeMap<_, _> = arranged.iter().map(forgotten).collect();
    let rotas = Rotas::new(policy, &states, ready);
    for ((ticket, person, period), number) in call_outs.iter().zip(1u64..) {
        let Some(rota) = on_call(&rotas, person, period.from) else { continue };
        let (person, ticket, state) = (person.clone(), ticket.clone(), CallOutState::Approved);
        let call_out = CallOut { person, ticket, period: *period, state };
        states.entry(rota).or_default().call_outs.insert(number, call_out);
    }
    let rotas = Rotas::new(policy, &states, ready);
    let zone = policy.spec().zone();
    let end = period.until.checked_sub_signed(TimeDelta::microseconds(1)).unwrap_or(period.until);
    let last = Month::of(zone.local(end).date());
    let first = Month::of(zone.local(period.from).date());
    for month in
        std::iter::successors(Some(first), |month| Some(month.next())).take_while(|month| *month <= last)
    {
        for statement in statements(&rotas, month) {
            *paid.entry(statement.person.clone()).or_default() += statement.total();
        }
    }
    paid
}
