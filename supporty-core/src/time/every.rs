use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

use super::Zone;
use crate::vocab::{Period, Time};

/// How long the stretches are over which something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// From midnight on.
    Day,
    /// From Monday on, as weeks are by ISO 8601.
    Week,
    /// From the first on.
    Month,
    /// From the first of January, April, July and October on.
    Quarter,
}

impl Every {
    /// The first day of the stretch that a day lies in.
    pub fn first(self, day: NaiveDate) -> NaiveDate {
        let back = match self {
            Self::Day => 0,
            Self::Week => day.weekday().num_days_from_monday(),
            Self::Month => day.day0(),
            Self::Quarter => {
                let month = day.with_day(1).unwrap_or(day);
                return month.checked_sub_months(Months::new(month.month0() % 3)).unwrap_or(month);
            }
        };
        day.checked_sub_days(Days::new(back.into())).unwrap_or(day)
    }

    /// The last `most` stretches up to the one that an instant lies in, oldest first, by a zone's days.
    ///
    /// ```
    /// use supporty_core::time::{Every, Zone};
    ///
    /// let weeks = Every::Week.last(2, &Zone::utc(), "2026-01-09T17:30:00Z".parse().unwrap());
    /// assert_eq!(weeks[1].to_string(), "2026-01-05 00:00 to 2026-01-12 00:00 UTC");
    /// assert_eq!(weeks[0].until, weeks[1].from);
    /// ```
    pub fn last(self, most: usize, zone: &Zone, now: Time) -> Vec<Period> {
        let this = self.first(zone.local(now).date());
        let mut firsts: Vec<_> =
            std::iter::successors(Some(this), |first| self.before(*first)).take(most).collect();
        firsts.reverse();
        let ends = firsts.iter().skip(1).copied().chain(self.after(this));
        let midnight = |date| zone.midnight(date);
        firsts.iter().zip(ends).map(|(first, end)| Period::new(midnight(*first), midnight(end))).collect()
    }

    /// Every stretch of which a period has a part, by its first day, in order, with when it begins by a zone's clocks.
    ///
    /// ```
    /// use supporty_core::time::{Every, Zone};
    /// use supporty_core::vocab::Period;
    ///
    /// let period = Period::new("2026-02-10T00:00:00Z".parse()?, "2026-07-01T00:00:00Z".parse()?);
    /// let quarters: Vec<_> = Every::Quarter.of(period, &Zone::utc()).iter().map(|(day, _)| day.to_string()).collect();
    /// assert_eq!(quarters, ["2026-01-01", "2026-04-01"]);
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn of(self, period: Period, zone: &Zone) -> Vec<(NaiveDate, Time)> {
        if period.is_empty() {
            return Vec::new();
        }
        let last = period.until - TimeDelta::microseconds(1);
        let [first, last] = [period.from, last].map(|at| self.first(zone.local(at).date()));
        let firsts = std::iter::successors(Some(first), |first| self.after(*first));
        firsts.take_while(|first| *first <= last).map(|first| (first, zone.midnight(first))).collect()
    }

    pub(crate) fn after(self, first: NaiveDate) -> Option<NaiveDate> {
        match self.months() {
            Ok(months) => first.checked_add_months(months),
            Err(days) => first.checked_add_days(days),
        }
    }

    pub(crate) fn before(self, first: NaiveDate) -> Option<NaiveDate> {
        match self.months() {
            Ok(months) => first.checked_sub_months(months),
            Err(days) => first.checked_sub_days(days),
        }
    }

    fn months(self) -> Result<Months, Days> {
        match self {
            Self::Day => Err(Days::new(1)),
            Self::Week => Err(Days::new(7)),
            Self::Month => Ok(Months::new(1)),
            Self::Quarter => Ok(Months::new(3)),
        }
    }
}
