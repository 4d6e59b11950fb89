//! Edge cases of changes, deployments and the figures of delivery.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use supporty_core::effect::{Intent, Notice};
use supporty_core::insight::{Cause, Delivery, Incident, Sample, delivery};
use supporty_core::policy::Policy;
use supporty_core::rules::Rejection;
use supporty_core::service::{
    self, Command, Contents, Deployment, Merged, Refusal, Service, ServiceEntry, evolve, react,
};
use supporty_core::stream::{Cause as Origin, Entry};
use supporty_core::ticket::{Command as Ask, Open, Progress, StatusKind};
use supporty_core::vocab::{
    Actor, Bond, Change, ChangeId, ChangeState, Kind, Period, Resolution, ServiceId, TextRef, TicketKey,
    Time, WaitingOn,
};
use supporty_core::world::World;

const POLICY: &str = "
[people.oli]
name = \"Oli\"
";

fn start() -> Time {
    "2026-01-05T09:00:00Z".parse().unwrap()
}

fn at(hours: i64) -> Time {
    start() + TimeDelta::hours(hours)
}

fn shop() -> ServiceId {
    "shop".into()
}

fn id(number: u64) -> ChangeId {
    (&*format!("host/1/{number}")).into()
}

fn merged(number: u64, began: i64, merged_at: i64) -> Merged {
    Merged {
        change: id(number),
        label: format!("acme/shop#{number}"),
        commit: format!("c{number}"),
        began: at(began),
        at: at(merged_at),
        fixes: BTreeSet::new(),
        reverts: None,
        as_of: None,
    }
}

fn fixing(number: u64, merged_at: i64, tickets: &[u64]) -> Merged {
    let fixes = tickets.iter().map(|number| TicketKey::new("SUP", *number)).collect();
    Merged { fixes, ..merged(number, 0, merged_at) }
}

fn deployment(name: &str, commit: &str, hours: i64, brought: &[u64]) -> Deployment {
    let commits = brought.iter().map(|number| format!("c{number}")).collect();
    Deployment {
        id: name.into(),
        commit: commit.to_owned(),
        at: at(hours),
        contents: Contents::Commits(commits),
        rollback: false,
        url: None,
    }
}

/// What is told, in that order; what is known already is refused.
fn told(commands: &[Command]) -> Service {
    let mut service = Service::default();
    commands.iter().for_each(|command| drop(tell(&mut service, command)));
    service
}

fn tell(service: &mut Service, command: &Command) -> Result<Vec<(TicketKey, Ask)>, Refusal> {
    let events = service::decide(service, command)?;
    let entries: Vec<ServiceEntry> = (service.seq + 1..)
        .zip(events)
        .map(|(seq, event)| Entry {
            seq,
            at: at(0),
            by: Actor::Bot("ci".into()),
            cause: Origin::Timer,
            event,
        })
        .collect();
    entries.iter().for_each(|entry| evolve(service, entry));
    let sent = react(&shop(), service, &entries).into_iter().filter_map(|effect| match effect.intent {
        Intent::Send { to, command } => Some((to.ticket()?.clone(), command)),
        _ => None,
    });
    Ok(sent.collect())
}

fn incident(number: u64, opened: i64, restored: Option<i64>, causes: &[Cause]) -> Incident {
    Incident {
        key: TicketKey::new("SUP", number),
        part_of: None,
        squad: None,
        opened_at: at(opened),
        restored_at: restored.map(at),
        causes: causes.iter().cloned().collect(),
    }
}

fn caused_by(name: &str) -> Cause {
    Cause::Deployment(shop(), name.into())
}

fn figures(service: Service, incidents: &[Incident]) -> Delivery {
    delivery(&[(shop(), service)].into(), incidents, Period::new(at(0), at(240)), |_| true)
}

#[test]
fn edge_30_one_deployment_with_three_incidents_fails_once() {
    let service = told(&[
        Command::Merge(merged(1, 0, 1)),
        Command::Deploy(deployment("d1", "c1", 2, &[1])),
        Command::Deploy(deployment("d2", "c2", 4, &[])),
    ]);
    let incidents = [
        incident(1, 3, Some(5), &[caused_by("d1")]),
        incident(2, 3, Some(4), &[Cause::Change(id(1))]),
        incident(3, 4, None, &[caused_by("d1"), Cause::Change(id(1))]),
    ];
    let figures = figures(service, &incidents);
    assert_eq!((figures.deployments, figures.failed, figures.failure_rate), (2, 1, Some(0.5)));
    assert_eq!((figures.incidents, figures.incidents_per_deployment), (3, Some(1.5)), "the simple number");
    assert_eq!((figures.restore_time.median(), figures.unrestored), (Some(TimeDelta::minutes(90)), 1));
    let [blamed] = &figures.blamed[..] else { panic!() };
    assert_eq!((blamed.deployment.as_str(), blamed.incidents.len()), ("d1", 3));
}

#[test]
fn edge_30_one_incident_from_two_deployments_fails_both() {
    let service = told(&[
        Command::Deploy(deployment("d1", "c1", 2, &[])),
        Command::Deploy(deployment("d2", "c2", 4, &[])),
        Command::Deploy(deployment("d3", "c3", 6, &[])),
    ]);
    let figures = figures(service, &[incident(1, 5, Some(7), &[caused_by("d1"), caused_by("d2")])]);
    assert_eq!((figures.deployments, figures.failed, figures.incidents), (3, 2, 1));
}

#[test]
fn edge_30_a_rollback_fails_what_it_undoes_and_is_no_deployment() {
    let back = |name: &str, commit: &str, hours: i64, rollback: bool| {
        Command::Deploy(Deployment { rollback, ..deployment(name, commit, hours, &[]) })
    };
    let by_commit = told(&[
        back("d1", "c1", 2, false),
        back("d2", "c2", 4, false),
        back("d3", "c3", 6, false),
        back("d4", "c1", 8, false),
    ]);
    assert_eq!(by_commit.rolled_back(), [&"d2".into(), &"d3".into()].into(), "all that came between");
    let figures_of = figures(by_commit, &[]);
    assert_eq!((figures_of.deployments, figures_of.failed, figures_of.rollbacks), (3, 2, 1));
    assert_eq!(figures_of.failure_rate, Some(2.0 / 3.0), "the rollback does not water the rate down");

    let by_word =
        told(&[back("d1", "c1", 2, false), back("d2", "c2", 4, false), back("d3", "hotfix", 6, true)]);
    assert_eq!(by_word.rolled_back(), [&"d2".into()].into(), "what it brought back was never seen here");

    let again = told(&[back("d1", "c1", 2, false), back("d2", "c1", 4, false)]);
    assert!(again.rolled_back().is_empty(), "to deploy the same again takes nothing back");
    assert_eq!(figures(again, &[]).deployments, 2);
}

#[test]
fn edge_30_none_deployed_means_no_rate() {
    let failed = told(&[Command::FailDeploy(deployment("d1", "c1", 2, &[]))]);
    let figures = figures(failed, &[incident(1, 3, Some(5), &[])]);
    assert_eq!((figures.deployments, figures.failed_attempts, figures.incidents), (0, 1, 1));
    assert_eq!((figures.failure_rate, figures.incidents_per_deployment), (None, None));
    assert_eq!(figures.lead_time.median(), None);
}

#[test]
fn a_deployment_that_failed_may_be_tried_again_under_its_name_but_one_that_was_there_never_failed() {
    let mut service = Service::default();
    let one = deployment("d1", "c1", 2, &[]);
    tell(&mut service, &Command::FailDeploy(one.clone())).unwrap();
    assert_eq!(tell(&mut service, &Command::FailDeploy(one.clone())), Err(Refusal::Known));
    tell(&mut service, &Command::Deploy(one.clone())).unwrap();
    assert_eq!(tell(&mut service, &Command::Deploy(one.clone())), Err(Refusal::Known));
    assert_eq!(tell(&mut service, &Command::FailDeploy(one)), Err(Refusal::WasDeployed("d1".into())));
    let figures = figures(service, &[]);
    assert_eq!((figures.deployments, figures.failed_attempts), (1, 0));
}

#[test]
fn facts_in_any_order_give_the_same_figures() {
    let facts = [
        Command::Merge(fixing(1, 1, &[1])),
        Command::Merge(merged(2, 0, 3)),
        Command::Deploy(deployment("d1", "c1", 2, &[1])),
        Command::FailDeploy(deployment("d2", "c2", 4, &[2])),
        Command::Deploy(deployment("d3", "c2", 5, &[2])),
        Command::Deploy(deployment("d4", "c1", 6, &[])),
    ];
    let incidents = [incident(1, 5, Some(7), &[Cause::Change(id(2))])];
    let expected = figures(told(&facts), &incidents);
    assert_eq!((expected.deployments, expected.rollbacks, expected.failed), (2, 1, 1));
    let mut order: Vec<usize> = (0..facts.len()).collect();
    for _ in 0..720 {
        let shuffled: Vec<_> = order.iter().map(|index| facts[*index].clone()).collect();
        let twice: Vec<_> = shuffled.iter().chain(&shuffled).cloned().collect();
        assert_eq!(figures(told(&twice), &incidents), expected, "{order:?}");
        next(&mut order);
    }
}

/// The next order, by the alphabet.
fn next(order: &mut [usize]) {
    let Some(turn) = order.windows(2).rposition(|pair| pair[0] < pair[1]) else {
        return order.reverse();
    };
    let swap = order.iter().rposition(|other| *other > order[turn]).unwrap();
    order.swap(turn, swap);
    order[turn + 1..].reverse();
}

#[test]
fn what_is_built_at_an_instant_brings_what_was_in_by_then_and_nothing_twice() {
    let built = |name: &str, commit: &str, hours: i64, built: i64| {
        let contents = Contents::BuiltAt(at(built));
        Command::Deploy(Deployment { contents, ..deployment(name, commit, hours, &[]) })
    };
    let service = told(&[
        Command::Merge(merged(1, 0, 1)),
        Command::Merge(merged(2, 1, 3)),
        Command::Merge(merged(3, 2, 5)),
        built("d1", "x1", 4, 2),
        built("d2", "x2", 6, 3),
    ]);
    let first = service.first_with();
    assert_eq!(first[&id(1)].id.as_str(), "d1");
    assert_eq!(first[&id(2)].id.as_str(), "d2");
    assert_eq!(first.get(&id(3)), None, "it is in, and waits for the next");
    let lead_time = figures(service, &[]).lead_time;
    assert_eq!(lead_time, [4, 5].map(TimeDelta::hours).into_iter().collect::<Sample>());
}

#[test]
fn edge_32_medians_of_none_one_and_two() {
    let of = |hours: &[i64]| hours.iter().map(|hours| TimeDelta::hours(*hours)).collect::<Sample>();
    assert_eq!((of(&[]).median(), of(&[]).p90(), of(&[]).mean()), (None, None, None));
    assert_eq!((of(&[3]).median(), of(&[3]).p90()), (Some(TimeDelta::hours(3)), Some(TimeDelta::hours(3))));
    assert_eq!(
        (of(&[5, 2]).median(), of(&[5, 2]).p90()),
        (Some(TimeDelta::minutes(210)), Some(TimeDelta::hours(5)))
    );
    let ten: Vec<_> = (1..=10).collect();
    assert_eq!(of(&ten).p90(), Some(TimeDelta::hours(9)), "the nearest rank");
}

fn ticket(world: &mut World, kind: Kind) -> TicketKey {
    let open = Open { kind, ..Open::new(TextRef::new("f/title"), "P2") };
    world.submit(at(2), &Actor::Person("rita".into()), None, Ask::Open(open)).unwrap().ticket
}

fn change(number: u64, state: ChangeState, as_of: i64) -> Change {
    let (label, url) = (format!("acme/shop#{number}"), format!("https://code.example/{number}"));
    Change { id: id(number), label, url, state, opened_at: at(0), as_of: at(as_of) }
}

fn link(world: &mut World, key: &TicketKey, bond: Bond, change: Change) -> Result<TicketKey, Rejection> {
    let host = Actor::Bot("github".into());
    world.submit(at(3), &host, Some(key), Ask::Link { bond, change }).map(|accepted| accepted.ticket)
}

fn deployed(world: &mut World, key: &TicketKey, name: &str, number: u64) -> Result<TicketKey, Rejection> {
    let (service, changes) = (shop(), [id(number)].into());
    let command = Ask::Deployed { service, deployment: name.into(), changes, at: at(4) };
    world.submit(at(5), &Actor::Desk, Some(key), command).map(|accepted| accepted.ticket)
}

fn progress(world: &World, key: &TicketKey) -> Vec<(Bond, Progress)> {
    world.ticket(key).unwrap().changes().map(|(linked, progress)| (linked.bond, progress)).collect()
}

fn notices(world: &World, key: &TicketKey) -> Vec<Notice> {
    let told = world.effects().iter().filter_map(|effect| match &effect.intent {
        Intent::Tell(tell) if tell.ticket == *key => Some(tell.notice.clone()),
        _ => None,
    });
    told.collect()
}

fn world() -> World {
    World::new(Policy::from_toml(POLICY).unwrap())
}

#[test]
fn edge_31_a_fix_that_was_given_up_solves_nothing_and_holds_up_nothing() {
    let mut world = world();
    let key = ticket(&mut world, Kind::Request);
    link(&mut world, &key, Bond::Fix, change(1, ChangeState::Open, 2)).unwrap();
    link(&mut world, &key, Bond::Fix, change(1, ChangeState::Dropped { at: at(3) }, 3)).unwrap();
    link(&mut world, &key, Bond::Fix, change(2, ChangeState::Merged { at: at(3) }, 3)).unwrap();
    assert_eq!(progress(&world, &key), [(Bond::Fix, Progress::Dropped), (Bond::Fix, Progress::Merged)]);
    deployed(&mut world, &key, "d1", 2).unwrap();
    assert!(world.ticket(&key).unwrap().is_fixed());
    assert!(notices(&world, &key).contains(&Notice::FixDeployed { service: shop(), all: true }));
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::New, "it is proposed, not done");
}

#[test]
fn edge_31_a_fix_that_is_reverted_is_none_any_more_whichever_is_told_first() {
    let mut service = Service::default();
    tell(&mut service, &Command::Merge(fixing(1, 1, &[1]))).unwrap();
    let revert = Merged { reverts: Some(id(1)), ..merged(2, 2, 3) };
    let sent = tell(&mut service, &Command::Merge(revert)).unwrap();
    let reverted = Ask::Revert { change: id(1), at: at(3) };
    assert_eq!(sent, [(TicketKey::new("SUP", 1), reverted.clone())]);

    let mut late = Service::default();
    let first = Merged { reverts: Some(id(1)), ..merged(2, 2, 3) };
    assert_eq!(tell(&mut late, &Command::Merge(first)).unwrap(), []);
    let sent = tell(&mut late, &Command::Merge(fixing(1, 1, &[1]))).unwrap();
    assert_eq!(sent, [(TicketKey::new("SUP", 1), reverted.clone())], "the revert was told of first");

    for revert_first in [false, true] {
        let mut world = world();
        let key = ticket(&mut world, Kind::Request);
        let revert =
            |world: &mut World| world.submit(at(4), &Actor::Desk, Some(&key), reverted.clone()).unwrap();
        if revert_first {
            revert(&mut world);
        }
        link(&mut world, &key, Bond::Fix, change(1, ChangeState::Merged { at: at(1) }, 1)).unwrap();
        deployed(&mut world, &key, "d1", 1).unwrap();
        if !revert_first {
            revert(&mut world);
        }
        let ticket = world.ticket(&key).unwrap();
        assert_eq!(progress(&world, &key), [(Bond::Fix, Progress::Reverted)]);
        assert_eq!((ticket.is_fixed(), ticket.code_changed()), (false, false));
    }
}

#[test]
fn edge_31_a_fix_from_before_the_ticket_counts_once_it_is_deployed() {
    let mut world = world();
    let key = ticket(&mut world, Kind::Request);
    link(&mut world, &key, Bond::Fix, change(1, ChangeState::Merged { at: at(1) }, 1)).unwrap();
    assert!(world.ticket(&key).unwrap().opened_at > at(1));
    deployed(&mut world, &key, "d1", 1).unwrap();
    assert!(world.ticket(&key).unwrap().is_fixed() && world.ticket(&key).unwrap().code_changed());
}

#[test]
fn edge_31_a_change_may_be_linked_to_two_tickets_and_one_may_need_two() {
    let mut service = Service::default();
    tell(&mut service, &Command::Merge(fixing(1, 1, &[1, 2]))).unwrap();
    tell(&mut service, &Command::Merge(fixing(2, 1, &[2]))).unwrap();
    let sent = tell(&mut service, &Command::Deploy(deployment("d1", "c1", 2, &[1]))).unwrap();
    let to: Vec<_> = sent.iter().map(|(ticket, _)| ticket.to_string()).collect();
    assert_eq!(to, ["SUP-1", "SUP-2"]);

    let mut world = world();
    let (one, two) = (ticket(&mut world, Kind::Request), ticket(&mut world, Kind::Request));
    for (key, number) in [(&one, 1), (&two, 1), (&two, 2)] {
        link(&mut world, key, Bond::Fix, change(number, ChangeState::Merged { at: at(1) }, 1)).unwrap();
    }
    for (key, command) in sent {
        world.submit(at(5), &Actor::Desk, Some(&key), command).unwrap();
    }
    assert!(world.ticket(&one).unwrap().is_fixed());
    assert!(!world.ticket(&two).unwrap().is_fixed(), "half of what it needs is not all");
    assert!(notices(&world, &two).contains(&Notice::FixDeployed { service: shop(), all: false }));
}

#[test]
fn edge_31_a_change_that_went_in_before_it_began_took_no_time() {
    let service = told(&[Command::Merge(merged(1, 5, 1)), Command::Deploy(deployment("d1", "c1", 2, &[1]))]);
    assert_eq!(figures(service, &[]).lead_time.median(), Some(TimeDelta::zero()));
}

#[test]
fn a_change_is_told_of_twice_late_and_in_any_order() {
    let facts = [
        (Bond::Mention, change(1, ChangeState::Open, 1)),
        (Bond::Fix, change(1, ChangeState::Open, 2)),
        (Bond::Fix, change(1, ChangeState::Merged { at: at(2) }, 2)),
    ];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut world = world();
        let key = ticket(&mut world, Kind::Request);
        for index in order.into_iter().chain(order) {
            let (bond, change) = facts[index].clone();
            let _ = link(&mut world, &key, bond, change);
        }
        assert_eq!(progress(&world, &key), [(Bond::Fix, Progress::Merged)], "{order:?}");
        assert_eq!(
            notices(&world, &key).iter().filter(|told| matches!(told, Notice::Linked { .. })).count(),
            1,
            "what it is to the ticket is said once"
        );
    }
    let mut world = world();
    let key = ticket(&mut world, Kind::Request);
    link(&mut world, &key, Bond::Fix, change(1, ChangeState::Open, 1)).unwrap();
    link(&mut world, &key, Bond::Nothing, change(1, ChangeState::Open, 2)).unwrap();
    let late = link(&mut world, &key, Bond::Fix, change(1, ChangeState::Open, 1));
    assert_eq!(late, Err(Rejection::Unchanged));
    assert_eq!(progress(&world, &key), []);
}

#[test]
fn whoever_waits_for_a_deployment_waits_until_all_of_it_is_there() {
    let mut world = world();
    let key = ticket(&mut world, Kind::Request);
    let oli = Actor::Person("oli".into());
    for number in [1, 2] {
        link(&mut world, &key, Bond::Fix, change(number, ChangeState::Merged { at: at(3) }, 3)).unwrap();
    }
    let wait = Ask::Wait { on: WaitingOn::Deploy, until: at(100), why: None };
    world.submit(at(3), &oli, Some(&key), wait).unwrap();
    deployed(&mut world, &key, "d1", 1).unwrap();
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::Waiting);
    deployed(&mut world, &key, "d1", 2).unwrap();
    assert_eq!(world.ticket(&key).unwrap().status.kind(), StatusKind::New);
    assert_eq!(
        deployed(&mut world, &key, "d2", 2),
        Err(Rejection::Unchanged),
        "the first that brought it counts"
    );
}

#[test]
fn only_the_desk_says_what_is_deployed_and_requesters_link_nothing() {
    let mut world = world();
    let key = ticket(&mut world, Kind::Incident);
    let rita = Actor::Person("rita".into());
    let bot = Actor::Bot("github".into());
    let command =
        Ask::Deployed { service: shop(), deployment: "d1".into(), changes: [id(1)].into(), at: at(4) };
    assert!(matches!(world.submit(at(5), &bot, Some(&key), command), Err(Rejection::ForTheDesk { .. })));
    let linked = Ask::Link { bond: Bond::Fix, change: change(1, ChangeState::Open, 1) };
    assert!(matches!(world.submit(at(5), &rita, Some(&key), linked), Err(Rejection::NotAnEngineer { .. })));
    let blame = Ask::Blame { service: shop(), deployment: "d1".into() };
    assert!(matches!(
        world.submit(at(5), &rita, Some(&key), blame.clone()),
        Err(Rejection::NotAnEngineer { .. })
    ));
    world.submit(at(5), &Actor::Person("oli".into()), Some(&key), blame).unwrap();
    assert_eq!(Incident::of(world.ticket(&key).unwrap()).unwrap().causes, [caused_by("d1")].into());
}

#[test]
fn drills_and_what_was_no_ticket_are_no_incidents_and_a_merged_one_blames_for_its_survivor() {
    let mut world = world();
    let oli = Actor::Person("oli".into());
    let (one, two) = (ticket(&mut world, Kind::Incident), ticket(&mut world, Kind::Incident));
    let request = ticket(&mut world, Kind::Request);
    assert_eq!(Incident::of(world.ticket(&request).unwrap()), None);
    let blame = Ask::Blame { service: shop(), deployment: "d1".into() };
    world.submit(at(3), &oli, Some(&two), blame).unwrap();
    world.submit(at(3), &oli, Some(&two), Ask::Merge { into: one.clone() }).unwrap();
    let incidents: Vec<_> =
        [&one, &two].into_iter().filter_map(|key| Incident::of(world.ticket(key).unwrap())).collect();
    let service = told(&[Command::Deploy(deployment("d1", "c1", 1, &[]))]);
    let counted = figures(service, &incidents);
    assert_eq!((counted.incidents, counted.failed), (1, 1));
    assert_eq!(&counted.blamed[0].incidents, &BTreeSet::from([one.clone()]));

    let no_ticket = Ask::Resolve { resolution: Resolution::NotATicket, note: None };
    world.submit(at(4), &oli, Some(&one), no_ticket).unwrap();
    assert_eq!(Incident::of(world.ticket(&one).unwrap()), None);
}

/// Every weekday at noon a change is deployed that was begun two days before; every tenth is rolled back an hour later,
/// every fourteenth causes an incident that takes two hours, every seventieth both.
#[test]
fn a_year_with_a_known_truth_has_exact_figures() {
    let mut commands = Vec::new();
    let mut incidents = Vec::new();
    let (mut truth, mut failed, mut undone, mut hurt) = (0u32, 0u32, 0u32, 0u32);
    let mut last = "c0".to_owned();
    for day in (0..364).filter(|day| day % 7 < 5) {
        let number = u64::try_from(day).unwrap() + 1;
        let noon = day * 24 + 3;
        commands.push(Command::Merge(merged(number, noon - 48, noon - 1)));
        let name = format!("d{number}");
        commands.push(Command::Deploy(deployment(&name, &format!("c{number}"), noon, &[number])));
        truth += 1;
        let (back, hurts) = (truth.is_multiple_of(10), truth.is_multiple_of(14));
        if back {
            let again = deployment(&format!("r{number}"), &last, noon + 1, &[]);
            commands.push(Command::Deploy(Deployment { rollback: true, ..again }));
            undone += 1;
        } else {
            last = format!("c{number}");
        }
        if hurts {
            let causes = [Cause::Change(id(number))];
            incidents.push(incident(number, noon + 1, Some(noon + 3), &causes));
            hurt += 1;
        }
        failed += u32::from(back || hurts);
    }
    let year = Period::new(at(-24), at(364 * 24));
    let services: BTreeMap<_, _> = [(shop(), told(&commands))].into();
    let figures = delivery(&services, &incidents, year, |_| true);
    assert_eq!((truth, undone, hurt, failed), (260, 26, 18, 41), "26 + 18, three of which are both");
    assert_eq!((figures.deployments, figures.rollbacks, figures.failed), (truth, undone, failed));
    assert_eq!(figures.failure_rate, Some(41.0 / 260.0));
    assert_eq!(figures.incidents_per_deployment, Some(18.0 / 260.0));
    assert_eq!((figures.lead_time.count(), figures.lead_time.median()), (260, Some(TimeDelta::hours(48))));
    assert_eq!(figures.restore_time.p90(), Some(TimeDelta::hours(2)));
    assert_eq!(figures.per_day, 260.0 / 365.0);

    let halves = [Period::new(year.from, at(182 * 24)), Period::new(at(182 * 24), year.until)];
    let halves = halves.map(|half| delivery(&services, &incidents, half, |_| true));
    assert_eq!(halves[0].deployments + halves[1].deployments, truth, "no deployment is in two periods");
    assert_eq!(halves[0].failed + halves[1].failed, failed);
}
