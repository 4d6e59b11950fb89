use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Assignment;
use crate::time::Zone;
use crate::vocab::{AdapterName, CalendarId, ChannelId, Identity, PersonId, Repository, RotaId, SquadId};

/// An engineer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Who they are to adapters.
    #[serde(default)]
    pub identities: Vec<Identity>,
    /// What they are, for permissions: `incident-manager`, `security`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// Whose clocks and dates they are paid by: the rota's, unless it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// The calendar whose closed days are their holidays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<CalendarId>,
    /// How they are woken, in order: the chat that tickets stand on, unless it is said.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contacts: Vec<Contact>,
}

/// A way to reach somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The adapter, where they must have an identity.
    pub adapter: AdapterName,
    /// How many seconds they have to say that they are looking before the next way is tried.
    pub wait: u32,
}

/// A team that owns areas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Squad {
    /// What it is called.
    pub name: String,
    /// Where it talks.
    pub channel: Option<ChannelId>,
    /// Who belongs to it.
    #[serde(default)]
    pub members: Vec<Membership>,
    /// Who leads it.
    pub lead: Option<PersonId>,
    /// Who looks after it in its hours.
    pub gardener: Option<PersonId>,
    /// Who looks after it outside them.
    #[serde(default)]
    pub on_call: Vec<PersonId>,
    /// The rota of its gardeners, which goes before `gardener`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gardener_rota: Option<RotaId>,
    /// The rota of who looks after it outside its hours, which goes before `on_call`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_call_rota: Option<RotaId>,
    /// How its tickets are given to people; they take them themselves, unless it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assign: Option<Assignment>,
    /// Its hours.
    pub hours: CalendarId,
}

/// Somebody's time in a squad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Membership {
    /// Who.
    pub person: PersonId,
    /// Their first day.
    pub from: Option<NaiveDate>,
    /// Their last day.
    pub until: Option<NaiveDate>,
}

impl Membership {
    /// Whether a day is one of theirs.
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }
}

impl<P: Into<PersonId>> From<P> for Membership {
    fn from(person: P) -> Self {
        Self { person: person.into(), from: None, until: None }
    }
}

/// A name where there are no dates.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Always(PersonId),
    Dated {
        person: PersonId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<NaiveDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<NaiveDate>,
    },
}

impl From<Stored> for Membership {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Always(person) => person.into(),
            Stored::Dated { person, from, until } => Self { person, from, until },
        }
    }
}

impl From<Membership> for Stored {
    fn from(Membership { person, from, until }: Membership) -> Self {
        match (from, until) {
            (None, None) => Self::Always(person),
            _ => Self::Dated { person, from, until },
        }
    }
}

/// What is deployed by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// What it is called.
    pub name: String,
    /// Who deploys it.
    pub squad: SquadId,
}

/// A part of the product.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// What it is called.
    pub name: String,
    /// Who owns it.
    pub squad: SquadId,
    /// What helps with it: links, posted when a critical ticket is opened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runbooks: Vec<String>,
    /// Every ticket in it is restricted to its readers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
    /// Where issues are opened for its tickets, if not where those of all areas are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issues: Option<Repository>,
}
