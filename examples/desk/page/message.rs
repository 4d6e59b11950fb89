use maud::{Markup, html};
use supporty_core::adapter::{Message, Piece};

use super::layout::avatar;
use super::{Frame, when, words};
use crate::local::{Body, Line, Said};

/// One message of a thread or a channel. A card has a place of its own on the page and is shown there.
pub fn message(frame: &Frame<'_>, line: &Line) -> Markup {
    match &line.body {
        Body::Card(card) => html! {
            li.card-line id={ "m" (line.id) } {
                p { (card.key) ": " (super::card::title(card)) }
                @if let Some(details) = &card.details { div.words { (details) } }
            }
        },
        Body::Told(told) => told_line(frame, line, told),
        Body::Said(said) => said_line(frame, line, said),
    }
}

fn told_line(frame: &Frame<'_>, line: &Line, told: &Message) -> Markup {
    html! {
        li id={ "m" (line.id) } class={ "told-line" @if told.urgent { " urgent" } } {
            div.what {
                @if told.urgent { span.label.alarm { "Urgent" } " " }
                @for piece in &told.pieces { (self::piece(frame, piece)) }
                @match &told.ticket {
                    Some(key) if line.root.is_none() && !told.pieces.contains(&Piece::Ticket(key.clone())) => {
                        " " a.about href={ "/ticket/" (key) } { "Open " (key) }
                    }
                    Some(_) => {}
                    None => { " " a.about href="/rotas" { "See who is on" } }
                }
            }
            (when::moment(frame, line.at))
        }
    }
}

fn said_line(frame: &Frame<'_>, line: &Line, said: &Said) -> Markup {
    html! {
        li id={ "m" (line.id) } class={ "said" @if said.internal { " internal" } } {
            (avatar(&said.name))
            div.bubble {
                p.by {
                    strong { (said.name) } " "
                    @if said.internal { span.label { "Internal note" } " " }
                    (when::moment(frame, line.at))
                }
                div.words { (said.text) }
                @if let Some(why) = &line.refused {
                    p.refused { "The desk did not take this: " (words::sentence(why)) }
                }
            }
        }
    }
}

fn piece(frame: &Frame<'_>, piece: &Piece) -> Markup {
    html! {
        @match piece {
            Piece::Text(text) => (text),
            Piece::Person(person) => b { (person.name) },
            Piece::Time(at) => (when::moment(frame, *at)),
            Piece::Ticket(key) => a href={ "/ticket/" (key) } { (key) },
            Piece::Link { label, url } => (words::link(label, url)),
            Piece::Quote(text) => blockquote { (text) },
        }
    }
}
