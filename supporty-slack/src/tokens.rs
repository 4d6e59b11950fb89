use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use async_trait::async_trait;
use secrecy::SecretString;
use supporty_core::adapter::Error;

use crate::ids::TeamId;

/// Where the tokens of workspaces are kept.
///
/// A desk of one workspace has [`OneTeam`]. One that others install keeps what [`Install`](crate::Install) gives it
/// wherever it keeps its secrets.
#[async_trait]
pub trait Tokens: Send + Sync {
    /// The token of our bot in a workspace; of the desk's own where none is named. Nothing where we are not installed.
    async fn token(&self, team: Option<TeamId>) -> Result<Option<SecretString>, Error>;

    /// A workspace took its token back: nobody is given it any more.
    async fn revoked(&self, team: TeamId) -> Result<(), Error>;
}

/// The token of the only workspace.
pub struct OneTeam(RwLock<Option<SecretString>>);

/// The tokens of several workspaces, in memory.
pub struct SeveralTeams {
    home: TeamId,
    tokens: RwLock<BTreeMap<TeamId, SecretString>>,
}

impl OneTeam {
    /// The bot token: `xoxb-…`.
    pub fn new(token: SecretString) -> Self {
        Self(RwLock::new(Some(token)))
    }
}

impl SeveralTeams {
    /// Nobody has installed us yet; `home` is the desk's own workspace.
    pub fn new(home: TeamId) -> Self {
        Self { home, tokens: RwLock::default() }
    }

    /// We were installed in a workspace.
    pub fn installed(&self, team: TeamId, token: SecretString) {
        self.tokens.write().unwrap_or_else(PoisonError::into_inner).insert(team, token);
    }
}

#[async_trait]
impl Tokens for OneTeam {
    async fn token(&self, _team: Option<TeamId>) -> Result<Option<SecretString>, Error> {
        Ok(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }

    /// The token stays: it may be given back by installing again, which does not change it.
    async fn revoked(&self, _team: TeamId) -> Result<(), Error> {
        Ok(())
    }
}

#[async_trait]
impl Tokens for SeveralTeams {
    /// Somebody of a workspace that we do not know is reached through the desk's own, with which it shares a channel.
    async fn token(&self, team: Option<TeamId>) -> Result<Option<SecretString>, Error> {
        let tokens = self.tokens.read().unwrap_or_else(PoisonError::into_inner);
        let theirs = team.and_then(|team| tokens.get(&team));
        Ok(theirs.or_else(|| tokens.get(&self.home)).cloned())
    }

    async fn revoked(&self, team: TeamId) -> Result<(), Error> {
        self.tokens.write().unwrap_or_else(PoisonError::into_inner).remove(&team);
        Ok(())
    }
}
