use std::fmt;
use std::str::FromStr;

use super::AdapterName;

/// A repository on a code host, by the names that people give both: stored as `github/acme/shop`.
///
/// ```
/// use supporty_core::vocab::Repository;
///
/// let shop: Repository = "github/acme/shop".parse()?;
/// assert_eq!((shop.host.as_str(), shop.name.as_str()), ("github", "acme/shop"));
/// assert!("shop".parse::<Repository>().is_err());
/// # Ok::<(), supporty_core::vocab::ParseRepositoryError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repository {
    /// The adapter of its host.
    pub host: AdapterName,
    /// What it is called there.
    pub name: String,
}

/// It names no repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no repository: expected the adapter of its host and its name there, as in `github/acme/shop`"
)]
pub struct ParseRepositoryError(String);

impl FromStr for Repository {
    type Err = ParseRepositoryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        match text.split_once('/').filter(|_| is_plain) {
            Some((host, name)) if !host.is_empty() && !name.is_empty() => {
                Ok(Self { host: host.into(), name: name.to_owned() })
            }
            _ => Err(ParseRepositoryError(text.to_owned())),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.name)
    }
}

crate::vocab::spelled!(Repository);
