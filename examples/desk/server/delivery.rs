use axum::extract::Query;
use serde::Deserialize;
use supporty_core::desk::Whose;
use supporty_core::garden::Every;
use supporty_core::vocab::{Period, ServiceId, SquadId};

use super::{Known, Shown};
use crate::page::{self, Choice};

/// A quarter of a year.
const WEEKS: usize = 13;

/// Whose figures are asked for: one service's, one squad's, or everybody's.
#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    service: String,
    #[serde(default)]
    squad: String,
}

pub(super) async fn delivery(Known { visit, .. }: Known, Query(asked): Query<Asked>) -> Shown {
    let desk = &visit.app.desk;
    let whose = match (asked.service.as_str(), asked.squad.as_str()) {
        ("", "") => Whose::Everybodys,
        ("", squad) => Whose::Squad(SquadId::new(squad)),
        (service, _) => Whose::Service(ServiceId::new(service)),
    };
    let weeks = Every::Week.last(WEEKS, &visit.app.zone(), desk.now());
    let all = weeks.first().zip(weeks.last()).map(|(first, last)| Period::new(first.from, last.until));
    let periods: Vec<_> = weeks.iter().copied().chain(all).collect();
    let mut figures = desk.deliveries(&whose, &periods).await?;
    let all = figures.pop().unwrap_or_default();
    let heard = visit.app.github.as_ref().map(supporty_github::Front::health);
    let choice = Choice { whose: &whose, heard: heard.as_ref() };
    Ok(visit.draw(|frame| page::delivery(frame, &choice, &all, weeks.iter().zip(&figures).collect())))
}
