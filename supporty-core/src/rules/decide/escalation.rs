use super::super::paging::Call;
use super::super::{Context, Rejection, paging, settle, targets};
use super::engineer;
use crate::ticket::{CommandKind, Event, Ticket};
use crate::vocab::{Target, TextRef};

/// Fires the rung above the highest that has fired by itself or by hand; the last one as often as somebody asks.
pub(super) fn by_hand(ticket: &Ticket, why: Option<&TextRef>, context: &Context<'_>) -> Vec<Event> {
    let policy = context.policy(Some(ticket));
    let ladder = policy.priority(&ticket.priority).map_or(&[][..], |priority| &priority.ladder);
    let current = |index: &u8| {
        let watch = ladder.get(usize::from(*index)).map(|rung| rung.trigger.watch());
        watch.is_some_and(|watch| {
            let set = ticket.clocks.leading(watch);
            set.rungs
                .get(index)
                .is_some_and(|fired| fired.count > 0 && fired.epoch == ticket.clocks.epoch(watch))
        })
    };
    let rungs = || (0..=u8::MAX).take(ladder.len());
    let highest = rungs().filter(current).max().max(ticket.hand_rung);
    let next = highest.map_or(0, |highest| highest.saturating_add(1));
    let rung = rungs().next_back().map(|last| next.min(last));
    let (told, _) = settle::audience(ticket, context, ladder, rung.unwrap_or(0), context.now);
    let call = Call { rung, due: context.now, instead_of: None };
    let pages = paging::begin(ticket, context, &told, &call);
    std::iter::once(Event::EscalatedByHand { rung, told, why: why.cloned() }).chain(pages).collect()
}

/// For somebody who was told: by name, through a channel, or by being given the ticket.
pub(super) fn acknowledge(ticket: &Ticket, context: &Context<'_>) -> Result<Vec<Event>, Rejection> {
    let person = engineer(CommandKind::Acknowledge, context)?;
    let told = ticket.told_channel || ticket.told.contains(person) || ticket.owner() == Some(person);
    if !told {
        return Err(Rejection::NotTold);
    }
    let looks = ticket.acknowledged.as_ref().is_some_and(|acknowledged| acknowledged.by == *context.by);
    if looks && !ticket.pages.contains_key(person) {
        return Err(Rejection::Unchanged);
    }
    let end = match ticket.is_requester(context.by) {
        true => targets::cancelled(ticket, context.policies, Target::Acknowledge),
        false => targets::met(ticket, context.policies, Target::Acknowledge, context.now),
    };
    Ok(std::iter::once(Event::Acknowledged {}).chain(end).collect())
}
