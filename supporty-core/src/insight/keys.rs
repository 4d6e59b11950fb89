use std::collections::BTreeMap;

use super::columns::{NONE, push};
use crate::vocab::TicketKey;

/// How many numbers share a page.
const PAGE: u64 = 1 << 10;

/// The rows of tickets. Numbers are given one after the other, so that a page of them lies together and needs no hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys {
    all: Vec<TicketKey>,
    /// By prefix, then by page.
    pages: BTreeMap<Box<str>, BTreeMap<u64, Vec<u32>>>,
}

impl Keys {
    pub(super) fn reserve(&mut self, more: usize) {
        self.all.reserve(more);
    }

    #[inline]
    pub(super) fn row(&self, key: &TicketKey) -> Option<u32> {
        let page = self.pages.get(key.prefix())?.get(&(key.number() / PAGE))?;
        page.get((key.number() % PAGE) as usize).copied().filter(|row| *row != NONE)
    }

    /// Gives a ticket that has none the next row.
    pub(super) fn add(&mut self, key: &TicketKey) -> u32 {
        let row = push(&mut self.all, key.clone());
        if !self.pages.contains_key(key.prefix()) {
            self.pages.insert(key.prefix().into(), BTreeMap::new());
        }
        let page =
            self.pages.get_mut(key.prefix()).map(|pages| pages.entry(key.number() / PAGE).or_default());
        let place = (key.number() % PAGE) as usize;
        if let Some(page) = page {
            page.resize(page.len().max(place + 1), NONE);
            page.get_mut(place).into_iter().for_each(|known| *known = row);
        }
        row
    }

    pub(super) fn get(&self, row: u32) -> Option<&TicketKey> {
        self.all.get(row as usize)
    }

    /// In order of the rows.
    pub(super) fn all(&self) -> &[TicketKey] {
        &self.all
    }
}
