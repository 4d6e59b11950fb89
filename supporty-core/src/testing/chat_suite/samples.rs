//! What the suite shows and tells.

use super::ChatProbe;
use crate::adapter::{
    Card, CardChange, CardPromise, Destination, Message, Named, Piece, Post, PromiseState, Show,
};
use crate::stream::{EffectId, Origin, StreamId};
use crate::ticket::{CommandKind, Progress, StatusKind};
use crate::vocab::{Bond, Kind, PersonId, PriorityId, Resolution, Stars, Target, TicketKey, Time, WaitingOn};

pub(super) fn card_effect(number: u64) -> EffectId {
    EffectId { cause: Origin::Entry { stream: StreamId::Ticket(key(number)), seq: 1 }, n: 0 }
}

pub(super) fn told_effect(n: u16) -> EffectId {
    EffectId { cause: Origin::Job("told".to_owned()), n }
}

pub(super) fn key(number: u64) -> TicketKey {
    TicketKey::new("SUP", number)
}

pub(super) fn post(n: u16, to: Destination, pieces: Vec<Piece>) -> Post {
    let actions = vec![CommandKind::Claim, CommandKind::Escalate];
    Post {
        effect: told_effect(n),
        to,
        message: Message { ticket: Some(key(1)), pieces, urgent: false, actions },
    }
}

pub(super) fn show(probe: &impl ChatProbe, number: u64, seq: u64, title: &str) -> Show {
    Show { effect: card_effect(number), at: None, channel: probe.channel(), card: card(number, seq, title) }
}

/// A card in every state that a ticket may be in, with much and with nothing.
pub(super) fn cards() -> Vec<Card> {
    let full = card(1, 0, "The lamp is out");
    let at = full.opened_at;
    let named = full.requester.clone();
    let states = [
        PromiseState::Pending,
        PromiseState::AtRisk,
        PromiseState::Met,
        PromiseState::MetLate,
        PromiseState::Breached,
        PromiseState::Paused,
        PromiseState::Cancelled,
    ];
    let promises = states.iter().flat_map(|state| Target::ALL.iter().map(move |target| (*target, *state)));
    let promise = |(target, state)| CardPromise { target, state, since: Some(at), due: Some(at) };
    let much = Card {
        waiting: Some((WaitingOn::ThirdParty, at)),
        merged_into: Some(key(2)),
        promises: promises.map(promise).collect(),
        resolution: Some(Resolution::CodeChange),
        stars: Stars::new(1).ok().zip(Stars::new(5).ok()),
        messages: 4_711,
        fields: (0..40).map(|n| (format!("Question {n}?"), "yes".to_owned())).collect(),
        reports_to: Some(key(3)),
        reports: 12,
        post_mortem: Some((at, true)),
        waking: vec![named; 40],
        actions: CommandKind::ALL.to_vec(),
        ..full.clone()
    };
    let bare = Card {
        details: None,
        area: None,
        squad: None,
        owner: None,
        promises: Vec::new(),
        fields: Vec::new(),
        actions: Vec::new(),
        ..full.clone()
    };
    let masked = Card { title: None, restricted: true, ..bare.clone() };
    let statuses = StatusKind::ALL.iter().map(|status| Card { status: *status, ..full.clone() });
    let kinds = Kind::ALL.iter().map(|kind| Card { kind: *kind, ..bare.clone() });
    statuses.chain(kinds).collect::<Vec<_>>().into_iter().chain([much, bare, masked]).collect()
}

/// A card with something in every corner.
pub(super) fn card(number: u64, seq: u64, title: &str) -> Card {
    let at =
        |hours: i64| Time::UNIX_EPOCH + chrono::TimeDelta::days(20_000) + chrono::TimeDelta::hours(hours);
    let named = |id: &str, name: &str| Named { id: PersonId::new(id), name: name.to_owned() };
    let promise = |target, state, due| CardPromise { target, state, since: None, due };
    let change = |bond, label: &str, progress| {
        let url = format!("https://code.example/{label}");
        CardChange { bond, label: label.to_owned(), url, progress }
    };
    Card {
        key: key(number),
        seq,
        title: Some(title.to_owned()),
        details: Some("Nothing loads.\nNot even the front page.".to_owned()),
        status: StatusKind::Active,
        kind: Kind::Incident,
        priority: PriorityId::new("P1"),
        priority_name: "business critical".to_owned(),
        area: Some("Checkout".to_owned()),
        squad: Some("Web".to_owned()),
        requester: named("local:Jo", "Jo"),
        owner: Some(named("ana", "Ana")),
        opened_at: at(0),
        waiting: None,
        merged_into: None,
        promises: vec![
            promise(Target::Respond, PromiseState::Met, None),
            promise(Target::Resolve, PromiseState::AtRisk, Some(at(1))),
        ],
        resolution: None,
        stars: None,
        restricted: false,
        fields: vec![("Which orders?".to_owned(), "<b>all</b> of them".to_owned())],
        reports_to: None,
        reports: 0,
        post_mortem: None,
        changes: vec![
            change(Bond::Fix, "acme/shop#42", Progress::Merged),
            change(Bond::Cause, "acme/shop#41", Progress::Deployed),
        ],
        waking: Vec::new(),
        messages: 2,
        actions: vec![CommandKind::Claim, CommandKind::Reply, CommandKind::Resolve],
    }
}
