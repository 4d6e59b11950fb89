use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::watch;

use super::{Desk, DeskError, render};
use crate::adapter::{Card, DeadLetter, Listed, Named, Page, Query};
use crate::explain::{Because, Explanation, Step, explain_with, who_would_be_told};
use crate::policy::{Policies, Policy};
use crate::rules::{Deadline, Rejection, Replan, may_read, plan, replan};
use crate::stream::{EffectId, StreamId};
use crate::ticket::{Open, Ticket, TicketEntry};
use crate::vocab::{Actor, Kind, Place, Recipient, Text, TextRef, TicketKey, Time};

/// How far ahead it is asked who is woken.
const AT_ONCE: TimeDelta = TimeDelta::seconds(1);

impl Desk {
    /// The time by the desk's clock.
    pub fn now(&self) -> Time {
        self.inner.clock.now()
    }

    /// The policy in force.
    pub fn policy(&self) -> Arc<Policy> {
        self.policies().in_force()
    }

    /// Every policy that was read so far.
    pub fn all_policies(&self) -> Arc<Policies> {
        self.policies()
    }

    /// A ticket as it is.
    pub async fn ticket(&self, key: TicketKey) -> Result<Option<Ticket>, DeskError> {
        self.load(&key).await
    }

    /// The ticket whose thread stands somewhere.
    pub async fn ticket_at(&self, place: Place) -> Result<Option<TicketKey>, DeskError> {
        Ok(self.inner.store.find(place).await?.and_then(|stream| stream.ticket().cloned()))
    }

    /// A ticket's card as it would be shown now.
    pub async fn card(&self, key: TicketKey) -> Result<Option<Card>, DeskError> {
        let Some(ticket) = self.load(&key).await? else { return Ok(None) };
        let policies = self.policies_for(std::iter::once(&ticket)).await?;
        let texts = self.texts(render::card_texts(&ticket)).await?;
        Ok(Some(render::card(&ticket, &policies, &texts, &self.inner.phrases)))
    }

    /// A ticket's card as somebody sees it: without its words where it is restricted and they are none of its readers.
    pub async fn card_for(&self, key: TicketKey, reader: &Actor) -> Result<Option<Card>, DeskError> {
        let reads = self.may_read(key.clone(), reader).await?;
        let card = self.card(key).await?;
        Ok(card.map(|card| if reads { card } else { render::masked(card) }))
    }

    /// Whether somebody may read a ticket; nobody reads one that does not exist.
    pub async fn may_read(&self, key: TicketKey, reader: &Actor) -> Result<bool, DeskError> {
        let ticket = self.load(&key).await?;
        Ok(ticket.is_some_and(|ticket| may_read(&ticket, self.policies().current(), reader, self.now())))
    }

    /// What happened to a ticket.
    pub async fn log(&self, key: TicketKey) -> Result<Vec<TicketEntry>, DeskError> {
        let stream = StreamId::Ticket(key);
        let entries = self.inner.store.load(stream.clone(), 0).await?;
        entries.iter().map(|raw| Ok(TicketEntry::decode(&stream, raw)?)).collect()
    }

    /// What falls due on a ticket if nothing happens, in order.
    pub async fn deadlines(&self, key: TicketKey) -> Result<Vec<Deadline>, DeskError> {
        let Some(ticket) = self.load(&key).await? else { return Ok(Vec::new()) };
        let policies = self.policies_for(std::iter::once(&ticket)).await?;
        Ok(plan(&ticket, &policies))
    }

    /// Why a ticket's promises are due when they are, and what happens within `ahead` if nobody acts.
    pub async fn explain(&self, key: TicketKey, ahead: TimeDelta) -> Result<Option<Explanation>, DeskError> {
        let Some(ticket) = self.load(&key).await? else { return Ok(None) };
        let policies = self.policies_for(std::iter::once(&ticket)).await?;
        let now = self.now().max(ticket.last_at);
        let rotas = self.rotas().await?;
        Ok(explain_with(&self.log(key).await?, &policies, Some(&rotas), now, ahead))
    }

    /// Who would be told what if a ticket were opened at an instant and nobody acted.
    pub async fn who_would_be_told(
        &self,
        open: Open,
        at: Time,
        ahead: TimeDelta,
    ) -> Result<Result<Vec<Step>, Rejection>, DeskError> {
        let (policies, rotas) = (self.policies(), self.rotas().await?);
        Ok(who_would_be_told(&policies, Some(&rotas), open, at, ahead))
    }

    /// Whom a ticket would wake if it were opened now: a critical one, out of its squad's hours. A form says so
    /// before it is sent.
    pub async fn would_wake(&self, open: Open) -> Result<Vec<Named>, DeskError> {
        let (policy, now) = (self.policy(), self.now());
        let critical = policy.priority(&open.priority).is_some_and(|priority| priority.critical);
        let squad = policy.squad_of(open.area.as_ref()).map(|(_, squad)| squad);
        let hours = squad.and_then(|squad| policy.calendar(&squad.hours));
        if !critical || hours.is_none_or(|hours| hours.is_open(now)) || open.kind == Kind::Drill {
            return Ok(Vec::new());
        }
        let steps = self.who_would_be_told(open, now, AT_ONCE).await?.unwrap_or_default();
        let woken = steps.into_iter().flat_map(|step| step.hears).filter_map(|hears| match hears.to {
            Recipient::Person(id) if hears.because != Because::Asked => Some((id, hears.name)),
            _ => None,
        });
        let woken: BTreeMap<_, _> = woken.collect();
        Ok(woken.into_iter().map(|(id, name)| Named { id, name }).collect())
    }

    /// What putting a ticket under the policy in force would change, or why that would do nothing. Whoever wants it
    /// asks for [`Command::Replan`](crate::ticket::Command::Replan) with the version that they were shown.
    pub async fn replan(&self, key: TicketKey) -> Result<Result<Replan, Rejection>, DeskError> {
        let Some(ticket) = self.load(&key).await? else { return Ok(Err(Rejection::NoSuchTicket)) };
        let policies = self.policies_for(std::iter::once(&ticket)).await?;
        Ok(replan(&ticket, &policies, self.now()))
    }

    /// Tickets, newest first.
    pub async fn list(&self, query: Query) -> Result<Page, DeskError> {
        Ok(self.inner.store.list(query).await?)
    }

    /// Tickets as somebody sees them, newest first: restricted ones that they may not read have no title, and a search
    /// does not find them.
    pub async fn list_for(&self, query: Query, reader: &Actor) -> Result<Page, DeskError> {
        let (policy, now) = (self.policy(), self.now());
        let reads = |listed: &Listed| listed.row.may_be_read(&policy, reader, now);
        if query.search.is_some() {
            return self.found(query, reads).await;
        }
        let mut page = self.list(query).await?;
        page.rows.iter_mut().filter(|listed| !reads(listed)).for_each(|listed| listed.title = None);
        Ok(page)
    }

    /// What a search finds for whoever looks: neither a row nor the end of a page gives away that there is more.
    async fn found(&self, query: Query, reads: impl Fn(&Listed) -> bool) -> Result<Page, DeskError> {
        let most = query.page_size() as usize;
        let (mut query, mut rows) = (query, Vec::new());
        loop {
            let page = self.list(query.clone()).await?;
            rows.extend(page.rows.into_iter().filter(&reads));
            match page.next.filter(|_| rows.len() <= most) {
                Some(before) => query.before = Some(before),
                None => break,
            }
        }
        let more = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| more).map(|listed: &Listed| listed.row.key.number());
        Ok(Page { rows, next })
    }

    /// What people wrote; what was erased is left out.
    pub async fn texts(&self, refs: Vec<TextRef>) -> Result<BTreeMap<TextRef, Text>, DeskError> {
        Ok(self.inner.store.texts(refs).await?)
    }

    /// Effects that were given up, oldest first.
    pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>, DeskError> {
        Ok(self.inner.store.dead_letters().await?)
    }

    /// Tries an effect that was given up once more.
    pub async fn revive(&self, effect: EffectId) -> Result<(), DeskError> {
        self.inner.store.revive(effect, self.inner.clock.now()).await?;
        self.changed();
        Ok(())
    }

    /// When there is something to do next, as far as the store knows: a timer, an effect, a delivery that was left over.
    pub async fn next_wake(&self) -> Result<Option<Time>, DeskError> {
        Ok(self.inner.store.next_wake().await?)
    }

    /// Counts the commits of this desk, for whoever shows something that changes with them.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }
}
