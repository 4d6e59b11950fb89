use rusqlite::{Connection, TransactionBehavior};
use supporty_core::adapter::{Error, ErrorKind, Retry};

use super::fault::Outcome;
use crate::shared::corrupt;

/// Every step from an empty file to the tables of today. A step that was released is never changed.
const MIGRATIONS: &[&str] = &[include_str!("../../migrations/sqlite/0001_first.sql")];

/// Tells a database of supporty from every other: `spty`.
const APPLICATION: i64 = 0x7370_7479;

/// Takes the steps that the database has not taken yet, all or none.
pub(super) fn migrate(connection: &mut Connection, doing: &str) -> Outcome<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let missing = check_version(&transaction, doing)?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    if !missing.is_empty() {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(
            None,
            "user_version",
            i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX),
        )?;
    }
    transaction.commit()?;
    Ok(())
}

/// The steps that the database has not taken yet. Refuses what is not supporty's, and what a newer version wrote.
pub(super) fn check_version(connection: &Connection, doing: &str) -> Outcome<&'static [&'static str]> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let version = usize::try_from(pragma("user_version")?).unwrap_or(usize::MAX);
    let tables: i64 = connection.query_one("select count(*) from sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && pragma("application_id")? != APPLICATION {
        return Err(corrupt(format!("{doing}, a database of another program: choose another file")).into());
    }
    MIGRATIONS.get(version..).ok_or_else(|| {
        let newest = MIGRATIONS.len();
        let doing = format!(
            "{doing}, whose tables are of version {version} where this program knows {newest}: \
             run the version that wrote them, or newer"
        );
        Error::new(ErrorKind::Newer, Retry::Never, doing).into()
    })
}
