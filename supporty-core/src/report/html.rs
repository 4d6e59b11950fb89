use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::draw::{Size, svg};
use super::words::{capital, counted};
use super::{Cell, Compared, Links, NoLinks, Plot, Report, Row, Section, Table, Verdict};

/// The style sheet of a report, in light and dark, on paper and on a phone: for a page of one's own around
/// [`Report::to_body`].
pub const STYLE: &str = include_str!("report.css");

impl Report {
    /// One page that needs nothing beside itself: no network, no script, no file.
    pub fn to_html(&self) -> String {
        let title = format!("What support cost: {}", self.desk);
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body.report-page {
                    main {
                        h1 { (title) }
                        (body(self, &NoLinks))
                    }
                }
            }
        }
        .into_string()
    }

    /// The same without the page around it, as HTML: for a page that leads on, under a heading of its own.
    pub fn to_body(&self, links: &dyn Links) -> String {
        body(self, links).into_string()
    }
}

fn body(report: &Report, links: &dyn Links) -> Markup {
    html! {
        div.report {
            p.period { (about(report)) }
            @if report.tickets == 0 { p.nothing { "No ticket was opened in this time." } }
            @else { (headline(&report.headline)) }
            @if report.sections.len() > 1 {
                nav.contents aria-label="Contents" {
                    ul { @for section in &report.sections { li { a href={ "#" (section.id) } { (section.title) } } } }
                }
            }
            @for each in &report.sections { (section(each, links)) }
            p.how {
                "Tickets count as what they are now. What is open counts as open until now. Drills, and what turned out to be no ticket, are left \
                 out; a merged ticket is the one that goes on for it. Differences are tried by drawing again and again: what may be chance \
                 is said to be."
            }
        }
    }
}

/// What it is about, in one line.
pub(super) fn about(report: &Report) -> String {
    let zone = &report.question.zone;
    let day = |at| zone.local(at).format("%-d %b %Y").to_string();
    let last = report.question.period.until - chrono::TimeDelta::microseconds(1);
    let which = report.filtered.as_ref().map_or_else(String::new, |filtered| format!(" with {filtered}"));
    format!(
        "{} opened from {} to {}{which}, as of {} in {}.",
        counted(report.tickets, "ticket"),
        day(report.question.period.from),
        day(last),
        zone.local(report.question.now).format("%-d %b %Y, %H:%M"),
        zone.name()
    )
}

fn headline(all: &[Compared]) -> Markup {
    html! {
        ul.headline {
            @for one in all {
                li class=(mark(one.verdict).0) {
                    span.what { (one.what) }
                    strong { (one.now) }
                    span.since { (sign(one)) (capital(&one.sentence())) }
                }
            }
        }
    }
}

/// How a verdict looks: a class, and a sign for whoever sees no colour.
fn mark(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Better => ("better", "✓ "),
        Verdict::Worse => ("worse", "! "),
        Verdict::MayBeChance => ("chance", "≈ "),
        Verdict::Unknown => ("unknown", ""),
    }
}

fn sign(one: &Compared) -> Markup {
    let (_, sign) = mark(one.verdict);
    html! { @if !sign.is_empty() { span aria-hidden="true" { (sign) } } }
}

fn section(section: &Section, links: &dyn Links) -> Markup {
    let title = format!("{}-title", section.id);
    html! {
        section id=(section.id) aria-labelledby=(title) {
            h2 id=(title) { (section.title) }
            p.says { (section.says) }
            @if let Some(plot) = &section.plot { (figure(section, plot)) }
            p.advice { strong { "What to do: " } (section.advice) }
            @if !section.compared.is_empty() {
                ul.compared aria-label="Compared with the period before" {
                    @for one in &section.compared {
                        li class=(mark(one.verdict).0) {
                            (sign(one)) b { (one.what) } " " (one.now) ": " (one.sentence())
                        }
                    }
                }
            }
            p.rests { "Rests on " (counted(section.rests_on, "ticket")) "." }
            @let shown = section.plot.is_none();
            @for each in &section.tables {
                @if shown { (table(each, links)) }
                @else { details { summary { "Figures: " (each.caption) } (table(each, links)) } }
            }
        }
    }
}

fn figure(section: &Section, plot: &Plot) -> Markup {
    let described = format!("{} {}", section.says, plot.described());
    let drawn = |size| svg(plot, size).map(PreEscaped);
    html! {
        figure role="img" aria-label=(described) {
            @if let Some(svg) = drawn(Size::Wide) { div.wide-plot aria-hidden="true" { (svg) } }
            @if let Some(svg) = drawn(Size::Narrow) { div.narrow-plot aria-hidden="true" { (svg) } }
        }
    }
}

fn table(table: &Table, links: &dyn Links) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label=(table.caption) {
            table {
                caption { (table.caption) }
                thead { tr { @for head in &table.heads { th scope="col" { (head) } } } }
                tbody { @for each in &table.rows { (row(each, links)) } }
            }
        }
    }
}

fn row(row: &Row, links: &dyn Links) -> Markup {
    let ticket = row.ticket.as_ref().and_then(|key| links.ticket(key));
    html! {
        tr {
            th scope="row" { @match ticket { Some(to) => a href=(to) { (row.name) }, None => (row.name) } }
            @for each in &row.cells { (cell(each, links)) }
        }
    }
}

fn cell(cell: &Cell, links: &dyn Links) -> Markup {
    let none = matches!(cell.amount, super::Amount::Count(0) | super::Amount::None);
    let which = cell.ask.as_ref().filter(|_| !none).and_then(|ask| links.which(ask));
    let class = cell.amount.is_number().then_some("number");
    html! {
        td class=[class] {
            @match which { Some(to) => a href=(to) title="Which tickets?" { (cell.amount) }, None => (cell.amount) }
        }
    }
}
