use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use supporty_core::adapter::{Derived, Erase, StoreStatistics, Wake};
use supporty_core::stream::StreamId;
use supporty_core::vocab::Time;

use super::fault::Outcome;
use super::list::parse;
use super::value::{At, Named, count};
use crate::shared::without;
use crate::whole::Whole;

pub(super) fn erase(db: &Connection, what: &Erase) -> Outcome<u64> {
    let author = match what {
        Erase::Author(author) => author,
        Erase::Stream(stream) => {
            let erase = "delete from texts where stream = (select id from streams where name = ?)";
            return Ok(db.execute(erase, [stream.to_string()])? as u64);
        }
    };
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

/// A connection remembers how the search index was built up, and looks whether that is so still when it searches but not
/// when it checks. So it searches first, in the same transaction.
pub(super) fn check(db: &Connection) -> Outcome<Vec<String>> {
    let as_it_is = db.unchecked_transaction()?;
    let search = "select exists (select 1 from text_index where text_index match 'a')";
    as_it_is.query_row(search, [], |_| Ok(()))?;
    let mut wrong =
        strings(db, "select integrity_check from pragma_integrity_check where integrity_check != 'ok'")?;
    let damaged = [
        "select 'table `' || \"table\" || '` names a row of `' || parent || '` that is gone: restore a backup'
         from pragma_foreign_key_check",
        "select '`' || name || '` has ' || count(seq) || ' entries where there should be ' || last
                || ': restore a backup'
         from streams left join entries on stream = id
         group by id having count(seq) != last or ifnull(max(seq), 0) != last order by name",
        "select '`' || name || '` is listed but has no entries: restore a backup'
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

pub(super) fn back_up(db: &Connection, to: &Path) -> Outcome<()> {
    let whole = Whole::new("backing up", to)?;
    db.execute("vacuum into ?", [whole.part().to_string_lossy()])?;
    Ok(whole.keep()?)
}

pub(super) fn streams(db: &Connection, after: Option<&StreamId>, most: u32) -> Outcome<Vec<StreamId>> {
    let mut statement = db.prepare_cached("select name from streams where name > ? order by name limit ?")?;
    let after = after.map(ToString::to_string).unwrap_or_default();
    let streams = statement.query_map(params![after, most], |row| row.get(0))?;
    Ok(streams.map(|stream| stream.map(|Named(stream)| stream)).collect::<Result<_, _>>()?)
}

pub(super) fn derived(db: &Connection, stream: &StreamId) -> Outcome<Derived> {
    let kept = "select last, rows.body, timers.due, timers.stamp from streams
                left join rows on rows.stream = id left join timers on timers.stream = id where name = ?";
    let found = db.prepare_cached(kept)?.query_row([stream.to_string()], |row| {
        let wake = match (row.get(2)?, row.get(3)?) {
            (Some(At(due)), Some(stamp)) => Some(Wake { due, stamp }),
            _ => None,
        };
        Ok((count(row.get(0)?), row.get::<_, Option<String>>(1)?, wake))
    });
    let Some((last, row, wake)) = found.optional()? else { return Ok(Derived::default()) };
    Ok(Derived { last, row: row.map(|body| parse(&body)).transpose()?, wake })
}

pub(super) fn statistics(db: &Connection) -> Outcome<StoreStatistics> {
    let counts = "select (select ifnull(max(position), 0) from entries),
                         (select count(*) from streams where name like 'ticket/%' and last > 0),
                         (select count(*) from inbox where wake is not null),
                         (select count(*) from timers),
                         (select count(*) from outbox),
                         (select count(*) from dead_letters),
                         (select min(at) from (
                              select min(due) as at from timers
                              union all select min(at) from inbox where wake is not null
                              union all select min(at) from outbox where wake is not null))";
    let statistics = db.query_one(counts, [], |row| {
        let mut statistics = StoreStatistics::default();
        statistics.entries = count(row.get(0)?);
        statistics.tickets = count(row.get(1)?);
        statistics.inbox = count(row.get(2)?);
        statistics.timers = count(row.get(3)?);
        statistics.outbox = count(row.get(4)?);
        statistics.dead = count(row.get(5)?);
        statistics.oldest = row.get::<_, Option<At>>(6)?.map(|At(at)| at);
        statistics.workers = 1;
        Ok(statistics)
    })?;
    Ok(statistics)
}

fn strings(db: &Connection, sql: &str) -> Outcome<Vec<String>> {
    let mut statement = db.prepare(sql)?;
    let strings = statement.query_map([], |row| row.get(0))?;
    Ok(strings.collect::<Result<_, _>>()?)
}
