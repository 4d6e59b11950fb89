use std::collections::BTreeSet;

use serde::Serialize;
use supporty_core::adapter::{Part, Unreadable};
use supporty_core::vocab::{TicketKey, Time};

use super::origin::{Origin, is_insider};
use super::{Account, Delivery, Repository, What, keys};
use crate::ids::{RepositoryId, Sha};
use crate::references::{References, Reverts};

/// How a pull request stands. GitHub tells all of it with every action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// What it is called.
    pub title: String,
    /// Whether it is in.
    pub state: PullRequestState,
    /// When it was opened. A merge may lie before that: a branch that was pushed already is merged as it is opened.
    pub opened_at: Time,
    /// What should go in.
    pub head: Head,
    /// Where it should go.
    pub base: Base,
    /// Who opened it.
    pub author: Option<Account>,
    /// Whether they belong to the project: in a public repository anybody may name a ticket.
    pub insider: bool,
    /// Where people look at it.
    pub url: String,
    /// What it takes back, if it says so.
    pub reverts: Option<Reverts>,
    /// The tickets in its title, its description and its branch's name.
    pub references: References,
    /// The tickets that it named until somebody edited it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub no_longer: BTreeSet<TicketKey>,
}

/// Whether a pull request is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PullRequestState {
    /// Its author is not done yet.
    Draft,
    /// It waits for a review, or for its merge.
    Open,
    /// It is in.
    Merged {
        /// Since when.
        at: Time,
        /// As which commit: the merge, the squashed one, or the last of those that were rebased.
        commit: Option<Sha>,
        /// By whom.
        by: Option<Account>,
    },
    /// It is not going in, as far as anybody knows.
    Closed {
        /// Since when.
        at: Time,
    },
}

/// What should go in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The branch, by its name alone.
    pub branch: String,
    /// Its last commit.
    pub sha: Option<Sha>,
    /// Where the branch is; nowhere, if that fork was deleted.
    pub repository: Option<Repository>,
}

/// Where it should go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Base {
    /// The branch, by its name alone.
    pub branch: String,
    /// Whether it is the one that everything goes to in the end. Closing words
    /// [count for GitHub](https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue)
    /// only there.
    pub is_default: bool,
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    match origin.action() {
        "opened" | "edited" | "closed" | "reopened" | "synchronize" | "ready_for_review"
        | "converted_to_draft" => {}
        _ => return origin.passes(),
    }
    let part = origin.body.part("pull_request");
    let at = part.need_time(&["updated_at"])?;
    let (title, text) = (part.words("title"), part.words("body"));
    let (head, base) = (part.part("head"), part.part("base"));
    let (head_branch, base_branch) = (head.words("ref"), base.words("ref"));
    let named =
        |title: &str, text: &str| References::in_parts(origin.config(), Some(title), text, Some(head_branch));
    let references = named(title, text);
    let pull_request = PullRequest {
        number: part.need_number("number")?,
        title: title.to_owned(),
        state: state(origin, part)?,
        opened_at: part.need_time(&["created_at"])?,
        head: Head {
            branch: head_branch.to_owned(),
            sha: Sha::of(head, "sha"),
            repository: repository(head.part("repo")),
        },
        base: Base { branch: base_branch.to_owned(), is_default: origin.is_default(base_branch) },
        author: origin.author(part),
        insider: is_insider(part),
        url: part.words("html_url").to_owned(),
        reverts: Reverts::in_parts(origin.config(), title, text),
        no_longer: former(origin, title, text)
            .map(|(title, text)| named(title, text).tickets)
            .into_iter()
            .flatten()
            .map(|named| named.ticket)
            .filter(|ticket| references.of(ticket).next().is_none())
            .collect(),
        references,
    };
    let state = match pull_request.state {
        PullRequestState::Draft => "draft",
        PullRequestState::Open => "open",
        PullRequestState::Merged { .. } => "merged",
        PullRequestState::Closed { .. } => "closed",
    };
    let digest = keys::digest(&[state, title, text, head_branch, head.words("sha"), base_branch]);
    let key = origin.key("pull-request", &[&pull_request.number, &keys::stamp(at), &digest])?;
    origin.fact(key, at, What::PullRequest(pull_request))
}

/// What it said before it was edited. GitHub tells only what
/// [was changed](https://docs.github.com/en/webhooks/webhook-events-and-payloads?actionType=edited#pull_request).
fn former<'a>(origin: &Origin<'a>, title: &'a str, text: &'a str) -> Option<(&'a str, &'a str)> {
    let changes = origin.body.part("changes");
    let (was_title, was_text) = (changes.part("title"), changes.part("body"));
    let from = |part: Part<'a>, now| if part.is_object() { part.words("from") } else { now };
    let is_edit = origin.action() == "edited" && (was_title.is_object() || was_text.is_object());
    is_edit.then(|| (from(was_title, title), from(was_text, text)))
}

/// The other times stand in for one that is missing: `closed_at` is the same instant as `merged_at`, and the last change is
/// not earlier.
fn state(origin: &Origin<'_>, part: Part<'_>) -> Result<PullRequestState, Unreadable> {
    if part.is("merged") || part.time("merged_at").is_some() {
        return Ok(PullRequestState::Merged {
            at: part.need_time(&["merged_at", "closed_at", "updated_at"])?,
            commit: Sha::of(part, "merge_commit_sha"),
            by: origin.acts(part.part("merged_by")),
        });
    }
    Ok(match part.text("state") {
        Some("closed") => PullRequestState::Closed { at: part.need_time(&["closed_at", "updated_at"])? },
        _ if part.is("draft") => PullRequestState::Draft,
        _ => PullRequestState::Open,
    })
}

pub(super) fn repository(part: Part<'_>) -> Option<Repository> {
    Some(Repository { id: RepositoryId(part.number("id")?), name: part.text("full_name")?.to_owned() })
}
