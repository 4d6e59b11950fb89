//! Small values that the promises are made of.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use crate::adapter::{
    Append, Arrival, Attempt, Commit, Error, ErrorKind, Handled, NewEffect, OutboxLease, Row, Snapshot,
    Store, Wake,
};
use crate::stream::{EffectId, Origin, RawEntry, StreamId};
use crate::ticket::StatusKind;
use crate::vocab::{
    Actor, InboundKey, Kind, PersonId, Place, PriorityId, Text, TextRef, TextRow, TicketKey, Time, micros,
};

/// That many minutes after the suite's beginning of time.
pub(super) fn at(minutes: i64) -> Time {
    micros(Time::UNIX_EPOCH) + chrono::Duration::minutes(29_000_000 + minutes)
}

pub(super) fn key(number: u64) -> TicketKey {
    TicketKey::new("SUP", number)
}

pub(super) fn ticket(number: u64) -> StreamId {
    StreamId::Ticket(key(number))
}

pub(super) fn entries(after: u64, count: u64) -> Vec<RawEntry> {
    (after + 1..=after + count)
        .map(|seq| RawEntry {
            seq,
            at: at(seq as i64),
            kind: "said".to_owned(),
            body: format!(r#"{{"event":{{"said":"m{seq}"}},"quote":"it's"}}"#),
        })
        .collect()
}

/// So many entries on a stream that had `after`.
pub(super) fn append(stream: StreamId, after: u64, count: u64) -> Append {
    Append::new(stream, after, entries(after, count))
}

pub(super) fn commit(appends: impl Into<Vec<Append>>) -> Commit {
    Commit { appends: appends.into(), ..Commit::default() }
}

/// One entry on a new ticket.
pub(super) fn opened(number: u64) -> Commit {
    commit([append(ticket(number), 0, 1)])
}

pub(super) fn wake(minutes: i64) -> Wake {
    Wake { due: at(minutes), stamp: format!("stamp-{minutes}") }
}

/// One entry on a new ticket, whose timer is due then.
pub(super) fn armed(number: u64, due: i64) -> Commit {
    commit([Append { wake: Some(wake(due)), ..append(ticket(number), 0, 1) }])
}

pub(super) fn text(name: &str, author: &str, words: &str) -> TextRow {
    TextRow {
        at: TextRef::new(name),
        author: Some(PersonId::new(author)),
        internal: false,
        text: Text::new(words, Text::MESSAGE).expect("the suite's texts are good"),
    }
}

pub(super) fn row(number: u64) -> Row {
    Row {
        key: key(number),
        title: TextRef::new(format!("title-{number}")),
        status: StatusKind::New,
        kind: Kind::Request,
        gardening: None,
        priority: PriorityId::new("P3"),
        area: None,
        squad: None,
        owner: None,
        owned_since: None,
        requester: Actor::Person(PersonId::new("ada")),
        opened_at: at(0),
        updated_at: at(1),
        due: Some(at(90)),
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

/// A new ticket as it stands in lists, with its title.
pub(super) fn listed(row: Row, title: &str) -> Commit {
    let texts = vec![TextRow { at: row.title.clone(), ..text("title", "ada", title) }];
    let stream = StreamId::Ticket(row.key.clone());
    Commit { texts, ..commit([Append { row: Some(row), ..append(stream, 0, 1) }]) }
}

/// What a ticket of so many entries had become, without a new one.
pub(super) fn snapshot(number: u64, seq: u64, format: &str) -> Commit {
    let snapshot = Snapshot { seq, format: format.to_owned(), body: format!(r#"{{"seen":{seq}}}"#) };
    commit([Append { snapshot: Some(snapshot), ..append(ticket(number), seq, 0) }])
}

/// Words said on a ticket, as its next entry.
pub(super) fn said(number: u64, after: u64, words: TextRow) -> Commit {
    let mut append = append(ticket(number), after, 1);
    append.entries[0].body = format!(r#"{{"event":{{"said":"{}"}}}}"#, words.at);
    Commit { texts: vec![words], ..commit([append]) }
}

pub(super) fn effect_id(name: &str) -> EffectId {
    EffectId { cause: Origin::Job(name.to_owned()), n: 0 }
}

/// Something to say, once.
pub(super) fn edge(name: &str, lane: &str) -> NewEffect {
    NewEffect {
        id: effect_id(name),
        lane: lane.to_owned(),
        level: None,
        body: format!(r#"{{"tell":"{name}"}}"#),
        at: at(0),
    }
}

/// A surface to bring up to date.
pub(super) fn level(name: &str, lane: &str, surface: &str) -> NewEffect {
    NewEffect { level: Some(surface.to_owned()), ..edge(name, lane) }
}

pub(super) fn effects(effects: impl Into<Vec<NewEffect>>) -> Commit {
    Commit { effects: effects.into(), ..Commit::default() }
}

pub(super) fn attempt(lease: &OutboxLease, minutes: i64) -> Attempt {
    Attempt { id: lease.id.clone(), fence: lease.fence, revision: lease.revision, at: at(minutes) }
}

pub(super) fn names(leases: &[OutboxLease]) -> Vec<String> {
    leases.iter().map(|lease| lease.id.to_string()).collect()
}

pub(super) fn place(message: &str) -> Place {
    Place { adapter: "local".into(), channel: "support".to_owned(), message: message.into() }
}

/// A delivery that is the accepter's own until then.
pub(super) fn arrival(name: &str, minutes: i64, until: i64) -> Arrival {
    let body = format!(r#"{{"raw":"{name}"}}"#);
    Arrival { key: InboundKey::new(name), body, at: at(minutes), until: at(until) }
}

pub(super) fn handled(name: &str, answer: &str) -> Handled {
    Handled { key: InboundKey::new(name), answer: answer.to_owned(), at: at(5) }
}

/// A directory of its own, which goes with the test.
pub(super) struct Directory(std::path::PathBuf);

impl Directory {
    pub(super) fn new() -> Self {
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let name = format!("supporty-suite-{}-{number}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&directory).expect("a directory for the test's files");
        Self(directory)
    }

    pub(super) fn file(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What is left in the system's directory for such files harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Commits what must be taken.
pub(super) async fn keep(store: &dyn Store, commit: Commit) {
    store.commit(commit).await.expect("a good commit is taken");
}

pub(super) fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorKind {
    result.expect_err("it is refused").kind
}

/// Leases everything that may be delivered then.
pub(super) async fn lease(store: &dyn Store, now: i64, until: i64) -> Vec<OutboxLease> {
    store.lease_outbox(at(now), at(until), 100).await.expect("the outbox can be leased")
}

/// Leases the one effect that may be delivered then.
pub(super) async fn lease_one(store: &dyn Store, now: i64, until: i64) -> OutboxLease {
    let leases = lease(store, now, until).await;
    let [lease] = &leases[..] else { panic!("one effect to lease, not {:?}", names(&leases)) };
    lease.clone()
}

/// Runs all of them at once, without asking for a runtime.
pub(super) async fn at_once<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<Pin<Box<_>>> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<T>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (future, result) in running.iter_mut().zip(&mut done) {
            if result.is_none()
                && let Poll::Ready(value) = future.as_mut().poll(context)
            {
                *result = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
