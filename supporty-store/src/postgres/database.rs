use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use deadpool_postgres::{Object, Pool, PoolError};
use futures_util::future::{Either, select};
use supporty_core::adapter::{Error, ErrorKind, Retry};
use supporty_core::vocab::Time;
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, ToSql, Type};

use super::fault::{lost, sql_error};
use super::listen::channel;
use crate::shared::corrupt;

/// Longer than anything that a desk asks takes, and well under a lease.
const PATIENCE: Duration = Duration::from_secs(20);
/// For what an operator asks, which may read everything.
const LEISURE: Duration = Duration::from_secs(60 * 60);

/// A value, with the type that the statement expects: with it a statement needs no round trip to be prepared, and no
/// session that remembers it.
pub(super) type Param<'a> = (&'a (dyn ToSql + Sync), Type);

/// Connections to a database, and the desk in it.
#[derive(Clone)]
pub(super) struct Database {
    pub(super) pool: Pool,
    pub(super) desk: i32,
}

impl Database {
    pub(super) async fn connection(&self, doing: &str) -> Result<Object, Error> {
        connection(&self.pool, doing).await
    }

    /// The rows of a statement whose first parameter is the desk.
    pub(super) async fn rows(&self, doing: &str, sql: &str, rest: &[Param<'_>]) -> Result<Vec<Row>, Error> {
        self.rows_within(PATIENCE, doing, sql, rest).await
    }

    /// The same, for an operator.
    pub(super) async fn rows_at_leisure(
        &self,
        doing: &str,
        sql: &str,
        rest: &[Param<'_>],
    ) -> Result<Vec<Row>, Error> {
        self.rows_within(LEISURE, doing, sql, rest).await
    }

    async fn rows_within(
        &self,
        limit: Duration,
        doing: &str,
        sql: &str,
        rest: &[Param<'_>],
    ) -> Result<Vec<Row>, Error> {
        let connection = self.connection(doing).await?;
        let mut params: Vec<Param<'_>> = vec![(&self.desk, Type::INT4)];
        params.extend_from_slice(rest);
        let asked = within(limit, doing, connection.query_typed(sql, &params)).await;
        give_back(connection, asked)
    }

    /// The same, and tells the other workers that something was written: after it, on the same wire. In the same
    /// transaction all that tell would wait for each other's disk.
    pub(super) async fn rows_and_tell(
        &self,
        doing: &str,
        sql: &str,
        rest: &[Param<'_>],
    ) -> Result<Vec<Row>, Error> {
        let connection = self.connection(doing).await?;
        let mut params: Vec<Param<'_>> = vec![(&self.desk, Type::INT4)];
        params.extend_from_slice(rest);
        let channel = channel(self.desk);
        let channel = [(&channel as _, Type::TEXT)];
        let asked = patiently(doing, async {
            let asked = pin!(connection.query_typed(sql, &params));
            let told = pin!(connection.query_typed("select pg_notify($1, '')", &channel));
            // Both are on their way; nobody waits to hear that it was told. Whoever is not told looks in time anyway.
            match select(asked, told).await {
                Either::Left((asked, _)) => asked,
                Either::Right((_, asked)) => asked.await,
            }
        });
        let asked = asked.await;
        give_back(connection, asked)
    }

    pub(super) async fn row(&self, doing: &str, sql: &str, rest: &[Param<'_>]) -> Result<Row, Error> {
        only(doing, self.rows(doing, sql, rest).await?)
    }

    pub(super) async fn row_at_leisure(
        &self,
        doing: &str,
        sql: &str,
        rest: &[Param<'_>],
    ) -> Result<Row, Error> {
        only(doing, self.rows_at_leisure(doing, sql, rest).await?)
    }
}

pub(super) async fn connection(pool: &Pool, doing: &str) -> Result<Object, Error> {
    pool.get().await.map_err(|error| match error {
        PoolError::Backend(error) => sql_error(doing, &error),
        PoolError::Timeout(_) => {
            let doing =
                format!("{doing}; no connection came free: the database is slow, or allow more of them");
            Error::new(ErrorKind::Unavailable, Retry::Backoff, doing)
        }
        _ => lost(doing),
    })
}

/// A connection whose last question has no known end is not asked anything else.
fn give_back<T>(connection: Object, asked: Result<T, Error>) -> Result<T, Error> {
    if asked.as_ref().is_err_and(|error| error.kind == ErrorKind::Unavailable) {
        drop(Object::take(connection));
    }
    asked
}

fn only(doing: &str, mut rows: Vec<Row>) -> Result<Row, Error> {
    rows.pop().ok_or_else(|| corrupt(format!("{doing}; the database gave no answer")))
}

pub(super) async fn patiently<T>(
    doing: &str,
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Error> {
    within(PATIENCE, doing, asked).await
}

pub(super) async fn leisurely<T>(
    doing: &str,
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Error> {
    within(LEISURE, doing, asked).await
}

/// What takes too long has an unknown end, like a lost connection.
async fn within<T>(
    limit: Duration,
    doing: &str,
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(limit, asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(sql_error(doing, &error)),
        Err(_) => Err(lost(doing)),
    }
}

/// A column of a row.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, Error> {
    row.try_get(column).map_err(|_| corrupt(format!("reading column {column} of an answer of the database")))
}

/// A column with a name that can be read back.
pub(super) fn named<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &Row,
    column: usize,
) -> Result<T, Error> {
    let name: &str = get(row, column)?;
    name.parse().map_err(|error| corrupt("reading a stored name").caused_by(error))
}

pub(super) fn at(row: &Row, column: usize) -> Result<Time, Error> {
    instant(get(row, column)?)
}

pub(super) fn instant(micros: i64) -> Result<Time, Error> {
    Time::from_timestamp_micros(micros).ok_or_else(|| corrupt("reading a stored instant"))
}

pub(super) fn count(row: &Row, column: usize) -> Result<u64, Error> {
    get::<i64>(row, column).map(i64::unsigned_abs)
}

/// A count. Nothing that is counted comes near the sign.
pub(super) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
