//! One small history with every figure worked out by hand, and how figures are asked for and compared.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use chrono::TimeDelta;

use supporty_core::insight::{
    Bootstrap, By, Effort, End, Filter, Group, Kept, Load, OpenTime, Question, Rates, Reached, Share, Span,
    Statistic, Survival, Value, Which,
};
use supporty_core::ticket::Command;
use supporty_core::time::{Every, Weekday};
use supporty_core::vocab::{Kind, Period, PersonId, Resolution, Target, TicketKey};

use common::figures::{Desk, at, hours, minutes, only, question, stars};

/// Four tickets of January:
///
/// | | opened | | resolved | |
/// | --- | --- | --- | --- | --- |
/// | 1 | Mon 12th 10:00, rita, P2, shop | claimed by ana 10:10, answered 10:20 | 11:00, change of code | rated 1 at 11:05, 5 at 11:30 |
/// | 2 | Tue 13th 16:00, rita, P2, shop | | Wed 14th 11:00 by ben, explained | |
/// | 3 | Wed 14th 12:00, sam, P3, admin | answered by ana 18:00 | open | |
/// | 4 | Fri 16th 03:00, rita, P1, shop, incident | claimed by ana 03:05, cause known 03:20, service back 03:30 | 04:00, change of code | |
fn small() -> (Desk, [TicketKey; 4]) {
    let mut desk = Desk::new();
    let one = desk.open("2026-01-12T10:00", "rita", Kind::Request, "P2", "shop");
    desk.ask("2026-01-12T10:10", "ana", &one, Command::Claim);
    desk.say("2026-01-12T10:20", "ana", &one);
    desk.resolve("2026-01-12T11:00", "ana", &one, Resolution::CodeChange);
    desk.ask("2026-01-12T11:05", "rita", &one, stars(1));
    desk.ask("2026-01-12T11:30", "rita", &one, stars(5));
    let two = desk.open("2026-01-13T16:00", "rita", Kind::Request, "P2", "shop");
    desk.resolve("2026-01-14T11:00", "ben", &two, Resolution::Explanation);
    let three = desk.open("2026-01-14T12:00", "sam", Kind::Request, "P3", "admin");
    desk.say("2026-01-14T18:00", "ana", &three);
    let four = desk.open("2026-01-16T03:00", "rita", Kind::Incident, "P1", "shop");
    desk.ask("2026-01-16T03:05", "ana", &four, Command::Claim);
    desk.ask("2026-01-16T03:20", "ana", &four, Command::Identify);
    desk.ask("2026-01-16T03:30", "ana", &four, Command::Mitigate);
    desk.resolve("2026-01-16T04:00", "ana", &four, Resolution::CodeChange);
    desk.0.run_until(at("2026-02-02T00:00"));
    (desk, [one, two, three, four])
}

fn group(values: &[Value]) -> Group {
    Group(values.to_vec())
}

#[test]
fn the_two_questions_of_the_talk() {
    let (desk, [one, two, ..]) = small();
    let facts = desk.facts();

    // Average open time by priority.
    let priorities = question().by([By::Priority]);
    let times = facts.select(&priorities, desk.0.policies()).open_times(Span::Wall);
    let priority = |name: &str| group(&[Value::Priority(name.into())]);
    let long = |hours| Some(TimeDelta::hours(hours));
    let p2 = OpenTime { count: 2, open: 0, mean: long(10), median: long(10), p90: long(19) };
    assert_eq!(times[&priority("P2")], p2);
    assert_eq!(times[&priority("P3")], OpenTime { count: 1, open: 1, ..OpenTime::default() });
    assert_eq!(times[&priority("P1")].median, long(1));
    // On the clock the second was open from 16:00 to 18:00 and from 09:00 to 11:00.
    let working = facts.select(&priorities, desk.0.policies()).open_times(Span::Working);
    assert_eq!((working[&priority("P2")].mean, working[&priority("P2")].p90), (Some(minutes(150)), long(4)));

    // Requests against code changes per area.
    let areas =
        question().by([By::Area]).filter(Filter { kinds: [Kind::Request].into(), ..Filter::default() });
    let selection = facts.select(&areas, desk.0.policies());
    let shop = group(&[Value::Area(Some("shop".into()))]);
    let tally = &selection.tallies()[&shop];
    assert_eq!((tally.opened, tally.code_changes(), tally.unchanged()), (2, Share { part: 1, of: 2 }, 1));
    assert_eq!(selection.which(&shop, Which::CodeChanged), [one]);
    assert_eq!(selection.which(&shop, Which::Unchanged), [two]);
}

#[test]
fn a_small_history_by_hand() {
    let (desk, [one, two, three, four]) = small();
    let facts = desk.facts();
    let question = question();
    let selection = facts.select(&question, desk.0.policies());
    let all = Group::default();

    let tally = only(selection.tallies());
    assert_eq!((tally.opened, tally.open, tally.resolved, tally.reopened), (4, 1, 3, 0));
    assert_eq!(tally.resolutions, [(Resolution::CodeChange, 2), (Resolution::Explanation, 1)].into());
    assert_eq!(
        (tally.stars.mean_first(), tally.stars.mean_last(), tally.stars.better),
        (Some(1.0), Some(5.0), 1)
    );
    let map = only(selection.heat_maps());
    let busy = [(Weekday::Mon, 10), (Weekday::Tue, 16), (Weekday::Wed, 12), (Weekday::Fri, 3)];
    assert_eq!(map.0.as_flattened().iter().sum::<u32>(), 4);
    assert!(busy.iter().all(|(day, hour)| map.0[*day as usize][*hour] == 1));

    let times = |reached| only(selection.times(reached));
    let took = |reached: Reached| {
        let took = times(reached);
        (took.sample.count(), took.sample.median().unwrap().num_minutes(), took.not_yet)
    };
    assert_eq!(took(Reached::Acknowledged), (3, 10, 1), "an answer takes nothing; a resolution does");
    assert_eq!(took(Reached::Responded), (4, (60 + 360) / 2, 0), "after 20, 60, 360 and 1140 minutes");
    assert_eq!(took(Reached::Identified), (1, 20, 3));
    assert_eq!(took(Reached::Restored), (1, 30, 0), "of incidents");
    assert_eq!(took(Reached::Resolved), (3, 60, 1));

    let promises = only(selection.promises());
    let kept = |met, met_late, breached| Kept { met, met_late, breached, breached_on_change: 0 };
    assert_eq!(promises[&Target::Resolve], kept(2, 1, 1), "the third was due on Thursday at noon");
    assert_eq!(promises[&Target::Acknowledge], kept(2, 1, 1));
    assert_eq!(
        promises[&Target::Respond],
        kept(2, 2, 0),
        "within the hour; of a P3 8 office hours, of a P1 15 minutes"
    );
    assert_eq!(promises[&Target::Resolve].share(), Share { part: 2, of: 4 });
    assert_eq!(
        selection.which(&all, Which::Promise(Target::Resolve, End::MetLate)),
        std::slice::from_ref(&two)
    );
    assert_eq!(
        selection.which(&all, Which::Promise(Target::Resolve, End::Breached)),
        std::slice::from_ref(&three)
    );

    // What hours cost doubled on the 14th.
    let rates =
        Rates::from([("2026-01-01".parse().unwrap(), 6_000), ("2026-01-14".parse().unwrap(), 12_000)]);
    let work = facts.work(&Effort::default());
    let tickets = selection.ticket_costs(&work, &rates);
    let told: Vec<_> = tickets
        .iter()
        .map(|one| {
            (
                &one.key,
                one.people.len(),
                one.cost.messages,
                one.cost.active.num_minutes(),
                one.cost.asking.num_minutes(),
                one.cost.money,
            )
        })
        .collect();
    // 03:00 to 03:10 with what is before, 03:10 to 03:35, 03:50 to 04:05.
    let expected = [
        (&four, 2, 0, 55, 15, 11_000),
        (&one, 2, 1, 40, 45, 4_000),
        (&two, 2, 0, 15, 15, 3_000),
        (&three, 2, 1, 15, 15, 3_000),
    ];
    let mut expected = expected.to_vec();
    let mut sorted = told.clone();
    expected.sort();
    sorted.sort();
    assert_eq!(told[0].0, &four, "the most expensive first");
    assert_eq!(sorted, expected);
    let cost = only(selection.costs(&work, &rates));
    assert_eq!((cost.tickets, cost.people, cost.messages, cost.money), (4, 4, 2, 21_000));

    let loads = only(selection.loads(&work));
    let load = |inside, outside, tickets| Load {
        in_hours: minutes(inside),
        out_of_hours: minutes(outside),
        tickets,
        ..Load::default()
    };
    assert_eq!(loads[&PersonId::new("ana")], load(40 + 10, 5 + 55, 3), "the office closes at 18:00");
    assert_eq!(loads[&PersonId::new("ben")], load(15, 0, 1));
    assert_eq!(loads.len(), 2, "whoever asks is not on duty");
}

#[test]
fn figures_are_everything_at_once_and_can_be_stored() {
    let (desk, _) = small();
    let (facts, question) = (desk.facts(), question().by([By::Priority]).every(Every::Week));
    let selection = facts.select(&question, desk.0.policies());
    let rates = Rates::from([("2026-01-01".parse().unwrap(), 6_000)]);
    let figures = selection.figures(&facts.work(&Effort::default()), &rates);
    let named: Vec<_> = figures.groups.iter().map(|one| (one.group.to_string(), one.tally.opened)).collect();
    let week = |name: &str, opened| (name.to_owned(), opened);
    let expected = [week("2026-01-12 / P1", 1), week("2026-01-12 / P2", 2), week("2026-01-12 / P3", 1)];
    assert_eq!(named, expected);
    assert_eq!(figures.groups[1].open_time, selection.open_times(Span::Wall)[&figures.groups[1].group]);
    assert_eq!(figures.tickets.len(), 4);
    let json = serde_json::to_string(&figures).unwrap();
    assert_eq!(serde_json::from_str::<supporty_core::insight::Figures>(&json).unwrap(), figures);
}

#[test]
fn stretches_are_those_of_the_zone() {
    let mut desk = Desk::new();
    // In London the month, the week and the quarter begin an hour before they do in UTC.
    desk.open("2026-03-31T22:59", "rita", Kind::Request, "P3", "shop");
    desk.open("2026-03-31T23:00", "rita", Kind::Request, "P3", "shop");
    let facts = desk.facts();
    let year = Period::new(at("2026-01-01T00:00"), at("2026-12-31T00:00"));
    let question = Question { period: year, now: year.until, ..question() };
    let since = |every: Every| {
        let question = question.clone().every(every);
        let groups = facts.select(&question, desk.0.policies()).tallies();
        groups.into_iter().map(|(group, tally)| format!("{group} {}", tally.opened)).collect::<Vec<_>>()
    };
    assert_eq!(since(Every::Day), ["2026-03-31 1", "2026-04-01 1"]);
    assert_eq!(since(Every::Week), ["2026-03-30 2"]);
    assert_eq!(since(Every::Month), ["2026-03-01 1", "2026-04-01 1"]);
    assert_eq!(since(Every::Quarter), ["2026-01-01 1", "2026-04-01 1"]);
}

#[test]
fn the_period_before_is_as_many_months_or_days_before() {
    let of = |from: &str, until: &str| {
        let question = Question { period: Period::new(at(from), at(until)), ..question() };
        question.previous().period.to_string()
    };
    assert_eq!(of("2026-03-01T00:00", "2026-03-31T23:00"), "2026-02-01 00:00 to 2026-03-01 00:00 UTC");
    assert_eq!(of("2025-12-31T00:00", "2026-01-07T00:00"), "2025-12-24 00:00 to 2025-12-31 00:00 UTC");
    assert_eq!(of("2026-03-30T23:00", "2026-04-06T23:00"), "2026-03-24 00:00 to 2026-03-30 23:00 UTC");
    assert_eq!(of("2026-01-12T10:00", "2026-01-12T12:00"), "2026-01-12 08:00 to 2026-01-12 10:00 UTC");
}

#[test]
fn a_difference_says_whether_it_may_be_noise() {
    let survival = |from: i64| Survival::new(hours(&(from..from + 40).collect::<Vec<_>>()), hours(&[100]));
    let bootstrap = Bootstrap { seed: 7, ..Bootstrap::default() };
    for statistic in [Statistic::Mean, Statistic::Median] {
        let since = |now: i64, bootstrap: &Bootstrap| {
            survival(now).since(&survival(10), statistic, bootstrap).unwrap()
        };
        let (same, worse) = (since(11, &bootstrap), since(60, &bootstrap));
        assert!(same.may_be_noise() && !worse.may_be_noise(), "{same:?} {worse:?}");
        let (low, high) = worse.interval.unwrap();
        assert!(low < worse.now - worse.before && worse.now - worse.before < high && low > 30.0 * 3_600.0);
        assert_eq!(worse, since(60, &bootstrap), "the same seed, the same interval");
        assert_ne!(worse, since(60, &Bootstrap { seed: 8, ..bootstrap }));
    }
    let share = |part| Share { part, of: 100 };
    assert!(share(52).since(&share(50), &bootstrap).unwrap().may_be_noise());
    // By the normal approximation the difference of 0.9 and 0.5 is known to 0.115.
    let (low, high) = share(90).since(&share(50), &bootstrap).unwrap().interval.unwrap();
    assert!((0.25..0.32).contains(&low) && (0.48..0.55).contains(&high), "{low} {high}");
    assert_eq!(share(1).since(&Share::default(), &bootstrap), None, "nothing is not 0");
    assert_eq!(survival(1).since(&Survival::default(), Statistic::Median, &bootstrap), None);
}
