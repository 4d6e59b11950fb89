//! Ten telling explanations, word by word, and that their sums are right for every ticket.
//!
//! `SUPPORTY_REWRITE=1 cargo test --test explain` writes what would be said now.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that reads its texts from files, and ends where something is missing"
)]

mod common;

use std::path::Path;

use chrono::{NaiveDate, TimeDelta};

use supporty_core::explain::{What, explain};
use supporty_core::policy::{Area, Person, Policy, PolicySpec, PriorityChange, Squad};
use supporty_core::rules::account;
use supporty_core::ticket::{Command, TicketEntry};
use supporty_core::time::{Budget, CalendarSpec, Zone};
use supporty_core::vocab::{Resolution, Target, TicketKey, Time, WaitingOn};
use supporty_core::world::World;

use common::{open, person, reply};

fn at(text: &str) -> Time {
    format!("{text}:00Z").parse().unwrap()
}

/// Gwen gardens for the web squad in its hours, oli is on call outside them, lea leads it.
fn team() -> PolicySpec {
    let mut spec = PolicySpec::default();
    for (id, name) in [("gwen", "Gwen"), ("oli", "Oli"), ("lea", "Lea")] {
        spec.people.insert(id.into(), Person { name: name.to_owned(), ..Default::default() });
    }
    let web = Squad {
        name: "Web".to_owned(),
        channel: Some("squad-web".into()),
        members: vec!["gwen".into(), "oli".into()],
        lead: Some("lea".into()),
        gardener: Some("gwen".into()),
        on_call: vec!["oli".into()],
        hours: "office".into(),
        ..Default::default()
    };
    spec.squads.insert("web".into(), web);
    spec.areas
        .insert("shop".into(), Area { name: "Shop".to_owned(), squad: "web".into(), ..Area::default() });
    spec
}

struct Case {
    world: World,
    key: TicketKey,
}

impl Case {
    fn new(spec: PolicySpec, when: &str, priority: &str) -> Self {
        let mut world = World::new(Policy::new(spec).unwrap());
        let key = world.submit(at(when), &person("rita"), None, open(priority, Some("shop"))).unwrap().ticket;
        Self { world, key }
    }

    fn asks(mut self, when: &str, who: &str, command: Command) -> Self {
        self.world.submit(at(when), &person(who), Some(&self.key), command).unwrap();
        self
    }

    /// Compares what is said at an instant, in London, with the file of that name.
    fn says(mut self, name: &str, when: &str) {
        self.world.run_until(at(when));
        let log: Vec<TicketEntry> = self.world.log(&self.key).cloned().collect();
        let explained = explain(&log, self.world.policies(), at(when), TimeDelta::days(20)).unwrap();
        let mut text = explained.text(&Zone::new("Europe/London").unwrap());
        // What changes with every word of a policy and with every edition of the zones.
        text = text.replace(&explained.zones, "ZONES");
        for (n, (_, version)) in explained.policies.iter().enumerate() {
            text = text.replace(&version.as_str()[..8], &format!("POLICY-{n}"));
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain").join(format!("{name}.txt"));
        if std::env::var_os("SUPPORTY_REWRITE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            golden,
            text,
            "{} says something else; this is what would be said now:\n{text}",
            path.display()
        );
        let json = serde_json::to_value(&explained).unwrap();
        assert_eq!(json["promises"].as_array().unwrap().len(), explained.promises.len());
    }
}

fn wait(on: WaitingOn, until: &str) -> Command {
    Command::Wait { on, until: at(until), why: None }
}

fn to(priority: &str) -> Command {
    Command::Reprioritise { to: priority.into(), why: None }
}

#[test]
fn a_p2_of_friday_evening() {
    Case::new(team(), "2026-01-09T17:30", "P2").says("friday_evening", "2026-01-09T17:30");
}

#[test]
fn a_holiday_by_its_name() {
    let mut spec = team();
    if let Some(CalendarSpec::Hours(office)) = spec.calendars.get_mut(&"office".into()) {
        let days = [("2026-12-25", "Christmas Day"), ("2026-12-28", "Boxing Day (substitute)")];
        let date = |day: &str| day.parse::<NaiveDate>().unwrap();
        office.closed = days.map(|(day, name)| (date(day), name.to_owned())).into();
    }
    Case::new(spec, "2026-12-24T16:30", "P2")
        .asks("2026-12-24T16:40", "gwen", Command::Claim)
        .asks("2026-12-24T16:45", "gwen", reply("m1", at("2026-12-24T16:45")))
        .says("holiday", "2026-12-24T17:00");
}

#[test]
fn a_night_in_which_the_clocks_change() {
    // The clocks go from one to two on this night.
    Case::new(team(), "2026-03-29T00:30", "P1").says("clock_change", "2026-03-29T00:31");
}

#[test]
fn waiting_on_the_requester_over_a_weekend() {
    Case::new(team(), "2026-01-09T16:00", "P2")
        .asks("2026-01-09T16:10", "gwen", Command::Claim)
        .asks("2026-01-09T16:20", "gwen", reply("m1", at("2026-01-09T16:20")))
        .asks("2026-01-09T17:00", "gwen", wait(WaitingOn::Requester, "2026-01-14T12:00"))
        .asks("2026-01-12T10:00", "rita", reply("m2", at("2026-01-12T10:00")))
        .says("waiting", "2026-01-12T10:05");
}

#[test]
fn raised_and_then_lowered() {
    Case::new(team(), "2026-01-12T10:00", "P2")
        .asks("2026-01-12T10:20", "gwen", Command::Claim)
        .asks("2026-01-12T11:00", "gwen", to("P1"))
        .asks("2026-01-12T11:20", "gwen", to("P3"))
        .says("raised_and_lowered", "2026-01-12T11:25");
}

#[test]
fn reopened_after_a_day() {
    let resolve = Command::Resolve { resolution: Resolution::Configuration, note: None };
    Case::new(team(), "2026-01-12T10:00", "P2")
        .asks("2026-01-12T10:10", "gwen", Command::Claim)
        .asks("2026-01-12T11:00", "gwen", resolve)
        .asks("2026-01-13T10:00", "rita", Command::Reopen { why: None })
        .says("reopened", "2026-01-13T10:01");
}

#[test]
fn two_working_days_of_which_one_is_paused() {
    let mut spec = team();
    let p3 = spec.priorities.iter_mut().find(|priority| priority.id.as_str() == "P3").unwrap();
    let resolve = p3.promises.get_mut(&Target::Resolve).unwrap();
    (resolve.within, resolve.clock) = (Budget::Days(2), "office".into());
    resolve.warnings.clear();
    p3.ladder.remove(0);
    Case::new(spec, "2026-01-08T15:00", "P3")
        .asks("2026-01-08T15:30", "gwen", Command::Claim)
        .asks("2026-01-08T18:30", "gwen", wait(WaitingOn::ThirdParty, "2026-01-12T08:00"))
        .says("working_days", "2026-01-12T08:30");
}

#[test]
fn broken_by_a_change_of_priority() {
    let mut spec = team();
    spec.modes.priority_change = PriorityChange::Carry;
    Case::new(spec, "2026-01-12T10:00", "P2")
        .asks("2026-01-12T10:05", "gwen", Command::Claim)
        .asks("2026-01-12T10:06", "gwen", reply("m1", at("2026-01-12T10:06")))
        .asks("2026-01-12T12:00", "gwen", to("P1"))
        .says("broken_on_change", "2026-01-12T12:00");
}

#[test]
fn put_under_another_policy() {
    let mut case =
        Case::new(team(), "2026-01-12T10:00", "P2").asks("2026-01-12T10:05", "gwen", Command::Claim);
    let mut spec = team();
    let p2 = spec.priorities.iter_mut().find(|priority| priority.id.as_str() == "P2").unwrap();
    p2.promises.get_mut(&Target::Resolve).unwrap().within = Budget::Seconds(5 * 3600);
    p2.promises.get_mut(&Target::Resolve).unwrap().clock = "always".into();
    case.world.adopt(Policy::new(spec).unwrap());
    let to = case.world.policies().current().version().clone();
    case.asks("2026-01-12T17:00", "gwen", Command::Replan { to }).says("replanned", "2026-01-12T17:01");
}

#[test]
fn a_clock_that_came_with_a_merged_ticket() {
    let mut case = Case::new(team(), "2026-01-12T10:00", "P2");
    let survivor = case.key.clone();
    let early = case.world.submit(at("2026-01-12T10:00"), &person("sam"), None, open("P1", Some("shop")));
    case.key = early.unwrap().ticket;
    let mut case = case.asks("2026-01-12T10:30", "gwen", Command::Merge { into: survivor.clone() });
    case.key = survivor;
    case.says("merged", "2026-01-12T10:31");
}

#[test]
fn a_merged_ticket_says_where_it_goes_on() {
    let case = Case::new(team(), "2026-01-12T10:00", "P2");
    let mut world = case.world;
    let other = world.submit(at("2026-01-12T10:00"), &person("sam"), None, open("P2", None)).unwrap().ticket;
    let merge = Command::Merge { into: other.clone() };
    world.submit(at("2026-01-12T10:10"), &person("gwen"), Some(&case.key), merge).unwrap();
    let log: Vec<_> = world.log(&case.key).cloned().collect();
    let explained = explain(&log, world.policies(), at("2026-01-12T10:11"), TimeDelta::days(9)).unwrap();
    assert_eq!((explained.goes_on_in.as_ref(), explained.promises.len()), (Some(&other), 0));
    assert!(explained.text(&Zone::utc()).contains("merged into SUP-2"));
}

#[test]
fn whom_a_p1_wakes_in_the_night() {
    Case::new(team(), "2026-01-10T02:00", "P1").says("at_night", "2026-01-10T02:00");
}

#[test]
fn the_past_is_explained_as_it_was() {
    let case = Case::new(team(), "2026-01-12T10:00", "P2").asks("2026-01-12T11:00", "gwen", to("P3"));
    let log: Vec<_> = case.world.log(&case.key).cloned().collect();
    let explain = |when: &str| explain(&log, case.world.policies(), at(when), TimeDelta::zero());
    assert_eq!(explain("2026-01-12T09:59"), None, "it was not there");
    let resolve = |when: &str| {
        let promises = explain(when).unwrap().promises;
        promises.into_iter().find(|one| one.target == Target::Resolve).unwrap()
    };
    assert_eq!(resolve("2026-01-12T10:59").deadline, Some(at("2026-01-12T13:00")));
    assert_eq!(resolve("2026-01-12T11:00").deadline, Some(at("2026-01-13T10:00")));
}

mod sums {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Move {
        Claim,
        Says(bool),
        Waits(usize, i64),
        Resumes,
        Becomes(&'static str),
        Resolves,
        Reopens,
        Replans(u32),
        Merges,
    }

    fn moves() -> impl Strategy<Value = Vec<(i64, Move)>> {
        let one = prop_oneof![
            1 => Just(Move::Claim),
            3 => any::<bool>().prop_map(Move::Says),
            3 => (0usize..3, 600i64..300_000).prop_map(|(on, until)| Move::Waits(on, until)),
            2 => Just(Move::Resumes),
            3 => prop::sample::select(vec!["P1", "P2", "P3"]).prop_map(Move::Becomes),
            1 => Just(Move::Resolves),
            2 => Just(Move::Reopens),
            1 => (1u32..400).prop_map(Move::Replans),
            1 => Just(Move::Merges),
        ];
        prop::collection::vec((0i64..90_000, one), 1..14)
    }

    fn play(change: PriorityChange, start: Time, priority: &str, moves: &[(i64, Move)]) -> (World, Time) {
        let spec = || PolicySpec {
            modes: supporty_core::policy::Modes { priority_change: change, ..team().modes },
            ..team()
        };
        let mut world = World::new(Policy::new(spec()).unwrap());
        let key = world.submit(start, &person("rita"), None, open(priority, Some("shop"))).unwrap().ticket;
        let mut now = start;
        for (after, one) in moves {
            now += TimeDelta::seconds(*after);
            let mut ask = |who: &str, command| {
                let _ = world.submit(now, &person(who), Some(&key), command);
            };
            match one {
                Move::Claim => ask("gwen", Command::Claim),
                Move::Says(asks) => ask(if *asks { "rita" } else { "gwen" }, reply("m", now)),
                Move::Waits(on, seconds) => {
                    let until = now + TimeDelta::seconds(*seconds);
                    ask("gwen", Command::Wait { on: WaitingOn::ALL[*on], until, why: None });
                }
                Move::Resumes => ask("gwen", Command::Resume),
                Move::Becomes(priority) => ask("gwen", to(priority)),
                Move::Resolves => {
                    ask("gwen", Command::Resolve { resolution: Resolution::DataFix, note: None })
                }
                Move::Reopens => ask("rita", Command::Reopen { why: None }),
                Move::Replans(minutes) => {
                    let mut spec = spec();
                    for priority in &mut spec.priorities {
                        priority.promises.get_mut(&Target::Resolve).unwrap().within =
                            Budget::Seconds(minutes * 60);
                        priority.promises.get_mut(&Target::Resolve).unwrap().warnings.clear();
                    }
                    world.adopt(Policy::new(spec).unwrap());
                    let to = world.policies().current().version().clone();
                    let _ = world.submit(now, &person("gwen"), Some(&key), Command::Replan { to });
                }
                Move::Merges => {
                    let other =
                        world.submit(now, &person("sam"), None, open("P1", Some("shop"))).unwrap().ticket;
                    let _ = world.submit(
                        now,
                        &person("gwen"),
                        Some(&other),
                        Command::Merge { into: key.clone() },
                    );
                }
            }
        }
        (world, now)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_was_counted_is_the_budget_of_every_promise_in_hours_that_runs(
            change in prop::sample::select(vec![
                PriorityChange::Fair, PriorityChange::Carry, PriorityChange::Restart, PriorityChange::KeepEarlier,
            ]),
            start in 0i64..10_000, priority in prop::sample::select(vec!["P1", "P2", "P3"]), moves in moves(),
        ) {
            // Before a weekend, a clock change and a week of both.
            let start = at("2026-03-24T09:00") + TimeDelta::minutes(start);
            let (world, now) = play(change, start, priority, &moves);
            let ticket = world.tickets().next().unwrap().clone();
            let log: Vec<_> = world.log(&ticket.key).cloned().collect();
            let explained = explain(&log, world.policies(), now, TimeDelta::days(2)).unwrap();
            for promise in &explained.promises {
                let touch = promise.spans.windows(2).all(|pair| pair[0].to == pair[1].from);
                prop_assert!(touch && promise.spans.iter().all(|span| span.from < span.to), "{promise:?}");
                let account = account(&ticket, world.policies(), promise.target).unwrap();
                let (Budget::Seconds(budget), Some(due), false) = (promise.within, promise.deadline, account.ended)
                else { continue };
                let counted = promise.spans.iter().filter(|span| matches!(span.what, What::Counted(_)));
                let sum = counted.fold(TimeDelta::zero(), |sum, span| sum + (span.to - span.from));
                // A carried change may leave a shorter promise than what was used: then it was due where that was.
                prop_assert_eq!(sum, TimeDelta::seconds(budget.into()), "{:?}", promise);
                prop_assert_eq!(account.counted(due), sum, "the index says the same");
            }
            let _ = explained.text(&Zone::utc());
        }
    }
}
