//! Waking people: one way after the other, then whoever comes next on the ladder.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use chrono::TimeDelta;

use supporty_core::effect::{Alarm, Effect, Intent, Notice};
use supporty_core::explain::{Happens, explain};
use supporty_core::policy::Policy;
use supporty_core::rules::{Rejection, still_wanted};
use supporty_core::stream::Cause;
use supporty_core::ticket::{Command, Event};
use supporty_core::vocab::{Actor, Recipient, TicketKey, Time};
use supporty_core::world::World;

use common::{open, person};

const POLICY: &str = r#"
[people.oli]
name = "Oli"
identities = [{ adapter = "slack", user = "U1" }, { adapter = "pager", user = "oli" }, { adapter = "email", user = "oli@example.org" }]
contacts = ["slack for 3m", "pager for 5m", "email for 10m"]
[people.gwen]
identities = [{ adapter = "slack", user = "U2" }]
contacts = ["slack for 5m"]
[people.lea]
identities = [{ adapter = "pager", user = "lea" }]
contacts = ["pager for 5m"]
[people.max]

[squads.web]
channel = "squad-web"
lead = "lea"
gardener = "gwen"
on_call = ["oli"]
[areas.shop]
squad = "web"
"#;

/// Saturday at three in the morning, and so many minutes and seconds.
fn at(minute: i64, second: i64) -> Time {
    let night: Time = "2026-01-10T03:00:00Z".parse().unwrap();
    night + TimeDelta::minutes(minute) + TimeDelta::seconds(second)
}

fn opened(priority: &str) -> (World, TicketKey) {
    let mut world = World::new(Policy::from_toml(POLICY).unwrap());
    let key = world.submit(at(0, 0), &person("rita"), None, open(priority, Some("shop"))).unwrap().ticket;
    (world, key)
}

/// Who was woken when, and by what.
fn woken(world: &World, key: &TicketKey) -> Vec<(Time, String, String)> {
    let pages = world.log(key).filter_map(|entry| match &entry.event {
        Event::Paged(page) => Some((entry.at, page.person.to_string(), page.adapter.to_string())),
        _ => None,
    });
    pages.collect()
}

fn calls<'a>(world: &'a World, name: &'a str) -> impl Iterator<Item = (&'a Effect, Option<String>)> {
    world.effects().iter().filter_map(move |effect| match &effect.intent {
        Intent::Tell(tell) if tell.to == Recipient::Person(name.into()) => {
            Some((effect, tell.via.as_ref().map(ToString::to_string)))
        }
        _ => None,
    })
}

#[test]
fn a_page_that_is_not_acknowledged_in_time_takes_the_next_way_and_then_the_next_rung() {
    let (mut world, key) = opened("P1");
    world.run_until(at(9, 0));
    let ways = |name: &str, way: &str, minute| (at(minute, 0), name.to_owned(), way.to_owned());
    assert_eq!(
        woken(&world, &key),
        [ways("oli", "slack", 0), ways("oli", "pager", 3), ways("oli", "email", 8)],
        "one way after the other, each with its time"
    );
    // The rung at ten minutes names oli again, and begins anew with the first of his ways.
    world.run_until(at(10, 0));
    assert_eq!(woken(&world, &key).last(), Some(&ways("oli", "slack", 10)));
    world.run_until(at(27, 59));
    assert_eq!(woken(&world, &key).last(), Some(&ways("oli", "email", 18)));
    world.run_until(at(28, 0));
    let unreached = world.log(&key).find_map(|entry| match &entry.event {
        Event::Unreached { person, rung, told } => Some((entry.at, person.clone(), *rung, told.clone())),
        _ => None,
    });
    let (when, who, rung, told) = unreached.unwrap();
    assert_eq!(
        (when, who.as_str(), rung),
        (at(28, 0), "oli", Some(2)),
        "the lead is the next who is somebody else"
    );
    assert_eq!(told[0].to, Recipient::Person("lea".into()));
    assert_eq!(woken(&world, &key).last(), Some(&ways("lea", "pager", 28)), "and is woken in turn");
}

#[test]
fn each_way_is_told_once_through_its_own_adapter() {
    let (mut world, _) = opened("P1");
    world.run_until(at(9, 0));
    let ways: Vec<_> = calls(&world, "oli").map(|(_, via)| via.unwrap()).collect();
    assert_eq!(ways, ["slack", "pager", "email"]);
    let lanes: Vec<_> = calls(&world, "oli").map(|(effect, _)| effect.intent.lane()).collect();
    assert_eq!(
        lanes,
        ["page/slack/oli", "page/pager/oli", "page/email/oli"],
        "a stuck way holds up no other"
    );
}

#[test]
fn whoever_acknowledges_claims_or_does_anything_is_left_in_peace() {
    for command in [Command::Acknowledge, Command::Claim, Command::Identify] {
        let (mut world, key) = opened("P1");
        world.submit(at(1, 0), &person("oli"), Some(&key), command).unwrap();
        world.run_until(at(9, 0));
        assert_eq!(woken(&world, &key).len(), 1);
        let (first, _) = calls(&world, "oli").next().unwrap();
        assert!(!still_wanted(&first.intent, world.ticket(&key).unwrap()), "what is still queued is dropped");
    }
}

#[test]
fn an_acknowledgement_by_another_who_was_told_ends_all_pages() {
    let (mut world, key) = opened("P1");
    world.submit(at(1, 0), &person("gwen"), Some(&key), Command::Acknowledge).unwrap();
    assert!(world.ticket(&key).unwrap().pages.is_empty());
}

#[test]
fn a_page_that_is_not_delivered_takes_the_next_way_at_once_and_only_the_one_being_tried_does() {
    let (mut world, key) = opened("P1");
    let undelivered = |adapter: &str| Command::Undelivered { person: "oli".into(), adapter: adapter.into() };
    let cause = Cause::Delivery(Box::new("entry/ticket/SUP-1/1.0".parse().unwrap()));
    let stale = world.submit_caused(at(0, 5), &Actor::Desk, &cause, Some(&key), undelivered("email"));
    assert_eq!(stale, Err(Rejection::Unchanged));
    let by_hand = world.submit(at(0, 5), &person("max"), Some(&key), undelivered("slack"));
    assert!(matches!(by_hand, Err(Rejection::ForTheDesk { .. })), "{by_hand:?}");
    for (second, adapter) in [(10, "slack"), (20, "pager")] {
        world.submit_caused(at(0, second), &Actor::Desk, &cause, Some(&key), undelivered(adapter)).unwrap();
    }
    let ways: Vec<_> = woken(&world, &key).into_iter().map(|(at, _, way)| (at, way)).collect();
    let expected = [(0, "slack"), (10, "pager"), (20, "email")].map(|(s, way)| (at(0, s), way.to_owned()));
    assert_eq!(ways, expected);
    world.submit_caused(at(0, 30), &Actor::Desk, &cause, Some(&key), undelivered("email")).unwrap();
    assert_eq!(woken(&world, &key).last().unwrap().1, "lea");
}

#[test]
fn when_nobody_can_be_reached_the_desks_channel_hears_who_could_not_be() {
    let (mut world, key) = opened("P1");
    world.run_until(at(40, 0));
    let last = world.effects().iter().rev().find_map(|effect| match &effect.intent {
        Intent::Tell(tell) => match &tell.notice {
            Notice::Escalated { why: Alarm::Unreached { person }, .. } => {
                Some((tell.to.clone(), person.clone()))
            }
            _ => None,
        },
        _ => None,
    });
    assert_eq!(last, Some((Recipient::Channel("support".into()), "lea".into())));
    assert!(world.ticket(&key).unwrap().unreached.contains(&"lea".into()));
}

#[test]
fn looked_at_late_everybody_is_woken_once_by_the_first_way_for_the_highest_rung() {
    let mut world = World::new(Policy::from_toml(POLICY).unwrap());
    let key = world.submit(at(0, 0), &person("rita"), None, open("P1", Some("shop"))).unwrap().ticket;
    world.tick(at(35, 0));
    let late: Vec<_> = woken(&world, &key).into_iter().filter(|(when, ..)| *when == at(35, 0)).collect();
    let who: Vec<_> = late.iter().map(|(_, who, way)| format!("{who} by {way}")).collect();
    assert_eq!(who, ["oli by pager", "lea by pager"], "his first way had its time; hers begins");
    let told = calls(&world, "lea").count();
    assert_eq!(told, 1);
}

#[test]
fn of_lower_priorities_only_whoever_is_on_call_is_woken() {
    let mut spec = Policy::from_toml(POLICY).unwrap().spec().clone();
    let rungs = spec.priorities[0].ladder.clone();
    spec.priorities[1].ladder = rungs.into_iter().filter(|rung| rung.hours.is_none()).collect();
    spec.priorities[1].clock = "always".into();
    let mut world = World::new(Policy::new(spec).unwrap());
    let key = world.submit(at(0, 0), &person("rita"), None, open("P2", Some("shop"))).unwrap().ticket;
    world.run_until(at(60 * 24 * 3, 0));
    assert!(woken(&world, &key).iter().all(|(_, who, _)| who == "oli"), "{:?}", woken(&world, &key));
    assert!(calls(&world, "lea").any(|(_, via)| via.is_none()), "the lead is told on the chat");
}

#[test]
fn the_owner_and_whoever_looks_are_told_and_not_woken() {
    let (mut world, key) = opened("P1");
    world.submit(at(1, 0), &person("lea"), Some(&key), Command::Claim).unwrap();
    world.run_until(at(31, 0));
    assert!(woken(&world, &key).iter().all(|(_, who, _)| who != "lea"));
    assert!(calls(&world, "lea").count() >= 1, "half of the time is used: she is told");
}

#[test]
fn somebody_who_is_paged_while_they_look_can_say_so_again() {
    let (mut world, key) = opened("P1");
    world.submit(at(1, 0), &person("oli"), Some(&key), Command::Acknowledge).unwrap();
    let again = world.submit(at(2, 0), &person("oli"), Some(&key), Command::Acknowledge);
    assert_eq!(again, Err(Rejection::Unchanged));
    // Half an hour on, the lead is woken.
    world.run_until(at(30, 0));
    assert!(world.ticket(&key).unwrap().pages.contains_key(&"lea".into()));
    world.submit(at(31, 0), &person("lea"), Some(&key), Command::Acknowledge).unwrap();
    assert!(world.ticket(&key).unwrap().pages.is_empty());
}

#[test]
fn an_explanation_says_by_which_ways_people_would_be_woken() {
    let (world, key) = opened("P1");
    let log: Vec<_> = world.log(&key).cloned().collect();
    let explained = explain(&log, world.policies(), at(0, 0), TimeDelta::minutes(9)).unwrap();
    let ways = explained.future.iter().filter_map(|step| match &step.what {
        Happens::Woken { by, way } => Some((step.at, by.to_string(), *way, step.hears[0].name.clone())),
        _ => None,
    });
    let ways = ways.collect::<Vec<_>>();
    assert_eq!(
        ways,
        [(at(3, 0), "pager".into(), 2, "Oli".into()), (at(8, 0), "email".into(), 3, "Oli".into())]
    );
}

#[test]
fn a_page_ends_when_the_ticket_waits_becomes_less_urgent_or_comes_to_another_squad() {
    let until = at(600, 0);
    for command in [
        Command::Wait { on: supporty_core::vocab::WaitingOn::ThirdParty, until, why: None },
        Command::Reprioritise { to: "P3".into(), why: None },
        Command::Move { to: "servers".into() },
    ] {
        let policy = format!("{POLICY}\n[squads.ops]\n[areas.servers]\nsquad = \"ops\"\n");
        let mut world = World::new(Policy::from_toml(&policy).unwrap());
        let key = world.submit(at(0, 0), &person("rita"), None, open("P1", Some("shop"))).unwrap().ticket;
        world.submit(at(1, 0), &person("rita"), Some(&key), command.clone()).unwrap();
        world.run_until(at(9, 0));
        assert_eq!(woken(&world, &key).len(), 1, "{command:?}");
    }
}

#[test]
fn a_ticket_that_becomes_critical_wakes_by_the_ladder_that_it_has_now() {
    let (mut world, key) = opened("P3");
    world.run_until(at(5, 0));
    assert!(woken(&world, &key).is_empty());
    world
        .submit(at(5, 0), &person("rita"), Some(&key), Command::Reprioritise { to: "P1".into(), why: None })
        .unwrap();
    let ways: Vec<_> =
        woken(&world, &key).into_iter().map(|(when, who, by)| (when, format!("{who} by {by}"))).collect();
    assert_eq!(ways, [(at(5, 0), "oli by slack".to_owned())]);
}

/// The calls by some way that would still be delivered.
fn wanted(world: &World, key: &TicketKey, name: &str) -> usize {
    let ticket = world.ticket(key).unwrap();
    let wanted =
        |(effect, via): &(&Effect, Option<String>)| via.is_some() && still_wanted(&effect.intent, ticket);
    calls(world, name).filter(wanted).count()
}

#[test]
fn whoever_the_desk_gives_a_ticket_to_is_woken_all_the_same() {
    let policy = POLICY.replace("on_call = [\"oli\"]", "on_call = [\"oli\"]\nassign = { to = \"on-call\" }");
    let mut world = World::new(Policy::from_toml(&policy).unwrap());
    let key = world.submit(at(0, 0), &person("rita"), None, open("P1", Some("shop"))).unwrap().ticket;
    assert_eq!(world.ticket(&key).unwrap().owner(), Some(&"oli".into()), "the desk gave it to him");
    assert_eq!(wanted(&world, &key, "oli"), 1, "and wakes him all the same");
    world.run_until(at(9, 0));
    assert_eq!(woken(&world, &key).len(), 3, "by one way after the other while he does not answer");
    world.run_until(at(18, 0));
    assert_eq!(woken(&world, &key).last().unwrap().1, "lea", "and then the lead");
}

#[test]
fn whoever_is_woken_and_is_given_the_ticket_has_not_answered_by_that() {
    let (mut world, key) = opened("P1");
    world.submit(at(1, 0), &person("gwen"), Some(&key), Command::Assign { to: "oli".into() }).unwrap();
    world.run_until(at(4, 0));
    assert_eq!(woken(&world, &key).len(), 2, "he does not answer");
    world.submit(at(5, 0), &person("gwen"), Some(&key), Command::Assign { to: "max".into() }).unwrap();
    world.run_until(at(9, 0));
    assert_eq!(woken(&world, &key).len(), 2, "it is for somebody else now");
}

#[test]
fn an_owner_who_has_done_nothing_since_they_were_given_it_is_woken() {
    let (mut world, key) = opened("P1");
    world.submit(at(1, 0), &person("gwen"), Some(&key), Command::Assign { to: "lea".into() }).unwrap();
    world.run_until(at(30, 0));
    assert_eq!(woken(&world, &key).last().unwrap(), &(at(30, 0), "lea".into(), "pager".into()));
}

#[test]
fn whoever_is_woken_is_woken_on_when_the_owner_gives_up() {
    let (mut world, key) = opened("P1");
    world.submit(at(1, 0), &person("gwen"), Some(&key), Command::Claim).unwrap();
    world.run_until(at(30, 0));
    assert!(world.ticket(&key).unwrap().pages.contains_key(&"lea".into()));
    world.submit(at(31, 0), &person("gwen"), Some(&key), Command::Release).unwrap();
    assert_eq!(wanted(&world, &key, "lea"), 1);
}

#[test]
fn what_is_a_game_day_by_now_wakes_nobody_who_takes_no_part() {
    let (mut world, key) = opened("P1");
    let drill = Command::ChangeKind { to: supporty_core::vocab::Kind::Drill };
    world.submit(at(1, 0), &person("max"), Some(&key), drill).unwrap();
    world.run_until(at(28, 0));
    assert_eq!(woken(&world, &key).len(), 1);
}

#[test]
fn a_call_that_is_late_wakes_nobody_beside_the_newer_one() {
    let policy = POLICY.replace("\"slack for 3m\", \"pager for 5m\", \"email for 10m\"", "\"pager for 5m\"");
    let mut world = World::new(Policy::from_toml(&policy).unwrap());
    let key = world.submit(at(0, 0), &person("rita"), None, open("P1", Some("shop"))).unwrap().ticket;
    world.run_until(at(11, 0));
    assert_eq!(woken(&world, &key).iter().filter(|(_, who, _)| who == "oli").count(), 2);
    assert_eq!(wanted(&world, &key, "oli"), 1);
}
