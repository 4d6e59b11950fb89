//! What can be read in a message that has no text of its own: alerts of other apps mostly, which say everything in blocks
//! or attachments.

use super::text::{Names, plain};
use supporty_core::adapter::Part;

pub(super) fn lines(message: Part<'_>, names: &Names<'_>) -> Vec<String> {
    let mut lines: Vec<_> = message.list("blocks").flat_map(|block| of_block(block, names)).collect();
    lines.extend(message.list("attachments").flat_map(|attachment| of_attachment(attachment, names)));
    lines.retain(|line| !line.trim().is_empty());
    lines
}

fn of_block(block: Part<'_>, names: &Names<'_>) -> Vec<String> {
    match block.text("type") {
        Some("rich_text") => vec![rich(block, names)],
        Some("image") => vec![block.text("alt_text").unwrap_or_default().to_owned()],
        Some("context") => {
            let said = block.list("elements").filter_map(|element| words(element, names));
            vec![said.collect::<Vec<_>>().join(" ")]
        }
        // Buttons and inputs say nothing by themselves.
        Some("actions" | "divider" | "input") => Vec::new(),
        // Sections, headers, and whatever will come.
        _ => {
            let fields = block.list("fields").filter_map(|field| words(field, names));
            words(block.part("text"), names).into_iter().chain(words(block, names)).chain(fields).collect()
        }
    }
}

/// A text object, or what has a text itself.
fn words(part: Part<'_>, names: &Names<'_>) -> Option<String> {
    let text = part.text("text").or_else(|| part.text("alt_text"))?;
    Some(if part.text("type") == Some("plain_text") { text.to_owned() } else { plain(text, names) })
}

/// What somebody typed into Slack's own editor, one line for each section, quote and item.
pub(super) fn rich(block: Part<'_>, names: &Names<'_>) -> String {
    let mut said = String::new();
    for element in block.list("elements") {
        if said.ends_with(|c| c != '\n')
            && element.text("type").is_some_and(|kind| kind.starts_with("rich_text"))
        {
            said.push('\n');
        }
        said.push_str(&match element.text("type") {
            Some(kind) if kind.starts_with("rich_text") => rich(element, names),
            Some("user") => mention('@', element.text("user_id"), names),
            Some("usergroup") => mention('@', element.text("usergroup_id"), names),
            Some("broadcast") => mention('@', element.text("range"), names),
            Some("channel") => mention('#', element.text("channel_id"), names),
            Some("emoji") => format!(":{}:", element.text("name").unwrap_or("emoji")),
            Some("link") => {
                let address = element.text("url").unwrap_or_default();
                element
                    .text("text")
                    .map_or_else(|| address.to_owned(), |label| format!("{label} ({address})"))
            }
            Some("date") => element.text("fallback").unwrap_or_default().to_owned(),
            _ => element.text("text").unwrap_or_default().to_owned(),
        });
    }
    said
}

fn mention(mark: char, id: Option<&str>, names: &Names<'_>) -> String {
    let id = id.unwrap_or_default();
    let named = if mark == '@' { names(id) } else { None };
    format!("{mark}{}", named.as_deref().unwrap_or(id))
}

/// The [older way](https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments) of saying things, which alerts still use.
fn of_attachment(attachment: Part<'_>, names: &Names<'_>) -> Vec<String> {
    let mut said: Vec<_> = ["pretext", "title", "text"]
        .into_iter()
        .filter_map(|name| attachment.text(name))
        .map(|text| plain(text, names))
        .collect();
    let fields = attachment.list("fields").map(|field| {
        let (title, value) =
            (field.text("title").unwrap_or_default(), field.text("value").unwrap_or_default());
        let between = if title.is_empty() || value.is_empty() { "" } else { ": " };
        format!("{}{between}{}", plain(title, names), plain(value, names))
    });
    said.extend(fields);
    said.extend(attachment.list("blocks").flat_map(|block| of_block(block, names)));
    if said.iter().all(|line| line.trim().is_empty()) {
        said.extend(attachment.text("fallback").map(|text| plain(text, names)));
    }
    said
}
