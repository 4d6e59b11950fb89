//! A tolerant look into what Slack sent.
//!
//! Slack adds fields and kinds of blocks at any time, leaves some out where its documentation shows them, writes `[]` for an
//! object that is empty and names a field twice. So nothing here insists on a shape: whatever is missing, null, empty or
//! of another type than expected is not there, and only what can not be done without is asked for by
//! [`need`](Part::need).

use std::fmt;

use serde_json::Value;
use supporty_core::adapter::Unreadable;

/// Part of a payload, which knows where it stands in it.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    value: &'a Value,
    path: Path,
}

/// As many names as a path of ours is deep; what lies deeper is named by where it begins.
type Path = [&'static str; 4];

impl<'a> Part<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, path: Path::default() }
    }

    /// What stands under a name; nothing has nothing under it.
    pub(super) fn part(self, name: &'static str) -> Self {
        let mut path = self.path;
        if let Some(free) = path.iter_mut().find(|known| known.is_empty()) {
            *free = name;
        }
        Self { value: self.value.get(name).unwrap_or(&Value::Null), path }
    }

    /// A text that is not empty.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.value.get(name)?.as_str().filter(|text| !text.is_empty())
    }

    /// A text that nothing can be done without.
    pub(super) fn need(self, name: &'static str) -> Result<&'a str, Unreadable> {
        self.text(name).ok_or_else(|| Unreadable(format!("`{}` is missing", self.part(name))))
    }

    pub(super) fn number(self, name: &str) -> Option<i64> {
        self.value.get(name)?.as_i64()
    }

    pub(super) fn is(self, name: &str) -> bool {
        self.value.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// The parts of a list.
    pub(super) fn list(self, name: &'static str) -> impl Iterator<Item = Part<'a>> {
        let path = self.part(name).path;
        let items = self.value.get(name).and_then(Value::as_array).into_iter().flatten();
        items.map(move |value| Part { value, path })
    }

    /// The parts of an object, by name.
    pub(super) fn entries(self) -> impl Iterator<Item = (&'a str, Part<'a>)> {
        let path = self.path;
        let entries = self.value.as_object().into_iter().flatten();
        entries.map(move |(name, value)| (name.as_str(), Part { value, path }))
    }

    /// The part itself, if it is a text.
    pub(super) fn as_text(self) -> Option<&'a str> {
        self.value.as_str()
    }

    pub(super) fn is_object(self) -> bool {
        self.value.is_object()
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.path.iter().copied().filter(|name| !name.is_empty()).collect();
        f.write_str(&names.join("."))
    }
}
