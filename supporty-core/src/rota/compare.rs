use serde::Serialize;

use super::{On, Schedule};
use crate::vocab::{Period, PersonId};

/// A stretch of time over which two schedules have other people on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// When.
    pub period: Period,
    /// Who is on in the one.
    pub before: Vec<PersonId>,
    /// Who is on in the other.
    pub after: Vec<PersonId>,
}

/// Where two schedules of one rota differ in who is on, over what both cover: what another version of the policy, or an
/// arrangement, would change.
pub fn compare(before: &Schedule, after: &Schedule) -> Vec<Difference> {
    let mut differences: Vec<Difference> = Vec::new();
    for one in before.segments() {
        let first = after.segments().partition_point(|other| other.period.until <= one.period.from);
        for other in
            after.segments().iter().skip(first).take_while(|other| other.period.from < one.period.until)
        {
            let Some(period) = one.period.overlap(&other.period) else { continue };
            let (before, after) = (people(&one.on), people(&other.on));
            if before == after {
                continue;
            }
            let same = |last: &&mut Difference| {
                last.period.until == period.from && last.before == before && last.after == after
            };
            match differences.last_mut().filter(same) {
                Some(last) => last.period.until = period.until,
                None => differences.push(Difference { period, before, after }),
            }
        }
    }
    differences
}

fn people(on: &[On]) -> Vec<PersonId> {
    let mut people: Vec<_> = on.iter().map(|on| on.person.clone()).collect();
    people.sort();
    people
}
