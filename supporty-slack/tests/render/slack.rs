//! What Slack would refuse, written from its documentation and not from our own limits.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Everything that is wrong with a message, a modal or a home.
pub(super) fn refused(what: &str, value: &Value) -> Vec<String> {
    let mut slack = Slack { wrong: Vec::new() };
    let blocks = value["blocks"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    let most = if what == "message" { 50 } else { 100 };
    slack.expect(blocks.len() <= most, &format!("{} blocks", blocks.len()));
    slack.expect(!blocks.is_empty(), "no blocks");
    match what {
        "message" => {
            slack.text(&value["text"], 1, 4_000, "text of the message");
            slack.expect(length(&value["blocks"].to_string()) <= 13_000, "msg_blocks_too_long");
        }
        "modal" => {
            for part in ["title", "submit", "close"] {
                if !value[part].is_null() {
                    slack.plain(&value[part], 24, part);
                }
            }
            slack.text(&value["callback_id"], 1, 255, "callback_id");
            if !value["private_metadata"].is_null() {
                slack.text(&value["private_metadata"], 1, 3_000, "private_metadata");
            }
            let asks = blocks.iter().any(|block| block["type"] == "input");
            slack.expect(!asks || !value["submit"].is_null(), "inputs without a button that sends them");
            slack.expect(value.to_string().len() <= 250_000, "view_too_large");
        }
        _ => slack.expect(value.to_string().len() <= 250_000, "view_too_large"),
    }
    let mut ids = BTreeSet::new();
    for block in blocks {
        if let Some(id) = block["block_id"].as_str() {
            slack.expect(ids.insert(id), "a block_id twice");
            slack.text(&block["block_id"], 1, 255, "block_id");
        }
        slack.block(what, block);
    }
    slack.wrong
}

struct Slack {
    wrong: Vec<String>,
}

impl Slack {
    fn expect(&mut self, holds: bool, what: &str) {
        if !holds {
            self.wrong.push(what.to_owned());
        }
    }

    fn text(&mut self, value: &Value, least: usize, most: usize, what: &str) {
        let count = value.as_str().map(length);
        let fits = count.is_some_and(|count| (least..=most).contains(&count));
        self.expect(fits, &format!("{what} has {count:?} of {least} to {most} characters"));
    }

    fn plain(&mut self, value: &Value, most: usize, what: &str) {
        self.expect(
            value["type"] == "plain_text" && value["emoji"] == false,
            &format!("{what} is no plain text"),
        );
        self.text(&value["text"], 1, most, what);
    }

    fn block(&mut self, what: &str, block: &Value) {
        match block["type"].as_str().unwrap_or_default() {
            "header" => self.plain(&block["text"], 150, "header"),
            "section" => self.plain(&block["text"], 3_000, "section"),
            "divider" => {}
            "context" => {
                let elements = self.several(&block["elements"], 10, "context");
                elements.iter().for_each(|element| self.plain(element, 3_000, "context"));
            }
            "actions" => {
                let elements = self.several(&block["elements"], 25, "actions");
                let ids: BTreeSet<_> = elements.iter().map(|element| element["action_id"].as_str()).collect();
                self.expect(ids.len() == elements.len(), "an action_id twice");
                elements.iter().for_each(|element| self.element(element));
            }
            "input" => {
                self.expect(what == "modal", "an input outside a modal");
                self.plain(&block["label"], 2_000, "label");
                if !block["hint"].is_null() {
                    self.plain(&block["hint"], 2_000, "hint");
                }
                self.element(&block["element"]);
            }
            "image" => self.text(&block["alt_text"], 1, 2_000, "alt_text"),
            "rich_text" => {
                let parts = self.several(&block["elements"], usize::MAX, "rich_text");
                parts.iter().for_each(|part| self.part(part));
            }
            other => self.wrong.push(format!("a block of type {other}")),
        }
    }

    fn several(&mut self, value: &Value, most: usize, what: &str) -> Vec<Value> {
        let all = value.as_array().cloned().unwrap_or_default();
        self.expect((1..=most).contains(&all.len()), &format!("{what} has {} elements", all.len()));
        all
    }

    fn part(&mut self, part: &Value) {
        let kind = part["type"].as_str().unwrap_or_default();
        let elements = self.several(&part["elements"], usize::MAX, kind);
        match kind {
            "rich_text_list" => {
                self.expect(part["style"] == "bullet", "a list without a style");
                elements.iter().for_each(|each| {
                    self.expect(each["type"] == "rich_text_section", "a list of something else");
                    self.part(each);
                });
            }
            "rich_text_section" | "rich_text_quote" => elements.iter().for_each(|each| self.inline(each)),
            other => self.wrong.push(format!("rich text of type {other}")),
        }
    }

    fn inline(&mut self, inline: &Value) {
        match inline["type"].as_str().unwrap_or_default() {
            "text" => self.text(&inline["text"], 1, usize::MAX, "words"),
            "link" => {
                self.text(&inline["url"], 1, 3_000, "url");
                self.text(&inline["text"], 1, usize::MAX, "words of a link");
            }
            "user" => {
                let id = inline["user_id"].as_str().unwrap_or_default();
                self.expect(id.starts_with(['U', 'W']), "an id of no user");
            }
            "date" => {
                self.expect(inline["timestamp"].is_u64(), "an instant before 1970");
                self.text(&inline["format"], 1, usize::MAX, "format");
                self.text(&inline["fallback"], 1, usize::MAX, "fallback");
            }
            "emoji" => self.text(&inline["name"], 1, 100, "emoji"),
            other => self.wrong.push(format!("an element of type {other}")),
        }
    }

    fn element(&mut self, element: &Value) {
        self.text(&element["action_id"], 1, 255, "action_id");
        if !element["placeholder"].is_null() {
            self.plain(&element["placeholder"], 150, "placeholder");
        }
        match element["type"].as_str().unwrap_or_default() {
            "button" => {
                self.plain(&element["text"], 75, "button");
                if !element["value"].is_null() {
                    self.text(&element["value"], 1, 2_000, "value of a button");
                }
                if !element["url"].is_null() {
                    self.text(&element["url"], 1, 3_000, "url of a button");
                }
                if let Some(confirm) = element["confirm"].as_object() {
                    self.confirm(confirm);
                }
            }
            "plain_text_input" => {
                let most = element["max_length"].as_u64().unwrap_or(0);
                self.expect((1..=3_000).contains(&most), "max_length");
                if !element["initial_value"].is_null() {
                    self.text(&element["initial_value"], 1, usize::try_from(most).unwrap(), "initial_value");
                }
            }
            "overflow" => self.options(element, 2, 5),
            "radio_buttons" | "checkboxes" => self.options(element, 1, 10),
            "static_select" | "multi_static_select" => self.options(element, 1, 100),
            "users_select" | "multi_users_select" => {}
            "datetimepicker" => {
                let at = element["initial_date_time"].as_i64();
                self.expect(at.is_none_or(|at| at.to_string().len() == 10), "initial_date_time");
            }
            other => self.wrong.push(format!("an element of type {other}")),
        }
    }

    fn options(&mut self, element: &Value, least: usize, most: usize) {
        let options = self.several(&element["options"], most, "options");
        self.expect(options.len() >= least, "too few options");
        let values: BTreeSet<_> = options.iter().map(|option| option["value"].as_str()).collect();
        self.expect(values.len() == options.len(), "a value twice");
        for option in &options {
            self.plain(&option["text"], 75, "option");
            self.text(&option["value"], 1, 150, "value of an option");
            if !option["description"].is_null() {
                self.plain(&option["description"], 75, "description");
            }
        }
        let initial = &element["initial_option"];
        self.expect(initial.is_null() || options.contains(initial), "an initial option that is none");
    }

    fn confirm(&mut self, confirm: &Map<String, Value>) {
        for (part, most) in [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)] {
            self.plain(confirm.get(part).unwrap_or(&Value::Null), most, part);
        }
    }
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Every text that Slack shows as it is.
pub(super) fn shown(value: &Value) -> String {
    let mut all = String::new();
    walk(value, &mut |object| {
        let words =
            matches!(object.get("type").and_then(Value::as_str), Some("plain_text" | "text" | "link"));
        if let Some(text) = object.get("text").and_then(Value::as_str).filter(|_| words) {
            all.push_str(text);
            all.push('\n');
        }
    });
    all
}

/// Whether markup could be obeyed anywhere but in the text of a notification.
pub(super) fn obeys_markup(value: &Value) -> bool {
    let mut found = false;
    walk(value, &mut |object| {
        found |= object.get("type").is_some_and(|kind| kind == "mrkdwn" || kind == "markdown")
    });
    found
}

fn walk(value: &Value, visit: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Array(all) => all.iter().for_each(|each| walk(each, visit)),
        Value::Object(object) => {
            visit(object);
            object.values().for_each(|each| walk(each, visit));
        }
        _ => {}
    }
}
