//! The manifest of the app: what it may do, and what it wants to hear of.

use serde_json::{Value, json};

use crate::config::Config;
use crate::names;

/// What the bot may do.
pub const SCOPES: &[&str] = &[
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "channels:history",
    "channels:read",
    "channels:write.topic",
    "chat:write",
    "commands",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write.topic",
    "im:history",
    "im:write",
    "reactions:read",
    "users:read",
];

/// What it hears of.
pub const EVENTS: &[&str] = &[
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_rename",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_rename",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
];

/// The manifest of an app for a desk whose address is `url`; without one it uses Socket Mode.
///
/// Paste it on `https://api.slack.com/apps` under *Create New App*, *From a manifest*.
pub fn manifest(config: &Config, url: Option<&str>) -> Value {
    let texts = &config.texts;
    let command = with(
        url,
        "url",
        json!({
            "command": config.command, "description": texts.form_title, "usage_hint": texts.form_what,
            "should_escape": true,
        }),
    );
    let events = with(url, "request_url", json!({ "bot_events": EVENTS }));
    let interactivity = with(url, "request_url", json!({ "is_enabled": true }));
    json!({
        "display_information": { "name": "supporty", "description": "The support desk" },
        "features": {
            "app_home": { "home_tab_enabled": true, "messages_tab_enabled": true, "messages_tab_read_only_enabled": false },
            "bot_user": { "display_name": "supporty", "always_online": true },
            "shortcuts": [
                { "name": texts.form_title, "type": "global", "callback_id": names::SHORTCUT, "description": texts.form_title },
                {
                    "name": texts.redirect_button, "type": "message", "callback_id": names::MESSAGE_SHORTCUT,
                    "description": texts.redirect_button,
                },
            ],
            "slash_commands": [command],
        },
        "oauth_config": { "scopes": { "bot": SCOPES } },
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": false,
            "socket_mode_enabled": url.is_none(),
            "token_rotation_enabled": false,
        },
    })
}

fn with(url: Option<&str>, name: &str, mut part: Value) -> Value {
    if let (Some(url), Some(fields)) = (url, part.as_object_mut()) {
        fields.insert(name.to_owned(), url.into());
    }
    part
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::methods::Method;

    #[test]
    fn it_asks_for_what_every_method_needs() {
        let asked: BTreeSet<_> = SCOPES.iter().collect();
        for method in Method::ALL {
            assert!(method.scopes().iter().all(|scope| asked.contains(scope)), "{}", method.name());
        }
    }

    #[test]
    fn without_an_address_it_uses_a_socket() {
        let config = Config::default();
        let socket = manifest(&config, None);
        assert_eq!(socket["settings"]["socket_mode_enabled"], true);
        assert_eq!(socket["settings"]["event_subscriptions"].get("request_url"), None);
        let http = manifest(&config, Some("https://desk.example.org/slack"));
        assert_eq!(http["settings"]["socket_mode_enabled"], false);
        assert_eq!(http["features"]["slash_commands"][0]["url"], "https://desk.example.org/slack");
    }
}
