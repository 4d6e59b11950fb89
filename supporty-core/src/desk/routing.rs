//! Gives tickets that nobody owns to whoever has room.

use std::collections::BTreeMap;

use super::commit::{Request, new_effect};
use super::deliver::Outcome;
use super::{Desk, DeskError};
use crate::adapter::{Commit, OwnerFilter, Query};
use crate::effect::{Effect, Intent};
use crate::rules::{Load, RECENT, assigning, candidates, next_chance, queue, share_out};
use crate::stream::{Cause, EffectId, Origin};
use crate::ticket::{Command, StatusKind, Ticket};
use crate::vocab::{Actor, PersonId, SquadId, TicketKey};

impl Desk {
    /// Looks at the queue of every squad that assigns its tickets: another policy may give somebody room.
    pub(super) async fn route_every_squad(&self) -> Result<(), DeskError> {
        let policy = self.policy();
        let (now, squads) = (self.inner.clock.now(), policy.spec().squads.keys());
        for squad in squads.filter(|squad| assigning(squad, &policy).is_some()) {
            let id =
                EffectId { cause: Origin::Job(format!("route/{squad}/{}", now.timestamp_micros())), n: 0 };
            self.queue_effect(Effect { id, intent: Intent::Route(squad.clone()) }).await?;
        }
        Ok(())
    }

    /// Gives a squad's tickets out until nobody has room. Somebody who claims one meanwhile has it.
    pub(super) async fn route(&self, effect: &Effect, squad: &SquadId) -> Result<Outcome, DeskError> {
        let policy = self.policy();
        let Some((_, assign)) = assigning(squad, &policy) else { return Ok(Outcome::Dropped) };
        let (now, rotas) = (self.inner.clock.now(), self.rotas().await?);
        let people = candidates(squad, &policy, rotas.as_ref(), now);
        let open = self.open_tickets(Query { squad: Some(squad.clone()), ..Query::default() }).await?;
        let waiting = queue(open.iter().map(|listed| &listed.row), squad, &policy);
        let mut loads = BTreeMap::new();
        for person in people.iter().filter(|_| !waiting.is_empty()) {
            loads.insert(person.clone(), self.load_of(person).await?);
        }
        let shared = share_out(&waiting, &people, &loads, assign.limit.into(), now);
        let cause = Cause::from(effect.id.clone());
        let request = Request { by: &Actor::Desk, cause: &cause, texts: &[], inbound: None };
        for (key, to) in &shared {
            match self.give(key, to, squad, &request).await {
                Err(error @ (DeskError::Store(_) | DeskError::Contended(_))) => return Err(error),
                Err(error) => tracing::error!(%key, %error, "a ticket can not be given to anybody"),
                Ok(()) => {}
            }
        }
        if waiting.len() > shared.len()
            && let Some(at) = next_chance(squad, &policy, rotas.as_ref(), now)
        {
            self.queue_effect(Effect::look_again(squad, at)).await?;
        }
        Ok(if shared.is_empty() { Outcome::Dropped } else { Outcome::Delivered })
    }

    /// It is time to look at a squad's queue again, in the one lane in which that is done.
    pub(super) async fn route_again(&self, effect: &Effect, squad: &SquadId) -> Result<Outcome, DeskError> {
        let cause = Origin::Job(format!("routed/{}", effect.id));
        let id = EffectId { cause, n: 0 };
        self.queue_effect(Effect { id, intent: Intent::Route(squad.clone()) }).await?;
        Ok(Outcome::Delivered)
    }

    /// Between the list and now it may have gone elsewhere.
    async fn give(
        &self,
        key: &TicketKey,
        to: &PersonId,
        squad: &SquadId,
        request: &Request<'_>,
    ) -> Result<(), DeskError> {
        let waits =
            |ticket: &Ticket| ticket.squad.as_ref() == Some(squad) && ticket.status.kind() == StatusKind::New;
        if self.load(key).await?.is_some_and(|ticket| waits(&ticket)) {
            self.perform(key.clone(), Command::Assign { to: to.clone() }, request).await?;
        }
        Ok(())
    }

    async fn load_of(&self, person: &PersonId) -> Result<Load, DeskError> {
        let owner = Some(OwnerFilter::Person(person.clone()));
        let open = self.open_tickets(Query { owner: owner.clone(), ..Query::default() }).await?;
        let recent = Query { owner, most: RECENT, ..Query::default() };
        let recent = self.inner.store.list(recent).await?.rows;
        let over = recent.iter().filter(|listed| !listed.row.status.is_open());
        Ok(Load::of(open.iter().chain(over).map(|listed| &listed.row)))
    }

    pub(super) async fn queue_effect(&self, effect: Effect) -> Result<(), DeskError> {
        let effects = vec![new_effect(&effect, self.inner.clock.now())?];
        self.inner.store.commit(Commit { effects, ..Commit::default() }).await?;
        self.changed();
        Ok(())
    }
}
