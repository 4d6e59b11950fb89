use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::vocab::{AreaId, Kind, PriorityId};

/// What labels of alerts say about the tickets that are opened for them. Nothing is guessed: a `severity` means what is
/// written here.
///
/// ```
/// use supporty_core::webhook::AlertRules;
///
/// let rules: AlertRules = serde_json::from_str(r#"{
///     "priority": "P2",
///     "rules": [
///         {"labels": {"severity": "critical"}, "priority": "P1"},
///         {"labels": {"team": "checkout"}, "area": "checkout"}
///     ]
/// }"#).unwrap();
/// let labels = [("severity", "critical"), ("team", "checkout")];
/// let labels = labels.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
/// let sorted = rules.sort([&labels]);
/// assert_eq!((sorted.priority.as_str(), sorted.area), ("P1", Some("checkout".into())));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AlertRules {
    /// How urgent what no rule speaks of is.
    pub priority: PriorityId,
    /// Which part of the product it is about.
    #[serde(default)]
    pub area: Option<AreaId>,
    /// What kind of work it is.
    #[serde(default = "incident")]
    pub kind: Kind,
    /// From the most urgent one on: each of priority, area and kind is that of the first rule that has one and that any
    /// alert of the group meets.
    #[serde(default)]
    pub rules: Vec<AlertRule>,
}

/// What alerts with certain labels are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct AlertRule {
    /// Labels that an alert must have, all of them, with exactly these values.
    pub labels: BTreeMap<String, String>,
    /// How urgent it is.
    #[serde(default)]
    pub priority: Option<PriorityId>,
    /// Which part of the product it is about.
    #[serde(default)]
    pub area: Option<AreaId>,
    /// What kind of work it is.
    #[serde(default)]
    pub kind: Option<Kind>,
}

/// What a ticket for alerts is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted {
    /// How urgent.
    pub priority: PriorityId,
    /// Which part of the product.
    pub area: Option<AreaId>,
    /// What kind of work.
    pub kind: Kind,
}

impl AlertRules {
    /// Incidents of that priority, in no area, whatever their labels say.
    pub fn new(priority: impl Into<PriorityId>) -> Self {
        Self { priority: priority.into(), area: None, kind: incident(), rules: Vec::new() }
    }

    /// What a ticket for alerts with these labels is.
    pub fn sort<'a>(&self, alerts: impl IntoIterator<Item = &'a BTreeMap<String, String>>) -> Sorted {
        let alerts: Vec<_> = alerts.into_iter().collect();
        let met = |rule: &&AlertRule| alerts.iter().any(|labels| rule.is_met_by(labels));
        let met: Vec<_> = self.rules.iter().filter(met).collect();
        let (priority, area) = (
            met.iter().find_map(|rule| rule.priority.clone()),
            met.iter().find_map(|rule| rule.area.clone()),
        );
        Sorted {
            priority: priority.unwrap_or_else(|| self.priority.clone()),
            area: area.or_else(|| self.area.clone()),
            kind: met.iter().find_map(|rule| rule.kind).unwrap_or(self.kind),
        }
    }
}

impl AlertRule {
    fn is_met_by(&self, labels: &BTreeMap<String, String>) -> bool {
        self.labels.iter().all(|(name, value)| labels.get(name) == Some(value))
    }
}

fn incident() -> Kind {
    Kind::Incident
}
