use tracing::Instrument;

use super::commit::snapshot;
use super::{Desk, DeskError};
use crate::adapter::{Answer, Append, Commit};
use crate::alert_log::{AlertEntry, AlertLog, decide, evolve};
use crate::rules::Rejection;
use crate::stream::{Cause, Entry, StreamId};
use crate::ticket::{Status, Ticket};
use crate::vocab::{AlertGroupId, InboundKey, TicketKey, micros};
use crate::webhook::Alert;

const TRIES: u32 = 16;

impl Desk {
    /// Takes what monitoring tells of a group of alerts: it opens a ticket, or tells the one that is open for it.
    ///
    /// One ticket is open for a group at a time, whoever tells of it at the same time: where that is merged it is its
    /// survivor, where it is closed and alerts fire another one is opened. What fires again on a resolved ticket reopens
    /// it. What is over without a ticket is kept in mind, so that the news that it fires opens none when it comes late.
    /// What is known already, and what is over, is answered with [`Rejection::Unchanged`].
    ///
    /// An answer means that it is in the log. After an error the sender should send it again.
    pub async fn alert(&self, alert: Alert) -> Result<Answer, DeskError> {
        let span = tracing::info_span!("alert", source = %alert.source, alerts = alert.alerts.len());
        self.take_alert(&alert).instrument(span).await
    }

    async fn take_alert(&self, alert: &Alert) -> Result<Answer, DeskError> {
        let mut raised = None;
        for _ in 0..TRIES {
            let of = self.ticket_at(alert.place()).await?;
            let last = match &of {
                Some(key) => self.survivor(key.clone()).await?,
                None => None,
            };
            match (&of, last.filter(|last| !matches!(last.status, Status::Closed { .. }))) {
                (Some(of), Some(ticket)) => {
                    // While it was opened somebody else may have told that it is over.
                    let late = match &raised {
                        Some(_) => alert.but_for(&self.alert_log(&alert.group()).await?.over),
                        None => alert.clone(),
                    };
                    let Some(told) = late.tell(&ticket, of) else {
                        let known = Answer { ticket: Some(ticket.key), outcome: Err(Rejection::Unchanged) };
                        return Ok(raised.unwrap_or(known));
                    };
                    let answer = self.handle(told).await?;
                    // Somebody closed it meanwhile.
                    if !matches!(answer.outcome, Err(Rejection::WrongStatus { .. })) {
                        return Ok(raised.filter(|_| answer.outcome.is_err()).unwrap_or(answer));
                    }
                }
                (of, _) => {
                    let log = self.alert_log(&alert.group()).await?;
                    let mut late = alert.but_for(&log.over);
                    if let Some(of) = of
                        && let Some(closed) = self.survivor(of.clone()).await?
                    {
                        late = late.but_for(&closed.group(of).over());
                    }
                    if late.fires() {
                        let answer = self.handle(late.raise(of.as_ref(), &self.policy())).await?;
                        if answer.outcome.is_err() {
                            return Ok(answer);
                        }
                        raised = Some(answer);
                    } else if !self.note_over(&log, &late).await? {
                        return Ok(Answer { ticket: of.clone(), outcome: Err(Rejection::Unchanged) });
                    }
                }
            }
        }
        Err(DeskError::Contended(TRIES))
    }

    /// The ticket, or what it was merged into. A merged ticket never leads back to itself.
    async fn survivor(&self, mut key: TicketKey) -> Result<Option<Ticket>, DeskError> {
        loop {
            match self.load(&key).await? {
                Some(Ticket { status: Status::Merged { into, .. }, .. }) => key = into,
                last => return Ok(last),
            }
        }
    }

    async fn alert_log(&self, group: &AlertGroupId) -> Result<AlertLog, DeskError> {
        let stream = StreamId::Alerts(group.clone());
        let (known, entries) = self.recall(&stream, AlertLog::FORMAT).await?;
        let mut log: AlertLog = known.unwrap_or_default();
        for raw in entries {
            evolve(&mut log, &AlertEntry::decode(&stream, &raw)?);
        }
        Ok(log)
    }

    /// Keeps in mind what is over without a ticket. Whether that was news to us or to somebody else: a ticket may have been
    /// opened meanwhile.
    async fn note_over(&self, log: &AlertLog, alert: &Alert) -> Result<bool, DeskError> {
        let now = micros(self.inner.clock.now());
        let Some(event) = decide(log, &alert.signals(), now) else { return Ok(false) };
        let key = InboundKey::new(format!("alert/{}/over/{}", alert.group(), alert.at.timestamp_micros()));
        let entry = Entry {
            seq: log.seq.saturating_add(1),
            at: log.at.map_or(now, |last| now.max(last)),
            by: self.policies().current().actor(&alert.from()),
            cause: Cause::Inbound(key),
            event,
        };
        let mut after = log.clone();
        evolve(&mut after, &entry);
        let snapshot = snapshot(&after, (AlertLog::FORMAT, after.seq), log.seq);
        let entries = vec![entry.encode()?];
        let append = Append { snapshot, ..Append::new(StreamId::Alerts(alert.group()), log.seq, entries) };
        let commit = Commit { appends: vec![append], ..Commit::default() };
        match self.inner.store.commit(commit).await.map_err(DeskError::from) {
            Err(error) if !error.is_conflict() => Err(error),
            _ => Ok(true),
        }
    }
}
