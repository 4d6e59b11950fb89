//! How facts lie in memory: a row of what every question looks at, a row of the rest, and what a ticket has several of in
//! columns that all tickets share, each entry with the one before it of the same ticket.

use super::{End, Link, Part};
use crate::ticket::Rating;
use crate::vocab::{Investment, PolicyVersion, Resolution, SquadId, Target, Terms, Time, Upkeep};

/// An instant that has not come: after all that have.
pub(super) const NEVER: i64 = i64::MAX;
/// No entry of a column, or nobody.
pub(super) const NONE: u32 = u32::MAX;
/// How many rows share a note of when the first and the last of them were.
pub(super) const BLOCK: usize = 1 << 10;

pub(super) const DRILL: u8 = 1;
pub(super) const RESTRICTED: u8 = 1 << 1;
/// A change that is meant to solve it is in.
pub(super) const SOLVED: u8 = 1 << 2;
pub(super) const MERGED: u8 = 1 << 3;
/// Others have asked for it too.
pub(super) const SHARED: u8 = 1 << 4;
pub(super) const RATED: u8 = 1 << 5;

/// What tickets may have in common that questions choose and group by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Setting {
    pub(super) terms: Terms,
    pub(super) squad: Option<SquadId>,
    pub(super) policy: PolicyVersion,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) opened: i64,
    pub(super) resolved: i64,
    pub(super) setting: u32,
    pub(super) owner: u32,
    pub(super) reopened: u16,
    pub(super) resolution: Option<Resolution>,
    pub(super) gardening: Option<(Upkeep, Investment)>,
    pub(super) flags: u8,
}

impl Row {
    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub(super) fn mark(&mut self, flag: u8, set: bool) {
        if set { self.flags |= flag } else { self.flags &= !flag }
    }

    pub(super) fn code_changed(&self) -> bool {
        self.has(SOLVED) || self.resolution.is_some_and(Resolution::code_changed)
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct More {
    pub(super) seq: u64,
    pub(super) acknowledged: i64,
    pub(super) responded: i64,
    pub(super) identified: i64,
    pub(super) mitigated: i64,
    pub(super) requester: u32,
    pub(super) messages: u32,
    pub(super) notes: u32,
    pub(super) bot_messages: u32,
    pub(super) last_round: u32,
    pub(super) last_act: u32,
    pub(super) last_link: u32,
    pub(super) rating: Option<Rating>,
}

/// A round of a promise.
#[derive(Debug, Clone, Copy)]
pub(super) struct RoundRow {
    pub(super) due: i64,
    pub(super) ticket: u32,
    pub(super) before: u32,
    pub(super) epoch: u32,
    pub(super) target: Target,
    pub(super) end: End,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct ActRow {
    /// Seconds since 1970.
    pub(super) at: u32,
    pub(super) who: u32,
    pub(super) ticket: u32,
    before: u32,
}

impl ActRow {
    const PART: u32 = 30;

    pub(super) fn new(at: u32, who: u32, part: Part, ticket: u32, before: u32) -> Self {
        Self { at, who: who & ((1 << Self::PART) - 1) | (part as u32) << Self::PART, ticket, before }
    }

    pub(super) fn who(&self) -> u32 {
        self.who & ((1 << Self::PART) - 1)
    }

    /// The same of somebody else.
    pub(super) fn by(self, who: u32) -> Self {
        Self::new(self.at, who, self.part(), self.ticket, self.before)
    }

    pub(super) fn part(&self) -> Part {
        match self.who >> Self::PART {
            0 => Part::Works,
            1 => Part::Asks,
            _ => Part::Woken,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct LinkRow {
    pub(super) link: Link,
    pub(super) before: u32,
}

/// Entries that know the one before them of the same ticket.
pub(super) trait Chained {
    fn before(&self) -> u32;
    fn moved(self, by: u32, ticket: u32) -> Self;
}

impl Chained for RoundRow {
    fn before(&self) -> u32 {
        self.before
    }

    fn moved(self, by: u32, ticket: u32) -> Self {
        Self { before: moved(self.before, by), ticket, ..self }
    }
}

impl Chained for ActRow {
    fn before(&self) -> u32 {
        self.before
    }

    fn moved(self, by: u32, ticket: u32) -> Self {
        Self { before: moved(self.before, by), ticket, ..self }
    }
}

impl Chained for LinkRow {
    fn before(&self) -> u32 {
        self.before
    }

    fn moved(self, by: u32, _: u32) -> Self {
        Self { before: moved(self.before, by), ..self }
    }
}

/// The same entry of a column that was put after another of that length.
pub(super) fn moved(index: u32, by: u32) -> u32 {
    if index == NONE { NONE } else { index.saturating_add(by) }
}

/// The entries of one ticket, last first.
pub(super) fn chain<T: Chained>(column: &[T], last: u32) -> impl Iterator<Item = (u32, &T)> {
    let mut next = last;
    std::iter::from_fn(move || {
        let index = next;
        let entry = column.get(index as usize)?;
        next = entry.before();
        Some((index, entry))
    })
}

/// Where the last entry of one ticket is that is so.
pub(super) fn find<T: Chained>(column: &[T], last: u32, is: impl Fn(&T) -> bool) -> Option<u32> {
    chain(column, last).find(|(_, entry)| is(entry)).map(|(index, _)| index)
}

/// Puts one more at the end of a column, and says where that is.
pub(super) fn push<T>(column: &mut Vec<T>, entry: T) -> u32 {
    let index = length(column);
    column.push(entry);
    index
}

pub(super) fn length<T>(column: &[T]) -> u32 {
    u32::try_from(column.len()).unwrap_or(NONE)
}

#[inline]
pub(super) fn micros(at: Time) -> i64 {
    at.timestamp_micros()
}

pub(super) fn time(micros: i64) -> Time {
    Time::from_timestamp_micros(micros).unwrap_or_default()
}

pub(super) fn ever(micros: i64) -> Option<Time> {
    (micros != NEVER).then(|| time(micros))
}

/// Whole seconds since 1970, until 2106.
pub(super) fn second(micros: i64) -> u32 {
    u32::try_from(micros.div_euclid(1_000_000).max(0)).unwrap_or(u32::MAX)
}

/// When the first and the last of each block of a column are.
#[derive(Debug, Clone, Default)]
pub(super) struct Blocks(Vec<(i64, i64)>);

impl Blocks {
    #[inline]
    pub(super) fn widen(&mut self, index: usize, at: i64) {
        let block = index / BLOCK;
        match self.0.get_mut(block) {
            Some((first, last)) => (*first, *last) = ((*first).min(at), (*last).max(at)),
            None => {
                self.0.resize(block, (NEVER, i64::MIN));
                self.0.push((at, at));
            }
        }
    }

    /// Where the entries of a column lie that may be in `[from, until)`: stretches of it, in order.
    pub(super) fn within(&self, from: i64, until: i64) -> impl Iterator<Item = std::ops::Range<usize>> {
        let blocks = self.0.iter().enumerate();
        let some = blocks.filter(move |(_, (first, last))| *first < until && from <= *last);
        some.map(|(block, _)| block * BLOCK..(block + 1) * BLOCK)
    }
}
