//! Instants, hours and steps in plain words.

use chrono::Datelike;

use crate::policy::Trigger;
use crate::time::{CalendarSpec, Zone, print_length};
use crate::vocab::{Target, Time, Warning};

/// `Mon 12 Jan 10:30` by the clocks of a zone; the year only where it is another one than `near`'s, seconds only where
/// there are some.
pub(super) fn moment(at: Time, zone: &Zone, near: Time) -> String {
    let (local, near) = (zone.local(at), zone.local(near));
    format!("{} {}", date(local.date(), near.date()), local.format(clock(at)))
}

/// The clock alone where the day is that of `before`.
pub(super) fn later(at: Time, zone: &Zone, before: Time, near: Time) -> String {
    let local = zone.local(at);
    match local.date() == zone.local(before).date() {
        true => local.format(clock(at)).to_string(),
        false => moment(at, zone, near),
    }
}

pub(super) fn date(date: chrono::NaiveDate, near: chrono::NaiveDate) -> String {
    let form = if date.year() == near.year() { "%a %-d %b" } else { "%a %-d %b %Y" };
    date.format(form).to_string()
}

fn clock(at: Time) -> &'static str {
    if at.timestamp() % 60 == 0 { "%H:%M" } else { "%H:%M:%S" }
}

/// `Mon-Fri 09:00-18:00, Europe/London`.
pub(super) fn hours(spec: &CalendarSpec) -> String {
    match spec {
        CalendarSpec::Always => "always".to_owned(),
        CalendarSpec::AnyOf(members) => joined(members, " or "),
        CalendarSpec::AllOf(members) => joined(members, " and "),
        CalendarSpec::Hours(hours) => format!("{}, {}", hours.week().join("; "), hours.zone.name()),
    }
}

fn joined(members: &[CalendarSpec], word: &str) -> String {
    members.iter().map(|member| format!("({})", hours(member))).collect::<Vec<_>>().join(word)
}

pub(super) fn target(target: Target) -> &'static str {
    match target {
        Target::NextResponse => "next response",
        other => other.as_str(),
    }
}

pub(super) fn warning(warning: Warning) -> String {
    match warning {
        Warning::Share(percent) => format!("{percent} % of the time is used"),
        Warning::Before(seconds) => format!("{} are left", print_length(seconds.into())),
    }
}

/// Why a step of a ladder is taken.
pub(super) fn trigger(trigger: Trigger) -> String {
    let length = |seconds: u32| print_length(seconds.into());
    match trigger {
        Trigger::Share { target: of, percent } => format!("{percent} % of {} is used", target(of)),
        Trigger::Before { target: of, seconds } => {
            format!("{} before {} is due", length(seconds), target(of))
        }
        Trigger::After { target: of, seconds: 0 } => format!("{} is broken", target(of)),
        Trigger::After { target: of, seconds } => {
            format!("{} after {} was broken", length(seconds), target(of))
        }
        Trigger::Unowned { seconds: 0 } => "nobody owns it".to_owned(),
        Trigger::Unowned { seconds } => format!("nobody has owned it for {}", length(seconds)),
        Trigger::Silent { seconds } => format!("its owner has been silent for {}", length(seconds)),
    }
}
