use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, OwnedRwLockReadGuard, RwLock};

use super::{DeskError, History, builder};
use crate::adapter::{Fed, Store};
use crate::stream::StreamId;

/// How many entries are folded before anybody else may read.
const BATCH: u32 = 512;
/// How long it rests, so that many events in a row are looked for together.
const REST: Duration = Duration::from_millis(200);
/// How long it sleeps at most: the safety net under stores that do not say when something was written.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// A [`History`] that follows a store: it begins with the whole log, and takes what anybody writes from then on.
///
/// An event costs what it takes to read it, however many tickets there are. Readers see whole steps of the feed, hold up only
/// what is folded after, and are held up only while a few hundred entries are.
///
/// ```
/// use std::sync::Arc;
/// use supporty_core::adapter::Store;
/// use supporty_core::desk::{DeskError, Following};
/// use supporty_core::insight::Question;
///
/// # async fn example(store: Arc<dyn Store>, question: Question) -> Result<(), DeskError> {
/// let following = Arc::new(Following::new(store));
/// let kept_up = Arc::clone(&following);
/// tokio::spawn(async move { kept_up.run(std::future::pending()).await });
///
/// following.catch_up().await?;
/// let history = following.read().await;
/// // Much to reckon: not on a thread that others wait for.
/// let reckoning = move || history.facts().select(&question, history.policies()).len();
/// println!("{} tickets", tokio::task::spawn_blocking(reckoning).await.unwrap_or_default());
/// # Ok(())
/// # }
/// ```
pub struct Following {
    store: Arc<dyn Store>,
    history: Arc<RwLock<History>>,
    /// Held by whoever folds: one at a time.
    folding: Mutex<()>,
}

impl Following {
    /// Follows a store; nothing is read yet.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { store, history: Arc::default(), folding: Mutex::default() }
    }

    /// Takes what was written since, the whole log the first time, and answers how many entries that were.
    ///
    /// It may be given up at any time: what was taken stays. It fails if the store does, or if a policy that the log names is
    /// not there.
    pub async fn catch_up(&self) -> Result<u64, DeskError> {
        let _alone = self.folding.lock().await;
        let mut taken = 0;
        loop {
            let after = self.history.read().await.cursor;
            let fed = self.store.feed(after, BATCH).await?;
            if fed.is_empty() {
                return Ok(taken);
            }
            taken += fed.len() as u64;
            self.fold(fed).await?;
        }
    }

    async fn fold(&self, fed: Vec<Fed>) -> Result<(), DeskError> {
        let mut history = self.history.write().await;
        let cursor = fed.last().map(|last| last.cursor);
        for (stream, entries) in together(fed) {
            history.add(&stream, &entries);
        }
        for version in history.missing() {
            let policy = builder::stored_policy(self.store.as_ref(), &version).await?;
            history.remember(version, policy);
        }
        history.cursor = cursor.unwrap_or(history.cursor);
        Ok(())
    }

    /// The history as far as it was taken. Whoever holds it for long lets it become old for everybody.
    pub async fn read(&self) -> OwnedRwLockReadGuard<History> {
        Arc::clone(&self.history).read_owned().await
    }

    /// Takes what is written, until `shutdown` comes. What fails is logged, and tried again.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut seen = 0;
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                caught_up = self.catch_up() => if let Err(error) = caught_up {
                    tracing::error!(%error, "figures do not follow what happens, and are tried again");
                }
            }
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                count = self.news(seen) => seen = count,
                () = tokio::time::sleep(LONGEST_SLEEP) => {}
            }
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(REST) => {}
            }
        }
    }

    async fn news(&self, seen: u64) -> u64 {
        if self.store.capability().tells {
            match self.store.news(seen).await {
                Ok(count) => return count,
                Err(error) => tracing::warn!(%error, "the store does not say what others write"),
            }
        }
        std::future::pending().await
    }
}

/// Entries of one stream that lie side by side, together.
fn together(fed: Vec<Fed>) -> Vec<(StreamId, Vec<crate::stream::RawEntry>)> {
    let mut all: Vec<(StreamId, Vec<_>)> = Vec::new();
    for Fed { stream, entry, .. } in fed {
        match all.last_mut() {
            Some((last, entries)) if *last == stream => entries.push(entry),
            _ => all.push((stream, vec![entry])),
        }
    }
    all
}
