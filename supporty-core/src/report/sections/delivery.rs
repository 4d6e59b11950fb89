use std::collections::BTreeMap;

use crate::insight::{Delivery, Incident, Share, delivery};
use crate::report::amount::spoken;
use crate::report::asked::Asked;
use crate::report::compared::Better;
use crate::report::words::{capital, counted};
use crate::report::{Amount, Cell, Compared, Look, Plot, Row, Section, Table};
use crate::service::Service;
use crate::vocab::{Period, ServiceId, SquadId};

/// How often do changes hurt, and for how long? Of tickets, a filter by squad applies.
pub(super) fn section(asked: &Asked<'_>) -> Option<Section> {
    let squads = &asked.question.filter.squads;
    let owned = |id: &ServiceId| {
        squads.is_empty()
            || asked.spec().services.get(id).is_some_and(|service| squads.contains(&service.squad))
    };
    let services: BTreeMap<ServiceId, Service> = asked
        .material
        .services
        .iter()
        .filter(|(id, _)| owned(id))
        .map(|(id, service)| (id.clone(), (*service).clone()))
        .collect();
    let theirs =
        |squad: Option<&SquadId>| squads.is_empty() || squad.is_some_and(|squad| squads.contains(squad));
    let incidents = asked.material.facts.incidents();
    let of = |period| delivery(&services, &incidents, period, |one: &Incident| theirs(one.squad.as_ref()));
    let whole = of(asked.question.period);
    if whole.deployments == 0 && whole.incidents == 0 {
        return None;
    }
    let stretches = asked.stretches();
    let ends = stretches.iter().skip(1).map(|(day, _)| asked.question.zone.midnight(*day));
    let ends = ends.chain([asked.question.period.until]);
    let begins = stretches.iter().map(|(day, _)| asked.question.zone.midnight(*day));
    let each: Vec<Delivery> = begins
        .zip(ends)
        .map(|(from, until)| of(Period::new(from.max(asked.question.period.from), until)))
        .collect();
    let labels = stretches.iter().map(|(_, name)| name.clone()).collect();
    let plot = Plot::new(Look::Stacked, "deployments", labels)
        .with("went well", each.iter().map(|one| Some(f64::from(one.deployments - one.failed))))
        .with("failed", each.iter().map(|one| Some(f64::from(one.failed))));
    let mut table = Table::new(
        "Over time",
        [
            "",
            "Deployments",
            "Failed",
            "Change failure rate",
            "Rolled back",
            "Attempts that failed",
            "Lead time, median",
            "Incidents",
            "Time to restore, median",
            "Not restored",
        ],
    );
    table.heads.first_mut().into_iter().for_each(|head| *head = capital(asked.unit()));
    let rows =
        stretches.iter().map(|(_, name)| name.clone()).zip(&each).chain([("Together".to_owned(), &whole)]);
    table.rows = rows.map(|(name, one)| row(name, one)).collect();
    Some(Section {
        id: "delivery",
        title: "How often changes hurt",
        says: says(&whole),
        advice: match whole.failure_rate {
            Some(0.15..) => "More than one change of seven hurts: deploy smaller ones, and look at what the failed ones have in common.".to_owned(),
            Some(_) => "Few changes hurt. What takes long to restore is worth a rehearsal, and a way back that does not need thinking.".to_owned(),
            None => "Name the services in the policy and let a code host or a build tell of deployments: then it shows which changes hurt.".to_owned(),
        },
        rests_on: whole.incidents,
        plot: Some(plot).filter(|plot| !plot.is_empty()),
        compared: compared(asked, &whole, &of(asked.previous.period)),
        tables: vec![table],
    })
}

fn row(name: String, one: &Delivery) -> Row {
    let cells: [Cell; 9] = [
        one.deployments.into(),
        one.failed.into(),
        Amount::share(failed(one)).into(),
        one.rollbacks.into(),
        one.failed_attempts.into(),
        Amount::length(one.lead_time.median()).into(),
        one.incidents.into(),
        Amount::length(one.restore_time.median()).into(),
        one.unrestored.into(),
    ];
    Row::new(name, cells)
}

fn failed(one: &Delivery) -> Share {
    Share { part: one.failed, of: one.deployments }
}

fn says(whole: &Delivery) -> String {
    let rate = match whole.failure_rate {
        Some(_) => format!(
            "{} of {} failed ({})",
            whole.failed,
            counted(whole.deployments, "deployment"),
            Amount::share(failed(whole))
        ),
        None => "Nothing was deployed, so that there is no rate".to_owned(),
    };
    match whole.restore_time.median() {
        Some(median) => format!("{rate}; half of the incidents were over within {}.", spoken(median)),
        None => format!("{rate}; no incident was restored."),
    }
}

fn compared(asked: &Asked<'_>, now: &Delivery, then: &Delivery) -> Vec<Compared> {
    let (now, then) = (failed(now), failed(then));
    let difference = asked.bootstrap.as_ref().and_then(|bootstrap| now.since(&then, bootstrap));
    vec![Compared::share("Change failure rate", (now, then), difference, Better::Less)]
}
