use std::fmt;
use std::str::FromStr;

use smol_str::SmolStr;

/// A ticket's name: a prefix and a number, `SUP-42`.
///
/// Numbers are reserved before a ticket is opened: gaps are allowed, and no number is used twice.
///
/// ```
/// use supporty_core::vocab::TicketKey;
/// let key: TicketKey = "SUP-42".parse()?;
/// assert_eq!((key.prefix(), key.number()), ("SUP", 42));
/// assert!("SUP-042".parse::<TicketKey>().is_err());
/// # Ok::<(), supporty_core::vocab::ParseKeyError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketKey {
    prefix: SmolStr,
    number: u64,
}

impl TicketKey {
    /// The key of a reserved number.
    pub fn new(prefix: &str, number: u64) -> Self {
        Self { prefix: SmolStr::new(prefix), number }
    }

    /// What stands before the dash.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The number, which orders the tickets of a desk by age.
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl fmt::Display for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.prefix, self.number)
    }
}

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is not a ticket key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a ticket key: expected capital letters, a dash and a number, as in `SUP-42`")]
pub struct ParseKeyError(String);

impl FromStr for TicketKey {
    type Err = ParseKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseKeyError(text.to_owned());
        let (prefix, digits) = text.split_once('-').ok_or_else(wrong)?;
        let starts_well = prefix.starts_with(|c: char| c.is_ascii_uppercase());
        let prefix_ok = starts_well && prefix.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let digits_ok = !digits.starts_with('0') && digits.chars().all(|c| c.is_ascii_digit());
        match digits.parse() {
            Ok(number) if prefix_ok && digits_ok => Ok(Self::new(prefix, number)),
            _ => Err(wrong()),
        }
    }
}

crate::vocab::spelled!(TicketKey);
