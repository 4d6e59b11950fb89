use serde::Serialize;

use super::element::first;
use super::{Button, Id, Input, Menu, Overflow, Plain, RichText, Url, limit};

/// A block of a message or a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Block {
    /// A heading.
    Header(Header),
    /// Words with something beside them.
    Section(Section),
    /// Words of several styles.
    RichText(RichText),
    /// Small print.
    Context(Context),
    /// A line.
    Divider(Divider),
    /// Buttons and menus.
    Actions(Actions),
    /// A question.
    Input(Input),
    /// A picture.
    Image(Image),
}

macro_rules! blocks {
    ($($name:ident)*) => {$(
        impl From<$name> for Block {
            fn from(block: $name) -> Self {
                Self::$name(block)
            }
        }
    )*};
}

blocks! { Header Section RichText Context Divider Actions Input Image }

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "header")]
pub struct Header {
    text: Plain,
}

/// Words with something beside them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "section")]
pub struct Section {
    text: Plain,
    #[serde(skip_serializing_if = "Option::is_none")]
    accessory: Option<Button>,
}

/// Small print.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "context")]
pub struct Context {
    elements: Vec<Plain>,
}

/// A line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "divider")]
pub struct Divider {}

/// Buttons and menus, side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "actions")]
pub struct Actions {
    elements: Vec<Action>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Action {
    /// A button.
    Button(Button),
    /// Three dots.
    Overflow(Overflow),
    /// A menu.
    Menu(Menu),
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "image")]
pub struct Image {
    #[serde(flatten)]
    source: Picture,
    alt_text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Plain>,
}

/// Where a picture lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Picture {
    /// On the web.
    #[serde(rename = "image_url")]
    Url(Url),
    /// On Slack: an uploaded file.
    #[serde(rename = "slack_file")]
    File {
        /// `F0123456`.
        id: Id,
    },
}

impl Header {
    /// A heading.
    pub fn new(text: &str) -> Self {
        Self { text: Plain::new(text, limit::HEADER_TEXT) }
    }

    /// The heading as it is shown.
    pub fn text(&self) -> &str {
        self.text.as_str()
    }
}

impl Section {
    /// Words.
    pub fn new(text: &str) -> Self {
        Self { text: Plain::new(text, limit::SECTION_TEXT), accessory: None }
    }

    /// The same with a button beside them.
    pub fn beside(self, button: Button) -> Self {
        Self { accessory: Some(button), ..self }
    }
}

impl Context {
    /// The first ten of those.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let all = texts.into_iter().filter(|text| !text.trim().is_empty());
        let elements: Vec<_> = all
            .take(limit::CONTEXT_ELEMENTS.most)
            .map(|text| Plain::new(text, limit::CONTEXT_TEXT))
            .collect();
        (!elements.is_empty()).then_some(Self { elements })
    }

    /// One line.
    pub fn line(text: &str) -> Self {
        Self { elements: vec![Plain::new(text, limit::CONTEXT_TEXT)] }
    }
}

impl Actions {
    /// The first 25 of those; nothing without any.
    pub fn new<A: Into<Action>>(elements: impl IntoIterator<Item = A>) -> Option<Self> {
        let elements: Vec<_> = elements.into_iter().map(Into::into).collect();
        (!elements.is_empty()).then(|| Self { elements: first(elements, limit::ACTIONS_ELEMENTS) })
    }
}

impl Image {
    /// A picture, and what it shows in words.
    pub fn new(source: Picture, alt: &str) -> Self {
        let alt_text = Plain::new(alt, limit::IMAGE_ALT).as_str().to_owned();
        Self { source, alt_text, title: None }
    }

    /// The same with words above it.
    pub fn title(self, title: &str) -> Self {
        Self { title: Some(Plain::new(title, limit::IMAGE_TITLE)), ..self }
    }
}

impl From<Button> for Action {
    fn from(button: Button) -> Self {
        Self::Button(button)
    }
}

impl From<Overflow> for Action {
    fn from(overflow: Overflow) -> Self {
        Self::Overflow(overflow)
    }
}

impl From<Menu> for Action {
    fn from(menu: Menu) -> Self {
        Self::Menu(menu)
    }
}
