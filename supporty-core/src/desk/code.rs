//! What is written on code hosts.

use std::sync::Arc;

use super::commit::Request;
use super::deliver::{Outcome, gone};
use super::tries::was_tried;
use super::{Desk, DeskError, render};
use crate::adapter::{Check, Error, NewIssue, OutboxLease, Vcs, VcsRef, Within};
use crate::effect::{Effect, Intent, Notice, Tell, Write, Writing};
use crate::rules::still_wanted;
use crate::stream::{Cause, EffectId, Origin};
use crate::ticket::{Command, Ticket};
use crate::vocab::{Actor, Bond, ChangeId, Recipient, Repository};

impl Desk {
    /// On what is gone nothing is written, and nobody misses it there.
    pub(super) async fn write(
        &self,
        effect: &Effect,
        write: &Write,
        lease: &OutboxLease,
    ) -> Result<Outcome, DeskError> {
        let Some(ticket) = self.load(&write.ticket).await? else { return Ok(Outcome::Dropped) };
        if !still_wanted(&effect.intent, &ticket) {
            return Ok(Outcome::Dropped);
        }
        let vcs = self.inner.vcses.get(&write.host);
        let look = was_tried(lease) && vcs.is_some_and(|vcs| vcs.capability().dedupes);
        match (&write.what, vcs) {
            (Writing::Issue { repository }, Some(vcs)) => {
                self.open_issue(effect, &ticket, (vcs, repository), look).await
            }
            (Writing::Issue { repository }, None) => {
                let doing =
                    format!("opening an issue on `{}`, which this desk does not know", repository.host);
                Err(Error::unsupported(doing).into())
            }
            (_, None) => Ok(Outcome::Dropped),
            (what, Some(vcs)) => match self.write_on(effect, what, &ticket, vcs, look).await {
                Err(DeskError::Store(error)) if gone(&error) => Ok(Outcome::Dropped),
                written => written,
            },
        }
    }

    async fn write_on(
        &self,
        effect: &Effect,
        what: &Writing,
        ticket: &Ticket,
        vcs: &Arc<dyn Vcs>,
        look: bool,
    ) -> Result<Outcome, DeskError> {
        let Some((on, (_, at))) = what.on().and_then(|on| Some((on, VcsRef::of(on)?))) else {
            return Ok(Outcome::Dropped);
        };
        let can = vcs.capability();
        match what {
            Writing::Remark { remark, .. } => {
                let below = Within::Below(at.clone());
                if look && self.timed(vcs.find(effect.id.clone(), below)).await?.is_some() {
                    return Ok(Outcome::Delivered);
                }
                let body = render::remark(remark, ticket, &self.policy(), &self.inner.phrases);
                self.timed(vcs.comment(effect.id.clone(), at, body)).await?;
            }
            Writing::Labels { .. } if can.labels => {
                self.timed(vcs.label(at, self.policy().spec().code.labels.clone())).await?;
            }
            Writing::Check { .. } if can.checks => {
                let title = render::check(ticket, &self.policy(), &self.inner.phrases);
                self.timed(vcs.check(at, Check { ticket: ticket.key.clone(), title })).await?;
            }
            Writing::Issue { .. } | Writing::Labels { .. } | Writing::Check { .. } => {
                return Ok(Outcome::Dropped);
            }
            Writing::Close { .. } => {
                self.timed(vcs.close(at.clone())).await?;
                self.track(effect, ticket, vcs, (at, Some(on))).await?;
            }
            Writing::Reopen { .. } => {
                self.timed(vcs.reopen(at.clone())).await?;
                self.track(effect, ticket, vcs, (at, Some(on))).await?;
            }
        }
        Ok(Outcome::Delivered)
    }

    async fn open_issue(
        &self,
        effect: &Effect,
        ticket: &Ticket,
        (vcs, repository): (&Arc<dyn Vcs>, &Repository),
        look: bool,
    ) -> Result<Outcome, DeskError> {
        let within = Within::Repository(repository.name.clone());
        let found = match look {
            true => self.timed(vcs.find(effect.id.clone(), within)).await?,
            false => None,
        };
        let at = match found {
            Some(at) => at,
            None => {
                let texts = self.texts(render::card_texts(ticket)).await?;
                let (title, body) = render::issue(ticket, &self.policy(), &self.inner.phrases, &texts);
                let labels = match vcs.capability().labels {
                    true => self.policy().spec().code.labels.clone(),
                    false => Vec::new(),
                };
                let issue = NewIssue { repository: repository.name.clone(), title, body, labels };
                self.timed(vcs.open_issue(effect.id.clone(), issue)).await?
            }
        };
        self.track(effect, ticket, vcs, (at, None)).await?;
        Ok(Outcome::Delivered)
    }

    /// The ticket learns how the issue stands now, whether or not its host tells of it.
    async fn track(
        &self,
        effect: &Effect,
        ticket: &Ticket,
        vcs: &Arc<dyn Vcs>,
        (at, known): (VcsRef, Option<&ChangeId>),
    ) -> Result<(), DeskError> {
        let mut change = self.timed(vcs.look(at)).await?;
        if let Some(known) = known {
            change.id = known.clone();
        }
        let cause = Cause::from(effect.id.clone());
        let request = Request { by: &Actor::Desk, cause: &cause, texts: &[], inbound: None };
        let command = Command::Link { bond: Bond::Track, change };
        self.perform(ticket.key.clone(), command, &request).await.map(drop)
    }

    /// Whoever asked for something that a code host does not take hears of it in the thread.
    pub(super) async fn not_written(&self, effect: &Effect, error: &DeskError) -> Result<(), DeskError> {
        let Intent::Write(Write { host, ticket, what }) = &effect.intent else { return Ok(()) };
        if !matches!(what, Writing::Issue { .. } | Writing::Close { .. } | Writing::Reopen { .. }) {
            return Ok(());
        }
        let why = match error {
            DeskError::Store(error) => error.to_string(),
            error => error.to_string(),
        };
        let notice = Notice::NotWritten { host: host.clone(), why };
        let (to, by) = (Recipient::Thread(ticket.clone()), Actor::Desk);
        let tell = Tell { to, via: None, since: None, ticket: ticket.clone(), by, notice };
        let id = EffectId { cause: Origin::Job(format!("not-written/{}", effect.id)), n: 0 };
        self.queue_effect(Effect { id, intent: Intent::Tell(tell) }).await
    }
}
