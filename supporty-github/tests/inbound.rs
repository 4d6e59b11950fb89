//! What GitHub delivers, and what it means to a desk: small payloads after GitHub's documentation.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

#[path = "inbound/comments.rs"]
mod comments;
#[path = "inbound/deployments.rs"]
mod deployments;
#[path = "inbound/desk.rs"]
mod desk;
#[path = "inbound/issues.rs"]
mod issues;
#[path = "inbound/laws.rs"]
mod laws;
#[path = "inbound/others.rs"]
mod others;
#[path = "inbound/pull_requests.rs"]
mod pull_requests;
#[path = "inbound/pushes.rs"]
mod pushes;
#[path = "inbound/repeated.rs"]
mod repeated;
#[path = "inbound/repositories.rs"]
mod repositories;
