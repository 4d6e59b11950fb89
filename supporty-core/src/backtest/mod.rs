//! What would have happened under another policy: stored logs are replayed, and both are compared.
//!
//! What people and adapters did stays as it happened; whatever time did is decided anew. Nobody knows what people would
//! have done otherwise: [`UNKNOWN`] says so, and `BACKTEST.md` says more.
//!
//! ```
//! use supporty_core::backtest::{Backtest, Stream};
//! use supporty_core::policy::Policy;
//! use supporty_core::ticket::{Command, Open};
//! use supporty_core::time::Budget;
//! use supporty_core::vocab::{Actor, Resolution, Target, TextRef, Time};
//! use supporty_core::world::World;
//!
//! let at = |clock: &str| format!("2026-01-12T{clock}:00Z").parse::<Time>();
//! let mut world = World::new(Policy::default());
//! let open = Command::Open(Open::new(TextRef::new("title"), "P2"));
//! let key = world.submit(at("10:00")?, &Actor::Person("rita".into()), None, open)?.ticket;
//! let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
//! world.submit(at("12:30")?, &Actor::Person("ana".into()), Some(&key), resolve)?;
//!
//! let mut stricter = Policy::default().spec().clone();
//! let p2 = stricter.priorities.iter_mut().find(|priority| priority.id == "P2".into()).ok_or("no P2")?;
//! p2.promises.get_mut(&Target::Resolve).ok_or("no promise")?.within = Budget::Seconds(2 * 3600);
//!
//! let backtest = Backtest::new(Policy::new(stricter)?, None, at("18:00")?);
//! let story = Stream { key: key.clone(), entries: world.log(&key).cloned().collect() };
//! let replayed = backtest.replay(&[story]);
//! let gained: Vec<_> = replayed.compared[0].gained().map(|round| round.target).collect();
//! assert_eq!(gained, [Target::Resolve]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod compare;
mod group;
mod pay;
mod plain;
mod record;
mod replay;
mod rounds;
mod sweep;
mod totals;
mod why;

pub use compare::{Compared, Pair};
pub use group::{Stream, linked};
pub use pay::paid;
pub use record::{Paging, Record, Round};
pub use replay::{Backtest, Refused, Replayed};
pub use sweep::{NotSwept, Point, Sweep};
pub use totals::{Change, Kept, Tally, Totals};
pub use why::Why;

/// What a backtest can not know, for every report of one.
pub const UNKNOWN: &[&str] = &[
    "People would have acted otherwise: what they did and when stays as it happened, though they saw other deadlines.",
    "Nobody who would have been woken is made to answer, and nobody who was woken is made to sleep.",
    "What the desk assigned stays assigned to whom it was: who would have had room is not worked out anew.",
    "A desk that was down is replayed as one that was up: what was noticed late is noticed on time.",
    "Who was on follows the tested policy's turns, with what was arranged on rotas of the same names by now.",
    "Every call-out is counted as if it had been approved, before and after.",
];
