use super::{Texts, actor, named, words_at};
use crate::adapter::Piece;
use crate::effect::{Alarm, Notice};
use crate::policy::Policy;
use crate::ticket::Heard;
use crate::time::print_length;
use crate::vocab::{Actor, Period, PersonId, Resolution, Target, TextRef, Time, WaitingOn};

/// A message on its way: what is said, piece by piece.
pub(in crate::desk) struct Words<'a> {
    pub(in crate::desk) policy: &'a Policy,
    /// What people wrote; nothing for whoever may not read it.
    pub(super) texts: Option<&'a Texts>,
    pub(super) pieces: Vec<Piece>,
}

impl Words<'_> {
    pub(in crate::desk) fn piece(&mut self, piece: Piece) -> &mut Self {
        self.pieces.push(piece);
        self
    }

    pub(in crate::desk) fn say(&mut self, words: &str) -> &mut Self {
        self.piece(Piece::Text(words.to_owned()))
    }

    pub(super) fn person(&mut self, person: &PersonId) -> &mut Self {
        let named = named(self.policy, person);
        self.piece(Piece::Person(named))
    }

    pub(super) fn over(&mut self, period: Period) -> &mut Self {
        self.piece(Piece::Time(period.from)).say(" to ").piece(Piece::Time(period.until))
    }

    pub(super) fn actor(&mut self, by: &Actor) -> &mut Self {
        let named = actor(self.policy, by);
        self.piece(Piece::Person(named))
    }

    pub(super) fn quote(&mut self, text: Option<&TextRef>) -> &mut Self {
        match text.zip(self.texts).map(|(text, texts)| words_at(texts, text)) {
            Some(text) => {
                let joined =
                    matches!(self.pieces.last(), Some(Piece::Text(before)) if !before.ends_with(' '));
                let spaced = if joined { self.say(" ") } else { self };
                spaced.piece(Piece::Quote(text))
            }
            None => self,
        }
    }

    pub(super) fn notice(&mut self, notice: &Notice, by: &Actor) -> &mut Self {
        match notice {
            Notice::Opened { follows, promises, out_of_hours } => {
                self.opened(follows.as_ref(), promises, *out_of_hours)
            }
            Notice::Owned { owner, note } => match by.person() == Some(owner) {
                true => self.person(owner).say(" owns this now."),
                false => self.actor(by).say(" gave this to ").person(owner).say(".").quote(note.as_ref()),
            },
            Notice::Released => self.actor(by).say(" gave this up. Nobody owns it now."),
            Notice::Acknowledged => self.actor(by).say(" is looking at this."),
            Notice::Reprioritised { from, to, why } => {
                self.actor(by).say(&format!(" changed the priority from {from} to {to}.")).quote(why.as_ref())
            }
            Notice::Moved { to } => {
                let area = self.policy.spec().areas.get(to).map_or(to.as_str(), |area| &area.name).to_owned();
                self.actor(by).say(&format!(" moved this to {area}."))
            }
            Notice::Replanned { promises } => {
                self.actor(by).say(" put this under the policy in force. ").promised(promises, false)
            }
            Notice::Identified => self.actor(by).say(" found the cause."),
            Notice::Mitigated => self.actor(by).say(" says that service is back."),
            Notice::Waiting { on, until, why } => {
                let on = match on {
                    WaitingOn::Requester => "the requester",
                    WaitingOn::ThirdParty => "a third party",
                    WaitingOn::Deploy => "a deployment",
                };
                self.say(&format!("This waits on {on} until "))
                    .piece(Piece::Time(*until))
                    .say(".")
                    .quote(why.as_ref())
            }
            Notice::Nudge => {
                self.say("We are still waiting for an answer. Without one this will be resolved.")
            }
            Notice::Resumed { elapsed: true } => self.say("The wait is over: its time is up."),
            Notice::Resumed { elapsed: false } => self.say("The wait is over."),
            Notice::WroteWhileWaiting => self.actor(by).say(" wrote, while this waits on somebody else."),
            Notice::Resolved { resolution, note } => self.resolved(*resolution, note.as_ref(), by),
            Notice::ReopenOffered => self.say("This is resolved. If it is not, reopen it."),
            Notice::Reopened { why } => self.actor(by).say(" reopened this.").quote(why.as_ref()),
            Notice::Closed => self.actor(by).say(" confirmed. This is closed."),
            Notice::FollowedUp { by } => self.piece(Piece::Ticket(by.clone())).say(" goes on from here."),
            Notice::Merged { into } => {
                self.say("This was merged: it goes on in ").piece(Piece::Ticket(into.clone())).say(".")
            }
            Notice::Absorbed { loser } => {
                self.piece(Piece::Ticket(loser.clone())).say(" was merged into this, and goes on here.")
            }
            Notice::Unmerged { other } => {
                self.say("This and ").piece(Piece::Ticket(other.clone())).say(" go on apart again.")
            }
            Notice::Runbooks { links } => self.say(&format!("What helps here: {}", links.join(", "))),
            Notice::Restricted => {
                self.actor(by).say(" restricted this to its readers. Its thread goes on where only they are.")
            }
            Notice::Unrestricted => self.actor(by).say(" opened this to everybody again."),
            Notice::Attached { to } => self
                .say("This is a report of ")
                .piece(Piece::Ticket(to.clone()))
                .say(": what is said there is heard here."),
            Notice::Gathered { report } => self
                .piece(Piece::Ticket(report.clone()))
                .say(" is a report of this: what is said here is heard there."),
            Notice::Apart { other } => self
                .say("This and ")
                .piece(Piece::Ticket(other.clone()))
                .say(" no longer hear of each other."),
            Notice::Heard { incident, by, what } => {
                self.piece(Piece::Ticket(incident.clone())).say(": ").actor(by).heard(what)
            }
            Notice::PostMortemAsked { due } => {
                let template = self.policy.spec().post_mortem.as_ref().map(|asked| asked.template.clone());
                self.say("Please write down by ")
                    .piece(Piece::Time(*due))
                    .say(" what was learnt.")
                    .template(template.as_deref())
            }
            Notice::PostMortemOverdue { due } => self
                .say("What was learnt was to be written down by ")
                .piece(Piece::Time(*due))
                .say(", and is not yet."),
            Notice::PostMortemWritten { text } => {
                self.actor(by).say(" wrote down what was learnt:").quote(Some(text))
            }
            Notice::Prompted { text } => self.say("Game day:").quote(Some(text)),
            Notice::DrillEnded => self.say("The game day is over."),
            Notice::Unreached { person } => {
                self.person(person).say(" could not be reached. Whoever comes next was told.")
            }
            Notice::Rated { stars } => {
                let stars = usize::from(stars.count());
                self.actor(by).say(&format!(" gave {}{}.", "★".repeat(stars), "☆".repeat(5 - stars.min(5))))
            }
            Notice::Escalated { why, note, late_by, .. } => {
                self.alarm(why, by).late(*late_by).quote(note.as_ref())
            }
        }
    }

    fn heard(&mut self, what: &Heard) -> &mut Self {
        match what {
            Heard::Said(message) => self.say(" said").quote(Some(&message.text)),
            Heard::Identified => self.say(" found the cause."),
            Heard::Mitigated => self.say(" says that service is back."),
            Heard::Resolved(resolution) => self.say(&format!(" resolved it: {}.", said(*resolution))),
            Heard::Reopened => self.say(" reopened it."),
        }
    }

    fn template(&mut self, template: Option<&str>) -> &mut Self {
        match template.filter(|template| !template.is_empty()) {
            Some(template) => self.say(&format!("\n{template}")),
            None => self,
        }
    }

    fn opened(
        &mut self,
        follows: Option<&crate::vocab::TicketKey>,
        promises: &[(Target, Time)],
        out_of_hours: bool,
    ) -> &mut Self {
        if let Some(closed) = follows {
            self.say("This goes on from ").piece(Piece::Ticket(closed.clone())).say(". ");
        }
        self.promised(promises, out_of_hours)
    }

    fn promised(&mut self, promises: &[(Target, Time)], out_of_hours: bool) -> &mut Self {
        let of = |target| promises.iter().find(|(known, _)| *known == target).map(|(_, at)| *at);
        let (answer, resolution) = (of(Target::Respond), of(Target::Resolve));
        if let Some(at) = answer {
            let when = if out_of_hours {
                "It is out of hours. Expect an answer by "
            } else {
                "Expect an answer by "
            };
            self.say(when).piece(Piece::Time(at));
        }
        match (answer, resolution) {
            (Some(_), Some(at)) => self.say(" and a solution by ").piece(Piece::Time(at)).say("."),
            (None, Some(at)) => self.say("Expect a solution by ").piece(Piece::Time(at)).say("."),
            (Some(_), None) => self.say("."),
            (None, None) => self.say("We have it."),
        }
    }

    fn resolved(&mut self, resolution: Resolution, note: Option<&TextRef>, by: &Actor) -> &mut Self {
        match (by, resolution) {
            (Actor::Desk, Resolution::NoAnswer) => self.say("There was no answer, so this is resolved."),
            _ => self.actor(by).say(&format!(" resolved this: {}.", said(resolution))),
        };
        self.quote(note);
        match resolution.counts() {
            true => self.say(" Not done? Reopen it. Done? Confirm, and say how it went."),
            false => self,
        }
    }

    fn alarm(&mut self, why: &Alarm, by: &Actor) -> &mut Self {
        match why {
            Alarm::Unowned { .. } => self.say("Nobody owns this. Please claim it."),
            Alarm::Silent { .. } => self.say("The owner has been silent. Please look."),
            Alarm::AtRisk { target, deadline } => {
                self.say(&format!("The promise to {} is at risk", promised(*target))).by_when(*deadline)
            }
            Alarm::Breached { target, deadline } => {
                self.say(&format!("The promise to {} is broken", promised(*target))).by_when(*deadline)
            }
            Alarm::Asked => self.actor(by).say(" asks for help."),
            Alarm::Unreached { person } => {
                self.person(person).say(" could not be reached. Please look at this.")
            }
        }
    }

    /// Less than a minute is nobody's concern.
    fn late(&mut self, seconds: u32) -> &mut Self {
        match seconds / 60 {
            0 => self,
            _ => self.say(&format!(" This comes {} late.", print_length((seconds / 60 * 60).into()))),
        }
    }

    fn by_when(&mut self, deadline: Option<Time>) -> &mut Self {
        match deadline {
            Some(at) => self.say(": it was made for ").piece(Piece::Time(at)).say("."),
            None => self.say("."),
        }
    }
}

fn promised(target: Target) -> &'static str {
    match target {
        Target::Acknowledge => "look at it",
        Target::Respond | Target::NextResponse => "answer",
        Target::Update => "keep everybody up to date",
        Target::Resolve => "resolve it",
    }
}

fn said(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::CodeChange => "the code was changed",
        Resolution::Configuration => "a setting was changed",
        Resolution::DataFix => "the data was repaired",
        Resolution::Explanation => "it was explained, and nothing had to change",
        Resolution::CannotReproduce => "it could not be seen again",
        Resolution::Duplicate => "another ticket covers it",
        Resolution::NotABug => "it works as it should",
        Resolution::ThirdParty => "somebody else's system was the cause",
        Resolution::Declined => "we will not do it",
        Resolution::NoAnswer => "there was no answer",
        Resolution::NotATicket => "it was not a ticket",
    }
}
