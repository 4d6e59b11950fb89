use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Cause;
use crate::ticket::Rating;
use crate::vocab::{
    Actor, Bond, Investment, PersonId, PolicyVersion, Resolution, SquadId, Target, Terms, TicketKey, Time,
    Upkeep,
};

/// What figures need to know of one ticket, and nothing that anybody wrote.
///
/// It is what [`Facts`](super::Facts) folds a ticket's entries into, in the form in which it is stored and read. A host may
/// keep it beside the log: it can always be computed anew, and [`seq`](Self::seq) says from which entry on it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The ticket.
    pub key: TicketKey,
    /// The last entry that it knows.
    pub seq: u64,
    /// When it was opened.
    pub opened_at: Time,
    /// Who asked.
    pub requester: Actor,
    /// Who asked for the tickets merged into it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub co_requesters: BTreeMap<TicketKey, Actor>,
    /// Its priority, area and kind, and the squads of whoever asked.
    pub terms: Terms,
    /// The squad that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squad: Option<SquadId>,
    /// The policy that it is measured by.
    pub policy: PolicyVersion,
    /// Who owns it, or owned it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// When and how it was resolved, unless it was reopened since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<(Time, Resolution)>,
    /// How often it was reopened.
    #[serde(default, skip_serializing_if = "none")]
    pub reopened: u32,
    /// When somebody who had not asked for it first took it or said that they were looking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Time>,
    /// When a human who had not asked for it first answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responded: Option<Time>,
    /// When the cause was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identified: Option<Time>,
    /// When service was back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mitigated: Option<Time>,
    /// What kind of gardening, once somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gardening: Option<(Upkeep, Investment)>,
    /// What the requester thought of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
    /// How many messages people wrote in its thread.
    #[serde(default, skip_serializing_if = "none")]
    pub messages: u32,
    /// How many internal notes.
    #[serde(default, skip_serializing_if = "none")]
    pub notes: u32,
    /// How many messages programs wrote.
    #[serde(default, skip_serializing_if = "none")]
    pub bot_messages: u32,
    /// It was opened as a game day.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub drill: bool,
    /// Only its readers may know what it is about: show its key, and nothing else, to anybody else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// The ticket that goes on for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<TicketKey>,
    /// How every round of every promise ended, in the order in which that was first written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Round>,
    /// What people did, in the order in which the desk heard of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Act>,
    /// The changes of code and the deployments that have to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
}

fn none(count: &u32) -> bool {
    *count == 0
}

/// How a round of a promise ended. What no longer applied before it fell due is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Which promise.
    pub target: Target,
    /// Which round of its clock.
    pub epoch: u32,
    /// Its deadline; when it was met, where the clock stood still without one.
    pub due: Time,
    /// How it ended.
    pub end: End,
}

/// How a promise ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Kept by the deadline.
    Met,
    /// Kept after the deadline.
    MetLate,
    /// Broken and not kept since. What stopped applying after its deadline stays broken.
    Breached,
    /// A change put the deadline into the past: counted apart, whether it was kept since or not.
    BreachedOnChange,
}

/// What somebody did, to the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// Who.
    pub who: PersonId,
    /// When.
    pub at: Time,
    /// As what.
    #[serde(rename = "as")]
    pub as_: Part,
}

/// What somebody's act on a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// They worked on it.
    Works,
    /// They asked for it, and do not own it.
    Asks,
    /// They were woken for it: no act of theirs.
    Woken,
}

/// A change of code, or a deployment, that has to do with a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Which.
    pub what: Cause,
    /// What it is to the ticket.
    pub bond: Bond,
    /// It is in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub merged: bool,
    /// It was deployed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deployed: bool,
    /// It was taken out of the code again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reverted: bool,
}

impl Link {
    /// Whether it is meant to solve the ticket, and is in.
    pub fn solves(&self) -> bool {
        self.bond == Bond::Fix && !self.reverted && (self.merged || self.deployed)
    }
}
