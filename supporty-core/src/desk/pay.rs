use std::collections::BTreeMap;

use super::{Desk, DeskError, builder};
use crate::adapter::{Append, Commit};
use crate::desk_log::{self, Command, DeskState};
use crate::pay::{Month, Statement, corrections, statements};
use crate::policy::Standing;
use crate::stream::{Cause, Entry, StreamId};
use crate::time::Zone;
use crate::vocab::{Identity, InboundKey, Permission, PersonId};

const TRIES: u32 = 8;

/// Why a month was not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unclosed {
    /// It goes on somewhere on earth.
    #[error("the month is not over yet: close it when it is over everywhere")]
    NotOver,
    /// The policy leaves it to others: to leads, unless it says.
    #[error("closing a month is for others: ask a lead, or whom the policy names for `close-month`")]
    NotPermitted,
}

impl Desk {
    /// What everybody is paid for a month: as it was closed, or as it would be closed now, with what has to be put right of
    /// months that were closed before.
    pub async fn statements(&self, month: Month) -> Result<Vec<Statement>, DeskError> {
        let state = self.desk_state().await?;
        match state.closed.get(&month) {
            Some(closed) => Ok(closed.clone()),
            None => self.open_statements(&state, month).await,
        }
    }

    /// Closes a month: its statements stay as they are from now on, and what turns out to be wrong in them is a line of a
    /// later one. A month that is closed already stays as it is; one that is not over anywhere can not be closed.
    pub async fn close_month(
        &self,
        key: InboundKey,
        by: &Identity,
        month: Month,
    ) -> Result<Result<Vec<Statement>, Unclosed>, DeskError> {
        let policy = self.policy();
        let by = policy.actor(by);
        if !policy.may(Permission::CloseMonth, &by, Standing::default(), self.now()) {
            return Ok(Err(Unclosed::NotPermitted));
        }
        for _ in 0..TRIES {
            let state = self.desk_state().await?;
            if let Some(closed) = state.closed.get(&month) {
                return Ok(Ok(closed.clone()));
            }
            // Twelve hours later it is over by every clock on earth.
            let now = self.inner.clock.now();
            if now < month.period(&Zone::utc()).until + chrono::TimeDelta::hours(12) {
                return Ok(Err(Unclosed::NotOver));
            }
            let command =
                Command::CloseMonth { month, statements: self.open_statements(&state, month).await? };
            let events = desk_log::decide(&state, &command);
            let at = state.at.map_or(now, |last| last.max(now));
            let entries = (state.seq + 1..).zip(events).map(|(seq, event)| {
                Entry { seq, at, by: by.clone(), cause: Cause::Inbound(key.clone()), event }.encode()
            });
            let entries = entries.collect::<Result<_, _>>()?;
            let append = Append::new(StreamId::Desk, state.seq, entries);
            let commit = Commit { appends: vec![append], ..Commit::default() };
            match self.inner.store.commit(commit).await.map_err(DeskError::from) {
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
                Ok(()) => self.changed(),
            }
        }
        Err(DeskError::Contended(TRIES))
    }

    async fn open_statements(&self, state: &DeskState, month: Month) -> Result<Vec<Statement>, DeskError> {
        let rotas = self.rotas().await?;
        let mut open: BTreeMap<PersonId, Statement> =
            statements(&rotas, month).into_iter().map(|one| (one.person.clone(), one)).collect();
        let paid: Vec<_> = state.closed.values().flatten().cloned().collect();
        for earlier in state.closed.keys().filter(|earlier| **earlier < month) {
            for (person, lines) in corrections(*earlier, &paid, &statements(&rotas, *earlier)) {
                let empty = || Statement { person: person.clone(), month, lines: Vec::new() };
                open.entry(person.clone()).or_insert_with(empty).lines.extend(lines);
            }
        }
        Ok(open.into_values().collect())
    }

    async fn desk_state(&self) -> Result<DeskState, DeskError> {
        builder::desk_state(self.inner.store.as_ref()).await
    }
}
