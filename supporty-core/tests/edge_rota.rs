//! The numbered edge cases about rotas: 34 to 40.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeMap;

use supporty_core::policy::{Member, Roster};
use supporty_core::rota::{Change, Command, Reason, Refusal, Rotas, SwapState};
use supporty_core::time::{CalendarSpec, Hours, Unit, Weekday, Window, Zone};
use supporty_core::vocab::Period;

use common::rota::{Desk, arrange, at, names, period, replace, rota, rotation, spec, totals};

fn weekly(zone: &str, start: &str, members: &[&str]) -> Desk {
    Desk::new(spec(rota(zone, vec![rotation(Unit::Week, 1, start, members)])))
}

fn away(person: &str, from: &str, until: &str) -> Command {
    Command::BeAway { person: person.into(), period: period(from, until), reason: Reason::TimeOff, why: None }
}

fn swap(person: &str, from: &str, until: &str) -> Command {
    Command::AskSwap { person: person.into(), period: period(from, until), with: None, why: None }
}

fn take(swap: u64) -> Command {
    Command::TakeSwap { swap, in_return: None }
}

const BEFORE: &str = "2026-01-01T00:00:00Z";

#[test]
fn edge_34_a_weekly_handoff_stays_at_nine_over_a_clock_change_and_a_week_has_167_or_169_hours() {
    let desk = weekly("Europe/London", "2026-03-16T09:00:00", &["ana", "ben"]);
    assert_eq!(
        desk.shifts("2026-03-16T09:00:00Z", "2026-04-06T08:00:00Z"),
        [
            "ana 2026-03-16T09:00 2026-03-23T09:00",
            "ben 2026-03-23T09:00 2026-03-30T08:00",
            "ana 2026-03-30T08:00 2026-04-06T08:00",
        ]
    );
    let hours = |from, until| -> Vec<_> {
        desk.schedule(from, until).shifts().iter().map(|shift| shift.period.length().num_hours()).collect()
    };
    assert_eq!(hours("2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z"), [167]);
    assert_eq!(hours("2026-10-19T08:00:00Z", "2026-10-26T09:00:00Z"), [169]);
}

#[test]
fn edge_34_a_handoff_at_a_time_that_does_not_exist_is_an_hour_later_that_day_only() {
    let daily = rotation(Unit::Day, 1, "2026-03-27T02:30:00", &["ana", "ben"]);
    let desk = Desk::new(spec(rota("Europe/Berlin", vec![daily])));
    assert_eq!(
        desk.shifts("2026-03-27T01:30:00Z", "2026-03-30T00:30:00Z"),
        [
            "ana 2026-03-27T01:30 2026-03-28T01:30",
            "ben 2026-03-28T01:30 2026-03-29T01:30",
            "ana 2026-03-29T01:30 2026-03-30T00:30",
        ],
        "03:30 summer time is 01:30 UTC, the day after 02:30 is 00:30 UTC"
    );
}

#[test]
fn edge_35_a_monthly_handoff_on_the_31st_is_on_the_last_day_of_shorter_months() {
    let monthly = rotation(Unit::Month, 1, "2026-01-31T09:00:00", &["ana", "ben"]);
    let desk = Desk::new(spec(rota("UTC", vec![monthly])));
    let starts: Vec<_> = desk.shifts("2026-01-31T09:00:00Z", "2026-05-31T09:00:00Z");
    let starts: Vec<_> = starts.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(starts, ["2026-01-31T09:00", "2026-02-28T09:00", "2026-03-31T09:00", "2026-04-30T09:00"]);
}

fn with_dates(dates: &[(&str, Option<&str>, Option<&str>)]) -> Desk {
    let mut one = rotation(Unit::Week, 1, "2026-01-05T09:00:00", &[]);
    let date = |text: &&str| text.parse().unwrap();
    let members = dates.iter().map(|(name, from, until)| Member {
        from: from.as_ref().map(date),
        until: until.as_ref().map(date),
        ..Member::one(*name)
    });
    one.members = members.collect();
    Desk::new(spec(rota("UTC", vec![one])))
}

#[test]
fn edge_36_a_member_comes_with_the_first_handoff_of_their_time_and_leaves_on_their_last_day() {
    let desk = with_dates(&[
        ("ana", None, Some("2026-01-20")),
        ("ben", None, None),
        ("cy", Some("2026-01-14"), None),
    ]);
    assert_eq!(
        desk.shifts("2026-01-05T09:00:00Z", "2026-02-09T09:00:00Z"),
        [
            "ana 2026-01-05T09:00 2026-01-12T09:00",
            "ben 2026-01-12T09:00 2026-01-19T09:00",
            "cy 2026-01-19T09:00 2026-01-26T09:00",
            "ben 2026-01-26T09:00 2026-02-02T09:00",
            "cy 2026-02-02T09:00 2026-02-09T09:00",
        ]
    );
}

#[test]
fn edge_36_what_is_left_of_the_turn_of_somebody_who_leaves_goes_to_the_next_in_order() {
    let desk = with_dates(&[("ana", None, Some("2026-01-07")), ("ben", None, None), ("cy", None, None)]);
    assert_eq!(
        desk.shifts("2026-01-05T09:00:00Z", "2026-01-26T09:00:00Z"),
        [
            "ana 2026-01-05T09:00 2026-01-08T00:00",
            "ben 2026-01-08T00:00 2026-01-12T09:00",
            "cy 2026-01-12T09:00 2026-01-19T09:00",
            "ben 2026-01-19T09:00 2026-01-26T09:00",
        ]
    );
}

#[test]
fn edge_36_one_member_is_always_on_and_none_is_a_gap() {
    let one = weekly("UTC", "2026-01-05T09:00:00", &["ana"]);
    assert_eq!(one.shifts("2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z").len(), 2, "two turns, both theirs");
    let none = weekly("UTC", "2026-01-05T09:00:00", &[]);
    let schedule = none.schedule("2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z");
    assert_eq!(schedule.gaps().iter().map(|gap| gap.period).collect::<Vec<_>>(), [schedule.period()]);
}

#[test]
fn edge_37_everybody_of_fourteen_serves_on_a_daily_rota_of_weekdays() {
    let people: Vec<_> = (0..14).map(|n| format!("p{n:02}")).collect();
    let names: Vec<_> = people.iter().map(String::as_str).collect();
    let mut one = rotation(Unit::Day, 1, "2026-01-05T09:00:00", &names);
    one.hours = Some("days".into());
    let mut policy = spec(rota("UTC", vec![one]));
    let weekly = Weekday::WORKING.into_iter().map(|day| (day, vec![Window::hours(0, 24)])).collect();
    let days = Hours { zone: Zone::utc(), weekly, closed: BTreeMap::new(), dated: BTreeMap::new() };
    policy.calendars.insert("days".into(), CalendarSpec::Hours(days));
    let desk = Desk::new(policy);
    let totals = totals(&desk.schedule("2026-01-05T09:00:00Z", "2026-05-04T09:00:00Z"));
    assert_eq!(totals.len(), 14, "by calendar days some would only ever have weekends");
    assert!(desk.on("2026-01-10T12:00:00Z").is_empty(), "a Saturday");
    let friday = desk.on("2026-01-09T12:00:00Z");
    assert_eq!((friday, desk.on("2026-01-12T12:00:00Z")), (vec!["p04".to_owned()], vec!["p06".to_owned()]));
    assert_eq!(
        desk.on("2026-01-12T08:00:00Z"),
        ["p05"],
        "the turn that begins on Sunday at 9 has hours on Monday"
    );
}

#[test]
fn edge_38_an_override_across_two_shifts_and_overlapping_ones_apply_in_the_order_in_which_they_were_made() {
    let mut desk = weekly("UTC", "2026-01-05T09:00:00", &["ana", "ben"]);
    let first = arrange("2026-01-11T00:00:00Z", "2026-01-14T00:00:00Z", Change::Only(vec!["zoe".into()]));
    desk.ask(BEFORE, "ana", first).unwrap();
    desk.ask(BEFORE, "ana", arrange("2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z", replace("zoe", "yan")))
        .unwrap();
    assert_eq!(
        desk.shifts("2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z"),
        [
            "ana 2026-01-05T09:00 2026-01-11T00:00",
            "zoe 2026-01-11T00:00 2026-01-12T00:00",
            "yan 2026-01-12T00:00 2026-01-13T00:00",
            "zoe 2026-01-13T00:00 2026-01-14T00:00",
            "ben 2026-01-14T00:00 2026-01-19T09:00",
        ]
    );
    desk.ask(BEFORE, "ana", Command::Withdraw { arranged: 1 }).unwrap();
    assert_eq!(desk.on("2026-01-12T08:00:00Z"), ["ana"], "nobody is replaced where zoe is not on");
    let schedule = desk.schedule("2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z");
    assert!(schedule.without_effect().contains(&2));
}

#[test]
fn edge_38_a_swap_of_a_part_and_of_a_swap_moves_exactly_that() {
    let mut desk = weekly("UTC", "2026-01-05T09:00:00", &["ana", "ben"]);
    let asked = desk.ask(BEFORE, "ana", swap("ana", "2026-01-07T00:00:00Z", "2026-01-10T00:00:00Z")).unwrap();
    desk.ask(BEFORE, "zoe", take(asked)).unwrap();
    let again = desk.ask(BEFORE, "zoe", swap("zoe", "2026-01-08T00:00:00Z", "2026-01-09T00:00:00Z")).unwrap();
    desk.ask(BEFORE, "yan", take(again)).unwrap();
    assert_eq!(
        desk.shifts("2026-01-05T09:00:00Z", "2026-01-12T09:00:00Z"),
        [
            "ana 2026-01-05T09:00 2026-01-07T00:00",
            "zoe 2026-01-07T00:00 2026-01-08T00:00",
            "yan 2026-01-08T00:00 2026-01-09T00:00",
            "zoe 2026-01-09T00:00 2026-01-10T00:00",
            "ana 2026-01-10T00:00 2026-01-12T09:00",
        ]
    );
}

#[test]
fn edge_38_a_swap_in_return_gives_each_the_shift_of_the_other() {
    let mut desk = weekly("UTC", "2026-01-05T09:00:00", &["ana", "ben"]);
    let asked = desk.ask(BEFORE, "ana", swap("ana", "2026-01-05T09:00:00Z", "2026-01-12T09:00:00Z")).unwrap();
    let given = Some(period("2026-01-12T09:00:00Z", "2026-01-19T09:00:00Z"));
    desk.ask(BEFORE, "ben", Command::TakeSwap { swap: asked, in_return: given }).unwrap();
    assert_eq!(
        desk.shifts("2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z"),
        ["ben 2026-01-05T09:00 2026-01-12T09:00", "ana 2026-01-12T09:00 2026-01-19T09:00"]
    );
}

#[test]
fn edge_38_what_is_given_in_return_lies_apart_from_what_is_taken_and_ahead() {
    let mut desk = weekly("UTC", "2026-01-05T09:00:00", &["ana", "ben"]);
    let both = period("2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z");
    let asked = Command::AskSwap { person: "ana".into(), period: both, with: None, why: None };
    let swap_of_both = desk.ask(BEFORE, "ana", asked).unwrap();
    let given = |swap, period| Command::TakeSwap { swap, in_return: Some(period) };
    assert_eq!(desk.ask(BEFORE, "ben", given(swap_of_both, both)), Err(Refusal::SamePeriod));
    let week = swap("ana", "2026-01-19T09:00:00Z", "2026-01-26T09:00:00Z");
    let asked = desk.ask(BEFORE, "ana", week).unwrap();
    let begun = given(asked, period("2026-01-13T09:00:00Z", "2026-01-19T09:00:00Z"));
    assert_eq!(desk.ask("2026-01-14T00:00:00Z", "ben", begun), Err(Refusal::Over));
}

#[test]
fn a_call_out_that_is_not_over_can_not_be_said_to_have_been() {
    let mut desk = weekly("UTC", "2026-01-05T09:00:00", &["ana", "ben"]);
    let night = period("2026-01-06T02:00:00Z", "2026-01-06T03:00:00Z");
    let ticket = "SUP-1".parse().unwrap();
    let propose = Command::ProposeCallOut { person: "ana".into(), ticket, period: night };
    assert_eq!(desk.ask("2026-01-06T02:30:00Z", "ben", propose.clone()), Err(Refusal::NotOver));
    let call_out = desk.ask("2026-01-06T03:00:00Z", "ben", propose.clone()).unwrap();
    assert_eq!(desk.ask("2026-01-06T03:00:00Z", "ben", propose), Err(Refusal::ProposedAlready));
    let longer = Some(period("2026-01-06T02:00:00Z", "2026-01-07T02:00:00Z"));
    let confirm = Command::ConfirmCallOut { call_out, period: longer };
    assert_eq!(desk.ask("2026-01-06T04:00:00Z", "ana", confirm), Err(Refusal::NotOver));
}

#[test]
fn edge_38_a_swap_whose_shift_moved_changes_nothing_and_is_reported() {
    let mut desk = weekly("UTC", "2026-01-05T09:00:00", &["ana", "ben"]);
    let asked = desk.ask(BEFORE, "ana", swap("ana", "2026-01-05T09:00:00Z", "2026-01-12T09:00:00Z")).unwrap();
    let taken = desk.ask(BEFORE, "zoe", take(asked)).unwrap();
    desk.becomes(spec(rota("UTC", vec![rotation(Unit::Week, 1, "2026-01-05T09:00:00", &["ben", "ana"])])));
    assert_eq!(desk.on("2026-01-06T00:00:00Z"), ["ben"], "it was ana's shift that zoe took");
    let schedule = desk.schedule("2026-01-05T00:00:00Z", "2026-01-19T09:00:00Z");
    assert_eq!(schedule.without_effect().iter().copied().collect::<Vec<_>>(), [taken]);
}

#[test]
fn edge_38_nobody_swaps_with_themselves_takes_what_is_over_or_what_others_were_offered() {
    let mut desk = weekly("UTC", "2026-01-05T09:00:00", &["ana", "ben"]);
    let asked = desk.ask(BEFORE, "ana", swap("ana", "2026-01-05T09:00:00Z", "2026-01-07T09:00:00Z")).unwrap();
    assert_eq!(desk.ask(BEFORE, "ana", take(asked)), Err(Refusal::Oneself));
    let offered = Command::AskSwap {
        person: "ana".into(),
        period: period("2026-01-08T00:00:00Z", "2026-01-09T00:00:00Z"),
        with: Some("ben".into()),
        why: None,
    };
    let offered = desk.ask(BEFORE, "ana", offered).unwrap();
    assert_eq!(desk.ask(BEFORE, "zoe", take(offered)), Err(Refusal::OfferedTo("ben".into())));
    assert_eq!(supporty_core::rota::next_deadline(&desk.state, &desk.plan), Some(at("2026-01-05T09:00:00Z")));
    desk.tick("2026-01-05T09:00:00Z");
    assert_eq!(desk.state.swaps[&asked].state, SwapState::Expired);
    assert_eq!(desk.ask("2026-01-05T10:00:00Z", "zoe", take(asked)), Err(Refusal::Gone));
    assert_eq!(
        desk.ask(BEFORE, "zoe", swap("ana", "2026-01-08T00:00:00Z", "2026-01-09T00:00:00Z")),
        Err(Refusal::NotYours("ana".into()))
    );
    desk.ask(BEFORE, "zoe", away("zoe", "2026-01-08T12:00:00Z", "2026-01-08T13:00:00Z")).unwrap();
    let asked = desk.ask(BEFORE, "ana", swap("ana", "2026-01-08T00:00:00Z", "2026-01-09T00:00:00Z")).unwrap();
    let refused = desk.ask(BEFORE, "zoe", take(asked));
    assert!(matches!(refused, Err(Refusal::IsAway { .. })), "{refused:?}");
}

#[test]
fn edge_39_a_gap_is_reported_unless_it_is_meant() {
    let mut desk = weekly("UTC", "2026-01-05T09:00:00", &["ana", "ben"]);
    desk.ask(BEFORE, "ana", away("ana", "2026-01-06T00:00:00Z", "2026-01-08T00:00:00Z")).unwrap();
    let gaps = |desk: &Desk| -> Vec<_> {
        desk.schedule("2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z")
            .gaps()
            .iter()
            .map(|gap| gap.period)
            .collect()
    };
    assert_eq!(gaps(&desk), [period("2026-01-06T00:00:00Z", "2026-01-08T00:00:00Z")]);
    let meant =
        Command::DeclareGap { period: period("2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z"), why: None };
    let declared = desk.ask(BEFORE, "ben", meant).unwrap();
    assert_eq!(gaps(&desk), [period("2026-01-07T00:00:00Z", "2026-01-08T00:00:00Z")]);
    desk.ask(BEFORE, "ben", Command::ReclaimGap { gap: declared }).unwrap();
    desk.ask(BEFORE, "ben", Command::SetFallback { people: vec!["ana".into(), "zoe".into()] }).unwrap();
    assert_eq!(desk.on("2026-01-06T12:00:00Z"), ["zoe"], "ana is away herself");
    assert!(gaps(&desk).is_empty());
    desk.ask("2026-01-06T12:00:00Z", "ana", Command::ComeBack { away: 1 }).unwrap();
    assert_eq!(desk.on("2026-01-06T12:00:00Z"), ["ana"]);
    assert_eq!(desk.on("2026-01-06T11:00:00Z"), ["zoe"], "what was, was");
}

#[test]
fn edge_39_a_lower_layer_shows_through_where_the_higher_one_has_nobody() {
    let mut upper = rotation(Unit::Day, 1, "2026-01-05T09:00:00", &["ana"]);
    upper.layer = 1;
    upper.lasts = Some(8 * 3600);
    let lower = rotation(Unit::Week, 1, "2026-01-05T00:00:00", &["ben"]);
    let mut desk = Desk::new(spec(rota("UTC", vec![lower, upper])));
    assert_eq!(desk.on("2026-01-05T10:00:00Z"), ["ana"]);
    assert_eq!(desk.on("2026-01-05T18:00:00Z"), ["ben"]);
    desk.ask(BEFORE, "ana", away("ana", "2026-01-05T09:00:00Z", "2026-01-05T12:00:00Z")).unwrap();
    assert_eq!(desk.on("2026-01-05T10:00:00Z"), ["ben"]);
}

#[test]
fn edge_40_every_reader_sees_the_same_schedule() {
    let mut policy = spec(rota("UTC", vec![rotation(Unit::Week, 1, "2026-01-05T09:00:00", &["ana", "ben"])]));
    let squad = supporty_core::policy::Squad {
        name: "Web".to_owned(),
        gardener_rota: Some("web".into()),
        on_call_rota: Some("web".into()),
        hours: "office".into(),
        ..Default::default()
    };
    policy.squads.insert("web".into(), squad);
    let mut desk = Desk::new(policy);
    let asked = desk.ask(BEFORE, "ana", swap("ana", "2026-01-07T00:00:00Z", "2026-01-10T00:00:00Z")).unwrap();
    desk.ask(BEFORE, "zoe", take(asked)).unwrap();
    desk.ask(BEFORE, "zoe", away("zoe", "2026-01-09T00:00:00Z", "2026-01-10T00:00:00Z")).unwrap();
    let states = BTreeMap::from([("web".into(), desk.state.clone())]);
    let ready = period("2026-01-05T09:00:00Z", "2026-01-14T00:00:00Z");
    let rotas = Rotas::new(&desk.policy, &states, ready);
    let whole = period("2026-01-05T09:00:00Z", "2026-02-02T09:00:00Z");
    let schedule = rotas.schedule(&"web".into(), whole).unwrap();
    let mut now = whole.from;
    while now < whole.until {
        let on = names(schedule.who(now));
        assert_eq!(names(&rotas.who(&"web".into(), now).unwrap().on), on, "{now}, beyond what is ready too");
        assert_eq!(rotas.gardener(&"web".into(), now).map(|who| who.to_string()), on.first().cloned());
        assert_eq!(
            rotas.on_call(&"web".into(), now).iter().map(|who| who.to_string()).collect::<Vec<_>>(),
            on
        );
        let of_shifts = schedule.shifts().into_iter().filter(|shift| shift.period.contains(now));
        assert_eq!(of_shifts.map(|shift| shift.on.person.to_string()).collect::<Vec<_>>(), on);
        let part = Period::new(now, now + chrono::TimeDelta::hours(5));
        assert_eq!(
            names(rotas.schedule(&"web".into(), part).unwrap().who(now)),
            on,
            "any part of it says the same"
        );
        now += chrono::TimeDelta::hours(7);
    }
}
