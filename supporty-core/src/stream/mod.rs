//! What every stream has in common: its name, its entries, and the ids of the effects that entries cause.

mod effect_id;
mod entry;
mod events;
mod id;

pub use effect_id::{EffectId, Origin, ParseEffectIdError};
pub use entry::{Cause, DecodeError, Entry, RawEntry, Recorded};
pub(crate) use events::events;
pub use id::{ParseStreamIdError, StreamId};
