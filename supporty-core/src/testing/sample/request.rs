//! Somebody asks, and somebody helps.

use chrono::TimeDelta;

use super::agenda::Opening;
use super::case::Case;
use super::cast::{AREAS, Area, LEAVER, PACE, QUICK, REQUESTERS, STEADY};
use super::dice::Dice;
use super::words::{self, filled};
use crate::ticket::{Command, Open};
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
    let pull = super::deployed::Pull::of_ticket(deployed.service, first.number);
    // What can not wait is not solved by the deployment of the day after.
    let soon = deployed.at - first.at < TimeDelta::hours(5);
    let mut work = match soon {
        true => Work::open(case, dice, first)?,
        false => Work::open_with(case, dice, first, Some("P3"))?,
    };
    work.begin()?;
    let fix = super::services::Fix { by, ticket: work.key.clone(), opened: first.at, reverted: false };
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

pub(super) fn stars(count: u8) -> Option<Stars> {
    Stars::new(count).ok()
}

impl<'c, 'a> Work<'c, 'a> {
    /// Somebody opens it, and its card is shown.
    pub(super) fn open(case: &'c mut Case<'a>, dice: &'c mut Dice, opening: &Opening) -> Option<Self> {
        Self::open_with(case, dice, opening, None)
    }

    fn open_with(
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
    fn act_saying(
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

    fn another(&mut self) -> Option<Actor> {
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

    /// What happens now and then before it is solved.
    fn on_the_way(&mut self) -> Option<()> {
        let owner = self.owner.clone();
        match self.dice.below(1_000) {
            0..35 => self.moves()?,
            35..60 => self.raises()?,
            60..90 => self.lowers()?,
            90..140 => self.hands_off()?,
            140..155 => {
                // Nobody knows what to do, and somebody else has an idea.
                let at = self.within(20, 90);
                self.act(at, &owner, Command::Release)?;
                self.owner = self.another()?;
                let takes = self.within(10, 60);
                self.act(takes, &self.owner.clone(), Command::Claim)?;
            }
            155..175 => {
                // The owner is silent for too long.
                let silent = if self.case.ticket(&self.key)?.priority.as_str() == "P2" { 130 } else { 545 };
                let at = self.within(silent, silent + 20);
                self.owner = self.another()?;
                self.act(at, &self.owner.clone(), Command::TakeOver)?;
            }
            175..190 => {
                let at = self.soon(600, 5_400);
                self.act_saying(at, &self.asks.clone(), words::RAISED, |why| Command::Escalate {
                    why: Some(why),
                })?;
                let says = self.soon(120, 1_500);
                self.reply(says, &owner, words::UPDATES.get(2)?)?;
            }
            190..198 => {
                let at = self.soon(60, 1_200);
                let reader = self.another()?.person()?.clone();
                self.act(at, &owner, Command::Restrict { readers: [reader].into() })?;
                self.case.place(&self.key)?;
                if self.dice.chance(500) {
                    let again = self.within(30, 120);
                    self.act(again, &owner, Command::Unrestrict)?;
                }
            }
            198..205 => {
                let at = self.soon(60, 1_200);
                self.act(at, &owner, Command::ChangeKind { to: Kind::Incident })?;
                let knows = self.soon(600, 3_000);
                self.act(knows, &owner, Command::Identify)?;
            }
            205..225 => self.opens_issue()?,
            225..245 => {
                // A message is put right, or taken back.
                let at = self.soon(60, 1_200);
                let asks = self.asks.clone();
                let words = filled("Order {order} it is, sorry.", self.dice);
                self.reply(at, &asks, &words)?;
                let edited = self.soon(20, 120);
                if self.dice.chance(600) {
                    self.case
                        .act(edited, &asks, &self.key, |pen| Command::Edit { message: pen.again(&words) })?;
                } else {
                    self.case.act(edited, &asks, &self.key, |pen| Command::Withdraw {
                        message: pen.again(&words).id,
                    })?;
                }
            }
            245..285 => {
                let at = self.soon(300, 3_600);
                let until = at + TimeDelta::days(9);
                let on = WaitingOn::ThirdParty;
                self.act_saying(at, &owner, words::WHYS, |why| Command::Wait { on, until, why: Some(why) })?;
                let ends = self.within(60, 2_400);
                self.act(ends, &owner, Command::Resume)?;
            }
            _ => {}
        }
        Some(())
    }

    /// It belongs to somebody else.
    fn moves(&mut self) -> Option<()> {
        let owner = self.owner.clone();
        let area =
            self.dice.pick(AREAS).filter(|area| area.id != self.area.id && area.id != "personal-data")?;
        let at = self.soon(120, 2_400);
        if !self.act(at, &owner, Command::Move { to: area.id.into() })? || area.squad == self.squad.as_str() {
            return Some(());
        }
        self.squad = SquadId::new(area.squad);
        let to = self.case.setting.engineer(&self.squad, at, self.dice)?;
        let gives = self.soon(30, 300);
        let words = self.dice.say(words::HAND_OFFS);
        let (person, key) = (to.clone(), self.key.clone());
        self.case
            .act(gives, &owner, &key, |pen| Command::HandOff { to: person, note: Some(pen.text(words)) })?;
        self.owner = Actor::Person(to);
        let looks = self.within(5, 40);
        self.act(looks, &self.owner.clone(), Command::Acknowledge)?;
        Some(())
    }

    fn raises(&mut self) -> Option<()> {
        let at = self.soon(300, 4_000);
        let to = match self.case.ticket(&self.key)?.priority.as_str() {
            "P4" => "P3",
            "P3" => "P2",
            _ => return Some(()),
        };
        let asks = self.asks.clone();
        self.act_saying(at, &asks, words::RAISED, |why| Command::Reprioritise {
            to: to.into(),
            why: Some(why),
        })?;
        Some(())
    }

    fn lowers(&mut self) -> Option<()> {
        let (at, owner) = (self.soon(60, 1_800), self.owner.clone());
        let to = match self.case.ticket(&self.key)?.priority.as_str() {
            "P2" => "P3",
            "P3" => "P4",
            _ => return Some(()),
        };
        let lower = |why| Command::Reprioritise { to: to.into(), why: Some(why) };
        self.act_saying(at, &owner, words::LOWERED, lower)?;
        Some(())
    }

    fn hands_off(&mut self) -> Option<()> {
        let at = self.within(15, 120);
        let (owner, next) = (self.owner.clone(), self.another()?);
        let to = next.person()?.clone();
        self.act_saying(at, &owner, words::HAND_OFFS, |note| Command::HandOff { to, note: Some(note) })?;
        self.owner = next;
        let says = self.within(3, 45);
        self.reply(says, &self.owner.clone(), words::TAKEN.last()?)?;
        Some(())
    }

    fn opens_issue(&mut self) -> Option<()> {
        let at = self.soon(300, 3_000);
        if !self.act(at, &self.owner.clone(), Command::OpenIssue)? {
            return Some(());
        }
        let repository = if self.area.id == "reports" { "reports" } else { "shop" };
        let number = 4_000 + self.key.number();
        let label = format!("petal/{repository}#{number}");
        let opened_at = at + TimeDelta::seconds(3);
        let change = |state, as_of| Change {
            id: format!("github/issue/{number}").as_str().into(),
            label: label.clone(),
            url: format!("https://github.com/petal/{repository}/issues/{number}"),
            state,
            opened_at,
            as_of,
        };
        let (host, opened) = (Actor::Bot("github".into()), change(ChangeState::Open, opened_at));
        let on = opened.id.clone();
        self.act(opened_at, &host, Command::Link { bond: Bond::Track, change: opened })?;
        let said = self.within(30, 200);
        let words = self.dice.say(words::NOTES);
        let key = self.key.clone();
        let by = Actor::Person(PersonId::new("github:octavia"));
        self.case.act(said, &by, &key, |pen| Command::Comment { on, message: pen.message(words) })?;
        let closed = self.within(60, 300);
        let change = change(ChangeState::Closed { at: closed }, closed);
        self.act(closed, &host, Command::Link { bond: Bond::Track, change })?;
        Some(())
    }

    /// A change is merged; nobody tells when it is deployed.
    pub(super) fn link_merged(&mut self) -> Option<()> {
        let service = self.area.service.unwrap_or(0);
        let pull = super::deployed::Pull::of_ticket(service, self.key.number());
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
        let late = self.case.ticket(&self.key)?.outcomes.iter().any(|one| {
            one.target == Target::Resolve && !matches!(one.verdict, crate::ticket::Verdict::Met { .. })
        });
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
        let others: Vec<_> = super::cast::SQUADS.iter().filter(|(id, _)| *id != squad.as_str()).collect();
        let (_, members) = dice.pick(&others)?;
        return dice.pick(members).map(|person| Actor::Person(PersonId::new(person)));
    }
    if at < case.setting.left && dice.chance(60) {
        return Some(Actor::Person(PersonId::new(LEAVER)));
    }
    dice.pick(REQUESTERS).map(|person| Actor::Person(PersonId::new(person)))
}
