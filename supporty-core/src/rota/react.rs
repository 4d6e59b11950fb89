use super::{Context, Event, RotaEntry, RotaState};
use crate::effect::{Announce, Effect, Intent, RotaNotice};
use crate::stream::{EffectId, Origin, StreamId};
use crate::vocab::{PersonId, Recipient, RotaId, SquadId, TextRef};

/// What to do about the entries of one step of a rota: whom to tell. `state` is the rota after them.
pub fn react(rota: &RotaId, state: &RotaState, entries: &[RotaEntry], context: &Context<'_>) -> Vec<Effect> {
    let mut effects = Vec::new();
    for entry in entries {
        for (n, (to, notice)) in (0..).zip(notices(state, entry, context)) {
            let cause = Origin::Entry { stream: StreamId::Rota(rota.clone()), seq: entry.seq };
            let announce = Announce { to, rota: rota.clone(), by: entry.by.clone(), notice };
            effects.push(Effect { id: EffectId { cause, n }, intent: Intent::Announce(announce) });
        }
    }
    for (n, squad) in (0..).zip(routes(rota, entries, context)) {
        let cause = Origin::Job(format!("route/{squad}/{rota}/{}", state.seq));
        effects.push(Effect { id: EffectId { cause, n }, intent: Intent::Route(squad) });
    }
    effects
}

/// The squads whose tickets somebody else may be given now. Time off holds on every rota.
fn routes(rota: &RotaId, entries: &[RotaEntry], context: &Context<'_>) -> Vec<SquadId> {
    let anywhere = |entry: &RotaEntry| matches!(entry.event, Event::WentAway { .. } | Event::CameBack { .. });
    let here = |entry: &RotaEntry| {
        let here = matches!(
            entry.event,
            Event::Arranged { .. }
                | Event::Withdrawn { .. }
                | Event::SwapTaken { .. }
                | Event::FallbackSet { .. }
                | Event::HandedOver { .. }
        );
        here || anywhere(entry)
    };
    let (anywhere, here) = (entries.iter().any(anywhere), entries.iter().any(here));
    let squads = context.policy.spec().squads.iter().filter(|(_, squad)| squad.assign.is_some());
    let squads = squads.filter(|(_, squad)| {
        let mut its = [&squad.gardener_rota, &squad.on_call_rota].into_iter().flatten();
        anywhere || here && its.any(|its| its == rota)
    });
    squads.map(|(id, _)| id.clone()).collect()
}

fn notices(state: &RotaState, entry: &RotaEntry, context: &Context<'_>) -> Vec<(Recipient, RotaNotice)> {
    let asker = |swap: &u64| state.swaps.get(swap).map(|swap| (swap.person.clone(), swap.period));
    match &entry.event {
        Event::SwapAsked { person, period, with, why, .. } => {
            let to = with.clone().map_or_else(|| everybody(context), Recipient::Person);
            let (person, why): (PersonId, Option<TextRef>) = (person.clone(), why.clone());
            vec![(to, RotaNotice::SwapAsked { swap: entry.seq, person, period: *period, why })]
        }
        Event::SwapTaken { swap, by, in_return } => {
            let told = asker(swap).into_iter();
            let notice = |period| RotaNotice::SwapTaken { by: by.clone(), period, in_return: *in_return };
            told.map(|(person, period)| (Recipient::Person(person), notice(period))).collect()
        }
        Event::SwapExpired { swap, .. } => {
            let told = asker(swap).into_iter();
            told.map(|(person, period)| (Recipient::Person(person), RotaNotice::SwapExpired { period }))
                .collect()
        }
        Event::WentAway { person, period, .. } => {
            let gaps = context.plan.schedule(state, *period).gaps();
            let gap = gaps.first().map(|gap| RotaNotice::Gap { person: person.clone(), period: gap.period });
            gap.into_iter().map(|notice| (lead(context), notice)).collect()
        }
        Event::CallOutProposed { person, ticket, period } => {
            let notice = RotaNotice::CallOutProposed { ticket: ticket.clone(), period: *period };
            vec![(Recipient::Person(person.clone()), notice)]
        }
        Event::HandedOver { due, from, to, .. } => {
            let notice = || RotaNotice::HandOver { from: from.clone(), to: to.clone(), at: *due };
            to.iter().map(|person| (Recipient::Person(person.clone()), notice())).collect()
        }
        _ => Vec::new(),
    }
}

fn everybody(context: &Context<'_>) -> Recipient {
    let spec = context.policy.spec();
    let squad = context.plan.rota().squad.as_ref().and_then(|squad| spec.squads.get(squad));
    Recipient::Channel(squad.and_then(|squad| squad.channel.clone()).unwrap_or_else(|| spec.channel.clone()))
}

fn lead(context: &Context<'_>) -> Recipient {
    let squad = context.plan.rota().squad.as_ref();
    let squad = squad.and_then(|squad| context.policy.spec().squads.get(squad));
    squad.and_then(|squad| squad.lead.clone()).map_or_else(|| everybody(context), Recipient::Person)
}
