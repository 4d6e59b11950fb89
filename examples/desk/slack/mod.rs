//! Slack in place of the page's own chat: `desk --slack`.
//!
//! [`Setup`] reads what is needed, [`Workspace`] puts desk and front together, [`route`] takes what Slack sends.

mod serve;
mod setup;

pub use serve::{ROUTE, receive, route};
pub use setup::{APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Setup, SlackError, Workspace, config};
