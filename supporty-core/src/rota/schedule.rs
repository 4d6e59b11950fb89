use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::vocab::{Period, PersonId, Time};

/// Which turn of a rota somebody's time belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TurnRef {
    /// The rotation, counted from 0.
    pub rotation: u16,
    /// The turn, counted from 0.
    pub number: i64,
}

/// Somebody who is on, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct On {
    /// Who.
    pub person: PersonId,
    /// The turn that they serve; none for somebody who was added, or who stands in because nobody else is on.
    pub turn: Option<TurnRef>,
    /// The entry of the rota's stream that put them there, where it was not the rotation itself.
    pub arranged: Option<u64>,
}

/// A stretch of time over which the same people are on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// From when until when.
    pub period: Period,
    /// Who is on. Nobody twice.
    pub on: Vec<On>,
    /// How many must be on: none where the rota need not cover, or where a gap was declared.
    pub needed: u8,
    /// Whether somebody said that nobody need be on.
    pub declared: bool,
}

impl Segment {
    /// How many are missing.
    pub fn missing(&self) -> u8 {
        self.needed.saturating_sub(u8::try_from(self.on.len()).unwrap_or(u8::MAX))
    }
}

/// A stretch of time over which too few are on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// From when until when.
    pub period: Period,
    /// How many are missing.
    pub missing: u8,
}

/// One person's unbroken time on a rota for one reason: what is put into a calendar, and what is paid.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shift {
    /// From when until when.
    pub period: Period,
    /// Who, and why.
    pub on: On,
}

/// Who is on, over a period: what everybody reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub(super) period: Period,
    pub(super) segments: Vec<Segment>,
    pub(super) idle: BTreeSet<u64>,
}

impl Schedule {
    /// The period that it covers.
    pub fn period(&self) -> Period {
        self.period
    }

    /// Its stretches, in order and without a hole.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The stretch that an instant lies in: a binary search.
    pub fn segment(&self, at: Time) -> Option<&Segment> {
        let after = self.segments.partition_point(|segment| segment.period.from <= at);
        self.segments.get(after.checked_sub(1)?).filter(|segment| segment.period.contains(at))
    }

    /// Who is on at an instant.
    pub fn who(&self, at: Time) -> &[On] {
        self.segment(at).map_or(&[], |segment| &segment.on)
    }

    /// Everybody's shifts, by their beginning.
    pub fn shifts(&self) -> Vec<Shift> {
        let mut open: BTreeMap<&On, usize> = BTreeMap::new();
        let mut shifts: Vec<Shift> = Vec::new();
        for segment in &self.segments {
            for on in &segment.on {
                let last = open.get(on).and_then(|index| shifts.get_mut(*index));
                match last.filter(|shift| shift.period.until == segment.period.from) {
                    Some(shift) => shift.period.until = segment.period.until,
                    None => {
                        open.insert(on, shifts.len());
                        shifts.push(Shift { period: segment.period, on: on.clone() });
                    }
                }
            }
        }
        shifts
    }

    /// Where too few are on and nobody said that this is meant.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        for segment in self.segments.iter().filter(|segment| segment.missing() > 0) {
            let (period, missing) = (segment.period, segment.missing());
            match gaps.last_mut().filter(|gap| gap.period.until == period.from && gap.missing == missing) {
                Some(gap) => gap.period.until = period.until,
                None => gaps.push(Gap { period, missing }),
            }
        }
        gaps
    }

    /// What was arranged for this period and changes nothing in it: a swap of a shift that is somebody else's by now.
    pub fn without_effect(&self) -> &BTreeSet<u64> {
        &self.idle
    }
}
