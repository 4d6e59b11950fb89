use std::error::Error as _;
use std::fmt;

use supporty_core::adapter::{Error, ErrorKind, Retry};
use tokio_postgres::error::SqlState;

/// What the database says, without the statement's values and without what it quotes of them: those may be somebody's
/// words.
pub(super) fn sql_error(doing: &str, error: &tokio_postgres::Error) -> Error {
    let Some(state) = error.code() else {
        let io = error.source().filter(|source| source.is::<std::io::Error>());
        // What this side says of an error, and the system of a connection, has no values in it.
        let why = io.map(|io| format!(": {io}")).unwrap_or_default();
        let doing = format!("{doing}; {error}{why}");
        return match error.is_closed() || io.is_some() {
            true => Error::new(ErrorKind::Unavailable, Retry::Backoff, doing),
            false => Error::new(ErrorKind::Invalid, Retry::Never, doing),
        };
    };
    let (kind, retry, advice) = meaning(state);
    Error::new(kind, retry, format!("{doing}{advice}")).caused_by(State(state.code().to_owned()))
}

/// Nobody knows whether it was done: whoever asked looks again.
pub(super) fn lost(doing: &str) -> Error {
    let doing = format!("{doing}; the connection to the database was lost");
    Error::new(ErrorKind::Unavailable, Retry::Backoff, doing)
}

/// The standard's state of an error.
#[derive(Debug)]
struct State(String);

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SQLSTATE {}", self.0)
    }
}

impl std::error::Error for State {}

fn meaning(state: &SqlState) -> (ErrorKind, Retry, &'static str) {
    use ErrorKind::{Conflict, Corrupt, Forbidden, Invalid, Unavailable};
    let (class, _) = state.code().split_at_checked(2).unwrap_or_default();
    match class {
        "23" | "40" => (Conflict, Retry::Backoff, ""),
        "28" => (Forbidden, Retry::Never, "; the database refuses this user: look at its name and password"),
        "3D" => (Forbidden, Retry::Never, "; there is no such database: create it"),
        "53" => (Unavailable, Retry::Backoff, "; the database is out of memory, disk or connections"),
        "08" | "55" | "57" | "58" => (Unavailable, Retry::Backoff, ""),
        "25" => (Unavailable, Retry::Backoff, "; this is a standby: connect to the primary"),
        "22" => (Invalid, Retry::Never, ""),
        _ if *state == SqlState::INSUFFICIENT_PRIVILEGE => {
            (Forbidden, Retry::Never, "; let this user create and use the schema `supporty`")
        }
        _ => (Corrupt, Retry::Never, "; the tables are not those of supporty: look at the schema `supporty`"),
    }
}
