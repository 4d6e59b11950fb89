//! Small values for the tests of this crate.
#![allow(dead_code, reason = "each test file uses some of it")]

use supporty_core::adapter::{Append, Arrival, Commit, NewEffect, Row, Wake};
use supporty_core::stream::{EffectId, Origin, RawEntry, StreamId};
use supporty_core::ticket::StatusKind;
use supporty_core::vocab::{Actor, InboundKey, Kind, Text, TextRef, TextRow, TicketKey, Time};

pub(crate) fn at(minutes: i64) -> Time {
    Time::UNIX_EPOCH + chrono::Duration::minutes(minutes)
}

pub(crate) fn ticket(number: u64) -> StreamId {
    StreamId::Ticket(TicketKey::new("SUP", number))
}

pub(crate) fn append(stream: StreamId, after: u64, count: u64) -> Append {
    let entry = |seq| RawEntry { seq, at: at(seq as i64), kind: "said".to_owned(), body: "{}".to_owned() };
    Append::new(stream, after, (after + 1..=after + count).map(entry).collect())
}

pub(crate) fn commit(append: Append) -> Commit {
    Commit { appends: vec![append], ..Commit::default() }
}

pub(crate) fn wake(minutes: i64) -> Wake {
    Wake { due: at(minutes), stamp: "1".to_owned() }
}

pub(crate) fn text(name: &str, author: &str, words: &str) -> TextRow {
    let text = Text::new(words, Text::MESSAGE).expect("a good text");
    TextRow { at: TextRef::new(name), author: Some(author.into()), internal: false, text }
}

pub(crate) fn effect(name: &str, lane: &str, level: Option<&str>) -> NewEffect {
    NewEffect {
        id: EffectId { cause: Origin::Job(name.to_owned()), n: 0 },
        lane: lane.to_owned(),
        level: level.map(ToOwned::to_owned),
        body: format!(r#"{{"tell":"{name}"}}"#),
        at: at(0),
    }
}

pub(crate) fn arrival(name: &str, minutes: i64, until: i64) -> Arrival {
    Arrival { key: InboundKey::new(name), body: name.to_owned(), at: at(minutes), until: at(until) }
}

pub(crate) fn row(number: u64) -> Row {
    Row {
        key: TicketKey::new("SUP", number),
        title: TextRef::new(format!("title-{number}")),
        status: StatusKind::New,
        kind: Kind::Request,
        gardening: None,
        priority: "P3".into(),
        area: None,
        squad: None,
        owner: None,
        owned_since: None,
        requester: Actor::Desk,
        opened_at: at(0),
        updated_at: at(1),
        due: None,
        at_risk: false,
        breached: false,
        resolved_at: None,
        resolution: None,
        stars: None,
        messages: 1,
        readers: None,
        post_mortem: None,
        erased: false,
    }
}

/// A commit that touches every table.
pub(crate) fn everything(number: u64) -> Commit {
    let place = ("local".into(), "support".to_owned(), format!("m{number}").as_str().into());
    let (adapter, channel, message) = place;
    Commit {
        appends: vec![Append {
            wake: Some(wake(30)),
            row: Some(row(number)),
            ..append(ticket(number), 0, 2)
        }],
        texts: vec![text(&format!("title-{number}"), "ada", "checkout fails")],
        effects: vec![effect(&format!("told-{number}"), &format!("lane-{number}"), None)],
        places: vec![(supporty_core::vocab::Place { adapter, channel, message }, ticket(number))],
        handled: None,
        policies: vec![("v1".into(), "{}".to_owned())],
    }
}
