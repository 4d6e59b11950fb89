use std::collections::{BTreeMap, BTreeSet};

use super::super::measure::{Point, Reading};
use super::super::permission::check_reader;
use super::super::plan::later;
use super::super::{Context, Rejection};
use crate::policy::Policies;
use crate::stream::Entry;
use crate::ticket::{Alerts, Event, Status, Taken, Ticket, evolve};
use crate::vocab::{Change, Target, TicketKey, Watch};

/// Merging goes to the survivor at the end of the chain, however many hops that takes.
pub(super) fn merge(
    ticket: &Ticket,
    into: &TicketKey,
    context: &Context<'_>,
) -> Result<Vec<Event>, Rejection> {
    let mut into = into;
    let mut seen = BTreeSet::from([&ticket.key]);
    loop {
        if !seen.insert(into) {
            return Err(Rejection::MergeCycle);
        }
        let other =
            context.others.get(into).ok_or_else(|| Rejection::OtherMissing { other: into.clone() })?;
        check_reader(other, context)?;
        match &other.status {
            Status::Merged { into: next, .. } => into = next,
            Status::Closed { .. } => return Err(Rejection::MergeIntoClosed { into: into.clone() }),
            _ if ticket.restricted.is_some() && other.restricted.is_none() => {
                return Err(Rejection::RestrictFirst { into: into.clone() });
            }
            _ => return Ok(vec![Event::Merged { into: into.clone() }]),
        }
    }
}

pub(super) fn unmerge(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let Status::Merged { into, at, .. } = &ticket.status else { return Ok(Vec::new()) };
    let window = context.policy(Some(ticket)).spec().limits.unmerge_window;
    match later(*at, window) {
        Some(until) if context.now > until => Err(Rejection::UnmergeTooLate { until }),
        _ if !context.others.contains_key(into) => Err(Rejection::OtherMissing { other: into.clone() }),
        _ => {
            let last = last_survivor(ticket, context);
            let alerts = alerts_meanwhile(ticket, last);
            let issues = issues_meanwhile(ticket, last);
            let mut after = ticket.clone();
            after.alerts.extend(alerts.clone());
            let over = ticket.fires() && !after.fires();
            Ok(vec![Event::Unmerged { from: into.clone(), alerts, over, issues }])
        }
    }
}

/// Who heard meanwhile what was told of a merged ticket.
fn last_survivor<'a>(ticket: &'a Ticket, context: &Context<'a>) -> &'a Ticket {
    let mut last = ticket;
    let mut seen = BTreeSet::new();
    while let Status::Merged { into, .. } = &last.status
        && let Some(next) = context.others.get(into).filter(|next| seen.insert(&next.key))
    {
        last = next;
    }
    last
}

/// What a merged ticket would know of its alerts, and of those of tickets merged into it, had it not been merged.
fn alerts_meanwhile(ticket: &Ticket, last: &Ticket) -> BTreeMap<TicketKey, Alerts> {
    let groups = std::iter::once(&ticket.key).chain(ticket.clocks.absorbed.keys());
    let told = groups.filter_map(|group| Some((group.clone(), last.alerts.get(group)?.clone())));
    told.filter(|(group, alerts)| ticket.alerts.get(group) != Some(alerts)).collect()
}

fn issues_meanwhile(ticket: &Ticket, last: &Ticket) -> Vec<Change> {
    let told = ticket.issues().filter_map(|(known, _)| {
        let told = &last.changes.get(&known.change.id)?.change;
        (*told != known.change).then(|| told.clone())
    });
    told.collect()
}

/// What a ticket's events mean for the other tickets that they name, in the same commit.
pub(in crate::rules) fn for_others(
    before: Option<&Ticket>,
    events: &[Event],
    context: &Context<'_>,
) -> Vec<(TicketKey, Event)> {
    let follow = |event: &Event| match (event, before) {
        (Event::Opened(opened), _) => {
            let goes_on = |of: &TicketKey| (of.clone(), Event::FollowedUp { by: opened.key.clone() });
            opened.follows.iter().map(goes_on).collect()
        }
        (Event::Merged { into }, Some(loser)) => absorbed(loser, into, context).into_iter().collect(),
        (Event::Unmerged { from, .. }, Some(loser)) => gave_back(loser, from, context),
        (Event::Attached { to }, Some(report)) => {
            vec![(to.clone(), Event::Gathered { report: report.key.clone() })]
        }
        (Event::Detached { .. }, Some(report)) => {
            let gathering = context.others.values().filter(|other| other.reports.contains_key(&report.key));
            gathering.map(|other| (other.key.clone(), Event::LetGo { report: report.key.clone() })).collect()
        }
        _ => Vec::new(),
    };
    events.iter().flat_map(follow).collect()
}

fn absorbed(loser: &Ticket, into: &TicketKey, context: &Context<'_>) -> Option<(TicketKey, Event)> {
    let survivor = context.others.get(into)?;
    let reports = |gathered_by: &TicketKey| {
        let theirs = loser.reports.iter().filter(|(_, by)| *by == gathered_by);
        theirs.map(|(report, _)| report.clone()).collect()
    };
    let issues = |of: Option<&TicketKey>| {
        let theirs = loser.issues().filter(|(linked, _)| linked.of.as_ref() == of);
        theirs.map(|(linked, _)| linked.change.clone()).collect()
    };
    let own = Taken {
        ticket: loser.key.clone(),
        requester: loser.requester.clone(),
        clocks: loser.clocks.own.clone(),
        reports: reports(&loser.key),
        alerts: loser.group(&loser.key),
        issues: issues(None),
    };
    let inherited = loser.clocks.absorbed.iter().map(|(key, clocks)| Taken {
        ticket: key.clone(),
        requester: loser.co_requesters.get(key).unwrap_or(&loser.requester).clone(),
        clocks: clocks.clone(),
        reports: reports(key),
        alerts: loser.group(key),
        issues: issues(Some(key)),
    });
    let taken = std::iter::once(own).chain(inherited).collect();
    let event = |lead| Event::Absorbed { loser: loser.key.clone(), taken, lead };
    Some((into.clone(), led(survivor, event, context)))
}

/// Every survivor on the way to the last one gives back what the loser brought.
fn gave_back(loser: &Ticket, from: &TicketKey, context: &Context<'_>) -> Vec<(TicketKey, Event)> {
    let given: Vec<_> = std::iter::once(&loser.key).chain(loser.clocks.absorbed.keys()).cloned().collect();
    let mut events = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = Some(from);
    while let Some(survivor) = next.filter(|key| seen.insert(*key)).and_then(|key| context.others.get(key)) {
        let event =
            |lead| Event::GaveBack { loser: loser.key.clone(), given: given.clone(), lead, over: false };
        events.push((survivor.key.clone(), led(survivor, event, context)));
        next = match &survivor.status {
            Status::Merged { into, .. } => Some(into),
            _ => None,
        };
    }
    events
}

/// The event with, per promise, the clock in force after it: whichever would be due first, its own where two are due
/// at once; and whether the alerts that it gives back are the last that fired.
fn led(
    survivor: &Ticket,
    event: impl FnOnce(Vec<(Watch, TicketKey)>) -> Event,
    context: &Context<'_>,
) -> Event {
    let mut event = event(Vec::new());
    let mut after = Some(survivor.clone());
    let entry = Entry {
        seq: survivor.seq + 1,
        at: context.now.max(survivor.last_at),
        by: context.by.clone(),
        cause: context.cause.clone(),
        event: event.clone(),
    };
    evolve(&mut after, &entry);
    let leads = after.as_ref().map(|after| leads(after, context.policies)).unwrap_or_default();
    if let Event::Absorbed { lead, .. } | Event::GaveBack { lead, .. } = &mut event {
        *lead = leads.into_iter().collect();
    }
    if let Event::GaveBack { over, .. } = &mut event {
        *over = survivor.fires() && after.is_some_and(|after| !after.fires());
    }
    event
}

fn leads(ticket: &Ticket, policies: &Policies) -> BTreeMap<Watch, TicketKey> {
    let mut leads = BTreeMap::new();
    for watch in Target::ALL.iter().copied().map(Watch::from) {
        let due = |set| Reading::in_set(ticket, policies, watch, set)?.reaches(Point::DEADLINE);
        let mut first = due(&ticket.clocks.own);
        for (key, set) in &ticket.clocks.absorbed {
            let theirs = due(set);
            if theirs.is_some() && first.is_none_or(|first| theirs.is_some_and(|theirs| theirs < first)) {
                first = theirs;
                leads.insert(watch, key.clone());
            }
        }
    }
    leads
}
