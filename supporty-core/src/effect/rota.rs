use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::vocab::{Actor, Period, PersonId, Recipient, RotaId, TextRef, TicketKey, Time};

/// Something to say about a rota.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announce {
    /// To whom.
    pub to: Recipient,
    /// About which rota.
    pub rota: RotaId,
    /// Who made it necessary.
    pub by: Actor,
    /// What.
    pub notice: RotaNotice,
}

/// What is said about a rota, before anybody put it into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RotaNotice {
    /// Somebody wants to be rid of shifts.
    SwapAsked {
        /// The entry that asked.
        swap: u64,
        /// Who.
        person: PersonId,
        /// When.
        period: Period,
        /// Why.
        why: Option<TextRef>,
    },
    /// Somebody took them over.
    SwapTaken {
        /// Who.
        by: PersonId,
        /// When.
        period: Period,
        /// What the reader takes for it.
        in_return: Option<Period>,
    },
    /// Nobody took them in time.
    SwapExpired {
        /// When.
        period: Period,
    },
    /// The reader was called out, as it seems: was it so?
    CallOutProposed {
        /// What for.
        ticket: TicketKey,
        /// When.
        period: Period,
    },
    /// Nobody is on, because somebody is away.
    Gap {
        /// Who.
        person: PersonId,
        /// When nobody is on, first.
        period: Period,
    },
    /// The reader is on now. What that means is looked up when it is delivered.
    HandOver {
        /// Who was on before.
        from: BTreeSet<PersonId>,
        /// Who is on now and was not.
        to: BTreeSet<PersonId>,
        /// Since when.
        at: Time,
    },
}
