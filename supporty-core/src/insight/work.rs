use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::columns::NONE;
use super::{Facts, Part};

/// How long somebody is taken to be at a ticket around each thing they do on it.
///
/// The windows of one person on one ticket that overlap are one. Where somebody is at several tickets at once, their time
/// is split between these evenly, so that what everybody's tickets cost is what everybody worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// Seconds before it: they read and tried.
    pub before: u32,
    /// Seconds after it: they looked what came of it.
    pub after: u32,
}

impl Default for Effort {
    /// Ten minutes before and five after: what somebody does again within a quarter of an hour is one piece of work, the
    /// time after which trackers such as WakaTime end one too.
    fn default() -> Self {
        Self { before: 600, after: 300 }
    }
}

/// What an hour of somebody's work costs, in the currency's smallest unit, each rate from a date on by the question's zone.
/// Before the first it costs nothing.
///
/// What was worked costs what it cost then: a new rate is a new date, and no figure of the past changes. This is what the
/// company reckons with, for everybody: what somebody earns is not the desk's business, and what being on call is paid is in
/// the policy.
///
/// ```
/// use supporty_core::insight::Rates;
/// let rates = Rates::from([("2026-01-01".parse()?, 6_000), ("2026-07-01".parse()?, 6_300)]);
/// assert_eq!(rates.on("2026-06-30".parse()?), 6_000);
/// assert_eq!(rates.on("2025-12-31".parse()?), 0);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rates(pub BTreeMap<NaiveDate, u64>);

impl Rates {
    /// The rate on a day.
    pub fn on(&self, day: NaiveDate) -> u64 {
        self.0.range(..=day).next_back().map_or(0, |(_, rate)| *rate)
    }
}

impl<const N: usize> From<[(NaiveDate, u64); N]> for Rates {
    fn from(rates: [(NaiveDate, u64); N]) -> Self {
        Self(rates.into())
    }
}

/// Who was at which ticket when, by what they did: what cost and load are asked of, as often as one likes. It belongs to the facts
/// as they were when it was worked out.
#[derive(Debug, Clone)]
pub struct Work {
    /// Ticket by ticket.
    stints: Vec<Stint>,
    /// By row: where those of a ticket end. They begin where those of the one before it end.
    ends: Vec<u32>,
}

impl Work {
    /// Those of one ticket and of what was merged into it.
    pub(super) fn of(&self, row: u32) -> &[Stint] {
        let row = row as usize;
        let end = |row: usize| self.ends.get(row).map_or(0, |end| *end as usize);
        let begin = row.checked_sub(1).map_or(0, end);
        self.stints.get(begin..end(row)).unwrap_or_default()
    }

    pub(super) fn all(&self) -> &[Stint] {
        &self.stints
    }

    fn new(mut stints: Vec<Stint>, rows: usize) -> Self {
        stints.sort_by_key(|stint| stint.ticket);
        let mut ends = vec![0u32; rows];
        for stint in &stints {
            ends.get_mut(stint.ticket as usize).into_iter().for_each(|count| *count += 1);
        }
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        Self { stints, ends }
    }
}

/// A stretch of time over which somebody was at the same tickets, and one of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stint {
    /// In seconds since 1970.
    pub(super) from: u32,
    pub(super) until: u32,
    pub(super) who: u32,
    pub(super) ticket: u32,
    pub(super) part: Part,
    /// The ticket's share of it, in microseconds.
    pub(super) share: i64,
}

#[derive(Debug, Clone, Copy)]
struct At {
    ticket: u32,
    part: Part,
    until: u32,
}

impl Facts {
    /// Who was at which ticket when. All tickets take part in it, also those that nobody asks about: what somebody did for a drill
    /// was not done for anything else.
    pub fn work(&self, effort: &Effort) -> Work {
        let roots = self.roots();
        let root = |row: u32| roots.get(&row).copied().unwrap_or(row);
        let acts = self.acts.iter().filter(|act| act.ticket != NONE && act.part() != Part::Woken);
        let mut acts: Vec<_> = acts.map(|act| (act.who(), act.at, root(act.ticket), act.part())).collect();
        acts.sort_unstable();
        // Of what somebody did at one instant the key decides what comes first, and not who was heard of first.
        for one in
            acts.chunk_by_mut(|one, next| (one.0, one.1) == (next.0, next.1)).filter(|one| one.len() > 1)
        {
            one.sort_by_key(|(_, _, ticket, part)| (self.tickets.get(*ticket), *part));
        }
        let mut stints = Vec::new();
        for theirs in acts.chunk_by(|one, next| one.0 == next.0) {
            let mut sweep = Sweep { who: 0, cursor: 0, at: Vec::new(), stints: &mut stints };
            for (who, at, ticket, part) in theirs {
                sweep.who = *who;
                sweep.pass(at.saturating_sub(effort.before));
                sweep.begin(At { ticket: *ticket, part: *part, until: at.saturating_add(effort.after) });
            }
            sweep.pass(u32::MAX);
        }
        Work::new(stints, self.len())
    }
}

/// One person's time, from the first thing they did to the last.
struct Sweep<'a> {
    who: u32,
    /// Until when everything is told.
    cursor: u32,
    /// What they are at.
    at: Vec<At>,
    stints: &'a mut Vec<Stint>,
}

impl Sweep<'_> {
    fn begin(&mut self, new: At) {
        match self.at.iter_mut().find(|one| (one.ticket, one.part) == (new.ticket, new.part)) {
            Some(known) => known.until = known.until.max(new.until),
            None => self.at.push(new),
        }
    }

    fn pass(&mut self, until: u32) {
        while let Some(end) = self.at.iter().map(|one| one.until).min() {
            let end = end.min(until);
            self.tell(end);
            self.at.retain(|one| one.until > end);
            if end == until {
                break;
            }
        }
        self.cursor = until;
    }

    /// Splits the time evenly, to the microsecond: what is left over goes to those that came first, one each.
    fn tell(&mut self, until: u32) {
        let length = i64::from(until.saturating_sub(self.cursor)) * 1_000_000;
        let count = i64::try_from(self.at.len()).unwrap_or(i64::MAX).max(1);
        let mut left = length % count;
        for At { ticket, part, .. } in self.at.iter().filter(|_| length > 0) {
            let share = length / count + i64::from(left > 0);
            left -= i64::from(left > 0);
            let (from, who, ticket, part) = (self.cursor, self.who, *ticket, *part);
            self.stints.push(Stint { from, until, who, ticket, part, share });
        }
        self.cursor = until.max(self.cursor);
    }
}
