use std::hash::{DefaultHasher, Hash, Hasher};

use maud::{DOCTYPE, Markup, PreEscaped, html};
use supporty_core::policy::Policy;
use supporty_core::time::Zone;
use supporty_core::vocab::Time;

use crate::who::Viewer;

/// What every page needs to know.
pub struct Frame<'a> {
    /// The desk's policy.
    pub policy: &'a Policy,
    /// Who looks.
    pub viewer: Option<&'a Viewer>,
    /// The name of what the page's forms send.
    pub submission: &'a str,
    /// Where everything is kept, for the footer.
    pub store: &'a str,
    /// When.
    pub now: Time,
    /// Whose clocks to show times by.
    pub zone: &'a Zone,
    /// The path of the page, which marks its link.
    pub here: &'a str,
}

/// A whole page.
pub fn page(frame: &Frame<'_>, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · " (frame.policy.spec().name) }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/style.css";
                script src="/live.js" defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                (header(frame))
                main #main tabindex="-1" { (body) }
                footer {
                    p { "Kept in " (frame.store) "." }
                    p { "Times in " (frame.zone.name()) ". " span #live-state role="status" {} }
                }
            }
        }
    }
}

/// A part of a page that is brought up to date while it is looked at. Its name must be unique on the page.
pub fn live(frame: &Frame<'_>, name: &str, part: Markup) -> Markup {
    let mut hasher = DefaultHasher::new();
    part.0.replace(frame.submission, "").hash(&mut hasher);
    let revision = format!("{:016x}", hasher.finish());
    html! { div.live id=(name) data-live=(revision) { (PreEscaped(part.0)) } }
}

/// A page for what went wrong.
pub fn problem(frame: &Frame<'_>, title: &str, why: &str) -> Markup {
    let body = html! {
        section.plain {
            h1 { (title) }
            p { (why) }
            p { a.button href="/" { "To the tickets" } }
        }
    };
    page(frame, title, body)
}

fn header(frame: &Frame<'_>) -> Markup {
    let links = [
        ("/", "Tickets"),
        ("/board", "Board"),
        ("/rotas", "Who is on"),
        ("/me", "For me"),
        ("/report", "Report"),
    ];
    html! {
        header.top {
            a.brand href="/" { span.mark aria-hidden="true" {} (frame.policy.spec().name) }
            @if let Some(viewer) = frame.viewer {
                nav aria-label="Pages" {
                    @for (path, name) in links {
                        a href=(path) aria-current=[(path == frame.here).then_some("page")] { (name) }
                    }
                }
                form.find role="search" action="/search" method="get" {
                    label.hidden for="q" { "Search tickets" }
                    input #q type="search" name="q" placeholder="Search" maxlength="200";
                    button.quiet type="submit" { "Search" }
                }
                a.me href={ "/who?next=" (frame.here) } title="Be somebody else" {
                    (avatar(&viewer.name)) span { (viewer.name) }
                }
                a.button.primary href="/new" { "File a ticket" }
            }
        }
    }
}

/// Somebody's initials in a circle.
pub(super) fn avatar(name: &str) -> Markup {
    let words = name.split_whitespace().filter_map(|word| word.chars().next());
    let initials: String = words.take(2).flat_map(char::to_uppercase).collect();
    let tone = name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % 6;
    html! { span class={ "avatar tone-" (tone) } aria-hidden="true" { (initials) } }
}
