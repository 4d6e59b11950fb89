//! Every limit of Slack's that a block can meet, as data.

/// One limit: how much there may be, and what it is a limit of, in the words of Slack's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many characters, or how many of them.
    pub most: usize,
    /// `button: text`.
    pub of: &'static str,
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident: $most:literal, $of:literal;)*) => {
        $($(#[$doc])* #[doc = concat!("`", $of, "`: ", stringify!($most))]
        pub const $name: Limit = Limit { most: $most, of: $of };)*

        /// All of them.
        pub const ALL: &[Limit] = &[$($name),*];
    };
}

limits! {
    MESSAGE_BLOCKS: 50, "message: blocks";
    VIEW_BLOCKS: 100, "view: blocks";
    /// All blocks of a message, as JSON. Slack documents none, and answers `msg_blocks_too_long` at about 13,200, or at
    /// less with many small elements.
    MESSAGE_SIZE: 12_000, "message: size of all blocks";
    /// All blocks of a view, as JSON in bytes, with room for what stands around them.
    VIEW_SIZE: 240_000, "view: size of all blocks";
    /// What Slack recommends; it takes ten times as much.
    MESSAGE_TEXT: 4_000, "message: text";
    SECTION_TEXT: 3_000, "section: text";
    SECTION_FIELDS: 10, "section: fields";
    SECTION_FIELD: 2_000, "section: text of a field";
    HEADER_TEXT: 150, "header: text";
    CONTEXT_ELEMENTS: 10, "context: elements";
    CONTEXT_TEXT: 3_000, "context: text of an element";
    ACTIONS_ELEMENTS: 25, "actions: elements";
    ACTION_ID: 255, "action_id, block_id, callback_id, external_id";
    BUTTON_TEXT: 75, "button: text";
    BUTTON_VALUE: 2_000, "button: value";
    LINK: 3_000, "url";
    CONFIRM_TITLE: 100, "confirm: title";
    CONFIRM_TEXT: 300, "confirm: text";
    CONFIRM_BUTTON: 30, "confirm: confirm, deny";
    OPTIONS: 100, "select: options";
    OPTION_TEXT: 75, "option: text";
    OPTION_DESCRIPTION: 75, "option: description";
    OPTION_VALUE: 150, "option: value";
    OVERFLOW_OPTIONS: 5, "overflow: options";
    CHOICES: 10, "radio_buttons, checkboxes: options";
    PLACEHOLDER: 150, "placeholder";
    INPUT_LABEL: 2_000, "input: label";
    INPUT_HINT: 2_000, "input: hint";
    INPUT_LENGTH: 3_000, "plain_text_input: max_length";
    IMAGE_ALT: 2_000, "image: alt_text";
    IMAGE_TITLE: 2_000, "image: title";
    VIEW_TITLE: 24, "view: title, submit, close";
    PRIVATE_METADATA: 3_000, "view: private_metadata";
}
