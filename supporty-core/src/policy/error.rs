use std::fmt;

use crate::time::CalendarError;
use crate::vocab::{
    AdapterName, CalendarId, DrillId, FieldId, PersonId, PriorityId, RotaId, SquadId, Target,
};

/// Why a policy was not taken: everything that is wrong, each with where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyErrors(pub(super) Vec<Misplaced>);

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// Where in the policy, from the outermost field inward, with lists counted from 0:
    /// `priorities/1/promises/resolve/warnings/0`.
    pub path: String,
    /// What is wrong.
    pub error: PolicyError,
}

impl PolicyErrors {
    /// Everything that is wrong: at least one thing.
    pub fn all(&self) -> &[Misplaced] {
        &self.0
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(|wrong| wrong.error.to_string()).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for PolicyErrors {}

/// What can be wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A calendar can not be used.
    #[error("calendar `{calendar}`: {error}")]
    Calendar {
        /// Which.
        calendar: CalendarId,
        /// Why.
        error: CalendarError,
    },
    /// A calendar is named that does not exist.
    #[error(
        "{place} names the calendar `{calendar}`, which the policy does not have: add it, or name one of {known}"
    )]
    UnknownCalendar {
        /// Where.
        place: String,
        /// Which.
        calendar: CalendarId,
        /// The ones it has.
        known: String,
    },
    /// What was answered to deliveries is forgotten while they may still come again.
    #[error(
        "what was answered to a delivery is forgotten while it may still come again: keep it for a day at least"
    )]
    ForgetsTooSoon,
    /// There is nothing to choose from.
    #[error("the policy has no priorities: give it at least one, most urgent first")]
    NoPriorities,
    /// A priority has no promise.
    #[error("priority `{0}` promises nothing: promise at least when it is resolved")]
    NoPromise(PriorityId),
    /// Two priorities have one name.
    #[error("priority `{0}` is there twice: give each its own name")]
    DuplicatePriority(PriorityId),
    /// A priority is named that does not exist.
    #[error("the default priority `{0}` is not among the priorities")]
    UnknownPriority(PriorityId),
    /// A promise gives no time, or a warning does not come before its deadline.
    #[error("the promise to {target} of {of}: {why}")]
    Promise {
        /// Which priority or rule.
        of: String,
        /// Which promise.
        target: Target,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// A rung can not be used.
    #[error("rung {rung} of priority `{priority}`: {why}")]
    Rung {
        /// Which priority.
        priority: PriorityId,
        /// Which rung, from 1.
        rung: usize,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// A person is named whom the policy does not have.
    #[error("{place} names the person `{person}`, whom the policy does not have: add them under people")]
    UnknownPerson {
        /// Where.
        place: String,
        /// Who.
        person: PersonId,
    },
    /// An area or a service belongs to a squad that does not exist.
    #[error("{of} belongs to the squad `{squad}`, which the policy does not have: add it under squads")]
    UnknownSquad {
        /// What belongs to it.
        of: String,
        /// Which squad.
        squad: SquadId,
    },
    /// Two people have one identity.
    #[error(
        "`{first}` and `{second}` are the same user `{user}` of `{adapter}`: an identity belongs to one person"
    )]
    SharedIdentity {
        /// One of them.
        first: PersonId,
        /// The other.
        second: PersonId,
        /// The adapter.
        adapter: String,
        /// The user's id there.
        user: String,
    },
    /// A rota can not be used.
    #[error("rota `{rota}`: {why}")]
    Rota {
        /// Which.
        rota: RotaId,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// A squad's tickets can be given to nobody.
    #[error("squad `{squad}` assigns its tickets: {why}")]
    Assignment {
        /// Which.
        squad: SquadId,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// Nobody can be paid by it.
    #[error("pay: {why}")]
    Pay {
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// Somebody is to be reached where they have no account.
    #[error("`{person}` is to be reached by `{adapter}`, where they have no identity: add one")]
    NoIdentity {
        /// Who.
        person: PersonId,
        /// Where.
        adapter: AdapterName,
    },
    /// A way to reach somebody can not be used.
    #[error("a contact of `{person}`: {why}")]
    Contact {
        /// Whose.
        person: PersonId,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// A question of the form can not be asked.
    #[error("field `{field}`: {why}")]
    Field {
        /// Which.
        field: FieldId,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// A game day can not be played.
    #[error("drill `{drill}`: {why}")]
    Drill {
        /// Which.
        drill: DrillId,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// Tickets are restricted, and have no place to stand.
    #[error("{0} restricts tickets, and there is no private place for them: name a `private_channel`")]
    NoPrivateChannel(String),
    /// Restricted tickets would stand where all do.
    #[error(
        "the private place is the desk's own channel, where everybody reads: name another `private_channel`"
    )]
    PublicPrivateChannel,
    /// A rule can not be used.
    #[error("rule `{rule}`: {why}")]
    Rule {
        /// Which.
        rule: String,
        /// What is wrong, and what to do.
        why: &'static str,
    },
    /// Something is named that the policy does not have.
    #[error(
        "{place} names the {what} `{name}`, which the policy does not have: add it, or name one of {known}"
    )]
    Unknown {
        /// Where.
        place: String,
        /// What it should be.
        what: &'static str,
        /// The name.
        name: String,
        /// The ones it has.
        known: String,
    },
    /// The key's prefix can not be one.
    #[error("`{0}` can not stand before a ticket's number: use capital letters and digits, a letter first")]
    KeyPrefix(String),
}
