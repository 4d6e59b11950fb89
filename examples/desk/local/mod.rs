//! A chat platform of its own: messages in a table, shown by the page. Read it to learn how an adapter is written.
//!
//! An adapter has two halves, and they meet nowhere but in the desk:
//!
//! - **Outward**, [`Chat`](supporty_core::adapter::Chat), in `chat.rs`: put cards and messages where people see them.
//!   Every delivery names an effect. This chat keeps that name in a unique column, which is all it takes to claim
//!   `dedupes`: the same effect again finds the row that it made the first time, even after a crash in between.
//!   A platform that has no such column may keep the name in a message's metadata; one that has nothing of the kind
//!   claims nothing, and a message may be shown twice in the worst case.
//! - **Inward**, `inbound.rs` beside this folder: understand what people did, and hand it to the desk as an
//!   [`Inbound`](supporty_core::adapter::Inbound). Its key is made of what the platform calls the message, so that
//!   handing it over twice does nothing twice.
//!
//! What somebody types is first a message here and then news for the desk, as on any platform. Should the process die
//! between the two, the message stands there unhanded; [`Local::unhanded`] finds it at the next start, and the key
//! makes handing it over again harmless.
//!
//! `tests/local_chat.rs` runs the contract of `Chat` against it:
//! `supporty_core::chat_suite!(fresh)` and four small functions are the whole file.

mod chat;
mod forget;
mod line;
mod table;

pub use line::{Body, Line, Said};
pub use table::{OpenError, Table, back_up_file};

use std::path::Path;
use std::sync::Arc;

use supporty_core::adapter::Error;
use supporty_core::policy::Policy;
use supporty_core::vocab::{AdapterName, ChannelId, PersonId, Place, TicketKey, Time};
use tokio::sync::watch;

/// The name of the adapter.
pub const NAME: &str = "local";

/// The chat. Cheap to clone.
#[derive(Clone)]
pub struct Local {
    name: AdapterName,
    table: Table,
    changed: Arc<watch::Sender<u64>>,
}

impl Local {
    /// The chat of a file, which is made where it is missing.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Ok(Self::with(Table::open(path)?))
    }

    /// A chat that is gone with the process.
    pub fn in_memory() -> Result<Self, OpenError> {
        Ok(Self::with(Table::in_memory()?))
    }

    fn with(table: Table) -> Self {
        Self { name: NAME.into(), table, changed: Arc::new(watch::Sender::new(0)) }
    }

    /// The name under which the desk knows it.
    pub fn name(&self) -> AdapterName {
        self.name.clone()
    }

    /// Moves on whenever somebody would see something new.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Puts down what was said elsewhere, under the numbers that it has there: roots before what hangs below them.
    pub async fn fill(&self, lines: Vec<Line>) -> Result<(), Error> {
        self.table.call("filling the chat", move |table| table.fill(&lines)).await?;
        self.moved();
        Ok(())
    }

    /// Puts down what somebody typed below a root. A submission seen before is the same message.
    pub async fn say(&self, root: &Place, said: Said, at: Time) -> Result<Line, Error> {
        let root = self.id(root).ok_or_else(|| chat::gone("posting into a thread"))?;
        let line = self.table.call("posting a message", move |table| table.say(root, &said, at)).await?;
        self.moved();
        line.ok_or_else(|| chat::gone("posting into a thread"))
    }

    /// What was typed and never handed to the desk, oldest first.
    pub async fn unhanded(&self) -> Result<Vec<Line>, Error> {
        self.table.call("looking for messages", |table| table.unhanded()).await
    }

    /// Notes that the desk has a message, and why it did not take it if it did not.
    pub async fn handed(&self, line: &Line, refused: Option<String>) -> Result<(), Error> {
        let id = line.id;
        self.table.call("marking a message", move |table| table.handed(id, refused.as_deref())).await?;
        self.moved();
        Ok(())
    }

    /// The roots of a channel, newest first.
    pub async fn roots(&self, channel: &ChannelId) -> Result<Vec<Line>, Error> {
        let channel = channel.to_string();
        self.table.call("reading a channel", move |table| table.roots(&channel)).await
    }

    /// What stands in a channel beside cards, or what one person was told, oldest first.
    pub async fn messages(&self, channel: &str) -> Result<Vec<Line>, Error> {
        let channel = channel.to_owned();
        self.table.call("reading messages", move |table| table.messages(&channel)).await
    }

    /// A root and everything below it, oldest first; nothing if there is no such root.
    pub async fn thread(&self, root: &Place) -> Result<Vec<Line>, Error> {
        let Some(root) = self.id(root) else { return Ok(Vec::new()) };
        self.table.call("reading a thread", move |table| table.thread(root)).await
    }

    /// Where a ticket's card stands, once it was delivered.
    pub async fn root_of(&self, ticket: &TicketKey) -> Result<Option<Place>, Error> {
        let key = ticket.to_string();
        let line = self.table.call("looking for a card", move |table| table.root_of(&key)).await?;
        Ok(line.map(|line| self.place(&line)))
    }

    /// Takes somebody's words out of every message: what they typed, and what was quoted of it. Answers how many
    /// messages had any.
    pub async fn forget(&self, policy: &Policy, person: &PersonId, words: Vec<String>) -> Result<u64, Error> {
        let known = policy.spec().people.get(person);
        let here = known.and_then(|known| known.identities.iter().find(|one| one.adapter == self.name));
        let foreign = person.as_str().strip_prefix(&format!("{NAME}:"));
        let user = here.map_or_else(|| foreign.unwrap_or(person.as_str()).to_owned(), |one| one.user.clone());
        let forget = move |table: &table::Open<'_>| table.forget(&user, &words);
        let forgot = self.table.call("forgetting somebody's words", forget).await?;
        self.moved();
        Ok(forgot)
    }

    /// Takes everybody's words out of those tickets' threads, and out of what was told about them. Answers how many
    /// messages had any.
    pub async fn forget_tickets(&self, tickets: Vec<TicketKey>) -> Result<u64, Error> {
        let forget = move |table: &table::Open<'_>| table.forget_tickets(&tickets);
        let forgot = self.table.call("forgetting what was said on tickets", forget).await?;
        self.moved();
        Ok(forgot)
    }

    /// Where a message stands.
    pub fn place(&self, line: &Line) -> Place {
        Place {
            adapter: self.name(),
            channel: line.channel.clone(),
            message: line.id.to_string().as_str().into(),
        }
    }

    /// The channel of what only one person sees.
    pub fn direct(user: &str) -> String {
        format!("@{user}")
    }

    fn id(&self, place: &Place) -> Option<i64> {
        place.message.as_str().parse().ok().filter(|_| place.adapter == self.name)
    }

    fn moved(&self) {
        self.changed.send_modify(|count| *count = count.wrapping_add(1));
    }
}
