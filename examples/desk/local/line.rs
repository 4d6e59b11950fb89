use serde::{Deserialize, Serialize};
use supporty_core::adapter::{Card, Message};
use supporty_core::vocab::Time;

/// One message of the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, which orders the messages by age.
    pub id: i64,
    /// The message that it hangs below.
    pub root: Option<i64>,
    /// Where it stands.
    pub channel: String,
    /// When it was posted.
    pub at: Time,
    /// What it says.
    pub body: Body,
    /// Why the desk did not take it, if it did not.
    pub refused: Option<String>,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Body {
    /// A ticket's card.
    Card(Box<Card>),
    /// Something that the desk said.
    Told(Message),
    /// Something that a person typed.
    Said(Said),
}

/// Something that a person typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Who, by their name in this chat.
    pub user: String,
    /// What they are called.
    pub name: String,
    /// What.
    pub text: String,
    /// Only for engineers.
    pub internal: bool,
    /// The form that it came from, which is sent once.
    pub submission: String,
}

impl Line {
    /// The card, if it is one.
    pub fn card(&self) -> Option<&Card> {
        match &self.body {
            Body::Card(card) => Some(card),
            Body::Told(_) | Body::Said(_) => None,
        }
    }

    /// Whether only engineers may see it.
    pub fn internal(&self) -> bool {
        matches!(&self.body, Body::Said(said) if said.internal)
    }
}
