use chrono::{Months, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::Zone;
use crate::vocab::{Period, Time};

/// What the length of a turn is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Hours by the clock on the wall: a turn over a clock change is an hour longer or shorter than it looks.
    Hour,
    /// Days.
    Day,
    /// Weeks.
    Week,
    /// Months. A day that a month does not have is its last one; the month after has it again.
    Month,
}

/// When people hand over to each other: every so often, at the same time by the clock on the wall.
///
/// A handoff at a time that a clock change skips moves forward by the length of the gap; one at a time that happens
/// twice is at the first of the two. A turn that a clock change leaves no time for does not exist.
///
/// ```
/// use supporty_core::time::{Turns, Unit, Zone};
/// let zone = Zone::new("Europe/London")?;
/// let start = "2026-03-23T09:00:00".parse()?;
/// let weekly = Turns { every: Unit::Week, length: 1, start, zone };
/// let (number, turn) = weekly.at("2026-03-25T12:00:00Z".parse()?).ok_or("beyond the horizon")?;
/// assert_eq!(number, 0);
/// assert_eq!(turn.length().num_hours(), 167);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turns {
    /// What their length is counted in.
    pub every: Unit,
    /// How many of them: at least 1.
    pub length: u16,
    /// When the first turn begins, by the clock on the wall.
    pub start: NaiveDateTime,
    /// Whose clock.
    pub zone: Zone,
}

/// More turns than a clock change can swallow: a day of hours.
const SWALLOWED: i64 = 26;

impl Turns {
    /// When the turn of that number begins; the first is 0, those before it are negative. Nothing beyond the horizon.
    pub fn start_of(&self, number: i64) -> Option<Time> {
        let local = self.local(number)?;
        let begins = self.zone.instant(local);
        if self.zone.local(begins) == local {
            return Some(begins);
        }
        // It was moved out of a gap, perhaps past others that were not.
        let after = (number + 1..=number + SWALLOWED).map_while(|number| self.local(number));
        let first = after
            .map(|local| (local, self.zone.instant(local)))
            .find(|(local, at)| self.zone.local(*at) == *local);
        Some(first.map_or(begins, |(_, at)| begins.min(at)))
    }

    /// The turn that an instant lies in, with its number.
    pub fn at(&self, at: Time) -> Option<(i64, Period)> {
        let mut number = self.estimate(at);
        while self.start_of(number)? > at {
            number -= 1;
        }
        let mut until = self.start_of(number + 1)?;
        while until <= at {
            number += 1;
            until = self.start_of(number + 1)?;
        }
        Some((number, Period::new(self.start_of(number)?, until)))
    }

    fn local(&self, number: i64) -> Option<NaiveDateTime> {
        let count = number.checked_mul(i64::from(self.length.max(1)))?;
        let moved = match self.every {
            Unit::Hour => self.start.checked_add_signed(TimeDelta::try_hours(count)?),
            Unit::Day => self.start.checked_add_signed(TimeDelta::try_days(count)?),
            Unit::Week => self.start.checked_add_signed(TimeDelta::try_weeks(count)?),
            Unit::Month => {
                let months = Months::new(u32::try_from(count.unsigned_abs()).ok()?);
                match count < 0 {
                    true => self.start.checked_sub_months(months),
                    false => self.start.checked_add_months(months),
                }
            }
        };
        moved.filter(|local| (1900..2400).contains(&chrono::Datelike::year(local)))
    }

    /// About the number of the turn, never by more than a few.
    fn estimate(&self, at: Time) -> i64 {
        let since = self.zone.local(at) - self.start;
        let length = i64::from(self.length.max(1));
        let seconds = match self.every {
            Unit::Hour => 3_600,
            Unit::Day => 86_400,
            Unit::Week => 7 * 86_400,
            Unit::Month => 2_629_746,
        };
        since.num_seconds().div_euclid(seconds * length)
    }
}
