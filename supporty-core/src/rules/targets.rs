//! What an action means for the promises.

use super::measure::{Point, Reading};
use crate::policy::Policies;
use crate::ticket::{Event, Ticket, Verdict};
use crate::vocab::{Actor, Target, Time, Watch};

/// The promise is kept at that instant, if it was made and is still pending. A late fact that undoes a breach amends
/// the record.
pub(super) fn met(ticket: &Ticket, policies: &Policies, target: Target, at: Time) -> Option<Event> {
    let reading = Reading::of(ticket, policies, Watch::from(target))?;
    reading.promise()?;
    let epoch = reading.epoch();
    let breached = reading.run().breached.map(|(due, _)| due);
    match breached {
        Some(due) if at <= due => Some(Event::Amended { target, epoch, due, at }),
        Some(due) => Some(Event::TargetMet { target, epoch, due: Some(due), at }),
        None => Some(Event::TargetMet { target, epoch, due: reading.reaches(Point::DEADLINE), at }),
    }
}

/// A late fact that kept a promise whose round is over, earlier than the record says, amends the record.
pub(super) fn amended(ticket: &Ticket, target: Target, at: Time) -> Option<Event> {
    if ticket.clocks.run(Watch::from(target)).is_some() {
        return None;
    }
    let last = ticket.outcomes.iter().rev().find(|outcome| outcome.target == target)?;
    let due = match last.verdict {
        Verdict::Met { at: known, due: Some(due) } | Verdict::MetLate { at: known, due } if at < known => due,
        Verdict::Breached { due, .. } if at <= due => due,
        _ => return None,
    };
    Some(Event::Amended { target, epoch: last.epoch, due, at })
}

/// The promise no longer applies, if it was made and is still pending.
pub(super) fn cancelled(ticket: &Ticket, policies: &Policies, target: Target) -> Option<Event> {
    let reading = Reading::of(ticket, policies, Watch::from(target))?;
    reading.promise()?;
    Some(Event::TargetCancelled { target, epoch: reading.epoch() })
}

/// What a resolution ends: the promise to resolve is met; what else is pending is met by a human who is not a
/// requester, whose resolution everybody in the thread is told, and cancelled by anybody else's.
pub(super) fn at_resolution(ticket: &Ticket, policies: &Policies, by: &Actor, at: Time) -> Vec<Event> {
    let answers = by.person().is_some() && !ticket.is_requester(by);
    let ended = Target::ALL.iter().filter_map(|target| match target {
        Target::Resolve => met(ticket, policies, *target, at),
        _ if answers => met(ticket, policies, *target, at),
        _ => cancelled(ticket, policies, *target),
    });
    ended.collect()
}
