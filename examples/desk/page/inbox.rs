use maud::{Markup, html};

use super::{Frame, live, message, page};
use crate::local::Line;

/// What the desk told one person, newest first.
pub fn inbox(frame: &Frame<'_>, told: &[Line]) -> Markup {
    let list = html! {
        @if told.is_empty() {
            div.empty { p { "The desk has not told you anything yet." } }
        } @else {
            ol.messages.boxed { @for line in told.iter().rev() { (message(frame, line)) } }
        }
    };
    let body = html! {
        div.wide {
            h1.title { "For me" }
            p.hint { "What the desk tells you directly: assignments, pages and reminders." }
            (live(frame, "inbox", list))
        }
    };
    page(frame, "For me", body)
}
