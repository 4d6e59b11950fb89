//! Any bytes as a delivery, and as something that people wrote: nothing panics, the same means the same under another
//! delivery, and whatever is understood can be shown.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use supporty_github::inbound::{App, Context, Delivery, WebhookSecrets, read, unread_key, verify};
use supporty_github::references::{References, Reverts};
use supporty_github::{Config, marker};

static DESK: LazyLock<(Config, App)> = LazyLock::new(|| {
    let config = Config { ticket_urls: vec!["https://desk.example/tickets/".to_owned()], ..Config::default() };
    (config, App { id: Some(29_310), slug: Some("supporty".to_owned()), users: [501].into() })
});

const EVENTS: &[&str] = &[
    "pull_request", "push", "issues", "issue_comment", "pull_request_review", "deployment", "deployment_status", "release",
    "workflow_run", "check_suite", "repository", "installation", "installation_repositories", "ping",
];

fuzz_target!(|bytes: &[u8]| {
    let (config, app) = &*DESK;
    let context = Context { config, app };
    let text = String::from_utf8_lossy(bytes);
    assert!(verify(&WebhookSecrets::new("secret"), &text, bytes).is_err());
    let _ = unread_key(&config.name, bytes);

    // A delivery may name its event before its body; otherwise it is tried as each of them.
    let (name, body) = text.split_once('\n').unwrap_or(("", &text));
    let named = EVENTS.contains(&name);
    let body = if named { body } else { &text };
    for event in EVENTS.iter().filter(|event| !named || **event == name) {
        let first = read(&context, event, "first", body.as_bytes());
        let again = read(&context, event, "again", body.as_bytes());
        assert_eq!(first.is_ok(), again.is_ok());
        if let (Ok(Delivery::Fact(first)), Ok(Delivery::Fact(again))) = (&first, &again) {
            assert_eq!((&first.key, first.at, &first.what), (&again.key, again.at, &again.what));
        }
        if let Ok(delivery) = &first {
            serde_json::to_string(delivery).expect("every delivery can be shown");
        }
    }

    let found = References::in_parts(config, Some(name), &text, Some(name));
    for one in &found.tickets {
        assert_eq!(one.ticket.prefix(), "SUP");
    }
    let _ = References::in_message(config, &text);
    let _ = Reverts::in_message(config, &text);
    if let Some(effect) = marker::find(&text) {
        assert_eq!(marker::find(&marker::mark(&text, &effect)), Some(effect));
    }
});
