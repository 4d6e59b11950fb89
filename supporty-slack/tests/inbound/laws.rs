//! What holds for any delivery, however damaged.

use proptest::prelude::*;
use serde_json::{Value, json};
use supporty_slack::inbound::{Delivery, read, read_envelope, unread_key};

use crate::desk::{Desk, callback, interaction_body, now, reply, slash, with};
use crate::forms::form;
use crate::presses::button;

/// Payloads of ours, and those of Slack's Java SDK if `SUPPORTY_CASES` says where they are.
fn seeds() -> Vec<String> {
    let edit = json!({
        "type": "message", "subtype": "message_changed", "channel": "C1", "message": reply("new"),
        "previous_message": reply("old"), "event_ts": "1772443000.000300",
    });
    let reaction = json!({
        "type": "reaction_added", "user": "UBEN", "reaction": "eyes", "event_ts": "1772442000.000500",
        "item": { "type": "message", "channel": "C1", "ts": "1772440000.000100" },
    });
    let files = json!({ "text": "", "files": [{ "name": "a.png" }], "blocks": [{ "type": "rich_text", "elements": [] }] });
    let mut seeds = vec![
        callback(&reply("<@UANA> &amp; <https://example.com|all> of us")),
        callback(&with(reply(""), &files)),
        callback(&edit),
        callback(&reaction),
        button("claim").to_string(),
        interaction_body(&button("wait")),
        form("UANA").to_string(),
        slash("SUP-1 resolve not-a-ticket").to_string(),
    ];
    let Ok(cases) = std::env::var("SUPPORTY_CASES") else {
        eprintln!("SUPPORTY_CASES is not set: only our own payloads were damaged");
        return seeds;
    };
    let folder = std::path::Path::new(&cases).join("slack/real");
    let files = std::fs::read_dir(folder).unwrap();
    seeds.extend(files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()));
    seeds
}

fn seed() -> impl Strategy<Value = String> {
    static SEEDS: std::sync::OnceLock<Vec<String>> = std::sync::OnceLock::new();
    any::<prop::sample::Index>().prop_map(|index| index.get(SEEDS.get_or_init(seeds)).clone())
}

/// A value of another kind than is expected anywhere.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[], {}, 0])),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        "[<>@#!|&a;]{0,20}".prop_map(Value::from),
        Just(json!("supporty:do:claim")),
        Just(json!("SUP-1")),
    ]
}

/// Puts something else where a walk through the payload ends.
fn damage(value: &mut Value, walk: &[prop::sample::Index], odd: Value) {
    let Some((step, rest)) = walk.split_first() else {
        *value = odd;
        return;
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            let name = step.get(&fields.keys().cloned().collect::<Vec<_>>()).clone();
            damage(&mut fields[&name], rest, odd);
        }
        Value::Array(items) if !items.is_empty() => damage(step.get_mut(items), rest, odd),
        other => *other = odd,
    }
}

proptest! {
    #[test]
    fn a_damaged_payload_is_read_or_refused(
        seed in seed(),
        walks in prop::collection::vec((prop::collection::vec(any::<prop::sample::Index>(), 0..8), odd()), 1..4),
    ) {
        let desk = Desk::new();
        let Ok(mut value) = serde_json::from_str::<Value>(&seed) else { return Ok(()) };
        for (walk, odd) in walks {
            damage(&mut value, &walk, odd);
        }
        let body = value.to_string();
        let direct = desk.read(&body);
        prop_assert_eq!(&direct, &desk.read(&body), "reading is a function");
        if direct.is_ok() && value["payload"].is_null() {
            prop_assert_eq!(&direct, &read_envelope(&desk.context(), "interactive", &body, now()));
        }
    }

    #[test]
    fn a_payload_that_is_cut_or_changed_in_a_byte_is_read_or_refused(
        seed in seed(), cut in any::<prop::sample::Index>(), byte in any::<u8>(), cuts in any::<bool>(),
    ) {
        let mut bytes = seed.into_bytes();
        let at = cut.index(bytes.len());
        if cuts { bytes.truncate(at) } else { bytes[at] = byte }
        let body = String::from_utf8_lossy(&bytes);
        let desk = Desk::new();
        let _ = desk.read(&body);
        let _ = read_envelope(&desk.context(), "events_api", &body, now());
    }

    #[test]
    fn any_text_is_read_or_refused(body in "\\PC*") {
        let desk = Desk::new();
        let _ = desk.read(&body);
        let _ = desk.read(&format!("payload={body}"));
        let _ = unread_key(&desk.config.name, &body);
    }

    #[test]
    fn what_is_told_of_what_can_not_be_read_quotes_nobody(seed in seed(), at in any::<prop::sample::Index>()) {
        let secret = "Zimtstern";
        let mut spoilt = seed;
        let mut place = at.index(spoilt.len());
        while !spoilt.is_char_boundary(place) { place -= 1 }
        spoilt.insert_str(place, secret);
        if let Err(error) = Desk::new().read(&spoilt) {
            prop_assert!(!error.to_string().contains(secret), "{}", error);
        }
    }

    #[test]
    fn a_redelivery_has_the_same_key(seed in seed(), seconds in 0..10_000_000_i64, id in "Ev[A-Z0-9]{8}") {
        let desk = Desk::new();
        let again = match serde_json::from_str::<Value>(&seed) {
            Ok(mut body) if body["event"].is_object() => {
                body["event_id"] = id.into();
                body["event_time"] = seconds.into();
                body.to_string()
            }
            _ => seed.clone(),
        };
        let later = now() + chrono::TimeDelta::seconds(seconds);
        match (desk.read(&seed), read(&desk.context(), &again, later)) {
            (Ok(Delivery::Asked(first)), Ok(Delivery::Asked(again))) => {
                prop_assert_eq!(&first.inbound.key, &again.inbound.key);
                prop_assert_eq!(&first.inbound.command, &again.inbound.command);
                prop_assert!(first.inbound.key.as_str().starts_with("slack/"));
            }
            (first, again) => prop_assert_eq!(first, again),
        }
    }

    #[test]
    fn what_people_write_arrives_as_they_wrote_it(text in "\\PC{1,200}") {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let (said, _) = crate::desk::told(Desk::new().event(&reply(&escaped)));
        let kept = supporty_core::vocab::Text::new(&text, 40_000).map(|kept| kept.as_str().to_owned());
        prop_assert_eq!(said, kept.unwrap_or_else(|_| "[no words]".to_owned()));
    }

    #[test]
    fn different_messages_have_different_keys(one in "[0-9]{10}\\.[0-9]{6}", other in "[0-9]{10}\\.[0-9]{6}") {
        let desk = Desk::new();
        let key = |ts: &str| crate::desk::inbound(desk.event(&with(reply("hm"), &json!({ "ts": ts })))).key;
        prop_assert_eq!(key(&one) == key(&other), one == other);
    }
}
