//! From a ticket and its words to what a chat is given to show, before any platform's markup.

use std::collections::BTreeMap;

use crate::adapter::{Card, CardPromise, Listed, Message, Named, Piece, PromiseState};
use crate::effect::{Alarm, Announce, Notice, RotaNotice, Tell};
use crate::policy::{Policies, Policy};
use crate::rules::{allowed, deadline_of};
use crate::ticket::{CommandKind, Run, Status, Ticket, Verdict};
use crate::time::print_length;
use crate::vocab::{Actor, Period, PersonId, Resolution, Target, Text, TextRef, Time, WaitingOn, Watch};

type Texts = BTreeMap<TextRef, Text>;

/// The words that a card shows.
pub(super) fn card_texts(ticket: &Ticket) -> Vec<TextRef> {
    std::iter::once(&ticket.title).chain(&ticket.details).cloned().collect()
}

/// The words that a notice quotes.
pub(super) fn notice_texts(notice: &Notice, ticket: &Ticket) -> Vec<TextRef> {
    let quoted = match notice {
        Notice::Owned { note, .. } | Notice::Resolved { note, .. } | Notice::Escalated { note, .. } => note,
        Notice::Reprioritised { why, .. } | Notice::Waiting { why, .. } | Notice::Reopened { why } => why,
        _ => &None,
    };
    quoted.iter().chain([&ticket.title]).cloned().collect()
}

pub(super) fn card(ticket: &Ticket, policies: &Policies, texts: &Texts) -> Card {
    let policy = policies.current();
    let pinned = ticket.policy().and_then(|version| policies.get(version)).unwrap_or(policy);
    let text = |at: &TextRef| texts.get(at).map(|text| text.as_str().to_owned());
    Card {
        key: ticket.key.clone(),
        seq: ticket.seq,
        title: text(&ticket.title),
        details: ticket.details.as_ref().and_then(text),
        status: ticket.status.kind(),
        kind: ticket.kind,
        priority: ticket.priority.clone(),
        priority_name: pinned
            .priority(&ticket.priority)
            .map(|priority| priority.name.clone())
            .unwrap_or_default(),
        area: ticket
            .area
            .as_ref()
            .and_then(|area| policy.spec().areas.get(area))
            .map(|area| area.name.clone()),
        squad: ticket
            .squad
            .as_ref()
            .and_then(|id| policy.spec().squads.get(id))
            .map(|squad| squad.name.clone()),
        requester: actor(policy, &ticket.requester),
        owner: ticket.owner().map(|owner| named(policy, owner)),
        opened_at: ticket.opened_at,
        waiting: match &ticket.status {
            Status::Waiting { on, until, .. } => Some((*on, *until)),
            _ => None,
        },
        merged_into: match &ticket.status {
            Status::Merged { into, .. } => Some(into.clone()),
            _ => None,
        },
        promises: Target::ALL.iter().filter_map(|target| promise(ticket, policies, *target)).collect(),
        resolution: ticket.status.resolution(),
        stars: ticket.rating.map(|rating| (rating.first, rating.last)),
        messages: ticket.messages,
        actions: allowed_for_somebody(ticket, policy),
    }
}

/// A card is the same for all its readers: it offers what anybody in the channel may do.
fn allowed_for_somebody(ticket: &Ticket, policy: &Policy) -> Vec<CommandKind> {
    let owner = ticket.owner().cloned().map(Actor::Person);
    let engineers = policy.spec().people.keys().take(2).cloned().map(Actor::Person);
    let readers: Vec<_> = engineers.chain(owner).chain([ticket.requester.clone()]).collect();
    let may =
        |kind: &&CommandKind| readers.iter().any(|reader| allowed(ticket, policy, reader).contains(kind));
    CommandKind::ALL.iter().filter(may).copied().collect()
}

fn promise(ticket: &Ticket, policies: &Policies, target: Target) -> Option<CardPromise> {
    let run = ticket.clocks.run(Watch::from(target)).filter(|_| ticket.status.is_open());
    if let Some(run) = run {
        let due = deadline_of(ticket, policies, target);
        let made = pinned_promise(ticket, policies, target);
        let (state, since) = (running(run, due), run.measures.last().map(|measure| measure.from));
        let due = due.or(run.breached.map(|(due, _)| due));
        return made.then_some(CardPromise { target, state, since, due });
    }
    let last = ticket.outcomes.iter().rev().find(|outcome| outcome.target == target)?;
    let (state, due) = match last.verdict {
        Verdict::Met { due, .. } => (PromiseState::Met, due),
        Verdict::MetLate { due, .. } => (PromiseState::MetLate, Some(due)),
        Verdict::Breached { due, .. } => (PromiseState::Breached, Some(due)),
        Verdict::Cancelled => (PromiseState::Cancelled, None),
    };
    Some(CardPromise { target, state, since: None, due })
}

fn pinned_promise(ticket: &Ticket, policies: &Policies, target: Target) -> bool {
    let policy = ticket.policy().and_then(|version| policies.get(version));
    policy.is_some_and(|policy| policy.promise(&ticket.terms(), target).is_some())
}

fn running(run: &Run, due: Option<Time>) -> PromiseState {
    match (run.breached, due) {
        (Some(_), _) => PromiseState::Breached,
        (None, None) => PromiseState::Paused,
        (None, Some(_)) if run.warned.is_empty() => PromiseState::Pending,
        (None, Some(_)) => PromiseState::AtRisk,
    }
}

fn named(policy: &Policy, person: &PersonId) -> Named {
    Named { id: person.clone(), name: policy.name_of(person) }
}

fn actor(policy: &Policy, actor: &Actor) -> Named {
    match actor {
        Actor::Person(person) | Actor::Bot(person) => named(policy, person),
        Actor::Desk => Named { id: PersonId::new("desk"), name: policy.spec().name.clone() },
    }
}

pub(super) fn message(tell: &Tell, ticket: &Ticket, policies: &Policies, texts: &Texts) -> Message {
    let policy = policies.current();
    let mut words = Words { policy, texts, pieces: Vec::new() };
    if !matches!(&tell.to, crate::vocab::Recipient::Thread(key) if *key == ticket.key) {
        words.piece(Piece::Ticket(ticket.key.clone())).say(": ").quote(Some(&ticket.title)).say(" ");
    }
    words.notice(&tell.notice, &tell.by);
    let urgent = matches!(tell.notice, Notice::Escalated { .. });
    Message { ticket: Some(ticket.key.clone()), pieces: words.pieces, urgent, actions: actions(&tell.notice) }
}

pub(super) fn announcement_texts(notice: &RotaNotice) -> Vec<TextRef> {
    match notice {
        RotaNotice::SwapAsked { why, .. } => why.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// What is said about a rota. Whoever reads it acts on the rota, not on a ticket. `open` is what somebody who comes on
/// finds.
pub(super) fn announcement(announce: &Announce, policy: &Policy, texts: &Texts, open: &[Listed]) -> Message {
    let mut words = Words { policy, texts, pieces: Vec::new() };
    let rota = policy.spec().rotas.get(&announce.rota);
    words.say(&format!("{}: ", rota.map_or(announce.rota.as_str(), |rota| &rota.name)));
    match &announce.notice {
        RotaNotice::SwapAsked { person, period, why, .. } => words
            .person(person)
            .say(" asks for somebody to take over ")
            .over(*period)
            .say(".")
            .quote(why.as_ref()),
        RotaNotice::SwapTaken { by, period, in_return } => {
            words.person(by).say(" takes over ").over(*period).say(".");
            match in_return {
                Some(period) => words.say(" In return you are on ").over(*period).say("."),
                None => &mut words,
            }
        }
        RotaNotice::SwapExpired { period } => {
            words.say("Nobody took over ").over(*period).say(". It stays yours.")
        }
        RotaNotice::CallOutProposed { ticket, period } => words
            .say("You were called out for ")
            .piece(Piece::Ticket(ticket.clone()))
            .say(" from ")
            .over(*period)
            .say(", as it seems. Please say whether it was so."),
        RotaNotice::Gap { person, period } => words
            .person(person)
            .say(" is away, and nobody is on ")
            .over(*period)
            .say(". Please find somebody."),
        RotaNotice::HandOver { from, .. } => words.hand_over(from, open),
    };
    let urgent = matches!(announce.notice, RotaNotice::Gap { .. });
    Message { ticket: None, pieces: words.pieces, urgent, actions: Vec::new() }
}

fn actions(notice: &Notice) -> Vec<CommandKind> {
    match notice {
        Notice::Escalated { .. } => vec![CommandKind::Acknowledge, CommandKind::Claim],
        Notice::Resolved { resolution, .. } if resolution.counts() => {
            vec![CommandKind::Confirm, CommandKind::Reopen, CommandKind::Rate]
        }
        Notice::Resolved { .. } | Notice::ReopenOffered => vec![CommandKind::Reopen],
        Notice::Merged { .. } => vec![CommandKind::Unmerge],
        _ => Vec::new(),
    }
}

pub(super) struct Words<'a> {
    pub(super) policy: &'a Policy,
    texts: &'a Texts,
    pieces: Vec<Piece>,
}

impl Words<'_> {
    pub(super) fn piece(&mut self, piece: Piece) -> &mut Self {
        self.pieces.push(piece);
        self
    }

    pub(super) fn say(&mut self, words: &str) -> &mut Self {
        self.piece(Piece::Text(words.to_owned()))
    }

    fn person(&mut self, person: &PersonId) -> &mut Self {
        let named = named(self.policy, person);
        self.piece(Piece::Person(named))
    }

    fn over(&mut self, period: Period) -> &mut Self {
        self.piece(Piece::Time(period.from)).say(" to ").piece(Piece::Time(period.until))
    }

    fn actor(&mut self, by: &Actor) -> &mut Self {
        let named = actor(self.policy, by);
        self.piece(Piece::Person(named))
    }

    fn quote(&mut self, text: Option<&TextRef>) -> &mut Self {
        match text.and_then(|text| self.texts.get(text)) {
            Some(text) => {
                let joined =
                    matches!(self.pieces.last(), Some(Piece::Text(before)) if !before.ends_with(' '));
                let spaced = if joined { self.say(" ") } else { self };
                spaced.piece(Piece::Quote(text.as_str().to_owned()))
            }
            None => self,
        }
    }

    fn notice(&mut self, notice: &Notice, by: &Actor) -> &mut Self {
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
            Notice::Rated { stars } => {
                let stars = usize::from(stars.count());
                self.actor(by).say(&format!(" gave {}{}.", "★".repeat(stars), "☆".repeat(5 - stars.min(5))))
            }
            Notice::Escalated { why, note, late_by, .. } => {
                self.alarm(why, by).late(*late_by).quote(note.as_ref())
            }
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
