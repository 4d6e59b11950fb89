//! Production is hurt: by a deployment in the day, or by whatever it is at night.

use chrono::TimeDelta;

use super::agenda::Opening;
use super::case::{CHAT, Case};
use super::cast::{ALERTS, AREAS, SERVICES};
use super::deployed::Outcome;
use super::dice::Dice;
use super::words::{self, filled};
use super::work::{Work, stars};
use crate::policy::Roster;
use crate::ticket::{Command, Open, Raised, Signal};
use crate::vocab::{
    Actor, Bond, Change, ChangeState, Kind, Place, Resolution, SquadId, Target, TicketKey, Time,
};

/// A deployment hurts, and some of those who feel it say so.
pub(super) fn hurt(
    case: &mut Case<'_>,
    dice: &mut Dice,
    first: &Opening,
    by: usize,
    reports: &[Opening],
) -> Option<()> {
    let deployed = case.setting.deployed.get(by)?.clone();
    let (_, _, _, title) = SERVICES.get(deployed.service)?;
    let priority = if dice.chance(450) { "P1" } else { "P2" };
    let details = filled("It began a few minutes ago. Order {order} is one of them.", dice);
    let mut work = Work::open_as(case, dice, first, Kind::Incident, priority, title, &details)?;
    let owner = work.owner.clone();
    let back = match deployed.outcome {
        Outcome::Hurt { rolled_back, .. } => rolled_back,
        Outcome::Mended { by, .. } => by,
        _ => first.at + TimeDelta::minutes(40),
    };
    let span = (back - first.at).max(TimeDelta::minutes(6));
    let part = |hundredths: i32| first.at + span * hundredths / 100;
    let mut said = Reports::new(reports);
    said.until(&mut work, part(8))?;
    work.act(part(8), &owner, Command::Claim)?;
    said.until(&mut work, part(14))?;
    work.reply(part(14), &owner, "I see it. We look at the deployment first.")?;
    said.until(&mut work, part(40))?;
    if work.dice.chance(80) {
        // The first suspect was another one.
        let other = by.checked_sub(1).and_then(|other| work.case.setting.deployed.get(other)).cloned()?;
        let (service, deployment) = (other.service_id(), other.id());
        let blame = Command::Blame { service: service.clone(), deployment: deployment.clone() };
        work.act(part(40), &owner, blame)?;
        work.act(part(50), &owner, Command::Absolve { service, deployment })?;
    }
    work.act(part(60), &owner, Command::Identify)?;
    let blame = Command::Blame { service: deployed.service_id(), deployment: deployed.id() };
    work.act(part(61), &owner, blame)?;
    let pull = deployed.change(0);
    let merged = deployed.at - TimeDelta::minutes(11);
    let cause = Change {
        id: pull.id(),
        label: pull.label(),
        url: pull.url(),
        state: ChangeState::Merged { at: merged },
        opened_at: merged - TimeDelta::hours(5),
        as_of: merged,
    };
    work.act(part(63), &owner, Command::Link { bond: Bond::Cause, change: cause })?;
    if priority == "P1" {
        work.reply(part(66), &owner, "We know the change. It is on its way out.")?;
    }
    said.until(&mut work, back)?;
    let restored = back + TimeDelta::seconds(work.dice.between(40, 400));
    work.act(restored, &owner, Command::Mitigate)?;
    work.reply(restored + TimeDelta::seconds(50), &owner, "It is back. We watch it for a while.")?;
    let watched = restored + TimeDelta::seconds(work.dice.between(200, 1_500));
    let ending = if work.dice.chance(800) { Resolution::CodeChange } else { Resolution::Configuration };
    said.until(&mut work, watched)?;
    work.resolve_at(watched, ending)?;
    said.end(&mut work, &owner, ending)?;
    aftermath(&mut work)
}

/// Whoever feels the incident opens a ticket, which is gathered under it.
struct Reports<'o> {
    left: &'o [Opening],
    opened: Vec<(TicketKey, Actor)>,
}

impl<'o> Reports<'o> {
    fn new(left: &'o [Opening]) -> Self {
        Self { left, opened: Vec::new() }
    }

    /// Those that are opened by then.
    fn until(&mut self, work: &mut Work<'_, '_>, at: Time) -> Option<()> {
        while let [next, rest @ ..] = self.left {
            if next.at >= at {
                break;
            }
            self.left = rest;
            let incident = work.key.clone();
            let report = Work::open(work.case, work.dice, next);
            let Some(mut report) = report else { continue };
            let (key, asks) = (report.key.clone(), report.asks.clone());
            self.opened.push((key, asks));
            let gathered = report.soon(30, 240);
            report.act(gathered, &work.owner, Command::Attach { to: incident })?;
        }
        Some(())
    }

    /// They end with the incident, but for those that turn out to be something else.
    fn end(&mut self, work: &mut Work<'_, '_>, owner: &Actor, resolution: Resolution) -> Option<()> {
        self.until(work, work.case.now() + TimeDelta::hours(2))?;
        for (key, asks) in std::mem::take(&mut self.opened) {
            let at = work.soon(30, 300);
            if work.dice.chance(100) {
                work.case.act(at, owner, &key, |_| Command::Detach)?;
            }
            let told = at + TimeDelta::seconds(20);
            work.case.act(told, owner, &key, |pen| {
                let note = Some(pen.text("It was the incident. It works again."));
                Command::Resolve { resolution, note }
            })?;
            if work.dice.chance(300) {
                let stars = stars(if work.dice.chance(700) { 5 } else { 3 })?;
                let at = work.soon(60, 900);
                work.case.act(at, &asks, &key, |_| Command::Rate { stars })?;
            }
        }
        Some(())
    }
}

/// Monitoring finds something: by day whoever gardens looks, at night whoever is on call is woken.
pub(super) fn alert(case: &mut Case<'_>, dice: &mut Dice, first: &Opening, night: bool) -> Option<()> {
    let area = AREAS.get(first.area)?;
    let (_, name) = ALERTS.iter().find(|(area, _)| *area == first.area)?;
    let squad = SquadId::new(area.squad);
    let key = case.setting.key(first.number);
    let monitoring = Actor::Bot("alertmanager".into());
    let id = crate::vocab::AlertId::new(format!("alertmanager/{:016x}", first.number * 0x9e37_79b9));
    let group = format!("{name}/{}", first.number);
    let place = Place {
        adapter: "alertmanager".into(),
        channel: "groups".to_owned(),
        message: group.as_str().into(),
    };
    let fires = Signal { since: first.at - TimeDelta::seconds(65), until: None };
    let alerts = [(id.clone(), fires)].into();
    let (title, details) =
        (format!("{name} in {}", area.id), "Runbook: see the wiki. Value above its limit for a minute.");
    let priority = if night || dice.chance(500) { "P1" } else { "P2" };
    case.act(first.at, &monitoring, &key, |pen| {
        let open = Open {
            details: Some(pen.text(details)),
            kind: Kind::Incident,
            area: Some(area.id.into()),
            ..Open::new(pen.text(&title), priority)
        };
        Command::Raise { open, by: Raised { place, alerts, unfollowed: 0 } }
    })?;
    case.place(&key)?;
    let answers = case.setting.rotas.on_call(&squad, first.at).into_iter().next()?;
    let owner = Actor::Person(answers.clone());
    let asks = monitoring.clone();
    let mut work = Work { case, dice, key, area, squad, asks, owner: owner.clone() };
    if priority == "P1" && work.dice.chance(60) {
        // Their phone is off.
        let person = answers.clone();
        let at = work.soon(5, 20);
        work.act(at, &Actor::Desk, Command::Undelivered { person, adapter: CHAT.into() })?;
    }
    // One in ten does not hear the first call.
    let woken = if work.dice.chance(900) { work.soon(40, 280) } else { work.soon(640, 900) };
    if priority == "P1" {
        work.act(woken, &owner, Command::Acknowledge)?;
    }
    let reads = work.soon(60, 240);
    work.act(reads, &owner, Command::Claim)?;
    let says = work.soon(20, 120);
    work.reply(says, &owner, "I am awake and look at it.")?;
    let used = work.dice.along(&[(0, 80), (500, 330), (850, 720), (940, 980), (999, 2_600)]);
    let ends = work.case.by(&work.key, Target::Resolve, used)?;
    let span = (ends - work.case.now()).max(TimeDelta::minutes(5));
    let begun = work.case.now();
    let part = |hundredths: i32| begun + span * hundredths / 100;
    let mut steps: Vec<(Time, Step)> = vec![(part(45), Step::Identify), (part(80), Step::Mitigate)];
    let mut says = begun;
    loop {
        says += TimeDelta::minutes(work.dice.between(14, 30));
        if says >= ends {
            break;
        }
        steps.push((says, Step::Say));
    }
    steps.sort_by_key(|(at, _)| *at);
    for (at, step) in steps {
        match step {
            Step::Identify => work.act(at, &owner, Command::Identify)?,
            Step::Mitigate => work.act(at, &owner, Command::Mitigate)?,
            Step::Say => {
                let words = work.dice.say(words::UPDATES);
                work.reply(at, &owner, words)?
            }
        };
    }
    let over = part(84).max(work.case.now());
    let ended = Signal { until: Some(over), ..fires };
    work.act(
        over,
        &monitoring,
        Command::Signal { alerts: [(id.clone(), ended)].into(), names: None, of: None, unfollowed: 0 },
    )?;
    let ending = work.dice.weighed(&[
        (36, Resolution::CodeChange),
        (24, Resolution::Configuration),
        (16, Resolution::DataFix),
        (14, Resolution::ThirdParty),
        (10, Resolution::CannotReproduce),
    ])?;
    work.resolve_at(ends, ending)?;
    if work.dice.chance(70) {
        // It fires again, which reopens it.
        let since = work.soon(600, 7_200);
        let again = Signal { since, until: None };
        let (name, key) = (*name, work.key.clone());
        let told = since + TimeDelta::seconds(20);
        work.case.act(told, &monitoring, &key, |pen| Command::Signal {
            alerts: [(id.clone(), again)].into(),
            names: Some(pen.text(name)),
            of: None,
            unfollowed: 0,
        })?;
        let looks = work.soon(100, 400);
        work.reply(looks, &owner, "Again. The same queue.")?;
        let over = work.soon(900, 2_400);
        let ended = Signal { until: Some(over), ..again };
        work.act(
            over,
            &monitoring,
            Command::Signal { alerts: [(id, ended)].into(), names: None, of: None, unfollowed: 0 },
        )?;
        let at = work.soon(60, 300);
        work.resolve_at(at, ending)?;
    }
    aftermath(&mut work)
}

enum Step {
    Identify,
    Mitigate,
    Say,
}

/// Somebody writes down what was learnt; one in eight is late with it.
fn aftermath(work: &mut Work<'_, '_>) -> Option<()> {
    if work.case.ticket(&work.key)?.post_mortem.is_none() {
        return Some(());
    }
    let minutes = work.dice.along(&[(0, 200), (500, 1_200), (870, 2_600), (999, 4_500)]);
    let at = work.later(minutes);
    let key = work.key.clone();
    work.case.act(at, &work.owner.clone(), &key, |pen| Command::WritePostMortem {
        text: pen.text(words::POST_MORTEM),
    })?;
    Some(())
}
