//! The heart of supporty.

pub mod adapter;
#[cfg(feature = "desk")]
pub mod desk;
pub mod desk_log;
pub mod effect;
pub mod policy;
pub mod rules;
pub mod stream;
#[cfg(feature = "testing")]
pub mod testing;
pub mod ticket;
pub mod time;
pub mod vocab;
pub mod world;
