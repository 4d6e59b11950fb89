//! What Slack delivers, and what it means to a desk: small payloads after Slack's documentation.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

#[path = "inbound/commands.rs"]
mod commands;
#[path = "inbound/desk.rs"]
mod desk;
#[path = "inbound/forms.rs"]
mod forms;
#[path = "inbound/laws.rs"]
mod laws;
#[path = "inbound/messages.rs"]
mod messages;
#[path = "inbound/news.rs"]
mod news;
#[path = "inbound/presses.rs"]
mod presses;
#[path = "inbound/reactions.rs"]
mod reactions;
#[path = "inbound/repeated.rs"]
mod repeated;
#[path = "inbound/round_trip.rs"]
mod round_trip;
