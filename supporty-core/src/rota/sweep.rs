//! From turns and what was arranged to who is on.

use std::collections::{BTreeMap, BTreeSet};

use super::plan::Known;
use super::turns::Turn;
use super::{Arranged, Change, On, RotaState, Schedule, Segment};
use crate::time::Calendar;
use crate::vocab::{Period, PersonId, Time};

/// What begins or ends at an instant.
#[derive(Clone, Copy)]
enum What<'a> {
    Turn(&'a Turn),
    Arranged(u64, &'a Arranged),
    Away(&'a PersonId),
    Declared,
    Cover,
}

struct Edge<'a> {
    at: Time,
    begins: bool,
    what: What<'a>,
}

/// Goes over a period once, from one instant at which something changes to the next.
pub(super) fn sweep(known: &Known, state: &RotaState, period: Period) -> Schedule {
    let mut edges = edges(known, state, period).into_iter().peekable();
    let mut now = Now {
        known,
        state,
        turns: BTreeMap::new(),
        arranged: BTreeMap::new(),
        away: BTreeMap::new(),
        declared: 0,
        cover: 0,
        used: BTreeSet::new(),
    };
    let mut met = BTreeSet::new();
    let mut segments: Vec<Segment> = Vec::new();
    let mut from = period.from;
    while from < period.until {
        while let Some(edge) = edges.next_if(|edge| edge.at <= from) {
            now.pass(&edge);
        }
        met.extend(now.arranged.keys().map(|(entry, _)| *entry));
        let until = edges.peek().map_or(period.until, |edge| edge.at);
        let segment = now.segment(Period::new(from, until));
        let same = |last: &&mut Segment| {
            (&last.on, last.needed, last.declared) == (&segment.on, segment.needed, segment.declared)
        };
        match segments.last_mut().filter(same) {
            Some(last) => last.period.until = until,
            None => segments.push(segment),
        }
        from = until;
    }
    Schedule { period, segments, idle: &met - &now.used }
}

fn edges<'a>(known: &'a Known, state: &'a RotaState, period: Period) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    let mut add = |within: Period, what: What<'a>| {
        if let Some(within) = within.overlap(&period) {
            edges.push(Edge { at: within.from, begins: true, what });
            edges.push(Edge { at: within.until, begins: false, what });
        }
    };
    for (rotation, turns) in known.rota.rotations.iter().zip(&known.turns) {
        let hours = rotation.hours.as_ref().and_then(|hours| known.policy.calendar(hours));
        let first = turns.partition_point(|turn| turn.period.until <= period.from);
        for turn in turns.iter().skip(first).take_while(|turn| turn.period.from < period.until) {
            let Some(within) = turn.period.overlap(&period) else { continue };
            match hours {
                Some(hours) => open_within(hours, within).for_each(|open| add(open, What::Turn(turn))),
                None => add(within, What::Turn(turn)),
            }
        }
    }
    for (entry, all) in &state.arranged {
        all.iter().for_each(|arranged| add(arranged.period, What::Arranged(*entry, arranged)));
    }
    state.away.values().for_each(|away| add(away.period, What::Away(&away.person)));
    state.declared.values().for_each(|gap| add(gap.period, What::Declared));
    match known.rota.cover.as_ref().and_then(|cover| known.policy.calendar(cover)) {
        Some(cover) => open_within(cover, period).for_each(|open| add(open, What::Cover)),
        None => add(period, What::Cover),
    }
    edges.sort_by_key(|edge| edge.at);
    edges
}

/// The stretches of a period in which a calendar is open.
fn open_within(calendar: &Calendar, period: Period) -> impl Iterator<Item = Period> {
    let mut from = period.from;
    std::iter::from_fn(move || {
        let opens = if calendar.is_open(from) { from } else { calendar.next_open(from).ok()? };
        let until = calendar.next_close(opens).unwrap_or(period.until).min(period.until);
        from = until;
        let open = Period::new(opens, until);
        (!open.is_empty()).then_some(open)
    })
}

/// What holds at the instant that the sweep has reached.
struct Now<'a> {
    known: &'a Known,
    state: &'a RotaState,
    /// By layer, rotation and turn.
    turns: BTreeMap<(u8, u16, i64), &'a Turn>,
    /// By entry, and by what one entry arranges.
    arranged: BTreeMap<(u64, Period), &'a Arranged>,
    away: BTreeMap<&'a PersonId, usize>,
    declared: usize,
    cover: usize,
    /// What was arranged and has changed something.
    used: BTreeSet<u64>,
}

impl<'a> Now<'a> {
    fn pass(&mut self, edge: &Edge<'a>) {
        let count =
            |known: &mut usize| if edge.begins { *known += 1 } else { *known = known.saturating_sub(1) };
        match edge.what {
            What::Turn(turn) => {
                let key = (self.layer(turn), turn.turn.rotation, turn.turn.number);
                match edge.begins {
                    true => drop(self.turns.insert(key, turn)),
                    // Of a turn that changes hands the second part may have begun already.
                    false => {
                        if self.turns.get(&key).is_some_and(|on| on.member == turn.member) {
                            self.turns.remove(&key);
                        }
                    }
                }
            }
            What::Arranged(entry, arranged) => {
                let key = (entry, arranged.period);
                match edge.begins {
                    true => drop(self.arranged.insert(key, arranged)),
                    false => drop(self.arranged.remove(&key)),
                }
            }
            What::Away(person) => count(self.away.entry(person).or_default()),
            What::Declared => count(&mut self.declared),
            What::Cover => count(&mut self.cover),
        }
    }

    fn layer(&self, turn: &Turn) -> u8 {
        self.known.rota.rotations.get(usize::from(turn.turn.rotation)).map_or(0, |rotation| rotation.layer)
    }

    fn here(&self, person: &PersonId) -> bool {
        self.away.get(person).is_none_or(|count| *count == 0)
    }

    fn segment(&mut self, period: Period) -> Segment {
        let mut on = self.on_turn();
        let used = &mut self.used;
        for ((entry, _), arranged) in &self.arranged {
            if arranged.change.apply(*entry, &mut on) {
                used.insert(*entry);
            }
        }
        on.retain(|on| self.here(&on.person));
        let declared = self.declared > 0;
        let needed = if self.cover > 0 && !declared { self.known.rota.people_on } else { 0 };
        if on.is_empty() && needed > 0 {
            let fallback = self.state.fallback.as_ref().unwrap_or(&self.known.rota.fallback);
            let stand_in = fallback.iter().filter(|person| self.here(person)).take(needed.into());
            on.extend(stand_in.map(|person| On { person: person.clone(), turn: None, arranged: None }));
        }
        Segment { period, on, needed, declared }
    }

    /// Whoever has the turn, of the highest layer that has somebody who is not away.
    fn on_turn(&self) -> Vec<On> {
        let mut on: Vec<On> = Vec::new();
        let mut top = None;
        for ((layer, ..), turn) in self.turns.iter().rev() {
            if top.is_some_and(|top| top != *layer) {
                break;
            }
            let rotation = self.known.rota.rotations.get(usize::from(turn.turn.rotation));
            let people = rotation.and_then(|rotation| rotation.members.get(turn.member));
            for person in
                people.into_iter().flat_map(|member| &member.people).filter(|person| self.here(person))
            {
                top = Some(*layer);
                if !on.iter().any(|known| known.person == *person) {
                    on.push(On { person: person.clone(), turn: Some(turn.turn), arranged: None });
                }
            }
        }
        on.sort();
        on
    }
}

impl Change {
    /// Changes who is on, and says whether it did.
    fn apply(&self, entry: u64, on: &mut Vec<On>) -> bool {
        let is_on = |on: &[On], person: &PersonId| on.iter().any(|known| known.person == *person);
        let added = |person: &PersonId| On { person: person.clone(), turn: None, arranged: Some(entry) };
        match self {
            Self::Add(person) if is_on(on, person) => false,
            Self::Add(person) => {
                on.push(added(person));
                true
            }
            Self::Remove(person) => {
                let before = on.len();
                on.retain(|known| known.person != *person);
                on.len() < before
            }
            // Nobody is on twice: a shift of somebody who is on already stays where it is.
            Self::Replace { with, .. } if is_on(on, with) => false,
            Self::Replace { person, with } => {
                let place = on.iter_mut().find(|known| known.person == *person);
                let found = place.is_some();
                if let Some(place) = place {
                    *place = On { person: with.clone(), turn: place.turn, arranged: Some(entry) };
                }
                found
            }
            Self::Only(people) => {
                let mut only: Vec<On> = Vec::new();
                for person in people {
                    if !is_on(&only, person) {
                        only.push(added(person));
                    }
                }
                let changed = only.len() != on.len() || only.iter().any(|one| !is_on(on, &one.person));
                *on = only;
                changed
            }
        }
    }
}
