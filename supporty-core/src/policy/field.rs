use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::vocab::FieldId;

/// A question that the form asks beside the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its short name.
    pub id: FieldId,
    /// What is asked.
    pub label: String,
    /// What it can be answered with; without any, with words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Whether it must be answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Which tickets it is asked for.
    #[serde(default, skip_serializing_if = "Condition::is_open")]
    pub when: Condition,
    /// The options that restrict the ticket to its readers.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub restricts: BTreeSet<String>,
}

impl Field {
    /// The question that a form for a critical ticket asks before somebody is woken. It needs no line in the policy.
    pub const IMPACT: &str = "impact";
}
