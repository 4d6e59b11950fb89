use std::collections::{BTreeMap, BTreeSet};

use supporty_core::adapter::{Fed, Listed, OwnerFilter, Page, Query, Row};
use supporty_core::stream::StreamId;
use supporty_core::vocab::{Text, TextRef};

use super::state::State;
use crate::shared::{split, words};

impl State {
    pub(super) fn list(&self, query: &Query) -> Page {
        let found = words(query.search.as_deref()).map(|words| self.search(&words, query.internal));
        let before = query.before.unwrap_or(u64::MAX);
        let mut rows = self
            .rows
            .iter()
            .rev()
            .filter(|((number, _), row)| *number < before && matches(query, row))
            .filter(|((_, stream), _)| found.as_ref().is_none_or(|found| found.contains(stream)))
            .map(|(_, row)| row);
        let page: Vec<&Row> = rows.by_ref().take(query.page_size() as usize).collect();
        let next = rows.next().and(page.last()).map(|row| row.key.number());
        Page { rows: page.into_iter().map(|row| self.listed(row)).collect(), next }
    }

    pub(super) fn feed(&self, after: u64, most: u32) -> Vec<Fed> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        let news = self.log.iter().zip(1..).skip(after).take(most as usize);
        news.filter_map(|((stream, seq), cursor)| {
            let index = usize::try_from(seq.checked_sub(1)?).ok()?;
            let entry = self.streams.get(stream)?.get(index)?.clone();
            Some(Fed { cursor, stream: stream.clone(), entry })
        })
        .collect()
    }

    pub(super) fn texts(&self, refs: Vec<TextRef>) -> BTreeMap<TextRef, Text> {
        let found =
            |at: TextRef| self.texts.get(&at).map(|stored| stored.row.text.clone()).map(|text| (at, text));
        refs.into_iter().filter_map(found).collect()
    }

    /// The streams in whose texts every word begins a word.
    fn search(&self, words: &[String], internal: bool) -> BTreeSet<&StreamId> {
        let mut missing: BTreeMap<&StreamId, BTreeSet<&str>> = BTreeMap::new();
        let readable = self.texts.values().filter(|text| internal || !text.row.internal);
        for (text, stream) in readable.filter_map(|text| Some((text, text.stream.as_ref()?))) {
            let missing = missing.entry(stream).or_insert_with(|| words.iter().map(String::as_str).collect());
            for spoken in split(text.row.text.as_str()) {
                missing.retain(|word| !spoken.starts_with(*word));
            }
        }
        missing.retain(|_, missing| missing.is_empty() && !words.is_empty());
        missing.into_keys().collect()
    }

    fn listed(&self, row: &Row) -> Listed {
        let title = self.texts.get(&row.title).map(|stored| stored.row.text.clone());
        Listed { row: row.clone(), title }
    }
}

fn matches(query: &Query, row: &Row) -> bool {
    let owned = match &query.owner {
        None => true,
        Some(OwnerFilter::Nobody) => row.owner.is_none(),
        Some(OwnerFilter::Person(person)) => row.owner.as_ref() == Some(person),
    };
    owned
        && (query.status.is_empty() || query.status.contains(&row.status))
        && (query.squad.is_none() || query.squad == row.squad)
        && query.kind.is_none_or(|kind| kind == row.kind)
        && query.priority.as_ref().is_none_or(|priority| *priority == row.priority)
        && (query.area.is_none() || query.area == row.area)
        && query.at_risk.is_none_or(|at_risk| at_risk == row.at_risk)
}
