//! From what GitHub delivers to what it means. Pure: nothing here knows a network, a clock or a desk.
//!
//! [`verify`] says whether GitHub sent it, [`read`] what it means. Nothing that GitHub adds one day, a field, an action or a
//! kind of event, makes a delivery unreadable; what is unreadable is told without people's words.
//!
//! Deliveries arrive late, twice and out of order: GitHub [sends none again by itself](https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries),
//! so they are fetched when somebody asks for them, hours later. Three things of a [`Fact`] are for that. Its `key` says what
//! happened, so that the same is known again under another delivery. Its `at` is the time of the thing itself and not of
//! the delivery, so that the later of two states is known whichever comes first. Its repository has a number, which
//! outlives its name.
//!
//! [`Serialize`] is for people who look at recordings: it leaves out whatever lets its holder act, such as the address of a
//! webhook.

mod checks;
mod comment;
mod deployment;
mod installation;
mod issue;
mod keys;
mod origin;
mod ping;
mod pull_request;
mod push;
mod read;
mod release;
mod repository;
mod review;
mod verify;
mod words;

use std::collections::BTreeSet;

use serde::Serialize;
use supporty_core::stream::EffectId;
use supporty_core::vocab::{InboundKey, Time};

use crate::config::Config;
use crate::ids::{DeliveryId, RepositoryId};

pub use checks::{CheckSuite, RunState, WorkflowRun};
pub use comment::{Comment, CommentNews};
pub use deployment::{Deployment, DeploymentStatus};
pub use installation::{Installation, InstallationNews};
pub use issue::{Issue, IssueNews, IssuePlace, IssueState};
pub use keys::unread_key;
pub use ping::Ping;
pub use pull_request::{Base, Head, PullRequest, PullRequestState};
pub use push::{Commit, Push, Pushed};
pub use read::read;
pub(crate) use read::{read_value, reads};
pub use release::{Release, ReleaseState};
pub use repository::RepositoryNews;
pub use review::Review;
pub use supporty_core::adapter::Unreadable;
pub use verify::{Unverified, WebhookSecrets, verify};
pub use words::{Conclusion, DeploymentState, StateReason, Verdict};

/// What is known when a delivery is read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// How GitHub is set up.
    pub config: &'a Config,
    /// Who we are there, so that what we wrote is told from what others did.
    pub app: &'a App,
}

/// Who we are on GitHub; what is not known yet is empty.
///
/// A GitHub App acts as the bot `slug[bot]`: brackets can not be in a person's login, so nobody else is called that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct App {
    /// The app's number.
    pub id: Option<u64>,
    /// The app's short name: `supporty` acts as `supporty[bot]`.
    pub slug: Option<String>,
    /// The numbers of accounts that we act as: that of the bot, or of an account whose token we use. That should be nobody's
    /// own, since whatever its owner closes or edits would be taken for ours.
    pub users: BTreeSet<u64>,
}

/// A delivery, understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Something happened in a repository.
    Fact(Box<Fact>),
    /// Our app may see other repositories than before.
    Installation(Installation),
    /// A webhook was set up, or somebody tries it.
    Ping(Ping),
    /// Knowingly nothing to us.
    NotForUs(NotForUs),
}

/// Something that happened in a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What makes it unique: the same fact has the same key under any delivery.
    pub key: InboundKey,
    /// The delivery that told it.
    pub delivery: DeliveryId,
    /// The time of the thing itself: when it was made, or last changed. Of two states of one thing the later counts.
    pub at: Time,
    /// Where.
    pub repository: Repository,
    /// Who did it; nobody, where an account was deleted since or GitHub does not know.
    pub by: Option<Account>,
    /// What.
    pub what: What,
}

/// What may happen in a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// How a pull request stands.
    PullRequest(PullRequest),
    /// A branch or a tag was moved.
    Push(Push),
    /// Something happened to an issue.
    Issue(Issue),
    /// Something happened to a comment below an issue or a pull request.
    Comment(Comment),
    /// Somebody reviewed a pull request.
    Review(Review),
    /// A deployment was asked for.
    Deployment(Deployment),
    /// A deployment came on, ended or failed.
    DeploymentStatus(DeploymentStatus),
    /// How a release stands.
    Release(Release),
    /// A workflow began or ended.
    WorkflowRun(WorkflowRun),
    /// The checks of a commit ended.
    CheckSuite(CheckSuite),
    /// Something happened to the repository itself.
    Repository(RepositoryNews),
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Repository {
    /// Its number.
    pub id: RepositoryId,
    /// Its name at that time, with its owner's: `octo/shop`.
    pub name: String,
}

/// Somebody on GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Their number, which they keep when they are renamed.
    pub id: u64,
    /// What they are called: `octocat`, `dependabot[bot]`.
    pub login: String,
    /// Whether it is a program: an app, or one of the accounts that the configuration names.
    pub bot: bool,
    /// Whether it is us.
    pub us: bool,
}

/// Why a delivery is nothing to us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "because", content = "what")]
pub enum NotForUs {
    /// We wrote it ourselves, for that effect.
    Ours(EffectId),
    /// A kind of event that we have no use for.
    Kind(String),
    /// An action that changes nothing we keep, or one that GitHub has added since.
    Action(String),
    /// It happened in a repository that the configuration does not name.
    OtherRepository(String),
}
