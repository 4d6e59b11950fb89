use serde::Serialize;

use super::cut::{cut_by, json_weight, size};
use super::input::is_user;
use super::{Id, Url};

/// Rich text: the only text of several styles, and the one in which a person or an instant is more than its letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "rich_text")]
pub struct RichText {
    #[serde(skip_serializing_if = "Option::is_none")]
    block_id: Option<Id>,
    elements: Vec<Part>,
}

/// A paragraph of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type")]
pub enum Part {
    /// Words.
    #[serde(rename = "rich_text_section")]
    Section {
        /// What stands in it.
        elements: Vec<Inline>,
    },
    /// Words of somebody else, set apart.
    #[serde(rename = "rich_text_quote")]
    Quote {
        /// What stands in it.
        elements: Vec<Inline>,
    },
    /// One below the other.
    #[serde(rename = "rich_text_list")]
    List {
        /// `bullet`.
        style: Bullets,
        /// The lines, each a section.
        elements: Vec<Part>,
    },
}

/// How the lines of a list begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bullets {
    /// With a dot.
    Bullet,
}

/// Something in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Inline {
    /// Words as they are.
    Text {
        /// The words.
        text: String,
        /// How they look.
        #[serde(skip_serializing_if = "Mark::is_plain")]
        style: Mark,
    },
    /// Somebody, by id, shown by name and told.
    User {
        /// `U024BE7LH`.
        user_id: String,
    },
    /// Words that lead somewhere.
    Link {
        /// Where.
        url: Url,
        /// The words.
        text: String,
        /// How they look.
        #[serde(skip_serializing_if = "Mark::is_plain")]
        style: Mark,
    },
    /// An instant, by the clocks of whoever reads it.
    Date {
        /// Seconds since 1970.
        timestamp: i64,
        /// `{date_short_pretty} at {time}`.
        format: String,
        /// What stands there for whoever can not show it.
        fallback: String,
    },
    /// An emoji by its name.
    Emoji {
        /// `white_check_mark`.
        name: String,
    },
}

/// How words look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Mark {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    bold: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    italic: bool,
}

impl Mark {
    /// As they are.
    pub const PLAIN: Self = Self { bold: false, italic: false };
    /// Bold.
    pub const BOLD: Self = Self { bold: true, italic: false };
    /// Slanted.
    pub const ITALIC: Self = Self { bold: false, italic: true };

    fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }
}

impl Inline {
    /// Words as they are.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: Mark::PLAIN }
    }

    /// Words in bold.
    pub fn bold(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: Mark::BOLD }
    }

    /// Somebody by id, or by name where Slack would refuse the id.
    pub fn user(id: &str, name: &str) -> Self {
        if is_user(id) { Self::User { user_id: id.to_owned() } } else { Self::bold(name) }
    }

    /// Words that lead somewhere, if it is known where.
    pub fn link(url: Option<&Url>, text: &str) -> Self {
        match url.cloned().filter(|_| !text.is_empty()) {
            Some(url) => Self::Link { url, text: text.to_owned(), style: Mark::PLAIN },
            None => Self::text(text),
        }
    }

    /// An instant, or what stands for it where Slack would refuse it.
    pub fn date(timestamp: i64, format: &str, fallback: &str) -> Self {
        match (0..10_000_000_000).contains(&timestamp) {
            true => Self::Date { timestamp, format: format.to_owned(), fallback: fallback.to_owned() },
            false => Self::text(fallback),
        }
    }

    /// An emoji by its name, or that name where it can be none.
    pub fn emoji(name: &str) -> Self {
        let known = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '\'' | ':');
        match !name.is_empty() && name.len() <= 100 && name.chars().all(known) {
            true => Self::Emoji { name: name.to_owned() },
            false => Self::text(name),
        }
    }

    /// Words are cut if enough of them remain.
    fn shorten(&mut self, by: usize) -> Shortened {
        const LEAST: usize = 20;
        let Self::Text { text, .. } = self else { return Shortened::Drop };
        let has: usize = text.chars().map(json_weight).sum();
        match has.checked_sub(by).filter(|left| *left >= LEAST) {
            Some(left) => {
                *text = cut_by(text, left, json_weight).into_owned();
                Shortened::Enough
            }
            None => Shortened::Drop,
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Text { text, .. } | Self::Link { text, .. } if text.is_empty())
    }
}

impl Part {
    /// Words; nothing without any.
    pub fn section(elements: impl IntoIterator<Item = Inline>) -> Option<Self> {
        shown(elements).map(|elements| Self::Section { elements })
    }

    /// Words of somebody else; nothing without any.
    pub fn quote(elements: impl IntoIterator<Item = Inline>) -> Option<Self> {
        shown(elements).map(|elements| Self::Quote { elements })
    }

    /// Lines; nothing without any.
    pub fn list(lines: impl IntoIterator<Item = Vec<Inline>>) -> Option<Self> {
        let elements: Vec<_> = lines.into_iter().filter_map(Self::section).collect();
        (!elements.is_empty()).then_some(Self::List { style: Bullets::Bullet, elements })
    }

    /// Takes at least that much from its end, as far as there is something: what of it is still to be taken.
    fn shorten(&mut self, by: usize) -> usize {
        match self {
            Self::Section { elements } | Self::Quote { elements } => take(elements, by, Inline::shorten),
            Self::List { elements, .. } => take(elements, by, Self::shorten_or_drop),
        }
    }

    fn shorten_or_drop(&mut self, by: usize) -> Shortened {
        match self.shorten(by) {
            _ if self.is_empty() => Shortened::Drop,
            0 => Shortened::Enough,
            rest => Shortened::Still(rest),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Section { elements } | Self::Quote { elements } => elements.is_empty(),
            Self::List { elements, .. } => elements.is_empty(),
        }
    }
}

impl RichText {
    /// Paragraphs; nothing without any.
    pub fn new(parts: impl IntoIterator<Item = Part>) -> Option<Self> {
        let elements: Vec<_> = parts.into_iter().collect();
        (!elements.is_empty()).then_some(Self { block_id: None, elements })
    }

    /// The same, cut at its end until it takes no more of a budget than that; nothing if nothing is left.
    pub(super) fn cut(mut self, most: usize) -> Option<Self> {
        loop {
            let over = size(&self).saturating_sub(most);
            if over == 0 {
                return Some(self);
            }
            take(&mut self.elements, over, Part::shorten_or_drop);
            if self.elements.is_empty() {
                return None;
            }
        }
    }
}

fn shown(elements: impl IntoIterator<Item = Inline>) -> Option<Vec<Inline>> {
    let elements: Vec<_> = elements.into_iter().filter(|element| !element.is_empty()).collect();
    (!elements.is_empty()).then_some(elements)
}

/// What became of something that was to be shortened.
enum Shortened {
    Enough,
    Still(usize),
    Drop,
}

/// Shortens the last of those, and drops it where that is not enough: what is still to be taken.
fn take<T: Serialize>(
    elements: &mut Vec<T>,
    by: usize,
    shorten: impl Fn(&mut T, usize) -> Shortened,
) -> usize {
    let mut rest = by;
    while let Some(last) = elements.last_mut().filter(|_| rest > 0) {
        let takes = size(last) + ",".len();
        rest = match shorten(last, rest) {
            Shortened::Enough => 0,
            Shortened::Still(rest) => rest,
            Shortened::Drop => {
                elements.pop();
                rest.saturating_sub(takes)
            }
        };
    }
    rest
}
