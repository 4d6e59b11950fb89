use maud::{Markup, html};
use supporty_core::adapter::Card;
use supporty_core::rules::Replan;
use supporty_core::ticket::{CommandKind, StatusKind, Ticket};
use supporty_core::vocab::{Text, TicketKey};

use super::{Frame, actions, card, live, message, page, words};
use crate::form::{Fields, Wrong};
use crate::local::Line;

/// What a ticket's page shows.
pub struct View<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// Its thread as it was delivered; empty until the card was.
    pub lines: &'a [Line],
    /// What putting it under the policy in force would change, where another one measures it.
    pub replan: Option<&'a Replan>,
    /// What whoever looks may do.
    pub allowed: &'a [CommandKind],
    /// What was just refused.
    pub refused: Option<&'a Refused>,
}

/// A form that was not taken, with what was typed.
pub struct Refused {
    /// Which form.
    pub kind: CommandKind,
    /// What was typed.
    pub typed: Fields,
    /// Why.
    pub wrong: Wrong,
}

impl View<'_> {
    /// What was refused of one form.
    pub(super) fn refused(&self, kind: CommandKind) -> Option<&Refused> {
        self.refused.filter(|refused| refused.kind == kind)
    }
}

/// A ticket: its card, its thread, and what can be done.
pub fn thread(frame: &Frame<'_>, view: &View<'_>) -> Markup {
    let key = &view.ticket.key;
    let Some(card) = view.lines.iter().find_map(Line::card) else { return on_its_way(frame, key) };
    let engineer = frame.viewer.is_some_and(|viewer| viewer.engineer);
    let shown: Vec<_> = view.lines.iter().filter(|line| engineer || !line.internal()).collect();
    let messages = html! {
        ol.messages {
            @for line in shown.iter().filter(|line| line.card().is_none()) { (message(frame, line)) }
        }
    };
    let body = html! {
        div.ticket {
            div.head { (live(frame, "head", head(frame, card))) }
            aside.side aria-label="What can be done" {
                (live(frame, "actions", actions::actions(frame, view)))
                (live(frame, "promises", promises(frame, card)))
            }
            section.thread aria-label="Thread" {
                (live(frame, "messages", messages))
                (reply(frame, view, engineer))
            }
        }
    };
    page(frame, &format!("{key}: {}", card::title(card)), body)
}

fn head(frame: &Frame<'_>, card: &Card) -> Markup {
    html! {
        article class={ "card big " (words::urgency(frame.policy, &card.priority)) } {
            div.labels { (card::labels(frame, card)) span.key { (card.key) } }
            h1 { (card::title(card)) }
            (card::facts(frame, card))
            @if let Some(details) = &card.details { div.words { (details) } }
            @if !card.fields.is_empty() {
                dl.answers {
                    @for (label, said) in &card.fields { dt { (label) } dd { (said) } }
                }
            }
            @if let Some((first, last)) = card.stars.filter(|(first, last)| first != last) {
                p.hint { "Rated " (first.count()) " at first, " (last.count()) " in the end." }
            }
        }
    }
}

fn promises(frame: &Frame<'_>, card: &Card) -> Markup {
    html! {
        @if !card.promises.is_empty() {
            section.panel {
                h2 { "Promises" }
                @for promise in &card.promises { (card::promise_line(frame, card, promise)) }
                p { a href={ "/ticket/" (card.key) "/why" } { "Why then, and who hears of it?" } }
            }
        }
    }
}

/// Not a live part: whoever types here is never interrupted.
fn reply(frame: &Frame<'_>, view: &View<'_>, engineer: bool) -> Markup {
    let key = &view.ticket.key;
    let refused = view.refused(CommandKind::Reply).or_else(|| view.refused(CommandKind::Note));
    let typed = refused.map_or("", |refused| refused.typed.typed("text"));
    html! {
        form.reply method="post" action={ "/ticket/" (key) "/reply" } {
            input type="hidden" name="submission" value=(frame.submission);
            label for="text" { "Reply" }
            @if let Some(refused) = refused { p.error role="alert" { (words::sentence(&refused.wrong.why)) } }
            textarea #text name="text" rows="3" required maxlength=(Text::MESSAGE) { (typed) }
            @match view.ticket.status.kind() {
                StatusKind::Closed => p.hint { "This ticket is closed for good: a reply opens a follow-up." },
                StatusKind::Resolved => p.hint { "This ticket is resolved." },
                StatusKind::Merged => p.hint { "A reply goes to the ticket that this one was merged into." },
                _ => {}
            }
            div.row {
                button.primary type="submit" { "Reply" }
                @if engineer {
                    button type="submit" formaction={ "/ticket/" (key) "/note" } { "Add internal note" }
                }
            }
        }
    }
}

fn on_its_way(frame: &Frame<'_>, key: &TicketKey) -> Markup {
    let waiting = html! {
        section.plain {
            h1 { (key) }
            p { "The ticket is kept, and its card is on its way here." }
        }
    };
    page(frame, &key.to_string(), html! { (live(frame, "head", waiting)) })
}
