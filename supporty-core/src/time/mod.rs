//! Working time: zones and calendars.

mod calendar;
mod spec;
mod zone;

pub use calendar::{Calendar, CalendarError};
pub use spec::{Budget, CalendarSpec, Hours, Weekday, Window};
pub use zone::{UnknownZone, Zone};
