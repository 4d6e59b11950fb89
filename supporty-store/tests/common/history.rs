//! What must be true of a ticket's log, whatever has happened to the processes that wrote it.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::collections::{BTreeMap, BTreeSet};

use supporty_core::desk::Desk;
use supporty_core::rules::next_deadline;
use supporty_core::ticket::{Escalated, Event, Ticket, TicketEntry, evolve};
use supporty_core::vocab::{MessageId, TicketKey, Time};

/// The log is dense and replays to what the desk says it is, nothing is due, and what was due is recorded once. Answers
/// with the messages in it.
pub(crate) async fn sound(desk: &Desk, key: &TicketKey, now: Time) -> Vec<MessageId> {
    let log = desk.log(key.clone()).await.unwrap();
    assert!(log.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "{key} is dense");
    let mut replayed: Option<Ticket> = None;
    log.iter().for_each(|entry| evolve(&mut replayed, entry));
    assert_eq!(replayed, desk.ticket(key.clone()).await.unwrap());
    let due = next_deadline(&replayed.unwrap(), &desk.all_policies());
    assert!(due.is_none_or(|due| due.wake > now), "{key} has nothing due");
    once(&log);
    let messages = log.iter().filter_map(|entry| match &entry.event {
        Event::Replied { message } => Some(message.id.clone()),
        _ => None,
    });
    messages.collect()
}

/// What is due is recorded once.
fn once(log: &[TicketEntry]) {
    let mut seen = BTreeSet::new();
    let mut spent: BTreeMap<String, u32> = BTreeMap::new();
    for entry in log {
        let name = match &entry.event {
            Event::Breached { target, epoch, .. } => format!("breached {target} {epoch}"),
            Event::Warned { target, epoch, warning, .. } => format!("warned {target} {epoch} {warning:?}"),
            Event::Heard { incident, seq, .. } => format!("heard {incident} {seq}"),
            Event::Escalated(fired) => {
                let Escalated { rung, watch, epoch, count, spent: total, .. } = &**fired;
                let before = spent.insert(format!("{rung} {watch} {epoch}"), *total);
                assert!(
                    before.is_none_or(|before| before + count == *total),
                    "a rung's instant twice: {entry:?}"
                );
                continue;
            }
            // A merged ticket brings rounds of its own, which may have the same numbers.
            Event::Absorbed { .. } | Event::GaveBack { .. } => {
                seen.retain(|name: &String| name.starts_with("heard"));
                spent.clear();
                continue;
            }
            _ => continue,
        };
        assert!(seen.insert(name.clone()), "{name} is recorded twice");
    }
}
