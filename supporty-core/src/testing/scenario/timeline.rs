//! What happened on a desk, in lines that a person reads and a review compares.

use std::fmt;

use serde::Serialize;

use super::clock;
use crate::effect::{Intent, Notice};
use crate::rota::{self, Change, RotaEntry};
use crate::stream::{Origin, Recorded, StreamId};
use crate::ticket::{Escalated, Event, TicketEntry};
use crate::time::Zone;
use crate::vocab::{Actor, Bond, Period, PersonId, Recipient, RotaId, TicketKey, Time, Warning};
use crate::world::World;

/// What something happened to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A ticket.
    Ticket(TicketKey),
    /// A rota.
    Rota(RotaId),
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ticket(key) => key.fmt(f),
            Self::Rota(rota) => rota.fmt(f),
        }
    }
}

/// One thing that happened, and whom the ladder told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Happening {
    /// When it was recorded.
    pub at: Time,
    /// When it was due, where it was recorded later.
    pub due: Option<Time>,
    /// What it happened to.
    #[serde(flatten)]
    pub about: About,
    /// The stored name of the event.
    pub kind: &'static str,
    /// Who did it: `desk` where time did.
    pub by: String,
    /// What, in words.
    pub what: String,
    /// Who was told.
    pub tells: Vec<String>,
}

impl Happening {
    /// `Mon 2026-01-12 11:30  SUP-1  resolve is broken -> tells lea`.
    pub fn line(&self, zone: &Zone) -> String {
        let late = self.due.map_or(String::new(), |due| format!(" (was due {})", clock::show(due, zone)));
        let tells = if self.tells.is_empty() {
            String::new()
        } else {
            format!(" -> tells {}", self.tells.join(", "))
        };
        format!("{}  {}  {}{late}{tells}", clock::show(self.at, zone), self.about, self.what)
    }
}

/// Everything that happened on a desk, in order; instants in the texts are by the zone's clocks.
pub fn timeline(world: &World, zone: &Zone) -> Vec<Happening> {
    let shown = world.entries().iter().map(|(key, entry)| {
        let (what, due) = said(entry, zone);
        let by = match &entry.by {
            Actor::Person(who) | Actor::Bot(who) => who.to_string(),
            Actor::Desk => "desk".to_owned(),
        };
        Happening {
            at: entry.at,
            due: due.filter(|due| late(*due, entry.at)),
            about: About::Ticket(key.clone()),
            kind: entry.event.kind(),
            by,
            what,
            tells: tells(world, key, entry.seq),
        }
    });
    let mut shown: Vec<_> = shown.collect();
    // From the last on, so that those before keep their places.
    for (before, rota, entry) in world.rota_entries().iter().rev() {
        shown.insert((*before).min(shown.len()), arranged(rota, entry, zone));
    }
    shown
}

fn arranged(rota: &RotaId, entry: &RotaEntry, zone: &Zone) -> Happening {
    let by = match &entry.by {
        Actor::Person(who) | Actor::Bot(who) => who.to_string(),
        Actor::Desk => "desk".to_owned(),
    };
    let over = |period: &Period| {
        format!("from {} to {}", clock::show(period.from, zone), clock::show(period.until, zone))
    };
    let what = match &entry.event {
        rota::Event::Arranged { period, change, .. } => {
            let change = match change {
                Change::Add(person) => format!("puts {person} on as well"),
                Change::Remove(person) => format!("takes {person} off"),
                Change::Replace { person, with } => format!("puts {with} on instead of {person}"),
                Change::Only(people) => {
                    let people: Vec<_> = people.iter().map(PersonId::as_str).collect();
                    format!("puts on nobody but {}", people.join(", "))
                }
            };
            format!("{by} {change} {}", over(period))
        }
        rota::Event::SwapAsked { person, period, .. } => {
            format!("{person} offers what is theirs {}", over(period))
        }
        rota::Event::SwapTaken { by, .. } => format!("{by} takes it over"),
        rota::Event::WentAway { person, period, .. } => format!("{person} is away {}", over(period)),
        rota::Event::CameBack { at, .. } => format!("{by} says who is back at {}", clock::show(*at, zone)),
        rota::Event::GapDeclared { period, .. } => {
            format!("{by} says that nobody need be on {}", over(period))
        }
        other => format!("{by}: {}", other.kind().replace('-', " ")),
    };
    let (kind, tells) = (entry.event.kind(), Vec::new());
    Happening { at: entry.at, due: None, about: About::Rota(rota.clone()), kind, by, what, tells }
}

/// A breach is seen a microsecond after it was due.
fn late(due: Time, at: Time) -> bool {
    (at - due).num_seconds() > 0
}

fn tells(world: &World, key: &TicketKey, seq: u64) -> Vec<String> {
    let origin = Origin::Entry { stream: StreamId::Ticket(key.clone()), seq };
    let effects = world.effects().iter().filter(|effect| effect.id.cause == origin);
    let told = effects.filter_map(|effect| match &effect.intent {
        Intent::Tell(tell) if matches!(tell.notice, Notice::Escalated { .. }) => Some(match &tell.to {
            Recipient::Person(person) => person.to_string(),
            Recipient::Channel(channel) => format!("#{channel}"),
            Recipient::Thread(ticket) => format!("the thread of {ticket}"),
        }),
        _ => None,
    });
    told.collect()
}

fn said(entry: &TicketEntry, zone: &Zone) -> (String, Option<Time>) {
    let by = match &entry.by {
        Actor::Person(who) | Actor::Bot(who) => who.to_string(),
        Actor::Desk => "time".to_owned(),
    };
    let at = |at: Time| clock::show(at, zone);
    let what = match &entry.event {
        Event::Opened(opened) => match &opened.area {
            Some(area) => format!("{by} opens a {} in {area}", opened.priority),
            None => format!("{by} opens a {}", opened.priority),
        },
        Event::Claimed {} => format!("{by} claims it"),
        Event::Assigned { to } => format!("{by} gives it to {to}"),
        Event::HandedOff { to, .. } => format!("{by} hands it off to {to}"),
        Event::Released { .. } => format!("{by} gives it up"),
        Event::TakenOver { from } => format!("{by} takes it over from {from}"),
        Event::Acknowledged {} => format!("{by} is looking at it"),
        Event::Replied { .. } => format!("{by} writes"),
        Event::Noted { .. } => format!("{by} writes a note"),
        Event::Edited { .. } => format!("{by} changes a message"),
        Event::Withdrawn { .. } => format!("{by} deletes a message"),
        Event::Reprioritised { from, to, clocks, .. } => {
            format!("{by} makes it a {to}, which was a {from} ({clocks})")
        }
        Event::Moved { to, clocks, .. } => format!("{by} moves it to {to} ({clocks})"),
        Event::Classified { upkeep, investment } => format!("{by} files it under {upkeep}, {investment}"),
        Event::KindChanged { to, clocks, .. } => format!("{by} makes it of kind {to} ({clocks})"),
        Event::Replanned { .. } => format!("{by} puts it under the policy in force"),
        Event::Identified {} => format!("{by} knows the cause"),
        Event::Mitigated {} => format!("{by} says that service is back"),
        Event::Waited { on, until, .. } => format!("{by} waits on {on} until {}", at(*until)),
        Event::Resumed { .. } => format!("the wait ends, by {by}"),
        Event::Resolved { resolution, .. } => format!("resolved by {by}: {resolution}"),
        Event::Closed { .. } => format!("closed by {by}"),
        Event::Reopened { mode, .. } => format!("{by} reopens it ({mode})"),
        Event::FollowedUp { by } => format!("goes on as {by}"),
        Event::Merged { into } => format!("{by} merges it into {into}"),
        Event::Absorbed { loser, .. } => format!("takes in {loser}"),
        Event::Unmerged { from, .. } => format!("{by} takes it out of {from}"),
        Event::GaveBack { loser, .. } => format!("gives {loser} back"),
        Event::Rated { stars } => format!("{by} gives it {} stars", stars.count()),
        Event::EscalatedByHand { .. } => format!("{by} escalates it"),
        Event::Placed { .. } => "its thread stands".to_owned(),
        Event::Restricted { .. } => format!("{by} restricts it"),
        Event::Unrestricted {} => format!("{by} opens it to everybody"),
        Event::Attached { to } => format!("{by} makes it a report of {to}"),
        Event::Detached { from } => format!("{by} detaches it from {from}"),
        Event::Gathered { report } => format!("gathers {report}"),
        Event::LetGo { report } => format!("lets {report} go"),
        Event::Heard { incident, .. } => format!("hears of {incident}"),
        Event::IssueAsked { repository } => format!("{by} asks for an issue in {repository}"),
        Event::Commented { on, .. } => format!("{by} writes on {on}"),
        Event::ChangeLinked { bond: Bond::Nothing, change, .. } => {
            format!("{} has nothing to do with it", change.label)
        }
        Event::ChangeLinked { bond, change, .. } => format!("{} is a {bond}, by {by}", change.label),
        Event::Blamed { service, deployment } => format!("{by} blames {deployment} of {service}"),
        Event::Absolved { service, deployment } => format!("{by} absolves {deployment} of {service}"),
        Event::FixDeployed { service, .. } => format!("its fix is deployed to {service}"),
        Event::FixReverted { change, .. } => format!("{change} is taken out again"),
        Event::Signalled { over: true, .. } => "no alert fires any more".to_owned(),
        Event::Signalled { fire: 0, .. } => "of its alerts more is known".to_owned(),
        Event::Signalled { fire: 1, .. } => "an alert fires".to_owned(),
        Event::Signalled { fire, .. } => format!("{fire} alerts fire"),
        Event::PostMortemAsked { due } => format!("a post-mortem is asked for by {}", at(*due)),
        Event::PostMortemOverdue { due } => return ("the post-mortem is overdue".to_owned(), Some(*due)),
        Event::PostMortemWritten { .. } => format!("{by} writes the post-mortem"),
        Event::Prompted { line, due } => return (format!("line {} is said", line + 1), Some(*due)),
        Event::Erased { whose: Some(person), .. } => format!("what {person} wrote is erased"),
        Event::Erased { whose: None, .. } => "what people wrote is erased".to_owned(),
        Event::Undelivered { person, adapter } => format!("{adapter} does not reach {person}"),
        Event::Paged(page) => format!("{} is woken by {}", page.person, page.adapter),
        Event::Unreached { person, .. } => format!("{person} could not be reached"),
        Event::TargetCancelled { target, .. } => format!("{target} no longer applies"),
        Event::TargetMet { target, due: Some(due), at, .. } if at > due => format!("{target} is kept late"),
        Event::TargetMet { target, .. } => format!("{target} is kept"),
        Event::Amended { target, .. } => format!("{target} had been kept before"),
        Event::AcknowledgementLapsed { due } => {
            return ("the acknowledgement counts no longer".to_owned(), Some(*due));
        }
        Event::Nudged { due } => return ("the requester is reminded".to_owned(), Some(*due)),
        Event::Warned { target, warning, due, .. } => {
            let warning = match warning {
                Warning::Share(percent) => format!("{percent} % of {target} is used"),
                Warning::Before(seconds) => format!("{seconds} s are left of {target}"),
            };
            return (warning, Some(*due));
        }
        Event::Breached { target, due, on_change, .. } => {
            let how = if *on_change { "by the change, which made it due" } else { "due" };
            return (format!("{target} is broken, {how} {}", at(*due)), None);
        }
        Event::Postponed { rung, until, due, .. } => {
            return (format!("step {} waits until {}", rung + 1, at(*until)), Some(*due));
        }
        Event::Escalated(fired) => {
            let Escalated { rung, due, count, stood_in, .. } = &**fired;
            let times = if *count > 1 { format!(", {count} times") } else { String::new() };
            let instead = stood_in.map_or(String::new(), |other| format!(", by step {}", other + 1));
            return (format!("step {}{times}{instead}", rung + 1), Some(*due));
        }
    };
    (what, None)
}
