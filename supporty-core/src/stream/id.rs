use std::fmt;
use std::str::FromStr;

use crate::vocab::{AlertGroupId, RotaId, ServiceId, TicketKey};

/// The name of a stream, stored as `ticket/SUP-42`, `rota/web`, `service/checkout`, `alerts/alertmanager/9b74…` or `desk`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// One ticket.
    Ticket(TicketKey),
    /// One rota.
    Rota(RotaId),
    /// The deployments of one service.
    Service(ServiceId),
    /// What is over of a group of alerts without a ticket.
    Alerts(AlertGroupId),
    /// The desk itself: adopted policies, scheduled jobs.
    Desk,
}

impl StreamId {
    /// The ticket, if it is one.
    pub fn ticket(&self) -> Option<&TicketKey> {
        match self {
            Self::Ticket(key) => Some(key),
            Self::Rota(_) | Self::Service(_) | Self::Alerts(_) | Self::Desk => None,
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(key) => write!(f, "ticket/{key}"),
            Self::Rota(rota) => write!(f, "rota/{rota}"),
            Self::Service(service) => write!(f, "service/{service}"),
            Self::Alerts(group) => write!(f, "alerts/{group}"),
            Self::Desk => f.write_str("desk"),
        }
    }
}

/// A text that names no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no stream: expected `ticket/KEY`, `rota/NAME`, `service/NAME`, `alerts/NAME` or `desk`")]
pub struct ParseStreamIdError(String);

impl FromStr for StreamId {
    type Err = ParseStreamIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseStreamIdError(text.to_owned());
        match text.split_once('/') {
            None if text == "desk" => Ok(Self::Desk),
            Some(("ticket", key)) => key.parse().map(Self::Ticket).map_err(|_| wrong()),
            Some(("rota", name)) if !name.is_empty() => Ok(Self::Rota(RotaId::new(name))),
            Some(("service", name)) if !name.is_empty() => Ok(Self::Service(ServiceId::new(name))),
            Some(("alerts", name)) if !name.is_empty() => Ok(Self::Alerts(AlertGroupId::new(name))),
            _ => Err(wrong()),
        }
    }
}

crate::vocab::spelled!(StreamId);
