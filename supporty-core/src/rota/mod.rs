//! Rotas: who is on when. Turns by the clock on the wall, what people arranged between them, and the one final schedule
//! that everything reads.
//!
//! A rota has a stream like a ticket: [`decide`] has the rules, [`evolve`] has none.

mod command;
mod compare;
mod decide;
mod event;
mod handoff;
#[cfg(feature = "ics")]
mod ics;
mod plan;
mod react;
mod roster;
mod schedule;
mod state;
mod sweep;
mod turns;

pub use command::{Change, Command, Reason};
pub use compare::{Difference, compare};
pub use decide::{Context, Refusal, decide, next_deadline};
pub use event::Event;
pub use handoff::{Duty, Handoff};
#[cfg(feature = "ics")]
pub use ics::{ShiftEvent, cancelled_events, ics_of_shifts, shift_events};
pub use plan::Plan;
pub use react::react;
pub use roster::Rotas;
pub use schedule::{Gap, On, Schedule, Segment, Shift, TurnRef};
pub use state::{
    Arranged, Away, CallOut, CallOutState, Declared, RotaEntry, RotaState, Swap, SwapState, evolve,
};
