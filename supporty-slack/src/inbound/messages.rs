use chrono::DateTime;
use supporty_core::adapter::{About, Unreadable};
use supporty_core::ticket::{Command, Message};
use supporty_core::vocab::{Identity, InboundKey, Text, TextRef, TextRow, Time};

use super::origin::{Author, Origin};
use super::{Asked, By, Delivery, NotForUs, keys, text};
use crate::ids::ChannelRef;
use supporty_core::adapter::Part;

/// What a message, an edit or a deletion means.
pub(super) fn read(origin: &Origin<'_>, event: Part<'_>) -> Result<Delivery, Unreadable> {
    match event.text("subtype").unwrap_or_default() {
        // A reply that is also shown in the channel comes once, under its own number.
        "" | "file_share" | "me_message" | "bot_message" | "thread_broadcast" => said(origin, event),
        "message_changed" => changed(origin, event),
        "message_deleted" => deleted(origin, event),
        other => Ok(Delivery::NotForUs(NotForUs::Subtype(other.to_owned()))),
    }
}

/// Somebody mentioned us. In a thread of a ticket the same message comes as a message too.
pub(super) fn mention(origin: &Origin<'_>, event: Part<'_>) -> Result<Delivery, Unreadable> {
    let channel = origin.channel(event.need("channel")?);
    let author = author(origin, event)?;
    if author.ours {
        return Ok(Delivery::NotForUs(NotForUs::Ours));
    }
    let thread = thread(event);
    if thread.is_some() && origin.is_desks(&channel) {
        return Ok(Delivery::NotForUs(NotForUs::Kind("app_mention".to_owned())));
    }
    mentioned(origin, event, &channel, author)
}

fn said(origin: &Origin<'_>, event: Part<'_>) -> Result<Delivery, Unreadable> {
    let channel = origin.channel(event.need("channel")?);
    let author = author(origin, event)?;
    if author.ours {
        return Ok(Delivery::NotForUs(NotForUs::Ours));
    }
    if is_direct(event, &channel) {
        return mentioned(origin, event, &channel, author);
    }
    match thread(event) {
        Some(_) if !origin.is_desks(&channel) => Ok(Delivery::NotForUs(NotForUs::OtherChannel)),
        Some(thread) => {
            let ts = event.need("ts")?;
            let key = keys::message(&origin.context.config.name, &channel, ts);
            let place = (&channel, thread);
            let make = |message| Command::Reply { message };
            spoken(origin, (event, ts), key, place, author, instant(ts).unwrap_or(origin.at), make)
        }
        None => top_level(origin, event, &channel, author),
    }
}

/// Somebody who asks an engineer of the policy in the open is shown the form; engineers talk to each other as they like.
/// Whoever mentions us as well is answered because of that.
fn top_level(
    origin: &Origin<'_>,
    event: Part<'_>,
    channel: &ChannelRef,
    author: Author,
) -> Result<Delivery, Unreadable> {
    let said = event.text("text").unwrap_or_default();
    let to_us = text::mentioned(said).any(|id| origin.is_us(&origin.named(id)));
    let asks = origin.context.config.redirect && !to_us && !origin.is_engineer(&author.user);
    if asks && text::mentioned(said).any(|id| origin.is_engineer(&origin.named(id))) {
        return mentioned(origin, event, channel, author);
    }
    Ok(Delivery::NotForUs(NotForUs::NoThread))
}

fn mentioned(
    origin: &Origin<'_>,
    event: Part<'_>,
    channel: &ChannelRef,
    author: Author,
) -> Result<Delivery, Unreadable> {
    if author.bot {
        return Ok(Delivery::NotForUs(NotForUs::Bot));
    }
    let mut favourites = Vec::new();
    for user in text::mentioned(event.text("text").unwrap_or_default()).map(|id| origin.named(id)) {
        if origin.is_engineer(&user) && !favourites.contains(&user) {
            favourites.push(user);
        }
    }
    Ok(Delivery::Mentioned {
        asker: origin.asker(author.user, Some(&channel.id), thread(event)),
        place: origin.place(channel, event.need("ts")?),
        text: text::of(event, &|id| origin.name(id)),
        favourites,
    })
}

/// An edit, if it changed what is said: links that unfold, counts of replies and our own edits come as edits too. What
/// is left of a deleted message that others replied to comes as an edit to a `tombstone`.
fn changed(origin: &Origin<'_>, event: Part<'_>) -> Result<Delivery, Unreadable> {
    let (now, before) = (event.part("message"), event.part("previous_message"));
    let channel = origin.channel(event.need("channel")?);
    if !origin.is_desks(&channel) {
        return Ok(Delivery::NotForUs(NotForUs::OtherChannel));
    }
    let ts = now.need("ts")?;
    if now.text("subtype") == Some("tombstone") {
        return Ok(withdrawn(origin, &channel, ts, thread(now), before));
    }
    let author = author(origin, now)?;
    if author.ours {
        return Ok(Delivery::NotForUs(NotForUs::Ours));
    }
    let Some(thread) = thread(now) else { return Ok(Delivery::NotForUs(NotForUs::NoThread)) };
    let edited = now.part("edited").text("ts");
    let same = match before.is_object() {
        true => {
            let names = |id: &str| origin.name(id);
            text::of(now, &names) == text::of(before, &names)
        }
        false => edited.is_none(),
    };
    if same {
        return Ok(Delivery::NotForUs(NotForUs::Subtype("message_changed".to_owned())));
    }
    let revision = edited.or_else(|| event.text("event_ts")).unwrap_or(ts);
    let key = keys::edit(&origin.context.config.name, &channel, ts, revision);
    let at = instant(revision).unwrap_or(origin.at);
    spoken(origin, (now, ts), key, (&channel, thread), author, at, |message| Command::Edit { message })
}

fn deleted(origin: &Origin<'_>, event: Part<'_>) -> Result<Delivery, Unreadable> {
    let before = event.part("previous_message");
    let channel = origin.channel(event.need("channel")?);
    if !origin.is_desks(&channel) {
        return Ok(Delivery::NotForUs(NotForUs::OtherChannel));
    }
    let ts = match event.text("deleted_ts") {
        Some(ts) => ts,
        None => before.need("ts")?,
    };
    Ok(withdrawn(origin, &channel, ts, thread(before).or_else(|| thread(event)), before))
}

/// Who deleted a message is not told: it counts as taken back by whoever wrote it.
fn withdrawn(
    origin: &Origin<'_>,
    channel: &ChannelRef,
    ts: &str,
    thread: Option<&str>,
    before: Part<'_>,
) -> Delivery {
    let author = origin.author(before).unwrap_or_else(|| origin.slackbot());
    if author.ours {
        return Delivery::NotForUs(NotForUs::Ours);
    }
    let Some(thread) = thread.filter(|thread| *thread != ts) else {
        return Delivery::NotForUs(NotForUs::NoThread);
    };
    let from = Identity { bot: author.bot, ..origin.identity(&author.user) };
    let key = keys::delete(&origin.context.config.name, channel, ts);
    let about = About::Thread(origin.place(channel, thread));
    let command = Command::Withdraw { message: ts.into() };
    Delivery::Asked(Box::new(Asked {
        inbound: origin.inbound(key, from, about, command, Vec::new()),
        asker: origin.asker(author.user, Some(&channel.id), Some(thread)),
        by: By::Message,
    }))
}

/// Words in the thread of a ticket.
fn spoken(
    origin: &Origin<'_>,
    (message, ts): (Part<'_>, &str),
    key: InboundKey,
    (channel, thread): (&ChannelRef, &str),
    author: Author,
    said_at: Time,
    command: impl FnOnce(Message) -> Command,
) -> Result<Delivery, Unreadable> {
    let words = text::of(message, &|id| origin.name(id));
    let words = text::clipped(&words, Text::MESSAGE).map_err(|error| Unreadable(error.to_string()))?;
    let at = TextRef::new(format!("{key}/text"));
    let texts = vec![TextRow { at: at.clone(), author: None, internal: false, text: words }];
    let command = command(Message { id: ts.into(), text: at, said_at });
    let from = Identity { bot: author.bot, ..origin.identity(&author.user) };
    let about = About::Thread(origin.place(channel, thread));
    Ok(Delivery::Asked(Box::new(Asked {
        inbound: origin.inbound(key, from, about, command, texts),
        asker: origin.asker(author.user, Some(&channel.id), Some(thread)),
        by: By::Message,
    })))
}

fn author(origin: &Origin<'_>, message: Part<'_>) -> Result<Author, Unreadable> {
    origin.author(message).ok_or_else(|| Unreadable(format!("`{message}.user` is missing")))
}

/// The thread that a message stands in; its root stands in none, though Slack names one once there are replies.
fn thread<'a>(message: Part<'a>) -> Option<&'a str> {
    message.text("thread_ts").filter(|thread| Some(*thread) != message.text("ts"))
}

/// Whether a message was sent to us alone.
fn is_direct(event: Part<'_>, channel: &ChannelRef) -> bool {
    matches!(event.text("channel_type"), Some("im" | "app_home")) || channel.id.starts_with('D')
}

/// A time of Slack's: seconds since 1970 and, as a message's number among those of its second, six digits.
pub(super) fn instant(ts: &str) -> Option<Time> {
    let (seconds, micros) = ts.split_once('.')?;
    let micros = format!("{micros:0<6}").get(..6)?.parse::<u32>().ok()?;
    DateTime::from_timestamp(seconds.parse().ok()?, micros.checked_mul(1_000)?)
}
