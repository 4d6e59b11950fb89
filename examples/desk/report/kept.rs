//! Reports that are kept until something happens.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chrono::{DurationRound, TimeDelta};
use supporty_core::desk::{DeskError, Following, History};
use supporty_core::insight::Rates;
use supporty_core::report::{Links, Report};
use supporty_core::time::Zone;
use supporty_core::vocab::Time;
use tokio::sync::{Mutex, OwnedRwLockReadGuard, Semaphore};
use tokio::task::{JoinError, spawn_blocking};
use tokio::time::Instant;

use super::{Asked, figures};

/// How long a report stays, whatever happens meanwhile.
const STAYS: Duration = Duration::from_secs(2);
/// How long somebody waits for a log that is being read for the first time.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many questions are kept, and how many are answered at once.
const MOST: usize = 64;
const AT_ONCE: usize = 2;

/// Figures that follow what happens, and the reports that were made of them.
pub struct Reports {
    /// What follows the store.
    pub following: Arc<Following>,
    rates: Rates,
    kept: std::sync::Mutex<HashMap<String, Slot>>,
    reckoning: Semaphore,
}

/// The last report of a question. Whoever reckons it holds it, and others who ask the same wait for that.
type Slot = Arc<Mutex<Option<Arc<Reckoned>>>>;

/// A report, and as of when.
pub struct Reckoned {
    /// The report.
    pub report: Report,
    /// The same as a part of a page.
    pub body: String,
    /// Streams that are missing in it, because this version can not read them.
    pub unreadable: Vec<String>,
    cursor: u64,
    made: Instant,
}

/// Why there is no report now.
#[derive(Debug, thiserror::Error)]
pub enum NotNow {
    /// The log is long.
    #[error("the log is still being read, {0} tickets so far: ask again in a moment")]
    Reading(usize),
    /// The store failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The reckoning failed.
    #[error("the figures could not be reckoned: {0}")]
    Reckoning(#[from] JoinError),
}

impl Reports {
    /// Of a history that follows a store, with what an hour costs.
    pub fn new(following: Arc<Following>, rates: Rates) -> Self {
        let (kept, reckoning) = (std::sync::Mutex::default(), Semaphore::new(AT_ONCE));
        Self { following, rates, kept, reckoning }
    }

    /// All that has happened by now.
    pub async fn history(&self) -> Result<OwnedRwLockReadGuard<History>, NotNow> {
        match tokio::time::timeout(PATIENCE, self.following.catch_up()).await {
            Ok(caught_up) => caught_up.map(drop)?,
            Err(_) => return Err(NotNow::Reading(self.following.read().await.facts().len())),
        }
        Ok(self.following.read().await)
    }

    /// The report of a question, as of this minute or of the last event. The same question is reckoned at most once in two
    /// seconds: whoever asks sooner after something happened waits.
    pub async fn report(
        &self,
        asked: &Asked,
        (now, zone): (Time, &Zone),
        links: impl Links + Send + 'static,
    ) -> Result<Arc<Reckoned>, NotNow> {
        let slot = self.slot(asked.query());
        let mut slot = slot.lock().await;
        let mut history = self.history().await?;
        if let Some(last) = slot.as_ref().filter(|last| !last.is_good(&history, asked, (now, zone))) {
            drop(history);
            tokio::time::sleep_until(last.made + STAYS).await;
            history = self.history().await?;
        }
        if let Some(last) = slot.as_ref().filter(|last| last.is_good(&history, asked, (now, zone))) {
            return Ok(Arc::clone(last));
        }
        let question = asked.question(as_of(now, &history), zone);
        let (rates, _turn) = (self.rates.clone(), self.reckoning.acquire().await);
        let reckoned = spawn_blocking(move || {
            let report = figures(&history, &question, &rates);
            let unreadable = history.unreadable().map(|(_, why)| why.to_string()).collect();
            let cursor = history.cursor();
            drop(history);
            let body = report.to_body(&links);
            Reckoned { body, report, unreadable, cursor, made: Instant::now() }
        });
        let reckoned = Arc::new(reckoned.await?);
        *slot = Some(Arc::clone(&reckoned));
        Ok(reckoned)
    }

    fn slot(&self, question: String) -> Slot {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST && !kept.contains_key(&question) {
            kept.clear();
        }
        Arc::clone(kept.entry(question).or_default())
    }
}

impl Reckoned {
    /// Whether nothing has happened since, and it is still the same minute.
    fn is_good(&self, history: &History, asked: &Asked, (now, zone): (Time, &Zone)) -> bool {
        let question = asked.question(as_of(now, history), zone);
        let same = (self.report.question.now, self.report.question.period) == (question.now, question.period);
        self.cursor == history.cursor() && same
    }
}

/// The minute, and never before what has happened.
fn as_of(now: Time, history: &History) -> Time {
    let minute = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
    history.last().map_or(minute, |last| last.max(minute))
}
