use std::fmt;
use std::time::Duration;

/// What went wrong behind a trait, and whether to try again.
///
/// ```
/// use supporty_core::adapter::{Error, ErrorKind, Retry};
/// let error = Error::new(ErrorKind::Unavailable, Retry::Backoff, "posting a message");
/// assert_eq!(error.to_string(), "posting a message: the other side did not answer");
/// ```
#[derive(Debug, thiserror::Error)]
pub struct Error {
    /// What it means here.
    pub kind: ErrorKind,
    /// Whether the same call may work later.
    pub retry: Retry,
    /// What was being done, without secrets and without people's text.
    pub doing: String,
    /// What lies below.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What an error means to the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Somebody else wrote first: load again and decide again.
    Conflict,
    /// The lease is over, and another worker may have it.
    Fenced,
    /// Another process has it, and shares it with nobody.
    InUse,
    /// It does not exist.
    NotFound,
    /// The adapter does not do this, as its capability says.
    Unsupported,
    /// The other side did not answer.
    Unavailable,
    /// We asked too often.
    RateLimited,
    /// We are not allowed to.
    Forbidden,
    /// What we sent is wrong, and will stay so.
    Invalid,
    /// What is stored can not be read.
    Corrupt,
    /// A newer version wrote it.
    Newer,
    /// Where it should go is gone: archived, deleted.
    Gone,
    /// We do not know whether it was delivered.
    Unknown,
}

/// Whether the same call may work later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// It will fail again.
    Never,
    /// Later, and later still.
    Backoff,
    /// Not before that has passed.
    After(Duration),
}

impl Error {
    /// An error without a source.
    pub fn new(kind: ErrorKind, retry: Retry, doing: impl Into<String>) -> Self {
        Self { kind, retry, doing: doing.into(), source: None }
    }

    /// Another writer was first.
    pub fn conflict(doing: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, Retry::Backoff, doing)
    }

    /// The capability says no.
    pub fn unsupported(doing: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, Retry::Never, doing)
    }

    /// The lease is over.
    pub fn fenced(doing: impl Into<String>) -> Self {
        Self::new(ErrorKind::Fenced, Retry::Never, doing)
    }

    /// Keeps what lies below.
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.doing, self.kind)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Conflict => "somebody else wrote first",
            Self::Fenced => "the lease is over",
            Self::InUse => "somebody else is using it",
            Self::NotFound => "it does not exist",
            Self::Unsupported => "the adapter does not do this",
            Self::Unavailable => "the other side did not answer",
            Self::RateLimited => "we asked too often",
            Self::Forbidden => "we are not allowed to",
            Self::Invalid => "what we sent was refused",
            Self::Corrupt => "what is stored can not be read",
            Self::Newer => "a newer version wrote it",
            Self::Gone => "the place is gone",
            Self::Unknown => "it is not known whether it was delivered",
        })
    }
}
