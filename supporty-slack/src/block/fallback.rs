use super::cut::weight;
use super::limit;

/// What a notification says, and what is read aloud: the only text that Slack reads for markup, so everything in it is
/// escaped.
///
/// ```
/// use supporty_slack::block::Fallback;
/// let text = Fallback::new().words("<!channel> it is ").words("R&D");
/// assert_eq!(text.as_str(), "&lt;!channel&gt; it is R&amp;D");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fallback {
    text: String,
    full: bool,
}

impl Fallback {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with words, as many as fit.
    pub fn words(mut self, words: &str) -> Self {
        for c in words.chars() {
            if self.full
                || self.text.len() + weight(c).max(c.len_utf8()) + "…".len() > limit::MESSAGE_TEXT.most
            {
                return self.cut();
            }
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                c => self.text.push(c),
            }
        }
        self
    }

    /// The same with an instant, in seconds since 1970, by the clocks of whoever reads it.
    pub fn date(self, timestamp: i64, format: &str, fallback: &str) -> Self {
        let clean = |text: &str| text.replace(['<', '>', '|', '^', '&'], " ");
        let date = format!("<!date^{timestamp}^{}|{}>", clean(format), clean(fallback));
        match (0..10_000_000_000).contains(&timestamp) {
            true if self.full || self.text.len() + date.len() + "…".len() > limit::MESSAGE_TEXT.most => {
                self.cut()
            }
            true => Self { text: self.text + &date, ..self },
            false => self.words(fallback),
        }
    }

    /// The text with its escapes.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn cut(mut self) -> Self {
        if !self.full {
            self.text.push('…');
        }
        Self { full: true, ..self }
    }
}

impl From<&str> for Fallback {
    fn from(words: &str) -> Self {
        Self::new().words(words)
    }
}
