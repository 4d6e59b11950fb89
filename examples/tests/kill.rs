//! The program is killed again and again while people work: what was answered is in the log, and what the log makes
//! necessary is said once.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests say what failed by panicking"
)]

mod common;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use common::{Desk, Visitor, db};
use supporty_core::adapter::Maintenance;
use supporty_core::desk::{self, ManualClock};
use supporty_core::effect::Intent;
use supporty_core::policy::Policy;
use supporty_core::rules::{react, still_wanted};
use supporty_core::stream::Cause;
use supporty_core::ticket::{Event, TicketEntry, evolve};
use supporty_core::vocab::{InboundKey, TicketKey, Time};
use supporty_desk::local::{Body, Local};
use supporty_store::Sqlite;

const COMMANDS: usize = 500;
const WORKERS: usize = 2;
const SEED: u64 = 20_261_122;

/// SplitMix64: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }

    fn submission(&mut self) -> String {
        format!("{:016x}{:016x}", self.roll(u64::MAX), self.roll(u64::MAX))
    }
}

/// What somebody sent and what they were answered.
#[derive(Debug)]
struct Answered {
    submission: String,
    kind: &'static str,
    ticket: String,
    text: String,
    taken: bool,
}

#[test]
fn what_was_answered_is_kept_and_what_follows_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let mut desk = Desk::start_at(folder.path(), &listen);
    let workers: Vec<_> = (0..WORKERS as u64)
        .map(|worker| {
            let address = listen.clone();
            std::thread::spawn(move || work(&address, worker))
        })
        .collect();
    let (mut dice, mut kills) = (Dice(SEED), 0);
    while workers.iter().any(|worker| !worker.is_finished()) {
        std::thread::sleep(Duration::from_millis(40 + dice.roll(220)));
        desk.kill();
        kills += 1;
        desk = Desk::start_at(folder.path(), &listen);
    }
    let answered: Vec<_> = workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect();
    desk.kill();
    assert_eq!(answered.len(), COMMANDS);
    assert!(kills >= 3, "the work was done after {kills} kills: make it longer");

    settle(folder.path());
    hand_over(folder.path(), &listen);
    settle(folder.path());
    check(folder.path(), &answered);
}

/// One person's share, each command sent again until it is answered.
fn work(address: &str, worker: u64) -> Vec<Answered> {
    let mut dice = Dice(SEED ^ (worker + 1));
    let (ana, jo) = (Visitor::new(address, "ana"), Visitor::new(address, &format!("Jo {worker}")));
    let (mut tickets, mut done) = (Vec::new(), Vec::new());
    while done.len() < COMMANDS / WORKERS {
        let text = format!("word {} of {worker}", done.len());
        let submission = dice.submission();
        let mut fields = vec![("submission", submission.as_str())];
        let priority = ["P1", "P2", "P3"][dice.roll(3) as usize];
        let kind = match dice.roll(20) {
            _ if tickets.len() < 3 => "open",
            0 => "open",
            1..=8 => "reply",
            9..=10 => "note",
            11..=13 => "claim",
            14..=16 => "release",
            _ => "reprioritise",
        };
        fields.extend(match kind {
            "open" => vec![
                ("title", text.as_str()),
                ("kind", "request"),
                ("priority", priority),
                ("area", "orders"),
                ("field-impact", "somebody is hurt"),
            ],
            "reply" | "note" => vec![("text", text.as_str())],
            "reprioritise" => vec![("priority", priority)],
            _ => Vec::new(),
        });
        let (who, path, ticket) = if kind == "open" {
            (&jo, "/new".to_owned(), String::new())
        } else {
            let ticket: &String = &tickets[dice.roll(tickets.len() as u64) as usize];
            (if kind == "reply" { &jo } else { &ana }, format!("{ticket}/{kind}"), ticket.clone())
        };
        let reply = insist(who, &path, &fields);
        let taken = reply.status == 303;
        let ticket = if taken { reply.location().to_owned() } else { ticket };
        if kind == "open" {
            assert!(taken, "{reply:?}");
            tickets.push(ticket.clone());
        }
        done.push(Answered { submission, kind, ticket, text, taken });
    }
    done
}

fn insist(who: &Visitor, path: &str, fields: &[(&str, &str)]) -> common::Reply {
    let begun = Instant::now();
    loop {
        match who.send("POST", path, fields) {
            Ok(reply) if matches!(reply.status, 303 | 422) => return reply,
            Ok(reply) if reply.status == 503 => {}
            Ok(reply) => panic!("{path}: {reply:?}"),
            Err(_) => {}
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{path} is never answered");
        std::thread::sleep(Duration::from_millis(15));
    }
}

fn open(folder: &Path) -> (Arc<Sqlite>, Local) {
    (Arc::new(Sqlite::open(db(folder)).unwrap()), Local::open(&folder.join("desk.chat.db")).unwrap())
}

async fn desk_of(store: Arc<Sqlite>, chat: &Local, now: Time) -> desk::Desk {
    let policy = Policy::from_toml(include_str!("../desk/policy.toml")).unwrap();
    let builder = desk::Desk::builder(store).policy(policy).chat(chat.name(), Arc::new(chat.clone()));
    builder.clock(Arc::new(ManualClock::new(now))).build().await.unwrap()
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

/// Delivers what is queued, at a time at which every lease of a killed process has ended.
fn settle(folder: &Path) {
    block(async {
        let (store, chat) = open(folder);
        let later = Time::from(SystemTime::now()) + chrono::TimeDelta::minutes(3);
        let desk = desk_of(Arc::clone(&store), &chat, later).await;
        desk.work().await.unwrap();
        let left = store.statistics().await.unwrap();
        assert_eq!(
            (left.outbox, left.dead),
            (0, 0),
            "everything queued is delivered, and nothing is given up"
        );
    });
}

/// A clean run, until every typed message has reached the desk.
fn hand_over(folder: &Path, listen: &str) {
    let desk = Desk::start_at(folder, listen);
    let begun = Instant::now();
    let chat = Local::open(&folder.join("desk.chat.db")).unwrap();
    while !block(chat.unhanded()).unwrap().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(20), "messages are left over");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(desk.stop().success());
}

fn check(folder: &Path, answered: &[Answered]) {
    block(async {
        let (store, chat) = open(folder);
        let desk = desk_of(store, &chat, SystemTime::now().into()).await;
        let mut logs = BTreeMap::new();
        for line in chat.roots(&"support".into()).await.unwrap() {
            let key = line.card().unwrap().key.clone();
            let before = logs.insert(key.clone(), desk.log(key.clone()).await.unwrap());
            assert!(before.is_none(), "{key} has two cards");
            assert!(line.card().unwrap().seq >= shown(&logs[&key]), "the card of {key} is the newest");
        }
        kept(&logs, answered);
        said(&logs, &chat, answered).await;
        told_once(folder, &desk, &logs);
    });
}

type Logs = BTreeMap<TicketKey, Vec<TicketEntry>>;

/// The last entry that a card shows: one that says where the card stands changes nothing on it.
fn shown(log: &[TicketEntry]) -> u64 {
    let shows = |entry: &&TicketEntry| {
        !matches!(entry.event, Event::Placed { private: false, .. } | Event::Noted { .. })
    };
    log.iter().rev().find(shows).unwrap().seq
}

fn caused_by(log: &[TicketEntry], prefix: &str) -> usize {
    let by = |entry: &&TicketEntry| matches!(&entry.cause, Cause::Inbound(key) if key.as_str().starts_with(prefix));
    log.iter()
        .filter(by)
        .filter(|entry| !matches!(entry.event, Event::TargetMet { .. } | Event::TargetCancelled { .. }))
        .count()
}

/// Whatever was answered is in the log, and whatever was refused is not.
fn kept(logs: &Logs, answered: &[Answered]) {
    let opened = answered.iter().filter(|each| each.kind == "open").count();
    assert_eq!(logs.len(), opened, "every ticket that was answered, and none beside");
    for each in answered {
        let key: TicketKey = each.ticket.trim_start_matches("/ticket/").parse().unwrap();
        let log = &logs[&key];
        match each.kind {
            "open" => {
                let cause = Cause::Inbound(InboundKey::new(format!("local/form/{}", each.submission)));
                assert_eq!(log[0].cause, cause, "{each:?}");
            }
            "reply" | "note" => {}
            _ => {
                let caused = caused_by(log, &format!("local/press/{}/", each.submission));
                assert_eq!(caused > 0, each.taken, "{each:?} left {caused} entries");
            }
        }
    }
}

/// Every message that stands in a thread is in the log once, or says why it is not.
async fn said(logs: &Logs, chat: &Local, answered: &[Answered]) {
    let mut typed = BTreeMap::new();
    for (key, log) in logs {
        let root = chat.root_of(key).await.unwrap().unwrap();
        for line in chat.thread(&root).await.unwrap() {
            if let Body::Said(said) = &line.body {
                *typed.entry(said.text.clone()).or_insert(0) += 1;
                let cause = Cause::Inbound(InboundKey::new(format!("local/message/{}", line.id)));
                let said = |entry: &&TicketEntry| {
                    entry.cause == cause && matches!(entry.event, Event::Replied { .. } | Event::Noted { .. })
                };
                let times = log.iter().filter(said).count();
                assert_eq!(times, usize::from(line.refused.is_none()), "message {} of {key}", line.id);
            }
        }
    }
    for each in answered.iter().filter(|each| matches!(each.kind, "reply" | "note") && each.taken) {
        assert_eq!(typed.get(&each.text), Some(&1), "{each:?} stands there once");
    }
}

/// What was told because of each entry, by what the log says should have been.
fn told_once(folder: &Path, desk: &desk::Desk, logs: &Logs) {
    let mut told: BTreeMap<String, usize> = BTreeMap::new();
    let file = rusqlite::Connection::open(folder.join("desk.chat.db")).unwrap();
    let mut rows =
        file.prepare("SELECT effect FROM local_messages WHERE effect NOT NULL AND ticket IS NULL").unwrap();
    for effect in rows.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        *told.entry(effect.unwrap().rsplit_once('.').unwrap().0.to_owned()).or_default() += 1;
    }
    for log in logs.values() {
        let mut states = Vec::new();
        let mut state = None;
        for entry in log {
            evolve(&mut state, entry);
            states.push(state.clone().unwrap());
        }
        let mut read = 0;
        for step in log.chunk_by(|a, b| a.cause == b.cause && a.at == b.at) {
            read += step.len();
            let since = &states[read - 1..];
            let mut due: BTreeMap<String, (usize, usize)> = BTreeMap::new();
            for effect in react(&since[0], step, &desk.all_policies()) {
                if matches!(effect.intent, Intent::Tell(_)) {
                    let entry = effect.id.to_string().rsplit_once('.').unwrap().0.to_owned();
                    let (least, most) = due.entry(entry).or_default();
                    // What was stale for a while may have been dropped then.
                    *least += usize::from(since.iter().all(|state| still_wanted(&effect.intent, state)));
                    *most += 1;
                }
            }
            for (entry, (least, most)) in due {
                let times = told.remove(&entry).unwrap_or(0);
                assert!(
                    (least..=most).contains(&times),
                    "{entry} was told {times} times of {least} to {most}"
                );
            }
        }
    }
    assert!(told.is_empty(), "told without a cause: {told:?}");
}
