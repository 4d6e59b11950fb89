//! The manifest of the app: what it may do, and what it wants to hear of.

use serde_json::{Value, json};

use crate::block::{Limit, cut};
use crate::config::Config;
use crate::names;

/// Slack documents the others at <https://docs.slack.dev/reference/app-manifest>, and not this one, but refuses a name of
/// 25 characters.
const SHORTCUT_NAME: Limit = Limit { most: 24, of: "shortcut: name" };
const SHORTCUT_DESCRIPTION: Limit = Limit { most: 150, of: "shortcut: description" };
const COMMAND_DESCRIPTION: Limit = Limit { most: 2_000, of: "slash command: description" };
const COMMAND_HINT: Limit = Limit { most: 1_000, of: "slash command: usage_hint" };

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

/// The manifest of an app for a desk whose address is `url`; without one it uses Socket Mode. Texts that are too long for
/// it are cut.
///
/// Paste it on `https://api.slack.com/apps` under *Create New App*, *From a manifest*.
pub fn manifest(config: &Config, url: Option<&str>) -> Value {
    let texts = &config.texts;
    let command = with(
        url,
        "url",
        json!({
            "command": config.command, "description": cut(&texts.form_title, COMMAND_DESCRIPTION),
            "usage_hint": cut(&texts.form_what, COMMAND_HINT), "should_escape": true,
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
                shortcut("global", names::SHORTCUT, &texts.form_title),
                shortcut("message", names::MESSAGE_SHORTCUT, &texts.redirect_button),
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

fn shortcut(kind: &str, id: &str, text: &str) -> Value {
    let (name, description) = (cut(text, SHORTCUT_NAME), cut(text, SHORTCUT_DESCRIPTION));
    json!({ "name": name, "type": kind, "callback_id": id, "description": description })
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
    use crate::render::{Language, Texts};

    #[test]
    fn it_asks_for_what_every_method_needs() {
        let asked: BTreeSet<_> = SCOPES.iter().collect();
        for method in Method::ALL {
            assert!(method.scopes().iter().all(|scope| asked.contains(scope)), "{}", method.name());
        }
    }

    #[test]
    fn a_text_that_slack_would_not_take_is_cut_between_characters() {
        let words = "Größere Überraschungen am Kassenhäuschen melden 🦀 ";
        let long = Texts {
            form_title: words.repeat(50),
            form_what: words.repeat(50),
            redirect_button: words.to_owned(),
            ..Texts::of(Language::German)
        };
        let manifest = manifest(&Config { texts: long, ..Config::default() }, None);
        let length = |at: &str| manifest.pointer(at).unwrap().as_str().unwrap().encode_utf16().count();
        for shortcut in ["/features/shortcuts/0", "/features/shortcuts/1"] {
            assert!(length(&format!("{shortcut}/name")) <= 24);
            assert!(length(&format!("{shortcut}/description")) <= 150);
        }
        assert!(length("/features/slash_commands/0/description") <= 2_000);
        assert!(length("/features/slash_commands/0/usage_hint") <= 1_000);
        assert_eq!(manifest["features"]["shortcuts"][1]["name"], "Größere Überraschungen…");
        assert_eq!(manifest["features"]["shortcuts"][1]["description"], words);
    }

    #[test]
    fn our_own_texts_are_not_cut() {
        for language in [Language::English, Language::German] {
            let texts = Texts::of(language);
            let manifest = manifest(&Config { texts: texts.clone(), ..Config::default() }, None);
            assert_eq!(manifest["features"]["shortcuts"][0]["name"], texts.form_title);
            assert_eq!(manifest["features"]["shortcuts"][1]["name"], texts.redirect_button);
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
