//! What a fact tells reaches the desk, once.

use std::collections::BTreeSet;

use supporty_core::adapter::{About, Inbound, ServiceInbound};
use supporty_core::desk::DeskError;
use supporty_core::service::{Command as Fact, Merged};
use supporty_core::ticket::{Command, Status};

use super::{Front, Told};

impl Front {
    /// What was learnt before is answered as it was then, so that a delivery whose first half was kept can come again.
    pub(super) async fn learn(&self, told: Told) -> Result<usize, DeskError> {
        let count = told.tickets.len() + told.services.len();
        for inbound in told.tickets {
            let (key, answer) = (inbound.key.clone(), self.inner.desk.handle(inbound).await?);
            if let Err(why) = answer.outcome {
                tracing::debug!(%key, %why, "a ticket takes no note of it");
            }
        }
        for told in told.services {
            let (key, answer) = (told.key.clone(), self.inner.desk.learn(told).await?);
            if let Err(why) = answer {
                tracing::debug!(%key, %why, "a service takes no note of it");
            }
        }
        Ok(count)
    }

    /// What of it the desk does not know yet.
    ///
    /// Whoever looks again and again sees things of which only the time has changed, since somebody wrote below them. Those
    /// leave no entry; and what a person made of a change on a ticket stays until the change itself gets further.
    pub(super) async fn unknown(&self, told: Told) -> Result<Told, DeskError> {
        let mut unknown = Told::default();
        for inbound in told.tickets {
            if !self.knows_link(&inbound).await? {
                unknown.tickets.push(inbound);
            }
        }
        for told in told.services {
            if !self.knows(&told).await? {
                unknown.services.push(told);
            }
        }
        Ok(unknown)
    }

    /// Nothing is to be known of a ticket that is not there, and one that was merged knows what its survivor does.
    async fn knows_link(&self, inbound: &Inbound) -> Result<bool, DeskError> {
        let (About::Ticket(key), Command::Link { change, .. }) = (&inbound.about, &inbound.command) else {
            return Ok(false);
        };
        let (mut key, mut seen) = (key.clone(), BTreeSet::new());
        while seen.insert(key.clone()) {
            let Some(ticket) = self.inner.desk.ticket(key.clone()).await? else { return Ok(true) };
            if let Status::Merged { into, .. } = &ticket.status {
                key = into.clone();
                continue;
            }
            let known = ticket.changes.get(&change.id).map(|known| &known.change);
            return Ok(known.is_some_and(|known| known.state == change.state || !change.is_newer_than(known)));
        }
        Ok(true)
    }

    async fn knows(&self, told: &ServiceInbound) -> Result<bool, DeskError> {
        let service = self.inner.desk.service(&told.service).await?;
        Ok(match &told.command {
            Fact::Merge(merged) => service.merged.get(&merged.change).is_some_and(|known| {
                let (began, label, as_of) = (known.began, known.label.clone(), known.as_of);
                *known == Merged { began, label, as_of, ..merged.clone() }
            }),
            Fact::Deploy(deployment) => service.deployed.contains_key(&deployment.id),
            Fact::FailDeploy(deployment) => {
                service.deployed.contains_key(&deployment.id) || service.failed.contains_key(&deployment.id)
            }
            _ => false,
        })
    }
}
