use serde_json::{Value, json};
use supporty_core::adapter::About;
use supporty_core::ticket::{Command, Open};
use supporty_core::vocab::{Actor, FieldValue, Kind, WaitingOn};
use supporty_slack::inbound::{By, Delivery, FieldError, NotForUs};

use crate::desk::{Desk, asked, interaction_body, refused, who, with};

/// A form as it comes back: what was filled in, by block.
pub(crate) fn sent(callback: &str, user: &str, values: &[(&str, Value)]) -> Value {
    let state = values.iter().map(|(block, input)| ((*block).to_owned(), json!({ "supporty:input": input })));
    let blocks = values.iter().map(|(block, _)| json!({ "type": "input", "block_id": block }));
    json!({
        "type": "view_submission", "team": { "id": "T1" }, "user": { "id": user, "team_id": "T1" },
        "api_app_id": "A1", "trigger_id": "11.22.abc",
        "view": {
            "id": "V1", "type": "modal", "callback_id": callback, "hash": "1.abc", "app_installed_team_id": "T1",
            "private_metadata": r#"{"ticket":"SUP-1","channel":"C1","thread":"1772440000.000100"}"#,
            "state": { "values": state.collect::<serde_json::Map<_, _>>() }, "blocks": blocks.collect::<Vec<_>>(),
        },
    })
}

pub(crate) fn typed(text: &str) -> Value {
    json!({ "type": "plain_text_input", "value": text })
}

fn chosen(value: &str) -> Value {
    json!({ "type": "static_select", "selected_option": { "value": value } })
}

pub(crate) fn form(user: &str) -> Value {
    let values = [
        ("title", typed("checkout is down")),
        ("details", typed("since ten &amp; before")),
        ("kind", json!({ "type": "radio_buttons", "selected_option": { "value": "incident" } })),
        ("priority", json!({ "type": "radio_buttons", "selected_option": { "value": "P1" } })),
        ("area", chosen("#0")),
        ("restricted", json!({ "type": "checkboxes", "selected_options": [{ "value": "yes" }] })),
        ("field-browser", chosen("the other one")),
        ("on_behalf", json!({ "type": "users_select", "selected_user": "URITA" })),
        ("of-next-year", json!({ "type": "of next year", "selected_thing": [1] })),
    ];
    sent("supporty:form", user, &values)
}

#[test]
fn a_form_opens_a_ticket() {
    let asked = asked(Desk::new().interaction(&form("UANA")));
    assert_eq!(
        (asked.by, who(&asked.asker)),
        (By::Form, ("UANA".into(), Some("C1"), Some("1772440000.000100")))
    );
    let inbound = asked.inbound;
    assert_eq!((&inbound.about, inbound.from.user.as_str()), (&About::New, "UANA"));
    let Command::Open(Open { kind, priority, area, restricted, on_behalf, fields, .. }) = inbound.command
    else {
        panic!("{:?}", inbound.command)
    };
    assert_eq!(
        (kind, priority, area, restricted),
        (Kind::Incident, "P1".into(), Some("checkout".into()), true)
    );
    assert_eq!(on_behalf, Some(Actor::Person("slack:URITA".into())));
    assert_eq!(fields[&"browser".into()], FieldValue::Choice("the other one".to_owned()));
    let words: Vec<_> = inbound.texts.iter().map(|row| row.text.as_str()).collect();
    assert_eq!(
        words,
        ["checkout is down", "since ten &amp; before"],
        "what is typed into a form is not escaped"
    );
}

#[test]
fn only_engineers_open_for_somebody_else() {
    let desk = Desk::new();
    for (user, expected) in [("UTIM", None), ("URITA", None)] {
        let Command::Open(open) = asked(desk.interaction(&form(user))).inbound.command else { panic!() };
        assert_eq!(open.on_behalf, expected, "{user}");
    }
    let mut own = form("UANA");
    own["view"]["state"]["values"]["on_behalf"]["supporty:input"]["selected_user"] = json!("UANA");
    let Command::Open(open) = asked(desk.interaction(&own)).inbound.command else { panic!() };
    assert_eq!(open.on_behalf, None, "they are who asks");
}

fn wrong(delivery: Delivery) -> FieldError {
    match delivery {
        Delivery::Wrong(mut errors) => errors.remove(0),
        other => panic!("nothing is wrong: {other:?}"),
    }
}

#[test]
fn what_is_wrong_stands_beside_its_field() {
    let desk = Desk::new();
    let without = |block: &str| {
        let mut form = form("UANA");
        form["view"]["state"]["values"][block]["supporty:input"] = json!({ "value": null });
        form
    };
    assert_eq!(wrong(desk.interaction(&without("title"))).block, "title");
    assert_eq!(wrong(desk.interaction(&without("priority"))).block, "priority");
    let mut lost = form("UANA");
    lost["view"]["state"]["values"]["priority"]["supporty:input"] = chosen("#17");
    assert_eq!(wrong(desk.interaction(&lost)).block, "priority");
    // Slack takes no answer that names a block which is not there.
    let mut other = without("kind");
    other["view"]["blocks"] =
        json!([{ "type": "section", "block_id": "x" }, { "type": "input", "block_id": "title" }]);
    let error = wrong(desk.interaction(&other));
    assert_eq!((error.block.as_str(), error.why.starts_with("kind: ")), ("title", true));
}

#[test]
fn a_form_about_a_ticket_gives_its_command() {
    let desk = Desk::new();
    let user = |id| json!({ "type": "users_select", "selected_user": id });
    let waits = [
        ("on", chosen("requester")),
        ("until", json!({ "type": "datetimepicker", "selected_date_time": 1_772_618_400 })),
        ("why", typed("")),
    ];
    let some = json!({ "type": "multi_users_select", "selected_users": ["UANA", "UX"] });
    let listed =
        json!({ "type": "multi_static_select", "selected_options": [{ "value": "#1" }, { "value": "ana" }] });
    let readers = |names: [&str; 2]| Command::Restrict { readers: names.map(Into::into).into() };
    for (kind, values, command) in [
        ("assign", vec![("to", user("UBEN"))], Command::Assign { to: "ben".into() }),
        ("assign", vec![("to", chosen("#1"))], Command::Assign { to: "ben".into() }),
        ("hand-off", vec![("to", user("UX"))], Command::HandOff { to: "slack:UX".into(), note: None }),
        (
            "wait",
            waits.to_vec(),
            Command::Wait {
                on: WaitingOn::Requester,
                until: "2026-03-04T10:00:00Z".parse().unwrap(),
                why: None,
            },
        ),
        ("restrict", vec![("readers", some)], readers(["ana", "slack:UX"])),
        ("restrict", vec![("readers", listed)], readers(["ana", "ben"])),
        (
            "escalate",
            vec![("why", json!({ "type": "plain_text_input", "value": null }))],
            Command::Escalate { why: None },
        ),
        ("merge", vec![("into", typed(" sup-3 "))], Command::Merge { into: "SUP-3".parse().unwrap() }),
        ("claim", vec![], Command::Claim),
    ] {
        let asked = asked(desk.interaction(&sent(&format!("supporty:ask:{kind}"), "UBEN", &values)));
        assert_eq!((&asked.inbound.command, asked.by), (&command, By::Form), "{kind}");
        assert_eq!(asked.inbound.about, About::Ticket("SUP-1".parse().unwrap()));
        assert_eq!(asked.asker.thread.as_deref(), Some("1772440000.000100"));
    }
}

#[test]
fn words_of_a_form_come_with_its_command() {
    let values = [("resolution", chosen("explanation")), ("note", typed("clear your cache"))];
    let inbound = asked(Desk::new().interaction(&sent("supporty:ask:resolve", "UBEN", &values))).inbound;
    let Command::Resolve { note: Some(note), .. } = inbound.command else { panic!("{:?}", inbound.command) };
    assert_eq!((&inbound.texts[0].at, inbound.texts[0].text.as_str()), (&note, "clear your cache"));
    let rich = json!({ "type": "rich_text_input", "rich_text_value": { "type": "rich_text", "elements": [
        { "type": "rich_text_section", "elements": [{ "type": "text", "text": "bold words" }] } ] } });
    let values = [("resolution", chosen("explanation")), ("note", rich)];
    let inbound = asked(Desk::new().interaction(&sent("supporty:ask:resolve", "UBEN", &values))).inbound;
    assert_eq!(inbound.texts[0].text.as_str(), "bold words");
}

#[test]
fn what_is_wrong_with_a_command_is_told_in_its_form() {
    let values = [("into", typed("nonsense"))];
    let error = wrong(Desk::new().interaction(&sent("supporty:ask:merge", "UBEN", &values)));
    assert_eq!(error.block, "into");
    let error = wrong(Desk::new().interaction(&sent(
        "supporty:ask:wait",
        "UBEN",
        &[("on", json!({})), ("until", json!({}))],
    )));
    assert_eq!(error.block, "on");
}

#[test]
fn a_form_that_forgot_its_ticket_is_told_by_its_place() {
    let desk = Desk::new();
    for metadata in [json!(""), json!("{"), json!("{\"ticket\":\"nonsense\"}")] {
        let mut lost = sent("supporty:ask:wait", "UBEN", &[]);
        lost["view"]["private_metadata"] = metadata;
        let error = desk.read(&interaction_body(&lost)).unwrap_err().to_string();
        assert!(error.contains("`view.private_metadata`"), "{error}");
    }
}

#[test]
fn a_form_that_changes_tells_what_is_in_it_so_far() {
    let mut change = with(
        form("UANA"),
        &json!({
            "type": "block_actions",
            "actions": [{ "type": "radio_buttons", "action_id": "supporty:told", "block_id": "priority", "action_ts": "1.1" }],
            "container": { "type": "view", "view_id": "V1" },
        }),
    );
    match Desk::new().interaction(&change) {
        Delivery::Changed(changed) => {
            assert_eq!((changed.view.as_str(), changed.hash.as_str()), ("V1", "1.abc"));
            assert_eq!((changed.fields.typed("priority"), changed.fields.typed("area")), ("P1", "checkout"));
            assert_eq!(changed.fields.typed("on_behalf"), "URITA");
            assert_eq!(changed.asker.channel.as_deref(), Some("C1"));
        }
        other => panic!("{other:?}"),
    }
    change["view"]["callback_id"] = json!("supporty:ask:wait");
    assert_eq!(refused(Desk::new().interaction(&change)), NotForUs::Foreign("supporty:ask:wait".to_owned()));
}

#[test]
fn forms_of_others_and_closed_ones_are_not_ours() {
    let desk = Desk::new();
    let other = sent("theirs", "UANA", &[]);
    assert_eq!(refused(desk.interaction(&other)), NotForUs::Foreign("theirs".to_owned()));
    let closed = with(form("UANA"), &json!({ "type": "view_closed" }));
    assert_eq!(refused(desk.interaction(&closed)), NotForUs::Kind("view_closed".to_owned()));
}
