use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use rusqlite::{Connection, params};
use supporty_core::adapter::{Error, ErrorKind, Retry, StoreStatistics};
use supporty_core::vocab::{PersonId, Time};

use super::fault::Outcome;
use super::value::{At, count};
use crate::shared::{invalid, without};

pub(super) fn erase(db: &Connection, author: &PersonId) -> Outcome<u64> {
    let texts = db.execute("delete from texts where author = ?", [author.as_str()])?;
    let mut erased = texts as u64;
    let waiting = db
        .prepare("select number, body from inbox where wake is not null")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<Vec<(i64, String)>, _>>()?;
    for (number, body) in waiting {
        if let Some((rest, gone)) = without(author, &body) {
            db.execute("update inbox set body = ? where number = ?", params![rest, number])?;
            erased += gone;
        }
    }
    Ok(erased)
}

/// Moves what was written to the file itself, so that the log beside it has no older pages.
///
/// While a long read goes on, a backup say, they stay until the next time.
pub(super) fn truncate_log(db: &Connection) -> Outcome<()> {
    db.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
    Ok(())
}

pub(super) fn check(db: &Connection) -> Outcome<Vec<String>> {
    let mut wrong =
        strings(db, "select integrity_check from pragma_integrity_check where integrity_check != 'ok'")?;
    let damaged = [
        "select 'table `' || \"table\" || '` names a row of `' || parent || '` that is gone: restore a backup'
         from pragma_foreign_key_check",
        "select '`' || name || '` has ' || count(seq) || ' entries where there should be ' || last
                || ': restore a backup'
         from streams left join entries on stream = id
         group by id having count(seq) != last or ifnull(max(seq), 0) != last order by name",
        "select '`' || name || '` is listed but has no entries: rebuild the rows from the log'
         from rows join streams on id = stream where last = 0 order by number, name",
    ];
    for sql in damaged {
        wrong.extend(strings(db, sql)?);
    }
    Ok(wrong)
}

/// Compares the search index with the texts, which SQLite does as if it were a write.
pub(super) fn check_index(db: &Connection) -> Outcome<Vec<String>> {
    let compare = "insert into text_index (text_index, rank) values ('integrity-check', 1)";
    match db.execute(compare, []) {
        Ok(_) => Ok(Vec::new()),
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
            Ok(vec!["the search index differs from the texts: restore a backup".to_owned()])
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn prune(db: &Connection, handled_before: Time) -> Outcome<u64> {
    Ok(db.execute("delete from inbox where handled_at < ?", [At(handled_before)])? as u64)
}

/// Copies under another name first: a file of that name is always whole.
pub(super) fn back_up(db: &Connection, to: &Path) -> Outcome<()> {
    if to.exists() {
        let doing = format!("backing up to `{}`, which exists: choose another name", to.display());
        return Err(invalid(doing).into());
    }
    let mut part = OsString::from(to);
    part.push(".part");
    let part = Path::new(&part);
    let unwritten = |error: io::Error| {
        let doing = format!("backing up to `{}`: let this process write there", to.display());
        Error::new(ErrorKind::Unavailable, Retry::Backoff, doing).caused_by(error)
    };
    if part.exists() {
        fs::remove_file(part).map_err(unwritten)?;
    }
    db.execute("vacuum into ?", [part.to_string_lossy()])?;
    File::open(part).and_then(|file| file.sync_all()).map_err(unwritten)?;
    fs::rename(part, to).map_err(unwritten)?;
    Ok(())
}

pub(super) fn statistics(db: &Connection) -> Outcome<StoreStatistics> {
    let counts = "select (select count(*) from entries),
                         (select count(*) from streams where name like 'ticket/%' and last > 0),
                         (select count(*) from inbox where wake is not null),
                         (select count(*) from timers),
                         (select count(*) from outbox),
                         (select count(*) from dead_letters)";
    let statistics = db.query_one(counts, [], |row| {
        let mut statistics = StoreStatistics::default();
        statistics.entries = count(row.get(0)?);
        statistics.tickets = count(row.get(1)?);
        statistics.inbox = count(row.get(2)?);
        statistics.timers = count(row.get(3)?);
        statistics.outbox = count(row.get(4)?);
        statistics.dead = count(row.get(5)?);
        Ok(statistics)
    })?;
    Ok(statistics)
}

fn strings(db: &Connection, sql: &str) -> Outcome<Vec<String>> {
    let mut statement = db.prepare(sql)?;
    let strings = statement.query_map([], |row| row.get(0))?;
    Ok(strings.collect::<Result<_, _>>()?)
}
