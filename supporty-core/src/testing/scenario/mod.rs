//! A policy under test: a story in virtual time, with no runtime and no sleep.

mod clock;
mod expect;
mod rotas;
mod table;
mod timeline;

pub use table::Table;
pub use timeline::{About, Happening, timeline};

use std::panic::Location;

use chrono::TimeDelta;

use crate::effect::{Intent, Notice, Tell};
use crate::explain::explain_with;
use crate::policy::Policy;
use crate::rules::{Accepted, Rejection, deadline_of};
use crate::stream::Recorded;
use crate::ticket::{Command, Message, Open, Ticket, TicketEntry, evolve};
use crate::time::{Zone, parse_instant, parse_length};
use crate::vocab::{Actor, Kind, Recipient, Resolution, Target, TextRef, TicketKey, Time, WaitingOn};
use crate::world::World;

/// A story that is told to a policy, and what is expected of it.
///
/// Time stands still but for [`at`](Self::at), [`after`](Self::after) and [`until`](Self::until), which let everything
/// happen that falls due on the way. What is expected is looked for in what happened since the last step: since time
/// last moved, or since the last command. A failure points at the line of the story and shows all that happened.
///
/// A policy's rotas say who is on, from the beginning; people swap and go away in the story.
///
/// ```
/// use supporty_core::policy::Policy;
/// use supporty_core::testing::Scenario;
/// use supporty_core::vocab::Target;
///
/// Scenario::new(Policy::default())
///     .zone("Europe/London")
///     .at("Fri 2026-01-09 17:30")
///     .opens("rita", "P2")
///     .due(Target::Resolve, "Mon 2026-01-12 11:30")
///     .until("Mon 2026-01-12 11:31")
///     .happened("breached")
///     .told("support");
/// ```
#[derive(Debug, Clone)]
pub struct Scenario {
    world: World,
    zone: Zone,
    now: Time,
    ticket: Option<TicketKey>,
    answer: Option<Result<Accepted, Rejection>>,
    /// How many entries and effects there were before the last step.
    before: (usize, usize),
    messages: u32,
}

impl Scenario {
    /// A desk under a policy, on 1 January 2026 in UTC.
    pub fn new(policy: Policy) -> Self {
        let now = Time::from_timestamp(1_767_225_600, 0).unwrap_or_default();
        let mut world = World::new(policy);
        world.staff_around(now);
        Self { world, zone: Zone::utc(), now, ticket: None, answer: None, before: (0, 0), messages: 0 }
    }

    /// A desk under the policy of a file's text. A file with mistakes fails with all of them.
    #[cfg(feature = "policy-file")]
    #[track_caller]
    #[must_use]
    pub fn of_file(text: &str) -> Self {
        match Policy::from_toml(text) {
            Ok(policy) => Self::new(policy),
            Err(error) => {
                let shown = error.diagnostics().iter().map(|one| one.render("policy", text, false));
                fail(&format!("the policy has mistakes:\n{}", shown.collect::<Vec<_>>().join("\n\n")))
            }
        }
    }

    /// Whose clocks the story is told by.
    #[track_caller]
    #[must_use]
    pub fn zone(mut self, name: &str) -> Self {
        self.zone = zone(name);
        self
    }

    /// A ticket that has a history: its log, as it was recorded. The story is about it, and begins where it ends.
    #[track_caller]
    #[must_use]
    pub fn given(mut self, log: impl IntoIterator<Item = TicketEntry>) -> Self {
        let mut ticket: Option<Ticket> = None;
        log.into_iter().for_each(|entry| evolve(&mut ticket, &entry));
        let Some(ticket) = ticket else { fail("the history does not open a ticket") };
        let tickets: Vec<_> = self.world.tickets().cloned().chain([ticket.clone()]).collect();
        self.world = World::resume(self.world.policies().clone(), tickets);
        self.now = self.now.max(ticket.last_at);
        self.world.staff_around(self.now);
        self.ticket = Some(ticket.key);
        self.step()
    }

    /// Lets time pass until then: `Fri 2026-01-09 17:30` by the zone's clocks, or RFC 3339.
    #[track_caller]
    #[must_use]
    pub fn at(mut self, when: &str) -> Self {
        let to = self.moment(when);
        if to < self.now && self.ticket.is_some() {
            self.fail(&format!("`{when}` has passed: it is {}", clock::show(self.now, &self.zone)));
        }
        self = self.step();
        self.world.staff_around(to);
        self.world.run_until(to);
        self.now = to;
        self
    }

    /// Lets that much time pass: `1h 30m`, `2 days`.
    #[track_caller]
    #[must_use]
    pub fn after(mut self, length: &str) -> Self {
        self = self.step();
        self.now += self.length(length);
        self.world.staff_around(self.now);
        self.world.run_until(self.now);
        self
    }

    /// The same as [`at`](Self::at), for stories in which nothing is done then.
    #[track_caller]
    #[must_use]
    pub fn until(self, when: &str) -> Self {
        self.at(when)
    }

    /// Puts another policy in force. Open tickets keep theirs.
    #[must_use]
    pub fn adopts(mut self, policy: Policy) -> Self {
        self.world.adopt(policy);
        self.world.staff_around(self.now);
        self.step()
    }

    /// The desk was down for so long: nothing happens on the way, and everything that was missed happens at its end.
    #[track_caller]
    #[must_use]
    pub fn down_for(mut self, length: &str) -> Self {
        self = self.step();
        self.now += self.length(length);
        self.world.staff_around(self.now);
        self.world.tick(self.now);
        self
    }

    /// The ticket of that number is what follows about.
    #[track_caller]
    #[must_use]
    pub fn ticket(mut self, number: u64) -> Self {
        let key = self.world.policies().current().key(number);
        if self.world.ticket(&key).is_none() {
            self.fail(&format!("there is no ticket {key}"));
        }
        self.ticket = Some(key);
        self
    }

    /// Somebody asks for something, now. Whether it was done can be looked at with [`rejected`](Self::rejected); a
    /// story that goes on as if it had been fails there.
    #[track_caller]
    #[must_use]
    pub fn when(mut self, who: &str, command: Command) -> Self {
        self = self.step();
        let opens = matches!(command, Command::Open(_));
        let about = self.ticket.clone().filter(|_| !opens);
        let answer = self.world.submit(self.now, &Actor::Person(who.into()), about.as_ref(), command);
        if let (Ok(accepted), true) = (&answer, opens) {
            self.ticket = Some(accepted.ticket.clone());
        }
        self.answer = Some(answer);
        self
    }

    /// Somebody opens a ticket of that priority.
    #[track_caller]
    #[must_use]
    pub fn opens(self, who: &str, priority: &str) -> Self {
        self.done(who, opening(priority, None, Kind::Request))
    }

    /// Somebody opens a ticket of that priority in an area.
    #[track_caller]
    #[must_use]
    pub fn opens_in(self, who: &str, priority: &str, area: &str) -> Self {
        self.done(who, opening(priority, Some(area), Kind::Request))
    }

    /// Somebody takes it.
    #[track_caller]
    #[must_use]
    pub fn claims(self, who: &str) -> Self {
        self.done(who, Command::Claim)
    }

    /// Somebody who was told says that they are looking at it.
    #[track_caller]
    #[must_use]
    pub fn acknowledges(self, who: &str) -> Self {
        self.done(who, Command::Acknowledge)
    }

    /// Somebody writes in the thread.
    #[track_caller]
    #[must_use]
    pub fn says(mut self, who: &str) -> Self {
        self.messages += 1;
        let name = format!("m{}", self.messages);
        let message = Message { id: name.as_str().into(), text: TextRef::new(&name), said_at: self.now };
        self.done(who, Command::Reply { message })
    }

    /// Somebody lets it wait until then at the latest.
    #[track_caller]
    #[must_use]
    pub fn waits(self, who: &str, on: WaitingOn, until: &str) -> Self {
        let until = self.moment(until);
        self.done(who, Command::Wait { on, until, why: None })
    }

    /// Somebody ends the wait.
    #[track_caller]
    #[must_use]
    pub fn resumes(self, who: &str) -> Self {
        self.done(who, Command::Resume)
    }

    /// Somebody changes its priority.
    #[track_caller]
    #[must_use]
    pub fn becomes(self, who: &str, priority: &str) -> Self {
        self.done(who, Command::Reprioritise { to: priority.into(), why: None })
    }

    /// Somebody resolves it, by a change of code.
    #[track_caller]
    #[must_use]
    pub fn resolves(self, who: &str) -> Self {
        self.done(who, Command::Resolve { resolution: Resolution::CodeChange, note: None })
    }

    /// Somebody reopens it.
    #[track_caller]
    #[must_use]
    pub fn reopens(self, who: &str) -> Self {
        self.done(who, Command::Reopen { why: None })
    }

    /// A command that the story needs to be done.
    #[track_caller]
    fn done(self, who: &str, command: Command) -> Self {
        let kind = command.kind();
        let told = self.when(who, command);
        match &told.answer {
            Some(Err(rejection)) => {
                told.fail(&format!("{who} asked to {kind}, and was refused: {rejection}"))
            }
            _ => told,
        }
    }

    fn step(mut self) -> Self {
        self.before = (self.world.entries().len(), self.world.effects().len());
        self
    }
}

impl Scenario {
    #[track_caller]
    pub(super) fn moment(&self, text: &str) -> Time {
        match parse_instant(text, &self.zone) {
            Ok(at) => at,
            Err(why) => self.fail(&why),
        }
    }

    #[track_caller]
    fn length(&self, text: &str) -> TimeDelta {
        match parse_length(text) {
            Ok(seconds) => TimeDelta::seconds(seconds.into()),
            Err(why) => self.fail(&format!("`{text}` {why}")),
        }
    }

    #[track_caller]
    pub(super) fn about(&self) -> &Ticket {
        match self.ticket.as_ref().and_then(|key| self.world.ticket(key)) {
            Some(ticket) => ticket,
            None => self.fail("there is no ticket yet: open one first"),
        }
    }

    #[track_caller]
    pub(super) fn deadline(&self, target: Target) -> Option<Time> {
        deadline_of(self.about(), self.world.policies(), target)
    }

    pub(super) fn kinds(&self) -> Vec<String> {
        let new = self.world.entries().iter().skip(self.before.0);
        let about = new.filter(|(key, _)| Some(key) == self.ticket.as_ref());
        about.map(|(_, entry)| entry.event.kind().to_owned()).collect()
    }

    pub(super) fn alarmed(&self) -> Vec<String> {
        let new = self.world.effects().iter().skip(self.before.1);
        let told = new.filter_map(|effect| match &effect.intent {
            Intent::Tell(tell) if matches!(tell.notice, Notice::Escalated { .. }) => match &tell.to {
                Recipient::Person(person) => Some(person.to_string()),
                Recipient::Channel(channel) => Some(channel.to_string()),
                Recipient::Thread(_) => Some("thread".to_owned()),
            },
            _ => None,
        });
        told.collect()
    }

    /// Who was woken by which adapter: `oli by pager`.
    pub(super) fn woken_since(&self) -> Vec<String> {
        let new = self.world.effects().iter().skip(self.before.1);
        let woken = new.filter_map(|effect| match &effect.intent {
            Intent::Tell(Tell { to: Recipient::Person(person), via: Some(adapter), .. }) => {
                Some(format!("{person} by {adapter}"))
            }
            _ => None,
        });
        woken.collect()
    }

    /// Ends the story with what was expected, what there was, and why deadlines are what they are.
    #[track_caller]
    pub(super) fn fail(&self, message: &str) -> ! {
        let now = clock::show(self.now, &self.zone);
        let mut shown = format!("{message}\n\nit is {now}; what happened:\n{}", self.timeline());
        let log: Vec<_> = self.ticket.iter().flat_map(|key| self.world.log(key)).cloned().collect();
        if let Some(explained) =
            explain_with(&log, self.world.policies(), self.world.rotas(), self.now, TimeDelta::days(7))
        {
            shown.push('\n');
            shown.push_str(&explained.text(&self.zone));
        }
        fail(&shown)
    }
}

fn opening(priority: &str, area: Option<&str>, kind: Kind) -> Command {
    let title = TextRef::new("title");
    let area = area.map(Into::into);
    Command::Open(Open { kind, area, ..Open::new(title, priority) })
}

#[track_caller]
fn zone(name: &str) -> Zone {
    match Zone::new(name) {
        Ok(zone) => zone,
        Err(error) => fail(&error.to_string()),
    }
}

/// Fails the test at the line that told this part of the story.
#[track_caller]
#[expect(clippy::panic, reason = "this is how a test fails")]
fn fail(message: &str) -> ! {
    let line = Location::caller();
    panic!("{}:{}: {message}", line.file(), line.line())
}
