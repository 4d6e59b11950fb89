use std::collections::BTreeSet;

use chrono::{Datelike, Timelike};
use serde::{Deserialize, Serialize};

use super::columns::{NEVER, Row, time};
use super::{End, Group, Reached, Selection};
use crate::time::Weekday;
use crate::vocab::{Investment, Kind, Resolution, Stars, Target, TicketKey, Upkeep};

/// Which tickets make up a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// Those that were opened in the period, as all below but promises.
    Opened,
    /// Those that are open.
    Open,
    /// Those that are resolved.
    Resolved,
    /// Those that were reopened.
    Reopened,
    /// Those that ended so.
    Ended(Resolution),
    /// Those that are resolved with a change of code.
    CodeChanged,
    /// Those that are resolved without one.
    Unchanged,
    /// Those that were rated.
    Rated,
    /// Those that were given so many stars at first.
    FirstStars(Stars),
    /// Those that have so many stars in the end.
    LastStars(Stars),
    /// Those that got there.
    Reached(Reached),
    /// Those that can get there, and have not.
    NotYet(Reached),
    /// Gardening that invests in that, or that nobody has classified.
    Gardening(Option<Investment>),
    /// Gardening that looks after that.
    Upkeep(Upkeep),
    /// Those that were opened in that hour of that weekday, by the clocks of the question's zone.
    At(Weekday, u8),
    /// Those of which such a promise fell due in the period and ended so, whenever they were opened.
    Promise(Target, End),
}

impl Selection<'_> {
    /// The tickets of a group that make up a figure: their keys alone, for some may be restricted.
    ///
    /// ```
    /// # use supporty_core::insight::{Facts, Group, Question, Which};
    /// # use supporty_core::policy::{Policies, Policy};
    /// # use supporty_core::vocab::{Period, Time};
    /// # let (facts, policies) = (Facts::new(), Policies::new(Policy::default()));
    /// # let period = Period::new(Time::UNIX_EPOCH, Time::UNIX_EPOCH);
    /// # let question = Question::new(period, Time::UNIX_EPOCH);
    /// let everything = Group::default();
    /// assert!(facts.select(&question, &policies).which(&everything, Which::Unchanged).is_empty());
    /// ```
    pub fn which(&self, group: &Group, which: Which) -> Vec<TicketKey> {
        if let Which::Promise(target, end) = which {
            return self.promised(group, target, end);
        }
        let mut places = (0u32..).zip(self.places.all());
        let place = places.find(|(_, place)| self.groups.group(self.facts, **place) == *group);
        let Some((wanted, _)) = place else { return Vec::new() };
        let some = self.chosen.iter().filter(|(number, place)| {
            *place == wanted
                && self.facts.rows.get(*number as usize).is_some_and(|row| self.is(*number, row, which))
        });
        self.keys(some.map(|(number, _)| *number))
    }

    fn is(&self, number: u32, row: &Row, which: Which) -> bool {
        let more = self.facts.more.get(number as usize);
        let kind = || self.facts.settings.get(row.setting).map(|setting| setting.terms.kind);
        let instant = |reached| more.and_then(|more| self.instant(reached, row, more));
        let rating = || more.and_then(|more| more.rating);
        let resolved = row.resolved != NEVER;
        match which {
            Which::Opened => true,
            Which::Open => !resolved,
            Which::Resolved => resolved,
            Which::Reopened => row.reopened > 0,
            Which::Ended(how) => row.resolution == Some(how),
            Which::CodeChanged => resolved && row.code_changed(),
            Which::Unchanged => resolved && !row.code_changed(),
            Which::Rated => rating().is_some(),
            Which::FirstStars(stars) => rating().is_some_and(|rating| rating.first == stars),
            Which::LastStars(stars) => rating().is_some_and(|rating| rating.last == stars),
            Which::Reached(reached) => instant(reached).is_some_and(|at| at != NEVER),
            Which::NotYet(reached) => instant(reached) == Some(NEVER),
            Which::Gardening(investment) => {
                kind() == Some(Kind::Gardening)
                    && row.gardening.map(|(_, investment)| investment) == investment
            }
            Which::Upkeep(upkeep) => {
                kind() == Some(Kind::Gardening) && row.gardening.map(|(known, _)| known) == Some(upkeep)
            }
            Which::At(weekday, hour) => {
                let local = self.question.zone.local(time(row.opened));
                Weekday::from(local.weekday()) == weekday && local.hour() == u32::from(hour)
            }
            Which::Promise(..) => false,
        }
    }

    fn promised(&self, group: &Group, target: Target, end: End) -> Vec<TicketKey> {
        let mut rows = BTreeSet::new();
        self.rounds(
            |one| one == target,
            |round, place| {
                if round.end == end && self.groups.group(self.facts, place) == *group {
                    rows.insert(self.root(round.ticket));
                }
            },
        );
        self.keys(rows)
    }
}
