//! `desk --demo`: a year of a made-up shop's support, to look at.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::TimeDelta;
use supporty_core::desk::{Desk, DeskError};
use supporty_core::policy::Policy;
use supporty_core::testing::sample::{Sample, Story, Stream};
use supporty_core::ticket::{Event, Message};
use supporty_core::vocab::{Actor, Place, TicketKey, Time};

use crate::history::{self, HistoryError};
use crate::kept::{Db, Kept};
use crate::local::{Body, Line, Local, Said};
use crate::who::user_of;

/// The same shop every time; only the year moves.
const SEED: u64 = 7;

/// Why there is nothing to look at.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// There is a store already.
    #[error("{} exists, and --demo fills a new store: name another with --db FILE, or leave that out", .0.display())]
    Exists(PathBuf),
    /// The history can not be made.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A file can not be written.
    #[error("{} can not be written: {source}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The store does not take it.
    #[error(transparent)]
    Store(#[from] supporty_core::adapter::Error),
    /// A card can not be drawn.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// A store of its own in the folder for what is temporary.
pub fn fresh() -> Db {
    let folder = std::env::temp_dir();
    let name = |nth: u32| folder.join(format!("supporty-demo-{}-{nth}.db", std::process::id()));
    Db::File((0..).map(name).find(|file| !file.exists()).unwrap_or_else(|| name(0)))
}

/// Whether a store and its chat can be filled: nothing is ever written over.
pub fn is_new(db: &Db, chat: &Path) -> Result<(), DemoError> {
    let file = match db {
        Db::File(file) => Some(file.as_path()),
        // A server's desk refuses an import if it has anything.
        Db::Server { .. } => None,
    };
    match file.into_iter().chain([chat]).find(|file| file.exists()) {
        Some(file) => Err(DemoError::Exists(file.to_owned())),
        None => Ok(()),
    }
}

/// Fills a new store and its chat with a year that ends now.
pub async fn fill(kept: &Kept, chat: &Local, tickets: u64, now: Time) -> Result<(), DemoError> {
    let sample = Sample { seed: SEED, tickets, from: now - TimeDelta::days(365), until: now };
    let lines = std::env::temp_dir().join(format!("supporty-demo-{}.jsonl", std::process::id()));
    let unwritten = |source| DemoError::File { path: lines.clone(), source };
    let file = File::create_new(&lines).map_err(unwritten)?;
    let policy = Sample::policy().map_err(HistoryError::Policy)?;
    let mut threads = Vec::new();
    let bar = history::bar("A year of support");
    let look = |story: &Story| threads.extend(thread(story, &policy));
    let imported = match history::write(&sample, BufWriter::new(file), look, &bar) {
        Ok(_) => kept.upkeep.import(lines.display().to_string()).await.map_err(DemoError::from),
        Err(error) => Err(error.into()),
    };
    fs::remove_file(&lines).map_err(unwritten)?;
    imported?;
    let desk = Desk::builder(Arc::clone(&kept.store)).policy_in_force().build().await?;
    let mut all = Vec::new();
    for Thread { key, at, place, said } in threads {
        let (Some(card), Ok(id)) = (desk.card(key).await?, place.message.as_str().parse()) else { continue };
        let body = Body::Card(Box::new(card));
        let channel = place.channel;
        all.push(Line { id, root: None, channel: channel.clone(), at, body, refused: None });
        all.extend(said.into_iter().map(|line| Line { root: Some(id), channel: channel.clone(), ..line }));
    }
    Ok(chat.fill(all).await?)
}

/// A ticket's thread, before its card is drawn.
struct Thread {
    key: TicketKey,
    at: Time,
    place: Place,
    said: Vec<Line>,
}

fn thread(story: &Story, policy: &Policy) -> Option<Thread> {
    let Stream::Ticket { ticket, entries } = &story.stream else { return None };
    let place = ticket.places.first()?.clone();
    let said = entries.iter().filter_map(|entry| match &entry.event {
        Event::Replied { message } => line(story, policy, &entry.by, message, false),
        Event::Noted { message } => line(story, policy, &entry.by, message, true),
        _ => None,
    });
    Some(Thread { key: ticket.key.clone(), at: ticket.opened_at, place, said: said.collect() })
}

/// A message as it was typed; nothing of one whose words were deleted.
fn line(story: &Story, policy: &Policy, by: &Actor, message: &Message, internal: bool) -> Option<Line> {
    let id: i64 = message.id.as_str().parse().ok()?;
    let words = story.texts.iter().rev().find(|row| row.at == message.text)?;
    let (Actor::Person(person) | Actor::Bot(person)) = by else { return None };
    let name = policy.name_of(person);
    let known = policy.is_engineer(person);
    let said = Said {
        user: if known { user_of(person, policy) } else { name.clone() },
        name,
        text: words.text.as_str().to_owned(),
        internal,
        submission: format!("demo/{id}"),
    };
    let (root, channel) = (None, String::new());
    Some(Line { id, root, channel, at: message.said_at, body: Body::Said(said), refused: None })
}
