use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{EffectId, StreamId};
use crate::vocab::{Actor, InboundKey, Time};

/// One thing that happened on a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry<E> {
    /// Its number in the stream: dense, from 1.
    pub seq: u64,
    /// When the desk saw it: never before the entry above it, even when the clock steps back.
    #[serde(deserialize_with = "crate::vocab::instant")]
    pub at: Time,
    /// Who did it.
    pub by: Actor,
    /// What made it happen.
    pub cause: Cause,
    /// What happened.
    pub event: E,
}

/// What made an entry happen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A delivery from outside.
    Inbound(InboundKey),
    /// A deadline that came.
    Timer,
    /// What the delivery of an effect taught the desk.
    Delivery(Box<EffectId>),
}

impl From<EffectId> for Cause {
    fn from(effect: EffectId) -> Self {
        Self::Delivery(Box::new(effect))
    }
}

/// An event that knows its stored name.
pub trait Recorded: Serialize + DeserializeOwned {
    /// The name under which it is stored, which never changes.
    fn kind(&self) -> &'static str;
}

/// An entry as a store sees it: opaque but for its number, its time and its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawEntry {
    /// See [`Entry::seq`].
    pub seq: u64,
    /// See [`Entry::at`].
    #[serde(deserialize_with = "crate::vocab::instant")]
    pub at: Time,
    /// The event's stored name.
    pub kind: String,
    /// The entry as JSON.
    pub body: String,
}

impl<E: Recorded> Entry<E> {
    /// The stored form.
    pub fn encode(&self) -> Result<RawEntry, DecodeError> {
        let kind = self.event.kind().to_owned();
        let body =
            serde_json::to_string(self).map_err(|error| DecodeError::new(None, self.seq, &kind, &error))?;
        Ok(RawEntry { seq: self.seq, at: self.at, kind, body })
    }

    /// The entry of a stored form.
    ///
    /// An event kind that this version does not know is an error, which stops its stream and nothing else.
    pub fn decode(stream: &StreamId, raw: &RawEntry) -> Result<Self, DecodeError> {
        serde_json::from_str(&raw.body)
            .map_err(|error| DecodeError::new(Some(stream), raw.seq, &raw.kind, &error))
    }
}

/// A stored entry that this version can not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "entry {seq} of `{stream}`, of kind `{kind}`, can not be read ({why}): run the version that wrote it, or newer"
)]
pub struct DecodeError {
    stream: String,
    seq: u64,
    kind: String,
    why: String,
}

impl DecodeError {
    fn new(stream: Option<&StreamId>, seq: u64, kind: &str, error: &serde_json::Error) -> Self {
        let stream = stream.map_or_else(|| "a stream".to_owned(), ToString::to_string);
        Self { stream, seq, kind: kind.to_owned(), why: error.to_string() }
    }
}
