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

    fn count(&mut self, end: End) {
        *(match end {
            End::Met => &mut self.met,
            End::MetLate => &mut self.met_late,
            End::Breached => &mut self.breached,
            End::BreachedOnChange => &mut self.breached_on_change,
        }) += 1;
    }
}

const TARGETS: usize = Target::ALL.len();

impl Selection<'_> {
    /// How the promises ended that fell due in the period, whenever their tickets were opened, by what was promised.
    ///
    /// What a survivor took over of a merged ticket is one promise.
    pub fn promises(&self) -> BTreeMap<Group, BTreeMap<Target, Kept>> {
        let mut places = Places::new(&self.groups);
        let mut all: Vec<[Kept; TARGETS]> = Vec::new();
        self.rounds(|round, place| {
            let place = places.number(place) as usize;
            if place >= all.len() {
                all.resize(place + 1, Default::default());
            }
            let kept = all.get_mut(place).and_then(|all| all.get_mut(round.target as usize));
            kept.into_iter().for_each(|kept| kept.count(round.end));
        });
        let named = |all: [Kept; TARGETS]| {
            let all = Target::ALL.iter().copied().zip(all);
            all.filter(|(_, kept)| *kept != Kept::default()).collect()
        };
        self.named(&places, all.into_iter().map(named).collect())
    }

    /// Every round that fell due in the period and counts, with its place.
    pub(super) fn rounds(&self, mut each: impl FnMut(&RoundRow, u64)) {
        let (from, until) = self.groups.period();
        let mut cursor = Cursor::NOWHERE;
        let mut taken = BTreeSet::new();
        // Rounds of one ticket mostly stand together.
        let (mut ticket, mut first) = (NONE, None);
        for block in self.facts.due.within(from, until) {
            let end = block.end.min(self.facts.rounds.len());
            for round in self.facts.rounds.get(block.start..end).unwrap_or_default() {
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
