use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

/// Something that a policy file says, and should not, or might better not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Whether the file can be used all the same.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What stands at the underlined place, in a few words.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The underlined bytes of the text.
    pub span: Range<usize>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The file can not be used.
    Error,
    /// It can, and probably does not do what was meant.
    Warning,
}

impl Diagnostic {
    /// The text with the place underlined, as a compiler would show it.
    pub fn render(&self, file: &str, text: &str, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str());
        let mut group = if self.span == (0..0) {
            // It is about something that the file does not say.
            Group::with_title(title)
        } else {
            let place = AnnotationKind::Primary.span(self.span.clone()).label(self.label.as_str());
            Group::with_title(title).element(Snippet::source(text).path(file).annotation(place))
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}
