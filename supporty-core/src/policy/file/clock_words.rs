//! The words of the file about hours, days, dates and turns.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use serde_json::{Value, json};
use toml::Spanned;
use toml::de::DeValue;

use super::reader::{Problems, Read, Word};
use crate::time::{Unit, Weekday, Window, Zone};

/// What a line about hours says.
#[derive(Debug, Clone)]
pub(super) enum HoursLine {
    Always,
    On(Vec<Weekday>, Vec<Window>),
}

impl Word for HoursLine {
    const WHAT: &'static str = "days and hours, such as `mon-fri 09:00-12:00, 13:00-17:30`, `sat 22:00-06:00`, `daily 08:00-20:00` or `always`";
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "always" {
            return Ok(Self::Always);
        }
        let begins = text.find(|c: char| c.is_ascii_digit()).ok_or("names no hours")?;
        let (days, hours) = text.split_at(begins);
        Ok(Self::On(weekdays(days)?, windows(hours)?))
    }
}

fn weekdays(text: &str) -> Result<Vec<Weekday>, String> {
    let day = |word: &str| {
        let word = word.trim().to_lowercase();
        let long = word.strip_suffix("day").map(|stem| stem.chars().take(3).collect::<String>());
        let known = |name: &str| Weekday::ALL.iter().position(|day| day.to_string().to_lowercase() == name);
        known(&word).or_else(|| known(long.as_deref()?)).ok_or_else(|| {
            format!(
                "names the day `{}`: write mon, tue, wed, thu, fri, sat or sun",
                super::reader::shown(&word)
            )
        })
    };
    if matches!(text.trim(), "daily" | "every day") {
        return Ok(Weekday::ALL.to_vec());
    }
    let mut days = Vec::new();
    for part in text.trim().trim_end_matches(',').split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        let count = (last + 7 - first) % 7 + 1;
        days.extend(Weekday::ALL.into_iter().cycle().skip(first).take(count));
    }
    Ok(days)
}

fn windows(text: &str) -> Result<Vec<Window>, String> {
    let window = |part: &str| {
        let (from, to) =
            part.split_once('-').ok_or("has hours without an end: write them as `09:00-17:30`")?;
        let (from, mut to) = (clock(from)?, clock(to)?);
        if from >= 86_400 {
            return Err("opens after the end of its day".to_owned());
        }
        if to < from {
            to += 86_400;
        }
        if to == from { Err("opens and closes at the same time".to_owned()) } else { Ok(Window { from, to }) }
    };
    text.trim().trim_end_matches(',').split(',').map(|part| window(part.trim())).collect()
}

fn clock(text: &str) -> Result<u32, String> {
    let wrong = || format!("has the time `{}`: write it as `09:00`", super::reader::shown(text.trim()));
    let mut parts = text.trim().split(':').map(|part| {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| digits)
    });
    let hour = parts.next().flatten().ok_or_else(wrong)?;
    let minute = parts.next().ok_or_else(wrong)?.ok_or_else(wrong)?;
    let second = parts.next().map_or(Ok(0), |second| second.ok_or_else(wrong))?;
    let at = hour * 3_600 + minute * 60 + second;
    let fits = parts.next().is_none() && minute < 60 && second < 60 && at <= 2 * 86_400;
    if fits { Ok(at) } else { Err(wrong()) }
}

/// The hours of one date.
#[derive(Debug, Clone)]
pub(super) struct DateHours(pub(super) Vec<Window>);

impl Word for DateHours {
    const WHAT: &'static str = "the hours of a date, such as `09:00-12:00`, or `closed`";
    fn parse(text: &str) -> Result<Self, String> {
        if text.trim() == "closed" { Ok(Self(Vec::new())) } else { windows(text).map(Self) }
    }
}

impl Word for Zone {
    const WHAT: &'static str = "a time zone by its IANA name, such as `Europe/London`";
    fn parse(text: &str) -> Result<Self, String> {
        Self::new(text).map_err(|_| "is not a time zone".to_owned())
    }
}

/// A date, quoted or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Date(pub(super) NaiveDate);

impl Read for Date {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            other => {
                let message = format!("expected a date, found {}", super::reader::kind(other));
                problems.error(
                    value.span(),
                    message,
                    "not a date",
                    Some("write it as `2026-12-25`".to_owned()),
                );
                return None;
            }
        };
        let parsed = date(&text);
        if parsed.is_none() {
            let message = format!("`{}` is not a date", super::reader::shown(&text));
            problems.error(value.span(), message, "here", Some("write it as `2026-12-25`".to_owned()));
        }
        parsed.map(Self)
    }

    fn schema() -> Value {
        json!({ "type": "string", "format": "date" })
    }
}

/// A day of the week.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day(pub(super) Weekday);

impl Word for Day {
    const WHAT: &'static str = "a day of the week, such as `sat`";
    fn parse(text: &str) -> Result<Self, String> {
        match weekdays(text)?.as_slice() {
            [day] => Ok(Self(*day)),
            _ => Err("is more than one day: list them one by one".to_owned()),
        }
    }
}

/// A date and a time by a clock on the wall, quoted or not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(pub(super) NaiveDateTime);

impl Read for Moment {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => String::new(),
        };
        let written = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
        let parsed = written.iter().find_map(|form| NaiveDateTime::parse_from_str(text.trim(), form).ok());
        let moment = parsed.or_else(|| date(&text).map(|date| date.and_time(NaiveTime::MIN)));
        if moment.is_none() {
            let message = "expected a date and a time by the clock on the wall".to_owned();
            problems.error(value.span(), message, "here", Some("write it as `2026-01-05 09:00`".to_owned()));
        }
        moment.map(Self)
    }

    fn schema() -> Value {
        json!({ "type": "string", "description": "a date and a time by the clock on the wall, such as `2026-01-05 09:00`" })
    }
}

pub(super) fn print_moment(moment: NaiveDateTime) -> String {
    moment.format(if moment.second() == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" }).to_string()
}

/// How long a turn is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Every(pub(super) u16, pub(super) Unit);

const UNITS: [(&str, Unit); 4] =
    [("hour", Unit::Hour), ("day", Unit::Day), ("week", Unit::Week), ("month", Unit::Month)];

impl Word for Every {
    const WHAT: &'static str =
        "the length of a turn, such as `week`, `2 weeks`, `day`, `12 hours` or `month`";
    fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (count, unit) = text.split_once(' ').unwrap_or(("1", text));
        let unit = unit.trim();
        let known = UNITS.iter().find(|(name, _)| *name == unit.strip_suffix('s').unwrap_or(unit));
        let (_, unit) = known.ok_or("is no length of a turn")?;
        Ok(Self(count.parse().map_err(|_| "has no whole number of them".to_owned())?, *unit))
    }
}

pub(super) fn print_every(length: u16, unit: Unit) -> String {
    let name = UNITS.iter().find(|(_, known)| *known == unit).map_or("", |(name, _)| name);
    if length == 1 { name.to_owned() } else { format!("{length} {name}s") }
}

pub(super) fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()
}
