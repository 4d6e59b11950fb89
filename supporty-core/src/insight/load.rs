use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::columns::{ActRow, NONE, time};
use super::groups::{Cursor, Places};
use super::open_time::open_in;
use super::work::Stint;
use super::{Group, Part, Selection, Work};
use crate::time::Calendar;
use crate::vocab::{PersonId, TicketKey};

/// What support asked of somebody in the period.
///
/// Their hours are those of the squad that they belong to, the first by its short name, by the policy in force; of somebody
/// who belongs to none, the calendar by which the desk reckons with the hours of people who asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// How long they worked on tickets in their hours.
    pub in_hours: TimeDelta,
    /// How long out of them.
    pub out_of_hours: TimeDelta,
    /// On how many tickets.
    pub tickets: u32,
    /// How often they were woken, or called, in their hours.
    pub woken_in_hours: u32,
    /// How often out of them.
    pub woken_out_of_hours: u32,
}

impl Selection<'_> {
    /// What support asked of everybody in the period, whenever the tickets were opened; work that began in it.
    pub fn loads(&self, work: &Work) -> BTreeMap<Group, BTreeMap<PersonId, Load>> {
        let facts = self.facts;
        let hours: Vec<_> = facts.names.all().iter().map(|person| self.hours(person)).collect();
        let hours = |who: u32| hours.get(who as usize).copied().flatten();
        let mut places = Places::new(&self.groups);
        let mut all: Vec<BTreeMap<u32, Load>> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut cursor = Cursor::NOWHERE;
        let mut load = |ticket: u32, who: u32, at: u32, add: &mut dyn FnMut(&mut Load, bool)| {
            let Some(row) = facts.rows.get(ticket as usize).filter(|row| self.counts(row)) else {
                return;
            };
            let at = i64::from(at) * 1_000_000;
            let Some(place) = self.groups.place(row, at, &mut cursor) else { return };
            let place = places.number(place);
            if place as usize >= all.len() {
                all.resize(place as usize + 1, BTreeMap::new());
            }
            let Some(people) = all.get_mut(place as usize) else { return };
            add(people.entry(who).or_default(), seen.insert((place, who, ticket)));
        };
        let (begin, end) = self.groups.period();
        let within = |at: u32| (begin..end).contains(&(i64::from(at) * 1_000_000));
        for stint in work.all().iter().filter(|stint| within(stint.from) && stint.part == Part::Works) {
            let [from, until] = [stint.from, stint.until].map(|at| i64::from(at) * 1_000_000);
            let open = i128::from(open_in(hours(stint.who), from, until));
            let inside = i128::from(stint.share) * open / i128::from((until - from).max(1));
            let inside = i64::try_from(inside).unwrap_or(stint.share);
            load(stint.ticket, stint.who, stint.from, &mut |load, new| {
                load.in_hours += TimeDelta::microseconds(inside);
                load.out_of_hours += TimeDelta::microseconds(stint.share - inside);
                load.tickets += u32::from(new);
            });
        }
        let woken = |act: &&ActRow| within(act.at) && act.ticket != NONE && act.part() == Part::Woken;
        for act in facts.acts.iter().filter(woken) {
            let at = time(i64::from(act.at) * 1_000_000);
            let inside = hours(act.who()).is_none_or(|hours| hours.is_open(at));
            load(self.root(act.ticket), act.who(), act.at, &mut |load, _| {
                load.woken_in_hours += u32::from(inside);
                load.woken_out_of_hours += u32::from(!inside);
            });
        }
        let named = |people: BTreeMap<u32, Load>| {
            let named =
                people.into_iter().filter_map(|(who, load)| Some((facts.names.get(who)?.clone(), load)));
            named.collect()
        };
        self.named(&places, all.into_iter().map(named).collect())
    }

    /// The tickets of a group on which somebody worked in the period, whenever they were opened.
    pub fn worked_by(&self, work: &Work, group: &Group, person: &PersonId) -> Vec<TicketKey> {
        let theirs =
            |stint: &&Stint| stint.part == Part::Works && self.facts.names.get(stint.who) == Some(person);
        let mut cursor = Cursor::NOWHERE;
        let tickets = work.all().iter().filter(theirs).filter_map(|stint| {
            let row = self.facts.rows.get(stint.ticket as usize).filter(|row| self.counts(row))?;
            let place = self.groups.place(row, i64::from(stint.from) * 1_000_000, &mut cursor)?;
            (self.groups.group(self.facts, place) == *group).then_some(stint.ticket)
        });
        self.keys(tickets)
    }

    fn hours(&self, person: &PersonId) -> Option<&Calendar> {
        let policy = self.policies.current();
        let theirs = |squad: &&crate::policy::Squad| squad.members.iter().any(|one| one.person == *person);
        let squad = policy.spec().squads.values().find(theirs);
        policy.calendar(squad.map_or(&policy.spec().limits.wait_clock, |squad| &squad.hours))
    }
}
