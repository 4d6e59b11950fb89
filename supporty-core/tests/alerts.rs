//! What alerts do to a ticket, whoever tells of them.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

use std::collections::BTreeMap;

use supporty_core::effect::{Intent, Notice};
use supporty_core::policy::{Person, Policy, PolicySpec, ReplyMode};
use supporty_core::rules::Rejection;
use supporty_core::ticket::{Command, Open, Raised, Signal, StatusKind, Ticket};
use supporty_core::vocab::{Actor, AlertId, Place, Resolution, TextRef, TicketKey, Time};
use supporty_core::world::World;

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
    Command::Signal { alerts: alerts([name.to_owned()], signal), names: None }
}

fn raise(alerts: BTreeMap<AlertId, Signal>) -> Command {
    let place =
        Place { adapter: "alerts".into(), channel: "alertmanager".to_owned(), message: "shop".into() };
    Command::Raise { open: Open::new(TextRef::new("title"), "P2"), by: Raised { place, alerts } }
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
        assert_eq!(ticket.alerts.get(&"b".into()), Some(&signal("10:05", Some("10:06"))));
    }
}

#[test]
fn no_alert_fires_from_the_future() {
    let (mut world, key) = world(ReplyMode::Ask);
    world.submit(at("10:01"), &monitoring(), Some(&key), told("b", signal("23:00", None))).unwrap();
    world.submit(at("10:09"), &monitoring(), Some(&key), told("b", signal("10:00", Some("10:08")))).unwrap();
    assert!(!world.ticket(&key).unwrap().alerts.get(&"b".into()).unwrap().fires());
}

#[test]
fn a_ticket_keeps_a_bounded_number_of_alerts_and_forgets_what_was_over_first() {
    let (mut world, key) = world(ReplyMode::Ask);
    let over = alerts((0..400).map(|n| format!("over-{n:03}")), signal("09:00", Some("09:30")));
    world
        .submit(at("10:01"), &monitoring(), Some(&key), Command::Signal { alerts: over, names: None })
        .unwrap();
    let storm = alerts((0..900).map(|n| format!("storm-{n:03}")), signal("10:01", None));
    world
        .submit(at("10:02"), &monitoring(), Some(&key), Command::Signal { alerts: storm, names: None })
        .unwrap();
    let ticket = world.ticket(&key).unwrap();
    assert_eq!(ticket.alerts.len(), Ticket::MOST_ALERTS);
    assert!(ticket.alerts.values().all(Signal::fires));
    assert_eq!(notices(&world), [Notice::AlertsFire { count: 499, names: None }]);
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
