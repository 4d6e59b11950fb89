//! Words of ours in several languages: phrases by what they are for, each of which can be said otherwise.
//!
//! What the desk itself says is in `desk::Phrases`; an adapter declares its own with [`texts!`].

mod language;
mod phrase;
mod texts;

pub use language::Language;
pub use phrase::{Part, parts};
pub use texts::texts;
