//! Deliveries that come twice: edge cases 25 and 29, as far as they are on this side. Whatever has the same key is decided
//! once.

use serde_json::{Value, json};
use supporty_slack::inbound::{read, unread_key};

use crate::desk::{Desk, asked, callback, inbound, interaction_body, now, reply, with};
use crate::forms::{form, sent, typed};
use crate::presses::button;

fn key(body: &str) -> String {
    inbound(Desk::new().read(body).unwrap()).key.to_string()
}

#[test]
fn case_25_a_redelivery_has_the_same_key_whenever_it_comes() {
    let desk = Desk::new();
    let reaction = json!({
        "type": "reaction_added", "user": "UBEN", "reaction": "eyes", "event_ts": "1772442000.000500",
        "item": { "type": "message", "channel": "C1", "ts": "1772440000.000100" },
    });
    for body in [
        callback(&reply("hm")),
        callback(&reaction),
        interaction_body(&button("claim")),
        interaction_body(&form("UANA")),
    ] {
        let first = inbound(desk.read(&body).unwrap());
        for seconds in [0, 60, 300, 7 * 86_400] {
            let later = now() + chrono::TimeDelta::seconds(seconds);
            // Nothing is remembered between two readings: a restart changes nothing.
            let again = inbound(read(&Desk::new().context(), &body, later).unwrap());
            assert_eq!(
                (&again.key, &again.command, &again.texts),
                (&first.key, &first.command, &first.texts)
            );
        }
    }
}

#[test]
fn case_25_a_new_event_id_for_the_same_message_is_the_same_message() {
    let first = callback(&reply("hm"));
    let again = first.replace("\"Ev1\"", "\"Ev2\"").replace("\"event_time\":1", "\"event_time\":9");
    assert_ne!(first, again);
    assert_eq!(key(&first), key(&again));
    assert_eq!(key(&first), "slack/message/C1/1772442000.000200");
}

#[test]
fn case_25_a_message_that_comes_over_the_socket_after_the_request_is_the_same() {
    let payload =
        json!({ "type": "event_callback", "team_id": "T1", "event_id": "Ev7", "event": reply("hm") });
    assert_eq!(key(&callback(&reply("hm"))), key(&payload.to_string()));
}

#[test]
fn case_25_a_reply_that_is_also_shown_in_the_channel_counts_once() {
    let broadcast = with(
        reply("fixed"),
        &json!({ "subtype": "thread_broadcast", "root": { "ts": "1772440000.000100" } }),
    );
    assert_eq!(key(&callback(&reply("fixed"))), key(&callback(&broadcast)));
    // To show it in the channel later is an edit of the reply that changes no word.
    let shown = json!({
        "type": "message", "subtype": "message_changed", "channel": "C1", "message": broadcast,
        "previous_message": reply("fixed"), "event_ts": "1772443000.000300",
    });
    assert!(matches!(Desk::new().event(&shown), supporty_slack::inbound::Delivery::NotForUs(_)));
}

#[test]
fn case_25_two_emoji_at_once_and_one_that_comes_and_goes_are_told_apart() {
    let reaction = |kind: &str, user: &str, emoji: &str, at: &str| {
        callback(&json!({
            "type": kind, "user": user, "reaction": emoji, "event_ts": at,
            "item": { "type": "message", "channel": "C1", "ts": "1772440000.000100" },
        }))
    };
    let keys = [
        reaction("reaction_added", "UANA", "eyes", "1772442000.000500"),
        reaction("reaction_added", "UBEN", "eyes", "1772442000.000500"),
        reaction("reaction_added", "UANA", "raising_hand", "1772442000.000500"),
        reaction("reaction_removed", "UANA", "eyes", "1772442000.000600"),
        reaction("reaction_added", "UANA", "eyes", "1772442000.000700"),
    ];
    let keys: std::collections::BTreeSet<_> = keys.iter().map(|body| key(body)).collect();
    assert_eq!(keys.len(), 5, "{keys:?}");
}

#[test]
fn case_25_each_edit_is_one_and_a_deletion_happens_once() {
    let edit = |at: &str| {
        let now = with(reply("new"), &json!({ "edited": { "ts": at } }));
        callback(&json!({
            "type": "message", "subtype": "message_changed", "channel": "C1", "message": now,
            "previous_message": reply("old"), "event_ts": "1772443000.000300",
        }))
    };
    assert_eq!(key(&edit("1.0")), key(&edit("1.0")));
    assert_ne!(key(&edit("1.0")), key(&edit("2.0")));
    let deleted = |at: &str| {
        callback(&json!({
            "type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "1772442000.000200",
            "previous_message": reply("old"), "event_ts": at,
        }))
    };
    assert_eq!(key(&deleted("1.0")), key(&deleted("2.0")));
}

#[test]
fn case_29_a_form_that_is_submitted_twice_opens_one_ticket() {
    let twice = with(form("UANA"), &json!({ "trigger_id": "33.44.def" }));
    assert_eq!(key(&interaction_body(&form("UANA"))), key(&interaction_body(&twice)));
    let other_view: Value =
        serde_json::from_str(&form("UANA").to_string().replace("\"V1\"", "\"V2\"")).unwrap();
    assert_ne!(key(&interaction_body(&form("UANA"))), key(&interaction_body(&other_view)));
}

#[test]
fn case_29_a_form_that_was_refused_and_mended_is_decided_anew() {
    let closed = sent("supporty:ask:merge", "UBEN", &[("into", typed("SUP-2"))]);
    let open = sent("supporty:ask:merge", "UBEN", &[("into", typed("SUP-3"))]);
    assert_ne!(key(&interaction_body(&closed)), key(&interaction_body(&open)));
}

#[test]
fn case_29_a_form_for_a_closed_ticket_or_too_late_is_the_desks_to_refuse() {
    let late = sent("supporty:ask:reopen", "UBEN", &[("why", typed("again"))]);
    let asked = asked(Desk::new().interaction(&late));
    assert_eq!(asked.by, supporty_slack::inbound::By::Form, "the refusal is shown in the form");
}

#[test]
fn what_can_not_be_understood_has_a_key_of_its_own() {
    let name = "slack".into();
    assert_eq!(unread_key(&name, "{"), unread_key(&name, "{"));
    assert_ne!(unread_key(&name, "{"), unread_key(&name, "}"));
    assert!(!unread_key(&name, "a secret").as_str().contains("secret"));
}
