use serde::Serialize;
use supporty_core::adapter::{Part, Unreadable};
use supporty_core::vocab::Time;

use super::origin::Origin;
use super::{Delivery, What};
use crate::config::Config;
use crate::ids::Sha;
use crate::references::{References, Reverts};

/// At most so many commits are [in a delivery](https://docs.github.com/en/webhooks/webhook-events-and-payloads#push); GitHub
/// does not say that it left out others.
const MOST_COMMITS: usize = 2048;

/// A branch or a tag that was made, moved or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Push {
    /// Which.
    pub pushed: Pushed,
    /// Where it was before; nowhere, if it was made.
    pub before: Option<Sha>,
    /// Where it is now; nowhere, if it was deleted.
    pub after: Option<Sha>,
    /// Whether history was rewritten: what was there before may be gone.
    pub forced: bool,
    /// What is there now and was not before, oldest first.
    pub commits: Vec<Commit>,
    /// Whether there may be more commits than GitHub tells: 2048 or more.
    pub cut: bool,
    /// The commit that it ends at, which may be no new one.
    pub head: Option<Commit>,
}

/// What was pushed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pushed {
    /// A branch.
    Branch {
        /// Its name alone.
        name: String,
        /// Whether it is the one that everything goes to in the end.
        is_default: bool,
    },
    /// A tag, by its name alone.
    Tag(String),
    /// Something else that has a name in git.
    Other(String),
}

/// A commit that was pushed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// Its name.
    pub sha: Sha,
    /// When it was made, by the clock of whoever made it.
    pub at: Option<Time>,
    /// The first line of its message.
    pub title: String,
    /// The login of its author, if GitHub knows them by their address.
    pub author: Option<String>,
    /// Whether it is new to the repository. One that came with another branch before, as when that is merged, is not.
    pub distinct: bool,
    /// Where people look at it.
    pub url: String,
    /// What it takes back, if it says so.
    pub reverts: Option<Reverts>,
    /// The tickets in its message.
    pub references: References,
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let body = origin.body;
    let name = body.need("ref")?;
    let commits: Vec<_> = body.list("commits").filter_map(|part| commit(origin.config(), part)).collect();
    let push = Push {
        pushed: pushed(origin, name),
        before: Sha::of(body, "before"),
        after: Sha::of(body, "after"),
        forced: body.is("forced"),
        cut: body.list("commits").count() >= MOST_COMMITS,
        commits,
        head: commit(origin.config(), body.part("head_commit")),
    };
    // Only `pushed_at` is of the push itself; the clock of whoever committed may be days off.
    let pushed_at = body.part("repository").time("pushed_at");
    let at = match pushed_at.or_else(|| push.head.as_ref().and_then(|head| head.at)) {
        Some(at) => at,
        None => body.part("repository").need_time(&["pushed_at", "updated_at"])?,
    };
    let (before, after) = (body.words("before"), body.words("after"));
    let key = origin.key("push", &[&name, &before, &after, &at.timestamp()])?;
    origin.fact(key, at, What::Push(push))
}

fn pushed(origin: &Origin<'_>, name: &str) -> Pushed {
    if let Some(branch) = name.strip_prefix("refs/heads/") {
        return Pushed::Branch { name: branch.to_owned(), is_default: origin.is_default(branch) };
    }
    match name.strip_prefix("refs/tags/") {
        Some(tag) => Pushed::Tag(tag.to_owned()),
        None => Pushed::Other(name.to_owned()),
    }
}

fn commit(config: &Config, part: Part<'_>) -> Option<Commit> {
    let message = part.words("message");
    Some(Commit {
        sha: Sha::of(part, "id")?,
        at: part.time("timestamp"),
        title: message.lines().next().unwrap_or_default().to_owned(),
        author: part.part("author").text("username").map(str::to_owned),
        distinct: part.is("distinct"),
        url: part.words("url").to_owned(),
        reverts: Reverts::in_message(config, message),
        references: References::in_message(config, message),
    })
}
