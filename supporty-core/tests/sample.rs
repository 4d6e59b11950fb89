//! Made-up histories are true logs, are the same every time, and look like what they claim to be.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use supporty_core::desk_log;
use supporty_core::insight::{Incident, delivery};
use supporty_core::pay::{Ledger, Month, Weights, statements};
use supporty_core::policy::{Policies, Policy};
use supporty_core::rota::{self, RotaState, Rotas};
use supporty_core::rules::{next_deadline, retell};
use supporty_core::service::{self, Service};
use supporty_core::stream::Recorded;
use supporty_core::testing::sample::{POLICY, Sample, Story, Stream};
use supporty_core::ticket::{Command, Event, Ticket, TicketEntry, evolve};
use supporty_core::vocab::{Actor, Kind, Period, RotaId, Target, Time};
use supporty_core::world::World;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn year(seed: u64, tickets: u64) -> Sample {
    Sample { seed, tickets, from: at("2025-10-01T00:00:00Z"), until: at("2026-10-01T15:00:00Z") }
}

fn told(sample: &Sample) -> Vec<Story> {
    let mut stories = Vec::new();
    sample.play(|story| stories.push(story)).unwrap();
    stories
}

fn tickets(stories: &[Story]) -> impl Iterator<Item = (&Ticket, &[TicketEntry])> {
    stories.iter().filter_map(|story| match &story.stream {
        Stream::Ticket { ticket, entries } => Some((&**ticket, entries.as_slice())),
        _ => None,
    })
}

fn written(sample: &Sample) -> String {
    let policies = sample.plan().unwrap();
    let commits = told(sample).into_iter().map(|story| story.commit(policies.policies()).unwrap());
    commits.map(|commit| format!("{commit:?}\n")).collect()
}

#[test]
fn the_same_seed_gives_the_same_and_another_gives_another() {
    let sample = Sample { until: at("2025-11-20T15:00:00Z"), ..year(4, 120) };
    let once = written(&sample);
    assert!(once == written(&sample), "the same sample is written twice in two ways");
    assert!(once != written(&Sample { seed: 5, ..sample }), "another seed gives the same");
}

#[test]
fn days_can_be_made_in_any_order() {
    let sample = Sample { until: at("2025-11-20T15:00:00Z"), ..year(4, 120) };
    let plan = sample.plan().unwrap();
    let mut backwards: Vec<_> = (0..plan.days()).rev().map(|day| plan.day(day)).collect();
    backwards.reverse();
    let forwards: Vec<_> = (0..plan.days()).map(|day| plan.day(day)).collect();
    assert!(forwards == backwards);
}

#[test]
fn there_are_as_many_tickets_as_asked_and_none_is_opened_after_the_end() {
    for count in [1, 37, 500] {
        let (sample, mut numbers) = (year(1, count), BTreeSet::new());
        for (ticket, entries) in tickets(&told(&sample)) {
            assert!(numbers.insert(ticket.key.number()), "{} was opened twice", ticket.key);
            let outside = entries.iter().find(|entry| entry.at < sample.from || sample.until <= entry.at);
            assert_eq!(outside, None, "{}", ticket.key);
        }
        assert_eq!(numbers.into_iter().collect::<Vec<_>>(), (1..=count).collect::<Vec<_>>());
    }
}

#[test]
fn each_stream_replays_to_what_it_says_it_is() {
    let policies = year(2, 300).plan().unwrap();
    for story in told(&year(2, 300)) {
        match &story.stream {
            Stream::Ticket { ticket, entries } => {
                let mut replayed = None;
                entries.iter().for_each(|entry| evolve(&mut replayed, entry));
                assert_eq!(replayed.as_ref(), Some(&**ticket));
                let due = next_deadline(ticket, policies.policies()).map(|deadline| deadline.wake);
                assert_eq!(due, story.wake, "{}", ticket.key);
                assert!(due.is_none_or(|due| due >= year(2, 300).until), "{} is overdue", ticket.key);
            }
            Stream::Rota(id, entries) => {
                let numbers: Vec<_> = entries.iter().map(|entry| entry.seq).collect();
                assert_eq!(numbers, (1..=entries.len() as u64).collect::<Vec<_>>(), "{id}");
                assert!(entries.is_sorted_by_key(|entry| entry.at), "{id}");
            }
            Stream::Service(id, entries) => assert!(entries.is_sorted_by_key(|entry| entry.at), "{id}"),
            Stream::Desk(entries) => assert!(entries.is_sorted_by_key(|entry| entry.at)),
        }
    }
}

fn rotas(stories: &[Story], ready: Period) -> Rotas {
    let mut states: BTreeMap<RotaId, RotaState> = BTreeMap::new();
    for story in stories {
        if let Stream::Rota(id, entries) = &story.stream {
            let state = states.entry(id.clone()).or_default();
            entries.iter().for_each(|entry| rota::evolve(state, entry));
        }
    }
    Rotas::new(&Sample::policy().unwrap(), &states, ready)
}

fn adopted(stories: &[Story]) -> Time {
    let desk = stories.iter().find_map(|story| match &story.stream {
        Stream::Desk(entries) => Some(entries),
        _ => None,
    });
    let policies =
        |entry: &&desk_log::DeskEntry| matches!(entry.event, desk_log::Event::PolicyAdopted { .. });
    desk.unwrap().iter().rfind(policies).unwrap().at
}

/// Which entries the rotas had is told by the log alone: a world has them as they are.
fn without_versions(entry: &TicketEntry) -> TicketEntry {
    let mut entry = entry.clone();
    if let Event::Escalated(fired) = &mut entry.event {
        fired.rotas.clear();
    }
    entry
}

#[test]
fn retelling_a_history_yields_the_same_history() {
    let sample = Sample { until: at("2026-01-01T00:00:00Z"), ..year(11, 220) };
    let stories = told(&sample);
    let mut world = World::new(Sample::earlier_policy().unwrap());
    world.staff(rotas(&stories, Period::new(sample.from - TimeDelta::days(7), sample.until)));
    let mut log: Vec<_> = tickets(&stories)
        .flat_map(|(ticket, entries)| entries.iter().map(|entry| (&ticket.key, entry)))
        .collect();
    log.sort_by_key(|(_, entry)| entry.at);
    let (mut adopts, mut seen) = (Some(adopted(&stories)), BTreeMap::new());
    for (key, entry) in log {
        if adopts.is_some_and(|at| at <= entry.at) {
            adopts = None;
            world.adopt(Sample::policy().unwrap());
        }
        let known = seen.entry(key).or_insert(0);
        *known = world.ticket(key).map_or(*known, |ticket| ticket.seq);
        if *known >= entry.seq {
            continue;
        }
        let (by, command) = match retell(entry) {
            Some(command) => (&entry.by, command),
            None => (&Actor::Desk, Command::Tick),
        };
        world.submit_caused(entry.at, by, &entry.cause, Some(key), command).unwrap();
    }
    for (ticket, entries) in tickets(&stories) {
        let again: Vec<_> = world.log(&ticket.key).map(without_versions).collect();
        let once: Vec<_> = entries.iter().map(without_versions).collect();
        assert_eq!(once, again, "{}", ticket.key);
    }
}

/// What happens only where a store or a desk was late, or where a policy has quiet hours.
const NEVER: [&str; 2] = ["amended", "postponed"];

#[test]
fn everything_that_can_happen_happens_in_two_thousand_tickets() {
    let mut kinds = BTreeSet::new();
    for story in told(&year(7, 2_000)) {
        match &story.stream {
            Stream::Ticket { entries, .. } => kinds.extend(entries.iter().map(|entry| entry.event.kind())),
            Stream::Rota(_, entries) => kinds.extend(entries.iter().map(|entry| entry.event.kind())),
            Stream::Service(_, entries) => kinds.extend(entries.iter().map(|entry| entry.event.kind())),
            Stream::Desk(entries) => kinds.extend(entries.iter().map(|entry| entry.event.kind())),
        }
    }
    let known = Event::KINDS.iter().chain(rota::Event::KINDS).chain(service::Event::KINDS);
    let missing: Vec<_> = known.filter(|kind| !kinds.contains(*kind) && !NEVER.contains(kind)).collect();
    assert!(missing.is_empty(), "never happens: {missing:?}");
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[test]
fn the_shares_are_those_that_were_assumed() {
    for seed in [1, 20, 300] {
        let sample = year(seed, 2_000);
        let stories = told(&sample);
        assert_promises(&stories);
        assert_areas(&stories);
        assert_delivery(&stories, &sample);
        assert_days(&stories);
    }
}

fn assert_promises(stories: &[Story]) {
    let mut open: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    let (mut kept, mut broken) = (BTreeMap::<_, usize>::new(), BTreeMap::<_, usize>::new());
    for (ticket, entries) in tickets(stories) {
        for entry in entries {
            match &entry.event {
                Event::TargetMet { target, due, at, .. } if due.is_none_or(|due| *at <= due) => {
                    *kept.entry(*target).or_default() += 1;
                }
                Event::Breached { target, .. } => *broken.entry(*target).or_default() += 1,
                _ => {}
            }
        }
        if let Some(at) = ticket.resolved_at.filter(|_| ticket.kind == Kind::Request) {
            open.entry(ticket.priority.as_str()).or_default().push((at - ticket.opened_at).num_minutes());
        }
    }
    for target in Target::ALL {
        let share = share(kept[target], kept[target] + broken.get(target).unwrap_or(&0));
        assert!((0.85..0.985).contains(&share), "{target} is kept in {share:.3}");
    }
    let median = |priority: &str| {
        let times = open.get(priority).cloned().unwrap_or_default();
        let mut times = times;
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (p2, p3, p4) = (median("P2"), median("P3"), median("P4"));
    assert!((60..720).contains(&p2) && (720..5_800).contains(&p3) && p3 < p4, "{p2}, {p3} and {p4} minutes");
}

fn assert_areas(stories: &[Story]) {
    let mut ends: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
    for (ticket, _) in tickets(stories).filter(|(ticket, _)| ticket.kind == Kind::Request) {
        let (Some(area), Some(resolution)) = (&ticket.area, ticket.status.resolution()) else { continue };
        let (all, code, explained) = ends.entry(area.as_str()).or_default();
        *all += 1;
        *code += usize::from(resolution.code_changed());
        *explained += usize::from(resolution.as_str() == "explanation");
    }
    let code = |area: &str| share(ends[area].1, ends[area].0);
    assert!(code("deliveries") > 0.45 && code("website") > 0.35, "{ends:?}");
    assert!(code("vouchers") < 0.2 && share(ends["vouchers"].2, ends["vouchers"].0) > 0.5, "{ends:?}");
}

fn assert_delivery(stories: &[Story], sample: &Sample) {
    let mut services: BTreeMap<_, Service> = BTreeMap::new();
    for story in stories {
        if let Stream::Service(id, entries) = &story.stream {
            let service = services.entry(id.clone()).or_default();
            entries.iter().for_each(|entry| service::evolve(service, entry));
        }
    }
    let incidents: Vec<_> = tickets(stories).filter_map(|(ticket, _)| Incident::of(ticket)).collect();
    let period = Period::new(sample.from, sample.until);
    let figures = delivery(&services, &incidents, period, |_| true);
    let rate = figures.failure_rate.unwrap();
    assert!((0.05..0.15).contains(&rate), "{rate:.3} of {} deployments failed", figures.deployments);
    assert!(
        figures.blamed.iter().flat_map(|blamed| &blamed.incidents).count() > 20 && figures.rollbacks > 10
    );
}

fn assert_days(stories: &[Story]) {
    let mut days = [0_usize; 7];
    for (ticket, _) in tickets(stories) {
        use chrono::Datelike;
        days[ticket.opened_at.weekday().num_days_from_monday() as usize] += 1;
    }
    assert!((1..5).all(|day| days[0] > days[day]), "Monday is the busiest: {days:?}");
    assert!(days[5] + days[6] < days[3] / 2, "weekends are quiet: {days:?}");
}

#[test]
fn nights_are_paid_and_are_not_the_same_for_everybody() {
    let sample = year(7, 1_000);
    let stories = told(&sample);
    let rotas = rotas(&stories, Period::new(sample.from, sample.until));
    let closed = stories.iter().find_map(|story| match &story.stream {
        Stream::Desk(entries) => entries.iter().rev().find_map(|entry| match &entry.event {
            desk_log::Event::MonthClosed { month, statements } => Some((*month, statements.clone())),
            _ => None,
        }),
        _ => None,
    });
    let (month, closed) = closed.unwrap();
    assert_eq!(month, "2026-08".parse::<Month>().unwrap());
    assert_eq!(closed, statements(&rotas, month), "nothing was put right since");
    let called = closed.iter().flat_map(|one| &one.lines).filter(|line| line.amount > 0).count();
    assert!(called > closed.len(), "somebody was paid for more than standing by");
    let ledger = Ledger::of(&rotas, Period::new(sample.from, sample.until), &Weights::default());
    assert!(ledger.spread() > 3_600 * 24);
}

#[test]
fn the_policy_is_an_example_to_follow() {
    let (policy, earlier) = (Policy::from_toml(POLICY).unwrap(), Sample::earlier_policy().unwrap());
    assert_ne!(policy.version(), earlier.version());
    let policies = Policies::new(policy);
    let people = policies.current().spec().people.len();
    let asks =
        tickets(&told(&year(1, 600))).map(|(ticket, _)| ticket.requester.clone()).collect::<BTreeSet<_>>();
    let others =
        asks.iter().filter_map(Actor::person).filter(|one| !policies.current().is_engineer(one)).count();
    assert_eq!(people + others, 40);
}
