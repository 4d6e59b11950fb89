//! What support cost: a page, files, and the tickets behind a figure.

use std::sync::Arc;

use axum::Router;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::NaiveDate;
use supporty_core::adapter::Listed;
use supporty_core::insight::Effort;
use supporty_core::policy::Policies;
use supporty_core::report::{Ask, Links};
use supporty_core::rules::Row;
use supporty_core::vocab::TicketKey;
use tokio::task::spawn_blocking;

use super::{Known, Shown, Visit};
use crate::app::App;
use crate::form::Wrong;
use crate::inbound::Trouble;
use crate::page::{self, Answer, Behind};
use crate::report::{Asked, Form, NotNow, Reckoned};
use crate::who::Viewer;

/// How many tickets a page lists.
const PAGE: usize = 100;
/// Nobody puts tickets side by side by more.
const MOST_BY: usize = 4;

type Pairs = Vec<(String, String)>;

/// Where the figures of the page lead: to days that stay, whatever day it is.
struct Leads {
    query: String,
}

impl Links for Leads {
    fn ticket(&self, key: &TicketKey) -> Option<String> {
        Some(format!("/ticket/{key}"))
    }

    fn which(&self, ask: &Ask) -> Option<String> {
        let ask = serde_json::to_string(ask).ok()?;
        let ask = percent_encoding::utf8_percent_encode(&ask, percent_encoding::NON_ALPHANUMERIC);
        Some(format!("/report/tickets?{}&ask={ask}", self.query))
    }
}

pub(super) async fn report(Known { visit, .. }: Known, Query(pairs): Query<Pairs>) -> Shown {
    let asked = match asked(&visit, &pairs) {
        Ok(asked) => asked,
        Err(wrong) => return Ok(refused(&visit, &wrong)),
    };
    let today = today(&visit);
    match reckoned(&visit, &asked).await {
        Ok(reckoned) => {
            Ok(visit.draw(|frame| page::report(frame, &asked, today, &Answer::Figures(&reckoned))))
        }
        Err(error) => not_now(&visit, error),
    }
}

/// Every form of a report as a file.
pub(super) fn files() -> Router<App> {
    Form::ALL.into_iter().fold(Router::new(), |files, form| {
        let path = format!("/report.{}", form.ending());
        files.route(&path, get(move |visit, asked| file(visit, asked, form)))
    })
}

async fn file(Known { visit, .. }: Known, Query(pairs): Query<Pairs>, form: Form) -> Shown {
    let asked = match asked(&visit, &pairs) {
        Ok(asked) => asked,
        Err(wrong) => return Ok(refused(&visit, &wrong)),
    };
    let reckoned = match reckoned(&visit, &asked).await {
        Ok(reckoned) => reckoned,
        Err(error) => return not_now(&visit, error),
    };
    let (first, last) = asked.days(today(&visit));
    match spawn_blocking(move || form.write(&reckoned.report)).await {
        Ok(Ok(bytes)) => {
            let name = format!("attachment; filename=\"report-{first}-{last}.{}\"", form.ending());
            Ok(([(header::CONTENT_TYPE, form.kind().to_owned()), (header::CONTENT_DISPOSITION, name)], bytes)
                .into_response())
        }
        Ok(Err(why)) => Ok(visit.problem(StatusCode::NOT_FOUND, "No such file", &page::sentence(&why))),
        Err(error) => not_now(&visit, error.into()),
    }
}

/// The tickets behind a figure: keys for everybody, titles for those who may read them.
pub(super) async fn tickets(Known { visit, viewer }: Known, Query(pairs): Query<Pairs>) -> Shown {
    let (own, pairs): (Pairs, Pairs) =
        pairs.into_iter().partition(|(field, _)| ["ask", "page"].contains(&field.as_str()));
    let told = |wanted: &str| own.iter().find(|(field, _)| field == wanted).map(|(_, value)| value.as_str());
    let read = asked(&visit, &pairs).and_then(|asked| {
        let ask: Option<Ask> = told("ask").and_then(|ask| serde_json::from_str(ask).ok());
        let ask = ask.filter(|ask| ask.by.len() <= MOST_BY);
        let why = "it names no figure of a report: go by the links of the report";
        let ask = ask.ok_or_else(|| Wrong { field: "ask".into(), why: why.to_owned() })?;
        let nth = told("page").map_or(Ok(0), str::parse::<usize>);
        let why = "it is no number of a page: leave it out for the first";
        Ok((asked, ask, nth.map_err(|_| Wrong { field: "page".into(), why: why.to_owned() })?))
    });
    let (asked, ask, nth) = match read {
        Ok(read) => read,
        Err(wrong) => return Ok(refused(&visit, &wrong)),
    };
    let history = match visit.app.reports.history().await {
        Ok(history) => history,
        Err(error) => return not_now(&visit, error),
    };
    let now = history.last().map_or(visit.app.desk.now(), |last| last.max(visit.app.desk.now()));
    let (question, wanted) = (asked.question(now, &visit.app.zone()), ask.clone());
    let looking = move || {
        let keys = wanted.tickets(&question, history.facts(), history.policies(), &Effort::default());
        (keys, history.policies().clone())
    };
    let (keys, policies) = match spawn_blocking(looking).await {
        Ok(found) => found,
        Err(error) => return not_now(&visit, error.into()),
    };
    let begins = nth.saturating_mul(PAGE).min(keys.len());
    let shown = keys.iter().skip(begins).take(PAGE).cloned().collect();
    let listed = listed(&visit, &viewer, shown, &policies).await?;
    let fixed = asked.fixed(today(&visit));
    let leads = Leads { query: fixed.query() }.which(&ask);
    let to = |nth: usize| leads.as_ref().map(|to| format!("{to}&page={nth}"));
    let earlier = nth.checked_sub(1).and_then(to);
    let later = (begins + PAGE < keys.len()).then(|| to(nth + 1)).flatten();
    let behind =
        Behind { asked: &fixed, ask: &ask, count: keys.len(), listed: &listed, pages: (earlier, later) };
    Ok(visit.draw(|frame| page::behind(frame, &behind)))
}

async fn listed(
    visit: &Visit,
    viewer: &Viewer,
    keys: Vec<TicketKey>,
    policies: &Policies,
) -> Result<Vec<(TicketKey, Option<Listed>)>, Trouble> {
    let desk = &visit.app.desk;
    let mut rows = Vec::with_capacity(keys.len());
    for key in keys {
        let reads = desk.may_read(key.clone(), &viewer.actor).await?;
        let row = desk.ticket(key.clone()).await?.filter(|_| reads).map(|ticket| Row::of(&ticket, policies));
        rows.push((key, row));
    }
    let titles = rows.iter().filter_map(|(_, row)| row.as_ref()).map(|row| row.title.clone()).collect();
    let texts = desk.texts(titles).await?;
    let listed = rows.into_iter().map(|(key, row)| {
        let listed = row.map(|row| Listed { title: texts.get(&row.title).cloned(), row });
        (key, listed)
    });
    Ok(listed.collect())
}

fn today(visit: &Visit) -> NaiveDate {
    visit.app.zone().local(visit.app.desk.now()).date()
}

fn asked(visit: &Visit, pairs: &[(String, String)]) -> Result<Asked, Wrong> {
    Asked::parse(pairs, &visit.app.desk.policy(), today(visit))
}

async fn reckoned(visit: &Visit, asked: &Asked) -> Result<Arc<Reckoned>, NotNow> {
    let zone = visit.app.zone();
    let links = Leads { query: asked.fixed(today(visit)).query() };
    visit.app.reports.report(asked, (visit.app.desk.now(), &zone), links).await
}

fn refused(visit: &Visit, wrong: &Wrong) -> Response {
    let (asked, today) = (Asked::default(), today(visit));
    let again = visit.draw(|frame| page::report(frame, &asked, today, &Answer::Wrong(wrong)));
    (StatusCode::BAD_REQUEST, again).into_response()
}

fn not_now(visit: &Visit, error: NotNow) -> Shown {
    match error {
        NotNow::Desk(error) => Err(error.into()),
        error => {
            let why = page::sentence(&error.to_string());
            Ok(visit.problem(StatusCode::SERVICE_UNAVAILABLE, "Not now", &why))
        }
    }
}
