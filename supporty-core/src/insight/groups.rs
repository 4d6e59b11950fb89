//! Which group a ticket belongs to, fast: what depends on its setting is looked up once for all tickets of one setting.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use foldhash::fast::FixedState;

use super::columns::{NONE, Row, Setting, micros};
use super::{By, Facts, Group, Question, Value};
use crate::policy::Policies;
use crate::time::Calendar;
use crate::vocab::{CalendarId, Target};

/// More places than this are looked up by hash.
const DENSE: u64 = 1 << 20;

#[derive(Debug)]
pub(super) struct Groups {
    by: Vec<By>,
    /// By setting: which of `values`, or none where it is not asked about.
    settings: Vec<u32>,
    values: Vec<Vec<Value>>,
    /// By person: whether they are asked about.
    people: Option<Vec<bool>>,
    by_person: bool,
    owners: u64,
    days: Vec<NaiveDate>,
    /// When each stretch begins.
    starts: Vec<i64>,
    from: i64,
    until: i64,
}

/// The stretch that the last instant lay in: the next one mostly lies in it too.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor {
    from: i64,
    until: i64,
    stretch: u64,
}

impl Cursor {
    pub(super) const NOWHERE: Self = Self { from: 0, until: 0, stretch: 0 };
}

impl Groups {
    pub(super) fn new(facts: &Facts, question: &Question, policies: &Policies) -> Self {
        let Question { period, filter, by, every, zone, .. } = question;
        let mut known: BTreeMap<Vec<Value>, u32> = BTreeMap::new();
        let mut values = Vec::new();
        let settings = facts.settings.all().iter().map(|setting| {
            let clock = clock(setting, policies).map(|(clock, _)| clock);
            let terms = &setting.terms;
            let asked = holds(&filter.priorities, Some(&terms.priority))
                && holds(&filter.areas, terms.area.as_ref())
                && holds(&filter.squads, setting.squad.as_ref())
                && holds(&filter.kinds, Some(&terms.kind))
                && holds(&filter.clocks, clock);
            if !asked {
                return NONE;
            }
            let value = |by: &By| match by {
                By::Priority => Some(Value::Priority(terms.priority.clone())),
                By::Area => Some(Value::Area(terms.area.clone())),
                By::Squad => Some(Value::Squad(setting.squad.clone())),
                By::Kind => Some(Value::Kind(terms.kind)),
                By::Clock => Some(Value::Clock(clock.cloned())),
                By::Person => None,
            };
            let mine: Vec<_> = by.iter().filter_map(value).collect();
            *known.entry(mine).or_insert_with_key(|mine| super::columns::push(&mut values, mine.clone()))
        });
        let settings = settings.collect();
        let names = facts.names.all();
        let asked = |_: &()| names.iter().map(|name| filter.people.contains(name)).collect();
        let by_person = by.contains(&By::Person);
        let stretches = every.map(|every| every.of(*period, zone)).unwrap_or_default();
        let (days, starts) = stretches.into_iter().map(|(day, at)| (day, micros(at))).unzip();
        Self {
            by: by.clone(),
            settings,
            values,
            people: Some(()).filter(|()| !filter.people.is_empty()).as_ref().map(asked),
            by_person,
            owners: if by_person { names.len() as u64 + 1 } else { 1 },
            days,
            starts,
            from: micros(period.from),
            until: micros(period.until),
        }
    }

    pub(super) fn period(&self) -> (i64, i64) {
        (self.from, self.until)
    }

    fn stretches(&self) -> u64 {
        self.starts.len().max(1) as u64
    }

    /// The place of a ticket at an instant; none where either is not asked about.
    #[inline]
    pub(super) fn place(&self, row: &Row, at: i64, cursor: &mut Cursor) -> Option<u64> {
        Some(self.first_place(row)? + self.later(at, cursor)?)
    }

    /// The place of a ticket in the first stretch.
    #[inline]
    pub(super) fn first_place(&self, row: &Row) -> Option<u64> {
        let value = self.settings.get(row.setting as usize).copied().filter(|value| *value != NONE)?;
        if let Some(people) = &self.people
            && !people.get(row.owner as usize).copied().unwrap_or(false)
        {
            return None;
        }
        let owner = if self.by_person { u64::from(row.owner.wrapping_add(1)) } else { 0 };
        Some((u64::from(value) * self.owners + owner) * self.stretches())
    }

    /// How many stretches later an instant is; none outside the period.
    #[inline]
    pub(super) fn later(&self, at: i64, cursor: &mut Cursor) -> Option<u64> {
        if at < self.from || at >= self.until {
            return None;
        }
        if at < cursor.from || at >= cursor.until {
            *cursor = self.stretch(at);
        }
        Some(cursor.stretch)
    }

    fn stretch(&self, at: i64) -> Cursor {
        let next = self.starts.partition_point(|start| *start <= at);
        let this = next.saturating_sub(1);
        Cursor {
            from: self.starts.get(this).copied().unwrap_or(i64::MIN),
            until: self.starts.get(next).copied().unwrap_or(i64::MAX),
            stretch: this as u64,
        }
    }

    fn places(&self) -> u64 {
        (self.values.len() as u64).saturating_mul(self.owners).saturating_mul(self.stretches())
    }

    /// What the tickets of a place have in common.
    pub(super) fn group(&self, facts: &Facts, place: u64) -> Group {
        let (rest, stretch) = (place / self.stretches(), place % self.stretches());
        let (value, owner) = (rest / self.owners, rest % self.owners);
        let owner = u32::try_from(owner).ok().and_then(|owner| facts.names.get(owner.wrapping_sub(1)));
        let mut values = self.values.get(value as usize).into_iter().flatten();
        let since = self.days.get(stretch as usize).map(|day| Value::Since(*day));
        let by = self.by.iter().filter_map(|by| match by {
            By::Person => Some(Value::Person(owner.cloned())),
            _ => values.next().cloned(),
        });
        Group(since.into_iter().chain(by).collect())
    }
}

fn holds<T: Ord>(asked: &std::collections::BTreeSet<T>, is: Option<&T>) -> bool {
    asked.is_empty() || is.is_some_and(|is| asked.contains(is))
}

/// The calendar of the promise to resolve, or of the priority where nothing is promised.
pub(super) fn clock<'a>(setting: &Setting, policies: &'a Policies) -> Option<(&'a CalendarId, &'a Calendar)> {
    let policy = policies.get(&setting.policy)?;
    let promise = policy.promise(&setting.terms, Target::Resolve).map(|promise| &promise.clock);
    let clock = promise.or_else(|| Some(&policy.priority(&setting.terms.priority)?.clock))?;
    Some((clock, policy.calendar(clock)?))
}

/// The places that came up, by number.
#[derive(Debug)]
pub(super) struct Places {
    dense: Vec<u32>,
    sparse: HashMap<u64, u32, FixedState>,
    all: Vec<u64>,
}

impl Places {
    pub(super) fn new(groups: &Groups) -> Self {
        let dense = usize::try_from(groups.places()).ok().filter(|_| groups.places() <= DENSE);
        Self { dense: vec![NONE; dense.unwrap_or(0)], sparse: HashMap::default(), all: Vec::new() }
    }

    #[inline]
    pub(super) fn number(&mut self, place: u64) -> u32 {
        match self.dense.get(place as usize) {
            Some(number) if *number != NONE => *number,
            _ => self.add(place),
        }
    }

    fn add(&mut self, place: u64) -> u32 {
        if self.dense.is_empty()
            && let Some(number) = self.sparse.get(&place)
        {
            return *number;
        }
        let number = super::columns::push(&mut self.all, place);
        match self.dense.get_mut(place as usize) {
            Some(dense) => *dense = number,
            None => drop(self.sparse.insert(place, number)),
        }
        number
    }

    pub(super) fn all(&self) -> &[u64] {
        &self.all
    }
}
