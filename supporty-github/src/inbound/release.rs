use serde::Serialize;
use supporty_core::adapter::Unreadable;
use supporty_core::vocab::Time;

use super::origin::Origin;
use super::{Account, Delivery, What, keys};
use crate::references::References;

/// How a release stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Its number, unique on the host.
    pub id: u64,
    /// The tag that it is made of.
    pub tag: String,
    /// What it is called; often nothing.
    pub name: String,
    /// Whether it is out.
    pub state: ReleaseState,
    /// Whether it is said not to be ready for production.
    pub prerelease: bool,
    /// The branch or commit that the tag is put on when it does not exist yet.
    pub target: String,
    /// Who made it.
    pub author: Option<Account>,
    /// Where people look at it.
    pub url: String,
    /// The tickets in its name and its notes.
    pub references: References,
}

/// Whether a release is out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// Only its makers see it.
    Draft,
    /// Everybody does.
    Published {
        /// Since when.
        at: Time,
    },
    /// It is gone; the tag may not be.
    Deleted,
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let part = origin.body.part("release");
    let published = part.time("published_at").filter(|_| !part.is("draft"));
    let state = match (origin.action(), published) {
        ("deleted", _) => ReleaseState::Deleted,
        ("created" | "edited" | "published" | "released" | "prereleased" | "unpublished", Some(at)) => {
            ReleaseState::Published { at }
        }
        ("created" | "edited" | "published" | "released" | "prereleased" | "unpublished", None) => {
            ReleaseState::Draft
        }
        _ => return origin.passes(),
    };
    let (name, notes, tag) = (part.words("name"), part.words("body"), part.words("tag_name"));
    let release = Release {
        id: part.need_number("id")?,
        tag: tag.to_owned(),
        name: name.to_owned(),
        prerelease: part.is("prerelease"),
        target: part.words("target_commitish").to_owned(),
        author: origin.account(part, "author"),
        url: part.words("html_url").to_owned(),
        references: References::in_parts(origin.config(), Some(name), notes, None),
        state,
    };
    // Not all releases have `updated_at`, which is newer than webhooks.
    let at = part.need_time(&["updated_at", "published_at", "created_at"])?;
    let kind = if release.prerelease { "prerelease" } else { "release" };
    let digest = keys::digest(&[name, notes, tag, kind, &release.target]);
    let key = match release.state {
        ReleaseState::Deleted => origin.key("release", &[&release.id, &"deleted"]),
        ReleaseState::Draft => origin.key("release", &[&release.id, &"draft", &keys::stamp(at), &digest]),
        ReleaseState::Published { at } => {
            origin.key("release", &[&release.id, &"published", &keys::stamp(at), &digest])
        }
    }?;
    origin.fact(key, at, What::Release(release))
}
