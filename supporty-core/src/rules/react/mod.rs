mod code;

use std::collections::BTreeMap;

use super::plan::deadline_of;
use super::routing::to_route;
use crate::effect::{Alarm, CallOut, Effect, Intent, Notice, Surface, Tell};
use crate::policy::{Policies, Trigger};
use crate::stream::{EffectId, Origin, StreamId};
use crate::ticket::{
    CloseReason, Command, Escalated, Event, Heard, Paged, Resumption, Status, Ticket, TicketEntry,
};
use crate::vocab::{
    Actor, AdapterName, Kind, Period, PersonId, PriorityId, Recipient, Target, TextRef, Time, Told,
    WaitingOn, Watch,
};

/// What to do about the entries of one step: intents, in order, each with an id that is the same on every replay.
///
/// It sees the whole step, so that a person hears only the highest rung that was missed, once.
pub fn react(ticket: &Ticket, entries: &[TicketEntry], policies: &Policies) -> Vec<Effect> {
    let mut reaction = Reaction { ticket, policies, effects: Vec::new() };
    let restricted = ticket.restricted.is_some();
    let shown = |entry: &&TicketEntry| match entry.event {
        Event::Placed { private, .. } => private != restricted,
        Event::Noted { .. } => false,
        _ => true,
    };
    if let Some(first) = entries.iter().find(shown) {
        let card = if restricted { Surface::PrivateCard } else { Surface::Card };
        reaction.add(first.seq, Intent::Show(card(ticket.key.clone())));
        if !ticket.former_places.is_empty() {
            reaction.add(first.seq, Intent::Show(Surface::FormerCards(ticket.key.clone())));
        }
    }
    let highest = highest(ticket, entries, policies);
    for entry in entries {
        reaction.to(entry);
        reaction.code(entry);
        for Call { told, why, note, late_by } in highest.get(&entry.seq).into_iter().flatten() {
            let (why, note, late_by) = (why.clone(), note.cloned(), *late_by);
            let notice = Notice::Escalated { told: (*told).clone(), why, note, late_by };
            let via = woken(ticket, &told.to, entry);
            reaction.tell_via(entry, told.to.clone(), via, notice);
        }
        reaction.next_way(entry);
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
    /// Which entry shows the cards depends on how entries came together in a step; what else an entry causes has the same
    /// name however that was, since it may be the cause of another stream's entry.
    fn add(&mut self, seq: u64, intent: Intent) {
        let cause = Origin::Entry { stream: StreamId::Ticket(self.ticket.key.clone()), seq };
        let shows = |intent: &Intent| matches!(intent, Intent::Show(_));
        let others = self.effects.iter().filter(|effect| effect.id.cause == cause && !shows(&effect.intent));
        let n = match &intent {
            Intent::Show(Surface::FormerCards(_)) => 1,
            Intent::Show(_) => 0,
            _ => 2 + others.count(),
        };
        let id = EffectId { cause, n: u16::try_from(n).unwrap_or(u16::MAX) };
        self.effects.push(Effect { id, intent });
    }

    fn tell(&mut self, entry: &TicketEntry, to: Recipient, notice: Notice) {
        self.tell_via(entry, to, None, notice);
    }

    fn tell_via(&mut self, entry: &TicketEntry, to: Recipient, via: Option<AdapterName>, notice: Notice) {
        let (ticket, by) = (self.ticket.key.clone(), entry.by.clone());
        let since = via.as_ref().map(|_| entry.at);
        self.add(entry.seq, Intent::Tell(Tell { to, via, since, ticket, by, notice }));
    }

    /// Somebody who did not answer by one way is told the same by the next.
    fn next_way(&mut self, entry: &TicketEntry) {
        let Event::Paged(page) = &entry.event else { return };
        let Paged { person, as_, rung, due, adapter, method: 1.., instead_of, .. } = &**page else { return };
        let why = match (instead_of, rung) {
            (Some(person), _) => Alarm::Unreached { person: person.clone() },
            (None, Some(rung)) => alarm(self.ticket, self.policies, *rung, *due),
            (None, None) => Alarm::Asked,
        };
        let to = Recipient::Person(person.clone());
        let told = Told { to: to.clone(), as_: as_.clone() };
        let notice = Notice::Escalated { told, why, note: None, late_by: 0 };
        self.tell_via(entry, to, Some(adapter.clone()), notice);
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

    fn alerts_over(&mut self, entry: &TicketEntry, over: bool) {
        if over && self.ticket.status.is_open() {
            self.thread(entry, Notice::AlertsOver);
            self.owner(entry, Notice::AlertsOver);
        }
    }

    fn to(&mut self, entry: &TicketEntry) {
        match &entry.event {
            Event::Opened(opened) => {
                let notice = self.opened(entry, opened.follows.clone());
                self.thread(entry, notice);
                self.runbooks(entry);
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
            Event::Replied { message } => {
                self.replied(entry, message.said_at);
                self.reports(entry, Heard::Said(Box::new(message.clone())));
            }
            Event::Reprioritised { from, to, why, .. } => {
                let notice = Notice::Reprioritised { from: from.clone(), to: to.clone(), why: why.clone() };
                self.thread(entry, notice.clone());
                self.owner(entry, notice);
                if !self.critical(from) {
                    self.runbooks(entry);
                }
            }
            Event::Moved { to, restricts, .. } => {
                self.thread(entry, Notice::Moved { to: to.clone() });
                if *restricts {
                    self.thread(entry, Notice::Restricted);
                }
                self.runbooks(entry);
            }
            Event::Replanned { .. } => self.thread(entry, Notice::Replanned { promises: self.promises() }),
            Event::Identified {} => {
                self.thread(entry, Notice::Identified);
                self.reports(entry, Heard::Identified);
            }
            Event::Mitigated {} => {
                self.thread(entry, Notice::Mitigated);
                self.reports(entry, Heard::Mitigated);
            }
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
                self.reports(entry, Heard::Resolved(*resolution));
                if self.ticket.drill.is_some() {
                    self.thread(entry, Notice::DrillEnded);
                }
            }
            Event::Reopened { why, .. } => {
                let notice = Notice::Reopened { why: why.clone() };
                self.thread(entry, notice.clone());
                self.owner(entry, notice);
                self.reports(entry, Heard::Reopened);
            }
            Event::Closed { because: CloseReason::Confirmed, .. } => self.thread(entry, Notice::Closed),
            Event::FollowedUp { by } => self.thread(entry, Notice::FollowedUp { by: by.clone() }),
            Event::Merged { into } => self.thread(entry, Notice::Merged { into: into.clone() }),
            Event::Absorbed { loser, .. } => self.thread(entry, Notice::Absorbed { loser: loser.clone() }),
            Event::Unmerged { from: other, over, .. } | Event::GaveBack { loser: other, over, .. } => {
                self.thread(entry, Notice::Unmerged { other: other.clone() });
                self.alerts_over(entry, *over);
            }
            Event::Restricted { .. } => self.thread(entry, Notice::Restricted),
            Event::Unrestricted {} => self.thread(entry, Notice::Unrestricted),
            Event::Attached { to } => self.thread(entry, Notice::Attached { to: to.clone() }),
            Event::Gathered { report } => self.thread(entry, Notice::Gathered { report: report.clone() }),
            Event::Detached { from: other } | Event::LetGo { report: other } => {
                self.thread(entry, Notice::Apart { other: other.clone() });
            }
            Event::Heard { incident, by, what, .. } => {
                let (incident, by, what) = (incident.clone(), by.clone(), what.clone());
                self.thread(entry, Notice::Heard { incident, by, what });
            }
            Event::Signalled { fire, over, names, .. } => {
                if *fire > 0 {
                    let notice = Notice::AlertsFire { count: *fire, names: names.clone() };
                    self.thread(entry, notice.clone());
                    self.owner(entry, notice);
                }
                self.alerts_over(entry, *over);
            }
            Event::PostMortemAsked { due } => {
                self.thread(entry, Notice::PostMortemAsked { due: *due });
                self.answers_for(entry, Notice::PostMortemAsked { due: *due });
            }
            Event::PostMortemOverdue { due } => {
                let notice = Notice::PostMortemOverdue { due: *due };
                self.answers_for(entry, notice.clone());
                let lead = self.lead().filter(|lead| self.ticket.owner() != Some(lead));
                if let Some(lead) = lead {
                    self.tell(entry, Recipient::Person(lead), notice);
                }
            }
            Event::PostMortemWritten { text } => {
                self.thread(entry, Notice::PostMortemWritten { text: text.clone() });
            }
            Event::Prompted { line, .. } => {
                let script = self.ticket.drill.as_ref().map(|(script, _)| script);
                if let Some((_, text)) = script.and_then(|script| script.lines.get(usize::from(*line))) {
                    self.thread(entry, Notice::Prompted { text: text.clone() });
                }
            }
            Event::Unreached { person, .. } => {
                self.thread(entry, Notice::Unreached { person: person.clone() });
            }
            Event::Rated { stars } => self.thread(entry, Notice::Rated { stars: *stars }),
            // Shown by the card, or said with the code; escalations are told once for the whole step.
            Event::ChangeLinked { .. }
            | Event::IssueAsked { .. }
            | Event::Commented { .. }
            | Event::Blamed { .. }
            | Event::Absolved { .. }
            | Event::FixDeployed { .. }
            | Event::FixReverted { .. }
            | Event::Noted { .. }
            | Event::Edited { .. }
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
            | Event::Erased { .. }
            | Event::Undelivered { .. }
            | Event::Paged { .. }
            | Event::Placed { .. } => {}
        }
    }

    /// What is said on an incident reaches every report's thread; what is said on a restricted one does not.
    fn reports(&mut self, entry: &TicketEntry, what: Heard) {
        if self.ticket.restricted.is_some() {
            return;
        }
        for report in self.ticket.reports.keys().cloned().collect::<Vec<_>>() {
            let (incident, by) = (self.ticket.key.clone(), entry.by.clone());
            let command = Command::Hear { incident, seq: entry.seq, by, what: what.clone() };
            self.add(entry.seq, Intent::Send { to: StreamId::Ticket(report), command });
        }
    }

    fn critical(&self, priority: &PriorityId) -> bool {
        let policy = self.ticket.policy().and_then(|version| self.policies.get(version));
        policy.and_then(|policy| policy.priority(priority)).is_some_and(|priority| priority.critical)
    }

    /// What helps with a critical ticket in its area.
    fn runbooks(&mut self, entry: &TicketEntry) {
        let spec = self.policies.current().spec();
        let area = self.ticket.area.as_ref().and_then(|area| spec.areas.get(area));
        let links = area.map(|area| area.runbooks.clone()).filter(|links| !links.is_empty());
        if let Some(links) = links.filter(|_| self.critical(&self.ticket.priority)) {
            self.thread(entry, Notice::Runbooks { links });
        }
    }

    fn lead(&self) -> Option<PersonId> {
        self.policies.current().spec().squads.get(self.ticket.squad.as_ref()?)?.lead.clone()
    }

    /// The owner, or else the squad's lead.
    fn answers_for(&mut self, entry: &TicketEntry, notice: Notice) {
        if let Some(person) = self.ticket.owner().cloned().or_else(|| self.lead()) {
            self.tell(entry, Recipient::Person(person), notice);
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

/// By which way somebody who was told in this step is being woken.
fn woken(ticket: &Ticket, to: &Recipient, entry: &TicketEntry) -> Option<AdapterName> {
    let Recipient::Person(person) = to else { return None };
    let page = ticket.pages.get(person).filter(|page| page.method == 0 && page.since == entry.at)?;
    Some(page.adapter.clone())
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
            Event::Escalated(fired) => {
                let Escalated { rung, due, told, late_by, .. } = &**fired;
                (*rung, told, alarm(ticket, policies, *rung, *due), None, *late_by)
            }
            Event::EscalatedByHand { told, why, .. } => (u8::MAX, told, Alarm::Asked, why.as_ref(), 0),
            Event::Unreached { person, rung, told } => {
                let why = Alarm::Unreached { person: person.clone() };
                (rung.unwrap_or(u8::MAX), told, why, None, 0)
            }
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
