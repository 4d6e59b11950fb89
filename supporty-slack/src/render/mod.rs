//! From what the desk knows to what Slack shows. Pure: nothing here knows a network, a clock or a desk.
//!
//! Words of people and of policies stand where Slack obeys no markup, and everything over a limit is cut: see
//! [`block`](crate::block).

mod actions;
mod ask;
mod card;
mod context;
mod digest;
mod ephemeral;
mod form;
mod home;
mod message;
mod on;
mod phrase;
#[cfg(feature = "picture")]
mod picture;
mod question;
mod texts;
mod words;

pub use ask::{About, Ask, ask, has_form, loading, needs_more};
pub use card::card;
pub use context::Context;
pub use digest::{Figures, Kept, digest};
pub use ephemeral::{help, note, prompt, redirect};
pub use form::{Form, form};
pub use home::{Home, Row, home};
pub use message::message;
pub use on::{On, who_is_on};
#[cfg(feature = "picture")]
pub use picture::{NoPicture, picture};
pub use supporty_core::wording::Language;
pub use texts::Texts;

pub use crate::names::Remembered;
