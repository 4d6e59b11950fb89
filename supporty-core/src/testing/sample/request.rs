//! Somebody asks, and somebody helps.

use chrono::TimeDelta;

use super::agenda::Opening;
use super::case::Case;
use super::deployed::Pull;
use super::dice::Dice;
use super::services::Fix;
use super::words::{self, filled};
use super::work::{Work, stars};
use crate::ticket::Command;
use crate::vocab::{Actor, Bond, Change, ChangeState, Resolution, Target, WaitingOn};

/// The usual: from the question to the stars.
pub(super) fn asks(case: &mut Case<'_>, dice: &mut Dice, first: &Opening, ending: Resolution) -> Option<()> {
    let mut work = Work::open(case, dice, first)?;
    work.begin()?;
    if ending == Resolution::NotATicket {
        return work.resolve(ending);
    }
    work.on_the_way()?;
    work.talk()?;
    if ending == Resolution::CodeChange && work.dice.chance(800) {
        work.link_merged()?;
    }
    work.work(Target::Resolve)?;
    work.resolve(ending)?;
    work.afterwards()
}

/// A change solves it, and a deployment brings that.
pub(super) fn solved(case: &mut Case<'_>, dice: &mut Dice, first: &Opening, by: usize) -> Option<()> {
    let deployed = case.setting.deployed.get(by)?.clone();
    let pull = Pull::of_ticket(deployed.service, first.number);
    // What can not wait is not solved by the deployment of the day after.
    let soon = deployed.at - first.at < TimeDelta::hours(5);
    let mut work = match soon {
        true => Work::open(case, dice, first)?,
        false => Work::open_with(case, dice, first, Some("P3"))?,
    };
    work.begin()?;
    let fix = Fix { by, ticket: work.key.clone(), opened: first.at, reverted: false };
    let merged = fix.merged(&deployed);
    let change = |state, as_of| Change {
        id: pull.id(),
        label: pull.label(),
        url: pull.url(),
        state,
        opened_at: merged - TimeDelta::minutes(40),
        as_of,
    };
    let (host, began) = (Actor::Bot("github".into()), merged - TimeDelta::minutes(40));
    work.act(began, &host, Command::Link { bond: Bond::Fix, change: change(ChangeState::Open, began) })?;
    work.reply(began + TimeDelta::minutes(2), &work.owner.clone(), "A fix is in review.")?;
    let state = ChangeState::Merged { at: merged };
    work.act(merged, &host, Command::Link { bond: Bond::Fix, change: change(state, merged) })?;
    if work.dice.chance(300) {
        let until = deployed.at + TimeDelta::days(2);
        let wait = Command::Wait { on: WaitingOn::Deploy, until, why: None };
        work.act(merged + TimeDelta::minutes(1), &work.owner.clone(), wait)?;
    }
    let seen = deployed.at + TimeDelta::seconds(work.dice.between(90, 1_500));
    work.resolve_at(seen, Resolution::CodeChange)?;
    work.afterwards()
}

/// The same is asked twice, and one of the two goes on.
pub(super) fn twice(
    case: &mut Case<'_>,
    dice: &mut Dice,
    first: &Opening,
    again: &Opening,
    ending: Resolution,
) -> Option<()> {
    let Work { key, asks, .. } = Work::open(case, dice, first)?;
    let mut other = Work::open(case, dice, again)?;
    other.begin()?;
    let (loser, owner, asked_too) = (other.key.clone(), other.owner.clone(), other.asks.clone());
    let at = other.soon(120, 2_400);
    other.act(at, &owner, Command::Merge { into: key.clone() })?;
    let mistake = other.dice.chance(120);
    if mistake {
        let later = other.soon(300, 5_400);
        other.act(later, &owner, Command::Unmerge)?;
    }
    let mut work = Work { key, asks, ..other };
    let at = work.soon(30, 120);
    work.act(at, &owner, Command::Claim)?;
    // What is said on the one that was merged is said on the other.
    let (at, words) = (work.soon(200, 900), work.dice.say(words::ASIDES));
    work.case.act(at, &asked_too, &loser, |pen| Command::Reply { message: pen.message(words) })?;
    work.talk()?;
    if mistake {
        let at = work.soon(60, 600);
        let resolve = Command::Resolve { resolution: Resolution::CannotReproduce, note: None };
        work.case.act(at, &owner, &loser, |_| resolve)?;
    }
    work.work(Target::Resolve)?;
    work.resolve(if ending == Resolution::NotATicket { Resolution::Explanation } else { ending })?;
    work.afterwards()
}

/// It is closed soon, and two weeks later somebody comes back to it.
pub(super) fn comes_back(
    case: &mut Case<'_>,
    dice: &mut Dice,
    first: &Opening,
    ending: Resolution,
    back: &Opening,
) -> Option<()> {
    let mut work = Work::open(case, dice, first)?;
    work.begin()?;
    work.resolve_at(work.later(20), ending)?;
    let closed = work.later(90);
    work.act(closed, &work.asks.clone(), Command::Confirm)?;
    work.act(closed + TimeDelta::minutes(1), &work.asks.clone(), Command::Rate { stars: stars(4)? })?;
    let (old, number) = (work.key.clone(), work.case.setting.key(back.number));
    work.case.next = Some(number.clone());
    let words = filled(work.dice.say(words::FOLLOW_UPS), work.dice);
    work.case
        .act(back.at, &work.asks.clone(), &old, |pen| Command::Reply { message: pen.message(&words) })?;
    work.case.place(&number)?;
    work.key = number;
    work.begin()?;
    work.talk()?;
    work.work(Target::Resolve)?;
    work.resolve(ending)?;
    work.afterwards()
}
