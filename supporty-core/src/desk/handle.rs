use chrono::TimeDelta;
use tracing::Instrument;

use super::commit::Request;
use super::work::LEASE_SECONDS;
use super::{Desk, DeskError};
use crate::adapter::{About, Answer, Arrival, Commit, ErrorKind, Handled, Inbound, Raw, Receipt, Unreadable};
use crate::rules::Rejection;
use crate::stream::Cause;
use crate::ticket::Command;
use crate::vocab::{InboundKey, TextRow, Time};

/// How long a message is kept for a thread that no ticket knows of: the longest pauses between tries at posting its
/// root, twice over.
const UNKNOWN_THREAD_SECONDS: i64 = 60 * 60;
/// How long a delivery is kept that nobody understands.
const UNREADABLE_DAYS: i64 = 7;

impl Desk {
    /// Takes a delivery: keeps it, then decides it at once.
    ///
    /// Once this has answered, what it did is in the log. Should the process end before, the delivery is kept and
    /// handled later. A key that was handled before is answered with what it did then.
    pub async fn handle(&self, inbound: Inbound) -> Result<Answer, DeskError> {
        let span = tracing::info_span!("handle", key = %inbound.key);
        self.take(inbound).instrument(span).await
    }

    /// Keeps a delivery as it came. Once this has answered it is not lost: [`handle`](Self::handle) decides at once what
    /// it turns out to be, under the same key, and should that not happen, the desk does by the adapter's
    /// [`Reader`](crate::adapter::Reader).
    pub async fn keep(&self, raw: Raw) -> Result<(), DeskError> {
        let body = serde_json::to_string(&raw).map_err(DeskError::stored("delivery"))?;
        self.accept(&raw.key, body).await.map(drop)
    }

    async fn take(&self, inbound: Inbound) -> Result<Answer, DeskError> {
        let body = serde_json::to_string(&inbound).map_err(DeskError::stored("delivery"))?;
        if let Some(answer) = self.accept(&inbound.key, body.clone()).await? {
            return Ok(answer);
        }
        match self.decide_inbound(inbound.clone()).await {
            // Somebody else handled it meanwhile: theirs is the answer.
            Err(DeskError::Contended(_)) => {
                let answer = self.accept(&inbound.key, body).await?;
                answer.ok_or(DeskError::BeingHandled(inbound.key))
            }
            answer => answer,
        }
    }

    async fn accept(&self, key: &InboundKey, body: String) -> Result<Option<Answer>, DeskError> {
        let at = self.inner.clock.now();
        let until = at + TimeDelta::seconds(LEASE_SECONDS);
        match self.inner.store.accept(Arrival { key: key.clone(), body, at, until }).await? {
            Receipt::Handled { answer } => {
                self.inner.counters.repeated();
                serde_json::from_str(&answer).map(Some).map_err(DeskError::stored("answer"))
            }
            Receipt::New | Receipt::Waiting => Ok(None),
        }
    }

    /// A delivery that was left over. One for a thread that is still unknown long after it came is over.
    pub(super) async fn decide_leftover(&self, inbound: Inbound, accepted: Time) -> Result<(), DeskError> {
        let key = inbound.key.clone();
        let body = serde_json::to_string(&inbound).map_err(DeskError::stored("delivery"))?;
        let answer = match self.decide_inbound(inbound).await {
            // Whoever brought it handled it meanwhile.
            Err(DeskError::Contended(_)) if self.accept(&key, body).await?.is_some() => return Ok(()),
            answer => answer?,
        };
        if answer == no_such_ticket() && self.is_older(accepted, TimeDelta::seconds(UNKNOWN_THREAD_SECONDS)) {
            self.give_up(key).await?;
        }
        Ok(())
    }

    /// A delivery that was kept as it came and not decided since. One that nobody understands is kept for a while: a
    /// newer version may.
    pub(super) async fn decide_raw(&self, raw: Raw) -> Result<(), DeskError> {
        let read = match self.inner.readers.get(&raw.adapter) {
            Some(reader) => reader.read(&raw, &self.policy()),
            None => Err(Unreadable(format!("the desk has no reader for `{}`", raw.adapter))),
        };
        match read {
            Ok(Some(inbound)) => self.decide_leftover(Inbound { key: raw.key, ..inbound }, raw.at).await,
            Ok(None) => self.give_up(raw.key).await,
            Err(why) => {
                if self.is_older(raw.at, TimeDelta::days(UNREADABLE_DAYS)) {
                    self.give_up(raw.key.clone()).await?;
                }
                Err(DeskError::Unreadable { key: raw.key, why })
            }
        }
    }

    fn is_older(&self, accepted: Time, age: TimeDelta) -> bool {
        self.inner.clock.now().signed_duration_since(accepted) >= age
    }

    /// It is about nothing that is here.
    async fn give_up(&self, key: InboundKey) -> Result<(), DeskError> {
        let answer = serde_json::to_string(&no_such_ticket()).map_err(DeskError::stored("answer"))?;
        let handled = Some(Handled { key, answer, at: self.inner.clock.now() });
        match self.inner.store.commit(Commit { handled, ..Commit::default() }).await {
            // It was handled already.
            Err(error) if error.kind == ErrorKind::Conflict => {}
            committed => {
                committed?;
                self.inner.counters.handled(true);
            }
        }
        Ok(())
    }

    /// A message in a thread that is not known is kept: the thread's root may have been posted before the ticket
    /// learned where it stands.
    pub(super) async fn decide_inbound(&self, inbound: Inbound) -> Result<Answer, DeskError> {
        let by = self.policies().current().actor(&inbound.from);
        let author = by.person().cloned();
        let texts: Vec<_> =
            inbound.texts.into_iter().map(|text| TextRow { author: author.clone(), ..text }).collect();
        let cause = Cause::Inbound(inbound.key.clone());
        let request = Request { by: &by, cause: &cause, texts: &texts, inbound: Some(&inbound.key) };
        // What opens a ticket does so under a reserved number, whatever it says that it is about.
        let opens =
            matches!(inbound.command, Command::Open(_) | Command::Raise { .. } | Command::FollowUp(_));
        let key = match inbound.about {
            _ if opens => self.reserve().await?,
            About::New => self.reserve().await?,
            About::Ticket(key) => key,
            About::Thread(place) => match self.inner.store.find(place).await? {
                Some(stream) => match stream.ticket() {
                    Some(key) => key.clone(),
                    None => return Ok(no_such_ticket()),
                },
                None => return Ok(no_such_ticket()),
            },
        };
        self.perform(key, inbound.command, &request).await
    }
}

fn no_such_ticket() -> Answer {
    Answer { ticket: None, outcome: Err(Rejection::NoSuchTicket) }
}
