//! The game days that can be begun.

use maud::{Markup, html};
use supporty_core::time::print_length;

use super::{Frame, page, words};
use crate::form::Wrong;

/// Every game day of the policy, with what happens on it and a button to begin.
pub fn drills(frame: &Frame<'_>, wrong: Option<&Wrong>) -> Markup {
    let spec = frame.policy.spec();
    let body = html! {
        div.wide {
            h1.title { "Game days" }
            p.hint {
                "The same desk, for practice: only those who take part are told, nobody is paid, no figure counts it. "
                "How it went is said in its thread when it is resolved."
            }
            @if let Some(wrong) = wrong { p.error role="alert" { (words::sentence(&wrong.why)) } }
            @if spec.drills.is_empty() {
                p.empty { "The policy has none. Add a section " code { "[drills.NAME]" } " to its file." }
            }
            @for (id, drill) in &spec.drills {
                article.card aria-label=(drill.title) {
                    h2 { (drill.title) }
                    p.facts {
                        span { (drill.priority) }
                        @for person in &drill.participants { span { (frame.policy.name_of(person)) } }
                    }
                    @if !drill.script.is_empty() {
                        details {
                            summary { "The script, which spoils the surprise" }
                            ol { @for (after, said) in &drill.script {
                                li { "after " (print_length((*after).into())) ": " (said) }
                            } }
                        }
                    }
                    form method="post" action={ "/drills/" (id) } {
                        input type="hidden" name="submission" value=(frame.submission);
                        button type="submit" { "Begin" }
                    }
                }
            }
        }
    };
    page(frame, "Game days", body)
}
