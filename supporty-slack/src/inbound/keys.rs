//! What makes a delivery unique.
//!
//! A key says what happened and not how Slack told of it: the same message under a new event id, by a retry, over
//! another connection or years later has the same key, and so does what is done only once. All begin with the adapter's
//! name.
//!
//! | what | key | |
//! | --- | --- | --- |
//! | a message | `slack/message/C1/1700000000.000100` | its copy in the channel has the same number |
//! | an edit | `slack/edit/C1/1700000000.000100/1700000100.000000` | with the time of the edit |
//! | a deletion | `slack/delete/C1/1700000000.000100` | happens once |
//! | an emoji | `slack/reaction/C1/1700000000.000100/U1/eyes/added/1700000200.000300` | may come and go |
//! | a button | `slack/action/1700000300.000400/U1/supporty:do:claim` | |
//! | a form | `slack/view/V1/0f3a9c…` | with a digest of what was filled in |
//! | a slash command | `slack/command/9b1d0e…` | a digest of the trigger, which is a secret for as long as it lives |
//! | unreadable | `slack/unread/77aa01…` | a digest of the body |
//!
//! A form that is sent twice, because the first answer was lost, is the same view with the same answers. One that was
//! refused and then mended is the same view with others: another delivery, which is decided anew.

use std::fmt::{Display, Write};

use sha2::{Digest, Sha256};
use supporty_core::adapter::Fields;
use supporty_core::vocab::{AdapterName, InboundKey};

use crate::ids::{ChannelRef, UserRef};

pub(super) fn message(name: &AdapterName, channel: &ChannelRef, ts: &str) -> InboundKey {
    key(name, "message", &[channel, &ts])
}

pub(super) fn edit(name: &AdapterName, channel: &ChannelRef, ts: &str, revision: &str) -> InboundKey {
    key(name, "edit", &[channel, &ts, &revision])
}

pub(super) fn delete(name: &AdapterName, channel: &ChannelRef, ts: &str) -> InboundKey {
    key(name, "delete", &[channel, &ts])
}

/// An emoji that was put on a message or taken away again: `how` says which.
pub(super) fn reaction(
    name: &AdapterName,
    (channel, ts): (&ChannelRef, &str),
    user: &UserRef,
    emoji: &str,
    (how, event_ts): (&str, &str),
) -> InboundKey {
    key(name, "reaction", &[channel, &ts, user, &emoji, &how, &event_ts])
}

pub(super) fn action(name: &AdapterName, action_ts: &str, user: &UserRef, id: &str) -> InboundKey {
    key(name, "action", &[&action_ts, user, &id])
}

pub(super) fn view(name: &AdapterName, id: &str, fields: &Fields) -> InboundKey {
    let filled_in = serde_json::to_vec(fields).unwrap_or_default();
    key(name, "view", &[&id, &digest(&filled_in)])
}

pub(super) fn command(name: &AdapterName, trigger: &str) -> InboundKey {
    key(name, "command", &[&digest(trigger.as_bytes())])
}

/// The key of what can not be understood.
pub fn unread_key(name: &AdapterName, body: &str) -> InboundKey {
    key(name, "unread", &[&digest(body.as_bytes())])
}

fn key(name: &AdapterName, what: &str, parts: &[&dyn Display]) -> InboundKey {
    let mut key = format!("{name}/{what}");
    for part in parts {
        // Writing to a string does not fail.
        let _ = write!(key, "/{part}");
    }
    InboundKey::new(key)
}

/// Half of a SHA-256, in hexadecimal digits.
fn digest(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().take(16).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
