use std::collections::BTreeSet;

use super::{Phrases, Texts, actor, named, words_at};
use crate::adapter::{Card, CardChange, CardPromise, PromiseState};
use crate::policy::{Field, Policies, Policy};
use crate::rules::{allowed, deadline_of};
use crate::ticket::{CommandKind, Linked, Progress, Run, Status, Ticket, Verdict};
use crate::vocab::{Actor, FieldId, FieldValue, Target, TextRef, Time, Watch};

/// The words that a card shows.
pub(in crate::desk) fn card_texts(ticket: &Ticket) -> Vec<TextRef> {
    let answers = ticket.fields.values().filter_map(|value| match value {
        FieldValue::Text(text) => Some(text),
        FieldValue::Choice(_) => None,
    });
    std::iter::once(&ticket.title).chain(&ticket.details).chain(answers).cloned().collect()
}

pub(in crate::desk) fn card(ticket: &Ticket, policies: &Policies, texts: &Texts, say: &Phrases) -> Card {
    let policy = policies.current();
    let pinned = ticket.policy().and_then(|version| policies.get(version)).unwrap_or(policy);
    let text = |at: &TextRef| words_at(texts, at, say);
    Card {
        key: ticket.key.clone(),
        seq: ticket.seq,
        title: Some(text(&ticket.title)),
        details: ticket.details.as_ref().map(text),
        status: ticket.status.kind(),
        kind: ticket.kind,
        priority: ticket.priority.clone(),
        priority_name: pinned
            .priority(&ticket.priority)
            .map(|priority| priority.name.clone())
            .unwrap_or_default(),
        area: ticket
            .area
            .as_ref()
            .and_then(|area| policy.spec().areas.get(area))
            .map(|area| area.name.clone()),
        squad: ticket
            .squad
            .as_ref()
            .and_then(|id| policy.spec().squads.get(id))
            .map(|squad| squad.name.clone()),
        requester: actor(policy, &ticket.requester),
        owner: ticket.owner().map(|owner| named(policy, owner)),
        opened_at: ticket.opened_at,
        waiting: match &ticket.status {
            Status::Waiting { on, until, .. } => Some((*on, *until)),
            _ => None,
        },
        merged_into: match &ticket.status {
            Status::Merged { into, .. } => Some(into.clone()),
            _ => None,
        },
        promises: Target::ALL.iter().filter_map(|target| promise(ticket, policies, *target)).collect(),
        resolution: ticket.status.resolution(),
        stars: ticket.rating.map(|rating| (rating.first, rating.last)),
        messages: ticket.messages,
        restricted: ticket.restricted.is_some(),
        fields: answers(ticket, policy, texts, say),
        reports_to: ticket.reports_to.clone(),
        reports: u32::try_from(ticket.reports.len()).unwrap_or(u32::MAX),
        post_mortem: ticket.post_mortem.as_ref().map(|asked| (asked.due, asked.written.is_some())),
        changes: ticket.changes().map(|(linked, progress)| change(linked, progress)).collect(),
        waking: ticket.pages.keys().map(|person| named(policy, person)).collect(),
        actions: allowed_for_somebody(ticket, policy),
    }
}

/// A card as it is where others than its readers see it.
pub(in crate::desk) fn masked(card: Card) -> Card {
    let (fields, changes, actions) = (Vec::new(), Vec::new(), Vec::new());
    Card { title: None, details: None, fields, changes, actions, ..card }
}

/// In the order of the form; what it no longer asks comes last.
fn answers(ticket: &Ticket, policy: &Policy, texts: &Texts, say: &Phrases) -> Vec<(String, String)> {
    let asked = &policy.spec().fields;
    let place = |id: &FieldId| asked.iter().position(|field| field.id == *id).unwrap_or(asked.len());
    let mut fields: Vec<_> = ticket.fields.iter().collect();
    fields.sort_by_key(|(id, _)| place(id));
    let answers = fields.into_iter().map(|(id, value)| {
        let said = match value {
            FieldValue::Choice(option) => option.clone(),
            FieldValue::Text(text) => words_at(texts, text, say),
        };
        let label = match asked.get(place(id)) {
            Some(field) => field.label.clone(),
            None if id.as_str() == Field::IMPACT => say.impact.clone(),
            None => id.to_string(),
        };
        (label, said)
    });
    answers.collect()
}

/// A card is the same for all its readers: it offers what anybody in the channel may do.
fn allowed_for_somebody(ticket: &Ticket, policy: &Policy) -> Vec<CommandKind> {
    let owner = ticket.owner().cloned().map(Actor::Person);
    let engineers = policy.spec().people.keys().cloned().map(Actor::Person);
    let readers = engineers.chain(owner).chain([ticket.requester.clone()]);
    let may: BTreeSet<_> = readers.flat_map(|reader| allowed(ticket, policy, &reader)).collect();
    CommandKind::ALL.iter().filter(|kind| may.contains(kind)).copied().collect()
}

fn change(linked: &Linked, progress: Progress) -> CardChange {
    let (label, url) = (linked.change.label.clone(), linked.change.url.clone());
    CardChange { bond: linked.bond, label, url, progress }
}

fn promise(ticket: &Ticket, policies: &Policies, target: Target) -> Option<CardPromise> {
    let run = ticket.clocks.run(Watch::from(target)).filter(|_| ticket.status.is_open());
    if let Some(run) = run {
        let due = deadline_of(ticket, policies, target);
        let made = pinned_promise(ticket, policies, target);
        let (state, since) = (running(run, due), run.measures.last().map(|measure| measure.from));
        let due = due.or(run.breached.map(|(due, _)| due));
        return made.then_some(CardPromise { target, state, since, due });
    }
    let last = ticket.outcomes.iter().rev().find(|outcome| outcome.target == target)?;
    let (state, due) = match last.verdict {
        Verdict::Met { due, .. } => (PromiseState::Met, due),
        Verdict::MetLate { due, .. } => (PromiseState::MetLate, Some(due)),
        Verdict::Breached { due, .. } => (PromiseState::Breached, Some(due)),
        Verdict::Cancelled => (PromiseState::Cancelled, None),
    };
    Some(CardPromise { target, state, since: None, due })
}

fn pinned_promise(ticket: &Ticket, policies: &Policies, target: Target) -> bool {
    let policy = ticket.policy().and_then(|version| policies.get(version));
    policy.is_some_and(|policy| policy.promise(&ticket.terms(), target).is_some())
}

fn running(run: &Run, due: Option<Time>) -> PromiseState {
    match (run.breached, due) {
        (Some(_), _) => PromiseState::Breached,
        (None, None) => PromiseState::Paused,
        (None, Some(_)) if run.warned.is_empty() => PromiseState::Pending,
        (None, Some(_)) => PromiseState::AtRisk,
    }
}
