use std::collections::BTreeSet;
use std::fmt;

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::time::{Every, Zone};
use crate::vocab::{AreaId, CalendarId, Kind, Period, PersonId, PriorityId, SquadId, Time};

/// What is asked of the facts: over which period, of which tickets, and side by side by what.
///
/// ```
/// use supporty_core::insight::{By, Filter, Question};
/// use supporty_core::time::{Every, Zone};
/// use supporty_core::vocab::{Kind, Period};
///
/// let year = Period::new("2026-01-01T00:00:00Z".parse()?, "2027-01-01T00:00:00Z".parse()?);
/// let question = Question::new(year, "2026-11-27T09:00:00Z".parse()?)
///     .zone(Zone::new("Europe/London").unwrap())
///     .filter(Filter { kinds: [Kind::Request].into(), ..Filter::default() })
///     .by([By::Priority, By::Area])
///     .every(Every::Month);
/// assert_eq!(question.previous().period.from.to_rfc3339(), "2025-01-01T00:00:00+00:00");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What is asked about: tickets opened, promises due and work done in it.
    pub period: Period,
    /// When it is asked: what is open then has been open until then. Not before the last entry that the facts know.
    pub now: Time,
    /// Whose days, weeks and hours.
    pub zone: Zone,
    /// Which tickets.
    pub filter: Filter,
    /// Side by side by what, in this order.
    pub by: Vec<By>,
    /// One stretch after the other, where that is wanted.
    pub every: Option<Every>,
}

/// Which tickets: those for which each set that is not empty holds what they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Their priority.
    pub priorities: BTreeSet<PriorityId>,
    /// Their area.
    pub areas: BTreeSet<AreaId>,
    /// The squad that owns them.
    pub squads: BTreeSet<SquadId>,
    /// What kind of work they are.
    pub kinds: BTreeSet<Kind>,
    /// Who owns them, or owned them last.
    pub people: BTreeSet<PersonId>,
    /// The calendar of their promise to resolve, by the policy that measures them.
    pub clocks: BTreeSet<CalendarId>,
}

/// What tickets are put side by side by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Their priority.
    Priority,
    /// Their area.
    Area,
    /// The squad that owns them.
    Squad,
    /// What kind of work they are.
    Kind,
    /// Who owns them, or owned them last.
    Person,
    /// The calendar of their promise to resolve.
    Clock,
}

/// What the tickets of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// The stretch that begins on that day.
    Since(NaiveDate),
    /// That priority.
    Priority(PriorityId),
    /// That area, or none.
    Area(Option<AreaId>),
    /// That squad, or none.
    Squad(Option<SquadId>),
    /// That kind.
    Kind(Kind),
    /// That owner, or none.
    Person(Option<PersonId>),
    /// That calendar; none where their policy is not known.
    Clock(Option<CalendarId>),
}

/// The tickets that stand together: the stretch first, where stretches were asked for, then what they are by, in the order
/// of the question. Without either everything is one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Group(pub Vec<Value>);

impl Question {
    /// About everything in a period, together, by UTC.
    pub fn new(period: Period, now: Time) -> Self {
        Self { period, now, zone: Zone::utc(), filter: Filter::default(), by: Vec::new(), every: None }
    }

    /// By the clocks of a zone.
    #[must_use]
    pub fn zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// About some tickets only.
    #[must_use]
    pub fn filter(self, filter: Filter) -> Self {
        Self { filter, ..self }
    }

    /// Side by side.
    #[must_use]
    pub fn by(self, by: impl IntoIterator<Item = By>) -> Self {
        Self { by: by.into_iter().collect(), ..self }
    }

    /// One stretch after the other.
    #[must_use]
    pub fn every(self, every: Every) -> Self {
        Self { every: Some(every), ..self }
    }

    /// The same about the time before: as many months before where the period is whole months of its zone, as many days
    /// where it is whole days, and as much time otherwise.
    #[must_use]
    pub fn previous(&self) -> Self {
        let Period { from, until } = self.period;
        let [first, end] = [from, until].map(|at| self.zone.local(at).date());
        let whole = [first, end].map(|day| self.zone.midnight(day)) == [from, until];
        let back = if whole { before(first, end) } else { None };
        let as_long = || from.checked_sub_signed(until - from).unwrap_or(from);
        let from = back.map_or_else(as_long, |day| self.zone.midnight(day));
        Self { period: Period::new(from, self.period.from), ..self.clone() }
    }
}

fn before(first: NaiveDate, end: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    let months = (end.year() - first.year()) * 12 + i32::try_from(end.month()).ok()?
        - i32::try_from(first.month()).ok()?;
    match u32::try_from(months) {
        Ok(months @ 1..) if first.day() == 1 && end.day() == 1 => {
            first.checked_sub_months(Months::new(months))
        }
        _ => first.checked_sub_signed(end - first),
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn or_none(f: &mut fmt::Formatter<'_>, name: Option<&impl fmt::Display>) -> fmt::Result {
            match name {
                Some(name) => name.fmt(f),
                None => f.write_str("-"),
            }
        }
        match self {
            Self::Since(day) => day.fmt(f),
            Self::Priority(priority) => priority.fmt(f),
            Self::Area(area) => or_none(f, area.as_ref()),
            Self::Squad(squad) => or_none(f, squad.as_ref()),
            Self::Kind(kind) => kind.fmt(f),
            Self::Person(person) => or_none(f, person.as_ref()),
            Self::Clock(clock) => or_none(f, clock.as_ref()),
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in self.0.iter().enumerate() {
            write!(f, "{}{value}", if index == 0 { "" } else { " / " })?;
        }
        Ok(())
    }
}
