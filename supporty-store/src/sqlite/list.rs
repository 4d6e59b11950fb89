use rusqlite::functions::FunctionFlags;
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ToSql, params, params_from_iter};
use supporty_core::adapter::{Listed, Page, Query, Row};

use super::fault::Outcome;
use super::find::text;
use crate::listing::{Dialect, Listing, Value};
use crate::shared::{corrupt, split, words};

/// As many texts are gathered in a few milliseconds.
const OFTEN: u32 = 2_000;

pub(super) fn list(db: &Connection, query: &Query) -> Outcome<Page> {
    let mut often = Vec::new();
    for word in words(query.search.as_deref()).unwrap_or_default() {
        if is_often(db, &word)? {
            often.push(word);
        }
    }
    let Some(listing) = Listing::of(query, dialect(often)) else { return Ok(Page::default()) };
    let mut prepared = db.prepare_cached(&listing.sql)?;
    let found = prepared.query_map(params_from_iter(listing.values), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found = found.collect::<Result<Vec<(String, Option<String>)>, _>>()?;
    let most = query.page_size() as usize;
    let more = found.len() > most;
    let rows = found.into_iter().take(most).map(listed).collect::<Outcome<Vec<_>>>()?;
    let next = rows.last().filter(|_| more).map(|last| last.row.key.number());
    Ok(Page { rows, next })
}

/// Whether that many texts have a word that it costs less to look into the newest tickets one by one.
fn is_often(db: &Connection, word: &str) -> Outcome<bool> {
    let found = "select count(*) from (select 1 from text_index where text_index match ? limit ?)";
    let count: u32 = db.prepare_cached(found)?.query_one(params![quoted(word), OFTEN], |row| row.get(0))?;
    Ok(count == OFTEN)
}

/// A word has only letters and digits, so that quoting it is enough.
fn quoted(word: &str) -> String {
    format!("\"{word}\"*")
}

/// Teaches a connection to look for a word in a text as the index does.
pub(super) fn add_has_word(db: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("has_word", 2, flags, |context| {
        let (text, word) = (context.get_raw(0).as_str()?, context.get_raw(1).as_str()?);
        Ok(split(text).any(|spoken| spoken.starts_with(word)))
    })
}

fn dialect(often: Vec<String>) -> Dialect {
    Dialect {
        select: "select rows.body, texts.words from rows left join texts on texts.name = rows.title where true",
        given: Vec::new(),
        word: Box::new({
            let often = often.clone();
            move |word| if often.iter().any(|often| often == word) { word.to_owned() } else { quoted(word) }
        }),
        having_word: Box::new(move |word| match often.iter().any(|often| often == word) {
            true => {
                "exists (select 1 from texts where texts.stream = rows.stream{readable}
                 and has_word(texts.words, {}))"
            }
            false => {
                "rows.stream in (
                     select texts.stream from text_index join texts on texts.position = text_index.rowid
                     where text_index match {}{readable})"
            }
        }),
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
