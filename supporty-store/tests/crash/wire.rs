//! What workers and the test say to each other: lines of JSON.

use std::io;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use supporty_core::adapter::{Answer, Inbound, Post, Show};
use supporty_core::stream::EffectId;
use supporty_core::vocab::{AdapterName, Place, Time};
use tokio::io::{AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::tcp::OwnedReadHalf;

/// What a worker is given when it starts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) worker: usize,
    /// Where the test listens.
    pub(crate) test: String,
    /// A URL, or a file.
    pub(crate) store: String,
    pub(crate) clock: Fast,
    pub(crate) looks: bool,
    pub(crate) policy: String,
}

/// A clock that runs faster than the host's, and shows the same in every process.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Fast {
    /// The host's time when it began, in microseconds.
    pub(crate) host: i64,
    pub(crate) began: Time,
    pub(crate) times: i32,
}

/// The first line of a connection: whose it is, and what for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Hello {
    Desk { worker: usize },
    Chat { worker: usize },
}

/// What a worker is to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    Handle { number: u64, inbound: Box<Inbound> },
    Stop,
}

/// What it did; no answer where it failed.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) number: u64,
    pub(crate) answer: Option<Answer>,
}

/// What a worker asks of a platform.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(crate) platform: AdapterName,
    pub(crate) what: What,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum What {
    Show(Box<Show>),
    Tell(Box<Post>),
    Find(EffectId),
}

/// What the platform answers.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Said {
    At(Place),
    Nothing,
    Unavailable,
    Busy,
}

pub(crate) async fn write(to: &mut (impl AsyncWrite + Unpin), what: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(what)?;
    line.push(b'\n');
    to.write_all(&line).await
}

/// The next line; nothing once the other side is gone.
pub(crate) async fn read<T: DeserializeOwned>(from: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<T>> {
    let mut line = String::new();
    match from.read_line(&mut line).await? {
        0 => Ok(None),
        _ => Ok(Some(serde_json::from_str(&line)?)),
    }
}
