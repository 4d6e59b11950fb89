use std::collections::BTreeSet;

use super::Sweep;
use crate::ticket::{Event, Heard, Message, Ticket, TicketEntry, evolve};
use crate::vocab::{Actor, ClockChange, Recipient, Target, Time, Watch};

/// From when on the length of a promise may change more on a ticket than when that promise is broken: until then everything
/// else happens at every length as it did in this log. `None` where it never does.
///
/// The length changes who is told when, and so who may acknowledge and read, where the promise stands on the ladder; the
/// `certain` acknowledgements do not depend on that. It changes whether a message that was said before something else is still
/// in time, and where rules promise the same whether a move changes anything. Whatever makes clocks of a ticket other than its
/// own, or measures one of them twice, is not plain either.
pub(super) fn turns(log: &[TicketEntry], sweep: &Sweep<'_>, certain: &[(Time, &Actor)]) -> Option<Time> {
    let tells = sweep.tells;
    let (mut ticket, mut has_rule) = (None, false);
    // Of what does not depend on the length.
    let mut last = None;
    let turn = log.iter().find(|entry| {
        let had_rule = has_rule;
        if sweep.ruled {
            evolve(&mut ticket, entry);
            has_rule = ticket.as_ref().is_some_and(|ticket| sweep.has_rule(ticket));
        }
        let ruled = had_rule || has_rule;
        let in_time = |message: &Message| message.said_at <= entry.at && Some(message.said_at) >= last;
        let plain = match &entry.event {
            Event::Warned { .. }
            | Event::Breached { .. }
            | Event::Escalated { .. }
            | Event::Postponed { .. }
            | Event::Paged { .. }
            | Event::Undelivered { .. }
            | Event::Unreached { .. } => return false,
            Event::Opened(opened) => {
                opened.message.as_ref().is_none_or(in_time) && (opened.restricted.is_none() || !tells)
            }
            Event::Acknowledged {} => !tells || certain.contains(&(entry.at, &entry.by)),
            Event::Restricted { .. } | Event::Unrestricted {} => !tells,
            Event::Replied { message } => in_time(message),
            Event::Heard { what: Heard::Said(message), .. } => in_time(message),
            Event::AcknowledgementLapsed { .. }
            | Event::Claimed {}
            | Event::Assigned { .. }
            | Event::HandedOff { .. }
            | Event::Released { .. }
            | Event::TakenOver { .. }
            | Event::Noted { .. }
            | Event::Edited { .. }
            | Event::Withdrawn { .. }
            | Event::Classified { .. }
            | Event::Identified {}
            | Event::Mitigated {}
            | Event::Waited { .. }
            | Event::Nudged { .. }
            | Event::Resumed { .. }
            | Event::Reopened { .. }
            | Event::Resolved { .. }
            | Event::Closed { .. }
            | Event::Rated { .. }
            | Event::EscalatedByHand { .. }
            | Event::TargetMet { .. }
            | Event::TargetCancelled { .. }
            | Event::Amended { .. }
            | Event::ChangeLinked { .. }
            | Event::IssueAsked { .. }
            | Event::Commented { .. }
            | Event::Blamed { .. }
            | Event::Absolved { .. }
            | Event::FixDeployed { .. }
            | Event::FixReverted { .. }
            | Event::Signalled { .. }
            | Event::PostMortemAsked { .. }
            | Event::PostMortemOverdue { .. }
            | Event::PostMortemWritten { .. }
            | Event::Prompted { .. }
            | Event::Erased { .. }
            | Event::Placed { .. }
            | Event::FollowedUp { .. }
            | Event::Attached { .. }
            | Event::Detached { .. }
            | Event::Gathered { .. }
            | Event::LetGo { .. }
            | Event::Heard { .. } => true,
            Event::Reprioritised { clocks, .. } => *clocks != ClockChange::KeepEarlier,
            Event::Moved { clocks, restricts, .. } => {
                *clocks != ClockChange::KeepEarlier && !ruled && !(*restricts && tells)
            }
            Event::KindChanged { clocks, .. } => *clocks != ClockChange::KeepEarlier && !ruled,
            Event::Replanned { .. }
            | Event::Merged { .. }
            | Event::Absorbed { .. }
            | Event::Unmerged { .. }
            | Event::GaveBack { .. } => false,
        };
        last = Some(entry.at);
        !plain
    });
    turn.map(|entry| entry.at)
}

/// The acknowledgements in a replayed log that are accepted at every length of a promise, as far as the rest is the same:
/// whoever looks has the ticket, or was told by a rung about something else, and did not look before.
pub(super) fn certain(would: &[TicketEntry], target: Target) -> Vec<(Time, &Actor)> {
    let mut ticket: Option<Ticket> = None;
    let (mut people, mut channel) = (BTreeSet::new(), false);
    let mut certain = Vec::new();
    for entry in would {
        match &entry.event {
            Event::Escalated(fired) if fired.watch != Watch::from(target) => {
                for told in &fired.told {
                    match &told.to {
                        Recipient::Person(person) => drop(people.insert(person)),
                        Recipient::Channel(_) | Recipient::Thread(_) => channel = true,
                    }
                }
            }
            Event::Acknowledged {} if let (Some(ticket), Some(person)) = (&ticket, entry.by.person()) => {
                let told = channel || people.contains(person) || ticket.owner() == Some(person);
                let looks = ticket.acknowledged.as_ref().is_some_and(|looks| looks.by == entry.by);
                if told && !looks {
                    certain.push((entry.at, &entry.by));
                }
            }
            _ => {}
        }
        evolve(&mut ticket, entry);
    }
    certain
}

/// Whether a promise is over before more than that may change: none of its rounds runs then or later, and no message that
/// comes then or later was said before the last one ended. What happens then and later is the same at every length.
///
/// Resolving is never over: a ticket that is reopened goes on with it.
pub(super) fn is_over(was: &[TicketEntry], would: &[TicketEntry], target: Target, turn: Time) -> bool {
    let watch = Watch::from(target);
    let (mut ticket, mut running, mut over) = (None, false, None);
    for entry in would {
        let before = running;
        evolve(&mut ticket, entry);
        running = ticket.as_ref().is_some_and(|ticket| {
            let mut sets = std::iter::once(&ticket.clocks.own).chain(ticket.clocks.absorbed.values());
            sets.any(|set| set.clock(watch).is_some_and(|clock| clock.running().is_some()))
        });
        if before || running || of(&entry.event) == Some(target) {
            over = Some(entry.at);
        }
    }
    let late = |entry: &TicketEntry| match &entry.event {
        Event::Replied { message } => Some(message.said_at) < over,
        Event::Heard { what: Heard::Said(message), .. } => Some(message.said_at) < over,
        _ => false,
    };
    let rest = was.iter().chain(would).filter(|entry| entry.at >= turn);
    target != Target::Resolve && over < Some(turn) && !rest.into_iter().any(late)
}

/// The promise that an entry is about.
fn of(event: &Event) -> Option<Target> {
    match event {
        Event::Warned { target, .. }
        | Event::Breached { target, .. }
        | Event::TargetMet { target, .. }
        | Event::TargetCancelled { target, .. }
        | Event::Amended { target, .. } => Some(*target),
        _ => None,
    }
}
