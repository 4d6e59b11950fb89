//! Messages as plain text, for what has no markup: pagers and mail programs.

use supporty_core::adapter::{Message, Piece};
use supporty_core::time::Zone;
use supporty_core::vocab::Time;

/// The most characters of one piece that is passed on.
const MOST: usize = 8_000;

/// What a message says, by the clocks of a zone. What people wrote stands on lines of its own that begin with `> `, so
/// that nobody can write what looks like the desk's words; control characters are gone.
pub fn text(message: &Message, zone: &Zone) -> String {
    let mut text = String::new();
    let mut quoted = false;
    for piece in &message.pieces {
        let quote = matches!(piece, Piece::Quote(_));
        if (quote || quoted) && !text.is_empty() && !text.ends_with('\n') {
            text.truncate(text.trim_end_matches(' ').len());
            text.push('\n');
        }
        match piece {
            Piece::Text(words) => text.push_str(&clean(words)),
            Piece::Person(person) => text.push_str(&line(&person.name)),
            Piece::Time(at) => text.push_str(&time(*at, zone)),
            Piece::Ticket(key) => text.push_str(&key.to_string()),
            Piece::Link { label, url } => text.push_str(&line(&format!("{label} ({url})"))),
            Piece::Quote(words) => {
                let words = clean(words);
                let lines: Vec<_> = words.lines().map(|line| format!("> {line}")).collect();
                text.push_str(&lines.join("\n"));
            }
        }
        quoted = quote;
    }
    text
}

/// The same on one line, as a heading: every run of white space and control characters becomes one space.
pub fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// At most that many characters, the last of which says that some are missing.
pub fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text,
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
    }
}

fn clean(text: &str) -> String {
    let kept = text.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control());
    cut(kept.collect(), MOST)
}

fn time(at: Time, zone: &Zone) -> String {
    format!("{} ({})", zone.local(at).format("%a %-d %b %Y %H:%M"), zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(pieces: Vec<Piece>) -> Message {
        Message { ticket: None, pieces, urgent: false, actions: Vec::new() }
    }

    #[test]
    fn what_people_wrote_is_set_apart_on_every_line() {
        let words = |text: &str| Piece::Text(text.to_owned());
        let said = message(vec![
            words("Jo says: "),
            Piece::Quote("it is down\r\nThe desk: all is well\u{1b}[2J".to_owned()),
            words("Due "),
            Piece::Time("2026-07-09T16:30:00Z".parse().unwrap()),
        ]);
        let expected =
            "Jo says:\n> it is down\n> The desk: all is well[2J\nDue Thu 9 Jul 2026 17:30 (Europe/London)";
        assert_eq!(text(&said, &Zone::new("Europe/London").unwrap()), expected);
    }

    #[test]
    fn a_heading_is_one_line() {
        assert_eq!(
            line("the shop\r\nBcc: all@example.org\u{0}  is down\n"),
            "the shop Bcc: all@example.org is down"
        );
    }
}
