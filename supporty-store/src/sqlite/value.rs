use std::str::FromStr;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Result, ToSql};
use supporty_core::vocab::Time;

/// An instant in whole microseconds.
pub(super) struct At(pub(super) Time);

/// Something that is stored as its name.
pub(super) struct Named<T>(pub(super) T);

/// A count. Nothing that is counted comes near the sign.
pub(super) fn int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A stored count.
pub(super) fn count(stored: i64) -> u64 {
    stored.unsigned_abs()
}

impl ToSql for At {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.0.timestamp_micros().into())
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let stored = value.as_i64()?;
        Time::from_timestamp_micros(stored).map(Self).ok_or(FromSqlError::OutOfRange(stored))
    }
}

impl<T: FromStr<Err: std::error::Error + Send + Sync + 'static>> FromSql for Named<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}
