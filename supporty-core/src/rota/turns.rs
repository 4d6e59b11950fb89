//! Whose turn it is, before anybody arranged anything.

use chrono::{Days, NaiveDate};

use crate::policy::{Policy, Rota, Rotation};
use crate::time::{Calendar, Zone};
use crate::vocab::{Period, Time};

use super::TurnRef;

/// A turn of a rotation, or the part of one that is one member's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) turn: TurnRef,
    pub(super) period: Period,
    /// The member's place in the rotation.
    pub(super) member: usize,
}

/// The turns of one rotation from its beginning to an instant, in order.
pub(super) fn turns(policy: &Policy, rota: &Rota, index: u16, rotation: &Rotation, until: Time) -> Vec<Turn> {
    let times = rotation.turns(&rota.zone);
    let hours = rotation.hours.as_ref().and_then(|hours| policy.calendar(hours));
    let end = rotation.end.map_or(until, |end| rota.zone.instant(end).min(until));
    let mut order = Order { rotation, zone: &rota.zone, changes: changes(rotation, &rota.zone), next: 0 };
    let mut taken = Vec::new();
    let mut begins = times.start_of(0);
    for number in 0.. {
        let (Some(from), Some(ends)) = (begins.filter(|from| *from < end), times.start_of(number + 1)) else {
            break;
        };
        begins = Some(ends);
        let last = rotation.lasts.map(|seconds| from + chrono::TimeDelta::seconds(seconds.into()));
        let period = Period::new(from, last.map_or(ends, |last| last.min(ends)).min(end));
        if !period.is_empty() && hours.is_none_or(|hours| opens(hours, period)) {
            order.take(TurnRef { rotation: index, number }, period, &mut taken);
        }
    }
    taken
}

fn opens(hours: &Calendar, period: Period) -> bool {
    hours.is_open(period.from) || hours.next_open(period.from).is_ok_and(|opens| opens < period.until)
}

/// When somebody's first day begins or their last one ends.
fn changes(rotation: &Rotation, zone: &Zone) -> Vec<Time> {
    let after = |date: NaiveDate| date.checked_add_days(Days::new(1));
    let dates = rotation.members.iter().flat_map(|member| [member.from, member.until.and_then(after)]);
    let mut changes: Vec<_> = dates.flatten().map(|date| zone.midnight(date)).collect();
    changes.sort_unstable();
    changes.dedup();
    changes
}

/// The order in which members take turns. It goes on where it was when somebody comes or goes.
struct Order<'a> {
    rotation: &'a Rotation,
    zone: &'a Zone,
    changes: Vec<Time>,
    next: usize,
}

impl Order<'_> {
    fn take(&mut self, turn: TurnRef, period: Period, taken: &mut Vec<Turn>) {
        let first = self.changes.partition_point(|at| *at <= period.from);
        let inside = self.changes.iter().skip(first).take_while(|at| **at < period.until).copied();
        let cuts: Vec<_> = std::iter::once(period.from).chain(inside).chain([period.until]).collect();
        let mut on: Option<usize> = None;
        for (from, until) in cuts.iter().zip(cuts.iter().skip(1)) {
            let date = self.zone.local(*from).date();
            on = on.filter(|member| self.serves(*member, date)).or_else(|| self.pick(date));
            let Some(member) = on else { continue };
            match taken.last_mut().filter(|last| last.turn == turn && last.member == member) {
                Some(last) => last.period.until = *until,
                None => taken.push(Turn { turn, period: Period::new(*from, *until), member }),
            }
        }
    }

    fn serves(&self, member: usize, date: NaiveDate) -> bool {
        self.rotation.members.get(member).is_some_and(|member| member.serves_on(date))
    }

    fn pick(&mut self, date: NaiveDate) -> Option<usize> {
        let count = self.rotation.members.len();
        let member =
            (self.next..self.next + count).map(|turn| turn % count).find(|one| self.serves(*one, date))?;
        self.next = (member + 1) % count;
        Some(member)
    }
}
