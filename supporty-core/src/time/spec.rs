use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Zone;

/// How much time a promise gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Budget {
    /// That many seconds of the clock's working time.
    Seconds(u32),
    /// The same local time on that following day on which the calendar opens.
    Days(u16),
}

/// When a calendar is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarSpec {
    /// At every instant.
    Always,
    /// By the week, with exceptions.
    Hours(Hours),
}

/// Weekly hours on the clocks of one zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Whose clocks.
    pub zone: Zone,
    /// The windows of each weekday; a weekday that is missing is closed.
    pub weekly: BTreeMap<Weekday, Vec<Window>>,
    /// Dates that are closed all day, with the windows that start on them.
    #[serde(default)]
    pub closed: BTreeSet<NaiveDate>,
    /// Dates with hours of their own, which win over the week and over `closed`.
    #[serde(default)]
    pub dated: BTreeMap<NaiveDate, Vec<Window>>,
}

/// A span of local time on the day on which it starts, in seconds after midnight: `[from, to)`.
///
/// A `to` above 86,400 reaches into the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// Opens.
    pub from: u32,
    /// Closes.
    pub to: u32,
}

impl Window {
    /// The window between two full hours of a day.
    pub fn hours(from: u32, to: u32) -> Self {
        Self { from: from * 3600, to: to * 3600 }
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    /// Monday
    Mon,
    /// Tuesday
    Tue,
    /// Wednesday
    Wed,
    /// Thursday
    Thu,
    /// Friday
    Fri,
    /// Saturday
    Sat,
    /// Sunday
    Sun,
}

impl Weekday {
    /// Monday to Friday.
    pub const WORKING: [Self; 5] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri];
}

impl From<chrono::Weekday> for Weekday {
    fn from(day: chrono::Weekday) -> Self {
        match day {
            chrono::Weekday::Mon => Self::Mon,
            chrono::Weekday::Tue => Self::Tue,
            chrono::Weekday::Wed => Self::Wed,
            chrono::Weekday::Thu => Self::Thu,
            chrono::Weekday::Fri => Self::Fri,
            chrono::Weekday::Sat => Self::Sat,
            chrono::Weekday::Sun => Self::Sun,
        }
    }
}
