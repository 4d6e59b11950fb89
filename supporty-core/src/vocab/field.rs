use serde::{Deserialize, Serialize};

use super::TextRef;

/// What somebody filled in where the form asked more than the usual.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldValue {
    /// One of the policy's options.
    Choice(String),
    /// Their own words.
    Text(TextRef),
}
