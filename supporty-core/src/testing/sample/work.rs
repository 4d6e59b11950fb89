//! What people do on a ticket: take it, talk, solve it, and say what they think of it.

use chrono::TimeDelta;

use super::agenda::Opening;
use super::case::Case;
use super::cast::{AREAS, Area, LEAVER, PACE, QUICK, REQUESTERS, SQUADS, STEADY};
use super::deployed::Pull;
use super::dice::Dice;
use super::words::{self, filled};
use crate::ticket::{Command, Open, Verdict};
use crate::vocab::{
    Actor, Bond, Change, ChangeState, FieldValue, Kind, PersonId, Resolution, SquadId, Stars, Target,
    TextRef, TicketKey, Time, WaitingOn,
};

/// A ticket, whoever asked, and whoever works on it.
pub(super) struct Work<'c, 'a> {
    pub(super) case: &'c mut Case<'a>,
    pub(super) dice: &'c mut Dice,
    pub(super) key: TicketKey,
    pub(super) area: &'static Area,
    pub(super) squad: SquadId,
    pub(super) asks: Actor,
    pub(super) owner: Actor,
}

pub(super) fn stars(count: u8) -> Option<Stars> {
    Stars::new(count).ok()
}

impl<'c, 'a> Work<'c, 'a> {
    /// Somebody opens it, and its card is shown.
    pub(super) fn open(case: &'c mut Case<'a>, dice: &'c mut Dice, opening: &Opening) -> Option<Self> {
        Self::open_with(case, dice, opening, None)
    }

    pub(super) fn open_with(
        case: &'c mut Case<'a>,
        dice: &'c mut Dice,
        opening: &Opening,
        priority: Option<&'static str>,
    ) -> Option<Self> {
        let area = AREAS.get(opening.area)?;
        let usual = dice.weighed(area.priorities)?;
        let priority = priority.unwrap_or(usual);
        let (title, details) = *dice.pick(area.asked)?;
        let (title, details) = (filled(title, dice), filled(details, dice));
        Self::open_as(case, dice, opening, Kind::Request, priority, &title, &details)
    }

    pub(super) fn open_as(
        case: &'c mut Case<'a>,
        dice: &'c mut Dice,
        opening: &Opening,
        kind: Kind,
        priority: &str,
        title: &str,
        details: &str,
    ) -> Option<Self> {
        let area = AREAS.get(opening.area)?;
        let squad = SquadId::new(area.squad);
        let asks = requester(case, &squad, opening.at, dice)?;
        // An engineer turns a message that they got into a ticket.
        let helper = case.setting.engineer(&squad, opening.at, dice).filter(|_| dice.chance(40));
        let by = helper.clone().map_or_else(|| asks.clone(), Actor::Person);
        let key = case.setting.key(opening.number);
        let (orders, private) = (dice.chance(600), dice.chance(4));
        let order = filled("{order}", dice);
        let opened = case.act(opening.at, &by, &key, |pen| {
            let mut open = Open {
                details: Some(pen.text(details)),
                kind,
                area: Some(area.id.into()),
                on_behalf: helper.is_some().then(|| asks.clone()),
                ..Open::new(pen.text(title), priority)
            };
            if orders && ["orders", "deliveries"].contains(&area.id) {
                open.fields.insert("orders".into(), FieldValue::Text(pen.text(&order)));
            }
            if private {
                open.fields.insert("personal-data".into(), FieldValue::Choice("yes".to_owned()));
            }
            Command::Open(open)
        })?;
        if !opened {
            return None;
        }
        case.place(&key)?;
        let owner = Actor::Person(case.setting.engineer(&squad, opening.at, dice)?);
        Some(Self { case, dice, key, area, squad, asks, owner })
    }

    pub(super) fn act(&mut self, at: Time, by: &Actor, command: Command) -> Option<bool> {
        self.case.act(at, by, &self.key, |_| command)
    }

    /// The same, with a few words.
    pub(super) fn act_saying(
        &mut self,
        at: Time,
        by: &Actor,
        words: &[&'static str],
        command: impl FnOnce(TextRef) -> Command,
    ) -> Option<bool> {
        let words = self.dice.say(words);
        self.case.act(at, by, &self.key, |pen| command(pen.text(words)))
    }

    pub(super) fn reply(&mut self, at: Time, by: &Actor, words: &str) -> Option<bool> {
        let words = filled(words, self.dice);
        self.case.act(at, by, &self.key, |pen| Command::Reply { message: pen.message(&words) })
    }

    pub(super) fn soon(&mut self, from: i64, to: i64) -> Time {
        self.case.now() + TimeDelta::seconds(self.dice.between(from, to))
    }

    pub(super) fn later(&self, minutes: i64) -> Time {
        self.case.later(minutes)
    }

    /// So many minutes of office hours later.
    pub(super) fn within(&mut self, from: i64, to: i64) -> Time {
        let minutes = self.dice.between(from, to);
        self.later(minutes)
    }

    fn after(&mut self, minutes: &[(i64, i64)]) -> Time {
        let minutes = self.dice.along(minutes);
        self.later(minutes)
    }

    /// When so much of a promise is used; where there is none, after so many minutes of office hours.
    fn by(&mut self, target: Target, pace: &[(i64, i64)], otherwise: i64) -> Time {
        let used = self.dice.along(pace);
        self.case.by(&self.key, target, used).unwrap_or_else(|| self.later(otherwise * used / 1_000))
    }

    fn is_open(&self) -> bool {
        self.case.ticket(&self.key).is_some_and(|ticket| ticket.status.is_open())
    }

    pub(super) fn another(&mut self) -> Option<Actor> {
        let (now, owner) = (self.case.now(), self.owner.person().cloned());
        let than: Vec<_> = owner.iter().chain(self.asks.person()).collect();
        self.case.setting.another(&self.squad, &than, now, self.dice).map(Actor::Person)
    }

    /// Somebody takes it and says so.
    pub(super) fn begin(&mut self) -> Option<()> {
        let at = self.by(Target::Acknowledge, QUICK, 1_500);
        if let Some(owner) = self.case.setting.engineer(&self.squad, at, self.dice) {
            self.owner = Actor::Person(owner);
        }
        let owner = self.owner.clone();
        match self.dice.below(100) {
            // Leads give what nobody takes.
            0..7 => {
                let lead = Actor::Person(self.case.setting.lead(&self.squad)?);
                let to = owner.person()?.clone();
                self.act(at, &lead, if lead == owner { Command::Claim } else { Command::Assign { to } })?;
                let looks = self.soon(60, 900);
                if lead != owner {
                    self.act(looks, &owner, Command::Acknowledge)?;
                }
            }
            7..11 => {
                // It is answered before somebody takes it.
                self.reply(at, &owner, words::TAKEN.first()?)?;
                let takes = self.soon(120, 1_800);
                self.act(takes, &owner, Command::Claim)?;
            }
            _ => {
                self.act(at, &owner, Command::Claim)?;
            }
        }
        let said = match self.dice.chance(700) {
            true => self.soon(20, 600),
            false => self.by(Target::Respond, QUICK, 600),
        };
        let words = self.dice.say(words::TAKEN);
        self.reply(said, &owner, words)?;
        Some(())
    }

    /// A change is merged; nobody tells when it is deployed.
    pub(super) fn link_merged(&mut self) -> Option<()> {
        let service = self.area.service.unwrap_or(0);
        let pull = Pull::of_ticket(service, self.key.number());
        let at = self.within(5, 60);
        let state = ChangeState::Merged { at };
        let (id, label, url) = (pull.id(), pull.label(), pull.url());
        let change = Change { id, label, url, state, opened_at: at - TimeDelta::minutes(4), as_of: at };
        self.act(at, &Actor::Bot("github".into()), Command::Link { bond: Bond::Fix, change })?;
        Some(())
    }

    /// Questions and answers.
    pub(super) fn talk(&mut self) -> Option<()> {
        let (owner, asks) = (self.owner.clone(), self.asks.clone());
        if self.dice.chance(180) {
            let at = self.soon(60, 1_200);
            let words = self.dice.say(words::QUESTIONS);
            self.reply(at, &owner, words)?;
            let (at, until) = (self.soon(5, 60), self.later(3 * 540));
            let on = WaitingOn::Requester;
            self.act_saying(at, &owner, words::WHYS, |why| Command::Wait { on, until, why: Some(why) })?;
            if self.dice.chance(70) {
                // No answer, and it ends by itself.
                return None;
            }
            let answered = self.after(&[(0, 4), (500, 60), (900, 500), (999, 1_500)]);
            let words = self.dice.say(words::ANSWERS);
            self.reply(answered, &asks, words)?;
            let thanked = self.soon(60, 1_500);
            self.reply(thanked, &owner, words::TAKEN.get(1)?)?;
        }
        if self.dice.chance(230) {
            let at = self.within(5, 60);
            let words = self.dice.say(words::ASIDES);
            self.reply(at, &asks, words)?;
            let answered = self.by(Target::NextResponse, QUICK, 200);
            let words = self.dice.say(words::UPDATES);
            self.reply(answered, &owner, words)?;
        }
        if self.dice.chance(130) {
            let at = self.soon(60, 900);
            let words = self.dice.say(words::NOTES);
            let (by, key) = (self.another()?, self.key.clone());
            self.case.act(at, &by, &key, |pen| Command::Note { message: pen.note(words) })?;
        }
        if self.dice.chance(50) {
            let at = self.soon(1, 40);
            self.reply(at, &Actor::Bot("local:runbooks".into()), "Related: wiki.petal.example/runbooks")?;
        }
        Some(())
    }

    /// Works until it is solved, and says something now and then where that is promised.
    pub(super) fn work(&mut self, until: Target) -> Option<()> {
        let done = self.by(until, PACE, 2_000);
        for _ in 0..12 {
            let used = self.dice.along(STEADY);
            let Some(says) = self.case.by(&self.key, Target::Update, used).filter(|says| *says < done) else {
                break;
            };
            let words = self.dice.say(words::UPDATES);
            self.reply(says, &self.owner.clone(), words)?;
        }
        self.case.act(done, &Actor::Desk, &self.key, |_| Command::Tick)?;
        Some(())
    }

    pub(super) fn resolve(&mut self, resolution: Resolution) -> Option<()> {
        let at = self.soon(2, 20);
        self.resolve_at(at, resolution)
    }

    pub(super) fn resolve_at(&mut self, at: Time, resolution: Resolution) -> Option<()> {
        let (owner, key) = (self.owner.clone(), self.key.clone());
        let words = words::ending(resolution);
        self.case.act(at, &owner, &key, |pen| {
            let note = Some(pen.text(words));
            Command::Resolve { resolution, note }
        })?;
        Some(())
    }

    /// Thanks and stars; or it was not done, and one star becomes five.
    pub(super) fn afterwards(&mut self) -> Option<()> {
        if self.is_open() {
            return Some(());
        }
        let asks = self.asks.clone();
        let late = self
            .case
            .ticket(&self.key)?
            .outcomes
            .iter()
            .any(|one| one.target == Target::Resolve && !matches!(one.verdict, Verdict::Met { .. }));
        if self.dice.chance(40) {
            return self.not_done(&asks);
        }
        let seen = self.after(&[(0, 2), (500, 60), (900, 900), (999, 2_000)]);
        if self.dice.chance(250) {
            let words = self.dice.say(words::THANKS);
            self.reply(seen, &asks, words)?;
        }
        if self.dice.chance(420) {
            let happy: &[(u64, u8)] = match (late, self.area.id) {
                (true, _) => &[(14, 1), (22, 2), (30, 3), (22, 4), (12, 5)],
                (false, "vouchers") => &[(5, 1), (12, 2), (28, 3), (33, 4), (22, 5)],
                (false, _) => &[(1, 1), (3, 2), (9, 3), (32, 4), (55, 5)],
            };
            let count = self.dice.weighed(happy)?;
            let at = seen.max(self.soon(30, 600));
            self.act(at, &asks, Command::Rate { stars: stars(count)? })?;
        }
        if self.dice.chance(330) {
            let at = self.soon(5, 300);
            self.act(at, &asks, Command::Confirm)?;
        }
        Some(())
    }

    fn not_done(&mut self, asks: &Actor) -> Option<()> {
        let back = self.within(20, 900);
        if self.dice.chance(600) {
            self.act(back, asks, Command::Rate { stars: stars(1)? })?;
        }
        let at = self.soon(20, 200);
        self.act_saying(at, asks, words::NOT_DONE, |why| Command::Reopen { why: Some(why) })?;
        let owner = self.owner.clone();
        let says = self.within(5, 60);
        self.reply(says, &owner, words::TAKEN.first()?)?;
        self.work(Target::Resolve)?;
        self.resolve(Resolution::CodeChange)?;
        let stars = stars(if self.dice.chance(750) { 5 } else { 4 })?;
        let rated = self.within(10, 300);
        self.act(rated, asks, Command::Rate { stars })?;
        Some(())
    }
}

/// Whoever asks: one of those who always do, or an engineer of another squad.
fn requester(case: &Case<'_>, squad: &SquadId, at: Time, dice: &mut Dice) -> Option<Actor> {
    if dice.chance(85) {
        let others: Vec<_> = SQUADS.iter().filter(|(id, _)| *id != squad.as_str()).collect();
        let (_, members) = dice.pick(&others)?;
        return dice.pick(members).map(|person| Actor::Person(PersonId::new(person)));
    }
    if at < case.setting.left && dice.chance(60) {
        return Some(Actor::Person(PersonId::new(LEAVER)));
    }
    dice.pick(REQUESTERS).map(|person| Actor::Person(PersonId::new(person)))
}
