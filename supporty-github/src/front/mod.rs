//! What a delivery makes happen: the desk learns what it tells, and GitHub is answered once that is in the log.

mod ask;
mod catch_up;
mod health;
mod learn;
mod told;

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use supporty_core::desk::Desk;

use crate::api::Api;
use crate::config::Config;
use crate::inbound::{App, Context, Delivery, Unverified, WebhookSecrets, read, verify};

pub use catch_up::CaughtUp;
pub use health::Health;
pub use told::{Told, told};

/// A desk's front for GitHub. Cheap to clone.
///
/// It knows no web framework: whatever receives GitHub's requests hands them to [`receive`](Self::receive) and sends back
/// what that says. GitHub waits [ten seconds](https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#respond-within-10-seconds),
/// and [sends nothing again by itself](https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries).
/// So a front that was given a way to [ask](Self::asking) fetches what it missed, for as long as somebody lets it
/// [keep up](Self::keep_up).
#[derive(Clone)]
pub struct Front {
    inner: Arc<Inner>,
}

struct Inner {
    desk: Desk,
    config: Config,
    app: App,
    secrets: WebhookSecrets,
    api: OnceLock<Api>,
    health: RwLock<Health>,
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
        let health = RwLock::new(Health { since: desk.now(), ..Health::default() });
        Self { inner: Arc::new(Inner { desk, config, app, secrets, api: OnceLock::new(), health }) }
    }

    /// The same, with a way to ask GitHub: for what it could not deliver, for the commits that a deployment brought, and for
    /// the first one of a change. Holds for all clones; the first way that is given counts.
    #[must_use]
    pub fn asking(self, api: Api) -> Self {
        let _ = self.inner.api.set(api);
        self
    }

    /// Takes a request: checks who sent it, and lets the desk learn what it tells.
    pub async fn receive(&self, request: Request<'_>) -> Outcome {
        let now = self.inner.desk.now();
        if let Err(why) = verify(&self.inner.secrets, request.signature, request.body) {
            self.note(|health| health.last_unsigned = Some(now));
            return unverified(why);
        }
        self.note(|health| {
            health.last_delivery = health.last_delivery.max(Some(now));
            health.deliveries += 1;
        });
        let outcome = self.understand(request.event, request.delivery, request.body).await;
        if outcome.status != 200 {
            self.note(|health| health.last_failed = Some(now));
        }
        outcome
    }

    /// When GitHub was heard of last, and what came of asking. A webhook that was deleted, or an address that changed, makes no
    /// noise but this.
    pub fn health(&self) -> Health {
        self.inner.health.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn understand(&self, event: &str, delivery: &str, body: &[u8]) -> Outcome {
        match read(&self.context(), event, delivery, body) {
            Ok(Delivery::Fact(fact)) => {
                let told = self.complete_soon(&fact, told(&self.inner.config, &fact)).await;
                match self.learn(told).await {
                    Ok(count) => answer(200, format!("{}: told the desk of {count}", fact.key)),
                    Err(error) => {
                        tracing::error!(%delivery, %event, %error, "a delivery could not be kept");
                        answer(503, "it could not be kept: deliver it again".to_owned())
                    }
                }
            }
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

    fn context(&self) -> Context<'_> {
        Context { config: &self.inner.config, app: &self.inner.app }
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
