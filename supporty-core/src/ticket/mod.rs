//! A ticket's stream: what can be asked of it, what happened to it, and what it is by now.

mod alerts;
mod because;
mod changes;
mod clock;
mod command;
mod event;
mod evolve;
mod large;
mod opened;
mod outcome;
mod parts;
mod state;
mod status;
mod texts;

pub use alerts::{Alerts, Raised, Signal};
pub use because::{CloseReason, Erasure, Reopening, Resumption};
pub use changes::Progress;
pub use clock::{Clock, ClockSet, Clocks, Fired, Measure, Pause, Run};
pub use command::{Command, CommandKind, FollowUp, Open};
pub use event::Event;
pub(crate) use event::on_time;
pub use evolve::evolve;
pub use large::{Escalated, Opened, Paged};
pub use outcome::{Outcome, Verdict};
pub use parts::{Heard, Message, Page, PostMortem, Script, Taken};
pub use state::{Acknowledgement, Brought, Linked, Participation, Pin, Rating, Ticket};
pub use status::{Status, StatusKind};
pub(crate) use texts::texts;
#[cfg(feature = "desk")]
pub(crate) use texts::texts_by;

/// An entry of a ticket's stream.
pub type TicketEntry = crate::stream::Entry<Event>;

// A pass over a log is a pass over its memory: whoever adds a larger event puts it in a box.
const _: () = assert!(size_of::<TicketEntry>() <= 176);
