use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::columns::{More, NEVER, Row};
use super::{Group, Sample, Selection};
use crate::vocab::Kind;

/// What a ticket may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reached {
    /// Somebody who had not asked for it took it, or said that they were looking.
    Acknowledged,
    /// A human who had not asked for it answered.
    Responded,
    /// The cause is known.
    Identified,
    /// An incident's service is back; where nobody said so, it was resolved.
    Restored,
    /// It is resolved.
    Resolved,
}

impl Reached {
    /// Every one, in the order of the life of a ticket.
    pub const ALL: &[Self] =
        &[Self::Acknowledged, Self::Responded, Self::Identified, Self::Restored, Self::Resolved];
}

/// How long it took from the opening of tickets, as time is lived.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Took {
    /// Of those that got there.
    pub sample: Sample,
    /// How many did not, so far.
    pub not_yet: u32,
}

impl Selection<'_> {
    /// How long it took tickets that were opened in the period to get there. Restored are incidents only.
    pub fn times(&self, reached: Reached) -> BTreeMap<Group, Took> {
        let all = self.fold(|(lengths, not_yet): &mut (Vec<TimeDelta>, u32), number, row| {
            let Some(more) = self.facts.more.get(number as usize) else { return };
            match self.instant(reached, row, more) {
                Some(NEVER) => *not_yet += 1,
                Some(at) => lengths.push(TimeDelta::microseconds((at - row.opened).max(0))),
                None => {}
            }
        });
        let took = |(lengths, not_yet): (Vec<_>, _)| Took { sample: lengths.into_iter().collect(), not_yet };
        all.into_iter().map(|(group, one)| (group, took(one))).collect()
    }

    /// When a ticket got there; none of what it can not reach.
    pub(super) fn instant(&self, reached: Reached, row: &Row, more: &More) -> Option<i64> {
        Some(match reached {
            Reached::Acknowledged => more.acknowledged,
            Reached::Responded => more.responded,
            Reached::Identified => more.identified,
            Reached::Restored => {
                let kind = self.facts.settings.get(row.setting).map(|setting| setting.terms.kind);
                let at = if more.mitigated == NEVER { row.resolved } else { more.mitigated };
                return (kind == Some(Kind::Incident)).then_some(at);
            }
            Reached::Resolved => row.resolved,
        })
    }
}
