use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::Zone;
use crate::vocab::Time;

/// An instant as people write it: `Fri 2026-01-09 17:30`, `2026-01-09 17:30:05` or `2026-01-09` by a zone's clocks, or
/// RFC 3339. A weekday must be the right one. What is wrong with it otherwise.
///
/// ```
/// use supporty_core::time::{Zone, parse_instant};
/// let london = Zone::new("Europe/London")?;
/// assert_eq!(parse_instant("Wed 2026-07-01 09:00", &london)?.to_string(), "2026-07-01 08:00:00 UTC");
/// assert_eq!(parse_instant("Mon 2026-07-01 09:00", &london).unwrap_err(), "`Mon 2026-07-01 09:00` is a Wed, and not a Mon");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse_instant(text: &str, zone: &Zone) -> Result<Time, String> {
    let text = text.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    let (day, rest) = match text.split_once(' ') {
        Some((day, rest)) if day.chars().all(char::is_alphabetic) => (Some(day), rest.trim()),
        _ => (None, text),
    };
    let forms = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let local = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(rest, form).ok());
    let date = || NaiveDate::parse_from_str(rest, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let Some(local) = local.or_else(date) else {
        return Err(format!("`{text}` is no instant: write it as `Fri 2026-01-09 17:30`"));
    };
    let named = local.format("%a").to_string();
    match day {
        Some(day) if !day.to_lowercase().starts_with(&named.to_lowercase()) => {
            Err(format!("`{text}` is a {named}, and not a {day}"))
        }
        _ => Ok(zone.instant(local)),
    }
}
