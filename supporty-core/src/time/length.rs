use std::fmt;

use super::Budget;

const UNITS: [(&[&str], u32); 6] = [
    (&["s", "sec", "second", "seconds"], 1),
    (&["m", "min", "minute", "minutes"], 60),
    (&["h", "hour", "hours"], 3_600),
    (&["d", "day", "days"], 86_400),
    (&["w", "week", "weeks"], 604_800),
    (&["y", "year", "years"], 31_536_000),
];

/// A length of time as people write it, in seconds: `1h 30m`, `90 minutes`, `1.5h`, `7 days`. A year has 365 days. What is wrong with it
/// otherwise, to be said after the text itself.
///
/// ```
/// use supporty_core::time::parse_length;
/// assert_eq!(parse_length("1h 30m"), Ok(5_400));
/// assert!(parse_length("90").unwrap_err().starts_with("has no unit"));
/// ```
pub fn parse_length(text: &str) -> Result<u32, String> {
    let mut rest = text.trim();
    let mut sum = 0.0;
    if rest.is_empty() {
        return Err("is empty".to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let number: f64 = number.parse().map_err(|_| "does not begin with a number".to_owned())?;
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let unit = unit.to_ascii_lowercase();
        let seconds =
            UNITS.iter().find(|(names, _)| names.contains(&unit.as_str())).map(|(_, seconds)| *seconds);
        let seconds = match (seconds, unit.is_empty()) {
            (Some(seconds), _) => seconds,
            (None, true) => {
                return Err("has no unit: write `s`, `m`, `h`, `days` or `weeks` after it".to_owned());
            }
            (None, false) => {
                return Err(format!(
                    "has the unit `{}`, which is none",
                    unit.chars().take(20).filter(|c| !c.is_control()).collect::<String>()
                ));
            }
        };
        sum += number * f64::from(seconds);
        rest = after.trim_start_matches([' ', ',', '\t']);
    }
    let whole = sum.round();
    if (sum - whole).abs() > 1e-6 {
        return Err("is not a whole number of seconds".to_owned());
    }
    if whole > f64::from(u32::MAX) { Err("is more than 136 years".to_owned()) } else { Ok(whole as u32) }
}

/// A length of time in words, which [`parse_length`] reads: `1 h 30 min`.
pub fn print_length(seconds: i64) -> String {
    let parts = [(seconds / 3_600, "h"), (seconds % 3_600 / 60, "min"), (seconds % 60, "s")];
    let some = parts.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<_> = some.map(|(count, unit)| format!("{count} {unit}")).collect();
    if words.is_empty() { "0 s".to_owned() } else { words.join(" ") }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => f.write_str(&print_length((*seconds).into())),
            Self::Days(1) => f.write_str("1 working day"),
            Self::Days(days) => write!(f, "{days} working days"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_reads_like_a_promise() {
        let shown = [Budget::Seconds(5_400), Budget::Seconds(86_400), Budget::Days(2), Budget::Seconds(0)];
        assert_eq!(shown.map(|budget| budget.to_string()), ["1 h 30 min", "24 h", "2 working days", "0 s"]);
    }

    #[test]
    fn what_is_printed_is_read() {
        for seconds in [0, 1, 59, 60, 3_661, 86_400, u32::MAX] {
            assert_eq!(parse_length(&print_length(seconds.into())), Ok(seconds));
        }
        assert!(parse_length("200000 weeks").is_err());
    }
}
