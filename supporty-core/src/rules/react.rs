use std::collections::BTreeMap;

use super::plan::deadline_of;
use super::routing::to_route;
use crate::effect::{Alarm, CallOut, Effect, Intent, Notice, Surface, Tell};
use crate::policy::{Policies, Trigger};
use crate::stream::{EffectId, Origin, StreamId};
use crate::ticket::{CloseReason, Event, Resumption, Status, Ticket, TicketEntry};
use crate::vocab::{Actor, Kind, Period, Recipient, Target, TextRef, Time, Told, WaitingOn, Watch};

/// What to do about the entries of one step: intents, in order, each with an id that is the same on every replay.
///
/// It sees the whole step, so that a person hears only the highest rung that was missed, once.
pub fn react(ticket: &Ticket, entries: &[TicketEntry], policies: &Policies) -> Vec<Effect> {
    let mut reaction = Reaction { ticket, policies, effects: Vec::new() };
    let shown = |entry: &&TicketEntry| !matches!(entry.event, Event::Placed { .. } | Event::Noted { .. });
    if let Some(first) = entries.iter().find(shown) {
        reaction.add(first.seq, Intent::Show(Surface::Card(ticket.key.clone())));
    }
    let highest = highest(ticket, entries, policies);
    for entry in entries {
        reaction.to(entry);
        for Call { told, why, note, late_by } in highest.get(&entry.seq).into_iter().flatten() {
            let (why, note, late_by) = (why.clone(), note.cloned(), *late_by);
            let notice = Notice::Escalated { told: (*told).clone(), why, note, late_by };
            reaction.tell(entry, told.to.clone(), notice);
        }
    }
    for (squad, seq) in to_route(ticket, entries, policies.current()) {
        reaction.add(seq, Intent::Route(squad));
    }
    reaction.effects
}

struct Reaction<'a> {
    ticket: &'a Ticket,
    policies: &'a Policies,
    effects: Vec<Effect>,
}

impl Reaction<'_> {
    fn add(&mut self, seq: u64, intent: Intent) {
        let cause = Origin::Entry { stream: StreamId::Ticket(self.ticket.key.clone()), seq };
        let n = self.effects.iter().filter(|effect| effect.id.cause == cause).count();
        let id = EffectId { cause, n: u16::try_from(n).unwrap_or(u16::MAX) };
        self.effects.push(Effect { id, intent });
    }

    fn tell(&mut self, entry: &TicketEntry, to: Recipient, notice: Notice) {
        let (ticket, by) = (self.ticket.key.clone(), entry.by.clone());
        self.add(entry.seq, Intent::Tell(Tell { to, ticket, by, notice }));
    }

    fn thread(&mut self, entry: &TicketEntry, notice: Notice) {
        self.tell(entry, Recipient::Thread(self.ticket.key.clone()), notice);
    }

    fn person(&mut self, entry: &TicketEntry, actor: &Actor, notice: Notice) {
        if let Some(person) = actor.person().filter(|_| *actor != entry.by) {
            self.tell(entry, Recipient::Person(person.clone()), notice);
        }
    }

    fn owner(&mut self, entry: &TicketEntry, notice: Notice) {
        if let Some(owner) = self.ticket.owner().cloned() {
            self.person(entry, &Actor::Person(owner), notice);
        }
    }

    fn to(&mut self, entry: &TicketEntry) {
        match &entry.event {
            Event::Opened { follows, .. } => {
                let notice = self.opened(entry, follows.clone());
                self.thread(entry, notice);
            }
            Event::Claimed {} | Event::TakenOver { .. } => {
                if let Some(owner) = entry.by.person().cloned() {
                    self.thread(entry, Notice::Owned { owner, note: None });
                }
                if let Event::TakenOver { from } = &entry.event {
                    let (from, owner) = (Actor::Person(from.clone()), entry.by.person().cloned());
                    if let Some(owner) = owner {
                        self.person(entry, &from, Notice::Owned { owner, note: None });
                    }
                }
            }
            Event::Assigned { to } => self.given(entry, to, None),
            Event::HandedOff { to, note } => self.given(entry, to, note.as_ref()),
            Event::Released { .. } => self.thread(entry, Notice::Released),
            Event::Acknowledged {} => self.thread(entry, Notice::Acknowledged),
            Event::Replied { message } => self.replied(entry, message.said_at),
            Event::Reprioritised { from, to, why, .. } => {
                let notice = Notice::Reprioritised { from: from.clone(), to: to.clone(), why: why.clone() };
                self.thread(entry, notice.clone());
                self.owner(entry, notice);
            }
            Event::Moved { to, .. } => self.thread(entry, Notice::Moved { to: to.clone() }),
            Event::Replanned { .. } => self.thread(entry, Notice::Replanned { promises: self.promises() }),
            Event::Identified {} => self.thread(entry, Notice::Identified),
            Event::Mitigated {} => self.thread(entry, Notice::Mitigated),
            Event::Waited { on, until, why } => {
                let notice = Notice::Waiting { on: *on, until: *until, why: why.clone() };
                self.thread(entry, notice.clone());
                if *on == WaitingOn::Requester {
                    self.person(entry, &self.ticket.requester.clone(), notice);
                }
            }
            Event::Nudged { .. } => {
                self.thread(entry, Notice::Nudge);
                self.person(entry, &self.ticket.requester.clone(), Notice::Nudge);
            }
            Event::Resumed { because, .. } => {
                let notice = Notice::Resumed { elapsed: *because == Resumption::Elapsed };
                if *because != Resumption::Reply {
                    self.thread(entry, notice.clone());
                }
                self.owner(entry, notice);
            }
            Event::Resolved { resolution, note, .. } => {
                let notice = Notice::Resolved { resolution: *resolution, note: note.clone() };
                self.thread(entry, notice.clone());
                self.person(entry, &self.ticket.requester.clone(), notice);
                self.call_outs(entry);
            }
            Event::Reopened { why, .. } => {
                let notice = Notice::Reopened { why: why.clone() };
                self.thread(entry, notice.clone());
                self.owner(entry, notice);
            }
            Event::Closed { because: CloseReason::Confirmed, .. } => self.thread(entry, Notice::Closed),
            Event::FollowedUp { by } => self.thread(entry, Notice::FollowedUp { by: by.clone() }),
            Event::Merged { into } => self.thread(entry, Notice::Merged { into: into.clone() }),
            Event::Absorbed { loser, .. } => self.thread(entry, Notice::Absorbed { loser: loser.clone() }),
            Event::Unmerged { from } => self.thread(entry, Notice::Unmerged { other: from.clone() }),
            Event::GaveBack { loser, .. } => self.thread(entry, Notice::Unmerged { other: loser.clone() }),
            Event::Rated { stars } => self.thread(entry, Notice::Rated { stars: *stars }),
            // Shown by the card; escalations are told once for the whole step.
            Event::Noted { .. }
            | Event::Withdrawn { .. }
            | Event::KindChanged { .. }
            | Event::Classified { .. }
            | Event::Closed { .. }
            | Event::AcknowledgementLapsed { .. }
            | Event::Escalated { .. }
            | Event::EscalatedByHand { .. }
            | Event::Postponed { .. }
            | Event::Warned { .. }
            | Event::TargetMet { .. }
            | Event::TargetCancelled { .. }
            | Event::Breached { .. }
            | Event::Amended { .. }
            | Event::Placed { .. } => {}
        }
    }

    /// Whoever was woken and did something since was called out, until the last thing that they did. A drill pays nobody.
    fn call_outs(&mut self, entry: &TicketEntry) {
        for (person, paged) in self.ticket.paged.clone() {
            let last = self.ticket.people.get(&person).map(|part| part.last).filter(|last| *last > paged);
            if let Some(last) = last.filter(|_| self.ticket.kind != Kind::Drill) {
                let (ticket, period) = (self.ticket.key.clone(), Period::new(paged, last));
                self.add(entry.seq, Intent::CallOut(CallOut { person, ticket, period }));
            }
        }
    }

    /// The promises as they were made: the requester hears when to expect an answer.
    fn opened(&self, entry: &TicketEntry, follows: Option<crate::vocab::TicketKey>) -> Notice {
        let policy = self.ticket.policy().and_then(|version| self.policies.get(version));
        let clock = policy.and_then(|policy| {
            policy.calendar(&policy.promise(&self.ticket.terms(), Target::Respond)?.clock)
        });
        let out_of_hours = clock.is_some_and(|clock| !clock.is_open(entry.at));
        Notice::Opened { follows, promises: self.promises(), out_of_hours }
    }

    fn promises(&self) -> Vec<(Target, Time)> {
        let due = |target: &Target| Some((*target, deadline_of(self.ticket, self.policies, *target)?));
        [Target::Respond, Target::Resolve].iter().filter_map(due).collect()
    }

    fn given(&mut self, entry: &TicketEntry, to: &crate::vocab::PersonId, note: Option<&TextRef>) {
        let notice = Notice::Owned { owner: to.clone(), note: note.cloned() };
        self.thread(entry, notice.clone());
        self.person(entry, &Actor::Person(to.clone()), notice);
    }

    fn replied(&mut self, entry: &TicketEntry, said_at: Time) {
        if !self.ticket.is_requester(&entry.by) {
            return;
        }
        match &self.ticket.status {
            Status::Waiting { on, .. } if *on != WaitingOn::Requester => {
                self.owner(entry, Notice::WroteWhileWaiting)
            }
            Status::Resolved { at, .. } if said_at >= *at => self.reopening_offered(entry),
            _ => {}
        }
    }

    fn reopening_offered(&mut self, entry: &TicketEntry) {
        let policy = self.ticket.policy().and_then(|version| self.policies.get(version));
        if policy
            .is_some_and(|policy| policy.spec().modes.reply_after_resolution == crate::policy::ReplyMode::Ask)
        {
            self.thread(entry, Notice::ReopenOffered);
        }
    }
}

/// What somebody is told by the ladder.
struct Call<'a> {
    told: &'a Told,
    why: Alarm,
    note: Option<&'a TextRef>,
    late_by: u32,
}

/// Per recipient the highest rung of the step, by the entry that fired it.
fn highest<'a>(
    ticket: &Ticket,
    entries: &'a [TicketEntry],
    policies: &Policies,
) -> BTreeMap<u64, Vec<Call<'a>>> {
    let mut best: BTreeMap<&Recipient, (u8, u64, Call<'a>)> = BTreeMap::new();
    for entry in entries {
        let (rung, all, why, note, late_by) = match &entry.event {
            Event::Escalated { rung, due, told, late_by, .. } => {
                (*rung, told, alarm(ticket, policies, *rung, *due), None, *late_by)
            }
            Event::EscalatedByHand { told, why, .. } => (u8::MAX, told, Alarm::Asked, why.as_ref(), 0),
            _ => continue,
        };
        for told in all {
            if best.get(&told.to).is_none_or(|(other, ..)| rung >= *other) {
                best.insert(&told.to, (rung, entry.seq, Call { told, why: why.clone(), note, late_by }));
            }
        }
    }
    let mut by_entry: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (_, seq, call) in best.into_values() {
        by_entry.entry(seq).or_default().push(call);
    }
    by_entry
}

fn alarm(ticket: &Ticket, policies: &Policies, rung: u8, due: Time) -> Alarm {
    let policy = ticket.policy().and_then(|version| policies.get(version));
    let priority = policy.and_then(|policy| policy.priority(&ticket.priority));
    let trigger =
        priority.and_then(|priority| priority.ladder.get(usize::from(rung))).map(|rung| rung.trigger);
    let deadline = |target: Target| {
        let missed = ticket.clocks.run(Watch::from(target)).and_then(|run| run.breached).map(|(due, _)| due);
        missed.or_else(|| deadline_of(ticket, policies, target))
    };
    match trigger {
        Some(Trigger::Share { target, .. } | Trigger::Before { target, .. }) => {
            Alarm::AtRisk { target, deadline: deadline(target) }
        }
        Some(Trigger::After { target, .. }) => Alarm::Breached { target, deadline: deadline(target) },
        Some(Trigger::Silent { .. }) => Alarm::Silent { due },
        Some(Trigger::Unowned { .. }) => Alarm::Unowned { due },
        None => Alarm::Asked,
    }
}
