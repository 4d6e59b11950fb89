use supporty_core::adapter::{
    Arrival, Attempt, DeadLetter, Error, InboxLease, OutboxLease, Receipt, Settled, TimerLease,
};
use supporty_core::stream::EffectId;
use supporty_core::vocab::{InboundKey, TicketKey, Time};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::database::{Database, at, count, get, int, named};
use crate::shared::{corrupt, fenced, not_dead, reserved};

pub(super) async fn reserve(db: &Database, prefix: &str) -> Result<TicketKey, Error> {
    reserved(prefix, 1)?;
    let row = db
        .row("reserving a ticket number", "select supporty.reserve($1, $2)", &[(&prefix, Type::TEXT)])
        .await?;
    reserved(prefix, count(&row, 0)?)
}

pub(super) async fn accept(db: &Database, arrival: &Arrival) -> Result<Receipt, Error> {
    const DOING: &str = "accepting a delivery";
    let (at, until) = (arrival.at.timestamp_micros(), arrival.until.timestamp_micros());
    let key = arrival.key.as_str();
    let params = [
        (&key as _, Type::TEXT),
        (&arrival.body as _, Type::TEXT),
        (&at as _, Type::INT8),
        (&until as _, Type::INT8),
    ];
    let sql = "select state, answer from supporty.accept($1, $2, $3, $4, $5)";
    let rows = db.rows_and_tell(DOING, sql, &params).await?;
    let row = rows.first().ok_or_else(|| corrupt(DOING))?;
    match (get::<&str>(row, 0)?, get::<Option<String>>(row, 1)?) {
        ("new", _) => Ok(Receipt::New),
        (_, Some(answer)) => Ok(Receipt::Handled { answer }),
        (_, None) => Ok(Receipt::Waiting),
    }
}

async fn lease(
    db: &Database,
    doing: &str,
    sql: &str,
    (now, until, most): (Time, Time, u32),
) -> Result<Vec<Row>, Error> {
    let (now, until, most) = (now.timestamp_micros(), until.timestamp_micros(), i64::from(most));
    db.rows(doing, sql, &[(&now, Type::INT8), (&until, Type::INT8), (&most, Type::INT8)]).await
}

pub(super) async fn lease_inbox(db: &Database, when: (Time, Time, u32)) -> Result<Vec<InboxLease>, Error> {
    let sql = "select key, body, at from supporty.lease_inbox($1, $2, $3, $4)";
    let rows = lease(db, "leasing deliveries", sql, when).await?;
    let leased = |row: &Row| {
        Ok(InboxLease { key: InboundKey::new(get::<&str>(row, 0)?), body: get(row, 1)?, at: at(row, 2)? })
    };
    rows.iter().map(leased).collect()
}

pub(super) async fn lease_timers(db: &Database, when: (Time, Time, u32)) -> Result<Vec<TimerLease>, Error> {
    let sql = "select stream, due, stamp from supporty.lease_timers($1, $2, $3, $4)";
    let rows = lease(db, "leasing timers", sql, when).await?;
    let leased = |row: &Row| Ok(TimerLease { stream: named(row, 0)?, due: at(row, 1)?, stamp: get(row, 2)? });
    rows.iter().map(leased).collect()
}

pub(super) async fn lease_outbox(db: &Database, when: (Time, Time, u32)) -> Result<Vec<OutboxLease>, Error> {
    let sql =
        "select name, body, attempts, tried, fence, revision from supporty.lease_outbox($1, $2, $3, $4)";
    let rows = lease(db, "leasing effects", sql, when).await?;
    let leased = |row: &Row| {
        Ok(OutboxLease {
            id: named(row, 0)?,
            body: get(row, 1)?,
            attempts: get::<i32>(row, 2)?.unsigned_abs(),
            tried: get(row, 3)?,
            fence: count(row, 4)?,
            revision: count(row, 5)?,
        })
    };
    rows.iter().map(leased).collect()
}

pub(super) async fn begin(db: &Database, attempt: &Attempt) -> Result<(), Error> {
    let (id, fence) = (attempt.id.to_string(), int(attempt.fence));
    let sql = "select supporty.begin($1, $2, $3)";
    let row = db.row("beginning a delivery", sql, &[(&id, Type::TEXT), (&fence, Type::INT8)]).await?;
    if get(&row, 0)? { Ok(()) } else { Err(fenced(&attempt.id)) }
}

pub(super) async fn settle(db: &Database, attempt: &Attempt, settled: &Settled) -> Result<(), Error> {
    let (id, fence, revision) = (attempt.id.to_string(), int(attempt.fence), int(attempt.revision));
    let (how, later, why) = match settled {
        Settled::Delivered | Settled::Dropped => ("done", None, None),
        Settled::Retry { at, .. } => ("retry", Some(at.timestamp_micros()), None),
        Settled::Postponed { at } => ("postponed", Some(at.timestamp_micros()), None),
        Settled::Dead { why } => ("dead", None, Some(why.as_str())),
    };
    let at = attempt.at.timestamp_micros();
    let params = [
        (&id as _, Type::TEXT),
        (&fence as _, Type::INT8),
        (&revision as _, Type::INT8),
        (&how as _, Type::TEXT),
        (&at as _, Type::INT8),
        (&later as _, Type::INT8),
        (&why as _, Type::TEXT),
    ];
    let sql = "select supporty.settle($1, $2, $3, $4, $5, $6, $7, $8)";
    let row = db.row("settling a delivery", sql, &params).await?;
    if get(&row, 0)? { Ok(()) } else { Err(fenced(&attempt.id)) }
}

pub(super) async fn dead_letters(db: &Database) -> Result<Vec<DeadLetter>, Error> {
    let sql =
        "select name, body, attempts, why, at from supporty.dead_letters where desk = $1 order by position";
    let rows = db.rows("listing dead letters", sql, &[]).await?;
    let letter = |row: &Row| {
        Ok(DeadLetter {
            id: named(row, 0)?,
            body: get(row, 1)?,
            attempts: get::<i32>(row, 2)?.unsigned_abs(),
            why: get(row, 3)?,
            at: at(row, 4)?,
        })
    };
    rows.iter().map(letter).collect()
}

pub(super) async fn revive(db: &Database, id: &EffectId, now: Time) -> Result<(), Error> {
    let (name, now) = (id.to_string(), now.timestamp_micros());
    let sql = "select supporty.revive($1, $2, $3)";
    let row = db.row("reviving a dead letter", sql, &[(&name, Type::TEXT), (&now, Type::INT8)]).await?;
    if get(&row, 0)? { Ok(()) } else { Err(not_dead(id)) }
}
