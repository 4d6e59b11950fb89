//! A pager to try the desk with: it believes only what is signed, shows every page once, fails when it is told to, and
//! answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

pub(crate) const SECRET: &str = "a secret of both sides";

/// What it does with the next page instead of showing it.
pub(crate) enum Next {
    /// It answers that, with that `Retry-After`.
    Answer(u16, Option<&'static str>),
    /// It shows the page, and answers that.
    ShowAndAnswer(u16),
    /// It never answers.
    Hang,
    /// It sends whoever asks elsewhere.
    Redirect(String),
}

/// Ends when it is dropped.
pub(crate) struct StandIn {
    pub(crate) url: String,
    shared: Arc<Mutex<Shared>>,
    serving: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    shown: Vec<Value>,
    next: VecDeque<Next>,
    calls: u32,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/page", listener.local_addr().unwrap());
        let router = Router::new().route("/page", post(page)).with_state(shared.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, serving }
    }

    pub(crate) fn next(&self, next: Next) {
        self.shared().next.push_back(next);
    }

    /// The pages that it has shown, oldest first.
    pub(crate) fn shown(&self) -> Vec<Value> {
        self.shared().shown.clone()
    }

    /// How often it was asked to show something.
    pub(crate) fn calls(&self) -> u32 {
        self.shared().calls
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn page(State(shared): State<Arc<Mutex<Shared>>>, headers: HeaderMap, body: Bytes) -> Response {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let next = {
        let mut shared = shared.lock().unwrap();
        shared.calls += 1;
        shared.next.pop_front()
    };
    if said("supporty-signature") != signature(SECRET, said("supporty-timestamp"), &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let page: Value = serde_json::from_slice(&body).unwrap();
    if page["id"] != said("idempotency-key") {
        return StatusCode::BAD_REQUEST.into_response();
    }
    match next {
        Some(Next::Hang) => std::future::pending().await,
        Some(Next::Answer(status, after)) => {
            let status = StatusCode::from_u16(status).unwrap();
            match after {
                Some(after) => (status, [(header::RETRY_AFTER, after)]).into_response(),
                None => status.into_response(),
            }
        }
        Some(Next::Redirect(to)) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Some(Next::ShowAndAnswer(status)) => {
            show(&shared, page);
            StatusCode::from_u16(status).unwrap().into_response()
        }
        None if show(&shared, page) => StatusCode::ACCEPTED.into_response(),
        None => StatusCode::CONFLICT.into_response(),
    }
}

/// Shows a page, unless it has been shown.
fn show(shared: &Mutex<Shared>, page: Value) -> bool {
    let mut shared = shared.lock().unwrap();
    let new = !shared.shown.iter().any(|shown| shown["id"] == page["id"]);
    if new {
        shared.shown.push(page);
    }
    new
}

/// What somebody with that secret writes into the header.
pub(crate) fn signature(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{timestamp}.").as_bytes());
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// What somebody presses on a page.
pub(crate) fn answer(id: &str, ticket: &str, user: &str, action: &str) -> String {
    json!({ "id": id, "ticket": ticket, "user": user, "action": action }).to_string()
}
