use futures_util::TryStreamExt;
use supporty_core::adapter::{Error, ErrorKind, Retry};
use supporty_core::stream::RawEntry;
use supporty_core::vocab::{PolicyVersion, Time};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{IsolationLevel, Transaction};

use super::database::{at, connection, count, get, instant, leisurely, named};
use super::fault::sql_error;
use super::open::PostgresOptions;
use super::schema::is_current;
use crate::logged::{Logged, Together};

impl PostgresOptions {
    /// Reads everything that the desk has logged, as it is at one instant, also while workers are at it: in a transaction that
    /// can not write. One stream is held at a time.
    ///
    /// Refuses a desk that does not exist, and tables of another version. Needs a tokio runtime.
    pub async fn read_log<E: From<Error>>(
        self,
        mut take: impl FnMut(Logged) -> Result<(), E>,
    ) -> Result<(), E> {
        let doing = format!("reading {}", self.place());
        let (pool, _) = self.pool(&doing)?;
        let mut connection = connection(&pool, &doing).await?;
        let snapshot =
            connection.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
        let transaction = leisurely(&doing, snapshot.start()).await?;
        let log =
            Log { desk: self.desk_in(&transaction, &doing).await?, transaction: &transaction, doing: &doing };
        log.policies(&mut take).await?;
        log.streams("not like", &mut take).await?;
        take(log.extent().await?)?;
        log.streams("like", &mut take).await?;
        leisurely(&doing, transaction.rollback()).await?;
        Ok(())
    }

    async fn desk_in(&self, transaction: &Transaction<'_>, doing: &str) -> Result<i32, Error> {
        if !is_current(transaction, doing).await? {
            let doing =
                format!("{doing}, whose tables are missing or of another version: let the desk open it once");
            return Err(Error::new(ErrorKind::Invalid, Retry::Never, doing));
        }
        let sql = "select id from supporty.desks where name = $1";
        let name = self.name();
        let known = leisurely(doing, transaction.query_typed(sql, &[(&name, Type::TEXT)])).await?;
        let Some(known) = known.first() else {
            let doing = format!("{doing}, which has no desk `{name}`: name one of its desks");
            return Err(Error::new(ErrorKind::NotFound, Retry::Never, doing));
        };
        get(known, 0)
    }
}

/// A desk's log in a transaction that only reads.
struct Log<'a> {
    transaction: &'a Transaction<'a>,
    desk: i32,
    doing: &'a str,
}

impl Log<'_> {
    async fn policies<E: From<Error>>(
        &self,
        take: &mut impl FnMut(Logged) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql =
            r#"select version, body from supporty.policies where desk = $1 order by version collate "C""#;
        for row in
            leisurely(self.doing, self.transaction.query_typed(sql, &[(&self.desk, Type::INT4)])).await?
        {
            let version = PolicyVersion::new(get::<&str>(&row, 0)?);
            take(Logged::Policy { version, body: get(&row, 1)? })?;
        }
        Ok(())
    }

    async fn extent(&self) -> Result<Logged, Error> {
        let sql = "select (select count(*) from supporty.streams where desk = $1 and name like 'ticket/%'),
                   min(at), max(at) from supporty.entries where desk = $1";
        let rows =
            leisurely(self.doing, self.transaction.query_typed(sql, &[(&self.desk, Type::INT4)])).await?;
        let Some(row) = rows.first() else { return Ok(Logged::Extent { tickets: 0, period: None }) };
        let stored = |column| get::<Option<i64>>(row, column)?.map(instant).transpose();
        let period: Option<(Time, Time)> = stored(1)?.zip(stored(2)?);
        Ok(Logged::Extent { tickets: count(row, 0)?, period })
    }

    async fn streams<E: From<Error>>(
        &self,
        like: &str,
        take: &mut impl FnMut(Logged) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!(
            "select stream, name, seq, at, kind, body
             from supporty.entries join supporty.streams on streams.desk = $1 and id = stream
             where entries.desk = $1 and name {like} 'ticket/%' order by stream, seq"
        );
        let params = [(&self.desk as &(dyn ToSql + Sync), Type::INT4)];
        let rows = leisurely(self.doing, self.transaction.query_typed_raw(&sql, params)).await?;
        let mut rows = std::pin::pin!(rows);
        let mut together = Together::default();
        while let Some(row) = rows.try_next().await.map_err(|error| sql_error(self.doing, &error))? {
            let (seq, kind, body) = (count(&row, 2)?, get(&row, 4)?, get(&row, 5)?);
            let entry = RawEntry { seq, at: at(&row, 3)?, kind, body };
            let whole = together.row(get(&row, 0)?, || named(&row, 1), entry)?;
            whole.into_iter().try_for_each(&mut *take)?;
        }
        together.end().into_iter().try_for_each(take)
    }
}
