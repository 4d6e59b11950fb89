//! What must hold at the end.

use std::collections::{BTreeMap, BTreeSet};

use supporty_core::adapter::{Destination, Maintenance, Query, Store};
use supporty_core::desk::Clock;
use supporty_core::rules::next_deadline;
use supporty_core::stream::{EffectId, Origin};
use supporty_core::ticket::{Event, Ticket, TicketEntry, evolve};

use super::Simulation;
use super::chat::Shown;

pub(crate) async fn check(simulation: &mut Simulation) {
    let store = std::sync::Arc::clone(&simulation.store);
    let left = store.inner.statistics().await.unwrap();
    assert_eq!((left.inbox, left.outbox, left.dead), (0, 0, 0), "nothing is left over");
    assert_eq!(store.inner.check().await.unwrap(), Vec::<String>::new());

    let rows = store.inner.list(Query { most: 500, ..Query::default() }).await.unwrap().rows;
    let desk = simulation.worker(0).await.unwrap();
    let mut said = BTreeSet::new();
    for row in &rows {
        let key = row.row.key.clone();
        let log = desk.log(key.clone()).await.unwrap();
        assert!(log.iter().zip(1..).all(|(entry, seq)| entry.seq == seq), "{key} is dense");
        let mut replayed: Option<Ticket> = None;
        log.iter().for_each(|entry| evolve(&mut replayed, entry));
        assert_eq!(replayed, desk.ticket(key.clone()).await.unwrap());
        let due = next_deadline(&replayed.unwrap(), &desk.all_policies());
        assert!(due.is_none_or(|due| due.wake > simulation.clock.now()), "{key} has nothing due");
        once(&log);
        let messages = log.iter().filter_map(|entry| match &entry.event {
            Event::Replied { message } => Some(message.id.clone()),
            _ => None,
        });
        messages.for_each(|id| assert!(said.insert(id.clone()), "{id} is on two tickets, or twice on one"));
    }
    answered(simulation, &said);
    shown(simulation);
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
            Event::Escalated { rung, watch, epoch, count, spent: total, .. } => {
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

/// What was taken is there, and what was refused is not.
fn answered(simulation: &Simulation, said: &BTreeSet<supporty_core::vocab::MessageId>) {
    for (inbound, answer) in &simulation.sent {
        let done = answer.as_ref().expect("everything was answered").outcome.is_ok();
        if let supporty_core::ticket::Command::Reply { message } = &inbound.command
            && said.contains(&message.id) != done
        {
            // Its words opened a follow-up, where it is the message that was followed up.
            assert!(done, "{message:?} was refused and is there");
        }
    }
}

/// Everything that was to be said was said once, or nobody wanted it any more; a thread is in the order of its log.
fn shown(simulation: &Simulation) {
    let all: Vec<Shown> = simulation.chats.iter().flat_map(|chat| chat.shown()).collect();
    let mut times: BTreeMap<&EffectId, u32> = BTreeMap::new();
    all.iter().for_each(|one| *times.entry(&one.effect).or_default() += 1);
    for (effect, times) in &times {
        assert_eq!(*times, 1, "{effect} is there {times} times");
    }
    let roots = all.iter().filter_map(|one| one.card.as_ref());
    let mut cards = BTreeSet::new();
    roots.for_each(|(key, _)| assert!(cards.insert(key.clone()), "{key} has two cards"));

    let seen = simulation.store.seen();
    let said = |id: &&EffectId| times.contains_key(*id) || seen.dropped.contains(*id);
    if let Some(lost) = seen.queued.iter().find(|id| !said(id)) {
        panic!("{lost} was never said");
    }
    let mut threads: BTreeMap<String, Vec<(u64, u16)>> = BTreeMap::new();
    for one in &all {
        if let (Destination::Thread(root), Origin::Entry { seq, .. }) = (&one.to, &one.effect.cause) {
            threads.entry(root.message.to_string()).or_default().push((*seq, one.effect.n));
        }
    }
    for (root, order) in threads {
        assert!(order.is_sorted(), "the thread {root} is out of order: {order:?}");
    }
}
