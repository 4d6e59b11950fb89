use std::collections::BTreeMap;

use super::Policy;
use crate::vocab::{PersonId, RotaId, SquadId, Time};

/// Who is on, at any instant: an immutable snapshot that the context hands in.
///
/// A [`Policy`] is a roster too: its squads' gardeners in their hours, their on-call people outside them.
pub trait Roster: Send + Sync {
    /// The squad's gardener.
    fn gardener(&self, squad: &SquadId, at: Time) -> Option<PersonId>;

    /// Who answers for the squad: its gardener in its hours, its on-call outside them.
    fn on_call(&self, squad: &SquadId, at: Time) -> Vec<PersonId>;

    /// Until when somebody is away: on one rota is on every one.
    fn away(&self, person: &PersonId, at: Time) -> Option<Time>;

    /// When next, after an instant, somebody comes on or is back, as far as is known by then.
    fn next_change(&self, squad: &SquadId, at: Time) -> Option<Time>;

    /// The last entries of the squad's rotas: what an escalation was decided by.
    fn versions(&self, squad: &SquadId) -> BTreeMap<RotaId, u64>;
}

impl Roster for Policy {
    fn gardener(&self, squad: &SquadId, _at: Time) -> Option<PersonId> {
        self.spec().squads.get(squad)?.gardener.clone()
    }

    fn on_call(&self, squad: &SquadId, at: Time) -> Vec<PersonId> {
        let Some(known) = self.spec().squads.get(squad) else { return Vec::new() };
        let in_hours = self.calendar(&known.hours).is_some_and(|hours| hours.is_open(at));
        match &known.gardener {
            Some(gardener) if in_hours => vec![gardener.clone()],
            _ => known.on_call.clone(),
        }
    }

    fn away(&self, _person: &PersonId, _at: Time) -> Option<Time> {
        None
    }

    fn next_change(&self, _squad: &SquadId, _at: Time) -> Option<Time> {
        None
    }

    fn versions(&self, _squad: &SquadId) -> BTreeMap<RotaId, u64> {
        BTreeMap::new()
    }
}
