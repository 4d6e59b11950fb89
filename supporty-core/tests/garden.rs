//! What gardening invests in, counted over time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use std::collections::BTreeMap;

use proptest::prelude::*;

use supporty_core::adapter::Row;
use supporty_core::garden::{Every, Stretch, mix};
use supporty_core::policy::{Area, Policy, PolicySpec, Squad};
use supporty_core::rota::{Away, Reason, RotaState, Rotas};
use supporty_core::ticket::{Command, Open};
use supporty_core::time::{Unit, Zone};
use supporty_core::vocab::{Actor, Investment, Kind, Period, Resolution, TextRef, Time, Upkeep};
use supporty_core::world::World;

use common::rota::{at, period, rota, rotation, spec};

fn policy() -> Policy {
    let turns = rotation(Unit::Week, 1, "2026-01-05T09:00:00", &["ana", "ben"]);
    let mut spec: PolicySpec = spec(rota("Europe/London", vec![turns]));
    for squad in ["web", "ops"] {
        let rota = Some("web".into()).filter(|_| squad == "web");
        let known =
            Squad { name: squad.to_owned(), gardener_rota: rota, hours: "office".into(), ..Squad::default() };
        spec.squads.insert(squad.into(), known);
        let area = Area { name: squad.to_owned(), squad: squad.into(), ..Area::default() };
        spec.areas.insert(squad.into(), area);
    }
    Policy::new(spec).unwrap()
}

fn rotas(away: &[(Reason, Period)]) -> Rotas {
    let away = (1u64..).zip(away).map(|(entry, (reason, period))| {
        (entry, Away { person: "ana".into(), period: *period, reason: *reason })
    });
    let state = RotaState { away: away.collect(), ..RotaState::default() };
    let ready = period("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
    Rotas::new(&policy(), &BTreeMap::from([("web".into(), state)]), ready)
}

/// A desk on which gardening is opened, and perhaps classified and resolved.
struct Garden(World);

impl Garden {
    fn ticket(
        &mut self,
        kind: Kind,
        area: &str,
        opened: Time,
        classified: Option<(Upkeep, Investment)>,
        resolved: Option<(Time, Resolution)>,
    ) {
        let open = Command::Open(Open {
            title: TextRef::new("title"),
            details: None,
            kind,
            priority: "P3".into(),
            area: Some(area).filter(|area| !area.is_empty()).map(Into::into),
            on_behalf: None,
            fields: Default::default(),
            restricted: false,
            drill: None,
        });
        let ana = Actor::Person("ana".into());
        let key = self.0.submit(opened, &ana, None, open).unwrap().ticket;
        if let Some((upkeep, investment)) = classified {
            self.0.submit(opened, &ana, Some(&key), Command::Classify { upkeep, investment }).unwrap();
        }
        if let Some((at, resolution)) = resolved {
            let resolve = Command::Resolve { resolution, note: None };
            self.0.submit(at, &ana, Some(&key), resolve).unwrap();
        }
    }

    fn rows(&self) -> Vec<Row> {
        self.0.tickets().map(|ticket| Row::of(ticket, self.0.policies())).collect()
    }
}

fn london() -> Zone {
    Zone::new("Europe/London").unwrap()
}

#[test]
fn gardening_is_counted_by_month_squad_investment_and_what_is_looked_after() {
    let mut garden = Garden(World::new(policy()));
    let flaky = Some((Upkeep::FlakyTests, Investment::Tactical));
    let fixed = |text: &str| Some((at(text), Resolution::CodeChange));
    // Half past eleven at night in UTC is the first of April in London.
    garden.ticket(Kind::Gardening, "web", at("2026-03-31T23:30:00Z"), flaky, fixed("2026-05-04T10:00:00Z"));
    garden.ticket(Kind::Gardening, "ops", at("2026-04-02T10:00:00Z"), None, None);
    garden.ticket(Kind::Gardening, "", at("2026-05-02T10:00:00Z"), flaky, None);
    garden.ticket(Kind::Request, "web", at("2026-05-02T10:00:00Z"), None, None);
    let not_one = Some((at("2026-05-03T10:00:00Z"), Resolution::NotATicket));
    garden.ticket(Kind::Gardening, "web", at("2026-05-02T10:00:00Z"), flaky, not_one);
    let away = [
        (Reason::FeatureWork, period("2026-04-30T09:00:00Z", "2026-05-20T09:00:00Z")),
        (Reason::Sick, period("2026-05-21T09:00:00Z", "2026-05-22T09:00:00Z")),
        (Reason::FeatureWork, period("2026-07-01T09:00:00Z", "2026-07-02T09:00:00Z")),
    ];
    let now = at("2026-05-20T12:00:00Z");
    let rows = garden.rows();
    let months = mix(&rows, &rotas(&away), (Every::Month, 3), &london(), now);
    let firsts: Vec<_> = months.iter().map(|month| month.first.to_string()).collect();
    assert_eq!(firsts, ["2026-03-01", "2026-04-01", "2026-05-01"]);
    assert!(months[0].squads.is_empty());
    let told = |month: &Stretch, squad: Option<&str>| {
        let gardened = &month.squads[&squad.map(Into::into)];
        (gardened.total().opened, gardened.total().resolved, gardened.taken_away)
    };
    assert_eq!(told(&months[1], Some("web")), (1, 0, 1));
    assert_eq!(told(&months[1], Some("ops")), (1, 0, 0));
    assert_eq!(told(&months[2], Some("web")), (0, 1, 0));
    assert_eq!(told(&months[2], None), (1, 0, 0));
    let april = months[1].community();
    assert_eq!(april.investment[&Some(Investment::Tactical)].opened, 1);
    assert_eq!(april.investment[&None].opened, 1);
    assert_eq!(april.upkeep[&Some(Upkeep::FlakyTests)].opened, 1);
    let weeks = mix(&rows, &rotas(&away), (Every::Week, 8), &london(), now);
    assert_eq!(weeks[0].first.to_string(), "2026-03-30", "a week begins on its Monday");
    assert_eq!(weeks[0].community().total().opened, 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_ticket_is_counted_once_whatever_it_is_counted_by(
        tickets in prop::collection::vec((0i64..300, 0usize..3, prop::option::of((0usize..7, 0usize..3)), prop::option::of(0i64..50)), 0..30),
        week in any::<bool>()
    ) {
        let mut garden = Garden(World::new(policy()));
        let day = |days: i64| at("2026-01-05T10:00:00Z") + chrono::TimeDelta::days(days);
        for (opened, area, classified, resolved) in &tickets {
            let classified = classified.map(|(upkeep, investment)| (Upkeep::ALL[upkeep], Investment::ALL[investment]));
            let resolved = resolved.map(|after| (day(opened + after), Resolution::CodeChange));
            garden.ticket(Kind::Gardening, ["web", "ops", ""][*area], day(*opened), classified, resolved);
        }
        let (every, most) = if week { (Every::Week, 60) } else { (Every::Month, 15) };
        let stretches = mix(&garden.rows(), &rotas(&[]), (every, most), &london(), day(360));
        prop_assert_eq!(stretches.len(), most);
        let all: Vec<_> = stretches.iter().map(Stretch::community).collect();
        let opened: u32 = all.iter().map(|one| one.total().opened).sum();
        let resolved: u32 = all.iter().map(|one| one.total().resolved).sum();
        prop_assert_eq!(opened as usize, tickets.len());
        prop_assert_eq!(resolved as usize, tickets.iter().filter(|one| one.3.is_some()).count());
        for one in &all {
            let by_upkeep: u32 = one.upkeep.values().map(|count| count.opened + count.resolved).sum();
            prop_assert_eq!(by_upkeep, one.total().opened + one.total().resolved);
        }
    }
}
