//! What a delivery makes happen: the desk is asked, and Slack is answered within its three seconds.

mod answer;
mod forms;
mod home;
mod outcome;
mod reader;
mod tend;
mod week;
mod whisper;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use supporty_core::adapter::{Answer, Inbound, Raw, Unreadable};
use supporty_core::desk::{Desk, DeskError};
use supporty_core::policy::Policy;
use supporty_core::vocab::{InboundKey, Place, TicketKey, Time};

use crate::Slack;
use crate::ids::TeamId;
use crate::inbound::{App, By, Context, Delivery, SigningSecrets, Unverified, read, unread_key, verify};

use answer::sentence;
pub use outcome::{Outcome, Work};
pub use reader::SlackReader;

/// Where tickets' threads stand, for whoever draws something.
type Links = BTreeMap<TicketKey, String>;

/// How many messages are known to have been met with the form.
const MET: usize = 256;

/// How long a form waits for the desk. What takes longer is told to the asker later, beside the form.
const FORM_PATIENCE: Duration = Duration::from_millis(2_000);

/// A desk's front on Slack. Cheap to clone.
///
/// It knows no web framework: whatever receives Slack's requests hands them to [`receive`](Self::receive), sends back what
/// that says, and then runs the work that is left.
#[derive(Clone)]
pub struct Front {
    inner: Arc<Inner>,
}

struct Inner {
    desk: Desk,
    slack: Arc<Slack>,
    secrets: Option<SigningSecrets>,
    app: App,
    /// The messages that were met with the form lately: Slack may tell of them again.
    met: Mutex<VecDeque<Place>>,
}

/// A request of Slack's, as a web framework has it.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The header `X-Slack-Request-Timestamp`; empty if it is missing.
    pub timestamp: &'a str,
    /// The header `X-Slack-Signature`; empty if it is missing.
    pub signature: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

impl Front {
    /// A front for a desk whose chat is `slack`. Without a signing secret no request is believed, and everything comes
    /// over a socket.
    pub fn new(desk: Desk, slack: Arc<Slack>, secrets: Option<SigningSecrets>, app: App) -> Self {
        Self { inner: Arc::new(Inner { desk, slack, secrets, app, met: Mutex::default() }) }
    }

    /// Takes a request: checks who sent it, keeps what the desk is asked, and says what to answer.
    pub async fn receive(&self, request: Request<'_>, now: Time) -> Outcome {
        let Request { timestamp, signature, body } = request;
        let Some(secrets) = &self.inner.secrets else { return Outcome::unauthorized() };
        if let Err(why) = verify(secrets, timestamp, signature, body, now) {
            return self.unverified(&why);
        }
        let Ok(body) = std::str::from_utf8(body) else { return Outcome::refused("the body is not UTF-8") };
        self.understand(body, now).await
    }

    /// Takes what came over a socket: the payload of an envelope, as it is.
    pub async fn envelope(&self, payload: &str) -> Outcome {
        self.understand(payload, self.inner.desk.now()).await
    }

    async fn understand(&self, body: &str, now: Time) -> Outcome {
        let policy = self.inner.desk.policy();
        match read(&self.context(&policy), body, now) {
            Ok(delivery) => self.take(delivery, body, now).await,
            Err(why) => self.puzzled(&why, body, now).await,
        }
    }

    async fn take(&self, delivery: Delivery, raw: &str, now: Time) -> Outcome {
        match delivery {
            Delivery::Challenge(word) => Outcome::text(word),
            Delivery::Wrong(errors) => {
                Outcome::form_errors(errors.into_iter().map(|one| (one.block, sentence(&one.why))))
            }
            Delivery::Asked(asked) => {
                if let Err(error) = self.keep(asked.inbound.key.clone(), raw, now).await {
                    return self.not_kept(&error);
                }
                match asked.by {
                    By::Form => self.handle_form(*asked).await,
                    _ => Outcome::done().then(self.clone().handle(*asked)),
                }
            }
            Delivery::Opens(opens) => Outcome::done().then(self.clone().open(opens)),
            Delivery::Changed(changed) => Outcome::done().then(self.clone().changed(changed)),
            Delivery::EmojiAsks { asker, place, kind } => {
                Outcome::done().then(self.clone().prompt(asker, place, kind))
            }
            Delivery::Home(asker) => Outcome::done().then(self.clone().show_home(asker)),
            Delivery::Mentioned { place, .. } if !self.meets(&place) => Outcome::done(),
            Delivery::Mentioned { asker, text, favourites, .. } => {
                Outcome::done().then(self.clone().redirect(asker, text, favourites))
            }
            Delivery::Help(asker) => Outcome::done().then(self.clone().help(asker)),
            Delivery::Channel { channel, news } => {
                tracing::warn!(%channel, ?news, "a channel of the desk changed");
                Outcome::done()
            }
            Delivery::Left { user, channel } => {
                tracing::info!(%user, %channel, "somebody left a channel of the desk");
                Outcome::done()
            }
            Delivery::Revoked(team) => Outcome::done().then(self.clone().revoked(team)),
            Delivery::Throttled(team) => {
                tracing::warn!(%team, "Slack holds back deliveries, because there were too many");
                Outcome::done()
            }
            Delivery::NotForUs(why) => {
                tracing::debug!(?why, "a delivery is not for us");
                Outcome::done()
            }
        }
    }

    /// Whether a message is met for the first time.
    fn meets(&self, place: &Place) -> bool {
        let mut met = self.inner.met.lock().unwrap_or_else(PoisonError::into_inner);
        if met.contains(place) {
            return false;
        }
        met.push_back(place.clone());
        if met.len() > MET {
            met.pop_front();
        }
        true
    }

    /// What can not be understood is kept for a version that can.
    async fn puzzled(&self, why: &Unreadable, raw: &str, now: Time) -> Outcome {
        tracing::error!(%why, "a delivery is kept, and can not be understood");
        match self.keep(unread_key(&self.inner.slack.config().name, raw), raw, now).await {
            Ok(()) => Outcome::done(),
            Err(error) => self.not_kept(&error),
        }
    }

    async fn keep(&self, key: InboundKey, raw: &str, at: Time) -> Result<(), DeskError> {
        let adapter = self.inner.slack.config().name.clone();
        self.inner.desk.keep(Raw { key, adapter, raw: raw.to_owned(), at }).await
    }

    fn unverified(&self, why: &Unverified) -> Outcome {
        tracing::warn!(%why, "a request does not come from Slack");
        Outcome::unauthorized()
    }

    /// Slack tries again when it is told so.
    fn not_kept(&self, error: &DeskError) -> Outcome {
        tracing::error!(%error, "a delivery could not be kept");
        Outcome::unavailable()
    }

    fn context<'a>(&'a self, policy: &'a Policy) -> Context<'a> {
        Context { config: self.inner.slack.config(), policy, app: &self.inner.app }
    }

    /// Where a ticket's thread stands, as an address.
    async fn link(&self, key: &TicketKey) -> Result<Option<String>, DeskError> {
        let Some(ticket) = self.inner.desk.ticket(key.clone()).await? else { return Ok(None) };
        let name = &self.inner.slack.config().name;
        Ok(ticket
            .places
            .iter()
            .find(|place| place.adapter == *name)
            .and_then(|place| self.inner.slack.link(place)))
    }

    async fn decide(&self, inbound: Inbound) -> Result<Answer, DeskError> {
        self.inner.desk.handle(inbound).await
    }

    async fn revoked(self, team: TeamId) {
        tracing::error!(%team, "a workspace took our token back: install the app there again");
        self.inner.slack.revoked(&team).await;
    }
}
