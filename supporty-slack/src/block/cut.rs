use std::borrow::Cow;

use serde::Serialize;

use super::Limit;

/// What stands where a text was cut.
const MORE: char = '…';

/// Data that must stay whole, and does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{of}` would have {has} characters and Slack takes {most}: shorten what goes into it")]
pub struct TooLong {
    /// Which limit.
    pub of: &'static str,
    /// How many characters it has.
    pub has: usize,
    /// How many fit.
    pub most: usize,
}

/// A text that fits, with `…` at its end if it was cut.
///
/// ```
/// use supporty_slack::block::{cut, limit};
/// assert_eq!(cut("Grüße", limit::VIEW_TITLE), "Grüße");
/// assert_eq!(cut("Ein sehr langer Titel für ein Fenster", limit::VIEW_TITLE), "Ein sehr langer Titel f…");
/// ```
pub fn cut(text: &str, limit: Limit) -> Cow<'_, str> {
    cut_by(text, limit.most, weight)
}

/// The same for what stands as a string inside JSON.
pub(crate) fn cut_in_json(text: &str, most: usize) -> Cow<'_, str> {
    cut_by(text, most, json_weight)
}

/// The text where it fits, or what is too long.
pub(super) fn whole(text: String, limit: Limit) -> Result<String, TooLong> {
    match measure(&text) {
        has if has <= limit.most => Ok(text),
        has => Err(TooLong { of: limit.of, has, most: limit.most }),
    }
}

/// How long a text is by the strictest way of counting.
pub(super) fn measure(text: &str) -> usize {
    text.chars().map(weight).sum()
}

/// Slack stores the three characters of its markup as entities, and does not say whether it counts before or after.
pub(super) fn weight(c: char) -> usize {
    match c {
        '&' => "&amp;".len(),
        '<' | '>' => "&lt;".len(),
        _ => c.len_utf16(),
    }
}

/// The same inside JSON.
pub(super) fn json_weight(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        c if u32::from(c) < 0x20 => "\\u0000".len(),
        c => weight(c),
    }
}

/// How much of a message's budget something takes.
pub(super) fn size(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |json| measure(&json))
}

/// How many bytes something has as JSON.
pub(super) fn bytes(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(0, |json| json.len())
}

pub(super) fn cut_by(text: &str, most: usize, weight: impl Fn(char) -> usize) -> Cow<'_, str> {
    if text.chars().map(&weight).sum::<usize>() <= most {
        return Cow::Borrowed(text);
    }
    let mut room = most.saturating_sub(weight(MORE));
    let fits = |c: &char| match room.checked_sub(weight(*c)) {
        Some(left) => {
            room = left;
            true
        }
        None => false,
    };
    let kept: String = text.chars().take_while(fits).collect();
    Cow::Owned(format!("{}{MORE}", kept.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Limit = Limit { most: 10, of: "test" };

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("0123456789", TEN), "0123456789");
        assert_eq!(cut("0123456789a", TEN), "012345678…");
        assert_eq!(cut("üüüüüüüüüüü", TEN), "üüüüüüüüü…");
        assert_eq!(cut("🦀🦀🦀🦀🦀🦀", TEN), "🦀🦀🦀🦀…");
    }

    #[test]
    fn markup_counts_as_slack_stores_it() {
        assert_eq!(cut("&&", TEN), "&&");
        assert_eq!(cut("&&&", TEN), "&…");
        assert_eq!(whole("&&&".to_owned(), TEN).map_err(|error| error.has), Err(15));
    }
}
