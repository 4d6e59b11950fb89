use std::sync::PoisonError;

use serde_json::{Value, json};
use supporty_core::adapter::{Destination, Error};
use supporty_core::vocab::Place;

use super::{At, Slack};
use crate::error::{Failure, Then};
use crate::ids::{TeamId, UserRef};
use crate::methods::Method;
use crate::names;
use crate::pace::Wish;

/// How many messages are asked for at once while one of ours is looked for.
const PAGE: u32 = 200;
/// How many pages are looked through: what was posted a moment ago stands on the first.
const PAGES: usize = 10;

/// Our bot in a workspace, as messages name it.
#[derive(Debug, Clone)]
pub(super) struct Us {
    user: Option<String>,
    bot: Option<String>,
}

impl Slack {
    /// Looks for an effect where it was to be posted.
    pub(super) async fn look_for(&self, effect: &str, to: &Destination) -> Result<Option<Place>, Error> {
        let (at, thread) = self.destination(to);
        let at = match to {
            Destination::Person(_) => self.direct(&at, effect).await?,
            Destination::Thread(_) | Destination::Channel(_) => Some(at),
        };
        let Some(at) = at else { return Ok(None) };
        let found = match self.look(&at, thread.as_deref(), effect, PAGES).await? {
            // It may have been meant for a thread that was gone, and stand in the channel.
            None if thread.is_some() => self.look(&at, None, effect, 1).await?,
            found => found,
        };
        Ok(found.map(|ts| {
            let place = self.place(at.team.as_ref(), &at.channel, &ts);
            self.known().post(effect, place.clone());
            place
        }))
    }

    /// Looks for a message of ours, newest first in a channel, oldest first in a thread. Where nothing can be read
    /// nothing could have been posted either.
    async fn look(
        &self,
        at: &At,
        thread: Option<&str>,
        effect: &str,
        pages: usize,
    ) -> Result<Option<String>, Error> {
        let us = self.us(at.team.as_ref()).await?;
        let method = match thread {
            Some(_) => Method::ConversationsReplies,
            None => Method::ConversationsHistory,
        };
        let mut cursor = String::new();
        for _ in 0..pages {
            let args = json!({
                "channel": at.channel, "ts": thread, "limit": PAGE, "include_all_metadata": true,
                "cursor": Some(&cursor).filter(|cursor| !cursor.is_empty()),
            });
            let name = format!("{effect}/{cursor}");
            let page = match self.paced(at.wish(method, &name, false), &args).await {
                Ok(page) => page,
                Err(failure) if matches!(failure.then(), Then::NewThread | Then::AnotherWay) => {
                    return Ok(None);
                }
                Err(failure) => return Err(failure.into()),
            };
            let mut messages = page.get("messages").and_then(Value::as_array).into_iter().flatten();
            let ours = messages.find(|message| us.wrote(message) && follows_from(message, effect));
            if let Some(ts) = ours.and_then(|message| message.get("ts")?.as_str()) {
                return Ok(Some(ts.to_owned()));
            }
            match page.pointer("/response_metadata/next_cursor").and_then(Value::as_str) {
                Some(next) if !next.is_empty() => cursor = next.to_owned(),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The channel of somebody's direct messages; none where nobody can be told anything.
    async fn direct(&self, user: &At, effect: &str) -> Result<Option<At>, Error> {
        let person = UserRef { team: user.team.clone(), id: user.channel.clone() };
        let known = self.known().direct(&person);
        let channel = match known {
            Some(channel) => channel,
            None => {
                let args = json!({ "users": user.channel });
                match self.paced(user.wish(Method::ConversationsOpen, effect, false), &args).await {
                    Ok(opened) => {
                        let channel = opened.pointer("/channel/id").and_then(Value::as_str);
                        let channel = channel.ok_or(Failure::Garbled(Method::ConversationsOpen))?.to_owned();
                        self.known().set_direct(person, &channel);
                        channel
                    }
                    Err(failure) if failure.then() == Then::AnotherWay => return Ok(None),
                    Err(failure) => return Err(failure.into()),
                }
            }
        };
        Ok(Some(At { team: user.team.clone(), channel }))
    }

    /// Who we are in a workspace: anybody may write our metadata, but only we are taken for us.
    async fn us(&self, team: Option<&TeamId>) -> Result<Us, Error> {
        if let Some(us) = self.us.lock().unwrap_or_else(PoisonError::into_inner).get(&team.cloned()) {
            return Ok(us.clone());
        }
        let wish = Wish { team, method: Method::AuthTest, channel: "", name: "us", urgent: true };
        let answer = self.paced(wish, &json!({})).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let us = Us { user: text("user_id"), bot: text("bot_id") };
        self.us.lock().unwrap_or_else(PoisonError::into_inner).insert(team.cloned(), us.clone());
        Ok(us)
    }
}

impl Us {
    fn wrote(&self, message: &Value) -> bool {
        let text = |name: &str| message.get(name).and_then(Value::as_str);
        let is =
            |name: &str, known: &Option<String>| known.as_deref().is_some_and(|id| text(name) == Some(id));
        is("user", &self.user) || is("bot_id", &self.bot)
    }
}

fn follows_from(message: &Value, effect: &str) -> bool {
    let text = |at: &str| message.pointer(at).and_then(Value::as_str);
    text("/metadata/event_type") == Some(names::METADATA)
        && text("/metadata/event_payload/effect") == Some(effect)
}
