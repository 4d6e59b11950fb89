use serde::Serialize;

use super::cut::whole;
use super::stack::{Room, by_bytes};
use super::{Block, Id, Plain, Stack, TooLong, limit};

/// A window with a form, or somebody's home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum View {
    /// A window.
    Modal(Modal),
    /// A home.
    Home(Home),
}

/// A window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Modal {
    callback_id: Id,
    title: Plain,
    #[serde(skip_serializing_if = "Option::is_none")]
    submit: Option<Plain>,
    close: Plain,
    #[serde(skip_serializing_if = "String::is_empty")]
    private_metadata: String,
    blocks: Vec<Block>,
}

/// A home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Home {
    blocks: Vec<Block>,
}

const ROOM: Room = Room { blocks: limit::VIEW_BLOCKS, size: limit::VIEW_SIZE, measure: by_bytes };

impl View {
    /// A window of the blocks that fit, which is closed and no more. `more` says how many do not.
    pub fn modal(
        callback: impl Into<String>,
        title: &str,
        close: &str,
        blocks: Stack,
        more: impl Fn(usize) -> String,
    ) -> Self {
        Self::Modal(Modal {
            callback_id: Id::new(callback),
            title: Plain::new(title, limit::VIEW_TITLE),
            submit: None,
            close: Plain::new(close, limit::VIEW_TITLE),
            private_metadata: String::new(),
            blocks: blocks.fit(&ROOM, more),
        })
    }

    /// A home of the blocks that fit.
    pub fn home(blocks: Stack, more: impl Fn(usize) -> String) -> Self {
        Self::Home(Home { blocks: blocks.fit(&ROOM, more) })
    }

    /// The same, which is sent with that button. A home has none.
    pub fn submit(self, text: &str) -> Self {
        match self {
            Self::Modal(modal) => {
                Self::Modal(Modal { submit: Some(Plain::new(text, limit::VIEW_TITLE)), ..modal })
            }
            home => home,
        }
    }

    /// The same, remembering something until it is sent.
    pub fn remember(self, what: &impl Serialize) -> Result<Self, TooLong> {
        let json = serde_json::to_string(what).unwrap_or_default();
        let private_metadata =
            if json == "{}" { String::new() } else { whole(json, limit::PRIVATE_METADATA)? };
        Ok(match self {
            Self::Modal(modal) => Self::Modal(Modal { private_metadata, ..modal }),
            home => home,
        })
    }

    /// Its blocks.
    pub fn blocks(&self) -> &[Block] {
        match self {
            Self::Modal(Modal { blocks, .. }) | Self::Home(Home { blocks }) => blocks,
        }
    }
}
