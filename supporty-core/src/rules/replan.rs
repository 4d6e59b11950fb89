use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::plan::deadline_of;
use super::{Context, Rejection};
use crate::policy::{Policies, Policy, Priority};
use crate::stream::{Cause, Entry};
use crate::ticket::{ClockSet, Event, Ticket, evolve};
use crate::vocab::{Actor, CalendarId, PolicyVersion, Target, Terms, Time, Watch};

/// What planning a ticket anew would change: to be looked at before anybody asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replan {
    /// The policy that measures it.
    pub from: PolicyVersion,
    /// The policy in force, which would measure it from now on.
    pub to: PolicyVersion,
    /// The deadlines of the promises that would change, in the order of [`Target::ALL`].
    pub targets: Vec<Replanned>,
    /// Whether another ladder would look at it.
    pub ladder: bool,
}

/// How one promise would change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replanned {
    /// Which.
    pub target: Target,
    /// When it falls due now; `None` while its clock stands still, and where none is promised.
    pub before: Option<Time>,
    /// When it would fall due.
    pub after: Option<Time>,
    /// Whether that has passed, so that the change would break it.
    pub breaks: bool,
}

/// What [`Command::Replan`](crate::ticket::Command::Replan) would do at that instant, or why it would do nothing.
///
/// What was counted before stays as the old policy counted it; the new one counts what comes.
pub fn replan(ticket: &Ticket, policies: &Policies, now: Time) -> Result<Replan, Rejection> {
    let (old, new) = both(ticket, policies)?;
    let (anew, ladder) = anew(ticket, old, new);
    let (from, to) = (old.version().clone(), new.version().clone());
    let mut after = Some(ticket.clone());
    let event = Event::Replanned { from: from.clone(), to: to.clone(), anew: anew.clone() };
    let at = now.max(ticket.last_at);
    evolve(&mut after, &Entry { seq: ticket.seq + 1, at, by: Actor::Desk, cause: Cause::Timer, event });
    let changed = |target: &Target| {
        let before = deadline_of(ticket, policies, *target);
        let after = after.as_ref().and_then(|after| deadline_of(after, policies, *target));
        let breaks = after.is_some_and(|after| after < at);
        Replanned { target: *target, before, after, breaks }
    };
    let watched = |target: &&Target| anew.contains(&Watch::from(**target));
    let targets = Target::ALL.iter().filter(watched).map(changed);
    Ok(Replan { from, to, targets: targets.filter(|target| target.before != target.after).collect(), ladder })
}

pub(super) fn decided(
    ticket: &Ticket,
    to: &PolicyVersion,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let current = context.policies.current().version();
    if current != to {
        return Err(Rejection::NotInForce { to: to.clone(), current: current.clone() });
    }
    let (old, new) = both(ticket, context.policies)?;
    let (anew, _) = anew(ticket, old, new);
    Ok(vec![Event::Replanned { from: old.version().clone(), to: to.clone(), anew }])
}

fn both<'a>(ticket: &Ticket, policies: &'a Policies) -> Result<(&'a Policy, &'a Policy), Rejection> {
    let new = policies.current();
    let pinned = ticket.policy().filter(|version| *version != new.version());
    let version = pinned.ok_or(Rejection::Unchanged)?;
    let missing = || Rejection::PolicyMissing { version: version.clone() };
    let old = policies.get(version).ok_or_else(missing)?;
    match new.priority(&ticket.priority) {
        Some(_) => Ok((old, new)),
        None => Err(Rejection::UnknownPriority { to: ticket.priority.clone() }),
    }
}

/// The rounds that another promise or another ladder looks at, and whether the ladder is another.
fn anew(ticket: &Ticket, old: &Policy, new: &Policy) -> (BTreeSet<Watch>, bool) {
    let (before, after) = (old.priority(&ticket.priority), new.priority(&ticket.priority));
    let ladder = match (before, after) {
        (Some(before), Some(after)) => !same_ladder((old, before), (new, after)),
        _ => true,
    };
    let rungs = before.into_iter().chain(after).flat_map(|priority| &priority.ladder);
    let watched: BTreeSet<_> = rungs.map(|rung| rung.trigger.watch()).collect();
    let other = |watch: &&Watch| {
        let terms = running(ticket, **watch);
        (ladder && watched.contains(watch)) || terms.into_iter().any(|terms| !same(old, new, terms, **watch))
    };
    let runs = Watch::ALL.iter().filter(|watch| !running(ticket, **watch).is_empty());
    (runs.filter(other).copied().collect(), ladder)
}

fn running(ticket: &Ticket, watch: Watch) -> Vec<&Terms> {
    let sets = std::iter::once(&ticket.clocks.own).chain(ticket.clocks.absorbed.values());
    let runs = sets.filter_map(|set: &ClockSet| set.clock(watch)?.running());
    runs.flat_map(|run| &run.measures).map(|measure| &measure.terms).collect()
}

/// Whether two policies look at a clock in the same way.
pub(super) fn same(old: &Policy, new: &Policy, terms: &Terms, watch: Watch) -> bool {
    let Some(target) = watch.target() else {
        let clock = |policy: &Policy| Some(policy.priority(&terms.priority)?.clock.clone());
        return match (clock(old), clock(new)) {
            (Some(before), Some(after)) => same_calendar((old, &before), (new, &after)),
            (before, after) => before == after,
        };
    };
    match (old.promise(terms, target), new.promise(terms, target)) {
        (Some(before), Some(after)) => {
            before == after && same_calendar((old, &before.clock), (new, &after.clock))
        }
        (before, after) => before == after,
    }
}

fn same_ladder((old, before): (&Policy, &Priority), (new, after): (&Policy, &Priority)) -> bool {
    let hours = before.ladder.iter().filter_map(|rung| rung.hours.as_ref());
    before.ladder == after.ladder && hours.into_iter().all(|hours| same_calendar((old, hours), (new, hours)))
}

fn same_calendar((old, before): (&Policy, &CalendarId), (new, after): (&Policy, &CalendarId)) -> bool {
    old.spec().calendars.get(before) == new.spec().calendars.get(after)
}
