//! What must hold at the end.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use supporty_core::adapter::{Answer, Destination, Inbound, Query, StoreStatistics};
use supporty_core::desk::Desk;
use supporty_core::effect::{Effect, Intent, Notice, Tell};
use supporty_core::stream::{Cause, EffectId, Origin};
use supporty_core::ticket::Command;
use supporty_core::vocab::{InboundKey, MessageId, TicketKey, Time};

use super::history::sound;
use super::platform::{Platform, Shown};
use super::run::Interruption;

/// So long a delivery may take to be written down once it is there, also where processors are few.
const WRITING: Duration = Duration::from_secs(1);

pub(crate) fn nothing_is_left(left: &StoreStatistics, now: Time) {
    assert_eq!((left.inbox, left.outbox, left.dead), (0, 0, 0), "nothing is left over");
    assert!(left.oldest.is_none_or(|oldest| oldest > now), "no timer is late: {:?}", left.oldest);
}

/// Every ticket that was opened is there once, with a sound log, and has what was accepted for it. Answers with how many
/// there are, and how many of them broke a promise.
pub(crate) async fn tickets(desk: &Desk, sent: &[(Inbound, Answer)]) -> (usize, usize) {
    let (mut keys, mut broken, mut before) = (Vec::new(), 0, None);
    loop {
        let page = desk.list(Query { before, most: 500, ..Query::default() }).await.unwrap();
        broken += page.rows.iter().filter(|row| row.row.breached).count();
        keys.extend(page.rows.into_iter().map(|row| row.row.key));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    let mut said: BTreeSet<MessageId> = BTreeSet::new();
    let mut steps: HashMap<InboundKey, BTreeMap<TicketKey, u64>> = HashMap::new();
    for key in &keys {
        for id in sound(desk, key, desk.now()).await {
            assert!(said.insert(id.clone()), "{id} is on two tickets, or twice on one");
        }
        let log = desk.log(key.clone()).await.unwrap();
        for step in log.chunk_by(|one, next| one.cause == next.cause && one.at == next.at) {
            if let (Cause::Inbound(inbound), Some(last)) = (&step[0].cause, step.last()) {
                let before = steps.entry(inbound.clone()).or_default().insert(key.clone(), last.seq);
                assert_eq!(before, None, "{inbound} is on {key} twice");
            }
        }
    }
    let mut opened = BTreeSet::new();
    for (inbound, answer) in sent {
        let there = steps.remove(&inbound.key).unwrap_or_default();
        let kept = match &answer.outcome {
            // After it may stand what it made due. A follow-up also stands on the ticket that it follows.
            Ok(done) => there.get(&done.ticket).is_some_and(|last| *last <= done.seq),
            Err(_) => there.is_empty(),
        };
        assert!(kept, "{} was answered with {answer:?}, and {there:?} is there", inbound.key);
        if matches!(inbound.command, Command::Open(_)) {
            let key = answer.outcome.as_ref().unwrap().ticket.clone();
            assert!(opened.insert(key), "a form opened the ticket of another: {answer:?}");
        }
    }
    assert!(steps.is_empty(), "nobody sent {steps:?}");
    (keys.len(), broken)
}

/// Everything that was to be said was said, once, or as often as the desk said that it may; in the order of the log.
/// Answers with how much was there more than once.
pub(crate) fn shown(platform: &Platform, queued: &[Effect], repeated: &HashMap<EffectId, usize>) -> usize {
    let all = platform.shown();
    let mut times: HashMap<&EffectId, usize> = HashMap::new();
    all.iter().for_each(|one| *times.entry(&one.effect).or_default() += 1);
    for (effect, times) in &times {
        let most = 1 + repeated.get(*effect).copied().unwrap_or_default();
        assert!(*times <= most, "{effect} is there {times} times, and the desk knows of {most}");
    }
    for effect in queued.iter().filter(|effect| is_always_said(&effect.intent)) {
        assert!(times.contains_key(&effect.id), "{} was never said", effect.id);
    }
    in_order(&all);
    let mut tickets = BTreeSet::new();
    for card in platform.cards() {
        assert!(tickets.insert(card.ticket.clone()) || !repeated.is_empty(), "{} has two cards", card.ticket);
        assert_eq!(card.seq, card.newest, "the card of {} is not the newest that was shown", card.ticket);
    }
    times.values().filter(|times| **times > 1).count()
}

/// Something is there again only because nobody could know that it was: the call failed, or whoever made it was
/// interrupted before they had written it down.
pub(crate) fn repeats_have_a_cause(
    platform: &Platform,
    failed: &HashMap<EffectId, usize>,
    interruptions: &[Interruption],
) {
    let all = platform.shown();
    let mut times: HashMap<&EffectId, Vec<&Shown>> = HashMap::new();
    all.iter().for_each(|one| times.entry(&one.effect).or_default().push(one));
    for (effect, times) in times {
        let (_, before) = times.split_last().expect("one at least");
        let uninterrupted = before.iter().filter(|one| !is_interrupted(one, interruptions)).count();
        let failed = failed.get(effect).copied().unwrap_or_default();
        assert!(
            uninterrupted <= failed,
            "{effect} is there {} times: {failed} calls failed, and {uninterrupted} of these ended well: {before:#?}",
            times.len()
        );
    }
}

fn is_interrupted(one: &Shown, interruptions: &[Interruption]) -> bool {
    interruptions.iter().any(|what| {
        what.worker.is_none_or(|worker| worker == one.worker)
            && what.from <= one.at + WRITING
            && one.asked <= what.until + WRITING
    })
}

/// Unlike what only matters for a while, and what wakes somebody.
fn is_always_said(intent: &Intent) -> bool {
    let Intent::Tell(Tell { notice, via: None, .. }) = intent else { return false };
    !matches!(
        notice,
        Notice::Nudge
            | Notice::WroteWhileWaiting
            | Notice::ReopenOffered
            | Notice::PostMortemOverdue { .. }
            | Notice::PostMortemAsked { .. }
            | Notice::Escalated { .. }
    )
}

/// What a ticket makes the desk say in one place, in the order in which it first appeared.
fn in_order(all: &[Shown]) {
    let mut before = BTreeSet::new();
    let mut orders: BTreeMap<String, Vec<(u64, u16)>> = BTreeMap::new();
    for one in all.iter().filter(|one| before.insert(&one.effect)) {
        if let Origin::Entry { stream, seq } = &one.effect.cause {
            let whose = match &one.to {
                Destination::Thread(root) => format!("{stream} below {}", root.message),
                // A card is in the lane of its thread, not of the channel where it stands.
                Destination::Channel(_) if one.is_card => continue,
                to => format!("{stream} on {} to {to:?}", one.platform),
            };
            orders.entry(whose).or_default().push((*seq, one.effect.n));
        }
    }
    for (whose, order) in orders {
        assert!(order.is_sorted(), "{whose} is out of order: {order:?}");
    }
}
