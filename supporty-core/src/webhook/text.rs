//! Texts from outside are long and hostile: they are cut, never refused.

use sha2::{Digest, Sha256};

use crate::vocab::{Text, Time};

/// The longest text that a card shows of alerts, in characters.
const DETAILS: usize = 4_000;
/// The longest name that is kept as it is, in bytes.
const LONGEST_NAME: usize = 100;

/// One line of at most a title's length; nothing if nothing is left of it.
pub(super) fn line(text: &str) -> Option<Text> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Text::line(&cut(&line, Text::TITLE), Text::TITLE).ok()
}

/// Several lines; nothing if nothing is left of them.
pub(super) fn lines(text: &str) -> Option<Text> {
    Text::new(&cut(text, DETAILS), DETAILS).ok()
}

/// A name as it is, or its hash where it is long or would not print on one line.
pub(super) fn short(name: &str) -> String {
    match name.len() <= LONGEST_NAME && !name.chars().any(char::is_control) {
        true => name.to_owned(),
        false => format!("sha256:{}", digest([name])),
    }
}

/// What is the same for the same parts, and for nothing else: 32 hexadecimal digits.
pub(super) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Only what a browser opens as a page.
pub(super) fn url(url: &str) -> Option<String> {
    let opens = url.starts_with("https://") || url.starts_with("http://");
    let plain = url.len() <= 2_000 && !url.contains(|c: char| c.is_whitespace() || c.is_control());
    (opens && plain).then(|| url.to_owned())
}

pub(super) fn instant(at: Time) -> String {
    at.timestamp_micros().to_string()
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}
