use chrono::TimeDelta;
use serde_json::{Value, json};
use supporty_slack::{Method, Rate};

use super::state::{Call, Workspace};
use super::{APP, APP_TOKEN, BOT, CLIENT_SECRET, TEAM, TOKEN, eyes};

impl Workspace {
    /// Answers a call as Slack does.
    pub(super) fn call(&mut self, method: &str, args: &Value, token: &str) -> Value {
        let channel =
            text(args, "channel").or_else(|| text(args, "channel_id")).unwrap_or_default().to_owned();
        let known = token == TOKEN || token == APP_TOKEN || self.tokens.contains(token);
        if !known && method != "oauth.v2.access" {
            return refused("invalid_auth");
        }
        if self.revoked {
            return refused("token_revoked");
        }
        if self.too_many(method, &channel) {
            self.broken_limits.push(format!("{method} {channel}"));
            if self.strict {
                return refused("ratelimited");
            }
        }
        let now = self.clock.now();
        self.calls.push(Call {
            at: now,
            method: method.to_owned(),
            channel,
            args: args.clone(),
            token: token.to_owned(),
        });
        self.answer(method, args).unwrap_or_else(refused)
    }

    fn answer(&mut self, method: &str, args: &Value) -> Result<Value, &'static str> {
        match method {
            "auth.test" => Ok(json!({
                "ok": true, "url": "https://example.slack.com/", "team": "Example", "user": "supporty",
                "team_id": TEAM, "user_id": BOT, "bot_id": "BBOT",
            })),
            "bots.info" => {
                needed(args, "bot")?;
                Ok(json!({ "ok": true, "bot": { "id": args["bot"], "app_id": APP } }))
            }
            "chat.postMessage" => self.post(args),
            "chat.postEphemeral" => {
                let (channel, user) = (needed(args, "channel")?, needed(args, "user")?);
                self.open_channel(channel)?;
                shows(args)?;
                self.ephemeral.push((channel.to_owned(), user.to_owned(), args.clone()));
                Ok(json!({ "ok": true, "message_ts": "1.000001" }))
            }
            "chat.update" => self.update(args),
            "chat.delete" => {
                let (channel, ts) = (needed(args, "channel")?, needed(args, "ts")?);
                match self.message(channel, ts) {
                    Some(message) if message.user == BOT => self.delete(channel, ts),
                    Some(_) => return Err("cant_delete_message"),
                    None => return Err("message_not_found"),
                }
                Ok(json!({ "ok": true, "channel": channel, "ts": ts }))
            }
            "conversations.history" => {
                let channel = needed(args, "channel")?;
                self.readable(channel)?;
                let mut all: Vec<_> = self.roots(channel).into_iter().cloned().collect();
                all.reverse();
                Ok(page(&all, args))
            }
            "conversations.replies" => {
                let (channel, ts) = (needed(args, "channel")?, needed(args, "ts")?);
                self.readable(channel)?;
                let all: Vec<_> = self.thread(channel, ts).into_iter().cloned().collect();
                if all.first().is_none_or(|root| root.ts != ts) {
                    return Err("thread_not_found");
                }
                Ok(page(&all, args))
            }
            "conversations.open" => {
                let user = needed(args, "users")?;
                self.known_user(user)?;
                Ok(json!({ "ok": true, "channel": { "id": Self::direct(user) } }))
            }
            "conversations.info" => {
                let id = needed(args, "channel")?;
                let channel = self.channels.get(id).ok_or("channel_not_found")?;
                Ok(json!({ "ok": true, "channel": {
                    "id": id, "name": id.to_lowercase(), "is_archived": channel.archived, "is_member": channel.member,
                    "is_private": channel.private,
                } }))
            }
            "conversations.setTopic" => {
                let (id, topic) = (needed(args, "channel")?, needed(args, "topic")?);
                self.open_channel(id)?;
                self.channel(id).topic = topic.to_owned();
                Ok(json!({ "ok": true, "channel": { "id": id } }))
            }
            "users.info" => {
                let user = needed(args, "user")?;
                self.known_user(user)?;
                Ok(json!({ "ok": true, "user": { "id": user, "name": user, "deleted": false } }))
            }
            "views.open" => {
                needed(args, "trigger_id")?;
                let id = format!("V{}", self.views.len() + 1);
                self.view(&id, args)
            }
            "views.update" => {
                let id = needed(args, "view_id")?.to_owned();
                self.views.get(&id).ok_or("not_found")?;
                self.view(&id, args)
            }
            "views.publish" => {
                let user = needed(args, "user_id")?.to_owned();
                let view = args.get("view").cloned().ok_or("invalid_arguments")?;
                eyes::check(&view)?;
                self.homes.insert(user, view);
                Ok(json!({ "ok": true, "view": { "id": "VH", "hash": "1" } }))
            }
            "bookmarks.list" => Ok(json!({ "ok": true, "bookmarks": self.bookmarks })),
            "bookmarks.add" => {
                let mut bookmark = json!({ "id": format!("Bk{}", self.bookmarks.len()) });
                for name in ["title", "link", "channel_id", "type"] {
                    bookmark[name] = needed(args, name)?.into();
                }
                self.bookmarks.push(bookmark.clone());
                Ok(json!({ "ok": true, "bookmark": bookmark }))
            }
            "bookmarks.edit" => {
                let (id, title) = (needed(args, "bookmark_id")?, needed(args, "title")?);
                let bookmark =
                    self.bookmarks.iter_mut().find(|bookmark| bookmark["id"] == id).ok_or("not_found")?;
                bookmark["title"] = title.into();
                Ok(json!({ "ok": true, "bookmark": bookmark }))
            }
            "files.getUploadURLExternal" => {
                needed(args, "filename")?;
                let id = format!("F{}", self.files.len() + 1);
                Ok(json!({ "ok": true, "upload_url": format!("{}{id}", self.uploads), "file_id": id }))
            }
            "files.completeUploadExternal" => {
                let id = args.pointer("/files/0/id").and_then(Value::as_str).ok_or("invalid_arguments")?;
                self.files.get(id).ok_or("file_not_found")?;
                Ok(json!({ "ok": true, "files": [{ "id": id }] }))
            }
            "apps.connections.open" => {
                let url = self.socket.clone().ok_or("not_allowed_token_type")?;
                Ok(json!({ "ok": true, "url": url }))
            }
            "oauth.v2.access" => {
                let (code, secret) = (needed(args, "code")?, needed(args, "client_secret")?);
                if secret != CLIENT_SECRET {
                    return Err("bad_client_secret");
                }
                let team = code.strip_prefix("code-for-").ok_or("invalid_code")?;
                let token = format!("xoxb-for-{team}");
                self.tokens.insert(token.clone());
                Ok(json!({
                    "ok": true, "access_token": token, "token_type": "bot", "bot_user_id": BOT, "app_id": APP,
                    "team": { "id": team, "name": "Another" }, "scope": self.scopes.join(","),
                }))
            }
            _ => Err("unknown_method"),
        }
    }

    fn post(&mut self, args: &Value) -> Result<Value, &'static str> {
        let to = needed(args, "channel")?;
        let channel = if to.starts_with('U') {
            self.known_user(to)?;
            Self::direct(to)
        } else {
            self.open_channel(to)?;
            to.to_owned()
        };
        shows(args)?;
        // What names a root that is not there, or not any more, is posted as if it named none
        // (https://github.com/slack-go/slack/issues/1571).
        let thread = text(args, "thread_ts").filter(|root| self.message(&channel, root).is_some());
        let ts = self.put(&channel, BOT, args.clone(), thread);
        let mut message = json!({ "ts": ts, "text": args["text"], "bot_id": "BBOT", "user": BOT });
        if let Some(thread) = thread {
            message["thread_ts"] = thread.into();
        }
        Ok(json!({ "ok": true, "channel": channel, "ts": ts, "message": message }))
    }

    fn update(&mut self, args: &Value) -> Result<Value, &'static str> {
        let (channel, ts) = (needed(args, "channel")?.to_owned(), needed(args, "ts")?.to_owned());
        self.open_channel(&channel)?;
        shows(args)?;
        let there = self.message(&channel, &ts).ok_or("message_not_found")?;
        if there.user != BOT {
            return Err("cant_update_message");
        }
        let metadata = there.body.get("metadata").cloned();
        there.body = args.clone();
        there.edits += 1;
        if let (None, Some(metadata)) = (args.get("metadata"), metadata) {
            there.body["metadata"] = metadata;
        }
        Ok(json!({ "ok": true, "channel": channel, "ts": ts }))
    }

    fn view(&mut self, id: &str, args: &Value) -> Result<Value, &'static str> {
        let view = args.get("view").cloned().ok_or("invalid_arguments")?;
        eyes::check(&view)?;
        self.views.insert(id.to_owned(), view);
        Ok(json!({ "ok": true, "view": { "id": id, "hash": "1" } }))
    }

    fn readable(&self, channel: &str) -> Result<(), &'static str> {
        match self.channels.get(channel) {
            None if !channel.starts_with('D') => Err("channel_not_found"),
            Some(channel) if !channel.member => Err("not_in_channel"),
            _ => Ok(()),
        }
    }

    fn open_channel(&self, channel: &str) -> Result<(), &'static str> {
        self.readable(channel)?;
        match self.channels.get(channel) {
            Some(channel) if channel.archived => Err("is_archived"),
            _ => Ok(()),
        }
    }

    fn known_user(&self, user: &str) -> Result<(), &'static str> {
        if self.users.contains(user) { Ok(()) } else { Err("user_not_found") }
    }

    fn too_many(&self, method: &str, channel: &str) -> bool {
        let Some(known) = Method::ALL.iter().find(|known| known.name() == method) else { return false };
        let (most, window, by_channel) = match known.rate() {
            Rate::Unsaid => return false,
            Rate::PerChannel => (1, TimeDelta::seconds(1), true),
            Rate::PerMinute(most) => (most as usize, TimeDelta::seconds(60), false),
        };
        let since = self.clock.now() - window;
        let recent = self.calls.iter().rev().take_while(|call| call.at > since);
        let same = recent.filter(|call| call.method == method && (!by_channel || call.channel == channel));
        same.count() >= most
    }
}

fn page(messages: &[super::Message], args: &Value) -> Value {
    let number = |name: &str| text(args, name).and_then(|text| text.parse::<usize>().ok());
    let (from, most) = (number("cursor").unwrap_or(0), number("limit").unwrap_or(100));
    let metadata = text(args, "include_all_metadata") == Some("true");
    let shown = messages.iter().skip(from).take(most).map(|message| {
        let mut shown = json!({ "ts": message.ts, "user": message.user, "text": message.body["text"] });
        if let (true, Some(known)) = (metadata, message.body.get("metadata")) {
            shown["metadata"] = known.clone();
        }
        for name in ["subtype", "bot_id", "thread_ts"] {
            if let Some(known) = message.body.get(name) {
                shown[name] = known.clone();
            }
        }
        shown
    });
    let shown: Vec<_> = shown.collect();
    let next =
        if from + shown.len() < messages.len() { (from + shown.len()).to_string() } else { String::new() };
    json!({ "ok": true, "messages": shown, "response_metadata": { "next_cursor": next } })
}

fn shows(args: &Value) -> Result<(), &'static str> {
    let words = text(args, "text").unwrap_or_default();
    if words.is_empty() && args.get("blocks").is_none() {
        return Err("no_text");
    }
    if words.chars().count() > 40_000 {
        return Err("msg_too_long");
    }
    eyes::check(args)
}

fn text<'a>(args: &'a Value, name: &str) -> Option<&'a str> {
    args.get(name).and_then(Value::as_str)
}

fn needed<'a>(args: &'a Value, name: &str) -> Result<&'a str, &'static str> {
    text(args, name).filter(|value| !value.is_empty()).ok_or("invalid_arguments")
}

fn refused(code: &str) -> Value {
    json!({ "ok": false, "error": code })
}
