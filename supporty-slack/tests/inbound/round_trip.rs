//! What we show comes back as what it was shown for: every button of every golden file of `render`, and every form, filled
//! in as somebody might.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use supporty_core::adapter::{About, Fields};
use supporty_core::ticket::{Command, CommandKind};
use supporty_slack::inbound::{Delivery, Form as Opened, NotForUs, Opens};
use supporty_slack::render::{self, Ask, Form, Remembered, has_form};

use crate::desk::{Desk, inbound, now};
use crate::presses::press;

#[test]
fn every_button_that_is_shown_is_understood_when_it_is_pressed() {
    let desk = Desk::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render");
    let mut pressed = BTreeMap::<String, u32>::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let shown: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        if shown["type"] == "modal" {
            continue;
        }
        for action in actions(&shown) {
            let id = action["action_id"].as_str().unwrap().to_owned();
            for choice in choices(&action) {
                let delivery = desk.interaction(&press(&choice));
                let meant = match &delivery {
                    Delivery::Asked(asked) => format!("{} at once", asked.inbound.command.kind()),
                    Delivery::Opens(Opens { what: Opened::Ask { kind, .. }, .. }) => {
                        format!("{kind} by a form")
                    }
                    Delivery::Opens(Opens { what: Opened::New(_), .. }) => "a new ticket".to_owned(),
                    Delivery::NotForUs(NotForUs::Foreign(_)) if id == "supporty:link" => "a link".to_owned(),
                    other => panic!("{}: {choice} means {other:?}", file.display()),
                };
                *pressed.entry(meant).or_default() += 1;
            }
        }
    }
    for expected in
        ["claim at once", "resolve by a form", "resolve at once", "rate at once", "a new ticket", "a link"]
    {
        assert!(pressed.contains_key(expected), "{expected}: {pressed:?}");
    }
}

#[test]
fn the_form_that_opens_a_ticket_comes_back_as_it_was_filled_in() {
    let desk = Desk::new();
    let typed: Fields = [("title", "it is down"), ("area", "checkout"), ("field-browser", "the other one")]
        .map(|(field, value)| (field.to_owned(), value.to_owned()))
        .to_vec()
        .into();
    let remembered = Remembered { channel: Some("C7".to_owned()), ..Remembered::default() };
    let form = Form { typed: &typed, engineer: true, woken: &[], wrong: &[], remembered: &remembered };
    let view = serde_json::to_value(render::form(&form, &shown(&desk)).unwrap()).unwrap();
    let inbound = inbound(desk.interaction(&submitted(&view)));
    let Command::Open(open) = inbound.command else { panic!("{:?}", inbound.command) };
    assert_eq!(open.area, Some("checkout".into()));
    assert_eq!(open.priority, desk.policy.spec().default_priority);
    assert_eq!(inbound.texts[0].text.as_str(), "it is down");
    let answer = serde_json::to_string(&open.fields).unwrap();
    assert!(answer.contains("the other one"), "{answer}");

    let mut change = submitted(&view);
    change["type"] = json!("block_actions");
    change["actions"] = json!([{ "action_id": "supporty:told", "action_ts": "1.1" }]);
    match desk.interaction(&change) {
        Delivery::Changed(changed) => {
            assert_eq!(changed.fields.typed("title"), "it is down");
            assert_eq!(changed.asker.channel.as_deref(), Some("C7"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_form_of_a_command_comes_back_as_that_command() {
    let desk = Desk::new();
    let (typed, remembered) = (Fields::default(), Remembered::default());
    let about = render::About::new("SUP-7".parse().unwrap());
    for kind in CommandKind::ALL.iter().copied().filter(|kind| has_form(*kind)) {
        let ask = Ask { kind, about: &about, typed: &typed, wrong: &[], remembered: &remembered, now: now() };
        let view = serde_json::to_value(render::ask(&ask, &shown(&desk)).unwrap()).unwrap();
        let inbound = inbound(desk.interaction(&submitted(&view)));
        assert_eq!(inbound.command.kind(), kind);
        assert_eq!(inbound.about, About::Ticket("SUP-7".parse().unwrap()));
    }
}

fn shown(desk: &Desk) -> render::Context<'_> {
    static NOWHERE: BTreeMap<supporty_core::vocab::TicketKey, String> = BTreeMap::new();
    render::Context { config: &desk.config, policy: &desk.policy, links: &NOWHERE }
}

/// A modal as Slack sends it back: what stands in it, else the first thing that may.
fn submitted(view: &Value) -> Value {
    let inputs = view["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "input");
    let filled = inputs.map(|block| {
        let element = &block["element"];
        let mut answer = json!({ "type": element["type"] });
        let given = |initial: &str, otherwise: Value| {
            if element[initial].is_null() { otherwise } else { element[initial].clone() }
        };
        match element["type"].as_str().unwrap() {
            "plain_text_input" => answer["value"] = given("initial_value", json!("SUP-3")),
            "datetimepicker" => answer["selected_date_time"] = given("initial_date_time", Value::Null),
            "static_select" | "radio_buttons" => {
                answer["selected_option"] = given("initial_option", element["options"][0].clone());
            }
            "multi_static_select" | "checkboxes" => {
                answer["selected_options"] = given("initial_options", json!([]));
            }
            "users_select" => answer["selected_user"] = given("initial_user", Value::Null),
            other => panic!("nobody fills in {other}"),
        }
        let action = element["action_id"].as_str().unwrap().to_owned();
        (block["block_id"].as_str().unwrap().to_owned(), json!({ action: answer }))
    });
    let values: serde_json::Map<_, _> = filled.collect();
    let mut sent = view.clone();
    sent["id"] = json!("V1");
    sent["hash"] = json!("1.abc");
    sent["state"] = json!({ "values": values });
    json!({
        "type": "view_submission", "team": { "id": "T1" }, "user": { "id": "UANA", "team_id": "T1" },
        "trigger_id": "11.22.abc", "view": sent,
    })
}

/// Everything that can be pressed in what is shown.
fn actions(shown: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    match shown {
        Value::Object(fields) => {
            if fields.contains_key("action_id") {
                found.push(shown.clone());
            }
            found.extend(fields.values().flat_map(actions));
        }
        Value::Array(items) => found.extend(items.iter().flat_map(actions)),
        _ => {}
    }
    found
}

/// An element as it comes back: once for each of its options.
fn choices(element: &Value) -> Vec<Value> {
    let pressed = json!({
        "type": element["type"], "action_id": element["action_id"], "value": element["value"],
    });
    match element["options"].as_array() {
        None => vec![pressed],
        Some(options) => {
            let chosen = options.iter().map(|option| {
                let mut pressed = pressed.clone();
                pressed["selected_option"] = option.clone();
                pressed
            });
            chosen.collect()
        }
    }
}
