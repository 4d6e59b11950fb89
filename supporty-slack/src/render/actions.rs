//! Buttons for what may be done with a ticket.

use supporty_core::ticket::CommandKind;
use supporty_core::vocab::{Resolution, TicketKey};

use super::{Context, has_form, phrase};
use crate::block::{Actions, Button, Choice, Confirm, Menu, Overflow, Style};
use crate::config::EmojiAction;
use crate::names;

/// What is one press away, in the order in which it is needed.
const FIRST: [CommandKind; 11] = [
    CommandKind::Claim,
    CommandKind::Acknowledge,
    CommandKind::TakeOver,
    CommandKind::Resume,
    CommandKind::Resolve,
    CommandKind::Confirm,
    CommandKind::Reopen,
    CommandKind::Wait,
    CommandKind::Escalate,
    CommandKind::Unmerge,
    CommandKind::WritePostMortem,
];

/// What is needed now and then.
const THEN: [CommandKind; 15] = [
    CommandKind::HandOff,
    CommandKind::Assign,
    CommandKind::Reprioritise,
    CommandKind::Release,
    CommandKind::Identify,
    CommandKind::Mitigate,
    CommandKind::Move,
    CommandKind::ChangeKind,
    CommandKind::Classify,
    CommandKind::OpenIssue,
    CommandKind::Merge,
    CommandKind::Attach,
    CommandKind::Detach,
    CommandKind::Restrict,
    CommandKind::Unrestrict,
];

/// How many buttons stand beside each other before the rest goes into a menu.
const BESIDE: usize = 5;

/// Everything that may be done, the most needed first.
pub(super) fn actions(context: &Context<'_>, key: &TicketKey, allowed: &[CommandKind]) -> Option<Actions> {
    let in_order = FIRST.iter().chain(&THEN).filter(|kind| allowed.contains(kind)).copied();
    let (first, then): (Vec<_>, Vec<_>) = in_order.enumerate().partition(|(n, _)| *n < BESIDE);
    let buttons = first.into_iter().filter_map(|(n, kind)| button(context, key, kind, n == 0));
    let mut choices: Vec<_> =
        then.into_iter().filter_map(|(_, kind)| option(context, key, EmojiAction::Do(kind))).collect();
    if allowed.contains(&CommandKind::Resolve) {
        choices.extend(option(context, key, EmojiAction::Resolve(Resolution::NotATicket)));
    }
    let more: Option<crate::block::Action> = match Overflow::new(names::MORE, &choices) {
        Some(overflow) => Some(overflow.into()),
        None => Menu::new(names::MORE, &context.texts().do_more, choices).map(Into::into),
    };
    Actions::new(buttons.map(Into::into).chain(more))
}

/// Five buttons, for one to five stars.
pub(super) fn stars(context: &Context<'_>, key: &TicketKey, allowed: &[CommandKind]) -> Option<Actions> {
    let rated = allowed.contains(&CommandKind::Rate);
    let star = |count: u8| {
        let label = phrase::plain(&context.texts().stars, &[("count", &count.to_string())]);
        Button::new(format!("{}{count}", names::RATE), &label).value(key.to_string()).ok()
    };
    rated.then(|| Actions::new((1..=5).filter_map(star)))?
}

/// A button for one command, if it has a name.
pub(super) fn button(
    context: &Context<'_>,
    key: &TicketKey,
    kind: CommandKind,
    foremost: bool,
) -> Option<Button> {
    let button = Button::new(format!("{}{kind}", names::DO), &label(context, kind));
    let button = button.value(key.to_string()).ok()?;
    let button = match kind {
        CommandKind::Escalate => button.style(Style::Danger),
        CommandKind::Confirm => button.confirm(sure(context, key)),
        _ => button,
    };
    Some(if foremost { button.style(Style::Primary) } else { button })
}

/// What a button says; three dots where it asks for more.
fn label(context: &Context<'_>, kind: CommandKind) -> String {
    let dots = if has_form(kind) { "…" } else { "" };
    format!("{}{dots}", context.texts().button(kind))
}

fn option(context: &Context<'_>, key: &TicketKey, action: EmojiAction) -> Option<Choice> {
    let label = match action {
        EmojiAction::Do(kind) => label(context, kind),
        EmojiAction::Resolve(_) => context.texts().do_not_a_ticket.clone(),
    };
    Choice::new(&label, names::choice(action, key)).ok()
}

fn sure(context: &Context<'_>, key: &TicketKey) -> Confirm {
    let texts = context.texts();
    let closes = phrase::plain(&texts.sure_confirm, &[("ticket", &key.to_string())]);
    Confirm::new(&texts.sure, &closes, &texts.sure_yes, &texts.sure_no)
}
