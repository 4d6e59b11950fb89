//! Socket Mode: deliveries over a WebSocket that we open, for teams without a public address.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, SinkExt, StreamExt};
use reqwest::Url;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use supporty_core::adapter::{Error, ErrorKind, Retry};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::api::{Api, tls};
use crate::error::Failure;
use crate::front::Front;
use crate::methods::Method;

/// Slack says something at least every few seconds; a connection that is silent for so long is dead.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(10);
/// How long a connection that Slack wants to end is listened to: a warning comes ten seconds before.
const LINGERING: Duration = Duration::from_secs(30);
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

/// What a message means for its connection.
enum Next {
    Listen,
    Refresh,
    Disabled,
    Broken,
}

/// What became of a connection.
enum Heard {
    /// Slack wants us to connect anew, and says so in good time: until then this one goes on.
    Refresh(Box<Wire>),
    /// Socket Mode was switched off for the app.
    Disabled,
    /// It broke; whether Slack had said anything before.
    Broken { greeted: bool },
    /// It was not there.
    Unreached(Error),
    /// Another took its place before.
    Left,
}

impl Socket {
    /// A socket for a front, opened with an app-level token: `xapp-…`.
    pub fn new(api: Api, token: SecretString, front: Front) -> Self {
        Self { api, token, front }
    }

    /// Receives until `shutdown` comes. A connection that breaks is opened again, later and later; what was not
    /// acknowledged comes again. Where Slack asks for a new one, the old one is left only when that is there.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut pause = FIRST_PAUSE;
        let mut connections = FuturesUnordered::new();
        connections.push(self.connection(Duration::ZERO).boxed());
        loop {
            let heard = tokio::select! {
                biased;
                () = &mut shutdown => return,
                Some(heard) = connections.next() => heard,
                else => return,
            };
            let longer = (pause * 2).min(LONGEST_PAUSE);
            let next = match heard {
                Heard::Refresh(old) => {
                    tracing::debug!("Slack asks for a new connection");
                    connections.push(self.leave(old).boxed());
                    pause = FIRST_PAUSE;
                    Duration::ZERO
                }
                Heard::Broken { greeted } => {
                    tracing::warn!("the connection to Slack broke, and is opened again");
                    pause = if greeted { FIRST_PAUSE } else { longer };
                    pause
                }
                Heard::Disabled => {
                    tracing::error!("Socket Mode is switched off for the app: switch it on in its settings");
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
            connections.push(self.connection(next).boxed());
        }
    }

    /// One connection, from its address to its end.
    async fn connection(&self, pause: Duration) -> Heard {
        tokio::time::sleep(pause).await;
        match self.open().await {
            Ok(wire) => self.listen(Box::new(wire)).await,
            Err(error) => Heard::Unreached(error),
        }
    }

    /// Listens on while the next connection is made. What is said here and not acknowledged is said there again.
    async fn leave(&self, wire: Box<Wire>) -> Heard {
        drop(tokio::time::timeout(LINGERING, self.listen(wire)).await);
        Heard::Left
    }

    async fn listen(&self, mut wire: Box<Wire>) -> Heard {
        let mut greeted = false;
        loop {
            let message = match tokio::time::timeout(SILENCE, wire.next()).await {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => {
                    tracing::debug!(%error, "a socket broke");
                    return Heard::Broken { greeted };
                }
                Ok(None) | Err(_) => return Heard::Broken { greeted },
            };
            match message {
                Message::Text(text) => {
                    greeted = true;
                    match self.receive(&mut wire, &text).await {
                        Next::Listen => {}
                        Next::Refresh => return Heard::Refresh(wire),
                        Next::Disabled => return Heard::Disabled,
                        Next::Broken => return Heard::Broken { greeted },
                    }
                }
                Message::Close(_) => return Heard::Broken { greeted },
                // Pings are answered below us.
                _ => {}
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

    /// Takes an envelope, and acknowledges it once it is kept.
    async fn receive(&self, wire: &mut Wire, text: &str) -> Next {
        let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else {
            tracing::error!(bytes = text.len(), "an envelope can not be read, and is not acknowledged");
            return Next::Listen;
        };
        let (id, payload) = match (envelope.kind.as_str(), &envelope.envelope_id, envelope.payload) {
            ("disconnect", ..) if envelope.reason.as_deref() == Some("link_disabled") => {
                return Next::Disabled;
            }
            ("disconnect", ..) => return Next::Refresh,
            (_, Some(id), Some(payload)) => (id, payload),
            _ => return Next::Listen,
        };
        let outcome = self.front.envelope(payload.get()).await;
        if !outcome.is_taken() {
            return Next::Listen;
        }
        let mut acknowledgement = json!({ "envelope_id": id });
        if envelope.accepts_response_payload
            && let (Ok(body), Some(fields)) =
                (serde_json::from_str(&outcome.body), acknowledgement.as_object_mut())
        {
            fields.insert("payload".to_owned(), body);
        }
        let sent = wire.send(Message::text(acknowledgement.to_string())).await;
        if let Some(work) = outcome.work {
            tokio::spawn(work);
        }
        match sent {
            Ok(()) => Next::Listen,
            Err(error) => {
                tracing::debug!(%error, "an acknowledgement was not sent: the delivery comes again");
                Next::Broken
            }
        }
    }
}
