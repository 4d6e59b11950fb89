use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::Serialize;

use super::group::Stream;
use super::replay::Backtest;
use crate::policy::{Policies, Policy, PolicyErrors};
use crate::rules::{Account, account};
use crate::ticket::{Clock, Event, Heard, Run, Ticket, TicketEntry, evolve};
use crate::time::Budget;
use crate::vocab::{Kind, PriorityId, ReopenMode, Resolution, Target, Time, Watch};

/// One promise of one priority, with other lengths: what could be promised, and kept?
///
/// The tickets are replayed once. What a clock had counted by the instant that counts is known then, and another promise
/// only asks whether that was too much, so that a point costs one look at each round. The answer is that of the whole
/// machine: tickets where the length of the promise may change more than its deadline (merged ones, two deadlines at once,
/// restricted or acknowledged ones on whose ladder the promise stands) are kept aside and replayed for every point.
#[derive(Debug, Clone)]
pub struct Sweep<'a> {
    backtest: &'a Backtest,
    target: Target,
    priority: PriorityId,
    rounds: Vec<Seen>,
    aside: Vec<Vec<Stream>>,
}

/// One length of a promise, and how often it would have been kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// The promise, in seconds of its clock.
    pub within: u32,
    /// How many rounds fell due or were kept.
    pub due: u64,
    /// How many of those were kept.
    pub kept: u64,
    /// How many a change had put into the past: in neither.
    pub on_change: u64,
    /// How many of those that are due were kept, from 0 to 1; `None` where none is due.
    pub share: Option<f64>,
}

/// Why a promise can not be swept over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSwept {
    /// The policy does not promise it.
    #[error("the policy promises no {target} for {priority}: sweep over a promise that it makes")]
    NoPromise {
        /// What.
        target: Target,
        /// Of which priority.
        priority: PriorityId,
    },
    /// A rule promises something else for some of its tickets.
    #[error(
        "the rule \"{rule}\" has its own promise of {target} for tickets of {priority}, which other lengths of the priority's would leave as it is: test a policy without it, or backtest each length"
    )]
    Rule {
        /// What.
        target: Target,
        /// Of which priority.
        priority: PriorityId,
        /// What the rule is called.
        rule: String,
    },
    /// No time at all can not be promised.
    #[error("a promise of no time at all is none: begin with a minute")]
    Zero,
    /// A policy with that promise is none.
    #[error("with a promise of {within} s the policy is wrong: {why}")]
    Policy {
        /// Of how many seconds.
        within: u32,
        /// What is wrong with it.
        why: PolicyErrors,
    },
}

/// What is known of a round: each instant as twice the microseconds that its clock had counted by then, and one more where
/// it had counted as much before. A deadline lies before an instant if twice its microseconds are less.
#[derive(Debug, Clone, Copy)]
struct Seen {
    /// When it was kept, or else when it was over or how far we look.
    end: i64,
    /// When it began anew; what was due before that was put into the past.
    since: i64,
    /// When it was over before it was reopened; what was broken by then stays so.
    before: i64,
    met: bool,
}

impl Seen {
    /// Whether a round fell due or was kept, and how: `Some(None)` where a change had put that into the past.
    fn kept(&self, budget: i64) -> Option<Option<bool>> {
        let late = budget < self.end;
        match () {
            () if budget < self.before => self.met.then_some(Some(false)),
            () if budget < self.since => Some(None),
            () if late || self.met => Some(Some(!late)),
            () => None,
        }
    }
}

impl Backtest {
    /// A sweep over one promise of the tested policy, with no ticket yet.
    pub fn sweep(&self, target: Target, priority: PriorityId) -> Result<Sweep<'_>, NotSwept> {
        let policy = self.policies.current();
        if policy.priority(&priority).is_none_or(|known| !known.promises.contains_key(&target)) {
            return Err(NotSwept::NoPromise { target, priority });
        }
        let rule = policy.spec().rules.iter().find(|rule| {
            let matches = rule.when.priority.is_empty() || rule.when.priority.contains(&priority);
            matches && rule.promises.contains_key(&target)
        });
        match rule {
            Some(rule) => Err(NotSwept::Rule { target, priority, rule: rule.name.clone() }),
            None => Ok(Sweep { backtest: self, target, priority, rounds: Vec::new(), aside: Vec::new() }),
        }
    }

    fn promising(&self, target: Target, priority: &PriorityId, within: u32) -> Result<Self, NotSwept> {
        let mut spec = self.policies.current().spec().clone();
        let known = spec.priorities.iter_mut().filter(|known| known.id == *priority);
        for promise in known.filter_map(|known| known.promises.get_mut(&target)) {
            promise.within = Budget::Seconds(within);
        }
        let policy = Policy::new(spec).map_err(|why| NotSwept::Policy { within, why })?;
        Ok(Self { policies: Policies::new(policy), ..self.clone() })
    }
}

impl Sweep<'_> {
    /// Adds a group of tickets: as it was, and as the backtest replayed it.
    pub fn take(&mut self, group: &[Stream], replayed: &[Stream]) {
        let rounds = match group.iter().chain(replayed).any(|stream| self.is_involved(&stream.entries)) {
            true => None,
            false => replayed.iter().map(|stream| self.seen(&stream.entries)).collect::<Option<Vec<_>>>(),
        };
        match rounds {
            Some(rounds) => self.rounds.extend(rounds.into_iter().flatten()),
            None => self.aside.push(group.to_vec()),
        }
    }

    /// How many rounds are known, and how many groups of tickets are replayed for each point.
    pub fn size(&self) -> (usize, usize) {
        (self.rounds.len(), self.aside.len())
    }

    /// How often a promise of that length would have been kept.
    pub fn point(&self, within: u32) -> Result<Point, NotSwept> {
        if within == 0 {
            return Err(NotSwept::Zero);
        }
        let budget = i64::from(within) * 2_000_000;
        let mut point = Point { within, due: 0, kept: 0, on_change: 0, share: None };
        for kept in self.rounds.iter().filter_map(|seen| seen.kept(budget)) {
            point.on_change += u64::from(kept.is_none());
            point.due += u64::from(kept.is_some());
            point.kept += u64::from(kept == Some(true));
        }
        if !self.aside.is_empty() {
            let backtest = self.backtest.promising(self.target, &self.priority, within)?;
            for compared in self.aside.iter().flat_map(|group| backtest.replay(group).compared) {
                if compared.after.drill || compared.after.nothing {
                    continue;
                }
                let theirs =
                    |round: &&super::Round| round.target == self.target && round.priority == self.priority;
                for round in compared.after.rounds.iter().filter(theirs) {
                    point.on_change += u64::from(round.is_broken() && round.on_change);
                    point.due += u64::from(round.kept().is_some());
                    point.kept += u64::from(round.kept() == Some(true));
                }
            }
        }
        point.share = (point.due > 0).then(|| point.kept as f64 / point.due as f64);
        Ok(point)
    }

    /// The first of some points, the shortest promise first, that keeps at least a share, as do all longer ones.
    pub fn smallest(points: &[Point], share: f64) -> Option<&Point> {
        points.iter().rev().take_while(|point| point.share.is_none_or(|kept| kept >= share)).last()
    }

    /// Whether the length of the promise may change more than its deadline.
    fn is_involved(&self, log: &[TicketEntry]) -> bool {
        let priority = self.backtest.policies.current().priority(&self.priority);
        let watch = Watch::from(self.target);
        let on_ladder =
            priority.is_some_and(|priority| priority.ladder.iter().any(|rung| rung.trigger.watch() == watch));
        log.iter().any(|entry| match &entry.event {
            Event::Absorbed { .. } | Event::Merged { .. } | Event::Replanned { .. } => true,
            // Who was told may act and read.
            Event::Acknowledged {} | Event::Restricted { .. } => on_ladder,
            Event::Moved { restricts, .. } => on_ladder && *restricts,
            Event::Opened { restricted, message, .. } => {
                on_ladder && restricted.is_some()
                    || message.as_ref().is_some_and(|said| said.said_at > entry.at)
            }
            // What is said later than it is heard may be said in a pause that nobody knew of.
            Event::Replied { message } => message.said_at > entry.at,
            Event::Heard { what: Heard::Said(message), .. } => message.said_at > entry.at,
            _ => false,
        })
    }

    /// Every round of a log that was of the priority; `None` where more than the deadline may depend on its length.
    fn seen(&self, log: &[TicketEntry]) -> Option<Vec<Seen>> {
        let watch = Watch::from(self.target);
        let mut ticket: Option<Ticket> = None;
        let mut runs: BTreeMap<u32, Known> = BTreeMap::new();
        let mut nothing = false;
        for entry in log {
            let resolved_at = ticket.as_ref().and_then(|ticket| ticket.resolved_at);
            let before = running(&ticket, watch).map(|(epoch, _)| epoch);
            evolve(&mut ticket, entry);
            let after = running(&ticket, watch);
            if let Some(known) = before.filter(|epoch| after.is_none_or(|(now, _)| now != *epoch)) {
                let known = runs.get_mut(&known).filter(|known| known.end == End::Open);
                let end = if after.is_some() { End::Over(entry.at) } else { End::Stopped };
                known.into_iter().for_each(|known| known.end = end);
            }
            if let Some((epoch, run)) = after {
                let resumed = matches!(entry.event, Event::Reopened { mode: ReopenMode::Continue, .. });
                let new = || {
                    let reopened = resolved_at.filter(|_| resumed && self.target == Target::Resolve);
                    Known { run: run.clone(), end: End::Open, reopened }
                };
                let known = runs.entry(epoch).or_insert_with(new);
                // A question that was asked earlier than it seemed.
                if known.run.began() != run.began() {
                    return None;
                }
                known.run.measures.clone_from(&run.measures);
            }
            let ended = |epoch: &u32, end: End, runs: &mut BTreeMap<u32, Known>| {
                runs.get_mut(epoch).into_iter().for_each(|known| known.end = end);
            };
            match &entry.event {
                Event::TargetMet { target, epoch, at, .. } | Event::Amended { target, epoch, at, .. }
                    if *target == self.target =>
                {
                    ended(epoch, End::Met(*at), &mut runs);
                }
                Event::TargetCancelled { target, epoch } if *target == self.target => {
                    ended(epoch, End::Cancelled, &mut runs);
                }
                Event::Resolved { resolution, .. } => nothing = *resolution == Resolution::NotATicket,
                _ => {}
            }
        }
        let Some(mut ticket) = ticket.filter(|ticket| ticket.kind != Kind::Drill && !nothing) else {
            return Some(Vec::new());
        };
        let mut seen = Vec::new();
        for (epoch, Known { run, end, reopened }) in runs {
            let theirs = run.measures.iter().any(|measure| measure.terms.priority == self.priority);
            if end == End::Cancelled || !theirs {
                continue;
            }
            let [measure] = run.measures.as_slice() else { return None };
            let since = Some(run.since).filter(|since| *since > measure.from);
            ticket.clocks.own.clocks.insert(watch, Clock { epoch, run: Some(run), ended: None });
            let account = account(&ticket, &self.backtest.policies, self.target)?;
            let (end, met) = match end {
                End::Met(at) => (at, true),
                End::Over(at) => (at, false),
                End::Stopped => return None,
                End::Open | End::Cancelled => (self.backtest.until, false),
            };
            let mark = |at: Option<Time>| at.map_or(0, |at| counted(&account, at));
            seen.push(Seen { end: counted(&account, end), since: mark(since), before: mark(reopened), met });
        }
        Some(seen)
    }
}

fn running(ticket: &Option<Ticket>, watch: Watch) -> Option<(u32, &Run)> {
    let clock = ticket.as_ref()?.clocks.own.clock(watch)?;
    Some((clock.epoch, clock.running()?))
}

/// A round as it was seen last.
struct Known {
    run: Run,
    end: End,
    /// When the ticket had been resolved, where the round goes on after that.
    reopened: Option<Time>,
}

/// How a round ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Met(Time),
    /// Another round took its place.
    Over(Time),
    /// It was neither kept nor cancelled.
    Stopped,
    Cancelled,
}

fn counted(account: &Account<'_>, at: Time) -> i64 {
    let micros = |length: TimeDelta| length.num_microseconds().unwrap_or(i64::MAX / 4);
    let now = micros(account.counted(at));
    let before = at.checked_sub_signed(TimeDelta::microseconds(1)).unwrap_or(at);
    now.saturating_mul(2) + i64::from(micros(account.counted(before)) == now)
}
