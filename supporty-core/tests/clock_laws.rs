//! What holds for every clock, whatever happens to its ticket.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::policy::Policy;
use supporty_core::ticket::{Command, Verdict};
use supporty_core::vocab::{Target, TicketKey, Time, WaitingOn};
use supporty_core::world::World;

use common::{due, open, person, reply};

fn opened(at: Time, priority: &str) -> (World, TicketKey) {
    let mut world = World::new(Policy::default());
    let key = world.submit(at, &person("rita"), None, open(priority, None)).unwrap().ticket;
    (world, key)
}

fn dues(world: &World, key: &TicketKey) -> Vec<Option<Time>> {
    Target::ALL.iter().map(|target| due(world, key, *target)).collect()
}

fn verdicts(world: &World, key: &TicketKey) -> Vec<(Target, Verdict)> {
    let mut verdicts: Vec<_> =
        world.ticket(key).unwrap().outcomes.iter().map(|one| (one.target, one.verdict)).collect();
    // A question that was answered when it was asked leaves a round of no length, or none.
    verdicts.retain(|(target, _)| *target != Target::NextResponse);
    verdicts.sort_by_key(|(target, _)| *target);
    verdicts
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pause_out_of_hours_changes_nothing(
        before in 0i64..60, from in 0i64..62 * 60, length in 1i64..62 * 60, priority in prop::sample::select(vec!["P2"]),
    ) {
        // The office is closed from Friday 18:00 to Monday 09:00, 63 hours later.
        let closing: Time = "2026-01-09T18:00:00Z".parse().unwrap();
        let (mut plain, key) = opened(closing - TimeDelta::minutes(before + 1), priority);
        plain.run_until(closing);
        let mut paused = plain.clone();
        let from = closing + TimeDelta::minutes(from);
        let until = (from + TimeDelta::minutes(length)).min(closing + TimeDelta::hours(63));
        let wait = Command::Wait { on: WaitingOn::ThirdParty, until, why: None };
        paused.submit(from, &person("oli"), Some(&key), wait).unwrap();
        for world in [&mut plain, &mut paused] {
            world.run_until(closing + TimeDelta::hours(63));
        }
        prop_assert_eq!(dues(&plain, &key), dues(&paused, &key));
    }

    #[test]
    fn the_order_of_what_happens_at_one_instant_does_not_matter(
        mut acts in prop::collection::vec((0usize..4, any::<u32>()), 1..6), minute in 1i64..400,
    ) {
        let start: Time = "2026-01-12T09:00:00Z".parse().unwrap();
        let now = start + TimeDelta::minutes(minute);
        let play = |acts: &[(usize, u32)]| {
            let (mut world, key) = opened(start, "P2");
            for (number, (act, _)) in acts.iter().enumerate() {
                let said = || reply(&format!("m{number}"), now);
                let _ = match act {
                    0 => world.submit(now, &person("rita"), Some(&key), said()),
                    1 => world.submit(now, &person("oli"), Some(&key), said()),
                    2 => world.submit(now, &person("oli"), Some(&key), Command::Claim),
                    _ => world.submit(now, &person("ana"), Some(&key), Command::Identify),
                };
            }
            (dues(&world, &key), verdicts(&world, &key), world.ticket(&key).unwrap().questions.clone())
        };
        let one = play(&acts);
        acts.sort_by_key(|(_, place)| *place);
        prop_assert_eq!(one, play(&acts));
    }

    #[test]
    fn a_deadline_moves_by_the_working_time_of_a_pause_and_by_nothing_else(
        opened_at in 0i64..5_000, from in 0i64..3_000, length in 1i64..9_000, looks in prop::collection::vec(1i64..4_000, 0..6),
    ) {
        let start = "2026-03-26T09:00:00Z".parse::<Time>().unwrap() + TimeDelta::minutes(opened_at);
        let (mut world, key) = opened(start, "P3");
        let before = due(&world, &key, Target::Resolve).unwrap();
        let from = (start + TimeDelta::minutes(from)).min(before);
        let until = from + TimeDelta::minutes(length);
        world.submit(from, &person("oli"), Some(&key), Command::Wait { on: WaitingOn::ThirdParty, until, why: None }).unwrap();
        let mut at = from;
        for minutes in looks {
            at += TimeDelta::minutes(minutes);
            world.tick(at);
        }
        world.run_until(until.max(at));
        let policy = Policy::default();
        let weekdays = policy.calendar(&"weekdays".into()).unwrap();
        let lost = weekdays.between(from, until).unwrap();
        let left = weekdays.between(from, before).unwrap();
        // What was left when it began to wait is left when it goes on.
        let expected = if left.is_zero() { before } else { weekdays.add(until, left).unwrap() };
        let ticket = world.ticket(&key).unwrap();
        let recorded = ticket.outcomes.iter().find_map(|one| match (one.target, one.verdict) {
            (Target::Resolve, Verdict::Breached { due, .. }) => Some(due),
            _ => None,
        });
        prop_assert_eq!(recorded.or(due(&world, &key, Target::Resolve)), Some(expected), "{} lost", lost);
    }
}
