//! What must hold at the end.

use std::collections::{BTreeMap, BTreeSet};

use supporty_core::adapter::{Destination, Maintenance, Query, Store};
use supporty_core::desk::Clock;
use supporty_core::stream::{EffectId, Origin};

use super::Simulation;
use super::chat::Shown;
use super::history::sound;

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
        let messages = sound(&desk, &key, simulation.clock.now()).await;
        messages
            .into_iter()
            .for_each(|id| assert!(said.insert(id.clone()), "{id} is on two tickets, or twice on one"));
    }
    answered(simulation, &said);
    shown(simulation);
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
