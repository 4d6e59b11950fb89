//! The policy that needs no file is the table of its docs, exactly.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

use supporty_core::policy::{Policy, PolicyError, PolicySpec, PriorityChange, ReplyMode, Trigger};
use supporty_core::time::{Budget, CalendarSpec, Window};
use supporty_core::vocab::{PauseReason, ReopenMode, Target};

fn minutes(seconds: u32) -> String {
    match (seconds / 3_600, seconds / 60 % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn trigger(trigger: Trigger) -> String {
    match trigger {
        Trigger::Share { target, percent } => format!("{percent} % of {target}"),
        Trigger::Before { target, seconds } => format!("{} before {target}", minutes(seconds)),
        Trigger::After { target, seconds: 0 } => format!("breach of {target}"),
        Trigger::After { target, seconds } => format!("{} after {target}", minutes(seconds)),
        Trigger::Unowned { seconds } => format!("unowned {}", minutes(seconds)),
        Trigger::Silent { seconds } => format!("silent {}", minutes(seconds)),
    }
}

fn table(policy: &Policy) -> String {
    let mut lines = Vec::new();
    for priority in &policy.spec().priorities {
        lines.push(format!("{} {}, clock {}", priority.id, priority.name, priority.clock));
        lines.push(format!("  for example: {}", priority.examples.join("; ")));
        for (target, promise) in &priority.promises {
            let Budget::Seconds(within) = promise.within else { continue };
            let warnings = if promise.warnings.is_empty() {
                String::new()
            } else {
                format!(", warned {:?}", promise.warnings)
            };
            let pauses = if promise.pauses.is_empty() {
                "never paused".to_owned()
            } else {
                format!("{:?}", promise.pauses)
            };
            lines.push(format!(
                "  {target} within {} of {}, {pauses}{warnings}",
                minutes(within),
                promise.clock
            ));
        }
        let (silence, lapse) = (minutes(priority.take_over_after), minutes(priority.acknowledgement_lapses));
        lines.push(format!("  taken over after {silence}, acknowledged for {lapse}"));
        for rung in &priority.ladder {
            let repeat = rung.repeat.map_or_else(String::new, |repeat| {
                format!(", then every {}, at most {} times", minutes(repeat.every), repeat.at_most)
            });
            lines.push(format!("  {}: {:?}{repeat}", trigger(rung.trigger), rung.audience));
        }
    }
    lines.join("\n")
}

#[test]
fn priorities_promises_warnings_and_ladders() {
    let expected = "\
P1 business critical, clock always
  for example: customers cannot reach the website; production is inaccessible; security
  acknowledge within 10 min of always, never paused
  respond within 15 min of always, never paused
  next-response within 30 min of always, {Requester, ThirdParty}
  update within 30 min of always, {Requester, ThirdParty}
  resolve within 1 h of always, {Requester, ThirdParty}, warned [Share(50), Share(80)]
  taken over after 20 min, acknowledged for 15 min
  unowned 0 min: [Squad, OnCall]
  unowned 10 min: [Squad, OnCall]
  50 % of resolve: [Lead]
  breach of resolve: [Lead, CatchAll], then every 30 min, at most 6 times
P2 business affected, clock office
  for example: admin problems that block the business but do not delay deliveries
  acknowledge within 30 min of office, never paused
  respond within 1 h of office, never paused
  next-response within 1 h of office, {Requester, ThirdParty}
  update within 1 h 30 min of office, {Requester, ThirdParty}
  resolve within 3 h of office, {Requester, ThirdParty}, warned [Share(50), Share(80)]
  taken over after 2 h, acknowledged for 1 h
  unowned 30 min: [Gardener]
  80 % of resolve: [Owner, Lead]
  breach of resolve: [Lead], then every 1 h, at most 3 times
P3 business updates, clock weekdays
  for example: cosmetics
  acknowledge within 4 h of office, never paused
  respond within 8 h of office, never paused
  next-response within 8 h of office, {Requester, ThirdParty}
  resolve within 24 h of weekdays, {Requester, ThirdParty}, warned [Share(80)]
  taken over after 2 h, acknowledged for 1 h
  80 % of resolve: [OwnerOrGardener]
  breach of resolve: [Lead]";
    assert_eq!(table(&Policy::default()), expected);
}

#[test]
fn clocks_modes_and_limits() {
    let spec = PolicySpec::default();
    let windows = |name: &str| match spec.calendars.get(&name.into()).unwrap() {
        CalendarSpec::Hours(hours) => {
            assert_eq!((hours.zone.name(), hours.weekly.len()), ("Europe/London", 5));
            hours.weekly.values().next().cloned()
        }
        _ => None,
    };
    assert_eq!(windows("always"), None);
    assert_eq!(windows("office"), Some(vec![Window::hours(9, 18)]));
    assert_eq!(windows("weekdays"), Some(vec![Window::hours(0, 24)]));
    assert_eq!(spec.modes.priority_change, PriorityChange::Fair);
    assert_eq!(spec.modes.reopen, ReopenMode::Continue);
    assert_eq!(spec.modes.reply_after_resolution, ReplyMode::Ask);
    let day = 86_400;
    assert_eq!((spec.limits.reopening_window, spec.limits.unmerge_window), (7 * day, day));
    assert_eq!(spec.limits.longest_wait, 14 * day);
    assert_eq!((spec.limits.nudge, spec.limits.no_answer), (Budget::Days(2), Budget::Days(3)));
    assert_eq!(spec.limits.wait_clock.as_str(), "office");
}

fn wrong(change: impl FnOnce(&mut PolicySpec)) -> PolicyError {
    let mut spec = PolicySpec::default();
    change(&mut spec);
    Policy::new(spec).unwrap_err().all()[0].error.clone()
}

#[test]
fn what_contradicts_itself_is_refused_with_the_place_and_the_remedy() {
    let no_calendar = wrong(|spec| spec.limits.wait_clock = "offcie".into()).to_string();
    assert!(no_calendar.contains("`offcie`") && no_calendar.contains("`office`"), "{no_calendar}");
    assert_eq!(wrong(|spec| spec.priorities.clear()), PolicyError::NoPriorities);
    assert!(matches!(wrong(|spec| spec.key_prefix = "sup".to_owned()), PolicyError::KeyPrefix(_)));
    let unpromised = wrong(|spec| {
        let p3 = spec.priorities.last_mut().unwrap();
        p3.ladder.first_mut().unwrap().trigger = Trigger::Share { target: Target::Update, percent: 50 };
    });
    assert!(matches!(unpromised, PolicyError::Rung { rung: 1, .. }), "{unpromised}");
    let no_time = wrong(|spec| {
        let promise = spec.priorities.first_mut().unwrap().promises.get_mut(&Target::Resolve).unwrap();
        promise.within = Budget::Seconds(0);
        promise.pauses.insert(PauseReason::Deploy);
    });
    assert!(no_time.to_string().contains("it gives no time"), "{no_time}");
    let nobody = wrong(|spec| {
        let squad =
            r#"{"name":"Web","channel":null,"members":["ana"],"lead":null,"gardener":null,"hours":"office"}"#;
        spec.squads.insert("web".into(), serde_json::from_str(squad).unwrap());
    });
    assert!(matches!(nobody, PolicyError::UnknownPerson { .. }), "{nobody}");
}
