//! Why a calendar is open or closed, span by span.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::spans::{Week, number};
use super::{CalendarSpec, Hours};
use crate::vocab::Time;

/// A span of time in which a calendar is open, or closed, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// From when.
    pub from: Time,
    /// Until when.
    pub to: Time,
    /// Open or closed, and why.
    pub why: Why,
}

/// Why a calendar is open or closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Open, as it always is.
    Always,
    /// Open by the week.
    Open,
    /// Open by the hours of that date.
    OpenOn(NaiveDate),
    /// Closed between or outside the hours of a day that has some.
    OutsideHours,
    /// Closed on a day of the week that has no hours.
    NoHours,
    /// Closed on a holiday.
    Holiday {
        /// Which date.
        date: NaiveDate,
        /// What it is called; empty for one without a name.
        name: String,
    },
    /// Closed by the hours of that date, which has none.
    ClosedOn(NaiveDate),
}

impl Why {
    /// Whether it says that the calendar is open.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Always | Self::Open | Self::OpenOn(_))
    }
}

pub(super) fn segments(spec: &CalendarSpec, from: Time, to: Time) -> Vec<Segment> {
    if to <= from {
        return Vec::new();
    }
    match spec {
        CalendarSpec::Always => vec![Segment { from, to, why: Why::Always }],
        CalendarSpec::Hours(hours) => of_hours(hours, from, to),
        CalendarSpec::AnyOf(members) => combined(members, from, to, true),
        CalendarSpec::AllOf(members) => combined(members, from, to, false),
    }
}

fn of_hours(hours: &Hours, from: Time, to: Time) -> Vec<Segment> {
    let week = Week::new(hours);
    let date = |at| hours.zone.local(at).date();
    let mut segments = Segments { to, list: Vec::new(), until: from };
    let mut open = Vec::new();
    let days = number(date(from)) - 2..=number(date(to));
    for day in days.clone() {
        let Some(date) = date_of(day) else { continue };
        let why = if hours.dated.contains_key(&date) { Why::OpenOn(date) } else { Why::Open };
        open.extend(week.on(day).iter().map(|window| {
            let at = |second: u32| hours.zone.second_of(day, i64::from(second));
            (at(window.from), at(window.to), why.clone())
        }));
    }
    open.sort_by_key(|(open, close, _)| (*open, *close));
    let mut midnights =
        days.filter_map(|day| Some((hours.zone.midnight_of(day + 1), date_of(day)?))).peekable();
    for (opens, closes, why) in
        open.into_iter().map(Some).chain([None]).map(|one| one.unwrap_or((to, to, Why::Open)))
    {
        // What is closed before it, cut where another day begins.
        while segments.until < opens.min(to) {
            while midnights.next_if(|(midnight, _)| *midnight <= segments.until).is_some() {}
            let Some((midnight, date)) = midnights.peek() else { break };
            segments.push((*midnight).min(opens), closed(hours, &week, *date));
        }
        segments.push(closes, why);
    }
    segments.list
}

fn closed(hours: &Hours, week: &Week<'_>, date: NaiveDate) -> Why {
    match (hours.dated.get(&date), hours.closed.get(&date)) {
        (Some(windows), _) if windows.is_empty() => Why::ClosedOn(date),
        (Some(_), _) => Why::OutsideHours,
        (None, Some(name)) => Why::Holiday { date, name: name.clone() },
        (None, None) if week.on(number(date)).is_empty() => Why::NoHours,
        (None, None) => Why::OutsideHours,
    }
}

/// The first member that settles whether it is open says why.
fn combined(members: &[CalendarSpec], from: Time, to: Time, any: bool) -> Vec<Segment> {
    let mut members: Vec<_> =
        members.iter().map(|member| segments(member, from, to).into_iter().peekable()).collect();
    let mut all = Segments { to, list: Vec::new(), until: from };
    while all.until < to {
        let mut end = to;
        let mut settles: Option<Why> = None;
        for member in &mut members {
            while member.next_if(|segment| segment.to <= all.until).is_some() {}
            let Some(segment) = member.peek() else { continue };
            end = end.min(segment.to);
            match &settles {
                Some(why) if why.is_open() == any || segment.why.is_open() != any => {}
                _ => settles = Some(segment.why.clone()),
            }
        }
        let Some(why) = settles else { break };
        all.push(end, why);
    }
    all.list
}

/// Segments that touch, from an instant on.
struct Segments {
    until: Time,
    to: Time,
    list: Vec<Segment>,
}

impl Segments {
    /// Goes on until an instant; what is over already is left out, and one reason is one segment.
    fn push(&mut self, until: Time, why: Why) {
        let until = until.min(self.to);
        if until <= self.until {
            return;
        }
        match self.list.last_mut().filter(|last| last.why == why && !matches!(why, Why::Open)) {
            Some(last) => last.to = until,
            None => self.list.push(Segment { from: self.until, to: until, why }),
        }
        self.until = until;
    }
}

fn date_of(day: i64) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(i32::try_from(day).ok()?)
}
