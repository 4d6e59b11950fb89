//! What happens if nobody acts: a copy of the ticket is let run.

use chrono::TimeDelta;
use serde::Serialize;

use crate::policy::{Policies, Trigger};
use crate::rota::{On, Rotas};
use crate::rules::Rejection;
use crate::ticket::{CloseReason, Escalated, Event, Open, Ticket};
use crate::vocab::{
    Actor, AdapterName, Audience, FieldValue, Kind, Recipient, RotaId, SquadId, Target, Time, Told, Warning,
};
use crate::world::World;

/// Something that will happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When.
    pub at: Time,
    /// What.
    pub what: Happens,
    /// Who hears of it, and why they do.
    pub hears: Vec<Hears>,
}

/// What will happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Happens {
    /// A promise gets close.
    Warned {
        /// Which.
        target: Target,
        /// Which warning.
        warning: Warning,
    },
    /// A promise is broken.
    Broken {
        /// Which.
        target: Target,
    },
    /// A step of the ladder is taken.
    Escalated {
        /// Which, from 1.
        rung: usize,
        /// What makes it fire.
        trigger: Option<Trigger>,
        /// How often it has fired before.
        again: u32,
        /// The step whose people are told in its place, because it has none.
        stood_in: Option<usize>,
    },
    /// A step of the ladder waits for the end of the quiet hours.
    Postponed {
        /// Which, from 1.
        rung: usize,
        /// Until when.
        until: Time,
    },
    /// Somebody is woken by one of their ways.
    Woken {
        /// The adapter.
        by: AdapterName,
        /// The how-manieth of their ways, from 1.
        way: usize,
    },
    /// Somebody could not be reached by any way: others are told.
    Unreached {
        /// What they are called.
        name: String,
    },
    /// A line of a game day's script is said.
    Prompted {
        /// Which, from 1.
        line: usize,
    },
    /// Nobody has written the post-mortem.
    PostMortemOverdue,
    /// The requester is reminded.
    Nudged,
    /// The wait is over.
    WaitEnds,
    /// The requester did not answer: it is resolved.
    NoAnswer,
    /// An acknowledgement counts no longer.
    AcknowledgementLapses,
    /// It can be reopened no longer.
    Closed,
}

/// Somebody who hears of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hears {
    /// Who or where.
    pub to: Recipient,
    /// What they are called.
    pub name: String,
    /// Why it is them.
    pub because: Because,
    /// Which rota says so.
    pub duty: Option<Duty>,
}

/// Why a rota has somebody on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Duty {
    /// Which.
    pub rota: RotaId,
    /// What it is called.
    pub name: String,
    /// The turn, and the entry that arranged it where it was not theirs.
    pub on: On,
}

/// Who would be told what if a ticket were opened at an instant and nobody acted: "who wakes up for a P1 now?"
///
/// Nothing is kept of it.
pub fn who_would_be_told(
    policies: &Policies,
    rotas: Option<&Rotas>,
    open: Open,
    at: Time,
    ahead: TimeDelta,
) -> Result<Vec<Step>, Rejection> {
    let mut world = World::resume(policies.clone(), []);
    rotas.into_iter().for_each(|rotas| world.staff(rotas.clone()));
    let requester = Actor::Person("somebody".into());
    let open = answered(open, policies);
    let key = world.submit(at, &requester, None, crate::ticket::Command::Open(open))?.ticket;
    match world.ticket(&key).cloned() {
        Some(ticket) => Ok(steps(world, &ticket, 0, at, ahead)),
        None => Ok(Vec::new()),
    }
}

/// What the form must still ask changes nothing of who is told.
fn answered(mut open: Open, policies: &Policies) -> Open {
    for field in policies.current().spec().fields.iter().filter(|field| field.required) {
        let plain = field.options.iter().find(|option| !field.restricts.contains(*option));
        let value = match plain {
            Some(option) => FieldValue::Choice(option.clone()),
            None => FieldValue::Text(open.title.clone()),
        };
        open.fields.entry(field.id.clone()).or_insert(value);
    }
    open
}

/// Why somebody hears of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// They own it.
    Owns,
    /// They asked for it.
    Asked,
    /// It is the channel of the squad.
    SquadsChannel(SquadId),
    /// They garden for the squad.
    Gardener(SquadId),
    /// They answer for the squad in its hours.
    GardenerInHours(SquadId),
    /// They are on call for the squad outside its hours.
    OnCallOutsideHours(SquadId),
    /// They lead the squad.
    Lead(SquadId),
    /// The ladder names them.
    Named,
    /// It is the desk's own channel, which hears what nobody else can.
    CatchAll,
}

pub(super) fn future(world: World, ticket: &Ticket, at: Time, ahead: TimeDelta) -> Vec<Step> {
    let known = world.log(&ticket.key).count();
    steps(world, ticket, known, at, ahead)
}

/// What happens after so many entries.
fn steps(mut world: World, ticket: &Ticket, known: usize, at: Time, ahead: TimeDelta) -> Vec<Step> {
    let until = at.checked_add_signed(ahead).unwrap_or(at);
    world.run_until(until);
    let log = world.log(&ticket.key).skip(known);
    let steps = log.filter_map(|entry| {
        let (what, told) = happens(&entry.event, ticket, world.policies())?;
        let woken = match &entry.event {
            Event::Paged(page) => {
                vec![Told { to: Recipient::Person(page.person.clone()), as_: page.as_.clone() }]
            }
            _ => Vec::new(),
        };
        let hears = told.iter().chain(&woken).map(|told| hears(told, ticket, &world, entry.at)).collect();
        Some(Step { at: entry.at, what, hears })
    });
    steps.collect()
}

fn happens<'a>(event: &'a Event, ticket: &Ticket, policies: &Policies) -> Option<(Happens, &'a [Told])> {
    let what = match event {
        Event::Warned { target, warning, .. } => Happens::Warned { target: *target, warning: *warning },
        Event::Breached { target, .. } => Happens::Broken { target: *target },
        Event::Escalated(fired) => {
            let Escalated { rung, spent, count, told, stood_in, .. } = &**fired;
            let policy = ticket.policy().and_then(|version| policies.get(version));
            let ladder = policy.and_then(|policy| policy.priority(&ticket.priority)).map(|one| &one.ladder);
            let known = ladder.and_then(|ladder| ladder.get(usize::from(*rung)));
            let what = Happens::Escalated {
                rung: usize::from(*rung) + 1,
                trigger: known.map(|rung| rung.trigger),
                again: spent.saturating_sub(*count),
                stood_in: stood_in.map(|rung| usize::from(rung) + 1),
            };
            return Some((what, told));
        }
        Event::Postponed { rung, until, .. } => {
            Happens::Postponed { rung: usize::from(*rung) + 1, until: *until }
        }
        Event::Paged(page) => Happens::Woken { by: page.adapter.clone(), way: usize::from(page.method) + 1 },
        Event::Unreached { person, told, .. } => {
            let name = policies.current().name_of(person);
            return Some((Happens::Unreached { name }, told));
        }
        Event::Prompted { line, .. } => Happens::Prompted { line: usize::from(*line) + 1 },
        Event::PostMortemOverdue { .. } => Happens::PostMortemOverdue,
        Event::Nudged { .. } => Happens::Nudged,
        Event::Resumed { .. } => Happens::WaitEnds,
        Event::Resolved { .. } => Happens::NoAnswer,
        Event::AcknowledgementLapsed { .. } => Happens::AcknowledgementLapses,
        Event::Closed { because: CloseReason::WindowEnded, .. } => Happens::Closed,
        _ => return None,
    };
    Some((what, &[]))
}

fn hears(told: &Told, ticket: &Ticket, world: &World, at: Time) -> Hears {
    let policy = world.policies().current();
    let squad = ticket.squad.clone().unwrap_or_else(|| "".into());
    let known = policy.spec().squads.get(&squad);
    let open = known.and_then(|squad| policy.calendar(&squad.hours)).is_some_and(|hours| hours.is_open(at));
    let in_hours = open && world.roster().gardener(&squad, at).is_some();
    let rota = known.and_then(|known| match &told.as_ {
        Audience::Gardener | Audience::OwnerOrGardener => known.gardener_rota.as_ref(),
        Audience::OnCall if in_hours => known.gardener_rota.as_ref(),
        Audience::OnCall => known.on_call_rota.as_ref(),
        _ => None,
    });
    let because = match &told.as_ {
        Audience::Owner => Because::Owns,
        Audience::OwnerOrGardener if ticket.owner().is_some() => Because::Owns,
        Audience::Requester => Because::Asked,
        Audience::Squad => Because::SquadsChannel(squad),
        Audience::Gardener | Audience::OwnerOrGardener => Because::Gardener(squad),
        Audience::OnCall if in_hours => Because::GardenerInHours(squad),
        Audience::OnCall => Because::OnCallOutsideHours(squad),
        Audience::Lead => Because::Lead(squad),
        Audience::Person(_) | Audience::Channel(_) => Because::Named,
        Audience::CatchAll => Because::CatchAll,
    };
    let name = match &told.to {
        Recipient::Person(person) => policy.name_of(person),
        Recipient::Channel(channel) => format!("#{channel}"),
        Recipient::Thread(_) if ticket.kind == Kind::Drill => "the drill's thread".to_owned(),
        Recipient::Thread(_) => "the thread".to_owned(),
    };
    let duty = rota.and_then(|rota| {
        let on = world.rotas()?.who(rota, at)?.on;
        let on = on.into_iter().find(|on| told.to == Recipient::Person(on.person.clone()))?;
        Some(Duty { rota: rota.clone(), name: policy.spec().rotas.get(rota)?.name.clone(), on })
    });
    Hears { to: told.to.clone(), name, because, duty }
}
