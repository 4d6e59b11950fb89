use serde_json::json;
use supporty_core::adapter::About;
use supporty_core::ticket::{Command, CommandKind};
use supporty_core::vocab::Resolution;
use supporty_slack::inbound::{By, Delivery, Form, NotForUs, Opens};

use crate::desk::{Desk, asked, now, opens, refused, slash, who, with};

/// What the form that opens is filled in with.
fn title(delivery: Delivery) -> String {
    match opens(delivery) {
        Opens { what: Form::New(fields), .. } => fields.typed("title").to_owned(),
        other => panic!("another form: {other:?}"),
    }
}

#[test]
fn the_command_opens_the_form_with_what_was_typed() {
    let desk = Desk::new();
    assert_eq!(title(desk.command("")), "");
    assert_eq!(
        title(desk.command("  checkout is down &amp;  <@UANA> knows ")),
        "checkout is down & @Ana Pereira knows"
    );
    let long = title(desk.command(&"x".repeat(500)));
    assert_eq!((long.chars().count(), long.ends_with('…')), (200, true));
    let Opens { asker, .. } = opens(desk.command(""));
    assert_eq!(who(&asker), ("URITA".into(), Some("C7"), None));
    assert_eq!(asker.trigger.as_deref(), Some("11.22.abc"));
    assert!(asker.response_url.is_some());
    assert!(!format!("{asker:?}").contains("hooks.slack.com"), "whoever has the address may post");
}

#[test]
fn the_command_helps() {
    let desk = Desk::new();
    for text in ["help", " HELP ", "SUP-1"] {
        assert!(matches!(desk.command(text), Delivery::Help(_)), "{text}");
    }
}

#[test]
fn the_command_works_on_a_ticket() {
    let desk = Desk::new();
    for (text, command) in [
        ("SUP-12 claim", Command::Claim),
        ("sup-12 Escalate", Command::Escalate { why: None }),
        ("SUP-12 resolve not-a-ticket", Command::Resolve { resolution: Resolution::NotATicket, note: None }),
        ("SUP-12 reprioritise p1", Command::Reprioritise { to: "P1".into(), why: None }),
        ("SUP-12 move Checkout", Command::Move { to: "checkout".into() }),
        ("SUP-12 merge sup-3", Command::Merge { into: "SUP-3".parse().unwrap() }),
    ] {
        let asked = asked(desk.command(text));
        assert_eq!((&asked.inbound.command, asked.by), (&command, By::Button), "{text}");
        assert_eq!(asked.inbound.about, About::Ticket("SUP-12".parse().unwrap()));
        assert!(!asked.inbound.key.as_str().contains("11.22.abc"), "the trigger opens views");
    }
    for (text, kind) in [
        ("SUP-12 wait", CommandKind::Wait),
        ("SUP-12 resolve", CommandKind::Resolve),
        ("SUP-12 resolve somehow", CommandKind::Resolve),
        ("SUP-12 rate 7", CommandKind::Rate),
        ("SUP-12 restrict", CommandKind::Restrict),
    ] {
        let what = opens(desk.command(text)).what;
        assert_eq!(what, Form::Ask { ticket: "SUP-12".parse().unwrap(), kind }, "{text}");
    }
}

#[test]
fn words_that_only_begin_like_a_command_are_a_title() {
    let desk = Desk::new();
    for text in
        ["SUP-12 release notes are wrong", "SUP-12 again", "UTF-8 claim", "SUP-012 claim", "SUP-12 tick"]
    {
        assert_eq!(title(desk.command(text)), text);
    }
}

#[test]
fn commands_of_others_are_not_ours() {
    let desk = Desk::new();
    let body = with(slash("x"), &json!({ "command": "/weather" })).to_string();
    assert_eq!(refused(desk.read(&body).unwrap()), NotForUs::Foreign("/weather".to_owned()));
    let body = with(slash("x"), &json!({ "user_id": null })).to_string();
    assert!(desk.read(&body).unwrap_err().to_string().contains("`user_id`"));
}

#[test]
fn the_look_at_the_certificate_is_answered() {
    let delivery = Desk::new().read("ssl_check=1&token=x").unwrap();
    assert_eq!(refused(delivery), NotForUs::Kind("ssl_check".to_owned()));
    assert_eq!(asked(Desk::new().command("SUP-1 claim")).inbound.at, now());
}
