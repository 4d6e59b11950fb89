use serde::Serialize;
use supporty_core::adapter::Unreadable;
use supporty_core::stream::EffectId;
use supporty_core::vocab::Time;

use super::origin::{Origin, is_insider};
use super::{Account, Delivery, NotForUs, What, keys};
use crate::references::References;

/// Something that happened to a comment below an issue or a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comment {
    /// Its number, unique on the host.
    pub id: u64,
    /// What happened.
    pub news: CommentNews,
    /// The number of what it is written below.
    pub on: u64,
    /// Whether that is a pull request. GitHub tells of both
    /// [by the same event](https://docs.github.com/en/webhooks/webhook-events-and-payloads#issue_comment).
    pub on_pull_request: bool,
    /// What it says, or said before it was deleted.
    pub body: String,
    /// Who wrote it. Whether they are a person or a program stands with them.
    pub author: Option<Account>,
    /// Whether they belong to the project.
    pub insider: bool,
    /// When it was written.
    pub written_at: Time,
    /// Where people look at it.
    pub url: String,
    /// The effect that the issue was opened for, if it was we who did.
    pub issue_ours: Option<EffectId>,
    /// The effect that we wrote it for, if it was we who did and somebody else has touched it since.
    pub ours: Option<EffectId>,
    /// The tickets that it names.
    pub references: References,
}

/// What happened to a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CommentNews {
    /// It was written.
    Created,
    /// It says something else now.
    Edited,
    /// It is gone.
    Deleted,
}

pub(super) fn read(origin: &Origin<'_>) -> Result<Delivery, Unreadable> {
    let news = match origin.action() {
        "created" => CommentNews::Created,
        "edited" => CommentNews::Edited,
        "deleted" => CommentNews::Deleted,
        _ => return origin.passes(),
    };
    let (part, issue) = (origin.body.part("comment"), origin.body.part("issue"));
    let id = part.need_number("id")?;
    let at = part.need_time(&["updated_at", "created_at"])?;
    let body = part.words("body");
    let author = origin.author(part);
    let ours = origin.ours(author.as_ref(), body);
    if let (true, Some(effect)) = (origin.sender().is_none_or(|by| by.us), &ours) {
        return Ok(Delivery::NotForUs(NotForUs::Ours(effect.clone())));
    }
    let key = match news {
        CommentNews::Created => origin.key("comment", &[&id, &"created"]),
        CommentNews::Edited => {
            origin.key("comment", &[&id, &"edited", &keys::stamp(at), &keys::digest(&[body])])
        }
        CommentNews::Deleted => origin.key("comment", &[&id, &"deleted"]),
    }?;
    let comment = Comment {
        id,
        news,
        on: issue.need_number("number")?,
        on_pull_request: issue.part("pull_request").is_object(),
        body: body.to_owned(),
        author,
        insider: is_insider(part),
        written_at: part.need_time(&["created_at", "updated_at"])?,
        url: part.words("html_url").to_owned(),
        issue_ours: origin.ours(origin.author(issue).as_ref(), issue.words("body")),
        ours,
        references: References::in_text(origin.config(), body),
    };
    origin.fact(key, at, What::Comment(comment))
}
