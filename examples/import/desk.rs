//! From what happened to the lines that a desk imports.

use std::path::Path;

use supporty_core::adapter::{Append, Commit, Maintenance, NewEffect, Store};
use supporty_core::desk::{DeskError, audit, rebuild};
use supporty_core::desk_log::{self, DeskState};
use supporty_core::effect::{Effect, Intent, Surface};
use supporty_core::policy::Policy;
use supporty_core::stream::{Cause, DecodeError, EffectId, Entry, Origin, StreamId};
use supporty_core::time::Zone;
use supporty_core::vocab::{Actor, TicketKey, Time};
use supporty_store::Memory;

use crate::history::History;

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error(transparent)]
    Desk(#[from] DeskError),
    #[error(transparent)]
    Store(#[from] supporty_core::adapter::Error),
    #[error(transparent)]
    Entry(#[from] DecodeError),
    #[error("something can not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("what would be written is wrong, which is an error of this program: {0}")]
    Wrong(String),
}

/// Writes the log, everything that follows from it, and the cards that are to be shown.
pub(crate) async fn write(history: &History, to: &Path) -> Result<(), WriteError> {
    let store = Memory::new();
    let [past, policy] = &history.policies;
    let mut state = DeskState::default();
    adopt(&store, &mut state, past, history.period.0).await?;
    for ticket in history.world.tickets() {
        store.reserve(ticket.key.prefix().to_owned()).await?;
    }
    for run in history.world.entries().chunk_by(|a, b| a.0 == b.0) {
        let Some((key, first)) = run.first() else { continue };
        let entries = run.iter().map(|(_, entry)| entry.encode()).collect::<Result<_, _>>()?;
        let texts = history.texts.get(key).filter(|_| first.seq == 1).cloned().unwrap_or_default();
        let commit = Commit {
            appends: vec![Append::new(StreamId::Ticket(key.clone()), first.seq - 1, entries)],
            texts,
            ..Commit::default()
        };
        store.commit(commit).await?;
    }
    adopt(&store, &mut state, policy, history.period.1).await?;
    rebuild(&store, &store).await?;
    let wrong: Vec<_> = audit(&store, &store).await?.findings.iter().map(ToString::to_string).collect();
    if !wrong.is_empty() {
        return Err(WriteError::Wrong(wrong.join("; ")));
    }
    for ticket in history.world.tickets().filter(|ticket| ticket.status.is_open()) {
        let private = ticket.restricted.is_some();
        let effects = vec![card(&ticket.key, private, history.period.1)?];
        store.commit(Commit { effects, ..Commit::default() }).await?;
    }
    store.export(to.display().to_string()).await?;
    Ok(())
}

async fn adopt(store: &Memory, state: &mut DeskState, policy: &Policy, at: Time) -> Result<(), WriteError> {
    let version = policy.version().clone();
    let zones = Zone::database_version().to_owned();
    let after = state.seq;
    let mut entries = Vec::new();
    for event in desk_log::decide(state, &desk_log::Command::Adopt { version: version.clone(), zones }) {
        let entry = Entry { seq: state.seq + 1, at, by: Actor::Desk, cause: Cause::Timer, event };
        desk_log::evolve(state, &entry);
        entries.push(entry.encode()?);
    }
    let commit = Commit {
        appends: vec![Append::new(StreamId::Desk, after, entries)],
        policies: vec![(version, serde_json::to_string(policy)?)],
        ..Commit::default()
    };
    Ok(store.commit(commit).await?)
}

/// What is open gets a thread. Of what happened before nobody is told.
fn card(key: &TicketKey, private: bool, at: Time) -> Result<NewEffect, WriteError> {
    let surface = if private { Surface::PrivateCard } else { Surface::Card };
    let intent = Intent::Show(surface(key.clone()));
    let id = EffectId { cause: Origin::Job(format!("import/{key}")), n: 0 };
    let effect = Effect { id: id.clone(), intent };
    let body = serde_json::to_string(&effect)?;
    Ok(NewEffect { id, lane: effect.intent.lane(), level: effect.intent.level(), body, at })
}
