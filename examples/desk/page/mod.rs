//! What people see: each module is one page, or one part that several pages share.

mod actions;
mod board;
mod card;
mod channel;
mod drills;
mod form;
mod garden;
mod inbox;
mod layout;
mod message;
mod rota;
mod rotas;
mod search;
mod statement;
mod thread;
mod when;
mod who;
mod why;
mod words;

pub use board::board;
pub use channel::{Filter, channel};
pub use drills::drills;
pub use form::form;
pub use garden::garden;
pub use inbox::inbox;
pub use layout::{Frame, live, page, problem};
pub use message::message;
pub use rota::{RotaView, rota};
pub use rotas::rotas;
pub use search::search;
pub use statement::{Sheet, statement};
pub use thread::{Refused, View, thread};
pub use when::zone_of;
pub use who::who;
pub use why::why;
pub use words::sentence;
