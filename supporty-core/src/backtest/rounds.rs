//! What is known of the rounds of a plain ticket, so that a length need not replay it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::Sweep;
use super::record::Record;
use crate::rules::{Account, account};
use crate::ticket::{Clock, Event, Run, Ticket, TicketEntry, evolve};
use crate::vocab::{PriorityId, Target, Time, Watch};

/// How many rounds of a promise ended how.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) due: u64,
    pub(super) kept: u64,
    pub(super) on_change: u64,
}

impl Counts {
    /// Adds the rounds of a ticket that counts.
    pub(super) fn take(&mut self, record: &Record, target: Target, priority: &PriorityId) {
        if record.drill || record.nothing {
            return;
        }
        for round in
            record.rounds.iter().filter(|round| round.target == target && round.priority == *priority)
        {
            self.on_change += u64::from(round.is_broken() && round.on_change);
            self.due += u64::from(round.kept().is_some());
            self.kept += u64::from(round.kept() == Some(true));
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.due += other.due;
        self.kept += other.kept;
        self.on_change += other.on_change;
    }

    /// Adds rounds, those of one ticket in order.
    pub(super) fn see(&mut self, rounds: &[Seen], within: u32) {
        let limit = i64::from(within) * 2_000_000;
        let (mut broken, mut on_change) = (false, false);
        for Seen { begin, end, met, after } in rounds {
            if broken && *after != After::Nothing {
                if *after == After::Anew && !on_change {
                    on_change = true;
                    self.due -= 1;
                    self.on_change += 1;
                }
                continue;
            }
            on_change = *begin > limit;
            broken = on_change || *end > limit;
            self.on_change += u64::from(on_change);
            self.due += u64::from(!on_change && (*met || broken));
            self.kept += u64::from(!broken && *met);
        }
    }
}

/// What is known of a round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// How much its clock had counted when it began: what was due before that, the change put into the past. See [`counted`].
    begin: i64,
    /// How much it had counted when it was kept, or else when it was over or how far we look.
    end: i64,
    /// Whether it was kept.
    met: bool,
    after: After,
}

/// What a round of the same ticket before it is to a round. Once the promise to resolve is broken, later rounds of the same
/// deadline are that round: see [`Record`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// Nothing: its deadline is another.
    Nothing,
    /// Its deadline is the same, and whether it was missed is still known.
    Resumed,
    /// Its deadline is the same, and is looked at anew.
    Anew,
}

impl Sweep<'_> {
    /// Whether a round is held against the promise.
    fn is_theirs(&self, run: &Run) -> bool {
        run.measures.iter().any(|measure| measure.terms.priority == self.priority)
    }

    /// Every round of a plain log; `None` where one ended in a way that is not understood here.
    pub(super) fn seen(&self, log: &[TicketEntry]) -> Option<Vec<Seen>> {
        let watch = Watch::from(self.target);
        let mut ticket: Option<Ticket> = None;
        let mut runs: BTreeMap<u32, Known> = BTreeMap::new();
        for entry in log {
            let before = running(ticket.as_ref(), watch).map(|(epoch, _)| epoch);
            evolve(&mut ticket, entry);
            let after = running(ticket.as_ref(), watch);
            let over = before.filter(|epoch| after.is_none_or(|(now, _)| now != *epoch));
            let over = over.and_then(|epoch| runs.get_mut(&epoch));
            if let Some(known) = over.filter(|known| known.end == End::Open) {
                known.end = if after.is_some() { End::Over(entry.at) } else { End::Stopped };
            }
            if let Some((epoch, run)) = after {
                let resumed = matches!(entry.event, Event::Reopened { .. });
                let known = runs.entry(epoch).or_insert_with(|| Known::new(run, resumed));
                if known.run.since != run.since || !from(&known.run).eq(from(run)) {
                    return None;
                }
                // A ticket that moves to where the same is promised goes on with the same round.
                if known.run.measures != run.measures {
                    known.run.measures.clone_from(&run.measures);
                }
            }
            if let Event::Breached { target, epoch, .. } = &entry.event
                && *target == self.target
            {
                runs.get_mut(epoch)?.broken = true;
            }
            let (epoch, end) = match &entry.event {
                Event::TargetMet { target, epoch, at, .. } | Event::Amended { target, epoch, at, .. }
                    if *target == self.target =>
                {
                    (epoch, End::Met(*at))
                }
                Event::TargetCancelled { target, epoch } if *target == self.target => (epoch, End::Cancelled),
                _ => continue,
            };
            runs.get_mut(epoch)?.end = end;
        }
        let mut ticket = ticket?;
        let record = Record::of(log);
        if record.drill || record.nothing {
            return Some(Vec::new());
        }
        let resolves = self.target == Target::Resolve;
        let broken = runs.values().filter(|known| resolves && known.broken && !self.is_theirs(&known.run));
        let broken: BTreeSet<_> = broken.flat_map(|known| from(&known.run)).collect();
        let mut seen: Vec<Seen> = Vec::with_capacity(runs.len());
        let mut last = None;
        for (epoch, Known { run, end, resumed, .. }) in runs {
            let [measure] = run.measures.as_slice() else { return None };
            if !self.is_theirs(&run) || end == End::Cancelled && !resolves {
                continue;
            }
            let (from, since) = (measure.from, run.since);
            // At one length both have the same deadline, which is broken once.
            if ticket.clocks.lead.contains_key(&watch) || broken.contains(&from) {
                return None;
            }
            let after = match last.replace(from) == Some(from) && resolves {
                false => After::Nothing,
                true if resumed => After::Resumed,
                true => After::Anew,
            };
            ticket.clocks.own.clocks.insert(watch, Clock { epoch, run: Some(run), ended: None });
            let account = account(&ticket, &self.backtest.policies, self.target)?;
            if account.rule.is_some() {
                return None;
            }
            let (end, met) = match end {
                End::Met(at) => (at, true),
                End::Over(at) => (at, false),
                End::Open => (self.backtest.until, false),
                End::Stopped | End::Cancelled => return None,
            };
            let begin = if from == since { 0 } else { counted(&account, since)? };
            seen.push(Seen { begin, end: counted(&account, end)?, met, after });
        }
        Some(seen)
    }
}

fn from(run: &Run) -> impl Iterator<Item = Time> {
    run.measures.iter().map(|measure| measure.from)
}

fn running(ticket: Option<&Ticket>, watch: Watch) -> Option<(u32, &Run)> {
    let clock = ticket?.clocks.own.clock(watch)?;
    Some((clock.epoch, clock.running()?))
}

/// A round as it was seen last.
struct Known {
    run: Run,
    end: End,
    /// It was broken before it ended.
    broken: bool,
    /// It goes on with the one before.
    resumed: bool,
}

impl Known {
    fn new(run: &Run, resumed: bool) -> Self {
        Self { run: run.clone(), end: End::Open, broken: false, resumed }
    }
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

/// How much was counted by an instant, as twice its microseconds, and one more where as much was counted a microsecond
/// before: a deadline lies before the instant if twice its microseconds are less. `None` beyond what calendars know.
fn counted(account: &Account<'_>, at: Time) -> Option<i64> {
    let micros = |until: Time| {
        let running = account.stretches.iter().filter(|stretch| stretch.paused.is_none());
        running.into_iter().try_fold(0i64, |sum, stretch| {
            let to = stretch.to.map_or(until, |to| to.min(until));
            sum.checked_add(stretch.calendar.between(stretch.from, to).ok()?.num_microseconds()?)
        })
    };
    let now = micros(at)?;
    let before = micros(at.checked_sub_signed(TimeDelta::microseconds(1))?)?;
    Some(now.checked_mul(2)? + i64::from(before == now))
}
