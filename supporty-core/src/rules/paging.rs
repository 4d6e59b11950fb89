//! Waking people: by one of their ways after the other, and then whoever comes next on the ladder.

use super::Context;
use super::audience::{catch_all, resolve};
use super::plan::later;
use crate::policy::{Contact, Rung};
use crate::ticket::{Event, Paged, Ticket};
use crate::vocab::{Audience, PersonId, Recipient, Time, Told, Watch};

/// What asked for somebody.
pub(super) struct Call<'a> {
    pub(super) rung: Option<u8>,
    pub(super) due: Time,
    pub(super) instead_of: Option<&'a PersonId>,
}

/// Whoever of those told is to be woken, by the first of their ways: whoever is on call, and for a critical ticket
/// everybody. Not whoever has it or looks at it already, and not twice in one instant.
pub(super) fn begin(ticket: &Ticket, context: &Context<'_>, told: &[Told], call: &Call<'_>) -> Vec<Event> {
    let critical = critical(ticket, context);
    let looks = ticket.acknowledged.as_ref().and_then(|looks| looks.by.person());
    let wake = |told: &&Told| told.as_ == Audience::OnCall || critical && told.as_ != Audience::Requester;
    let people = told.iter().filter(wake).filter_map(|told| match &told.to {
        Recipient::Person(person) => Some((person, &told.as_)),
        Recipient::Channel(_) | Recipient::Thread(_) => None,
    });
    let awake = |person: &PersonId| {
        let just_now = ticket.pages.get(person).is_some_and(|page| page.since == context.now);
        just_now || has_it(ticket, person) || looks == Some(person)
    };
    let asleep = people.filter(|(person, _)| !awake(person));
    asleep.filter_map(|(person, as_)| paged(context, person, as_, 0, call)).collect()
}

/// The way by which somebody was being woken came to nothing: the next one is tried, or somebody else is told.
pub(super) fn go_on(ticket: &Ticket, context: &Context<'_>, person: &PersonId) -> Vec<Event> {
    let Some(page) = ticket.pages.get(person) else { return Vec::new() };
    let call = Call { rung: page.rung, due: page.due, instead_of: page.instead_of.as_ref() };
    if let Some(next) = paged(context, person, &page.as_, page.method.saturating_add(1), &call) {
        return vec![next];
    }
    let (rung, told) = instead(ticket, context, person, page.rung);
    let call = Call { rung: rung.or(page.rung), due: page.due, instead_of: Some(person) };
    let pages = begin(ticket, context, &told, &call);
    std::iter::once(Event::Unreached { person: person.clone(), rung, told }).chain(pages).collect()
}

/// The next rung that names somebody else, or else the desk's channel. Channels do not wake anybody, so that a rung of
/// channels alone is passed over.
fn instead(
    ticket: &Ticket,
    context: &Context<'_>,
    person: &PersonId,
    after: Option<u8>,
) -> (Option<u8>, Vec<Told>) {
    let next = after.map_or(0, |rung| usize::from(rung) + 1);
    let tried = |told: &Told| match &told.to {
        Recipient::Person(other) => {
            other == person || ticket.unreached.contains(other) || ticket.pages.contains_key(other)
        }
        Recipient::Channel(_) | Recipient::Thread(_) => false,
    };
    for (number, rung) in (0..=u8::MAX).zip(ladder(ticket, context)).skip(next) {
        let mut told = resolve(&rung.audience, ticket, context, context.now);
        told.retain(|told| !tried(told));
        if told.iter().any(|told| matches!(told.to, Recipient::Person(_))) {
            return (Some(number), told);
        }
    }
    (None, vec![catch_all(ticket, context)])
}

fn paged(
    context: &Context<'_>,
    person: &PersonId,
    as_: &Audience,
    method: u8,
    call: &Call<'_>,
) -> Option<Event> {
    let known = context.policies.current().spec().people.get(person)?;
    let Contact { adapter, wait } = known.contacts.get(usize::from(method))?;
    let paged = Paged {
        person: person.clone(),
        as_: as_.clone(),
        rung: call.rung,
        due: call.due,
        adapter: adapter.clone(),
        method,
        until: later(context.now, *wait)?,
        instead_of: call.instead_of.cloned(),
    };
    Some(paged.into())
}

fn ladder<'a>(ticket: &Ticket, context: &Context<'a>) -> &'a [Rung] {
    let policy = context.policy(Some(ticket));
    policy.priority(&ticket.priority).map_or(&[], |priority| &priority.ladder)
}

/// Whoever was given a ticket and has done nothing since may be asleep.
fn has_it(ticket: &Ticket, person: &PersonId) -> bool {
    let acted = || {
        let last = ticket.people.get(person).map(|part| part.last);
        ticket.owned_since.is_none_or(|since| last > Some(since))
    };
    let unanswered = ticket.clocks.run(Watch::Acknowledge).is_some();
    ticket.owner() == Some(person) && (!unanswered || acted())
}

fn critical(ticket: &Ticket, context: &Context<'_>) -> bool {
    let policy = context.policy(Some(ticket));
    policy.priority(&ticket.priority).is_some_and(|priority| priority.critical)
}
