//! What only one person is shown, and only for now.

use supporty_core::adapter::Named;
use supporty_core::ticket::CommandKind;
use supporty_core::vocab::{Resolution, Text, TicketKey};

use super::actions::button;
use super::context::short;
use super::{Context, phrase};
use crate::block::{
    Actions, Button, Inline, Limit, Message, Part, RichText, Section, Stack, Style, cut, cut_in_json, limit,
};
use crate::config::EmojiAction;
use crate::names;

const TITLE: Limit = Limit { most: Text::TITLE, of: "title" };

/// Who hoped for somebody is pointed to the form, which begins with what they wrote. A long text is cut there.
pub fn redirect(text: &str, favourite: Option<&Named>, context: &Context<'_>) -> Message {
    let texts = context.texts();
    let said = match favourite {
        Some(person) => phrase::plain(&texts.redirect, &[("person", &short(&person.name))]),
        None => texts.redirect_nobody.clone(),
    };
    let form = Button::new(names::NEW, &texts.redirect_button).style(Style::Primary);
    let form = form.clone().value(prefill(text)).unwrap_or(form);
    let blocks = Stack::new().keep(Section::new(&said)).keep_some(Actions::new([form]));
    Message::new(said.as_str(), blocks, context.more())
}

/// An emoji or a word that needs more: a button that opens the form of the command.
pub fn prompt(kind: CommandKind, key: &TicketKey, context: &Context<'_>) -> Message {
    let texts = context.texts();
    let holes = [("what", texts.button(kind)), ("ticket", &key.to_string())];
    let said = phrase::plain(&texts.prompt, &holes);
    let blocks =
        Stack::new().keep(Section::new(&said)).keep_some(Actions::new(button(context, key, kind, true)));
    Message::new(said.as_str(), blocks, context.more())
}

/// An answer in plain words: a refusal, say.
pub fn note(text: &str, context: &Context<'_>) -> Message {
    Message::new(text, Stack::new().keep(Section::new(text)), context.more())
}

/// How it works here: the command, and the emoji that do something.
pub fn help(context: &Context<'_>) -> Message {
    let texts = context.texts();
    let command = phrase::plain(&texts.help_command, &[("command", &context.config.command)]);
    let emoji = context.config.emoji.iter().map(|(name, action)| {
        let does = match action {
            EmojiAction::Do(kind) => texts.button(*kind),
            EmojiAction::Resolve(Resolution::NotATicket) => &texts.do_not_a_ticket,
            EmojiAction::Resolve(resolution) => texts.resolution(*resolution),
        };
        vec![Inline::emoji(name), Inline::text(format!(" {does}"))]
    });
    let list = Part::list(emoji);
    let heading = list.as_ref().and_then(|_| Part::section([Inline::text(&texts.help_emoji)]));
    let blocks = Stack::new()
        .keep(Section::new(&format!("{command}\n{}\n{}", texts.help_thread, texts.help_card)))
        .fill_some(RichText::new(heading.into_iter().chain(list)));
    Message::new(command.as_str(), blocks, context.more())
}

/// The fields that a message fills in: its first line is the title, the whole of it the details if there is more.
fn prefill(text: &str) -> String {
    let first =
        text.trim().lines().next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let title = cut(&first, TITLE);
    let json = |details: &str| match details {
        "" => serde_json::json!({ "title": title }).to_string(),
        details => serde_json::json!({ "title": title, "details": details }).to_string(),
    };
    if title == text.trim() {
        return json("");
    }
    // The title and what stands around the two take the rest.
    let taken: usize = json("-").encode_utf16().count() * 2 + 100;
    json(&cut_in_json(text.trim(), limit::BUTTON_VALUE.most.saturating_sub(taken)))
}
