use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::time::{Turns, Unit, Zone};
use crate::vocab::{CalendarId, PersonId, SquadId};

/// Who is on when: rotations, one above the other.
///
/// What is arranged day by day, such as swaps and time off, is not configuration: it is in the rota's own stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rota {
    /// What it is called.
    pub name: String,
    /// Whose clocks and dates.
    pub zone: Zone,
    /// The squad whose channel and lead hear about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squad: Option<SquadId>,
    /// Who takes turns. Of several layers the highest that has somebody on counts; those of one layer are on together.
    pub rotations: Vec<Rotation>,
    /// How many people must be on.
    pub people_on: u8,
    /// When they must be: always, unless it is said. Outside it nobody need be on, and a gap is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<CalendarId>,
    /// Who is on where somebody must be and nobody is, in order: the first who are not away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<PersonId>,
}

/// People who take turns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// Which layer it belongs to: a higher one masks a lower one.
    #[serde(default)]
    pub layer: u8,
    /// What the length of a turn is counted in.
    pub every: Unit,
    /// How many of them a turn is long.
    pub length: u16,
    /// When the first turn begins, by the clock of the rota's zone: every handoff is at this time of day.
    pub start: NaiveDateTime,
    /// When the rotation ends, by the same clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<NaiveDateTime>,
    /// How many seconds somebody is on from the beginning of their turn, where that is less than all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<u32>,
    /// The hours in which they are on: always, unless it is said. A turn without any such hour is nobody's, so that
    /// everybody serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<CalendarId>,
    /// Who, in order.
    pub members: Vec<Member>,
}

/// Somebody who takes turns: one person, or several who are on together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Who.
    pub people: Vec<PersonId>,
    /// Their first day: the first turn that begins on it or after it may be theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// Their last day. What is left of a turn after it goes to the next in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

impl Member {
    /// One person, without a first or a last day.
    pub fn one(person: impl Into<PersonId>) -> Self {
        Self { people: vec![person.into()], from: None, until: None }
    }

    /// Whether a day is one of theirs.
    pub fn serves_on(&self, date: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until)
    }
}

impl Rotation {
    /// When its turns begin.
    pub fn turns(&self, zone: &Zone) -> Turns {
        Turns { every: self.every, length: self.length, start: self.start, zone: zone.clone() }
    }
}
