//! A desk of one squad, and questions about its January.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use std::collections::BTreeMap;

use chrono::TimeDelta;

use supporty_core::insight::{Effort, Facts, Group, Question, Rates};
use supporty_core::policy::{Area, Person, Policy, PolicySpec, Squad};
use supporty_core::ticket::{Command, Open};
use supporty_core::time::Zone;
use supporty_core::vocab::{Kind, Period, Resolution, Stars, TextRef, TicketKey, Time};
use supporty_core::world::World;

use super::{person, reply};

pub(crate) fn at(text: &str) -> Time {
    format!("{text}:00Z").parse().unwrap()
}

pub(crate) fn january() -> Period {
    Period::new(at("2026-01-01T00:00"), at("2026-02-01T00:00"))
}

pub(crate) fn question() -> Question {
    Question::new(january(), at("2026-02-02T00:00")).zone(Zone::new("Europe/London").unwrap())
}

pub(crate) fn hours(hours: &[i64]) -> Vec<TimeDelta> {
    hours.iter().map(|hours| TimeDelta::hours(*hours)).collect()
}

pub(crate) fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

pub(crate) fn policy() -> Policy {
    let people =
        ["ana", "ben"].map(|name| (name.into(), Person { name: name.to_owned(), ..Person::default() }));
    let members = vec!["ana".into(), "ben".into()];
    let squad = Squad { name: "Web".to_owned(), members, hours: "office".into(), ..Squad::default() };
    let area =
        |name: &str| (name.into(), Area { name: name.to_owned(), squad: "web".into(), ..Area::default() });
    let spec = PolicySpec {
        people: people.into(),
        squads: [("web".into(), squad)].into(),
        areas: ["shop", "admin"].map(area).into(),
        ..PolicySpec::default()
    };
    Policy::new(spec).unwrap()
}

pub(crate) struct Desk(pub(crate) World);

impl Desk {
    pub(crate) fn new() -> Self {
        Self(World::new(policy()))
    }

    pub(crate) fn open(&mut self, when: &str, by: &str, kind: Kind, priority: &str, area: &str) -> TicketKey {
        let open = Open { kind, area: Some(area.into()), ..Open::new(TextRef::new("title"), priority) };
        self.0.submit(at(when), &person(by), None, Command::Open(open)).unwrap().ticket
    }

    pub(crate) fn ask(&mut self, when: &str, by: &str, key: &TicketKey, command: Command) {
        self.0.submit(at(when), &person(by), Some(key), command).unwrap();
    }

    pub(crate) fn resolve(&mut self, when: &str, by: &str, key: &TicketKey, resolution: Resolution) {
        self.ask(when, by, key, Command::Resolve { resolution, note: None });
    }

    pub(crate) fn say(&mut self, when: &str, by: &str, key: &TicketKey) {
        self.ask(when, by, key, reply(when, at(when)));
    }

    pub(crate) fn facts(&self) -> Facts {
        self.0.entries().iter().map(|(key, entry)| (key, entry)).collect()
    }
}

pub(crate) fn stars(count: u8) -> Command {
    Command::Rate { stars: Stars::new(count).unwrap() }
}

/// The one group of a selection that asked for none.
pub(crate) fn only<T>(groups: BTreeMap<Group, T>) -> T {
    assert_eq!(groups.len(), 1);
    groups.into_values().next().unwrap()
}

pub(crate) fn cost(
    facts: &Facts,
    question: &Question,
    desk: &Desk,
    effort: &Effort,
) -> BTreeMap<String, i64> {
    let selection = facts.select(question, desk.0.policies());
    let tickets = selection.ticket_costs(&facts.work(effort), &Rates::default());
    tickets.into_iter().map(|ticket| (ticket.key.to_string(), ticket.cost.active.num_seconds())).collect()
}
