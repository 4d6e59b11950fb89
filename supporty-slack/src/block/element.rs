use serde::Serialize;

use super::{Id, Limit, Plain, TooLong, Url, Value, limit};

/// A button.
///
/// ```
/// use supporty_slack::block::{Button, Style};
/// let claim = Button::new("supporty:do:claim", "Claim").value("SUP-1")?.style(Style::Primary);
/// assert_eq!(serde_json::to_value(&claim).unwrap()["value"], "SUP-1");
/// # Ok::<(), supporty_slack::block::TooLong>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "button")]
pub struct Button {
    action_id: Id,
    text: Plain,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    style: Option<Style>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<Confirm>,
}

/// How a button stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// What most people want: at most one beside others.
    Primary,
    /// What disturbs somebody, or can not be undone.
    Danger,
}

impl Button {
    /// A button of that name.
    pub fn new(id: impl Into<String>, text: &str) -> Self {
        Self {
            action_id: Id::new(id),
            text: Plain::new(text, limit::BUTTON_TEXT),
            value: None,
            url: None,
            style: None,
            confirm: None,
        }
    }

    /// The same with what it carries.
    pub fn value(self, value: impl Into<String>) -> Result<Self, TooLong> {
        Ok(Self { value: Some(Value::of_button(value)?), ..self })
    }

    /// The same, leading somewhere.
    pub fn url(self, url: Url) -> Self {
        Self { url: Some(url), ..self }
    }

    /// The same, standing out.
    pub fn style(self, style: Style) -> Self {
        Self { style: Some(style), ..self }
    }

    /// The same, asking first.
    pub fn confirm(self, confirm: Confirm) -> Self {
        Self { confirm: Some(confirm), ..self }
    }
}

/// What is asked before a button does something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confirm {
    title: Plain,
    text: Plain,
    confirm: Plain,
    deny: Plain,
}

impl Confirm {
    /// A question with its two answers.
    pub fn new(title: &str, text: &str, confirm: &str, deny: &str) -> Self {
        Self {
            title: Plain::new(title, limit::CONFIRM_TITLE),
            text: Plain::new(text, limit::CONFIRM_TEXT),
            confirm: Plain::new(confirm, limit::CONFIRM_BUTTON),
            deny: Plain::new(deny, limit::CONFIRM_BUTTON),
        }
    }
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    text: Plain,
    value: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Plain>,
}

impl Choice {
    /// An answer, and what it means to us.
    pub fn new(text: &str, value: impl Into<String>) -> Result<Self, TooLong> {
        let value = Value::of_option(value)?;
        Ok(Self { text: Plain::new(text, limit::OPTION_TEXT), value, description: None })
    }

    /// The same with a second line.
    pub fn description(self, text: &str) -> Self {
        let description = (!text.is_empty()).then(|| Plain::new(text, limit::OPTION_DESCRIPTION));
        Self { description, ..self }
    }

    /// What it means to us.
    pub fn value(&self) -> &str {
        self.value.as_str()
    }
}

/// A few more things to do, behind three dots: two to five.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "overflow")]
pub struct Overflow {
    action_id: Id,
    options: Vec<Choice>,
}

/// More things to do than behind three dots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "static_select")]
pub struct Menu {
    action_id: Id,
    placeholder: Plain,
    options: Vec<Choice>,
}

impl Overflow {
    /// The choices; nothing for less than two or more than five.
    pub fn new(id: impl Into<String>, options: &[Choice]) -> Option<Self> {
        let fits = (2..=limit::OVERFLOW_OPTIONS.most).contains(&options.len());
        fits.then(|| Self { action_id: Id::new(id), options: options.to_vec() })
    }
}

impl Menu {
    /// The first hundred choices; nothing without one.
    pub fn new(id: impl Into<String>, placeholder: &str, options: Vec<Choice>) -> Option<Self> {
        (!options.is_empty()).then(|| Self {
            action_id: Id::new(id),
            placeholder: Plain::new(placeholder, limit::PLACEHOLDER),
            options: first(options, limit::OPTIONS),
        })
    }
}

pub(super) fn first<T>(mut all: Vec<T>, limit: Limit) -> Vec<T> {
    all.truncate(limit.most);
    all
}
