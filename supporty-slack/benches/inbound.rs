//! From a payload to what it means, and who sent it. Beside each: only parsing the JSON that it is in.

#![allow(missing_docs, clippy::unwrap_used, reason = "a measurement ends where something is missing")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use supporty_core::policy::Policy;
use supporty_core::vocab::Time;
use supporty_slack::inbound::{App, Context, Delivery, SigningSecrets, read, verify};
use supporty_slack::{Config, TeamId};

fn main() {
    divan::main();
}

#[divan::bench]
fn message_event(bencher: Bencher<'_, '_>) {
    understood(bencher, &message().to_string());
}

#[divan::bench]
fn message_event_parsed_only(bencher: Bencher<'_, '_>) {
    parsed(bencher, &message().to_string());
}

#[divan::bench]
fn block_action(bencher: Bencher<'_, '_>) {
    understood(bencher, &form(&action()));
}

#[divan::bench]
fn block_action_parsed_only(bencher: Bencher<'_, '_>) {
    parsed(bencher, &action().to_string());
}

#[divan::bench]
fn view_submission(bencher: Bencher<'_, '_>) {
    understood(bencher, &form(&submission()));
}

#[divan::bench]
fn view_submission_parsed_only(bencher: Bencher<'_, '_>) {
    parsed(bencher, &submission().to_string());
}

#[divan::bench]
fn signature(bencher: Bencher<'_, '_>) {
    let (secret, body) = ("8f742231b10e8888abcd99yyyzzz85a5", form(&submission()));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:1772445600:{body}").as_bytes());
    let digits = mac.finalize().into_bytes();
    let signature = digits.iter().fold("v0=".to_owned(), |hex, byte| format!("{hex}{byte:02x}"));
    let secrets = SigningSecrets::new(secret);
    let check = || verify(&secrets, "1772445600", &signature, black_box(body.as_bytes()), now());
    check().unwrap();
    counted(bencher, &body).bench(check);
}

fn understood(bencher: Bencher<'_, '_>, body: &str) {
    let config = Config {
        team: Some(TeamId::new("T1")),
        channels: [("support".into(), "C1".to_owned())].into(),
        ..Config::default()
    };
    let (policy, app) = (Policy::default(), App::default());
    let context = Context { config: &config, policy: &policy, app: &app };
    assert!(matches!(read(&context, body, now()), Ok(Delivery::Asked(_))));
    counted(bencher, body).bench(|| read(&context, black_box(body), now()));
}

fn parsed(bencher: Bencher<'_, '_>, body: &str) {
    counted(bencher, body).bench(|| serde_json::from_str::<Value>(black_box(body)).unwrap());
}

fn counted<'a, 'b>(bencher: Bencher<'a, 'b>, body: &str) -> Bencher<'a, 'b> {
    bencher.counter(ItemsCount::new(1_usize)).counter(BytesCount::of_str(body))
}

fn now() -> Time {
    chrono::DateTime::from_timestamp(1_772_445_600, 0).unwrap()
}

fn form(payload: &Value) -> String {
    form_urlencoded::Serializer::new(String::new()).append_pair("payload", &payload.to_string()).finish()
}

/// A reply as Slack sends it: its text twice, as markup and as blocks.
fn message() -> Value {
    let words =
        "The checkout has been refusing cards since ten, and <@U2> saw the same in <#C7|staging>. ".repeat(3);
    let section = json!({ "type": "rich_text_section", "elements": [{ "type": "text", "text": words }] });
    json!({
        "token": "x", "team_id": "T1", "context_team_id": "T1", "api_app_id": "A1", "type": "event_callback",
        "event_id": "Ev01ERKCFKK9", "event_time": 1_772_442_000, "is_ext_shared_channel": false,
        "authorizations": [{ "enterprise_id": null, "team_id": "T1", "user_id": "UBOT", "is_bot": true }],
        "event": {
            "type": "message", "channel": "C1", "channel_type": "channel", "user": "URITA", "team": "T1",
            "client_msg_id": "1748313e-912c-4942-a562-99754707692c", "text": words, "ts": "1772442000.000200",
            "thread_ts": "1772440000.000100", "parent_user_id": "UBOT", "event_ts": "1772442000.000200",
            "blocks": [{ "type": "rich_text", "block_id": "K8xp", "elements": [section] }],
        },
    })
}

/// A button of a card, which Slack sends along.
fn action() -> Value {
    let button = |kind: &str| {
        json!({ "type": "button", "action_id": format!("supporty:do:{kind}"), "value": "SUP-1",
            "text": { "type": "plain_text", "text": kind, "emoji": true } })
    };
    let section = json!({ "type": "section", "text": { "type": "mrkdwn", "text": "*SUP-1* the checkout is down" },
        "fields": [{ "type": "mrkdwn", "text": "Priority: P1" }, { "type": "mrkdwn", "text": "Owner: nobody" }] });
    let buttons = ["claim", "acknowledge", "wait", "resolve", "escalate"].map(button);
    json!({
        "type": "block_actions", "team": { "id": "T1", "domain": "florists" }, "api_app_id": "A1", "token": "x",
        "user": { "id": "UANA", "username": "ana", "team_id": "T1" }, "trigger_id": "11.22.abc",
        "container": { "type": "message", "message_ts": "1772440000.000100", "channel_id": "C1" },
        "channel": { "id": "C1", "name": "support" }, "response_url": "https://hooks.slack.com/actions/T1/1/abc",
        "message": { "ts": "1772440000.000100", "user": "UBOT", "bot_id": "B1", "text": "SUP-1",
            "blocks": [section, { "type": "actions", "elements": buttons }] },
        "state": { "values": {} },
        "actions": [{ "type": "button", "action_id": "supporty:do:claim", "block_id": "x", "value": "SUP-1",
            "action_ts": "1772442000.000600" }],
    })
}

/// The form that opens a ticket, with the blocks that it consists of.
fn submission() -> Value {
    let typed = |text: &str| json!({ "supporty:input": { "type": "plain_text_input", "value": text } });
    let chosen = |value: &str| {
        json!({ "supporty:input": { "type": "radio_buttons", "selected_option": { "value": value,
            "text": { "type": "plain_text", "text": value } } } })
    };
    let block = |id: &str| {
        json!({ "type": "input", "block_id": id, "label": { "type": "plain_text", "text": id, "emoji": true },
            "optional": false, "element": { "type": "plain_text_input", "action_id": "supporty:input" } })
    };
    let blocks = ["title", "details", "kind", "priority"].map(block);
    json!({
        "type": "view_submission", "team": { "id": "T1", "domain": "florists" }, "api_app_id": "A1", "token": "x",
        "user": { "id": "URITA", "username": "rita", "team_id": "T1" }, "trigger_id": "11.22.abc",
        "view": {
            "id": "V1", "type": "modal", "callback_id": "supporty:form", "hash": "1.abc", "root_view_id": "V1",
            "private_metadata": "{\"channel\":\"C1\"}", "app_installed_team_id": "T1",
            "blocks": blocks,
            "state": { "values": {
                "title": typed("the checkout is down"), "kind": chosen("request"), "priority": chosen("P1"),
                "details": typed(&"Every card is refused since a minute ago. ".repeat(10)),
            } },
        },
        "response_urls": [],
    })
}
