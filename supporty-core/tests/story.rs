//! The story of one ticket, told through the public API in virtual time.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;

use supporty_core::effect::{Alarm, Intent, Notice};
use supporty_core::policy::Policy;
use supporty_core::rules::Rejection;
use supporty_core::stream::Recorded;
use supporty_core::ticket::{Command, Event, Status, StatusKind, Ticket, Verdict, evolve};
use supporty_core::vocab::{Recipient, Resolution, Stars, Target, TicketKey, Time, WaitingOn};
use supporty_core::world::World;

use common::{person, reply};

const TEAM: &str = r#"
[people.gwen]
name = "Gwen"
[people.lea]
name = "Lea"
[people.oli]
name = "Oli"

[squads.web]
name = "Web"
channel = "squad-web"
members = ["gwen", "lea", "oli"]
lead = "lea"
gardener = "gwen"
on_call = ["oli"]

[squads.shop]
name = "Shop"
members = ["lea"]
on_call = ["lea"]

[areas.checkout]
name = "Checkout"
squad = "web"

[areas.orders]
name = "Orders"
squad = "shop"
"#;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn open(priority: &str) -> Command {
    common::open(priority, Some("checkout"))
}

fn told(world: &World, who: &Recipient) -> Vec<Alarm> {
    let tells = world.effects().iter().filter_map(|effect| match &effect.intent {
        Intent::Tell(tell) if tell.to == *who => Some(&tell.notice),
        _ => None,
    });
    tells
        .filter_map(|notice| match notice {
            Notice::Escalated { why, .. } => Some(why.clone()),
            _ => None,
        })
        .collect()
}

fn kinds_at(world: &World, key: &TicketKey, from: Time) -> Vec<(String, &'static str)> {
    let entries = world.log(key).filter(|entry| entry.at >= from);
    entries.map(|entry| (entry.at.format("%a %H:%M").to_string(), entry.event.kind())).collect()
}

#[test]
fn a_p2_of_friday_evening_is_warned_of_broken_escalated_answered_and_rated() {
    let mut world = World::new(Policy::from_toml(TEAM).unwrap());
    let (rita, oli) = (person("rita"), person("oli"));
    let friday = at("2026-01-09T17:30:00Z");
    let key = world.submit(friday, &rita, None, open("P2")).unwrap().ticket;

    // Three hours of Monday to Friday, 09:00 to 18:00: half an hour on Friday, the rest on Monday.
    world.run_until(at("2026-01-12T11:30:00Z"));
    let told_gwen = told(&world, &Recipient::Person("gwen".into()));
    assert_eq!(told_gwen, [Alarm::Unowned { due: at("2026-01-09T18:00:00Z") }]);
    assert_eq!(
        kinds_at(&world, &key, at("2026-01-12T00:00:00Z")),
        [
            ("Mon 09:30".to_owned(), "breached"), // to respond within an hour
            ("Mon 10:00".to_owned(), "warned"),   // half of three hours
            ("Mon 10:00".to_owned(), "breached"), // to say something every hour and a half
            ("Mon 10:54".to_owned(), "warned"),   // four fifths
            ("Mon 10:54".to_owned(), "escalated"),
        ]
    );
    let lead = Recipient::Person("lea".into());
    let due = at("2026-01-12T11:30:00Z");
    let deadline = Some(due);
    assert_eq!(told(&world, &lead), [Alarm::AtRisk { target: Target::Resolve, deadline }]);

    world.run_until(at("2026-01-12T11:31:00Z"));
    let resolve = Event::Breached { target: Target::Resolve, epoch: 1, due, on_change: false };
    assert!(world.log(&key).any(|entry| entry.event == resolve));
    assert_eq!(told(&world, &lead).last(), Some(&Alarm::Breached { target: Target::Resolve, deadline }));

    world.submit(at("2026-01-12T11:35:00Z"), &oli, Some(&key), Command::Claim).unwrap();
    let said = at("2026-01-12T11:40:00Z");
    world.submit(said, &oli, Some(&key), reply("m1", said)).unwrap();
    let wait = Command::Wait { on: WaitingOn::Requester, until: at("2026-01-14T12:00:00Z"), why: None };
    world.submit(at("2026-01-12T12:00:00Z"), &oli, Some(&key), wait).unwrap();
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::Waiting);

    let answer = at("2026-01-12T14:00:00Z");
    world.submit(answer, &rita, Some(&key), reply("m2", answer)).unwrap();
    assert_eq!(world.ticket(&key).unwrap().status, Status::Active { owner: "oli".into() });
    let resolve = Command::Resolve { resolution: Resolution::CodeChange, note: None };
    world.submit(at("2026-01-12T14:30:00Z"), &oli, Some(&key), resolve).unwrap();

    for (hour, stars) in [(15, 1), (16, 5)] {
        let when = at(&format!("2026-01-12T{hour}:00:00Z"));
        world.submit(when, &rita, Some(&key), Command::Rate { stars: Stars::new(stars).unwrap() }).unwrap();
    }
    world.run_until(at("2026-01-19T14:29:59Z"));
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::Resolved);
    world.run_until(at("2026-01-19T14:30:00Z"));

    let ticket = world.ticket(&key).unwrap();
    assert_eq!(ticket.status.kind(), StatusKind::Closed);
    let rating = ticket.rating.unwrap();
    assert_eq!((rating.first.count(), rating.last.count()), (1, 5));
    assert_eq!(world.next_wake(), None, "nothing is left to look at");
    let verdict =
        |target| ticket.outcomes.iter().rev().find(|outcome| outcome.target == target).unwrap().verdict;
    assert!(matches!(verdict(Target::Acknowledge), Verdict::MetLate { .. }));
    assert!(matches!(verdict(Target::Respond), Verdict::MetLate { at, .. } if at == said));
    assert!(matches!(verdict(Target::Resolve), Verdict::MetLate { .. }));
    assert!(matches!(verdict(Target::NextResponse), Verdict::Met { .. }));

    let mut replayed: Option<Ticket> = None;
    world.log(&key).for_each(|entry| evolve(&mut replayed, entry));
    assert_eq!(replayed.as_ref(), Some(ticket));
}

#[test]
fn a_p1_pages_at_once_who_is_on_and_again_when_nobody_takes_it() {
    let mut world = World::new(Policy::from_toml(TEAM).unwrap());
    let night = at("2026-01-10T02:00:00Z");
    let key = world.submit(night, &person("rita"), None, open("P1")).unwrap().ticket;
    let (oncall, squad) = (Recipient::Person("oli".into()), Recipient::Channel("squad-web".into()));
    assert_eq!(told(&world, &oncall), [Alarm::Unowned { due: night }], "out of hours it is the on-call");
    assert_eq!(told(&world, &squad).len(), 1);

    world.run_until(at("2026-01-10T02:10:00Z"));
    assert_eq!(told(&world, &oncall).len(), 2);
    world.submit(at("2026-01-10T02:11:00Z"), &person("oli"), Some(&key), Command::Acknowledge).unwrap();
    // The acknowledgement lapses after a quarter of an hour without activity, and the ladder begins again.
    world.run_until(at("2026-01-10T02:26:00Z"));
    assert_eq!(told(&world, &oncall).len(), 3);
    let again = world.submit(at("2026-01-10T02:27:00Z"), &person("rita"), Some(&key), Command::Claim);
    assert!(matches!(again, Err(Rejection::NotAnEngineer { .. })));
}

#[test]
fn a_silent_requester_is_nudged_and_then_the_ticket_is_resolved() {
    let mut world = World::new(Policy::default());
    let monday = at("2026-01-12T10:00:00Z");
    let key = world.submit(monday, &person("rita"), None, common::open("P3", None)).unwrap().ticket;
    let wait = Command::Wait { on: WaitingOn::Requester, until: at("2026-01-15T10:00:00Z"), why: None };
    world.submit(monday, &person("oli"), Some(&key), wait).unwrap();
    world.run_until(at("2026-02-01T00:00:00Z"));
    let after: Vec<_> = kinds_at(&world, &key, at("2026-01-13T00:00:00Z"));
    let kinds: Vec<_> = after.iter().map(|(at, kind)| (at.as_str(), *kind)).collect();
    assert!(kinds.contains(&("Wed 10:00", "nudged")), "{kinds:?}");
    assert!(kinds.contains(&("Mon 10:00", "resolved")), "{kinds:?}");
    assert_eq!(world.ticket(&key).unwrap().status.resolution(), Some(Resolution::NoAnswer));
}

#[test]
fn edge_19_after_three_hours_down_every_missed_rung_is_recorded_and_each_person_hears_the_highest_once() {
    let mut world = World::new(Policy::from_toml(TEAM).unwrap());
    let opened = at("2026-01-12T10:00:00Z");
    let key = world.submit(opened, &person("rita"), None, open("P1")).unwrap().ticket;
    let before = world.effects().len();
    world.tick(at("2026-01-12T13:00:00Z"));

    let log: Vec<_> =
        world.log(&key).filter(|entry| entry.at > opened).map(|entry| entry.event.clone()).collect();
    let rungs: Vec<_> = log
        .iter()
        .filter_map(|event| match event {
            Event::Escalated(fired) => Some((fired.rung, fired.due, fired.last_due, fired.count)),
            _ => None,
        })
        .collect();
    let breach = at("2026-01-12T11:00:00Z");
    assert_eq!(
        rungs,
        [
            (1, at("2026-01-12T10:10:00Z"), at("2026-01-12T10:10:00Z"), 1),
            (2, at("2026-01-12T10:30:00Z"), at("2026-01-12T10:30:00Z"), 1),
            // The breach and its repeats are one entry: the first, the last and how many.
            (3, breach, at("2026-01-12T12:30:00Z"), 4),
        ]
    );
    let late = log.iter().filter_map(|event| match event {
        Event::Escalated(fired) => Some((fired.rung, fired.late_by / 60)),
        _ => None,
    });
    assert_eq!(
        late.collect::<Vec<_>>(),
        [(1, 170), (2, 150), (3, 119)],
        "minutes; the breach by a microsecond less"
    );
    assert!(
        log.iter()
            .any(|event| matches!(event, Event::Warned { due, .. } if *due == at("2026-01-12T10:48:00Z")))
    );

    let heard: Vec<_> = world
        .effects()
        .iter()
        .skip(before)
        .filter_map(|effect| match &effect.intent {
            Intent::Tell(tell) => match &tell.notice {
                Notice::Escalated { why, .. } => Some((tell.to.clone(), why.clone())),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let (broken, unowned) = (
        Alarm::Breached { target: Target::Resolve, deadline: Some(breach) },
        Alarm::Unowned { due: at("2026-01-12T10:10:00Z") },
    );
    let squad = Recipient::Channel("squad-web".into());
    let expected = [
        (squad, unowned.clone()),
        (Recipient::Person("gwen".into()), unowned),
        (Recipient::Person("lea".into()), broken.clone()),
        (Recipient::Channel("support".into()), broken),
    ];
    assert_eq!(heard.len(), expected.len(), "{heard:?}");
    assert!(expected.iter().all(|one| heard.contains(one)), "{heard:?}");
    // The rung at 13:00 is due after its instant, and comes a microsecond later.
    assert_eq!(world.next_wake(), Some(at("2026-01-12T13:00:00.000001Z")));
}

#[test]
fn a_ticket_that_nobody_owns_and_that_comes_to_another_squad_is_told_there() {
    let mut world = World::new(Policy::from_toml(TEAM).unwrap());
    let night = at("2026-01-10T02:00:00Z");
    let key = world.submit(night, &person("rita"), None, open("P1")).unwrap().ticket;
    let moved = at("2026-01-10T02:05:00Z");
    world.submit(moved, &person("oli"), Some(&key), Command::Move { to: "orders".into() }).unwrap();
    assert_eq!(told(&world, &Recipient::Person("lea".into())), [Alarm::Unowned { due: moved }]);
    world.run_until(at("2026-01-10T02:15:00Z"));
    assert_eq!(told(&world, &Recipient::Person("lea".into())).len(), 2, "ten minutes after it came");
}
