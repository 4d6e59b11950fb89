//! Tickets by the thousand.

use chrono::TimeDelta;
use supporty_core::adapter::{Append, Commit, Row, Store, Wake};
use supporty_core::stream::{RawEntry, StreamId};
use supporty_core::ticket::StatusKind;
use supporty_core::vocab::{Actor, Kind, Text, TextRef, TextRow, TicketKey, Time};

const PER_COMMIT: u64 = 500;
const STATUSES: [StatusKind; 5] =
    [StatusKind::New, StatusKind::Active, StatusKind::Waiting, StatusKind::Resolved, StatusKind::Closed];

pub(crate) fn at(seconds: i64) -> Time {
    "2026-01-05T09:00:00Z".parse::<Time>().unwrap() + TimeDelta::seconds(seconds)
}

pub(crate) fn stream(number: u64) -> StreamId {
    StreamId::Ticket(TicketKey::new("SUP", number))
}

/// Some 300 bytes each, as entries usually are.
pub(crate) fn entries(after: u64, count: u64) -> Vec<RawEntry> {
    let body = format!(r#"{{"by":{{"person":"gwen"}},"event":{{"said":"{}"}}}}"#, "x".repeat(250));
    let entry = |seq| RawEntry { seq, at: at(seq as i64), kind: "replied".to_owned(), body: body.clone() };
    (after + 1..=after + count).map(entry).collect()
}

pub(crate) fn row(number: u64) -> Row {
    let pick = |of: u64| number.wrapping_mul(2_654_435_761) % of;
    Row {
        key: TicketKey::new("SUP", number),
        title: TextRef::new(format!("title-{number}")),
        status: match pick(100) {
            0..=3 => STATUSES[usize::try_from(pick(3)).unwrap()],
            _ => StatusKind::Closed,
        },
        kind: Kind::Request,
        gardening: None,
        priority: ["P1", "P2", "P3"][usize::try_from(pick(3)).unwrap()].into(),
        area: Some("checkout".into()),
        squad: Some(["web", "pay", "ops"][usize::try_from(pick(3)).unwrap()].into()),
        owner: Some(format!("p{}", pick(40)).as_str().into()),
        owned_since: None,
        requester: Actor::Person("rita".into()),
        opened_at: at(number as i64),
        updated_at: at(number as i64),
        due: None,
        at_risk: false,
        breached: false,
        resolved_at: None,
        resolution: None,
        stars: None,
        messages: 3,
        readers: None,
        erased: false,
        post_mortem: None,
    }
}

/// Six words of twenty thousand, of which some are in every second title.
fn title(number: u64) -> TextRow {
    let word = |n: u64| {
        number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(u32::try_from(n * 9).unwrap()) % 20_000
    };
    let often = if number.is_multiple_of(2) { "checkout" } else { "login" };
    let words: Vec<_> = (1..6).map(|n| format!("w{}", word(n))).collect();
    TextRow {
        at: TextRef::new(format!("title-{number}")),
        author: Some("rita".into()),
        internal: false,
        text: Text::new(&format!("{often} {}", words.join(" ")), Text::TITLE).unwrap(),
    }
}

/// A step as a command makes it: an entry, a timer and a row.
pub(crate) fn step(number: u64, after: u64) -> Commit {
    let wake = Some(Wake { due: at(86_400), stamp: "bench".to_owned() });
    let append =
        Append { wake, row: Some(row(number)), ..Append::new(stream(number), after, entries(after, 1)) };
    Commit { appends: vec![append], ..Commit::default() }
}

/// So many tickets, each with an entry, a row, a title, and a timer that is due some time after the one before.
pub(crate) async fn fill(store: &dyn Store, tickets: u64, apart: TimeDelta, words: bool) {
    for first in (1..=tickets).step_by(usize::try_from(PER_COMMIT).unwrap()) {
        let numbers = first..(first + PER_COMMIT).min(tickets + 1);
        let append = |number: u64| {
            let due = at(0) + apart * i32::try_from(number).unwrap();
            let wake = Some(Wake { due, stamp: "bench".to_owned() });
            let row = Some(row(number)).filter(|_| words);
            Append { wake, row, ..Append::new(stream(number), 0, entries(0, 1)) }
        };
        let texts = if words { numbers.clone().map(title).collect() } else { Vec::new() };
        let appends = numbers.map(append).collect();
        store.commit(Commit { appends, texts, ..Commit::default() }).await.unwrap();
    }
}

pub(crate) fn tickets() -> u64 {
    std::env::var("SUPPORTY_TICKETS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000)
}
