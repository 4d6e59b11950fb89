//! What GitHub's refusals mean here: one table for all that we ask.
//!
//! From <https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api> and
//! <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>.

use std::fmt;
use std::time::Duration;

use supporty_core::adapter::{Error, ErrorKind, Retry};

use crate::methods::Method;

/// How long the desk waits for somebody to mend the app or its token.
const MENDING: Duration = Duration::from_secs(5 * 60);

/// What the desk does when GitHub says no.
///
/// | | for example | the error's kind | it is tried again |
/// |---|---|---|---|
/// | `Again` | 409 | `Unavailable` | later and later |
/// | `Waits` | 403 with `x-ratelimit-remaining: 0`, 403 or 429 of a secondary limit | `RateLimited` | when GitHub says, or after a minute, then two, four … |
/// | `Mending` | 401, 403 | `Forbidden` | after five minutes |
/// | `NotThere` | 404 | `NotFound` | no |
/// | `Closed` | 410, 451, 403 of what is archived or locked | `Gone` | no |
/// | `Lists` | 422 | `Invalid` | no |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Then {
    /// It tries again, later and later still, and looks before it writes again.
    Again,
    /// It waits as long as GitHub says.
    Waits,
    /// Somebody must mend the app or its token: it waits for that, and nothing is given up.
    Mending,
    /// It is not there, or we may not see it: GitHub does not say which, so that nobody learns of what is private.
    NotThere,
    /// It can not be written to any more.
    Closed,
    /// What we sent is wrong: it is listed for the operator.
    Lists,
}

/// Statuses, with a word of the message where one status means several things, and what the desk does. The first that fits
/// counts.
const TABLE: &[(u16, &str, Then)] = &[
    (400, "", Then::Lists),
    (401, "", Then::Mending),
    // "Repository was archived so is read-only."
    (403, "archived", Then::Closed),
    (403, "read-only", Then::Closed),
    // "Unable to create comment because issue is locked."
    (403, "is locked", Then::Closed),
    (403, "", Then::Mending),
    (404, "", Then::NotThere),
    (409, "", Then::Again),
    // "Issues are disabled for this repo", "This issue was deleted".
    (410, "", Then::Closed),
    (413, "", Then::Lists),
    (415, "", Then::Lists),
    (422, "", Then::Lists),
    (451, "", Then::Closed),
];

/// What the desk does about a refusal. One that nobody has heard of may pass: it is tried again, and listed in the end.
pub(crate) fn then(status: u16, message: &str) -> Then {
    let fits = |(code, word, _): &&(u16, &str, Then)| *code == status && message.contains(word);
    TABLE.iter().find(fits).map_or(Then::Again, |(_, _, then)| *then)
}

impl Then {
    fn kind(self) -> ErrorKind {
        match self {
            Self::Again => ErrorKind::Unavailable,
            Self::Waits => ErrorKind::RateLimited,
            Self::Mending => ErrorKind::Forbidden,
            Self::NotThere => ErrorKind::NotFound,
            Self::Closed => ErrorKind::Gone,
            Self::Lists => ErrorKind::Invalid,
        }
    }

    fn retry(self) -> Retry {
        match self {
            Self::Again | Self::Waits => Retry::Backoff,
            Self::Mending => Retry::After(MENDING),
            Self::NotThere | Self::Closed | Self::Lists => Retry::Never,
        }
    }
}

/// Why a request came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// GitHub said no.
    Refused {
        /// What was asked.
        method: Method,
        /// The status of the answer.
        status: u16,
        /// GitHub's words for why, without what people wrote.
        message: String,
        /// What would be allowed to do it, as `X-Accepted-GitHub-Permissions` says (`issues=write`), or the scopes of a
        /// classic token.
        needed: Option<String>,
    },
    /// GitHub, or our own pace, asks to come later.
    Later {
        /// What was asked.
        method: Method,
        /// How much later.
        wait: Duration,
    },
    /// It never left: nobody was reached.
    Unreached(Method),
    /// It left, and nobody knows what became of it.
    Unknown(Method),
    /// GitHub's answer is none, or leads elsewhere.
    Garbled(Method),
    /// The app's key can not sign.
    NoKey(Method),
    /// The app is not installed there, or not any more.
    NotInstalled(Method),
}

impl Failure {
    /// The status of GitHub's answer, if it said no.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What the desk does about it.
    pub fn then(&self) -> Then {
        match self {
            Self::Refused { status, message, .. } => then(*status, message),
            Self::Later { .. } => Then::Waits,
            Self::Unreached(_) | Self::Unknown(_) | Self::Garbled(_) => Then::Again,
            Self::NoKey(_) | Self::NotInstalled(_) => Then::Mending,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { method, status, message, needed } => {
                write!(f, "{}: GitHub says {status} {message}", method.name())?;
                match (status, needed) {
                    (401, _) => f.write_str(": the token is wrong or was taken back, make another"),
                    (403, Some(needed)) if self.then() == Then::Mending => {
                        write!(
                            f,
                            ": the permission `{needed}` is missing, give it to the app and accept it where it is installed"
                        )
                    }
                    (404, _) => f.write_str(": it is gone, or we have no access to it"),
                    _ => Ok(()),
                }
            }
            Self::Later { method, wait } => {
                write!(f, "{}: not for {} seconds", method.name(), wait.as_secs().max(1))
            }
            Self::Unreached(method) => write!(f, "{}: GitHub was not reached", method.name()),
            Self::Unknown(method) => write!(f, "{}: nobody knows whether it was done", method.name()),
            Self::Garbled(method) => write!(f, "{}: the answer can not be understood", method.name()),
            Self::NoKey(method) => write!(f, "{}: the app's private key can not sign", method.name()),
            Self::NotInstalled(method) => {
                write!(f, "{}: the app is not installed there: install it for that repository", method.name())
            }
        }
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let then = failure.then();
        let (kind, retry) = match &failure {
            Failure::Later { wait, .. } => (ErrorKind::RateLimited, Retry::After(*wait)),
            Failure::Unknown(method) | Failure::Garbled(method) if method.writes() => {
                (ErrorKind::Unknown, Retry::Backoff)
            }
            _ => (then.kind(), then.retry()),
        };
        let doing = match &failure {
            Failure::Refused { status, needed: Some(needed), .. } if then == Then::Mending => {
                format!("asking GitHub ({status}, needs {needed})")
            }
            Failure::Refused { status, .. } => format!("asking GitHub ({status})"),
            _ => "asking GitHub".to_owned(),
        };
        Self::new(kind, retry, doing).caused_by(failure)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_pass_is_tried_again_and_what_can_not_is_not() {
        let refused = |status: u16, message: &str| {
            let message = message.to_owned();
            let failure = Failure::Refused { method: Method::IssueCreate, status, message, needed: None };
            let error = Error::from(failure);
            (error.kind, error.retry)
        };
        assert_eq!(refused(404, "Not Found"), (ErrorKind::NotFound, Retry::Never));
        assert_eq!(refused(410, "Issues are disabled for this repo"), (ErrorKind::Gone, Retry::Never));
        assert_eq!(refused(403, "Repository was archived so is read-only."), (ErrorKind::Gone, Retry::Never));
        assert_eq!(refused(401, "Bad credentials"), (ErrorKind::Forbidden, Retry::After(MENDING)));
        assert_eq!(refused(418, ""), (ErrorKind::Unavailable, Retry::Backoff));
    }

    #[test]
    fn without_an_answer_only_a_write_is_in_doubt() {
        assert_eq!(Error::from(Failure::Unknown(Method::IssueCreate)).kind, ErrorKind::Unknown);
        assert_eq!(Error::from(Failure::Unknown(Method::Issue)).kind, ErrorKind::Unavailable);
        assert_eq!(Error::from(Failure::Unreached(Method::IssueCreate)).kind, ErrorKind::Unavailable);
    }
}
