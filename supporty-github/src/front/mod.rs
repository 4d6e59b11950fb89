//! What a delivery makes happen: the desk learns what it tells, and GitHub is answered once that is in the log.

mod told;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use supporty_core::desk::{Desk, DeskError};
use supporty_core::vocab::Time;

use crate::config::Config;
use crate::inbound::{App, Context, Delivery, Unverified, WebhookSecrets, read, verify};

pub use told::{Told, told};

/// A desk's front for GitHub. Cheap to clone.
///
/// It knows no web framework: whatever receives GitHub's requests hands them to [`receive`](Self::receive) and sends back
/// what that says. GitHub waits [ten seconds](https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds),
/// and sends nothing again by itself: what was not answered with 200 is fetched when somebody asks for it.
#[derive(Clone)]
pub struct Front {
    inner: Arc<Inner>,
}

struct Inner {
    desk: Desk,
    config: Config,
    app: App,
    secrets: WebhookSecrets,
    health: RwLock<Health>,
}

/// When GitHub was heard of last, since this process began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// When the last delivery came that GitHub had signed.
    pub last_delivery: Option<Time>,
    /// When the last one came that it had not.
    pub last_unsigned: Option<Time>,
    /// When the last one came that could not be understood or kept.
    pub last_failed: Option<Time>,
    /// How many came that GitHub had signed.
    pub deliveries: u64,
}

/// A request of GitHub's, as a web framework has it.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The header `X-GitHub-Event`; empty if it is missing.
    pub event: &'a str,
    /// The header `X-GitHub-Delivery`; empty if it is missing.
    pub delivery: &'a str,
    /// The header `X-Hub-Signature-256`; empty if it is missing.
    pub signature: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// What to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "GitHub waits for the answer"]
pub struct Outcome {
    /// The status of the response.
    pub status: u16,
    /// Its body: a line for whoever looks at the delivery on GitHub's page.
    pub body: String,
}

impl Front {
    /// A front for a desk.
    pub fn new(desk: Desk, config: Config, app: App, secrets: WebhookSecrets) -> Self {
        let health = RwLock::default();
        Self { inner: Arc::new(Inner { desk, config, app, secrets, health }) }
    }

    /// Takes a request: checks who sent it, and lets the desk learn what it tells.
    pub async fn receive(&self, request: Request<'_>) -> Outcome {
        let now = self.inner.desk.now();
        if let Err(why) = verify(&self.inner.secrets, request.signature, request.body) {
            self.note(|health| health.last_unsigned = Some(now));
            return unverified(why);
        }
        self.note(|health| {
            health.last_delivery = Some(now);
            health.deliveries += 1;
        });
        let outcome = self.understand(request.event, request.delivery, request.body).await;
        if outcome.status != 200 {
            self.note(|health| health.last_failed = Some(now));
        }
        outcome
    }

    /// When GitHub was heard of last. A webhook that was deleted, or an address that changed, makes no noise but this.
    pub fn health(&self) -> Health {
        self.inner.health.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn understand(&self, event: &str, delivery: &str, body: &[u8]) -> Outcome {
        let context = Context { config: &self.inner.config, app: &self.inner.app };
        match read(&context, event, delivery, body) {
            Ok(Delivery::Fact(fact)) => match self.learn(told(&self.inner.config, &fact)).await {
                Ok(count) => answer(200, format!("{}: told the desk of {count}", fact.key)),
                Err(error) => {
                    tracing::error!(%delivery, %event, %error, "a delivery could not be kept");
                    answer(503, "it could not be kept: deliver it again".to_owned())
                }
            },
            Ok(Delivery::Ping(ping)) => answer(200, format!("hook {} is heard", ping.hook)),
            Ok(Delivery::Installation(installation)) => {
                tracing::info!(installation = installation.id, "what we may see has changed");
                answer(200, "noted".to_owned())
            }
            Ok(Delivery::NotForUs(why)) => {
                tracing::debug!(%delivery, %event, ?why, "a delivery is not for us");
                answer(200, "nothing to us".to_owned())
            }
            Err(why) => {
                tracing::error!(%delivery, %event, %why, "a delivery can not be understood");
                answer(422, why.to_string())
            }
        }
    }

    /// What was learnt before is answered as it was then, so that a delivery whose first half was kept can come again.
    async fn learn(&self, told: Told) -> Result<usize, DeskError> {
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

    fn note(&self, change: impl FnOnce(&mut Health)) {
        change(&mut self.inner.health.write().unwrap_or_else(PoisonError::into_inner));
    }
}

impl fmt::Debug for Front {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Front").field("health", &self.health()).finish_non_exhaustive()
    }
}

fn unverified(why: Unverified) -> Outcome {
    tracing::warn!(%why, "a delivery is not taken for GitHub's");
    answer(401, "the signature is wrong".to_owned())
}

fn answer(status: u16, body: String) -> Outcome {
    Outcome { status, body }
}
