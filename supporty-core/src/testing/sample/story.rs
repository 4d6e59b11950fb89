use crate::adapter::{Append, Commit, Row, Wake};
use crate::desk_log::DeskEntry;
use crate::policy::Policies;
use crate::rota::RotaEntry;
use crate::service::ServiceEntry;
use crate::stream::{DecodeError, Entry, RawEntry, Recorded, StreamId};
use crate::ticket::{StatusKind, Ticket, TicketEntry};
use crate::vocab::{RotaId, ServiceId, TextRow, Time};

/// A stream from its first entry to its last.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// What happened.
    pub stream: Stream,
    /// What people wrote.
    pub texts: Vec<TextRow>,
    /// When it is to be looked at again.
    pub wake: Option<Time>,
}

/// What happened on a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Stream {
    /// On the desk's own.
    Desk(Vec<DeskEntry>),
    /// On a rota.
    Rota(RotaId, Vec<RotaEntry>),
    /// To a service.
    Service(ServiceId, Vec<ServiceEntry>),
    /// To a ticket.
    Ticket {
        /// What it is in the end.
        ticket: Box<Ticket>,
        /// How it came to be.
        entries: Vec<TicketEntry>,
    },
}

impl Stream {
    /// Its name.
    pub fn id(&self) -> StreamId {
        match self {
            Self::Desk(_) => StreamId::Desk,
            Self::Rota(id, _) => StreamId::Rota(id.clone()),
            Self::Service(id, _) => StreamId::Service(id.clone()),
            Self::Ticket { ticket, .. } => StreamId::Ticket(ticket.key.clone()),
        }
    }

    /// Its entries as a store keeps them.
    pub fn encode(&self) -> Result<Vec<RawEntry>, DecodeError> {
        fn all<E: Recorded>(entries: &[Entry<E>]) -> Result<Vec<RawEntry>, DecodeError> {
            entries.iter().map(Entry::encode).collect()
        }
        match self {
            Self::Desk(entries) => all(entries),
            Self::Rota(_, entries) => all(entries),
            Self::Service(_, entries) => all(entries),
            Self::Ticket { entries, .. } => all(entries),
        }
    }
}

impl Story {
    /// What a store that does not have the stream yet is to write. `policies` are those of [`Plan`](super::Plan::policies).
    pub fn commit(&self, policies: &Policies) -> Result<Commit, DecodeError> {
        let id = self.stream.id();
        let mut append = Append {
            wake: self.wake.map(Wake::planned),
            ..Append::new(id.clone(), 0, self.stream.encode()?)
        };
        let mut places = Vec::new();
        if let Stream::Ticket { ticket, .. } = &self.stream {
            append.row = Some(Row::of(ticket, policies));
            // What is closed or merged may have left its alerts to another ticket.
            let kept = matches!(ticket.status.kind(), StatusKind::Closed | StatusKind::Merged);
            let alerts = ticket.raised_by.iter().filter(|_| !kept);
            let all = ticket.places.iter().chain(&ticket.former_places).chain(alerts);
            places.extend(all.map(|place| (place.clone(), id.clone())));
        }
        Ok(Commit { appends: vec![append], texts: self.texts.clone(), places, ..Commit::default() })
    }
}
