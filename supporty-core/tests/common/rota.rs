//! Small rotas for tests.

use std::collections::BTreeMap;

use supporty_core::policy::{Member, Person, Policy, PolicySpec, Rota, Rotation};
use supporty_core::rota::{
    Change, Command, Context, Event, Plan, RotaEntry, RotaState, Schedule, decide, evolve,
};
use supporty_core::stream::{Cause, Entry};
use supporty_core::time::{Unit, Zone};
use supporty_core::vocab::{Actor, Period, RotaId, Time};

pub(crate) fn at(text: &str) -> Time {
    text.parse().unwrap()
}

pub(crate) fn period(from: &str, until: &str) -> Period {
    Period::new(at(from), at(until))
}

/// A rotation of single members from a local time on.
pub(crate) fn rotation(every: Unit, length: u16, start: &str, members: &[&str]) -> Rotation {
    Rotation {
        layer: 0,
        every,
        length,
        start: start.parse().unwrap(),
        end: None,
        lasts: None,
        hours: None,
        members: members.iter().map(|name| Member::one(*name)).collect(),
    }
}

pub(crate) fn rota(zone: &str, rotations: Vec<Rotation>) -> Rota {
    Rota {
        name: "Web".to_owned(),
        zone: Zone::new(zone).unwrap(),
        squad: None,
        rotations,
        people_on: 1,
        cover: None,
        fallback: Vec::new(),
    }
}

/// A policy with one rota, `web`, and everybody whom it names.
pub(crate) fn spec(rota: Rota) -> PolicySpec {
    let mut spec = PolicySpec::default();
    let members =
        rota.rotations.iter().flat_map(|rotation| &rotation.members).flat_map(|member| &member.people);
    for name in members.chain(&rota.fallback).cloned().chain(["zoe".into(), "yan".into()]) {
        spec.people.insert(name.clone(), Person { name: name.to_string(), ..Person::default() });
    }
    spec.rotas.insert("web".into(), rota);
    spec
}

/// A rota's stream in memory.
pub(crate) struct Desk {
    pub(crate) policy: Policy,
    pub(crate) plan: Plan,
    pub(crate) state: RotaState,
    pub(crate) log: Vec<RotaEntry>,
}

impl Desk {
    pub(crate) fn new(spec: PolicySpec) -> Self {
        let policy = Policy::new(spec).unwrap();
        let plan = Plan::new(&policy, &RotaId::new("web"), at("2027-01-01T00:00:00Z")).unwrap();
        Self { policy, plan, state: RotaState::default(), log: Vec::new() }
    }

    pub(crate) fn ask(
        &mut self,
        now: &str,
        by: &str,
        command: Command,
    ) -> Result<u64, supporty_core::rota::Refusal> {
        let (now, by) = (at(now), Actor::Person(by.into()));
        let context = Context { now, by: &by, policy: &self.policy, plan: &self.plan };
        let events = decide(&self.state, &command, &context)?;
        for event in events {
            self.write(now, &by, event);
        }
        Ok(self.state.seq)
    }

    pub(crate) fn tick(&mut self, now: &str) {
        let context = Context { now: at(now), by: &Actor::Desk, policy: &self.policy, plan: &self.plan };
        for event in decide(&self.state, &Command::Tick, &context).unwrap() {
            self.write(at(now), &Actor::Desk, event);
        }
    }

    fn write(&mut self, at: Time, by: &Actor, event: Event) {
        let seq = self.state.seq + 1;
        let entry = Entry { seq, at, by: by.clone(), cause: Cause::Inbound("test".into()), event };
        evolve(&mut self.state, &entry);
        self.log.push(entry);
    }

    /// Another version of the rota, with what was arranged on it.
    pub(crate) fn becomes(&mut self, spec: PolicySpec) {
        let Self { policy, plan, .. } = Self::new(spec);
        (self.policy, self.plan) = (policy, plan);
    }

    pub(crate) fn schedule(&self, from: &str, until: &str) -> Schedule {
        self.plan.schedule(&self.state, period(from, until))
    }

    /// Who is on at an instant, by name.
    pub(crate) fn on(&self, at_: &str) -> Vec<String> {
        let instant = Period::new(at(at_), at(at_) + chrono::TimeDelta::seconds(1));
        names(self.plan.schedule(&self.state, instant).who(at(at_)))
    }

    /// `ana 2026-01-05T09:00 2026-01-12T09:00` for each shift.
    pub(crate) fn shifts(&self, from: &str, until: &str) -> Vec<String> {
        let line = |shift: &supporty_core::rota::Shift| {
            let at = |at: Time| at.format("%Y-%m-%dT%H:%M").to_string();
            format!("{} {} {}", shift.on.person, at(shift.period.from), at(shift.period.until))
        };
        self.schedule(from, until).shifts().iter().map(line).collect()
    }
}

pub(crate) fn names(on: &[supporty_core::rota::On]) -> Vec<String> {
    on.iter().map(|on| on.person.to_string()).collect()
}

pub(crate) fn replace(person: &str, with: &str) -> Change {
    Change::Replace { person: person.into(), with: with.into() }
}

pub(crate) fn arrange(from: &str, until: &str, change: Change) -> Command {
    Command::Arrange { period: period(from, until), change, why: None }
}

/// Everybody's seconds on.
pub(crate) fn totals(schedule: &Schedule) -> BTreeMap<String, i64> {
    let mut totals = BTreeMap::new();
    for shift in schedule.shifts() {
        *totals.entry(shift.on.person.to_string()).or_default() += shift.period.length().num_seconds();
    }
    totals
}
