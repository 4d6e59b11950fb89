//! What support cost, and which tickets stand behind a figure.

use chrono::NaiveDate;
use maud::{Markup, PreEscaped, html};
use supporty_core::adapter::Listed;
use supporty_core::insight::{Reached, Value, Which};
use supporty_core::policy::Policy;
use supporty_core::report::{Ask, Behind as Figure};
use supporty_core::vocab::{Investment, Stars, TicketKey};

use super::{Frame, live, page, search, words};
use crate::form::Wrong;
use crate::report::{Asked, Facet, Form, Named, Reckoned, STRETCHES, Span, word};

/// What the page shows.
pub enum Answer<'a> {
    /// The figures.
    Figures(&'a Reckoned),
    /// What was asked can not be.
    Wrong(&'a Wrong),
}

/// The report, with a form above it that changes what is asked.
pub fn report(frame: &Frame<'_>, asked: &Asked, today: NaiveDate, answer: &Answer<'_>) -> Markup {
    let body = html! {
        // The sheet of what the core draws: the page's own is in its head.
        link rel="stylesheet" href="/report.css";
        div.full {
            h1.title { "What support costs" }
            (form(frame, asked, today))
            @match answer {
                Answer::Wrong(wrong) => p.refused role="alert" {
                    "That can not be asked. " b { (wrong.field) } ": " (wrong.why) "."
                },
                Answer::Figures(reckoned) => (figures(frame, asked, reckoned)),
            }
        }
    };
    page(frame, "Report", body)
}

fn figures(frame: &Frame<'_>, asked: &Asked, reckoned: &Reckoned) -> Markup {
    let figures = html! {
        @for why in &reckoned.unreadable { p.refused { "One stream is missing here: " (why) "." } }
        (PreEscaped(&reckoned.body))
    };
    html! {
        (live(frame, "figures", figures))
        p.facts.take-along {
            span { "Take it along as" }
            @for form in Form::ALL {
                a href={ "/report." (form.ending()) "?" (asked.query()) } { (form.name()) }
            }
        }
    }
}

/// It works without a script, and is not a part that is swapped: what somebody chooses stays.
fn form(frame: &Frame<'_>, asked: &Asked, today: NaiveDate) -> Markup {
    let days = match asked.span {
        Span::Days(first, last) => Some((first, last)),
        Span::Named(_) => None,
    };
    html! {
        form.asks method="get" action="/report" aria-label="What is asked" {
            div.asked {
                label for="period" { "Time" }
                select #period name="period" {
                    @for (named, word, name) in Named::ALL {
                        option value=(word) selected[asked.span == Span::Named(named)] { (name) }
                    }
                    option value="dates" selected[days.is_some()] { "From a day to a day" }
                }
            }
            div.asked.dates {
                label for="from" { "First day" }
                input #from type="date" name="from" max=(today) value=[days.map(|(first, _)| first)];
            }
            div.asked.dates {
                label for="until" { "Last day" }
                input #until type="date" name="until" value=[days.map(|(_, last)| last)];
            }
            div.asked {
                label for="every" { "In stretches of" }
                select #every name="every" {
                    option value="" { "what fits" }
                    @for every in STRETCHES {
                        option value=(word(every)) selected[asked.every == Some(every)] { "a " (word(every)) }
                    }
                }
            }
            @for facet in asked.facets(frame.policy).iter().filter(|facet| !facet.choices.is_empty()) {
                (choices(facet))
            }
            div.asked.send {
                button.primary type="submit" { "Show" }
                a.button.quiet href="/report" { "Begin anew" }
            }
        }
    }
}

fn choices(facet: &Facet) -> Markup {
    let Facet { field, name, choices, chosen } = facet;
    let names: Vec<_> =
        choices.iter().filter(|(id, _)| chosen.contains(id)).map(|(_, name)| name.as_str()).collect();
    html! {
        details.asked.facet name="choice" {
            summary {
                span.what { (name) } " "
                @match names.as_slice() {
                    [] => "any",
                    [one] => (one),
                    many => { (many.len()) " of " (choices.len()) },
                }
            }
            fieldset {
                legend.hidden { (name) }
                @for (id, name) in choices {
                    label.check {
                        input type="checkbox" name=(field) value=(id) checked[chosen.contains(id)];
                        span { (name) }
                    }
                }
            }
        }
    }
}

/// The tickets behind a figure, a page of them.
pub struct Behind<'a> {
    /// How the report was asked.
    pub asked: &'a Asked,
    /// Which figure.
    pub ask: &'a Ask,
    /// How many there are.
    pub count: usize,
    /// Those of the page.
    pub listed: &'a [(TicketKey, Option<Listed>)],
    /// Where the pages before and after are.
    pub pages: (Option<String>, Option<String>),
}

/// Which tickets make up a figure: keys for everybody, words only for those who may read them.
pub fn behind(frame: &Frame<'_>, behind: &Behind<'_>) -> Markup {
    let list = html! {
        p.hint role="status" {
            @match behind.count { 0 => "No ticket.", 1 => "One ticket.", count => { (count) " tickets." } }
        }
        ol.rows {
            @for (key, listed) in behind.listed {
                li {
                    @match listed {
                        Some(listed) => (search::row(frame, listed)),
                        None => a.row-card href={ "/ticket/" (key) } { span.labels { span.label { "Restricted" } span.key { (key) } } },
                    }
                }
            }
        }
        @let (earlier, later) = &behind.pages;
        @if earlier.is_some() || later.is_some() {
            p.row {
                @if let Some(earlier) = earlier { a.button.quiet href=(earlier) { "Those before" } }
                @if let Some(later) = later { a.button.quiet href=(later) { "More" } }
            }
        }
    };
    let body = html! {
        div.wide {
            h1.title { "Which tickets?" }
            p { (said(frame.policy, behind.ask)) }
            p { a href={ "/report?" (behind.asked.query()) } { "Back to the report" } }
            (live(frame, "behind", list))
        }
    };
    page(frame, "Which tickets?", body)
}

/// Which figure it is, in words.
fn said(policy: &Policy, ask: &Ask) -> String {
    let which = match &ask.which {
        Figure::WorkedBy(person) => format!("Those that {} worked on", policy.name_of(person)),
        Figure::Which(which) => said_of(*which),
    };
    let group: Vec<_> = ask.group.0.iter().map(|value| called(policy, value)).collect();
    match group.as_slice() {
        [] => format!("{which}."),
        group => format!("{which}; {}.", group.join(", ")),
    }
}

fn said_of(which: Which) -> String {
    let stars = |stars: Stars| {
        if stars.count() == 1 { "1 star".to_owned() } else { format!("{} stars", stars.count()) }
    };
    match which {
        Which::Opened => "Those that were opened".to_owned(),
        Which::Open => "Those that are open".to_owned(),
        Which::Resolved => "Those that are resolved".to_owned(),
        Which::Reopened => "Those that were reopened".to_owned(),
        Which::Ended(how) => format!("Those that ended so: {}", words::resolution(how)),
        Which::CodeChanged => "Those that were resolved with a change of code".to_owned(),
        Which::Unchanged => "Those that were resolved without a change of code".to_owned(),
        Which::Rated => "Those that were rated".to_owned(),
        Which::Reached(reached) => format!("Those that were {}", got(reached)),
        Which::NotYet(reached) => format!("Those that are not {} yet", got(reached)),
        Which::Gardening(Some(Investment::Operational)) => "Operational gardening".to_owned(),
        Which::Gardening(Some(Investment::Tactical)) => "Tactical gardening".to_owned(),
        Which::Gardening(Some(Investment::Strategic)) => "Strategic gardening".to_owned(),
        Which::FirstStars(count) => format!("Those that were given {} at first", stars(count)),
        Which::LastStars(count) => format!("Those that have {} in the end", stars(count)),
        Which::Upkeep(upkeep) => format!("Gardening: {}", upkeep.to_string().replace('-', " ")),
        Which::Gardening(None) => "Gardening that nobody has classified".to_owned(),
        Which::At(weekday, hour) => format!("Those that were opened on {weekday} from {hour}:00 on"),
        Which::Promise(target, end) => {
            let end = serde_json::to_value(end).ok();
            let end = end.as_ref().and_then(|end| end.as_str()).unwrap_or_default().replace('-', " ");
            format!("Promises: {}, {end}", words::target(target).to_lowercase())
        }
    }
}

fn got(reached: Reached) -> String {
    let word = serde_json::to_value(reached).ok();
    word.as_ref().and_then(|word| word.as_str()).unwrap_or_default().to_owned()
}

fn called(policy: &Policy, value: &Value) -> String {
    let spec = policy.spec();
    match value {
        Value::Since(day) => format!("from {} on", day.format("%-d %b %Y")),
        Value::Priority(id) => id.to_string(),
        Value::Area(None) => "no area".to_owned(),
        Value::Area(Some(id)) => spec.areas.get(id).map_or_else(|| id.to_string(), |area| area.name.clone()),
        Value::Squad(None) => "no squad".to_owned(),
        Value::Squad(Some(id)) => {
            spec.squads.get(id).map_or_else(|| id.to_string(), |squad| squad.name.clone())
        }
        Value::Kind(kind) => words::kind(*kind).0.to_lowercase(),
        Value::Person(None) => "nobody's".to_owned(),
        Value::Person(Some(id)) => format!("{}'s", policy.name_of(id)),
        Value::Clock(None) => "no clock".to_owned(),
        Value::Clock(Some(id)) => format!("by the clock {id}"),
    }
}
