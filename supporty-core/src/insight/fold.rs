//! One entry's part in the facts: the light pass over the log.

use super::columns::{
    ActRow, DRILL, LinkRow, MERGED, More, NEVER, NONE, RATED, RESTRICTED, RoundRow, Row, SHARED, SOLVED,
    Setting, chain, find, micros, push, second,
};
use super::{Cause, End, Facts, Link, Part};
use crate::ticket::{Event, Heard, Opened, Rating, Reopening, Resumption, TicketEntry};
use crate::vocab::{Bond, ChangeId, Target, Terms, TicketKey, Time};

/// What somebody does on a ticket. Everything else follows from something, or is told by a program.
fn is_act(event: &Event) -> bool {
    use Event as E;
    matches!(
        event,
        E::Claimed {}
            | E::Assigned { .. }
            | E::HandedOff { .. }
            | E::Released { .. }
            | E::TakenOver { .. }
            | E::Acknowledged {}
            | E::Replied { .. }
            | E::Noted { .. }
            | E::Edited { .. }
            | E::Withdrawn { .. }
            | E::Reprioritised { .. }
            | E::Moved { .. }
            | E::KindChanged { .. }
            | E::Classified { .. }
            | E::Replanned { .. }
            | E::Identified {}
            | E::Mitigated {}
            | E::Waited { .. }
            | E::Resumed { .. }
            | E::Resolved { .. }
            | E::Closed { .. }
            | E::Reopened { .. }
            | E::Rated { .. }
            | E::Merged { .. }
            | E::Unmerged { .. }
            | E::Attached { .. }
            | E::Detached { .. }
            | E::EscalatedByHand { .. }
            | E::Restricted { .. }
            | E::Unrestricted {}
            | E::Blamed { .. }
            | E::Absolved { .. }
            | E::PostMortemWritten { .. }
            | E::IssueAsked { .. }
            | E::ChangeLinked { .. }
            | E::Commented { .. }
    )
}

impl More {
    fn said(&mut self, by_person: bool) {
        let count = if by_person { &mut self.messages } else { &mut self.bot_messages };
        *count = count.saturating_add(1);
    }

    /// Whose message it was is not told: mostly theirs who took it back.
    fn withdrawn(&mut self, by_person: bool) {
        let (theirs, others) = match by_person {
            true => (&mut self.messages, &mut self.bot_messages),
            false => (&mut self.bot_messages, &mut self.messages),
        };
        let count = if *theirs > 0 { theirs } else { others };
        *count = count.saturating_sub(1);
    }

    /// The first answer by a human who had not asked.
    fn answered(&mut self, helps: bool, at: i64) {
        if helps {
            self.responded = self.responded.min(at);
        }
    }

    /// The first time that a human who had not asked said that they have it.
    fn taken(&mut self, helps: bool, at: i64) {
        if helps {
            self.acknowledged = self.acknowledged.min(at);
        }
    }
}

impl Facts {
    /// Takes one more entry of a ticket. One that it knows already changes nothing, and neither does one of a ticket that was
    /// never opened.
    pub fn add(&mut self, key: &TicketKey, entry: &TicketEntry) {
        self.add_all(key, std::slice::from_ref(entry));
    }

    /// Takes several entries of one ticket, in order, as [`add`](Self::add) would one by one.
    ///
    /// Where they lie together it is faster: looked at together first, they come from memory at once and not one after the
    /// other.
    pub fn add_all(&mut self, key: &TicketKey, entries: &[TicketEntry]) {
        let by_people = |entry: &&TicketEntry| {
            let name = entry.by.person().map(|person| person.as_str().as_bytes());
            is_act(&entry.event) && name.is_some_and(|name| name.first() != Some(&0))
        };
        self.acts.reserve(entries.iter().filter(by_people).count());
        let same = self.tickets.get(self.last) == Some(key);
        let mut row = if same { Some(self.last) } else { self.tickets.row(key) };
        for entry in entries {
            match row {
                Some(row) => self.apply(row, entry),
                None => row = self.open(key, entry),
            }
        }
        self.last = row.unwrap_or(self.last);
    }

    fn open(&mut self, key: &TicketKey, entry: &TicketEntry) -> Option<u32> {
        let Event::Opened(opening) = &entry.event else { return None };
        let Opened {
            requester,
            work,
            priority,
            area,
            squad,
            requester_squads,
            policy,
            message,
            restricted,
            drill,
            ..
        } = &**opening;
        let terms = Terms {
            priority: priority.clone(),
            area: area.clone(),
            kind: *work,
            requester_squads: requester_squads.clone(),
        };
        let setting = Setting { terms, squad: squad.clone(), policy: policy.clone() };
        let opened = micros(entry.at);
        let mut row = Row {
            opened,
            resolved: NEVER,
            setting: self.settings.number(&setting),
            owner: NONE,
            reopened: 0,
            resolution: None,
            gardening: None,
            flags: 0,
        };
        row.mark(DRILL, drill.is_some());
        row.mark(RESTRICTED, restricted.is_some());
        let more = More {
            seq: entry.seq,
            acknowledged: NEVER,
            responded: NEVER,
            identified: NEVER,
            mitigated: NEVER,
            requester: self.code_of(requester),
            messages: 0,
            notes: 0,
            bot_messages: 0,
            last_round: NONE,
            last_act: NONE,
            last_link: NONE,
            rating: None,
        };
        let number = self.begin(key, row, more);
        let who = entry.by.person().map(|person| self.names.number(person));
        let asked = who.is_some_and(|who| self.asked(number, who));
        if let (Some(message), Some(more)) = (message, self.more.get_mut(number as usize)) {
            more.said(who.is_some());
            more.answered(who.is_some() && !asked, micros(message.said_at));
        }
        if let Some(who) = who {
            self.acted(number, who, asked, opened);
        }
        Some(number)
    }

    /// A row for a ticket that has none.
    pub(super) fn begin(&mut self, key: &TicketKey, row: Row, more: More) -> u32 {
        let number = self.tickets.add(key);
        self.opened.widen(number as usize, row.opened);
        self.rows.push(row);
        self.more.push(more);
        number
    }

    fn apply(&mut self, number: u32, entry: &TicketEntry) {
        let index = number as usize;
        match self.more.get_mut(index) {
            Some(more) if more.seq < entry.seq => more.seq = entry.seq,
            _ => return,
        }
        if !is_act(&entry.event) {
            return self.followed(number, entry);
        }
        let at = micros(entry.at);
        let who = entry.by.person().map(|person| self.names.number(person));
        let helps = who.is_some_and(|who| !self.asked(number, who));
        let (Some(row), Some(more)) = (self.rows.get_mut(index), self.more.get_mut(index)) else { return };
        let mut acted_at = Some(at);
        match &entry.event {
            Event::Replied { message } => {
                let said_at = micros(message.said_at);
                acted_at = Some(said_at);
                more.said(who.is_some());
                more.answered(helps, said_at);
            }
            Event::Noted { message } => {
                acted_at = Some(micros(message.said_at));
                more.notes = more.notes.saturating_add(1);
            }
            Event::Commented { message, .. } => acted_at = Some(micros(message.said_at)),
            Event::Withdrawn { .. } => more.withdrawn(who.is_some()),
            Event::Claimed {} | Event::TakenOver { .. } => {
                row.owner = who.unwrap_or(NONE);
                more.taken(helps, at);
            }
            Event::Acknowledged {} => more.taken(helps, at),
            Event::Assigned { to } | Event::HandedOff { to, .. } => row.owner = self.names.number(to),
            Event::Released { .. } => row.owner = NONE,
            Event::Resolved { resolution, due, .. } => {
                row.resolved = due.map_or(at, micros);
                row.resolution = Some(*resolution);
                more.taken(helps, at);
                more.answered(helps, at);
            }
            Event::Reopened { because, .. } => {
                row.resolved = NEVER;
                row.resolution = None;
                row.reopened = row.reopened.saturating_add(1);
                acted_at = acted_at.filter(|_| *because == Reopening::Asked);
            }
            Event::Resumed { because, .. } => acted_at = acted_at.filter(|_| *because == Resumption::Asked),
            Event::Reprioritised { to, .. } => {
                self.set(number, |setting| setting.terms.priority = to.clone());
            }
            Event::Moved { to, squad, restricts, .. } => {
                row.flags |= if *restricts { RESTRICTED } else { 0 };
                self.set(number, |setting| {
                    setting.terms.area = Some(to.clone());
                    setting.squad = squad.clone();
                });
            }
            Event::KindChanged { to, .. } => self.set(number, |setting| setting.terms.kind = *to),
            Event::Classified { upkeep, investment } => row.gardening = Some((*upkeep, *investment)),
            Event::Replanned { to, .. } => self.set(number, |setting| setting.policy = to.clone()),
            Event::Identified {} => more.identified = more.identified.min(at),
            Event::Mitigated {} => more.mitigated = more.mitigated.min(at),
            Event::Rated { stars } => {
                let first = more.rating.map_or(*stars, |rating| rating.first);
                more.rating = Some(Rating { first, last: *stars });
                row.mark(RATED, true);
            }
            Event::Restricted { .. } => row.mark(RESTRICTED, true),
            Event::Unrestricted {} => row.mark(RESTRICTED, false),
            Event::Merged { into } => {
                row.mark(MERGED, true);
                self.rare(number, |rare| rare.merged_into = Some(into.clone()));
            }
            Event::Unmerged { .. } => {
                row.mark(MERGED, false);
                self.rare(number, |rare| rare.merged_into = None);
            }
            event => self.linked(number, event),
        }
        if let (Some(who), Some(at)) = (who, acted_at) {
            self.acted(number, who, !helps, at);
        }
    }

    /// What nobody did on this ticket: it follows from something else, or is told by a program.
    fn followed(&mut self, number: u32, entry: &TicketEntry) {
        match &entry.event {
            Event::TargetMet { target, epoch, due, at } => {
                self.first(number, *target, *at);
                self.kept(number, (*target, *epoch), due.unwrap_or(*at), *at);
            }
            Event::Amended { target, epoch, due, at } => {
                self.first(number, *target, *at);
                self.amended(number, (*target, *epoch), *due, *at);
            }
            Event::Breached { target, epoch, due, on_change } => {
                let end = if *on_change { End::BreachedOnChange } else { End::Breached };
                self.ended(number, (*target, *epoch), *due, |_| end);
            }
            Event::Heard { by, what: Heard::Said(message), .. } => {
                let who = by.person().map(|person| self.names.number(person));
                let helps = who.is_some_and(|who| !self.asked(number, who));
                if let Some(more) = self.more.get_mut(number as usize) {
                    more.answered(helps, micros(message.said_at));
                }
            }
            Event::Absorbed { taken, .. } => {
                let asked = taken.iter().map(|one| (one.ticket.clone(), self.code_of(&one.requester)));
                let asked: Vec<_> = asked.collect();
                self.rare(number, |rare| rare.co_requesters.extend(asked));
                self.shares(number);
            }
            Event::GaveBack { given, .. } => {
                self.rare(number, |rare| rare.co_requesters.retain(|ticket, _| !given.contains(ticket)));
                self.shares(number);
            }
            Event::Paged(page) if page.method == 0 => {
                let who = self.names.number(&page.person);
                self.act(number, who, Part::Woken, second(micros(entry.at)));
            }
            event => self.linked(number, event),
        }
    }

    /// Whether somebody asked for it, or for a ticket merged into it.
    fn asked(&self, number: u32, who: u32) -> bool {
        let asked = self.more.get(number as usize).is_some_and(|more| more.requester == who);
        let shared = || self.rows.get(number as usize).is_some_and(|row| row.has(SHARED));
        let too =
            || self.rare.get(&number).is_some_and(|rare| rare.co_requesters.values().any(|one| *one == who));
        asked || shared() && too()
    }

    fn shares(&mut self, number: u32) {
        let shared = self.rare.get(&number).is_some_and(|rare| !rare.co_requesters.is_empty());
        if let Some(row) = self.rows.get_mut(number as usize) {
            row.mark(SHARED, shared);
        }
    }

    fn set(&mut self, number: u32, change: impl FnOnce(&mut Setting)) {
        let Some(row) = self.rows.get_mut(number as usize) else { return };
        let Some(mut setting) = self.settings.get(row.setting).cloned() else { return };
        change(&mut setting);
        row.setting = self.settings.number(&setting);
    }

    fn first(&mut self, number: u32, target: Target, at: Time) {
        let Some(more) = self.more.get_mut(number as usize) else { return };
        let first = match target {
            Target::Acknowledge => &mut more.acknowledged,
            Target::Respond => &mut more.responded,
            Target::NextResponse | Target::Update | Target::Resolve => return,
        };
        *first = (*first).min(micros(at));
    }

    fn kept(&mut self, number: u32, round: (Target, u32), due: Time, at: Time) {
        self.ended(number, round, due, |known| late(known, due, at));
    }

    /// A late fact may have moved the deadline, too.
    fn amended(&mut self, number: u32, (target, epoch): (Target, u32), due: Time, at: Time) {
        let same = |round: &RoundRow| round.target == target && round.epoch == epoch;
        self.ends(number, (target, epoch), due, same, |known| late(known, due, at));
    }

    /// Rounds are told apart by their deadlines too: a survivor has those of its own clock and of a merged ticket's. But a
    /// ticket is resolved for all at once; and what was broken is broken once, though a ticket that is reopened and resolved
    /// again has another round of the same deadline.
    fn ended(
        &mut self,
        number: u32,
        (target, epoch): (Target, u32),
        due: Time,
        end: impl FnOnce(Option<End>) -> End,
    ) {
        let at = micros(due);
        let same = |round: &RoundRow| {
            let (numbered, due) = (round.epoch == epoch, round.due == at);
            round.target == target
                && match target {
                    Target::Resolve => numbered || due && round.end != End::Met,
                    _ => numbered && due,
                }
        };
        self.ends(number, (target, epoch), due, same, end);
    }

    fn ends(
        &mut self,
        number: u32,
        (target, epoch): (Target, u32),
        due: Time,
        same: impl Fn(&RoundRow) -> bool,
        end: impl FnOnce(Option<End>) -> End,
    ) {
        let Some(more) = self.more.get_mut(number as usize) else { return };
        let due = micros(due);
        let index = match find(&self.rounds, more.last_round, same) {
            Some(index) => {
                if let Some(round) = self.rounds.get_mut(index as usize) {
                    (round.due, round.end) = (due, end(Some(round.end)));
                }
                index
            }
            None => {
                let before = more.last_round;
                let round = RoundRow { due, ticket: number, before, epoch, target, end: end(None) };
                more.last_round = push(&mut self.rounds, round);
                more.last_round
            }
        };
        self.due.widen(index as usize, due);
    }

    fn acted(&mut self, number: u32, who: u32, asked: bool, at: i64) {
        let owns = self.rows.get(number as usize).is_some_and(|row| row.owner == who);
        let part = if asked && !owns { Part::Asks } else { Part::Works };
        self.act(number, who, part, second(at));
    }

    /// One instant of somebody's on a ticket is one act, however many entries it has.
    fn act(&mut self, number: u32, who: u32, part: Part, at: u32) {
        let Some(more) = self.more.get_mut(number as usize) else { return };
        let act = ActRow::new(at, who, part, number, more.last_act);
        let last = self.acts.get(more.last_act as usize);
        if last.is_none_or(|last| (last.at, last.who(), last.part()) != (at, who, part)) {
            more.last_act = push(&mut self.acts, act);
        }
    }

    /// What has to do with it in the code.
    fn linked(&mut self, number: u32, event: &Event) {
        match event {
            Event::ChangeLinked { bond, change, .. } => {
                self.link(number, &Cause::Change(change.id.clone()), |link| {
                    link.bond = *bond;
                    link.merged = change.state.is_merged();
                });
            }
            Event::Blamed { service, deployment } => {
                let what = Cause::Deployment(service.clone(), deployment.clone());
                self.link(number, &what, |link| link.bond = Bond::Cause);
            }
            Event::Absolved { service, deployment } => {
                let what = Cause::Deployment(service.clone(), deployment.clone());
                self.link(number, &what, |link| link.bond = Bond::Nothing);
            }
            Event::FixDeployed { changes, .. } => {
                changes.iter().for_each(|change| self.change(number, change, |link| link.deployed = true));
            }
            Event::FixReverted { change, .. } => self.change(number, change, |link| link.reverted = true),
            _ => {}
        }
    }

    fn change(&mut self, number: u32, change: &ChangeId, how: impl FnOnce(&mut Link)) {
        self.link(number, &Cause::Change(change.clone()), how);
    }

    fn link(&mut self, number: u32, what: &Cause, how: impl FnOnce(&mut Link)) {
        let index = number as usize;
        let (Some(row), Some(more)) = (self.rows.get_mut(index), self.more.get_mut(index)) else { return };
        let at = match find(&self.links, more.last_link, |known| known.link.what == *what) {
            Some(at) => at,
            None => {
                let link = Link {
                    what: what.clone(),
                    bond: Bond::Nothing,
                    merged: false,
                    deployed: false,
                    reverted: false,
                };
                more.last_link = push(&mut self.links, LinkRow { link, before: more.last_link });
                more.last_link
            }
        };
        if let Some(known) = self.links.get_mut(at as usize) {
            how(&mut known.link);
        }
        row.mark(SOLVED, chain(&self.links, more.last_link).any(|(_, known)| known.link.solves()));
    }
}

/// What a change alone had made late stays apart.
fn late(known: Option<End>, due: Time, at: Time) -> End {
    match known {
        _ if at <= due => End::Met,
        Some(End::BreachedOnChange) => End::BreachedOnChange,
        _ => End::MetLate,
    }
}
