//! From Slack's text to words that are read anywhere.
//!
//! Slack [escapes](https://docs.slack.dev/messaging/formatting-message-text#escaping) `&`, `<` and `>` and writes whom and
//! what a message mentions between angle brackets. What is kept says the same without either: `@Ana`, `#web`,
//! `the page (https://…)`.

use supporty_core::vocab::{Text, TextError};

use super::blocks;
use supporty_core::adapter::Part;

/// What somebody is called, by their id on Slack.
pub(super) type Names<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// What stands for a message in which nothing can be read: somebody said something all the same.
const NO_WORDS: &str = "[no words]";

/// Everything that can be read in a message: its text, or that of its blocks and attachments where it has none, and
/// what its files are called. Never where they lie: those addresses open them.
pub(super) fn of(message: Part<'_>, names: &Names<'_>) -> String {
    let text = plain(message.text("text").unwrap_or_default(), names);
    let mut lines = if text.trim().is_empty() { blocks::lines(message, names) } else { vec![text] };
    let files = message.list("files").map(|file| {
        let called = file.text("title").or_else(|| file.text("name"));
        called.map_or_else(|| "[file]".to_owned(), |name| format!("[file: {}]", plain(name, names)))
    });
    lines.extend(files);
    lines.join("\n")
}

/// Every user that a text mentions, in its order.
pub(super) fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    ends.filter_map(|(mention, _)| Some(label(mention.strip_prefix('@')?).0))
}

/// Slack's text as it is read.
pub(super) fn plain(text: &str, names: &Names<'_>) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        read.push_str(&unescaped(before));
        // Slack escapes brackets that people type: one that closes nothing is no mention.
        match after.split_once('>') {
            Some((markup, after)) if !markup.contains('<') => {
                read.push_str(&said(markup, names));
                rest = after;
            }
            _ => {
                read.push('<');
                rest = after;
            }
        }
    }
    read.push_str(&unescaped(rest));
    read
}

/// A text of at most so many characters; cut where there are more, and something where there is nothing.
pub(super) fn clipped(text: &str, most: usize) -> Result<Text, TextError> {
    match Text::new(text, most) {
        Err(TextError::Empty) => Text::new(NO_WORDS, most),
        Err(TextError::TooLong { .. }) => Text::new(&cut(text.trim_start(), most), most),
        fits => fits,
    }
}

/// At most so many characters, with a mark where some are missing.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// What stands between angle brackets.
fn said(markup: &str, names: &Names<'_>) -> String {
    let (target, label) = label(markup);
    let label = label.map(|label| unescaped(label).into_owned());
    let mark = |mark: char, named: Option<String>, id: &str| {
        let named = named.or(label.clone()).unwrap_or_else(|| id.to_owned());
        if named.starts_with(mark) { named } else { format!("{mark}{named}") }
    };
    let mut letters = target.chars();
    match letters.next() {
        Some('@') => mark('@', names(letters.as_str()), letters.as_str()),
        Some('#') => mark('#', None, letters.as_str()),
        Some('!') => special(letters.as_str(), label),
        _ => link(&unescaped(target), label),
    }
}

/// A group, everybody here, or a date in the words of whoever sent it.
fn special(target: &str, label: Option<String>) -> String {
    let mut parts = target.split('^');
    match (parts.next(), label) {
        (Some("date"), Some(words)) => words,
        (Some("subteam"), None) => format!("@{}", parts.next().unwrap_or("group")),
        (Some("subteam"), Some(group)) if !group.starts_with('@') => format!("@{group}"),
        (_, Some(words)) => words,
        (name, None) => format!("@{}", name.unwrap_or_default()),
    }
}

fn link(address: &str, label: Option<String>) -> String {
    let bare = ["mailto:", "tel:"].into_iter().find_map(|kind| address.strip_prefix(kind));
    let shown = bare.unwrap_or(address);
    match label {
        None => shown.to_owned(),
        // Slack makes a link of whatever looks like one, and then the label is the address.
        Some(label) if address.ends_with(&label) || address.trim_end_matches('/').ends_with(&label) => {
            shown.to_owned()
        }
        Some(label) => format!("{label} ({shown})"),
    }
}

fn label(markup: &str) -> (&str, Option<&str>) {
    match markup.split_once('|') {
        Some((target, label)) => (target, Some(label).filter(|label| !label.is_empty())),
        None => (markup, None),
    }
}

/// In one pass, so that `&amp;lt;` is `&lt;`, which somebody typed.
fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        read.push_str(before);
        let known = [("amp;", '&'), ("lt;", '<'), ("gt;", '>')];
        let found = known.into_iter().find_map(|(name, means)| Some((means, after.strip_prefix(name)?)));
        let (means, after) = found.unwrap_or(('&', after));
        read.push(means);
        rest = after;
    }
    read.push_str(rest);
    read.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> String {
        plain(text, &|id| (id == "U1").then(|| "Ana".to_owned()))
    }

    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    }

    #[test]
    fn what_is_mentioned_is_read_by_its_name() {
        for (slack, people) in [
            ("<@U1> and <@U2|bob> and <@U3>", "@Ana and @bob and @U3"),
            ("<#C1|web> <#C2> <#C3|>", "#web #C2 #C3"),
            ("<!here> <!channel> <!subteam^S1|@web> <!subteam^S2>", "@here @channel @web @S2"),
            ("<!date^1392734382^{date}|18 February>", "18 February"),
            ("<https://example.com/a?b=1&amp;c=2|the page>", "the page (https://example.com/a?b=1&c=2)"),
            ("<https://example.com>", "https://example.com"),
            ("<http://example.com|example.com>", "http://example.com"),
            ("<mailto:ana@example.com|ana@example.com>", "ana@example.com"),
            ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
            ("&amp;lt; &nbsp; & <", "&lt; &nbsp; & <"),
            ("a < b <@U1>", "a < b @Ana"),
        ] {
            assert_eq!(read(slack), people, "{slack}");
        }
    }

    #[test]
    fn who_is_mentioned_is_found_in_order() {
        assert_eq!(mentioned("<@U2> <#C1|x> <@U1|ana>: <@").collect::<Vec<_>>(), ["U2", "U1"]);
    }

    #[test]
    fn a_text_is_cut_at_a_character_and_says_so() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(clipped("  \u{7}", 20).unwrap().as_str(), NO_WORDS);
        assert_eq!(
            clipped(&"x".repeat(50_000), Text::MESSAGE).unwrap().as_str().chars().count(),
            Text::MESSAGE
        );
    }

    proptest! {
        #[test]
        fn what_people_type_comes_back_as_they_typed_it(text in "\\PC*") {
            prop_assert_eq!(read(&escaped(&text)), text);
        }

        #[test]
        fn any_text_is_read(text in "[<>@#!|&a^;: ]*") {
            read(&text);
            mentioned(&text).count();
        }

        #[test]
        fn any_text_can_be_kept(text in "\\PC*", most in 10..30_usize) {
            prop_assert!(clipped(&text, most).unwrap().as_str().chars().count() <= most);
        }
    }
}
