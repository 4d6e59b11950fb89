use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use supporty_core::adapter::{Listed, OwnerFilter, Page, Query, Row};

use super::fault::Outcome;
use super::find::text;
use super::value::int;
use crate::shared::{corrupt, words};

pub(super) fn list(db: &Connection, query: &Query) -> Outcome<Page> {
    let Some(statement) = Statement::of(query) else { return Ok(Page::default()) };
    let mut prepared = db.prepare_cached(&statement.sql)?;
    let found =
        prepared.query_map(params_from_iter(statement.values), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let found = found.collect::<Result<Vec<(String, Option<String>)>, _>>()?;
    let most = query.page_size() as usize;
    let more = found.len() > most;
    let rows = found.into_iter().take(most).map(listed).collect::<Outcome<Vec<_>>>()?;
    let next = rows.last().filter(|_| more).map(|last| last.row.key.number());
    Ok(Page { rows, next })
}

/// A query as SQL. Everything that anybody typed is a bound value.
struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    /// `None` for a search without words, which finds nothing.
    fn of(query: &Query) -> Option<Self> {
        let sql =
            "select rows.body, texts.words from rows left join texts on texts.name = rows.title where true";
        let mut statement = Self { sql: sql.to_owned(), values: Vec::new() };
        statement.narrow_by_columns(query);
        if let Some(words) = words(query.search.as_deref()) {
            if words.is_empty() {
                return None;
            }
            for word in words {
                statement.narrow_by_word(&word, query.internal);
            }
        }
        statement
            .and(" order by rows.number desc, rows.stream desc limit ?", i64::from(query.page_size()) + 1);
        Some(statement)
    }

    fn narrow_by_columns(&mut self, query: &Query) {
        if !query.status.is_empty() {
            let marks = vec!["?"; query.status.len()].join(", ");
            self.sql.push_str(&format!(" and rows.status in ({marks})"));
            self.values.extend(query.status.iter().map(|status| Value::from(status.as_str().to_owned())));
        }
        match &query.owner {
            Some(OwnerFilter::Person(owner)) => self.and(" and rows.owner = ?", owner.to_string()),
            Some(OwnerFilter::Nobody) => self.sql.push_str(" and rows.owner is null"),
            None => {}
        }
        if let Some(squad) = &query.squad {
            self.and(" and rows.squad = ?", squad.to_string());
        }
        if let Some(kind) = query.kind {
            self.and(" and json_extract(rows.body, '$.kind') = ?", kind.to_string());
        }
        if let Some(priority) = &query.priority {
            self.and(" and rows.priority = ?", priority.to_string());
        }
        if let Some(area) = &query.area {
            self.and(" and rows.area = ?", area.to_string());
        }
        if let Some(at_risk) = query.at_risk {
            self.and(" and rows.at_risk = ?", at_risk);
        }
        if let Some(before) = query.before {
            self.and(" and rows.number < ?", int(before));
        }
    }

    /// A word has only letters and digits, so that quoting it is enough.
    fn narrow_by_word(&mut self, word: &str, internal: bool) {
        let readable = if internal { "" } else { " and not texts.internal" };
        let narrow = format!(
            " and rows.stream in (select texts.stream from text_index join texts on texts.position = text_index.rowid
              where text_index match ?{readable})"
        );
        self.and(&narrow, format!("\"{word}\"*"));
    }

    fn and(&mut self, sql: &str, value: impl Into<Value>) {
        self.sql.push_str(sql);
        self.values.push(value.into());
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
