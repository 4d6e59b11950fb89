//! From spanned TOML values to tables: everything that does not fit is noted, and the rest is read on.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::{Value, json};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::{Diagnostic, Severity};

/// A note about a place of the text.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) severity: Severity,
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
}

/// More mistakes than anybody reads: the rest is looked for when these are gone.
const MOST: usize = 1_000;

/// What was noted so far.
#[derive(Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    /// How many more there were.
    more: usize,
}

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        if self.list.len() < MOST {
            self.list.push(problem);
        } else {
            self.more += 1;
        }
    }

    pub(super) fn error(&mut self, span: Range<usize>, message: String, label: &str, help: Option<String>) {
        self.push(Problem { severity: Severity::Error, span, message, label: label.to_owned(), help });
    }

    pub(super) fn count(&self) -> usize {
        self.list.len() + self.more
    }

    pub(super) fn any_error(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// In the order of the text, each once.
    pub(super) fn diagnostics(mut self, text: &str) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| {
            (a.span.start, a.severity, &a.message).cmp(&(b.span.start, b.severity, &b.message))
        });
        let mut lines = Lines { text, at: 0, line: 1, begins: 0 };
        let mut seen = BTreeSet::new();
        let fresh = self.list.into_iter().filter(|one| seen.insert((one.span.start, one.message.clone())));
        fresh.map(|problem| lines.placed(problem)).collect()
    }

    fn table<'t, 'i>(&mut self, value: &'t Spanned<DeValue<'i>>, what: &str) -> Option<&'t DeTable<'i>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            other => {
                let message = format!("{what} is a table, and this is {}", kind(other));
                self.error(value.span(), message, "not a table", None);
                None
            }
        }
    }

    pub(super) fn unknown_key(&mut self, key: &str, span: Range<usize>, known: &[&str]) {
        let help = match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? {}", allowed(known)),
            None => allowed(known),
        };
        self.error(span, format!("`{}` means nothing here", shown(key)), "unknown key", Some(help));
    }
}

/// Finds lines in one pass over a text, asked with growing places.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    begins: usize,
}

impl Lines<'_> {
    fn placed(&mut self, problem: Problem) -> Diagnostic {
        let inside = |mut at: usize| {
            at = at.min(self.text.len());
            while !self.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (start, end) = (inside(problem.span.start), inside(problem.span.end));
        for (offset, byte) in self.text.bytes().enumerate().skip(self.at).take(start - self.at.min(start)) {
            if byte == b'\n' {
                self.line += 1;
                self.begins = offset + 1;
            }
        }
        self.at = start.max(self.at);
        let column = self.text.get(self.begins..start).map_or(0, |before| before.chars().count()) + 1;
        let Problem { severity, message, label, help, .. } = problem;
        Diagnostic { severity, message, label, help, line: self.line, column, span: start..end.max(start) }
    }
}

/// Something that can be read from a value, and say as a JSON Schema what it may look like.
pub(super) trait Read: Sized {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self>;
    fn schema() -> Value;
}

/// A word with a meaning of its own.
pub(super) trait Word: Sized {
    /// What it is, with an example: "a length of time, such as `1h 30m`".
    const WHAT: &'static str;
    /// All it can be, where that is a short list.
    const CHOICES: &'static [&'static str] = &[];
    /// Reads it, or says what is wrong with it.
    fn parse(text: &str) -> Result<Self, String>;
}

impl<T: Word> Read for T {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        let DeValue::String(text) = value.get_ref() else {
            let message = format!("expected {}, found {}", T::WHAT, kind(value.get_ref()));
            let help = matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_))
                .then(|| "write it in quotes, with its unit".to_owned());
            problems.error(value.span(), message, "not text", help);
            return None;
        };
        match T::parse(text) {
            Ok(word) => Some(word),
            Err(why) => {
                let near = nearest(text, T::CHOICES.iter().copied());
                let help = match (near, T::CHOICES.is_empty()) {
                    (Some(near), _) => format!("did you mean `{near}`? {}", allowed(T::CHOICES)),
                    (None, false) => allowed(T::CHOICES),
                    (None, true) => format!("write {}", T::WHAT),
                };
                problems.error(value.span(), format!("`{}` {why}", shown(text)), "here", Some(help));
                None
            }
        }
    }

    fn schema() -> Value {
        match T::CHOICES.is_empty() {
            true => json!({ "type": "string", "description": T::WHAT }),
            false => json!({ "enum": T::CHOICES }),
        }
    }
}

/// A value, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

impl<T: Read> Read for At<T> {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        T::read(value, problems).map(|read| Self { value: read, span: value.span() })
    }

    fn schema() -> Value {
        T::schema()
    }
}

/// One or several of something: `"a"` or `["a", "b"]`.
#[derive(Debug)]
pub(super) struct Many<T>(pub(super) Vec<At<T>>);

impl<T: Read> Read for Many<T> {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        let DeValue::Array(items) = value.get_ref() else {
            return At::read(value, problems).map(|one| Self(vec![one]));
        };
        Some(Self(items.iter().filter_map(|item| At::read(item, problems)).collect()))
    }

    fn schema() -> Value {
        json!({ "anyOf": [T::schema(), { "type": "array", "items": T::schema() }] })
    }
}

/// A table whose keys are names.
#[derive(Debug)]
pub(super) struct Named<T>(pub(super) Vec<(At<String>, At<T>)>);

impl<T: Read> Read for Named<T> {
    fn read(value: &Spanned<DeValue<'_>>, problems: &mut Problems) -> Option<Self> {
        let table = problems.table(value, "this")?;
        let entries = table.iter().filter_map(|(key, value)| {
            let name = At { value: key.get_ref().to_string(), span: key.span() };
            Some((name, At::read(value, problems)?))
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|(name, _)| name.span.start);
        Some(Self(entries))
    }

    fn schema() -> Value {
        json!({ "type": "object", "additionalProperties": T::schema() })
    }
}

/// A key, where it stands, and its value.
type Field<'t, 'i> = (&'t str, Range<usize>, &'t Spanned<DeValue<'i>>);

/// The entries of a table with known keys.
pub(super) fn fields<'t, 'i>(
    value: &'t Spanned<DeValue<'i>>,
    what: &str,
    problems: &mut Problems,
) -> Option<impl Iterator<Item = Field<'t, 'i>> + use<'t, 'i>> {
    let table = problems.table(value, what)?;
    Some(table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)))
}

/// Declares tables: what each of their keys is, once, for the reader and for the schema.
macro_rules! tables {
    ($($(#[doc = $doc:literal])* $name:ident { $($(#[doc = $about:literal])* $field:ident $key:literal: $type:ty,)* })*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Default)]
        pub(super) struct $name {
            $($(#[doc = $about])* pub(super) $field: Option<$type>,)*
            /// Something in it could not be read, so that it says less than was written.
            pub(super) short: bool,
        }

        impl $crate::policy::file::reader::Read for $name {
            fn read(
                value: &toml::Spanned<toml::de::DeValue<'_>>,
                problems: &mut $crate::policy::file::reader::Problems,
            ) -> Option<Self> {
                let mut read = Self::default();
                let before = problems.count();
                let what = concat!($($doc,)*).trim().trim_end_matches('.').to_lowercase();
                for (key, span, value) in $crate::policy::file::reader::fields(value, &what, problems)? {
                    match key {
                        $($key => read.$field = <$type as $crate::policy::file::reader::Read>::read(value, problems),)*
                        unknown => problems.unknown_key(unknown, span, &[$($key),*]),
                    }
                }
                read.short = problems.count() > before;
                Some(read)
            }

            fn schema() -> serde_json::Value {
                let mut properties = serde_json::Map::new();
                $({
                    let mut field = <$type as $crate::policy::file::reader::Read>::schema();
                    if let Some(field) = field.as_object_mut() {
                        field.insert("description".to_owned(), concat!($($about,)*).trim().into());
                    }
                    properties.insert($key.to_owned(), field);
                })*
                serde_json::json!({
                    "type": "object",
                    "description": concat!($($doc,)*).trim(),
                    "properties": properties,
                    "additionalProperties": false,
                })
            }
        }
    )*};
}
pub(super) use tables;

pub(super) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The known word that was probably meant.
pub(super) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 64 {
        return None;
    }
    let word = word.to_lowercase();
    let near = known.map(|other| (strsim::damerau_levenshtein(&word, &other.to_lowercase()), other));
    near.min()
        .filter(|(distance, other)| *distance <= other.len().max(word.len()) / 3 + 1)
        .map(|(_, other)| other)
}

pub(super) fn allowed(known: &[&str]) -> String {
    let known: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
    match known.is_empty() {
        true => "nothing is allowed here".to_owned(),
        false => format!("allowed: {}", known.join(", ")),
    }
}

/// People's text in a message: short, and without anything that moves a cursor.
pub(super) fn shown(text: &str) -> String {
    let clean = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(60).map(clean).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}
