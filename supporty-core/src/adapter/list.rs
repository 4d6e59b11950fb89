use serde::{Deserialize, Serialize};

use crate::rules::Row;
use crate::ticket::StatusKind;
use crate::vocab::{AreaId, Kind, PersonId, PriorityId, SquadId, Text};

/// Which tickets, newest first. Every part narrows; what is empty or `None` does not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Query {
    /// Any of these.
    pub status: Vec<StatusKind>,
    /// Owned so.
    pub owner: Option<OwnerFilter>,
    /// Owned by that squad.
    pub squad: Option<SquadId>,
    /// Of that priority.
    pub priority: Option<PriorityId>,
    /// In that area.
    pub area: Option<AreaId>,
    /// Of that kind of work.
    pub kind: Option<Kind>,
    /// At risk, or not.
    pub at_risk: Option<bool>,
    /// All these words, each at the beginning of a word of the title, the details or a message, in any case.
    pub search: Option<String>,
    /// Search internal notes too.
    pub internal: bool,
    /// Only tickets with a smaller number: what [`Page::next`] said.
    pub before: Option<u64>,
    /// How many at most; 0 stands for 50, and nobody gets more than 500.
    pub most: u32,
}

/// Who owns a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerFilter {
    /// Nobody.
    Nobody,
    /// That person.
    Person(PersonId),
}

/// A part of a list. What is opened while somebody turns pages does not shift them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The tickets, newest first.
    pub rows: Vec<Listed>,
    /// Where the next page begins, if there is one.
    pub next: Option<u64>,
}

/// A ticket in a list, with its title unless that was erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The ticket.
    pub row: Row,
    /// Its title.
    pub title: Option<Text>,
}

impl Query {
    /// How many at most, with the default and the bound applied.
    pub fn page_size(&self) -> u32 {
        match self.most {
            0 => 50,
            most => most.min(500),
        }
    }
}
