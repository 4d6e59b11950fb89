use rusqlite::{Connection, OptionalExtension, params};
use supporty_core::adapter::{Arrival, Handled, InboxLease, Receipt};
use supporty_core::vocab::{InboundKey, Time};

use super::fault::Outcome;
use super::value::At;
use crate::shared::handled_before;

pub(super) fn accept(db: &Connection, arrival: &Arrival) -> Outcome<Receipt> {
    let Arrival { key, body, at, until } = arrival;
    let known = db
        .prepare_cached("select answer from inbox where key = ?")?
        .query_row([key.as_str()], |row| row.get::<_, Option<String>>(0))
        .optional()?;
    Ok(match known {
        Some(Some(answer)) => Receipt::Handled { answer },
        Some(None) => Receipt::Waiting,
        None => {
            db.prepare_cached("insert into inbox (key, at, body, wake) values (?, ?, ?, ?)")?
                .execute(params![key.as_str(), At(*at), body, At(*until)])?;
            Receipt::New
        }
    })
}

pub(super) fn lease(db: &Connection, now: Time, until: Time, most: u32) -> Outcome<Vec<InboxLease>> {
    let waiting = "select key, body, at from inbox where wake <= ? order by at, number limit ?";
    let mut statement = db.prepare_cached(waiting)?;
    let rows = statement.query_map(params![At(now), most], |row| {
        let At(at) = row.get(2)?;
        Ok(InboxLease { key: InboundKey::new(row.get::<_, String>(0)?), body: row.get(1)?, at })
    })?;
    let leases = rows.collect::<Result<Vec<_>, _>>()?;
    let mut lease = db.prepare_cached("update inbox set wake = ? where key = ?")?;
    for InboxLease { key, .. } in &leases {
        lease.execute(params![At(until), key.as_str()])?;
    }
    Ok(leases)
}

/// A key that was never accepted is handled all the same: its commit is what makes it known.
pub(super) fn handle(db: &Connection, handled: &Handled) -> Outcome<()> {
    let Handled { key, answer, at } = handled;
    let put = "insert into inbox (key, at, answer, handled_at) values (?1, ?3, ?2, ?3)
               on conflict (key) do update set body = null, wake = null, answer = ?2, handled_at = ?3
               where answer is null";
    match db.prepare_cached(put)?.execute(params![key.as_str(), answer, At(*at)])? {
        0 => Err(handled_before(key).into()),
        _ => Ok(()),
    }
}
