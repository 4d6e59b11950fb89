//! How long a delivery is waited for, how often it is tried, and what a try that may have arrived means for the next.

use std::future::Future;
use std::time::Duration;

use chrono::TimeDelta;

use super::work::Worked;
use super::{Desk, DeskError};
use crate::adapter::{Chat, Error, ErrorKind, OutboxLease, Retry, Settled};

/// Well under the lease, so that a worker that waits for a chat does not deliver after another has taken over.
pub(super) const DELIVERY_TIMEOUT: Duration = Duration::from_secs(20);
/// After that many tries an effect is given up and listed.
const TRIES: u32 = 12;
const LONGEST_BACKOFF_SECONDS: i64 = 15 * 60;
/// However long a platform asks us to wait.
const LONGEST_WAIT_SECONDS: i64 = 24 * 60 * 60;

impl Desk {
    /// A call that does not come back in time has an unknown outcome.
    pub(super) async fn timed<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        match tokio::time::timeout(self.inner.delivery_timeout, call).await {
            Ok(result) => result,
            Err(_) => Err(Error::new(ErrorKind::Unknown, Retry::Backoff, "waiting for an adapter")),
        }
    }

    pub(super) fn failed(&self, lease: &OutboxLease, error: &DeskError) -> Settled {
        let retry = match error {
            DeskError::Store(error) => error.retry,
            DeskError::Contended(_) => Retry::Backoff,
            _ => Retry::Never,
        };
        let now = self.inner.clock.now();
        let why = error.to_string();
        // Whoever is told to come later, or that somebody must mend something first, has certainly not arrived.
        if let DeskError::Store(Error { kind, retry: Retry::After(wait), .. }) = error
            && matches!(kind, ErrorKind::RateLimited | ErrorKind::Forbidden)
        {
            tracing::debug!(effect = %lease.id, %why, "an effect was put off");
            return Settled::Postponed { at: now + longest(*wait) };
        }
        tracing::warn!(effect = %lease.id, attempts = lease.attempts + 1, %why, "an effect was not delivered");
        let wait = match retry {
            Retry::Never => return Settled::Dead { why },
            _ if lease.attempts + 1 >= TRIES => return Settled::Dead { why },
            Retry::Backoff => backoff(lease.attempts),
            Retry::After(wait) => longest(wait),
        };
        Settled::Retry { at: now + wait, why }
    }
}

/// Whether an earlier try may have posted it.
pub(super) fn was_tried(lease: &OutboxLease) -> bool {
    lease.tried || lease.attempts > 0
}

/// Says so when an effect is tried again on a chat that can not be asked whether it is there.
pub(super) fn may_repeat(lease: &OutboxLease, chat: &dyn Chat, worked: &mut Worked) {
    if was_tried(lease) && !chat.capability().dedupes {
        worked.repeated += 1;
        tracing::warn!(effect = %lease.id, attempts = lease.attempts + 1, "an effect is tried again, and may be there twice");
    }
}

fn longest(wait: Duration) -> TimeDelta {
    let most = TimeDelta::seconds(LONGEST_WAIT_SECONDS);
    TimeDelta::from_std(wait).map_or(most, |wait| wait.min(most))
}

fn backoff(attempts: u32) -> TimeDelta {
    TimeDelta::seconds((1i64 << attempts.min(20)).min(LONGEST_BACKOFF_SECONDS))
}
