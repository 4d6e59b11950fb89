//! What happens now and then before a ticket is solved.

use chrono::TimeDelta;

use super::cast::AREAS;
use super::words::{self, filled};
use super::work::Work;
use crate::ticket::Command;
use crate::vocab::{Actor, Bond, Change, ChangeState, Kind, PersonId, SquadId, WaitingOn};

impl Work<'_, '_> {
    /// What happens now and then before it is solved.
    pub(super) fn on_the_way(&mut self) -> Option<()> {
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
}
