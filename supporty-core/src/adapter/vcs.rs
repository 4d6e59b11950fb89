use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Error, Piece};
use crate::stream::EffectId;
use crate::vocab::{AdapterName, Change, ChangeId, TicketKey};

/// A code host: where changes are made, and where issues stand.
///
/// What it tells by itself (changes, deployments) comes in by a pure function of the adapter; this is what the desk asks.
///
/// # Contract
///
/// 1. `open_issue` answers with the reference of the new issue, and `look` shows it open.
/// 2. `comment` appears on what it refers to, after every comment before it.
/// 3. If `dedupes` is claimed, the same effect sent again appears once, and answers with the first reference.
/// 4. If `dedupes` is claimed, `find` answers with the reference of an effect that was sent, and with nothing for one
///    that was not.
/// 5. `close` closes and `reopen` reopens; either is no error where it is so already.
/// 6. Commenting on, closing, reopening and looking at what does not exist is an error of kind `NotFound` or `Gone` that
///    is not retried.
/// 7. Text from people is shown as they wrote it: markup in it does nothing, and nobody is mentioned.
/// 8. Text over the host's limit is cut, never refused.
/// 9. If `labels` is claimed, an issue has the labels that it was given, each once, beside those that it had.
/// 10. If `checks` is claimed, a check stands on a change; another about the same ticket takes its place.
/// 11. What is not claimed answers `Unsupported` and writes nothing: `find` without `dedupes`, `label` without `labels`,
///     `check` without `checks`.
/// 12. Every piece of a comment is shown, in its order.
///
/// Each sentence is a test of [`testing::vcs_suite`](crate::testing::vcs_suite).
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Vcs: Send + Sync {
    /// What it can do.
    fn capability(&self) -> VcsCapability;

    /// Opens an issue.
    async fn open_issue(&self, effect: EffectId, issue: NewIssue) -> Result<VcsRef, Error>;

    /// Writes a comment below an issue or a change.
    async fn comment(&self, effect: EffectId, on: VcsRef, body: Vec<Piece>) -> Result<VcsRef, Error>;

    /// Closes an issue.
    async fn close(&self, issue: VcsRef) -> Result<(), Error>;

    /// Opens an issue again.
    async fn reopen(&self, issue: VcsRef) -> Result<(), Error>;

    /// Puts labels on an issue or a change.
    async fn label(&self, on: VcsRef, labels: Vec<String>) -> Result<(), Error>;

    /// Says something beside the newest commit of a change.
    async fn check(&self, on: VcsRef, check: Check) -> Result<(), Error>;

    /// Looks for what an effect has written.
    async fn find(&self, effect: EffectId, within: Within) -> Result<Option<VcsRef>, Error>;

    /// An issue or a change as it is now.
    async fn look(&self, at: VcsRef) -> Result<Change, Error>;
}

/// What a code host can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct VcsCapability {
    /// It can look for an effect's id, so that nothing is written twice.
    pub dedupes: bool,
    /// It has labels.
    pub labels: bool,
    /// It has checks.
    pub checks: bool,
}

/// An issue, a change or a comment on a code host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VcsRef {
    /// The repository, by what the host keeps when it is renamed, or by its name.
    pub repository: String,
    /// Its id there.
    pub id: String,
}

/// An issue to open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIssue {
    /// The repository, by its name.
    pub repository: String,
    /// One line, which may be a person's.
    pub title: String,
    /// Everything else.
    pub body: Vec<Piece>,
    /// The labels that it begins with.
    pub labels: Vec<String>,
}

/// Something to say beside a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The ticket that it is about, and where it leads to. By this it is told from others.
    pub ticket: TicketKey,
    /// What it says, in one line.
    pub title: String,
}

/// Where to look for what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// An issue of a repository.
    Repository(String),
    /// A comment below an issue or a change.
    Below(VcsRef),
}

impl VcsRef {
    /// The id under which tickets know it.
    ///
    /// ```
    /// use supporty_core::adapter::VcsRef;
    ///
    /// let at = VcsRef { repository: "acme/shop".to_owned(), id: "42".to_owned() };
    /// let id = at.on(&"github".into());
    /// assert_eq!(id.as_str(), "github/acme/shop/42");
    /// assert_eq!(VcsRef::of(&id), Some(("github".into(), at)));
    /// ```
    pub fn on(&self, host: &AdapterName) -> ChangeId {
        ChangeId::new(format!("{host}/{}/{}", self.repository, self.id))
    }

    /// What an id stands for, and on which host.
    pub fn of(change: &ChangeId) -> Option<(AdapterName, Self)> {
        let (host, rest) = change.as_str().split_once('/')?;
        let (repository, id) = rest.rsplit_once('/')?;
        Some((AdapterName::new(host), Self { repository: repository.to_owned(), id: id.to_owned() }))
    }
}
