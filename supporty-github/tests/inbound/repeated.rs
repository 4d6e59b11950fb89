//! The same again: sent again, by two webhooks, later, under another name.

use serde_json::{Value, json};
use supporty_github::inbound::{Delivery, unread_key};

use crate::desk::{Desk, GUID, OTHER_SHA, all, pull_request, with};

fn key(delivery: &Delivery) -> Option<String> {
    match delivery {
        Delivery::Fact(fact) => Some(fact.key.to_string()),
        Delivery::Installation(installation) => Some(installation.key.to_string()),
        Delivery::Ping(ping) => Some(ping.key.to_string()),
        Delivery::NotForUs(_) => None,
    }
}

#[test]
fn what_is_sent_again_is_the_same_to_the_letter() {
    let desk = Desk::new();
    for (event, body) in all() {
        assert_eq!(desk.read(event, &body), desk.read(event, &body));
        assert!(key(&desk.read(event, &body).unwrap()).unwrap().starts_with("github/"));
    }
}

#[test]
fn what_two_webhooks_tell_has_one_key_and_two_deliveries() {
    let desk = Desk::new();
    for (event, body) in all() {
        let other = with(
            body.clone(),
            &json!({ "installation": { "node_id": "…" }, "enterprise": { "id": 1 }, "new": [1] }),
        );
        let other = desk.read_bytes(event, "another", other.to_string().as_bytes()).unwrap();
        let first = desk.read(event, &body).unwrap();
        let by_delivery = ["installation_repositories", "ping"].contains(&event);
        assert_eq!(key(&first) == key(&other), !by_delivery, "{event}");
        let Delivery::Fact(first) = first else { continue };
        let Delivery::Fact(other) = other else { panic!("{other:?}") };
        assert_eq!((first.delivery.as_str(), other.delivery.as_str()), (GUID, "another"));
        assert_eq!((first.at, first.what), (other.at, other.what));
    }
}

#[test]
fn different_things_have_different_keys() {
    let desk = Desk::new();
    let keys: std::collections::BTreeSet<_> =
        all().iter().map(|(event, body)| key(&desk.read(event, body).unwrap())).collect();
    assert_eq!(keys.len(), all().len());
}

#[test]
fn every_action_that_tells_the_same_state_is_the_same_fact() {
    let desk = Desk::new();
    let key = |body: &Value| desk.key("pull_request", body);
    assert_eq!(key(&pull_request("opened")), key(&pull_request("edited")));
    for others in [
        json!({ "updated_at": "2026-03-02T11:00:01Z" }),
        json!({ "title": "Stop the loop" }),
        json!({ "body": "Fixes SUP-43" }),
        json!({ "draft": true }),
        json!({ "state": "closed" }),
        json!({ "merged": true }),
        json!({ "head": { "sha": OTHER_SHA } }),
        json!({ "base": { "ref": "release/1" } }),
        json!({ "number": 13 }),
    ] {
        let other = with(pull_request("opened"), &json!({ "pull_request": others }));
        assert_ne!(key(&pull_request("opened")), key(&other), "{others}");
    }
}

#[test]
fn a_rename_between_two_deliveries_makes_no_second_fact() {
    let desk = Desk::new();
    for (event, body) in all() {
        let renamed =
            with(body.clone(), &json!({ "repository": { "full_name": "octo/store", "name": "store" } }));
        let (Ok(Delivery::Fact(first)), Ok(Delivery::Fact(again))) =
            (desk.read(event, &body), desk.read(event, &renamed))
        else {
            continue;
        };
        assert_eq!(first.key == again.key, event != "repository", "{event}");
        assert_eq!(again.repository.name, "octo/store");
    }
}

#[test]
fn the_later_state_is_known_whichever_comes_first() {
    let desk = Desk::new();
    let later =
        with(pull_request("closed"), &json!({ "pull_request": { "updated_at": "2026-03-02T11:00:01Z" } }));
    let (first, later) =
        (desk.fact("pull_request", &pull_request("opened")), desk.fact("pull_request", &later));
    assert!(first.at < later.at);
}

#[test]
fn what_can_not_be_read_has_a_key_too() {
    let name = "github".into();
    assert_eq!(unread_key(&name, b"x"), unread_key(&name, b"x"));
    assert_ne!(unread_key(&name, b"x"), unread_key(&name, b"y"));
    assert!(unread_key(&name, b"\xff").as_str().starts_with("github/unread/"));
}

#[test]
fn a_form_says_the_same_as_json() {
    let desk = Desk::new();
    for (event, body) in all() {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &body.to_string())
            .finish();
        assert_eq!(desk.read_bytes(event, GUID, form.as_bytes()), desk.read(event, &body), "{event}");
    }
}

#[test]
fn what_can_not_be_read_says_what_is_missing() {
    let desk = Desk::new();
    let why = |event: &str, body: &[u8]| desk.read_bytes(event, GUID, body).unwrap_err().0;
    assert_eq!(why("push", b""), "the body is neither an object of JSON nor a form with a `payload`");
    assert_eq!(why("push", b"[]"), "the body is neither an object of JSON nor a form with a `payload`");
    assert_eq!(
        why("push", b"{\"ref\": tru"),
        "the body is no JSON: it stops making sense at line 1, column 11"
    );
    assert_eq!(
        why("push", b"payload=%7B"),
        "`payload` is no JSON: it stops making sense at line 1, column 1"
    );
    assert_eq!(why("push", b"{}"), "`ref` is missing");
    let body = with(pull_request("opened"), &json!({ "repository": { "id": "7" } }));
    assert_eq!(desk.read("pull_request", &body).unwrap_err().0, "`repository.id` is missing");
    let body = with(pull_request("opened"), &json!({ "pull_request": { "updated_at": "soon" } }));
    assert_eq!(desk.read("pull_request", &body).unwrap_err().0, "`pull_request.updated_at` is missing");
}
