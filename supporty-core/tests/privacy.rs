//! Who may do and read what: permissions, restricted tickets, and what the form must answer.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeSet;

use supporty_core::adapter::{FieldInput, Form, Inbound, Row};
use supporty_core::effect::{Intent, Notice, Surface};
use supporty_core::policy::{Grant, Policy};
use supporty_core::rules::{Accepted, Rejection, allowed, may_read};
use supporty_core::ticket::{Command, CommandKind, Open};
use supporty_core::vocab::{
    Actor, FieldValue, Identity, Permission, PersonId, Place, Resolution, TextRef, TicketKey, Time,
};
use supporty_core::world::World;

use common::{open, person, reply};

const POLICY: &str = r#"
private_channel = "private"
[permissions]
reprioritise = ["lead", "role incident-manager"]
resolve = ["owner", "lead"]
drill = "person max"
see-pay = "lead"
[[fields]]
id = "orders"
label = "Which orders?"
when = { area = "shop", priority = "P3" }
required = true
[[fields]]
id = "personal-data"
label = "Is personal data affected?"
options = ["no", "yes"]
restricts = "yes"

[people.oli]
[people.gwen]
[people.lea]
[people.max]
roles = ["incident-manager"]
[people.boss]
[squads.web]
lead = "lea"
members = ["gwen", "oli"]
gardener = "gwen"
[squads.ops]
lead = "boss"
[areas.shop]
squad = "web"
[areas.accounts]
squad = "web"
restricted = true
"#;

fn now() -> Time {
    "2026-01-12T10:00:00Z".parse().unwrap()
}

fn world() -> World {
    World::new(Policy::from_toml(POLICY).unwrap())
}

fn ask(world: &mut World, by: &str, key: &TicketKey, command: Command) -> Result<Accepted, Rejection> {
    world.submit(now(), &person(by), Some(key), command)
}

fn opened(world: &mut World, priority: &str, area: &str) -> TicketKey {
    world.submit(now(), &person("rita"), None, open(priority, Some(area))).unwrap().ticket
}

fn readers(names: &[&str]) -> BTreeSet<PersonId> {
    names.iter().map(|name| (*name).into()).collect()
}

#[test]
fn what_the_policy_leaves_to_some_is_refused_to_others_with_whom_to_ask() {
    let mut world = world();
    let key = opened(&mut world, "P2", "shop");
    let raise = || Command::Reprioritise { to: "P1".into(), why: None };
    let refused = ask(&mut world, "oli", &key, raise()).unwrap_err();
    assert_eq!(refused.to_string(), "reprioritise is for lead, role incident-manager: ask one of them");
    assert!(ask(&mut world, "boss", &key, raise()).is_err(), "the lead of another squad");
    ask(&mut world, "lea", &key, raise()).unwrap();
    ask(&mut world, "max", &key, Command::Reprioritise { to: "P2".into(), why: None }).unwrap();

    let done = || Command::Resolve { resolution: Resolution::CodeChange, note: None };
    assert!(matches!(ask(&mut world, "oli", &key, done()), Err(Rejection::NotPermitted { .. })));
    ask(&mut world, "oli", &key, Command::Claim).unwrap();
    ask(&mut world, "oli", &key, done()).unwrap();
}

#[test]
fn what_the_policy_does_not_name_is_open() {
    let mut world = World::new(Policy::default());
    let key = world.submit(now(), &person("rita"), None, open("P2", None)).unwrap().ticket;
    ask(&mut world, "anybody", &key, Command::Reprioritise { to: "P1".into(), why: None }).unwrap();
}

#[test]
fn time_resolves_what_people_may_not() {
    let mut world = world();
    let key = opened(&mut world, "P2", "shop");
    let until = now() + chrono::TimeDelta::days(3);
    let wait = Command::Wait { on: supporty_core::vocab::WaitingOn::Requester, until, why: None };
    ask(&mut world, "oli", &key, wait).unwrap();
    world.run_until(now() + chrono::TimeDelta::days(13));
    assert_eq!(world.ticket(&key).unwrap().status.resolution(), Some(Resolution::NoAnswer));
}

#[test]
fn buttons_are_drawn_for_those_who_may_press_them() {
    let mut world = world();
    let key = opened(&mut world, "P2", "shop");
    let (ticket, policy) = (world.ticket(&key).unwrap(), world.policies().current());
    let may = |name: &str, kind| allowed(ticket, policy, &person(name)).contains(&kind);
    assert!(!may("oli", CommandKind::Reprioritise) && may("lea", CommandKind::Reprioritise));
    assert!(!may("oli", CommandKind::Resolve) && may("oli", CommandKind::Claim));
    assert!(may("oli", CommandKind::Restrict) && may("rita", CommandKind::Restrict));
    assert!(!may("oli", CommandKind::Unrestrict));
}

#[test]
fn pay_is_seen_by_oneself_and_by_whom_the_policy_names() {
    let policy = Policy::from_toml(POLICY).unwrap();
    let sees = |who: &str, of: &str| policy.may_see_pay(&person(who), &of.into(), now());
    assert!(sees("oli", "oli") && sees("lea", "oli") && sees("lea", "gwen"));
    assert!(!sees("boss", "oli") && !sees("gwen", "oli") && !sees("max", "oli"));
    let open = Policy::from_toml("[people.oli]\n[people.max]").unwrap();
    assert!(open.may_see_pay(&person("max"), &"oli".into(), now()), "it is open unless it is said");
    let closes = |who: &str| policy.may(Permission::CloseMonth, &person(who), Default::default(), now());
    assert!(closes("lea") && closes("boss") && !closes("oli"));
}

#[test]
fn a_restricted_ticket_is_for_whoever_has_a_part_in_it_and_its_named_readers() {
    let mut world = world();
    let key = opened(&mut world, "P2", "shop");
    ask(&mut world, "gwen", &key, Command::Claim).unwrap();
    ask(&mut world, "rita", &key, Command::Restrict { readers: readers(&["max"]) }).unwrap();
    let may = |world: &World, name: &str| {
        may_read(world.ticket(&key).unwrap(), world.policies().current(), &person(name), now())
    };
    let able = |world: &World| ["rita", "gwen", "max", "oli", "lea"].map(|name| may(world, name));
    assert_eq!(able(&world), [true, true, true, false, false]);
    assert_eq!(ask(&mut world, "oli", &key, Command::Acknowledge), Err(Rejection::NotAReader));
    assert_eq!(ask(&mut world, "oli", &key, reply("m", now())), Err(Rejection::NotAReader));
    assert!(allowed(world.ticket(&key).unwrap(), world.policies().current(), &person("oli")).is_empty());
    // Whoever is given it is a reader from then on.
    ask(&mut world, "gwen", &key, Command::HandOff { to: "oli".into(), note: None }).unwrap();
    assert_eq!(able(&world), [true, false, true, true, false]);
    ask(&mut world, "oli", &key, Command::Unrestrict).unwrap();
    assert_eq!(able(&world), [true; 5]);
}

#[test]
fn whom_the_ladder_tells_is_a_reader() {
    let mut world = world();
    let key = opened(&mut world, "P2", "accounts");
    assert!(!world.ticket(&key).unwrap().readers().contains(&"gwen".into()));
    world.run_until(now() + chrono::TimeDelta::minutes(31));
    assert!(
        world.ticket(&key).unwrap().readers().contains(&"gwen".into()),
        "nobody has owned it for half an hour"
    );
}

#[test]
fn a_permission_lets_others_read_what_is_restricted() {
    let mut spec = Policy::from_toml(POLICY).unwrap().spec().clone();
    spec.permissions.insert(Permission::ReadRestricted, [Grant::Lead].into());
    let mut world = World::new(Policy::new(spec).unwrap());
    let key = opened(&mut world, "P3", "accounts");
    let may =
        |name: &str| may_read(world.ticket(&key).unwrap(), world.policies().current(), &person(name), now());
    assert!(may("lea") && !may("boss") && !may("gwen"));
}

#[test]
fn an_area_an_answer_or_the_form_restricts() {
    let mut world = world();
    let restricted = |world: &World, key: &TicketKey| world.ticket(key).unwrap().restricted.is_some();
    let by_area = opened(&mut world, "P3", "accounts");
    assert!(restricted(&world, &by_area));
    let title = || TextRef::new("title");
    let answer = |option: &str| {
        let fields = [("personal-data".into(), FieldValue::Choice(option.to_owned()))].into();
        Command::Open(Open { fields, ..Open::new(title(), "P3") })
    };
    let mut submit = |command| world.submit(now(), &person("rita"), None, command).map(|done| done.ticket);
    let yes = submit(answer("yes")).unwrap();
    let no = submit(answer("no")).unwrap();
    let asked = submit(Command::Open(Open { restricted: true, ..Open::new(title(), "P3") })).unwrap();
    assert!(restricted(&world, &yes) && !restricted(&world, &no) && restricted(&world, &asked));
    let stays = ask(&mut world, "oli", &by_area, Command::Unrestrict);
    assert_eq!(stays, Err(Rejection::NotAReader));
    let stays = world.submit(now(), &Actor::Bot("robot".into()), Some(&by_area), Command::Unrestrict);
    assert!(stays.is_err());
    ask(&mut world, "oli", &no, Command::Move { to: "accounts".into() }).unwrap();
    assert!(restricted(&world, &no), "what comes to a restricted area is restricted");
    ask(&mut world, "oli", &asked, Command::Claim).unwrap_err();
}

#[test]
fn without_a_private_place_nothing_is_restricted() {
    let mut world = World::new(Policy::default());
    let command = Command::Open(Open { restricted: true, ..Open::new(TextRef::new("title"), "P3") });
    assert_eq!(world.submit(now(), &person("rita"), None, command), Err(Rejection::NoPrivatePlace));
}

#[test]
fn its_thread_goes_on_in_the_private_place_and_comes_back() {
    let mut world = world();
    let key = opened(&mut world, "P2", "shop");
    let place = |channel: &str, message: &str| Place {
        adapter: "local".into(),
        channel: channel.to_owned(),
        message: message.into(),
    };
    let stands = |world: &mut World, place: Place| {
        let private = place.channel == "private";
        world.submit(now(), &Actor::Desk, Some(&key), Command::Place { place, private }).unwrap();
    };
    let (public, private) = (place("support", "1"), place("private", "2"));
    stands(&mut world, public.clone());
    ask(&mut world, "rita", &key, Command::Restrict { readers: BTreeSet::new() }).unwrap();
    let ticket = world.ticket(&key).unwrap();
    assert_eq!((&ticket.places, &ticket.former_places), (&vec![], &vec![public.clone()]));
    let masked = |effect: &supporty_core::effect::Effect| matches!(&effect.intent, Intent::Show(Surface::FormerCards(shown)) if *shown == key);
    assert!(world.effects().iter().any(masked), "its card in public is shown anew, masked");
    stands(&mut world, private.clone());
    world
        .submit(now(), &person("rita"), Some(&key), Command::Restrict { readers: readers(&["oli"]) })
        .unwrap();
    assert_eq!(
        world.ticket(&key).unwrap().places,
        std::slice::from_ref(&private),
        "naming readers moves nothing"
    );
    ask(&mut world, "oli", &key, Command::Unrestrict).unwrap();
    let ticket = world.ticket(&key).unwrap();
    assert_eq!((&ticket.places, &ticket.former_places), (&vec![public], &vec![private]));
}

#[test]
fn a_root_that_the_desk_learns_of_only_after_the_ticket_was_restricted_is_masked_and_not_its_thread() {
    let mut world = world();
    let key = opened(&mut world, "P2", "shop");
    ask(&mut world, "rita", &key, Command::Restrict { readers: BTreeSet::new() }).unwrap();
    let public = Place { adapter: "local".into(), channel: "support".to_owned(), message: "1".into() };
    let before = world.effects().len();
    let late = Command::Place { place: public.clone(), private: false };
    world.submit(now(), &Actor::Desk, Some(&key), late).unwrap();
    let ticket = world.ticket(&key).unwrap();
    assert_eq!((ticket.places.len(), ticket.former_places.as_slice()), (0, [public].as_slice()));
    let shown = world.effects()[before..]
        .iter()
        .any(|effect| matches!(&effect.intent, Intent::Show(Surface::FormerCards(shown)) if *shown == key));
    assert!(shown, "its card there is masked");
}

#[test]
fn what_is_restricted_is_merged_only_into_what_is_and_a_follow_up_stays_restricted() {
    let mut world = world();
    let (secret, plain) = (opened(&mut world, "P2", "accounts"), opened(&mut world, "P2", "shop"));
    let merged = ask(&mut world, "rita", &secret, Command::Merge { into: plain.clone() });
    assert_eq!(merged, Err(Rejection::RestrictFirst { into: plain.clone() }));
    ask(&mut world, "rita", &plain, Command::Merge { into: secret.clone() }).unwrap();

    let closed = opened(&mut world, "P2", "accounts");
    ask(&mut world, "rita", &closed, Command::Restrict { readers: readers(&["lea"]) }).unwrap();
    ask(&mut world, "lea", &closed, Command::Resolve { resolution: Resolution::Explanation, note: None })
        .unwrap();
    ask(&mut world, "rita", &closed, Command::Confirm).unwrap();
    let next = ask(&mut world, "rita", &closed, reply("again", now())).unwrap().ticket;
    assert!(world.ticket(&next).unwrap().readers().contains(&"lea".into()));
    assert!(world.ticket(&next).unwrap().restricted.is_some());
}

#[test]
fn the_form_must_answer_what_the_policy_requires_with_what_it_offers() {
    let mut world = world();
    let rita = || Identity::new("local", "rita");
    let form = |fields| Form { area: Some("shop".into()), fields, ..Form::new("Orders are gone", "P3") };
    let mut submit = |fields| {
        let inbound = Inbound::open("form/1".into(), rita(), form(fields), now()).unwrap();
        world.submit(now(), &person("rita"), None, inbound.command).map(|done| done.ticket)
    };
    let missing = submit(Vec::new()).unwrap_err();
    assert_eq!(missing.to_string(), "`Which orders?` is not answered: fill in the field `orders`");
    let orders = ("orders".into(), FieldInput::Text("4711 and 4712"));
    let wrong =
        submit(vec![orders.clone(), ("personal-data".into(), FieldInput::Choice("maybe"))]).unwrap_err();
    assert_eq!(wrong.to_string(), "the field `personal-data` is answered with one of `no`, `yes`");
    let unknown = submit(vec![orders.clone(), ("colour".into(), FieldInput::Text("red"))]).unwrap_err();
    assert_eq!(unknown.to_string(), "the form has no field `colour`");
    let chosen = submit(vec![("orders".into(), FieldInput::Choice("all"))]).unwrap_err();
    assert_eq!(chosen.to_string(), "the field `orders` is answered with words");
    let key = submit(vec![orders, ("impact".into(), FieldInput::Text("nobody can pay"))]).unwrap();
    let fields = &world.ticket(&key).unwrap().fields;
    assert_eq!(fields[&"orders".into()], FieldValue::Text(TextRef::new("form/1/field/orders")));
    assert_eq!(fields.len(), 2, "the impact may always be told");
}

#[test]
fn a_game_day_is_begun_by_whom_the_policy_lets() {
    let policy = format!("{POLICY}\n[drills.d]\ntitle = \"Down\"\nparticipants = [\"oli\"]\n");
    let mut world = World::new(Policy::from_toml(&policy).unwrap());
    let plan = world.policies().current().spec().drills[&"d".into()].clone();
    let mut begin = |by: &str| {
        let inbound = Inbound::drill("d/1".into(), Identity::new("local", by), &plan, now()).unwrap();
        world.submit(now(), &person(by), None, inbound.command)
    };
    assert!(matches!(begin("lea"), Err(Rejection::NotPermitted { .. })));
    begin("max").unwrap();
}

#[test]
fn a_row_says_who_may_read_it() {
    let mut world = world();
    let (secret, plain) = (opened(&mut world, "P2", "accounts"), opened(&mut world, "P2", "shop"));
    let policy = world.policies().current();
    let row = |key: &TicketKey| Row::of(world.ticket(key).unwrap(), world.policies());
    let reads = |key: &TicketKey, name: &str| row(key).may_be_read(policy, &person(name), now());
    assert!(reads(&plain, "oli") && reads(&secret, "rita") && !reads(&secret, "oli"));
    let notice = |to: &Notice| matches!(to, Notice::Opened { .. });
    assert!(
        world
            .effects()
            .iter()
            .any(|effect| matches!(&effect.intent, Intent::Tell(tell) if notice(&tell.notice)))
    );
}

#[test]
fn nobody_becomes_a_reader_by_merging_into_a_restricted_ticket_or_by_following_it_up() {
    let mut world = world();
    let secret = opened(&mut world, "P2", "accounts");
    let mine = world.submit(now(), &person("oli"), None, open("P2", Some("shop"))).unwrap().ticket;
    let merged = ask(&mut world, "oli", &mine, Command::Merge { into: secret.clone() });
    assert_eq!(merged, Err(Rejection::NotAReader));
    ask(&mut world, "rita", &secret, Command::Restrict { readers: readers(&["lea"]) }).unwrap();
    ask(&mut world, "lea", &secret, Command::Resolve { resolution: Resolution::Explanation, note: None })
        .unwrap();
    ask(&mut world, "rita", &secret, Command::Confirm).unwrap();
    assert_eq!(ask(&mut world, "oli", &secret, reply("what", now())), Err(Rejection::NotAReader));
    let message = supporty_core::ticket::Message { id: "m".into(), text: TextRef::new("m"), said_at: now() };
    let follow_up = supporty_core::ticket::FollowUp { of: secret, message };
    let direct = world.submit(now(), &person("oli"), None, Command::FollowUp(follow_up));
    assert_eq!(direct, Err(Rejection::NotAReader));
}

#[test]
fn assigning_to_oneself_needs_what_claiming_needs_and_the_private_place_is_not_everybodys() {
    let mut spec = Policy::from_toml(POLICY).unwrap().spec().clone();
    spec.permissions.insert(Permission::Claim, [Grant::Lead].into());
    let mut world = World::new(Policy::new(spec.clone()).unwrap());
    let key = opened(&mut world, "P2", "shop");
    let taken = ask(&mut world, "oli", &key, Command::Assign { to: "oli".into() });
    assert!(matches!(taken, Err(Rejection::NotPermitted { .. })), "{taken:?}");
    spec.private_channel = Some(spec.channel.clone());
    assert!(Policy::new(spec).unwrap_err().to_string().contains("where everybody reads"));
}

#[test]
fn what_was_merged_away_can_be_restricted_as_what_it_went_into() {
    let mut world = world();
    let (survivor, loser) = (opened(&mut world, "P2", "shop"), opened(&mut world, "P2", "shop"));
    ask(&mut world, "rita", &loser, Command::Merge { into: survivor.clone() }).unwrap();
    ask(&mut world, "rita", &survivor, Command::Restrict { readers: BTreeSet::new() }).unwrap();
    ask(&mut world, "rita", &loser, Command::Restrict { readers: BTreeSet::new() }).unwrap();
    assert!(!may_read(world.ticket(&loser).unwrap(), world.policies().current(), &person("oli"), now()));
}

#[test]
fn a_follow_up_in_an_area_that_is_restricted_by_now_is_restricted() {
    let mut world = world();
    let of = opened(&mut world, "P2", "shop");
    ask(&mut world, "lea", &of, Command::Resolve { resolution: Resolution::Explanation, note: None })
        .unwrap();
    ask(&mut world, "rita", &of, Command::Confirm).unwrap();
    let mut spec = world.policies().current().spec().clone();
    spec.areas.get_mut(&"shop".into()).unwrap().restricted = true;
    world.adopt(Policy::new(spec).unwrap());
    let next = ask(&mut world, "rita", &of, reply("again", now())).unwrap().ticket;
    assert!(world.ticket(&next).unwrap().restricted.is_some());
}
