//! What holds for every rota, whatever people arrange on it.

#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeSet;

use proptest::prelude::*;

use supporty_core::policy::{Member, Rota};
use supporty_core::rota::{Change, Command, Event, Reason, RotaState, Schedule, evolve, next_deadline};
use supporty_core::time::Unit;
use supporty_core::vocab::{Period, Time};

use common::rota::{Desk, at, rota, rotation, spec, totals};

const NAMES: [&str; 5] = ["ana", "ben", "cy", "dee", "eli"];
const ZONES: [&str; 4] = ["UTC", "Europe/London", "Australia/Lord_Howe", "America/Havana"];

fn start() -> Time {
    at("2026-03-02T00:00:00Z")
}

fn a_period() -> impl Strategy<Value = Period> {
    (0i64..60 * 24, 1i64..10 * 24).prop_map(|(from, length)| {
        let from = start() + chrono::TimeDelta::hours(from);
        Period::new(from, from + chrono::TimeDelta::hours(length))
    })
}

fn somebody() -> impl Strategy<Value = &'static str> {
    prop::sample::select(NAMES.as_slice())
}

fn a_command() -> impl Strategy<Value = Command> {
    let change = prop_oneof![
        somebody().prop_map(|who| Change::Add(who.into())),
        somebody().prop_map(|who| Change::Remove(who.into())),
        (somebody(), somebody())
            .prop_map(|(person, with)| Change::Replace { person: person.into(), with: with.into() }),
        prop::collection::vec(somebody(), 0..3)
            .prop_map(|all| Change::Only(all.into_iter().map(Into::into).collect())),
    ];
    prop_oneof![
        (a_period(), change).prop_map(|(period, change)| Command::Arrange { period, change, why: None }),
        (somebody(), a_period()).prop_map(|(who, period)| Command::AskSwap {
            person: who.into(),
            period,
            with: None,
            why: None
        }),
        (1u64..20, prop::option::of(a_period()))
            .prop_map(|(swap, in_return)| Command::TakeSwap { swap, in_return }),
        (somebody(), a_period()).prop_map(|(who, period)| Command::BeAway {
            person: who.into(),
            period,
            reason: Reason::TimeOff,
            why: None
        }),
        (1u64..20).prop_map(|away| Command::ComeBack { away }),
        (1u64..20).prop_map(|arranged| Command::Withdraw { arranged }),
        (a_period()).prop_map(|period| Command::DeclareGap { period, why: None }),
    ]
}

prop_compose! {
    fn a_rota()(
        zone in prop::sample::select(ZONES.as_slice()),
        every in prop::sample::select([Unit::Hour, Unit::Day, Unit::Week, Unit::Month].as_slice()),
        length in 1u16..9,
        members in prop::collection::vec((somebody(), prop::option::of(0i64..60), prop::option::of(0i64..60)), 0..5),
        layers in 1u8..3,
        fallback in prop::option::of(somebody()),
    ) -> Rota {
        let day = |days: i64| (start() + chrono::TimeDelta::days(days)).date_naive();
        let rotations = (0..layers).map(|layer| {
            let mut one = rotation(every, length, "2026-03-01T01:30:00", &[]);
            one.layer = layer;
            one.lasts = (layer > 0).then_some(5 * 3600);
            one.members = members.iter().map(|(who, from, until)| Member {
                from: from.map(day),
                until: until.map(|days| day(from.unwrap_or(0) + days)),
                ..Member::one(*who)
            }).collect();
            one
        });
        let mut rota = rota(zone, rotations.collect());
        rota.fallback = fallback.into_iter().map(Into::into).collect();
        rota
    }
}

fn arranged(rota: Rota, commands: &[(&'static str, Command)]) -> Desk {
    let mut policy = spec(rota);
    for name in NAMES {
        policy.people.entry(name.into()).or_default();
    }
    let mut desk = Desk::new(policy);
    for (by, command) in commands {
        let _ = desk.ask("2026-03-02T00:00:00Z", by, command.clone());
    }
    desk
}

fn whole(desk: &Desk) -> Schedule {
    desk.plan.schedule(&desk.state, Period::new(start(), start() + chrono::TimeDelta::days(60)))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_on_twice_or_while_away_and_every_gap_is_reported(
        rota in a_rota(), commands in prop::collection::vec((somebody(), a_command()), 0..20)
    ) {
        let desk = arranged(rota, &commands);
        let schedule = whole(&desk);
        let mut last = schedule.period().from;
        for segment in schedule.segments() {
            prop_assert_eq!(segment.period.from, last, "without a hole");
            last = segment.period.until;
            let people: BTreeSet<_> = segment.on.iter().map(|on| &on.person).collect();
            prop_assert_eq!(people.len(), segment.on.len(), "{:?}", segment);
            for away in desk.state.away.values().filter(|away| away.period.overlap(&segment.period).is_some()) {
                prop_assert!(!people.contains(&away.person), "{:?} in {:?}", away, segment);
            }
            let meant = desk.state.declared.values().any(|gap| gap.period.contains(segment.period.from));
            let reported = schedule.gaps().iter().any(|gap| gap.period.contains(segment.period.from));
            prop_assert_eq!(reported, segment.on.is_empty() && !meant, "{:?}", segment);
        }
        prop_assert_eq!(last, schedule.period().until);
    }

    #[test]
    fn one_rotation_has_exactly_one_on_but_for_what_was_added(
        members in prop::collection::vec(somebody(), 1..5), zone in prop::sample::select(ZONES.as_slice()),
        hours in 1u16..100, adds in prop::collection::vec((somebody(), a_period()), 0..6)
    ) {
        let commands: Vec<_> = adds
            .iter()
            .map(|(who, period)| ("ana", Command::Arrange { period: *period, change: Change::Add((*who).into()), why: None }))
            .collect();
        let one = rotation(Unit::Hour, hours, "2026-02-01T01:30:00", &members);
        let desk = arranged(rota(zone, vec![one]), &commands);
        let plain = desk.plan.schedule(&RotaState::default(), whole(&desk).period());
        prop_assert!(plain.gaps().is_empty());
        prop_assert!(plain.segments().iter().all(|segment| segment.on.len() == 1));
        for segment in whole(&desk).segments() {
            let at = segment.period.from;
            let mut expected: BTreeSet<_> = plain.who(at).iter().map(|on| on.person.to_string()).collect();
            expected.extend(adds.iter().filter(|(_, period)| period.contains(at)).map(|(who, _)| (*who).to_owned()));
            prop_assert_eq!(segment.on.len(), expected.len());
        }
    }

    #[test]
    fn a_swap_moves_time_and_makes_or_loses_none(
        rota in a_rota(), asker in somebody(), taker in somebody(), period in a_period(), back in prop::option::of(a_period())
    ) {
        let before = arranged(rota.clone(), &[]);
        let after = arranged(rota, &[
            (asker, Command::AskSwap { person: asker.into(), period, with: None, why: None }),
            (taker, Command::TakeSwap { swap: 1, in_return: back }),
        ]);
        let (before, after) = (totals(&whole(&before)), totals(&whole(&after)));
        prop_assert_eq!(before.values().sum::<i64>(), after.values().sum::<i64>());
        for (who, seconds) in &after {
            let swaps = who.as_str() == asker || who.as_str() == taker;
            prop_assert!(swaps || before.get(who) == Some(seconds), "{}", who);
        }
    }

    #[test]
    fn every_handoff_is_handed_over_once_however_often_the_desk_looks(
        rota in a_rota(), commands in prop::collection::vec((somebody(), a_command()), 0..12),
        looks in prop::collection::vec(0i64..60 * 24 * 4, 1..16)
    ) {
        let mut desk = arranged(rota, &commands);
        let mut looks = looks;
        looks.sort_unstable();
        desk.tick("2026-03-02T00:00:00Z");
        let on = desk.state.duty.clone().unwrap().on;
        let mut seen = start();
        for quarter in looks {
            seen = start() + chrono::TimeDelta::minutes(15 * quarter);
            let wake = next_deadline(&desk.state, &desk.plan).unwrap();
            let before = desk.log.len();
            desk.tick(&seen.to_rfc3339());
            desk.tick(&seen.to_rfc3339());
            prop_assert!(desk.log.len() == before || wake <= seen, "nothing happens before the wake");
            prop_assert!(next_deadline(&desk.state, &desk.plan).unwrap() > seen, "nothing is left");
        }
        let until = seen + chrono::TimeDelta::microseconds(1);
        let schedule = desk.plan.schedule(&desk.state, Period::new(start(), until));
        let expected: Vec<_> = schedule.handoffs(&on).map(|handoff| handoff.at).collect();
        let done = desk.log.iter().filter_map(|entry| match &entry.event {
            Event::HandedOver { due, to, on, missed, .. } => {
                assert!(!to.is_empty() && to.is_subset(on));
                Some((*due, *missed))
            }
            _ => None,
        });
        let done: Vec<_> = done.collect();
        let mut counted = 0;
        for (due, missed) in done {
            counted += missed as usize + 1;
            prop_assert_eq!(Some(&due), expected.get(counted - 1), "the last of them");
        }
        prop_assert_eq!(counted, expected.len());
    }

    #[test]
    fn replaying_the_log_gives_the_same_rota_and_any_part_of_a_schedule_is_that_part_of_the_whole(
        rota in a_rota(), commands in prop::collection::vec((somebody(), a_command()), 0..20), part in a_period()
    ) {
        let desk = arranged(rota, &commands);
        let mut replayed = RotaState::default();
        desk.log.iter().for_each(|entry| evolve(&mut replayed, entry));
        prop_assert_eq!(&replayed, &desk.state);
        let schedule = whole(&desk);
        if let Some(part) = part.overlap(&schedule.period()) {
            for segment in desk.plan.schedule(&desk.state, part).segments() {
                prop_assert_eq!(schedule.who(segment.period.from), segment.on.as_slice());
            }
        }
    }

    #[test]
    fn turns_follow_each_other_at_the_same_time_of_day_and_contain_what_was_asked(
        zone in prop::sample::select(["Europe/London", "Pacific/Apia", "Africa/Casablanca", "America/Sao_Paulo", "Asia/Kolkata"].as_slice()),
        every in prop::sample::select([Unit::Hour, Unit::Day, Unit::Week, Unit::Month].as_slice()),
        length in 1u16..40, minutes in 0i64..60 * 24 * 31, asked in -20_000_000i64..600_000_000
    ) {
        let zone = supporty_core::time::Zone::new(zone).unwrap();
        let begins = at("2008-01-01T00:00:00Z").naive_utc() + chrono::TimeDelta::minutes(minutes);
        let turns = supporty_core::time::Turns { every, length, start: begins, zone: zone.clone() };
        let asked = at("2008-06-01T00:00:00Z") + chrono::TimeDelta::seconds(asked);
        let (number, turn) = turns.at(asked).unwrap();
        prop_assert!(turn.contains(asked));
        prop_assert_eq!(turns.start_of(number), Some(turn.from));
        let (_, next) = turns.at(turn.until).unwrap();
        prop_assert_eq!(next.from, turn.until);
        if every != Unit::Hour {
            let clock = zone.local(turn.from).time();
            let jump = (clock - begins.time()).num_minutes().rem_euclid(24 * 60);
            prop_assert!(jump <= 60, "{} is not {} and no clock change explains it", clock, begins.time());
        }
    }
}
