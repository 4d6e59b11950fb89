use serde::{Deserialize, Serialize};

use crate::vocab::Repository;

/// What is written on code hosts. By itself nothing is: repositories have readers of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Where issues are opened for tickets whose area names no place of its own. Nowhere, unless it is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issues: Option<Repository>,
    /// What is put on those issues, and on changes that are meant to solve a ticket.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Whether a change hears below it which ticket it solves or caused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub comments: bool,
    /// Whether a change that is meant to solve a ticket shows it beside its newest commit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub checks: bool,
}

impl Code {
    pub(crate) fn is_silent(&self) -> bool {
        *self == Self::default()
    }
}
