//! Socket Mode: deliveries over a WebSocket that we open, for teams without a public address.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
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
use crate::front::Front;
use crate::methods::Method;

/// Slack says something at least every few seconds; a connection that is silent for so long is dead.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(10);
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

/// Why a connection ended.
enum Ended {
    /// Slack wants us to connect anew, and says so in good time.
    Refresh,
    /// Socket Mode was switched off for the app.
    Disabled,
    /// It broke.
    Broken,
}

impl Socket {
    /// A socket for a front, opened with an app-level token: `xapp-…`.
    pub fn new(api: Api, token: SecretString, front: Front) -> Self {
        Self { api, token, front }
    }

    /// Receives until `shutdown` comes. A connection that breaks is opened again, later and later; what was not
    /// acknowledged comes again.
    pub async fn run(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        let mut pause = FIRST_PAUSE;
        loop {
            let ended = tokio::select! {
                biased;
                () = &mut shutdown => return,
                ended = self.connection() => ended,
            };
            pause = match ended {
                Ok(Ended::Refresh) => {
                    tracing::debug!("Slack asks for a new connection");
                    FIRST_PAUSE
                }
                Ok(Ended::Broken) => {
                    tracing::warn!("the connection to Slack broke, and is opened again");
                    FIRST_PAUSE
                }
                Ok(Ended::Disabled) => {
                    tracing::error!("Socket Mode is switched off for the app: switch it on in its settings");
                    LONGEST_PAUSE
                }
                Err(error) => {
                    tracing::warn!(%error, "Slack is not reached by a socket");
                    (pause * 2).min(LONGEST_PAUSE)
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// One connection, from its address to its end.
    async fn connection(&self) -> Result<Ended, Error> {
        let mut wire = self.open().await?;
        loop {
            let message = match tokio::time::timeout(SILENCE, wire.next()).await {
                Ok(Some(Ok(message))) => message,
                Ok(Some(Err(error))) => {
                    tracing::debug!(%error, "a socket broke");
                    return Ok(Ended::Broken);
                }
                Ok(None) | Err(_) => return Ok(Ended::Broken),
            };
            match message {
                Message::Text(text) => {
                    if let Some(ended) = self.receive(&mut wire, &text).await? {
                        return Ok(ended);
                    }
                }
                Message::Close(_) => return Ok(Ended::Broken),
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
    async fn receive(&self, wire: &mut Wire, text: &str) -> Result<Option<Ended>, Error> {
        let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else {
            tracing::error!(bytes = text.len(), "an envelope can not be read, and is not acknowledged");
            return Ok(None);
        };
        match (envelope.kind.as_str(), &envelope.envelope_id, envelope.payload) {
            ("disconnect", ..) => {
                return Ok(Some(match envelope.reason.as_deref() {
                    Some("link_disabled") => Ended::Disabled,
                    _ => Ended::Refresh,
                }));
            }
            (_, Some(id), Some(payload)) => {
                let outcome = self.front.envelope(payload.get()).await;
                if !outcome.is_taken() {
                    return Ok(None);
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
                if let Err(error) = sent {
                    return Ok(Some(broken(&error)));
                }
            }
            _ => {}
        }
        Ok(None)
    }
}

fn broken(error: &tungstenite::Error) -> Ended {
    tracing::debug!(%error, "an acknowledgement was not sent: the delivery comes again");
    Ended::Broken
}
