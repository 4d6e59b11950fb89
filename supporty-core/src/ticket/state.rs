use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Alerts, Clocks, Outcome, Page, PostMortem, Script, Status};
use crate::vocab::{
    Actor, AreaId, Bond, Change, ChangeId, DeploymentId, FieldId, FieldValue, Investment, Kind, PersonId,
    Place, PolicyVersion, PriorityId, Role, ServiceId, SquadId, Stars, Terms, TextRef, TicketKey, Time,
    Upkeep,
};

/// What a ticket is by now: the fold of its entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its key.
    pub key: TicketKey,
    /// The number of its last entry.
    pub seq: u64,
    /// When it was opened.
    pub opened_at: Time,
    /// The instant of its last entry.
    pub last_at: Time,
    /// The last instant at which somebody other than a requester did something.
    pub last_activity: Time,
    /// One line.
    pub title: TextRef,
    /// Everything else.
    pub details: Option<TextRef>,
    /// Who asked.
    pub requester: Actor,
    /// Who asked for the tickets merged into it.
    pub co_requesters: BTreeMap<TicketKey, Actor>,
    /// What kind of work.
    pub kind: Kind,
    /// What kind of gardening, once somebody said so.
    #[serde(default)]
    pub gardening: Option<(Upkeep, Investment)>,
    /// How urgent.
    pub priority: PriorityId,
    /// Which part of the product.
    pub area: Option<AreaId>,
    /// The squad that owns it.
    pub squad: Option<SquadId>,
    /// The squads that its requester belonged to when they asked.
    pub requester_squads: BTreeSet<SquadId>,
    /// Where it stands.
    pub status: Status,
    /// When whoever owns it, or owned it last, got it.
    #[serde(default)]
    pub owned_since: Option<Time>,
    /// When it was resolved, unless it was reopened since.
    #[serde(default)]
    pub resolved_at: Option<Time>,
    /// The policies that it is measured by, in order of time; never empty.
    pub pins: Vec<Pin>,
    /// What is watched.
    pub clocks: Clocks,
    /// How the last round of each promise ended. The rounds before are in the log.
    pub outcomes: Vec<Outcome>,
    /// Who is looking at it without owning it.
    pub acknowledged: Option<Acknowledgement>,
    /// When our last answer was said.
    pub answered: Option<Time>,
    /// When a requester said something that nobody has answered yet.
    pub questions: BTreeSet<Time>,
    /// The highest rung that was fired by hand.
    pub hand_rung: Option<u8>,
    /// The people whom escalation has told.
    pub told: BTreeSet<PersonId>,
    /// Who was woken as the one who is on, and when first, since it was opened or reopened.
    #[serde(default)]
    pub paged: BTreeMap<PersonId, Time>,
    /// Whether escalation has told a channel, and so anybody.
    pub told_channel: bool,
    /// Who took part, and how much.
    pub people: BTreeMap<PersonId, Participation>,
    /// How many messages its thread has, notes not counted.
    pub messages: u32,
    /// How many internal notes it has.
    pub notes: u32,
    /// When the cause was known.
    pub identified: Option<Time>,
    /// When service was back.
    pub mitigated: Option<Time>,
    /// How often it was reopened.
    pub reopened: u32,
    /// What the requester thought of it.
    pub rating: Option<Rating>,
    /// The closed ticket that it goes on from.
    pub follows: Option<TicketKey>,
    /// The tickets that go on from it.
    pub followed_by: Vec<TicketKey>,
    /// Where its threads stand.
    pub places: Vec<Place>,
    /// Where its threads stood before it was restricted, or while it was.
    #[serde(default)]
    pub former_places: Vec<Place>,
    /// What else the form asked.
    #[serde(default)]
    pub fields: BTreeMap<FieldId, FieldValue>,
    /// Who may read it beside those who have a part in it, where it is restricted.
    #[serde(default)]
    pub restricted: Option<BTreeSet<PersonId>>,
    /// The incident that it is a report of.
    #[serde(default)]
    pub reports_to: Option<TicketKey>,
    /// The reports that it gathers, each with the ticket that gathered it: itself, or one merged into it.
    #[serde(default)]
    pub reports: BTreeMap<TicketKey, TicketKey>,
    /// Up to which entry of each incident it has heard.
    #[serde(default)]
    pub heard: BTreeMap<TicketKey, u64>,
    /// The changes of code that have to do with it, or once had.
    #[serde(default)]
    pub changes: BTreeMap<ChangeId, Linked>,
    /// What is meant to solve it and was deployed, by the deployment that brought it.
    #[serde(default)]
    pub deployed: BTreeMap<ChangeId, Brought>,
    /// What was meant to solve it and was taken out of the code again, and when.
    #[serde(default)]
    pub reverted: BTreeMap<ChangeId, Time>,
    /// The deployments that caused it.
    #[serde(default)]
    pub blamed: BTreeSet<(ServiceId, DeploymentId)>,
    /// The alerts of the group that it was opened for, under its own key, and of those of tickets merged into it.
    #[serde(default)]
    pub alerts: BTreeMap<TicketKey, Alerts>,
    /// Under which name the group of alerts is known that it was opened for. Another ticket may have taken that over once
    /// this one is closed.
    #[serde(default)]
    pub raised_by: Option<Place>,
    /// What somebody was asked to write after it.
    #[serde(default)]
    pub post_mortem: Option<PostMortem>,
    /// What happens by itself, where it is a game day, and how many of its lines were said.
    #[serde(default)]
    pub drill: Option<(Script, u16)>,
    /// When everybody's words were deleted, unless somebody wrote since.
    #[serde(default)]
    pub erased: Option<Time>,
    /// Who is being woken.
    #[serde(default)]
    pub pages: BTreeMap<PersonId, Page>,
    /// Who could not be woken since somebody last looked.
    #[serde(default)]
    pub unreached: BTreeSet<PersonId>,
}

/// A policy that a ticket is measured by from an instant on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// From when.
    pub from: Time,
    /// Which.
    pub version: PolicyVersion,
}

/// A change of code that has to do with a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// What it is to it.
    pub bond: Bond,
    /// The change as it was told last.
    pub change: Change,
    /// The ticket merged into this one that it was opened for, where it is an issue of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<TicketKey>,
}

/// The deployment that brought a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brought {
    /// To which service.
    pub service: ServiceId,
    /// By which deployment.
    pub deployment: DeploymentId,
    /// When.
    pub at: Time,
}

/// Somebody who was told is looking at it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Time,
}

/// What one person did on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participation {
    /// What they are or were to it.
    pub roles: BTreeSet<Role>,
    /// How many messages and notes they wrote.
    pub messages: u32,
    /// When they first did something.
    pub first: Time,
    /// When they last did something.
    pub last: Time,
}

/// What the requester thought, at first and in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rating {
    /// The first rating.
    pub first: Stars,
    /// The last one.
    pub last: Stars,
}

impl Ticket {
    /// The form of a stored state. What is stored in another is computed anew from the log: whatever changes what
    /// these fields are, or what `evolve` makes of an entry, gives it another name.
    pub const FORMAT: &str = "ticket-2";

    /// Who owns it, or owned it last.
    pub fn owner(&self) -> Option<&PersonId> {
        self.status.owner()
    }

    /// Whether they asked for it, or for a ticket merged into it.
    pub fn is_requester(&self, actor: &Actor) -> bool {
        self.requester == *actor || self.co_requesters.values().any(|requester| requester == actor)
    }

    /// Those who may read it where it is restricted: whoever asked, owns it or was told, and who was named.
    pub fn readers(&self) -> BTreeSet<PersonId> {
        let asked = std::iter::once(&self.requester).chain(self.co_requesters.values());
        let part = asked.filter_map(Actor::person).chain(self.owner()).chain(&self.told);
        part.chain(self.restricted.iter().flatten()).cloned().collect()
    }

    /// What its promises depend on.
    pub fn terms(&self) -> Terms {
        Terms {
            priority: self.priority.clone(),
            area: self.area.clone(),
            kind: self.kind,
            requester_squads: self.requester_squads.clone(),
        }
    }

    /// The policy that it is measured by now.
    pub fn policy(&self) -> Option<&PolicyVersion> {
        self.pins.last().map(|pin| &pin.version)
    }
}
