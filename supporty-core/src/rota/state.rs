use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Change, Duty, Event, Reason};
use crate::stream::Entry;
use crate::vocab::{Period, PersonId, TicketKey, Time};

/// An entry of a rota's stream.
pub type RotaEntry = Entry<Event>;

/// What was arranged on a rota by now. Everything goes by the number of the entry that made it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotaState {
    /// The number of its last entry.
    pub seq: u64,
    /// When that was.
    pub at: Option<Time>,
    /// Changes of who is on, taken swaps among them.
    pub arranged: BTreeMap<u64, Vec<Arranged>>,
    /// Swaps, whatever became of them.
    pub swaps: BTreeMap<u64, Swap>,
    /// Who can not be on.
    pub away: BTreeMap<u64, Away>,
    /// Who stands in, where that is not as the policy says.
    pub fallback: Option<Vec<PersonId>>,
    /// Gaps that are meant.
    pub declared: BTreeMap<u64, Declared>,
    /// Call-outs, whatever became of them.
    pub call_outs: BTreeMap<u64, CallOut>,
    /// How far it was handed over; not at all before the desk looks after it.
    #[serde(default)]
    pub duty: Option<Duty>,
}

/// A change of who is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arranged {
    /// For how long.
    pub period: Period,
    /// How.
    pub change: Change,
}

/// A swap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swap {
    /// Who asked.
    pub person: PersonId,
    /// Whatever of this is theirs.
    pub period: Period,
    /// Whom it is offered to; everybody, unless it is said.
    pub with: Option<PersonId>,
    /// When it is too late.
    pub expires: Time,
    /// What became of it.
    pub state: SwapState,
}

/// What became of a swap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SwapState {
    /// It waits for somebody.
    Asked,
    /// Somebody took it.
    Taken(PersonId),
    /// It is no longer asked.
    Cancelled,
    /// Nobody took it in time.
    Expired,
}

/// Somebody who can not be on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// Who.
    pub person: PersonId,
    /// When.
    pub period: Period,
    /// What for.
    pub reason: Reason,
}

/// A gap that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// When.
    pub period: Period,
}

/// A call-out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOut {
    /// Who.
    pub person: PersonId,
    /// What for.
    pub ticket: TicketKey,
    /// From the page until they were done.
    pub period: Period,
    /// What became of it.
    pub state: CallOutState,
}

/// What became of a call-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallOutState {
    /// It follows from what happened.
    Proposed,
    /// The person says that it was so.
    Confirmed,
    /// It is paid.
    Approved,
    /// It is not.
    Refused,
}

/// Applies one entry. It has no rules, and never fails.
pub fn evolve(state: &mut RotaState, entry: &RotaEntry) {
    state.seq = entry.seq;
    state.at = Some(entry.at);
    match entry.event.clone() {
        Event::Arranged { period, change, .. } => {
            state.arranged.insert(entry.seq, vec![Arranged { period, change }]);
        }
        Event::Withdrawn { arranged } => drop(state.arranged.remove(&arranged)),
        Event::SwapAsked { person, period, with, expires, .. } => {
            let swap = Swap { person, period, with, expires, state: SwapState::Asked };
            state.swaps.insert(entry.seq, swap);
        }
        Event::SwapTaken { swap, by, in_return } => {
            let Some(swap) = state.swaps.get_mut(&swap) else { return };
            swap.state = SwapState::Taken(by.clone());
            let replace = |period, person: &PersonId, with: &PersonId| Arranged {
                period,
                change: Change::Replace { person: person.clone(), with: with.clone() },
            };
            let taken = replace(swap.period, &swap.person, &by);
            let given = in_return.map(|period| replace(period, &by, &swap.person));
            state.arranged.insert(entry.seq, std::iter::once(taken).chain(given).collect());
        }
        Event::SwapCancelled { swap } => {
            set(&mut state.swaps, swap, |swap| swap.state = SwapState::Cancelled)
        }
        Event::SwapExpired { swap, .. } => {
            set(&mut state.swaps, swap, |swap| swap.state = SwapState::Expired)
        }
        Event::WentAway { person, period, reason, .. } => {
            state.away.insert(entry.seq, Away { person, period, reason });
        }
        Event::CameBack { away, at } => {
            set(&mut state.away, away, |away| away.period.until = away.period.until.min(at));
            state.away.retain(|_, away| !away.period.is_empty());
        }
        Event::FallbackSet { people } => state.fallback = Some(people),
        Event::GapDeclared { period, .. } => drop(state.declared.insert(entry.seq, Declared { period })),
        Event::GapReclaimed { gap } => drop(state.declared.remove(&gap)),
        Event::CallOutProposed { person, ticket, period } => {
            let call_out = CallOut { person, ticket, period, state: CallOutState::Proposed };
            state.call_outs.insert(entry.seq, call_out);
        }
        Event::CallOutConfirmed { call_out, period } => set(&mut state.call_outs, call_out, |call_out| {
            call_out.state = CallOutState::Confirmed;
            call_out.period = period;
        }),
        Event::CallOutApproved { call_out } => {
            set(&mut state.call_outs, call_out, |call_out| call_out.state = CallOutState::Approved);
        }
        Event::CallOutRefused { call_out } => {
            set(&mut state.call_outs, call_out, |call_out| call_out.state = CallOutState::Refused);
        }
        Event::LookedAfter { on } => state.duty = Some(Duty { since: entry.at, on }),
        Event::HandedOver { due, on, .. } => state.duty = Some(Duty { since: due, on }),
    }
}

fn set<T>(all: &mut BTreeMap<u64, T>, entry: u64, change: impl FnOnce(&mut T)) {
    if let Some(one) = all.get_mut(&entry) {
        change(one);
    }
}
