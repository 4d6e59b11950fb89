use std::collections::BTreeMap;

use supporty_core::adapter::{Error, Fed, Recalled, Snapshot};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::vocab::{Place, PolicyVersion, Text, TextRef, Time};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::database::{Database, at, count, get, instant, int, named};
use crate::shared::corrupt;

pub(super) async fn load(db: &Database, stream: &StreamId, after: u64) -> Result<Vec<RawEntry>, Error> {
    let (stream, after) = (stream.to_string(), int(after));
    let sql = "select seq, at, kind, body from supporty.load($1, $2, $3)";
    let rows = db.rows("loading a stream", sql, &[(&stream, Type::TEXT), (&after, Type::INT8)]).await?;
    rows.iter().map(entry).collect()
}

/// In one round trip: the snapshot stands in the first row, before the entries.
pub(super) async fn recall(db: &Database, stream: &StreamId, format: &str) -> Result<Recalled, Error> {
    let sql = "with newest as (
                   select seq, body from supporty.snapshots where desk = $1 and format = $3
                   and stream = (select id from supporty.streams where desk = $1 and name = $2))
               select seq, 0::bigint, '' as kind, body from newest
               union all
               select * from (
                   select seq, at, kind, body
                   from supporty.load($1, $2, coalesce((select seq from newest), 0))) entries";
    let (stream, format) = (stream.to_string(), format.to_owned());
    let rows = db.rows("recalling a stream", sql, &[(&stream, Type::TEXT), (&format, Type::TEXT)]).await?;
    let mut entries = rows.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    let snapshot = entries.first().is_some_and(|first| first.kind.is_empty()).then(|| {
        let RawEntry { seq, body, .. } = entries.remove(0);
        Snapshot { seq, format, body }
    });
    Ok(Recalled { snapshot, entries })
}

pub(super) async fn feed(db: &Database, after: u64, most: u32) -> Result<Vec<Fed>, Error> {
    let sql = "select seq, at, kind, body, position, name
               from supporty.entries join supporty.streams on streams.desk = $1 and streams.id = stream
               where entries.desk = $1 and position > $2 order by position limit $3";
    let (after, most) = (int(after), i64::from(most));
    let rows = db.rows("reading the feed", sql, &[(&after, Type::INT8), (&most, Type::INT8)]).await?;
    let fed = |row: &Row| Ok(Fed { cursor: count(row, 4)?, stream: named(row, 5)?, entry: entry(row)? });
    rows.iter().map(fed).collect()
}

pub(super) async fn find(db: &Database, place: &Place) -> Result<Option<StreamId>, Error> {
    let sql =
        "select name from supporty.places join supporty.streams on streams.desk = $1 and streams.id = stream
               where places.desk = $1 and adapter = $2 and channel = $3 and message = $4";
    let (adapter, message) = (place.adapter.as_str(), place.message.as_str());
    let params =
        [(&adapter as _, Type::TEXT), (&place.channel as _, Type::TEXT), (&message as _, Type::TEXT)];
    let rows = db.rows("finding a thread", sql, &params).await?;
    rows.first().map(|row| named(row, 0)).transpose()
}

pub(super) async fn texts(db: &Database, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, Error> {
    let names: Vec<&str> = refs.iter().map(|at| at.id().as_str()).collect();
    let sql = "select name, words from supporty.texts where desk = $1 and name = any($2)";
    let rows = db.rows("reading texts", sql, &[(&names, Type::TEXT_ARRAY)]).await?;
    let found = |row: &Row| {
        let at = TextRef::new(get::<&str>(row, 0)?);
        text(&at, get(row, 1)?).map(|text| (at, text))
    };
    rows.iter().map(found).collect()
}

/// A stored text, which passed the same check when it was written.
pub(super) fn text(at: &TextRef, words: &str) -> Result<Text, Error> {
    Text::new(words, usize::MAX).map_err(|error| corrupt(format!("reading the text `{at}`")).caused_by(error))
}

pub(super) async fn policy(db: &Database, version: &PolicyVersion) -> Result<Option<String>, Error> {
    let sql = "select body from supporty.policies where desk = $1 and version = $2";
    let version = version.as_str();
    let rows = db.rows("reading a policy", sql, &[(&version, Type::TEXT)]).await?;
    rows.first().map(|row| get(row, 0)).transpose()
}

pub(super) async fn stale_timers(db: &Database, stamp: &str, most: u32) -> Result<Vec<StreamId>, Error> {
    let sql =
        "select name from supporty.timers join supporty.streams on streams.desk = $1 and streams.id = stream
               where timers.desk = $1 and stamp <> $2 order by name limit $3";
    let most = i64::from(most);
    let rows = db.rows("looking for stale timers", sql, &[(&stamp, Type::TEXT), (&most, Type::INT8)]).await?;
    rows.iter().map(|row| named(row, 0)).collect()
}

pub(super) async fn next_wake(db: &Database) -> Result<Option<Time>, Error> {
    let row = db.row("looking for the next wake", "select supporty.next_wake($1)", &[]).await?;
    get::<Option<i64>>(&row, 0)?.map(instant).transpose()
}

pub(super) fn entry(row: &Row) -> Result<RawEntry, Error> {
    Ok(RawEntry { seq: count(row, 0)?, at: at(row, 1)?, kind: get(row, 2)?, body: get(row, 3)? })
}
