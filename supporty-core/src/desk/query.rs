use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;

use super::{Desk, DeskError, render};
use crate::adapter::{Card, DeadLetter, Page, Query};
use crate::policy::{Policies, Policy};
use crate::rules::{Deadline, plan};
use crate::stream::{EffectId, StreamId};
use crate::ticket::{Ticket, TicketEntry};
use crate::vocab::{Text, TextRef, TicketKey, Time};

impl Desk {
    /// The time by the desk's clock.
    pub fn now(&self) -> Time {
        self.inner.clock.now()
    }

    /// The policy in force.
    pub fn policy(&self) -> Arc<Policy> {
        self.policies().in_force()
    }

    /// Every policy that was read so far.
    pub fn all_policies(&self) -> Arc<Policies> {
        self.policies()
    }

    /// A ticket as it is.
    pub async fn ticket(&self, key: TicketKey) -> Result<Option<Ticket>, DeskError> {
        self.load(&key).await
    }

    /// A ticket's card as it would be shown now.
    pub async fn card(&self, key: TicketKey) -> Result<Option<Card>, DeskError> {
        let Some(ticket) = self.load(&key).await? else { return Ok(None) };
        let policies = self.policies_for(std::iter::once(&ticket)).await?;
        let texts = self.texts(render::card_texts(&ticket)).await?;
        Ok(Some(render::card(&ticket, &policies, &texts)))
    }

    /// What happened to a ticket.
    pub async fn log(&self, key: TicketKey) -> Result<Vec<TicketEntry>, DeskError> {
        let stream = StreamId::Ticket(key);
        let entries = self.inner.store.load(stream.clone(), 0).await?;
        entries.iter().map(|raw| Ok(TicketEntry::decode(&stream, raw)?)).collect()
    }

    /// What falls due on a ticket if nothing happens, in order.
    pub async fn deadlines(&self, key: TicketKey) -> Result<Vec<Deadline>, DeskError> {
        let Some(ticket) = self.load(&key).await? else { return Ok(Vec::new()) };
        let policies = self.policies_for(std::iter::once(&ticket)).await?;
        Ok(plan(&ticket, &policies))
    }

    /// Tickets, newest first.
    pub async fn list(&self, query: Query) -> Result<Page, DeskError> {
        Ok(self.inner.store.list(query).await?)
    }

    /// What people wrote; what was erased is left out.
    pub async fn texts(&self, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, DeskError> {
        Ok(self.inner.store.texts(refs).await?)
    }

    /// Effects that were given up, oldest first.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, DeskError> {
        Ok(self.inner.store.dead_letters().await?)
    }

    /// Tries an effect that was given up once more.
    pub async fn revive(&self, effect: EffectId) -> Result<(), DeskError> {
        self.inner.store.revive(effect, self.inner.clock.now()).await?;
        self.changed();
        Ok(())
    }

    /// Counts the commits of this desk, for whoever shows something that changes with them.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }
}
