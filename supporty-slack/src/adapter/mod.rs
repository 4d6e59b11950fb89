mod find;
mod thread;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use async_trait::async_trait;
use serde_json::{Value, json};
use supporty_core::adapter::{
    Card, Chat, ChatCapability, Delivered, Destination, Error, ErrorKind, Piece, Post, Show,
};
use supporty_core::desk::{Clock, SystemClock};
use supporty_core::policy::Policy;
use supporty_core::stream::EffectId;
use supporty_core::vocab::{Place, TicketKey};

use crate::api::Api;
use crate::block::Message;
use crate::config::Config;
use crate::error::{Failure, Then};
use crate::ids::{ChannelRef, TeamId, UserRef};
use crate::inbound::ResponseUrl;
use crate::known::Known;
use crate::methods::Method;
use crate::names;
use crate::pace::{Pace, Wish};
use crate::render::{self, Context};

use find::Us;

/// Slack as the chat of a desk: `cards`, `dedupes` and `direct`.
///
/// Every message of ours has the name of its effect in its metadata, and is looked for by it before it is posted again.
pub struct Slack {
    api: Api,
    config: Arc<Config>,
    policy: RwLock<Arc<Policy>>,
    /// Where the desk's own workspace is on the web: `https://example.slack.com/`.
    web: RwLock<Option<String>>,
    clock: Arc<dyn Clock>,
    pace: Mutex<Pace>,
    known: Mutex<Known>,
    /// Who we are in each workspace, once we have asked.
    us: Mutex<BTreeMap<Option<TeamId>, Us>>,
}

/// A channel of a workspace, as a call names it.
struct At {
    team: Option<TeamId>,
    channel: String,
}

impl Slack {
    /// Slack for a desk of that policy, which says who is who there.
    pub fn new(api: Api, config: Arc<Config>, policy: Arc<Policy>) -> Self {
        Self {
            api,
            config,
            policy: RwLock::new(policy),
            web: RwLock::new(None),
            clock: Arc::new(SystemClock),
            pace: Mutex::default(),
            known: Mutex::default(),
            us: Mutex::default(),
        }
    }

    /// By another clock: that of a test, whose time does not pass by itself.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    /// How the workspace is set up.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where the desk's own workspace is on the web, as `auth.test` says, so that keys lead to their cards.
    pub fn set_web(&self, url: &str) {
        *self.web.write().unwrap_or_else(PoisonError::into_inner) = Some(url.to_owned());
    }

    /// Another policy says who is who from now on.
    pub fn set_policy(&self, policy: Arc<Policy>) {
        *self.policy.write().unwrap_or_else(PoisonError::into_inner) = policy;
    }

    /// Where a message is on the web.
    pub fn link(&self, place: &Place) -> Option<String> {
        self.link_to(&ChannelRef::parse(&place.channel), place.message.as_str())
    }

    /// How many calls wait for their time.
    pub fn waiting(&self) -> usize {
        self.pace().waiting()
    }

    /// Calls a method for somebody who waits: before what the desk has to say.
    pub(crate) async fn call(
        &self,
        team: Option<&TeamId>,
        method: Method,
        args: Value,
    ) -> Result<Value, Error> {
        let channel = args.get("channel").and_then(Value::as_str).unwrap_or_default();
        let wish = Wish { team, method, channel, name: method.name(), urgent: true };
        Ok(self.paced(wish, &args).await?)
    }

    pub(crate) async fn respond(&self, to: &ResponseUrl, message: Value) -> Result<(), Error> {
        Ok(self.api.respond(to, &message).await?)
    }

    #[cfg(feature = "picture")]
    pub(crate) async fn upload(
        &self,
        team: Option<&TeamId>,
        name: &str,
        file: Vec<u8>,
    ) -> Result<String, Error> {
        Ok(self.api.upload(team, name, file).await?)
    }

    pub(crate) async fn revoked(&self, team: &TeamId) {
        if let Err(error) = self.api.revoked(team).await {
            tracing::error!(%team, %error, "the tokens of a workspace are not forgotten");
        }
    }

    /// Posts something of ours once, and answers with where it stands.
    pub(crate) async fn post(
        &self,
        effect: &EffectId,
        to: Destination,
        message: Message,
        urgent: bool,
    ) -> Result<Place, Error> {
        let name = effect.to_string();
        if let Some(place) = self.known().posted(&name) {
            return Ok(place);
        }
        // Whoever asked before may have given up waiting while it was being posted.
        if self.known().begin(&name)
            && let Some(found) = self.find(effect.clone(), to.clone()).await?
        {
            return Ok(found.place);
        }
        let posted = self.post_anew(&name, &to, message, urgent).await;
        if posted.as_ref().is_err_and(|error| error.kind != ErrorKind::Unknown) {
            self.known().not_posted(&name);
        }
        posted
    }

    async fn post_anew(
        &self,
        effect: &str,
        to: &Destination,
        message: Message,
        urgent: bool,
    ) -> Result<Place, Error> {
        let (at, thread) = self.destination(to);
        if let Destination::Thread(root) = to {
            self.check_thread(&at, root, urgent).await?;
        }
        let mut args = json!({ "channel": at.channel, "unfurl_links": false, "unfurl_media": false });
        if let (Some(thread), Some(args)) = (&thread, args.as_object_mut()) {
            args.insert("thread_ts".to_owned(), thread.as_str().into());
        }
        let message = message.of_effect(names::METADATA, effect);
        let answer = self.say(at.wish(Method::ChatPostMessage, effect, urgent), args, &message).await?;
        let text = |at: &str| answer.pointer(at).and_then(Value::as_str);
        let (Some(channel), Some(ts)) = (text("/channel"), text("/ts")) else {
            return Err(Failure::Garbled(Method::ChatPostMessage).into());
        };
        let place = self.place(at.team.as_ref(), channel, ts);
        match thread {
            Some(thread) if text("/message/thread_ts") != Some(&thread) => {
                Err(self.misplaced(&at, &thread, effect, place).await)
            }
            _ => {
                self.known().post(effect, place.clone());
                Ok(place)
            }
        }
    }

    /// Says it as it should look, or in words alone where Slack will not have that.
    async fn say(&self, wish: Wish<'_>, args: Value, message: &Message) -> Result<Value, Failure> {
        match self.paced(wish, &with(args.clone(), message, false)).await {
            Err(failure) if failure.then() == Then::Plainer => {
                tracing::warn!(%failure, "a message is shown without its blocks");
                // It takes the place of the one that was refused.
                self.unpaced(wish, &with(args, message, true)).await
            }
            said => said,
        }
    }

    /// Calls a method when its limit allows that; before, it says when to come again.
    async fn paced(&self, wish: Wish<'_>, args: &Value) -> Result<Value, Failure> {
        self.book(wish)?;
        self.unpaced(wish, args).await
    }

    fn book(&self, wish: Wish<'_>) -> Result<(), Failure> {
        let mut pace = self.pace();
        // Asked for where nobody else can ask in between: an earlier time would be that of a clock that was set back.
        let now = self.clock.now();
        pace.book(wish, now).map_err(|at| {
            let wait = at.signed_duration_since(now).to_std().unwrap_or_default();
            Failure::Later { method: wish.method, wait }
        })
    }

    async fn unpaced(&self, wish: Wish<'_>, args: &Value) -> Result<Value, Failure> {
        let answer = self.api.call(wish.team, wish.method, args).await;
        if let Err(Failure::Later { wait, .. }) = &answer {
            let until = self.clock.now() + *wait;
            self.pace().hold(wish, until);
        }
        answer
    }

    /// Where a destination is, and the thread there.
    fn destination(&self, to: &Destination) -> (At, Option<String>) {
        match to {
            Destination::Thread(root) => (At::of(&root.channel), Some(root.message.as_str().to_owned())),
            Destination::Channel(channel) => (At::of(self.config.channel(channel)), None),
            Destination::Person(user) => {
                let user = UserRef::parse(user);
                (At { team: user.team, channel: user.id }, None)
            }
        }
    }

    fn place(&self, team: Option<&TeamId>, channel: &str, ts: &str) -> Place {
        let channel = ChannelRef::of(team, self.config.team.as_ref(), channel);
        Place { adapter: self.config.name.clone(), channel: channel.to_string(), message: ts.into() }
    }

    /// Of other workspaces it is not known where they are on the web.
    fn link_to(&self, channel: &ChannelRef, ts: &str) -> Option<String> {
        let web = self.web.read().unwrap_or_else(PoisonError::into_inner);
        let web = web.as_ref().filter(|_| channel.team.is_none())?;
        Some(format!("{web}archives/{}/p{}", channel.id, ts.replace('.', "")))
    }

    /// Where the threads of tickets stand, as far as that is known without asking.
    fn links<'a>(&self, keys: impl IntoIterator<Item = &'a TicketKey>) -> BTreeMap<TicketKey, String> {
        let known = self.known();
        let link = |key: &TicketKey| {
            let (channel, ts) = known.card_of(key)?;
            self.link_to(channel, ts)
        };
        keys.into_iter().filter_map(|key| Some((key.clone(), link(key)?))).collect()
    }

    fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Chat for Slack {
    fn capability(&self) -> ChatCapability {
        let mut can = ChatCapability::default();
        can.cards = true;
        can.dedupes = true;
        can.direct = true;
        can
    }

    async fn show(&self, show: Show) -> Result<Delivered, Error> {
        let Card { key, merged_into, reports_to, .. } = &show.card;
        let (policy, links) = (self.policy(), self.links(merged_into.iter().chain(reports_to).chain([key])));
        let urgent = policy.priority(&show.card.priority).is_some_and(|priority| priority.critical);
        let key = show.card.key.clone();
        let card =
            render::card(&show.card, &Context { config: &self.config, policy: &policy, links: &links });
        let Some(place) = show.at else {
            let place = self.post(&show.effect, Destination::Channel(show.channel), card, urgent).await?;
            self.known().card(key.clone(), &place);
            self.say_where_it_went(&show.effect, &key).await?;
            return Ok(Delivered { place });
        };
        let at = At::of(&place.channel);
        let args = json!({ "channel": at.channel, "ts": place.message.as_str() });
        let effect = show.effect.to_string();
        match self.say(at.wish(Method::ChatUpdate, &effect, urgent), args, &card).await {
            Ok(_) => self.known().card(key, &place),
            Err(failure) => {
                if failure.then() == Then::NewThread {
                    self.known().set_moved(&effect, place);
                }
                return Err(failure.into());
            }
        }
        Ok(Delivered { place })
    }

    async fn tell(&self, post: Post) -> Result<Delivered, Error> {
        let mentioned = post.message.pieces.iter().filter_map(|piece| match piece {
            Piece::Ticket(key) => Some(key),
            _ => None,
        });
        let (policy, links) = (self.policy(), self.links(mentioned.chain(&post.message.ticket)));
        let context = Context { config: &self.config, policy: &policy, links: &links };
        let message = render::message(&post.message, &context);
        let place = self.post(&post.effect, post.to, message, post.message.urgent).await?;
        Ok(Delivered { place })
    }

    async fn find(&self, effect: EffectId, to: Destination) -> Result<Option<Delivered>, Error> {
        let found = self.look_for(&effect.to_string(), &to).await?;
        Ok(found.map(|place| Delivered { place }))
    }
}

impl fmt::Debug for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slack").field("api", &self.api).field("config", &self.config).finish_non_exhaustive()
    }
}

impl At {
    fn of(channel: &str) -> Self {
        let ChannelRef { team, id } = ChannelRef::parse(channel);
        Self { team, channel: id }
    }

    fn wish<'a>(&'a self, method: Method, name: &'a str, urgent: bool) -> Wish<'a> {
        Wish { team: self.team.as_ref(), method, channel: &self.channel, name, urgent }
    }
}

/// The arguments with what is said; plainly, in words alone.
fn with(args: Value, message: &Message, plainly: bool) -> Value {
    let mut said = serde_json::to_value(message).unwrap_or_default();
    if let (Value::Object(said), Value::Object(args)) = (&mut said, args) {
        said.extend(args);
        if plainly {
            said.insert("blocks".to_owned(), json!([]));
        }
    }
    said
}
