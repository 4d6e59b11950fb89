use serde::Serialize;

use crate::ticket::{Event, Opened, Paged, TicketEntry, Verdict};
use crate::vocab::{Kind, Period, PersonId, PriorityId, Resolution, Target, Time};

/// What is compared of a ticket: read off its log, before and after in the same way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Record {
    /// How each round of each promise ended, as far as it did.
    pub rounds: Vec<Round>,
    /// Who was woken when, by every way that was tried.
    pub pages: Vec<Paging>,
    /// How many instants of rungs fired by themselves.
    pub escalations: u32,
    /// Who was called out, as it seems, and for how long.
    pub call_outs: Vec<(PersonId, Period)>,
    /// Whether it was opened at all.
    pub opened: bool,
    /// A game day.
    pub drill: bool,
    /// It was no ticket, as it turned out.
    pub nothing: bool,
    #[serde(skip)]
    priority: Option<PriorityId>,
    #[serde(skip)]
    shifts: Vec<Target>,
    #[serde(skip)]
    scripted: bool,
}

/// How one round of a promise ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Round {
    /// Which promise.
    pub target: Target,
    /// Which round of its clock. Planning a ticket anew begins none here.
    pub epoch: u32,
    /// The ticket's priority then.
    pub priority: PriorityId,
    /// How it ended.
    pub verdict: Verdict,
    /// A change had put its deadline into the past: counted apart.
    pub on_change: bool,
}

impl Round {
    /// Whether it was broken, kept late or not at all.
    pub fn is_broken(&self) -> bool {
        matches!(self.verdict, Verdict::Breached { .. } | Verdict::MetLate { .. })
    }

    /// Whether it was kept in time; `None` for one that no longer applied, and for one that only a change broke.
    pub fn kept(&self) -> Option<bool> {
        match self.verdict {
            Verdict::Met { .. } => Some(true),
            Verdict::Cancelled => None,
            Verdict::MetLate { .. } | Verdict::Breached { .. } => (!self.on_change).then_some(false),
        }
    }

    /// When it was due, as far as that was known.
    pub fn due(&self) -> Option<Time> {
        match self.verdict {
            Verdict::Met { due, .. } => due,
            Verdict::MetLate { due, .. } | Verdict::Breached { due, .. } => Some(due),
            Verdict::Cancelled => None,
        }
    }

    /// When it was kept, in time or late.
    pub fn met(&self) -> Option<Time> {
        match self.verdict {
            Verdict::Met { at, .. } | Verdict::MetLate { at, .. } => Some(at),
            Verdict::Breached { .. } | Verdict::Cancelled => None,
        }
    }
}

/// Somebody was woken, or tried to be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Paging {
    /// Who.
    pub person: PersonId,
    /// When.
    pub at: Time,
    /// When that was due.
    pub due: Time,
    /// By the how-manieth of their ways, from 0.
    pub method: u8,
}

impl Paging {
    /// Whether both are the same, though one of them was noticed later.
    pub(super) fn is(&self, other: &Self) -> bool {
        (&self.person, self.due, self.method) == (&other.person, other.due, other.method)
    }
}

impl Record {
    /// Everything that a log says.
    pub fn of(log: &[TicketEntry]) -> Self {
        let mut record = Self::default();
        log.iter().for_each(|entry| record.take(entry));
        record
    }

    pub(super) fn take(&mut self, entry: &TicketEntry) {
        match &entry.event {
            Event::Opened(opened) => {
                let Opened { priority, work, drill, .. } = &**opened;
                self.opened = true;
                self.scripted = drill.is_some();
                self.drill = self.scripted || *work == Kind::Drill;
                self.priority = Some(priority.clone());
            }
            Event::Reprioritised { to, .. } => self.priority = Some(to.clone()),
            Event::KindChanged { to, .. } => self.drill = self.scripted || *to == Kind::Drill,
            Event::Reopened { .. } => self.nothing = false,
            Event::Resolved { resolution, .. } => self.nothing = *resolution == Resolution::NotATicket,
            Event::Replanned { anew, .. } => {
                self.shifts.extend(anew.iter().filter_map(|watch| watch.target()))
            }
            Event::TargetMet { target, epoch, due, at } => {
                self.ended(*target, *epoch, Verdict::kept(*at, *due));
            }
            Event::Amended { target, epoch, due, at } => {
                self.ended(*target, *epoch, Verdict::kept(*at, Some(*due)));
            }
            Event::TargetCancelled { target, epoch } => self.ended(*target, *epoch, Verdict::Cancelled),
            Event::Breached { target, epoch, due, on_change } => {
                self.ended(*target, *epoch, Verdict::Breached { due: *due, on_change: *on_change });
            }
            Event::Paged(page) => {
                let Paged { person, due, method, .. } = &**page;
                self.pages.push(Paging { person: person.clone(), at: entry.at, due: *due, method: *method });
            }
            Event::Escalated(fired) => self.escalations = self.escalations.saturating_add(fired.count),
            _ => {}
        }
    }

    /// Rounds are numbered as if a ticket that was planned anew had gone on, and the last word on a round counts.
    fn ended(&mut self, target: Target, epoch: u32, verdict: Verdict) {
        let shifts = self.shifts.iter().filter(|shifted| **shifted == target).count();
        let epoch = epoch.saturating_sub(u32::try_from(shifts).unwrap_or(u32::MAX));
        let changed = matches!(verdict, Verdict::Breached { on_change: true, .. });
        // What was broken stays so when a ticket is reopened and resolved again: its deadline is the same.
        let again = |round: &Round| {
            let due =
                Round { target, epoch, priority: round.priority.clone(), verdict, on_change: false }.due();
            target == Target::Resolve && round.is_broken() && round.due() == due
        };
        let same = |round: &&mut Round| round.target == target && (round.epoch == epoch || again(round));
        match self.rounds.iter_mut().find(same) {
            Some(round) => {
                round.on_change |= changed;
                round.verdict = verdict;
            }
            None => {
                let Some(priority) = self.priority.clone() else { return };
                self.rounds.push(Round { target, epoch, priority, verdict, on_change: changed });
            }
        }
    }

    pub(super) fn round(&self, target: Target, epoch: u32) -> Option<&Round> {
        self.rounds.iter().find(|round| round.target == target && round.epoch == epoch)
    }
}
