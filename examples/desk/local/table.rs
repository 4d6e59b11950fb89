use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, params};
use supporty_core::adapter::{Card, Error, ErrorKind, Retry};
use supporty_core::vocab::{Time, micros};

use super::{Body, Line, Said};

/// The version of the table below, kept in the file's header.
const VERSION: i64 = 1;

const SCHEMA: &str = "
    CREATE TABLE local_messages (
        id         INTEGER PRIMARY KEY AUTOINCREMENT,
        root       INTEGER REFERENCES local_messages (id),
        channel    TEXT NOT NULL,
        ticket     TEXT,
        at         INTEGER NOT NULL,
        body       TEXT NOT NULL,
        effect     TEXT UNIQUE,
        submission TEXT UNIQUE,
        handed     INTEGER NOT NULL DEFAULT 1,
        refused    TEXT
    ) STRICT;
    CREATE INDEX local_threads ON local_messages (root, id);
    CREATE INDEX local_channels ON local_messages (channel, id) WHERE root IS NULL;
    CREATE INDEX local_cards ON local_messages (ticket) WHERE ticket IS NOT NULL;
    CREATE INDEX local_unhanded ON local_messages (id) WHERE handed = 0;
    PRAGMA user_version = 1;
";

/// How long a statement waits for another connection.
const PATIENCE: Duration = Duration::from_secs(5);

const LINE: &str = "SELECT id, root, channel, at, body, refused FROM local_messages";

/// Why the file of the chat can not be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A later version of this program made it.
    #[error("the chat's file is of version {found}, and this program knows {VERSION}: run the newer one")]
    Newer {
        /// What the file says.
        found: i64,
    },
    /// There is a file already where it was to be copied to.
    #[error("`{to}` exists: choose another name")]
    Taken {
        /// Where.
        to: String,
    },
    /// SQLite does not open it.
    #[error("the chat's file can not be opened: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// The messages, in SQLite. Cheap to clone; a call runs on a thread that may block.
#[derive(Clone)]
pub struct Table {
    connection: Arc<Mutex<Connection>>,
}

/// What the calls run on.
pub(super) struct Open<'a>(pub(super) &'a Connection);

impl Table {
    /// The table of a file.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::with(Connection::open(path)?)
    }

    /// A table that is gone with the process.
    pub fn in_memory() -> Result<Self, OpenError> {
        Self::with(Connection::open_in_memory()?)
    }

    /// A message that was shown stays shown when the power goes: every commit reaches the disk before it is answered.
    fn with(connection: Connection) -> Result<Self, OpenError> {
        connection.busy_timeout(PATIENCE)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // Words that were taken out are overwritten, not only unlinked.
        connection.pragma_update(None, "secure_delete", true)?;
        match connection.pragma_query_value(None, "user_version", |row| row.get(0))? {
            0 => connection.execute_batch(&format!("BEGIN; {SCHEMA} COMMIT;"))?,
            VERSION => {}
            found => return Err(OpenError::Newer { found }),
        }
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    pub(super) async fn call<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Open) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let connection = Arc::clone(&self.connection);
        let unavailable = || Error::new(ErrorKind::Unavailable, Retry::Backoff, doing);
        let done = tokio::task::spawn_blocking(move || {
            work(&Open(&connection.lock().unwrap_or_else(PoisonError::into_inner)))
        });
        match done.await {
            Ok(done) => done.map_err(|error| unavailable().caused_by(error)),
            Err(stopped) => Err(unavailable().caused_by(stopped)),
        }
    }
}

/// Copies a chat's file to a new one, also while a desk runs.
pub fn back_up_file(path: &Path, to: &Path) -> Result<(), OpenError> {
    if to.exists() {
        return Err(OpenError::Taken { to: to.display().to_string() });
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(PATIENCE)?;
    connection.execute("VACUUM INTO ?", [to.to_string_lossy()])?;
    Ok(())
}

/// Where a message goes.
pub(super) enum Spot {
    Channel(String),
    Below(i64),
}

impl Open<'_> {
    /// The message of an effect; the one that it made the first time, if it was here before.
    pub(super) fn deliver(
        &self,
        effect: &str,
        spot: &Spot,
        body: &Body,
        at: Time,
    ) -> rusqlite::Result<Option<Line>> {
        if let Some(line) = self.of_effect(effect)? {
            return Ok(Some(line));
        }
        let (root, channel) = match spot {
            Spot::Channel(channel) => (None, channel.clone()),
            Spot::Below(root) => match self.line(*root)? {
                Some(line) => (Some(*root), line.channel),
                None => return Ok(None),
            },
        };
        let ticket = match body {
            Body::Card(card) => Some(card.key.to_string()),
            Body::Told(_) | Body::Said(_) => None,
        };
        self.0.execute(
            "INSERT INTO local_messages (root, channel, ticket, at, body, effect) VALUES (?, ?, ?, ?, ?, ?)",
            params![root, channel, ticket, micros(at).timestamp_micros(), encode(body)?, effect],
        )?;
        self.line(self.0.last_insert_rowid())
    }

    pub(super) fn fill(&self, lines: &[Line]) -> rusqlite::Result<()> {
        let all = self.0.unchecked_transaction()?;
        for line in lines {
            let ticket = line.card().map(|card| card.key.to_string());
            let (at, body) = (micros(line.at).timestamp_micros(), encode(&line.body)?);
            let sql =
                "INSERT INTO local_messages (id, root, channel, ticket, at, body) VALUES (?, ?, ?, ?, ?, ?)";
            let mut insert = all.prepare_cached(sql)?;
            insert.execute(params![line.id, line.root, line.channel, ticket, at, body])?;
        }
        all.commit()
    }

    /// Whether there was such a card to change.
    pub(super) fn replace(&self, id: i64, card: &Card) -> rusqlite::Result<bool> {
        let body = encode(&Body::Card(Box::new(card.clone())))?;
        let changed = self.0.execute(
            "UPDATE local_messages SET body = ? WHERE id = ? AND ticket IS NOT NULL",
            params![body, id],
        )?;
        Ok(changed == 1)
    }

    /// What somebody typed below a root; nothing if there is no such root.
    pub(super) fn say(&self, root: i64, said: &Said, at: Time) -> rusqlite::Result<Option<Line>> {
        let Some(Line { channel, .. }) = self.line(root)? else { return Ok(None) };
        self.0.execute(
            "INSERT INTO local_messages (root, channel, at, body, submission, handed)
             VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (submission) DO NOTHING",
            params![
                root,
                channel,
                micros(at).timestamp_micros(),
                encode(&Body::Said(said.clone()))?,
                said.submission
            ],
        )?;
        self.one("WHERE submission = ?", params![said.submission])
    }

    pub(super) fn handed(&self, id: i64, refused: Option<&str>) -> rusqlite::Result<()> {
        let sql = "UPDATE local_messages SET handed = 1, refused = ? WHERE id = ?";
        self.0.execute(sql, params![refused, id]).map(drop)
    }

    pub(super) fn unhanded(&self) -> rusqlite::Result<Vec<Line>> {
        self.many("WHERE handed = 0 ORDER BY id", params![])
    }

    pub(super) fn of_effect(&self, effect: &str) -> rusqlite::Result<Option<Line>> {
        self.one("WHERE effect = ?", params![effect])
    }

    pub(super) fn root_of(&self, ticket: &str) -> rusqlite::Result<Option<Line>> {
        self.one("WHERE ticket = ? ORDER BY id LIMIT 1", params![ticket])
    }

    pub(super) fn roots(&self, channel: &str) -> rusqlite::Result<Vec<Line>> {
        self.many(
            "WHERE channel = ? AND root IS NULL AND ticket IS NOT NULL ORDER BY id DESC LIMIT 500",
            params![channel],
        )
    }

    pub(super) fn messages(&self, channel: &str) -> rusqlite::Result<Vec<Line>> {
        let mut lines = self.many(
            "WHERE channel = ? AND root IS NULL AND ticket IS NULL ORDER BY id DESC LIMIT 200",
            params![channel],
        )?;
        lines.reverse();
        Ok(lines)
    }

    pub(super) fn thread(&self, root: i64) -> rusqlite::Result<Vec<Line>> {
        self.many("WHERE id = ?1 OR root = ?1 ORDER BY id", params![root])
    }

    fn line(&self, id: i64) -> rusqlite::Result<Option<Line>> {
        self.one("WHERE id = ?", params![id])
    }

    fn one(&self, rest: &str, values: impl rusqlite::Params) -> rusqlite::Result<Option<Line>> {
        self.0.prepare_cached(&format!("{LINE} {rest}"))?.query_row(values, line).optional()
    }

    fn many(&self, rest: &str, values: impl rusqlite::Params) -> rusqlite::Result<Vec<Line>> {
        self.0.prepare_cached(&format!("{LINE} {rest}"))?.query_map(values, line)?.collect()
    }
}

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let (at, body): (i64, String) = (row.get(3)?, row.get(4)?);
    let unreadable = |column, error: Box<dyn std::error::Error + Send + Sync>| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error)
    };
    Ok(Line {
        id: row.get(0)?,
        root: row.get(1)?,
        channel: row.get(2)?,
        at: Time::from_timestamp_micros(at).ok_or_else(|| unreadable(3, "not an instant".into()))?,
        body: serde_json::from_str(&body).map_err(|error| unreadable(4, error.into()))?,
        refused: row.get(5)?,
    })
}

pub(super) fn encode(body: &Body) -> rusqlite::Result<String> {
    serde_json::to_string(body).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
