use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};

use crate::time::Zone;
use crate::vocab::Period;

/// A month of a year, which is what a statement is about: `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: NaiveDate,
}

/// A text that is no month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no month: write 2026-03")]
pub struct ParseMonthError(String);

impl Month {
    /// The month that a day lies in.
    pub fn of(date: NaiveDate) -> Self {
        Self { first: date.with_day(1).unwrap_or(date) }
    }

    /// Its first day.
    pub fn first(&self) -> NaiveDate {
        self.first
    }

    /// The month after.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { first: self.first.checked_add_months(Months::new(1)).unwrap_or(self.first) }
    }

    /// The month before.
    #[must_use]
    pub fn previous(&self) -> Self {
        Self { first: self.first.checked_sub_months(Months::new(1)).unwrap_or(self.first) }
    }

    /// From its first instant by the clocks of a zone to the next month's.
    pub fn period(&self, zone: &Zone) -> Period {
        Period::new(zone.midnight(self.first), zone.midnight(self.next().first))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = ParseMonthError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
        day.map(Self::of)
            .filter(|month| (1970..2200).contains(&month.first.year()))
            .ok_or_else(|| ParseMonthError(text.to_owned()))
    }
}

crate::vocab::spelled!(Month);
