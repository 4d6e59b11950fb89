use std::str::FromStr;

use supporty_core::report::Report;

/// A form in which a report can be taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One page that needs nothing beside itself.
    Html,
    /// Data.
    Json,
    /// Figures for a spreadsheet.
    Csv,
    /// Words for a chat or a repository.
    Markdown,
    /// A few plots for a chat.
    Png,
}

impl Form {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Html, Self::Json, Self::Csv, Self::Markdown, Self::Png];

    /// How the names of its files end.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Png => "png",
        }
    }

    /// Its media type.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Png => "image/png",
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Html => "one page",
            Self::Json => "JSON",
            Self::Csv => "CSV",
            Self::Markdown => "Markdown",
            Self::Png => "a picture",
        }
    }

    /// A report in it, or why there is none.
    pub fn write(self, report: &Report) -> Result<Vec<u8>, String> {
        match self {
            Self::Html => Ok(report.to_html().into_bytes()),
            Self::Json => serde_json::to_vec_pretty(report).map_err(|error| error.to_string()),
            Self::Csv => Ok(report.to_csv().into_bytes()),
            Self::Markdown => Ok(report.to_markdown().into_bytes()),
            Self::Png => report.to_png().map_err(|error| error.to_string()),
        }
    }
}

impl FromStr for Form {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|form| form.ending() == text);
        known.ok_or_else(|| format!("`{text}` is no form of a report: choose html, json, csv, md or png"))
    }
}
