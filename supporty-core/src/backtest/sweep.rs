use serde::Serialize;

use super::group::Stream;
use super::plain::{certain, is_over, turns};
use super::record::Record;
use super::replay::Backtest;
use super::rounds::{Counts, Seen};
use crate::policy::{Policies, Policy, PolicyErrors};
use crate::ticket::{Event, Ticket, TicketEntry, evolve};
use crate::time::Budget;
use crate::vocab::{PriorityId, Target, Watch};

/// One promise of one priority, with other lengths: what could be promised, and kept?
///
/// The tickets are replayed once. On plain ones the length changes nothing but when the promise is broken: what a clock had
/// counted by the instant that counts is known, and a point asks only whether that was too much. All others are kept *aside*
/// and replayed for every point, so that each point is what the whole machine says. What a rule promises for some tickets of
/// the priority stays as it is, and is counted.
///
/// ```
/// use supporty_core::backtest::{Backtest, Stream, Sweep};
/// use supporty_core::policy::Policy;
/// use supporty_core::ticket::{Command, Open};
/// use supporty_core::vocab::{Actor, Resolution, Target, TextRef, Time};
/// use supporty_core::world::World;
///
/// let at = |clock: &str| format!("2026-01-12T{clock}:00Z").parse::<Time>();
/// let mut world = World::new(Policy::default());
/// let open = Command::Open(Open::new(TextRef::new("title"), "P2"));
/// let key = world.submit(at("10:00")?, &Actor::Person("rita".into()), None, open)?.ticket;
/// let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
/// world.submit(at("12:30")?, &Actor::Person("ana".into()), Some(&key), resolve)?;
///
/// let backtest = Backtest::new(Policy::default(), None, at("18:00")?);
/// let mut sweep = backtest.sweep(Target::Resolve, "P2".into())?;
/// let story = [Stream { key: key.clone(), entries: world.log(&key).cloned().collect() }];
/// sweep.take(&story, &backtest.replay(&story).logs);
/// let points = [1, 2, 3].map(|hours| sweep.point(hours * 3600));
/// let points = points.into_iter().collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(Sweep::smallest(&points, 0.95).map(|point| point.within), Some(3 * 3600));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Sweep<'a> {
    pub(super) backtest: &'a Backtest,
    pub(super) target: Target,
    pub(super) priority: PriorityId,
    /// Whether the promise stands on its priority's ladder.
    pub(super) tells: bool,
    /// Whether rules promise something else for some tickets.
    pub(super) ruled: bool,
    /// What is the same at every length.
    fixed: Counts,
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

impl Backtest {
    /// A sweep over one promise of the tested policy, with no ticket yet.
    pub fn sweep(&self, target: Target, priority: PriorityId) -> Result<Sweep<'_>, NotSwept> {
        let policy = self.policies.current();
        let known = policy.priority(&priority).filter(|known| known.promises.contains_key(&target));
        let Some(known) = known else { return Err(NotSwept::NoPromise { target, priority }) };
        let tells = known.ladder.iter().any(|rung| rung.trigger.watch() == Watch::from(target));
        let ruled = policy.spec().rules.iter().any(|rule| rule.promises.contains_key(&target));
        let (fixed, rounds, aside) = (Counts::default(), Vec::new(), Vec::new());
        Ok(Sweep { backtest: self, target, priority, tells, ruled, fixed, rounds, aside })
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
        let (promised, others): (Vec<_>, Vec<_>) =
            replayed.iter().partition(|stream| self.is_promised(&stream.entries));
        let rounds = promised.into_iter().map(|would| {
            let was = group.iter().find(|was| was.key == would.key)?;
            self.is_plain(was, would).then(|| self.seen(&would.entries))?
        });
        let Some(rounds) = rounds.collect::<Option<Vec<_>>>() else {
            self.aside.push(group.to_vec());
            return;
        };
        self.rounds.extend(rounds.into_iter().flatten());
        // The length of a promise that a ticket never had is never asked for.
        for stream in others {
            self.fixed.take(&Record::of(&stream.entries), self.target, &self.priority);
        }
    }

    /// How many rounds are known, and how many groups of tickets are replayed for each point.
    pub fn size(&self) -> (usize, usize) {
        (self.rounds.len(), self.aside.len())
    }

    /// Adds what another sweep over the same promise, of the same backtest, has taken.
    pub fn merge(&mut self, other: Self) {
        self.fixed.add(other.fixed);
        self.rounds.extend(other.rounds);
        self.aside.extend(other.aside);
    }

    /// How often a promise of that length would have been kept.
    pub fn point(&self, within: u32) -> Result<Point, NotSwept> {
        if within == 0 {
            return Err(NotSwept::Zero);
        }
        let backtest = self.backtest.promising(self.target, &self.priority, within)?;
        let mut counts = self.fixed;
        counts.see(&self.rounds, within);
        for record in self.aside.iter().flat_map(|group| backtest.after(group)) {
            counts.take(&record, self.target, &self.priority);
        }
        let Counts { due, kept, on_change } = counts;
        let share = (due > 0).then(|| kept as f64 / due as f64);
        Ok(Point { within, due, kept, on_change, share })
    }

    /// The first of some points, the shortest promise first, that keeps at least a share, as do all longer ones.
    pub fn smallest(points: &[Point], share: f64) -> Option<&Point> {
        points.iter().rev().take_while(|point| point.share.is_none_or(|kept| kept >= share)).last()
    }

    /// Whether the ticket ever was one of those that the promise is made for.
    fn is_promised(&self, log: &[TicketEntry]) -> bool {
        let names = |entry: &TicketEntry| match &entry.event {
            Event::Opened(opened) => opened.priority == self.priority,
            Event::Reprioritised { to, .. } => *to == self.priority,
            _ => false,
        };
        if !log.iter().any(names) || !self.ruled {
            return log.iter().any(names);
        }
        let mut ticket = None;
        log.iter().any(|entry| {
            evolve(&mut ticket, entry);
            let theirs = ticket.as_ref().filter(|ticket| ticket.priority == self.priority);
            theirs.is_some_and(|ticket| !self.has_rule(ticket))
        })
    }

    /// Whether a rule promises it for such tickets.
    pub(super) fn has_rule(&self, ticket: &Ticket) -> bool {
        let rule = self.backtest.policies.current().rule(&ticket.terms());
        rule.is_some_and(|rule| rule.promises.contains_key(&self.target))
    }

    fn is_plain(&self, was: &Stream, would: &Stream) -> bool {
        let (was, would) = (&was.entries, &would.entries);
        let certain = if self.tells { certain(would, self.target) } else { Vec::new() };
        let turn = [was, would].into_iter().filter_map(|log| turns(log, self, &certain)).min();
        turn.is_none_or(|turn| !self.tells && is_over(was, would, self.target, turn))
    }
}
