use supporty_core::adapter::{self, Piece};
use supporty_core::ticket::CommandKind;

use super::actions::{button, stars};
use super::{Context, phrase};
use crate::block::{Actions, Button, Fallback, Inline, Message, Part, RichText, Stack, Url};
use crate::names;

/// A message of ours, in a thread, a channel or to one person, with what its reader may do about it.
pub fn message(message: &adapter::Message, context: &Context<'_>) -> Message {
    let texts = context.texts();
    let loud = [Inline::emoji("rotating_light"), Inline::text(" "), Inline::bold(&texts.urgent)];
    let loud = message.urgent.then(|| Part::section(loud)).flatten();
    let words = RichText::new(loud.into_iter().chain(paragraphs(&message.pieces, context)));
    let blocks = Stack::new().fill_some(words);
    let blocks = match &message.ticket {
        Some(key) => {
            let wanted = message.actions.iter().filter(|kind| **kind != CommandKind::Rate).enumerate();
            let buttons = wanted.filter_map(|(n, kind)| button(context, key, *kind, n == 0));
            blocks.keep_some(Actions::new(buttons.chain(leads(message, context)))).keep_some(stars(
                context,
                key,
                &message.actions,
            ))
        }
        None => blocks,
    };
    Message::new(fallback(message, context), blocks, context.more())
}

/// Whoever is told of a ticket and reads nothing that leads there gets a button that does.
fn leads(message: &adapter::Message, context: &Context<'_>) -> Option<Button> {
    let key = message.ticket.as_ref().filter(|_| message.urgent)?;
    let label = phrase::plain(&context.texts().open_ticket, &[("ticket", &key.to_string())]);
    Some(Button::new(names::LINK, &label).url(context.link(key)?))
}

/// Our words on lines of their own, and what people wrote set apart between them.
fn paragraphs(pieces: &[Piece], context: &Context<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut line = Vec::new();
    let end = |line: &mut Vec<Inline>| {
        let blank =
            line.iter().all(|each| matches!(each, Inline::Text { text, .. } if text.trim().is_empty()));
        Part::section(line.drain(..)).filter(|_| !blank)
    };
    for piece in pieces {
        match piece {
            Piece::Text(words) if line.is_empty() => line.extend(linked(words.trim_start())),
            Piece::Text(words) => line.extend(linked(words)),
            Piece::Person(person) => line.push(context.person(person)),
            Piece::Time(at) => line.push(context.when(*at)),
            Piece::Ticket(key) => line.push(context.ticket(key)),
            Piece::Link { label, url } => line.push(Inline::link(Url::new(url).as_ref(), label)),
            Piece::Quote(words) => {
                parts.extend(end(&mut line));
                parts.extend(Part::quote([Inline::text(words)]));
            }
        }
    }
    parts.extend(end(&mut line));
    parts
}

/// Our own words, where an address leads there.
fn linked(words: &str) -> Vec<Inline> {
    let pieces = words.split_inclusive(char::is_whitespace).flat_map(|word| {
        let address = word.trim_end_matches(|c: char| c.is_whitespace() || ",.;".contains(c));
        match Url::new(address) {
            Some(url) => {
                [Inline::link(Some(&url), address), Inline::text(word.get(address.len()..).unwrap_or(""))]
            }
            None => [Inline::text(word), Inline::text("")],
        }
    });
    pieces.fold(Vec::new(), |mut line, piece| {
        match (line.last_mut(), piece) {
            (Some(Inline::Text { text: before, .. }), Inline::Text { text, .. }) => before.push_str(&text),
            (_, piece) => line.push(piece),
        }
        line
    })
}

fn fallback(message: &adapter::Message, context: &Context<'_>) -> Fallback {
    let begins = match message.urgent {
        true => Fallback::new().words(&context.texts().urgent).words(": "),
        false => Fallback::new(),
    };
    message.pieces.iter().fold(begins, |text, piece| match piece {
        Piece::Text(words) => text.words(words),
        Piece::Person(person) => text.words(&person.name),
        Piece::Time(at) => context.when_in(text, *at),
        Piece::Ticket(key) => text.words(&key.to_string()),
        Piece::Link { label, .. } => text.words(label),
        Piece::Quote(words) => text.words(" ").words(words).words(" "),
    })
}
