use serde::Serialize;
use supporty_core::adapter::{Part, Unreadable};

use super::origin::Origin;
use super::{Delivery, What, keys};

/// Something that happened to a repository itself. Its number stays whatever happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RepositoryNews {
    /// It is called otherwise.
    Renamed {
        /// What it was called, with its owner: `octo/shop`.
        from: Option<String>,
    },
    /// It belongs to somebody else.
    Transferred {
        /// What it was called, with its owner: `octo/shop`.
        from: Option<String>,
    },
    /// Nothing in it can be changed any more.
    Archived,
    /// It can again.
    Unarchived,
    /// It is gone, and all that was in it.
    Deleted,
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let from = former_name(origin.body);
    let news = match origin.action() {
        "renamed" => RepositoryNews::Renamed { from },
        "transferred" => RepositoryNews::Transferred { from },
        "archived" => RepositoryNews::Archived,
        "unarchived" => RepositoryNews::Unarchived,
        "deleted" => RepositoryNews::Deleted,
        _ => return origin.passes(),
    };
    let at = origin.body.part("repository").need_time(&["updated_at", "created_at"])?;
    let name = origin.repository()?.name;
    let from = former_name(origin.body).unwrap_or_default();
    let key = match news {
        RepositoryNews::Deleted => origin.key("repository", &[&"deleted"]),
        _ => {
            let digest = keys::digest(&[&from, &name]);
            origin.key("repository", &[&origin.action(), &keys::stamp(at), &digest])
        }
    }?;
    origin.fact(key, at, What::Repository(news))
}

/// What a repository was called before it was renamed or transferred. A rename tells the name alone, a transfer the owner.
pub(super) fn former_name(body: Part<'_>) -> Option<String> {
    let (changes, name) = (body.part("changes"), body.part("repository").text("full_name")?);
    let (owner, short) = name.split_once('/')?;
    if let Some(before) = changes.part("repository").part("name").text("from") {
        return Some(format!("{owner}/{before}"));
    }
    let before = changes.part("owner").part("from");
    let before = before.part("user").text("login").or_else(|| before.part("organization").text("login"))?;
    Some(format!("{before}/{short}"))
}
