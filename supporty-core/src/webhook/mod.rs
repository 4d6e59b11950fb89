//! What monitoring and builds send over HTTP, understood: alerts, changes and deployments, and whether it is theirs.
//!
//! Pure: whoever listens hands in the headers, the body and the time, and what comes out is for
//! [`Desk::alert`](crate::desk::Desk::alert), [`Desk::learn`](crate::desk::Desk::learn) and
//! [`Desk::handle`](crate::desk::Desk::handle). How senders are pointed at it is in `WEBHOOKS.md`.

mod alert;
mod facts;
mod groups;
mod own;
mod read;
mod rules;
mod secret;
mod signature;
mod text;
pub mod verify;

pub use alert::{Alert, Single};
pub use facts::{Environments, Fact, read_facts};
pub use read::{LONGEST, read_alerts};
pub use rules::{AlertRule, AlertRules, Sorted};
pub use secret::{BadSecret, Secret};
pub use signature::Signature;
pub use verify::{Signed, Unverified};
