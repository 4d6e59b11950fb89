use std::fmt;
use std::str::FromStr;

use super::StreamId;
use crate::vocab::InboundKey;

/// The name of one effect, the same on every replay, which is what adapters de-duplicate by.
///
/// ```
/// use supporty_core::stream::EffectId;
/// let id: EffectId = "entry/ticket/SUP-42/7.0".parse()?;
/// assert_eq!(id.to_string(), "entry/ticket/SUP-42/7.0");
/// # Ok::<(), supporty_core::stream::ParseEffectIdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EffectId {
    /// What it follows from.
    pub cause: Origin,
    /// The how-manieth effect of that cause, from 0.
    pub n: u16,
}

/// What an effect follows from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// An entry of a stream.
    Entry {
        /// The stream.
        stream: StreamId,
        /// The entry's number in it.
        seq: u64,
    },
    /// A delivery from outside that left no entry.
    Inbound(InboundKey),
    /// A scheduled job by name, a digest say.
    Job(String),
}

impl fmt::Display for EffectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Origin::Entry { stream, seq } => write!(f, "entry/{stream}/{seq}.{}", self.n),
            Origin::Inbound(key) => write!(f, "inbound/{key}.{}", self.n),
            Origin::Job(name) => write!(f, "job/{name}.{}", self.n),
        }
    }
}

/// A text that names no effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names no effect: expected `entry/STREAM/SEQ.N`, `inbound/KEY.N` or `job/NAME.N`")]
pub struct ParseEffectIdError(String);

impl FromStr for EffectId {
    type Err = ParseEffectIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseEffectIdError(text.to_owned());
        let (cause, n) = text.rsplit_once('.').ok_or_else(wrong)?;
        let n = n.parse().map_err(|_| wrong())?;
        let cause = match cause.split_once('/').ok_or_else(wrong)? {
            ("entry", rest) => {
                let (stream, seq) = rest.rsplit_once('/').ok_or_else(wrong)?;
                Origin::Entry {
                    stream: stream.parse().map_err(|_| wrong())?,
                    seq: seq.parse().map_err(|_| wrong())?,
                }
            }
            ("inbound", key) => Origin::Inbound(InboundKey::new(key)),
            ("job", name) => Origin::Job(name.to_owned()),
            _ => return Err(wrong()),
        };
        Ok(Self { cause, n })
    }
}

crate::vocab::spelled!(EffectId);
