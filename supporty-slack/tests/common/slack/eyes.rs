//! What a person sees of a message, and what Slack refuses to show.

use serde_json::Value;

use super::state::{Message, Workspace};

/// The texts of a thread or a channel, as they meet the eye, oldest first.
pub fn seen(messages: &[&Message]) -> Vec<String> {
    messages.iter().map(|message| shown(&message.body)).collect()
}

/// What meets the eye of a message or a view: its blocks, or its text where it has none.
pub fn shown(body: &Value) -> String {
    match body.get("blocks").and_then(Value::as_array).filter(|blocks| !blocks.is_empty()) {
        Some(blocks) => blocks.iter().map(read).collect::<Vec<_>>().join("\n"),
        None => obeyed(body.get("text").and_then(Value::as_str).unwrap_or_default()),
    }
}

/// Everything below that is for people, in order.
fn read(value: &Value) -> String {
    let of = |name: &str| value.get(name).map(read).unwrap_or_default();
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    match (kind, value) {
        (_, Value::String(_)) => String::new(),
        (_, Value::Array(all)) => all.iter().map(read).collect(),
        ("plain_text" | "text", _) => value["text"].as_str().unwrap_or_default().to_owned(),
        ("mrkdwn", _) => obeyed(value["text"].as_str().unwrap_or_default()),
        ("user", _) => format!("@{}", value["user_id"].as_str().unwrap_or_default()),
        ("date", _) => value["fallback"].as_str().unwrap_or_default().to_owned(),
        ("emoji", _) => format!(":{}:", value["name"].as_str().unwrap_or_default()),
        ("link", _) => value["text"].as_str().or(value["url"].as_str()).unwrap_or_default().to_owned(),
        _ => {
            ["text", "label", "elements", "fields", "element", "accessory", "hint", "options", "placeholder"]
                .into_iter()
                .map(of)
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(if kind.starts_with("rich_text") { "" } else { " " })
        }
    }
}

/// Slack's markup, obeyed: what does something is gone.
fn obeyed(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        let Some((tag, behind)) = after.split_once('>') else {
            rest = after;
            continue;
        };
        plain.push_str(tag.split_once('|').map_or("", |(_, label)| label));
        rest = behind;
    }
    plain.push_str(rest);
    let quiet = plain.replace(['*', '_', '~', '`'], "");
    quiet.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The limits of Block Kit that Slack is strict about.
pub fn check(body: &Value) -> Result<(), &'static str> {
    let Some(blocks) = body.get("blocks").and_then(Value::as_array) else { return Ok(()) };
    let view = body.get("type").is_some();
    let most = if view { 100 } else { 50 };
    if blocks.len() > most || !blocks.iter().all(fits) {
        return Err("invalid_blocks");
    }
    if !view && Value::from(blocks.clone()).to_string().chars().count() > 16_000 {
        return Err("msg_blocks_too_long");
    }
    Ok(())
}

fn fits(block: &Value) -> bool {
    let long = |at: &str| block.pointer(at).and_then(Value::as_str).map_or(0, |text| text.chars().count());
    let many = |at: &str| block.pointer(at).and_then(Value::as_array).map_or(0, Vec::len);
    match block.get("type").and_then(Value::as_str) {
        Some("section") => long("/text/text") <= 3_000 && many("/fields") <= 10,
        Some("header") => (1..=150).contains(&long("/text/text")),
        Some("context") => (1..=10).contains(&many("/elements")),
        Some("actions") => (1..=25).contains(&many("/elements")),
        Some("input") => long("/label/text") <= 2_000 && block.get("element").is_some(),
        Some("rich_text" | "divider" | "image") => true,
        _ => false,
    }
}

impl Workspace {
    /// What a thread shows, its root first.
    pub fn reads(&self, channel: &str, root: &str) -> Vec<String> {
        seen(&self.thread(channel, root))
    }
}
