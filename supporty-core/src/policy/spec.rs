use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Area, Code, Drill, Field, Grant, Pay, Person, PostMortem, Priority, PriorityChange, ReplyMode, Retention,
    Rota, Rule, Service, Squad,
};
use crate::time::{Budget, CalendarSpec, Zone};
use crate::vocab::{
    AreaId, CalendarId, ChannelId, DrillId, Permission, PersonId, PriorityId, ReopenMode, RotaId, ServiceId,
    SquadId,
};

/// A policy as data, before anybody checked it: [`Policy::new`](super::Policy::new) does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySpec {
    /// What the desk is called.
    pub name: String,
    /// What stands before the dash of a ticket's key.
    pub key_prefix: String,
    /// The desk's own channel: tickets stand there, and it is told when nobody else can be.
    pub channel: ChannelId,
    /// Where restricted tickets stand. Without one, none can be restricted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub private_channel: Option<ChannelId>,
    /// The calendars, by name.
    pub calendars: BTreeMap<CalendarId, CalendarSpec>,
    /// The priorities, most urgent first.
    pub priorities: Vec<Priority>,
    /// Promises of their own for some tickets: the first rule that matches applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// The priority that a form proposes.
    pub default_priority: PriorityId,
    /// What happens where a team may choose.
    pub modes: Modes,
    /// How long things last.
    pub limits: Limits,
    /// What the form asks beside the usual questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// What is left to some people.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub permissions: BTreeMap<Permission, BTreeSet<Grant>>,
    /// What a critical ticket that ended asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_mortem: Option<PostMortem>,
    /// How long things are kept.
    #[serde(default, skip_serializing_if = "Retention::is_for_ever")]
    pub retention: Retention,
    /// The game days that can be begun.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub drills: BTreeMap<DrillId, Drill>,
    /// The engineers. Without any, everybody may act as one.
    #[serde(default)]
    pub people: BTreeMap<PersonId, Person>,
    /// The squads.
    #[serde(default)]
    pub squads: BTreeMap<SquadId, Squad>,
    /// The areas of the product, each owned by a squad.
    #[serde(default)]
    pub areas: BTreeMap<AreaId, Area>,
    /// What is deployed, each by a squad.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub services: BTreeMap<ServiceId, Service>,
    /// What is written on code hosts.
    #[serde(default, skip_serializing_if = "Code::is_silent")]
    pub code: Code,
    /// Who is on when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rotas: BTreeMap<RotaId, Rota>,
    /// What being on call is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay: Option<Pay>,
}

impl PolicySpec {
    /// The zone of the first calendar that has one; UTC where none has.
    pub fn zone(&self) -> Zone {
        self.calendars.values().find_map(CalendarSpec::zone).cloned().unwrap_or_else(Zone::utc)
    }
}

/// What happens where a team may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modes {
    /// What a change of priority does to the clocks.
    pub priority_change: PriorityChange,
    /// What reopening does to the resolve clock.
    pub reopen: ReopenMode,
    /// What the requester's reply to a resolved ticket does.
    pub reply_after_resolution: ReplyMode,
}

/// How long things last. Seconds of real time, unless a calendar is named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How long a resolved ticket can be reopened.
    pub reopening_window: u32,
    /// How long a merge can be undone.
    pub unmerge_window: u32,
    /// How long a wait may last.
    pub longest_wait: u32,
    /// How long after the beginning of a wait on the requester they are reminded, on `wait_clock`.
    pub nudge: Budget,
    /// How long after the reminder a silent requester's ticket is resolved, on `wait_clock`.
    pub no_answer: Budget,
    /// The calendar of the two.
    pub wait_clock: CalendarId,
}
