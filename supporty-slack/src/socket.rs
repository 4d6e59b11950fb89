//! Socket Mode: deliveries over a WebSocket that we open, for teams without a public address.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, SinkExt, StreamExt};
use reqwest::Url;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use supporty_core::adapter::{Error, ErrorKind, Retry};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::api::{Api, tls};
use crate::error::Failure;
use crate::front::{Front, Outcome};
use crate::methods::Method;

/// Slack says something at least every few seconds; a connection that is silent for so long is dead.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long a connection that Slack wants to end is listened to: a warning comes ten seconds before.
const LINGERING: Duration = Duration::from_secs(30);
/// How long deliveries that are being taken may still take once their connection ends: longer than a form waits.
const FINISHING: Duration = Duration::from_secs(3);
/// As many deliveries of a connection are taken at once; the rest wait in the connection.
const MOST: usize = 64;
/// The first and the longest wait between tries at connecting.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

type Wire = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection that is kept up.
pub struct Socket {
    api: Api,
    token: SecretString,
    front: Front,
}

/// What Slack sends.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    envelope_id: Option<String>,
    #[serde(borrow, default)]
    payload: Option<&'a RawValue>,
    #[serde(default)]
    accepts_response_payload: bool,
    #[serde(default)]
    reason: Option<String>,
}

/// A connection, and the deliveries that came by it and are not acknowledged yet.
struct Line {
    wire: Wire,
    taking: FuturesUnordered<BoxFuture<'static, Taken>>,
}

/// A delivery that the front has dealt with.
struct Taken {
    envelope: String,
    answers: bool,
    outcome: Outcome,
}

/// What a message means for its connection.
enum Next {
    Listen,
    Take(BoxFuture<'static, Taken>),
    Refresh,
    Disabled,
}

/// Why a connection is listened to no more.
enum End {
    Refresh,
    Disabled,
    Broken { greeted: bool },
    Shutdown,
}

/// What became of a connection.
enum Heard {
    /// Slack wants us to connect anew, and says so in good time: until then this one goes on.
    Refresh(Line),
    /// Socket Mode was switched off for the app.
    Disabled(Line),
    /// It broke; whether Slack had said anything before.
    Broken { greeted: bool, line: Line },
    /// It was not there.
    Unreached(Error),
    /// It is not needed any more: another took its place before, or this is the end.
    Left,
}

impl Socket {
    /// A socket for a front, opened with an app-level token: `xapp-…`.
    pub fn new(api: Api, token: SecretString, front: Front) -> Self {
        Self { api, token, front }
    }

    /// Receives until `shutdown` comes. A connection that breaks is opened again, later and later; what was not
    /// acknowledged comes again. Where Slack asks for a new one, the old one is left only when that is there.
    ///
    /// Deliveries are taken at once, as over HTTP, in the order in which they came: none waits for the acknowledgement of
    /// Deliveries are taken at once, as over HTTP, and begun in the order in which they came: none waits for the
    /// acknowledgement of another. After `shutdown` nothing more is taken, and what is being taken has three seconds to be
    /// acknowledged.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let shutdown = shutdown.shared();
        let mut pause = FIRST_PAUSE;
        let mut connections = FuturesUnordered::new();
        connections.push(self.connection(Duration::ZERO, shutdown.clone()).boxed());
        while let Some(heard) = connections.next().await {
            let longer = (pause * 2).min(LONGEST_PAUSE);
            let next = match heard {
                Heard::Refresh(old) => {
                    tracing::debug!("Slack asks for a new connection");
                    connections.push(self.leave(old, shutdown.clone()).boxed());
                    pause = FIRST_PAUSE;
                    Duration::ZERO
                }
                Heard::Broken { greeted, line } => {
                    tracing::warn!("the connection to Slack broke, and is opened again");
                    connections.push(finish(line).boxed());
                    pause = if greeted { FIRST_PAUSE } else { longer };
                    pause
                }
                Heard::Disabled(line) => {
                    tracing::error!("Socket Mode is switched off for the app: switch it on in its settings");
                    connections.push(finish(line).boxed());
                    LONGEST_PAUSE
                }
                Heard::Unreached(error) => {
                    tracing::warn!(%error, "Slack is not reached by a socket");
                    pause = longer;
                    match error.retry {
                        Retry::After(wait) => wait.max(pause),
                        _ => pause,
                    }
                }
                Heard::Left => continue,
            };
            connections.push(self.connection(next, shutdown.clone()).boxed());
        }
    }

    /// One connection, from its address to its end.
    async fn connection(&self, pause: Duration, shutdown: impl Future<Output = ()> + Clone) -> Heard {
        let opening = async {
            tokio::time::sleep(pause).await;
            self.open().await
        };
        let opened = tokio::select! {
            biased;
            () = shutdown.clone() => return Heard::Left,
            opened = opening => opened,
        };
        let mut line = match opened {
            Ok(wire) => Line { wire, taking: FuturesUnordered::new() },
            Err(error) => return Heard::Unreached(error),
        };
        match self.listen(&mut line, shutdown).await {
            End::Refresh => Heard::Refresh(line),
            End::Disabled => Heard::Disabled(line),
            End::Broken { greeted } => Heard::Broken { greeted, line },
            End::Shutdown => finish(line).await,
        }
    }

    /// Listens on while the next connection is made. What is said here and not acknowledged is said there again.
    async fn leave(&self, mut line: Line, shutdown: impl Future<Output = ()>) -> Heard {
        drop(tokio::time::timeout(LINGERING, self.listen(&mut line, shutdown)).await);
        finish(line).await
    }

    async fn listen(&self, line: &mut Line, shutdown: impl Future<Output = ()>) -> End {
        let (mut shutdown, mut greeted) = (pin!(shutdown), false);
        loop {
            let room = line.taking.len() < MOST;
            let message = tokio::select! {
                biased;
                () = &mut shutdown => return End::Shutdown,
                Some(taken) = line.taking.next() => match acknowledge(&mut line.wire, taken).await {
                    Ok(()) => continue,
                    Err(_) => return End::Broken { greeted },
                },
                message = tokio::time::timeout(SILENCE, line.wire.next()), if room => message,
            };
            let text = match message {
                Ok(Some(Ok(Message::Text(text)))) => text,
                Ok(Some(Ok(Message::Close(_))) | None) | Err(_) => return End::Broken { greeted },
                // Pings are answered below us.
                Ok(Some(Ok(_))) => continue,
                Ok(Some(Err(error))) => {
                    tracing::debug!(%error, "a socket broke");
                    return End::Broken { greeted };
                }
            };
            greeted = true;
            match self.understand(&text) {
                Next::Listen => {}
                Next::Take(taking) => line.taking.push(taking),
                Next::Refresh => return End::Refresh,
                Next::Disabled => return End::Disabled,
            }
        }
    }

    async fn open(&self) -> Result<Wire, Error> {
        const METHOD: Method = Method::AppsConnectionsOpen;
        let answer = self.api.with_token(&self.token, METHOD, &json!({})).await?;
        let garbled = || Error::from(Failure::Garbled(METHOD));
        let url = answer.body.get("url").and_then(|url| url.as_str()).ok_or_else(garbled)?;
        let url = Url::parse(url).map_err(|_| garbled())?;
        // What lies in between must not read along, but for a stand-in on this machine.
        if url.scheme() != "wss" && !self.api.is_local() {
            return Err(garbled());
        }
        let unreached = || Error::new(ErrorKind::Unavailable, Retry::Backoff, "opening a socket");
        let tls = tls().map_err(|error| unreached().caused_by(error))?;
        let connector = Some(Connector::Rustls(Arc::new(tls)));
        let connecting = connect_async_tls_with_config(url.as_str(), None, true, connector);
        match tokio::time::timeout(CONNECTING, connecting).await {
            Ok(Ok((wire, _))) => Ok(wire),
            // Its text has the address, which is a secret.
            Ok(Err(_)) | Err(_) => Err(unreached()),
        }
    }

    fn understand(&self, text: &str) -> Next {
        let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else {
            tracing::error!(bytes = text.len(), "an envelope can not be read, and is not acknowledged");
            return Next::Listen;
        };
        let (id, payload) = match (envelope.kind.as_str(), envelope.envelope_id, envelope.payload) {
            ("disconnect", ..) if envelope.reason.as_deref() == Some("link_disabled") => {
                return Next::Disabled;
            }
            ("disconnect", ..) => return Next::Refresh,
            (_, Some(id), Some(payload)) => (id, payload.get().to_owned()),
            _ => return Next::Listen,
        };
        let (front, answers) = (self.front.clone(), envelope.accepts_response_payload);
        Next::Take(Box::pin(async move {
            let outcome = front.envelope(&payload).await;
            Taken { envelope: id, answers, outcome }
        }))
    }
}

/// Acknowledges what is kept, and sees to what is left to do.
async fn acknowledge(wire: &mut Wire, taken: Taken) -> Result<(), tungstenite::Error> {
    let Taken { envelope, answers, outcome } = taken;
    if !outcome.is_taken() {
        return Ok(());
    }
    let mut acknowledgement = json!({ "envelope_id": envelope });
    if answers
        && let (Ok(body), Some(fields)) =
            (serde_json::from_str(&outcome.body), acknowledgement.as_object_mut())
    {
        fields.insert("payload".to_owned(), body);
    }
    let sent = wire.send(Message::text(acknowledgement.to_string())).await;
    if let Some(work) = outcome.work {
        tokio::spawn(work);
    }
    if let Err(error) = &sent {
        tracing::debug!(%error, "an acknowledgement was not sent: the delivery comes again");
    }
    sent
}

/// What a connection still takes when it is listened to no more.
async fn finish(line: Line) -> Heard {
    let Line { mut wire, mut taking } = line;
    let finishing = async {
        while let Some(taken) = taking.next().await {
            drop(acknowledge(&mut wire, taken).await);
        }
    };
    drop(tokio::time::timeout(FINISHING, finishing).await);
    Heard::Left
}
