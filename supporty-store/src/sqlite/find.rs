use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use supporty_core::adapter::{Fed, Recalled, Snapshot};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, Text, TextRef, Time};

use super::fault::Outcome;
use super::timers::Turn;
use super::value::{At, Named, count, int};
use crate::shared::corrupt;

pub(super) fn load(db: &Connection, stream: &StreamId, after: u64) -> Outcome<Vec<RawEntry>> {
    let entries = "select seq, at, kind, body from entries
                   where stream = (select id from streams where name = ?) and seq > ? order by seq";
    let mut statement = db.prepare_cached(entries)?;
    let entries = statement.query_map(params![stream.to_string(), int(after)], entry)?;
    Ok(entries.collect::<Result<_, _>>()?)
}

pub(super) fn recall(db: &Connection, stream: &StreamId, format: &str) -> Outcome<Recalled> {
    let newest = "select seq, format, body from snapshots
                  where stream = (select id from streams where name = ?) and format = ?";
    let snapshot = db
        .prepare_cached(newest)?
        .query_row(params![stream.to_string(), format], |row| {
            Ok(Snapshot { seq: count(row.get(0)?), format: row.get(1)?, body: row.get(2)? })
        })
        .optional()?;
    let entries = load(db, stream, snapshot.as_ref().map_or(0, |snapshot| snapshot.seq))?;
    Ok(Recalled { snapshot, entries })
}

pub(super) fn feed(db: &Connection, after: u64, most: u32) -> Outcome<Vec<Fed>> {
    let news = "select seq, at, kind, body, position, name from entries join streams on streams.id = stream
                where position > ? order by position limit ?";
    let mut statement = db.prepare_cached(news)?;
    let fed = statement.query_map(params![int(after), most], |row| {
        let Named(stream) = row.get(5)?;
        Ok(Fed { cursor: count(row.get(4)?), stream, entry: entry(row)? })
    })?;
    Ok(fed.collect::<Result<_, _>>()?)
}

pub(super) fn find(db: &Connection, place: &Place) -> Outcome<Option<StreamId>> {
    let stream = "select name from places join streams on streams.id = stream
                  where adapter = ? and channel = ? and message = ?";
    let found = db
        .prepare_cached(stream)?
        .query_row(params![place.adapter.as_str(), place.channel, place.message.as_str()], |row| row.get(0))
        .optional()?;
    Ok(found.map(|Named(stream)| stream))
}

pub(super) fn texts(db: &Connection, refs: Vec<TextRef>) -> Outcome<BTreeMap<TextRef, Text>> {
    let mut statement = db.prepare_cached("select words from texts where name = ?")?;
    let mut texts = BTreeMap::new();
    for at in refs {
        let words: Option<String> = statement.query_row([at.id().as_str()], |row| row.get(0)).optional()?;
        if let Some(words) = words {
            let text = text(&at, &words)?;
            texts.insert(at, text);
        }
    }
    Ok(texts)
}

/// A stored text, which passed the same check when it was written.
pub(super) fn text(at: &TextRef, words: &str) -> Outcome<Text> {
    Ok(Text::new(words, usize::MAX)
        .map_err(|error| corrupt(format!("reading the text `{at}`")).caused_by(error))?)
}

pub(super) fn policy(db: &Connection, version: &PolicyVersion) -> Outcome<Option<String>> {
    let mut statement = db.prepare_cached("select body from policies where version = ?")?;
    Ok(statement.query_row([version.as_str()], |row| row.get(0)).optional()?)
}

pub(super) fn stale_timers(db: &Connection, stamp: &str, most: u32) -> Outcome<Vec<StreamId>> {
    let stale = "select name from timers join streams on streams.id = timers.stream where stamp != ?
                 order by name limit ?";
    let mut statement = db.prepare_cached(stale)?;
    let streams = statement.query_map(params![stamp, most], |row| row.get(0))?;
    Ok(streams.map(|stream| stream.map(|Named(stream)| stream)).collect::<Result<_, _>>()?)
}

/// The earliest of all but the timers up to that turn.
pub(super) fn next_wake(db: &Connection, (wake, stream): Turn) -> Outcome<Option<Time>> {
    let earliest = "select min(wake) from (
                        select min(wake) as wake from timers where (wake, stream) > (?, ?)
                        union all select min(wake) from inbox where wake is not null
                        union all select min(wake) from outbox where wake is not null)";
    let wake: Option<At> = db.prepare_cached(earliest)?.query_one([wake, stream], |row| row.get(0))?;
    Ok(wake.map(|At(wake)| wake))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<RawEntry> {
    let At(at) = row.get(1)?;
    Ok(RawEntry { seq: count(row.get(0)?), at, kind: row.get(2)?, body: row.get(3)? })
}
