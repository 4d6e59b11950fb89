use maud::{Markup, html};
use supporty_core::explain::Explanation;

use super::{Frame, page};

/// Why the promises of a ticket are due when they are, and what happens if nobody acts.
pub fn why(frame: &Frame<'_>, explained: &Explanation) -> Markup {
    let key = &explained.ticket;
    let body = html! {
        section.plain {
            h1 { "Why is " (key) " due when it is?" }
            pre.why tabindex="0" { (explained.text(frame.zone)) }
            p { a href={ "/ticket/" (key) } { "Back to " (key) } }
        }
    };
    page(frame, &format!("Why {key} is due when it is"), body)
}
