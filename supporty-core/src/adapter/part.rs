//! A tolerant look into what a host sent as JSON.

use std::fmt;

use chrono::DateTime;
use serde_json::Value;

use super::Unreadable;
use crate::vocab::{Time, micros};

/// Part of a payload, which knows where it stands in it.
///
/// Hosts add fields and kinds of things at any time, write null or an empty list where something was deleted, leave out what
/// their documentation shows, and write one and the same time as a number here and as a text there. So nothing here insists on
/// a shape: whatever is missing, null, empty or of another type than expected is not there, and only what can not be done
/// without is asked for by name, as by [`need`](Self::need). What is said to be missing quotes nothing of the payload.
///
/// ```
/// use supporty_core::adapter::Part;
/// let payload = serde_json::json!({ "issue": { "number": 12, "title": null } });
/// let issue = Part::root(&payload).part("issue");
/// assert_eq!((issue.number("number"), issue.text("title")), (Some(12), None));
/// assert_eq!(issue.need("title").unwrap_err().0, "`issue.title` is missing");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    value: &'a Value,
    path: Path,
}

/// As many names as a path of ours is deep; what lies deeper is named by where it begins.
type Path = [&'static str; 4];

impl<'a> Part<'a> {
    /// The whole of it.
    pub fn root(value: &'a Value) -> Self {
        Self { value, path: Path::default() }
    }

    /// What stands under a name; nothing has nothing under it.
    pub fn part(self, name: &'static str) -> Self {
        let mut path = self.path;
        if let Some(free) = path.iter_mut().find(|known| known.is_empty()) {
            *free = name;
        }
        Self { value: self.value.get(name).unwrap_or(&Value::Null), path }
    }

    /// A text that is not empty.
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.value.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A text, empty if there is none.
    pub fn words(self, name: &str) -> &'a str {
        self.text(name).unwrap_or_default()
    }

    /// A number that is not negative.
    pub fn number(self, name: &str) -> Option<u64> {
        self.value.get(name)?.as_u64()
    }

    /// Whether something is said to be so.
    pub fn is(self, name: &str) -> bool {
        self.value.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// An instant: by RFC 3339, or in seconds since 1970.
    pub fn time(self, name: &str) -> Option<Time> {
        let value = self.value.get(name)?;
        if let Some(seconds) = value.as_i64() {
            return DateTime::from_timestamp(seconds, 0);
        }
        let at = DateTime::parse_from_rfc3339(value.as_str()?).ok()?;
        Some(micros(at.to_utc()))
    }

    /// A text that nothing can be done without.
    pub fn need(self, name: &'static str) -> Result<&'a str, Unreadable> {
        self.text(name).ok_or_else(|| self.missing(name))
    }

    /// A number that nothing can be done without.
    pub fn need_number(self, name: &'static str) -> Result<u64, Unreadable> {
        self.number(name).ok_or_else(|| self.missing(name))
    }

    /// An instant that nothing can be done without: the first that is there.
    pub fn need_time(self, names: &[&'static str]) -> Result<Time, Unreadable> {
        let mut missing = None;
        for name in names {
            match self.time(name) {
                Some(at) => return Ok(at),
                None => missing = missing.or(Some(*name)),
            }
        }
        Err(self.missing(missing.unwrap_or_default()))
    }

    fn missing(self, name: &'static str) -> Unreadable {
        Unreadable(format!("`{}` is missing", self.part(name)))
    }

    /// The parts of a list.
    pub fn list(self, name: &'static str) -> impl Iterator<Item = Part<'a>> {
        let path = self.part(name).path;
        let items = self.value.get(name).and_then(Value::as_array).into_iter().flatten();
        items.map(move |value| Part { value, path })
    }

    /// The parts of an object, by name.
    pub fn entries(self) -> impl Iterator<Item = (&'a str, Part<'a>)> {
        let path = self.path;
        let entries = self.value.as_object().into_iter().flatten();
        entries.map(move |(name, value)| (name.as_str(), Part { value, path }))
    }

    /// What lies at a path with dots.
    pub fn at(self, path: &str) -> Option<&'a Value> {
        path.split('.').try_fold(self.value, |value, name| value.get(name))
    }

    /// The part itself, if it is a text.
    pub fn as_text(self) -> Option<&'a str> {
        self.value.as_str()
    }

    /// Whether there is something with fields.
    pub fn is_object(self) -> bool {
        self.value.is_object()
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.path.iter().copied().filter(|name| !name.is_empty()).collect();
        f.write_str(&names.join("."))
    }
}
