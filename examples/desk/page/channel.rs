use maud::{Markup, html};
use supporty_core::adapter::Card;

use super::{Frame, card, live, message, page};
use crate::local::{Body, Line};

/// Which cards of the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Those on which somebody still has to do something.
    Open,
    /// Those of whoever looks: asked or owned.
    Mine,
    /// Every one.
    All,
}

impl Filter {
    const ALL: [(Self, &'static str, &'static str); 3] =
        [(Self::Open, "open", "Open"), (Self::Mine, "mine", "Mine"), (Self::All, "all", "All")];

    /// The filter of that name.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|(_, name, _)| *name == word).map_or(Self::Open, |(filter, ..)| filter)
    }

    fn takes(self, frame: &Frame<'_>, card: &Card) -> bool {
        let me = frame.viewer.and_then(|viewer| viewer.person());
        match self {
            Self::All => true,
            Self::Open => card.status.is_open(),
            Self::Mine => {
                me == Some(&card.requester.id)
                    || card.owner.as_ref().is_some_and(|owner| me == Some(&owner.id))
            }
        }
    }
}

/// The desk's channel: the cards as they were delivered, and what was told to the channel itself.
pub fn channel(frame: &Frame<'_>, filter: Filter, roots: &[Line], told: &[Line]) -> Markup {
    let cards: Vec<_> = roots.iter().filter_map(Line::card).collect();
    let shown: Vec<_> = cards.iter().filter(|card| filter.takes(frame, card)).collect();
    let list = html! {
        div.tabs {
            @for (each, word, name) in Filter::ALL {
                @let count = cards.iter().filter(|card| each.takes(frame, card)).count();
                a href={ "/?show=" (word) } aria-current=[(each == filter).then_some("true")] {
                    (name) " " span.count { (count) }
                }
            }
        }
        @if shown.is_empty() {
            div.empty {
                p { "Nothing here." }
                p { "Somebody needs help? " a href="/new" { "File a ticket" } " and it shows up here." }
            }
        }
        @for each in &shown { (card::card(frame, each)) }
    };
    let said = html! {
        @if !told.is_empty() {
            details.told {
                summary { "Said in #" (frame.policy.spec().channel) " " span.count { (told.len()) } }
                ol.messages {
                    @for line in told.iter().rev().take(50) {
                        @if let Body::Told(_) = &line.body { (message(frame, line)) }
                    }
                }
            }
        }
    };
    let body = html! {
        div.wide {
            h1.title { "Tickets" }
            (live(frame, "channel", list))
            (live(frame, "told", said))
        }
    };
    page(frame, "Tickets", body)
}
