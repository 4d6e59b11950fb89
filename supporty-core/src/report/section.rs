use serde::Serialize;

use super::sections;
use super::{Amount, Ask, Compared, Material, Plot};
use crate::insight::Question;

/// Everything that a question has an answer to, with words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Whose it is: the desk's name.
    pub desk: String,
    /// What was asked. How it stands side by side is each section's.
    pub question: Question,
    /// Which tickets, in words: none where all are meant.
    pub filtered: Option<String>,
    /// How many tickets were opened in the period.
    pub tickets: u32,
    /// The few figures that one looks at first.
    pub headline: Vec<Compared>,
    /// What there is to see, in order. One that has nothing to show is left out.
    pub sections: Vec<Section>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Its short name, for links and files.
    pub id: &'static str,
    /// What it is about.
    pub title: &'static str,
    /// What it shows, in one sentence.
    pub says: String,
    /// What to do about it.
    pub advice: String,
    /// On how many tickets it rests.
    pub rests_on: u32,
    /// What is drawn, where that helps.
    pub plot: Option<Plot>,
    /// The figures beside those of the period before.
    pub compared: Vec<Compared>,
    /// The figures.
    pub tables: Vec<Table>,
}

/// Figures in rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// What it has.
    pub caption: &'static str,
    /// The heads of its columns, that of the rows' names first.
    pub heads: Vec<String>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// A row of figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What it is about.
    pub name: String,
    /// The ticket that it is about, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<crate::vocab::TicketKey>,
    /// One for each column after the first.
    pub cells: Vec<Cell>,
}

/// A figure in a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// What it is.
    pub amount: Amount,
    /// Which tickets make it up, as it can be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<Ask>,
}

impl Report {
    /// The answers to a question. Side by side and in which stretches is up to each section, but for the stretches' length,
    /// which is that of the question where it has one.
    pub fn new(question: &Question, material: &Material<'_>) -> Self {
        sections::report(question, material)
    }

    /// The section of a name.
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }
}

impl Table {
    pub(super) fn new<'a>(caption: &'static str, heads: impl IntoIterator<Item = &'a str>) -> Self {
        let heads = heads.into_iter().map(str::to_owned).collect();
        Self { caption, heads, rows: Vec::new() }
    }
}

impl Row {
    pub(super) fn new(name: impl Into<String>, cells: impl IntoIterator<Item = Cell>) -> Self {
        Self { name: name.into(), ticket: None, cells: cells.into_iter().collect() }
    }
}

impl From<Amount> for Cell {
    fn from(amount: Amount) -> Self {
        Self { amount, ask: None }
    }
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Amount::Count(count).into()
    }
}

impl Cell {
    /// The tickets behind it can be asked for.
    pub(super) fn of(self, ask: Ask) -> Self {
        Self { ask: Some(ask), ..self }
    }
}
