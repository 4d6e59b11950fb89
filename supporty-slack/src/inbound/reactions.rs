use supporty_core::adapter::{About, Unreadable};
use supporty_core::ticket::{Command, CommandKind};

use super::origin::Origin;
use super::{Asked, By, Delivery, NotForUs, commands, keys};
use crate::config::EmojiAction;
use supporty_core::adapter::Part;

/// What an emoji on a message means. The one that claims, taken away again, gives the ticket up.
pub(super) fn read(origin: &Origin<'_>, event: Part<'_>, added: bool) -> Result<Delivery, Unreadable> {
    let emoji = name(event.need("reaction")?);
    let item = event.part("item");
    if item.text("type") != Some("message") {
        return Ok(Delivery::NotForUs(NotForUs::Emoji(emoji.to_owned())));
    }
    let channel = origin.channel(item.need("channel")?);
    let ts = item.need("ts")?;
    let user = origin.user(None, event.need("user")?);
    if origin.is_us(&user) {
        return Ok(Delivery::NotForUs(NotForUs::Ours));
    }
    if !origin.is_desks(&channel) {
        return Ok(Delivery::NotForUs(NotForUs::OtherChannel));
    }
    let means = origin.context.config.emoji.get(emoji).copied();
    let unknown = || Delivery::NotForUs(NotForUs::Emoji(emoji.to_owned()));
    let place = origin.place(&channel, ts);
    let asker = origin.asker(user, Some(&channel.id), None);
    let command = match means {
        Some(EmojiAction::Do(CommandKind::Claim)) if !added => Command::Release,
        _ if !added => return Ok(unknown()),
        None => return Ok(unknown()),
        Some(EmojiAction::Resolve(resolution)) => Command::Resolve { resolution, note: None },
        Some(EmojiAction::Do(kind)) => match commands::alone(kind) {
            Some(command) => command,
            None if commands::needs_more(kind) => return Ok(Delivery::EmojiAsks { asker, place, kind }),
            None => return Ok(unknown()),
        },
    };
    let (name, how) = (&origin.context.config.name, if added { "added" } else { "removed" });
    let happened = (how, event.text("event_ts").unwrap_or(ts));
    let key = keys::reaction(name, (&channel, ts), &asker.user, emoji, happened);
    let from = origin.identity(&asker.user);
    let inbound = origin.inbound(key, from, About::Thread(place), command, Vec::new());
    Ok(Delivery::Asked(Box::new(Asked { inbound, asker, by: By::Emoji })))
}

/// The emoji in whatever colour: `wave::skin-tone-3` is a wave.
fn name(reaction: &str) -> &str {
    reaction.split_once("::").map_or(reaction, |(name, _)| name)
}
