use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ToSql, params_from_iter};
use supporty_core::adapter::{Listed, Page, Query, Row};

use super::fault::Outcome;
use super::find::text;
use crate::listing::{Dialect, Listing, Value};
use crate::shared::corrupt;

pub(super) fn list(db: &Connection, query: &Query) -> Outcome<Page> {
    let Some(listing) = Listing::of(query, dialect()) else { return Ok(Page::default()) };
    let mut prepared = db.prepare_cached(&listing.sql)?;
    let found = prepared.query_map(params_from_iter(listing.values), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found = found.collect::<Result<Vec<(String, Option<String>)>, _>>()?;
    let most = query.page_size() as usize;
    let more = found.len() > most;
    let rows = found.into_iter().take(most).map(listed).collect::<Outcome<Vec<_>>>()?;
    let next = rows.last().filter(|_| more).map(|last| last.row.key.number());
    Ok(Page { rows, next })
}

fn dialect() -> Dialect {
    Dialect {
        select: "select rows.body, texts.words from rows left join texts on texts.name = rows.title where true",
        given: Vec::new(),
        having_word: "select texts.stream from text_index join texts on texts.position = text_index.rowid
                      where text_index match {}",
        // A word has only letters and digits, so that quoting it is enough.
        word: Box::new(|word| format!("\"{word}\"*")),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Text(text) => text.to_sql(),
            Self::Number(number) => number.to_sql(),
            Self::Flag(flag) => flag.to_sql(),
        }
    }
}

/// A stored row.
pub(super) fn parse(body: &str) -> Outcome<Row> {
    Ok(serde_json::from_str(body).map_err(|error| corrupt("reading a row of a list").caused_by(error))?)
}

fn listed((body, title): (String, Option<String>)) -> Outcome<Listed> {
    let row = parse(&body)?;
    let title = title.map(|words| text(&row.title, &words)).transpose()?;
    Ok(Listed { row, title })
}
