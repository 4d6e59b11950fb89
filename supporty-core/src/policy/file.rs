use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Deserialize;

use super::{Area, Person, Policy, PolicyError, PolicySpec, Squad};
use crate::time::{CalendarSpec, Zone};
use crate::vocab::{AreaId, CalendarId, ChannelId, Identity, PersonId, PriorityId, SquadId};

/// Why a policy file was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFileError {
    /// It is not TOML, or says something that a policy does not have.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// What is wrong.
        message: String,
    },
    /// It was read, and contradicts itself.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// What a file may say. Whatever it leaves out is as in the default policy.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    name: Option<String>,
    key_prefix: Option<String>,
    channel: Option<ChannelId>,
    zone: Option<Zone>,
    default_priority: Option<PriorityId>,
    #[serde(default)]
    closed: BTreeSet<NaiveDate>,
    #[serde(default)]
    people: BTreeMap<PersonId, PersonEntry>,
    #[serde(default)]
    squads: BTreeMap<SquadId, SquadEntry>,
    #[serde(default)]
    areas: BTreeMap<AreaId, Area>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonEntry {
    name: String,
    #[serde(default)]
    identities: Vec<IdentityEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IdentityEntry {
    adapter: crate::vocab::AdapterName,
    user: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SquadEntry {
    name: String,
    channel: Option<ChannelId>,
    #[serde(default)]
    members: Vec<PersonId>,
    lead: Option<PersonId>,
    gardener: Option<PersonId>,
    #[serde(default)]
    on_call: Vec<PersonId>,
    hours: Option<CalendarId>,
}

impl Policy {
    /// The policy of a file: the default one with what the file says.
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
    /// assert!(error.starts_with("line 1, column 1: unknown field `nam`"), "{error}");
    /// # Ok::<(), supporty_core::policy::PolicyFileError>(())
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, PolicyFileError> {
        let file: PolicyFile = toml::from_str(text).map_err(|error| syntax(text, &error))?;
        Ok(Self::new(file.into_spec())?)
    }
}

impl PolicyFile {
    fn into_spec(self) -> PolicySpec {
        let mut spec = PolicySpec::default();
        spec.name = self.name.unwrap_or(spec.name);
        spec.key_prefix = self.key_prefix.unwrap_or(spec.key_prefix);
        spec.channel = self.channel.unwrap_or(spec.channel);
        spec.default_priority = self.default_priority.unwrap_or(spec.default_priority);
        for calendar in spec.calendars.values_mut() {
            if let CalendarSpec::Hours(hours) = calendar {
                hours.zone = self.zone.clone().unwrap_or_else(|| hours.zone.clone());
                hours.closed = self.closed.clone();
            }
        }
        spec.people = self.people.into_iter().map(|(id, person)| (id, person.into())).collect();
        spec.squads = self.squads.into_iter().map(|(id, squad)| (id, squad.into())).collect();
        spec.areas = self.areas;
        spec
    }
}

impl From<PersonEntry> for Person {
    fn from(entry: PersonEntry) -> Self {
        let identities = entry.identities.into_iter();
        let identities =
            identities.map(|IdentityEntry { adapter, user }| Identity { adapter, user, bot: false });
        Self { name: entry.name, identities: identities.collect() }
    }
}

impl From<SquadEntry> for Squad {
    fn from(entry: SquadEntry) -> Self {
        Self {
            name: entry.name,
            channel: entry.channel,
            members: entry.members,
            lead: entry.lead,
            gardener: entry.gardener,
            on_call: entry.on_call,
            hours: entry.hours.unwrap_or_else(|| "office".into()),
        }
    }
}

fn syntax(text: &str, error: &toml::de::Error) -> PolicyFileError {
    let at = error.span().map_or(0, |span| span.start).min(text.len());
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    let message = error.message().replace('\n', " ");
    PolicyFileError::Syntax { line, column, message }
}
