//! Block Kit as far as the desk uses it, where nothing over a limit of Slack's can be made.
//!
//! What is too long is cut on the boundary of a character and ends with `…`; what is too many is left out, and a line
//! says how many. Data that a program reads back, the private metadata of a view and the value of a button, is never
//! cut: what does not fit is a [`TooLong`].
//!
//! There is no `mrkdwn` here. Words stand in plain text or in rich text, where Slack obeys no markup, so that a title
//! reads as somebody wrote it, whatever it is made of.
//!
//! ```
//! use supporty_slack::block::{Header, Message, Stack};
//! let blocks = Stack::new().keep(Header::new("*not bold* <!channel>"));
//! let message = Message::new("something happened", blocks, |count| format!("{count} more"));
//! let json = serde_json::to_value(&message)?;
//! assert_eq!(json["blocks"][0]["text"]["text"], "*not bold* <!channel>");
//! # Ok::<(), serde_json::Error>(())
//! ```

mod cut;
mod element;
mod fallback;
mod input;
mod layout;
pub mod limit;
mod message;
mod plain;
mod rich;
mod stack;
mod view;

pub(crate) use cut::cut_in_json;
pub use cut::{TooLong, cut};
pub use element::{Button, Choice, Confirm, Menu, Overflow, Style};
pub use fallback::Fallback;
pub use input::{Checkboxes, DateTime, Input, Multi, Radio, Select, TextInput, Typed, Users};
pub use layout::{Action, Actions, Block, Context, Divider, Header, Image, Picture, Section};
pub use limit::Limit;
pub use message::{Message, Metadata};
pub use plain::{Id, Plain, Url, Value};
pub use rich::{Bullets, Inline, Mark, Part, RichText};
pub use stack::Stack;
pub use view::{Home, Modal, View};
