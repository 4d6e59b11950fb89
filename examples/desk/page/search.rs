use maud::{Markup, html};
use supporty_core::adapter::Listed;

use super::{Frame, page, when, words};

/// What a search found.
pub fn search(frame: &Frame<'_>, asked: &str, found: &[Listed], more: Option<u64>) -> Markup {
    let body = html! {
        div.wide {
            h1.title { "Search" }
            form.stack action="/search" method="get" role="search" {
                label for="asked" { "Words in the title, the details or a message" }
                div.row {
                    input #asked type="search" name="q" value=(asked) maxlength="200";
                    button.primary type="submit" { "Search" }
                }
            }
            @if !asked.trim().is_empty() {
                p.hint role="status" {
                    @match (found.len(), more) {
                        (0, _) => { "Nothing has all these words." }
                        (1, None) => { "One ticket." }
                        (count, None) => { (count) " tickets." }
                        (count, Some(_)) => { "The newest " (count) " tickets." }
                    }
                }
            }
            ol.rows { @for listed in found { li { (row(frame, listed)) } } }
            @if let Some(before) = more {
                form action="/search" method="get" {
                    input type="hidden" name="q" value=(asked);
                    button type="submit" name="before" value=(before) { "Older ones" }
                }
            }
        }
    };
    page(frame, "Search", body)
}

/// The title, or what stands for one that was erased or is for others.
fn title(listed: &Listed) -> &str {
    let hidden = if listed.row.readers.is_some() { "(restricted)" } else { "(erased)" };
    listed.title.as_ref().map_or(hidden, |title| title.as_str())
}

/// A ticket in a list.
pub(super) fn row(frame: &Frame<'_>, listed: &Listed) -> Markup {
    let row = &listed.row;
    let rank = words::urgency(frame.policy, &row.priority);
    html! {
        a class={ "row-card " (rank) } href={ "/ticket/" (row.key) } {
            span.labels {
                span class={ "label priority " (rank) } { (row.priority) }
                span class={ "label status is-" (row.status) } { (words::status(row.status)) }
                @if row.breached { span.label.alarm { "Promise broken" } }
                @else if row.at_risk { span.label.warn { "At risk" } }
                @if row.readers.is_some() { span.label.warn { "Restricted" } }
                @if let Some(due) = row.post_mortem { span.label { "Post-mortem by " (when::moment(frame, due)) } }
                span.key { (row.key) }
            }
            strong { (title(listed)) }
            span.facts {
                @match &row.owner {
                    Some(owner) => span { (frame.policy.name_of(owner)) },
                    None => span.nobody { "Nobody yet" },
                }
                @if let Some(due) = row.due { span { "resolve " (when::countdown(frame, due)) } }
                @else { span { (when::moment(frame, row.updated_at)) } }
            }
        }
    }
}
