use serde::{Deserialize, Serialize};

use crate::vocab::{CalendarId, ChannelId, Identity, PersonId, SquadId};

/// An engineer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Who they are to adapters.
    #[serde(default)]
    pub identities: Vec<Identity>,
}

/// A team that owns areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Squad {
    /// What it is called.
    pub name: String,
    /// Where it talks.
    pub channel: Option<ChannelId>,
    /// Who belongs to it.
    #[serde(default)]
    pub members: Vec<PersonId>,
    /// Who leads it.
    pub lead: Option<PersonId>,
    /// Who looks after it in its hours.
    pub gardener: Option<PersonId>,
    /// Who looks after it outside them.
    #[serde(default)]
    pub on_call: Vec<PersonId>,
    /// Its hours.
    pub hours: CalendarId,
}

/// A part of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// What it is called.
    pub name: String,
    /// Who owns it.
    pub squad: SquadId,
}
