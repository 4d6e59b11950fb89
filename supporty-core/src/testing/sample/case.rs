//! A few tickets that have to do with each other, from the first command to the last deadline.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::cast::LEAVER;
use super::roster::AsOf;
use super::setting::Setting;
use crate::effect::{CallOut, Intent};
use crate::rules::{Change, Context, Redirect, Step, deadline_of, involves, next_deadline, redirect, step};
use crate::stream::{Cause, EffectId, Origin, StreamId};
use crate::ticket::{Command, Erasure, Message, Status, Ticket, TicketEntry};
use crate::vocab::{Actor, PersonId, Place, Target, Text, TextRef, TextRow, TicketKey, Time};

/// The adapter of the chat in which the tickets stand.
pub(super) const CHAT: &str = "local";

/// What another stream makes happen on a ticket.
#[derive(Debug, Clone)]
pub(super) struct Mail {
    pub(super) at: Time,
    pub(super) cause: Cause,
    pub(super) command: Command,
}

/// Somebody seems to have been called out.
pub(super) struct Called {
    pub(super) at: Time,
    pub(super) effect: EffectId,
    pub(super) call_out: CallOut,
}

/// One of its tickets.
#[derive(Default)]
pub(super) struct Member {
    pub(super) ticket: Option<Ticket>,
    pub(super) entries: Vec<TicketEntry>,
    pub(super) texts: Vec<TextRow>,
    wake: Option<Time>,
    /// How much was written.
    written: u64,
}

pub(super) struct Case<'a> {
    pub(super) setting: &'a Setting,
    pub(super) members: BTreeMap<TicketKey, Member>,
    pub(super) called: Vec<Called>,
    /// What was refused: what nobody planned well.
    pub(super) refused: u64,
    /// What is still to come from elsewhere, in order of time.
    mail: Vec<(TicketKey, Mail)>,
    now: Time,
    /// The key under which a follow-up is opened.
    pub(super) next: Option<TicketKey>,
}

/// Whoever writes: gives words a name.
pub(super) struct Pen<'c> {
    key: &'c TicketKey,
    by: &'c Actor,
    at: Time,
    written: u64,
    rows: Vec<TextRow>,
}

impl Pen<'_> {
    fn row(&mut self, at: TextRef, words: &str, internal: bool) -> TextRef {
        let author = self.by.person().cloned();
        if let Ok(text) = Text::new(words, Text::MESSAGE) {
            self.rows.push(TextRow { at: at.clone(), author, internal, text });
        }
        at
    }

    pub(super) fn text(&mut self, words: &str) -> TextRef {
        self.written += 1;
        self.row(TextRef::new(format!("sample/{}/{}", self.key, self.written)), words, false)
    }

    pub(super) fn message(&mut self, words: &str) -> Message {
        self.written += 1;
        self.said(&message_id(self.key, self.written), words, false)
    }

    pub(super) fn note(&mut self, words: &str) -> Message {
        self.written += 1;
        self.said(&message_id(self.key, self.written), words, true)
    }

    /// The message that somebody wrote last, as it is now.
    pub(super) fn again(&mut self, words: &str) -> Message {
        self.said(&message_id(self.key, self.written), words, false)
    }

    fn said(&mut self, id: &str, words: &str, internal: bool) -> Message {
        let text = self.row(TextRef::new(format!("{CHAT}/message/{id}")), words, internal);
        Message { id: id.into(), text, said_at: self.at }
    }
}

/// The chat numbers its messages. A ticket's card is the first of a thousand.
fn message_id(key: &TicketKey, nth: u64) -> String {
    (key.number() * 1_000 + nth).to_string()
}

impl<'a> Case<'a> {
    pub(super) fn new(setting: &'a Setting, mail: Vec<(TicketKey, Mail)>) -> Self {
        let mut mail = mail;
        mail.sort_by(|a, b| (b.1.at, &b.0).cmp(&(a.1.at, &a.0)));
        let now = setting.period.from;
        Self { setting, members: BTreeMap::new(), called: Vec::new(), refused: 0, mail, now, next: None }
    }

    pub(super) fn ticket(&self, key: &TicketKey) -> Option<&Ticket> {
        self.members.get(key)?.ticket.as_ref()
    }

    pub(super) fn now(&self) -> Time {
        self.now
    }

    /// Somebody does something at that time: whether they could; nothing once the history ends.
    pub(super) fn act(
        &mut self,
        at: Time,
        by: &Actor,
        key: &TicketKey,
        command: impl FnOnce(&mut Pen<'_>) -> Command,
    ) -> Option<bool> {
        // Nobody does anything on the second; and a chat tells of each by itself.
        let at = at.max(self.now + TimeDelta::milliseconds(1_250));
        if at >= self.setting.period.until {
            return None;
        }
        self.pass(at);
        let gone = by.person().is_some_and(|person| person.as_str() == LEAVER);
        if gone && at >= self.setting.left {
            return Some(false);
        }
        let written = self.members.get(key).map_or(0, |member| member.written);
        let mut pen = Pen { key, by, at, written, rows: Vec::new() };
        let command = command(&mut pen);
        let (written, rows) = (pen.written, pen.rows);
        let cause = match &command {
            Command::Reply { message } | Command::Note { message } => {
                format!("{CHAT}/message/{}", message.id)
            }
            command => format!("sample/{key}/{}/{}", command.kind(), at.timestamp_micros()),
        };
        let cause = Cause::Inbound(cause.as_str().into());
        let done = self.submit(at, by, &cause, key, command, rows);
        if let Some(member) = self.members.get_mut(key) {
            member.written = written;
        }
        Some(done)
    }

    /// The end of the history, or of its tickets.
    pub(super) fn end(&mut self) {
        self.pass(self.setting.period.until);
    }

    /// Lets time pass, with what happens to every ticket at one time.
    fn pass(&mut self, until: Time) {
        let Setting { replanned, left, .. } = *self.setting;
        if self.now < replanned && replanned <= until {
            self.wait(replanned);
            self.plan_anew();
        }
        if self.now < left && left <= until {
            self.wait(left);
            self.forget();
        }
        self.wait(until);
    }

    /// Deadlines come, and other streams tell.
    fn wait(&mut self, until: Time) {
        loop {
            let due = self.members.iter().filter_map(|(key, member)| Some((member.wake?, key))).min();
            let mail = self.mail.last().map(|(_, mail)| mail.at);
            match (due.map(|(at, key)| (at, key.clone())), mail) {
                (due, Some(at)) if at < until && due.as_ref().is_none_or(|(due, _)| *due > at) => {
                    let Some((key, mail)) = self.mail.pop() else { return };
                    self.now = self.now.max(mail.at);
                    if self.ticket(&key).is_some() {
                        self.submit(mail.at, &Actor::Desk, &mail.cause, &key, mail.command, Vec::new());
                    }
                }
                (Some((at, key)), _) if at < until => {
                    self.now = self.now.max(at);
                    let _ = self.step(at, &Actor::Desk, &Cause::Timer, &key, &Command::Tick);
                }
                _ => break,
            }
        }
        self.now = self.now.max(until);
    }

    /// Whoever left asks that their words be deleted.
    fn forget(&mut self) {
        let person = PersonId::new(LEAVER);
        let keys: Vec<_> = self.members.keys().cloned().collect();
        for key in keys {
            let Some(member) = self.members.get_mut(&key) else { continue };
            let before = member.texts.len();
            member.texts.retain(|row| row.author.as_ref() != Some(&person));
            let texts = u32::try_from(before - member.texts.len()).unwrap_or(0);
            if texts > 0 {
                let (whose, because) = (Some(person.clone()), Erasure::Asked);
                let cause = Cause::Inbound(format!("erase/{person}").as_str().into());
                let erase = Command::Erase { whose, texts, because };
                self.submit(self.setting.left, &Actor::Desk, &cause, &key, erase, Vec::new());
            }
        }
    }

    /// Leads put most of what is open under the policy that was just adopted.
    fn plan_anew(&mut self) {
        let keys: Vec<_> = self.members.keys().cloned().collect();
        for key in keys {
            let open = self.ticket(&key).filter(|ticket| ticket.status.is_open());
            let squad = open.and_then(|ticket| ticket.squad.clone());
            let lead = squad.and_then(|squad| self.setting.lead(&squad));
            if let Some(lead) = lead.filter(|_| key.number() % 5 != 0) {
                let to = self.setting.policy().version().clone();
                let cause = Cause::Inbound(format!("sample/{key}/replan").as_str().into());
                self.submit(self.now, &Actor::Person(lead), &cause, &key, Command::Replan { to }, Vec::new());
            }
        }
    }

    fn submit(
        &mut self,
        at: Time,
        by: &Actor,
        cause: &Cause,
        key: &TicketKey,
        command: Command,
        rows: Vec<TextRow>,
    ) -> bool {
        let (mut key, mut command) = (key.clone(), command);
        loop {
            let answer = self.step(at, by, cause, &key, &command);
            let rejection = match answer {
                Ok(()) => {
                    let texts = &mut self.members.entry(key).or_default().texts;
                    // What comes again, because somebody put it right, takes the place of what it was.
                    texts.retain(|text| rows.iter().all(|row| row.at != text.at));
                    texts.extend(rows);
                    return true;
                }
                Err(rejection) => rejection,
            };
            match redirect(&key, &command, &rejection) {
                Some(Redirect::To { ticket, command: there }) => (key, command) = (ticket, there),
                Some(Redirect::FollowUp(follow_up)) => match self.next.take() {
                    Some(next) => (key, command) = (next, follow_up),
                    None => return false,
                },
                None => {
                    self.refused += 1;
                    return false;
                }
            }
        }
    }

    fn step(
        &mut self,
        at: Time,
        by: &Actor,
        cause: &Cause,
        key: &TicketKey,
        command: &Command,
    ) -> Result<(), crate::rules::Rejection> {
        let setting = self.setting;
        let others = self.involved(self.ticket(key), command);
        let roster = AsOf { rotas: &setting.rotas, told: &setting.told, now: at };
        let policies = setting.policies(at);
        let context = Context { now: at, by, cause, policies, key, others: &others, roster: &roster };
        let Step { changes, effects, answer } = step(self.ticket(key), command, &context);
        for change in changes {
            self.apply(change);
        }
        for effect in effects {
            match effect.intent {
                Intent::Send { to: StreamId::Ticket(to), command } => {
                    let cause = Cause::from(effect.id);
                    // An incident's report may be over, and hears nothing then.
                    let _ = self.step(at, &Actor::Desk, &cause, &to, &command);
                }
                Intent::CallOut(call_out) => self.called.push(Called { at, effect: effect.id, call_out }),
                _ => {}
            }
        }
        answer.map(drop)
    }

    fn involved(&self, ticket: Option<&Ticket>, command: &Command) -> BTreeMap<TicketKey, Ticket> {
        let mut others = BTreeMap::new();
        let mut next = involves(ticket, command);
        while let Some(other) = next.filter(|key| !others.contains_key(key)).and_then(|key| self.ticket(&key))
        {
            others.insert(other.key.clone(), other.clone());
            next = match &other.status {
                Status::Merged { into, .. } => Some(into.clone()),
                _ => None,
            };
        }
        others
    }

    fn apply(&mut self, change: Change) {
        let Change { key, entries, ticket, wake, .. } = change;
        if ticket.is_none() {
            return;
        }
        let member = self.members.entry(key).or_default();
        member.entries.extend(entries);
        member.ticket = ticket;
        member.wake = wake.map(|deadline| deadline.wake);
    }

    /// The ticket's card was delivered.
    pub(super) fn place(&mut self, key: &TicketKey) -> Option<()> {
        let private = self.ticket(key)?.restricted.is_some();
        let spec = self.setting.policy().spec();
        let channel = spec.private_channel.as_ref().filter(|_| private).unwrap_or(&spec.channel);
        // Where it stands once it is restricted is another message.
        let nth = if self.ticket(key)?.former_places.is_empty() { 0 } else { 999 };
        let message = message_id(key, nth).as_str().into();
        let place = Place { adapter: CHAT.into(), channel: channel.to_string(), message };
        let seq = self.ticket(key)?.seq;
        let effect = EffectId { cause: Origin::Entry { stream: StreamId::Ticket(key.clone()), seq }, n: 0 };
        let at = self.now + TimeDelta::milliseconds(700);
        if at >= self.setting.period.until {
            return None;
        }
        self.submit(
            at,
            &Actor::Desk,
            &Cause::from(effect),
            key,
            Command::Place { place, private },
            Vec::new(),
        );
        Some(())
    }

    /// When so many thousandths of what is left of a promise are used, on its own clock.
    pub(super) fn by(&self, key: &TicketKey, target: Target, thousandths: i64) -> Option<Time> {
        let ticket = self.ticket(key)?;
        let policies = self.setting.policies(self.now);
        let due = deadline_of(ticket, policies, target)?;
        let policy = ticket.policy().and_then(|version| policies.get(version)).unwrap_or(policies.current());
        let clock = policy.calendar(&policy.promise(&ticket.terms(), target)?.clock)?;
        let left = clock.between(self.now, due.max(self.now)).ok()?;
        let used = TimeDelta::milliseconds(left.num_milliseconds() / 1_000 * thousandths);
        clock.add(self.now, used).ok()
    }

    /// So many minutes of office hours later.
    pub(super) fn later(&self, minutes: i64) -> Time {
        self.setting.office(self.now, minutes)
    }

    /// When it is to be looked at, once nobody does anything any more.
    pub(super) fn wake(&self, key: &TicketKey) -> Option<Time> {
        let policies = self.setting.policies(self.setting.period.until);
        next_deadline(self.ticket(key)?, policies).map(|deadline| deadline.wake)
    }
}
