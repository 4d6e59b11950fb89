//! What somebody is paid for a month, and why.

use maud::{Markup, html};
use supporty_core::pay::{Month, RestWarning, Statement};
use supporty_core::policy::Pay;
use supporty_core::vocab::Period;

use super::{Frame, page, when};

/// My statement: every line with the hours behind it.
pub fn statement(
    frame: &Frame<'_>,
    pay: Option<&Pay>,
    month: Month,
    mine: Option<&Statement>,
    warnings: &[RestWarning],
) -> Markup {
    let (earlier, later) = (month.previous(), month.next());
    let body = html! {
        div.wide {
            h1.title { "My statement" }
            div.row {
                a.button.quiet href={ "/statement?month=" (earlier) } { "Earlier" }
                h2 { (month.first().format("%B %Y")) }
                a.button.quiet href={ "/statement?month=" (later) } { "Later" }
            }
            @for warning in warnings { p.refused { (warned(frame, warning)) } }
            @match (pay, mine) {
                (None, _) => p.empty { "The policy pays nothing for being on call. Add a section " code { "[pay]" } " to its file." },
                (Some(_), None) => p.empty { "Nothing is paid for this month." },
                (Some(pay), Some(mine)) => { (lines(frame, pay, mine)) },
            }
            @if pay.is_some() && leads(frame) {
                form method="post" action="/statement/close" {
                    input type="hidden" name="submission" value=(frame.submission);
                    input type="hidden" name="month" value=(month);
                    button type="submit" { "Close this month for everybody" }
                }
                p.hint { "What is closed stays. What turns out to be wrong is a line of a later month." }
            }
        }
    };
    page(frame, "My statement", body)
}

fn leads(frame: &Frame<'_>) -> bool {
    let me = frame.viewer.and_then(|viewer| viewer.person());
    me.is_some() && frame.policy.spec().squads.values().any(|squad| squad.lead.as_ref() == me)
}

fn lines(frame: &Frame<'_>, pay: &Pay, mine: &Statement) -> Markup {
    let written = |amount: i64| pay.written(amount);
    html! {
        table.lines {
            thead { tr { th scope="col" { "What for" } th scope="col" { "Hours" } th scope="col" { "An hour" } th scope="col" { "Amount" } } }
            tbody {
                @for line in &mine.lines {
                    tr {
                        td {
                            details {
                                summary { (line.item.said(frame.policy)) }
                                ul { @for period in &line.periods { li { (span(frame, *period)) } } }
                            }
                        }
                        td { (hours(line.seconds)) }
                        td { (written(i64::try_from(line.rate).unwrap_or(i64::MAX))) }
                        td { (written(line.amount)) }
                    }
                }
            }
            tfoot { tr { th scope="row" colspan="3" { "Together" } td { strong { (written(mine.total())) " " (pay.currency) } } } }
        }
        p.row {
            a.button.quiet href={ "/statement.csv?month=" (mine.month) } { "As CSV" }
            a.button.quiet href={ "/statement.md?month=" (mine.month) } { "As Markdown" }
        }
    }
}

fn warned(frame: &Frame<'_>, warning: &RestWarning) -> Markup {
    match warning {
        RestWarning::TooLong { period, .. } => html! { "On call for long: " (span(frame, *period)) "." },
        RestWarning::ShortRest { ended, works, .. } => html! {
            "Called out until " (when::moment(frame, *ended)) ", and at work from " (when::moment(frame, *works)) "."
        },
    }
}

fn span(frame: &Frame<'_>, period: Period) -> Markup {
    html! { (when::moment(frame, period.from)) " to " (when::moment(frame, period.until)) }
}

fn hours(seconds: i64) -> String {
    let minutes = seconds / 60;
    format!("{}:{:02}", minutes / 60, (minutes % 60).abs())
}
