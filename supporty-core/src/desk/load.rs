use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use serde::de::DeserializeOwned;

use super::{Desk, DeskError, builder};
use crate::adapter::Recalled;
use crate::policy::Policies;
use crate::rules::involves;
use crate::stream::{RawEntry, StreamId};
use crate::ticket::{Command, Status, Ticket, TicketEntry, evolve};
use crate::vocab::TicketKey;

/// How many tickets are kept in memory between commands.
const KEPT: usize = 4_096;

impl Desk {
    /// A ticket as it is in the store: what is kept from before, and the entries since.
    pub(super) async fn load(&self, key: &TicketKey) -> Result<Option<Ticket>, DeskError> {
        let stream = StreamId::Ticket(key.clone());
        let (mut ticket, entries) = match self.known(key) {
            Some(known) => {
                let entries = self.inner.store.load(stream.clone(), known.seq).await?;
                (Some(Ticket::clone(&known)), entries)
            }
            None => self.recall(&stream, Ticket::FORMAT).await?,
        };
        for raw in &entries {
            evolve(&mut ticket, &TicketEntry::decode(&stream, raw)?);
        }
        if let Some(ticket) = ticket.as_ref().filter(|_| !entries.is_empty()) {
            self.remember(ticket.clone());
        }
        Ok(ticket)
    }

    /// What a stream had become by its last snapshot of that format, and its entries since.
    pub(super) async fn recall<S: DeserializeOwned>(
        &self,
        stream: &StreamId,
        format: &str,
    ) -> Result<(Option<S>, Vec<RawEntry>), DeskError> {
        let store = &self.inner.store;
        let Recalled { snapshot, entries } = store.recall(stream.clone(), format.to_owned()).await?;
        let Some(snapshot) = snapshot else { return Ok((None, entries)) };
        match serde_json::from_str(&snapshot.body) {
            Ok(state) => Ok((Some(state), entries)),
            Err(error) => {
                tracing::warn!(%stream, %error, "a snapshot can not be read; the whole log is");
                Ok((None, store.load(stream.clone(), 0).await?))
            }
        }
    }

    /// The other tickets that a command involves, from merged ones on to their survivors.
    pub(super) async fn involved(
        &self,
        ticket: Option<&Ticket>,
        command: &Command,
    ) -> Result<BTreeMap<TicketKey, Ticket>, DeskError> {
        let mut others = BTreeMap::new();
        let mut next = involves(ticket, command);
        while let Some(key) = next.filter(|key| !others.contains_key(key)) {
            let Some(other) = self.load(&key).await? else { break };
            next = match &other.status {
                Status::Merged { into, .. } => Some(into.clone()),
                _ => None,
            };
            others.insert(key, other);
        }
        Ok(others)
    }

    /// The policies, with every one that these tickets are measured by.
    pub(super) async fn policies_for<'a>(
        &self,
        tickets: impl Iterator<Item = &'a Ticket>,
    ) -> Result<Arc<Policies>, DeskError> {
        let mut policies = self.policies();
        for pin in tickets.flat_map(|ticket| &ticket.pins) {
            if policies.get(&pin.version).is_some() {
                continue;
            }
            let policy = builder::stored_policy(self.inner.store.as_ref(), &pin.version).await?;
            let mut held = self.inner.policies.write().unwrap_or_else(PoisonError::into_inner);
            Arc::make_mut(&mut held).remember(pin.version.clone(), policy);
            policies = Arc::clone(&held);
        }
        Ok(policies)
    }

    pub(super) fn remember(&self, ticket: Ticket) {
        let mut known = self.inner.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        let newer = known.get(&ticket.key).is_none_or(|held| held.seq < ticket.seq);
        if newer {
            known.insert(ticket.key.clone(), Arc::new(ticket));
        }
    }

    fn known(&self, key: &TicketKey) -> Option<Arc<Ticket>> {
        self.inner.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }
}
