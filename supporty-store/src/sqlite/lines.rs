use std::path::Path;

use rusqlite::{Connection, Row, params};
use supporty_core::adapter::{NewEffect, Snapshot, Wake};
use supporty_core::stream::RawEntry;
use supporty_core::vocab::{InboundKey, PersonId, Place, PolicyVersion, TextRef, TextRow};

use super::commit::{arm, put_entries, put_place, put_policy, put_row, put_snapshot, put_text, stream_of};
use super::fault::Outcome;
use super::find::text;
use super::list::parse;
use super::outbox::arm_heads;
use super::value::{At, Named, count, int};
use crate::lines::{Line, Writer, gap, not_empty, read};

/// Reads everything as it is at one instant, while others go on writing.
pub(super) fn export(db: &Connection, to: &Path) -> Outcome<u64> {
    let mut writer = Writer::create(to)?;
    db.execute_batch("begin")?;
    let written = TABLES.iter().try_for_each(|(sql, line)| write(db, &mut writer, sql, *line));
    db.execute_batch("rollback")?;
    written?;
    Ok(writer.finish()?)
}

pub(super) fn import(db: &Connection, from: &Path) -> Outcome<u64> {
    for table in ["streams", "policies", "texts", "counters", "inbox", "outbox", "dead_letters"] {
        let empty = format!("select not exists (select 1 from {table})");
        if !db.query_one(&empty, [], |row| row.get::<_, bool>(0))? {
            return Err(not_empty().into());
        }
    }
    let lines = read(from, |line| take(db, line).map_err(|fault| fault.while_doing("writing it")))?;
    arm_heads(db)?;
    Ok(lines)
}

type ReadLine = fn(&Row<'_>) -> Outcome<Line>;

/// What is read in which order, and how a row becomes a line.
const TABLES: &[(&str, ReadLine)] = &[
    ("select version, body from policies order by version", |row| {
        Ok(Line::Policy { version: PolicyVersion::new(row.get::<_, String>(0)?), body: row.get(1)? })
    }),
    (
        "select name, seq, at, kind, body from entries join streams on streams.id = stream order by position",
        |row| {
            let (Named(stream), At(at)) = (row.get(0)?, row.get(2)?);
            let (seq, kind, body) = (count(row.get(1)?), row.get(3)?, row.get(4)?);
            Ok(Line::entry(stream, RawEntry { seq, at, kind, body }))
        },
    ),
    (
        "select streams.name, texts.name, author, internal, words
         from texts left join streams on streams.id = stream order by texts.name",
        |row| {
            let stream = row.get::<_, Option<Named<_>>>(0)?.map(|Named(stream)| stream);
            let at = TextRef::new(row.get::<_, String>(1)?);
            let author = row.get::<_, Option<String>>(2)?.map(PersonId::new);
            let (internal, text) = (row.get(3)?, text(&at, &row.get::<_, String>(4)?)?);
            Ok(Line::Text { stream, text: TextRow { at, author, internal, text } })
        },
    ),
    (
        "select name, adapter, channel, message from places join streams on streams.id = stream
         order by adapter, channel, message",
        |row| {
            let Named(stream) = row.get(0)?;
            let adapter = row.get::<_, String>(1)?.as_str().into();
            let (channel, message) = (row.get(2)?, row.get::<_, String>(3)?.as_str().into());
            Ok(Line::Place { place: Place { adapter, channel, message }, stream })
        },
    ),
    ("select name, body from rows join streams on streams.id = stream order by number, name", |row| {
        let Named(stream) = row.get(0)?;
        Ok(Line::Row { stream, row: Box::new(parse(&row.get::<_, String>(1)?)?) })
    }),
    ("select name, due, stamp from timers join streams on streams.id = stream order by name", |row| {
        let (Named(stream), At(due)) = (row.get(0)?, row.get(1)?);
        Ok(Line::Timer { stream, wake: Wake { due, stamp: row.get(2)? } })
    }),
    (
        "select name, seq, format, body from snapshots join streams on streams.id = stream order by name",
        |row| {
            let Named(stream) = row.get(0)?;
            let snapshot = Snapshot { seq: count(row.get(1)?), format: row.get(2)?, body: row.get(3)? };
            Ok(Line::Snapshot { stream, snapshot })
        },
    ),
    ("select substr(name, 8), last from counters where name like 'ticket/%' order by name", |row| {
        Ok(Line::Counter { prefix: row.get(0)?, last: count(row.get(1)?) })
    }),
    ("select key, at, body from inbox where wake is not null order by number", |row| {
        let (key, At(at)) = (InboundKey::new(row.get::<_, String>(0)?), row.get(1)?);
        Ok(Line::Waiting { key, at, body: row.get(2)? })
    }),
    ("select key, handled_at, answer from inbox where answer is not null order by key", |row| {
        let (key, At(at)) = (InboundKey::new(row.get::<_, String>(0)?), row.get(1)?);
        Ok(Line::Handled { key, at, answer: row.get(2)? })
    }),
    ("select name, lane, level, body, at, attempts, tried from outbox order by position", |row| {
        Ok(Line::Effect { effect: effect(row)?.into(), attempts: row.get(5)?, tried: row.get(6)? })
    }),
    ("select name, lane, level, body, at, attempts, why from dead_letters order by position", |row| {
        let (effect, attempts, why) = (effect(row)?, row.get(5)?, row.get(6)?);
        Ok(Line::Dead { at: effect.at, effect: effect.into(), attempts, why })
    }),
];

fn write(db: &Connection, writer: &mut Writer, sql: &str, line: ReadLine) -> Outcome<()> {
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        writer.write(&line(row)?)?;
    }
    Ok(())
}

fn effect(row: &Row<'_>) -> Outcome<NewEffect> {
    let (Named(id), At(at)) = (row.get(0)?, row.get(4)?);
    Ok(NewEffect { id, lane: row.get(1)?, level: row.get(2)?, body: row.get(3)?, at })
}

fn take(db: &Connection, line: Line) -> Outcome<()> {
    match line {
        Line::Supporty { .. } | Line::End { .. } => {}
        Line::Policy { version, body } => put_policy(db, &version, &body)?,
        Line::Entry { stream, seq, at, kind, body } => {
            let (id, last) = stream_of(db, &stream)?;
            if seq != last + 1 {
                return Err(gap(&stream, seq, last).into());
            }
            put_entries(db, id, &[RawEntry { seq, at, kind, body }])?;
        }
        Line::Text { stream, text } => put_text(db, &text, stream.as_ref())?,
        Line::Place { place, stream } => put_place(db, &place, &stream)?,
        Line::Row { stream, row } => put_row(db, stream_of(db, &stream)?.0, &row)?,
        Line::Timer { stream, wake } => arm(db, stream_of(db, &stream)?.0, Some(&wake))?,
        Line::Snapshot { stream, snapshot } => put_snapshot(db, stream_of(db, &stream)?.0, &snapshot)?,
        Line::Counter { prefix, last } => {
            db.prepare_cached("insert into counters (name, last) values (?, ?)")?
                .execute(params![format!("ticket/{prefix}"), int(last)])?;
        }
        Line::Waiting { key, at, body } => {
            db.prepare_cached("insert into inbox (key, at, body, wake) values (?1, ?2, ?3, ?2)")?
                .execute(params![key.as_str(), At(at), body])?;
        }
        Line::Handled { key, at, answer } => {
            db.prepare_cached("insert into inbox (key, at, answer, handled_at) values (?1, ?2, ?3, ?2)")?
                .execute(params![key.as_str(), At(at), answer])?;
        }
        Line::Effect { effect, attempts, tried } => {
            let NewEffect { id, lane, level, body, at } = effect.into();
            db.prepare_cached(
                "insert into outbox (name, lane, level, body, at, attempts, tried) values (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![id.to_string(), lane, level, body, At(at), attempts, tried])?;
        }
        Line::Dead { effect, attempts, why, at } => {
            let NewEffect { id, lane, level, body, .. } = effect.into();
            db.prepare_cached(
                "insert into dead_letters (name, lane, level, body, at, attempts, why) values (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![id.to_string(), lane, level, body, At(at), attempts, why])?;
        }
    }
    Ok(())
}
