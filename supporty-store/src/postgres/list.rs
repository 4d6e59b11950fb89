use supporty_core::adapter::{Error, Listed, Page, Query, Row};
use tokio_postgres::types::Type;

use super::database::{Database, Param, get};
use super::find::text;
use crate::listing::{Dialect, Listing, Value};
use crate::shared::{corrupt, split};

/// The longest beginning of a word that is indexed, in characters: a longer word is found by it.
const LONGEST_WORD: usize = 200;

pub(super) async fn list(db: &Database, query: &Query) -> Result<Page, Error> {
    let Some(listing) = Listing::of(query, dialect(db.desk)) else { return Ok(Page::default()) };
    let values = listing.values.get(1..).unwrap_or_default();
    let params: Vec<Param<'_>> = values.iter().map(param).collect();
    let found = db.rows("listing tickets", &listing.sql, &params).await?;
    let most = query.page_size() as usize;
    let rows = found.iter().take(most).map(listed).collect::<Result<Vec<_>, _>>()?;
    let next = rows.last().filter(|_| found.len() > most).map(|last| last.row.key.number());
    Ok(Page { rows, next })
}

/// The words of a text as they are indexed.
pub(super) fn indexed(desk: i32, words: &str) -> Vec<String> {
    let mut words: Vec<_> = split(words).map(|word| lexeme(desk, &word)).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn lexeme(desk: i32, word: &str) -> String {
    let begins: String = word.chars().take(LONGEST_WORD).collect();
    format!("{desk}/{begins}")
}

fn dialect(desk: i32) -> Dialect {
    Dialect {
        select: "select rows.body, texts.words from supporty.rows
                 left join supporty.texts on texts.desk = rows.desk and texts.name = rows.title where rows.desk = $1",
        given: vec![Value::Number(desk.into())],
        having_word: Box::new(|_| {
            "rows.stream in (select texts.stream from supporty.texts
             where texts.desk = $1 and texts.found @@ ({})::tsquery{readable})"
        }),
        // A word has only letters and digits, so that quoting it is enough.
        word: Box::new(move |word| format!("'{}':*", lexeme(desk, word))),
    }
}

fn param(value: &Value) -> Param<'_> {
    match value {
        Value::Text(text) => (text, Type::TEXT),
        Value::Number(number) => (number, Type::INT8),
        Value::Flag(flag) => (flag, Type::BOOL),
    }
}

/// A stored row.
pub(super) fn parse(body: &str) -> Result<Row, Error> {
    serde_json::from_str(body).map_err(|error| corrupt("reading a row of a list").caused_by(error))
}

fn listed(found: &tokio_postgres::Row) -> Result<Listed, Error> {
    let row = parse(get(found, 0)?)?;
    let title = get::<Option<&str>>(found, 1)?.map(|words| text(&row.title, words)).transpose()?;
    Ok(Listed { row, title })
}
