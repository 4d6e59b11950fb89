use super::Wrong;
use crate::adapter::{Row, Snapshot, Wake};
use crate::alert_log::AlertEntry;
use crate::desk_log::DeskEntry;
use crate::policy::Policies;
use crate::rota::{self, Plan, RotaEntry, RotaState};
use crate::rules::next_deadline;
use crate::service::ServiceEntry;
use crate::stream::{DecodeError, RawEntry, StreamId};
use crate::ticket::{StatusKind, Ticket, TicketEntry, evolve};
use crate::vocab::Place;

/// What a stream's log says.
#[derive(Default)]
pub(super) struct Replay {
    pub(super) seq: u64,
    pub(super) ticket: Option<Ticket>,
    pub(super) row: Option<Row>,
    /// When it is to be looked at, if that can be said.
    pub(super) wake: Option<Option<Wake>>,
    pub(super) places: Vec<Place>,
    rota: Option<RotaState>,
    at_snapshot: Option<Ticket>,
}

impl Replay {
    /// Replays the entries, and keeps what the ticket was at a snapshot's.
    pub(super) fn of(
        stream: &StreamId,
        entries: &[RawEntry],
        snapshot: Option<u64>,
    ) -> Result<Self, DecodeError> {
        let mut replay = Self { seq: entries.last().map_or(0, |entry| entry.seq), ..Self::default() };
        match stream {
            StreamId::Ticket(_) => {
                for raw in entries {
                    evolve(&mut replay.ticket, &TicketEntry::decode(stream, raw)?);
                    if snapshot == Some(raw.seq) {
                        replay.at_snapshot = replay.ticket.clone();
                    }
                }
            }
            StreamId::Rota(_) => {
                let mut state = RotaState::default();
                for raw in entries {
                    rota::evolve(&mut state, &RotaEntry::decode(stream, raw)?);
                }
                replay.rota = Some(state);
            }
            StreamId::Desk => entries.iter().try_for_each(|raw| DeskEntry::decode(stream, raw).map(drop))?,
            StreamId::Service(_) => {
                entries.iter().try_for_each(|raw| ServiceEntry::decode(stream, raw).map(drop))?;
            }
            StreamId::Alerts(_) => {
                entries.iter().try_for_each(|raw| AlertEntry::decode(stream, raw).map(drop))?;
            }
        }
        Ok(replay)
    }

    /// Works out what is to be kept beside the entries.
    pub(super) fn derive(&mut self, stream: &StreamId, policies: &Policies) {
        self.wake = match (stream, &self.ticket, &self.rota) {
            (StreamId::Rota(id), _, Some(state)) => {
                Plan::new(policies.current(), id, state.at.unwrap_or_default())
                    .map(|plan| rota::next_deadline(state, &plan).map(Wake::planned))
            }
            (_, Some(ticket), _) => {
                Some(next_deadline(ticket, policies).map(|deadline| Wake::planned(deadline.wake)))
            }
            _ => Some(None),
        };
        if let Some(ticket) = &self.ticket {
            self.row = Some(Row::of(ticket, policies));
            // What is closed or merged may have left its alerts to another ticket.
            let kept = matches!(ticket.status.kind(), StatusKind::Closed | StatusKind::Merged);
            let alerts = ticket.raised_by.iter().filter(|_| !kept);
            self.places = ticket.places.iter().chain(&ticket.former_places).chain(alerts).cloned().collect();
        }
    }

    /// What is wrong with a snapshot.
    pub(super) fn compare(&self, snapshot: &Snapshot) -> Option<Wrong> {
        let seq = snapshot.seq;
        match (serde_json::from_str::<Ticket>(&snapshot.body), &self.at_snapshot) {
            (Ok(kept), Some(ticket)) if kept == *ticket => None,
            (Ok(kept), Some(ticket)) => Some(Wrong::snapshot(seq, &kept, ticket)),
            (Err(error), _) => Some(Wrong::Snapshot { seq, how: format!("can not be read ({error})") }),
            (Ok(_), None) => {
                Some(Wrong::Snapshot { seq, how: "is of an entry that the log does not have".to_owned() })
            }
        }
    }
}
