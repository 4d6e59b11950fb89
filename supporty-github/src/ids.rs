use std::fmt;

use serde::{Deserialize, Serialize};
use supporty_core::adapter::Part;

/// A repository by its number, which it keeps when it is renamed or transferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RepositoryId(pub u64);

impl fmt::Display for RepositoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The GUID of the header `X-GitHub-Delivery`.
///
/// It names the event and not the attempt: a delivery that is
/// [sent again](https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#use-the-x-github-delivery-header) keeps it.
/// Two webhooks that both see an event, one of the repository and one of the organization, give it two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(String);

impl DeliveryId {
    /// What the header holds.
    pub fn new(guid: impl Into<String>) -> Self {
        Self(guid.into())
    }

    /// The GUID.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A commit: 40 hexadecimal digits, 64 where a repository uses SHA-256, fewer where a person has shortened it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Sha(String);

impl Sha {
    /// The least of it that people write.
    const SHORTEST: usize = 7;

    /// A commit of that name, in lower case. Nothing for what is none, and for the zeros by which GitHub says that there is
    /// no commit: before a branch was made, and after it was deleted.
    ///
    /// ```
    /// use supporty_github::Sha;
    /// assert_eq!(Sha::parse("A10867B").unwrap().as_str(), "a10867b");
    /// assert!(Sha::parse("0000000000000000000000000000000000000000").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (Self::SHORTEST..=64).contains(&text.len());
        let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let some = text.bytes().any(|byte| byte != b'0');
        (fits && hex && some).then(|| Self(text.to_ascii_lowercase()))
    }

    /// The commit that stands under a name.
    pub(crate) fn of(part: Part<'_>, name: &str) -> Option<Self> {
        part.text(name).and_then(Self::parse)
    }

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
