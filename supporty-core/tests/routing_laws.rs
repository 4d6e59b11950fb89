//! What holds for every ticket that the desk gives to somebody.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use proptest::prelude::*;

use supporty_core::adapter::Row;
use supporty_core::policy::{
    Area, Assignees, Assignment, Person, Policies, Policy, PolicySpec, Roster, Squad,
};
use supporty_core::rota::{Away, Reason, RotaState, Rotas};
use supporty_core::rules::{Load, candidates, queue, retell, route, share_out};
use supporty_core::stream::Cause;
use supporty_core::ticket::{Command, Event, Open, Ticket, evolve};
use supporty_core::time::Unit;
use supporty_core::vocab::{
    Actor, Kind, Period, PersonId, Resolution, SquadId, TextRef, TicketKey, Time, WaitingOn,
};
use supporty_core::world::World;

use common::rota::{at, rota, rotation};

const PEOPLE: [&str; 4] = ["ana", "ben", "cleo", "dee"];
const SQUADS: [&str; 2] = ["web", "ops"];
const LIMIT: u8 = 2;

#[derive(Debug, Clone)]
struct Move {
    after: i64,
    by: &'static str,
    ticket: Option<u64>,
    command: Command,
}

fn start() -> Time {
    at("2026-03-26T07:00:00Z")
}

fn key(number: u64) -> TicketKey {
    TicketKey::new("SUP", number)
}

fn command() -> impl Strategy<Value = Command> {
    let area = || prop::sample::select(&SQUADS[..]);
    let open = |(priority, area, kind): (&str, &str, usize)| {
        Command::Open(Open {
            title: TextRef::new("title"),
            details: None,
            kind: Kind::ALL[kind],
            priority: priority.into(),
            area: Some(area.into()),
            on_behalf: None,
        })
    };
    let priority = prop::sample::select(&["P1", "P2", "P3"][..]);
    let name = || prop::sample::select(&PEOPLE[..]);
    prop_oneof![
        8 => (priority, area(), prop::sample::select(&[0, 0, 0, 1, 2, 3][..])).prop_map(open),
        2 => Just(Command::Claim),
        2 => name().prop_map(|to| Command::Assign { to: to.into() }),
        2 => name().prop_map(|to| Command::HandOff { to: to.into(), note: None }),
        2 => Just(Command::Release),
        2 => Just(Command::TakeOver),
        2 => area().prop_map(|to| Command::Move { to: to.into() }),
        2 => (0usize..4).prop_map(|kind| Command::ChangeKind { to: Kind::ALL[kind] }),
        2 => (0i64..2_000_000).prop_map(|until| Command::Wait {
            on: WaitingOn::ThirdParty,
            until: start() + TimeDelta::seconds(until),
            why: None,
        }),
        2 => Just(Command::Resume),
        5 => Just(Command::Resolve { resolution: Resolution::Explanation, note: None }),
        2 => Just(Command::Reopen { why: None }),
        2 => (1u64..9).prop_map(|into| Command::Merge { into: key(into) }),
        2 => Just(Command::Unmerge),
        2 => Just(Command::Tick),
    ]
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0i64..30_000, prop::sample::select(&PEOPLE[..]), 1u64..9, command());
    let one = one.prop_map(|(after, by, ticket, command)| {
        let ticket = Some(ticket).filter(|_| !matches!(command, Command::Open(_)));
        Move { after, by, ticket, command }
    });
    prop::collection::vec(one, 1..50)
}

/// Two squads with one rota, and somebody away for two days.
fn policy() -> impl Strategy<Value = Policy> {
    let to = || prop::sample::select(&[Assignees::Gardener, Assignees::OnCall, Assignees::Members][..]);
    (to(), to()).prop_map(|(web, ops)| {
        let people = PEOPLE.map(|name| (name.into(), Person { name: name.to_owned(), ..Person::default() }));
        let mut spec = PolicySpec { people: people.into(), ..PolicySpec::default() };
        for (name, to) in [("web", web), ("ops", ops)] {
            let squad = Squad {
                name: name.to_owned(),
                members: vec!["ana".into(), "ben".into(), "cleo".into()],
                gardener_rota: Some("turns".into()),
                on_call_rota: Some("turns".into()),
                assign: Some(Assignment { to, limit: LIMIT }),
                hours: "office".into(),
                ..Squad::default()
            };
            spec.squads.insert(name.into(), squad);
            let area = Area { name: name.to_owned(), squad: name.into(), ..Area::default() };
            spec.areas.insert(name.into(), area);
        }
        let days = rotation(Unit::Day, 1, "2026-03-20T09:00:00", &["ana", "ben", "dee"]);
        spec.rotas.insert("turns".into(), rota("Europe/London", vec![days]));
        Policy::new(spec).unwrap()
    })
}

fn rotas(policy: &Policy) -> Rotas {
    let away = Period::new(start() + TimeDelta::hours(4), start() + TimeDelta::hours(52));
    let away = Away { person: "ben".into(), period: away, reason: Reason::Sick };
    let state = RotaState { away: BTreeMap::from([(1, away)]), ..RotaState::default() };
    let ready = Period::new(start() - TimeDelta::days(30), start() + TimeDelta::days(200));
    Rotas::new(policy, &BTreeMap::from([("turns".into(), state)]), ready)
}

fn staffed(policy: &Policy) -> World {
    let mut world = World::new(policy.clone());
    world.staff(rotas(policy));
    world
}

fn loads(rows: &[Row], people: &BTreeSet<PersonId>) -> BTreeMap<PersonId, Load> {
    let theirs = |person: &PersonId| {
        Load::of(rows.iter().filter(|row| row.owner.as_ref() == Some(person) && row.status.is_open()))
    };
    people.iter().map(|person| (person.clone(), theirs(person))).collect()
}

/// Everything that waits though somebody has room.
fn left_over(
    tickets: &[Ticket],
    policies: &Policies,
    roster: &dyn Roster,
    now: Time,
) -> Vec<(TicketKey, PersonId)> {
    let policy = policies.current();
    let rows: Vec<_> = tickets.iter().map(|ticket| Row::of(ticket, policies)).collect();
    let squads = SQUADS.iter().map(|squad| SquadId::new(*squad));
    let left = squads.flat_map(|squad| {
        let people = candidates(&squad, policy, roster, now);
        let waiting = queue(&rows, &squad, policy);
        let shared = share_out(&waiting, &people, &loads(&rows, &people), LIMIT.into(), now);
        shared.into_iter().map(|(key, to)| (key.clone(), to)).collect::<Vec<_>>()
    });
    left.collect()
}

fn play(policy: &Policy, moves: &[Move], mut look: impl FnMut(&World, Time)) -> World {
    let mut world = staffed(policy);
    let mut now = start();
    for one in moves {
        now += TimeDelta::seconds(one.after);
        world.run_until(now);
        look(&world, now);
        let about = one.ticket.map(key);
        let by = Actor::Person(one.by.into());
        let _ = world.submit(now, &by, about.as_ref(), one.command.clone());
        look(&world, now);
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_waits_while_somebody_has_room_and_looking_again_changes_nothing(
        policy in policy(), moves in moves()
    ) {
        let roster = rotas(&policy);
        play(&policy, &moves, |world, now| {
            let tickets: Vec<_> = world.tickets().cloned().collect();
            assert_eq!(left_over(&tickets, world.policies(), &roster, now), []);
            let mut again = world.clone();
            again.tick(now);
            assert_eq!(again.entries().len(), world.entries().len());
        });
    }

    #[test]
    fn nobody_is_given_more_than_the_limit_or_while_off_or_their_own_or_out_of_turn(
        policy in policy(), moves in moves()
    ) {
        let roster = rotas(&policy);
        let world = play(&policy, &moves, |_, _| {});
        let mut tickets: BTreeMap<TicketKey, Option<Ticket>> = BTreeMap::new();
        for (key, entry) in world.entries() {
            let given = match &entry.event {
                Event::Assigned { to } if entry.by == Actor::Desk => Some(to),
                _ => None,
            };
            if let Some(to) = given {
                prop_assert!(matches!(entry.cause, Cause::Delivery(_)));
                let rows = tickets.values().flatten().map(|ticket| Row::of(ticket, world.policies()));
                let rows: Vec<_> = rows.collect();
                let row = rows.iter().find(|row| row.key == *key).unwrap();
                let squad = row.squad.clone().unwrap();
                let people = candidates(&squad, &policy, &roster, entry.at);
                prop_assert!(people.contains(to), "{} is off at {}", to, entry.at);
                prop_assert!(roster.away(to, entry.at).is_none());
                prop_assert_ne!(row.requester.person(), Some(to));
                prop_assert!(matches!(row.kind, Kind::Request | Kind::Incident));
                let loads = loads(&rows, &people);
                prop_assert!(loads[to].open < LIMIT.into(), "{:?}", loads);
                let room = |row: &Row| {
                    route(people.iter().filter(|one| row.requester.person() != Some(*one)), &loads, LIMIT.into())
                };
                let ahead = queue(&rows, &squad, &policy).into_iter().take_while(|other| other.key != *key).find_map(room);
                prop_assert_eq!(ahead, None, "somebody had room for one that is ahead of {}", key);
            }
            evolve(tickets.entry(key.clone()).or_default(), entry);
        }
    }

    #[test]
    fn retelling_a_log_assigns_the_same_to_the_same(policy in policy(), moves in moves()) {
        let told = play(&policy, &moves, |_, _| {});
        let mut again = staffed(&policy);
        for (key, entry) in told.entries() {
            again.run_until(entry.at - TimeDelta::microseconds(1));
            match retell(entry) {
                Some(command) => {
                    again.submit_caused(entry.at, &entry.by, &entry.cause, Some(key), command).unwrap();
                }
                None if again.log(key).all(|known| known.seq < entry.seq) => again.tick(entry.at),
                None => {}
            }
        }
        for ticket in told.tickets() {
            let (one, other): (Vec<_>, Vec<_>) = (told.log(&ticket.key).collect(), again.log(&ticket.key).collect());
            prop_assert_eq!(one, other);
        }
    }
}
