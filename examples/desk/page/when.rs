use maud::{Markup, html};
use supporty_core::policy::Policy;
use supporty_core::time::{CalendarSpec, Zone};
use supporty_core::vocab::Time;

use super::Frame;

/// The zone of the policy's first calendar that has one.
pub fn zone_of(policy: &Policy) -> Zone {
    let mut zones = policy.spec().calendars.values().filter_map(CalendarSpec::zone);
    zones.next().cloned().unwrap_or_else(Zone::utc)
}

/// An instant by the policy's clocks: the time today, otherwise the day too.
pub(super) fn moment(frame: &Frame<'_>, at: Time) -> Markup {
    let (local, today) = (frame.zone.local(at), frame.zone.local(frame.now));
    let shown = match (local.date() - today.date()).num_days() {
        0 => local.format("%H:%M").to_string(),
        -1 => local.format("yesterday %H:%M").to_string(),
        1 => local.format("tomorrow %H:%M").to_string(),
        -6..=6 => local.format("%a %H:%M").to_string(),
        _ => local.format("%-d %b %Y %H:%M").to_string(),
    };
    let exact = local.format("%A %-d %B %Y, %H:%M:%S").to_string();
    html! { time datetime=(stamp(at)) title=(exact) { (shown) } }
}

/// How far away an instant is; the script keeps it true.
pub(super) fn countdown(frame: &Frame<'_>, due: Time) -> Markup {
    let left = (due - frame.now).num_seconds();
    let shown = if left < 0 { format!("{} ago", span(-left)) } else { format!("in {}", span(left)) };
    html! { span.countdown data-due=(stamp(due)) { (shown) } }
}

/// How much of the time between two instants has passed, as a bar that the script keeps true.
pub(super) fn bar(frame: &Frame<'_>, from: Time, due: Time, what: &str) -> Markup {
    let whole = (due - from).num_seconds().max(1);
    let used = (frame.now - from).num_seconds().clamp(0, whole);
    html! {
        progress aria-label={ "Time used of the promise to " (what) } max=(whole) value=(used)
            data-from=(stamp(from)) { }
    }
}

/// A length of time in words: `42 min`, `3 h`, `2 days`.
pub(super) fn span(seconds: i64) -> String {
    let rounded = |unit: i64| (seconds + unit / 2) / unit;
    match seconds {
        ..60 => format!("{seconds} s"),
        60..5_400 => format!("{} min", rounded(60)),
        5_400..129_600 => format!("{} h", rounded(3_600)),
        _ => format!("{} days", rounded(86_400)),
    }
}

fn stamp(at: Time) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_rounded_to_what_matters() {
        let shown: Vec<_> = [12, 90, 2_520, 5_399, 10_800, 200_000].into_iter().map(span).collect();
        assert_eq!(shown, ["12 s", "2 min", "42 min", "90 min", "3 h", "2 days"]);
    }
}
