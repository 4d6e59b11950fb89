//! What holds for any text.

use proptest::prelude::*;
use supporty_github::references::{Link, References, Reverts};

use crate::config;

/// Words among which a key stands, that say nothing of it and hide nothing.
fn around() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-eg-z]{1,8}[,;]?", 0..6).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_looked_at(text in "\\PC*", title in "\\PC{0,40}") {
        let _ = References::in_parts(&config(), Some(&title), &text, Some(&text));
        let _ = References::in_message(&config(), &text);
        let _ = Reverts::in_message(&config(), &text);
    }

    #[test]
    fn any_markup_is_looked_at(text in "([\\[\\]()<>!`~*_#>\\-.:/\\\\ \\n\t'\"=|&;]|SUP-4|fixes|caused by|#1|https://desk.example/tickets/|<code>|</code>|<!--|-->|\u{e9}){0,60}") {
        let found = References::in_text(&config(), &text);
        for one in &found.tickets {
            prop_assert!(text.contains(&one.ticket.number().to_string()));
        }
        let _ = Reverts::in_message(&config(), &text);
    }

    #[test]
    fn a_reference_that_was_written_is_found(before in around(), number in 1..u64::MAX, after in around(), fixes: bool) {
        let word = if fixes { "fixes " } else { "" };
        let text = format!("{before}\n\n{word}SUP-{number} {after}");
        let ticket = format!("SUP-{number}").parse().unwrap();
        let links: Vec<_> = References::in_text(&config(), &text).of(&ticket).collect();
        prop_assert_eq!(links, [if fixes { Link::Fixes } else { Link::Mentioned }]);
    }

    #[test]
    fn the_address_of_a_ticket_is_found(before in around(), number in 1..u64::MAX, after in "([?#/][a-z0-9]{0,5})?") {
        let text = format!("{before} https://desk.example/tickets/SUP-{number}{after} yes");
        let ticket = format!("SUP-{number}").parse().unwrap();
        prop_assert_eq!(References::in_text(&config(), &text).of(&ticket).count(), 1);
    }

    #[test]
    fn a_branch_that_was_named_after_a_ticket_is_found(before in "([a-z]{1,6}/)?", number in 1..u64::MAX, after in "([-_/][a-z]{1,8})?") {
        let ticket = format!("SUP-{number}").parse().unwrap();
        let found = References::in_branch(&config(), &format!("{before}sup-{number}{after}"));
        prop_assert_eq!(found.of(&ticket).count(), 1);
    }

    #[test]
    fn code_hides_everything(text in "[^`]{0,60}") {
        let found = References::in_text(&config(), &format!("````\n{text}\nfixes SUP-1\n````"));
        prop_assert!(found.is_empty(), "{:?}", found);
    }
}

#[test]
fn a_megabyte_that_was_made_to_be_slow_is_looked_at_and_says_nothing_that_is_not_in_it() {
    let units = [
        "`",
        "``a`",
        "[",
        "[]",
        "[a](",
        "![",
        "<",
        "<!--",
        "<!-- -->",
        "<a ",
        "<code>",
        "</code>",
        "> ",
        "- ",
        "*a_ ",
        "**a",
        "~~a",
        "~a~~",
        "&",
        "\\",
        "SUP-",
        "SUP-1 ",
        "SUP-1/",
        "fixes ",
        "fixes SUP-1, ",
        "caused by #1 ",
        "#",
        "'",
        ".",
        "https://",
        "https://desk.example/tickets/SUP-1 ",
        "https://desk.example/tickets/",
        "\u{fffc}",
        "not ",
        "a\n",
        "\n\n",
        "[x]: /y\n[x]",
        "<blockquote>\n",
        "<blockquote>",
        "> [!NOTE]\n",
        "    a\n",
        "1. a\n",
        "[^a]: ",
        "[^",
        "a <![CDATA[",
        "a <?",
    ];
    let texts = units.map(|unit| unit.repeat(1_000_000 / unit.len()));
    let many =
        (1..9_000).map(|n| format!("Fixes SUP-{n}. ")).chain((1..7_000).map(|n| format!("Caused by #{n}. ")));
    let run: String = (1..1_400).map(|n| format!("a{}", "`".repeat(n))).collect();
    for text in texts.into_iter().chain([many.collect(), run]) {
        let found = References::in_parts(&config(), None, &text, Some(&text));
        // Within so many bytes there is room for no more keys; what is behind them is not looked at.
        assert!(found.tickets.len() + found.causes.len() <= 4 * 65_536 / "SUP-1 ".len(), "{text:.20}");
        for named in &found.tickets {
            assert!(text.contains(&named.ticket.to_string()), "{text:.20}: {}", named.ticket);
        }
    }
}

#[test]
fn a_text_is_looked_at_as_far_as_github_takes_one() {
    let longest = "\u{1f600}".repeat(65_536 - 6);
    let found = References::in_text(&config(), &format!("{longest} SUP-1"));
    assert_eq!(found.tickets.len(), 1);
    let found = References::in_text(&config(), &format!("{}{longest} SUP-1", "\u{1f600}".repeat(10)));
    assert!(found.is_empty());
}
