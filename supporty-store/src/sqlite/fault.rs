use rusqlite::ErrorCode;
use supporty_core::adapter::{Error, ErrorKind, Retry};

/// Why a piece of work on the database failed.
pub(super) enum Fault {
    /// The contract refuses it.
    Refused(Error),
    /// The database does.
    Sql(rusqlite::Error),
}

pub(super) type Outcome<T> = Result<T, Fault>;

impl Fault {
    pub(super) fn while_doing(self, doing: &str) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Sql(error) => sql_error(doing, &error),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

/// What the database says, without the statement's text and values: those may be somebody's words.
pub(super) fn sql_error(doing: &str, error: &rusqlite::Error) -> Error {
    let (kind, retry, advice) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (ErrorKind::Unavailable, Retry::Backoff, "; another program holds the database: close it")
        }
        Some(ErrorCode::OperationAborted) => (ErrorKind::Unavailable, Retry::Backoff, ""),
        Some(ErrorCode::DiskFull) => {
            (ErrorKind::Unavailable, Retry::Backoff, "; the disk is full: make room")
        }
        Some(ErrorCode::SystemIoFailure) => {
            (ErrorKind::Unavailable, Retry::Backoff, "; the disk does not answer: look at the system's log")
        }
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => (
            ErrorKind::Forbidden,
            Retry::Never,
            "; let this process read and write the file and its directory",
        ),
        Some(ErrorCode::NotADatabase) => {
            (ErrorKind::Corrupt, Retry::Never, "; the file is not a database: choose another file")
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            (ErrorKind::Corrupt, Retry::Never, "; the database is damaged: restore it from a backup")
        }
        Some(_) => (ErrorKind::Invalid, Retry::Never, ""),
        None => (ErrorKind::Corrupt, Retry::Never, ""),
    };
    let mapped = Error::new(kind, retry, format!("{doing}{advice}"));
    match error.sqlite_error() {
        Some(code) => mapped.caused_by(*code),
        None => mapped,
    }
}

/// The database's threads are gone.
pub(super) fn stopped(doing: &str) -> Error {
    Error::new(
        ErrorKind::Unavailable,
        Retry::Never,
        format!("{doing}; the database has stopped: open it again"),
    )
}
