use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use async_trait::async_trait;
use chrono::TimeDelta;
use serde_json::{Value, json};
use supporty_core::adapter::{
    Card, Chat, ChatCapability, Delivered, Destination, Error, ErrorKind, Piece, Post, Retry, Show,
};
use supporty_core::desk::{Clock, SystemClock};
use supporty_core::policy::Policy;
use supporty_core::stream::EffectId;
use supporty_core::vocab::{Place, TicketKey, Time};

use crate::api::Api;
use crate::block::Message;
use crate::config::Config;
use crate::error::{Failure, Then};
use crate::ids::{ChannelRef, TeamId, UserRef};
use crate::inbound::ResponseUrl;
use crate::methods::Method;
use crate::names;
use crate::pace::{Pace, Wish};
use crate::render::{self, Context};

/// How many messages are asked for at once while one of ours is looked for.
const PAGE: u32 = 200;
/// How many pages are looked through: what was posted a moment ago stands on the first.
const PAGES: usize = 10;
/// How many messages and threads are known without asking Slack.
const KNOWN: usize = 4_096;

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
}

/// A bounded memory of what was posted lately, and of threads that are there.
#[derive(Debug, Default)]
struct Known {
    posted: HashMap<String, Place>,
    posted_order: VecDeque<String>,
    roots: HashMap<(String, String), TicketKey>,
    links: BTreeMap<TicketKey, (String, String)>,
    roots_order: VecDeque<(String, String)>,
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
        self.link_to(&ChannelRef::parse(&place.channel).id, place.message.as_str())
    }

    /// How many calls wait for their time.
    pub fn waiting(&self) -> usize {
        self.pace().waiting()
    }

    pub(crate) async fn call(
        &self,
        team: Option<&TeamId>,
        method: Method,
        args: Value,
    ) -> Result<Value, Error> {
        Ok(self.api.call(team, method, &args).await?)
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
        let effect = effect.to_string();
        if let Some(place) = self.known().posted.get(&effect) {
            return Ok(place.clone());
        }
        let (at, thread) = self.destination(&to);
        if let Some(thread) = &thread {
            self.check_thread(&at, thread).await?;
        }
        let mut args = json!({ "channel": at.channel, "unfurl_links": false, "unfurl_media": false });
        if let (Some(thread), Some(args)) = (&thread, args.as_object_mut()) {
            args.insert("thread_ts".to_owned(), thread.as_str().into());
        }
        let message = message.of_effect(names::METADATA, effect.clone());
        let wish = self.wish(&at, Method::ChatPostMessage, &effect, urgent);
        let answer = self.say(wish, args, &message).await?;
        let text = |at: &str| answer.pointer(at).and_then(Value::as_str);
        let (Some(channel), Some(ts)) = (text("/channel"), text("/ts")) else {
            return Err(Failure::Garbled(Method::ChatPostMessage).into());
        };
        if thread.is_some() && text("/message/thread_ts") != thread.as_deref() {
            return Err(self.misplaced(&at, channel, ts).await);
        }
        let channel = ChannelRef::of(at.team.as_ref(), self.config.team.as_ref(), channel);
        let place = self.place(&channel, ts);
        self.known().post(effect, place.clone());
        Ok(place)
    }

    /// A thread whose root is gone is none: what was said there stands in the channel, and is taken back.
    async fn misplaced(&self, at: &At, channel: &str, ts: &str) -> Error {
        let args = json!({ "channel": channel, "ts": ts });
        if let Err(error) = self.api.call(at.team.as_ref(), Method::ChatDelete, &args).await {
            tracing::warn!(%error, "a message stands in the channel whose thread is gone");
        }
        Error::new(ErrorKind::Gone, Retry::Never, "posting into a thread whose root is gone")
    }

    /// Slack takes replies to messages that do not exist, and shows them to nobody: so a thread that we have not seen
    /// lately is looked at first.
    async fn check_thread(&self, at: &At, thread: &str) -> Result<(), Error> {
        let root = (at.channel.clone(), thread.to_owned());
        if self.known().roots.contains_key(&root) {
            return Ok(());
        }
        let args = json!({ "channel": at.channel, "ts": thread, "limit": 1 });
        self.wait(self.wish(at, Method::ConversationsReplies, thread, false))?;
        let replies = self.api.call(at.team.as_ref(), Method::ConversationsReplies, &args).await?;
        let first = replies.pointer("/messages/0/ts").and_then(Value::as_str);
        if first != Some(thread) {
            return Err(Error::new(ErrorKind::Gone, Retry::Never, "looking for a thread"));
        }
        Ok(())
    }

    /// Says it with blocks, or without where Slack will not have them.
    async fn say(&self, wish: Wish<'_>, args: Value, message: &Message) -> Result<Value, Error> {
        self.wait(wish)?;
        let whole = with(args.clone(), message, false);
        let failure = match self.api.call(wish.team, wish.method, &whole).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        if failure.then() == Then::Plainer {
            tracing::warn!(%failure, "a message is shown without its blocks");
            return Ok(self.api.call(wish.team, wish.method, &with(args, message, true)).await?);
        }
        if let Failure::Later { wait, .. } = &failure {
            let wait = TimeDelta::from_std(*wait).unwrap_or(TimeDelta::MAX);
            let until = self.clock.now().checked_add_signed(wait).unwrap_or(Time::MAX_UTC);
            self.pace().hold(wish, until);
        }
        Err(failure.into())
    }

    fn wait(&self, wish: Wish<'_>) -> Result<(), Error> {
        let now = self.clock.now();
        self.pace().book(wish, now).map_err(|at| {
            let wait = at.signed_duration_since(now).to_std().unwrap_or_default();
            Failure::Later { method: wish.method, wait }.into()
        })
    }

    fn wish<'a>(&self, at: &'a At, method: Method, name: &'a str, urgent: bool) -> Wish<'a> {
        Wish { team: at.team.as_ref(), method, channel: &at.channel, name, urgent }
    }

    async fn look(&self, at: &At, thread: Option<&str>, effect: &str) -> Result<Option<String>, Error> {
        let mut cursor = String::new();
        for _ in 0..PAGES {
            let method = match thread {
                Some(_) => Method::ConversationsReplies,
                None => Method::ConversationsHistory,
            };
            let args = json!({
                "channel": at.channel, "ts": thread, "limit": PAGE, "include_all_metadata": true,
                "cursor": Some(&cursor).filter(|cursor| !cursor.is_empty()),
            });
            self.wait(self.wish(at, method, &format!("{effect}/{cursor}"), false))?;
            let page = self.api.call(at.team.as_ref(), method, &args).await?;
            let messages = page.get("messages").and_then(Value::as_array).into_iter().flatten();
            let mut ours = messages.filter(|message| {
                let text = |at: &str| message.pointer(at).and_then(Value::as_str);
                text("/metadata/event_type") == Some(names::METADATA)
                    && text("/metadata/event_payload/effect") == Some(effect)
            });
            if let Some(ts) = ours.find_map(|message| message.get("ts")?.as_str()) {
                return Ok(Some(ts.to_owned()));
            }
            match page.pointer("/response_metadata/next_cursor").and_then(Value::as_str) {
                Some(next) if !next.is_empty() => cursor = next.to_owned(),
                _ => return Ok(None),
            }
        }
        Ok(None)
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

    fn place(&self, channel: &ChannelRef, ts: &str) -> Place {
        Place { adapter: self.config.name.clone(), channel: channel.to_string(), message: ts.into() }
    }

    fn link_to(&self, channel: &str, ts: &str) -> Option<String> {
        let web = self.web.read().unwrap_or_else(PoisonError::into_inner);
        Some(format!("{}archives/{channel}/p{}", web.as_ref()?, ts.replace('.', "")))
    }

    /// Where the threads of tickets stand, as far as that is known without asking.
    fn links<'a>(&self, keys: impl IntoIterator<Item = &'a TicketKey>) -> BTreeMap<TicketKey, String> {
        let known = self.known();
        let link = |key: &TicketKey| {
            let (channel, ts) = known.links.get(key)?;
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
            self.known().root(&place, key);
            return Ok(Delivered { place });
        };
        let at = At::of(&place.channel);
        let args = json!({ "channel": at.channel, "ts": place.message.as_str() });
        let effect = show.effect.to_string();
        match self.say(self.wish(&at, Method::ChatUpdate, &effect, urgent), args, &card).await {
            Ok(_) => self.known().root(&place, key),
            Err(error) => {
                self.known().forget(&place);
                return Err(error);
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
        let effect = effect.to_string();
        let (mut at, thread) = self.destination(&to);
        if matches!(to, Destination::Person(_)) {
            let args = json!({ "users": at.channel });
            let opened = self.api.call(at.team.as_ref(), Method::ConversationsOpen, &args).await?;
            match opened.pointer("/channel/id").and_then(Value::as_str) {
                Some(channel) => at.channel = channel.to_owned(),
                None => return Err(Failure::Garbled(Method::ConversationsOpen).into()),
            }
        }
        let Some(ts) = self.look(&at, thread.as_deref(), &effect).await? else { return Ok(None) };
        let channel = ChannelRef { team: at.team, id: at.channel };
        let place = self.place(&channel, &ts);
        self.known().post(effect, place.clone());
        Ok(Some(Delivered { place }))
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
}

impl Known {
    fn post(&mut self, effect: String, place: Place) {
        if self.posted.insert(effect.clone(), place).is_none() {
            self.posted_order.push_back(effect);
        }
        if self.posted_order.len() > KNOWN
            && let Some(oldest) = self.posted_order.pop_front()
        {
            self.posted.remove(&oldest);
        }
    }

    fn root(&mut self, place: &Place, ticket: TicketKey) {
        let root = (ChannelRef::parse(&place.channel).id, place.message.as_str().to_owned());
        self.links.insert(ticket.clone(), root.clone());
        if self.roots.insert(root.clone(), ticket).is_none() {
            self.roots_order.push_back(root);
        }
        if self.roots_order.len() > KNOWN
            && let Some(oldest) = self.roots_order.pop_front()
            && let Some(ticket) = self.roots.remove(&oldest)
            && self.links.get(&ticket) == Some(&oldest)
        {
            self.links.remove(&ticket);
        }
    }

    fn forget(&mut self, place: &Place) {
        let root = (ChannelRef::parse(&place.channel).id, place.message.as_str().to_owned());
        if let Some(ticket) = self.roots.remove(&root) {
            self.links.remove(&ticket);
            self.roots_order.retain(|known| *known != root);
        }
        self.posted.retain(|_, known| known != place);
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
