use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::case::Mail;
use super::cast::SQUADS;
use super::days::Day;
use super::deployed::Deployed;
use super::dice::Dice;
use crate::policy::{Policies, Policy, Roster};
use crate::rota::Rotas;
use crate::vocab::{Period, PersonId, RotaId, SquadId, TicketKey, Time};

/// What every ticket of a history shares.
pub(super) struct Setting {
    pub(super) seed: u64,
    pub(super) period: Period,
    /// The policies before and after the later one was adopted.
    pub(super) before: Policies,
    pub(super) after: Policies,
    pub(super) adopted: Time,
    /// When leads look at what is open, and put it under that.
    pub(super) replanned: Time,
    /// When somebody leaves, and is forgotten.
    pub(super) left: Time,
    /// As they are at the end: what was arranged never changed what was.
    pub(super) rotas: Rotas,
    /// When something was said on each rota.
    pub(super) told: BTreeMap<RotaId, Vec<Time>>,
    pub(super) days: Vec<Day>,
    /// How many come back on each day.
    pub(super) back: Vec<u64>,
    pub(super) deployed: Vec<Deployed>,
    pub(super) mail: BTreeMap<TicketKey, Vec<Mail>>,
}

impl Setting {
    pub(super) fn policies(&self, at: Time) -> &Policies {
        if at < self.adopted { &self.before } else { &self.after }
    }

    /// The policy in the end.
    pub(super) fn policy(&self) -> &Policy {
        self.after.current()
    }

    pub(super) fn lead(&self, squad: &SquadId) -> Option<PersonId> {
        self.policy().spec().squads.get(squad)?.lead.clone()
    }

    /// So many minutes of office hours after an instant.
    pub(super) fn office(&self, at: Time, minutes: i64) -> Time {
        let calendar = self.policy().calendar(&"office".into());
        let after = calendar.and_then(|office| office.add(at, TimeDelta::minutes(minutes)).ok());
        after.unwrap_or(at + TimeDelta::minutes(minutes))
    }

    /// Whoever takes something of a squad then: often its gardener, otherwise one of the others who are there.
    pub(super) fn engineer(&self, squad: &SquadId, at: Time, dice: &mut Dice) -> Option<PersonId> {
        let gardener = self.rotas.gardener(squad, at);
        let (_, members) = SQUADS.iter().find(|(id, _)| *id == squad.as_str())?;
        let members: Vec<_> = members.iter().map(PersonId::new).collect();
        let there: Vec<_> =
            members.into_iter().filter(|member| self.rotas.away(member, at).is_none()).collect();
        match gardener {
            Some(gardener) if dice.chance(450) => Some(gardener),
            gardener => dice.pick(&there).cloned().or(gardener),
        }
    }

    /// Another one of a squad than these.
    pub(super) fn another(
        &self,
        squad: &SquadId,
        than: &[&PersonId],
        at: Time,
        dice: &mut Dice,
    ) -> Option<PersonId> {
        (0..8).find_map(|_| self.engineer(squad, at, dice).filter(|one| !than.contains(&one)))
    }
}
