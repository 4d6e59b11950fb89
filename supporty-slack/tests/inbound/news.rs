use serde_json::{Value, json};
use supporty_slack::inbound::{ChannelNews, Delivery, NotForUs, read_envelope};
use supporty_slack::{ChannelRef, TeamId, UserRef};

use crate::desk::{Desk, now, refused, reply, told, with};

fn channel() -> ChannelRef {
    ChannelRef::parse("C1")
}

#[test]
fn slack_learns_that_the_address_is_ours() {
    let body = r#"{"token":"x","challenge":"a word","type":"url_verification"}"#;
    assert_eq!(Desk::new().read(body).unwrap(), Delivery::Challenge("a word".to_owned()));
}

#[test]
fn whoever_opens_the_home_sees_it() {
    let desk = Desk::new();
    let opened =
        |tab: Value| json!({ "type": "app_home_opened", "user": "URITA", "channel": "D1", "tab": tab });
    match desk.event(&opened(json!("home"))) {
        Delivery::Home(asker) => {
            assert_eq!((asker.user.to_string().as_str(), asker.channel), ("URITA", None))
        }
        other => panic!("{other:?}"),
    }
    for tab in [json!("messages"), Value::Null] {
        assert_eq!(refused(desk.event(&opened(tab))), NotForUs::Kind("app_home_opened".to_owned()));
    }
}

#[test]
fn what_happens_to_a_channel_of_the_desk_is_told() {
    let desk = Desk::new();
    for (event, news) in [
        (json!({ "type": "channel_archive", "channel": "C1", "user": "UANA" }), ChannelNews::Archived),
        (json!({ "type": "group_archive", "channel": "C1" }), ChannelNews::Archived),
        (json!({ "type": "channel_unarchive", "channel": "C1" }), ChannelNews::Unarchived),
        (json!({ "type": "channel_deleted", "channel": "C1" }), ChannelNews::Deleted),
        (json!({ "type": "channel_left", "channel": "C1" }), ChannelNews::Removed),
        (json!({ "type": "group_left", "channel": "C1" }), ChannelNews::Removed),
        (
            json!({ "type": "channel_rename", "channel": { "id": "C1", "name": "help" } }),
            ChannelNews::Renamed("help".to_owned()),
        ),
        (
            json!({ "type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C5" }),
            ChannelNews::Moved(ChannelRef::parse("C5")),
        ),
        (
            json!({ "type": "member_left_channel", "channel": "C1", "user": "UBOT", "team": "T1" }),
            ChannelNews::Removed,
        ),
        (
            json!({ "type": "member_joined_channel", "channel": "C1", "user": "UBOT", "team": "T1" }),
            ChannelNews::Added,
        ),
    ] {
        assert_eq!(desk.event(&event), Delivery::Channel { channel: channel(), news }, "{event}");
        let elsewhere = event.to_string().replace("\"C1\"", "\"C9\"");
        let elsewhere: Value = serde_json::from_str(&elsewhere).unwrap();
        assert_eq!(refused(desk.event(&elsewhere)), NotForUs::OtherChannel);
    }
}

#[test]
fn who_leaves_a_channel_of_the_desk_is_told() {
    let desk = Desk::new();
    let left = json!({ "type": "member_left_channel", "channel": "C1", "user": "UANA", "team": "T1" });
    assert_eq!(desk.event(&left), Delivery::Left { user: UserRef::parse("UANA"), channel: channel() });
    let elsewhere = with(left, &json!({ "channel": "C9" }));
    assert_eq!(refused(desk.event(&elsewhere)), NotForUs::OtherChannel);
    let joined = json!({ "type": "member_joined_channel", "channel": "C1", "user": "UANA", "team": "T1" });
    assert_eq!(refused(desk.event(&joined)), NotForUs::Kind("member_joined_channel".to_owned()));
}

#[test]
fn what_takes_our_tokens_is_told_and_what_takes_others_is_not() {
    let desk = Desk::new();
    let revoked =
        |bot: Value| json!({ "type": "tokens_revoked", "tokens": { "oauth": ["UANA"], "bot": bot } });
    assert_eq!(desk.event(&revoked(json!(["UBOT"]))), Delivery::Revoked(TeamId::new("T1")));
    assert_eq!(refused(desk.event(&revoked(json!([])))), NotForUs::Kind("tokens_revoked".to_owned()));
    assert_eq!(desk.event(&json!({ "type": "app_uninstalled" })), Delivery::Revoked(TeamId::new("T1")));
}

#[test]
fn slack_says_that_it_holds_back() {
    let body =
        json!({ "type": "app_rate_limited", "team_id": "T1", "minute_rate_limited": 1, "api_app_id": "A1" });
    assert_eq!(Desk::new().read(&body.to_string()).unwrap(), Delivery::Throttled(TeamId::new("T1")));
}

#[test]
fn what_we_have_no_use_for_is_named() {
    let desk = Desk::new();
    for kind in ["file_shared", "team_join", "of_next_year"] {
        assert_eq!(refused(desk.event(&json!({ "type": kind }))), NotForUs::Kind(kind.to_owned()));
    }
    for kind in ["block_suggestion", "dialog_submission", "of_next_year"] {
        let body = json!({ "type": kind }).to_string();
        assert_eq!(refused(desk.read(&body).unwrap()), NotForUs::Kind(kind.to_owned()));
    }
}

#[test]
fn what_comes_over_a_socket_means_the_same() {
    let desk = Desk::new();
    let over = |kind: &str, payload: &str| read_envelope(&desk.context(), kind, payload, now());
    let payload = json!({ "type": "event_callback", "team_id": "T1", "event": reply("hm") }).to_string();
    assert_eq!(told(over("events_api", &payload).unwrap()).0, "hm");
    assert_eq!(over("events_api", &payload), desk.read(&payload));
    for kind in ["hello", "disconnect", "of_next_year"] {
        assert_eq!(refused(over(kind, "not even JSON").unwrap()), NotForUs::Kind(kind.to_owned()));
    }
    assert!(over("events_api", "not even JSON").is_err());
}

#[test]
fn what_is_shown_of_a_delivery_lets_nobody_act() {
    let desk = Desk::new();
    for delivery in [
        desk.command("SUP-1 claim"),
        desk.command("help"),
        desk.interaction(&crate::presses::button("claim")),
        desk.interaction(&crate::presses::button("wait")),
    ] {
        let shown = serde_json::to_string(&delivery).unwrap();
        assert!(!shown.contains("11.22.abc") && !shown.contains("hooks.slack.com"), "{shown}");
    }
}
