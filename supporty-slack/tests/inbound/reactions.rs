use serde_json::{Value, json};
use supporty_core::ticket::{Command, CommandKind};
use supporty_core::vocab::Resolution;
use supporty_slack::EmojiAction;
use supporty_slack::inbound::{By, Delivery, NotForUs};

use crate::desk::{Desk, asked, refused, thread, who, with};

fn reaction(emoji: &str) -> Value {
    json!({
        "type": "reaction_added", "user": "UBEN", "reaction": emoji, "item_user": "UBOT",
        "item": { "type": "message", "channel": "C1", "ts": "1772440000.000100" },
        "event_ts": "1772442000.000500",
    })
}

#[test]
fn an_emoji_on_a_card_gives_its_command() {
    let desk = Desk::new();
    for (emoji, command) in [
        ("eyes", Command::Claim),
        ("eyes::skin-tone-3", Command::Claim),
        ("raising_hand", Command::Acknowledge),
        ("rotating_light", Command::Escalate { why: None }),
        ("leftwards_arrow_with_hook", Command::Reopen { why: None }),
        ("no_entry_sign", Command::Resolve { resolution: Resolution::NotATicket, note: None }),
    ] {
        let asked = asked(desk.event(&reaction(emoji)));
        assert_eq!((asked.by, who(&asked.asker)), (By::Emoji, ("UBEN".into(), Some("C1"), None)), "{emoji}");
        assert_eq!(
            (thread(&asked.inbound).as_str(), &asked.inbound.command),
            ("C1/1772440000.000100", &command)
        );
    }
}

#[test]
fn an_emoji_that_needs_more_asks_for_it() {
    match Desk::new().event(&reaction("hourglass_flowing_sand")) {
        Delivery::EmojiAsks { asker, place, kind } => {
            assert_eq!((asker.user.to_string().as_str(), kind), ("UBEN", CommandKind::Wait));
            assert_eq!(place.message.as_str(), "1772440000.000100");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn taking_the_claiming_emoji_away_gives_the_ticket_up() {
    let desk = Desk::new();
    let removed = |emoji| with(reaction(emoji), &json!({ "type": "reaction_removed" }));
    assert_eq!(asked(desk.event(&removed("eyes"))).inbound.command, Command::Release);
    assert_eq!(
        refused(desk.event(&removed("white_check_mark"))),
        NotForUs::Emoji("white_check_mark".to_owned()),
        "what was done is not undone by it",
    );
}

#[test]
fn other_emoji_ours_and_those_elsewhere_do_nothing() {
    let desk = Desk::new();
    assert_eq!(refused(desk.event(&reaction("tada"))), NotForUs::Emoji("tada".to_owned()));
    assert_eq!(refused(desk.event(&with(reaction("eyes"), &json!({ "user": "UBOT" })))), NotForUs::Ours);
    let file = with(reaction("eyes"), &json!({ "item": { "type": "file", "file": "F1" } }));
    assert_eq!(refused(desk.event(&file)), NotForUs::Emoji("eyes".to_owned()));
    let elsewhere = json!({ "item": { "type": "message", "channel": "C9", "ts": "1.1" } });
    assert_eq!(refused(desk.event(&with(reaction("eyes"), &elsewhere))), NotForUs::OtherChannel);
}

#[test]
fn an_emoji_that_is_set_to_what_nobody_may_ask_does_nothing() {
    let mut desk = Desk::new();
    desk.config.emoji.insert("x".to_owned(), EmojiAction::Do(CommandKind::Tick));
    assert_eq!(refused(desk.event(&reaction("x"))), NotForUs::Emoji("x".to_owned()));
}
