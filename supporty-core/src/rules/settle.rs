//! What is due becomes an event, in order of time.

use super::audience::{catch_all, resolve};
use super::decide::post_mortem_asked;
use super::measure::Reading;
use super::paging::Call;
use super::plan::{Deadline, Due, firing};
use super::{Context, paging, targets};
use crate::policy::{Priority, Rung};
use crate::ticket::{CloseReason, Escalated, Event, Resumption, Ticket};
use crate::vocab::{Actor, Resolution, Time, Told, Watch};

/// How many deadlines a ticket can have due at once: the bound on settling.
pub(super) fn bound(ticket: &Ticket, context: &Context<'_>) -> usize {
    let policy = context.policy(Some(ticket));
    let per_priority = |priority: &Priority| {
        let warnings: usize = priority.promises.values().map(|promise| promise.warnings.len() + 1).sum();
        // Each rung may be moved once, and comes back after an acknowledgement has lapsed.
        warnings + 4 * priority.ladder.len()
    };
    let most = policy.spec().priorities.iter().map(per_priority).max().unwrap_or(0);
    let lines = ticket.drill.as_ref().map_or(0, |(script, _)| script.lines.len());
    // A wait's reminder and its end, a lapse, the end of the window, a post-mortem.
    most + lines + ticket.pages.len() + 6
}

/// The events of the first of all deadlines of a ticket, which has come.
pub(super) fn fire(ticket: &Ticket, context: &Context<'_>, all: &[Deadline]) -> Vec<Event> {
    let Some(deadline) = all.first() else { return Vec::new() };
    let due = deadline.due;
    match &deadline.what {
        Due::Warning { target, warning, deadline } => {
            let epoch = ticket.clocks.epoch(Watch::from(*target));
            vec![Event::Warned { target: *target, epoch, warning: *warning, due, deadline: *deadline }]
        }
        Due::Breach { target, on_change } => {
            let epoch = ticket.clocks.epoch(Watch::from(*target));
            vec![Event::Breached { target: *target, epoch, due, on_change: *on_change }]
        }
        Due::Rung { rung, n, watch } => {
            let turn = all.iter().find(|other| other.what.turns()).map_or(context.now, |turn| turn.wake);
            rung_fires(ticket, context, (*rung, *n, *watch), deadline, turn.min(context.now))
        }
        Due::Nudge => vec![Event::Nudged { due }],
        Due::NoAnswer => {
            let resolved = Event::Resolved { resolution: Resolution::NoAnswer, note: None, due: Some(due) };
            let ends = targets::at_resolution(ticket, context.policies, &Actor::Desk, due);
            let asked = post_mortem_asked(ticket, Resolution::NoAnswer, due, context);
            std::iter::once(resolved).chain(ends).chain(asked).collect()
        }
        Due::WaitEnds => vec![Event::Resumed { because: Resumption::Elapsed, due: Some(due) }],
        Due::AcknowledgementLapses => vec![Event::AcknowledgementLapsed { due }],
        Due::PageUnanswered { person } => paging::go_on(ticket, context, person),
        Due::PostMortemOverdue => vec![Event::PostMortemOverdue { due }],
        Due::Prompt { line } => vec![Event::Prompted { line: *line, due }],
        Due::WindowEnds => vec![Event::Closed { because: CloseReason::WindowEnded, due: Some(due) }],
    }
}

/// A rung that was missed several times becomes one entry with the first, the last and their count.
fn rung_fires(
    ticket: &Ticket,
    context: &Context<'_>,
    (index, n, watch): (u8, u32, Watch),
    deadline: &Deadline,
    until: Time,
) -> Vec<Event> {
    let due = deadline.due;
    let Some(fired) = fires(ticket, context, (index, n, watch), deadline, until) else { return Vec::new() };
    let pages = match &fired {
        Event::Escalated(escalated) => {
            let call = Call { rung: Some(index), due, instead_of: None };
            paging::begin(ticket, context, &escalated.told, &call)
        }
        _ => Vec::new(),
    };
    std::iter::once(fired).chain(pages).collect()
}

fn fires(
    ticket: &Ticket,
    context: &Context<'_>,
    (index, n, watch): (u8, u32, Watch),
    deadline: &Deadline,
    until: Time,
) -> Option<Event> {
    let due = deadline.due;
    let policy = context.policy(Some(ticket));
    let ladder = &policy.priority(&ticket.priority)?.ladder;
    let rung = ladder.get(usize::from(index))?;
    let reading = Reading::of(ticket, context.policies, watch)?;
    let epoch = reading.epoch();
    let fired = ticket.clocks.leading(watch).rungs.get(&index).filter(|fired| fired.epoch == epoch);
    let postponed = fired.is_some_and(|fired| fired.postponed.is_some());
    let hours = rung.hours.as_ref().and_then(|hours| policy.calendar(hours));
    if let Some(hours) = hours.filter(|hours| !postponed && !hours.is_open(due)) {
        let until = hours.next_open(due).unwrap_or(due);
        return Some(Event::Postponed { rung: index, watch, epoch, due, until });
    }
    let more = (n + 1..rung.times()).map_while(|n| firing(&reading, rung, n)).take_while(|at| *at < until);
    let (count, last_due) = more.fold((1, due), |(count, _), at| (count + 1, at));
    let (meant, _) = audience(ticket, context, ladder, index, due);
    let (told, stood_in) = audience(ticket, context, ladder, index, context.now);
    let escalated = Escalated {
        rung: index,
        watch,
        epoch,
        due,
        last_due,
        count,
        spent: n + count,
        meant,
        told,
        stood_in,
        rotas: ticket.squad.as_ref().map_or_else(Default::default, |squad| context.roster.versions(squad)),
        late_by: u32::try_from((context.now - deadline.wake).num_seconds()).unwrap_or(u32::MAX),
    };
    Some(escalated.into())
}

/// Whom a rung tells at an instant: its own audience, or the next rung's that is somebody, or the desk's channel.
pub(super) fn audience(
    ticket: &Ticket,
    context: &Context<'_>,
    ladder: &[Rung],
    index: u8,
    at: Time,
) -> (Vec<Told>, Option<u8>) {
    for (number, rung) in (0..=u8::MAX).zip(ladder).skip(usize::from(index)) {
        let told = resolve(&rung.audience, ticket, context, at);
        if !told.is_empty() {
            return (told, Some(number).filter(|number| *number != index));
        }
    }
    (vec![catch_all(ticket, context)], None)
}
