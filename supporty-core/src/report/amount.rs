use std::fmt;

use chrono::TimeDelta;
use serde::{Serialize, Serializer};

use crate::insight::Share;
use crate::time::print_length;

/// One figure. As JSON it is a number, `{"seconds": …}`, `{"part": …, "of": …}`, `{"minor": …}`, a text or null.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Amount {
    /// There is none: nothing was measured, which is not the same as 0.
    None,
    /// How many.
    Count(u32),
    /// Any number.
    Number(f64),
    /// How long.
    Length {
        /// In seconds.
        #[serde(serialize_with = "as_seconds")]
        seconds: TimeDelta,
    },
    /// How long somebody worked.
    Work {
        /// In seconds.
        #[serde(serialize_with = "as_seconds")]
        seconds: TimeDelta,
    },
    /// How many of how many.
    Share(Share),
    /// How much money.
    Money {
        /// In the currency's smallest unit.
        minor: i64,
        /// As it is written, with the currency.
        #[serde(skip)]
        written: String,
    },
    /// Anything else.
    Text(String),
}

impl Amount {
    /// A length, or none.
    pub fn length(length: Option<TimeDelta>) -> Self {
        length.map_or(Self::None, |seconds| Self::Length { seconds })
    }

    /// A share, or none where it is one of nothing.
    pub fn share(share: Share) -> Self {
        if share.of == 0 { Self::None } else { Self::Share(share) }
    }

    /// A number, or none.
    pub fn number(number: Option<f64>) -> Self {
        number.map_or(Self::None, Self::Number)
    }

    /// Whether it is written like a number, and stands at the right of its column.
    pub(super) fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_))
    }
}

fn as_seconds<S: Serializer>(length: &TimeDelta, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(length.as_seconds_f64())
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("–"),
            Self::Count(count) => write!(f, "{count}"),
            Self::Number(number) => write!(f, "{number:.2}"),
            Self::Length { seconds } => f.write_str(&spoken(*seconds)),
            Self::Work { seconds } => f.write_str(&worked(*seconds)),
            Self::Share(share) => match share.value() {
                Some(value) => write!(f, "{:.1} %", value * 100.0),
                None => f.write_str("–"),
            },
            Self::Money { written, .. } => f.write_str(written),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// To the minute, and to the hour where it is days: nobody compares the seconds of days.
pub(super) fn spoken(length: TimeDelta) -> String {
    let seconds = length.num_seconds();
    let (sign, seconds) = if seconds < 0 { ("−", -seconds) } else { ("", seconds) };
    let to = |unit: i64| (seconds + unit / 2) / unit * unit;
    let words = match seconds {
        0..60 => print_length(seconds),
        60..172_800 => print_length(to(60)),
        _ => match (to(3_600) / 86_400, to(3_600) % 86_400 / 3_600) {
            (days, 0) => format!("{days} days"),
            (days, hours) => format!("{days} days {hours} h"),
        },
    };
    format!("{sign}{words}")
}

/// In hours, however many: nobody works for days without end.
pub(super) fn worked(length: TimeDelta) -> String {
    match length.num_seconds().abs() {
        0..172_800 => spoken(length),
        _ => format!("{:.0} h", length.as_seconds_f64() / 3_600.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_rounded_to_what_one_compares() {
        let said = |seconds| spoken(TimeDelta::seconds(seconds));
        assert_eq!(said(0), "0 s");
        assert_eq!(said(59), "59 s");
        assert_eq!(said(89), "1 min");
        assert_eq!(said(5_430), "1 h 31 min");
        assert_eq!(said(172_800), "2 days");
        assert_eq!(said(300_000), "3 days 11 h");
        assert_eq!(said(-90), "−2 min");
        assert_eq!(worked(TimeDelta::seconds(300_000)), "83 h");
    }

    #[test]
    fn json_has_numbers_that_programs_can_use() {
        let json = |amount: Amount| serde_json::to_string(&amount).unwrap();
        assert_eq!(json(Amount::None), "null");
        assert_eq!(json(Amount::Count(3)), "3");
        assert_eq!(json(Amount::length(Some(TimeDelta::milliseconds(1_500)))), r#"{"seconds":1.5}"#);
        assert_eq!(json(Amount::share(Share { part: 1, of: 2 })), r#"{"part":1,"of":2}"#);
    }
}
