use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;
use tracing::Instrument;

use super::commit::{Request, new_effect};
use super::tries::{may_repeat, was_tried};
use super::work::Worked;
use super::{Desk, DeskError, render};
use crate::adapter::{
    Attempt, Chat, Commit, Delivered, Destination, Error, ErrorKind, OutboxLease, Post, Settled, Show,
};
use crate::effect::{Announce, CallOut, Effect, Intent, Notice, RotaNotice, Surface, Tell};
use crate::explain::drill_report;
use crate::pay;
use crate::policy::Policy;
use crate::rota::{self, SwapState};
use crate::rules::{may_read, still_wanted};
use crate::stream::{Cause, EffectId, Origin};
use crate::ticket::{Command, Ticket};
use crate::vocab::{Actor, AdapterName, ChannelId, PersonId, Place, Recipient, TicketKey};

/// A slow platform holds up timers no longer than that and one delivery.
const LONGEST_PASS_SECONDS: i64 = 10;
const BATCH: u32 = 32;

pub(super) enum Outcome {
    Delivered,
    Dropped,
}

impl Desk {
    /// Delivers what may be delivered now, in order within each lane, until timers are to be looked at again.
    pub(super) async fn deliver(&self, worked: &mut Worked) -> Result<(), DeskError> {
        let end = self.inner.clock.now() + TimeDelta::seconds(LONGEST_PASS_SECONDS);
        for _ in 0..BATCH {
            if self.inner.clock.now() > end {
                break;
            }
            // One by one: a lease that was taken before another delivery was slow would end during its own.
            let (now, until) = self.lease();
            let Some(lease) = self.inner.store.lease_outbox(now, until, 1).await?.pop() else { break };
            let attempt = Attempt {
                id: lease.id.clone(),
                fence: lease.fence,
                revision: lease.revision,
                at: self.inner.clock.now(),
            };
            match self.inner.store.begin(attempt.clone()).await {
                Err(error) if error.kind == ErrorKind::Fenced => continue,
                begun => begun?,
            }
            let span = tracing::info_span!("deliver", effect = %lease.id, attempts = lease.attempts);
            let settled = match self.attempt(&lease, worked).instrument(span).await {
                Ok(Outcome::Delivered) => Settled::Delivered,
                Ok(Outcome::Dropped) => Settled::Dropped,
                Err(error) => {
                    let settled = self.failed(&lease, &error);
                    if let (Settled::Dead { .. }, Ok(effect)) = (&settled, serde_json::from_str(&lease.body))
                    {
                        let effect = Effect { id: lease.id.clone(), ..effect };
                        self.unreachable(&effect).await?;
                        self.not_written(&effect, &error).await?;
                    }
                    settled
                }
            };
            match settled {
                Settled::Delivered => worked.delivered += 1,
                Settled::Dropped => worked.dropped += 1,
                Settled::Postponed { .. } => worked.postponed += 1,
                Settled::Retry { .. } | Settled::Dead { .. } => worked.failed += 1,
            }
            match self.inner.store.settle(attempt, settled).await {
                Err(error) if error.kind == ErrorKind::Fenced => self.show_again(&lease).await?,
                result => result?,
            }
        }
        Ok(())
    }

    /// A worker that stood still for longer than its lease may have shown a card over a newer one of whoever took over.
    async fn show_again(&self, lease: &OutboxLease) -> Result<(), DeskError> {
        let effect: Effect = serde_json::from_str(&lease.body).map_err(DeskError::stored("effect"))?;
        if matches!(effect.intent, Intent::Show(_)) {
            let effect = Effect { id: lease.id.clone(), ..effect };
            let effects = vec![new_effect(&effect, self.inner.clock.now())?];
            self.inner.store.commit(Commit { effects, ..Commit::default() }).await?;
        }
        Ok(())
    }

    async fn attempt(&self, lease: &OutboxLease, worked: &mut Worked) -> Result<Outcome, DeskError> {
        let effect: Effect = serde_json::from_str(&lease.body).map_err(DeskError::stored("effect"))?;
        // A level that changed while it was queued has the newest one's body and the first one's name, under which it
        // may have been posted already.
        let effect = Effect { id: lease.id.clone(), ..effect };
        let key = match &effect.intent {
            Intent::Show(Surface::Card(key) | Surface::PrivateCard(key) | Surface::FormerCards(key)) => {
                key.clone()
            }
            Intent::Tell(tell) => tell.ticket.clone(),
            Intent::Send { to, command } => return self.send(&effect, to, command.clone()).await,
            Intent::Write(write) => return self.write(&effect, write, lease).await,
            Intent::CallOut(call_out) => return self.call_out(&effect, call_out).await,
            Intent::Route(squad) => return self.route(&effect, squad).await,
            Intent::RouteAt { squad, .. } => return self.route_again(&effect, squad).await,
            Intent::Announce(announce) => return self.announce(&effect, announce, lease, worked).await,
        };
        let way = match &effect.intent {
            Intent::Tell(Tell { via: Some(adapter), .. }) => self.inner.chats.get_key_value(adapter),
            _ => self.chat(),
        };
        let Some(ticket) = self.load(&key).await? else { return Ok(Outcome::Dropped) };
        if !still_wanted(&effect.intent, &ticket) {
            return Ok(Outcome::Dropped);
        }
        let Some((name, chat)) = way else {
            self.unreachable(&effect).await?;
            return Ok(Outcome::Dropped);
        };
        let look = chat.capability().dedupes && was_tried(lease);
        if posts_anew(&effect.intent, &ticket, name) {
            may_repeat(lease, chat.as_ref(), worked);
        }
        match &effect.intent {
            Intent::Tell(tell) => match self.tell(&effect, tell, &ticket, (name, chat), look).await? {
                Outcome::Dropped => {
                    self.unreachable(&effect).await?;
                    Ok(Outcome::Dropped)
                }
                delivered => Ok(delivered),
            },
            Intent::Show(Surface::FormerCards(_)) => self.show_formerly(&effect, &ticket, (name, chat)).await,
            Intent::Show(surface) => {
                let private = matches!(surface, Surface::PrivateCard(_));
                self.show(&effect, &ticket, (name, chat), look, private).await
            }
            _ => Ok(Outcome::Dropped),
        }
    }

    async fn send(
        &self,
        effect: &Effect,
        to: &crate::stream::StreamId,
        command: Command,
    ) -> Result<Outcome, DeskError> {
        let Some(key) = to.ticket() else { return Ok(Outcome::Dropped) };
        if let Command::Hear { incident, .. } = &command
            && self.is_restricted(incident).await?
        {
            return Ok(Outcome::Dropped);
        }
        let cause = Cause::from(effect.id.clone());
        let request = Request { by: &Actor::Desk, cause: &cause, texts: &[], inbound: None };
        self.perform(key.clone(), command, &request).await?;
        Ok(Outcome::Delivered)
    }

    /// Proposes a call-out on the paid rota on which somebody was outside their hours; whoever was on none was not called
    /// out. Proposed twice it is refused, which is as good.
    async fn call_out(&self, effect: &Effect, call_out: &CallOut) -> Result<Outcome, DeskError> {
        let rotas = self.rotas().await?;
        let CallOut { person, ticket, period } = call_out.clone();
        let Some(rota) = pay::on_call(&rotas, &person, period.from) else { return Ok(Outcome::Dropped) };
        let cause = Cause::from(effect.id.clone());
        let propose = rota::Command::ProposeCallOut { person, ticket, period };
        let done = self.perform_rota(&rota, &propose, &Actor::Desk, &cause, Vec::new()).await?;
        Ok(done.map_or(Outcome::Dropped, |_| Outcome::Delivered))
    }

    /// A swap that is no longer asked is not announced any more, and nothing is handed over to somebody who is off again.
    async fn announce(
        &self,
        effect: &Effect,
        announce: &Announce,
        lease: &OutboxLease,
        worked: &mut Worked,
    ) -> Result<Outcome, DeskError> {
        let Some((name, chat)) = self.chat() else { return Ok(Outcome::Dropped) };
        let rotas = self.rotas().await?;
        if let RotaNotice::SwapAsked { swap, .. } = &announce.notice {
            let asked = rotas.state(&announce.rota).and_then(|state| state.swaps.get(swap));
            if asked.is_none_or(|swap| swap.state != SwapState::Asked) {
                return Ok(Outcome::Dropped);
            }
        }
        let mut open = Vec::new();
        if let (RotaNotice::HandOver { .. }, Recipient::Person(person)) = (&announce.notice, &announce.to) {
            let on = rotas.who(&announce.rota, self.inner.clock.now()).map(|segment| segment.on);
            if !on.is_some_and(|on| on.iter().any(|on| on.person == *person)) {
                return Ok(Outcome::Dropped);
            }
            open = self.open_on(&announce.rota, person).await?;
        }
        let channel = Destination::Channel(self.policies().current().spec().channel.clone());
        let to = match &announce.to {
            Recipient::Channel(channel) => Destination::Channel(channel.clone()),
            Recipient::Person(person) if chat.capability().direct => {
                self.user(person, name).map_or(channel, Destination::Person)
            }
            Recipient::Person(_) | Recipient::Thread(_) => channel,
        };
        let look = chat.capability().dedupes && was_tried(lease);
        if look && self.timed(chat.find(effect.id.clone(), to.clone())).await?.is_some() {
            return Ok(Outcome::Delivered);
        }
        let texts = self.texts(render::announcement_texts(&announce.notice)).await?;
        let message = render::announcement(announce, rotas.policy(), &self.inner.phrases, &texts, &open);
        may_repeat(lease, chat.as_ref(), worked);
        self.timed(chat.tell(Post { effect: effect.id.clone(), to, message })).await?;
        Ok(Outcome::Delivered)
    }

    /// A card that stands somewhere is changed there; one that does not becomes the root of a thread, and the ticket
    /// learns where that is.
    async fn show(
        &self,
        effect: &Effect,
        ticket: &Ticket,
        (name, chat): (&AdapterName, &Arc<dyn Chat>),
        look: bool,
        private: bool,
    ) -> Result<Outcome, DeskError> {
        let policies = self.policies_for(std::iter::once(ticket)).await?;
        if ticket.restricted.is_some() != private {
            return self.superseded(effect, ticket, chat, look, private).await;
        }
        let texts = self.texts(render::card_texts(ticket)).await?;
        let channel = home(ticket, policies.current());
        let at = place_on(ticket, name);
        let found = match &at {
            None if look => {
                self.timed(chat.find(effect.id.clone(), Destination::Channel(channel.clone()))).await?
            }
            _ => None,
        };
        let at = at.or(found.map(|found| found.place));
        let mut card = render::card(ticket, &policies, &texts, &self.inner.phrases);
        if is_public(&channel, ticket, policies.current()) {
            card = render::masked(card);
        }
        let show = Show { effect: effect.id.clone(), at, channel, card };
        let Delivered { place } = match self.timed(chat.show(show.clone())).await {
            // Somebody deleted the root: the ticket gets a new thread.
            Err(error) if gone(&error) && show.at.is_some() => {
                self.timed(chat.show(Show { at: None, ..show })).await?
            }
            shown => shown?,
        };
        if !ticket.places.contains(&place) {
            self.placed(effect, ticket, place, private).await?;
        }
        Ok(Outcome::Delivered)
    }

    async fn placed(
        &self,
        effect: &Effect,
        ticket: &Ticket,
        place: Place,
        private: bool,
    ) -> Result<(), DeskError> {
        let cause = Cause::from(effect.id.clone());
        let request = Request { by: &Actor::Desk, cause: &cause, texts: &[], inbound: None };
        self.perform(ticket.key.clone(), Command::Place { place, private }, &request).await.map(drop)
    }

    /// The ticket was restricted, or opened again, since this card was queued: another one goes where it stands now. Should
    /// this one have been posted already, the desk learns where, so that it is brought up to date there.
    async fn superseded(
        &self,
        effect: &Effect,
        ticket: &Ticket,
        chat: &Arc<dyn Chat>,
        look: bool,
        private: bool,
    ) -> Result<Outcome, DeskError> {
        let spec = self.policy().spec().clone();
        let channel = spec.private_channel.filter(|_| private).unwrap_or(spec.channel);
        if look
            && let Some(found) =
                self.timed(chat.find(effect.id.clone(), Destination::Channel(channel))).await?
            && !ticket.former_places.contains(&found.place)
        {
            self.placed(effect, ticket, found.place, private).await?;
        }
        Ok(Outcome::Dropped)
    }

    async fn tell(
        &self,
        effect: &Effect,
        tell: &Tell,
        ticket: &Ticket,
        (name, chat): (&AdapterName, &Arc<dyn Chat>),
        look: bool,
    ) -> Result<Outcome, DeskError> {
        let policies = self.policies_for(std::iter::once(ticket)).await?;
        let Some(to) = self.destination(&tell.to, &tell.ticket, name, chat.as_ref()).await? else {
            return Ok(Outcome::Dropped);
        };
        if look && self.timed(chat.find(effect.id.clone(), to.clone())).await?.is_some() {
            return Ok(Outcome::Delivered);
        }
        // An incident that was restricted since is heard without its words.
        let hushed = match &tell.notice {
            Notice::Heard { incident, .. } => self.is_restricted(incident).await?,
            _ => false,
        };
        let texts = match !hushed && self.hears(tell, ticket, policies.current()) {
            true => Some(self.texts(render::notice_texts(&tell.notice, ticket)).await?),
            false => None,
        };
        let report = match &tell.notice {
            Notice::DrillEnded => drill_report(&self.log(ticket.key.clone()).await?, &policies),
            _ => None,
        };
        let message =
            render::message(tell, ticket, &policies, &self.inner.phrases, texts.as_ref(), report.as_ref());
        let post = Post { effect: effect.id.clone(), to, message };
        let mut told = self.timed(chat.tell(post.clone())).await;
        // Somebody deleted the root: what would have stood there is said in the desk's channel.
        if matches!(post.to, Destination::Thread(_)) && told.as_ref().is_err_and(gone) {
            let to = Destination::Channel(home(ticket, policies.current()));
            told = self.timed(chat.tell(Post { to, ..post.clone() })).await;
        }
        match told {
            Err(error) if gone(&error) && matches!(tell.to, Recipient::Thread(_)) => {
                self.tell_directly(ticket, (name, chat), post, error).await
            }
            told => told.map(|_| Outcome::Delivered).map_err(DeskError::from),
        }
    }

    /// Nothing can be said in the desk's channel any more: whoever asked and whoever owns it are told by themselves.
    async fn tell_directly(
        &self,
        ticket: &Ticket,
        (name, chat): (&AdapterName, &Arc<dyn Chat>),
        post: Post,
        error: Error,
    ) -> Result<Outcome, DeskError> {
        let asked = ticket.requester.person().filter(|_| chat.capability().direct);
        let people: BTreeSet<_> = asked.into_iter().chain(ticket.owner()).collect();
        let mut told = Err(error.into());
        for person in people {
            let Some(user) = self.user(person, name) else { continue };
            // Each has a message of their own to look for.
            let effect = EffectId { cause: Origin::Job(format!("{}/{person}", post.effect)), n: 0 };
            let to = Destination::Person(user);
            if chat.capability().dedupes && self.timed(chat.find(effect.clone(), to.clone())).await?.is_some()
            {
                told = Ok(Outcome::Delivered);
                continue;
            }
            match self.timed(chat.tell(Post { effect, to, ..post.clone() })).await {
                Ok(_) => told = Ok(Outcome::Delivered),
                // They are not there either.
                Err(error) if gone(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        told
    }

    /// Where its thread stood before it was restricted, or while it was, its card says so.
    async fn show_formerly(
        &self,
        effect: &Effect,
        ticket: &Ticket,
        (name, chat): (&AdapterName, &Arc<dyn Chat>),
    ) -> Result<Outcome, DeskError> {
        let policies = self.policies_for(std::iter::once(ticket)).await?;
        let texts = self.texts(render::card_texts(ticket)).await?;
        let card = render::card(ticket, &policies, &texts, &self.inner.phrases);
        let card = if ticket.restricted.is_some() { render::masked(card) } else { card };
        for place in ticket.former_places.iter().filter(|place| place.adapter == *name) {
            let (effect, channel) = (effect.id.clone(), policies.current().spec().channel.clone());
            let show = Show { effect, at: Some(place.clone()), channel, card: card.clone() };
            match self.timed(chat.show(show)).await {
                Err(error) if gone(&error) => {}
                shown => drop(shown?),
            }
        }
        Ok(Outcome::Delivered)
    }

    /// Whoever is being woken by a way that comes to nothing is woken by the next.
    async fn unreachable(&self, effect: &Effect) -> Result<(), DeskError> {
        let Intent::Tell(Tell { to: Recipient::Person(person), via: Some(adapter), ticket, .. }) =
            &effect.intent
        else {
            return Ok(());
        };
        // Of a call that came too late nobody waits to hear what became of it.
        if !self.load(ticket).await?.is_some_and(|ticket| still_wanted(&effect.intent, &ticket)) {
            return Ok(());
        }
        let cause = Cause::from(effect.id.clone());
        let request = Request { by: &Actor::Desk, cause: &cause, texts: &[], inbound: None };
        let command = Command::Undelivered { person: person.clone(), adapter: adapter.clone() };
        self.perform(ticket.clone(), command, &request).await.map(drop)
    }

    /// Whether a recipient may hear people's words about a ticket: its own thread, and its readers.
    fn hears(&self, tell: &Tell, ticket: &Ticket, policy: &Policy) -> bool {
        match &tell.to {
            _ if ticket.restricted.is_none() => true,
            Recipient::Thread(key) => *key == ticket.key && policy.spec().private_channel.is_some(),
            Recipient::Person(person) => {
                let by = Actor::Person(person.clone());
                // Where nobody can be told alone, the thread is told.
                may_read(ticket, policy, &by, self.inner.clock.now())
            }
            Recipient::Channel(channel) => !is_public(channel, ticket, policy),
        }
    }

    async fn is_restricted(&self, key: &TicketKey) -> Result<bool, DeskError> {
        Ok(self.load(key).await?.is_some_and(|ticket| ticket.restricted.is_some()))
    }

    /// Where a recipient is on a platform. A thread whose root could not be posted is told in the desk's channel, a
    /// person on a platform without direct messages in the thread.
    async fn destination(
        &self,
        to: &Recipient,
        about: &TicketKey,
        name: &AdapterName,
        chat: &dyn Chat,
    ) -> Result<Option<Destination>, DeskError> {
        let key = match to {
            Recipient::Channel(channel) => return Ok(Some(Destination::Channel(channel.clone()))),
            Recipient::Person(person) if chat.capability().direct => {
                return Ok(self.user(person, name).map(Destination::Person));
            }
            // Only the home chat has threads.
            Recipient::Person(_) if self.inner.home.as_ref() != Some(name) => return Ok(None),
            Recipient::Person(_) => about,
            Recipient::Thread(key) => key,
        };
        let Some(ticket) = self.load(key).await? else { return Ok(None) };
        let channel = || Destination::Channel(home(&ticket, self.policies().current()));
        Ok(Some(place_on(&ticket, name).map_or_else(channel, Destination::Thread)))
    }

    /// A person's user on a platform; nobody for somebody who is only known on another.
    fn user(&self, person: &PersonId, name: &AdapterName) -> Option<String> {
        let policies = self.policies();
        match policies.current().spec().people.get(person) {
            Some(known) => {
                let identity = known.identities.iter().find(|identity| identity.adapter == *name);
                match identity {
                    Some(identity) => Some(identity.user.clone()),
                    // On the chat that tickets stand on a small policy needs no identities.
                    None => Some(person.to_string()).filter(|_| self.inner.home.as_ref() == Some(name)),
                }
            }
            None => match person.as_str().split_once(':') {
                Some((adapter, user)) => Some(user.to_owned()).filter(|_| adapter == name.as_str()),
                None => Some(person.to_string()),
            },
        }
    }
}

/// Whether delivering it adds something to what people see; a card that stands somewhere is changed there.
fn posts_anew(intent: &Intent, ticket: &Ticket, name: &AdapterName) -> bool {
    match intent {
        Intent::Show(Surface::FormerCards(_)) => false,
        Intent::Show(_) => place_on(ticket, name).is_none(),
        _ => true,
    }
}

/// Where a ticket's thread stands: a restricted one's in the private place, if the policy still has one.
fn home(ticket: &Ticket, policy: &Policy) -> ChannelId {
    let private = policy.spec().private_channel.as_ref().filter(|_| ticket.restricted.is_some());
    private.unwrap_or(&policy.spec().channel).clone()
}

fn is_public(channel: &ChannelId, ticket: &Ticket, policy: &Policy) -> bool {
    ticket.restricted.is_some() && policy.spec().private_channel.as_ref() != Some(channel)
}

pub(super) fn gone(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Gone | ErrorKind::NotFound)
}

fn place_on(ticket: &Ticket, name: &AdapterName) -> Option<Place> {
    ticket.places.iter().find(|place| place.adapter == *name).cloned()
}
