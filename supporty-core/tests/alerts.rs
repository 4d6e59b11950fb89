//! What alerts do to a ticket, whoever tells of them.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use std::collections::BTreeMap;

use supporty_core::effect::{Intent, Notice};
use supporty_core::policy::{Person, Policy, PolicySpec, ReplyMode};
use supporty_core::rules::Rejection;
use supporty_core::ticket::{Alerts, Command, Open, Raised, Signal, StatusKind};
use supporty_core::vocab::{Actor, AlertId, Place, Resolution, TextRef, TicketKey, Time};
use supporty_core::world::World;

use proptest::prelude::*;

fn at(time: &str) -> Time {
    format!("2026-01-12T{time}:00Z").parse().unwrap()
}

fn ana() -> Actor {
    Actor::Person("ana".into())
}

fn monitoring() -> Actor {
    Actor::Bot("alertmanager".into())
}

fn signal(since: &str, until: Option<&str>) -> Signal {
    Signal { since: at(since), until: until.map(at) }
}

fn alerts(names: impl IntoIterator<Item = String>, signal: Signal) -> BTreeMap<AlertId, Signal> {
    names.into_iter().map(|name| (AlertId::new(name), signal)).collect()
}

fn told(name: &str, signal: Signal) -> Command {
    signals(alerts([name.to_owned()], signal), 0)
}

fn signals(alerts: BTreeMap<AlertId, Signal>, unfollowed: u32) -> Command {
    Command::Signal { alerts, names: None, of: None, unfollowed }
}

/// What is told to a ticket whose group was told to that one.
fn told_for(of: &TicketKey, name: &str, signal: Signal) -> Command {
    let alerts = alerts([name.to_owned()], signal);
    Command::Signal { alerts, names: None, of: Some(of.clone()), unfollowed: 0 }
}

fn storm(name: &str, alerts_of_it: u32, signal: Signal) -> BTreeMap<AlertId, Signal> {
    alerts((0..alerts_of_it).map(|n| format!("{name}-{n:03}")), signal)
}

fn raise(alerts: BTreeMap<AlertId, Signal>) -> Command {
    let place =
        Place { adapter: "alerts".into(), channel: "alertmanager".to_owned(), message: "shop".into() };
    Command::Raise {
        open: Open::new(TextRef::new("title"), "P2"),
        by: Raised { place, alerts, unfollowed: 0 },
    }
}

fn world(reply: ReplyMode) -> (World, TicketKey) {
    let people = [("ana".into(), Person { name: "Ana".to_owned(), ..Person::default() })].into();
    let mut spec = PolicySpec { people, ..PolicySpec::default() };
    spec.modes.reply_after_resolution = reply;
    let mut world = World::new(Policy::new(spec).unwrap());
    let raise = raise(alerts(["a".to_owned()], signal("09:55", None)));
    let key = world.submit(at("10:00"), &monitoring(), None, raise).unwrap().ticket;
    (world, key)
}

fn notices(world: &World) -> Vec<Notice> {
    let told = world.effects().iter().filter_map(|effect| match &effect.intent {
        Intent::Tell(tell) => Some(tell.notice.clone()),
        _ => None,
    });
    told.filter(|notice| matches!(notice, Notice::AlertsFire { .. } | Notice::AlertsOver)).collect()
}

#[test]
fn what_a_ticket_is_opened_for_is_no_news_on_it() {
    let (mut world, key) = world(ReplyMode::Ask);
    assert!(world.ticket(&key).unwrap().fires());
    let again = world.submit(at("10:05"), &monitoring(), Some(&key), told("a", signal("09:55", None)));
    assert_eq!(again, Err(Rejection::Unchanged));
    assert_eq!(notices(&world), []);
}

#[test]
fn an_alert_reopens_what_is_resolved_whatever_the_policy_says_of_replies() {
    for reply in [ReplyMode::Ask, ReplyMode::Always, ReplyMode::Never] {
        let (mut world, key) = world(reply);
        let resolve = Command::Resolve { resolution: Resolution::Configuration, note: None };
        world.submit(at("10:10"), &ana(), Some(&key), resolve).unwrap();
        let over = told("a", signal("09:55", Some("10:08")));
        world.submit(at("10:12"), &monitoring(), Some(&key), over).unwrap();
        assert_eq!(notices(&world), [], "nobody need resolve what is resolved");
        world.submit(at("10:20"), &monitoring(), Some(&key), told("a", signal("10:19", None))).unwrap();
        let ticket = world.ticket(&key).unwrap();
        assert!(ticket.status.is_open() && ticket.reopened == 1);
        assert_eq!(notices(&world), [Notice::AlertsFire { count: 1, names: None }]);
    }
}

#[test]
fn facts_in_any_order_give_the_same_alerts() {
    let facts = [
        signal("10:01", None),
        signal("10:01", Some("10:03")),
        signal("10:05", None),
        signal("10:05", Some("10:06")),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let (mut world, key) = world(ReplyMode::Ask);
        for fact in order {
            let fact = facts.get(fact).copied().unwrap();
            let _ = world.submit(at("10:30"), &monitoring(), Some(&key), told("b", fact));
        }
        let ticket = world.ticket(&key).unwrap();
        assert_eq!(ticket.group(&key).known.get(&"b".into()), Some(&signal("10:05", Some("10:06"))));
    }
}

#[test]
fn no_alert_fires_from_the_future() {
    let (mut world, key) = world(ReplyMode::Ask);
    world.submit(at("10:01"), &monitoring(), Some(&key), told("b", signal("23:00", None))).unwrap();
    world.submit(at("10:09"), &monitoring(), Some(&key), told("b", signal("10:00", Some("10:08")))).unwrap();
    assert!(!world.ticket(&key).unwrap().group(&key).known.get(&"b".into()).unwrap().fires());
}

#[test]
fn a_ticket_keeps_a_bounded_number_of_alerts_and_forgets_what_was_over_first() {
    let (mut world, key) = world(ReplyMode::Ask);
    let over = storm("over", 400, signal("09:00", Some("09:30")));
    world.submit(at("10:01"), &monitoring(), Some(&key), signals(over, 0)).unwrap();
    let firing = storm("storm", 900, signal("10:01", None));
    world.submit(at("10:02"), &monitoring(), Some(&key), signals(firing, 0)).unwrap();
    let group = world.ticket(&key).unwrap().group(&key);
    assert_eq!((group.known.len(), group.unfollowed), (Alerts::MOST, 401));
    assert!(group.known.values().all(Signal::fires));
    assert_eq!(notices(&world), [Notice::AlertsFire { count: 900, names: None }]);
}

#[test]
fn of_a_storm_that_is_over_in_part_what_is_left_is_followed() {
    let (mut world, key) = world(ReplyMode::Ask);
    let mut tells = |clock, alerts, more| {
        let _ = world.submit(at(clock), &monitoring(), Some(&key), signals(alerts, more));
        (world.ticket(&key).unwrap().group(&key).unfollowed, notices(&world).pop())
    };
    let fire = Notice::AlertsFire { count: 600, names: None };
    let all = storm("storm", 600, signal("10:01", None));
    assert_eq!(tells("10:02", all.clone(), 0), (101, Some(fire.clone())));
    assert_eq!(tells("10:03", all, 0), (101, Some(fire.clone())), "what is repeated is no news");
    // Those that are followed are over, in the delivery in which the others still fire.
    let mut half = storm("storm", 499, signal("10:01", Some("10:04")));
    half.insert("a".into(), signal("09:55", Some("10:04")));
    half.extend(storm("storm", 600, signal("10:01", None)).into_iter().skip(499));
    assert_eq!(tells("10:05", half, 0), (0, Some(fire)), "nothing new fires, and not all is over");
    let rest = storm("storm", 600, signal("10:01", Some("10:09"))).into_iter().skip(499).collect();
    assert_eq!(tells("10:10", rest, 0), (0, Some(Notice::AlertsOver)));
}

#[test]
fn while_more_fire_than_were_told_it_is_not_proposed_to_resolve() {
    let (mut world, key) = world(ReplyMode::Ask);
    let mut tells = |clock, alerts, more| {
        let answer = world.submit(at(clock), &monitoring(), Some(&key), signals(alerts, more));
        (answer.is_ok(), notices(&world).pop())
    };
    let a = |until| alerts(["a".to_owned()], signal("09:55", until));
    let more = Some(Notice::AlertsFire { count: 3, names: None });
    assert_eq!(tells("10:01", a(None), 3), (true, more.clone()), "three that the sender left out");
    assert_eq!(tells("10:02", a(None), 0), (false, more.clone()), "which a late delivery does not undo");
    assert_eq!(tells("10:03", a(Some("10:02")), 3), (true, more));
    assert_eq!(
        tells("10:05", storm("left", 3, signal("10:01", Some("10:04"))), 0),
        (true, Some(Notice::AlertsOver))
    );
}

#[test]
fn a_ticket_is_opened_for_a_storm_with_what_fires_first() {
    let (mut world, _) = world(ReplyMode::Ask);
    let mut told = storm("a-over", 700, signal("09:00", Some("09:30")));
    told.extend(storm("fires", 520, signal("09:59", None)));
    let key = world.submit(at("10:00"), &monitoring(), None, raise(told)).unwrap().ticket;
    let group = world.ticket(&key).unwrap().group(&key);
    assert_eq!((group.known.len(), group.unfollowed), (Alerts::MOST, 20));
    assert!(group.known.values().all(Signal::fires));
}

/// A ticket for alert `a`, merged into one for alert `b`.
fn merged() -> (World, TicketKey, TicketKey) {
    let (mut world, loser) = world(ReplyMode::Ask);
    let other = raise(alerts(["b".to_owned()], signal("09:58", None)));
    let survivor = world.submit(at("10:00"), &monitoring(), None, other).unwrap().ticket;
    let merge = Command::Merge { into: survivor.clone() };
    world.submit(at("10:05"), &ana(), Some(&loser), merge).unwrap();
    (world, loser, survivor)
}

#[test]
fn a_survivor_is_done_when_the_alerts_of_both_are_over() {
    for a_first in [true, false] {
        let (mut world, loser, survivor) = merged();
        let a = told_for(&loser, "a", signal("09:55", Some("10:10")));
        let b = told_for(&survivor, "b", signal("09:58", Some("10:11")));
        let (first, last) = if a_first { (a, b) } else { (b, a) };
        let first = world.submit(at("10:12"), &monitoring(), Some(&survivor), first).unwrap();
        assert_eq!((first.ticket, notices(&world)), (survivor.clone(), Vec::new()));
        let last = world.submit(at("10:13"), &monitoring(), Some(&loser), last).unwrap();
        assert_eq!((last.ticket, notices(&world)), (survivor, vec![Notice::AlertsOver]));
    }
}

#[test]
fn one_alert_in_both_groups_is_over_when_both_say_so_and_is_told_once() {
    let (mut world, _, survivor) = merged();
    let mut tells = |clock, of: &TicketKey, signal| {
        world.submit(at(clock), &monitoring(), Some(&survivor), told_for(of, "a", signal)).unwrap();
        notices(&world)
    };
    assert_eq!(tells("10:06", &survivor, signal("09:55", None)), [], "it fires already");
    assert_eq!(tells("10:10", &survivor, signal("09:55", Some("10:09"))), []);
    assert!(world.ticket(&survivor).unwrap().fires_already(&"a".into()));
}

#[test]
fn unmerging_gives_back_the_alerts_as_they_were_told_meanwhile() {
    let (mut world, loser, survivor) = merged();
    let late = [("a", signal("09:55", Some("10:10"))), ("c", signal("10:11", None))];
    for (name, signal) in late {
        world.submit(at("10:12"), &monitoring(), Some(&survivor), told_for(&loser, name, signal)).unwrap();
    }
    world.submit(at("10:20"), &ana(), Some(&loser), Command::Unmerge).unwrap();
    let (ours, theirs) = (world.ticket(&loser).unwrap(), world.ticket(&survivor).unwrap());
    let known: Vec<_> = ours.group(&loser).known.into_iter().collect();
    assert_eq!(known, late.map(|(name, signal)| (name.into(), signal)));
    assert_eq!(theirs.alerts.keys().collect::<Vec<_>>(), [&survivor]);
    assert!(!theirs.fires_already(&"c".into()) && theirs.fires());
    // What was on its way to the survivor turns back.
    let over = told_for(&loser, "c", signal("10:11", Some("10:21")));
    let answer = world.submit(at("10:22"), &monitoring(), Some(&survivor), over).unwrap();
    assert_eq!((answer.ticket, world.ticket(&loser).unwrap().fires()), (loser, false));
}

#[test]
fn whichever_of_both_has_no_alert_left_after_unmerging_is_proposed_to_be_resolved() {
    for whose in ["a", "b"] {
        let (mut world, loser, survivor) = merged();
        let of = if whose == "a" { &loser } else { &survivor };
        let over = told_for(of, whose, signal("09:58", Some("10:10")));
        world.submit(at("10:12"), &monitoring(), Some(&survivor), over).unwrap();
        assert_eq!(notices(&world), []);
        world.submit(at("10:20"), &ana(), Some(&loser), Command::Unmerge).unwrap();
        assert_eq!(notices(&world), [Notice::AlertsOver], "{whose}");
        let told = world.effects().iter().filter_map(|effect| match &effect.intent {
            Intent::Tell(tell) if tell.notice == Notice::AlertsOver => Some(&tell.ticket),
            _ => None,
        });
        assert_eq!(told.collect::<Vec<_>>(), [of], "{whose}");
    }
}

#[test]
fn alerts_go_on_over_two_hops_and_come_back_over_both() {
    let (mut world, first, second) = merged();
    let other = raise(alerts(["c".to_owned()], signal("09:59", None)));
    let third = world.submit(at("10:06"), &monitoring(), None, other).unwrap().ticket;
    world.submit(at("10:07"), &ana(), Some(&second), Command::Merge { into: third.clone() }).unwrap();
    let told = told_for(&first, "d", signal("10:08", None));
    assert_eq!(world.submit(at("10:09"), &monitoring(), Some(&first), told).unwrap().ticket, third);
    world.submit(at("10:10"), &ana(), Some(&second), Command::Unmerge).unwrap();
    let second_now = world.ticket(&second).unwrap();
    assert!(
        second_now.group(&first).known.contains_key(&"d".into()) && second_now.fires_already(&"b".into())
    );
    assert_eq!(world.ticket(&third).unwrap().alerts.len(), 1);
    world.submit(at("10:11"), &ana(), Some(&first), Command::Unmerge).unwrap();
    assert!(world.ticket(&first).unwrap().fires_already(&"d".into()));
    assert_eq!(world.ticket(&second).unwrap().alerts.len(), 1);
}

#[test]
fn programs_and_engineers_tell_of_alerts() {
    let (mut world, key) = world(ReplyMode::Ask);
    let guest = Actor::Person("guest".into());
    let answer = world.submit(at("10:01"), &guest, Some(&key), told("b", signal("10:00", None)));
    assert!(matches!(answer, Err(Rejection::NotAnEngineer { .. })));
    let raise = raise(BTreeMap::new());
    assert!(matches!(world.submit(at("10:01"), &guest, None, raise), Err(Rejection::NotAnEngineer { .. })));
    world.submit(at("10:01"), &ana(), Some(&key), told("b", signal("10:00", None))).unwrap();
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::New);
}

/// Which of six parts of a storm fire, a hundred and twenty alerts each, and whether the sender leaves out what is beyond
/// the first 250.
fn weather() -> impl Strategy<Value = Vec<([bool; 6], bool)>> {
    prop::collection::vec((any::<[bool; 6]>(), prop::bool::weighted(0.2)), 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() })]

    /// A group is told whole each time: what fires, and what is over since the time before.
    #[test]
    fn however_a_storm_goes_it_is_never_over_too_early(weather in weather()) {
        let (mut world, key) = world(ReplyMode::Ask);
        world.submit(at("10:00"), &monitoring(), Some(&key), told("a", signal("09:55", Some("09:56")))).unwrap();
        let told_of = |until: Option<&str>, part: usize, since: &str| {
            storm(&format!("part-{part}"), 120, signal(since, until))
        };
        let calm = [false; 6];
        let mut fires_since: [Option<String>; 6] = Default::default();
        let mut left_out = false;
        let mut before = notices(&world).len();
        for (minute, (fire, truncated)) in (1..).zip(weather.into_iter().chain([(calm, false)])) {
            let clock = format!("10:{minute:02}");
            let mut group = BTreeMap::new();
            for ((part, since), fires) in fires_since.iter_mut().enumerate().zip(fire) {
                let begun = since.clone().unwrap_or_else(|| clock.clone());
                match (&since, fires) {
                    (None, false) => {}
                    (_, true) => group.extend(told_of(None, part, &begun)),
                    (Some(_), false) => group.extend(told_of(Some(&clock), part, &begun)),
                }
                *since = fires.then_some(begun);
            }
            let more = if truncated { group.len().saturating_sub(250) } else { 0 };
            let told: BTreeMap<_, _> = group.into_iter().skip(more).collect();
            left_out |= more > 0;
            let _ = world.submit(at(&clock), &monitoring(), Some(&key), signals(told, u32::try_from(more).unwrap()));
            let ticket = world.ticket(&key).unwrap();
            prop_assert!(ticket.fires() || fire == calm, "at {clock}");
            prop_assert!(ticket.group(&key).known.len() <= Alerts::MOST);
            let all = notices(&world);
            let proposed = all.get(before..).unwrap().contains(&Notice::AlertsOver);
            prop_assert!(!proposed || fire == calm, "at {clock}");
            before = all.len();
        }
        prop_assert!(left_out || !world.ticket(&key).unwrap().fires(), "what was told whole is over in the end");
    }
}
