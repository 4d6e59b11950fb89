//! Replays a history on several threads, and keeps what a report says of it.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;
use supporty_core::backtest::{Backtest, Compared, Stream, Sweep, Totals, linked};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::ticket::{CommandKind, TicketEntry};
use supporty_core::time::Zone;
use supporty_core::vocab::TicketKey;

use super::groups::Groups;
use super::source::Part;
use crate::Failed;

/// How many tickets can not be replayed for a reason, and the first of them.
pub(super) type Refusals = BTreeMap<(CommandKind, String), (u64, TicketKey)>;

/// What became of the tickets that one thread has replayed, or all.
pub(super) struct Replays<'a> {
    wanted: &'a Wanted<'a>,
    pub(super) totals: Totals,
    pub(super) sweep: Option<Sweep<'a>>,
    /// The most changed first.
    pub(super) changed: Vec<Changed>,
    pub(super) refusals: Refusals,
    /// How many acknowledgements nobody misses.
    pub(super) moot: u64,
}

/// What is asked.
pub(super) struct Wanted<'a> {
    pub(super) backtest: &'a Backtest,
    pub(super) sweep: Option<Sweep<'a>>,
    /// How many changed tickets are listed.
    pub(super) tickets: usize,
    /// Only this one.
    pub(super) only: Option<&'a TicketKey>,
    pub(super) zone: Zone,
}

/// A ticket that would have been another way, with all that it had to do with.
pub(super) struct Changed {
    pub(super) compared: Compared,
    pub(super) group: Vec<Stream>,
}

impl<'a> Replays<'a> {
    fn new(wanted: &'a Wanted<'a>) -> Self {
        Self {
            wanted,
            totals: Totals::default(),
            sweep: wanted.sweep.clone(),
            changed: Vec::new(),
            refusals: BTreeMap::new(),
            moot: 0,
        }
    }

    fn group(&mut self, group: &[Stream]) {
        let wanted = self.wanted;
        if wanted.only.is_some_and(|only| group.iter().all(|stream| stream.key != *only)) {
            return;
        }
        let replayed = wanted.backtest.replay(group);
        if let Some(sweep) = &mut self.sweep {
            sweep.take(group, &replayed.logs);
        }
        for compared in replayed.compared {
            self.totals.take(&compared, &wanted.zone);
            for refused in &compared.refused {
                if refused.moot {
                    self.moot += 1;
                    continue;
                }
                let known = (refused.command, refused.why.to_string());
                let (count, first) = self.refusals.entry(known).or_insert((0, compared.ticket.clone()));
                *count += 1;
                *first = compared.ticket.clone().min(first.clone());
            }
            match wanted.only {
                Some(only) if compared.ticket == *only => {}
                None if compared.counts() && compared.is_changed() && self.is_listed(&compared) => {}
                _ => continue,
            }
            let at = self.changed.partition_point(|known| rank(&known.compared) <= rank(&compared));
            self.changed.insert(at, Changed { compared, group: group.to_vec() });
            self.changed.truncate(wanted.tickets.max(1));
        }
    }

    fn is_listed(&self, compared: &Compared) -> bool {
        let most = self.wanted.tickets;
        let last = self.changed.last().map(|last| rank(&last.compared));
        most > 0 && (self.changed.len() < most || last.is_some_and(|last| rank(compared) < last))
    }

    fn merge(&mut self, other: Self) {
        self.totals.merge(other.totals);
        if let (Some(sweep), Some(theirs)) = (&mut self.sweep, other.sweep) {
            sweep.merge(theirs);
        }
        self.changed.extend(other.changed);
        self.changed.sort_by(|a, b| rank(&a.compared).cmp(&rank(&b.compared)));
        self.changed.truncate(self.wanted.tickets.max(1));
        for (why, (count, ticket)) in other.refusals {
            let (known, first) = self.refusals.entry(why).or_insert((0, ticket.clone()));
            *known += count;
            *first = ticket.min(first.clone());
        }
        self.moot += other.moot;
    }
}

/// The most changed first; of those the one that was opened first.
fn rank(compared: &Compared) -> (std::cmp::Reverse<usize>, &TicketKey) {
    (std::cmp::Reverse(compared.weight()), &compared.ticket)
}

/// Replays everything that comes.
pub(super) fn replay<'a>(
    wanted: &'a Wanted<'a>,
    parts: Receiver<Part>,
    threads: usize,
    bar: &ProgressBar,
) -> Result<Replays<'a>, Failed> {
    let (parts, groups) = (Mutex::new(Some(parts)), Mutex::new(Groups::default()));
    let mut all = std::thread::scope(|scope| {
        let work = || work(wanted, &parts, &groups, bar);
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        let mut all = Replays::new(wanted);
        for worker in workers {
            all.merge(worker.join().map_err(|_| Failed("a thread ended by itself".to_owned()))??);
        }
        Ok(all)
    })?;
    let rest = groups.into_inner().unwrap_or_else(PoisonError::into_inner).rest();
    rest.for_each(|group| all.group(&group));
    Ok(all)
}

fn work<'a>(
    wanted: &'a Wanted<'a>,
    parts: &Mutex<Option<Receiver<Part>>>,
    groups: &Mutex<Groups>,
    bar: &ProgressBar,
) -> Result<Replays<'a>, Failed> {
    let mut mine = Replays::new(wanted);
    let parts = || parts.lock().unwrap_or_else(PoisonError::into_inner);
    let next = || parts().as_ref().and_then(|parts| parts.recv().ok());
    while let Some(part) = next() {
        let count = part.len() as u64;
        for (key, entries) in part {
            // Whoever else works on it need not go on.
            let stream = decoded(key, &entries).inspect_err(|_| drop(parts().take()))?;
            // Most have to do with no other, and need not wait for those that have.
            let whole = match linked(&stream.entries).is_empty() {
                true => Some(vec![stream]),
                false => groups.lock().unwrap_or_else(PoisonError::into_inner).add(stream),
            };
            whole.into_iter().for_each(|group| mine.group(&group));
        }
        bar.inc(count);
    }
    Ok(mine)
}

fn decoded(key: TicketKey, entries: &[RawEntry]) -> Result<Stream, Failed> {
    let stream = StreamId::Ticket(key.clone());
    let entries = entries.iter().map(|raw| TicketEntry::decode(&stream, raw)).collect::<Result<_, _>>();
    Ok(Stream { key, entries: entries.map_err(|error| Failed(error.to_string()))? })
}
