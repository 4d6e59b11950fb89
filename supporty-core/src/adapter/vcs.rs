use async_trait::async_trait;

use super::Error;
use crate::stream::EffectId;

/// A code host: where changes are made and deployed.
///
/// # Contract
///
/// 1. `open_issue` answers with the reference of the new issue.
/// 2. `comment` appears on what it refers to, after every comment before it.
/// 3. If `dedupes` is claimed, the same effect sent again appears once, and answers with the first reference.
/// 4. If `dedupes` is claimed, `find` answers with the reference of an effect that was sent, and with nothing for one
///    that was not.
/// 5. Closing what is closed already is no error.
/// 6. Commenting on what does not exist is an error of kind `NotFound` that is not retried.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Vcs: Send + Sync {
    /// What it can do.
    fn capability(&self) -> VcsCapability;

    /// Opens an issue in a repository.
    async fn open_issue(
        &self,
        effect: EffectId,
        repository: String,
        title: String,
        body: String,
    ) -> Result<VcsRef, Error>;

    /// Writes a comment below an issue or a change.
    async fn comment(&self, effect: EffectId, on: VcsRef, body: String) -> Result<VcsRef, Error>;

    /// Closes an issue.
    async fn close(&self, effect: EffectId, issue: VcsRef) -> Result<(), Error>;

    /// Looks for what an effect has made in a repository.
    async fn find(&self, effect: EffectId, repository: String) -> Result<Option<VcsRef>, Error>;
}

/// What a code host can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct VcsCapability {
    /// It can look for an effect's id, so that nothing is written twice.
    pub dedupes: bool,
}

/// An issue, a change or a comment on a code host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VcsRef {
    /// The repository, as the host names it.
    pub repository: String,
    /// Its id there.
    pub id: String,
}
