//! A desk's log, read to its end beside whoever writes it.

use std::path::PathBuf;

use supporty_core::adapter::{Error, ErrorKind, Retry};
use supporty_core::desk::History;
use supporty_core::vocab::Time;
use supporty_store::{Logged, PostgresOptions, Sqlite, read_lines};

use crate::kept::Db;

/// Where a log lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Log {
    /// In a store, which may be in use.
    Store(Db),
    /// In a file of lines that a store exported.
    Lines(PathBuf),
}

impl Log {
    /// Hands out all of it, as it is at one instant; nothing is changed. It blocks the thread.
    ///
    /// `DESK_DB_PASSWORD` is for a server that asks for a password.
    pub fn read<E: From<Error>>(&self, take: impl FnMut(Logged) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Lines(file) => read_lines(file, take),
            Self::Store(Db::File(file)) => Sqlite::read_log(file, take),
            Self::Store(Db::Server { url, desk }) => {
                let mut options = PostgresOptions::new(url)?.desk(desk);
                if let Ok(password) = std::env::var("DESK_DB_PASSWORD") {
                    options = options.password(&password);
                }
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|error| {
                    let doing = "starting what asks the server";
                    Error::new(ErrorKind::Unavailable, Retry::Never, doing).caused_by(error)
                })?;
                runtime.block_on(options.read_log(take))
            }
        }
    }

    /// The history in it. Whoever looks hears how many tickets there are, and of each that was read.
    pub fn history(&self, mut look: impl FnMut(Progress)) -> Result<History, LogError> {
        let mut history = History::new();
        self.read(|logged| {
            match logged {
                Logged::Policy { version, body } => {
                    let policy = serde_json::from_str(&body)
                        .map_err(|source| LogError::Policy { version: version.to_string(), source })?;
                    history.remember(version, policy);
                }
                Logged::Extent { tickets, period } => {
                    look(Progress::Of { tickets, since: period.map(|(first, _)| first) });
                }
                Logged::Stream { stream, entries } => {
                    history.add(&stream, &entries);
                    if stream.ticket().is_some() {
                        look(Progress::Ticket);
                    }
                }
            }
            Ok::<(), LogError>(())
        })?;
        Ok(history)
    }
}

/// How far a log is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is this long.
    Of {
        /// How many tickets there are.
        tickets: u64,
        /// When the first entry of any stream was.
        since: Option<Time>,
    },
    /// One more is read.
    Ticket,
}

/// Why a log came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// It can not be read.
    #[error(transparent)]
    Store(#[from] Error),
    /// One of its policies is not one for this version.
    #[error("the stored policy {version} can not be read: run the version that wrote it, or newer")]
    Policy {
        /// Which.
        version: String,
        /// Why.
        source: serde_json::Error,
    },
}
