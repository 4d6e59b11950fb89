use supporty_core::adapter::{Derived, Erase, Error, StoreStatistics, Wake};
use supporty_core::stream::StreamId;
use supporty_core::vocab::Time;
use tokio_postgres::types::Type;

use super::database::{Database, count, get, instant, leisurely, named};
use super::list::parse;
use super::listen::PRESENCE;
use crate::shared::without;

pub(super) async fn erase(db: &Database, what: &Erase) -> Result<u64, Error> {
    const DOING: &str = "erasing texts";
    let author = match what {
        Erase::Author(author) => author,
        Erase::Stream(stream) => {
            let sql = "with erased as (
                           delete from supporty.texts where desk = $1
                           and stream = (select id from supporty.streams where desk = $1 and name = $2) returning 1)
                       select count(*) from erased";
            return count(&db.row_at_leisure(DOING, sql, &[(&stream.to_string(), Type::TEXT)]).await?, 0);
        }
    };
    let mut connection = db.connection(DOING).await?;
    let transaction = leisurely(DOING, connection.transaction()).await?;
    let desk = (&db.desk as &(dyn tokio_postgres::types::ToSql + Sync), Type::INT4);
    let texts = "with erased as (delete from supporty.texts where desk = $1 and author = $2 returning 1)
                 select count(*) from erased";
    let author_name = author.as_str();
    let params = [desk.clone(), (&author_name as _, Type::TEXT)];
    let erased = leisurely(DOING, transaction.query_typed(texts, &params)).await?;
    let mut erased = erased.first().map_or(Ok(0), |row| count(row, 0))?;
    let waiting = "select key, body from supporty.inbox where desk = $1 and wake is not null for update";
    for row in leisurely(DOING, transaction.query_typed(waiting, std::slice::from_ref(&desk))).await? {
        let (key, body): (&str, &str) = (get(&row, 0)?, get(&row, 1)?);
        if let Some((rest, gone)) = without(author, body) {
            let put = "update supporty.inbox set body = $3 where desk = $1 and key = $2";
            let params = [desk.clone(), (&key, Type::TEXT), (&rest, Type::TEXT)];
            leisurely(DOING, transaction.query_typed(put, &params)).await?;
            erased += gone;
        }
    }
    leisurely(DOING, transaction.commit()).await?;
    Ok(erased)
}

pub(super) async fn streams(
    db: &Database,
    after: Option<&StreamId>,
    most: u32,
) -> Result<Vec<StreamId>, Error> {
    let sql = "select name from supporty.streams where desk = $1 and name > $2 order by name limit $3";
    let (after, most) = (after.map(ToString::to_string).unwrap_or_default(), i64::from(most));
    let rows = db.rows("listing streams", sql, &[(&after, Type::TEXT), (&most, Type::INT8)]).await?;
    rows.iter().map(|row| named(row, 0)).collect()
}

pub(super) async fn derived(db: &Database, stream: &StreamId) -> Result<Derived, Error> {
    let sql = "select last, rows.body, timers.due, timers.stamp from supporty.streams
               left join supporty.rows on rows.desk = $1 and rows.stream = id
               left join supporty.timers on timers.desk = $1 and timers.stream = id
               where streams.desk = $1 and name = $2";
    let doing = "reading what is derived from a stream";
    let rows = db.rows(doing, sql, &[(&stream.to_string(), Type::TEXT)]).await?;
    let Some(row) = rows.first() else { return Ok(Derived::default()) };
    let wake = match (get::<Option<i64>>(row, 2)?, get(row, 3)?) {
        (Some(due), Some(stamp)) => Some(Wake { due: instant(due)?, stamp }),
        _ => None,
    };
    let listed = get::<Option<&str>>(row, 1)?.map(parse).transpose()?;
    Ok(Derived { last: count(row, 0)?, row: listed, wake })
}

pub(super) async fn drop_snapshots(db: &Database) -> Result<u64, Error> {
    let sql = "with dropped as (delete from supporty.snapshots where desk = $1 returning 1)
               select count(*) from dropped";
    count(&db.row_at_leisure("dropping snapshots", sql, &[]).await?, 0)
}

pub(super) async fn prune(db: &Database, handled_before: Time) -> Result<u64, Error> {
    let sql = "with pruned as (delete from supporty.inbox where desk = $1 and handled_at < $2 returning 1)
               select count(*) from pruned";
    let before = handled_before.timestamp_micros();
    count(&db.row_at_leisure("pruning the inbox", sql, &[(&before, Type::INT8)]).await?, 0)
}

pub(super) async fn check(db: &Database) -> Result<Vec<String>, Error> {
    let damaged = [
        "select '`' || name || '` has ' || count(seq) || ' entries where there should be ' || last
                || ': restore a backup'
         from supporty.streams left join supporty.entries on entries.desk = $1 and stream = id
         where streams.desk = $1
         group by id, name, last having count(seq) <> last or coalesce(max(seq), 0) <> last order by name",
        "select 'the feed has a gap before ' || position || ': restore a backup'
         from (select position, lag(position, 1, 0::bigint) over (order by position) as before
               from supporty.entries where desk = $1) feed
         where position <> before + 1 order by position limit 20",
        "select '`' || name || '` is listed but has no entries: restore a backup'
         from supporty.rows join supporty.streams on streams.desk = $1 and id = stream
         where rows.desk = $1 and last = 0 order by number, name",
        "select 'a row of `' || kept || '` names a stream that is gone: restore a backup' from (
             select 'entries' as kept, stream from supporty.entries where desk = $1
             union select 'timers', stream from supporty.timers where desk = $1
             union select 'rows', stream from supporty.rows where desk = $1
             union select 'places', stream from supporty.places where desk = $1
             union select 'snapshots', stream from supporty.snapshots where desk = $1
             union select 'texts', stream from supporty.texts where desk = $1 and stream is not null) named
         where not exists (select from supporty.streams where desk = $1 and id = stream)",
        "select 'a lane has no head that can be leased: `' || lane || '`; restart the desk'
         from supporty.outbox where desk = $1 group by lane
         having (array_agg(wake order by position))[1] is null order by lane",
    ];
    let mut wrong = Vec::new();
    for sql in damaged {
        for row in db.rows_at_leisure("checking the database", sql, &[]).await? {
            wrong.push(get(&row, 0)?);
        }
    }
    Ok(wrong)
}

pub(super) async fn statistics(db: &Database) -> Result<StoreStatistics, Error> {
    let sql = "select (select coalesce(max(position), 0) from supporty.entries where desk = $1),
                      (select count(*) from supporty.streams where desk = $1 and name like 'ticket/%' and last > 0),
                      (select count(*) from supporty.inbox where desk = $1 and wake is not null),
                      (select count(*) from supporty.timers where desk = $1),
                      (select count(*) from supporty.outbox where desk = $1),
                      (select count(*) from supporty.dead_letters where desk = $1),
                      least((select min(due) from supporty.timers where desk = $1),
                            (select min(at) from supporty.inbox where desk = $1 and wake is not null),
                            (select min(at) from supporty.outbox where desk = $1 and wake is not null)),
                      (select count(*) from pg_locks
                       where locktype = 'advisory' and classid::bigint = $2 and objid::bigint = $1 and objsubid = 2
                         and database = (select oid from pg_database where datname = current_database()))";
    let row = db.row_at_leisure("counting", sql, &[(&i64::from(PRESENCE), Type::INT8)]).await?;
    let mut statistics = StoreStatistics::default();
    statistics.entries = count(&row, 0)?;
    statistics.tickets = count(&row, 1)?;
    statistics.inbox = count(&row, 2)?;
    statistics.timers = count(&row, 3)?;
    statistics.outbox = count(&row, 4)?;
    statistics.dead = count(&row, 5)?;
    statistics.oldest = get::<Option<i64>>(&row, 6)?.map(instant).transpose()?;
    // Who does not listen is not seen, but whoever asks is there.
    statistics.workers = count(&row, 7)?.max(1);
    Ok(statistics)
}
