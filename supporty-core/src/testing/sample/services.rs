//! What was told of each service, and what its tickets hear of it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::case::Mail;
use super::cast::SERVICES;
use super::deployed::{Deployed, Outcome, Pull};
use super::dice::Dice;
use crate::effect::Intent;
use crate::service::{Command, Contents, Deployment, Merged, Service, ServiceEntry, decide, evolve, react};
use crate::stream::{Cause, Entry, StreamId};
use crate::vocab::{Actor, ServiceId, TicketKey, Time};

/// A ticket that a change solves, by the deployment that brings it.
#[derive(Debug, Clone)]
pub(super) struct Fix {
    pub(super) by: usize,
    pub(super) ticket: TicketKey,
    pub(super) opened: Time,
    pub(super) reverted: bool,
}

impl Fix {
    /// When its change goes in.
    pub(super) fn merged(&self, by: &Deployed) -> Time {
        let hour = by.at - TimeDelta::minutes(70)
            + TimeDelta::minutes(3 * i64::try_from(self.ticket.number() % 17).unwrap_or(0));
        hour.max(self.opened + (by.at - self.opened) / 2)
    }

    pub(super) fn pull(&self, by: &Deployed) -> Pull {
        Pull::of_ticket(by.service, self.ticket.number())
    }
}

/// A service's stream.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) id: ServiceId,
    pub(super) entries: Vec<ServiceEntry>,
}

/// The streams of all services until an instant, and what tickets hear.
pub(super) fn services(
    all: &[Deployed],
    fixes: &[Fix],
    until: Time,
    seed: u64,
) -> (Vec<Told>, BTreeMap<TicketKey, Vec<Mail>>) {
    let mut by: BTreeMap<usize, Vec<&Fix>> = BTreeMap::new();
    fixes.iter().for_each(|fix| by.entry(fix.by).or_default().push(fix));
    let (mut told, mut mail) = (Vec::new(), BTreeMap::<_, Vec<_>>::new());
    for (number, (id, ..)) in SERVICES.iter().enumerate() {
        let id = ServiceId::new(id);
        let (mut service, mut entries) = (Service::default(), Vec::new());
        let theirs = all.iter().enumerate().filter(|(_, one)| one.service == number);
        let mut commands = commands(theirs, &by, &mut Dice::new(seed, [7, number as u64]));
        commands.sort_by_key(|(at, _)| *at);
        for (at, command) in commands.into_iter().filter(|(at, _)| *at < until) {
            let Ok(events) = decide(&service, &command) else { continue };
            let name = format!("github/{id}/{}", at.timestamp_micros());
            let (by, cause) = (Actor::Bot("github".into()), Cause::Inbound(name.as_str().into()));
            let numbered = (service.seq + 1..).zip(events);
            let entry = |(seq, event)| Entry { seq, at, by: by.clone(), cause: cause.clone(), event };
            let new: Vec<ServiceEntry> = numbered.map(entry).collect();
            new.iter().for_each(|entry| evolve(&mut service, entry));
            for effect in react(&id, &service, &new) {
                let (at, cause) = (at + TimeDelta::seconds(1), Cause::from(effect.id));
                if let Intent::Send { to: StreamId::Ticket(ticket), command } = effect.intent {
                    mail.entry(ticket).or_default().push(Mail { at, cause, command });
                }
            }
            entries.extend(new);
            forget(&mut service, at - TimeDelta::days(10));
        }
        told.push(Told { id, entries });
    }
    (told, mail)
}

/// What is that old changes nothing that is still to be decided, and makes it slow.
fn forget(service: &mut Service, before: Time) {
    service.deployed.retain(|_, deployment| deployment.at >= before);
    service.merged.retain(|_, change| change.at >= before);
    service.failed.clear();
}

/// What is told, each with when it is heard of.
fn commands<'a>(
    theirs: impl Iterator<Item = (usize, &'a Deployed)>,
    fixes: &BTreeMap<usize, Vec<&Fix>>,
    dice: &mut Dice,
) -> Vec<(Time, Command)> {
    let mut commands = Vec::new();
    let mut last: Option<String> = None;
    let heard = |at: Time, dice: &mut Dice| at + TimeDelta::milliseconds(dice.between(900, 9_000));
    let mut waiting = Vec::new();
    let mut changes = BTreeSet::new();
    for (index, one) in theirs {
        for nth in 0..one.changes() {
            let pull = one.change(nth);
            let at = one.at - TimeDelta::minutes(dice.between(12, 300));
            let began =
                at - TimeDelta::minutes(dice.along(&[(0, 30), (500, 1_500), (900, 7_000), (999, 20_000)]));
            waiting.push((pull, None, began, at, None));
        }
        for fix in fixes.get(&index).into_iter().flatten() {
            let (pull, at) = (fix.pull(one), fix.merged(one));
            let began = fix.opened + (at - fix.opened) / 3;
            waiting.push((pull, Some(fix.ticket.clone()), began, at, None));
            if fix.reverted {
                let out = one.at + TimeDelta::hours(20);
                waiting.push((pull.reverted(), None, out, out + TimeDelta::minutes(30), Some(pull)));
            }
        }
        let (now, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(.., at, _)| *at < one.at);
        waiting = later;
        for (nth, (pull, ticket, began, at, reverts)) in now.into_iter().enumerate() {
            changes.insert(pull.id());
            let commit = format!("{}{nth:02x}", one.commit());
            let merged = Merged {
                change: pull.id(),
                label: pull.label(),
                commit,
                began,
                at,
                fixes: ticket.into_iter().collect(),
                reverts: reverts.map(Pull::id),
                as_of: None,
            };
            commands.push((heard(at, dice), Command::Merge(merged)));
        }
        let deployment = Deployment {
            id: one.id(),
            commit: one.commit(),
            at: one.at,
            contents: Contents::Changes(changes.clone()),
            rollback: false,
            url: None,
        };
        let at = heard(one.at, dice).max(one.at + TimeDelta::seconds(10));
        let back = match one.outcome {
            Outcome::Failed => {
                commands.push((at, Command::FailDeploy(deployment)));
                continue;
            }
            Outcome::TakenBack { at } | Outcome::Hurt { rolled_back: at, .. } => Some(at),
            Outcome::Well | Outcome::Mended { .. } | Outcome::Mends => None,
        };
        changes.clear();
        commands.push((at, Command::Deploy(deployment)));
        if let Some(back) = back.filter(|_| last.is_some()) {
            let rollback = Deployment {
                id: format!("{}/back", one.id()).as_str().into(),
                commit: last.clone().unwrap_or_default(),
                at: back,
                contents: Contents::Changes(Default::default()),
                rollback: true,
                url: None,
            };
            commands.push((back + TimeDelta::seconds(8), Command::Deploy(rollback)));
        } else {
            last = Some(one.commit());
        }
    }
    commands
}
