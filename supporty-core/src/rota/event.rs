use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Change, Reason};
use crate::stream::events;
use crate::vocab::{Period, PersonId, TextRef, TicketKey, Time};

events! {
    /// What happened to a rota. Whoever did it, and when, is in the entry.
    Event

    /// Who is on was changed for a while.
    Arranged "arranged" {
        /// For how long.
        period: Period,
        /// How.
        change: Change,
        /// Why.
        why: Option<TextRef>,
    }
    /// Such a change was undone.
    Withdrawn "withdrawn" {
        /// The entry that had made it.
        arranged: u64,
    }
    /// Somebody wants to be rid of shifts.
    SwapAsked "swap-asked" {
        /// Who.
        person: PersonId,
        /// Whatever of this is theirs.
        period: Period,
        /// Whom it is offered to; everybody, unless it is said.
        with: Option<PersonId>,
        /// When it is too late.
        expires: Time,
        /// Why.
        why: Option<TextRef>,
    }
    /// Somebody took them over.
    SwapTaken "swap-taken" {
        /// The entry that asked.
        swap: u64,
        /// Who.
        by: PersonId,
        /// The shifts of theirs that the other takes for it.
        in_return: Option<Period>,
    }
    /// They are kept after all.
    SwapCancelled "swap-cancelled" {
        /// The entry that asked.
        swap: u64,
    }
    /// Nobody took them in time.
    SwapExpired "swap-expired" {
        /// The entry that asked.
        swap: u64,
        /// When it was too late.
        due: Time,
    }
    /// Somebody can not be on.
    WentAway "went-away" {
        /// Who.
        person: PersonId,
        /// When.
        period: Period,
        /// What for.
        reason: Reason,
        /// More about it.
        why: Option<TextRef>,
    }
    /// Somebody is back earlier, or was never away.
    CameBack "came-back" {
        /// The entry that had said so.
        away: u64,
        /// From when on.
        at: Time,
    }
    /// Others stand in where nobody is on.
    FallbackSet "fallback-set" {
        /// Who, in order.
        people: Vec<PersonId>,
    }
    /// Nobody need be on.
    GapDeclared "gap-declared" {
        /// When.
        period: Period,
        /// Why.
        why: Option<TextRef>,
    }
    /// Somebody must be on after all.
    GapReclaimed "gap-reclaimed" {
        /// The entry that had declared it.
        gap: u64,
    }
    /// Somebody was called out, as it seems.
    CallOutProposed "call-out-proposed" {
        /// Who.
        person: PersonId,
        /// What for.
        ticket: TicketKey,
        /// From the page until they were done.
        period: Period,
    }
    /// They say that it was so.
    CallOutConfirmed "call-out-confirmed" {
        /// The entry that proposed it.
        call_out: u64,
        /// How it was.
        period: Period,
    }
    /// It is to be paid.
    CallOutApproved "call-out-approved" {
        /// The entry that proposed it.
        call_out: u64,
    }
    /// It is not to be paid.
    CallOutRefused "call-out-refused" {
        /// The entry that proposed it.
        call_out: u64,
    }
    /// The desk looks after it from now on: who came on before is not handed over to.
    LookedAfter "looked-after" {
        /// Who is on.
        on: BTreeSet<PersonId>,
    }
    /// Somebody came on.
    HandedOver "handed-over" {
        /// When.
        due: Time,
        /// Who was on until then, and is no more.
        from: BTreeSet<PersonId>,
        /// Who came on, also at the handoffs that were missed, and is on.
        to: BTreeSet<PersonId>,
        /// Everybody who is on.
        on: BTreeSet<PersonId>,
        /// How many handoffs before it were missed, because the desk was down.
        missed: u32,
    }
}
