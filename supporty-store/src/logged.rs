use std::collections::BTreeMap;
use std::path::Path;

use supporty_core::adapter::Error;
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::vocab::{PolicyVersion, Time};

use crate::lines::{Line, gap, read};

/// A part of what a store has logged, as [`Sqlite::read_log`](crate::Sqlite::read_log) and its like hand it out: the policies,
/// the streams that are no tickets, the extent of everything, and then the tickets, in the order in which they were opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Logged {
    /// A policy, as JSON.
    Policy {
        /// Its version.
        version: PolicyVersion,
        /// The policy.
        body: String,
    },
    /// How much there is: it comes before the first ticket.
    Extent {
        /// How many tickets follow.
        tickets: u64,
        /// The earliest and the latest instant of any entry; `None` where nothing was logged.
        period: Option<(Time, Time)>,
    },
    /// A stream, from its first entry to its last.
    Stream {
        /// Which.
        stream: StreamId,
        /// Its entries.
        entries: Vec<RawEntry>,
    },
}

/// The same of a file of lines that a store exported. Its entries come in the order in which they were written, so that all of
/// them are held in memory: about half a kilobyte an entry.
pub fn read_lines<E: From<Error>>(
    from: impl AsRef<Path>,
    mut take: impl FnMut(Logged) -> Result<(), E>,
) -> Result<(), E> {
    let mut policies = Vec::new();
    let mut streams: BTreeMap<StreamId, (usize, Vec<RawEntry>)> = BTreeMap::new();
    let mut period: Option<(Time, Time)> = None;
    read(from.as_ref(), |line| {
        match line {
            Line::Policy { version, body } => policies.push(Logged::Policy { version, body }),
            Line::Entry { stream, seq, at, kind, body } => {
                period = Some(period.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
                let nth = streams.len();
                let (_, entries) = streams.entry(stream.clone()).or_insert_with(|| (nth, Vec::new()));
                if seq != entries.len() as u64 + 1 {
                    return Err(gap(&stream, seq, entries.len() as u64));
                }
                entries.push(RawEntry { seq, at, kind, body });
            }
            _ => {}
        }
        Ok(())
    })?;
    let (tickets, shared): (Vec<_>, Vec<_>) =
        streams.into_iter().partition(|(stream, _)| stream.ticket().is_some());
    let extent = Logged::Extent { tickets: tickets.len() as u64, period };
    policies.into_iter().try_for_each(&mut take)?;
    in_order(shared).try_for_each(&mut take)?;
    take(extent)?;
    in_order(tickets).try_for_each(&mut take)
}

/// In the order in which they began.
fn in_order(mut streams: Vec<(StreamId, (usize, Vec<RawEntry>))>) -> impl Iterator<Item = Logged> {
    streams.sort_by_key(|(_, (nth, _))| *nth);
    streams.into_iter().map(|(stream, (_, entries))| Logged::Stream { stream, entries })
}

/// Rows of one stream after the other, put together.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
#[derive(Default)]
pub(crate) struct Together {
    now: Option<(i64, StreamId, Vec<RawEntry>)>,
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
impl Together {
    /// Takes a row of the stream of that number. Answers with the stream before, once it is whole.
    pub(crate) fn row<E>(
        &mut self,
        number: i64,
        name: impl FnOnce() -> Result<StreamId, E>,
        entry: RawEntry,
    ) -> Result<Option<Logged>, E> {
        if let Some((known, _, entries)) = &mut self.now
            && *known == number
        {
            entries.push(entry);
            return Ok(None);
        }
        let before = self.end();
        self.now = Some((number, name()?, vec![entry]));
        Ok(before)
    }

    /// The last stream.
    pub(crate) fn end(&mut self) -> Option<Logged> {
        let (_, stream, entries) = self.now.take()?;
        Some(Logged::Stream { stream, entries })
    }
}
