//! What is written on GitHub: whatever people say is shown, names nobody, and hides nothing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test ends where something is missing")]

mod common;

use common::github::{mentions, reads};
use proptest::prelude::*;
use supporty_core::adapter::{Named, Piece};
use supporty_core::stream::EffectId;
use supporty_core::vocab::{PersonId, TicketKey, Time};
use supporty_github::{marker, render};

fn effect() -> EffectId {
    "entry/ticket/SUP-1/7.2".parse().unwrap()
}

/// Words that mean something to Markdown or to GitHub, among any others.
fn words() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        "@octocat",
        "@acme/team",
        "#1",
        "acme/shop#2",
        "fixes #1",
        "```",
        "~~~",
        "`",
        "<!--",
        "-->",
        "<b>",
        "</b>",
        "[a](https://evil.example)",
        "![a](b)",
        "* ",
        "1. ",
        "> ",
        "# ",
        "---",
        "|",
        "\n",
        "\n\n",
        "\\",
        "&amp;",
        "$x$",
        ":smile:",
        "GH-1",
        "0123456789abcdef0123456789abcdef01234567",
        "www.evil.example",
        "＠octocat",
        "\t",
        "- [ ] x",
        "[^1]",
        "<details>",
        "https://evil.example/@octocat",
    ]);
    let part =
        prop_oneof![3 => hostile.prop_map(str::to_owned), 1 => "\\PC{0,12}", 1 => Just(" ".to_owned())];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = prop_oneof![
        words().prop_map(Piece::Text),
        words().prop_map(Piece::Quote),
        words().prop_map(|name| Piece::Person(Named { id: PersonId::new("zo"), name })),
        Just(Piece::Ticket(TicketKey::new("SUP", 17))),
        Just(Piece::Time(Time::UNIX_EPOCH)),
        (words(), words()).prop_map(|(label, url)| Piece::Link { label, url }),
        words().prop_map(|label| Piece::Link { label, url: "https://desk.example/x".to_owned() }),
    ];
    prop::collection::vec(piece, 0..8)
}

proptest! {
    #[test]
    fn nobody_is_mentioned_and_the_mark_is_found(pieces in pieces()) {
        let body = render::body(&pieces, Some("https://desk.example/ticket/"), &effect());
        prop_assert_eq!(mentions(&body), Vec::<String>::new(), "{}", body);
        prop_assert_eq!(marker::find(&body), Some(effect()), "{}", body);
        prop_assert!(body.chars().count() <= 65_536);
    }

    #[test]
    fn what_a_person_wrote_is_shown_line_by_line(text in words(), before in words()) {
        let body = render::body(&[Piece::Text(before), Piece::Quote(text.clone())], None, &effect());
        let seen = reads(&body);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let shown: String =
                line.chars().map(|sign| if sign.is_control() && sign != '\t' { '\u{FFFD}' } else { sign }).collect();
            prop_assert!(seen.contains(shown.trim_end()), "{:?} in {:?}", shown, seen);
        }
    }

    #[test]
    fn a_title_is_one_line_that_github_takes(text in words()) {
        let (title, _) = render::title(&text);
        prop_assert!(!title.is_empty() && title.chars().count() <= 256);
        prop_assert!(!title.contains(['\n', '`']));
    }
}
