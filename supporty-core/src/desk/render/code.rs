//! What is written on code hosts.

use super::words::{how, text, ticket as link};
use super::{Phrases, Texts, Words, words_at};
use crate::adapter::Piece;
use crate::effect::Remark;
use crate::policy::Policy;
use crate::ticket::Ticket;

/// An issue for a ticket: its title, and what it says.
pub(in crate::desk) fn issue(
    ticket: &Ticket,
    policy: &Policy,
    say: &Phrases,
    texts: &Texts,
) -> (String, Vec<Piece>) {
    let mut words = Words { policy, phrases: say, texts: Some(texts), pieces: Vec::new() };
    words.quote(ticket.details.as_ref());
    words.phrase(&say.issue_for, &[link(&ticket.key), ("priority", text(&ticket.priority))]);
    (words_at(texts, &ticket.title, say), words.pieces)
}

/// A comment, in our own words alone.
pub(in crate::desk) fn remark(
    remark: &Remark,
    ticket: &Ticket,
    policy: &Policy,
    say: &Phrases,
) -> Vec<Piece> {
    let mut words = Words { policy, phrases: say, texts: None, pieces: Vec::new() };
    let priority = ("priority", text(&ticket.priority));
    match remark {
        Remark::Solves => words.phrase(&say.remark_solves, &[link(&ticket.key), priority]),
        Remark::Caused => words.phrase(&say.remark_caused, &[link(&ticket.key), priority]),
        Remark::Reprioritised { to } => {
            words.phrase(&say.remark_reprioritised, &[link(&ticket.key), ("priority", text(to))])
        }
        Remark::Resolved { resolution } => {
            words.phrase(&say.remark_resolved, &[link(&ticket.key), ("how", text(how(say, *resolution)))])
        }
        Remark::Reopened => words.phrase(&say.remark_reopened, &[link(&ticket.key)]),
    };
    words.pieces
}

/// What a check says, in one line.
pub(in crate::desk) fn check(ticket: &Ticket, policy: &Policy, say: &Phrases) -> String {
    let mut words = Words { policy, phrases: say, texts: None, pieces: Vec::new() };
    let phrase = if ticket.status.is_open() { &say.check_open } else { &say.check_done };
    words.phrase(phrase, &[("ticket", text(&ticket.key)), ("priority", text(&ticket.priority))]);
    let said = words.pieces.into_iter().map(|piece| match piece {
        Piece::Text(text) => text,
        _ => String::new(),
    });
    said.collect()
}
