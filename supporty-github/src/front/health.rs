use std::fmt;

use chrono::SecondsFormat;
use serde::Serialize;
use supporty_core::vocab::Time;

use super::CaughtUp;

/// When GitHub was heard of last, and when we asked it ourselves. As a text it is one line for people.
///
/// ```
/// use supporty_github::Health;
/// let since = "2026-03-02T10:00:00Z".parse().unwrap();
/// let health = Health { since, ..Health::default() };
/// assert_eq!(
///     health.to_string(),
///     "GitHub has not been heard of since the desk began at 2026-03-02T10:00:00Z; what was missed has not been looked for."
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Health {
    /// When this process began to listen. Nothing that is counted here is older.
    pub since: Time,
    /// When the last delivery came that GitHub had signed, or when GitHub says that its last one was taken. The latter may lie
    /// before this process began.
    pub last_delivery: Option<Time>,
    /// When the last one came that it had not signed.
    pub last_unsigned: Option<Time>,
    /// When the last one came that could not be understood or kept.
    pub last_failed: Option<Time>,
    /// How many came that GitHub had signed.
    pub deliveries: u64,
    /// What came of it when we asked GitHub last for what we had missed.
    pub caught_up: Option<CaughtUp>,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last_delivery {
            Some(at) => write!(f, "GitHub was heard of last at {}", stamp(at))?,
            None => {
                write!(f, "GitHub has not been heard of since the desk began at {}", stamp(self.since))?;
            }
        }
        match &self.caught_up {
            Some(caught_up) => write!(f, "; {caught_up}"),
            None => f.write_str("; what was missed has not been looked for."),
        }
    }
}

impl fmt::Display for CaughtUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "what was missed was looked for at {}: ", stamp(self.at))?;
        match self.new {
            0 => f.write_str("nothing was")?,
            1 => f.write_str("one thing was")?,
            new => write!(f, "{new} things were")?,
        }
        match self.unreadable {
            0 => {}
            1 => f.write_str(", and one delivery can not be understood")?,
            unreadable => write!(f, ", and {unreadable} deliveries can not be understood")?,
        }
        if let Some(again) = self.again {
            write!(f, "; it is not done, and goes on in {} minutes", again.as_secs().div_ceil(60).max(1))?;
        }
        match self.problems.as_slice() {
            [] => f.write_str("."),
            [one] => write!(f, "; {one}."),
            [first, others @ ..] => write!(f, "; {first} (and {} more).", others.len()),
        }
    }
}

fn stamp(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
