use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::columns::{chain, micros};
use super::{Facts, Group, Part, Rates, Selection, Work};
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

impl Selection<'_> {
    /// What the tickets cost that were opened in the period, whenever that was worked.
    pub fn costs(&self, work: &Work, rates: &Rates) -> BTreeMap<Group, Cost> {
        let reckoner = Reckoner::new(self, work, rates);
        let groups = self.fold(|(count, group): &mut (u32, Sum), number, _| {
            *count += 1;
            group.add(&reckoner.sum(number));
        });
        groups.into_iter().map(|(group, (count, sum))| (group, sum.cost(count))).collect()
    }

    /// The same ticket by ticket, the most expensive first: by money, then by time, then by messages, then by key.
    pub fn ticket_costs(&self, work: &Work, rates: &Rates) -> Vec<TicketCost> {
        let reckoner = Reckoner::new(self, work, rates);
        let costs = self.chosen.iter().filter_map(|(number, _)| {
            let (sum, key) = (reckoner.sum(*number), self.facts.tickets.get(*number)?.clone());
            let people = sum.people.iter().filter_map(|who| self.facts.names.get(*who).cloned()).collect();
            Some(TicketCost { key, people, cost: sum.cost(1) })
        });
        let mut costs: Vec<_> = costs.collect();
        costs.sort_by(|one, other| {
            let rank = |ticket: &TicketCost| (ticket.cost.money, ticket.cost.active, ticket.cost.messages);
            rank(other).cmp(&rank(one)).then_with(|| one.key.cmp(&other.key))
        });
        costs
    }
}

/// What is looked up once for all tickets.
struct Reckoner<'a> {
    facts: &'a Facts,
    work: &'a Work,
    rates: Vec<(i64, i128)>,
    /// By survivor, what was merged into it.
    merged: BTreeMap<u32, Vec<u32>>,
}

impl<'a> Reckoner<'a> {
    fn new(selection: &Selection<'a>, work: &'a Work, rates: &Rates) -> Self {
        let zone = &selection.question.zone;
        let rates =
            rates.0.iter().map(|(day, rate)| (micros(zone.midnight(*day)), i128::from(*rate))).collect();
        let mut merged: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (row, root) in &selection.roots {
            merged.entry(*root).or_default().push(*row);
        }
        Self { facts: selection.facts, work, rates, merged }
    }

    /// The rate of an hour that begins then.
    fn rate(&self, at: i64) -> i128 {
        let since = self.rates.partition_point(|(from, _)| *from <= at);
        since.checked_sub(1).and_then(|since| self.rates.get(since)).map_or(0, |(_, rate)| *rate)
    }

    fn sum(&self, number: u32) -> Sum {
        let mut sum = Sum::default();
        for stint in self.work.of(number) {
            match stint.part {
                Part::Asks => sum.asking += stint.share,
                _ => {
                    sum.active += stint.share;
                    sum.money += i128::from(stint.share) * self.rate(i64::from(stint.from) * 1_000_000);
                }
            }
        }
        for row in self.merged.get(&number).into_iter().flatten().copied().chain([number]) {
            let Some(more) = self.facts.more.get(row as usize) else { continue };
            sum.messages += more.messages;
            sum.notes += more.notes;
            sum.bot_messages += more.bot_messages;
            let acts = chain(&self.facts.acts, more.last_act);
            sum.people.extend(acts.filter(|(_, act)| act.part() != Part::Woken).map(|(_, act)| act.who()));
        }
        sum
    }
}
