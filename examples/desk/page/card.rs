use maud::{Markup, html};
use supporty_core::adapter::{Card, CardPromise, PromiseState};
use supporty_core::vocab::Target;

use super::layout::avatar;
use super::{Frame, when, words};

/// A card in the channel.
pub(super) fn card(frame: &Frame<'_>, card: &Card) -> Markup {
    html! {
        article class={ "card " (words::urgency(frame.policy, &card.priority)) } {
            div.labels { (labels(frame, card)) span.key { (card.key) } }
            h2 { a href={ "/ticket/" (card.key) } { (title(card)) } }
            (facts(frame, card))
            @for promise in leading(card) { (promise_line(frame, card, promise)) }
        }
    }
}

/// The title, or what stands for one that was erased or is for others.
pub(super) fn title(card: &Card) -> &str {
    card.title.as_deref().unwrap_or(if card.restricted { "(restricted)" } else { "(erased)" })
}

/// Priority, status and kind.
pub(super) fn labels(frame: &Frame<'_>, card: &Card) -> Markup {
    html! {
        span class={ "label priority " (words::urgency(frame.policy, &card.priority)) } {
            (card.priority) span.more { " " (card.priority_name) }
        }
        span class={ "label status is-" (card.status) } { (words::status(card.status)) }
        @if card.kind != supporty_core::vocab::Kind::Request {
            span.label { (words::kind(card.kind).0) }
        }
        @if card.restricted { span.label.warn { "Restricted" } }
        @if let Some((_, last)) = card.stars { (stars(last.count())) }
    }
}

/// Owner, area, requester.
pub(super) fn facts(frame: &Frame<'_>, card: &Card) -> Markup {
    html! {
        p.facts {
            @match &card.owner {
                Some(owner) => span.owner { (avatar(&owner.name)) (owner.name) },
                None => span.owner.nobody { "Nobody yet" },
            }
            @if let Some(area) = &card.area { span { (area) } }
            span { "from " (card.requester.name) ", " (when::moment(frame, card.opened_at)) }
            @if card.messages > 0 {
                span { (card.messages) @if card.messages == 1 { " message" } @else { " messages" } }
            }
            @if let Some((on, until)) = card.waiting {
                span { "waits for " (words::waiting_on(on)) " until " (when::moment(frame, until)) }
            }
            @if let Some(into) = &card.merged_into {
                span { "goes on in " a href={ "/ticket/" (into) } { (into) } }
            }
            @if let Some(incident) = &card.reports_to {
                span { "a report of " a href={ "/ticket/" (incident) } { (incident) } }
            }
            @match card.reports { 0 => {}, 1 => span { "1 report" }, count => span { (count) " reports" } }
            @for change in &card.changes {
                span { (words::bond(change.bond)) " " (words::link(&change.label, &change.url)) ", " (words::progress(change.progress)) }
            }
            @if !card.waking.is_empty() {
                span { "waking " (card.waking.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ")) }
            }
            @match card.post_mortem {
                Some((due, false)) => span { "post-mortem by " (when::moment(frame, due)) },
                Some((_, true)) => span { "post-mortem written" },
                None => {}
            }
            @if let Some(resolution) = card.resolution { span { (words::resolution(resolution)) } }
        }
    }
}

/// One promise on one line, with a bar while its clock runs.
pub(super) fn promise_line(frame: &Frame<'_>, card: &Card, promise: &CardPromise) -> Markup {
    let (class, state) = words::promise(promise.state);
    let what = words::target(promise.target);
    let runs = matches!(promise.state, PromiseState::Pending | PromiseState::AtRisk);
    html! {
        div class={ "promise " (class) } {
            span.what { (what) }
            @match promise.due {
                Some(due) if runs => span.due { (when::countdown(frame, due)) ", by " (when::moment(frame, due)) },
                Some(due) => span.due { "by " (when::moment(frame, due)) },
                None => span.due {},
            }
            span.state { (state) }
            @if let Some(due) = promise.due.filter(|_| runs) {
                (when::bar(frame, promise.since.unwrap_or(card.opened_at), due, what))
            }
        }
    }
}

/// What a reader of the channel wants to know: the promise that is due first, and the one to resolve.
fn leading(card: &Card) -> Vec<&CardPromise> {
    let matters = |promise: &&CardPromise| {
        let stands =
            matches!(promise.state, PromiseState::Pending | PromiseState::AtRisk | PromiseState::Breached);
        stands && card.status.is_open() && promise.target != Target::Resolve
    };
    let first = card.promises.iter().filter(matters).min_by_key(|promise| promise.due);
    let last = card.promises.iter().find(|promise| promise.target == Target::Resolve);
    first.into_iter().chain(last).collect()
}

/// One to five stars.
pub(super) fn stars(count: u8) -> Markup {
    let count = usize::from(count.min(5));
    html! {
        span.stars role="img" aria-label={ (count) " of 5 stars" } {
            ("★".repeat(count)) span.empty { ("★".repeat(5 - count)) }
        }
    }
}
