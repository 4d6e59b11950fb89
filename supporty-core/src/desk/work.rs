use std::collections::BTreeSet;
use std::future::Future;
use std::pin::pin;

use chrono::TimeDelta;
use tracing::Instrument;

use super::commit::Request;
use super::{Desk, DeskError};
use crate::adapter::{Inbound, Raw, RotaInbound, ServiceInbound, Wake};
use crate::rota;
use crate::rules::Rejection;
use crate::stream::{Cause, StreamId};
use crate::ticket::Command;
use crate::vocab::{Actor, Time};

/// How long a worker has what it leased for itself.
pub(super) const LEASE_SECONDS: i64 = 60;
/// How long the desk sleeps at most: the safety net under wake-ups from other workers.
const LONGEST_SLEEP_SECONDS: i64 = 30;
const PAUSE_AFTER_ERROR_SECONDS: i64 = 2;
const BATCH: u32 = 64;

/// What one pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Worked {
    /// Deliveries from outside that had been left over.
    pub inbound: u32,
    /// Timers that had come.
    pub timers: u32,
    /// Effects that were delivered.
    pub delivered: u32,
    /// Effects that were tried again on a chat that can not look for them, and may be there twice; each is logged.
    pub repeated: u32,
    /// Effects that a platform put off, to be tried at the time that it named.
    pub postponed: u32,
    /// Effects that nobody wanted any more.
    pub dropped: u32,
    /// Deliveries that failed, to be tried again or given up.
    pub failed: u32,
    /// What could not be done because of an error, which is logged.
    pub errors: u32,
}

impl Worked {
    /// Whether there was anything to do.
    pub fn is_idle(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, other: Self) {
        self.inbound += other.inbound;
        self.timers += other.timers;
        self.delivered += other.delivered;
        self.repeated += other.repeated;
        self.postponed += other.postponed;
        self.dropped += other.dropped;
        self.failed += other.failed;
        self.errors += other.errors;
    }
}

impl Desk {
    /// Works until `shutdown` comes: handles what was left over, wakes tickets that are due, delivers effects. Sleeps
    /// while there is nothing to do. The pass that is under way when `shutdown` comes is finished first.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut seen = 0;
        loop {
            let wake = match self.pass().await {
                Ok(worked) if worked.errors > 0 => self.seconds_from_now(PAUSE_AFTER_ERROR_SECONDS),
                Ok(worked) if worked.is_idle() => self.wakes_at().await,
                Ok(_) => self.inner.clock.now(),
                Err(error) => {
                    tracing::error!(%error, "the desk could not work, and tries again");
                    self.seconds_from_now(PAUSE_AFTER_ERROR_SECONDS)
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = self.inner.work.notified() => {}
                count = self.news(seen) => {
                    seen = count;
                    self.inner.changes.send_modify(|count| *count += 1);
                }
                () = self.inner.clock.sleep_until(wake) => {}
            }
        }
    }

    /// Waits for what another worker wrote. A store that does not say, or can not now, is looked at in time anyway.
    async fn news(&self, seen: u64) -> u64 {
        if self.inner.store.capability().tells {
            match self.inner.store.news(seen).await {
                Ok(count) => return count,
                Err(error) => tracing::warn!(%error, "the store does not say what others write"),
            }
        }
        std::future::pending().await
    }

    /// Does everything that there is to do now, and does not sleep.
    pub async fn work(&self) -> Result<Worked, DeskError> {
        let mut all = Worked::default();
        loop {
            let pass = self.pass().await?;
            all.add(pass);
            if pass.is_idle() || pass.errors > 0 {
                return Ok(all);
            }
        }
    }

    /// A part of what there is to do, so that nothing waits long behind anything else.
    async fn pass(&self) -> Result<Worked, DeskError> {
        let mut pass = Worked::default();
        let done = self.do_pass(&mut pass).await;
        self.inner.counters.worked(&pass);
        if done.is_err() {
            self.inner.counters.error();
        }
        done.map(|()| pass)
    }

    async fn do_pass(&self, pass: &mut Worked) -> Result<(), DeskError> {
        self.leftovers(pass).await?;
        self.timers(pass).await?;
        self.deliver(pass).await
    }

    /// Arms the timers anew that an older version of the planning or of the zone database computed. A stream that can
    /// not be read keeps the timer that it has, and stops nothing else.
    pub(super) async fn arm_anew(&self) -> Result<(), DeskError> {
        let mut tried = BTreeSet::new();
        loop {
            let most = u32::try_from(tried.len()).unwrap_or(u32::MAX).saturating_add(BATCH);
            let mut stale = self.inner.store.stale_timers(Wake::stamp(), most).await?;
            stale.retain(|stream| !tried.contains(stream));
            if stale.is_empty() {
                return Ok(());
            }
            for stream in stale {
                match self.tick(&stream).await {
                    Err(error @ DeskError::Store(_)) => return Err(error),
                    Err(error) => {
                        tracing::error!(%stream, %error, "a timer could not be armed anew");
                        tried.insert(stream);
                    }
                    Ok(Err(rejection)) => {
                        tracing::error!(%stream, %rejection, "a timer could not be armed anew");
                        tried.insert(stream);
                    }
                    Ok(Ok(_)) => {}
                }
            }
        }
    }

    /// Hands over on every rota what time has come for, and arms its timer: one that nobody arranged anything on has
    /// none yet, and another policy has other handoffs. Several workers may do it at once.
    pub(super) async fn look_after_rotas(&self) -> Result<(), DeskError> {
        for rota in self.policy().spec().rotas.keys() {
            let stream = StreamId::Rota(rota.clone());
            match self.tick(&stream).await {
                Err(error @ DeskError::Store(_)) => return Err(error),
                Err(error) => tracing::error!(%stream, %error, "a rota can not be looked after"),
                Ok(Err(refusal)) => tracing::error!(%stream, %refusal, "a rota can not be looked after"),
                Ok(Ok(())) => {}
            }
        }
        Ok(())
    }

    async fn leftovers(&self, worked: &mut Worked) -> Result<(), DeskError> {
        let (now, until) = self.lease();
        for lease in self.inner.store.lease_inbox(now, until, BATCH).await? {
            worked.inbound += 1;
            let span = tracing::info_span!("handle", key = %lease.key);
            let handling = async {
                match self::delivery(&lease.body)? {
                    Delivery::Ticket(inbound) => self.decide_leftover(*inbound, lease.at).await,
                    Delivery::Rota(asked) => self.decide_rota(asked).await.map(drop),
                    Delivery::Service(told) => self.decide_service(told).await.map(drop),
                    Delivery::Raw(raw) => self.decide_raw(raw).await,
                }
            };
            let handled = handling.instrument(span).await;
            if let Err(error) = handled {
                worked.errors += 1;
                tracing::error!(key = %lease.key, %error, "a delivery could not be handled, and is kept");
            }
        }
        Ok(())
    }

    async fn timers(&self, worked: &mut Worked) -> Result<(), DeskError> {
        let (now, until) = self.lease();
        for lease in self.inner.store.lease_timers(now, until, BATCH).await? {
            worked.timers += 1;
            if let Err(error) = self.tick(&lease.stream).await {
                worked.errors += 1;
                tracing::error!(stream = %lease.stream, %error, "a timer could not be handled, and comes back");
            }
        }
        Ok(())
    }

    /// Looks at a stream whose time has come, or says why it can not be.
    async fn tick(&self, stream: &StreamId) -> Result<Result<(), String>, DeskError> {
        let span = tracing::info_span!("tick", %stream);
        self.look_at(stream).instrument(span).await
    }

    async fn look_at(&self, stream: &StreamId) -> Result<Result<(), String>, DeskError> {
        if let StreamId::Rota(rota) = stream {
            let tick = rota::Command::Tick;
            let done = self.perform_rota(rota, &tick, &Actor::Desk, &Cause::Timer, Vec::new()).await?;
            return Ok(done.map(drop).map_err(|refusal| refusal.to_string()));
        }
        let Some(key) = stream.ticket() else { return Ok(Err(Rejection::NoSuchTicket.to_string())) };
        let request = Request { by: &Actor::Desk, cause: &Cause::Timer, texts: &[], inbound: None };
        let answer = self.perform(key.clone(), Command::Tick, &request).await?;
        Ok(answer.outcome.map(drop).map_err(|rejection| rejection.to_string()))
    }

    pub(super) fn lease(&self) -> (Time, Time) {
        let now = self.inner.clock.now();
        (now, now + TimeDelta::seconds(LEASE_SECONDS))
    }

    async fn wakes_at(&self) -> Time {
        let latest = self.seconds_from_now(LONGEST_SLEEP_SECONDS);
        match self.inner.store.next_wake().await {
            Ok(wake) => wake.map_or(latest, |wake| wake.min(latest)),
            Err(_) => self.seconds_from_now(PAUSE_AFTER_ERROR_SECONDS),
        }
    }

    fn seconds_from_now(&self, seconds: i64) -> Time {
        self.inner.clock.now() + TimeDelta::seconds(seconds)
    }
}

enum Delivery {
    Ticket(Box<Inbound>),
    Rota(RotaInbound),
    Service(ServiceInbound),
    Raw(Raw),
}

/// What was kept of a delivery: about a rota, a service or a ticket, or just as it came.
fn delivery(body: &str) -> Result<Delivery, DeskError> {
    if let Ok(rota) = serde_json::from_str(body) {
        return Ok(Delivery::Rota(rota));
    }
    if let Ok(told) = serde_json::from_str(body) {
        return Ok(Delivery::Service(told));
    }
    match serde_json::from_str(body) {
        Ok(raw) => Ok(Delivery::Raw(raw)),
        Err(_) => serde_json::from_str(body).map(Delivery::Ticket).map_err(DeskError::stored("delivery")),
    }
}
