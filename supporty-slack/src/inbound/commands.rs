//! Which commands people may ask for, and which of them are complete as they are.

use supporty_core::adapter::Fields;
use supporty_core::ticket::{Command, CommandKind};
use supporty_core::time::Zone;

pub(super) use crate::render::{has_form, needs_more};

/// A command that needs nothing beside itself, if people may ask for it.
pub(super) fn alone(kind: CommandKind) -> Option<Command> {
    // Nobody would be left to read it.
    if needs_more(kind) || kind == CommandKind::Restrict {
        return None;
    }
    Fields::default().command("", kind, &Zone::utc()).ok().map(|asked| asked.command)
}

/// The command of a word.
pub(super) fn parse(word: &str) -> Option<CommandKind> {
    let known = CommandKind::ALL.iter().copied().find(|kind| kind.as_str() == word)?;
    (has_form(known) || alone(known).is_some()).then_some(known)
}
