//! A policy file on disk, with the files of holidays that it names beside it.

use std::path::Path;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use supporty_core::policy::{Reading, read_policy};
use supporty_core::time::holidays_of_ics;

/// The first and the last year of which a file's holidays are read.
const YEARS: (i32, i32) = (1970, 2100);

/// Reads the text of a policy file. What a file of holidays is named is read from the folder of `path`.
pub fn read(path: &Path, text: &str, today: Option<NaiveDate>) -> Reading {
    let folder = path.parent().unwrap_or(Path::new("."));
    let holidays = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string())?;
        holidays_of_ics(&text, YEARS.0, YEARS.1).map_err(|error| error.to_string())
    };
    read_policy(text, &holidays, today)
}

/// Today, in UTC.
pub fn today() -> NaiveDate {
    let now: DateTime<Utc> = std::time::SystemTime::now().into();
    NaiveDate::from_ymd_opt(now.year(), now.month(), now.day()).unwrap_or_default()
}
