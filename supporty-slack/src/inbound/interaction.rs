use supporty_core::adapter::{Fields, Unreadable};
use supporty_core::vocab::Text;

use super::origin::Origin;
use super::{Asker, Delivery, Form, NotForUs, Opens, ResponseUrl, press, submission, text};
use crate::names;
use supporty_core::adapter::Part;

/// What a button, a form or a shortcut means.
pub(super) fn read(origin: &Origin<'_>, kind: &str, body: Part<'_>) -> Result<Delivery, Unreadable> {
    match kind {
        "block_actions" => press::read(origin, body),
        "view_submission" => submission::read(origin, body),
        "shortcut" => match body.text("callback_id") {
            Some(names::SHORTCUT) => Ok(opens(asker(origin, body)?, Fields::default())),
            other => Ok(foreign(other)),
        },
        "message_action" => match body.text("callback_id") {
            Some(names::MESSAGE_SHORTCUT) => from_message(origin, body),
            other => Ok(foreign(other)),
        },
        other => Ok(Delivery::NotForUs(NotForUs::Kind(other.to_owned()))),
    }
}

/// Who did it. Where the button stood decides where the answer goes: beside it in a thread, else in the channel.
pub(super) fn asker(origin: &Origin<'_>, body: Part<'_>) -> Result<Asker, Unreadable> {
    let user = body.part("user");
    let container = body.part("container");
    let channel = body.part("channel").text("id").or_else(|| container.text("channel_id"));
    let thread = container.text("thread_ts").or_else(|| body.part("message").text("thread_ts"));
    let root = container.text("message_ts").or_else(|| body.part("message").text("ts"));
    let user = origin.user(user.text("team_id"), user.need("id")?);
    Ok(Asker {
        trigger: body.text("trigger_id").map(str::to_owned),
        response_url: body.text("response_url").map(ResponseUrl::new),
        ..origin.asker(user, channel, thread.filter(|thread| Some(*thread) != root))
    })
}

/// The form that opens a ticket.
pub(super) fn opens(asker: Asker, fields: Fields) -> Delivery {
    Delivery::Opens(Opens { asker, what: Form::New(fields) })
}

pub(super) fn foreign(id: Option<&str>) -> Delivery {
    Delivery::NotForUs(NotForUs::Foreign(id.unwrap_or_default().to_owned()))
}

/// Somebody else's words become a ticket, on their behalf.
fn from_message(origin: &Origin<'_>, body: Part<'_>) -> Result<Delivery, Unreadable> {
    let asker = asker(origin, body)?;
    let message = body.part("message");
    let words = text::of(message, &|id| origin.name(id));
    let first = words.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let mut fields = vec![("title".to_owned(), text::cut(first, Text::TITLE))];
    let stood = link(body).unwrap_or_default();
    let room = Text::MESSAGE.saturating_sub(stood.chars().count() + 2);
    let details = [text::cut(words.trim(), room), stood].join("\n\n");
    fields.push(("details".to_owned(), details.trim().to_owned()));
    let author = origin.author(message).filter(|author| !author.bot && !author.ours);
    let author = author.map(|author| author.user).filter(|user| *user != asker.user);
    fields.extend(author.map(|user| ("on_behalf".to_owned(), user.to_string())));
    Ok(opens(asker, fields.into()))
}

/// Where a message stands, for people to follow: [Slack's own form of it](https://docs.slack.dev/reference/methods/chat.getPermalink), which the payload has all parts of.
fn link(body: Part<'_>) -> Option<String> {
    let (domain, channel) = (body.part("team").text("domain")?, body.part("channel").text("id")?);
    let message = body.part("message");
    let ts = message.text("ts").or_else(|| body.text("message_ts"))?;
    let link = format!("https://{domain}.slack.com/archives/{channel}/p{}", ts.replace('.', ""));
    Some(match message.text("thread_ts").filter(|thread| *thread != ts) {
        Some(thread) => format!("{link}?thread_ts={thread}&cid={channel}"),
        None => link,
    })
}
