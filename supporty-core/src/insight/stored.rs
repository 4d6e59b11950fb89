//! Facts as they are stored: ticket by ticket, by key, with names.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::columns::{
    ActRow, DRILL, LinkRow, MERGED, More, NEVER, NONE, RATED, RESTRICTED, RoundRow, Row, SHARED, SOLVED,
    Setting, chain, ever, micros, push, second, time,
};
use super::facts::Rare;
use super::{Act, Fact, Facts, Link, Round};
use crate::vocab::TicketKey;

impl Facts {
    /// What is known of a ticket.
    pub fn get(&self, key: &TicketKey) -> Option<Fact> {
        let number = self.tickets.row(key)?;
        let (row, more) = (self.rows.get(number as usize)?, self.more.get(number as usize)?);
        let setting = self.settings.get(row.setting)?.clone();
        let rare = self.rare.get(&number);
        let asked = rare.iter().flat_map(|rare| &rare.co_requesters);
        let rounds = chain(&self.rounds, more.last_round).map(|(_, round)| Round {
            target: round.target,
            epoch: round.epoch,
            due: time(round.due),
            end: round.end,
        });
        let acts = chain(&self.acts, more.last_act).filter_map(|(_, act)| {
            let who = self.names.get(act.who())?.clone();
            Some(Act { who, at: time(i64::from(act.at) * 1_000_000), as_: act.part() })
        });
        let links = chain(&self.links, more.last_link).map(|(_, row)| row.link.clone());
        Some(Fact {
            key: key.clone(),
            seq: more.seq,
            opened_at: time(row.opened),
            requester: self.actor_of(more.requester),
            co_requesters: asked.map(|(ticket, who)| (ticket.clone(), self.actor_of(*who))).collect(),
            terms: setting.terms,
            squad: setting.squad,
            policy: setting.policy,
            owner: self.names.get(row.owner).cloned(),
            resolved: ever(row.resolved).zip(row.resolution),
            reopened: row.reopened.into(),
            acknowledged: ever(more.acknowledged),
            responded: ever(more.responded),
            identified: ever(more.identified),
            mitigated: ever(more.mitigated),
            gardening: row.gardening,
            rating: more.rating,
            messages: more.messages,
            notes: more.notes,
            bot_messages: more.bot_messages,
            drill: row.has(DRILL),
            restricted: row.has(RESTRICTED),
            merged_into: rare.and_then(|rare| rare.merged_into.clone()),
            promises: in_order(rounds),
            acts: in_order(acts),
            links: in_order(links),
        })
    }

    /// Takes a ticket as it was stored, unless as much is known of it already. Its entries go on from there.
    pub fn put(&mut self, fact: &Fact) {
        if fact.seq <= self.seq(&fact.key) {
            return;
        }
        let setting =
            Setting { terms: fact.terms.clone(), squad: fact.squad.clone(), policy: fact.policy.clone() };
        let at = |at: Option<crate::vocab::Time>| at.map_or(NEVER, micros);
        let (resolved, resolution) = fact.resolved.unzip();
        let mut row = Row {
            opened: micros(fact.opened_at),
            resolved: at(resolved),
            setting: self.settings.number(&setting),
            owner: fact.owner.as_ref().map_or(NONE, |owner| self.names.number(owner)),
            reopened: u16::try_from(fact.reopened).unwrap_or(u16::MAX),
            resolution,
            gardening: fact.gardening,
            flags: 0,
        };
        row.mark(DRILL, fact.drill);
        row.mark(RESTRICTED, fact.restricted);
        row.mark(MERGED, fact.merged_into.is_some());
        row.mark(SHARED, !fact.co_requesters.is_empty());
        row.mark(RATED, fact.rating.is_some());
        row.mark(SOLVED, fact.links.iter().any(Link::solves));
        let more = More {
            seq: fact.seq,
            acknowledged: at(fact.acknowledged),
            responded: at(fact.responded),
            identified: at(fact.identified),
            mitigated: at(fact.mitigated),
            requester: self.code_of(&fact.requester),
            messages: fact.messages,
            notes: fact.notes,
            bot_messages: fact.bot_messages,
            last_round: NONE,
            last_act: NONE,
            last_link: NONE,
            rating: fact.rating,
        };
        let number = self.place(&fact.key, row, more);
        let asked = fact.co_requesters.iter();
        let co_requesters = asked.map(|(ticket, who)| (ticket.clone(), self.code_of(who))).collect();
        self.rare(number, |rare| *rare = Rare { merged_into: fact.merged_into.clone(), co_requesters });
        let (mut last_round, mut last_act, mut last_link) = (NONE, NONE, NONE);
        for &Round { target, epoch, due, end } in &fact.promises {
            let due = micros(due);
            let round = RoundRow { due, ticket: number, before: last_round, epoch, target, end };
            last_round = push(&mut self.rounds, round);
            self.due.widen(last_round as usize, due);
        }
        for act in &fact.acts {
            let (at, who) = (second(micros(act.at)), self.names.number(&act.who));
            last_act = push(&mut self.acts, ActRow::new(at, who, act.as_, number, last_act));
        }
        for link in fact.links.iter().cloned() {
            last_link = push(&mut self.links, LinkRow { link, before: last_link });
        }
        if let Some(more) = self.more.get_mut(number as usize) {
            (more.last_round, more.last_act, more.last_link) = (last_round, last_act, last_link);
        }
    }

    /// A row for a ticket: a new one, or the one that it has, whose entries in the columns are nobody's from now on.
    pub(super) fn place(&mut self, key: &TicketKey, row: Row, more: More) -> u32 {
        let Some(number) = self.tickets.row(key) else { return self.begin(key, row, more) };
        let index = number as usize;
        let Some(known) = self.more.get(index).copied() else { return number };
        let rounds: Vec<_> = chain(&self.rounds, known.last_round).map(|(index, _)| index).collect();
        for index in rounds {
            self.rounds.get_mut(index as usize).into_iter().for_each(|round| round.ticket = NONE);
        }
        let acts: Vec<_> = chain(&self.acts, known.last_act).map(|(index, _)| index).collect();
        for index in acts {
            self.acts.get_mut(index as usize).into_iter().for_each(|act| act.ticket = NONE);
        }
        self.opened.widen(index, row.opened);
        if let (Some(old), Some(rest)) = (self.rows.get_mut(index), self.more.get_mut(index)) {
            (*old, *rest) = (row, more);
        }
        number
    }

    /// Every ticket, by key.
    pub fn iter(&self) -> impl Iterator<Item = Fact> {
        let mut keys: Vec<_> = self.keys().collect();
        keys.sort_unstable();
        keys.into_iter().filter_map(|key| self.get(key))
    }
}

fn in_order<T>(last_first: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<_> = last_first.collect();
    all.reverse();
    all
}

impl PartialEq for Facts {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.keys().all(|key| self.get(key) == other.get(key))
    }
}

impl Eq for Facts {}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Fact>::deserialize(deserializer)?.iter().collect())
    }
}

impl<'a> FromIterator<&'a Fact> for Facts {
    fn from_iter<I: IntoIterator<Item = &'a Fact>>(facts: I) -> Self {
        let mut all = Self::new();
        facts.into_iter().for_each(|fact| all.put(fact));
        all
    }
}
