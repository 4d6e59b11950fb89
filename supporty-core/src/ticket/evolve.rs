use std::collections::BTreeSet;

use super::{
    Acknowledgement, Alerts, Escalated, Event, Fired, Heard, Outcome, Page, Paged, Participation, Pin,
    PostMortem, Rating, Status, Ticket, TicketEntry, Verdict, texts,
};
use crate::vocab::{
    Actor, Audience, Kind, PauseReason, PersonId, Recipient, ReopenMode, Resolution, Role, Target, Time,
    Told, WaitingOn, Watch,
};

/// Applies one entry: no rules, no policy, and it never fails.
///
/// Anything but [`Event::Opened`] on a ticket that does not exist leaves it so.
pub fn evolve(state: &mut Option<Ticket>, entry: &TicketEntry) {
    match state {
        Some(ticket) => ticket.apply(entry),
        None => *state = Ticket::opened(entry),
    }
}

impl Ticket {
    fn apply(&mut self, entry: &TicketEntry) {
        let (at, by) = (entry.at, &entry.by);
        self.seq = entry.seq;
        self.last_at = at;
        if self.erased.is_some() && !texts(&entry.event).is_empty() {
            self.erased = None;
        }
        match &entry.event {
            Event::Opened { .. } => {}
            Event::Claimed {} | Event::TakenOver { .. } => self.taken(by, at),
            Event::Assigned { to } | Event::HandedOff { to, .. } => self.given(to, by, at),
            Event::Released { .. } => self.owned_by(None, by, at),
            Event::Acknowledged {} => self.acknowledge(by, at),
            Event::AcknowledgementLapsed { due } => self.lapse(*due),
            Event::Replied { message } => self.replied(by, message.said_at),
            Event::Noted { .. } => {
                self.notes = self.notes.saturating_add(1);
                self.joins(by.person(), Role::Responder, at, 1);
            }
            Event::Edited { .. } => {}
            Event::Withdrawn { .. } => self.messages = self.messages.saturating_sub(1),
            Event::Reprioritised { to, clocks, .. } => {
                // Whoever is woken was named by the ladder of the other priority.
                self.awake();
                let before = self.terms();
                self.priority = to.clone();
                self.clocks.change(at, (&before, &self.terms()), *clocks);
            }
            Event::Moved { to, squad, clocks, restricts, .. } => {
                if *restricts {
                    self.restrict(&BTreeSet::new());
                }
                let elsewhere = self.squad != *squad;
                if elsewhere {
                    self.awake();
                }
                let before = self.terms();
                self.area = Some(to.clone());
                self.squad = squad.clone();
                self.clocks.change(at, (&before, &self.terms()), *clocks);
                // A squad that it comes to has not been told yet.
                if elsewhere && self.clocks.run(Watch::Unowned).is_some() {
                    self.clocks.start(Watch::Unowned, at, &self.terms());
                }
            }
            Event::KindChanged { to, clocks, .. } => {
                let before = self.terms();
                self.kind = *to;
                if *to == Kind::Drill {
                    self.pages.retain(|person, _| self.people.contains_key(person));
                }
                self.clocks.change(at, (&before, &self.terms()), *clocks);
            }
            Event::Classified { upkeep, investment } => self.gardening = Some((*upkeep, *investment)),
            Event::Replanned { to, anew, .. } => {
                self.pins.push(Pin { from: at, version: to.clone() });
                anew.iter().for_each(|watch| self.clocks.anew(*watch, at));
            }
            Event::Identified {} => {
                self.identified.get_or_insert(at);
            }
            Event::Mitigated {} => {
                self.mitigated.get_or_insert(at);
            }
            Event::Waited { on, until, why } => {
                let owner = self.owner().cloned();
                self.status = Status::Waiting {
                    on: *on,
                    since: at,
                    until: *until,
                    why: why.clone(),
                    owner,
                    nudged: None,
                };
                self.clocks.pause(at, WaitingOn::into(*on));
                self.awake();
            }
            Event::Nudged { .. } => {
                if let Status::Waiting { nudged, .. } = &mut self.status {
                    *nudged = Some(at);
                }
            }
            Event::Resumed { due, .. } => self.resume(due.unwrap_or(at)),
            Event::Resolved { resolution, due, .. } => self.resolve(by, due.unwrap_or(at), *resolution),
            Event::Closed { due, .. } => self.close(due.unwrap_or(at)),
            Event::Reopened { mode, .. } => self.reopen(at, *mode),
            Event::FollowedUp { by } => self.followed_by.push(by.clone()),
            Event::Merged { into } => {
                self.awake();
                let before = Box::new(self.status.clone());
                self.status = Status::Merged { into: into.clone(), at, before };
            }
            Event::Unmerged { alerts, issues, .. } => {
                self.alerts.extend(alerts.clone());
                self.hear_of_issues(issues);
                if let Status::Merged { before, .. } = &self.status {
                    self.status = (**before).clone();
                }
            }
            Event::Absorbed { taken, lead, .. } => {
                for taken in taken {
                    self.clocks.absorb(taken.ticket.clone(), taken.clocks.clone(), at, &self.priority);
                    self.co_requesters.insert(taken.ticket.clone(), taken.requester.clone());
                    self.joins(taken.requester.person(), Role::Requester, at, 0);
                    let reports = taken.reports.iter().map(|report| (report.clone(), taken.ticket.clone()));
                    self.reports.extend(reports);
                    self.take_issues(taken);
                    if !taken.alerts.is_empty() {
                        self.alerts.insert(taken.ticket.clone(), taken.alerts.clone());
                    }
                }
                self.clocks.lead = lead.iter().cloned().collect();
            }
            Event::GaveBack { given, lead, .. } => {
                for ticket in given {
                    self.clocks.absorbed.remove(ticket);
                    self.co_requesters.remove(ticket);
                    self.alerts.remove(ticket);
                    self.changes.retain(|_, linked| linked.of.as_ref() != Some(ticket));
                    self.reports.retain(|_, gathered_by| gathered_by != ticket);
                }
                self.clocks.lead = lead.iter().cloned().collect();
            }
            Event::Rated { stars } => {
                let first = self.rating.map_or(*stars, |rating| rating.first);
                self.rating = Some(Rating { first, last: *stars });
            }
            Event::Escalated(escalated) => {
                let Escalated { rung, watch, epoch, spent, told, .. } = &**escalated;
                let fired = Fired { epoch: *epoch, count: *spent, postponed: None };
                self.clocks.leading_mut(*watch).rungs.insert(*rung, fired);
                self.tell(told, at);
            }
            Event::EscalatedByHand { rung, told, .. } => {
                self.hand_rung = self.hand_rung.max(*rung);
                self.tell(told, at);
            }
            Event::Postponed { rung, watch, epoch, until, .. } => {
                let rungs = &mut self.clocks.leading_mut(*watch).rungs;
                let before =
                    rungs.get(rung).filter(|fired| fired.epoch == *epoch).map_or(0, |fired| fired.count);
                rungs.insert(*rung, Fired { epoch: *epoch, count: before, postponed: Some(*until) });
            }
            Event::Warned { target, warning, .. } => {
                if let Some(run) = self.run_mut(*target) {
                    run.warned.push(*warning);
                }
            }
            Event::Breached { target, epoch, due, on_change } => {
                if let Some(run) = self.run_mut(*target) {
                    run.breached = Some((*due, *on_change));
                }
                self.record(*target, *epoch, Verdict::Breached { due: *due, on_change: *on_change });
            }
            Event::TargetMet { target, epoch, due, at } => {
                self.record(*target, *epoch, Verdict::kept(*at, *due));
            }
            Event::Amended { target, epoch, due, at } => {
                self.record(*target, *epoch, Verdict::kept(*at, Some(*due)));
            }
            Event::TargetCancelled { target, epoch } => {
                self.clocks.stop(Watch::from(*target));
                self.record(*target, *epoch, Verdict::Cancelled);
            }
            Event::Placed { place, private } => {
                let here = self.restricted.is_some() == *private;
                let places = if here { &mut self.places } else { &mut self.former_places };
                places.retain(|known| known.adapter != place.adapter);
                places.push(place.clone());
            }
            Event::IssueAsked { .. } | Event::Undelivered { .. } | Event::Erased { whose: Some(_), .. } => {}
            Event::Erased { whose: None, .. } => self.erased = Some(at),
            Event::Restricted { readers } => self.restrict(readers),
            Event::Unrestricted {} => {
                self.restricted = None;
                std::mem::swap(&mut self.places, &mut self.former_places);
            }
            Event::Attached { to } => self.reports_to = Some(to.clone()),
            Event::Detached { .. } => self.reports_to = None,
            Event::Gathered { report } => {
                self.reports.insert(report.clone(), self.key.clone());
            }
            Event::LetGo { report } => {
                self.reports.remove(report);
            }
            Event::Heard { incident, seq, by, what } => {
                self.heard.insert(incident.clone(), *seq);
                if let (Heard::Said(message), Some(_)) = (what, by.person())
                    && !self.is_requester(by)
                {
                    self.answered(message.said_at, false);
                }
            }
            Event::ChangeLinked { .. }
            | Event::Blamed { .. }
            | Event::Absolved { .. }
            | Event::FixDeployed { .. }
            | Event::FixReverted { .. } => self.learn(&entry.event),
            Event::Commented { message, .. } => self.joins(by.person(), self.role(by), message.said_at, 1),
            Event::Signalled { alerts, of, unfollowed, .. } => {
                let news = Alerts { known: alerts.clone(), unfollowed: *unfollowed };
                self.signalled(of.as_ref(), &news);
            }
            Event::PostMortemAsked { due } => {
                self.post_mortem = Some(PostMortem { due: *due, overdue: false, written: None });
            }
            Event::PostMortemOverdue { .. } => {
                self.post_mortem.iter_mut().for_each(|asked| asked.overdue = true);
            }
            Event::PostMortemWritten { text } => {
                self.post_mortem.iter_mut().for_each(|asked| asked.written = Some((at, text.clone())));
            }
            Event::Prompted { line, .. } => {
                self.drill.iter_mut().for_each(|(_, said)| *said = line.saturating_add(1));
            }
            Event::Paged(paged) => {
                let Paged { person, as_, rung, due, adapter, method, until, instead_of } = &**paged;
                let page = Page {
                    as_: as_.clone(),
                    rung: *rung,
                    due: *due,
                    adapter: adapter.clone(),
                    method: *method,
                    since: at,
                    until: *until,
                    instead_of: instead_of.clone(),
                };
                self.unreached.remove(person);
                self.pages.insert(person.clone(), page);
            }
            Event::Unreached { person, told, .. } => {
                self.pages.remove(person);
                self.unreached.insert(person.clone());
                self.tell(told, at);
            }
        }
        self.noticed(entry);
    }

    /// Counts the entry as activity of whoever made it.
    fn noticed(&mut self, entry: &TicketEntry) {
        let Actor::Person(person) = &entry.by else { return };
        self.pages.remove(person);
        if self.owner() == Some(person) && self.status.is_open() {
            self.clocks.start(Watch::Silent, entry.at, &self.terms());
        }
        if !self.is_requester(&entry.by) || self.owner() == Some(person) {
            self.last_activity = entry.at;
        }
        let role = if self.is_requester(&entry.by) { Role::Requester } else { Role::Watcher };
        self.joins(Some(person), role, entry.at, 0);
    }

    pub(super) fn joins(&mut self, person: Option<&PersonId>, role: Role, at: Time, messages: u32) {
        let Some(person) = person else { return };
        let part = self.people.entry(person.clone()).or_insert_with(|| Participation {
            roles: BTreeSet::new(),
            messages: 0,
            first: at,
            last: at,
        });
        part.first = part.first.min(at);
        if role != Role::Watcher || part.roles.is_empty() {
            part.roles.remove(&Role::Watcher);
            part.roles.insert(role);
        }
        part.messages = part.messages.saturating_add(messages);
        part.last = part.last.max(at);
    }

    fn taken(&mut self, by: &Actor, at: Time) {
        self.awake();
        self.owned_by(by.person().cloned(), by, at);
        self.clocks.stop(Watch::Acknowledge);
    }

    /// Whoever is given a ticket while they are being woken has not answered by that. Where it is the desk that gives, nobody
    /// has.
    fn given(&mut self, to: &PersonId, by: &Actor, at: Time) {
        if *by != Actor::Desk {
            self.pages.retain(|person, _| person == to);
            self.unreached.clear();
        }
        self.owned_by(Some(to.clone()), by, at);
    }

    /// Whoever gives a ticket away, or has it taken from them, no longer says that they are looking at it.
    fn owned_by(&mut self, owner: Option<PersonId>, by: &Actor, at: Time) {
        self.joins(owner.as_ref(), Role::Owner, at, 0);
        let before = self.owner().cloned();
        let gone = |looks: &Acknowledgement| {
            looks.by.person() != owner.as_ref() && (looks.by == *by || looks.by.person() == before.as_ref())
        };
        self.acknowledged = self.acknowledged.take().filter(|looks| !gone(looks));
        let watch = if owner.is_some() { Watch::Silent } else { Watch::Unowned };
        self.owned_since = owner.as_ref().map(|_| at);
        self.status = self.status.clone().owned_by(owner, at);
        self.clocks.stop(Watch::Unowned);
        self.clocks.stop(Watch::Silent);
        self.clocks.start(watch, at, &self.terms());
    }

    /// Its thread goes on where it stood when it was restricted before, if it ever was.
    fn restrict(&mut self, readers: &BTreeSet<PersonId>) {
        if self.restricted.replace(readers.clone()).is_none() {
            std::mem::swap(&mut self.places, &mut self.former_places);
        }
    }

    /// Nobody need be woken for it as it stands: somebody has it, it waits, or other people answer for it now.
    fn awake(&mut self) {
        self.pages.clear();
        self.unreached.clear();
    }

    fn acknowledge(&mut self, by: &Actor, at: Time) {
        self.awake();
        self.acknowledged = Some(Acknowledgement { by: by.clone(), at });
        self.clocks.stop(Watch::Acknowledge);
        self.clocks.stop(Watch::Unowned);
    }

    fn lapse(&mut self, at: Time) {
        self.acknowledged = None;
        if self.owner().is_none() {
            self.clocks.start(Watch::Unowned, at, &self.terms());
        }
    }

    /// As whom somebody writes.
    fn role(&self, by: &Actor) -> Role {
        if self.is_requester(by) { Role::Requester } else { Role::Responder }
    }

    pub(super) fn replied(&mut self, by: &Actor, said_at: Time) {
        self.messages = self.messages.saturating_add(1);
        let asks = self.is_requester(by);
        self.joins(by.person(), self.role(by), said_at, 1);
        if by.person().is_none() {
            return;
        }
        if asks && self.owner() != by.person() {
            self.asked(said_at);
            return;
        }
        self.answered(said_at, asks);
    }

    fn answered(&mut self, said_at: Time, asks: bool) {
        self.answered = self.answered.max(Some(said_at));
        if !self.status.is_open() {
            return;
        }
        if !asks {
            self.clocks.stop(Watch::Respond);
        }
        self.questions.retain(|asked| *asked > said_at);
        if self.clocks.runs_at(Watch::NextResponse, said_at) {
            self.clocks.stop(Watch::NextResponse);
            if let Some(next) = self.questions.first() {
                self.clocks.start(Watch::NextResponse, *next, &self.terms());
            }
        }
        if self.clocks.runs_at(Watch::Update, said_at) || self.clocks.run(Watch::Update).is_none() {
            self.clocks.start(Watch::Update, said_at, &self.terms());
        }
    }

    /// Messages may arrive late and in any order: the first one that was said after our last answer counts. What was
    /// said at the same instant is answered.
    fn asked(&mut self, said_at: Time) {
        if !self.status.is_open() || self.answered.is_some_and(|answered| answered >= said_at) {
            return;
        }
        self.questions.insert(said_at);
        match self.clocks.run(Watch::NextResponse) {
            Some(_) if self.clocks.runs_at(Watch::NextResponse, said_at) => {}
            Some(_) => self.clocks.backdate(Watch::NextResponse, said_at),
            None => self.clocks.start(Watch::NextResponse, said_at, &self.terms()),
        }
    }

    fn resume(&mut self, at: Time) {
        self.clocks.unpause(at);
        if let Status::Waiting { owner, .. } = &self.status {
            self.status = match owner.clone() {
                Some(owner) => Status::Active { owner },
                None => Status::New { since: at },
            };
        }
    }

    fn resolve(&mut self, by: &Actor, at: Time, resolution: Resolution) {
        let owner = self.owner().cloned();
        self.status = Status::Resolved { at, by: by.clone(), resolution, owner };
        self.resolved_at = Some(at);
        for watch in Watch::ALL {
            self.clocks.stop(*watch);
        }
        self.clocks.pause(at, PauseReason::Resolved);
        self.acknowledged = None;
        self.questions.clear();
        self.awake();
    }

    fn close(&mut self, at: Time) {
        if let Status::Resolved { resolution, owner, .. } = &self.status {
            self.status = Status::Closed { at, resolution: *resolution, owner: owner.clone() };
        }
    }

    fn reopen(&mut self, at: Time, mode: ReopenMode) {
        self.paged.clear();
        self.post_mortem = self.post_mortem.take().filter(|asked| asked.written.is_some());
        self.resolved_at = None;
        self.reopened = self.reopened.saturating_add(1);
        self.clocks.unpause(at);
        let owner = self.owner().cloned();
        let watch = if owner.is_some() { Watch::Silent } else { Watch::Unowned };
        self.status = match owner {
            Some(owner) => Status::Active { owner },
            None => Status::New { since: at },
        };
        match mode {
            ReopenMode::Continue => self.clocks.resume(Watch::Resolve, at),
            ReopenMode::Restart => self.clocks.start(Watch::Resolve, at, &self.terms()),
            ReopenMode::Freeze => {}
        }
        self.clocks.start(Watch::Update, at, &self.terms());
        self.clocks.start(watch, at, &self.terms());
    }

    fn tell(&mut self, told: &[Told], at: Time) {
        for told in told {
            match &told.to {
                Recipient::Person(person) => {
                    self.told.insert(person.clone());
                    if matches!(told.as_, Audience::OnCall | Audience::Gardener | Audience::OwnerOrGardener) {
                        self.paged.entry(person.clone()).or_insert(at);
                    }
                }
                _ => self.told_channel = true,
            }
        }
    }

    fn run_mut(&mut self, target: Target) -> Option<&mut super::Run> {
        let watch = Watch::from(target);
        self.clocks.leading_mut(watch).clocks.get_mut(&watch).and_then(|clock| clock.run.as_mut())
    }

    fn record(&mut self, target: Target, epoch: u32, verdict: Verdict) {
        let newer = |outcome: &Outcome| outcome.target == target && outcome.epoch > epoch;
        if !self.outcomes.iter().any(newer) {
            self.outcomes.retain(|outcome| outcome.target != target);
            self.outcomes.push(Outcome { target, epoch, verdict });
        }
    }
}
