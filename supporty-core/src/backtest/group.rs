use std::collections::BTreeSet;

use crate::ticket::{Event, TicketEntry};
use crate::vocab::{TicketKey, Time};

/// What happened to one ticket, from its first entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Which ticket.
    pub key: TicketKey,
    /// Its entries, in order.
    pub entries: Vec<TicketEntry>,
}

/// The tickets that one had to do with: merged, followed up, reported. They are replayed together, with all that those
/// had to do with in turn.
///
/// Both sides of a link name each other, so that a group is found from any of its tickets.
pub fn linked(entries: &[TicketEntry]) -> BTreeSet<TicketKey> {
    let named = entries.iter().filter_map(|entry| match &entry.event {
        Event::Opened(opened) => opened.follows.clone(),
        Event::FollowedUp { by: other }
        | Event::Merged { into: other }
        | Event::Absorbed { loser: other, .. }
        | Event::Unmerged { from: other, .. }
        | Event::GaveBack { loser: other, .. }
        | Event::Attached { to: other }
        | Event::Gathered { report: other }
        | Event::Detached { from: other }
        | Event::LetGo { report: other }
        | Event::Heard { incident: other, .. } => Some(other.clone()),
        _ => None,
    });
    named.collect()
}

/// How far a stream was replayed.
pub(super) struct Reader<'a> {
    pub(super) key: &'a TicketKey,
    pub(super) rest: &'a [TicketEntry],
}

impl Reader<'_> {
    /// How many entries stand before the one that is looked for, which happened by an instant.
    fn before(&self, by: Time, is: impl Fn(&TicketEntry) -> bool) -> Option<usize> {
        self.rest.iter().take_while(|entry| entry.at <= by).position(is)
    }
}

/// The stream whose next entry comes first. Entries of one instant come in the order in which one command wrote them to
/// several streams.
pub(super) fn next(readers: &[Reader<'_>]) -> Option<usize> {
    let heads =
        || readers.iter().enumerate().filter_map(|(index, reader)| Some((index, reader.rest.first()?)));
    if readers.len() == 1 {
        return heads().next().map(|(index, _)| index);
    }
    let free = heads().filter(|(index, head)| !waits(readers, *index, head));
    let first = free.min_by_key(|(index, head)| (head.at, *index));
    // Logs that contradict each other are replayed in order of time.
    let first = first.or_else(|| heads().min_by_key(|(index, head)| (head.at, *index)));
    first.map(|(index, _)| index)
}

/// Whether an entry must wait for entries of another stream: a command for the other ticket to come to where the command
/// found it, and what it did there for the command.
fn waits(readers: &[Reader<'_>], index: usize, head: &TicketEntry) -> bool {
    let Some(key) = readers.get(index).map(|reader| reader.key) else { return false };
    let find = |key: &TicketKey, is: &dyn Fn(&Event) -> bool| {
        let other = readers.iter().find(|reader| reader.key == key)?;
        other.before(head.at, |entry| is(&entry.event))
    };
    let command =
        |other: &TicketKey, is: &dyn Fn(&Event) -> bool| find(other, is).is_some_and(|ahead| ahead > 0);
    let follows = |other: &TicketKey, is: &dyn Fn(&Event) -> bool| find(other, is).is_some();
    match &head.event {
        Event::Opened(opened) if let Some(of) = &opened.follows => {
            command(of, &|event| matches!(event, Event::FollowedUp { by } if by == key))
        }
        Event::Merged { into } => {
            command(into, &|event| matches!(event, Event::Absorbed { loser, .. } if loser == key))
        }
        Event::Unmerged { from, .. } => {
            command(from, &|event| matches!(event, Event::GaveBack { loser, .. } if loser == key))
        }
        Event::Attached { to } => {
            command(to, &|event| matches!(event, Event::Gathered { report } if report == key))
        }
        Event::Detached { from } => {
            command(from, &|event| matches!(event, Event::LetGo { report } if report == key))
        }
        Event::FollowedUp { by } => follows(by, &|event| matches!(event, Event::Opened { .. })),
        Event::Absorbed { loser, .. } => follows(loser, &|event| matches!(event, Event::Merged { .. })),
        Event::GaveBack { loser, .. } => follows(loser, &|event| matches!(event, Event::Unmerged { .. })),
        Event::Gathered { report } => follows(report, &|event| matches!(event, Event::Attached { .. })),
        Event::LetGo { report } => follows(report, &|event| matches!(event, Event::Detached { .. })),
        Event::Heard { incident, seq, .. } => {
            let other = readers.iter().find(|reader| reader.key == incident);
            other.is_some_and(|other| other.before(head.at, |entry| entry.seq == *seq).is_some())
        }
        _ => false,
    }
}
