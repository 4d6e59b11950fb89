//! A stand-in for Slack on loopback: channels, threads, people, views; and every way in which Slack misbehaves.
#![allow(unused_imports, reason = "each test file uses some of it")]

mod eyes;
mod methods;
#[cfg(feature = "socket")]
mod socket;
mod state;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use supporty_core::desk::Clock;
use supporty_core::vocab::Time;

pub use eyes::{seen, shown};
#[cfg(feature = "socket")]
pub use socket::Sockets;
pub use state::{Message, Workspace};

/// The token of the bot in the only workspace.
pub const TOKEN: &str = "xoxb-1-stand-in";
/// The app's own, for Socket Mode.
pub const APP_TOKEN: &str = "xapp-1-stand-in";
pub const CLIENT_SECRET: &str = "a-secret-of-the-app";
pub const TEAM: &str = "T1";
pub const BOT: &str = "UBOT";
pub const APP: &str = "A1";

/// What happens to a call instead of what should.
#[derive(Debug, Clone)]
pub enum Mishap {
    /// 429, with so many seconds to wait.
    TooMany(u64),
    /// It is done, and answered with 500.
    DoneThen500,
    /// It is not done, and answered with 503.
    Broken,
    /// It is done, and answered too late.
    DoneThenSlow(Duration),
    /// It is refused with that code.
    Refused(&'static str),
    /// The answer is no JSON.
    Garbled,
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Requested {
    pub method: String,
    pub kind: String,
    pub authorization: String,
    pub body: Bytes,
}

/// A workspace that answers HTTP.
#[derive(Clone)]
pub struct StandIn {
    workspace: Arc<Mutex<Workspace>>,
    mishaps: Arc<Mutex<VecDeque<(String, Mishap)>>>,
    requests: Arc<Mutex<Vec<Requested>>>,
    pub base: String,
}

impl StandIn {
    /// A workspace with a channel `C1`, a private one `C2`, and some people, by that clock.
    pub async fn start(clock: Arc<dyn Clock>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/api/", listener.local_addr().unwrap());
        let mut workspace = Workspace::new(clock);
        workspace.uploads = base.replace("/api/", "/upload/");
        let workspace = Arc::new(Mutex::new(workspace));
        let standing = Self { workspace, mishaps: Arc::default(), requests: Arc::default(), base };
        let router = Router::new()
            .route("/api/{method}", post(call))
            .route("/upload/{file}", post(upload))
            .route("/respond/{id}", post(respond))
            .with_state(standing.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        standing
    }

    pub fn workspace(&self) -> MutexGuard<'_, Workspace> {
        self.workspace.lock().unwrap()
    }

    /// The next call of that method goes wrong.
    pub fn mishap(&self, method: &str, mishap: Mishap) {
        self.mishaps.lock().unwrap().push_back((method.to_owned(), mishap));
    }

    /// Every request of a method that came, in order.
    pub fn requests(&self) -> Vec<Requested> {
        self.requests.lock().unwrap().clone()
    }

    pub fn mishaps_left(&self) -> usize {
        self.mishaps.lock().unwrap().len()
    }

    fn next_mishap(&self, method: &str) -> Option<Mishap> {
        let mut mishaps = self.mishaps.lock().unwrap();
        let place = mishaps.iter().position(|(of, _)| of == method)?;
        mishaps.remove(place).map(|(_, mishap)| mishap)
    }

    pub fn response_url(&self, id: &str) -> String {
        self.base.replace("/api/", &format!("/respond/{id}"))
    }
}

async fn call(
    State(slack): State<StandIn>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let args = arguments(&headers, &body);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = header("authorization");
    slack.requests.lock().unwrap().push(Requested {
        method: method.clone(),
        kind: header("content-type").to_owned(),
        authorization: token.to_owned(),
        body: body.clone(),
    });
    let token = token.strip_prefix("Bearer ").unwrap_or_default().to_owned();
    let mishap = slack.next_mishap(&method);
    let answer = |slack: &StandIn| slack.workspace().call(&method, &args, &token);
    match mishap {
        None => Ok(answer(&slack)),
        Some(Mishap::TooMany(seconds)) => {
            slack.workspace().put_off += 1;
            let body = json!({ "ok": false, "error": "ratelimited" }).to_string();
            Err((StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds.to_string())], body).into_response())
        }
        Some(Mishap::DoneThen500) => {
            answer(&slack);
            Err((StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response())
        }
        Some(Mishap::Broken) => Err((StatusCode::SERVICE_UNAVAILABLE, "oops").into_response()),
        Some(Mishap::DoneThenSlow(how)) => {
            let answer = answer(&slack);
            tokio::time::sleep(how).await;
            Ok(answer)
        }
        Some(Mishap::Refused(code)) => Ok(json!({ "ok": false, "error": code })),
        Some(Mishap::Garbled) => Err((StatusCode::OK, "<html>").into_response()),
    }
    .map_or_else(
        |response| response,
        |answer| {
            let scopes = slack.workspace().scopes.join(",");
            ([("content-type", "application/json"), ("x-oauth-scopes", scopes.as_str())], answer.to_string())
                .into_response()
        },
    )
}

async fn upload(State(slack): State<StandIn>, Path(file): Path<String>, body: Bytes) -> StatusCode {
    slack.workspace().files.insert(file, body.to_vec());
    StatusCode::OK
}

async fn respond(State(slack): State<StandIn>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    let said: Value = serde_json::from_slice(&body).unwrap();
    slack.workspace().responses.push((id, said));
    StatusCode::OK
}

/// As Slack reads them: form fields, whose values may be JSON; or a JSON body.
fn arguments(headers: &HeaderMap, body: &[u8]) -> Value {
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        return serde_json::from_slice(body).unwrap_or_default();
    }
    let fields = form_urlencoded::parse(body).map(|(name, value)| {
        let parsed = match value.chars().next() {
            Some('{' | '[') => {
                serde_json::from_str(&value).unwrap_or_else(|_| Value::String(value.to_string()))
            }
            _ => Value::String(value.to_string()),
        };
        (name.to_string(), parsed)
    });
    Value::Object(fields.collect())
}

/// When something was said, as Slack writes it.
pub fn ts(at: Time, count: u64) -> String {
    format!("{}.{count:06}", at.timestamp())
}
