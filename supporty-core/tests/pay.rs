//! Paid on-call: the numbered edge case 42, and what holds for every statement.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeMap;

use proptest::prelude::*;

use supporty_core::pay::{
    Item, Line, Month, RestWarning, Statement, corrections, rest_warnings, standby, statements,
};
use supporty_core::policy::Policy;
use supporty_core::rota::{Command, Context, Plan, RotaEntry, RotaState, Rotas, decide, evolve};
use supporty_core::stream::{Cause, Entry};
use supporty_core::vocab::{Actor, Band, Period, PersonId, RotaId, Time};

use common::rota::{at, period};

const POLICY: &str = r#"
zone = "Europe/London"
[calendars.uk]
hours = "mon-fri 09:00-17:00"
holidays = { "2026-04-03" = "Good Friday", "2026-12-26" = "Boxing Day", "2026-12-25" = "Christmas Day" }
[people.ana]
name = "=Ana | \"quoted\""
holidays = "uk"
[people.ben]
name = "Ben"
zone = "America/New_York"
[people.lea]
[squads.web]
lead = "lea"
[rotas.web]
name = "Web"
squad = "web"
[[rotas.web.rotations]]
every = "week"
start = "2026-01-05 09:00"
members = ["ana", "ben"]
[rotas.zweb]
name = "Second line"
[[rotas.zweb.rotations]]
every = "week"
start = "2026-01-05 09:00"
members = ["ana"]
[pay]
currency = "GBP"
working = "mon-fri 09:00-17:00"
minimum_call_out = "1h"
longest_on_call = "6 days"
rest_after_call_out = "9h"
rotas = ["web"]
[[pay.rates]]
from = 2026-01-01
standby = { weeknight = "2.00", weekend = "3.00", holiday = "5.00" }
call_out = { weeknight = "20", weekend = "30", holiday = "50.01" }
[[pay.rates]]
from = 2026-04-01
standby = { weeknight = "2.20", weekend = "3.00", holiday = "5.00" }
call_out = { weeknight = "20", weekend = "30", holiday = "50.01" }
"#;

fn policy() -> Policy {
    Policy::from_toml(POLICY).unwrap()
}

/// A desk's rotas, and what people arrange on `web`.
struct Bench {
    policy: Policy,
    state: RotaState,
}

impl Bench {
    fn new(policy: Policy) -> Self {
        Self { policy, state: RotaState::default() }
    }

    fn ask(&mut self, now: &str, by: &str, command: Command) -> u64 {
        let plan = Plan::new(&self.policy, &"web".into(), at("2027-02-01T00:00:00Z")).unwrap();
        let by = Actor::Person(by.into());
        let context = Context { now: at(now), by: &by, policy: &self.policy, plan: &plan };
        for event in decide(&self.state, &command, &context).unwrap() {
            let (seq, by) = (self.state.seq + 1, by.clone());
            let entry: RotaEntry = Entry { seq, at: at(now), by, cause: Cause::Timer, event };
            evolve(&mut self.state, &entry);
        }
        self.state.seq
    }

    fn rotas(&self) -> Rotas {
        let states = BTreeMap::from([(RotaId::new("web"), self.state.clone())]);
        Rotas::new(&self.policy, &states, period("2026-01-01T00:00:00Z", "2027-02-01T00:00:00Z"))
    }

    fn statement(&self, person: &str, month: &str) -> Statement {
        let all = statements(&self.rotas(), month.parse().unwrap());
        all.into_iter().find(|one| one.person.as_str() == person).unwrap()
    }

    fn called_out(&mut self, person: &str, period: Period) -> u64 {
        let after = period.until.to_rfc3339();
        let ticket = "SUP-7".parse().unwrap();
        let call_out =
            self.ask(&after, "lea", Command::ProposeCallOut { person: person.into(), ticket, period });
        self.ask(&after, person, Command::ConfirmCallOut { call_out, period: None });
        self.ask(&after, "lea", Command::ApproveCallOut { call_out });
        call_out
    }
}

fn hours(statement: &Statement, band: Band) -> i64 {
    let of = |line: &&Line| matches!(&line.item, Item::Standby { band: known, .. } if *known == band);
    statement.lines.iter().filter(of).map(|line| line.seconds).sum::<i64>() / 3600
}

#[test]
fn edge_42_a_week_over_a_clock_change_is_paid_its_167_or_169_hours() {
    let ana_first = POLICY.replace("members = [\"ana\", \"ben\"]", "members = [\"ben\", \"ana\"]");
    let bench = Bench::new(Policy::from_toml(&ana_first).unwrap());
    let rotas = bench.rotas();
    let pay = bench.policy.spec().pay.as_ref().unwrap();
    let paid = |week: Period| -> Vec<(String, Band, i64)> {
        let mut sums = BTreeMap::new();
        for (person, all) in standby(&rotas, pay, week, |_, _| week) {
            for one in all {
                *sums.entry((person.to_string(), one.band)).or_default() += one.period.length().num_hours();
            }
        }
        sums.into_iter().map(|((person, band), hours)| (person, band, hours)).collect()
    };
    let ana = || "ana".to_owned();
    let spring = paid(period("2026-03-23T09:00:00Z", "2026-03-30T08:00:00Z"));
    assert_eq!(spring, [(ana(), Band::Weeknight, 80), (ana(), Band::Weekend, 47)], "and 40 hours of work");
    let autumn = paid(period("2026-10-19T08:00:00Z", "2026-10-26T09:00:00Z"));
    assert_eq!(autumn, [(ana(), Band::Weeknight, 80), (ana(), Band::Weekend, 49)]);
}

#[test]
fn edge_42_midnight_month_and_year_ends_split_where_the_persons_own_clocks_say() {
    let bench = Bench::new(policy());
    let december = bench.statement("ana", "2026-12");
    let all: i64 = december.lines.iter().map(|line| line.seconds).sum();
    let mut expected = 0;
    let schedule = bench
        .rotas()
        .schedule(&"web".into(), period("2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"))
        .unwrap();
    for shift in schedule.shifts().iter().filter(|shift| shift.on.person.as_str() == "ana") {
        let mut now = shift.period.from;
        while now < shift.period.until {
            let (day, hour) =
                (now.format("%a").to_string(), now.format("%H").to_string().parse::<u32>().unwrap());
            let holiday = ["2026-12-25", "2026-12-26"].contains(&now.format("%Y-%m-%d").to_string().as_str());
            let works = !["Sat", "Sun"].contains(&day.as_str()) && (9..17).contains(&hour) && !holiday;
            expected += if works { 0 } else { 3600 };
            now += chrono::TimeDelta::hours(1);
        }
    }
    assert_eq!(all, expected, "every hour of the month by London's clocks but for those worked");
    let (ben, zone) = (bench.statement("ben", "2026-02"), "America/New_York");
    let month: Month = "2026-02".parse().unwrap();
    let february = month.period(&supporty_core::time::Zone::new(zone).unwrap());
    let inside =
        ben.lines.iter().flat_map(|line| &line.periods).all(|one| one.overlap(&february) == Some(*one));
    assert!(inside, "{ben:?}");
}

#[test]
fn edge_42_a_holiday_on_a_weekend_is_paid_once_as_a_holiday() {
    let bench = Bench::new(policy());
    let december = bench.statement("ana", "2026-12");
    // 25 and 26 December: a Friday, and a Saturday that is Boxing Day.
    let on = |date: &str| {
        bench.rotas().who(&"web".into(), at(&format!("{date}T12:00:00Z"))).unwrap().on[0].person.to_string()
    };
    let days = ["2026-12-25", "2026-12-26"].iter().filter(|date| on(date) == "ana").count();
    assert_eq!(hours(&december, Band::Holiday), i64::try_from(days).unwrap() * 24);
    assert_eq!(days, 2);
    let ben = statements(&bench.rotas(), "2026-12".parse().unwrap());
    let ben = ben.iter().find(|one| one.person.as_str() == "ben").unwrap();
    assert_eq!(hours(ben, Band::Holiday), 0, "they are not his holidays");
}

#[test]
fn edge_42_two_rotas_at_once_are_paid_once_if_so_set() {
    let both = POLICY.replace("rotas = [\"web\"]", "rotas = [\"web\", \"zweb\"]");
    let once = Bench::new(Policy::from_toml(&both).unwrap());
    let twice = Bench::new(
        Policy::from_toml(&both.replace("minimum_call_out", "once = false\nminimum_call_out")).unwrap(),
    );
    let seconds =
        |bench: &Bench| bench.statement("ana", "2026-02").lines.iter().map(|line| line.seconds).sum::<i64>();
    let month = 28 * 24 - 20 * 8;
    assert_eq!(seconds(&once) / 3600, month, "on the second line all month, and on the first in it: once");
    assert!(seconds(&twice) / 3600 > month);
}

#[test]
fn edge_42_a_swap_moves_the_money_and_the_rate_in_force_counts() {
    let mut bench = Bench::new(policy());
    let before = statements(&bench.rotas(), "2026-03".parse().unwrap());
    let part = period("2026-03-10T22:00:00Z", "2026-03-11T08:00:00Z");
    let owner = bench.rotas().who(&"web".into(), part.from).unwrap().on[0].person.to_string();
    let asked = bench.ask(
        "2026-03-01T00:00:00Z",
        &owner,
        Command::AskSwap { person: owner.as_str().into(), period: part, with: None, why: None },
    );
    bench.ask("2026-03-01T00:00:00Z", "lea", Command::TakeSwap { swap: asked, in_return: None });
    let after = statements(&bench.rotas(), "2026-03".parse().unwrap());
    let of = |all: &[Statement], person: &str| {
        all.iter().find(|one| one.person.as_str() == person).map_or(0, Statement::total)
    };
    assert_eq!(of(&after, "lea"), 10 * 200, "ten hours of a weeknight, to whoever was on");
    assert_eq!(of(&before, &owner) - of(&after, &owner), 10 * 200);
    let april = bench.statement("ana", "2026-04");
    assert!(april.lines.iter().all(|line| line.rate != 200), "{april:?}");
    assert!(april.lines.iter().any(|line| line.rate == 220));
}

#[test]
fn edge_42_a_call_out_is_paid_its_minimum_only_when_it_is_approved_and_never_by_oneself() {
    let mut bench = Bench::new(policy());
    let call = period("2026-03-07T02:00:00Z", "2026-03-07T02:20:00Z");
    bench.called_out("ana", call);
    let statement = bench.statement("ana", "2026-03");
    let line = statement.lines.iter().find(|line| matches!(line.item, Item::CallOut { .. })).unwrap();
    assert_eq!((line.seconds, line.rate, line.amount), (3600, 3000, 3000), "an hour of a Saturday");
    assert_eq!(line.periods, [call], "the line says when it really was");
    let ticket = "SUP-8".parse().unwrap();
    let again = Command::ProposeCallOut { person: "ana".into(), ticket, period: call };
    let proposed = bench.ask("2026-03-07T03:00:00Z", "lea", again);
    assert_eq!(bench.statement("ana", "2026-03"), statement, "what is only proposed is not paid");
    let plan = Plan::new(&bench.policy, &"web".into(), at("2027-01-01T00:00:00Z")).unwrap();
    let ana = Actor::Person("ana".into());
    let context = Context { now: at("2026-03-07T03:00:00Z"), by: &ana, policy: &bench.policy, plan: &plan };
    bench.state.call_outs.get_mut(&proposed).unwrap().state = supporty_core::rota::CallOutState::Confirmed;
    assert!(decide(&bench.state, &Command::ApproveCallOut { call_out: proposed }, &context).is_err());
}

#[test]
fn edge_42_a_correction_after_closing_is_a_new_line_and_comes_once() {
    let mut bench = Bench::new(policy());
    let month: Month = "2026-03".parse().unwrap();
    let closed = statements(&bench.rotas(), month);
    assert!(corrections(month, &closed, &closed).is_empty());
    bench.called_out("ana", period("2026-03-07T02:00:00Z", "2026-03-07T04:00:00Z"));
    let now = statements(&bench.rotas(), month);
    let due = corrections(month, &closed, &now);
    let ana = &due[&PersonId::new("ana")];
    assert_eq!((due.len(), ana.len(), ana[0].amount), (1, 1, 6000));
    let next = Statement { person: "ana".into(), month: month.next(), lines: ana.clone() };
    let paid: Vec<_> = closed.iter().cloned().chain([next]).collect();
    assert!(corrections(month, &paid, &now).is_empty(), "it was put right already");
    let back = corrections(month, &paid, &closed);
    assert_eq!(back[&PersonId::new("ana")][0].amount, -6000, "and can be taken back");
}

#[test]
fn statements_are_tables_in_which_names_do_nothing() {
    let bench = Bench::new(policy());
    let pay = bench.policy.spec().pay.clone().unwrap();
    let statement = bench.statement("ana", "2026-03");
    let csv = statement.to_csv(&bench.policy, &pay);
    assert!(csv.contains("\n\"'=Ana | \"\"quoted\"\"\",2026-03,\"On call for Web, weeknights\","), "{csv}");
    let markdown = statement.to_markdown(&bench.policy, &pay);
    assert!(markdown.starts_with("# \\=Ana \\| \\\"quoted\\\", 2026-03\n"), "{markdown}");
    assert!(markdown.ends_with(&format!("**{} GBP** |\n", pay.written(statement.total()))), "{markdown}");
    assert_eq!([pay.written(5), pay.written(-1234), pay.written(0)], ["0.05", "-12.34", "0.00"]);
}

#[test]
fn too_much_on_call_and_too_little_rest_are_warned_of() {
    let mut bench = Bench::new(policy());
    bench.called_out("ana", period("2026-03-03T04:00:00Z", "2026-03-03T05:00:00Z"));
    let warnings = rest_warnings(&bench.rotas(), period("2026-03-01T00:00:00Z", "2026-03-20T00:00:00Z"));
    let short = RestWarning::ShortRest {
        person: "ana".into(),
        ended: at("2026-03-03T05:00:00Z"),
        works: at("2026-03-03T09:00:00Z"),
    };
    assert!(warnings.contains(&short), "{warnings:?}");
    assert!(
        warnings
            .iter()
            .any(|one| matches!(one, RestWarning::TooLong { person, .. } if person.as_str() == "ana")),
        "a week is too long"
    );
}

fn a_time() -> impl Strategy<Value = Time> {
    (0i64..200 * 24 * 4)
        .prop_map(|quarters| at("2026-01-10T00:00:00Z") + chrono::TimeDelta::minutes(15 * quarters))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn splitting_a_period_at_any_instant_changes_nothing_and_every_hour_on_call_is_paid_or_worked(
        from in a_time(), cut in a_time(), until in a_time()
    ) {
        let mut times = [from, cut, until];
        times.sort();
        let [from, cut, until] = times;
        prop_assume!(from < until);
        let bench = Bench::new(policy());
        let rotas = bench.rotas();
        let pay = bench.policy.spec().pay.as_ref().unwrap();
        let paid = |from, until| -> BTreeMap<(PersonId, Band, u64), i64> {
            let mut sums = BTreeMap::new();
            let all = standby(&rotas, pay, Period::new(from, until), |_, _| Period::new(from, until));
            for (person, all) in all {
                for one in all {
                    *sums.entry((person.clone(), one.band, one.rate)).or_default() += one.period.length().num_seconds();
                }
            }
            sums
        };
        let mut halves = paid(from, cut);
        for (key, seconds) in paid(cut, until) {
            *halves.entry(key).or_default() += seconds;
        }
        halves.retain(|_, seconds| *seconds != 0);
        prop_assert_eq!(&halves, &paid(from, until));
        let schedule = rotas.schedule(&"web".into(), Period::new(from, until)).unwrap();
        // Every shift begins and ends at a quarter of an hour, and so do working hours and days on everybody's clocks.
        let (mut on, mut worked) = (0, 0);
        for shift in schedule.shifts() {
            let ana = shift.on.person.as_str() == "ana";
            let zone = supporty_core::time::Zone::new(if ana { "Europe/London" } else { "America/New_York" }).unwrap();
            let mut now = shift.period.from;
            while now < shift.period.until {
                let local = zone.local(now);
                let weekday = !["Sat", "Sun"].contains(&local.format("%a").to_string().as_str());
                let holiday = ana && local.date().to_string() == "2026-04-03";
                let works = weekday && !holiday && (9..17).contains(&chrono::Timelike::hour(&local));
                on += 900;
                worked += if works { 900 } else { 0 };
                now += chrono::TimeDelta::minutes(15);
            }
        }
        prop_assert_eq!(halves.values().sum::<i64>(), on - worked);
    }

    #[test]
    fn a_statement_is_the_sum_of_its_lines_and_each_is_its_hours_times_its_rate_rounded_once(month in 1u32..12) {
        let bench = Bench::new(policy());
        for statement in statements(&bench.rotas(), format!("2026-{month:02}").parse().unwrap()) {
            prop_assert_eq!(statement.total(), statement.lines.iter().map(|line| line.amount).sum::<i64>());
            for line in &statement.lines {
                let exact = line.seconds as f64 * line.rate as f64 / 3600.0;
                prop_assert!((line.amount as f64 - exact).abs() <= 0.5, "{:?}", line);
                let seconds: i64 = line.periods.iter().map(|one| one.length().num_seconds()).sum();
                prop_assert_eq!(seconds, line.seconds, "the periods explain the hours");
            }
        }
    }
}
