use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Row, params};
use supporty_core::adapter::TimerLease;
use supporty_core::vocab::Time;

use super::fault::Outcome;
use super::value::{At, Named};

/// What a commit made of a stream's timer.
pub(super) struct Armed {
    pub(super) stream: i64,
    pub(super) due: Option<Time>,
}

/// Who has leased which timer: the file belongs to this process, and a lease ends with it, so nothing is written and a
/// timer's `wake` in the file is when it is due.
///
/// Only the thread that writes leases and arms, so each sees what the other left.
pub(super) struct Leases(Mutex<Known>);

/// An instant in microseconds, and the stream to break ties.
pub(super) type Turn = (i64, i64);

/// Timers are leased in the order in which they are due. So there is a last one that was leased: up to its turn every
/// timer is known here, and after it nobody has leased any.
struct Known {
    last: Turn,
    /// From when each may be leased: since it was due, or the end of its lease.
    free: BTreeSet<Turn>,
    by_stream: HashMap<i64, i64>,
}

impl Leases {
    pub(super) fn new() -> Self {
        let last = (i64::MIN, i64::MIN);
        Self(Mutex::new(Known { last, free: BTreeSet::new(), by_stream: HashMap::new() }))
    }

    pub(super) fn lease(
        &self,
        db: &Connection,
        now: Time,
        until: Time,
        most: u32,
    ) -> Outcome<Vec<TimerLease>> {
        let mut known = self.known();
        let mut due = known.again(db, now.timestamp_micros(), most)?;
        due.extend(known.first_time(db, now, most)?);
        due.sort_unstable_by_key(|(turn, _)| *turn);
        due.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        for (turn, _) in &due {
            known.lease(*turn, until.timestamp_micros());
        }
        Ok(due.into_iter().map(|(_, lease)| lease).collect())
    }

    /// After the commit, on the thread that writes.
    pub(super) fn armed(&self, armed: &[Armed]) {
        let mut known = self.known();
        for Armed { stream, due } in armed {
            known.forget(*stream);
            if let Some(turn) =
                due.map(|due| (due.timestamp_micros(), *stream)).filter(|turn| *turn <= known.last)
            {
                known.put(turn);
            }
        }
    }

    /// The turn of the last that was leased, and the earliest instant at which one up to it may be leased again.
    pub(super) fn next(&self) -> (Turn, Option<Time>) {
        let known = self.known();
        let free = known.free.first().and_then(|(wake, _)| Time::from_timestamp_micros(*wake));
        (known.last, free)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// Those whose lease has ended.
    fn again(&self, db: &Connection, now: i64, most: u32) -> Outcome<Vec<(Turn, TimerLease)>> {
        let timer =
            "select due, timers.stream, name, stamp from timers join streams on streams.id = timers.stream
                     where timers.stream = ?";
        let mut statement = db.prepare_cached(timer)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let ended = self.free.iter().take_while(|(wake, _)| *wake <= now).take(most);
        ended
            .map(|turn| {
                let (_, lease) = statement.query_one([turn.1], timer_lease)?;
                Ok((*turn, lease))
            })
            .collect()
    }

    fn first_time(&self, db: &Connection, now: Time, most: u32) -> Outcome<Vec<(Turn, TimerLease)>> {
        let due =
            "select due, timers.stream, name, stamp from timers join streams on streams.id = timers.stream
                   where (wake, timers.stream) > (?, ?) and wake <= ? order by wake, timers.stream limit ?";
        let mut statement = db.prepare_cached(due)?;
        let due = statement.query_map(params![self.last.0, self.last.1, At(now), most], timer_lease)?;
        Ok(due.collect::<Result<_, _>>()?)
    }

    fn lease(&mut self, turn: Turn, until: i64) {
        let (_, stream) = turn;
        if !self.forget(stream) {
            self.last = turn;
        }
        self.put((until, stream));
    }

    fn put(&mut self, (wake, stream): Turn) {
        self.free.insert((wake, stream));
        self.by_stream.insert(stream, wake);
    }

    /// Says whether it was known.
    fn forget(&mut self, stream: i64) -> bool {
        let wake = self.by_stream.remove(&stream);
        wake.is_some_and(|wake| self.free.remove(&(wake, stream)))
    }
}

fn timer_lease(row: &Row<'_>) -> rusqlite::Result<(Turn, TimerLease)> {
    let (turn, At(due), Named(stream)) = ((row.get(0)?, row.get(1)?), row.get(0)?, row.get(2)?);
    Ok((turn, TimerLease { stream, due, stamp: row.get(3)? }))
}
