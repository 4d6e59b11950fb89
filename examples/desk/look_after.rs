//! What an operator does with a store: `desk backup`, `check` and so on.

use std::path::Path;

use supporty_core::adapter::{Error, ErrorKind};
use supporty_core::desk::{Desk, DeskError, Finding, audit, rebuild};
use supporty_core::vocab::PersonId;
use supporty_store::Sqlite;

use crate::args::Task;
use crate::kept::{Db, Kept, beside};
use crate::local::{self, Local, OpenError};

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// There is nothing to look after.
    #[error("there is no store `{0}`: name the file with --db FILE")]
    NoStore(String),
    /// The desk that runs has it.
    #[error(
        "{0}: end the desk first; `desk backup` makes a copy while it runs, and the copy can be looked at with --db"
    )]
    InUse(Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
    /// The desk failed.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The chat's file failed.
    #[error("the chat beside the store: {0}")]
    Chat(#[from] OpenError),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What to tell the operator, line by line.
    pub lines: Vec<String>,
    /// Whether everything is as it should be.
    pub sound: bool,
}

/// Does it.
pub async fn look_after(db: &Db, chat: &Path, task: &Task) -> Result<Report, TaskError> {
    if let Db::File(file) = db
        && !matches!(task, Task::Import(_))
        && !file.exists()
    {
        return Err(TaskError::NoStore(file.display().to_string()));
    }
    match task {
        Task::BackUp(to) => back_up(db, chat, to).await,
        Task::Export(to) => {
            let lines = open(db).await?.upkeep.export(to.display().to_string()).await?;
            Ok(Report::done(format!("wrote {}", count(lines, "line", "lines"))))
        }
        Task::Import(from) => {
            let lines = open(db).await?.upkeep.import(from.display().to_string()).await?;
            Ok(Report::done(format!("read {}", count(lines, "line", "lines"))))
        }
        Task::Check => {
            let kept = open(db).await?;
            let audit = audit(kept.store.as_ref(), kept.upkeep.as_ref()).await?;
            let (streams, entries) =
                (count(audit.streams, "stream", "streams"), count(audit.entries, "entry", "entries"));
            Ok(Report::of(&audit.findings, format!("replayed {streams} with {entries}")))
        }
        Task::Rebuild => {
            let kept = open(db).await?;
            let rebuilt = rebuild(kept.store.as_ref(), kept.upkeep.as_ref()).await?;
            let streams = count(rebuilt.streams, "stream", "streams");
            Ok(Report::of(&rebuilt.findings, format!("wrote anew what is derived from {streams}")))
        }
        Task::Erase(person) => erase(db, chat, person).await,
    }
}

impl Report {
    fn done(line: String) -> Self {
        Self { lines: vec![line], sound: true }
    }

    fn of(findings: &[Finding], done: String) -> Self {
        let wrong = match findings.len() as u64 {
            0 => "nothing is wrong".to_owned(),
            n => format!("{} wrong", count(n, "thing is", "things are")),
        };
        let found = findings.iter().map(ToString::to_string);
        let lines = found.chain([format!("{done}: {wrong}")]).collect();
        Self { lines, sound: findings.is_empty() }
    }
}

/// The chat is a system of its own, in which the same words stand.
async fn erase(db: &Db, chat: &Path, person: &PersonId) -> Result<Report, TaskError> {
    let kept = open(db).await?;
    let chat = Local::open(chat)?;
    let desk = Desk::builder(kept.store).policy_in_force().build().await?;
    let words = desk.words_of(kept.upkeep.as_ref(), person).await?;
    let words: Vec<_> = words.values().map(|text| text.as_str().to_owned()).collect();
    let messages = chat.forget(&desk.policy(), person, words).await?;
    let erased = desk.erase(kept.upkeep.as_ref(), person).await?;
    let texts = count(erased.texts, "text", "texts");
    let tickets = count(erased.tickets, "ticket", "tickets");
    let messages = count(messages, "message", "messages");
    Ok(Report::done(format!("erased {texts} on {tickets}, and {messages} of the chat")))
}

async fn open(db: &Db) -> Result<Kept, TaskError> {
    Kept::open(db).await.map_err(|error| match error.kind {
        ErrorKind::InUse => TaskError::InUse(error),
        _ => error.into(),
    })
}

/// The chat first: a message that only the store has is kept, and one that only the chat has would never reach it.
async fn back_up(db: &Db, chat: &Path, to: &Path) -> Result<Report, TaskError> {
    let file = match db {
        Db::File(file) => file,
        // Which says what to do instead.
        Db::Server { .. } => {
            open(db).await?.upkeep.back_up(to.display().to_string()).await?;
            return Ok(Report::done(format!("copied to {}", to.display())));
        }
    };
    let chat_to = beside(to);
    let mut copied = to.display().to_string();
    if chat.exists() {
        local::back_up_file(chat, &chat_to)?;
        copied = format!("{copied}, and its chat to {}", chat_to.display());
    }
    Sqlite::back_up_file(file, to)?;
    Ok(Report::done(format!("copied to {copied}")))
}

fn count(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
