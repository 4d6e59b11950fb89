//! Every command in every status: done, or refused with what the status is and what would be possible.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where something is missing")]

use std::collections::BTreeMap;

use supporty_core::policy::Policy;
use supporty_core::rules::{Rejection, permits};
use supporty_core::ticket::{
    Command, CommandKind, Erasure, FollowUp, Heard, Message, Open, Raised, Signal, StatusKind,
};
use supporty_core::vocab::{
    Actor, AlertId, Bond, Change, ChangeState, Investment, Kind, Place, Resolution, Stars, TextRef,
    TicketKey, Time, Upkeep, WaitingOn,
};
use supporty_core::world::World;

const POLICY: &str = "
[people.ana]
name = 'Ana'
[people.ben]
name = 'Ben'
[squads.web]
name = 'Web'
members = ['ana', 'ben']
gardener = 'ben'
[areas.shop]
name = 'Shop'
squad = 'web'
";

fn now() -> Time {
    "2026-01-12T10:00:00Z".parse().unwrap()
}

fn ana() -> Actor {
    Actor::Person("ana".into())
}

fn rita() -> Actor {
    Actor::Person("rita".into())
}

fn message() -> Message {
    Message { id: "m".into(), text: TextRef::new("m"), said_at: now() }
}

fn open() -> Command {
    let title = TextRef::new("title");
    Command::Open(Open::new(title, "P3"))
}

fn command(kind: CommandKind) -> Command {
    match kind {
        CommandKind::Open => open(),
        CommandKind::Claim => Command::Claim,
        CommandKind::Assign => Command::Assign { to: "ben".into() },
        CommandKind::HandOff => Command::HandOff { to: "ben".into(), note: None },
        CommandKind::Release => Command::Release,
        CommandKind::TakeOver => Command::TakeOver,
        CommandKind::Acknowledge => Command::Acknowledge,
        CommandKind::Reply => Command::Reply { message: message() },
        CommandKind::Note => Command::Note { message: message() },
        CommandKind::Edit => Command::Edit { message: message() },
        CommandKind::Withdraw => Command::Withdraw { message: "m".into() },
        CommandKind::Reprioritise => Command::Reprioritise { to: "P2".into(), why: None },
        CommandKind::Move => Command::Move { to: "shop".into() },
        CommandKind::Classify => {
            Command::Classify { upkeep: Upkeep::Staging, investment: Investment::Operational }
        }
        CommandKind::ChangeKind => Command::ChangeKind { to: Kind::Incident },
        CommandKind::Replan => Command::Replan { to: "00ff".into() },
        CommandKind::Identify => Command::Identify,
        CommandKind::Mitigate => Command::Mitigate,
        CommandKind::Wait => {
            let until = "2026-01-13T10:00:00Z".parse().unwrap();
            Command::Wait { on: WaitingOn::Deploy, until, why: None }
        }
        CommandKind::Resume => Command::Resume,
        CommandKind::Escalate => Command::Escalate { why: None },
        CommandKind::Resolve => Command::Resolve { resolution: Resolution::Explanation, note: None },
        CommandKind::Confirm => Command::Confirm,
        CommandKind::Reopen => Command::Reopen { why: None },
        CommandKind::Rate => Command::Rate { stars: Stars::new(4).unwrap() },
        CommandKind::Merge => Command::Merge { into: TicketKey::new("SUP", 1) },
        CommandKind::Unmerge => Command::Unmerge,
        CommandKind::Attach => Command::Attach { to: TicketKey::new("SUP", 1) },
        CommandKind::Detach => Command::Detach,
        CommandKind::Restrict => Command::Restrict { readers: ["ben".into()].into() },
        CommandKind::Unrestrict => Command::Unrestrict,
        CommandKind::WritePostMortem => Command::WritePostMortem { text: TextRef::new("learnt") },
        CommandKind::Hear => {
            Command::Hear { incident: TicketKey::new("SUP", 1), seq: 1, by: ana(), what: Heard::Identified }
        }
        CommandKind::Link => Command::Link { bond: Bond::Fix, change: change() },
        CommandKind::OpenIssue => Command::OpenIssue,
        CommandKind::Comment => Command::Comment { on: change().id, message: message() },
        CommandKind::Blame => Command::Blame { service: "shop".into(), deployment: "ci/7".into() },
        CommandKind::Absolve => Command::Absolve { service: "shop".into(), deployment: "ci/7".into() },
        CommandKind::Deployed => Command::Deployed {
            service: "shop".into(),
            deployment: "ci/7".into(),
            changes: ["shop/42".into()].into(),
            at: now(),
        },
        CommandKind::Revert => Command::Revert { change: "shop/42".into(), at: now() },
        CommandKind::Raise => {
            let by = Raised { place: place(), alerts: alerts(), unfollowed: 0 };
            Command::Raise { open: Open::new(TextRef::new("title"), "P3"), by }
        }
        CommandKind::Signal => Command::Signal { alerts: alerts(), names: None, of: None, unfollowed: 0 },
        CommandKind::Erase => Command::Erase { whose: None, texts: 2, because: Erasure::Elapsed },
        CommandKind::Undelivered => Command::Undelivered { person: "ben".into(), adapter: "pager".into() },
        CommandKind::FollowUp => {
            Command::FollowUp(FollowUp { of: TicketKey::new("SUP", 1), message: message() })
        }
        CommandKind::Place => Command::Place { private: false, place: place() },
        CommandKind::Tick => Command::Tick,
        other => panic!("no sample of {other}"),
    }
}

fn place() -> Place {
    Place { adapter: "local".into(), channel: "c".to_owned(), message: "1".into() }
}

fn alerts() -> BTreeMap<AlertId, Signal> {
    [("am/1".into(), Signal { since: now(), until: None })].into()
}

fn change() -> Change {
    Change {
        id: "shop/42".into(),
        label: "acme/shop#42".to_owned(),
        url: "https://code.example/acme/shop/42".to_owned(),
        state: ChangeState::Open,
        opened_at: now(),
        as_of: now(),
    }
}

/// A world with SUP-1, an open ticket to merge into, and SUP-2 in the status.
fn world_with(status: StatusKind) -> (World, TicketKey) {
    let mut world = World::new(Policy::from_toml(POLICY).unwrap());
    world.submit(now(), &rita(), None, open()).unwrap();
    let key = world.submit(now(), &rita(), None, open()).unwrap().ticket;
    let steps: &[CommandKind] = match status {
        StatusKind::New => &[],
        StatusKind::Active => &[CommandKind::Claim],
        StatusKind::Waiting => &[CommandKind::Wait],
        StatusKind::Resolved => &[CommandKind::Resolve],
        StatusKind::Closed => &[CommandKind::Resolve, CommandKind::Confirm],
        StatusKind::Merged => &[CommandKind::Merge],
    };
    for step in steps {
        let by = if *step == CommandKind::Confirm { rita() } else { ana() };
        world.submit(now(), &by, Some(&key), command(*step)).unwrap();
    }
    assert_eq!(world.ticket(&key).unwrap().status.kind(), status);
    (world, key)
}

#[test]
fn every_command_in_every_status_is_done_or_refused_with_what_is_possible() {
    for status in StatusKind::ALL {
        for kind in CommandKind::ALL {
            let (mut world, key) = world_with(*status);
            let count = world.tickets().count();
            let by = if matches!(kind, CommandKind::Confirm | CommandKind::Rate) { rita() } else { ana() };
            let answer = world.submit(now(), &by, Some(&key), command(*kind));
            let cell = format!("{kind} while {status}: {answer:?}");
            match (kind, status) {
                (CommandKind::Open | CommandKind::Raise | CommandKind::FollowUp, _) => {
                    assert_eq!(answer, Err(Rejection::KeyTaken), "{cell}");
                }
                (CommandKind::Reply, StatusKind::Closed) => {
                    let follow_up = answer.unwrap().ticket;
                    assert_eq!(world.tickets().count(), count + 1, "{cell}");
                    assert_eq!(world.ticket(&follow_up).unwrap().follows, Some(key), "{cell}");
                }
                (
                    CommandKind::Absolve | CommandKind::Comment | CommandKind::Deployed | CommandKind::Revert,
                    StatusKind::Merged,
                ) => {
                    assert!(!matches!(answer, Err(Rejection::WrongStatus { .. })), "{cell}");
                }
                (
                    CommandKind::Reply
                    | CommandKind::Note
                    | CommandKind::Link
                    | CommandKind::Blame
                    | CommandKind::Signal,
                    StatusKind::Merged,
                ) => {
                    assert_eq!(answer.unwrap().ticket, TicketKey::new("SUP", 1), "{cell}");
                }
                _ if permits(*status, *kind) => match answer {
                    Ok(accepted) => assert_eq!(accepted.ticket, key, "{cell}"),
                    Err(Rejection::WrongStatus { .. } | Rejection::KeyTaken | Rejection::GoesOnIn { .. }) => {
                        panic!("{cell}")
                    }
                    Err(_) => {}
                },
                _ => {
                    let Err(Rejection::WrongStatus { command, status: told, allowed }) = &answer else {
                        panic!("{cell}")
                    };
                    assert_eq!((command, told), (kind, status), "{cell}");
                    assert!(!allowed.is_empty(), "{cell}");
                    assert!(allowed.iter().all(|kind| permits(*status, *kind)), "{cell}");
                    let text = answer.unwrap_err().to_string();
                    assert!(text.contains(status.as_str()) && text.contains(kind.as_str()), "{text}");
                }
            }
        }
    }
}

#[test]
fn the_matrix_in_the_docs_is_the_matrix_of_the_rules() {
    let rows: BTreeMap<&str, Vec<&str>> = include_str!("../src/rules/matrix.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("/// | ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").collect::<Vec<_>>())
        .filter_map(|cells| Some((*cells.first()?, cells.get(1..)?.to_vec())))
        .collect();
    for kind in CommandKind::ALL {
        let row = rows.get(kind.as_str()).unwrap_or_else(|| panic!("the docs have no row for {kind}"));
        for (status, cell) in StatusKind::ALL.iter().zip(row) {
            assert_eq!(*cell == "yes", permits(*status, *kind), "{kind} while {status}");
        }
    }
}
