use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::policy::Grant;
use crate::ticket::{CommandKind, StatusKind};
use crate::vocab::{AreaId, FieldId, Kind, PersonId, PolicyVersion, PriorityId, TicketKey, Time};

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
    /// It is restricted, and an issue is not.
    #[error("the ticket is restricted, and whoever reads the repository would read its words")]
    WordsStayHere,
    /// An issue for it is open already.
    #[error("{label} is open for it already: {url}")]
    HasIssue {
        /// What people call it.
        label: String,
        /// Where it is looked at.
        url: String,
    },
    /// The policy does not say where issues are opened.
    #[error("the policy does not say where issues are opened{}: write `issues = \"github/acme/shop\"` there, or under `[code]`", in_area(.area))]
    NoRepository {
        /// The ticket's area.
        area: Option<AreaId>,
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
    /// The policy leaves it to others.
    #[error("{command} is for {}: ask one of them", grants(.to))]
    NotPermitted {
        /// What was asked.
        command: CommandKind,
        /// Whom the policy leaves it to.
        to: BTreeSet<Grant>,
    },
    /// The ticket is restricted, and they are none of its readers.
    #[error("the ticket is restricted to its readers: ask its owner or its squad's lead to name you as one")]
    NotAReader,
    /// Nothing can be restricted.
    #[error("there is no private place for restricted tickets: add a `private_channel` to the policy")]
    NoPrivatePlace,
    /// Everything in that area is restricted.
    #[error("every ticket in the area {area} is restricted: move it to another area first")]
    RestrictedArea {
        /// Which.
        area: AreaId,
    },
    /// What is restricted would be read by everybody.
    #[error("the ticket is restricted and {into} is not: restrict that one first")]
    RestrictFirst {
        /// The survivor.
        into: TicketKey,
    },
    /// The form must answer that.
    #[error("`{label}` is not answered: fill in the field `{field}`")]
    MissingField {
        /// Which field.
        field: FieldId,
        /// What it asks.
        label: String,
    },
    /// The policy has no such field.
    #[error("the form has no field `{field}`")]
    UnknownField {
        /// Which.
        field: FieldId,
    },
    /// That is no answer to it.
    #[error("the field `{field}` is answered with {}", choices(.options))]
    NotAnAnswer {
        /// Which field.
        field: FieldId,
        /// What it can be answered with; nothing stands for words.
        options: Vec<String>,
    },
    /// It is an incident itself.
    #[error("it is an incident itself: merge the two")]
    IsAnIncident,
    /// Only an open incident gathers reports.
    #[error("{of} is not an open incident: change its kind to incident, or name another ticket")]
    NotAnOpenIncident {
        /// The ticket.
        of: TicketKey,
    },
    /// What is said there must not be heard elsewhere.
    #[error("{of} is restricted, so that its reports can not hear of it")]
    RestrictedIncident {
        /// The incident.
        of: TicketKey,
    },
    /// The incident was merged.
    #[error("that incident goes on in {into}: attach it there")]
    AttachThere {
        /// The survivor.
        into: TicketKey,
    },
    /// It is a report of another incident.
    #[error("it is a report of {to} already: detach it from there first")]
    ReportsTo {
        /// The incident.
        to: TicketKey,
    },
    /// It is a report of none.
    #[error("it is not a report of any incident")]
    ReportsToNone,
    /// Nobody asked for a post-mortem.
    #[error("no post-mortem was asked for: only critical tickets that ended ask for one")]
    NoPostMortem,
    /// Only a game day has a script.
    #[error("it is a {kind}, and only a drill has a script: change its kind")]
    NotADrill {
        /// What it is.
        kind: Kind,
    },
    /// Only the desk itself does that.
    #[error("{command} is for the desk itself")]
    ForTheDesk {
        /// What was asked.
        command: CommandKind,
    },
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

fn grants(grants: &BTreeSet<Grant>) -> String {
    let words: Vec<_> = grants.iter().map(ToString::to_string).collect();
    if words.is_empty() { "nobody".to_owned() } else { words.join(", ") }
}

fn in_area(area: &Option<AreaId>) -> String {
    area.as_ref().map_or_else(String::new, |area| format!(" for the area `{area}`"))
}

fn choices(options: &[String]) -> String {
    if options.is_empty() { "words".to_owned() } else { format!("one of `{}`", options.join("`, `")) }
}

fn from(after: &Option<Time>) -> String {
    after.map_or_else(
        || "once it no longer waits".to_owned(),
        |at| format!("from {}", at.format("%Y-%m-%d %H:%M UTC")),
    )
}
