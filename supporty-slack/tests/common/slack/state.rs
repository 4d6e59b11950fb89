use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};
use supporty_core::desk::Clock;
use supporty_core::vocab::Time;

use super::ts;

/// Everything that a workspace knows.
pub struct Workspace {
    pub clock: Arc<dyn Clock>,
    pub channels: BTreeMap<String, Channel>,
    pub users: BTreeSet<String>,
    pub views: BTreeMap<String, Value>,
    pub homes: BTreeMap<String, Value>,
    /// What only one person saw: the channel, who, and what.
    pub ephemeral: Vec<(String, String, Value)>,
    pub responses: Vec<(String, Value)>,
    pub files: BTreeMap<String, Vec<u8>>,
    pub bookmarks: Vec<Value>,
    pub scopes: Vec<String>,
    pub revoked: bool,
    /// Every call that was answered, in order.
    pub calls: Vec<Call>,
    /// How often somebody was told to come later.
    pub put_off: u32,
    /// Calls that broke a limit of Slack's: by method and channel.
    pub broken_limits: Vec<String>,
    /// Whether a call over a limit is refused, as Slack does.
    pub strict: bool,
    /// Where Socket Mode is, once it is switched on.
    pub socket: Option<String>,
    /// The tokens of the bot in other workspaces.
    pub tokens: BTreeSet<String>,
    pub(super) count: u64,
    /// Where files are sent.
    pub uploads: String,
}

pub struct Channel {
    pub archived: bool,
    pub private: bool,
    pub member: bool,
    pub topic: String,
    pub messages: Vec<Message>,
}

#[derive(Debug, Clone)]
pub struct Message {
    pub ts: String,
    pub thread: Option<String>,
    pub user: String,
    pub body: Value,
    pub deleted: bool,
    pub edits: u32,
}

#[derive(Debug, Clone)]
pub struct Call {
    pub at: Time,
    pub method: String,
    pub channel: String,
    pub args: Value,
    /// With which it was made.
    pub token: String,
}

impl Channel {
    fn new() -> Self {
        Self { archived: false, private: false, member: true, topic: String::new(), messages: Vec::new() }
    }
}

impl Workspace {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let channel = |private| Channel { private, ..Channel::new() };
        Self {
            clock,
            channels: [("C1".to_owned(), channel(false)), ("C2".to_owned(), channel(true))].into(),
            users: ["U1", "U2", "U3"].map(str::to_owned).into(),
            views: BTreeMap::new(),
            homes: BTreeMap::new(),
            ephemeral: Vec::new(),
            responses: Vec::new(),
            files: BTreeMap::new(),
            bookmarks: Vec::new(),
            scopes: supporty_slack::SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
            revoked: false,
            calls: Vec::new(),
            put_off: 0,
            broken_limits: Vec::new(),
            strict: false,
            socket: None,
            tokens: BTreeSet::new(),
            count: 0,
            uploads: String::new(),
        }
    }

    /// A message of somebody's, as a person types it.
    pub fn types(&mut self, channel: &str, user: &str, text: &str, thread: Option<&str>) -> String {
        let body = json!({ "text": text });
        self.put(channel, user, body, thread)
    }

    /// A message as an app posts it.
    pub fn put(&mut self, channel: &str, user: &str, body: Value, thread: Option<&str>) -> String {
        self.count += 1;
        let ts = ts(self.clock.now(), self.count);
        let message = Message {
            ts: ts.clone(),
            thread: thread.map(ToOwned::to_owned),
            user: user.to_owned(),
            body,
            deleted: false,
            edits: 0,
        };
        self.channel(channel).messages.push(message);
        ts
    }

    pub fn channel(&mut self, id: &str) -> &mut Channel {
        self.channels.entry(id.to_owned()).or_insert_with(Channel::new)
    }

    /// What stands in a channel beside threads, oldest first.
    pub fn roots(&self, channel: &str) -> Vec<&Message> {
        let there = self.channels.get(channel).into_iter().flat_map(|channel| &channel.messages);
        there.filter(|message| message.thread.is_none() && !message.deleted).collect()
    }

    /// A root and what stands below it, oldest first.
    pub fn thread(&self, channel: &str, root: &str) -> Vec<&Message> {
        let there = self.channels.get(channel).into_iter().flat_map(|channel| &channel.messages);
        let of = |message: &&Message| message.ts == root || message.thread.as_deref() == Some(root);
        there.filter(of).filter(|message| !message.deleted).collect()
    }

    /// Somebody deletes a message. Where others have replied a tombstone stays in its place, until they are gone too.
    pub fn delete(&mut self, channel: &str, ts: &str) {
        let answered = self.is_answered(channel, ts);
        let message = self.message(channel, ts).expect("a message");
        let root = message.thread.clone();
        if answered {
            message.user = "USLACKBOT".to_owned();
            message.body =
                json!({ "text": "This message was deleted.", "subtype": "tombstone", "hidden": true });
        } else {
            message.deleted = true;
        }
        if let Some(root) = root
            && !self.is_answered(channel, &root)
            && let Some(root) = self.message(channel, &root)
            && root.body["subtype"] == "tombstone"
        {
            root.deleted = true;
        }
    }

    /// A message that is there.
    pub(super) fn message(&mut self, channel: &str, ts: &str) -> Option<&mut Message> {
        self.channel(channel).messages.iter_mut().find(|message| message.ts == ts && !message.deleted)
    }

    fn is_answered(&self, channel: &str, root: &str) -> bool {
        self.thread(channel, root).iter().any(|message| message.ts != root)
    }

    /// How many calls of a method there were.
    pub fn called(&self, method: &str) -> usize {
        self.calls.iter().filter(|call| call.method == method).count()
    }

    /// The channel of somebody's direct messages.
    pub fn direct(user: &str) -> String {
        format!("D{user}")
    }
}
