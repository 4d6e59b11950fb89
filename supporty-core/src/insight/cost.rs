use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::columns::{NONE, micros};
use super::{Group, Part, Rates, Work};
use crate::vocab::{PersonId, TicketKey};

/// What tickets cost.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// How many tickets.
    pub tickets: u32,
    /// How many different people did something on them, whoever asked among them.
    pub people: u32,
    /// How many messages people wrote.
    pub messages: u32,
    /// How many internal notes.
    pub notes: u32,
    /// How many messages programs wrote, which cost nothing.
    pub bot_messages: u32,
    /// How long people worked on them.
    pub active: TimeDelta,
    /// How long those who asked were busy with them.
    pub asking: TimeDelta,
    /// What the work cost at the rates of its days, in the currency's smallest unit, rounded once.
    pub money: i64,
}

/// What one ticket cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketCost {
    /// Which.
    pub key: TicketKey,
    /// Who did something on it.
    pub people: BTreeSet<PersonId>,
    /// The rest of it.
    pub cost: Cost,
}

/// Work and messages, before anything is rounded.
#[derive(Debug, Clone, Default)]
struct Sum {
    people: BTreeSet<u32>,
    messages: u32,
    notes: u32,
    bot_messages: u32,
    active: i64,
    asking: i64,
    /// Microseconds times the rate of an hour.
    money: i128,
}

impl Sum {
    fn add(&mut self, other: &Self) {
        self.people.extend(&other.people);
        self.messages += other.messages;
        self.notes += other.notes;
        self.bot_messages += other.bot_messages;
        self.active += other.active;
        self.asking += other.asking;
        self.money += other.money;
    }

    fn cost(&self, tickets: u32) -> Cost {
        let hour = 3_600 * 1_000_000;
        Cost {
            tickets,
            people: u32::try_from(self.people.len()).unwrap_or(u32::MAX),
            messages: self.messages,
            notes: self.notes,
            bot_messages: self.bot_messages,
            active: TimeDelta::microseconds(self.active),
            asking: TimeDelta::microseconds(self.asking),
            money: i64::try_from((self.money * 2 + hour) / (2 * hour)).unwrap_or(i64::MAX),
        }
    }
}

impl Work<'_> {
    /// What the tickets cost that were opened in the period, whenever that was worked.
    pub fn costs(&self, rates: &Rates) -> BTreeMap<Group, Cost> {
        let sums = self.sums(rates);
        let groups = self.selection.fold(|(count, group): &mut (u32, Sum), number, _| {
            *count += 1;
            sums.get(number as usize).into_iter().for_each(|sum| group.add(sum));
        });
        groups.into_iter().map(|(group, (count, sum))| (group, sum.cost(count))).collect()
    }

    /// The same ticket by ticket, the most expensive first: by money, then by time, then by messages, then by key.
    pub fn tickets(&self, rates: &Rates) -> Vec<TicketCost> {
        let facts = self.selection.facts;
        let sums = self.sums(rates);
        let costs = self.selection.chosen.iter().filter_map(|(number, _)| {
            let (sum, key) = (sums.get(*number as usize)?, facts.tickets.get(*number)?.clone());
            let people = sum.people.iter().filter_map(|who| facts.names.get(*who).cloned()).collect();
            Some(TicketCost { key, people, cost: sum.cost(1) })
        });
        let mut costs: Vec<_> = costs.collect();
        costs.sort_by(|one, other| {
            let rank = |ticket: &TicketCost| (ticket.cost.money, ticket.cost.active, ticket.cost.messages);
            rank(other).cmp(&rank(one)).then_with(|| one.key.cmp(&other.key))
        });
        costs
    }

    /// By row of the survivor.
    fn sums(&self, rates: &Rates) -> Vec<Sum> {
        let facts = self.selection.facts;
        let zone = &self.selection.question.zone;
        let rates: Vec<_> =
            rates.0.iter().map(|(day, rate)| (micros(zone.midnight(*day)), i128::from(*rate))).collect();
        let mut sums = vec![Sum::default(); facts.len()];
        for stint in &self.stints {
            let Some(sum) = sums.get_mut(stint.ticket as usize) else { continue };
            if stint.part == Part::Asks {
                sum.asking += stint.share;
                continue;
            }
            let at = i64::from(stint.from) * 1_000_000;
            let since = rates.partition_point(|(from, _)| *from <= at);
            let rate = since.checked_sub(1).and_then(|since| rates.get(since)).map_or(0, |(_, rate)| *rate);
            sum.active += stint.share;
            sum.money += i128::from(stint.share) * rate;
        }
        for act in facts.acts.iter().filter(|act| act.ticket != NONE && act.part() != Part::Woken) {
            if let Some(sum) = sums.get_mut(self.selection.root(act.ticket) as usize) {
                sum.people.insert(act.who());
            }
        }
        for (number, more) in (0..facts.count()).zip(&facts.more) {
            if let Some(sum) = sums.get_mut(self.selection.root(number) as usize) {
                sum.messages += more.messages;
                sum.notes += more.notes;
                sum.bot_messages += more.bot_messages;
            }
        }
        sums
    }
}
