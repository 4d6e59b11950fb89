//! The mark by which we know again what we wrote on GitHub.
//!
//! Whatever we post ends with a comment that no reader sees, `<!-- supporty:entry/ticket/SUP-1/3.0 -->`: the effect that it
//! came from. With it what was sent is found again before it is sent twice, and is not taken for somebody's answer when
//! GitHub tells us of it.
//!
//! The mark alone proves nothing. People quote us with it and could write it themselves. So something is ours only if it
//! carries a mark **and** its author is our app, which is [`Account::us`](crate::inbound::Account::us).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use supporty_core::stream::EffectId;

const BEGIN: &str = "<!-- supporty:";
const END: &str = " -->";

/// What is written as it is. Anything else might end the comment.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b':');

/// A body with the mark of the effect that it is sent for.
///
/// Marks that are in it already are made visible: a ticket's text may hold one, by chance or by design, and would be taken
/// for ours once we post it.
///
/// ```
/// use supporty_github::marker;
/// let effect = "entry/ticket/SUP-1/3.0".parse().unwrap();
/// let body = marker::mark("The login loops.", &effect);
/// assert_eq!(body, "The login loops.\n\n<!-- supporty:entry/ticket/SUP-1/3.0 -->");
/// assert_eq!(marker::find(&body), Some(effect));
/// ```
pub fn mark(body: &str, effect: &EffectId) -> String {
    let body = body.replace(BEGIN, "&lt;!-- supporty:");
    format!("{}\n\n{}", body.trim_end(), marker(effect))
}

/// The mark alone.
///
/// In a comment of HTML `--` and `>` are not free: they are written as `%2D` and `%3E`, as is whatever is no letter, no
/// digit and none of `/._:-`.
pub fn marker(effect: &EffectId) -> String {
    let id = effect.to_string();
    // No dash follows a dash, so no comment ends early.
    let id = utf8_percent_encode(&id, &PLAIN).to_string().replace("--", "-%2D");
    format!("{BEGIN}{id}{END}")
}

/// The effect that a body was sent for: that of its last mark, since ours stands at the end. Who wrote it is another
/// question.
pub fn find(body: &str) -> Option<EffectId> {
    let (_, last) = body.rsplit_once(BEGIN)?;
    let (id, _) = last.split_once(END)?;
    percent_decode_str(id).decode_utf8().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> EffectId {
        text.parse().unwrap()
    }

    #[test]
    fn a_mark_is_one_comment_whatever_the_effect_is_called() {
        for text in ["job/a-->b--c---.1", "inbound/x ü%2D\n<!-- supporty:job/y.0 --> .7", "job/-.0"] {
            let marked = marker(&id(text));
            assert_eq!(marked.find("-->"), Some(marked.len() - 3), "{marked}");
            assert_eq!(marked.matches("--").count(), 2, "{marked}");
            assert_eq!(find(&marked), Some(id(text)));
        }
    }

    #[test]
    fn a_mark_in_somebodys_words_is_made_visible_before_we_post_them() {
        let body = mark("<!-- supporty:job/theirs.0 -->", &id("job/ours.0"));
        assert_eq!(body.matches("<!--").count(), 1);
        assert_eq!(find(&body), Some(id("job/ours.0")));
    }

    #[test]
    fn the_last_mark_counts_and_a_broken_one_is_none() {
        assert_eq!(find("<!-- supporty:job/a.0 --> <!-- supporty:job/b.1 --> bye"), Some(id("job/b.1")));
        for body in [
            "",
            "no",
            "<!-- supporty:",
            "<!-- supporty:job/a.0",
            "<!-- supporty:%FF -->",
            "<!-- supporty: -->",
        ] {
            assert_eq!(find(body), None, "{body}");
        }
    }
}
