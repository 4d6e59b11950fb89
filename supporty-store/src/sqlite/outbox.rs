use rusqlite::{Connection, OptionalExtension, params};
use supporty_core::adapter::{Attempt, DeadLetter, NewEffect, OutboxLease, Settled};
use supporty_core::stream::EffectId;
use supporty_core::vocab::Time;

use super::commit::count_up;
use super::fault::Outcome;
use super::value::{At, Named, count, int};
use crate::shared::{fenced, not_dead};

/// A level that is queued changes in its place; a name that is known is not queued again.
pub(super) fn enqueue(db: &Connection, effect: &NewEffect) -> Outcome<()> {
    let NewEffect { id, lane, level, body, at } = effect;
    let changed = db
        .prepare_cached("update outbox set body = ?, revision = revision + 1 where level = ?")?
        .execute(params![body, level])?;
    if changed == 0 {
        let put = "insert into outbox (name, lane, level, body, at) select ?1, ?2, ?3, ?4, ?5
                   where not exists (select 1 from dead_letters where name = ?1) on conflict (name) do nothing";
        db.prepare_cached(put)?.execute(params![id.to_string(), lane, level, body, At(*at)])?;
        arm_head(db, lane)?;
    }
    Ok(())
}

pub(super) fn lease(db: &Connection, now: Time, until: Time, most: u32) -> Outcome<Vec<OutboxLease>> {
    let due = db
        .prepare_cached("select position from outbox where wake <= ? order by wake, position limit ?")?
        .query_map(params![At(now), most], |row| row.get(0))?
        .collect::<Result<Vec<i64>, _>>()?;
    due.into_iter().map(|position| lease_one(db, position, until)).collect()
}

pub(super) fn begin(db: &Connection, attempt: &Attempt) -> Outcome<()> {
    let begun = "update outbox set tried = 1, attempts = attempts + 1 where name = ? and fence = ?";
    match db.prepare_cached(begun)?.execute(params![attempt.id.to_string(), int(attempt.fence)])? {
        0 => Err(fenced(&attempt.id).into()),
        _ => Ok(()),
    }
}

pub(super) fn settle(db: &Connection, attempt: &Attempt, settled: &Settled) -> Outcome<()> {
    let Some(leased) = leased(db, attempt)? else { return Err(fenced(&attempt.id).into()) };
    match settled {
        Settled::Delivered | Settled::Dropped if leased.revision > attempt.revision => {
            let again =
                "update outbox set position = (select max(position) + 1 from outbox), at = ?, wake = null,
                         attempts = 0, tried = 0, fence = null where position = ?";
            db.prepare_cached(again)?.execute(params![At(attempt.at), leased.position])?;
        }
        Settled::Delivered | Settled::Dropped => remove(db, &leased)?,
        Settled::Retry { at, .. } => {
            let later = "update outbox set at = ?1, wake = ?1, tried = 0, fence = null where position = ?2";
            db.prepare_cached(later)?.execute(params![At(*at), leased.position])?;
        }
        Settled::Postponed { at } => {
            let later = "update outbox set at = ?1, wake = ?1, attempts = max(attempts - 1, 0), tried = 0, fence = null
                         where position = ?2";
            db.prepare_cached(later)?.execute(params![At(*at), leased.position])?;
        }
        Settled::Dead { why } => {
            let bury = "insert into dead_letters (name, lane, level, body, attempts, why, at)
                        select name, lane, level, body, attempts, ?, ? from outbox where position = ?";
            db.prepare_cached(bury)?.execute(params![why, At(attempt.at), leased.position])?;
            remove(db, &leased)?;
        }
    }
    arm_head(db, &leased.lane)
}

pub(super) fn dead_letters(db: &Connection) -> Outcome<Vec<DeadLetter>> {
    let mut statement =
        db.prepare_cached("select name, body, attempts, why, at from dead_letters order by position")?;
    let letters = statement.query_map([], |row| {
        let (Named(id), At(at)) = (row.get(0)?, row.get(4)?);
        Ok(DeadLetter { id, body: row.get(1)?, attempts: row.get(2)?, why: row.get(3)?, at })
    })?;
    Ok(letters.collect::<Result<_, _>>()?)
}

pub(super) fn revive(db: &Connection, id: &EffectId, now: Time) -> Outcome<()> {
    let effect = db
        .prepare_cached("delete from dead_letters where name = ? returning lane, level, body")?
        .query_row([id.to_string()], |row| {
            Ok(NewEffect {
                id: id.clone(),
                lane: row.get(0)?,
                level: row.get(1)?,
                body: row.get(2)?,
                at: now,
            })
        })
        .optional()?;
    enqueue(db, &effect.ok_or_else(|| not_dead(id))?)
}

/// An effect whose newest lease is the attempt's.
struct Leased {
    position: i64,
    lane: String,
    revision: u64,
}

fn leased(db: &Connection, attempt: &Attempt) -> Outcome<Option<Leased>> {
    let newest = "select position, lane, revision from outbox where name = ? and fence = ?";
    let mut statement = db.prepare_cached(newest)?;
    let found = statement.query_row(params![attempt.id.to_string(), int(attempt.fence)], |row| {
        Ok(Leased { position: row.get(0)?, lane: row.get(1)?, revision: count(row.get(2)?) })
    });
    Ok(found.optional()?)
}

fn lease_one(db: &Connection, position: i64, until: Time) -> Outcome<OutboxLease> {
    let fence = count_up(db, "fence")?;
    let lease = "update outbox set wake = ?, fence = ? where position = ?
                 returning name, body, attempts, tried, revision";
    let mut statement = db.prepare_cached(lease)?;
    let leased = statement.query_one(params![At(until), int(fence), position], |row| {
        let (Named(id), revision) = (row.get(0)?, count(row.get(4)?));
        Ok(OutboxLease { id, body: row.get(1)?, attempts: row.get(2)?, tried: row.get(3)?, fence, revision })
    })?;
    Ok(leased)
}

fn remove(db: &Connection, leased: &Leased) -> Outcome<()> {
    db.prepare_cached("delete from outbox where position = ?")?.execute([leased.position])?;
    Ok(())
}

/// The same for all lanes.
pub(super) fn arm_heads(db: &Connection) -> Outcome<()> {
    let arm = "update outbox set wake = at
               where position in (select min(position) from outbox group by lane) and wake is null";
    db.execute(arm, [])?;
    Ok(())
}

/// Lets the oldest effect of a lane be leased, if it was not the oldest before.
fn arm_head(db: &Connection, lane: &str) -> Outcome<()> {
    let arm = "update outbox set wake = at
               where position = (select min(position) from outbox where lane = ?) and wake is null";
    db.prepare_cached(arm)?.execute([lane])?;
    Ok(())
}
