use serde_json::{Value, json};
use supporty_core::adapter::About;
use supporty_core::ticket::{Command, CommandKind};
use supporty_core::vocab::{Resolution, Stars};
use supporty_slack::inbound::{By, Delivery, Form, NotForUs, Opens};

use crate::desk::{Desk, asked, interaction_body, opens, refused, who, with};

pub(crate) fn press(action: &Value) -> Value {
    json!({
        "type": "block_actions", "team": { "id": "T1" }, "user": { "id": "UBEN", "team_id": "T1" },
        "api_app_id": "A1", "trigger_id": "11.22.abc", "channel": { "id": "C1" },
        "container": { "type": "message", "message_ts": "1772440000.000100", "channel_id": "C1" },
        "message": { "ts": "1772440000.000100", "user": "UBOT", "bot_id": "B1" },
        "response_url": "https://hooks.slack.com/actions/T1/1/abc",
        "actions": [with(action.clone(), &json!({ "action_ts": "1772442000.000600" }))],
    })
}

pub(crate) fn button(kind: &str) -> Value {
    press(&json!({ "type": "button", "action_id": format!("supporty:do:{kind}"), "value": "SUP-1" }))
}

fn choice(value: &str) -> Value {
    press(&json!({ "type": "overflow", "action_id": "supporty:more", "selected_option": { "value": value } }))
}

#[test]
fn a_button_that_needs_nothing_gives_its_command() {
    let desk = Desk::new();
    for (kind, command) in [
        ("claim", Command::Claim),
        ("take-over", Command::TakeOver),
        ("acknowledge", Command::Acknowledge),
        ("release", Command::Release),
        ("identify", Command::Identify),
        ("mitigate", Command::Mitigate),
        ("resume", Command::Resume),
        ("confirm", Command::Confirm),
        ("unmerge", Command::Unmerge),
        ("detach", Command::Detach),
        ("unrestrict", Command::Unrestrict),
    ] {
        let asked = asked(desk.interaction(&button(kind)));
        assert_eq!((asked.by, who(&asked.asker)), (By::Button, ("UBEN".into(), Some("C1"), None)));
        assert_eq!((&asked.inbound.command, asked.inbound.from.user.as_str()), (&command, "UBEN"));
        assert_eq!(asked.inbound.about, About::Ticket("SUP-1".parse().unwrap()));
        assert_eq!(
            asked.inbound.key.as_str(),
            format!("slack/action/1772442000.000600/UBEN/supporty:do:{kind}")
        );
    }
}

#[test]
fn a_button_with_three_dots_opens_its_form() {
    let desk = Desk::new();
    for kind in CommandKind::ALL.iter().filter(|kind| supporty_slack::render::has_form(**kind)) {
        let Opens { asker, what } = opens(desk.interaction(&button(kind.as_str())));
        assert_eq!(what, Form::Ask { ticket: "SUP-1".parse().unwrap(), kind: *kind });
        assert_eq!(asker.trigger.as_deref(), Some("11.22.abc"));
    }
}

#[test]
fn an_option_of_the_menu_is_a_button_too() {
    let desk = Desk::new();
    assert_eq!(asked(desk.interaction(&choice("release SUP-1"))).inbound.command, Command::Release);
    let ended = Command::Resolve { resolution: Resolution::NotATicket, note: None };
    assert_eq!(asked(desk.interaction(&choice("resolve not-a-ticket SUP-1"))).inbound.command, ended);
    let what = opens(desk.interaction(&choice("hand-off SUP-1"))).what;
    assert_eq!(what, Form::Ask { ticket: "SUP-1".parse().unwrap(), kind: CommandKind::HandOff });
}

#[test]
fn a_star_rates() {
    let star = press(&json!({ "action_id": "supporty:rate:4", "value": "SUP-1" }));
    let stars = Stars::new(4).unwrap();
    assert_eq!(asked(Desk::new().interaction(&star)).inbound.command, Command::Rate { stars });
    let none = press(&json!({ "action_id": "supporty:rate:9", "value": "SUP-1" }));
    assert_eq!(refused(Desk::new().interaction(&none)), NotForUs::Foreign("supporty:rate:9".to_owned()));
}

#[test]
fn a_button_opens_the_form_with_what_it_holds() {
    let desk = Desk::new();
    for (value, title) in
        [(json!("{\"title\":\"again\"}"), "again"), (json!(""), ""), (Value::Null, ""), (json!("{"), "")]
    {
        match opens(desk.interaction(&press(&json!({ "action_id": "supporty:new", "value": value })))).what {
            Form::New(fields) => assert_eq!(fields.typed("title"), title),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_button_in_a_thread_is_answered_there_and_one_at_home_nowhere() {
    let desk = Desk::new();
    let thread = json!({ "container": {
        "type": "message", "message_ts": "1772441000.000100", "thread_ts": "1772440000.000100", "channel_id": "C1",
    } });
    let asked_there = asked(desk.interaction(&with(button("claim"), &thread)));
    assert_eq!(who(&asked_there.asker), ("UBEN".into(), Some("C1"), Some("1772440000.000100")));
    let home = json!({
        "container": { "type": "view", "view_id": "V1" }, "channel": null, "message": null,
        "view": { "id": "V1", "type": "home", "app_installed_team_id": "T1" },
    });
    let asked_home = asked(desk.interaction(&with(button("claim"), &home)));
    assert_eq!(who(&asked_home.asker), ("UBEN".into(), None, None));
}

#[test]
fn the_first_action_of_ours_counts_and_what_is_not_ours_does_not() {
    let desk = Desk::new();
    let mut both = button("claim");
    let ours = both["actions"][0].clone();
    both["actions"] = json!([{ "action_id": "other", "action_ts": "1.1" }, ours]);
    assert_eq!(asked(desk.interaction(&both)).inbound.command, Command::Claim);
    for id in [
        "other",
        "supporty:link",
        "supporty:do:tick",
        "supporty:do:reply",
        "supporty:of-next-year",
        "supporty:input",
    ] {
        let payload = press(&json!({ "action_id": id, "value": "SUP-1" }));
        assert_eq!(refused(desk.interaction(&payload)), NotForUs::Foreign(id.to_owned()));
    }
    let none = with(button("claim"), &json!({ "actions": [] }));
    assert_eq!(refused(desk.interaction(&none)), NotForUs::Foreign(String::new()));
}

#[test]
fn a_button_whose_value_is_lost_is_told_by_its_place() {
    let desk = Desk::new();
    for (payload, place) in [
        (press(&json!({ "action_id": "supporty:do:claim" })), "`actions.value`"),
        (press(&json!({ "action_id": "supporty:do:claim", "value": "a secret" })), "`actions.value`"),
        (choice("claim a secret"), "`actions.selected_option.value`"),
        (with(button("claim"), &json!({ "user": {} })), "`user.id`"),
    ] {
        let error = desk.read(&interaction_body(&payload)).unwrap_err().to_string();
        assert!(error.contains(place) && !error.contains("secret"), "{error}");
    }
}

#[test]
fn a_shortcut_opens_the_form() {
    let desk = Desk::new();
    let shortcut = json!({
        "type": "shortcut", "callback_id": "supporty:shortcut", "team": null, "trigger_id": "11.22.abc",
        "user": { "id": "URITA", "team_id": "T1" }, "enterprise": { "id": "E1" }, "is_enterprise_install": true,
    });
    let Opens { asker, what } = opens(desk.interaction(&shortcut));
    assert_eq!((who(&asker), what), (("URITA".into(), None, None), Form::New(Default::default())));
    let other = with(shortcut, &json!({ "callback_id": "theirs" }));
    assert_eq!(refused(desk.interaction(&other)), NotForUs::Foreign("theirs".to_owned()));
}

fn message_shortcut(message: &Value) -> Value {
    json!({
        "type": "message_action", "callback_id": "supporty:message", "trigger_id": "11.22.abc",
        "team": { "id": "T1", "domain": "florists" }, "channel": { "id": "C9", "name": "random" },
        "user": { "id": "UANA", "team_id": "T1" }, "message": message,
    })
}

#[test]
fn a_message_becomes_a_ticket_of_whoever_wrote_it() {
    let desk = Desk::new();
    let message = json!({
        "type": "message", "user": "URITA", "team": "T1", "ts": "1772440000.000100",
        "text": "\n checkout &amp; cart are down\nsince ten",
    });
    let Form::New(fields) = opens(desk.interaction(&message_shortcut(&message))).what else { panic!() };
    assert_eq!(fields.typed("title"), "checkout & cart are down");
    let details =
        "checkout & cart are down\nsince ten\n\nhttps://florists.slack.com/archives/C9/p1772440000000100";
    assert_eq!(fields.typed("details"), details);
    assert_eq!(fields.typed("on_behalf"), "URITA");
    let threaded = with(message, &json!({ "thread_ts": "1772430000.000100", "user": "UANA" }));
    let Form::New(fields) = opens(desk.interaction(&message_shortcut(&threaded))).what else { panic!() };
    assert!(fields.typed("details").ends_with("?thread_ts=1772430000.000100&cid=C9"));
    assert_eq!(fields.typed("on_behalf"), "", "it is their own");
}

#[test]
fn a_long_message_and_one_of_a_program_become_tickets_too() {
    let desk = Desk::new();
    let message = json!({ "bot_id": "B7", "ts": "1772440000.000100", "text": "x".repeat(60_000) });
    let Form::New(fields) = opens(desk.interaction(&message_shortcut(&message))).what else { panic!() };
    assert_eq!((fields.typed("title").chars().count(), fields.typed("on_behalf")), (200, ""));
    assert_eq!(fields.typed("details").chars().count(), 40_000);
    assert!(matches!(desk.interaction(&message_shortcut(&json!({}))), Delivery::Opens(_)));
}
