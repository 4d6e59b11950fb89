//! A whole support desk on one machine: a web page, a chat of its own, timers, one SQLite file.
//!
//! Read it from the outside in: [`start`] puts the parts together, [`server`] says which page is where, [`inbound`]
//! turns what people do into what the desk is asked, [`local`] is the chat adapter, and `page` draws.

mod app;
mod args;
mod form;
mod guard;
pub mod inbound;
mod live;
pub mod local;
mod page;
pub mod server;
mod start;
mod who;

pub use app::App;
pub use args::{Asked, HELP, Options, parse};
pub use guard::Hosts;
pub use page::message;
pub use start::{StartError, start};
