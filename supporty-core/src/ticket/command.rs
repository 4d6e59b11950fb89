use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::alerts::is_zero;
use super::{Erasure, Heard, Message, Raised, Script, Signal};
use crate::vocab::{
    Actor, AdapterName, AlertId, AreaId, Bond, Change, ChangeId, DeploymentId, FieldId, FieldValue,
    Investment, Kind, MessageId, PersonId, Place, PolicyVersion, PriorityId, Resolution, ServiceId, Stars,
    TextRef, TicketKey, Time, Upkeep, WaitingOn,
};

/// What somebody asks of a ticket. Whoever asks, and when, is in the context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Command {
    /// Open a ticket under a reserved key.
    Open(Open),
    /// Open a ticket for alerts.
    Raise {
        /// What it says.
        open: Open,
        /// The alerts.
        by: Raised,
    },
    /// Open a ticket that goes on where a closed one ended.
    FollowUp(FollowUp),
    /// Take it.
    Claim,
    /// Give it to somebody.
    Assign {
        /// The new owner.
        to: PersonId,
    },
    /// Give one's own ticket to somebody, with what they should know.
    HandOff {
        /// The new owner.
        to: PersonId,
        /// What they should know.
        note: Option<TextRef>,
    },
    /// Give it up, so that nobody owns it.
    Release,
    /// Take it from an owner who has been silent past the policy's limit.
    TakeOver,
    /// Say something in the thread.
    Reply {
        /// The message.
        message: Message,
    },
    /// Say something that the requester does not see.
    Note {
        /// The message.
        message: Message,
    },
    /// A message of its thread was changed on its platform: its number, what it says now, and when it was changed.
    Edit {
        /// The message as it is now.
        message: Message,
    },
    /// A message of its thread was deleted on its platform.
    Withdraw {
        /// Which.
        message: MessageId,
    },
    /// Change the priority.
    Reprioritise {
        /// The new priority.
        to: PriorityId,
        /// Why.
        why: Option<TextRef>,
    },
    /// Move it to another area, and so to the squad that owns that.
    Move {
        /// The new area.
        to: AreaId,
    },
    /// Change what kind of work it is.
    ChangeKind {
        /// The new kind.
        to: Kind,
    },
    /// Say what kind of gardening it is.
    Classify {
        /// What is looked after.
        upkeep: Upkeep,
        /// What it is an investment in.
        investment: Investment,
    },
    /// Measure it by the policy in force from now on, once somebody has seen what that changes.
    Replan {
        /// The policy that was looked at.
        to: PolicyVersion,
    },
    /// The cause is known.
    Identify,
    /// Service is back.
    Mitigate,
    /// Stop until somebody else has moved.
    Wait {
        /// On whom.
        on: WaitingOn,
        /// Until when, at the latest.
        until: Time,
        /// Why.
        why: Option<TextRef>,
    },
    /// End a wait.
    Resume,
    /// It is done.
    Resolve {
        /// How it ended.
        resolution: Resolution,
        /// What the requester should know.
        note: Option<TextRef>,
    },
    /// The requester agrees that it is done.
    Confirm,
    /// It is not done.
    Reopen {
        /// Why.
        why: Option<TextRef>,
    },
    /// It is the same as another ticket, which goes on for both.
    Merge {
        /// The survivor.
        into: TicketKey,
    },
    /// It was not the same after all.
    Unmerge,
    /// Let only its readers know what it is about.
    Restrict {
        /// Who may read it beside whoever asked, owns it, or was told.
        readers: BTreeSet<PersonId>,
    },
    /// Let everybody know again.
    Unrestrict,
    /// It is a report of an incident: what is said there reaches its thread.
    Attach {
        /// The incident.
        to: TicketKey,
    },
    /// It is no report of that incident.
    Detach,
    /// Something happened on the incident that it is a report of; sent by the desk.
    Hear {
        /// The incident.
        incident: TicketKey,
        /// The incident's entry: what was heard before is not heard again.
        seq: u64,
        /// Who did it.
        by: Actor,
        /// What.
        what: Heard,
    },
    /// A change of code has to do with it, or has no longer; sent by a code host, again whenever the change gets further.
    Link {
        /// What it is to the ticket.
        bond: Bond,
        /// The change as it is now.
        change: Change,
    },
    /// Open an issue for it on a code host, where the policy says.
    OpenIssue,
    /// Somebody wrote below the issue that was opened for it; sent by a code host.
    Comment {
        /// The issue.
        on: ChangeId,
        /// What they wrote.
        message: Message,
    },
    /// A deployment caused it.
    Blame {
        /// Of which service.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
    },
    /// That deployment did not cause it after all.
    Absolve {
        /// Of which service.
        service: ServiceId,
        /// Which.
        deployment: DeploymentId,
    },
    /// What is meant to solve it was deployed; sent by the desk.
    Deployed {
        /// To which service.
        service: ServiceId,
        /// By which deployment.
        deployment: DeploymentId,
        /// What.
        changes: BTreeSet<ChangeId>,
        /// When.
        at: Time,
    },
    /// What is meant to solve it was taken out of the code again; sent by the desk.
    Revert {
        /// What.
        change: ChangeId,
        /// When.
        at: Time,
    },
    /// How alerts that have to do with it stand; sent by monitoring.
    Signal {
        /// How each stands.
        alerts: BTreeMap<AlertId, Signal>,
        /// What the first few of those are called that fire.
        names: Option<TextRef>,
        /// The ticket that their group was told to, where that may be merged into this one by now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<TicketKey>,
        /// How many more of the group fire than those that are followed.
        #[serde(default, skip_serializing_if = "is_zero")]
        unfollowed: u32,
    },
    /// Say what was learnt.
    WritePostMortem {
        /// The words.
        text: TextRef,
    },
    /// Somebody could not be woken that way; sent by the desk.
    Undelivered {
        /// Who.
        person: PersonId,
        /// Which way.
        adapter: AdapterName,
    },
    /// People's words were deleted; sent by the desk.
    Erase {
        /// Whose; everybody's, unless it is said.
        whose: Option<PersonId>,
        /// How many texts.
        texts: u32,
        /// Why.
        because: Erasure,
    },
    /// What the requester thought of it.
    Rate {
        /// How much.
        stars: Stars,
    },
    /// Fire the ladder's next rung by hand.
    Escalate {
        /// Why.
        why: Option<TextRef>,
    },
    /// Somebody who was told is looking at it.
    Acknowledge,
    /// Where its thread stands; sent by the driver after the first card was delivered.
    Place {
        /// The thread's root.
        place: Place,
        /// Whether that is where restricted tickets stand.
        #[serde(default)]
        private: bool,
    },
    /// Nothing but what is due.
    Tick,
}

/// What a new ticket says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// One line.
    pub title: TextRef,
    /// Everything else.
    pub details: Option<TextRef>,
    /// What kind of work it is.
    pub kind: Kind,
    /// How urgent.
    pub priority: PriorityId,
    /// Which part of the product.
    pub area: Option<AreaId>,
    /// Who asked, where somebody else opens it for them.
    pub on_behalf: Option<Actor>,
    /// What else the form asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<FieldId, FieldValue>,
    /// Let only its readers know what it is about. An area or an answer may do so anyway.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// What happens by itself, where it is a game day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Script>,
}

impl Open {
    /// A request in no area, without details.
    pub fn new(title: TextRef, priority: impl Into<PriorityId>) -> Self {
        Self {
            title,
            details: None,
            kind: Kind::Request,
            priority: priority.into(),
            area: None,
            on_behalf: None,
            fields: BTreeMap::new(),
            restricted: false,
            drill: None,
        }
    }
}

/// What a follow-up says. Kind, priority and area are those of the closed ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The closed ticket.
    pub of: TicketKey,
    /// The message that made it necessary.
    pub message: Message,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident => $word:literal, $pattern:pat,)*) => {
        /// A command without its arguments: what a rejection lists as allowed, and what a page draws as buttons.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum CommandKind {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl CommandKind {
            /// Every kind, in the order of the life of a ticket.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stored spelling.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl Command {
            /// The command without its arguments.
            pub fn kind(&self) -> CommandKind {
                match self { $($pattern => CommandKind::$variant,)* }
            }
        }
    };
}

kinds! {
    /// [`Command::Open`]
    Open => "open", Command::Open(_),
    /// [`Command::Claim`]
    Claim => "claim", Command::Claim,
    /// [`Command::Assign`]
    Assign => "assign", Command::Assign { .. },
    /// [`Command::HandOff`]
    HandOff => "hand-off", Command::HandOff { .. },
    /// [`Command::Release`]
    Release => "release", Command::Release,
    /// [`Command::TakeOver`]
    TakeOver => "take-over", Command::TakeOver,
    /// [`Command::Acknowledge`]
    Acknowledge => "acknowledge", Command::Acknowledge,
    /// [`Command::Reply`]
    Reply => "reply", Command::Reply { .. },
    /// [`Command::Note`]
    Note => "note", Command::Note { .. },
    /// [`Command::Edit`]
    Edit => "edit", Command::Edit { .. },
    /// [`Command::Withdraw`]
    Withdraw => "withdraw", Command::Withdraw { .. },
    /// [`Command::Reprioritise`]
    Reprioritise => "reprioritise", Command::Reprioritise { .. },
    /// [`Command::Move`]
    Move => "move", Command::Move { .. },
    /// [`Command::ChangeKind`]
    ChangeKind => "change-kind", Command::ChangeKind { .. },
    /// [`Command::Classify`]
    Classify => "classify", Command::Classify { .. },
    /// [`Command::Replan`]
    Replan => "replan", Command::Replan { .. },
    /// [`Command::Identify`]
    Identify => "identify", Command::Identify,
    /// [`Command::Mitigate`]
    Mitigate => "mitigate", Command::Mitigate,
    /// [`Command::Wait`]
    Wait => "wait", Command::Wait { .. },
    /// [`Command::Resume`]
    Resume => "resume", Command::Resume,
    /// [`Command::Escalate`]
    Escalate => "escalate", Command::Escalate { .. },
    /// [`Command::Resolve`]
    Resolve => "resolve", Command::Resolve { .. },
    /// [`Command::Confirm`]
    Confirm => "confirm", Command::Confirm,
    /// [`Command::Reopen`]
    Reopen => "reopen", Command::Reopen { .. },
    /// [`Command::Rate`]
    Rate => "rate", Command::Rate { .. },
    /// [`Command::Merge`]
    Merge => "merge", Command::Merge { .. },
    /// [`Command::Unmerge`]
    Unmerge => "unmerge", Command::Unmerge,
    /// [`Command::Attach`]
    Attach => "attach", Command::Attach { .. },
    /// [`Command::Detach`]
    Detach => "detach", Command::Detach,
    /// [`Command::OpenIssue`]
    OpenIssue => "open-issue", Command::OpenIssue,
    /// [`Command::Link`]
    Link => "link", Command::Link { .. },
    /// [`Command::Comment`]
    Comment => "comment", Command::Comment { .. },
    /// [`Command::Blame`]
    Blame => "blame", Command::Blame { .. },
    /// [`Command::Absolve`]
    Absolve => "absolve", Command::Absolve { .. },
    /// [`Command::Restrict`]
    Restrict => "restrict", Command::Restrict { .. },
    /// [`Command::Unrestrict`]
    Unrestrict => "unrestrict", Command::Unrestrict,
    /// [`Command::WritePostMortem`]
    WritePostMortem => "write-post-mortem", Command::WritePostMortem { .. },
    /// [`Command::Raise`]
    Raise => "raise", Command::Raise { .. },
    /// [`Command::Signal`]
    Signal => "signal", Command::Signal { .. },
    /// [`Command::FollowUp`]
    FollowUp => "follow-up", Command::FollowUp(_),
    /// [`Command::Hear`]
    Hear => "hear", Command::Hear { .. },
    /// [`Command::Deployed`]
    Deployed => "deployed", Command::Deployed { .. },
    /// [`Command::Revert`]
    Revert => "revert", Command::Revert { .. },
    /// [`Command::Erase`]
    Erase => "erase", Command::Erase { .. },
    /// [`Command::Undelivered`]
    Undelivered => "undelivered", Command::Undelivered { .. },
    /// [`Command::Place`]
    Place => "place", Command::Place { .. },
    /// [`Command::Tick`]
    Tick => "tick", Command::Tick,
}

impl fmt::Display for CommandKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
