use serde::Serialize;

use super::element::first;
use super::{Choice, Id, Plain, cut, limit};

/// A question of a form with the one element that answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "input")]
pub struct Input {
    block_id: Id,
    label: Plain,
    element: Typed,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Plain>,
    optional: bool,
    dispatch_action: bool,
}

impl Input {
    /// A question that must be answered. Its name is the block's id.
    pub fn new(name: impl Into<String>, label: &str, element: impl Into<Typed>) -> Self {
        Self {
            block_id: Id::new(name),
            label: Plain::new(label, limit::INPUT_LABEL),
            element: element.into(),
            hint: None,
            optional: false,
            dispatch_action: false,
        }
    }

    /// The same with what helps to answer it.
    pub fn hint(self, hint: &str) -> Self {
        let hint = (!hint.trim().is_empty()).then(|| Plain::new(hint, limit::INPUT_HINT));
        Self { hint, ..self }
    }

    /// The same, which may be left open or not.
    pub fn optional(self, optional: bool) -> Self {
        Self { optional, ..self }
    }

    /// The same, where every change is told at once.
    pub fn told(self) -> Self {
        Self { dispatch_action: true, ..self }
    }
}

/// What answers a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Typed {
    /// Words.
    TextInput(TextInput),
    /// One of many.
    Select(Select),
    /// Some of many.
    Multi(Multi),
    /// Somebody of the workspace, or some of them.
    Users(Users),
    /// One of a few.
    Radio(Radio),
    /// Some of a few.
    Checkboxes(Checkboxes),
    /// An instant.
    DateTime(DateTime),
}

macro_rules! typed {
    ($($name:ident)*) => {$(
        impl From<$name> for Typed {
            fn from(element: $name) -> Self {
                Self::$name(element)
            }
        }
    )*};
}

/// Words to be typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "plain_text_input")]
pub struct TextInput {
    action_id: Id,
    multiline: bool,
    max_length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<Plain>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    focus_on_load: bool,
}

/// One of up to a hundred answers, from a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "static_select")]
pub struct Select {
    action_id: Id,
    placeholder: Plain,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_option: Option<Choice>,
}

/// Some of up to a hundred answers, from a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "multi_static_select")]
pub struct Multi {
    action_id: Id,
    placeholder: Plain,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    initial_options: Vec<Choice>,
}

/// Anybody of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type")]
pub enum Users {
    /// One of them.
    #[serde(rename = "users_select")]
    One {
        /// The element's name.
        action_id: Id,
        /// What stands there until somebody is chosen.
        placeholder: Plain,
        /// Who is chosen already, by id.
        #[serde(skip_serializing_if = "Option::is_none")]
        initial_user: Option<String>,
    },
    /// Some of them.
    #[serde(rename = "multi_users_select")]
    Some {
        /// The element's name.
        action_id: Id,
        /// What stands there until somebody is chosen.
        placeholder: Plain,
    },
}

/// One of up to ten answers, all in sight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "radio_buttons")]
pub struct Radio {
    action_id: Id,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_option: Option<Choice>,
}

/// Some of up to ten answers, all in sight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "checkboxes")]
pub struct Checkboxes {
    action_id: Id,
    options: Vec<Choice>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    initial_options: Vec<Choice>,
}

/// A date with a time of day, in the zone of whoever chooses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename = "datetimepicker")]
pub struct DateTime {
    action_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    initial_date_time: Option<i64>,
}

typed! { TextInput Select Multi Users Radio Checkboxes DateTime }

impl TextInput {
    /// One line, or several.
    pub fn new(id: impl Into<String>, multiline: bool) -> Self {
        Self {
            action_id: Id::new(id),
            multiline,
            max_length: limit::INPUT_LENGTH.most,
            initial_value: None,
            placeholder: None,
            focus_on_load: false,
        }
    }

    /// The same, of at most that many characters.
    pub fn most(self, most: usize) -> Self {
        Self { max_length: most.clamp(1, limit::INPUT_LENGTH.most), ..self }
    }

    /// The same with what was typed already, as much of it as fits. Say [`TextInput::most`] before.
    pub fn typed(self, text: &str) -> Self {
        let room = super::Limit { most: self.max_length, ..limit::INPUT_LENGTH };
        Self { initial_value: (!text.is_empty()).then(|| cut(text, room).into_owned()), ..self }
    }

    /// The same with what stands there until something is typed.
    pub fn placeholder(self, text: &str) -> Self {
        Self { placeholder: Some(Plain::new(text, limit::PLACEHOLDER)), ..self }
    }

    /// The same, where the cursor is first.
    pub fn focus(self) -> Self {
        Self { focus_on_load: true, ..self }
    }
}

impl Select {
    /// The first hundred of those answers, with one that is chosen already; nothing without any.
    pub fn new(id: impl Into<String>, placeholder: &str, options: Vec<Choice>, chosen: &str) -> Option<Self> {
        let options = first(options, limit::OPTIONS);
        (!options.is_empty()).then(|| Self {
            action_id: Id::new(id),
            placeholder: Plain::new(placeholder, limit::PLACEHOLDER),
            initial_option: one(&options, chosen),
            options,
        })
    }
}

impl Multi {
    /// The first hundred of those answers, with those that are chosen already; nothing without any.
    pub fn new(
        id: impl Into<String>,
        placeholder: &str,
        options: Vec<Choice>,
        chosen: &[&str],
    ) -> Option<Self> {
        let options = first(options, limit::OPTIONS);
        (!options.is_empty()).then(|| Self {
            action_id: Id::new(id),
            placeholder: Plain::new(placeholder, limit::PLACEHOLDER),
            initial_options: some(&options, chosen),
            options,
        })
    }
}

impl Users {
    /// One of them, with who is chosen already if Slack knows such an id.
    pub fn one(id: impl Into<String>, placeholder: &str, chosen: &str) -> Self {
        Self::One {
            action_id: Id::new(id),
            placeholder: Plain::new(placeholder, limit::PLACEHOLDER),
            initial_user: is_user(chosen).then(|| chosen.to_owned()),
        }
    }

    /// Some of them.
    pub fn some(id: impl Into<String>, placeholder: &str) -> Self {
        Self::Some { action_id: Id::new(id), placeholder: Plain::new(placeholder, limit::PLACEHOLDER) }
    }
}

impl Radio {
    /// The answers, with one that is chosen already; nothing without any, or with more than ten.
    pub fn new(id: impl Into<String>, options: Vec<Choice>, chosen: &str) -> Option<Self> {
        let fits = (1..=limit::CHOICES.most).contains(&options.len());
        fits.then(|| Self { action_id: Id::new(id), initial_option: one(&options, chosen), options })
    }
}

impl Checkboxes {
    /// The first ten of those answers, with those that are chosen already; nothing without any.
    pub fn new(id: impl Into<String>, options: Vec<Choice>, chosen: &[&str]) -> Option<Self> {
        let options = first(options, limit::CHOICES);
        (!options.is_empty()).then(|| Self {
            action_id: Id::new(id),
            initial_options: some(&options, chosen),
            options,
        })
    }
}

impl DateTime {
    /// An instant, in seconds since 1970, that is proposed. Slack takes those of ten digits.
    pub fn new(id: impl Into<String>, proposed: Option<i64>) -> Self {
        let ten_digits = |at: &i64| (1_000_000_000..10_000_000_000).contains(at);
        Self { action_id: Id::new(id), initial_date_time: proposed.filter(ten_digits) }
    }
}

/// Whether Slack takes it for the id of a user: of anything else it refuses the whole message.
pub(super) fn is_user(id: &str) -> bool {
    let known = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    id.starts_with(['U', 'W']) && id.len() > 1 && id.len() <= 32 && id.chars().all(known)
}

fn one(options: &[Choice], chosen: &str) -> Option<Choice> {
    options.iter().find(|option| option.value() == chosen).cloned()
}

fn some(options: &[Choice], chosen: &[&str]) -> Vec<Choice> {
    options.iter().filter(|option| chosen.contains(&option.value())).cloned().collect()
}
