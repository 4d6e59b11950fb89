//! What meets the eye of a person who reads Markdown on GitHub.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn parser(markdown: &str) -> Parser<'_> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    Parser::new_ext(markdown, options)
}

/// The words, without what markup hides.
pub fn reads(markdown: &str) -> String {
    let mut text = String::new();
    for event in parser(markdown) {
        match event {
            Event::Text(words) | Event::Code(words) => text.push_str(&words),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            Event::End(TagEnd::Paragraph | TagEnd::CodeBlock | TagEnd::Heading(_) | TagEnd::Item) => {
                text.push('\n');
            }
            _ => {}
        }
    }
    text
}

/// Whom GitHub would tell: names after an `@` that begins a word, outside of code and links.
pub fn mentions(markdown: &str) -> Vec<String> {
    let (mut text, mut quiet) = (String::new(), 0);
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(_) | Tag::Link { .. }) => quiet += 1,
            Event::End(TagEnd::CodeBlock | TagEnd::Link) => quiet -= 1,
            Event::Text(words) if quiet == 0 => text.push_str(&words),
            Event::Code(_) | Event::SoftBreak | Event::HardBreak | Event::End(_) => text.push(' '),
            _ => {}
        }
    }
    let mut told = Vec::new();
    let mut before = ' ';
    let signs: Vec<char> = text.chars().collect();
    for (at, sign) in signs.iter().enumerate() {
        if *sign == '@' && !before.is_alphanumeric() {
            let name: String = signs[at + 1..]
                .iter()
                .take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '/'))
                .collect();
            if !name.is_empty() {
                told.push(name);
            }
        }
        before = *sign;
    }
    told
}
