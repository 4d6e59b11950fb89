//! Edge cases of the figures.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeMap;

use chrono::TimeDelta;

use supporty_core::backtest::{Backtest, Stream};
use supporty_core::insight::{
    By, Effort, End, Facts, Filter, Group, Kept, Load, Part, Question, Rates, Reached, Sample, Selection,
    Share, Survival, Value, Which,
};
use supporty_core::policy::Policy;
use supporty_core::stream::{Cause, Entry};
use supporty_core::ticket::{Command, Event, Message, Opened, Paged, TicketEntry};
use supporty_core::time::Every;
use supporty_core::vocab::{
    Actor, Bond, Change, ChangeState, Investment, Kind, Period, PersonId, Resolution, Target, TextRef,
    TicketKey, Upkeep,
};
use supporty_core::world::World;

use common::figures::{Desk, at, cost, hours, minutes, only, policy, question};
use common::{person, reply};

#[test]
fn edge_32_medians_of_no_one_and_two_samples() {
    let sample = |of: &[i64]| hours(of).into_iter().collect::<Sample>();
    let numbers = |sample: &Sample| [sample.median(), sample.p90(), sample.mean()];
    assert_eq!(numbers(&sample(&[])), [None; 3]);
    assert_eq!(numbers(&sample(&[3])), [Some(TimeDelta::hours(3)); 3]);
    let two = [4, 6, 4 + 1].map(|half| Some(minutes(half * 30 * 2)));
    assert_eq!(sample(&[4, 6]).median(), two[2], "the mean of the middle two");
    assert_eq!(sample(&[4, 6]).p90(), two[1], "the nearest rank");
    assert_eq!(sample(&[4, 6]).mean(), two[2]);
    let ten: Vec<i64> = (1..=10).collect();
    assert_eq!(sample(&ten).p90(), Some(TimeDelta::hours(9)), "nine of ten took no longer");

    // Without open ones an open time is a sample.
    for of in [&[][..], &[3], &[4, 6], &[1, 1, 2], &ten] {
        let survival = Survival::new(hours(of), []);
        assert_eq!([survival.median(), survival.p90(), survival.mean()], numbers(&sample(of)), "{of:?}");
    }
    assert_eq!(Survival::new([], hours(&[5])).median(), None, "nothing has ended yet");
    let half = Survival::new(hours(&[1]), hours(&[5]));
    assert_eq!((half.median(), half.p90()), (Some(TimeDelta::hours(1)), None));
}

/// The second group of V. Bewick, L. Cheek and J. Ball, "Statistics review 12: Survival analysis", Critical Care 8:389 (2004),
/// table 2: 0.750, 0.625, 0.500, 0.333 and 0 are left after 1, 4, 5, 9 and 22 days.
#[test]
fn the_estimate_is_that_of_a_published_example() {
    let days = |days: &[i64]| days.iter().map(|days| TimeDelta::days(*days)).collect::<Vec<_>>();
    let survival = Survival::new(days(&[1, 1, 4, 5, 9, 22]), days(&[6, 9]));
    let curve: Vec<_> = survival
        .curve()
        .into_iter()
        .map(|(at, left)| (at.num_days(), (left * 1_000.0).round() as i64))
        .collect();
    assert_eq!(curve, [(1, 750), (4, 625), (5, 500), (9, 333), (22, 0)]);
    assert_eq!(
        survival.median(),
        Some(TimeDelta::days(7)),
        "the middle of the days on which exactly half are left"
    );
    assert_eq!(survival.p90(), Some(TimeDelta::days(22)));
}

/// The patients on 6-MP of E. J. Freireich and others, Blood 21, 699-716 (1963), the textbooks' example: 0.538 are left after
/// 22 weeks and 0.448 after 23, so that the median is 23.
#[test]
fn open_ones_count_for_as_long_as_they_were() {
    let weeks = |weeks: &[i64]| weeks.iter().map(|weeks| TimeDelta::weeks(*weeks)).collect::<Vec<_>>();
    let ended = weeks(&[6, 6, 6, 7, 10, 13, 16, 22, 23]);
    let survival = Survival::new(ended, weeks(&[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]));
    let left: Vec<_> = survival.curve().iter().map(|(_, left)| (left * 1_000.0).round() as i64).collect();
    assert_eq!(left, [857, 807, 753, 690, 627, 538, 448]);
    assert_eq!((survival.median(), survival.p90()), (Some(TimeDelta::weeks(23)), None));
}

#[test]
fn edge_33_windows_of_one_person_merge() {
    let mut desk = Desk::new();
    let key = desk.open("2026-01-12T10:00", "rita", Kind::Request, "P3", "shop");
    for when in ["2026-01-12T11:00", "2026-01-12T11:04", "2026-01-12T11:15", "2026-01-12T12:00"] {
        desk.say(when, "ana", &key);
    }
    desk.say("2026-01-12T11:00", "ben", &key);
    let question = question();
    let of =
        |before, after| cost(&desk.facts(), &question, &desk, &Effort { before, after })[&key.to_string()];
    // From 10:55 to 11:07, from 11:10 to 11:18 and from 11:55 to 12:03; Ben's are his own.
    assert_eq!(of(300, 180), (12 + 8 + 8 + 8) * 60);
    assert_eq!(of(600, 300), (10 + 20 + 15 + 15) * 60, "those that touch are one, too");
}

#[test]
fn edge_33_across_tickets_windows_split() {
    let mut desk = Desk::new();
    let keys = ["shop", "admin", "shop"]
        .map(|area| desk.open("2026-01-12T10:00", "rita", Kind::Request, "P3", area));
    for (key, when) in keys.iter().zip(["2026-01-12T11:00", "2026-01-12T11:10", "2026-01-12T11:15"]) {
        desk.say(when, "ana", key);
    }
    let effort = Effort::default();
    let costs = cost(&desk.facts(), &question(), &desk, &effort);
    let seconds = keys.clone().map(|key| costs[&key.to_string()]);
    // 10:50 first; 11:00 first and second; 11:05 second and third; 11:15 third.
    assert_eq!(seconds, [(10 * 60) + 150, 150 + 300, 300 + 300]);
    assert_eq!(seconds.iter().sum::<i64>(), 30 * 60, "from 10:50 to 11:20, once");

    // Whoever asks for one area is told the same of it.
    let admin = question().filter(Filter { areas: ["admin".into()].into(), ..Filter::default() });
    assert_eq!(cost(&desk.facts(), &admin, &desk, &effort), [(keys[1].to_string(), 450)].into());
}

#[test]
fn edge_33_split_seconds_are_not_lost() {
    let mut desk = Desk::new();
    let keys = ["shop", "admin", "shop"]
        .map(|area| desk.open("2026-01-12T10:00", "rita", Kind::Request, "P3", area));
    keys.iter().for_each(|key| desk.say("2026-01-12T11:00", "ana", key));
    let facts = desk.facts();
    let question = question();
    let effort = Effort { before: 0, after: 1 };
    let costs = |facts: &Facts| {
        let selection = facts.select(&question, desk.0.policies());
        selection.ticket_costs(&facts.work(&effort), &Rates::default())
    };
    let micros: Vec<_> =
        costs(&facts).iter().map(|one| one.cost.active.num_microseconds().unwrap()).collect();
    assert_eq!(micros, [333_334, 333_333, 333_333]);
    // Whoever was heard of first makes no difference to whom the rest goes.
    let mut others = Facts::new();
    keys.iter().rev().for_each(|key| desk.0.log(key).for_each(|entry| others.add(key, entry)));
    assert_eq!(costs(&others), costs(&facts));
    let selection = facts.select(&question, desk.0.policies());
    assert_eq!(only(selection.costs(&facts.work(&effort), &Rates::default())).active, TimeDelta::seconds(1));
}

#[test]
fn edge_33_recomputed_equals_incremental() {
    let (mut desk, mut live) = (Desk::new(), Facts::new());
    let (mut told, mut early_ones) = (0, Vec::new());
    let mut hear = |desk: &Desk, live: &mut Facts| {
        live.extend(desk.0.entries()[told..].iter().map(|(key, entry)| (key, entry)));
        told = desk.0.entries().len();
        // A host stores what it knows, and goes on from there.
        let early = live.clone();
        *live = serde_json::from_str(&serde_json::to_string(live).unwrap()).unwrap();
        assert_eq!(*live, early);
        early_ones.push(early);
        let question = question().by([By::Priority]).every(Every::Day);
        let figures = |facts: &Facts| {
            let selection = facts.select(&question, desk.0.policies());
            selection.figures(
                &facts.work(&Effort::default()),
                &Rates::from([("2026-01-01".parse().unwrap(), 6_000)]),
            )
        };
        assert_eq!(figures(live), figures(&desk.facts()));
    };
    let key = desk.open("2026-01-12T10:00", "rita", Kind::Request, "P2", "shop");
    hear(&desk, &mut live);
    desk.say("2026-01-12T10:05", "ana", &key);
    hear(&desk, &mut live);
    desk.ask("2026-01-12T10:06", "ana", &key, Command::Reprioritise { to: "P1".into(), why: None });
    hear(&desk, &mut live);
    desk.0.run_until(at("2026-01-12T13:00"));
    hear(&desk, &mut live);
    // Said at 10:30, and told at 13:30: the window is at half past ten.
    desk.ask("2026-01-12T13:30", "ben", &key, reply("late", at("2026-01-12T10:30")));
    hear(&desk, &mut live);
    desk.resolve("2026-01-12T14:00", "ana", &key, Resolution::DataFix);
    hear(&desk, &mut live);
    desk.ask("2026-01-12T15:00", "rita", &key, Command::Reopen { why: None });
    hear(&desk, &mut live);
    let other = desk.open("2026-01-12T16:00", "sam", Kind::Request, "P2", "shop");
    desk.ask("2026-01-12T16:10", "ana", &other, Command::Merge { into: key.clone() });
    hear(&desk, &mut live);
    // Who asked for what was merged asks for the survivor.
    desk.say("2026-01-12T16:15", "sam", &key);
    hear(&desk, &mut live);
    desk.ask("2026-01-12T16:20", "ana", &other, Command::Unmerge);
    hear(&desk, &mut live);
    assert_eq!(live, desk.facts());
    for mut early in early_ones {
        early.merge(desk.facts());
        assert_eq!(early, live);
    }
    let fact = live.get(&key).unwrap();
    let acts = |name: &str| {
        let theirs = fact.acts.iter().filter(|act| act.who.as_str() == name);
        theirs.map(|act| (act.at.format("%H:%M").to_string(), act.as_)).collect::<Vec<_>>()
    };
    assert_eq!(acts("ben"), [("10:30".to_owned(), Part::Works)]);
    assert_eq!(acts("sam"), [("16:15".to_owned(), Part::Asks)]);
}

#[test]
fn what_is_no_ticket_and_what_is_a_drill_is_left_out() {
    let mut desk = Desk::new();
    let key = desk.open("2026-01-12T10:00", "rita", Kind::Request, "P2", "shop");
    desk.resolve("2026-01-12T12:00", "ana", &key, Resolution::NotATicket);
    let other = desk.open("2026-01-12T10:00", "rita", Kind::Request, "P2", "shop");
    desk.ask("2026-01-12T10:30", "ana", &other, Command::ChangeKind { to: Kind::Drill });
    let (facts, question) = (desk.facts(), question());
    let selection = facts.select(&question, desk.0.policies());
    assert!(selection.is_empty() && selection.tallies().is_empty() && selection.promises().is_empty());
    assert!(selection.loads(&facts.work(&Effort::default())).is_empty());
}

#[test]
fn a_merged_ticket_counts_as_its_survivor() {
    let mut desk = Desk::new();
    let late = desk.open("2026-01-12T09:00", "rita", Kind::Request, "P2", "admin");
    desk.say("2026-01-12T09:05", "ana", &late);
    let survivor = desk.open("2026-01-12T09:10", "sam", Kind::Request, "P2", "shop");
    desk.say("2026-01-12T12:30", "ben", &survivor);
    // The first was due at noon, and the survivor takes that over.
    desk.ask("2026-01-12T12:40", "ana", &late, Command::Merge { into: survivor.clone() });
    desk.resolve("2026-01-12T13:00", "ben", &survivor, Resolution::Duplicate);
    let (mut facts, question) = (desk.facts(), question().by([By::Area]));
    facts.add(&late, &paged(&desk, &late));
    let selection = facts.select(&question, desk.0.policies());
    let shop = Group(vec![Value::Area(Some("shop".into()))]);
    assert_eq!(selection.tallies().into_keys().collect::<Vec<_>>(), std::slice::from_ref(&shop));
    assert_eq!(selection.which(&shop, Which::Opened), std::slice::from_ref(&survivor));
    let resolve = selection.promises()[&shop][&Target::Resolve];
    assert_eq!(resolve, Kept { met_late: 1, ..Kept::default() }, "one promise, and not two");
    let cost = &selection.ticket_costs(&facts.work(&Effort::default()), &Rates::default())[0];
    assert_eq!((cost.people.len(), cost.cost.messages), (4, 2), "whoever was on either");
    assert_eq!(cost.cost.active, minutes(15 * 2 + 15 + 15), "Ana at 09:05 and 12:40, Ben at 12:30 and 13:00");

    let loads = &selection.loads(&facts.work(&Effort::default()))[&shop];
    assert_eq!(loads[&PersonId::new("ana")].woken_out_of_hours, 1);

    desk.ask("2026-01-12T13:10", "ana", &late, Command::Unmerge);
    let facts = desk.facts();
    let selection = facts.select(&question, desk.0.policies());
    assert_eq!(selection.tallies().len(), 2, "each by itself again");
}

#[test]
fn a_survivor_has_the_rounds_of_both_clocks() {
    let mut desk = Desk::new();
    let survivor = desk.open("2026-01-12T10:00", "sam", Kind::Request, "P2", "shop");
    let loser = desk.open("2026-01-12T10:05", "rita", Kind::Request, "P2", "shop");
    for when in ["2026-01-12T10:20", "2026-01-12T11:00"] {
        desk.say(when, "ana", &survivor);
    }
    // Of the two it is due first, and its first round is not the survivor's.
    desk.ask("2026-01-12T11:10", "ana", &loser, Command::Merge { into: survivor.clone() });
    for when in ["2026-01-12T11:20", "2026-01-12T11:40"] {
        desk.say(when, "ana", &survivor);
    }
    let (facts, question) = (desk.facts(), question());
    let update = only(facts.select(&question, desk.0.policies()).promises())[&Target::Update];
    assert_eq!(update, Kept { met: 4, ..Kept::default() });
}

#[test]
fn what_is_broken_is_broken_once_however_often_it_is_resolved() {
    let mut desk = Desk::new();
    let late = desk.open("2026-01-12T09:00", "rita", Kind::Request, "P2", "shop");
    for (resolved, reopened) in [("13:00", "14:00"), ("15:00", "15:30"), ("16:00", "")] {
        desk.resolve(&format!("2026-01-12T{resolved}"), "ana", &late, Resolution::CodeChange);
        if !reopened.is_empty() {
            desk.ask(&format!("2026-01-12T{reopened}"), "rita", &late, Command::Reopen { why: None });
        }
    }
    let (facts, question) = (desk.facts(), question());
    let resolve = only(facts.select(&question, desk.0.policies()).promises())[&Target::Resolve];
    assert_eq!(resolve, Kept { met_late: 1, ..Kept::default() });
    let stream = Stream { key: late.clone(), entries: desk.0.log(&late).cloned().collect() };
    let backtest = Backtest::new(desk.0.policies().current().clone(), None, at("2026-02-02T00:00"));
    let replayed = backtest.replay(&[stream]);
    let broken = replayed.compared[0].before.rounds.iter().filter(|round| round.is_broken());
    assert_eq!(broken.filter(|round| round.target == Target::Resolve).count(), 1, "for a backtest, too");
}

#[test]
fn who_works_below_an_issue_works() {
    let mut desk = Desk::new();
    let ticket = desk.open("2026-01-12T10:00", "rita", Kind::Request, "P2", "shop");
    let opened_at = at("2026-01-12T11:00");
    let change = Change {
        id: "github/7/1".into(),
        label: "acme/shop#1".to_owned(),
        url: "https://github.com/acme/shop/issues/1".to_owned(),
        state: ChangeState::Open,
        opened_at,
        as_of: opened_at,
    };
    let on = change.id.clone();
    let program = Actor::Bot("github".into());
    let link = Command::Link { bond: Bond::Track, change };
    desk.0.submit(opened_at, &program, Some(&ticket), link).unwrap();
    let message =
        Message { id: "github/71".into(), text: TextRef::new("m"), said_at: at("2026-01-12T12:00") };
    desk.ask("2026-01-12T15:00", "ana", &ticket, Command::Comment { on, message });
    let (facts, question) = (desk.facts(), question());
    let selection = facts.select(&question, desk.0.policies());
    let loads = only(selection.loads(&facts.work(&Effort::default())));
    assert_eq!(loads[&PersonId::new("ana")].tickets, 1);
    assert_eq!(cost(&facts, &question, &desk, &Effort::default())[&ticket.to_string()], 15 * 60);
    let part = &desk.0.ticket(&ticket).unwrap().people[&PersonId::new("ana")];
    assert_eq!(part.first, at("2026-01-12T12:00"), "when it was written, and not when the desk heard of it");
}

#[test]
fn a_late_message_amends_what_figures_say() {
    let mut desk = Desk::new();
    let key = desk.open("2026-01-12T09:00", "rita", Kind::Request, "P2", "shop");
    desk.0.run_until(at("2026-01-12T10:30"));
    let question = question();
    let respond = |desk: &Desk| {
        let facts = desk.facts();
        only(facts.select(&question, desk.0.policies()).promises())[&Target::Respond]
    };
    assert_eq!(respond(&desk), Kept { breached: 1, ..Kept::default() });
    desk.ask("2026-01-12T10:40", "ana", &key, reply("late", at("2026-01-12T09:30")));
    assert_eq!(respond(&desk), Kept { met: 1, ..Kept::default() });
    let facts = desk.facts();
    let responded = only(facts.select(&question, desk.0.policies()).times(Reached::Responded));
    assert_eq!(responded.sample.median(), Some(minutes(30)));
}

#[test]
fn what_a_change_broke_is_apart() {
    let mut desk = Desk::new();
    let mut spec = policy().spec().clone();
    spec.modes.priority_change = supporty_core::policy::PriorityChange::Carry;
    desk.0 = World::new(Policy::new(spec).unwrap());
    let key = desk.open("2026-01-12T09:00", "rita", Kind::Request, "P2", "shop");
    desk.ask("2026-01-12T11:00", "ana", &key, Command::Reprioritise { to: "P1".into(), why: None });
    desk.resolve("2026-01-12T11:30", "ana", &key, Resolution::CodeChange);
    let (facts, question) = (desk.facts(), question());
    let selection = facts.select(&question, desk.0.policies());
    let resolve = only(selection.promises())[&Target::Resolve];
    assert_eq!(resolve, Kept { breached_on_change: 1, ..Kept::default() });
    assert_eq!(resolve.share().value(), None, "of the others there is none");
    let end = Which::Promise(Target::Resolve, End::BreachedOnChange);
    assert_eq!(selection.which(&Group::default(), end), [key]);
}

/// Ana is woken at 20:05, whatever happened before.
fn paged(desk: &Desk, key: &TicketKey) -> TicketEntry {
    let event = Paged {
        person: "ana".into(),
        as_: supporty_core::vocab::Audience::OnCall,
        rung: Some(0),
        due: at("2026-01-12T20:05"),
        adapter: "pager".into(),
        method: 0,
        until: at("2026-01-12T20:10"),
        instead_of: None,
    }
    .into();
    let seq = desk.0.ticket(key).unwrap().seq + 1;
    Entry { seq, at: at("2026-01-12T20:05"), by: Actor::Desk, cause: Cause::Timer, event }
}

#[test]
fn programs_cost_nothing_and_people_are_woken_apart() {
    let mut desk = Desk::new();
    let key = desk.open("2026-01-12T20:00", "rita", Kind::Request, "P2", "shop");
    let robot = Actor::Bot("robot".into());
    desk.0.submit(at("2026-01-12T20:01"), &robot, Some(&key), reply("beep", at("2026-01-12T20:01"))).unwrap();
    let mut facts = desk.facts();
    facts.add(&key, &paged(&desk, &key));
    let question = question();
    let selection = facts.select(&question, desk.0.policies());
    let work = facts.work(&Effort::default());
    let cost = only(selection.costs(&work, &Rates::default()));
    assert_eq!((cost.messages, cost.bot_messages, cost.people, cost.active), (0, 1, 1, TimeDelta::zero()));
    let loads = only(selection.loads(&work));
    assert_eq!(loads, [("ana".into(), Load { woken_out_of_hours: 1, ..Load::default() })].into());
}

#[test]
fn gardening_is_told_by_what_it_invests_in() {
    let mut desk = Desk::new();
    let key = desk.open("2026-01-12T10:00", "ben", Kind::Gardening, "P3", "shop");
    desk.ask(
        "2026-01-12T10:01",
        "ben",
        &key,
        Command::Classify { upkeep: Upkeep::Upgrades, investment: Investment::Tactical },
    );
    desk.open("2026-01-12T10:02", "ben", Kind::Gardening, "P3", "shop");
    let (facts, question) = (desk.facts(), question());
    let tally = only(facts.select(&question, desk.0.policies()).tallies());
    assert_eq!((tally.investment, tally.unclassified), ([(Investment::Tactical, 1)].into(), 1));
    assert_eq!(tally.upkeep, [(Upkeep::Upgrades, 1)].into());
}

#[test]
fn a_fix_of_what_is_open_is_no_change_yet() {
    let mut desk = Desk::new();
    let key = desk.open("2026-01-12T10:00", "rita", Kind::Request, "P3", "shop");
    let change = Change {
        id: "host/1".into(),
        label: "acme/shop#1".to_owned(),
        url: "https://code.example/1".to_owned(),
        state: ChangeState::Merged { at: at("2026-01-12T10:30") },
        opened_at: at("2026-01-12T10:10"),
        as_of: at("2026-01-12T10:30"),
    };
    desk.ask("2026-01-12T10:31", "ana", &key, Command::Link { bond: Bond::Fix, change });
    let question = question();
    let changes = |desk: &Desk| {
        let facts = desk.facts();
        only(facts.select(&question, desk.0.policies()).tallies()).code_changes()
    };
    assert_eq!(changes(&desk), Share { part: 0, of: 0 });
    desk.resolve("2026-01-12T11:00", "ana", &key, Resolution::DataFix);
    assert_eq!(changes(&desk), Share { part: 1, of: 1 }, "whatever whoever resolved it said");
}

#[test]
fn restricted_tickets_count_and_say_that_they_are() {
    let mut desk = Desk::new();
    let mut spec = policy().spec().clone();
    spec.private_channel = Some("private".into());
    desk.0 = World::new(Policy::new(spec).unwrap());
    let key = desk.open("2026-01-12T10:00", "rita", Kind::Request, "P2", "shop");
    desk.ask("2026-01-12T10:01", "ana", &key, Command::Restrict { readers: Default::default() });
    let (facts, question) = (desk.facts(), question());
    let selection: Selection<'_> = facts.select(&question, desk.0.policies());
    assert_eq!(selection.which(&Group::default(), Which::Open), std::slice::from_ref(&key));
    assert!(facts.get(&key).unwrap().restricted);
}

/// As many tickets as need several blocks and pages, opened in no order, of as many owners as need places looked up by hash.
#[test]
fn many_tickets_are_found_as_few_are() {
    let policies = supporty_core::policy::Policies::new(policy());
    let begin = at("2026-01-01T00:00");
    let mut facts = Facts::new();
    for number in 1..=3_000u64 {
        let key = TicketKey::new("SUP", number * 3);
        let opened = begin + TimeDelta::hours(i64::try_from(number % 1_500 * 7_919 % 19_200).unwrap());
        let owner = Actor::Person(PersonId::new(format!("p{}", number % 1_500)));
        let open = Opened {
            key: key.clone(),
            title: TextRef::new("title"),
            details: None,
            requester: person("rita"),
            work: Kind::Request,
            priority: "P2".into(),
            area: None,
            squad: None,
            requester_squads: Default::default(),
            policy: policies.current().version().clone(),
            follows: None,
            message: None,
            fields: Default::default(),
            restricted: None,
            drill: None,
            raised: None,
        }
        .into();
        let (due, met) = (opened + TimeDelta::days(40), opened + TimeDelta::hours(1));
        let events = [
            open,
            Event::Claimed {},
            Event::TargetMet { target: Target::Resolve, epoch: 1, due: Some(due), at: met },
        ];
        for (seq, event) in (1..).zip(events) {
            facts.add(&key, &Entry { seq, at: opened, by: owner.clone(), cause: Cause::Timer, event });
        }
    }
    let all: Vec<_> = facts.iter().collect();
    assert_eq!(all.len(), 3_000);
    for (from, days) in [(0, 800), (0, 1), (400, 30), (799, 90), (900, 5)] {
        let from = begin + TimeDelta::days(from);
        let period = Period::new(from, from + TimeDelta::days(days));
        let asked = Question::new(period, at("2030-01-01T00:00")).by([By::Person]).every(Every::Day);
        let selection = facts.select(&asked, &policies);
        let mut expected: BTreeMap<Group, u32> = BTreeMap::new();
        for fact in all.iter().filter(|fact| period.contains(fact.opened_at)) {
            let since = Value::Since(fact.opened_at.date_naive());
            *expected.entry(Group(vec![since, Value::Person(fact.owner.clone())])).or_default() += 1;
        }
        let tallies = selection.tallies().into_iter().map(|(group, tally)| (group, tally.opened));
        assert_eq!(tallies.collect::<BTreeMap<_, _>>(), expected);
        let due = all.iter().filter(|fact| period.contains(fact.promises[0].due)).count();
        let kept: u32 = selection.promise(Target::Resolve).values().map(|kept| kept.met).sum();
        assert_eq!(kept as usize, due);
    }
}
