use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Cost, Group, HeatMap, Kept, Load, OpenTime, Rates, Reached, Selection, Span, Tally, TicketCost, Took,
    Work,
};
use crate::vocab::{PersonId, Target};

/// Everything that one question has an answer to, group by group: what a report walks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// In order of the groups.
    pub groups: Vec<Figure>,
    /// What each ticket cost, the most expensive first.
    pub tickets: Vec<TicketCost>,
}

/// All figures of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// Which.
    pub group: Group,
    /// How many tickets, and what became of them.
    pub tally: Tally,
    /// When they were opened.
    pub heat_map: HeatMap,
    /// How long they were open, as time is lived.
    pub open_time: OpenTime,
    /// How long on the clock of their promise.
    pub working_time: OpenTime,
    /// How long it took to get there.
    pub times: BTreeMap<Reached, Took>,
    /// How promises ended that fell due.
    pub promises: BTreeMap<Target, Kept>,
    /// What they cost.
    pub cost: Cost,
    /// What was asked of everybody.
    pub loads: BTreeMap<PersonId, Load>,
}

impl Selection<'_> {
    /// All figures at once. Whoever needs one of them asks for that one: cost and load are most of the work.
    pub fn figures(&self, work: &Work, rates: &Rates) -> Figures {
        let mut groups: BTreeMap<Group, Figure> = BTreeMap::new();
        fill(&mut groups, self.tallies(), |figure, tally| figure.tally = tally);
        fill(&mut groups, self.heat_maps(), |figure, map| figure.heat_map = map);
        fill(&mut groups, self.open_times(Span::Wall), |figure, time| figure.open_time = time);
        fill(&mut groups, self.open_times(Span::Working), |figure, time| figure.working_time = time);
        for reached in Reached::ALL {
            fill(&mut groups, self.times(*reached), |figure, took| drop(figure.times.insert(*reached, took)));
        }
        fill(&mut groups, self.promises(), |figure, kept| figure.promises = kept);
        fill(&mut groups, self.costs(work, rates), |figure, cost| figure.cost = cost);
        fill(&mut groups, self.loads(work), |figure, loads| figure.loads = loads);
        let named = groups.into_iter().map(|(group, figure)| Figure { group, ..figure });
        Figures { groups: named.collect(), tickets: self.ticket_costs(work, rates) }
    }
}

fn fill<T>(groups: &mut BTreeMap<Group, Figure>, all: BTreeMap<Group, T>, put: impl Fn(&mut Figure, T)) {
    for (group, one) in all {
        put(groups.entry(group).or_default(), one);
    }
}
