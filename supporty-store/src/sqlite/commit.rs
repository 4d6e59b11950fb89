use rusqlite::{Connection, OptionalExtension, params};
use supporty_core::adapter::{Append, Commit, Row, Snapshot, Wake};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, TextRow, TicketKey};

use super::fault::Outcome;
use super::timers::Armed;
use super::value::{At, count, int};
use super::{inbox, outbox};
use crate::shared::{follows, home, invalid, overtaken, reserved};

/// Answers with what became of the timers.
pub(super) fn commit(db: &Connection, commit: &Commit) -> Outcome<Vec<Armed>> {
    let armed = commit.appends.iter().map(|append| append_entries(db, append)).collect::<Outcome<_>>()?;
    if let Some(handled) = &commit.handled {
        inbox::handle(db, handled)?;
    }
    for text in &commit.texts {
        put_text(db, text, home(&text.at, &commit.appends))?;
    }
    for effect in &commit.effects {
        outbox::enqueue(db, effect)?;
    }
    for (place, stream) in &commit.places {
        put_place(db, place, stream)?;
    }
    for (version, policy) in &commit.policies {
        put_policy(db, version, policy)?;
    }
    Ok(armed)
}

pub(super) fn put_place(db: &Connection, place: &Place, stream: &StreamId) -> Outcome<()> {
    let (stream, _) = stream_of(db, stream)?;
    let put = "insert or replace into places (adapter, channel, message, stream) values (?, ?, ?, ?)";
    db.prepare_cached(put)?.execute(params![
        place.adapter.as_str(),
        place.channel,
        place.message.as_str(),
        stream
    ])?;
    Ok(())
}

pub(super) fn put_policy(db: &Connection, version: &PolicyVersion, body: &str) -> Outcome<()> {
    db.prepare_cached("insert into policies (version, body) values (?, ?) on conflict do nothing")?
        .execute(params![version.as_str(), body])?;
    Ok(())
}

pub(super) fn reserve(db: &Connection, prefix: &str) -> Outcome<TicketKey> {
    let number = count_up(db, &format!("ticket/{prefix}"))?;
    Ok(reserved(prefix, number)?)
}

/// The next number of a counter, from 1.
pub(super) fn count_up(db: &Connection, counter: &str) -> Outcome<u64> {
    let next = "insert into counters (name, last) values (?, 1)
                on conflict (name) do update set last = last + 1 returning last";
    Ok(db.prepare_cached(next)?.query_one([counter], |row| row.get(0)).map(count)?)
}

pub(super) fn put_snapshot(db: &Connection, stream: i64, snapshot: &Snapshot) -> Outcome<()> {
    let put = "insert or replace into snapshots (stream, seq, format, body) values (?, ?, ?, ?)";
    let Snapshot { seq, format, body } = snapshot;
    db.prepare_cached(put)?.execute(params![stream, int(*seq), format, body])?;
    Ok(())
}

fn append_entries(db: &Connection, append: &Append) -> Outcome<Armed> {
    let (stream, last) = stream_of(db, &append.stream)?;
    if last != append.after {
        return Err(overtaken(&append.stream, append.after).into());
    }
    follows(append)?;
    put_entries(db, stream, &append.entries)?;
    if let Some(row) = &append.row {
        put_row(db, stream, row)?;
    }
    if let Some(snapshot) = &append.snapshot {
        put_snapshot(db, stream, snapshot)?;
    }
    arm(db, stream, append.wake.as_ref())?;
    Ok(Armed { stream, due: append.wake.as_ref().map(|wake| wake.due) })
}

pub(super) fn put_entries(db: &Connection, stream: i64, entries: &[RawEntry]) -> Outcome<()> {
    let mut insert =
        db.prepare_cached("insert into entries (stream, seq, at, kind, body) values (?, ?, ?, ?, ?)")?;
    for entry in entries {
        insert.execute(params![stream, int(entry.seq), At(entry.at), entry.kind, entry.body])?;
    }
    if let Some(entry) = entries.last() {
        db.prepare_cached("update streams set last = ? where id = ?")?.execute([int(entry.seq), stream])?;
    }
    Ok(())
}

/// A stream's number in the database, and that of its last entry.
pub(super) fn stream_of(db: &Connection, stream: &StreamId) -> Outcome<(i64, u64)> {
    let name = stream.to_string();
    let known = db
        .prepare_cached("select id, last from streams where name = ?")?
        .query_row([&name], |row| Ok((row.get(0)?, count(row.get(1)?))))
        .optional()?;
    if let Some(known) = known {
        return Ok(known);
    }
    db.prepare_cached("insert into streams (name, last) values (?, 0)")?.execute([&name])?;
    Ok((db.last_insert_rowid(), 0))
}

pub(super) fn arm(db: &Connection, stream: i64, wake: Option<&Wake>) -> Outcome<()> {
    match wake {
        Some(Wake { due, stamp }) => db
            .prepare_cached(
                "insert or replace into timers (stream, due, wake, stamp) values (?1, ?2, ?2, ?3)",
            )?
            .execute(params![stream, At(*due), stamp])?,
        None => db.prepare_cached("delete from timers where stream = ?")?.execute([stream])?,
    };
    Ok(())
}

pub(super) fn put_row(db: &Connection, stream: i64, row: &Row) -> Outcome<()> {
    let body = serde_json::to_string(row)
        .map_err(|error| invalid(format!("writing the row of `{}`", row.key)).caused_by(error))?;
    let put = "insert or replace into rows
               (stream, number, status, owner, squad, kind, priority, area, at_risk, title, body)
               values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    db.prepare_cached(put)?.execute(params![
        stream,
        int(row.key.number()),
        row.status.as_str(),
        row.owner.as_ref().map(|owner| owner.as_str()),
        row.squad.as_ref().map(|squad| squad.as_str()),
        row.kind.to_string(),
        row.priority.as_str(),
        row.area.as_ref().map(|area| area.as_str()),
        row.at_risk,
        row.title.id().as_str(),
        body,
    ])?;
    Ok(())
}

/// A text that comes again is replaced, by an update: a replaced row would not leave the search index.
pub(super) fn put_text(db: &Connection, text: &TextRow, stream: Option<&StreamId>) -> Outcome<()> {
    let stream = stream.map(|stream| stream_of(db, stream)).transpose()?;
    let put = "insert into texts (name, stream, author, internal, words) values (?, ?, ?, ?, ?)
               on conflict (name) do update set stream = excluded.stream, author = excluded.author,
               internal = excluded.internal, words = excluded.words";
    db.prepare_cached(put)?.execute(params![
        text.at.id().as_str(),
        stream.map(|(id, _)| id),
        text.author.as_ref().map(|author| author.as_str()),
        text.internal,
        text.text.as_str(),
    ])?;
    Ok(())
}
