//! The pages of rotas, of shifts for calendars, and of what they are paid.

use axum::extract::{Form, Path, Query};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use supporty_core::adapter;
use supporty_core::garden::Every;
use supporty_core::pay::{self, Statement, rest_warnings};
use supporty_core::policy::{Pay, Policy};
use supporty_core::rota::{Refusal, ShiftEvent, cancelled_events, ics_of_shifts, shift_events};
use supporty_core::ticket::StatusKind;
use supporty_core::vocab::{Kind, Period, PersonId, RotaId};

use super::{Failed, Known, Shown, Visit, clean};
use crate::app::{App, now};
use crate::form::{self, Fields, Wrong};
use crate::inbound::{self, Trouble};
use crate::page::{self, RotaView, Sheet};
use crate::rota_form::Action;
use crate::who::Viewer;

pub(super) async fn rotas(Known { visit, .. }: Known) -> Shown {
    let rotas = visit.app.desk.rotas().await?;
    Ok(visit.draw(|frame| page::rotas(frame, &rotas)))
}

/// How far back the page looks.
const MONTHS_OF_GARDENING: usize = 6;

pub(super) async fn garden(Known { visit, viewer }: Known) -> Shown {
    let status = vec![StatusKind::New, StatusKind::Active, StatusKind::Waiting];
    let query =
        adapter::Query { status, kind: Some(Kind::Gardening), most: 500, ..adapter::Query::default() };
    let desk = &visit.app.desk;
    let (found, rotas) = (desk.list_for(query, &viewer.actor).await?, desk.rotas().await?);
    let months = desk.gardened(Every::Month, MONTHS_OF_GARDENING, &visit.app.zone()).await?;
    Ok(visit.draw(|frame| page::garden(frame, &rotas, &found.rows, &months)))
}

#[derive(Deserialize)]
pub(super) struct Month {
    month: Option<String>,
    /// Whose statement, beside one's own.
    #[serde(default)]
    person: String,
}

pub(super) async fn rota(
    Known { visit, .. }: Known,
    Path(id): Path<String>,
    Query(asked): Query<Month>,
) -> Shown {
    show_rota(&visit, &RotaId::new(id), asked.month.as_deref(), None).await
}

pub(super) async fn shifts(Known { visit, .. }: Known, Path(id): Path<String>) -> Shown {
    calendar(&visit, &RotaId::new(id), None).await
}

pub(super) async fn my_shifts(Known { visit, viewer }: Known, Path(id): Path<String>) -> Shown {
    calendar(&visit, &RotaId::new(id), Some(viewer.person().cloned())).await
}

/// Days before and after today whose shifts are put into a calendar.
const IN_CALENDARS: (i64, i64) = (31, 184);

/// The shifts of a rota, or only somebody's.
async fn calendar(visit: &Visit, id: &RotaId, only: Option<Option<PersonId>>) -> Shown {
    let (rotas, now) = (visit.app.desk.rotas().await?, now());
    let Some(rota) = rotas.policy().spec().rotas.get(id) else { return Ok(visit.no_rota()) };
    let days = chrono::TimeDelta::days;
    let period = Period::new(now - days(IN_CALENDARS.0), now + days(IN_CALENDARS.1));
    let adopted = visit.app.desk.all_policies().count() as u64;
    let wanted = |event: &ShiftEvent| only.as_ref().is_none_or(|only| only.as_ref() == Some(&event.person));
    let kept = |events: Vec<ShiftEvent>| events.into_iter().filter(wanted).collect::<Vec<_>>();
    let events = kept(shift_events(&rotas, id, period, adopted));
    let cancelled = kept(cancelled_events(&rotas, id, period, adopted));
    let text = ics_of_shifts(&rota.name, &events, &cancelled, now);
    Ok(([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response())
}

/// Whose statement is asked for: one's own, unless it is somebody's whose pay one may see.
fn whose(visit: &Visit, viewer: &Viewer, asked: &Month) -> Option<PersonId> {
    let other = Some(PersonId::new(&asked.person)).filter(|_| !asked.person.is_empty());
    let seen = other.filter(|other| visit.app.desk.policy().may_see_pay(&viewer.actor, other, now()));
    seen.or_else(|| viewer.person().cloned())
}

/// A statement, for the month that is asked for or this one.
async fn asked_statement(
    visit: &Visit,
    viewer: &Viewer,
    asked: &Month,
) -> Result<(pay::Month, Option<Statement>), Failed> {
    let whose = whose(visit, viewer, asked);
    let today = visit.app.zone().local(now()).date();
    let month = asked.month.as_deref().and_then(|month| month.parse().ok());
    // Schedules are worked out turn by turn: nobody looks further than that.
    let near = |month: &pay::Month| (today.year() - 10..=today.year() + 10).contains(&month.first().year());
    let month = month.filter(near).unwrap_or_else(|| pay::Month::of(today));
    let all = visit.app.desk.statements(month).await?;
    let mine = all.into_iter().find(|one| Some(&one.person) == whose.as_ref());
    Ok((month, mine))
}

pub(super) async fn statement(Known { visit, viewer }: Known, Query(asked): Query<Month>) -> Shown {
    let (month, mine) = asked_statement(&visit, &viewer, &asked).await?;
    let whose = whose(&visit, &viewer, &asked);
    let rotas = visit.app.desk.rotas().await?;
    let warnings = rest_warnings(&rotas, month.period(&visit.app.zone()));
    let warnings: Vec<_> = warnings.into_iter().filter(|one| Some(one.person()) == whose.as_ref()).collect();
    let pay = rotas.policy().spec().pay.as_ref();
    let sheet = Sheet { pay, month, whose: whose.as_ref(), statement: mine.as_ref(), warnings: &warnings };
    Ok(visit.draw(|frame| page::statement(frame, &sheet)))
}

/// Closing a month is for everybody; the policy says who may.
pub(super) async fn close(Known { visit, viewer }: Known, Form(pairs): Form<Vec<(String, String)>>) -> Shown {
    let fields = Fields::from(pairs);
    let refused =
        |why: &str| Ok(visit.problem(StatusCode::UNPROCESSABLE_ENTITY, "The month stays open", why));
    let (Ok(month), Ok(name)) = (fields.typed("month").parse(), form::once(&fields, "close")) else {
        return refused("The form has lost its month: load the page again.");
    };
    let key = format!("local/close/{name}");
    match visit.app.desk.close_month(key.as_str().into(), &viewer.identity(), month).await? {
        Ok(_) => Ok(Redirect::to(&format!("/statement?month={month}")).into_response()),
        Err(why) => refused(&page::sentence(&why.to_string())),
    }
}

pub(super) async fn statement_csv(Known { visit, viewer }: Known, Query(asked): Query<Month>) -> Shown {
    written_statement(&visit, &viewer, &asked, "text/csv; charset=utf-8", Statement::to_csv).await
}

pub(super) async fn statement_md(Known { visit, viewer }: Known, Query(asked): Query<Month>) -> Shown {
    written_statement(&visit, &viewer, &asked, "text/markdown; charset=utf-8", Statement::to_markdown).await
}

async fn written_statement(
    visit: &Visit,
    viewer: &Viewer,
    asked: &Month,
    kind: &'static str,
    write: impl Fn(&Statement, &Policy, &Pay) -> String,
) -> Shown {
    let (_, mine) = asked_statement(visit, viewer, asked).await?;
    let policy = visit.app.desk.policy();
    match (mine, &policy.spec().pay) {
        (Some(mine), Some(pay)) => {
            Ok(([(header::CONTENT_TYPE, kind)], write(&mine, &policy, pay)).into_response())
        }
        _ => Ok(visit.problem(StatusCode::NOT_FOUND, "No statement", "Nothing is paid for this month.")),
    }
}

pub(super) async fn back_to_rota(Path((id, _)): Path<(String, String)>) -> Redirect {
    Redirect::to(&format!("/rotas/{}", clean(&id)))
}

pub(super) async fn arrange(
    Known { visit, viewer }: Known,
    Path((id, action)): Path<(String, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Shown {
    let Some(action) = Action::parse(&action) else { return Ok(visit.no_rota()) };
    let (id, fields) = (RotaId::new(id), Fields::from(pairs));
    let wrong = match inbound::arrange(&visit.app, &viewer, &id, action, &fields).await {
        Ok(Ok(_)) => return Ok(Redirect::to(&format!("/rotas/{}", clean(id.as_str()))).into_response()),
        Ok(Err(Refusal::NoSuchRota)) => return Ok(visit.no_rota()),
        Ok(Err(refusal)) => Wrong { field: "".into(), why: named(&visit.app, &refusal) },
        Err(Trouble::Form(wrong)) => wrong,
        Err(trouble) => return Err(trouble.into()),
    };
    let again = show_rota(&visit, &id, None, Some((action, &fields, &wrong))).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// A refusal with people's names in it and not their ids.
fn named(app: &App, refusal: &Refusal) -> String {
    let policy = app.desk.policy();
    let name = |person: &PersonId| PersonId::new(policy.name_of(person));
    match refusal.clone() {
        Refusal::NotYours(person) => Refusal::NotYours(name(&person)),
        Refusal::NotOn(person) => Refusal::NotOn(name(&person)),
        Refusal::OnAlready(person) => Refusal::OnAlready(name(&person)),
        Refusal::OfferedTo(person) => Refusal::OfferedTo(name(&person)),
        Refusal::IsAway { person, period } => Refusal::IsAway { person: name(&person), period },
        other => other,
    }
    .to_string()
}

async fn show_rota(
    visit: &Visit,
    id: &RotaId,
    month: Option<&str>,
    refused: Option<(Action, &Fields, &Wrong)>,
) -> Shown {
    let rotas = visit.app.desk.rotas().await?;
    let Some(rota) = rotas.policy().spec().rotas.get(id) else { return Ok(visit.no_rota()) };
    let today = rota.zone.local(now()).date();
    let asked = month.and_then(|month| format!("{month}-01").parse::<NaiveDate>().ok());
    // Schedules are worked out turn by turn: nobody looks further than that.
    let asked = asked.filter(|month| (today.year() - 10..=today.year() + 10).contains(&month.year()));
    let month = asked.or_else(|| today.with_day(1)).unwrap_or(today);
    let view = RotaView { id, rotas: &rotas, month, refused };
    let (policy, zone) = (visit.app.desk.policy(), rota.zone.clone());
    let drawn = visit.draw_in(&policy, &zone, |frame| page::rota(frame, &view));
    Ok(drawn.unwrap_or_else(|| visit.no_rota()))
}
