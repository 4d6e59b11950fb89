use serde::Serialize;
use supporty_core::adapter::Unreadable;

use super::origin::{Origin, is_insider};
use super::{Account, Delivery, Verdict, What, keys};
use crate::ids::Sha;
use crate::references::References;

/// What a reviewer makes of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Its number, unique on the host.
    pub id: u64,
    /// The pull request's number in the repository.
    pub pull_request: u64,
    /// What they make of it; that it was dismissed, if somebody took that off again.
    pub verdict: Verdict,
    /// Who.
    pub author: Option<Account>,
    /// Whether they belong to the project. Others may approve too, and it counts for nothing.
    pub insider: bool,
    /// The commit that they looked at.
    pub sha: Option<Sha>,
    /// Where people look at it.
    pub url: String,
    /// The tickets that it names.
    pub references: References,
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    if !matches!(origin.action(), "submitted" | "edited" | "dismissed") {
        return origin.passes();
    }
    let (part, on) = (origin.body.part("review"), origin.body.part("pull_request"));
    let id = part.need_number("id")?;
    // A review has no time of being dismissed; that of the pull request changes with it.
    let at = match (origin.action(), on.time("updated_at"), part.time("updated_at")) {
        ("dismissed" | "edited", pull_request, updated) => updated.or(pull_request),
        _ => None,
    };
    let at = match at {
        Some(at) => at,
        None => part.need_time(&["submitted_at", "updated_at"])?,
    };
    let verdict = Verdict::new(part.words("state"));
    let body = part.words("body");
    let key = origin.key("review", &[&id, &verdict, &keys::stamp(at), &keys::digest(&[body])])?;
    let review = Review {
        id,
        pull_request: on.need_number("number")?,
        verdict,
        author: origin.author(part),
        insider: is_insider(part),
        sha: Sha::of(part, "commit_id"),
        url: part.words("html_url").to_owned(),
        references: References::in_text(origin.config(), body),
    };
    origin.fact(key, at, What::Review(review))
}
