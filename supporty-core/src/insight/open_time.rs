use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::columns::{NEVER, Row, micros, time};
use super::groups::clock;
use super::survival::{Left, MEDIAN, P90, Survival, middle, ratio};
use super::{Group, Selection};
use crate::time::Calendar;

/// Which time is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// As time is lived.
    Wall,
    /// Only while the calendar is open by which the ticket's promise to resolve is measured. Waiting counts: somebody
    /// waited. As time is lived where its policy is not known.
    Working,
}

/// How long tickets were open: from their opening until they were resolved for good.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTime {
    /// How many were opened in the period.
    pub count: u32,
    /// How many of them are open.
    pub open: u32,
    /// The mean of those that were resolved. It is too short while some are open.
    pub mean: Option<TimeDelta>,
    /// See [`Survival::median`].
    pub median: Option<TimeDelta>,
    /// See [`Survival::p90`].
    pub p90: Option<TimeDelta>,
}

/// The lengths of one group: how many ended, and where they lie among everybody's.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    ended: usize,
    open: usize,
}

impl Selection<'_> {
    /// How long tickets that were opened in the period were open.
    pub fn open_times(&self, span: Span) -> BTreeMap<Group, OpenTime> {
        let (parts, ended, open) = self.lengths(span);
        let (mut ended, mut open) = (ended.into_boxed_slice(), open.into_boxed_slice());
        let (mut ended, mut open) = (&mut *ended, &mut *open);
        let mut all = Vec::with_capacity(parts.len());
        for part in parts {
            let (mine, rest) = ended.split_at_mut(part.ended.min(ended.len()));
            let (mine_open, rest_open) = open.split_at_mut(part.open.min(open.len()));
            (ended, open) = (rest, rest_open);
            all.push(measured(mine, mine_open));
        }
        self.named(&self.places, all)
    }

    /// The same with every single length, for a plot or a comparison.
    pub fn survivals(&self, span: Span) -> BTreeMap<Group, Survival> {
        let (parts, ended, open) = self.lengths(span);
        let (mut ended, mut open) = (ended.into_iter(), open.into_iter());
        let survivals = parts.iter().map(|part| {
            Survival::of(ended.by_ref().take(part.ended).collect(), open.by_ref().take(part.open).collect())
        });
        self.named(&self.places, survivals.collect())
    }

    /// Every length, group by group.
    fn lengths(&self, span: Span) -> (Vec<Part>, Vec<i64>, Vec<i64>) {
        let rows = || {
            let rows = self.chosen.iter();
            rows.filter_map(|(number, place)| Some((self.facts.rows.get(*number as usize)?, *place as usize)))
        };
        let mut parts = vec![Part::default(); self.places.all().len()];
        for (row, place) in rows() {
            if let Some(part) = parts.get_mut(place) {
                *(if row.resolved == NEVER { &mut part.open } else { &mut part.ended }) += 1;
            }
        }
        let mut next: Vec<_> = parts
            .iter()
            .scan(Part::default(), |sum, part| {
                let begin = *sum;
                *sum = Part { ended: sum.ended + part.ended, open: sum.open + part.open };
                Some(begin)
            })
            .collect();
        let (all, some) = parts.iter().fold((0, 0), |sum, part| (sum.0 + part.ended, sum.1 + part.open));
        let (mut ended, mut open) = (vec![0; all], vec![0; some]);
        let now = micros(self.question.now);
        let mut put = |row: &Row, place: usize, length: i64| {
            let Some(next) = next.get_mut(place) else { return };
            let (column, next) = match row.resolved {
                NEVER => (&mut open, &mut next.open),
                _ => (&mut ended, &mut next.ended),
            };
            if let Some(slot) = column.get_mut(*next) {
                *slot = length.max(0);
                *next += 1;
            }
        };
        let end = |row: &Row| if row.resolved == NEVER { now } else { row.resolved };
        match span {
            Span::Wall => rows().for_each(|(row, place)| put(row, place, end(row) - row.opened)),
            Span::Working => {
                let calendars = self.calendars();
                for (row, place) in rows() {
                    let calendar = calendars.get(row.setting as usize).copied().flatten();
                    put(row, place, open_in(calendar, row.opened, end(row)));
                }
            }
        }
        (parts, ended, open)
    }

    /// By setting, the calendar of its promise to resolve.
    fn calendars(&self) -> Vec<Option<&Calendar>> {
        let settings = self.facts.settings.all().iter();
        settings.map(|setting| clock(setting, self.policies).map(|(_, calendar)| calendar)).collect()
    }
}

/// How long a calendar is open between two instants.
pub(super) fn open_in(calendar: Option<&Calendar>, from: i64, until: i64) -> i64 {
    let between = calendar.and_then(|calendar| calendar.between(time(from), time(until)).ok());
    between.and_then(|length| length.num_microseconds()).unwrap_or(until - from)
}

fn measured(ended: &mut [i64], open: &mut [i64]) -> OpenTime {
    let sum = ended.iter().map(|length| i128::from(*length)).sum();
    let shortest = open.iter().copied().min().unwrap_or(i64::MAX);
    let mut quick = |left| quick(ended, open.len(), shortest, left);
    let (median, p90) = (quick(MEDIAN), quick(P90));
    let slow = |left| Survival::of(ended.to_vec(), open.to_vec()).left(left);
    let length = |known: Quick, left| match known {
        Quick::Is(length) => Some(TimeDelta::microseconds(length)),
        Quick::Unknown => slow(left),
    };
    OpenTime {
        count: u32::try_from(ended.len() + open.len()).unwrap_or(u32::MAX),
        open: u32::try_from(open.len()).unwrap_or(u32::MAX),
        mean: ratio(sum, ended.len() as i128),
        median: length(median, MEDIAN),
        p90: length(p90, P90),
    }
}

enum Quick {
    Is(i64),
    Unknown,
}

/// A quantile without sorting: as long as nothing that is open has been so for less time, it is the sample's.
fn quick(ended: &mut [i64], open: usize, shortest: i64, left: Left) -> Quick {
    let count = ended.len() + open;
    let (rank, even) = if left.middle {
        (count.div_ceil(2), count.is_multiple_of(2))
    } else {
        ((count * 9).div_ceil(10), false)
    };
    let Some(index) = rank.checked_sub(1).filter(|index| *index < ended.len()) else { return Quick::Unknown };
    let (_, length, longer) = ended.select_nth_unstable(index);
    let length = *length;
    if shortest < length {
        return Quick::Unknown;
    }
    match longer.iter().min() {
        Some(next) if even => Quick::Is(middle(length, *next)),
        _ => Quick::Is(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_found_without_sorting_is_what_sorting_finds(
            ended in prop::collection::vec(0i64..12, 0..12),
            open in prop::collection::vec(0i64..20, 0..5),
        ) {
            let sorted = Survival::of(ended.clone(), open.clone());
            let found = measured(&mut ended.clone(), &mut open.clone());
            prop_assert_eq!((found.median, found.p90, found.mean), (sorted.median(), sorted.p90(), sorted.mean()));
        }
    }
}
