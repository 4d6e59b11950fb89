use crate::effect::{Alarm, Intent, Notice, Remark, Tell, Writing};
use crate::ticket::{Status, Ticket};
use crate::vocab::{Bond, Recipient, WaitingOn, Watch};

/// Whether an effect is worth delivering by now: what was said about a state that has passed is dropped.
///
/// Only what asks somebody to act becomes stale; what happened is told even when more has happened since.
pub fn still_wanted(intent: &Intent, ticket: &Ticket) -> bool {
    if let Intent::Write(write) = intent {
        return to_be_written(&write.what, ticket);
    }
    let Intent::Tell(Tell { notice, to, via, since, .. }) = intent else { return true };
    if let (Recipient::Person(person), Some(adapter)) = (to, via) {
        // Whoever has answered, or is tried by another way or anew by now, is left in peace by this one.
        let tried = ticket
            .pages
            .get(person)
            .is_some_and(|page| page.adapter == *adapter && since.is_none_or(|since| page.since == since));
        return tried && ticket.status.is_open();
    }
    match notice {
        Notice::Nudge => matches!(ticket.status, Status::Waiting { on: WaitingOn::Requester, .. }),
        Notice::WroteWhileWaiting => ticket.status.is_open(),
        Notice::AlertsOver => ticket.status.is_open() && !ticket.fires(),
        Notice::ReopenOffered => matches!(ticket.status, Status::Resolved { .. }),
        Notice::PostMortemOverdue { .. } | Notice::PostMortemAsked { .. } => {
            ticket.post_mortem.as_ref().is_some_and(|asked| asked.written.is_none())
        }
        Notice::Escalated { why, .. } => ticket.status.is_open() && alarming(why, ticket),
        _ => true,
    }
}

fn to_be_written(what: &Writing, ticket: &Ticket) -> bool {
    let bond = |on| ticket.changes.get(on).map(|linked| linked.bond);
    let is_restricted = ticket.restricted.is_some();
    match what {
        Writing::Issue { .. } => ticket.status.is_open() && !is_restricted && ticket.open_issue().is_none(),
        Writing::Remark { on, remark } => {
            let still = match remark {
                Remark::Solves => Bond::Fix,
                Remark::Caused => Bond::Cause,
                Remark::Reprioritised { .. } | Remark::Resolved { .. } | Remark::Reopened => Bond::Track,
            };
            let passed = matches!(remark, Remark::Resolved { .. }) && ticket.status.is_open();
            !is_restricted && !passed && bond(on) == Some(still)
        }
        Writing::Labels { on } | Writing::Check { on } => !is_restricted && bond(on) == Some(Bond::Fix),
        Writing::Close { issue } => !ticket.status.is_open() && bond(issue) == Some(Bond::Track),
        Writing::Reopen { issue } => ticket.status.is_open() && bond(issue) == Some(Bond::Track),
    }
}

fn alarming(why: &Alarm, ticket: &Ticket) -> bool {
    match why {
        Alarm::Unowned { .. } => ticket.owner().is_none() && ticket.acknowledged.is_none(),
        Alarm::AtRisk { target, .. } | Alarm::Breached { target, .. } => {
            ticket.clocks.run(Watch::from(*target)).is_some()
        }
        Alarm::Silent { due } => ticket.last_activity < *due,
        Alarm::Asked | Alarm::Unreached { .. } => true,
    }
}
