//! Shifts for people's own calendars: iCalendar (RFC 5545).

use std::collections::{BTreeMap, BTreeSet};

use icalendar::{Calendar, Component, Event, EventLike, EventStatus};

use super::{RotaState, Rotas, Schedule};
use crate::vocab::{Period, PersonId, RotaId, Time};

/// A shift as a calendar shows it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShiftEvent {
    /// What it is known by: the same for as long as it is the same turn of the same person.
    pub uid: String,
    /// When.
    pub period: Period,
    /// Whose.
    pub person: PersonId,
    /// What the calendar shows.
    pub title: String,
    /// How often it may have changed: what a calendar goes by.
    pub sequence: u64,
}

/// The shifts of a rota over a period as events.
///
/// `revision` is how many policies were adopted so far: together with the rota's last entry it makes `SEQUENCE`, which
/// never falls.
pub fn shift_events(rotas: &Rotas, rota: &RotaId, period: Period, revision: u64) -> Vec<ShiftEvent> {
    let schedule = rotas.schedule(rota, period);
    schedule.map_or_else(Vec::new, |schedule| events(rotas, rota, &schedule, revision))
}

/// What the turns alone would be and is no more: shifts that were swapped away, of people who are away. Calendars that
/// have them should drop them.
pub fn cancelled_events(rotas: &Rotas, rota: &RotaId, period: Period, revision: u64) -> Vec<ShiftEvent> {
    let Some(plan) = rotas.plan(rota) else { return Vec::new() };
    let stand: BTreeSet<_> =
        shift_events(rotas, rota, period, revision).into_iter().map(|event| event.uid).collect();
    let plain = events(rotas, rota, &plan.schedule(&RotaState::default(), period), revision);
    plain.into_iter().filter(|event| !stand.contains(&event.uid)).collect()
}

fn events(rotas: &Rotas, rota: &RotaId, schedule: &Schedule, revision: u64) -> Vec<ShiftEvent> {
    let known = rotas.policy().spec().rotas.get(rota);
    let name = known.map_or(rota.as_str(), |rota| &rota.name);
    let sequence = revision + rotas.state(rota).map_or(0, |state| state.seq);
    let mut parts: BTreeMap<String, u32> = BTreeMap::new();
    let events = schedule.shifts().into_iter().map(|shift| {
        let what = match (shift.on.turn, shift.on.arranged) {
            (Some(turn), _) => format!("{}-{}", turn.rotation, turn.number),
            (None, Some(entry)) => format!("entry-{entry}"),
            (None, None) => format!("stand-in-{}", shift.period.from.timestamp()),
        };
        let base = format!("{rota}-{what}-{}", shift.on.person);
        let part = parts.entry(base.clone()).or_default();
        *part += 1;
        // A turn of which a part is somebody else's is several events: the first keeps its name.
        let part = if *part == 1 { String::new() } else { format!("-{part}") };
        ShiftEvent {
            uid: format!("{base}{part}@supporty"),
            period: shift.period,
            title: format!("{name}: {}", rotas.policy().name_of(&shift.on.person)),
            person: shift.on.person,
            sequence,
        }
    });
    events.collect()
}

/// The text of a calendar with these events, and with others cancelled. `now` stamps it.
///
/// Times are in UTC, so that every calendar shows its reader's own. What people named is escaped, and long lines are
/// folded between characters.
pub fn ics_of_shifts(name: &str, events: &[ShiftEvent], cancelled: &[ShiftEvent], now: Time) -> String {
    let mut calendar = Calendar::new();
    calendar.name(&plain(name));
    for (event, status) in events
        .iter()
        .map(|event| (event, EventStatus::Confirmed))
        .chain(cancelled.iter().map(|event| (event, EventStatus::Cancelled)))
    {
        let mut entry = Event::new();
        entry.uid(&plain(&event.uid)).timestamp(now).starts(event.period.from).ends(event.period.until);
        entry.summary(&plain(&event.title)).status(status);
        entry.sequence(u32::try_from(event.sequence).unwrap_or(u32::MAX));
        calendar.push(entry.done());
    }
    calendar.to_string()
}

/// Without what could end a line anywhere.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
