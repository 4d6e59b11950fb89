use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use supporty_core::adapter::{Error, ErrorKind, Retry};
use supporty_core::stream::RawEntry;
use supporty_core::vocab::PolicyVersion;

use super::Sqlite;
use super::fault::{Fault, Outcome};
use super::open::PATIENCE;
use super::schema::check_version;
use super::value::{At, Named, count};
use crate::logged::{Logged, Together};

impl Sqlite {
    /// Reads everything that a store's file has logged, as it is at one instant, also while a desk works on it: nothing of it
    /// is changed, and nobody who writes is held up. While it goes on, what is written meanwhile stays in the file's `-wal`.
    ///
    /// One stream is held at a time. Refuses what [`open`](Self::open) refuses, but for a file in use. It blocks the thread.
    ///
    /// ```no_run
    /// use supporty_store::{Logged, Sqlite};
    /// let mut entries = 0;
    /// Sqlite::read_log("support.db", |part| {
    ///     if let Logged::Stream { entries: some, .. } = part {
    ///         entries += some.len();
    ///     }
    ///     Ok::<(), supporty_core::adapter::Error>(())
    /// })?;
    /// # Ok::<(), supporty_core::adapter::Error>(())
    /// ```
    pub fn read_log<E: From<Error>>(
        path: impl AsRef<Path>,
        mut take: impl FnMut(Logged) -> Result<(), E>,
    ) -> Result<(), E> {
        let path = path.as_ref();
        let doing = format!("reading the store `{}`", path.display());
        let refused = |fault: Fault| fault.while_doing(&doing);
        let connection = open(path, &doing)?;
        policies(&connection).map_err(refused)?.into_iter().try_for_each(&mut take)?;
        streams(&connection, "not like", &doing, &mut take)?;
        take(extent(&connection).map_err(refused)?)?;
        streams(&connection, "like", &doing, &mut take)
    }
}

/// Everything that is read from it is of one instant.
fn open(path: &Path, doing: &str) -> Result<Connection, Error> {
    if !path.exists() {
        let doing = format!("{doing} (name the file that the desk keeps everything in)");
        return Err(Error::new(ErrorKind::NotFound, Retry::Never, doing));
    }
    let opened = || -> Outcome<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.execute_batch("begin")?;
        if !check_version(&connection, doing)?.is_empty() {
            let doing = format!("{doing}, which an older version wrote: let the desk open it once");
            return Err(Error::new(ErrorKind::Invalid, Retry::Never, doing).into());
        }
        Ok(connection)
    };
    opened().map_err(|fault| fault.while_doing(doing))
}

fn policies(db: &Connection) -> Outcome<Vec<Logged>> {
    let mut statement = db.prepare("select version, body from policies order by version")?;
    let policies = statement.query_map([], |row| {
        Ok(Logged::Policy { version: PolicyVersion::new(row.get::<_, String>(0)?), body: row.get(1)? })
    })?;
    Ok(policies.collect::<Result<_, _>>()?)
}

fn extent(db: &Connection) -> Outcome<Logged> {
    let tickets =
        db.query_one("select count(*) from streams where name like 'ticket/%'", [], |row| row.get(0))?;
    let period = db.query_one("select min(at), max(at) from entries", [], |row| {
        let (first, last): (Option<At>, Option<At>) = (row.get(0)?, row.get(1)?);
        Ok(first.zip(last).map(|(At(first), At(last))| (first, last)))
    })?;
    Ok(Logged::Extent { tickets: count(tickets), period })
}

fn streams<E: From<Error>>(
    db: &Connection,
    like: &str,
    doing: &str,
    take: &mut impl FnMut(Logged) -> Result<(), E>,
) -> Result<(), E> {
    let refused = |error: rusqlite::Error| E::from(Fault::from(error).while_doing(doing));
    let sql = format!(
        "select streams.id, name, seq, at, kind, body from streams cross join entries on stream = streams.id
         where name {like} 'ticket/%' order by streams.id, seq"
    );
    let mut statement = db.prepare(&sql).map_err(refused)?;
    let mut rows = statement.query([]).map_err(refused)?;
    let mut together = Together::default();
    while let Some(row) = rows.next().map_err(refused)? {
        let mut read = || {
            let At(at) = row.get(3)?;
            let entry = RawEntry { seq: count(row.get(2)?), at, kind: row.get(4)?, body: row.get(5)? };
            let name = || row.get(1).map(|Named(stream)| stream);
            together.row(row.get(0)?, name, entry)
        };
        let whole = read().map_err(refused)?;
        whole.into_iter().try_for_each(&mut *take)?;
    }
    together.end().into_iter().try_for_each(take)
}
