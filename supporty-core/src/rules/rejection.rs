use serde::{Deserialize, Serialize};

use crate::ticket::{CommandKind, StatusKind};
use crate::vocab::{AreaId, Kind, PersonId, PolicyVersion, PriorityId, TicketKey, Time};

/// A command was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The ticket.
    pub ticket: TicketKey,
    /// The number of its last entry after the command.
    pub seq: u64,
}

/// Why a command was not done, and what would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Rejection {
    /// The ticket's status does not allow it.
    #[error("the ticket is {status}, so {command} is not possible; possible now: {}", list(.allowed))]
    WrongStatus {
        /// What was asked.
        command: CommandKind,
        /// Where the ticket stands.
        status: StatusKind,
        /// What would be possible.
        allowed: Vec<CommandKind>,
    },
    /// There is no such ticket.
    #[error("there is no such ticket: check the key, or open a new one")]
    NoSuchTicket,
    /// A ticket of that key exists already.
    #[error("a ticket of that key is open already: reserve another number")]
    KeyTaken,
    /// The ticket was merged; the command goes to the survivor.
    #[error("the ticket was merged into {into}: go on there")]
    GoesOnIn {
        /// The survivor.
        into: TicketKey,
    },
    /// The ticket is closed for good; a message opens a follow-up.
    #[error("the ticket is closed for good: a message to it opens a follow-up")]
    NeedsFollowUp,
    /// It would change nothing.
    #[error("nothing would change: it is so already")]
    Unchanged,
    /// A ticket is planned anew by the policy in force, and that is another by now.
    #[error("the policy `{to}` is not in force, but `{current}`: look again at what it changes")]
    NotInForce {
        /// What was asked for.
        to: PolicyVersion,
        /// What is in force.
        current: PolicyVersion,
    },
    /// Only an engineer of the policy may.
    #[error("{command} is for the engineers of the policy: ask one of them, or add yourself to its people")]
    NotAnEngineer {
        /// What was asked.
        command: CommandKind,
    },
    /// Only the one who asked may.
    #[error("{command} is for the person who asked")]
    NotTheRequester {
        /// What was asked.
        command: CommandKind,
    },
    /// Only a human being may.
    #[error("{command} is for people: a program can not do it")]
    NotAPerson {
        /// What was asked.
        command: CommandKind,
    },
    /// Only the owner may.
    #[error("{command} is for the owner, {owner}")]
    NotTheOwner {
        /// What was asked.
        command: CommandKind,
        /// The owner.
        owner: PersonId,
    },
    /// It has an owner already.
    #[error("{owner} owns it: ask them to hand it off, or take over once they have been silent long enough")]
    Owned {
        /// The owner.
        owner: PersonId,
    },
    /// Nobody owns it.
    #[error("nobody owns it: claim it")]
    Unowned,
    /// Its owner has not been silent for long enough.
    #[error("{owner} has not been silent for long enough; it can be taken over {}", from(.after))]
    OwnerNotSilent {
        /// The owner.
        owner: PersonId,
        /// When it can be taken over if they stay silent; not while it waits.
        after: Option<Time>,
    },
    /// Nobody told them.
    #[error("only somebody who was told may acknowledge: claim it instead")]
    NotTold,
    /// The policy has no such priority.
    #[error("there is no priority `{to}`")]
    UnknownPriority {
        /// The one asked for.
        to: PriorityId,
    },
    /// The policy has no such area.
    #[error("there is no area `{to}`")]
    UnknownArea {
        /// The one asked for.
        to: AreaId,
    },
    /// The policy does not know them.
    #[error("`{person}` is not one of the policy's people")]
    UnknownPerson {
        /// The one asked for.
        person: PersonId,
    },
    /// The wait would end before it begins.
    #[error("the wait would be over already: name a later time")]
    WaitInThePast,
    /// The wait would last too long.
    #[error("the wait would last too long: {latest} is the latest")]
    WaitTooLong {
        /// The latest end.
        latest: Time,
    },
    /// It would be merged into itself, over any number of hops.
    #[error("it would be merged into itself: name another ticket")]
    MergeCycle,
    /// The survivor is closed.
    #[error("{into} is closed, so nothing can be merged into it: link it instead")]
    MergeIntoClosed {
        /// The survivor.
        into: TicketKey,
    },
    /// The merge is too old to be undone.
    #[error("the merge could be undone until {until}: open a new ticket")]
    UnmergeTooLate {
        /// When the window ended.
        until: Time,
    },
    /// Tickets that should not have been one have no stars.
    #[error("it is a {kind}, and only gardening is classified: change its kind first")]
    NotGardening {
        /// What it is.
        kind: Kind,
    },
    /// It was not a ticket.
    #[error("it was not a ticket, so it has no stars")]
    NoStars,
    /// It goes on from a ticket that is not closed.
    #[error("{of} is not closed: reply there, or reopen it")]
    NotClosed {
        /// The ticket.
        of: TicketKey,
    },
    /// A policy that the ticket is measured by was not handed in.
    #[error("the policy {version} that the ticket is measured by is missing: load it first")]
    PolicyMissing {
        /// Which.
        version: PolicyVersion,
    },
    /// A ticket that the command involves was not handed in.
    #[error("the other ticket, {other}, does not exist")]
    OtherMissing {
        /// Which.
        other: TicketKey,
    },
}

fn list(kinds: &[CommandKind]) -> String {
    let words: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

fn from(after: &Option<Time>) -> String {
    after.map_or_else(
        || "once it no longer waits".to_owned(),
        |at| format!("from {}", at.format("%Y-%m-%d %H:%M UTC")),
    )
}
