use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use crate::vocab::{Time, micros};

/// Where a desk's time comes from.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> Time;

    /// Returns once it is that time, or a little later.
    async fn sleep_until(&self, at: Time);
}

/// The host's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Time {
        #[expect(clippy::disallowed_methods, reason = "the one place where the time of the host comes in")]
        let now = std::time::SystemTime::now();
        micros(Time::from(now))
    }

    async fn sleep_until(&self, at: Time) {
        let left = (at - self.now()).to_std().unwrap_or(Duration::ZERO);
        tokio::time::sleep(left).await;
    }
}

/// A clock that stands still until it is moved: nothing sleeps in tests.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Time>,
    moved: watch::Sender<()>,
}

impl ManualClock {
    /// A clock that shows that time.
    pub fn new(now: Time) -> Self {
        Self { now: Mutex::new(micros(now)), moved: watch::Sender::new(()) }
    }

    /// Moves it, also backwards.
    pub fn set(&self, now: Time) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = micros(now);
        self.moved.send_replace(());
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Time {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn sleep_until(&self, at: Time) {
        let mut moved = self.moved.subscribe();
        while self.now() < at {
            if moved.changed().await.is_err() {
                return;
            }
        }
    }
}
