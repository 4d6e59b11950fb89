//! Two halves make a whole.

use super::Facts;
use super::columns::{Chained, More, NONE, Row, length, moved};
use super::facts::Rare;

impl Facts {
    /// Takes in what was folded apart. Of a ticket that both know, what has heard more of it counts: so it does not matter
    /// which is merged into which, and to merge the same twice changes nothing.
    pub fn merge(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
            return;
        }
        let names = other.names.all().iter().map(|name| self.names.number(name)).collect::<Vec<_>>();
        let settings = other.settings.all().iter().map(|one| self.settings.number(one)).collect::<Vec<_>>();
        let person = |number: u32| names.get(number as usize).copied().unwrap_or(NONE);
        let bases = (length(&self.rounds), length(&self.acts), length(&self.links));
        let mut rows = Vec::with_capacity(other.len());
        for (key, (row, more)) in other.tickets.all().iter().zip(other.rows.iter().zip(&other.more)) {
            if more.seq <= self.seq(key) {
                rows.push(NONE);
                continue;
            }
            let setting = settings.get(row.setting as usize).copied().unwrap_or(NONE);
            let row = Row { setting, owner: person(row.owner), ..*row };
            let requester = other.actor_of(more.requester);
            let more = More {
                requester: self.code_of(&requester),
                last_round: moved(more.last_round, bases.0),
                last_act: moved(more.last_act, bases.1),
                last_link: moved(more.last_link, bases.2),
                ..*more
            };
            let number = self.place(key, row, more);
            self.rare.remove(&number);
            rows.push(number);
        }
        for (number, rare) in &other.rare {
            let Some(target) = rows.get(*number as usize).copied().filter(|target| *target != NONE) else {
                continue;
            };
            let asked = rare.co_requesters.iter();
            let co_requesters =
                asked.map(|(ticket, who)| (ticket.clone(), self.code_of(&other.actor_of(*who)))).collect();
            let rare = Rare { merged_into: rare.merged_into.clone(), co_requesters };
            self.rare.insert(target, rare);
        }
        let row = |number: u32| rows.get(number as usize).copied().unwrap_or(NONE);
        for round in other.rounds {
            self.due.widen(self.rounds.len(), round.due);
            self.rounds.push(round.moved(bases.0, row(round.ticket)));
        }
        let acts = other.acts.into_iter();
        self.acts.extend(acts.map(|act| {
            let ticket = row(act.ticket);
            act.by(person(act.who())).moved(bases.1, ticket)
        }));
        self.links.extend(other.links.into_iter().map(|link| link.moved(bases.2, NONE)));
    }
}
