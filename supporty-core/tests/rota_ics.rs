//! The numbered edge case 41: shifts in people's own calendars, read back by another library.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty, ICalendarValue};

use supporty_core::rota::{Command, Rotas, cancelled_events, ics_of_shifts, shift_events};
use supporty_core::time::Unit;
use supporty_core::vocab::Period;

use common::rota::{Desk, at, period, rota, rotation, spec};

const HOSTILE: &str = "Zoë; \"the, one\"\r\nBEGIN:VEVENT\\n 👩‍🚒👩‍🚒👩‍🚒👩‍🚒👩‍🚒👩‍🚒👩‍🚒👩‍🚒 who is on for a very long time";

fn desk() -> Desk {
    let mut policy =
        spec(rota("Europe/London", vec![rotation(Unit::Week, 1, "2026-03-16T09:00:00", &["ana", "ben"])]));
    policy.people.get_mut(&"ben".into()).unwrap().name = HOSTILE.to_owned();
    Desk::new(policy)
}

fn rotas(desk: &Desk) -> Rotas {
    Rotas::new(&desk.policy, &BTreeMap::from([("web".into(), desk.state.clone())]), spring())
}

fn spring() -> Period {
    period("2026-03-16T09:00:00Z", "2026-04-13T08:00:00Z")
}

/// What another library reads: per event its properties as text.
fn read_back(text: &str) -> Vec<BTreeMap<String, String>> {
    let calendar = ICalendar::parse(text).unwrap();
    let events =
        calendar.components.iter().filter(|one| one.component_type == ICalendarComponentType::VEvent);
    let shown = |value: &ICalendarValue| match value {
        ICalendarValue::Text(text) => text.clone(),
        ICalendarValue::Integer(number) => number.to_string(),
        ICalendarValue::PartialDateTime(time) => time.to_timestamp().unwrap().to_string(),
        other => format!("{other:?}"),
    };
    let read = |name: &ICalendarProperty| name.as_str().to_owned();
    events
        .map(|event| {
            event
                .entries
                .iter()
                .map(|entry| (read(&entry.name), entry.values.iter().map(shown).collect()))
                .collect()
        })
        .collect()
}

#[test]
fn edge_41_shifts_are_read_back_as_they_are_with_names_that_do_nothing() {
    let desk = desk();
    let rotas = rotas(&desk);
    let events = shift_events(&rotas, &"web".into(), spring(), 1);
    let text = ics_of_shifts("Web; on\ncall", &events, &[], at("2026-03-01T00:00:00Z"));
    assert!(text.lines().all(|line| line.trim_end_matches('\r').len() <= 75), "folded at 75 octets:\n{text}");
    assert!(text.ends_with("END:VCALENDAR\r\n"), "{text}");
    let read = read_back(&text);
    assert_eq!(read.len(), 4);
    for (event, read) in events.iter().zip(&read) {
        assert_eq!(read["UID"], event.uid);
        assert_eq!(read["DTSTART"], event.period.from.timestamp().to_string());
        assert_eq!(read["DTEND"], event.period.until.timestamp().to_string());
        assert_eq!(read["SUMMARY"], event.title.replace(['\r', '\n'], " "));
        assert_eq!(read["SEQUENCE"], "1");
    }
    assert!(read[1]["SUMMARY"].contains("👩‍🚒"));
    assert_eq!(events.iter().map(|event| &event.uid).collect::<BTreeSet<_>>().len(), 4);
}

#[test]
fn edge_41_a_shift_keeps_its_name_a_change_counts_up_and_what_is_gone_is_cancelled() {
    let mut desk = desk();
    let before = shift_events(&rotas(&desk), &"web".into(), spring(), 1);
    let whole = period("2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z");
    let ask =
        |person: &str, period| Command::AskSwap { person: person.into(), period, with: None, why: None };
    let now = "2026-03-01T00:00:00Z";
    let asked = desk.ask(now, "ben", ask("ben", whole)).unwrap();
    desk.ask(now, "zoe", Command::TakeSwap { swap: asked, in_return: None }).unwrap();
    let part = period("2026-03-17T00:00:00Z", "2026-03-18T00:00:00Z");
    let asked = desk.ask(now, "ana", ask("ana", part)).unwrap();
    desk.ask(now, "zoe", Command::TakeSwap { swap: asked, in_return: None }).unwrap();

    let rotas = rotas(&desk);
    let after = shift_events(&rotas, &"web".into(), spring(), 1);
    let gone = cancelled_events(&rotas, &"web".into(), spring(), 1);
    let names = |events: &[supporty_core::rota::ShiftEvent]| -> BTreeSet<String> {
        events.iter().map(|event| event.uid.clone()).collect()
    };
    assert!(names(&after).contains(&before[0].uid), "ana keeps most of her week under the same name");
    assert_eq!(names(&gone), BTreeSet::from([before[1].uid.clone()]), "ben's week is off");
    assert!(after.iter().all(|event| event.sequence == 5 && event.sequence > before[0].sequence));
    let narrow = Period::new(spring().from + chrono::TimeDelta::days(7), spring().until);
    let part = shift_events(&rotas, &"web".into(), narrow, 1);
    assert!(names(&part).is_subset(&names(&after)), "a name does not depend on what is exported");

    let read = read_back(&ics_of_shifts("Web", &after, &gone, at(now)));
    let cancelled: Vec<_> = read
        .iter()
        .filter(|event| event["STATUS"].contains("ancelled") || event["STATUS"] == "CANCELLED")
        .collect();
    assert_eq!((read.len(), cancelled.len()), (after.len() + 1, 1), "{read:?}");
    assert_eq!(cancelled[0]["UID"], before[1].uid);
}

#[test]
fn a_handoff_counts_up_and_changes_no_shift() {
    let mut desk = desk();
    let (mut last, mut names) = (0, None);
    for now in
        ["2026-03-10T00:00:00Z", "2026-03-16T09:00:00Z", "2026-03-23T09:00:00Z", "2026-04-10T00:00:00Z"]
    {
        desk.tick(now);
        let events = shift_events(&rotas(&desk), &"web".into(), spring(), 1);
        let sequence = events[0].sequence;
        assert!(sequence > last && events.iter().all(|event| event.sequence == sequence), "{sequence}");
        last = sequence;
        let known: Vec<_> = events.into_iter().map(|event| (event.uid, event.period)).collect();
        assert_eq!(names.get_or_insert_with(|| known.clone()), &known);
    }
}
