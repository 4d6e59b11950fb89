//! What holds for every ticket, whatever is asked of it and whenever.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::adapter::Row;
use supporty_core::policy::Policy;
use supporty_core::rules::{Deadline, Due, next_deadline, plan, retell};
use supporty_core::stream::StreamId;
use supporty_core::ticket::{Command, Status, StatusKind, Ticket, TicketEntry, evolve};
use supporty_core::vocab::{Actor, Resolution, TicketKey, Time, instant};
use supporty_core::world::World;

use common::moves::{key, moves, other, play, policy, start};

/// All that an ended ticket may still wait for.
fn written_late(deadline: &Deadline) -> bool {
    deadline.what == Due::PostMortemOverdue
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn replaying_the_log_gives_the_live_tickets(policy in policy(), moves in moves()) {
        let world = play(policy, &moves, |_, _, _| {});
        let mut replayed: BTreeMap<TicketKey, Option<Ticket>> = BTreeMap::new();
        for (key, entry) in world.entries() {
            let stored = TicketEntry::decode(&StreamId::Ticket(key.clone()), &entry.encode().unwrap()).unwrap();
            prop_assert_eq!(&stored, entry, "an entry comes back as it was stored");
            evolve(replayed.entry(key.clone()).or_default(), &stored);
        }
        for ticket in world.tickets() {
            prop_assert_eq!(replayed[&ticket.key].as_ref(), Some(ticket));
            let json = serde_json::to_string(ticket).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Ticket>(&json).unwrap(), ticket);
        }
    }

    #[test]
    fn after_a_step_nothing_is_due_and_an_early_tick_changes_nothing(policy in policy(), moves in moves()) {
        play(policy, &moves, |world, now, one| {
            let Some(ticket) = one.ticket.and_then(|number| world.ticket(&key(number))) else { return };
            let (key, seen) = (ticket.key.clone(), now.max(ticket.last_at));
            // A refused command that goes on in another ticket leaves this one as it was, but for what was due.
            let next = next_deadline(ticket, world.policies());
            assert_eq!(next, plan(ticket, world.policies()).into_iter().next(), "whatever is not looked at comes later");
            if let Some(deadline) = next {
                assert!(deadline.wake > seen, "{deadline:?} is due at {seen}");
            }
            let before = world.log(&key).count();
            let _ = world.submit(seen, &Actor::Desk, Some(&key), Command::Tick);
            assert_eq!(world.log(&key).count(), before);
        });
    }

    #[test]
    fn what_waits_for_nobody_is_planned_for_nobody(policy in policy(), moves in moves()) {
        let world = play(policy, &moves, |_, _, _| {});
        for ticket in world.tickets() {
            let planned = plan(ticket, world.policies());
            match ticket.status.kind() {
                StatusKind::Resolved => prop_assert!(planned.iter().all(|one| one.what == Due::WindowEnds || written_late(one))),
                StatusKind::Closed => prop_assert!(planned.iter().all(written_late)),
                StatusKind::Merged => prop_assert!(planned.is_empty()),
                _ => {}
            }
            match &ticket.status {
                Status::New { .. } => prop_assert_eq!(ticket.owner(), None),
                Status::Active { owner } => prop_assert_eq!(ticket.owner(), Some(owner)),
                _ => {}
            }
            let row = Row::of(ticket, world.policies());
            prop_assert!(!row.breached || row.at_risk);
        }
    }

    #[test]
    fn entries_are_dense_in_order_of_time_and_effects_have_one_id_each(policy in policy(), moves in moves()) {
        let world = play(policy, &moves, |_, _, _| {});
        for ticket in world.tickets() {
            let log: Vec<_> = world.log(&ticket.key).collect();
            prop_assert!(log.iter().zip(1u64..).all(|(entry, seq)| entry.seq == seq));
            prop_assert!(log.windows(2).all(|pair| pair[0].at <= pair[1].at));
        }
        let ids: BTreeSet<_> = world.effects().iter().map(|effect| &effect.id).collect();
        prop_assert_eq!(ids.len(), world.effects().len());
    }

    #[test]
    fn retelling_a_log_yields_the_same_log(policy in policy(), moves in moves()) {
        let told = play(policy.clone(), &moves, |_, _, _| {});
        let mut again = World::new(policy.clone());
        for (key, entry) in told.entries() {
            match retell(entry) {
                Some(command) => {
                    let replans = matches!(command, Command::Replan { .. });
                    if replans {
                        again.adopt(other());
                    }
                    again.submit_caused(entry.at, &entry.by, &entry.cause, Some(key), command).unwrap();
                    if replans {
                        again.adopt(policy.clone());
                    }
                }
                None if again.log(key).all(|known| known.seq < entry.seq) => {
                    again.submit_caused(entry.at, &Actor::Desk, &entry.cause, Some(key), Command::Tick).unwrap();
                }
                None => {}
            }
        }
        for ticket in told.tickets() {
            let (one, other): (Vec<_>, Vec<_>) = (told.log(&ticket.key).collect(), again.log(&ticket.key).collect());
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn looking_often_and_looking_once_record_the_same_breaches(moves in moves()) {
        let mut often = play(Policy::default(), &moves, |_, _, _| {});
        let mut once = often.clone();
        let end = start() + TimeDelta::days(120);
        often.run_until(end);
        for _ in 0..40 {
            once.tick(end);
        }
        let breaches = |world: &World| -> BTreeSet<String> {
            let breached = world.entries().iter().filter(|(_, entry)| matches!(entry.event, supporty_core::ticket::Event::Breached { .. }));
            breached.map(|(key, entry)| format!("{key} {:?}", entry.event)).collect()
        };
        // Looked at late, a nudge comes late and so does what follows from it; what was promised does not move.
        let late_nudge = often.tickets().any(|ticket| ticket.status.resolution() == Some(Resolution::NoAnswer));
        prop_assume!(!late_nudge);
        prop_assert_eq!(breaches(&often), breaches(&once));
    }

    #[test]
    fn an_instant_is_what_chrono_reads(
        text in r"[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,9})?)?(Z|z| ?[+-][0-2][0-9]:?[0-9]{2})?",
    ) {
        let read = instant(serde_json::Value::from(text.as_str()));
        prop_assert_eq!(read.ok(), serde_json::from_value::<Time>(text.into()).ok());
    }
}
