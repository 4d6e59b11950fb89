use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::columns::{RoundRow, chain};
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
        let facts = self.facts;
        let (from, until) = self.groups.period();
        let mut cursor = Cursor::NOWHERE;
        let mut seen = BTreeSet::new();
        for block in facts.due.within(from, until) {
            let end = block.end.min(facts.rounds.len());
            for round in facts.rounds.get(block.start..end).unwrap_or_default() {
                let root = self.root(round.ticket);
                let Some(row) = facts.rows.get(root as usize) else { continue };
                let Some(place) = self.groups.place(row, round.due, &mut cursor).filter(|_| self.counts(row))
                else {
                    continue;
                };
                if root != round.ticket {
                    let last =
                        facts.more.get(root as usize).map_or(super::columns::NONE, |more| more.last_round);
                    let taken = |known: &RoundRow| (known.target, known.due) == (round.target, round.due);
                    let taken = chain(&facts.rounds, last).any(|(_, known)| taken(known));
                    if taken || !seen.insert((root, round.target, round.due)) {
                        continue;
                    }
                }
                each(round, place);
            }
        }
    }
}
