use std::collections::BTreeMap;

use super::columns::{DRILL, MERGED, Row};
use super::groups::{Cursor, Groups, Places};
use super::{Facts, Group, Question};
use crate::policy::Policies;
use crate::vocab::{Kind, TicketKey};

/// The facts that a question asks about, ready to be counted: each figure is a method, and so is "which tickets?".
///
/// Left out are drills and what turned out to be no ticket. A ticket that was merged into another is that one.
#[derive(Debug)]
pub struct Selection<'a> {
    pub(super) facts: &'a Facts,
    pub(super) policies: &'a Policies,
    pub(super) question: &'a Question,
    pub(super) groups: Groups,
    /// By setting: whether it is no drill.
    real: Vec<bool>,
    /// The survivors of merged tickets, by row.
    pub(super) roots: BTreeMap<u32, u32>,
    /// The tickets that were opened in the period, each with the number of its place.
    pub(super) chosen: Vec<(u32, u32)>,
    pub(super) places: Places,
}

impl Facts {
    /// What a question asks about. The policies are those that tickets are measured by.
    pub fn select<'a>(&'a self, question: &'a Question, policies: &'a Policies) -> Selection<'a> {
        let groups = Groups::new(self, question, policies);
        let real = self.settings.all().iter().map(|setting| setting.terms.kind != Kind::Drill).collect();
        let places = Places::new(&groups);
        let roots = self.roots();
        let mut selection =
            Selection { facts: self, policies, question, groups, real, roots, chosen: Vec::new(), places };
        selection.choose();
        selection
    }

    /// The last survivor of every merged ticket that is known.
    pub(super) fn roots(&self) -> BTreeMap<u32, u32> {
        let into = |row: u32| {
            let survivor = self.rare.get(&row)?.merged_into.as_ref()?;
            self.tickets.row(survivor)
        };
        let root = |row: u32| {
            let hops = std::iter::successors(into(row), |row| into(*row));
            Some((row, hops.take(self.rare.len() + 1).last()?))
        };
        self.rare.keys().copied().filter_map(root).collect()
    }
}

impl Selection<'_> {
    fn choose(&mut self) {
        let (from, until) = self.groups.period();
        let mut cursor = Cursor::NOWHERE;
        let blocks = || self.facts.opened.within(from, until);
        self.chosen.reserve(blocks().map(|block| block.len()).sum());
        for block in blocks() {
            let first = block.start;
            let rows = self.facts.rows.get(first..block.end.min(self.facts.rows.len())).unwrap_or_default();
            for (number, row) in (first as u32..).zip(rows) {
                if !row.has(MERGED)
                    && self.counts(row)
                    && let Some(place) = self.groups.place(row, row.opened, &mut cursor)
                {
                    self.chosen.push((number, self.places.number(place)));
                }
            }
        }
    }

    /// Whether it is no drill, and a ticket.
    #[inline]
    pub(super) fn counts(&self, row: &Row) -> bool {
        !row.has(DRILL) && Facts::counts(row) && self.real.get(row.setting as usize).copied().unwrap_or(false)
    }

    /// The ticket that goes on for a ticket, or itself.
    #[inline]
    pub(super) fn root(&self, number: u32) -> u32 {
        if self.roots.is_empty() { number } else { self.roots.get(&number).copied().unwrap_or(number) }
    }

    /// Something of every group, from the tickets that were opened in the period.
    pub(super) fn fold<T: Default>(&self, mut add: impl FnMut(&mut T, u32, &Row)) -> BTreeMap<Group, T> {
        let mut all: Vec<T> = Vec::new();
        all.resize_with(self.places.all().len(), T::default);
        for (number, place) in &self.chosen {
            if let (Some(one), Some(row)) =
                (all.get_mut(*place as usize), self.facts.rows.get(*number as usize))
            {
                add(one, *number, row);
            }
        }
        self.named(&self.places, all)
    }

    pub(super) fn named<T>(&self, places: &Places, all: Vec<T>) -> BTreeMap<Group, T> {
        let groups = places.all().iter().map(|place| self.groups.group(self.facts, *place));
        groups.zip(all).collect()
    }

    /// How many tickets were opened in the period.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Whether no ticket was.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    pub(super) fn keys(&self, rows: impl IntoIterator<Item = u32>) -> Vec<TicketKey> {
        let mut keys: Vec<_> =
            rows.into_iter().filter_map(|row| self.facts.tickets.get(row).cloned()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}
