//! Working time: zones and calendars.

mod calendar;
mod days;
mod every;
#[cfg(feature = "ics")]
mod ics;
mod index;
mod instant;
mod length;
mod segments;
mod spans;
mod spec;
mod turns;
mod zone;

pub use calendar::{Calendar, CalendarError};
pub use every::Every;
#[cfg(feature = "ics")]
pub use ics::{IcsError, holidays_of_ics};
pub use instant::parse_instant;
pub use length::{parse_length, print_length};
pub use segments::{Segment, Why};
#[cfg(feature = "policy-file")]
pub(crate) use spec::listed;
pub use spec::{Budget, CalendarSpec, Hours, Weekday, Window};
pub use turns::{Turns, Unit};
pub use zone::{UnknownZone, Zone};
