//! What somebody is paid for a month, and why.

use maud::{Markup, html};
use supporty_core::pay::{Month, RestWarning, Statement};
use supporty_core::policy::{Pay, Standing};
use supporty_core::vocab::{Period, Permission, PersonId};

use super::{Frame, page, when};
use crate::who::Viewer;

/// What a page about pay shows.
pub struct Sheet<'a> {
    /// What being on call is paid.
    pub pay: Option<&'a Pay>,
    /// Which month.
    pub month: Month,
    /// Whose.
    pub whose: Option<&'a PersonId>,
    /// The statement, if anything is paid.
    pub statement: Option<&'a Statement>,
    /// Too little rest.
    pub warnings: &'a [RestWarning],
}

/// A statement: every line with the hours behind it.
pub fn statement(frame: &Frame<'_>, sheet: &Sheet<'_>) -> Markup {
    let Sheet { pay, month, whose, statement: mine, warnings } = *sheet;
    let (earlier, later) = (month.previous(), month.next());
    let me = frame.viewer.and_then(|viewer| viewer.person());
    let title = match whose.filter(|whose| Some(*whose) != me) {
        Some(whose) => format!("Statement of {}", frame.policy.name_of(whose)),
        None => "My statement".to_owned(),
    };
    let of = whose.map_or("", |whose| whose.as_str());
    let body = html! {
        div.wide {
            h1.title { (title) }
            div.row {
                a.button.quiet href={ "/statement?month=" (earlier) "&person=" (of) } { "Earlier" }
                h2 { (month.first().format("%B %Y")) }
                a.button.quiet href={ "/statement?month=" (later) "&person=" (of) } { "Later" }
            }
            (others(frame, month, whose))
            @for warning in warnings { p.refused { (warned(frame, warning)) } }
            @match (pay, mine) {
                (None, _) => p.empty { "The policy pays nothing for being on call. Add a section " code { "[pay]" } " to its file." },
                (Some(_), None) => p.empty { "Nothing is paid for this month." },
                (Some(pay), Some(mine)) => { (lines(frame, pay, mine)) },
            }
            @if pay.is_some() && closes(frame) {
                form method="post" action="/statement/close" {
                    input type="hidden" name="submission" value=(frame.submission);
                    input type="hidden" name="month" value=(month);
                    button type="submit" { "Close this month for everybody" }
                }
                p.hint { "What is closed stays. What turns out to be wrong is a line of a later month." }
            }
        }
    };
    page(frame, &title, body)
}

fn closes(frame: &Frame<'_>) -> bool {
    let may = |viewer: &Viewer| {
        frame.policy.may(Permission::CloseMonth, &viewer.actor, Standing::default(), frame.now)
    };
    frame.viewer.is_some_and(may)
}

/// Those whose pay whoever looks may see.
fn others(frame: &Frame<'_>, month: Month, whose: Option<&PersonId>) -> Markup {
    let sees = |person: &PersonId| {
        frame.viewer.is_some_and(|viewer| frame.policy.may_see_pay(&viewer.actor, person, frame.now))
    };
    let people: Vec<_> = frame.policy.spec().people.iter().filter(|(id, _)| sees(id)).collect();
    html! {
        @if people.len() > 1 {
            form.row method="get" action="/statement" {
                input type="hidden" name="month" value=(month);
                label for="whose" { "Whose" }
                select #whose name="person" {
                    @for (id, person) in people { option value=(id) selected[Some(id) == whose] { (person.name) } }
                }
                button type="submit" { "Show" }
            }
        }
    }
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
            a.button.quiet href={ "/statement.csv?month=" (mine.month) "&person=" (mine.person) } { "As CSV" }
            a.button.quiet href={ "/statement.md?month=" (mine.month) "&person=" (mine.person) } { "As Markdown" }
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
