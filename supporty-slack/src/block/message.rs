use serde::Serialize;

use super::stack::{Room, by_size};
use super::{Block, Fallback, Section, Stack, limit};

/// A message: its blocks, what a notification says of it, and what only programs see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    text: String,
    blocks: Vec<Block>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
}

/// What only programs see of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    event_type: &'static str,
    event_payload: Payload,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Payload {
    effect: String,
}

const ROOM: Room = Room { blocks: limit::MESSAGE_BLOCKS, size: limit::MESSAGE_SIZE, measure: by_size };

impl Message {
    /// A message of the blocks that fit. `more` says how many do not.
    pub fn new(text: impl Into<Fallback>, blocks: Stack, more: impl Fn(usize) -> String) -> Self {
        let text: Fallback = text.into();
        let text = if text.as_str().trim().is_empty() { "–".into() } else { text };
        // Without blocks the text would be the message, and its markup would be obeyed.
        let blocks = if blocks.is_empty() { blocks.keep(Section::new("")) } else { blocks };
        Self { text: text.as_str().to_owned(), blocks: blocks.fit(&ROOM, more), metadata: None }
    }

    /// The same, to be found again by what it follows from.
    pub fn of_effect(self, event_type: &'static str, effect: impl Into<String>) -> Self {
        let metadata = Metadata { event_type, event_payload: Payload { effect: effect.into() } };
        Self { metadata: Some(metadata), ..self }
    }

    /// What a notification says, with its escapes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its blocks.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }
}
