use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::columns::{NONE, RoundRow, find};
use super::groups::{Cursor, Places};
use super::{End, Group, Selection, Share};
use crate::vocab::Target;

/// How promises that fell due ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Kept by the deadline.
    pub met: u32,
    /// Kept after it.
    pub met_late: u32,
    /// Broken, and not kept since.
    pub breached: u32,
    /// Broken by a change that put the deadline into the past, and in none of the others.
    pub breached_on_change: u32,
}

impl Kept {
    /// How many of those that fell due were kept in time. What a change broke is in neither.
    pub fn share(&self) -> Share {
        Share { part: self.met, of: self.met + self.met_late + self.breached }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            met: self.met + other.met,
            met_late: self.met_late + other.met_late,
            breached: self.breached + other.breached,
            breached_on_change: self.breached_on_change + other.breached_on_change,
        }
    }

    fn of(counts: [u32; ENDS]) -> Self {
        let [met, met_late, breached, breached_on_change] = counts;
        Self { met, met_late, breached, breached_on_change }
    }
}

const TARGETS: usize = Target::ALL.len();
const ENDS: usize = End::BreachedOnChange as usize + 1;

impl Selection<'_> {
    /// How the promises ended that fell due in the period, whenever their tickets were opened, by what was promised.
    ///
    /// What a survivor took over of a merged ticket is one promise.
    pub fn promises(&self) -> BTreeMap<Group, BTreeMap<Target, Kept>> {
        let counts = self.count(
            |_| true,
            |round, all: &mut [[u32; ENDS]; TARGETS]| {
                let counts =
                    all.get_mut(round.target as usize).and_then(|all| all.get_mut(round.end as usize));
                counts.into_iter().for_each(|count| *count += 1);
            },
        );
        let named = |all: [[u32; ENDS]; TARGETS]| {
            let all = Target::ALL.iter().copied().zip(all.map(Kept::of));
            all.filter(|(_, kept)| *kept != Kept::default()).collect()
        };
        counts.into_iter().map(|(group, all)| (group, named(all))).collect()
    }

    /// The same of one promise, which is faster.
    pub fn promise(&self, target: Target) -> BTreeMap<Group, Kept> {
        let counts = self.count(
            |one| one == target,
            |round, counts: &mut [u32; ENDS]| {
                counts.get_mut(round.end as usize).into_iter().for_each(|count| *count += 1);
            },
        );
        counts.into_iter().map(|(group, counts)| (group, Kept::of(counts))).collect()
    }

    fn count<T: Default>(
        &self,
        of: impl Fn(Target) -> bool,
        add: impl Fn(&RoundRow, &mut T),
    ) -> BTreeMap<Group, T> {
        let mut places = Places::new(&self.groups);
        let mut all: Vec<T> = Vec::new();
        self.rounds(of, |round, place| {
            let place = places.number(place) as usize;
            if place >= all.len() {
                all.resize_with(place + 1, T::default);
            }
            all.get_mut(place).into_iter().for_each(|counts| add(round, counts));
        });
        self.named(&places, all)
    }

    /// Every round of some promises that fell due in the period and counts, with its place.
    pub(super) fn rounds(&self, of: impl Fn(Target) -> bool, mut each: impl FnMut(&RoundRow, u64)) {
        let (from, until) = self.groups.period();
        let mut cursor = Cursor::NOWHERE;
        let mut taken = BTreeSet::new();
        // Rounds of one ticket mostly stand together.
        let (mut ticket, mut first) = (NONE, None);
        for block in self.facts.due.within(from, until) {
            let end = block.end.min(self.facts.rounds.len());
            let rounds = self.facts.rounds.get(block.start..end).unwrap_or_default();
            for round in rounds.iter().filter(|round| of(round.target)) {
                if round.ticket != ticket {
                    ticket = round.ticket;
                    let row = self.facts.rows.get(self.root(ticket) as usize);
                    let row = row.filter(|row| self.counts(row));
                    first = row.and_then(|row| self.groups.first_place(row));
                }
                if let Some(first) = first
                    && let Some(later) = self.groups.later(round.due, &mut cursor)
                    && self.is_one(round, &mut taken)
                {
                    each(round, first + later);
                }
            }
        }
    }

    /// Whether no survivor has the same promise, and no other ticket that was merged into it.
    #[inline]
    fn is_one(&self, round: &RoundRow, taken: &mut BTreeSet<(u32, Target, i64)>) -> bool {
        let root = self.root(round.ticket);
        if root == round.ticket {
            return true;
        }
        let last = self.facts.more.get(root as usize).map_or(NONE, |more| more.last_round);
        let same = |known: &RoundRow| (known.target, known.due) == (round.target, round.due);
        find(&self.facts.rounds, last, same).is_none() && taken.insert((root, round.target, round.due))
    }
}
