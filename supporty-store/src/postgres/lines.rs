use std::collections::HashMap;
use std::path::Path;

use futures_util::TryStreamExt;
use supporty_core::adapter::{Error, NewEffect, Snapshot, Wake};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::vocab::{InboundKey, PersonId, Place, PolicyVersion, TextRef, TextRow};
use tokio::sync::mpsc;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{IsolationLevel, Row};

use super::database::{Database, at, count, get, leisurely, named};
use super::fault::{lost, sql_error};
use super::find::text;
use super::list::parse;
use super::restore::part;
use crate::lines::{Line, Writer, gap, not_empty, read};

const EXPORTING: &str = "exporting the desk";
const IMPORTING: &str = "importing into the desk";
const LINES_PER_PART: usize = 500;

/// Reads everything as it is at one instant, while others go on writing.
pub(super) async fn export(db: &Database, to: &Path) -> Result<u64, Error> {
    let mut writer = Writer::create(to)?;
    let mut connection = db.connection(EXPORTING).await?;
    let snapshot =
        connection.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    let transaction = leisurely(EXPORTING, snapshot.start()).await?;
    for (sql, line) in TABLES {
        let params = [(&db.desk as &(dyn ToSql + Sync), Type::INT4)];
        let rows = leisurely(EXPORTING, transaction.query_typed_raw(sql, params)).await?;
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = rows.try_next().await.map_err(|error| sql_error(EXPORTING, &error))? {
            writer.write(&line(&row)?)?;
        }
    }
    leisurely(EXPORTING, transaction.rollback()).await?;
    writer.finish()
}

/// A thread reads the file, part by part, while the database takes the part before.
pub(super) async fn import(db: &Database, from: &Path) -> Result<u64, Error> {
    let (sender, parts) = mpsc::channel(2);
    let (from, desk) = (from.to_owned(), db.desk);
    let reading = tokio::task::spawn_blocking(move || read_parts(&from, desk, &sender));
    write_parts(db, parts).await?;
    reading.await.map_err(|_| lost(IMPORTING))?
}

fn read_parts(from: &Path, desk: i32, parts: &mpsc::Sender<Part>) -> Result<u64, Error> {
    let mut last: HashMap<StreamId, u64> = HashMap::new();
    let mut lines = Vec::new();
    let send = |lines: &mut Vec<Line>| {
        let part = Part::Lines(part(desk, lines)?);
        lines.clear();
        // The database has refused what came before, and says why.
        parts.blocking_send(part).map_err(|_| lost(IMPORTING))
    };
    let count = read(from, |line| {
        if let Line::Entry { stream, seq, .. } = &line {
            let last = last.entry(stream.clone()).or_default();
            if *seq != *last + 1 {
                return Err(gap(stream, *seq, *last));
            }
            *last = *seq;
        }
        lines.push(line);
        if lines.len() == LINES_PER_PART { send(&mut lines) } else { Ok(()) }
    })?;
    send(&mut lines)?;
    parts.blocking_send(Part::End).map_err(|_| lost(IMPORTING))?;
    Ok(count)
}

/// Without the end nothing is kept.
async fn write_parts(db: &Database, mut parts: mpsc::Receiver<Part>) -> Result<(), Error> {
    let mut connection = db.connection(IMPORTING).await?;
    let transaction = leisurely(IMPORTING, connection.transaction()).await?;
    let desk = [(&db.desk as &(dyn ToSql + Sync), Type::INT4)];
    leisurely(IMPORTING, transaction.query_typed("select supporty.hold($1)", &desk)).await?;
    let empty = leisurely(IMPORTING, transaction.query_typed("select supporty.is_empty($1)", &desk)).await?;
    if !empty.first().map_or(Ok(true), |row| get(row, 0))? {
        return Err(not_empty());
    }
    while let Some(part) = parts.recv().await {
        let lines = match part {
            Part::Lines(lines) => lines,
            Part::End => return leisurely(IMPORTING, transaction.commit()).await,
        };
        let restore = "select supporty.restore($1, $2::jsonb)";
        let params = [(&db.desk as &(dyn ToSql + Sync), Type::INT4), (&lines, Type::TEXT)];
        leisurely(IMPORTING, transaction.query_typed(restore, &params)).await?;
    }
    Ok(())
}

/// What a file comes in.
enum Part {
    Lines(String),
    End,
}

type ReadLine = fn(&Row) -> Result<Line, Error>;

/// What is read in which order, and how a row becomes a line.
const TABLES: &[(&str, ReadLine)] = &[
    (
        r#"select version, body from supporty.policies where desk = $1 order by version collate "C""#,
        |row| Ok(Line::Policy { version: PolicyVersion::new(get::<&str>(row, 0)?), body: get(row, 1)? }),
    ),
    (
        "select name, seq, at, kind, body
         from supporty.entries join supporty.streams on streams.desk = $1 and id = stream
         where entries.desk = $1 order by position",
        |row| {
            let (seq, at, kind, body) = (count(row, 1)?, at(row, 2)?, get(row, 3)?, get(row, 4)?);
            Ok(Line::entry(named(row, 0)?, RawEntry { seq, at, kind, body }))
        },
    ),
    (
        r#"select streams.name, texts.name, author, internal, words
           from supporty.texts left join supporty.streams on streams.desk = $1 and id = stream
           where texts.desk = $1 order by texts.name collate "C""#,
        |row| {
            let stream = match get::<Option<&str>>(row, 0)? {
                Some(_) => Some(named(row, 0)?),
                None => None,
            };
            let at = TextRef::new(get::<&str>(row, 1)?);
            let author = get::<Option<&str>>(row, 2)?.map(PersonId::new);
            let (internal, text) = (get(row, 3)?, text(&at, get(row, 4)?)?);
            Ok(Line::Text { stream, text: TextRow { at, author, internal, text } })
        },
    ),
    (
        r#"select name, adapter, channel, message
           from supporty.places join supporty.streams on streams.desk = $1 and id = stream
           where places.desk = $1 order by adapter collate "C", channel collate "C", message collate "C""#,
        |row| {
            let (adapter, message) = (get::<&str>(row, 1)?.into(), get::<&str>(row, 3)?.into());
            let place = Place { adapter, channel: get(row, 2)?, message };
            Ok(Line::Place { place, stream: named(row, 0)? })
        },
    ),
    (
        "select name, body from supporty.rows join supporty.streams on streams.desk = $1 and id = stream
         where rows.desk = $1 order by number, name",
        |row| Ok(Line::Row { stream: named(row, 0)?, row: Box::new(parse(get(row, 1)?)?) }),
    ),
    (
        "select name, due, stamp from supporty.timers join supporty.streams on streams.desk = $1 and id = stream
         where timers.desk = $1 order by name",
        |row| Ok(Line::Timer { stream: named(row, 0)?, wake: Wake { due: at(row, 1)?, stamp: get(row, 2)? } }),
    ),
    (
        "select name, seq, format, body
         from supporty.snapshots join supporty.streams on streams.desk = $1 and id = stream
         where snapshots.desk = $1 order by name",
        |row| {
            let snapshot = Snapshot { seq: count(row, 1)?, format: get(row, 2)?, body: get(row, 3)? };
            Ok(Line::Snapshot { stream: named(row, 0)?, snapshot })
        },
    ),
    (
        r#"select prefix, last from supporty.counters where desk = $1 order by prefix collate "C""#,
        |row| Ok(Line::Counter { prefix: get(row, 0)?, last: count(row, 1)? }),
    ),
    (
        "select key, at, body from supporty.inbox where desk = $1 and wake is not null order by number",
        |row| Ok(Line::Waiting { key: InboundKey::new(get::<&str>(row, 0)?), at: at(row, 1)?, body: get(row, 2)? }),
    ),
    (
        r#"select key, handled_at, answer from supporty.inbox where desk = $1 and answer is not null
           order by key collate "C""#,
        |row| Ok(Line::Handled { key: InboundKey::new(get::<&str>(row, 0)?), at: at(row, 1)?, answer: get(row, 2)? }),
    ),
    (
        "select name, lane, level, body, at, attempts, tried from supporty.outbox where desk = $1 order by position",
        |row| Ok(Line::Effect { effect: effect(row)?.into(), attempts: attempts(row)?, tried: get(row, 6)? }),
    ),
    (
        "select name, lane, level, body, at, attempts, why from supporty.dead_letters where desk = $1
         order by position",
        |row| {
            let (effect, why) = (effect(row)?, get(row, 6)?);
            Ok(Line::Dead { at: effect.at, effect: effect.into(), attempts: attempts(row)?, why })
        },
    ),
];

fn effect(row: &Row) -> Result<NewEffect, Error> {
    let (lane, level, body) = (get(row, 1)?, get(row, 2)?, get(row, 3)?);
    Ok(NewEffect { id: named(row, 0)?, lane, level, body, at: at(row, 4)? })
}

fn attempts(row: &Row) -> Result<u32, Error> {
    get::<i32>(row, 5).map(i32::unsigned_abs)
}
