//! Upkeep and game days.

use chrono::TimeDelta;

use super::agenda::Opening;
use super::case::Case;
use super::cast::AREAS;
use super::dice::Dice;
use super::words;
use super::work::Work;
use crate::policy::Roster;
use crate::ticket::{Command, Open, Script};
use crate::vocab::{Actor, Investment, Kind, Resolution, SquadId, Upkeep};

/// A gardener looks after something.
pub(super) fn garden(case: &mut Case<'_>, dice: &mut Dice, first: &Opening) -> Option<()> {
    let area = AREAS.get(first.area)?;
    let squad = SquadId::new(area.squad);
    let gardener = case.setting.rotas.gardener(&squad, first.at);
    let gardener = gardener.or_else(|| case.setting.engineer(&squad, first.at, dice))?;
    let owner = Actor::Person(gardener);
    let key = case.setting.key(first.number);
    let title = dice.say(words::GARDENING);
    let priority = if dice.chance(250) { "P3" } else { "P4" };
    case.act(first.at, &owner, &key, |pen| {
        let open = Open {
            kind: Kind::Gardening,
            area: Some(area.id.into()),
            ..Open::new(pen.text(title), priority)
        };
        Command::Open(open)
    })?;
    case.place(&key)?;
    let asks = owner.clone();
    let mut work = Work { case, dice, key, area, squad, asks, owner: owner.clone() };
    let takes = work.soon(30, 900);
    work.act(takes, &owner, Command::Claim)?;
    // One in eight is never said to be anything.
    if work.dice.chance(875) {
        let upkeep = *work.dice.pick(Upkeep::ALL)?;
        let investment = work.dice.weighed(&[
            (55, Investment::Operational),
            (30, Investment::Tactical),
            (15, Investment::Strategic),
        ])?;
        let at = work.soon(20, 200);
        work.act(at, &owner, Command::Classify { upkeep, investment })?;
    }
    for _ in 0..work.dice.below(3) {
        let at = work.within(60, 900);
        let note = work.dice.say(words::NOTES);
        work.reply(at, &owner, note)?;
    }
    if work.dice.chance(400) {
        work.link_merged()?;
    }
    let used = work.dice.along(&[(0, 60), (500, 330), (930, 960), (999, 2_400)]);
    let ends = work.case.by(&work.key, crate::vocab::Target::Resolve, used)?;
    let ending = work.dice.weighed(&[
        (60, Resolution::CodeChange),
        (28, Resolution::Configuration),
        (12, Resolution::Declined),
    ])?;
    work.resolve_at(ends, ending)
}

/// Some play that the checkout is down.
pub(super) fn drill(case: &mut Case<'_>, dice: &mut Dice, first: &Opening) -> Option<()> {
    let drill = case.setting.policy().spec().drills.values().next()?.clone();
    let area = AREAS.get(first.area)?;
    let squad = SquadId::new(area.squad);
    let key = case.setting.key(first.number);
    let lead = Actor::Person(case.setting.lead(&squad)?);
    let owner = Actor::Person(drill.participants.iter().next()?.clone());
    case.act(first.at, &lead, &key, |pen| {
        let lines = drill.script.iter().map(|(after, line)| (*after, pen.text(line))).collect();
        let open = Open {
            details: Some(pen.text(&drill.details)),
            kind: Kind::Drill,
            area: drill.area.clone(),
            drill: Some(Script { participants: drill.participants.clone(), lines }),
            ..Open::new(pen.text(&drill.title), drill.priority.clone())
        };
        Command::Open(open)
    })?;
    case.place(&key)?;
    let mut work = Work { case, dice, key, area, squad, asks: lead, owner: owner.clone() };
    let at = work.soon(60, 500);
    work.act(at, &owner, Command::Acknowledge)?;
    let at = work.soon(30, 200);
    work.act(at, &owner, Command::Claim)?;
    let at = work.soon(20, 200);
    work.reply(at, &owner, "We look at the provider's page first.")?;
    let at = work.case.now() + TimeDelta::minutes(work.dice.between(22, 50));
    work.act(at, &owner, Command::Identify)?;
    let at = work.soon(200, 900);
    work.act(at, &owner, Command::Mitigate)?;
    let at = work.soon(60, 300);
    work.resolve_at(at, Resolution::Configuration)
}
