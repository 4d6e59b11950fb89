//! A query for tickets as SQL, the same for every database.

use supporty_core::adapter::{OwnerFilter, Query};

use supporty_core::ticket::StatusKind;

use crate::shared::words;

/// What the tables call open.
const OPEN: [StatusKind; 3] = [StatusKind::New, StatusKind::Active, StatusKind::Waiting];

/// A query as SQL. Everything that anybody typed is a bound value, `$1` the first of them.
pub(crate) struct Listing {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

/// A value to bind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    Flag(bool),
}

/// What databases do not say alike.
pub(crate) struct Dialect {
    /// Selects the body of a row and the words of its title, up to the first condition.
    pub(crate) select: &'static str,
    /// What the values before those of the query are.
    pub(crate) given: Vec<Value>,
    /// The condition that a ticket has a text with that word, which stands at `{}`; at `{readable}`, which texts count.
    pub(crate) having_word: Box<dyn Fn(&str) -> &'static str>,
    /// How a word is looked for.
    pub(crate) word: Box<dyn Fn(&str) -> String>,
}

impl Listing {
    /// `None` for a search without words, which finds nothing.
    pub(crate) fn of(query: &Query, dialect: Dialect) -> Option<Self> {
        let mut listing = Self { sql: dialect.select.to_owned(), values: dialect.given };
        listing.narrow(query);
        if let Some(words) = words(query.search.as_deref()) {
            if words.is_empty() {
                return None;
            }
            for word in words {
                let readable = if query.internal { "" } else { " and not texts.internal" };
                let having = (dialect.having_word)(&word).replace("{readable}", readable);
                listing.and(&format!(" and {having}"), Value::Text((dialect.word)(&word)));
            }
        }
        let most = i64::from(query.page_size()) + 1;
        listing.and(" order by rows.number desc, rows.stream desc limit {}", Value::Number(most));
        Some(listing)
    }

    fn narrow(&mut self, query: &Query) {
        let open = !query.status.is_empty() && query.status.iter().all(|status| OPEN.contains(status));
        let all_open = open && OPEN.iter().all(|status| query.status.contains(status));
        if open {
            self.sql.push_str(" and rows.open");
        }
        if !query.status.is_empty() && !all_open {
            // What is open is found by its own index, in order; that of statuses would have to be sorted.
            self.sql.push_str(if open { " and rows.status || '' in (" } else { " and rows.status in (" });
            for (number, status) in query.status.iter().enumerate() {
                let mark = if number == 0 { "{}" } else { ", {}" };
                self.and(mark, Value::Text(status.as_str().to_owned()));
            }
            self.sql.push(')');
        }
        match &query.owner {
            Some(OwnerFilter::Person(owner)) => self.and(" and rows.owner = {}", owner.to_string().into()),
            Some(OwnerFilter::Nobody) => self.sql.push_str(" and rows.owner is null"),
            None => {}
        }
        let columns = [
            ("squad", query.squad.as_ref().map(ToString::to_string)),
            ("kind", query.kind.map(|kind| kind.to_string())),
            ("priority", query.priority.as_ref().map(ToString::to_string)),
            ("area", query.area.as_ref().map(ToString::to_string)),
        ];
        for (column, value) in columns {
            if let Some(value) = value {
                self.and(&format!(" and rows.{column} = {{}}"), value.into());
            }
        }
        if let Some(at_risk) = query.at_risk {
            self.and(" and rows.at_risk = {}", Value::Flag(at_risk));
        }
        if let Some(before) = query.before {
            let before = i64::try_from(before).unwrap_or(i64::MAX);
            self.and(" and rows.number < {}", Value::Number(before));
        }
    }

    /// Adds SQL with one value in it.
    fn and(&mut self, sql: &str, value: Value) {
        self.values.push(value);
        self.sql.push_str(&sql.replacen("{}", &format!("${}", self.values.len()), 1));
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
