//! Workers that are real processes on a real store: they are killed, stand still for longer than a lease, and are cut off
//! from their chats, and their database crashes under them. Nothing is lost, and nothing is there twice that the desk
//! does not know of.
//!
//! Chance comes from a seed, but processes run as they like: `SUPPORTY_SEED=17` does not play the same again.
//! `SUPPORTY_CRASH_TICKETS=2000 cargo test -p supporty-store --all-features --test crash -- --nocapture` plays for longer,
//! and says what happened.
#![cfg(all(feature = "postgres", feature = "sqlite"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

mod check;
#[path = "../common/cluster.rs"]
mod cluster;
#[path = "../simulation/dice.rs"]
mod dice;
mod fleet;
#[path = "../common/history.rs"]
mod history;
mod people;
mod place;
mod platform;
mod run;
mod wire;
mod worker;

use place::Place;
use run::{Run, number};

const JOB: &str = "SUPPORTY_CRASH_JOB";
const WORKER: &str = "a_worker_works_for_whoever_gave_it_a_job";

/// So many take about two minutes on a server.
const MANY: u64 = 2_000;
const FEW: u64 = 300;

fn tickets(otherwise: u64) -> u64 {
    number("SUPPORTY_CRASH_TICKETS", otherwise)
}

#[test]
#[ignore = "the tests below run it, as a process of its own"]
fn a_worker_works_for_whoever_gave_it_a_job() {
    worker::work(&serde_json::from_str(&std::env::var(JOB).unwrap()).unwrap());
}

#[test]
fn nothing_is_lost_or_there_twice_on_a_server_however_workers_end() {
    Run { place: Place::server(), workers: 4, looks: true, tickets: tickets(MANY) }.play();
}

#[test]
fn on_a_chat_that_can_not_look_only_that_is_there_twice_of_which_the_desk_says_so() {
    Run { place: Place::server(), workers: 4, looks: false, tickets: tickets(FEW) }.play();
}

#[test]
fn on_a_chat_that_can_not_look_a_file_too_has_only_that_twice_of_which_the_desk_says_so() {
    Run { place: Place::file(), workers: 1, looks: false, tickets: tickets(FEW) / 2 }.play();
}

#[test]
fn nothing_is_lost_or_there_twice_in_a_file_however_its_worker_ends() {
    Run { place: Place::file(), workers: 1, looks: true, tickets: tickets(FEW) }.play();
}
