use serde::Serialize;
use sha2::{Digest, Sha256};

use super::cut::{measure, whole};
use super::{Limit, TooLong, cut, limit};

/// What stands where Slack refuses a text without characters.
const NOTHING: &str = "–";

/// A text in which Slack obeys neither markup nor the names of emoji.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "plain_text")]
pub struct Plain {
    text: String,
    emoji: bool,
}

impl Plain {
    /// The text, cut to what fits there.
    pub fn new(text: &str, limit: Limit) -> Self {
        let text = if text.trim().is_empty() { NOTHING } else { text };
        Self { text: cut(text, limit).into_owned(), emoji: false }
    }

    /// The text as it is shown.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// What something is called, to be known again when it comes back.
///
/// One that is too long ends with a digest of the whole, so that two stay two: whoever reads it compares it with the id
/// of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Id(String);

impl Id {
    /// The id of that name.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        if measure(&name) <= limit::ACTION_ID.most {
            return Self(name);
        }
        let digest: String = Sha256::digest(&name).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let room = Limit { most: limit::ACTION_ID.most - digest.len(), ..limit::ACTION_ID };
        Self(format!("{}{digest}", cut(&name, room)))
    }

    /// The id as Slack knows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a button or a link leads: `http` or `https` only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Url(String);

impl Url {
    /// The address, unless Slack would refuse it.
    pub fn new(url: &str) -> Option<Self> {
        let known = url.starts_with("https://") || url.starts_with("http://");
        let clean = !url.chars().any(|c| c.is_whitespace() || c.is_control() || "<>|\"".contains(c));
        (known && clean).then(|| whole(url.to_owned(), limit::LINK).ok()).flatten().map(Self)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a button or an option means to us: never cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Value(String);

impl Value {
    /// What a button carries.
    pub fn of_button(value: impl Into<String>) -> Result<Self, TooLong> {
        whole(value.into(), limit::BUTTON_VALUE).map(Self)
    }

    /// What an option carries.
    pub fn of_option(value: impl Into<String>) -> Result<Self, TooLong> {
        whole(value.into(), limit::OPTION_VALUE).map(Self)
    }

    /// The value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
