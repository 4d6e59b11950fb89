use std::collections::BTreeMap;
use std::fmt;

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
    /// Whenever one of these is open. Its days are those of the first one's zone.
    AnyOf(Vec<CalendarSpec>),
    /// Whenever all of these are open. Its days are those of the first one's zone.
    AllOf(Vec<CalendarSpec>),
}

impl CalendarSpec {
    /// Whose days count where a promise is made in working days; those of the first calendar that names a zone.
    pub fn zone(&self) -> Option<&Zone> {
        match self {
            Self::Always => None,
            Self::Hours(hours) => Some(&hours.zone),
            Self::AnyOf(members) | Self::AllOf(members) => members.iter().find_map(Self::zone),
        }
    }

    /// The last holiday that it knows of.
    pub fn last_closed_day(&self) -> Option<NaiveDate> {
        match self {
            Self::Always => None,
            Self::Hours(hours) => hours.closed.keys().next_back().copied(),
            Self::AnyOf(members) | Self::AllOf(members) => {
                members.iter().filter_map(Self::last_closed_day).max()
            }
        }
    }
}

/// Weekly hours on the clocks of one zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// Whose clocks.
    pub zone: Zone,
    /// The windows of each weekday; a weekday that is missing is closed.
    pub weekly: BTreeMap<Weekday, Vec<Window>>,
    /// Dates that are closed all day, with the windows that start on them: holidays, each with its name, which may be
    /// empty.
    #[serde(default, with = "closed")]
    pub closed: BTreeMap<NaiveDate, String>,
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

impl fmt::Display for Window {
    /// `09:00-17:30`. What closes after midnight shows the clock of the day after, unless that would read like a time of
    /// its own day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = |at: u32| match (at / 3_600, at / 60 % 60, at % 60) {
            (hour, minute, 0) => format!("{hour:02}:{minute:02}"),
            (hour, minute, second) => format!("{hour:02}:{minute:02}:{second:02}"),
        };
        let after = self.to.checked_sub(86_400).filter(|after| *after > 0 && *after < self.from);
        write!(f, "{}-{}", clock(self.from), clock(after.unwrap_or(self.to)))
    }
}

impl Hours {
    /// The week as people write it, a line for each run of days with the same windows: `Mon-Fri 09:00-12:00, 13:00-17:30`.
    pub fn week(&self) -> Vec<String> {
        let mut runs: Vec<(Weekday, Weekday, &[Window])> = Vec::new();
        for (day, windows) in self.weekly.iter().filter(|(_, windows)| !windows.is_empty()) {
            match runs.last_mut() {
                Some((_, last, known)) if known == windows && *last as usize + 1 == *day as usize => {
                    *last = *day
                }
                _ => runs.push((*day, *day, windows)),
            }
        }
        let line = |(first, last, windows): (Weekday, Weekday, &[Window])| {
            let days = if first == last { first.to_string() } else { format!("{first}-{last}") };
            format!("{days} {}", listed(windows))
        };
        runs.into_iter().map(line).collect()
    }
}

/// The windows of a day as people write them: `09:00-12:00, 13:00-17:30`.
pub(crate) fn listed(windows: &[Window]) -> String {
    windows.iter().map(Window::to_string).collect::<Vec<_>>().join(", ")
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
    /// Monday to Sunday.
    pub const ALL: [Self; 7] = [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
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

/// Stored as a list of dates where none has a name.
mod closed {
    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Closed {
        Dates(Vec<NaiveDate>),
        Named(BTreeMap<NaiveDate, String>),
    }

    pub(super) fn serialize<S: Serializer>(
        closed: &BTreeMap<NaiveDate, String>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match closed.values().all(String::is_empty) {
            true => closed.keys().collect::<Vec<_>>().serialize(serializer),
            false => closed.serialize(serializer),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<NaiveDate, String>, D::Error> {
        Ok(match Closed::deserialize(deserializer)? {
            Closed::Dates(dates) => dates.into_iter().map(|date| (date, String::new())).collect(),
            Closed::Named(named) => named,
        })
    }
}
