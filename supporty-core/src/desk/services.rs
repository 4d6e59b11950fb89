use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, MutexGuard, PoisonError};

use tracing::Instrument;

use super::commit::new_effect;
use super::once::handled;
use super::{Desk, DeskError};
use crate::adapter::{Append, Commit, Query, ServiceInbound};
use crate::insight::{Delivery, Incident, delivery};
use crate::service::{Refusal, Service, ServiceEntry, decide, evolve, react};
use crate::stream::{Cause, Entry, StreamId};
use crate::ticket::StatusKind;
use crate::vocab::{Kind, Period, ServiceId, SquadId, micros};

const TRIES: u32 = 16;
const PAGE: u32 = 500;

/// Which services a figure is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// All of the policy, and every incident.
    Everybodys,
    /// One service, and the incidents that it caused.
    Service(ServiceId),
    /// Those of a squad, and its incidents.
    Squad(SquadId),
}

impl Desk {
    /// Takes what is told of a service, once: a key that was handled before is answered with what it did then.
    ///
    /// The answer is the number of the entry that it made. A service that the policy does not name is kept all the same,
    /// and shows in figures once the policy names it.
    pub async fn learn(&self, told: ServiceInbound) -> Result<Result<u64, Refusal>, DeskError> {
        let span = tracing::info_span!("learn", key = %told.key, service = %told.service);
        let taking = async {
            if let Some(answer) = self.known_answer(&told.key, &told).await? {
                return Ok(answer);
            }
            let decided = self.decide_service(told.clone()).await;
            self.answered_once(&told.key, &told, decided).await
        };
        taking.instrument(span).await
    }

    pub(super) async fn decide_service(
        &self,
        told: ServiceInbound,
    ) -> Result<Result<u64, Refusal>, DeskError> {
        let by = self.policies().current().actor(&told.from);
        let cause = Cause::Inbound(told.key);
        let stream = StreamId::Service(told.service.clone());
        for _ in 0..TRIES {
            let service = self.read(&told.service).await?;
            let now = micros(self.inner.clock.now());
            let events = match decide(&service, &told.command) {
                Ok(events) => events,
                Err(refusal) => {
                    let answer = Err(refusal);
                    let handled = handled(&cause, &answer, now)?;
                    self.inner.store.commit(Commit { handled, ..Commit::default() }).await?;
                    self.inner.counters.handled(true);
                    return Ok(answer);
                }
            };
            let after = service.seq;
            let at = service.at.map_or(now, |last| now.max(last));
            let entries: Vec<ServiceEntry> = (after + 1..)
                .zip(events)
                .map(|(seq, event)| Entry { seq, at, by: by.clone(), cause: cause.clone(), event })
                .collect();
            let mut next = (*service).clone();
            entries.iter().for_each(|entry| evolve(&mut next, entry));
            let effects = react(&told.service, &next, &entries);
            let encoded = entries.iter().map(Entry::encode).collect::<Result<_, _>>()?;
            let answer = Ok(next.seq);
            let commit = Commit {
                appends: vec![Append::new(stream.clone(), after, encoded)],
                effects: effects.iter().map(|effect| new_effect(effect, now)).collect::<Result<_, _>>()?,
                handled: handled(&cause, &answer, now)?,
                ..Commit::default()
            };
            match self.inner.store.commit(commit).await.map_err(DeskError::from) {
                Err(error) if error.is_conflict() => self.inner.counters.conflict(),
                Err(error) => return Err(error),
                Ok(()) => {
                    self.inner.counters.handled(false);
                    self.keep_service(&told.service, Arc::new(next));
                    self.changed();
                    return Ok(answer);
                }
            }
        }
        Err(DeskError::Contended(TRIES))
    }

    /// A service as it is by now; an empty one where nothing was told of it.
    pub async fn service(&self, id: &ServiceId) -> Result<Service, DeskError> {
        Ok(self.read(id).await?.as_ref().clone())
    }

    /// What is known of it, with what other workers wrote since.
    async fn read(&self, id: &ServiceId) -> Result<Arc<Service>, DeskError> {
        let mut service = self.services().get(id).cloned().unwrap_or_default();
        let stream = StreamId::Service(id.clone());
        let entries = self.inner.store.load(stream.clone(), service.seq).await?;
        if !entries.is_empty() {
            let state = Arc::make_mut(&mut service);
            for raw in entries {
                evolve(state, &ServiceEntry::decode(&stream, &raw)?);
            }
            self.keep_service(id, Arc::clone(&service));
        }
        Ok(service)
    }

    fn keep_service(&self, id: &ServiceId, service: Arc<Service>) {
        let mut known = self.services();
        if known.get(id).is_none_or(|known| known.seq < service.seq) {
            known.insert(id.clone(), service);
        }
    }

    fn services(&self) -> MutexGuard<'_, HashMap<ServiceId, Arc<Service>>> {
        self.inner.services.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How changes reached production in a period, and how often they hurt.
    pub async fn delivery(&self, whose: &Whose, period: Period) -> Result<Delivery, DeskError> {
        Ok(self.deliveries(whose, &[period]).await?.pop().unwrap_or_default())
    }

    /// The same for several periods at once.
    pub async fn deliveries(&self, whose: &Whose, periods: &[Period]) -> Result<Vec<Delivery>, DeskError> {
        let policy = self.policy();
        let mut services = BTreeMap::new();
        for (id, service) in &policy.spec().services {
            let wanted = match whose {
                Whose::Everybodys => true,
                Whose::Service(wanted) => id == wanted,
                Whose::Squad(squad) => service.squad == *squad,
            };
            if wanted {
                services.insert(id.clone(), self.service(id).await?);
            }
        }
        let incidents = self.incidents().await?;
        let counts = |incident: &Incident| match whose {
            Whose::Everybodys => true,
            Whose::Service(_) => incident.is_caused_by(&services),
            Whose::Squad(squad) => incident.squad.as_ref() == Some(squad),
        };
        Ok(periods.iter().map(|period| delivery(&services, &incidents, *period, counts)).collect())
    }

    async fn incidents(&self) -> Result<Vec<Incident>, DeskError> {
        let status = StatusKind::ALL.to_vec();
        let mut query = Query { kind: Some(Kind::Incident), status, most: PAGE, ..Query::default() };
        let mut incidents = Vec::new();
        loop {
            let page = self.inner.store.list(query.clone()).await?;
            for listed in page.rows {
                let ticket = self.load(&listed.row.key).await?;
                incidents.extend(ticket.as_ref().and_then(Incident::of));
            }
            match page.next {
                Some(before) => query.before = Some(before),
                None => return Ok(incidents),
            }
        }
    }
}
