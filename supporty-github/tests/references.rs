//! The tickets that people name in what they write, and what they say of them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is missing"
)]

#[path = "references/branches.rs"]
mod branches;
#[path = "references/causes.rs"]
mod causes;
#[path = "references/closing.rs"]
mod closing;
#[path = "references/keys.rs"]
mod keys;
#[path = "references/laws.rs"]
mod laws;
#[path = "references/prose.rs"]
mod prose;
#[path = "references/reverts.rs"]
mod reverts;

use supporty_github::Config;
use supporty_github::references::{ChangeRef, Link, References};

fn config() -> Config {
    Config {
        key_prefixes: vec!["SUP".to_owned(), "OPS2".to_owned()],
        ticket_urls: vec!["https://desk.example/tickets/".to_owned()],
        ..Config::default()
    }
}

/// What is found, in words: `SUP-1 fixed, SUP-2 mentioned, SUP-1 because of #12`.
fn told(found: &References) -> String {
    let tickets = found.tickets.iter().map(|found| {
        let link = match found.link {
            Link::Mentioned => "mentioned",
            Link::Fixes => "fixed",
            Link::Caused => "caused",
        };
        format!("{} {link}", found.ticket)
    });
    let causes =
        found.causes.iter().map(|cause| format!("{} because of {}", cause.ticket, name(&cause.change)));
    tickets.chain(causes).collect::<Vec<_>>().join(", ")
}

fn name(change: &ChangeRef) -> String {
    match change {
        ChangeRef::Number { repository, number } => {
            format!("{}#{number}", repository.as_deref().unwrap_or_default())
        }
        ChangeRef::Commit(sha) => sha.to_string(),
    }
}

/// Looks at every case, and shows all that are wrong.
fn each(cases: &[(&str, &str)]) {
    let config = config();
    let told = |text: &str| told(&References::in_text(&config, text));
    let wrong = cases.iter().filter(|(text, expected)| told(text) != *expected);
    let wrong: Vec<_> =
        wrong.map(|(text, expected)| format!("{text:?}: {:?} and not {expected:?}", told(text))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
