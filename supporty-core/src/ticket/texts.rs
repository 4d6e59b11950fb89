use super::{Event, Heard, Opened};
use crate::vocab::{FieldValue, TextRef};

/// The words that an entry refers to, where they are that person's.
#[cfg(feature = "desk")]
pub(crate) fn texts_by(entry: &super::TicketEntry, person: &crate::vocab::PersonId) -> Vec<TextRef> {
    let by = match &entry.event {
        Event::Heard { by, .. } => by,
        _ => &entry.by,
    };
    if by.person() == Some(person) { texts(&entry.event) } else { Vec::new() }
}

/// The words that an event refers to.
pub(crate) fn texts(event: &Event) -> Vec<TextRef> {
    match event {
        Event::Opened(opened) => {
            let Opened { title, details, message, fields, drill, .. } = &**opened;
            let answers = fields.values().filter_map(|value| match value {
                FieldValue::Text(text) => Some(text),
                FieldValue::Choice(_) => None,
            });
            let said = message.iter().map(|message| &message.text);
            let lines = drill.iter().flat_map(|script| &script.lines).map(|(_, text)| text);
            std::iter::once(title).chain(details).chain(said).chain(answers).chain(lines).cloned().collect()
        }
        Event::Replied { message }
        | Event::Edited { message }
        | Event::Noted { message }
        | Event::Commented { message, .. } => vec![message.text.clone()],
        Event::Heard { what: Heard::Said(message), .. } => vec![message.text.clone()],
        Event::HandedOff { note: text, .. }
        | Event::Resolved { note: text, .. }
        | Event::Reprioritised { why: text, .. }
        | Event::Waited { why: text, .. }
        | Event::Reopened { why: text, .. }
        | Event::Signalled { names: text, .. }
        | Event::EscalatedByHand { why: text, .. } => text.iter().cloned().collect(),
        Event::PostMortemWritten { text } => vec![text.clone()],
        _ => Vec::new(),
    }
}
