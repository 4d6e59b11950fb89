//! What makes a fact unique.
//!
//! A key says what happened and not how GitHub told of it. All begin with the adapter's name and go on with the number of
//! the repository, which outlives its name.
//!
//! | what | key | |
//! | --- | --- | --- |
//! | a pull request | `github/pull-request/7/12/2019-05-15T15:21:18Z/0f3a9c…` | its state then |
//! | a push | `github/push/7/refs/heads/main/6113728…/ec26c3e…/1557933657` | from, to, and when the repository was pushed to |
//! | an issue | `github/issue/7/1/opened`, `github/issue/7/1/edited/2019-05-15T15:20:18Z/77aa01…`, `github/issue/7/1/labelled/208045946/2019-05-15T15:20:18Z` | what happens once needs no more |
//! | a comment | `github/comment/7/492700400/created`, `github/comment/7/492700400/edited/2019-05-15T15:20:22Z/9b1d0e…` | |
//! | a review | `github/review/7/237895671/approved/2019-05-15T15:20:38Z/77aa01…` | |
//! | a deployment | `github/deployment/7/145988746` | |
//! | its status | `github/deployment-status/7/145988746/209916254` | |
//! | a release | `github/release/7/17372790/published/2019-05-15T15:20:53Z/0f3a9c…` | its state then |
//! | a workflow run | `github/workflow-run/7/1589141559/1/completed` | with the attempt |
//! | a check suite | `github/check-suite/7/118578147/completed/2019-05-15T15:21:14Z` | may complete again |
//! | a repository | `github/repository/7/renamed/2019-05-15T15:20:33Z/9b1d0e…` | |
//! | an installation | `github/installation/957387/created`, `github/installation/957387/added/72d3162e-…` | |
//! | a ping | `github/ping/109948940/72d3162e-…` | one for each time that somebody tries |
//! | unreadable | `github/unread/77aa01…` | a digest of the body |
//!
//! The habits of GitHub that the rules are about:
//!
//! - A delivery that is [sent again](https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks#use-the-x-github-delivery-header)
//!   keeps its GUID, but two webhooks that see the same event, one of the repository and one of an app, have one each: the
//!   GUID does not tell what is known.
//! - `updated_at` is in whole seconds, and two edits fit into one. So a state has a digest of what can change beside its time.
//! - Every `pull_request` tells the whole state, whatever its action: `closed`, `edited` and `synchronize` of the same state are
//!   one fact.
//! - Publishing a release sends `created`, `published` and `released` or `prereleased`, which are one fact too.
//! - A branch may go from one commit to another, back by force, and forth again: only `pushed_at` tells the first time from
//!   the second.
//! - Repositories that are added to an installation, or taken away, come with no number and no time: there the GUID is all
//!   there is. To do that twice changes nothing.

use std::fmt::{Display, Write};

use chrono::SecondsFormat;
use sha2::{Digest, Sha256};
use supporty_core::vocab::{AdapterName, InboundKey, Time};

/// The key of what can not be understood.
pub fn unread_key(name: &AdapterName, body: &[u8]) -> InboundKey {
    key(name, "unread", &[&hex(Sha256::digest(body).iter().take(16))])
}

pub(super) fn key(name: &AdapterName, what: &str, parts: &[&dyn Display]) -> InboundKey {
    let mut key = format!("{name}/{what}");
    for part in parts {
        // Writing to a string does not fail.
        let _ = write!(key, "/{part}");
    }
    InboundKey::new(key)
}

/// An instant as it stands in a key.
pub(super) fn stamp(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The first digits of a digest of texts; where one ends and the next begins counts.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(hash.finalize().iter().take(8))
}

fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes.fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
