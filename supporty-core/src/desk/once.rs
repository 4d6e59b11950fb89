//! What is asked of rotas and told of services is done once, and answered the same whenever it comes again.

use chrono::TimeDelta;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Desk, DeskError};
use crate::adapter::{Arrival, Handled, Receipt};
use crate::stream::Cause;
use crate::vocab::{InboundKey, Time};

/// The number of the last entry that it made, or why it was refused.
pub(super) type Answered<R> = Result<u64, R>;

impl Desk {
    /// Keeps what came until it is handled; what was handled is answered as it was then.
    pub(super) async fn known_answer<R: DeserializeOwned>(
        &self,
        key: &InboundKey,
        asked: &impl Serialize,
    ) -> Result<Option<Answered<R>>, DeskError> {
        let now = self.inner.clock.now();
        let arrival = Arrival {
            key: key.clone(),
            body: serde_json::to_string(asked).map_err(DeskError::stored("delivery"))?,
            at: now,
            until: now + TimeDelta::seconds(super::work::LEASE_SECONDS),
        };
        match self.inner.store.accept(arrival).await? {
            Receipt::Handled { answer } => {
                self.inner.counters.repeated();
                Ok(Some(serde_json::from_str(&answer).map_err(DeskError::stored("answer"))?))
            }
            Receipt::New | Receipt::Waiting => Ok(None),
        }
    }

    /// The answer to what was asked: `decided`, or what somebody else answered who handled it meanwhile.
    pub(super) async fn answered_once<R: DeserializeOwned>(
        &self,
        key: &InboundKey,
        asked: &impl Serialize,
        decided: Result<Answered<R>, DeskError>,
    ) -> Result<Answered<R>, DeskError> {
        match decided {
            Err(error) if error.is_conflict() || matches!(error, DeskError::Contended(_)) => {
                let answer = self.known_answer(key, asked).await?;
                answer.ok_or_else(|| DeskError::BeingHandled(key.clone()))
            }
            decided => decided,
        }
    }
}

/// The note that a delivery was handled, if it was one that made this happen.
pub(super) fn handled<R: Serialize>(
    cause: &Cause,
    answer: &Answered<R>,
    at: Time,
) -> Result<Option<Handled>, DeskError> {
    let Cause::Inbound(key) = cause else { return Ok(None) };
    let answer = serde_json::to_string(answer).map_err(DeskError::stored("answer"))?;
    Ok(Some(Handled { key: key.clone(), answer, at }))
}
