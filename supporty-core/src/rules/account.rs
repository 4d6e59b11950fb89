use chrono::TimeDelta;

use super::measure::{Point, Reading, Stretch};
use crate::policy::{Policies, Promise};
use crate::ticket::{Run, Ticket};
use crate::vocab::{Target, Terms, Time, Watch};

/// Why a promise is due when it is: what was promised, and how its clock went and will go on.
#[derive(Debug, Clone)]
pub struct Account<'a> {
    /// Which promise.
    pub target: Target,
    /// What the promise depends on.
    pub terms: &'a Terms,
    /// The rule that gives it; without one it is the priority's own.
    pub rule: Option<&'a str>,
    /// The promise.
    pub promise: &'a Promise,
    /// The first instant that counts.
    pub from: Time,
    /// Its round.
    pub run: &'a Run,
    /// Whether the round is over: then what follows says how it would have gone on.
    pub ended: bool,
    /// When it is due; `None` while its clock stands still before that.
    pub deadline: Option<Time>,
    /// Everything from its first instant on, without a gap; the last stretch has no end.
    pub stretches: Vec<Stretch<'a>>,
}

impl Account<'_> {
    /// How much was and will be counted until an instant, by the calendars of the stretches.
    pub fn counted(&self, until: Time) -> TimeDelta {
        let running = self.stretches.iter().filter(|stretch| stretch.paused.is_none());
        let used = running.map(|stretch| {
            let to = stretch.to.map_or(until, |to| to.min(until));
            stretch.calendar.between(stretch.from, to).unwrap_or_default()
        });
        used.fold(TimeDelta::zero(), |sum, used| sum + used)
    }
}

/// The account of a promise: of its round that runs, or else of the last one; `None` for one that was not made.
///
/// Of several measures (a change of priority that kept the earlier deadline) it is that whose deadline comes first.
pub fn account<'a>(ticket: &'a Ticket, policies: &'a Policies, target: Target) -> Option<Account<'a>> {
    let watch = Watch::from(target);
    let running = Reading::of(ticket, policies, watch);
    let runs = running.is_some();
    let reading = running.or_else(|| Reading::of_ended(ticket, policies, watch))?;
    let measure = reading.decisive()?;
    let policy = policies.get(ticket.policy()?)?;
    let rule = policy.rule(&measure.terms).filter(|rule| rule.promises.contains_key(&target));
    Some(Account {
        target,
        terms: &measure.terms,
        rule: rule.map(|rule| rule.name.as_str()),
        promise: policy.promise(&measure.terms, target)?,
        from: measure.from,
        run: reading.run(),
        ended: !runs,
        deadline: reading.reaches(Point::DEADLINE),
        stretches: reading.stretches(measure).collect(),
    })
}
