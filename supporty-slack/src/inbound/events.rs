use supporty_core::adapter::{Part, Unreadable};

use super::origin::Origin;
use super::{ChannelNews, Delivery, NotForUs, messages, reactions};
use crate::ids::ChannelRef;

/// What an event of the [Events API](https://docs.slack.dev/reference/events) means.
pub(super) fn read(origin: &Origin<'_>, event: Part<'_>) -> Result<Delivery, Unreadable> {
    let kind = event.need("type")?;
    match kind {
        "message" => messages::read(origin, event),
        "app_mention" => messages::mention(origin, event),
        "reaction_added" | "reaction_removed" => reactions::read(origin, event, kind == "reaction_added"),
        "app_home_opened" if event.text("tab") == Some("home") => {
            let user = origin.user(None, event.need("user")?);
            Ok(Delivery::Home(origin.asker(user, None, None)))
        }
        "member_joined_channel" | "member_left_channel" => member(origin, event, kind),
        "channel_archive" | "group_archive" => channel(origin, event, ChannelNews::Archived),
        "channel_unarchive" | "group_unarchive" => channel(origin, event, ChannelNews::Unarchived),
        "channel_deleted" | "group_deleted" => channel(origin, event, ChannelNews::Deleted),
        "channel_left" | "group_left" => channel(origin, event, ChannelNews::Removed),
        "channel_rename" | "group_rename" => {
            let renamed = event.part("channel");
            let news = ChannelNews::Renamed(renamed.text("name").unwrap_or_default().to_owned());
            Ok(about(origin, origin.channel(renamed.need("id")?), news))
        }
        "channel_id_changed" => {
            let new = origin.channel(event.need("new_channel_id")?);
            Ok(about(origin, origin.channel(event.need("old_channel_id")?), ChannelNews::Moved(new)))
        }
        "tokens_revoked" if event.part("tokens").list("bot").next().is_some() => revoked(origin),
        "app_uninstalled" => revoked(origin),
        other => Ok(Delivery::NotForUs(NotForUs::Kind(other.to_owned()))),
    }
}

fn member(origin: &Origin<'_>, event: Part<'_>, kind: &str) -> Result<Delivery, Unreadable> {
    let user = origin.user(event.text("team"), event.need("user")?);
    let channel = origin.channel(event.need("channel")?);
    let left = kind == "member_left_channel";
    Ok(match (origin.is_us(&user), left) {
        (true, true) => about(origin, channel, ChannelNews::Removed),
        (true, false) => about(origin, channel, ChannelNews::Added),
        (false, true) if origin.is_desks(&channel) => Delivery::Left { user, channel },
        (false, true) => Delivery::NotForUs(NotForUs::OtherChannel),
        (false, false) => Delivery::NotForUs(NotForUs::Kind(kind.to_owned())),
    })
}

fn channel(origin: &Origin<'_>, event: Part<'_>, news: ChannelNews) -> Result<Delivery, Unreadable> {
    Ok(about(origin, origin.channel(event.need("channel")?), news))
}

fn about(origin: &Origin<'_>, channel: ChannelRef, news: ChannelNews) -> Delivery {
    match origin.is_desks(&channel) {
        true => Delivery::Channel { channel, news },
        false => Delivery::NotForUs(NotForUs::OtherChannel),
    }
}

fn revoked(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let team = origin.team.clone().ok_or_else(|| Unreadable("`team_id` is missing".to_owned()))?;
    Ok(Delivery::Revoked(team))
}
