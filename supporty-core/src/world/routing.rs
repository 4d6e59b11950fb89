//! Tickets are given to people here as the driver does it: by the same rules, after each step.

use std::collections::{BTreeMap, BTreeSet};

use super::World;
use crate::effect::{Effect, Intent};
use crate::rules::{Load, RECENT, Row, assigning, candidates, next_chance, queue, share_out};
use crate::stream::{Cause, EffectId};
use crate::ticket::Command;
use crate::vocab::{Actor, PersonId, SquadId, Time};

impl World {
    /// Gives out whatever may be given by what happened since, until nothing changes.
    pub(super) fn route(&mut self, at: Time) {
        while let Some((squad, effect)) = self.next_to_route(at) {
            self.route_squad(at, &squad, effect);
        }
    }

    /// Looks again for somebody at that instant.
    pub(super) fn route_later(&mut self, squad: SquadId, at: Time) {
        self.chances.insert(squad, at);
    }

    /// A squad's queue is one level: however often it changed, it is looked at once.
    fn next_to_route(&mut self, at: Time) -> Option<(SquadId, EffectId)> {
        while let Some(Effect { id, intent }) = self.effects.get(self.routed) {
            self.routed += 1;
            if let Intent::Route(squad) = intent {
                return Some((squad.clone(), id.clone()));
            }
        }
        let squad = self.chances.iter().find(|(_, due)| **due <= at).map(|(squad, _)| squad.clone())?;
        let due = self.chances.remove(&squad)?;
        let effect = Effect::look_again(&squad, due).id;
        Some((squad, effect))
    }

    fn route_squad(&mut self, at: Time, squad: &SquadId, effect: EffectId) {
        let policy = self.policies.in_force();
        let Some((_, assign)) = assigning(squad, &policy) else { return };
        let people = candidates(squad, &policy, self.roster(), at);
        let rows: Vec<_> = self.tickets.values().map(|ticket| Row::of(ticket, &self.policies)).collect();
        let loads = loads(&people, &rows);
        let waiting = queue(&rows, squad, &policy);
        let shared = share_out(&waiting, &people, &loads, assign.limit.into(), at);
        let left_over = waiting.len() > shared.len();
        let shared: Vec<_> = shared.into_iter().map(|(key, to)| (key.clone(), to)).collect();
        let cause = Cause::from(effect);
        for (key, to) in shared {
            let _ = self.step(at, &Actor::Desk, &cause, &key, &Command::Assign { to });
        }
        let chance = Some(()).filter(|()| left_over);
        match chance.and_then(|()| next_chance(squad, &self.policies.in_force(), self.roster(), at)) {
            Some(chance) => self.route_later(squad.clone(), chance),
            None => drop(self.chances.remove(squad)),
        }
    }
}

fn loads(people: &BTreeSet<PersonId>, rows: &[Row]) -> BTreeMap<PersonId, Load> {
    let load = |person: &PersonId| {
        let theirs = || rows.iter().rev().filter(|row| row.owner.as_ref() == Some(person));
        let over = theirs().take(RECENT as usize).filter(|row| !row.status.is_open());
        Load::of(theirs().filter(|row| row.status.is_open()).chain(over))
    };
    people.iter().map(|person| (person.clone(), load(person))).collect()
}
