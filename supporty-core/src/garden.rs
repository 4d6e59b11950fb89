//! What the community of gardeners invests in, over time: gardening counted by week or month, by squad, by what it invests
//! in and by what is looked after.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::rota::{Reason, Rotas};
use crate::rules::Row;
pub use crate::time::Every;
use crate::time::Zone;
use crate::vocab::{Investment, Kind, SquadId, Time, Upkeep};

/// How much there was of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// How many tickets were opened.
    pub opened: u32,
    /// How many were resolved and not reopened.
    pub resolved: u32,
}

/// What one squad gardened in one stretch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gardened {
    /// By what it invests in; `None` for what nobody classified.
    pub investment: BTreeMap<Option<Investment>, Count>,
    /// By what is looked after; `None` for what nobody classified.
    pub upkeep: BTreeMap<Option<Upkeep>, Count>,
    /// How often a gardener was taken away for feature work from then on.
    pub taken_away: u32,
}

/// One stretch, with what every squad gardened in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Its first day.
    pub first: NaiveDate,
    /// By squad; `None` for what belongs to none. Squads without anything are left out.
    pub squads: BTreeMap<Option<SquadId>, Gardened>,
}

impl Gardened {
    /// Everything together.
    pub fn total(&self) -> Count {
        self.investment.values().fold(Count::default(), Count::plus)
    }

    fn add(&mut self, other: &Self) {
        for (investment, count) in &other.investment {
            let known = self.investment.entry(*investment).or_default();
            *known = known.plus(count);
        }
        for (upkeep, count) in &other.upkeep {
            let known = self.upkeep.entry(*upkeep).or_default();
            *known = known.plus(count);
        }
        self.taken_away += other.taken_away;
    }
}

impl Count {
    fn plus(self, other: &Self) -> Self {
        Self { opened: self.opened + other.opened, resolved: self.resolved + other.resolved }
    }
}

impl Stretch {
    /// All squads together.
    pub fn community(&self) -> Gardened {
        self.squads.values().fold(Gardened::default(), |mut all, one| {
            all.add(one);
            all
        })
    }
}

/// The last `most` stretches up to the one that an instant lies in, oldest first, those without anything among them.
///
/// Counted are gardening tickets that count in figures, when they were opened and when they were resolved, by a zone's
/// days; and, when it began, time off for feature work on a squad's rota of gardeners.
pub fn mix<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    rotas: &Rotas,
    (every, most): (Every, usize),
    zone: &Zone,
    now: Time,
) -> Vec<Stretch> {
    let first = |at: Time| every.first(zone.local(at).date());
    let firsts = std::iter::successors(Some(first(now)), |first| every.before(*first)).take(most);
    let mut counted: BTreeMap<NaiveDate, BTreeMap<Option<SquadId>, Gardened>> =
        firsts.map(|first| (first, BTreeMap::new())).collect();
    let mut at = |at: Time, squad: Option<&SquadId>, count: &dyn Fn(&mut Gardened)| {
        if let Some(squads) = counted.get_mut(&first(at)) {
            count(squads.entry(squad.cloned()).or_default());
        }
    };
    let counts = |row: &&Row| {
        row.kind == Kind::Gardening && row.resolution.is_none_or(|resolution| resolution.counts())
    };
    for row in rows.into_iter().filter(counts) {
        let (upkeep, investment) = row.gardening.unzip();
        let count = |gardened: &mut Gardened, one: &dyn Fn(&mut Count)| {
            one(gardened.investment.entry(investment).or_default());
            one(gardened.upkeep.entry(upkeep).or_default());
        };
        at(row.opened_at, row.squad.as_ref(), &|gardened| count(gardened, &|count| count.opened += 1));
        if let Some(resolved) = row.resolved_at {
            at(resolved, row.squad.as_ref(), &|gardened| count(gardened, &|count| count.resolved += 1));
        }
    }
    for (id, squad) in &rotas.policy().spec().squads {
        let state = squad.gardener_rota.as_ref().and_then(|rota| rotas.state(rota));
        let away = state.into_iter().flat_map(|state| state.away.values());
        for away in away.filter(|away| away.reason == Reason::FeatureWork && away.period.from <= now) {
            at(away.period.from, Some(id), &|gardened| gardened.taken_away += 1);
        }
    }
    counted.into_iter().map(|(first, squads)| Stretch { first, squads }).collect()
}
