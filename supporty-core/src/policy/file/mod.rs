//! The whole policy as one file that a manager can read.

mod calendars;
mod clock_words;
mod diagnostic;
mod forms;
mod lower;
mod pay;
mod people;
mod print;
mod reader;
mod tables;
mod words;

pub use diagnostic::{Diagnostic, Severity};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;
use toml::de::DeTable;
use toml::{Spanned, de::DeValue};

use self::lower::{Lower, Places};
use self::reader::{Problems, Read, nearest};
use self::tables::PolicyTable;
use super::{Misplaced, Policy, PolicyError, PolicySpec, findings};

/// The default policy as a file, every line explained.
pub const DEFAULT_FILE: &str = include_str!("../../../policy.toml");

/// Closed days, with their names, which may be empty.
pub type Holidays = BTreeMap<NaiveDate, String>;

/// More than any policy: what is longer is not read.
const LONGEST: usize = 4 * 1024 * 1024;

/// What came of reading a policy file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Reading {
    /// The policy, unless something is wrong.
    pub policy: Option<Policy>,
    /// Everything that is wrong or worth a word, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a policy file was not taken: everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFileError(Vec<Diagnostic>);

impl PolicyFileError {
    /// Everything that is wrong, in the order of the file: at least one thing.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl fmt::Display for PolicyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for PolicyFileError {}

/// Reads a policy file, and everything that is wrong with it.
///
/// `holidays` reads a file of holidays that it names. What is worth a word is told as well, and with a `today` also which
/// holidays end soon.
///
/// ```
/// use supporty_core::policy::{DEFAULT_FILE, PolicySpec, read_policy};
///
/// let none = |_: &str| Err("there is none".to_owned());
/// let reading = read_policy(DEFAULT_FILE, &none, None);
/// assert_eq!(reading.policy.map(|policy| policy.spec().clone()), Some(PolicySpec::default()));
///
/// let reading = read_policy("[limits]\nnudge = \"2 wroking days\"\nlongest_wiat = 3", &none, None);
/// let places: Vec<_> = reading.diagnostics.iter().map(|one| (one.line, one.column)).collect();
/// assert_eq!(places, [(2, 9), (3, 1)]);
/// ```
pub fn read_policy(
    text: &str,
    holidays: &dyn Fn(&str) -> Result<Holidays, String>,
    today: Option<NaiveDate>,
) -> Reading {
    let mut problems = Problems::default();
    if text.len() > LONGEST {
        problems.error(0..0, "the file is longer than four megabytes".to_owned(), "", None);
        return Reading { policy: None, diagnostics: problems.diagnostics(text) };
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let message = error.message().trim().replace('\n', ", ");
        problems.error(error.span().unwrap_or(0..0), message, "here", None);
    }
    let span = table.span();
    let value = Spanned::new(span, DeValue::Table(table.into_inner()));
    let Some(table) = PolicyTable::read(&value, &mut problems) else {
        return Reading { policy: None, diagnostics: problems.diagnostics(text) };
    };
    let mut lower =
        Lower { places: Places::new(), short: BTreeSet::new(), problems: &mut problems, files: holidays };
    let spec = lower.policy(table);
    let Lower { places, short, .. } = lower;
    let policy = match Policy::new(spec.clone()) {
        Ok(policy) => Some(policy),
        Err(wrong) => {
            // What could not be read is missing from the policy: that was said where it stands.
            for Misplaced { path, error } in wrong.all() {
                if !lacks(path, error).is_some_and(|lacks| short.contains(&lacks)) {
                    let (message, help) = (error.to_string(), help(error, &spec));
                    problems.error(place(&places, path).unwrap_or(0..0), message, "here", help);
                }
            }
            None
        }
    };
    let policy = policy.filter(|_| !problems.any_error());
    if let Some(policy) = &policy {
        for finding in findings(policy, today) {
            let span = place(&places, &finding.path);
            let elsewhere = "this is in what the file leaves as it is in the default policy".to_owned();
            let help = span.is_none().then_some(elsewhere);
            let (message, label) = (finding.found.to_string(), "here".to_owned());
            let severity = Severity::Warning;
            problems.push(reader::Problem { severity, span: span.unwrap_or(0..0), message, label, help });
        }
    }
    Reading { policy, diagnostics: problems.diagnostics(text) }
}

/// What an error may only be for want of.
fn lacks(path: &str, error: &PolicyError) -> Option<String> {
    let above = |levels: usize| path.rsplitn(levels + 1, '/').last().map(str::to_owned);
    match error {
        PolicyError::NoPromise(_) | PolicyError::NoPriorities => Some(path.to_owned()),
        PolicyError::UnknownPriority(_) => Some("priorities".to_owned()),
        PolicyError::Rule { .. } if path.ends_with("/promises") => Some(path.to_owned()),
        PolicyError::Rung { .. } if path.ends_with("/tell") => above(1),
        PolicyError::Rung { .. } if path.ends_with("/when") => Some(format!("{}/promises", above(3)?)),
        _ => None,
    }
}

/// The nearest place that the file says something about.
fn place(places: &Places, path: &str) -> Option<std::ops::Range<usize>> {
    let above = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above));
    above.into_iter().find_map(|path| places.get(path).cloned())
}

/// The nearest right name.
fn help(error: &PolicyError, spec: &PolicySpec) -> Option<String> {
    let people = || spec.people.keys().map(|id| id.as_str());
    let near = match error {
        PolicyError::UnknownCalendar { calendar, .. } => {
            nearest(calendar.as_str(), spec.calendars.keys().map(|id| id.as_str()))
        }
        PolicyError::UnknownPerson { person, .. } => nearest(person.as_str(), people()),
        PolicyError::UnknownSquad { squad, .. } => {
            nearest(squad.as_str(), spec.squads.keys().map(|id| id.as_str()))
        }
        PolicyError::UnknownPriority(id) => {
            nearest(id.as_str(), spec.priorities.iter().map(|priority| priority.id.as_str()))
        }
        PolicyError::Unknown { name, what, .. } => match *what {
            "area" => nearest(name, spec.areas.keys().map(|id| id.as_str())),
            "rota" => nearest(name, spec.rotas.keys().map(|id| id.as_str())),
            "squad" => nearest(name, spec.squads.keys().map(|id| id.as_str())),
            _ => nearest(name, spec.priorities.iter().map(|priority| priority.id.as_str())),
        },
        _ => None,
    };
    near.map(|near| format!("did you mean `{near}`?"))
}

/// The JSON Schema of the file, for editors.
pub fn policy_schema() -> serde_json::Value {
    let mut schema = PolicyTable::schema();
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
        schema.insert("title".to_owned(), "supporty policy".into());
    }
    schema
}

impl Policy {
    /// The policy of a file: the default one with what the file says. A file that names files of holidays is read with
    /// [`read_policy`].
    ///
    /// ```
    /// use supporty_core::policy::Policy;
    /// let policy = Policy::from_toml(
    ///     r#"
    ///     name = "Web support"
    ///     [people.ana]
    ///     name = "Ana"
    ///     [squads.web]
    ///     name = "Web"
    ///     members = ["ana"]
    ///     gardener = "ana"
    ///     [areas.checkout]
    ///     name = "Checkout"
    ///     squad = "web"
    ///     "#,
    /// )?;
    /// assert!(policy.is_engineer(&"ana".into()));
    ///
    /// let error = Policy::from_toml("nam = 3").unwrap_err().to_string();
    /// assert!(error.starts_with("line 1, column 1: `nam` means nothing here; did you mean `name`?"), "{error}");
    /// # Ok::<(), supporty_core::policy::PolicyFileError>(())
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, PolicyFileError> {
        let none = |_: &str| Err("nobody reads files here".to_owned());
        let reading = read_policy(text, &none, None);
        reading.policy.ok_or(PolicyFileError(reading.diagnostics))
    }
}
