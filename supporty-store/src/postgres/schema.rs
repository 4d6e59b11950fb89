use deadpool_postgres::Object;
use supporty_core::adapter::{Error, ErrorKind, Retry};
use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use super::database::{get, leisurely};

/// Every step from an empty database to the tables of today. A step that was released is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/postgres/0001_first.sql"),
    include_str!("../../migrations/postgres/0002_verbs.sql"),
    include_str!("../../migrations/postgres/0003_postponed.sql"),
];

/// Takes the steps that the database has not taken yet, all or none, one worker at a time.
pub(super) async fn migrate(connection: &mut Object, doing: &str) -> Result<(), Error> {
    if version(&***connection, doing).await? == Some(MIGRATIONS.len()) {
        return Ok(());
    }
    let transaction = leisurely(doing, connection.transaction()).await?;
    leisurely(doing, transaction.batch_execute("select pg_advisory_xact_lock(1936749689, 0)")).await?;
    let version = version(&*transaction, doing).await?;
    let Some(missing) = MIGRATIONS.get(version.unwrap_or(0)..) else {
        let (is, newest) = (version.unwrap_or(0), MIGRATIONS.len());
        let doing = format!(
            "{doing}, whose tables are of version {is} where this program knows {newest}: \
             run the version that wrote them, or newer"
        );
        return Err(Error::new(ErrorKind::Newer, Retry::Never, doing));
    };
    if version.is_none() {
        let begin = "create schema if not exists supporty;
                     create table supporty.version (version bigint not null);
                     insert into supporty.version values (0)";
        leisurely(doing, transaction.batch_execute(begin)).await?;
    }
    for step in missing {
        leisurely(doing, transaction.batch_execute(step)).await?;
    }
    if !missing.is_empty() {
        let newest = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
        let params = [(&newest as _, Type::INT8)];
        let set = transaction.query_typed("update supporty.version set version = $1", &params);
        leisurely(doing, set).await?;
    }
    leisurely(doing, transaction.commit()).await
}

/// Whether the tables are those of today.
pub(super) async fn is_current(client: &impl GenericClient, doing: &str) -> Result<bool, Error> {
    Ok(version(client, doing).await? == Some(MIGRATIONS.len()))
}

/// Asks the catalog's tables: what a session once looked up by name and did not find, it may believe to be missing
/// after another worker made it.
const TABLE: &str = "select exists (select from pg_catalog.pg_tables where schemaname = 'supporty' and tablename = 'version')";
const VERSION: &str = "select version from supporty.version";

async fn version(client: &impl GenericClient, doing: &str) -> Result<Option<usize>, Error> {
    let table = leisurely(doing, client.query_typed(TABLE, &[])).await?;
    if !table.first().map_or(Ok(false), |row| get(row, 0))? {
        return Ok(None);
    }
    let version = leisurely(doing, client.query_typed(VERSION, &[])).await?;
    let version = version.first().map_or(Ok(0), |row| get::<i64>(row, 0))?;
    Ok(Some(usize::try_from(version).unwrap_or(usize::MAX)))
}
