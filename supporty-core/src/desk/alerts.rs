use tracing::Instrument;

use super::{Desk, DeskError};
use crate::adapter::Answer;
use crate::rules::Rejection;
use crate::ticket::{Status, Ticket};
use crate::vocab::TicketKey;
use crate::webhook::Alert;

const TRIES: u32 = 16;

impl Desk {
    /// Takes what monitoring tells of a group of alerts: it opens a ticket, or tells the one that is open for it.
    ///
    /// One ticket is open for a group at a time, whoever tells of it at the same time: where that is merged it is its
    /// survivor, where it is closed and alerts fire another one is opened. What fires again on a resolved ticket reopens
    /// it. What is known already, and what is over without a ticket, is answered with [`Rejection::Unchanged`].
    ///
    /// An answer means that it is in the log. After an error the sender should send it again.
    pub async fn alert(&self, alert: Alert) -> Result<Answer, DeskError> {
        let span = tracing::info_span!("alert", source = %alert.source, alerts = alert.alerts.len());
        self.take_alert(&alert).instrument(span).await
    }

    async fn take_alert(&self, alert: &Alert) -> Result<Answer, DeskError> {
        let mut raised = None;
        for _ in 0..TRIES {
            let before = self.ticket_at(alert.place()).await?;
            let open = match before.clone() {
                Some(key) => self.still_open(key).await?,
                None => None,
            };
            match open {
                Some(ticket) => {
                    let Some(told) = alert.tell(&ticket) else {
                        let known = Answer { ticket: Some(ticket.key), outcome: Err(Rejection::Unchanged) };
                        return Ok(raised.unwrap_or(known));
                    };
                    let answer = self.handle(told).await?;
                    // Somebody closed it meanwhile.
                    if !matches!(answer.outcome, Err(Rejection::WrongStatus { .. })) {
                        return Ok(answer);
                    }
                }
                None if !alert.fires() => {
                    return Ok(Answer { ticket: before, outcome: Err(Rejection::Unchanged) });
                }
                None => {
                    let answer = self.handle(alert.raise(before.as_ref(), &self.policy())).await?;
                    if answer.outcome.is_err() {
                        return Ok(answer);
                    }
                    raised = Some(answer);
                }
            }
        }
        Err(DeskError::Contended(TRIES))
    }

    /// The ticket, or what it was merged into, unless that is closed. A merged ticket never leads back to itself.
    async fn still_open(&self, mut key: TicketKey) -> Result<Option<Ticket>, DeskError> {
        loop {
            let Some(ticket) = self.load(&key).await? else { return Ok(None) };
            match ticket.status {
                Status::Merged { into, .. } => key = into,
                Status::Closed { .. } => return Ok(None),
                _ => return Ok(Some(ticket)),
            }
        }
    }
}
