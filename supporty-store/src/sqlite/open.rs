use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use supporty_core::adapter::{Error, ErrorKind, Retry};

use super::Sqlite;
use super::fault::Fault;
use super::list::add_has_word;
use super::schema::migrate;
use super::timers::Leases;
use super::worker::{Readers, Writer};
use crate::news::News;

/// How long a statement waits for another connection, a backup's say.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// How a [`Sqlite`] is opened.
///
/// ```no_run
/// use supporty_store::Options;
/// let store = Options::new("support.db").readers(4).open()?;
/// # Ok::<(), supporty_core::adapter::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    path: PathBuf,
    readers: usize,
    durability: Durability,
}

/// What a power cut may take back. A process that is killed loses nothing either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Nothing that was answered: each commit waits until the disk has it (`synchronous=FULL`). Commits that come at the
    /// same time wait together; one that comes alone takes as long as one sync of the disk, some 0.2 to 4 ms.
    #[default]
    Full,
    /// The last commits, even if they were answered, and never half of one (`synchronous=NORMAL`): the disk is waited for
    /// when the log is moved to the file. What is saved is one sync a commit: where that takes 0.1 to 0.2 ms, one caller
    /// commits one and a half times as often with large commits and three times with small ones.
    Normal,
}

impl Options {
    /// The defaults: two threads that read, and nothing that was answered is lost.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Self { path: path.as_ref().to_owned(), readers: 2, durability: Durability::Full }
    }

    /// What a power cut may take back.
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// How many threads read; at least one does. A backup keeps one of them busy.
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// See [`Sqlite::open`].
    pub fn open(self) -> Result<Sqlite, Error> {
        let doing = format!("opening the store `{}`", self.path.display());
        let unreachable = |error: io::Error| {
            let doing = format!("{doing}: make its directory and let this process write there");
            Error::new(ErrorKind::Forbidden, Retry::Never, doing).caused_by(error)
        };
        let path = resolve(&self.path).map_err(unreachable)?;
        let lock = lock(&path, &doing, unreachable)?;
        let refused = |fault: Fault| fault.while_doing(&doing);
        let mut connection = connect(&path).map_err(refused)?;
        migrate(&mut connection, &doing).map_err(refused)?;
        prepare_writer(&connection).map_err(refused)?;
        end_leases(&connection).map_err(refused)?;
        let readers = (0..self.readers).map(|_| connect(&path)).collect::<Result<_, _>>().map_err(refused)?;
        let no_thread = |error: io::Error| {
            Error::new(ErrorKind::Unavailable, Retry::Backoff, format!("{doing}: no thread could be started"))
                .caused_by(error)
        };
        let writer = Writer::start(connection, self.durability, lock).map_err(no_thread)?;
        let readers = Readers::start(readers).map_err(no_thread)?;
        Ok(Sqlite { path, readers, writer, leases: Arc::new(Leases::new()), news: News::default() })
    }
}

/// One name for one file, whatever links lead to it: the lock lies beside it.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let whole = std::path::absolute(path)?;
    match (fs::canonicalize(&whole), whole.parent(), whole.file_name()) {
        (Ok(file), ..) => Ok(file),
        (Err(_), Some(directory), Some(name)) => Ok(fs::canonicalize(directory)?.join(name)),
        (Err(error), ..) => Err(error),
    }
}

/// The right to use the file, which the operating system takes back however the process ends.
fn lock(path: &Path, doing: &str, unreachable: impl Fn(io::Error) -> Error) -> Result<File, Error> {
    let mut name = OsString::from(path);
    name.push(".lock");
    let file = File::options().create(true).truncate(false).write(true).open(name).map_err(&unreachable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let doing = format!("{doing}: close the other process, or the other handle");
            Err(Error::new(ErrorKind::InUse, Retry::Backoff, doing))
        }
        Err(TryLockError::Error(error)) => Err(unreachable(error)),
    }
}

fn connect(path: &Path) -> Result<Connection, Fault> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    add_has_word(&connection)?;
    Ok(connection)
}

fn prepare_writer(connection: &Connection) -> Result<(), Fault> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Erased words are overwritten, not only unlinked.
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(())
}

/// The lock is ours, so nobody is left of those who leased: what they did not finish is free at once.
fn end_leases(connection: &Connection) -> Result<(), Fault> {
    connection.execute_batch(
        "update timers set wake = due where wake > due;
         update inbox set wake = at where wake > at;
         update outbox set wake = at where fence is not null;",
    )?;
    Ok(())
}
