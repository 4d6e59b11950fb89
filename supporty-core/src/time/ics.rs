//! Holidays from an iCalendar file (RFC 5545).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use icalendar::parser::{Component, Property, read_calendar, unfold};

/// A holiday that is longer is taken for a mistake.
const LONGEST: i64 = 366;

/// Why a file of holidays can not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IcsError {
    /// It is not an iCalendar file.
    #[error("it is not an iCalendar file: {0}")]
    Syntax(String),
    /// An event can not be read.
    #[error("the event `{event}`: {why}")]
    Event {
        /// What it is called.
        event: String,
        /// What is wrong with it.
        why: &'static str,
    },
}

/// The days of the whole-day events of an iCalendar file, with what they are called, within the years `[from, to]`.
///
/// An event of several days is a holiday on each of them; one that repeats every year (`RRULE` with `FREQ=YEARLY`, by
/// month, day of the month or weekday of the month, with `INTERVAL`, `COUNT`, `UNTIL` and `EXDATE`) on each of its days. What
/// was cancelled is none, and neither is what has a time of day: a meeting is no holiday. An event that repeats in another
/// way is an error, so that no holiday is lost in silence.
///
/// ```
/// use supporty_core::time::holidays_of_ics;
/// let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20201225\r\nRRULE:FREQ=YEARLY\r\n\
///             SUMMARY:Christmas Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// let days = holidays_of_ics(file, 2026, 2027)?;
/// let names: Vec<_> = days.iter().map(|(day, name)| format!("{day} {name}")).collect();
/// assert_eq!(names, ["2026-12-25 Christmas Day", "2027-12-25 Christmas Day"]);
/// # Ok::<(), supporty_core::time::IcsError>(())
/// ```
pub fn holidays_of_ics(text: &str, from: i32, to: i32) -> Result<BTreeMap<NaiveDate, String>, IcsError> {
    let unfolded = unfold(text.trim_start_matches('\u{feff}'));
    let calendar = read_calendar(&unfolded).map_err(|error| {
        IcsError::Syntax(error.lines().next().unwrap_or_default().chars().take(120).collect())
    })?;
    let mut days = BTreeMap::new();
    for event in calendar.components.iter().filter(|component| component.name == "VEVENT") {
        let name =
            property(event, "SUMMARY").map(|summary| unescaped(summary.val.as_str())).unwrap_or_default();
        let found =
            event_days(event, from, to).map_err(|why| IcsError::Event { event: name.clone(), why })?;
        days.extend(found.into_iter().map(|day| (day, name.clone())));
    }
    Ok(days)
}

fn property<'a>(event: &'a Component<'_>, name: &str) -> Option<&'a Property<'a>> {
    event.properties.iter().find(|property| property.name == name)
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| text.len() == 8)
}

fn event_days(event: &Component<'_>, from: i32, to: i32) -> Result<BTreeSet<NaiveDate>, &'static str> {
    let cancelled = property(event, "STATUS").is_some_and(|status| status.val.as_str() == "CANCELLED");
    let Some(start) = property(event, "DTSTART").filter(|_| !cancelled) else { return Ok(BTreeSet::new()) };
    if start.val.as_str().contains('T') {
        return Ok(BTreeSet::new());
    }
    let first = date(start.val.as_str()).ok_or("its first day is not a date, such as 20261225")?;
    let end = match property(event, "DTEND") {
        Some(end) => date(end.val.as_str()).ok_or("its last day is not a date, such as 20261226")?,
        None => first.checked_add_days(Days::new(1)).unwrap_or(first),
    };
    let length = (end - first).num_days().max(1);
    if length > LONGEST {
        return Err("it lasts longer than a year");
    }
    let starts = match property(event, "RRULE") {
        None => vec![first],
        Some(rule) => repeated(first, rule.val.as_str(), to)?,
    };
    let out = event.properties.iter().filter(|property| property.name == "EXDATE");
    let out: BTreeSet<_> =
        out.flat_map(|property| property.val.as_str().split(',').filter_map(date)).collect();
    let starts = starts.into_iter().filter(|start| !out.contains(start));
    let days = starts.flat_map(|start| start.iter_days().take(usize::try_from(length).unwrap_or(1)));
    Ok(days.filter(|day| (from..=to).contains(&day.year())).collect())
}

/// A rule that repeats every year, as far as a year.
fn repeated(first: NaiveDate, rule: &str, last: i32) -> Result<Vec<NaiveDate>, &'static str> {
    let parts: BTreeMap<&str, &str> = rule.split(';').filter_map(|part| part.split_once('=')).collect();
    let known = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST"];
    if parts.get("FREQ") != Some(&"YEARLY") || parts.keys().any(|key| !known.contains(key)) {
        return Err("it repeats in a way that is not read: write its dates out, or repeat it every year");
    }
    let number = |key: &str| parts.get(key).map(|value| value.parse::<usize>());
    let wrong = |_| "its rule has a number that is none";
    let interval = number("INTERVAL").transpose().map_err(wrong)?.unwrap_or(1).max(1);
    let count = number("COUNT").transpose().map_err(wrong)?.unwrap_or(usize::MAX);
    let until = match parts.get("UNTIL") {
        Some(until) => date(until.get(..8).unwrap_or_default()).ok_or("its rule ends on what is no date")?,
        None => NaiveDate::MAX,
    };
    let listed = |key: &str| -> Result<Vec<&str>, &'static str> {
        Ok(parts.get(key).map(|list| list.split(',').collect()).unwrap_or_default())
    };
    let months: Vec<u32> = match listed("BYMONTH")?.as_slice() {
        [] => vec![first.month()],
        months => months.iter().map(|month| month.parse()).collect::<Result<_, _>>().map_err(wrong)?,
    };
    let mut days = Vec::new();
    for year in (first.year()..=last).step_by(interval) {
        for month in &months {
            days.extend(of_month(year, *month, first, &listed("BYMONTHDAY")?, &listed("BYDAY")?)?);
        }
    }
    days.sort_unstable();
    days.dedup();
    Ok(days.into_iter().filter(|day| *day >= first && *day <= until).take(count).collect())
}

fn of_month(
    year: i32,
    month: u32,
    first: NaiveDate,
    by_day_of_month: &[&str],
    by_weekday: &[&str],
) -> Result<Vec<NaiveDate>, &'static str> {
    let wrong = "its rule names a day that is none";
    let Some(begin) = NaiveDate::from_ymd_opt(year, month, 1) else { return Err(wrong) };
    let all: Vec<_> = begin.iter_days().take_while(|day| day.month() == month).collect();
    let count = i64::try_from(all.len()).unwrap_or_default();
    if by_weekday.is_empty() {
        let numbers: Vec<i64> = match by_day_of_month {
            [] => vec![first.day().into()],
            days => days.iter().map(|day| day.parse()).collect::<Result<_, _>>().map_err(|_| wrong)?,
        };
        let number = |day: i64| if day < 0 { count + day + 1 } else { day };
        return Ok(all
            .into_iter()
            .filter(|day| numbers.iter().any(|n| number(*n) == i64::from(day.day())))
            .collect());
    }
    let mut days = Vec::new();
    for named in by_weekday {
        let at = named.len().checked_sub(2).filter(|at| named.is_char_boundary(*at)).ok_or(wrong)?;
        let (ordinal, name) = named.split_at(at);
        let weekday = match name {
            "MO" => Weekday::Mon,
            "TU" => Weekday::Tue,
            "WE" => Weekday::Wed,
            "TH" => Weekday::Thu,
            "FR" => Weekday::Fri,
            "SA" => Weekday::Sat,
            "SU" => Weekday::Sun,
            _ => return Err(wrong),
        };
        let these: Vec<_> = all.iter().copied().filter(|day| day.weekday() == weekday).collect();
        match ordinal {
            "" => days.extend(these),
            ordinal => {
                let ordinal: isize = ordinal.parse().map_err(|_| wrong)?;
                let index = match ordinal {
                    1.. => usize::try_from(ordinal - 1).ok(),
                    _ => these.len().checked_sub(ordinal.unsigned_abs()),
                };
                days.extend(index.and_then(|index| these.get(index)));
            }
        }
    }
    // A weekday on certain days of the month: a Monday from the 1st to the 7th.
    let numbers: Vec<u32> = by_day_of_month.iter().filter_map(|day| day.parse().ok()).collect();
    Ok(days.into_iter().filter(|day| numbers.is_empty() || numbers.contains(&day.day())).collect())
}
