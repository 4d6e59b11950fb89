use std::collections::BTreeMap;

use chrono::{Datelike, Timelike};
use serde::{Deserialize, Serialize};

use super::columns::{NEVER, RATED, time};
use super::{Group, Selection, Share};
use crate::vocab::{Investment, Kind, Resolution, Upkeep};

/// How many tickets were opened in the period, and what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// All of them.
    pub opened: u32,
    /// Those that are open.
    pub open: u32,
    /// Those that are resolved.
    pub resolved: u32,
    /// Those that were reopened, once or more often.
    pub reopened: u32,
    /// Those that are resolved, and for which the code was changed: by what somebody said when it was resolved, or because
    /// what is meant to solve it is in. For the others no change was needed: that part may be hard to understand.
    pub code_changed: u32,
    /// How those that are resolved ended.
    pub resolutions: BTreeMap<Resolution, u32>,
    /// What requesters thought of them.
    pub stars: StarCount,
    /// What gardening invests in.
    pub investment: BTreeMap<Investment, u32>,
    /// What gardening looks after.
    pub upkeep: BTreeMap<Upkeep, u32>,
    /// Gardening that nobody has classified.
    pub unclassified: u32,
}

/// Ratings, at first and in the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarCount {
    /// How many tickets have one to five stars by their first rating.
    pub first: [u32; 5],
    /// The same by their last one.
    pub last: [u32; 5],
    /// How many have more stars in the end than at first.
    pub better: u32,
    /// How many have fewer.
    pub worse: u32,
}

impl StarCount {
    /// How many tickets were rated.
    pub fn rated(&self) -> u32 {
        self.first.iter().sum()
    }

    /// The mean of the first ratings; none of nothing.
    pub fn mean_first(&self) -> Option<f64> {
        mean(&self.first)
    }

    /// The mean of the last ratings; none of nothing.
    pub fn mean_last(&self) -> Option<f64> {
        mean(&self.last)
    }
}

fn mean(counts: &[u32; 5]) -> Option<f64> {
    let sum: u32 = counts.iter().zip(1..).map(|(count, stars)| count * stars).sum();
    Share { part: sum, of: counts.iter().sum() }.value()
}

impl Tally {
    /// How many of the resolved needed a change of code.
    pub fn code_changes(&self) -> Share {
        Share { part: self.code_changed, of: self.resolved }
    }

    /// How many of the resolved needed none.
    pub fn unchanged(&self) -> u32 {
        self.resolved - self.code_changed
    }
}

/// When tickets were opened: by hour of the week, from Monday's first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HeatMap(pub [[u32; 24]; 7]);

#[derive(Default)]
struct Counts {
    tally: Tally,
    resolutions: [u32; Resolution::ALL.len()],
    gardening: BTreeMap<Option<(Upkeep, Investment)>, u32>,
}

impl Selection<'_> {
    /// How many tickets were opened in the period, and what became of them.
    pub fn tallies(&self) -> BTreeMap<Group, Tally> {
        let settings = self.facts.settings.all();
        let gardening: Vec<_> = settings.iter().map(|one| one.terms.kind == Kind::Gardening).collect();
        let counts = self.fold(|counts: &mut Counts, number, row| {
            let tally = &mut counts.tally;
            tally.opened += 1;
            tally.open += u32::from(row.resolved == NEVER);
            tally.resolved += u32::from(row.resolved != NEVER);
            tally.reopened += u32::from(row.reopened > 0);
            tally.code_changed += u32::from(row.resolved != NEVER && row.code_changed());
            if let Some(count) = row.resolution.and_then(|how| counts.resolutions.get_mut(how as usize)) {
                *count += 1;
            }
            if gardening.get(row.setting as usize).copied().unwrap_or(false) {
                *counts.gardening.entry(row.gardening).or_default() += 1;
            }
            let rating = || self.facts.more.get(number as usize)?.rating;
            if row.has(RATED)
                && let Some(rating) = rating()
            {
                let stars = &mut tally.stars;
                let [first, last] = [rating.first, rating.last].map(|stars| usize::from(stars.count()) - 1);
                stars.first.get_mut(first).into_iter().for_each(|count| *count += 1);
                stars.last.get_mut(last).into_iter().for_each(|count| *count += 1);
                stars.better += u32::from(rating.last > rating.first);
                stars.worse += u32::from(rating.last < rating.first);
            }
        });
        counts.into_iter().map(|(group, counts)| (group, counts.named())).collect()
    }

    /// When tickets were opened, by the clocks of the question's zone.
    pub fn heat_maps(&self) -> BTreeMap<Group, HeatMap> {
        self.fold(|map: &mut HeatMap, _, row| {
            let local = self.question.zone.local(time(row.opened));
            let day = map.0.get_mut(local.weekday().num_days_from_monday() as usize);
            let hour = day.and_then(|day| day.get_mut(local.hour() as usize));
            hour.into_iter().for_each(|count| *count += 1);
        })
    }
}

impl Counts {
    fn named(self) -> Tally {
        let resolutions = Resolution::ALL.iter().copied().zip(self.resolutions);
        let mut tally = self.tally;
        tally.resolutions = resolutions.filter(|(_, count)| *count > 0).collect();
        for (gardening, count) in self.gardening {
            let Some((upkeep, investment)) = gardening else {
                tally.unclassified += count;
                continue;
            };
            *tally.upkeep.entry(upkeep).or_default() += count;
            *tally.investment.entry(investment).or_default() += count;
        }
        tally
    }
}
