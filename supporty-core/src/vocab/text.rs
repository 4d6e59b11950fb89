use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PersonId, TextId};

/// Points at a text that lies outside the log, so that it can be erased while the figures stay.
///
/// It exists only for a text that passed [`Text::new`], which is why the rules never ask whether a title is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextRef(TextId);

impl TextRef {
    /// A reference to the text of that name.
    pub fn new(id: impl AsRef<str>) -> Self {
        Self(TextId::new(id))
    }

    /// The name.
    pub fn id(&self) -> &TextId {
        &self.0
    }
}

impl fmt::Display for TextRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What somebody wrote: not empty, not endless, without control characters that a screen would obey.
///
/// ```
/// use supporty_core::vocab::Text;
/// assert_eq!(Text::new("  the app is down \n", 200)?.as_str(), "the app is down");
/// assert!(Text::new(" \t", 200).is_err());
/// assert_eq!(Text::new("a\u{202E}b\u{7}", 200)?.as_str(), "ab");
/// # Ok::<(), supporty_core::vocab::TextError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// The longest message that the desk keeps, in characters.
    pub const MESSAGE: usize = 40_000;
    /// The longest title, in characters.
    pub const TITLE: usize = 200;

    /// Trims, drops control characters except line breaks and tabs, and checks the length in characters.
    ///
    /// The marks that turn the direction of writing go too: with them a text can be made to read as another
    /// ([CVE-2021-42574](https://www.cve.org/CVERecord?id=CVE-2021-42574)).
    pub fn new(text: &str, most: usize) -> Result<Self, TextError> {
        let obeyed =
            |c: &char| c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
        let clean: String = text.chars().filter(|c| matches!(c, '\n' | '\t') || !obeyed(c)).collect();
        let trimmed = clean.trim();
        let chars = trimmed.chars().count();
        if chars == 0 {
            return Err(TextError::Empty);
        }
        if chars > most {
            return Err(TextError::TooLong { chars, most });
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// The same on one line: every run of white space becomes one space.
    ///
    /// ```
    /// use supporty_core::vocab::Text;
    /// assert_eq!(Text::line("the app\r\n  is down", 200)?.as_str(), "the app is down");
    /// # Ok::<(), supporty_core::vocab::TextError>(())
    /// ```
    pub fn line(text: &str, most: usize) -> Result<Self, TextError> {
        Self::new(&text.split_whitespace().collect::<Vec<_>>().join(" "), most)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} characters)", self.0.chars().count())
    }
}

/// Why a text was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing was left after trimming.
    #[error("the text is empty: write a few words")]
    Empty,
    /// It has more characters than fit.
    #[error(
        "the text has {chars} characters and at most {most} fit: shorten it, or attach the rest as a file"
    )]
    TooLong {
        /// How many it has.
        chars: usize,
        /// How many fit.
        most: usize,
    },
}

/// A text on its way to the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRow {
    /// Its name in the log.
    pub at: TextRef,
    /// Whose words they are: erasing a person erases these rows.
    pub author: Option<PersonId>,
    /// An internal note: not found by a requester's search.
    pub internal: bool,
    /// The words.
    pub text: Text,
}
