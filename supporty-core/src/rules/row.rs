use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::plan::deadline_of;
use crate::policy::{Policies, Policy, Standing};
use crate::ticket::{Run, StatusKind, Ticket};
use crate::vocab::{
    Actor, AreaId, Investment, Kind, Permission, PersonId, PriorityId, Resolution, SquadId, Stars, Target,
    TextRef, TicketKey, Time, Upkeep, Watch,
};

/// A ticket in a list. The core computes it, a store only writes it, and it can always be rebuilt from the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its key.
    pub key: TicketKey,
    /// One line.
    pub title: TextRef,
    /// Where it stands.
    pub status: StatusKind,
    /// What kind of work.
    pub kind: Kind,
    /// What kind of gardening, once somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gardening: Option<(Upkeep, Investment)>,
    /// How urgent.
    pub priority: PriorityId,
    /// Which part of the product.
    pub area: Option<AreaId>,
    /// The squad that owns it.
    pub squad: Option<SquadId>,
    /// Who owns it, or owned it last.
    pub owner: Option<PersonId>,
    /// When they got it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owned_since: Option<Time>,
    /// Who asked.
    pub requester: Actor,
    /// When it was opened.
    pub opened_at: Time,
    /// The instant of its last entry.
    pub updated_at: Time,
    /// When it must be resolved, while that clock runs.
    pub due: Option<Time>,
    /// Whether a promise has been warned of or broken and not yet kept.
    pub at_risk: bool,
    /// Whether a promise is broken and not yet kept.
    pub breached: bool,
    /// When it was resolved, unless it was reopened since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Time>,
    /// How it ended.
    pub resolution: Option<Resolution>,
    /// The last rating.
    pub stars: Option<Stars>,
    /// How many messages its thread has.
    pub messages: u32,
    /// Who may read it, where it is restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readers: Option<BTreeSet<PersonId>>,
    /// Until when a post-mortem is to be written, while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_mortem: Option<Time>,
    /// Whether everybody's words were deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
}

impl Row {
    /// How a ticket stands in lists.
    pub fn of(ticket: &Ticket, policies: &Policies) -> Self {
        let open = ticket.status.is_open();
        let runs = || {
            Target::ALL.iter().filter_map(|target| ticket.clocks.run(Watch::from(*target))).filter(|_| open)
        };
        let breached = runs().any(|run| run.breached.is_some());
        Self {
            key: ticket.key.clone(),
            title: ticket.title.clone(),
            status: ticket.status.kind(),
            kind: ticket.kind,
            gardening: ticket.gardening,
            priority: ticket.priority.clone(),
            area: ticket.area.clone(),
            squad: ticket.squad.clone(),
            owner: ticket.owner().cloned(),
            owned_since: ticket.owned_since,
            requester: ticket.requester.clone(),
            opened_at: ticket.opened_at,
            updated_at: ticket.last_at,
            due: Some(Target::Resolve)
                .filter(|_| open)
                .and_then(|target| deadline_of(ticket, policies, target)),
            at_risk: breached || runs().any(|run: &Run| !run.warned.is_empty()),
            breached,
            resolved_at: ticket.resolved_at,
            resolution: ticket.status.resolution(),
            stars: ticket.rating.map(|rating| rating.last),
            messages: ticket.messages,
            readers: ticket.restricted.is_some().then(|| ticket.readers()),
            post_mortem: ticket
                .post_mortem
                .as_ref()
                .filter(|asked| asked.written.is_none())
                .map(|asked| asked.due),
            erased: ticket.erased.is_some(),
        }
    }

    /// Whether somebody may read it: see [`may_read`](super::may_read).
    pub fn may_be_read(&self, policy: &Policy, by: &Actor, at: Time) -> bool {
        let Some(readers) = &self.readers else { return true };
        let asks = self.requester == *by;
        let standing = Standing { asks, owner: self.owner.as_ref(), squad: self.squad.as_ref() };
        by.person().is_none_or(|person| readers.contains(person))
            || policy.may(Permission::ReadRestricted, by, standing, at)
    }
}
