//! Other people's payloads: those of the tests of Slack's Java SDK, and its schemas' samples with every field and blank
//! values. Read from where `SUPPORTY_CASES` says; left out where it is not set.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use supporty_core::adapter::Unreadable;
use supporty_core::policy::Policy;
use supporty_core::vocab::Time;
use supporty_slack::Config;
use supporty_slack::inbound::{App, Context, Delivery, NotForUs, read, read_envelope};

/// What the payloads of the Java SDK mean to a desk in the channels below, by the beginning of the file's name. The
/// longest that fits counts.
const REAL: &[(&str, &str)] = &[
    ("api_response", "unreadable: `type` is missing"),
    ("app_rate_limited", "throttled"),
    ("event.app_home_opened", "home"),
    ("event.app_mention.01", "ours"),
    ("event.app_mention.03", "mentioned"),
    ("event.app_mention.bot_message", "bot"),
    ("event.app_uninstalled", "revoked"),
    ("event.message.01", "unreadable: `event.channel` is missing"),
    ("event.message.03", "ours"),
    ("event.message.05", "no thread"),
    ("event.message.07", "no thread"),
    ("event.reaction_added", "emoji heart_eyes"),
    ("event.tokens_revoked", "kind tokens_revoked"),
    ("event.function_executed", "kind function_executed"),
    ("event.goodbye", "kind goodbye"),
    ("inner_event.app_mention.01", "mentioned"),
    ("inner_event.app_mention.bot_message", "bot"),
    ("inner_event.channel_archive", "channel C024BE91L Archived"),
    ("inner_event.channel_deleted", "channel C024BE91L Deleted"),
    ("inner_event.channel_id_changed", "channel G111 Moved"),
    ("inner_event.channel_rename", "channel C02ELGNBH Renamed"),
    ("inner_event.channel_unarchive", "channel C024BE91L Unarchived"),
    ("inner_event.group_deleted", "other channel"),
    ("inner_event.group_rename", "other channel"),
    ("inner_event.group_unarchive", "other channel"),
    ("inner_event.member_left_channel", "left W06GH7XHN C0698JE0H"),
    ("inner_event.message.01", "no thread"),
    ("inner_event.message.03", "no thread"),
    ("inner_event.message.05", "mentioned"),
    ("inner_event.message.07", "no thread"),
    ("inner_event.message.bot_message", "no thread"),
    ("inner_event.message.file_share", "no thread"),
    ("inner_event.message.me_message", "no thread"),
    ("inner_event.message.message_changed.01", "asked edit C111/1626342092.008500 by U111"),
    ("inner_event.message.message_changed.03", "other channel"),
    ("inner_event.message.message_changed.05", "other channel"),
    ("inner_event.message.message_deleted", "ours"),
    ("inner_event.message.", "subtype"),
    ("inner_event.reaction_", "other channel"),
    ("inner_event.tokens_revoked", "revoked"),
    // Whatever else there is is of no use to us, and known by its name.
    ("inner_event.", "kind"),
    ("interaction.block_actions.01", "foreign start-event-subscription"),
    ("interaction.block_actions.03", "foreign remote-function-modal"),
    ("interaction.block_actions.05", "foreign clear-settings-button"),
    ("interaction.block_actions.07", "foreign WaXA"),
    ("interaction.block_actions.09", "foreign save"),
    ("interaction.block_actions.11", "foreign a"),
    ("interaction.block_actions.13", "foreign home_button_1"),
    ("interaction.message_action.01", "foreign chirp_message"),
    ("interaction.message_action.03", "foreign test-message-action"),
    ("interaction.shortcut", "foreign org-level-shortcut"),
    ("interaction.view_submission.01", "foreign test-view"),
    ("interaction.view_submission.03", "foreign view-id"),
    ("interaction.view_submission.05", "foreign remote-function-view"),
    ("interaction.view_submission.07", "foreign view-callback-id"),
    ("interaction.view_submission.09", "foreign request-modal"),
    ("interaction.view_submission.11", "foreign"),
    ("interaction.", "kind"),
    ("slash_command.01", "foreign /weather"),
    ("slash_command.03", "foreign /weather"),
    ("slash_command.05", "foreign /submission-no.2019"),
    ("slash_command.07", "foreign /webhook-collect"),
    ("slash_command.09", "opens the form"),
    ("socket_mode.events_api", "mentioned"),
    ("socket_mode.hello", "kind hello"),
    ("socket_mode.interactive", "foreign a"),
    ("socket_mode.slash_commands", "foreign /hi-socket-mode"),
    ("url_verification", "challenge"),
];

/// What the samples mean, all of whose values are blank.
const SAMPLES: &[(&str, &str)] = &[
    // No deliveries, but answers to calls of ours.
    ("api/", "unreadable: `type` is missing"),
    ("app-backend/dialogs/", "kind"),
    ("app-backend/interactive-components/AttachmentAction", "kind interactive_message"),
    ("app-backend/interactive-components/BlockAction", "foreign"),
    ("app-backend/interactive-components/MessageShortcut", "foreign"),
    ("app-backend/slash-commands/", "unreadable: `type` is missing"),
    ("app-backend/views/ViewClosed", "kind view_closed"),
    ("app-backend/views/ViewSubmission", "foreign"),
    ("events/AppMention", "unreadable: `event.channel` is missing"),
    ("events/AppUninstalled", "unreadable: `team_id` is missing"),
    ("events/ChannelArchive", "unreadable: `event.channel` is missing"),
    ("events/ChannelDeleted", "unreadable: `event.channel` is missing"),
    ("events/ChannelIdChanged", "unreadable: `event.new_channel_id` is missing"),
    ("events/ChannelLeft", "unreadable: `event.channel` is missing"),
    ("events/ChannelRename", "unreadable: `event.channel.id` is missing"),
    ("events/ChannelUnarchive", "unreadable: `event.channel` is missing"),
    ("events/GroupArchive", "unreadable: `event.channel` is missing"),
    ("events/GroupDeleted", "unreadable: `event.channel` is missing"),
    ("events/GroupLeft", "unreadable: `event.channel` is missing"),
    ("events/GroupRename", "unreadable: `event.channel.id` is missing"),
    ("events/GroupUnarchive", "unreadable: `event.channel` is missing"),
    ("events/MemberJoinedChannel", "unreadable: `event.user` is missing"),
    ("events/MemberLeftChannel", "unreadable: `event.user` is missing"),
    ("events/MessageBot", "unreadable: `event.channel` is missing"),
    ("events/MessageChangedPayload", "unreadable: `event.channel` is missing"),
    ("events/MessageDeletedPayload", "unreadable: `event.channel` is missing"),
    ("events/MessageFileShare", "unreadable: `event.channel` is missing"),
    ("events/MessageMe", "unreadable: `event.channel` is missing"),
    ("events/MessagePayload", "unreadable: `event.channel` is missing"),
    ("events/MessageThreadBroadcast", "unreadable: `event.channel` is missing"),
    ("events/Message", "subtype"),
    ("events/ReactionAdded", "unreadable: `event.reaction` is missing"),
    ("events/ReactionRemoved", "unreadable: `event.reaction` is missing"),
    ("events/TokensRevoked", "unreadable: `team_id` is missing"),
    ("events/", "kind"),
];

#[test]
fn every_payload_of_slacks_java_sdk_means_what_it_should() {
    all("real", REAL, 134);
}

#[test]
fn every_sample_of_slacks_schemas_is_read_or_named() {
    all("samples", SAMPLES, 140);
}

/// Looks at every file, and at every line of the table.
fn all(folder: &str, table: &[(&str, &str)], least: usize) {
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: the payloads of {folder} were not read");
        return;
    };
    let folder = Path::new(&cases).join("slack").join(folder);
    let mut used = vec![false; table.len()];
    let mut wrong = Vec::new();
    let files = files(&folder);
    assert!(files.len() >= least, "{} files in {}", files.len(), folder.display());
    for file in files {
        let name = file.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        let fits = table.iter().enumerate().filter(|(_, (prefix, _))| name.starts_with(prefix));
        let Some((line, (_, expected))) = fits.max_by_key(|(_, (prefix, _))| prefix.len()) else {
            wrong.push(format!("{name}: nobody says what it means"));
            continue;
        };
        used[line] = true;
        let text = std::fs::read_to_string(&file).unwrap();
        let understood = summary(understand(&name, &text));
        let named = kind_of(&text);
        let right = match *expected {
            "kind" => understood == format!("kind {named}"),
            "subtype" => understood == format!("subtype {named}"),
            expected => understood == expected,
        };
        if !right {
            wrong.push(format!("{name}: expected {expected}, understood {understood}"));
        }
    }
    let unused = table.iter().zip(used).filter(|(_, used)| !used).map(|((prefix, _), _)| *prefix);
    let unused: Vec<_> = unused.collect();
    assert!(wrong.is_empty() && unused.is_empty(), "{}\nnever used: {unused:?}", wrong.join("\n"));
}

/// Every file below a folder but those that are packed: answers of calls, and so no deliveries.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "gz") {
            assert!(path.parent().unwrap().ends_with("samples/api"), "{}", path.display());
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn understand(name: &str, text: &str) -> Result<Delivery, Unreadable> {
    let channels = ["C111", "C024BE91L", "C02ELGNBH", "C0698JE0H", "G111"];
    let config = Config {
        channels: channels.map(|id| (id.into(), id.to_owned())).into(),
        command: "/hello".to_owned(),
        ..Config::default()
    };
    let (policy, app) = (Policy::default(), App::default());
    let context = Context { config: &config, policy: &policy, app: &app };
    let at: Time = "2026-03-02T10:00:00Z".parse().unwrap();
    if name.starts_with("inner_event.") {
        let event: Value = serde_json::from_str(text).unwrap();
        let body =
            json!({ "type": "event_callback", "team_id": "T111", "api_app_id": "A111", "event": event });
        return read(&context, &body.to_string(), at);
    }
    if name.starts_with("socket_mode.") {
        let envelope: Value = serde_json::from_str(text).unwrap();
        let kind = envelope["type"].as_str().unwrap();
        return read_envelope(&context, kind, &envelope["payload"].to_string(), at);
    }
    let direct = read(&context, text, at);
    if name.starts_with("interaction.") {
        let form = form_urlencoded::Serializer::new(String::new()).append_pair("payload", text).finish();
        assert_eq!(read(&context, &form, at), direct, "{name}");
    }
    direct
}

/// What an event says that it is: its subtype, else its type.
fn kind_of(text: &str) -> String {
    let Ok(body) = serde_json::from_str::<Value>(text) else { return String::new() };
    let event = if body["event"].is_object() { &body["event"] } else { &body };
    let message = event["type"] == "message";
    let name = if message { &event["subtype"] } else { &event["type"] };
    name.as_str().unwrap_or_default().to_owned()
}

fn summary(delivery: Result<Delivery, Unreadable>) -> String {
    match delivery {
        Err(Unreadable(why)) => format!("unreadable: {why}"),
        Ok(Delivery::Challenge(word)) => {
            assert!(!word.is_empty());
            "challenge".to_owned()
        }
        Ok(Delivery::Asked(asked)) => {
            let about = match &asked.inbound.about {
                supporty_core::adapter::About::Thread(place) => {
                    format!("{}/{}", place.channel, place.message)
                }
                other => format!("{other:?}"),
            };
            format!("asked {} {about} by {}", asked.inbound.command.kind(), asked.inbound.from.user)
        }
        Ok(Delivery::Opens(_)) => "opens the form".to_owned(),
        Ok(Delivery::Home(_)) => "home".to_owned(),
        Ok(Delivery::Mentioned { .. }) => "mentioned".to_owned(),
        Ok(Delivery::Channel { channel, news }) => {
            let news = format!("{news:?}");
            format!("channel {channel} {}", news.split('(').next().unwrap())
        }
        Ok(Delivery::Left { user, channel }) => format!("left {user} {channel}"),
        Ok(Delivery::Revoked(_)) => "revoked".to_owned(),
        Ok(Delivery::Throttled(_)) => "throttled".to_owned(),
        Ok(Delivery::NotForUs(NotForUs::Ours)) => "ours".to_owned(),
        Ok(Delivery::NotForUs(NotForUs::Bot)) => "bot".to_owned(),
        Ok(Delivery::NotForUs(NotForUs::OtherChannel)) => "other channel".to_owned(),
        Ok(Delivery::NotForUs(NotForUs::NoThread)) => "no thread".to_owned(),
        Ok(Delivery::NotForUs(NotForUs::Emoji(name))) => format!("emoji {name}"),
        Ok(Delivery::NotForUs(NotForUs::Subtype(name))) => format!("subtype {name}"),
        Ok(Delivery::NotForUs(NotForUs::Kind(name))) => format!("kind {name}"),
        Ok(Delivery::NotForUs(NotForUs::Foreign(name))) => format!("foreign {name}").trim_end().to_owned(),
        Ok(other) => panic!("{other:?}"),
    }
}
