use std::collections::BTreeSet;

use serde::Serialize;
use supporty_core::adapter::{Part, Unreadable};
use supporty_core::stream::EffectId;
use supporty_core::vocab::Time;

use super::origin::{Origin, is_insider};
use super::pull_request::repository;
use super::{Account, Delivery, NotForUs, Repository, StateReason, What, keys};
use crate::references::References;

/// Something that happened to an issue, and how it stands since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Its number in the repository.
    pub number: u64,
    /// What happened.
    pub news: IssueNews,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub body: String,
    /// Whether it is done.
    pub state: IssueState,
    /// When it was opened.
    pub opened_at: Time,
    /// Who opened it.
    pub author: Option<Account>,
    /// Whether they belong to the project.
    pub insider: bool,
    /// Its labels.
    pub labels: BTreeSet<String>,
    /// Where people look at it.
    pub url: String,
    /// The effect that we opened it for, if it was we who did.
    pub ours: Option<EffectId>,
    /// The tickets in its title and its text.
    pub references: References,
}

/// What happened to an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueNews {
    /// It was opened; as the continuation of another one, if that was transferred here.
    Opened {
        /// What it was before.
        from: Option<IssuePlace>,
    },
    /// Its title or its text changed.
    Edited,
    /// It was closed.
    Closed,
    /// It was opened again.
    Reopened,
    /// It goes on somewhere else.
    Transferred {
        /// There.
        to: Option<IssuePlace>,
    },
    /// It is gone.
    Deleted,
    /// It got that label.
    Labelled(String),
    /// It lost that label.
    Unlabelled(String),
}

/// An issue of another repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssuePlace {
    /// The repository.
    pub repository: Option<Repository>,
    /// The issue's number there.
    pub number: u64,
}

/// Whether an issue is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueState {
    /// It is not.
    Open,
    /// It is, one way or another.
    Closed {
        /// Since when.
        at: Time,
        /// Why, if somebody said so.
        reason: Option<StateReason>,
    },
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let Some(news) = news(origin) else { return origin.passes() };
    let part = origin.body.part("issue");
    let number = part.need_number("number")?;
    let at = part.need_time(&["updated_at", "created_at"])?;
    let (title, body) = (part.words("title"), part.words("body"));
    let author = origin.author(part);
    let ours = origin.ours(author.as_ref(), body);
    let written = matches!(news, IssueNews::Opened { from: None } | IssueNews::Edited);
    if let (true, Some(effect)) = (written && origin.sender().is_none_or(|by| by.us), &ours) {
        return Ok(Delivery::NotForUs(NotForUs::Ours(effect.clone())));
    }
    let issue = Issue {
        number,
        title: title.to_owned(),
        body: body.to_owned(),
        state: match part.text("state") {
            Some("closed") => IssueState::Closed {
                at: part.need_time(&["closed_at", "updated_at"])?,
                reason: part.text("state_reason").map(StateReason::new),
            },
            _ => IssueState::Open,
        },
        opened_at: part.need_time(&["created_at"])?,
        author,
        insider: is_insider(part),
        labels: part.list("labels").filter_map(|label| label.text("name")).map(str::to_owned).collect(),
        url: part.words("html_url").to_owned(),
        ours,
        references: References::in_parts(origin.config(), Some(title), body, None),
        news,
    };
    let (stamp, state) = (keys::stamp(at), part.words("state"));
    let digest = keys::digest(&[title, body, state, part.words("state_reason")]);
    let label = origin.body.part("label");
    let label = label.number("id").map_or_else(|| keys::digest(&[label.words("name")]), |id| id.to_string());
    let key = match issue.news {
        IssueNews::Opened { .. } => origin.key("issue", &[&number, &"opened"]),
        IssueNews::Transferred { .. } => origin.key("issue", &[&number, &"transferred"]),
        IssueNews::Deleted => origin.key("issue", &[&number, &"deleted"]),
        IssueNews::Edited => origin.key("issue", &[&number, &"edited", &stamp, &digest]),
        IssueNews::Closed => origin.key("issue", &[&number, &"closed", &stamp, &digest]),
        IssueNews::Reopened => origin.key("issue", &[&number, &"reopened", &stamp, &digest]),
        IssueNews::Labelled(_) => origin.key("issue", &[&number, &"labelled", &label, &stamp]),
        IssueNews::Unlabelled(_) => origin.key("issue", &[&number, &"unlabelled", &label, &stamp]),
    }?;
    origin.fact(key, at, What::Issue(issue))
}

/// Nothing, for what changes nothing we keep: assignees, milestones, locks, pins, types.
fn news(origin: &Origin<'_>) -> Option<IssueNews> {
    let changes = origin.body.part("changes");
    let label = origin.body.part("label").words("name").to_owned();
    Some(match origin.action() {
        "opened" => {
            IssueNews::Opened { from: place(changes.part("old_issue"), changes.part("old_repository")) }
        }
        "edited" => IssueNews::Edited,
        "closed" => IssueNews::Closed,
        "reopened" => IssueNews::Reopened,
        "transferred" => {
            IssueNews::Transferred { to: place(changes.part("new_issue"), changes.part("new_repository")) }
        }
        "deleted" => IssueNews::Deleted,
        "labeled" => IssueNews::Labelled(label),
        "unlabeled" => IssueNews::Unlabelled(label),
        _ => return None,
    })
}

fn place(issue: Part<'_>, at: Part<'_>) -> Option<IssuePlace> {
    Some(IssuePlace { repository: repository(at), number: issue.number("number")? })
}
