use serde_json::{Value, json};
use supporty_core::ticket::Command;
use supporty_core::vocab::Text;
use supporty_slack::inbound::{By, Delivery, NotForUs};
use supporty_slack::{Config, TeamId};

use crate::desk::{Desk, asked, inbound, refused, reply, thread, told, who, with};

#[test]
fn a_message_in_a_thread_of_the_desk_is_a_reply() {
    let asked = asked(Desk::new().event(&reply("it is down &amp; <@UANA> knows")));
    assert_eq!(
        (asked.by, who(&asked.asker)),
        (By::Message, ("URITA".into(), Some("C1"), Some("1772440000.000100")))
    );
    let inbound = asked.inbound;
    assert_eq!(thread(&inbound), "C1/1772440000.000100");
    assert_eq!(inbound.from.user, "URITA");
    assert!(!inbound.from.bot);
    let Command::Reply { message } = inbound.command else { panic!("{:?}", inbound.command) };
    assert_eq!(message.id.as_str(), "1772442000.000200");
    assert_eq!(message.said_at.to_rfc3339(), "2026-03-02T09:00:00.000200+00:00");
    assert_eq!(inbound.texts[0].at, message.text);
    assert_eq!(inbound.texts[0].text.as_str(), "it is down & @Ana Pereira knows");
}

#[test]
fn a_thread_of_the_private_channel_is_a_tickets_too() {
    let delivery =
        Desk::new().event(&with(reply("hm"), &json!({ "channel": "G1", "channel_type": "group" })));
    assert_eq!(told(delivery).1, "G1/1772440000.000100");
}

#[test]
fn a_channel_that_the_configuration_does_not_name_is_an_id_of_slacks() {
    let mut desk = Desk::new();
    desk.config.channels.clear();
    assert_eq!(refused(desk.event(&reply("hm"))), NotForUs::OtherChannel);
    let named = with(reply("hm"), &json!({ "channel": "support" }));
    assert_eq!(told(desk.event(&named)).0, "hm");
}

#[test]
fn a_thread_elsewhere_and_a_message_in_no_thread_are_not_ours() {
    let desk = Desk::new();
    let elsewhere = with(reply("hm"), &json!({ "channel": "C9" }));
    assert_eq!(refused(desk.event(&elsewhere)), NotForUs::OtherChannel);
    let top = with(reply("hm"), &json!({ "thread_ts": null }));
    assert_eq!(refused(desk.event(&top)), NotForUs::NoThread);
    // Once there are replies, Slack says of the root that it stands in its own thread.
    let root = with(reply("hm"), &json!({ "thread_ts": "1772442000.000200" }));
    assert_eq!(refused(desk.event(&root)), NotForUs::NoThread);
}

#[test]
fn our_own_messages_are_known_by_the_app_and_by_its_bot() {
    let desk = Desk::new();
    for ours in [
        json!({ "user": "UBOT" }),
        json!({ "user": "UOTHER", "bot_id": "B1", "app_id": "A1" }),
        json!({ "user": null, "bot_id": "B1", "bot_profile": { "app_id": "A1" } }),
        json!({ "subtype": "bot_message", "user": null, "bot_id": "B1", "app_id": "A1" }),
    ] {
        assert_eq!(refused(desk.event(&with(reply("card"), &ours))), NotForUs::Ours, "{ours}");
    }
}

#[test]
fn another_program_replies_as_a_program() {
    let desk = Desk::new();
    for bot in [
        json!({ "user": "UDEPLOY", "bot_id": "B7", "app_id": "A7" }),
        json!({ "subtype": "bot_message", "user": null, "bot_id": "UDEPLOY", "username": "deploys" }),
    ] {
        let inbound = inbound(desk.event(&with(reply("deployed"), &bot)));
        assert_eq!((inbound.from.user.as_str(), inbound.from.bot), ("UDEPLOY", true), "{bot}");
    }
    assert!(inbound(desk.event(&with(reply("a reminder"), &json!({ "user": "USLACKBOT" })))).from.bot);
}

#[test]
fn a_message_with_blocks_only_says_what_they_say() {
    let desk = Desk::new();
    let blocks = json!({ "text": "", "user": "UDEPLOY", "bot_id": "B7", "blocks": [
        { "type": "header", "text": { "type": "plain_text", "text": "Alert & alarm" } },
        { "type": "divider" },
        { "type": "section", "text": { "type": "mrkdwn", "text": "*down* &lt;1&gt;" },
          "fields": [{ "type": "mrkdwn", "text": "since 10:00" }] },
        { "type": "context", "elements": [{ "type": "mrkdwn", "text": "by" }, { "type": "image", "alt_text": "a graph" }] },
        { "type": "actions", "elements": [{ "type": "button", "text": { "type": "plain_text", "text": "Silence" } }] },
        { "type": "rich_text", "elements": [
            { "type": "rich_text_section", "elements": [
                { "type": "text", "text": "see " }, { "type": "link", "url": "https://example.com", "text": "this" },
                { "type": "text", "text": " " }, { "type": "user", "user_id": "UANA" },
                { "type": "emoji", "name": "fire" }] },
            { "type": "rich_text_list", "elements": [
                { "type": "rich_text_section", "elements": [{ "type": "text", "text": "one" }] },
                { "type": "rich_text_section", "elements": [{ "type": "text", "text": "two" }] }] }] },
        { "type": "a block of next year", "text": "new things", "shape": [[[{}]]] },
    ] });
    let (said, _) = told(desk.event(&with(reply(""), &blocks)));
    let lines = "Alert & alarm\n*down* <1>\nsince 10:00\nby a graph\n\
        see this (https://example.com) @Ana Pereira:fire:\none\ntwo\nnew things";
    assert_eq!(said, lines);
}

#[test]
fn a_message_with_attachments_only_says_what_they_say() {
    let desk = Desk::new();
    let attachments = json!({ "text": "", "attachments": [
        { "fallback": "never shown", "pretext": "Build", "title": "main", "text": "failed &amp; stopped",
          "fields": [{ "title": "Stage", "value": "test" }, { "value": "3 min" }] },
        { "fallback": "all that there is" },
    ] });
    let (said, _) = told(desk.event(&with(reply(""), &attachments)));
    assert_eq!(said, "Build\nmain\nfailed & stopped\nStage: test\n3 min\nall that there is");
}

#[test]
fn files_are_named_and_their_addresses_are_not_kept() {
    let files = json!({ "subtype": "file_share", "text": "look", "files": [
        { "id": "F1", "name": "a.png", "title": "The page", "url_private": "https://files.slack.com/files-pri/T1-F1/a.png?t=xoxe-secret" },
        { "id": "F2", "name": "b.log", "url_private_download": "https://files.slack.com/T1-F2/b.log" },
        { "id": "F3", "mode": "hidden_by_limit" },
    ] });
    let (said, _) = told(Desk::new().event(&with(reply(""), &files)));
    assert_eq!(said, "look\n[file: The page]\n[file: b.log]\n[file]");
}

#[test]
fn a_message_is_never_refused_for_its_length_or_for_saying_nothing() {
    let desk = Desk::new();
    let (long, _) = told(desk.event(&reply(&"ü".repeat(Text::MESSAGE + 5))));
    assert_eq!(long.chars().count(), Text::MESSAGE);
    assert!(long.ends_with('…'));
    let (nothing, _) = told(desk.event(&reply("  ")));
    assert_eq!(nothing, "[no words]");
}

#[test]
fn somebody_who_only_does_something_replies_too() {
    let (said, _) = told(Desk::new().event(&with(reply("waves"), &json!({ "subtype": "me_message" }))));
    assert_eq!(said, "waves");
}

#[test]
fn what_nobody_wrote_is_no_reply() {
    let desk = Desk::new();
    for subtype in ["channel_join", "channel_topic", "message_replied", "huddle_thread", "of_next_year"] {
        let event = with(reply("x"), &json!({ "subtype": subtype }));
        assert_eq!(refused(desk.event(&event)), NotForUs::Subtype(subtype.to_owned()));
    }
}

#[test]
fn a_channel_of_another_workspace_of_ours_is_not_the_desks_unless_it_is_named() {
    let mut desk = Desk::new();
    let body = json!({ "type": "event_callback", "team_id": "T2", "api_app_id": "A1", "event": reply("hm") });
    let body = body.to_string().replace("\"T1\"", "\"T2\"");
    assert_eq!(refused(desk.read(&body).unwrap()), NotForUs::OtherChannel);
    desk.config.channels.insert("elsewhere".into(), "T2/C1".to_owned());
    let asked = asked(desk.read(&body).unwrap());
    assert_eq!(thread(&asked.inbound), "T2/C1/1772440000.000100");
    assert_eq!((asked.asker.team, asked.asker.channel.as_deref()), (Some(TeamId::new("T2")), Some("C1")));
}

#[test]
fn somebody_of_another_workspace_is_told_from_ours_and_the_channel_stays_the_same() {
    let desk = Desk::new();
    let event = with(
        reply("we see it too"),
        &json!({ "user": "UANA", "user_team": "T9", "source_team": "T9", "team": "T9" }),
    );
    let authorizations = json!([{ "team_id": "T1", "user_id": "UBOT", "is_bot": true }]);
    let body = json!({
        "type": "event_callback", "team_id": "T9", "api_app_id": "A1", "authorizations": authorizations,
        "is_ext_shared_channel": true, "event": event,
    });
    let inbound = inbound(desk.read(&body.to_string()).unwrap());
    assert_eq!(inbound.from.user, "T9/UANA");
    assert_eq!(thread(&inbound), "C1/1772440000.000100");
}

fn edit(before: &Value, now: &Value) -> Value {
    json!({
        "type": "message", "subtype": "message_changed", "hidden": true, "channel": "C1", "channel_type": "channel",
        "message": now, "previous_message": before, "ts": "1772443000.000300", "event_ts": "1772443000.000300",
    })
}

fn edited(text: &str) -> Value {
    with(reply(text), &json!({ "edited": { "user": "URITA", "ts": "1772443000.000000" } }))
}

#[test]
fn an_edit_says_what_the_message_says_now_and_when_it_changed() {
    let inbound = inbound(Desk::new().event(&edit(&reply("it is dwon"), &edited("it is down"))));
    assert_eq!(inbound.key.as_str(), "slack/edit/C1/1772442000.000200/1772443000.000000");
    assert_eq!((inbound.from.user.as_str(), thread(&inbound).as_str()), ("URITA", "C1/1772440000.000100"));
    let Command::Edit { message } = inbound.command else { panic!("{:?}", inbound.command) };
    assert_eq!((message.id.as_str(), message.said_at.timestamp()), ("1772442000.000200", 1_772_443_000));
    assert_eq!(inbound.texts[0].text.as_str(), "it is down");
}

#[test]
fn a_change_that_leaves_the_words_as_they_were_is_no_edit() {
    let desk = Desk::new();
    let unfolded = with(reply("https://x.example"), &json!({ "attachments": [{ "text": "A page" }] }));
    let counted = with(reply("https://x.example"), &json!({ "reply_count": 3, "reactions": [] }));
    for now in [unfolded, counted] {
        let event = edit(&reply("https://x.example"), &now);
        assert_eq!(refused(desk.event(&event)), NotForUs::Subtype("message_changed".to_owned()));
    }
    // Without the words from before, Slack's word for it counts that somebody edited it.
    assert_eq!(
        refused(desk.event(&edit(&json!([]), &reply("x")))),
        NotForUs::Subtype("message_changed".to_owned())
    );
    assert_eq!(told(desk.event(&edit(&json!([]), &edited("x")))).0, "x");
}

#[test]
fn edits_of_ours_elsewhere_and_in_no_thread_are_not_followed() {
    let desk = Desk::new();
    let ours = with(edited("new card"), &json!({ "user": "UBOT", "bot_id": "B1" }));
    assert_eq!(refused(desk.event(&edit(&reply("card"), &ours))), NotForUs::Ours);
    let top = json!({ "thread_ts": null });
    assert_eq!(
        refused(desk.event(&edit(&with(reply("a"), &top), &with(edited("b"), &top)))),
        NotForUs::NoThread
    );
    let elsewhere = with(edit(&reply("a"), &edited("b")), &json!({ "channel": "C9" }));
    assert_eq!(refused(desk.event(&elsewhere)), NotForUs::OtherChannel);
}

fn deletion(before: &Value) -> Value {
    json!({
        "type": "message", "subtype": "message_deleted", "hidden": true, "channel": "C1", "channel_type": "channel",
        "deleted_ts": "1772442000.000200", "previous_message": before, "ts": "1772444000.000400",
        "event_ts": "1772444000.000400",
    })
}

#[test]
fn a_deletion_takes_back_what_was_said() {
    let desk = Desk::new();
    let whole = deletion(&reply("oops"));
    let only_before = with(deletion(&reply("oops")), &json!({ "deleted_ts": null }));
    for event in [whole, only_before] {
        let inbound = inbound(desk.event(&event));
        assert_eq!(inbound.key.as_str(), "slack/delete/C1/1772442000.000200");
        assert_eq!(
            (inbound.from.user.as_str(), thread(&inbound).as_str()),
            ("URITA", "C1/1772440000.000100")
        );
        assert_eq!(inbound.command, Command::Withdraw { message: "1772442000.000200".into() });
        assert!(inbound.texts.is_empty());
    }
}

#[test]
fn what_is_left_of_a_deleted_message_takes_it_back_too() {
    let tombstone = json!({
        "type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT",
        "hidden": true, "ts": "1772442000.000200", "thread_ts": "1772440000.000100",
    });
    let known = inbound(Desk::new().event(&edit(&reply("oops"), &tombstone)));
    assert_eq!(known.command, Command::Withdraw { message: "1772442000.000200".into() });
    assert_eq!(
        (known.from.user.as_str(), known.key.as_str()),
        ("URITA", "slack/delete/C1/1772442000.000200")
    );
    // Slack writes an empty list where it does not know what stood there.
    let unknown = inbound(Desk::new().event(&edit(&json!([]), &tombstone)));
    assert_eq!((unknown.from.user.as_str(), unknown.from.bot), ("USLACKBOT", true));
}

#[test]
fn a_deleted_card_or_root_is_nobodys_reply() {
    let desk = Desk::new();
    let ours = with(reply("card"), &json!({ "user": "UBOT", "bot_id": "B1" }));
    assert_eq!(refused(desk.event(&deletion(&ours))), NotForUs::Ours);
    let root = with(reply("root"), &json!({ "thread_ts": "1772442000.000200" }));
    assert_eq!(refused(desk.event(&deletion(&root))), NotForUs::NoThread);
}

fn mentioned(delivery: Delivery) -> (String, Vec<String>) {
    match delivery {
        Delivery::Mentioned { asker, place, text, favourites } => {
            assert_eq!(asker.channel.as_deref(), Some(place.channel.as_str()));
            assert!(!place.message.as_str().is_empty());
            (text, favourites.iter().map(ToString::to_string).collect())
        }
        other => panic!("nobody is mentioned: {other:?}"),
    }
}

#[test]
fn who_asks_a_favourite_engineer_in_the_open_is_shown_the_form() {
    let desk = Desk::new();
    let top =
        with(reply("<@UANA> <@UX> <@UANA> can you look?"), &json!({ "thread_ts": null, "channel": "C9" }));
    let (text, favourites) = mentioned(desk.event(&top));
    assert_eq!(text, "@Ana Pereira @UX @Ana Pereira can you look?");
    assert_eq!(favourites, ["UANA"]);
    let quiet = Desk { config: Config { redirect: false, ..Desk::new().config }, ..Desk::new() };
    assert_eq!(refused(quiet.event(&top)), NotForUs::NoThread);
}

#[test]
fn engineers_and_programs_mention_each_other_as_they_like() {
    let desk = Desk::new();
    let top = with(reply("<@UANA> your turn"), &json!({ "thread_ts": null, "user": "UBEN" }));
    assert_eq!(refused(desk.event(&top)), NotForUs::NoThread);
    let bot =
        with(reply("<@UANA> build failed"), &json!({ "thread_ts": null, "user": "UCI", "bot_id": "B7" }));
    assert_eq!(refused(desk.event(&bot)), NotForUs::Bot);
}

#[test]
fn a_mention_of_us_is_answered_once() {
    let desk = Desk::new();
    let top = with(reply("<@UBOT> <@UANA> help"), &json!({ "thread_ts": null }));
    assert_eq!(refused(desk.event(&top)), NotForUs::NoThread, "it comes as a mention too");
    let mention = with(top, &json!({ "type": "app_mention", "channel_type": null }));
    assert_eq!(mentioned(desk.event(&mention)).1, ["UANA"]);
    let in_thread = with(reply("<@UBOT> help"), &json!({ "type": "app_mention" }));
    assert_eq!(refused(desk.event(&in_thread)), NotForUs::Kind("app_mention".to_owned()), "it is a reply");
    let elsewhere = with(reply("<@UBOT> help"), &json!({ "type": "app_mention", "channel": "C9" }));
    assert_eq!(mentioned(desk.event(&elsewhere)).0, "@UBOT help");
}

#[test]
fn a_direct_message_to_us_is_answered_with_the_form() {
    let desk = Desk::new();
    let direct = json!({ "channel": "D1", "channel_type": "im", "thread_ts": null });
    assert_eq!(mentioned(desk.event(&with(reply("hello"), &direct))), ("hello".to_owned(), vec![]));
    let ours = with(with(reply("hello"), &direct), &json!({ "user": "UBOT" }));
    assert_eq!(refused(desk.event(&ours)), NotForUs::Ours);
    let change = with(edit(&reply("a"), &edited("b")), &json!({ "channel": "D1", "channel_type": "im" }));
    assert_eq!(refused(desk.event(&change)), NotForUs::OtherChannel);
}

#[test]
fn what_is_missing_is_named_and_what_people_wrote_is_not() {
    let desk = Desk::new();
    for (changes, place) in [
        (json!({ "channel": null }), "`event.channel`"),
        (json!({ "ts": 17 }), "`event.ts`"),
        (json!({ "user": [] }), "`event.user`"),
    ] {
        let body = crate::desk::callback(&with(reply("a secret"), &changes));
        let error = desk.read(&body).unwrap_err().to_string();
        assert!(error.contains(place) && !error.contains("a secret"), "{error}");
    }
    for body in [
        "",
        "a secret",
        "{\"a secret\": tru}",
        "payload=a%20secret",
        "a secret=1",
        "[]",
        "{}",
        "{\"type\": 1}",
    ] {
        let error = desk.read(body).unwrap_err().to_string();
        assert!(!error.contains("a secret"), "{error}");
    }
}
