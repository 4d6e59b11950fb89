//! How changes reach production, and how often they hurt.

use charts_rs::{Align, BarChart, LegendCategory, Series};
use chrono::TimeDelta;
use maud::{Markup, PreEscaped, html};
use supporty_core::desk::Whose;
use supporty_core::insight::{Blamed, Delivery};
use supporty_core::time::print_length;
use supporty_core::vocab::Period;
use supporty_github::Health;

use super::{Frame, live, page, when};

/// Whose figures are shown, and what is known beside them.
pub struct Choice<'a> {
    /// Whose.
    pub whose: &'a Whose,
    /// When GitHub was heard of last, if it is.
    pub heard: Option<&'a Health>,
}

/// The figures of the last weeks: together, and week by week.
pub fn delivery(
    frame: &Frame<'_>,
    choice: &Choice<'_>,
    all: &Delivery,
    weeks: Vec<(&Period, &Delivery)>,
) -> Markup {
    let columns = html! {
        (chooser(frame, choice.whose))
        p.facts {
            span { "Deployments: " (all.deployments) }
            span { "Change failure rate: " (percent(all.failure_rate)) }
            span { "Lead time: " (length(all.lead_time.median())) }
            span { "Time to restore: " (length(all.restore_time.median())) }
            span { "Incidents for each deployment: " (ratio(all.incidents_per_deployment)) }
        }
        @if all.deployments == 0 {
            p.empty { "Nothing was deployed in these weeks, so that there is no rate. A code host or a build tells the desk of deployments; the policy names the services." }
        } @else {
            (plot(frame, "Deployments and those that failed, week by week. Fewer orange bars are better.", "Deployments", &weeks, &[
                ("deployed well", &|week| f64::from(week.deployments.saturating_sub(week.failed))),
                ("failed", &|week| f64::from(week.failed)),
            ]))
            (plot(frame, "Median hours from the beginning of a change to its deployment. Lower is better; smaller changes get there sooner.", "Lead time, hours", &weeks, &[
                ("lead time", &|week| hours(week.lead_time.median())),
            ]))
        }
        table.lines.gardened {
            caption { "Week by week" }
            thead { tr {
                @for head in ["Week from", "Deployments", "Failed", "Failure rate", "Attempts that failed", "Rolled back", "Lead time", "p90", "Incidents", "Time to restore", "Not restored"] {
                    th scope="col" { (head) }
                }
            } }
            tbody { @for (week, figures) in weeks.iter().rev() { tr {
                th scope="row" { (frame.zone.local(week.from).format("%-d %b %Y")) }
                td { (figures.deployments) }
                td { (figures.failed) }
                td { (percent(figures.failure_rate)) }
                td { (figures.failed_attempts) }
                td { (figures.rollbacks) }
                td { (length(figures.lead_time.median())) }
                td { (length(figures.lead_time.p90())) }
                td { (figures.incidents) }
                td { (length(figures.restore_time.median())) }
                td { (figures.unrestored) }
            } } }
        }
        @if !all.blamed.is_empty() {
            h2.title { "What failed" }
            ul { @for Blamed { service, deployment, incidents } in &all.blamed {
                li {
                    (service) ", deployment " (deployment) ": "
                    @if incidents.is_empty() { "rolled back" }
                    @for (index, key) in incidents.iter().enumerate() {
                        @if index > 0 { ", " }
                        a href={ "/ticket/" (key) } { (key) }
                    }
                }
            } }
        }
        @if let Some(health) = choice.heard {
            p.hint {
                @match health.last_delivery {
                    Some(at) => { "GitHub was heard of last " (when::moment(frame, at)) "." }
                    None => { "GitHub has not been heard of since the desk was started." }
                }
                @if let Some(caught_up) = &health.caught_up { " " (capital(&caught_up.to_string())) }
            }
        }
        p.hint {
            "A deployment failed if it, or a change that it was the first to bring, caused an incident, or if it was rolled back; each counts once. "
            "Rollbacks are no deployments. Times are medians: a change takes from its first commit, or its opening, to the deployment that brought it; "
            "an incident from its opening until service was back."
        }
    };
    let body = html! { div.full { h1.title { "Delivery" } (live(frame, "delivery", columns)) } };
    page(frame, "Delivery", body)
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn chooser(frame: &Frame<'_>, whose: &Whose) -> Markup {
    let spec = frame.policy.spec();
    let current = |is: bool| is.then_some("page");
    html! {
        nav.facts aria-label="Whose figures" {
            a href="/delivery" aria-current=[current(*whose == Whose::Everybodys)] { "Everybody" }
            @for (id, squad) in &spec.squads {
                @if spec.services.values().any(|service| service.squad == *id) {
                    a href={ "/delivery?squad=" (encoded(id.as_str())) }
                        aria-current=[current(*whose == Whose::Squad(id.clone()))] { (squad.name) }
                }
            }
            @for (id, service) in &spec.services {
                a href={ "/delivery?service=" (encoded(id.as_str())) }
                    aria-current=[current(*whose == Whose::Service(id.clone()))] { (service.name) }
            }
        }
    }
}

/// A way to see a week.
type Shows<'a> = (&'a str, &'a dyn Fn(&Delivery) -> f64);

/// Bars for each week. What they show stands below them, and in the table.
fn plot(
    frame: &Frame<'_>,
    says: &str,
    title: &str,
    weeks: &[(&Period, &Delivery)],
    shows: &[Shows<'_>],
) -> Markup {
    let series = shows.iter().map(|(name, of)| {
        let values = weeks.iter().map(|(_, figures)| of(figures) as f32).collect();
        Series::new((*name).to_owned(), values)
    });
    let day = |week: &Period| frame.zone.local(week.from).format("%-d %b").to_string();
    let days = weeks.iter().map(|(week, _)| day(week)).collect();
    let mut chart = BarChart::new(series.collect(), days);
    chart.width = 760.0;
    chart.height = 240.0;
    chart.title.text = title.to_owned();
    chart.title.align = Align::Left;
    chart.legend.category = LegendCategory::Rect;
    chart.legend.align = Align::Right;
    chart.legend.show = Some(shows.len() > 1);
    chart.series.colors = vec![(47, 111, 159).into(), (201, 97, 24).into()];
    html! {
        figure.plot {
            @match chart.svg() {
                Ok(svg) => div role="img" aria-label=(says) { (PreEscaped(svg)) },
                Err(_) => {}
            }
            figcaption.hint { (says) }
        }
    }
}

fn percent(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.1} %", rate * 100.0))
}

fn ratio(of: Option<f64>) -> String {
    of.map_or_else(|| "–".to_owned(), |of| format!("{of:.2}"))
}

fn hours(length: Option<TimeDelta>) -> f64 {
    length.map_or(0.0, |length| length.as_seconds_f64() / 3600.0)
}

/// To the minute: nobody compares the seconds of days.
fn length(length: Option<TimeDelta>) -> String {
    let minutes = |length: TimeDelta| print_length(length.num_minutes().max(1) * 60);
    length.map_or_else(|| "–".to_owned(), minutes)
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
