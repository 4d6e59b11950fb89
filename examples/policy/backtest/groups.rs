use std::collections::{BTreeSet, HashMap};

use supporty_core::backtest::{Stream, linked};
use supporty_core::vocab::TicketKey;

/// Tickets that had to do with each other, as far as they were read: only groups that are not whole yet are held.
#[derive(Default)]
pub(super) struct Groups {
    groups: HashMap<u64, Group>,
    /// The group of each ticket that was read or is waited for.
    of: HashMap<TicketKey, u64>,
    made: u64,
}

#[derive(Default)]
struct Group {
    streams: Vec<Stream>,
    missing: BTreeSet<TicketKey>,
}

impl Groups {
    /// Adds a ticket, and answers with its group once that is whole.
    pub(super) fn add(&mut self, stream: Stream) -> Option<Vec<Stream>> {
        let mut group = Group { missing: linked(&stream.entries), streams: vec![stream] };
        let named: Vec<_> = group.keys().collect();
        for key in named {
            let Some(other) = self.of.get(&key).and_then(|number| self.groups.remove(number)) else {
                continue;
            };
            group.streams.extend(other.streams);
            group.missing.extend(other.missing);
        }
        for stream in &group.streams {
            group.missing.remove(&stream.key);
        }
        if group.missing.is_empty() {
            for key in group.keys() {
                self.of.remove(&key);
            }
            return Some(group.streams);
        }
        self.made += 1;
        self.of.extend(group.keys().map(|key| (key, self.made)));
        self.groups.insert(self.made, group);
        None
    }

    /// Those that name tickets which are not there.
    pub(super) fn rest(self) -> impl Iterator<Item = Vec<Stream>> {
        let mut rest: Vec<_> = self.groups.into_iter().collect();
        rest.sort_by_key(|(number, _)| *number);
        rest.into_iter().map(|(_, group)| group.streams)
    }
}

impl Group {
    fn keys(&self) -> impl Iterator<Item = TicketKey> {
        self.streams.iter().map(|stream| &stream.key).chain(&self.missing).cloned()
    }
}

#[cfg(test)]
mod tests {
    use supporty_core::stream::{Cause, Entry};
    use supporty_core::ticket::Event;
    use supporty_core::vocab::Actor;

    use super::*;

    fn key(number: u64) -> TicketKey {
        TicketKey::new("SUP", number)
    }

    fn stream(number: u64, others: &[u64]) -> Stream {
        let entry = |other: &u64| {
            let event = Event::Attached { to: key(*other) };
            Entry { seq: 1, at: Default::default(), by: Actor::Desk, cause: Cause::Timer, event }
        };
        Stream { key: key(number), entries: others.iter().map(entry).collect() }
    }

    fn numbers(group: Option<Vec<Stream>>) -> Option<Vec<u64>> {
        group.map(|group| {
            let mut numbers: Vec<_> = group.iter().map(|stream| stream.key.number()).collect();
            numbers.sort_unstable();
            numbers
        })
    }

    #[test]
    fn a_group_comes_when_it_is_whole() {
        let mut groups = Groups::default();
        assert_eq!(numbers(groups.add(stream(1, &[]))), Some(vec![1]));
        assert_eq!(numbers(groups.add(stream(2, &[4]))), None);
        assert_eq!(numbers(groups.add(stream(3, &[5]))), None);
        assert_eq!(numbers(groups.add(stream(4, &[2, 5]))), None);
        assert_eq!(numbers(groups.add(stream(6, &[9]))), None);
        assert_eq!(numbers(groups.add(stream(5, &[3, 4]))), Some(vec![2, 3, 4, 5]));
        let rest: Vec<_> = groups.rest().map(|group| numbers(Some(group))).collect();
        assert_eq!(rest, [Some(vec![6])]);
    }
}
