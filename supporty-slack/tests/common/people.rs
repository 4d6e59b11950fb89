//! What people do in Slack, as it tells us of it.

use serde_json::{Value, json};

use super::host::Host;
use super::slack::TEAM;

impl Host {
    /// Somebody types into a thread: the message stands there, and Slack has this to tell.
    pub fn types(&self, user: &str, channel: &str, thread: Option<&str>, text: &str) -> (String, Value) {
        let ts = self.stand_in.workspace().types(channel, user, text, thread);
        let mut event = json!({
            "type": "message", "user": user, "text": text, "ts": ts, "channel": channel, "event_ts": ts,
            "channel_type": "channel", "team": TEAM, "client_msg_id": format!("m-{ts}"),
        });
        if let Some(thread) = thread {
            event["thread_ts"] = thread.into();
        }
        (ts, event)
    }

    pub fn reaction(&self, how: &str, user: &str, emoji: &str, channel: &str, ts: &str) -> Value {
        let event_ts =
            format!("{}.{:06}", supporty_core::desk::Clock::now(&*self.clock).timestamp(), self.next_event());
        json!({
            "type": how, "user": user, "reaction": emoji, "item_user": "UBOT", "event_ts": event_ts,
            "item": { "type": "message", "channel": channel, "ts": ts },
        })
    }

    /// A press of a button of ours below a message.
    pub fn press(&self, user: &str, action: &str, value: &str, channel: &str, ts: &str) -> String {
        let id = self.next_event();
        self.interaction(&json!({
            "type": "block_actions", "team": { "id": TEAM }, "user": { "id": user, "team_id": TEAM },
            "container": { "type": "message", "message_ts": ts, "channel_id": channel }, "trigger_id": format!("t{id}"),
            "channel": { "id": channel }, "message": { "ts": ts, "thread_ts": ts },
            "response_url": self.stand_in.response_url(&format!("r{id}")),
            "actions": [{ "action_id": action, "block_id": "b", "value": value, "type": "button", "action_ts": format!("1.{id:06}") }],
        }))
    }

    /// The slash command.
    pub fn command(&self, user: &str, channel: &str, text: &str) -> String {
        let id = self.next_event();
        let response = self.stand_in.response_url(&format!("r{id}"));
        form_urlencoded::Serializer::new(String::new())
            .append_pair("team_id", TEAM)
            .append_pair("channel_id", channel)
            .append_pair("user_id", user)
            .append_pair("command", "/support")
            .append_pair("text", text)
            .append_pair("response_url", &response)
            .append_pair("trigger_id", &format!("t{id}"))
            .finish()
    }

    /// A form as it is sent: the newest view of the workspace, filled in.
    pub fn submits(&self, user: &str, filled: &[(&str, Value)]) -> String {
        let workspace = self.stand_in.workspace();
        let (id, view) = workspace.views.iter().next_back().expect("a view");
        self.interaction(&json!({
            "type": "view_submission", "team": { "id": TEAM }, "user": { "id": user, "team_id": TEAM },
            "trigger_id": "t",
            "view": {
                "id": id, "type": "modal", "callback_id": view["callback_id"], "hash": "1",
                "private_metadata": view["private_metadata"], "state": { "values": state(view, filled) },
            },
        }))
    }
}

/// The state of a view: what stands in it from the beginning, and what somebody filled in.
fn state(view: &Value, filled: &[(&str, Value)]) -> Value {
    let mut values = json!({});
    for block in view["blocks"].as_array().expect("blocks") {
        if block["type"] != "input" {
            continue;
        }
        let (name, element) = (block["block_id"].as_str().unwrap(), &block["element"]);
        let kind = element["type"].as_str().unwrap();
        let mut input = json!({ "type": kind });
        match kind {
            "plain_text_input" => input["value"] = element["initial_value"].clone(),
            "static_select" | "radio_buttons" => input["selected_option"] = element["initial_option"].clone(),
            "users_select" => input["selected_user"] = element["initial_user"].clone(),
            "datetimepicker" => input["selected_date_time"] = element["initial_date_time"].clone(),
            "checkboxes" => {
                input["selected_options"] =
                    json!(element["initial_options"].as_array().cloned().unwrap_or_default())
            }
            _ => {}
        }
        for (of, value) in filled.iter().filter(|(of, _)| *of == name) {
            match (kind, value) {
                ("plain_text_input", value) => input["value"] = value.clone(),
                ("users_select", value) => input["selected_user"] = value.clone(),
                ("datetimepicker", value) => input["selected_date_time"] = value.clone(),
                ("checkboxes", _) => input["selected_options"] = json!([element["options"][0]]),
                (_, Value::String(value)) => {
                    let options = element["options"].as_array().unwrap_or_else(|| panic!("{of}: {element}"));
                    let option = options.iter().find(|option| option["value"] == *value);
                    input["selected_option"] =
                        option.unwrap_or_else(|| panic!("{of}: {value}: {options:?}")).clone();
                }
                _ => panic!("{of} can not be filled in with {value}"),
            }
        }
        let action = element["action_id"].as_str().unwrap();
        values[name] = json!({ action: input });
    }
    values
}
