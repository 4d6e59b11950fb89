use serde::{Deserialize, Serialize};

use crate::vocab::{Period, PersonId, TextRef, TicketKey};

/// What somebody asks of a rota. Whoever asks, and when, is in the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Command {
    /// Change who is on.
    Arrange {
        /// For how long.
        period: Period,
        /// How.
        change: Change,
        /// Why.
        why: Option<TextRef>,
    },
    /// Undo such a change.
    Withdraw {
        /// The entry that made it.
        arranged: u64,
    },
    /// Ask for somebody to take over one's shifts.
    AskSwap {
        /// Whose shifts: one's own, unless a lead asks for somebody.
        person: PersonId,
        /// Which: whatever of the period is theirs.
        period: Period,
        /// Whom it is offered to; everybody, unless it is said.
        with: Option<PersonId>,
        /// Why.
        why: Option<TextRef>,
    },
    /// Take over what somebody asked for.
    TakeSwap {
        /// The entry that asked.
        swap: u64,
        /// Shifts of one's own that the other takes for it.
        in_return: Option<Period>,
    },
    /// Keep the shift after all, while nobody has taken it.
    CancelSwap {
        /// The entry that asked.
        swap: u64,
    },
    /// Somebody can not be on.
    BeAway {
        /// Who.
        person: PersonId,
        /// When.
        period: Period,
        /// What for.
        reason: Reason,
        /// More about it.
        why: Option<TextRef>,
    },
    /// Somebody is back earlier, or was never away.
    ComeBack {
        /// The entry that said so.
        away: u64,
    },
    /// Change who stands in where nobody is on.
    SetFallback {
        /// Who, in order.
        people: Vec<PersonId>,
    },
    /// Nobody need be on: a gap that is meant.
    DeclareGap {
        /// When.
        period: Period,
        /// Why.
        why: Option<TextRef>,
    },
    /// Somebody must be on after all.
    ReclaimGap {
        /// The entry that declared it.
        gap: u64,
    },
    /// Somebody was called out: from the page until they were done.
    ProposeCallOut {
        /// Who.
        person: PersonId,
        /// What for.
        ticket: TicketKey,
        /// From when until when.
        period: Period,
    },
    /// The person says that it was so.
    ConfirmCallOut {
        /// The entry that proposed it.
        call_out: u64,
        /// How it was, where that is not as proposed.
        period: Option<Period>,
    },
    /// The lead agrees that it is paid.
    ApproveCallOut {
        /// The entry that proposed it.
        call_out: u64,
    },
    /// It was none, or it is not paid.
    RefuseCallOut {
        /// The entry that proposed it.
        call_out: u64,
    },
    /// Nothing but what is due.
    Tick,
}

/// How who is on is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// One more is on.
    Add(PersonId),
    /// Somebody is not on, and nobody takes their place.
    Remove(PersonId),
    /// Somebody is on instead of somebody else, where that one is on.
    Replace {
        /// Instead of whom.
        person: PersonId,
        /// Who.
        with: PersonId,
    },
    /// These are on and nobody else: a schedule of its own for a while.
    Only(Vec<PersonId>),
}

/// Why somebody is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Holidays, or whatever was planned.
    TimeOff,
    /// They fell ill.
    Sick,
    /// Taken away for feature work, which is counted: a gardener who does not garden.
    FeatureWork,
}
